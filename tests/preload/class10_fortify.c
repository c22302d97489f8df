// flags: -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
/*
 * Class 10: built with FORTIFY_SOURCE=3 the compiler knows the sizes asked
 * for; the accepted way to use the rest (realloc to the usable size, then
 * write) must not trip the checks, nor must blocks of unknown origin.
 */
#include <malloc.h>
#include "check.h"

static __attribute__((noinline)) char *unknown_origin(size_t size)
{
	return opaque(malloc(size));
}

int main(void)
{
	for (size_t size = 1; size < 300000; size += size / 3 + 1) {
		char *p = malloc(size), *q = unknown_origin(size);
		size_t room = malloc_usable_size(p);

		CHECK(p && q);
		p = realloc(p, room);
		CHECK(p && malloc_usable_size(p) >= room);
		memset(p, 1, room);
		memset(q, 2, malloc_usable_size(q));
		snprintf(q, size, "%s", "text");
		free(p);
		free(q);
	}
	return 0;
}
