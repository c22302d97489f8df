// SPDX-License-Identifier: MIT
/*
 * Shows that the exported functions start the heap by themselves, answer as
 * their header says at the edges, take the kernel's flag values, and leave
 * errno alone.
 */
#include "tests/unit/heap.h"

#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>

#include "include/kmemu/kmemu.h"

#define KB 1024UL
#define MB (1024 * KB)

/* --- each function may be the first one called --- */

static void first_kmalloc(void)
{
	char *p = kmemu_kmalloc(100, KMEMU_GFP_KERNEL);

	OK(p != NULL);
	memset(p, 1, 100);
	kmemu_kfree(p);
}

static void first_zero(void)
{
	OK(kmemu_kmalloc(0, KMEMU_GFP_KERNEL) == KMEMU_ZERO_SIZE_PTR);
	kmemu_kfree(KMEMU_ZERO_SIZE_PTR);
	kmemu_kfree(NULL);
	kmemu_kvfree(NULL);
	kmemu_vfree(NULL);
	UNIT_EQ(kmemu_ksize(NULL), 0);
}

static void first_free(void)
{
	kmemu_kfree(NULL);
	kmemu_vfree(NULL);
}

static void first_pages(void)
{
	struct page *page = kmemu_alloc_pages(KMEMU_GFP_KERNEL, 2);

	OK(page != NULL);
	kmemu_free_pages(page, 2);
}

static void first_vmalloc(void)
{
	char *p = kmemu_vmalloc(MB);

	OK(p != NULL);
	p[MB - 1] = 1;
	kmemu_vfree(p);
}

static void first_cache(void)
{
	struct kmem_cache *s = kmemu_kmem_cache_create("first", 64, 0, 0, NULL);

	OK(s != NULL);
	UNIT_EQ(kmemu_kmem_cache_destroy(s), 0);
}

static void first_lookup(void)
{
	char on_stack = 0;

	OK(kmemu_virt_to_page(&on_stack) == NULL);
	OK(kmemu_virt_to_pfn(&on_stack) == ~0UL);
	OK(kmemu_vmalloc_to_pfn(&on_stack) == ~0UL);
	OK(!kmemu_is_vmalloc_addr(&on_stack));
}

static void first_validate(void)
{
	UNIT_EQ(kmemu_validate(), 0);
	UNIT_EQ(kmemu_trim(), 0);
}

static void each_function_may_be_the_first(void)
{
	static void (*const first[])(void) = { first_kmalloc, first_zero,    first_free,
					       first_pages,   first_vmalloc, first_cache,
					       first_lookup,  first_validate };

	for (unsigned int i = 0; i < ARRAY_SIZE(first); i++)
		in_child(first[i]);
}

static void *race_main(void *arg)
{
	void *p = kmemu_kmalloc(1000, KMEMU_GFP_KERNEL);

	memset(p, 1, 1000);
	kmemu_kfree(p);
	return p ? NULL : arg;
}

static void race_body(void)
{
	pthread_t t[8];
	void *bad;

	for (int i = 0; i < 8; i++)
		pthread_create(&t[i], NULL, race_main, &t);
	for (int i = 0; i < 8; i++) {
		pthread_join(t[i], &bad);
		OK(!bad);
	}
	UNIT_EQ(kmemu_validate(), 0);
}

static void many_threads_may_be_the_first(void)
{
	for (int i = 0; i < 20; i++)
		in_child(race_body);
}

/* --- values (kernel.md 1.2, 2.5) --- */

