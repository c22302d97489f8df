// flags: -ldl -fno-builtin
/*
 * A request of exactly the cap is kmalloc memory, one byte more is vmalloc's,
 * at every entry point; the size counts, not the alignment. Contents are kept
 * by realloc across the cap in both directions. (Asks for kmemu.) The cap is
 * the argument, 128 KiB without one.
 */
#define _GNU_SOURCE
#include <malloc.h>
#include "kmemu_api.h"

static void *posix(size_t align, size_t size)
{
	void *p;

	return posix_memalign(&p, align, size) ? NULL : p;
}

static void lies_in(void *p, int in_vmalloc)
{
	CHECK(p);
	CHECK(!!is_vmalloc_addr(p) == in_vmalloc);
	CHECK((virt_to_phys(p) == UINT64_MAX) == in_vmalloc);
	free(p);
}

static void every_entry(size_t size, int in_vmalloc)
{
	lies_in(malloc(size), in_vmalloc);
	lies_in(calloc(1, size), in_vmalloc);
	lies_in(calloc(size, 1), in_vmalloc);
	lies_in(realloc(NULL, size), in_vmalloc);
	lies_in(reallocarray(NULL, size, 1), in_vmalloc);
	lies_in(realloc(malloc(10), size), in_vmalloc);
	lies_in(realloc(malloc(3 * size), size), in_vmalloc);
	lies_in(memalign(64, size), in_vmalloc);
	lies_in(aligned_alloc(16, size), in_vmalloc);
	lies_in(posix(4096, size), in_vmalloc);
	lies_in(posix(1 << 20, size), in_vmalloc);
	lies_in(posix(4 << 20, size), in_vmalloc);
	lies_in(valloc(size), in_vmalloc);
	lies_in(pvalloc(size), in_vmalloc);
}

static void contents_kept(size_t cap)
{
	char *p = malloc(cap);

	fill(p, cap, 1);
	for (int i = 0; i < 4; i++) {
		p = realloc(p, cap + 1 + (size_t)i * cap);
		CHECK(p && filled(p, cap, 1) && is_vmalloc_addr(p));
		p[cap] = 5;
		p = realloc(p, cap);
		CHECK(p && filled(p, cap, 1) && !is_vmalloc_addr(p));
	}
	p = realloc(p, 50);
	CHECK(p && filled(p, 50, 1));
	p = realloc(p, 10 * cap);
	CHECK(p && filled(p, 50, 1));
	free(p);
}

int main(int argc, char **argv)
{
	size_t cap = argc > 1 ? (size_t)atol(argv[1]) : 131072;

	kmemu_find();
	lies_in(malloc(1), 0);
	every_entry(cap / 2 + 1, 0);
	every_entry(cap - 1, 0);
	every_entry(cap, 0);
	every_entry(cap + 1, 1);
	every_entry(cap * 5, 1);
	contents_kept(cap);
	CHECK(validate() == 0);
	return 0;
}
