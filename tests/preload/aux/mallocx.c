/*
 * Class 8: a program that uses jemalloc's own entry points beside malloc and free.
 * What mallocx() gave may be given to free(), realloc() and malloc_usable_size(), too.
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void *mallocx(size_t size, int flags);
void sdallocx(void *p, size_t size, int flags);
void dallocx(void *p, int flags);

int main(void)
{
	for (size_t size = 1; size < 1000000; size = size * 2 + 1) {
		char *p = mallocx(size, 0), *q = malloc(size);

		if (!p || !q)
			return 1;
		memset(p, 1, size);
		memset(q, 2, size);
		sdallocx(p, size, 0);
		free(q);
		p = mallocx(size, 0);
		dallocx(p, 0);
		p = mallocx(size, 0);
		if (malloc_usable_size(p) < size)
			return 2;
		memset(p, 3, size);
		p = realloc(p, 2 * size);
		if (!p || p[0] != 3 || p[size - 1] != 3)
			return 3;
		free(p);
		free(mallocx(size, 0));
	}
	return 0;
}