static void flags_have_the_values_of_6_12(void)
{
	UNIT_EQ(KMEMU_GFP_KERNEL, 0xcc0);
	UNIT_EQ(KMEMU_GFP_ATOMIC, 0x820);
	UNIT_EQ(KMEMU_GFP_NOWAIT, 0x2800);
	UNIT_EQ(KMEMU_GFP_NOIO, 0xc00);
	UNIT_EQ(KMEMU_GFP_NOFS, 0xc40);
	UNIT_EQ(KMEMU_GFP_USER, 0x100cc0);
	UNIT_EQ(KMEMU_GFP_DMA, 0x1);
	UNIT_EQ(KMEMU_GFP_DMA32, 0x4);
	UNIT_EQ(KMEMU_GFP_HIGHUSER, 0x100cc2);
	UNIT_EQ(KMEMU_GFP_HIGHUSER_MOVABLE, 0x100cca);
	UNIT_EQ(KMEMU_GFP_KERNEL_ACCOUNT, 0x400cc0);
	UNIT_EQ(KMEMU___GFP_ZERO, 0x100);
	UNIT_EQ(KMEMU___GFP_NOFAIL, 0x8000);
	UNIT_EQ(KMEMU___GFP_COMP, 0x40000);
	UNIT_EQ((unsigned long)KMEMU_ZERO_SIZE_PTR, 16);
}

/* --- kmalloc family --- */

HEAP_TEST(kmalloc_never_becomes_vmalloc, "")
{
	void *p = kmemu_kmalloc(128 * KB, KMEMU_GFP_KERNEL);

	OK(p && !kmemu_is_vmalloc_addr(p));
	OK(!kmemu_kmalloc(128 * KB + 1, KMEMU_GFP_KERNEL));
	OK(!kmemu_kzalloc(128 * KB + 1, KMEMU_GFP_KERNEL));
	OK(!kmemu_krealloc(p, 128 * KB + 1, KMEMU_GFP_KERNEL));
	kmemu_kfree(p);
	p = kmemu_kvmalloc(128 * KB + 1, KMEMU_GFP_KERNEL);
	OK(kmemu_is_vmalloc_addr(p));
	UNIT_EQ(kmemu_ksize(p), 0);
	kmemu_kvfree(p);
}

HEAP_TEST(zalloc_is_zero, "")
{
	for (int i = 0; i < 100; i++) {
		char *p = kmemu_kzalloc(200, KMEMU_GFP_KERNEL);

		for (int b = 0; b < 256; b++)
			OK(!p[b]);
		memset(p, 0xff, 256);
		kmemu_kfree(p);
	}
}

HEAP_TEST(ksize_is_what_roundup_says, "")
{
	for (size_t size = 1; size <= 128 * KB; size = size * 6 / 5 + 1) {
		void *p = kmemu_kmalloc(size, KMEMU_GFP_KERNEL);

		UNIT_EQ(kmemu_ksize(p), kmemu_kmalloc_size_roundup(size));
		kmemu_kfree(p);
	}
}

HEAP_TEST(krealloc_edges, "")
{
	void *p = kmemu_krealloc(NULL, 10, KMEMU_GFP_KERNEL);

	OK(p != NULL);
	OK(kmemu_krealloc(p, 0, KMEMU_GFP_KERNEL) == KMEMU_ZERO_SIZE_PTR);
	OK(kmemu_krealloc(KMEMU_ZERO_SIZE_PTR, 0, KMEMU_GFP_KERNEL) == KMEMU_ZERO_SIZE_PTR);
}

HEAP_TEST(vmalloc_edges, "")
{
	char *p, *q;

	OK(!kmemu_vmalloc(0));
	OK(!kmemu_vzalloc(0));
	OK(!kmemu_vmalloc(SIZE_MAX));
	p = kmemu_vrealloc(NULL, 10000, KMEMU_GFP_KERNEL);
	OK(p && kmemu_is_vmalloc_addr(p));
	p[9999] = 42;
	q = kmemu_vrealloc(p, MB, KMEMU_GFP_KERNEL | KMEMU___GFP_ZERO);
	OK(q && q[9999] == 42 && q[MB - 1] == 0);
	OK(!kmemu_vrealloc(q, 0, KMEMU_GFP_KERNEL)); /* frees */
	OK(!kmemu_vrealloc(&p, 100, KMEMU_GFP_KERNEL)); /* no area */
	OK(!kmemu_vrealloc(NULL, 0, KMEMU_GFP_KERNEL));
}

/* --- caches --- */

static void ctor(void *p)
{
	*(long *)p = 4711;
}

