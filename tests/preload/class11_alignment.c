// flags: -fno-builtin
/*
 * Class 11: blocks of every size from 1 to 4096, and of some large ones, are
 * aligned to 16 bytes by every entry point, and to what is asked by the
 * memalign family; a resized block stays aligned.
 */
#define _GNU_SOURCE
#include <malloc.h>
#include "check.h"

static void aligned_to(void *p, size_t align, size_t size)
{
	CHECK(p && (uintptr_t)p % align == 0);
	memset(p, 1, size);
}

static void plain(size_t size)
{
	void *p = malloc(size), *q = calloc(1, size), *r = realloc(NULL, size);

	aligned_to(p, 16, size);
	aligned_to(q, 16, size);
	aligned_to(r, 16, size);
	p = realloc(p, size + 1);
	aligned_to(p, 16, size + 1);
	free(p);
	free(q);
	free(r);
}

static void asked(size_t align, size_t size)
{
	void *p, *q = memalign(align, size), *r = aligned_alloc(align, size);

	CHECK(posix_memalign(&p, align, size) == 0);
	aligned_to(p, align, size);
	aligned_to(q, align, size);
	aligned_to(r, align, size);
	q = realloc(q, size + 100);
	aligned_to(q, 16, size + 100);
	free(p);
	free(q);
	free(r);
}

int main(void)
{
	for (size_t size = 1; size <= 4096; size++)
		plain(size);
	for (size_t size = 4096; size < 3000000; size += size / 5)
		plain(size);
	for (size_t align = sizeof(void *); align <= (1u << 30); align *= 2) {
		asked(align, 1);
		asked(align, 200);
		asked(align, align < (4u << 20) ? align : 300);
		asked(align, align < (4u << 20) ? align + 1 : 5000);
		asked(align, 100000);
		asked(align, 131072);
		asked(align, 131073);
	}
	aligned_to(valloc(100), 4096, 100);
	aligned_to(pvalloc(100), 4096, 4096);
	CHECK(malloc_usable_size(pvalloc(1)) >= 4096);
	return 0;
}