HEAP_TEST(a_cache_from_begin_to_end, "")
{
	struct kmem_cache *s = kmemu_kmem_cache_create("all", 40, 64, 0, ctor);
	void *p = kmemu_kmem_cache_alloc(s, KMEMU_GFP_KERNEL);

	UNIT_EQ(kmemu_kmem_cache_size(s), 40);
	OK(((unsigned long)p & 63) == 0);
	UNIT_EQ(*(long *)p, 4711);
	UNIT_EQ(kmemu_kmem_cache_shrink(s), 1);
	UNIT_EQ(kmemu_kmem_cache_destroy(s), -EBUSY);
	kmemu_kmem_cache_free(s, p);
	UNIT_EQ(kmemu_kmem_cache_shrink(s), 0);
	UNIT_EQ(kmemu_kmem_cache_destroy(s), 0);
	UNIT_EQ(kmemu_kmem_cache_destroy(NULL), 0);
}

static void panic_aborts(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		kmemu_kmem_cache_create("bad", 0, 0, KMEMU_SLAB_PANIC, NULL);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* --- pages, addresses --- */

HEAP_TEST(pages_by_struct_and_by_address, "")
{
	for (unsigned int o = 0; o <= 10; o++) {
		struct page *page = kmemu_alloc_pages(KMEMU_GFP_KERNEL, o);
		unsigned long addr = kmemu_get_free_pages(KMEMU_GFP_KERNEL, o);
		void *p = kmemu_page_address(page);

		OK(((unsigned long)p & ((4096UL << o) - 1)) == 0);
		OK((addr & ((4096UL << o) - 1)) == 0);
		OK(kmemu_virt_to_page(p) == page);
		memset((void *)addr, 1, 4096UL << o);
		kmemu_free_pages(page, o);
		kmemu_free_pages_addr(addr, o);
	}
	OK(!kmemu_alloc_pages(KMEMU_GFP_KERNEL, 11));
	OK(!kmemu_get_free_pages(KMEMU_GFP_KERNEL, 11));
	kmemu_free_pages(NULL, 0);
	kmemu_free_pages_addr(0, 0);
}

HEAP_TEST(a_wrong_order_is_dropped, "invalid_free=count")
{
	struct page *page = kmemu_alloc_pages(KMEMU_GFP_KERNEL, 3);
	struct page_stats before, after;

	page_stats_read(&before);
	kmemu_free_pages(page, 2);
	kmemu_free_pages(page, 4);
	kmemu_free_pages(page + 1, 0);
	page_stats_read(&after);
	UNIT_EQ(after.used, before.used);
	kmemu_free_pages(page, 3);
	kmemu_free_pages(page, 3);
	kmemu_free_pages_addr(12345, 0);
}

HEAP_TEST(the_offset_is_one_constant, "")
{
	unsigned long offset = 0;

	for (size_t size = 1; size <= 128 * KB; size = size * 5 / 4 + 1) {
		char *p = kmemu_kmalloc(size, KMEMU_GFP_KERNEL);
		unsigned long pfn = kmemu_virt_to_pfn(p);

		offset = offset ? offset : kmemu_virt_to_phys(p) - (unsigned long)p;
		OK(kmemu_virt_to_phys(p) - (unsigned long)p == offset);
		OK(kmemu_phys_to_virt(kmemu_virt_to_phys(p)) == p);
		UNIT_EQ(kmemu_virt_to_phys(p) >> 12, pfn);
		for (size_t at = 0; at < size; at += 4096) /* consecutive frames */
			UNIT_EQ(kmemu_virt_to_pfn(p + at),
				pfn + (((unsigned long)p + at) >> 12) - ((unsigned long)p >> 12));
		kmemu_kfree(p);
	}
}

HEAP_TEST(addresses_that_are_not_the_direct_maps, "")
{
	char on_stack, *area = kmemu_vmalloc(64 * KB);

	OK(kmemu_virt_to_phys(&on_stack) == ~(kmemu_phys_addr_t)0);
	OK(kmemu_virt_to_phys(area) == ~(kmemu_phys_addr_t)0);
	OK(kmemu_virt_to_pfn(area) == ~0UL);
	OK(!kmemu_virt_to_page(area));
	OK(!kmemu_phys_to_virt(~(kmemu_phys_addr_t)0));
	OK(kmemu_vmalloc_to_pfn(area) != ~0UL);
	OK(kmemu_vmalloc_to_pfn(area + 64 * KB + 4096) == ~0UL);
	kmemu_vfree(area);
}

/* Frames of an area are in general not consecutive, and nobody else's. */
HEAP_TEST(frames_of_areas_are_different, "")
{
	char *area = kmemu_vmalloc(64 * 4096UL), *other = kmemu_vmalloc(64 * 4096UL);
	unsigned int same = 0, consecutive = 0;

	for (int i = 0; i < 64; i++) {
		unsigned long pfn = kmemu_vmalloc_to_pfn(area + i * 4096L);

		UNIT_EQ(pfn, kmemu_vmalloc_to_pfn(area + i * 4096L + 100));
		for (int j = 0; j < 64; j++) {
			same += j < i && pfn == kmemu_vmalloc_to_pfn(area + j * 4096L);
			same += pfn == kmemu_vmalloc_to_pfn(other + j * 4096L);
		}
		consecutive += i && pfn == kmemu_vmalloc_to_pfn(area + (i - 1) * 4096L) + 1;
	}
	UNIT_EQ(same, 0);
	OK(consecutive < 63);
	kmemu_vfree(area);
	kmemu_vfree(other);
}

/* --- errno, validators --- */

HEAP_TEST(errno_is_left_alone, "mem=4M invalid_free=count")
{
	void *p[600];
	int n = 0;

	errno = 4711;
	while (n < 600 && (p[n] = kmemu_kmalloc(16 * KB, KMEMU_GFP_KERNEL)))
		n++;
	OK(n < 600);
	OK(!kmemu_vmalloc(64 * MB));
	OK(!kmemu_kmem_cache_create("bad", 0, 0, 0, NULL));
	kmemu_kfree(&n);
	while (n)
		kmemu_kfree(p[--n]);
	kmemu_trim();
	kmemu_validate();
	UNIT_EQ(errno, 4711);
}

/* The validators see what they are there for: each damage is counted. */
HEAP_TEST(validators_find_damage, "")
{
	void *p = kmemu_kmalloc(64, KMEMU_GFP_KERNEL);
	struct page *slab = kmemu_virt_to_page(p), *free;

	UNIT_EQ(kmemu_validate(), 0);
	slab->inuse++;
	OK(kmemu_validate() > 0);
	slab->inuse--;
	slab->free[0] ^= 1UL << 63;
	OK(kmemu_validate() > 0);
	slab->free[0] ^= 1UL << 63;
	kmalloc_slab(64, GFP_KERNEL)->node.nr_partial++;
	OK(kmemu_validate() > 0);
	kmalloc_slab(64, GFP_KERNEL)->node.nr_partial--;
	free = kmemu_alloc_pages(KMEMU_GFP_KERNEL, 6); /* above the page lists */
	kmemu_free_pages(free, 6);
	frame_class[page_to_pfn(free)] ^= FRAME_DIRTY;
	OK(kmemu_validate() > 0);
	frame_class[page_to_pfn(free)] ^= FRAME_DIRTY;
	UNIT_EQ(kmemu_validate(), 0);
	kmemu_kfree(p);
}

UNIT_MAIN("api",
	  UNIT_TEST(each_function_may_be_the_first),
	  UNIT_TEST(many_threads_may_be_the_first),
	  UNIT_TEST(flags_have_the_values_of_6_12),
	  UNIT_TEST(kmalloc_never_becomes_vmalloc),
	  UNIT_TEST(zalloc_is_zero),
	  UNIT_TEST(ksize_is_what_roundup_says),
	  UNIT_TEST(krealloc_edges),
	  UNIT_TEST(vmalloc_edges),
	  UNIT_TEST(a_cache_from_begin_to_end),
	  UNIT_TEST(panic_aborts),
	  UNIT_TEST(pages_by_struct_and_by_address),
	  UNIT_TEST(a_wrong_order_is_dropped),
	  UNIT_TEST(the_offset_is_one_constant),
	  UNIT_TEST(addresses_that_are_not_the_direct_maps),
	  UNIT_TEST(frames_of_areas_are_different),
	  UNIT_TEST(errno_is_left_alone),
	  UNIT_TEST(validators_find_damage));
