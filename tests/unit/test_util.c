// SPDX-License-Identifier: MIT
/*
 * Shows that kvmalloc falls back as the kernel's does, that krealloc and
 * kvrealloc keep contents and keep p on failure, across the cap in both
 * directions, and that a wrong pointer is named, counted and dropped.
 */
#include "tests/unit/heap.h"

#include "config/options.h"
#include "core/mm/util.h"
#include "core/report/report.h"

#define KB 1024UL
#define MB (1024 * KB)

static void fill(void *p, size_t n, u64 tag)
{
	unsigned char *c = p;

	for (size_t i = 0; i < n; i++)
		c[i] = (unsigned char)(tag + i * 31);
}

static bool filled(const void *p, size_t n, u64 tag)
{
	const unsigned char *c = p;

	for (size_t i = 0; i < n; i++)
		if (c[i] != (unsigned char)(tag + i * 31))
			return false;
	return true;
}

static bool zero(const void *p, size_t from, size_t to)
{
	const char *c = p;

	for (size_t i = from; i < to; i++)
		if (c[i])
			return false;
	return true;
}

static size_t usable(const void *p)
{
	return is_vmalloc_addr(p) ? vmalloc_size(p) : ksize(p);
}

/* --- kvmalloc (kernel.md 2.7) --- */

HEAP_TEST(the_cap_divides, "")
{
	void *p = kvmalloc(128 * KB, GFP_KERNEL), *q = kvmalloc(128 * KB + 1, GFP_KERNEL);

	OK(in_direct_map(p));
	OK(is_vmalloc_addr(q));
	OK(kvmalloc(0, GFP_KERNEL) == KMEMU_ZERO_SIZE_PTR);
	OK(!kvmalloc(128 * KB + 1, GFP_ATOMIC)); /* vmalloc may sleep */
	OK(!kvmalloc(128 * KB + 1, GFP_NOWAIT));
	OK(!kvmalloc(SIZE_MAX, GFP_KERNEL));
	OK(!kvmalloc((size_t)PTRDIFF_MAX + 1, GFP_KERNEL));
	kvfree(p);
	kvfree(q);
}

/* Memory in pieces: contiguous blocks are out, single pages are not. */
HEAP_TEST(above_a_page_vmalloc_helps_out, "mem=8M")
{
	static struct page *page[2100];
	unsigned int n = 0;
	void *p;

	while (n < 2100 && (page[n] = alloc_pages(GFP_KERNEL | __GFP_MEMALLOC, 0)))
		n++;
	for (unsigned int i = 0; i < n; i++)
		if (page_to_pfn(page[i]) % 4)
			free_pages(page[i], 0);
	OK(!kmalloc(64 * KB, GFP_KERNEL));
	OK(!kvmalloc(64 * KB, GFP_ATOMIC));
	OK(!kvmalloc(64 * KB, GFP_NOWAIT));
	p = kmalloc(100, GFP_KERNEL);
	OK(!krealloc(p, 64 * KB, GFP_KERNEL)); /* vmalloc is not for krealloc */
	kvfree(p);
	p = kvmalloc(64 * KB, GFP_KERNEL);
	OK(p && is_vmalloc_addr(p));
	if (p)
		fill(p, 64 * KB, 1);
	OK(p && filled(p, 64 * KB, 1));
	kvfree(p);
	for (unsigned int i = 0; i < n; i++)
		if (page_to_pfn(page[i]) % 4 == 0)
			free_pages(page[i], 0);
}

HEAP_TEST(kvzalloc_is_zero, "")
{
	for (size_t size = 1; size <= 4 * MB; size = size * 5 / 2 + 1) {
		void *p = kvmalloc(size, GFP_KERNEL);

		memset(p, 0xff, size);
		kvfree(p);
		p = kvmalloc(size, GFP_KERNEL | __GFP_ZERO);
		OK(zero(p, 0, size));
		kvfree(p);
	}
}

/* --- krealloc (kernel.md 2.6) --- */

HEAP_TEST(krealloc_of_nothing_allocates, "")
{
	void *p = krealloc(NULL, 100, GFP_KERNEL), *q;

	UNIT_EQ(ksize(p), 128);
	q = krealloc(KMEMU_ZERO_SIZE_PTR, 100, GFP_KERNEL);
	UNIT_EQ(ksize(q), 128);
	OK(krealloc(p, 0, GFP_KERNEL) == KMEMU_ZERO_SIZE_PTR);
	OK(krealloc(q, 0, GFP_KERNEL) == KMEMU_ZERO_SIZE_PTR);
	OK(krealloc(NULL, 0, GFP_KERNEL) == KMEMU_ZERO_SIZE_PTR);
}

HEAP_TEST(krealloc_stays_within_the_bucket, "")
{
	void *p = kmalloc(65, GFP_KERNEL);

	fill(p, 65, 1);
	for (size_t size = 96; size; size--)
		OK(krealloc(p, size, GFP_KERNEL) == p);
	OK(filled(p, 65, 1)); /* the tail is left alone */
	kvfree(p);
}

HEAP_TEST(krealloc_copies_the_whole_bucket, "")
{
	char *p = kmalloc(33, GFP_KERNEL), *q;

	fill(p, 64, 1); /* 33 asked for, 64 usable */
	q = krealloc(p, 200, GFP_KERNEL);
	OK(q != p && filled(q, 64, 1));
	UNIT_EQ(ksize(q), 256);
	kvfree(q);
}

HEAP_TEST(krealloc_with_zero_clears_the_tail, "")
{
	char *p = kmalloc(64, GFP_KERNEL), *q;

	for (int i = 0; i < 40; i++) { /* dirty objects lie ready */
		q = kmalloc(256, GFP_KERNEL);
		memset(q, 0xff, 256);
		kvfree(q);
	}
	memset(p, 0xff, 64);
	OK(krealloc(p, 20, GFP_KERNEL | __GFP_ZERO) == p);
	OK(zero(p, 20, 64)); /* even when it shrinks */
	OK((unsigned char)p[19] == 0xff);
	q = krealloc(p, 200, GFP_KERNEL | __GFP_ZERO);
	OK(zero(q, 20, 256)); /* the bucket, as kzalloc does */
	kvfree(q);
}

HEAP_TEST(krealloc_fails_and_p_lives, "")
{
	void *p = kmalloc(100, GFP_KERNEL);

	fill(p, 100, 1);
	OK(!krealloc(p, 128 * KB + 1, GFP_KERNEL));
	OK(!krealloc(p, SIZE_MAX, GFP_KERNEL));
	OK(filled(p, 100, 1));
	kvfree(p);
}

HEAP_TEST(above_the_cap_is_told, "gfp.check=count")
{
	void *p = kmalloc(100, GFP_KERNEL);

	OK(!kmalloc(128 * KB + 1, GFP_KERNEL | __GFP_NOWARN));
	OK(!krealloc(p, 128 * KB + 1, GFP_KERNEL | __GFP_NOWARN));
	kvfree(kvmalloc(128 * KB + 1, GFP_KERNEL));
	kvfree(kvrealloc(NULL, 128 * KB + 1, GFP_KERNEL));
	OK(!kmalloc_aligned(128 * KB + 1, 64, GFP_KERNEL)); /* a program's */
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 0);
	OK(!kmalloc(128 * KB + 1, GFP_KERNEL));
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 1);
	OK(!krealloc(p, SIZE_MAX, GFP_ATOMIC));
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 2);
	kvfree(p);
}

HEAP_TEST(krealloc_out_of_memory, "mem=2M")
{
	char *p = kmalloc(100, GFP_KERNEL);

	fill(p, 100, 1);
	while (kmalloc(64 * KB, GFP_KERNEL))
		;
	OK(!krealloc(p, 128 * KB, GFP_KERNEL));
	OK(filled(p, 100, 1));
	UNIT_EQ(ksize(p), 128);
	kvfree(p);
}

/* --- kvrealloc: what shrinks stays --- */

HEAP_TEST(kvrealloc_keeps_what_shrinks, "")
{
	char *p = kvmalloc(200, GFP_KERNEL);

	fill(p, 200, 1);
	OK(kvrealloc(p, 60, GFP_KERNEL) == p);
	OK(kvrealloc(p, 200, GFP_KERNEL | __GFP_ZERO) == p);
	OK(filled(p, 200, 1)); /* cleared is what a __GFP_ZERO gave up, behind it */
	OK(kvrealloc(p, 60, GFP_KERNEL | __GFP_ZERO) == p);
	OK(filled(p, 60, 1) && zero(p, 60, 256));
	kvfree(p);
	p = kvmalloc(100 * KB, GFP_KERNEL);
	OK(kvrealloc(p, 10, GFP_KERNEL) == p);
	p = kvrealloc(p, 200 * KB, GFP_KERNEL);
	OK(is_vmalloc_addr(p));
	kvfree(p);
}

/* --- realloc of a program: any size to any size --- */

static void *resized(void *p, size_t size, gfp_t flags)
{
	void *caller = __builtin_return_address(0);
	size_t old = kvsize_from("krealloc", p, caller);

	return old ? realloc_sized(p, old, size, flags, caller) : NULL;
}

HEAP_TEST(realloc_crosses_the_cap, "")
{
	void *p = kvmalloc(100 * KB, GFP_KERNEL);

	fill(p, 100 * KB, 1);
	p = resized(p, 3 * MB, GFP_KERNEL);
	OK(is_vmalloc_addr(p) && filled(p, 100 * KB, 1));
	fill(p, 3 * MB, 2);
	p = resized(p, 10 * KB, GFP_KERNEL);
	OK(in_direct_map(p) && filled(p, 10 * KB, 2));
	kvfree(p);
}

HEAP_TEST(a_block_that_is_much_too_great_moves, "")
{
	void *p = kvmalloc(100 * KB, GFP_KERNEL), *q;

	fill(p, 100 * KB, 1);
	OK(resized(p, 66 * KB, GFP_KERNEL) == p);
	q = resized(p, 64 * KB, GFP_KERNEL);
	UNIT_EQ(ksize(q), 64 * KB);
	OK(filled(q, 64 * KB, 1));
	q = resized(q, 1000, GFP_KERNEL);
	UNIT_EQ(ksize(q), 1024);
	OK(filled(q, 1000, 1));
	kvfree(q);
}

struct block {
	void *p;
	size_t size;
	u64 tag;
};

static struct block blocks[200];

static size_t random_size(u64 *rng)
{
	return 1 + rnd(rng) % (16UL << rnd(rng) % 17);
}

static unsigned int model_step(u64 *rng)
{
	struct block *b = &blocks[rnd(rng) % ARRAY_SIZE(blocks)];
	size_t size = random_size(rng), keep = min(b->size, size);
	bool z = rnd(rng) % 4 == 0;
	gfp_t flags = z ? GFP_KERNEL | __GFP_ZERO : GFP_KERNEL;
	unsigned int wrong = 0;
	void *p;

	if (b->p && rnd(rng) % 4 == 0) {
		wrong = !filled(b->p, b->size, b->tag);
		kvfree(b->p);
		*b = (struct block){ .p = NULL };
		return wrong;
	}
	p = b->p ? resized(b->p, size, flags) : kvmalloc(size, flags);
	if (!p)
		return b->p ? !filled(b->p, b->size, b->tag) : 0;
	wrong += usable(p) < size;
	wrong += b->p && !filled(p, keep, b->tag);
	wrong += !b->p && z && !zero(p, 0, size);
	b->p = p;
	b->size = size;
	b->tag = rnd(rng);
	fill(p, size, b->tag);
	return wrong;
}

static unsigned int model_end(void)
{
	unsigned int wrong = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(blocks); i++) {
		wrong += blocks[i].p && !filled(blocks[i].p, blocks[i].size, blocks[i].tag);
		kvfree(blocks[i].p);
		blocks[i].p = NULL;
	}
	return wrong;
}

static void expect_nothing_left(void)
{
	struct page_stats st;

	trim_all();
	page_stats_read(&st);
	OK(st.used <= 1); /* kmalloc-64: bits of a kmalloc-8 slab that went last */
	UNIT_EQ(st.vmalloc, 0);
	UNIT_EQ(validate_all(), 0);
}

static void model_run(unsigned int parts)
{
	u64 end = os_monotonic_ms() + property_ms(parts), rng = unit_seed() * 2 + 1;
	unsigned int wrong = 0;

	while (os_monotonic_ms() < end && !wrong) {
		for (int i = 0; i < 100; i++)
			wrong += model_step(&rng);
		UNIT_EQ(validate_all(), 0);
	}
	UNIT_EQ(wrong + model_end(), 0);
	expect_nothing_left();
}

HEAP_TEST(random_sizes_keep_their_contents, "")
{
	model_run(4);
}

HEAP_TEST(random_sizes_in_16_mib, "mem=16M")
{
	model_run(4);
}

HEAP_TEST(random_sizes_with_the_great_cap, "kmalloc_max=4M")
{
	model_run(4);
}

HEAP_TEST(random_sizes_on_the_guarded_way, "percpu=guarded")
{
	model_run(4);
}

static long fail_at;

static void fail_at_body(void)
{
	u64 rng = unit_seed() * 2 + 1;
	unsigned int wrong = 0;

	os_fail_nth = fail_at;
	for (int i = 0; i < 400; i++)
		wrong += model_step(&rng);
	wrong += model_end();
	os_fail_nth = 0;
	UNIT_EQ(wrong, 0);
	expect_nothing_left();
}

static void any_system_call_may_fail(void)
{
	for (fail_at = 1; fail_at <= 60; fail_at++)
		heap_child("", fail_at_body);
}

/* --- wrong pointers --- */

static unsigned long counts[NR_REPORT_KINDS];

static void note_counts(void)
{
	for (int k = 0; k < NR_REPORT_KINDS; k++)
		counts[k] = report_count((enum report_kind)k);
}

/* Exactly one report, of this kind, since note_counts. */
static void expect_report(enum report_kind kind)
{
	for (int k = 0; k < NR_REPORT_KINDS; k++)
		UNIT_EQ(report_count((enum report_kind)k) - counts[k], k == (int)kind);
	note_counts();
}

HEAP_TEST(wrong_frees_are_named_and_dropped, "invalid_free=count")
{
	char *small = kmalloc(64, GFP_KERNEL), *large = kmalloc(20000, GFP_KERNEL);
	char *area = __vmalloc(MB, PAGE_SIZE, GFP_KERNEL), on_stack;

	note_counts();
	kvfree(&on_stack);
	expect_report(REPORT_FOREIGN_FREE);
	kvfree(small + 8);
	expect_report(REPORT_INVALID_FREE);
	kvfree(large + 4096);
	expect_report(REPORT_INVALID_FREE);
	kvfree(area + 4096);
	expect_report(REPORT_INVALID_FREE);
	kfree_from(area, NULL);
	expect_report(REPORT_INVALID_FREE); /* kfree of vmalloc memory */
	vfree_from("vfree", small, NULL);
	expect_report(REPORT_INVALID_FREE);
	vfree_from("vfree", large, NULL);
	expect_report(REPORT_INVALID_FREE);
	UNIT_EQ(vmalloc_size(area), MB); /* all of them live */
	UNIT_EQ(ksize(small), 64);
	UNIT_EQ(ksize(large), 32768);
	kvfree(small);
	kvfree(large);
	vfree_from("vfree", area, NULL);
	vfree_from("vfree", NULL, NULL);
	note_counts();
	kvfree(small);
	expect_report(REPORT_DOUBLE_FREE);
	kvfree(large);
	expect_report(REPORT_DOUBLE_FREE);
	vfree_from("vfree", area, NULL);
	expect_report(REPORT_FREE_FREED_AREA);
}

HEAP_TEST(realloc_of_a_wrong_pointer_is_null, "invalid_free=count")
{
	char *p = kmalloc(64, GFP_KERNEL), on_stack[64];

	note_counts();
	OK(!krealloc(on_stack, 128, GFP_KERNEL));
	expect_report(REPORT_FOREIGN_FREE);
	OK(!kvrealloc(on_stack, 128, GFP_KERNEL));
	expect_report(REPORT_FOREIGN_FREE);
	OK(!krealloc(p + 16, 128, GFP_KERNEL));
	expect_report(REPORT_INVALID_FREE);
	kvfree(p);
	OK(!krealloc(p, 128, GFP_KERNEL));
	expect_report(REPORT_DOUBLE_FREE);
	UNIT_EQ(kvsize_from("ksize", p, NULL), 0);
	expect_report(REPORT_DOUBLE_FREE);
}

static void free_to_another_cache(int freed)
{
	struct kmem_cache *a = kmem_cache_create("a", 64, 0, 0, NULL);
	struct kmem_cache *b = kmem_cache_create("b", 64, 0, 0, NULL);
	void *p = kmem_cache_alloc(a, GFP_KERNEL), *q = kmalloc(64, GFP_KERNEL);

	kmem_cache_free(b, p); /* kernel: "Wrong slab cache" */
	kmem_cache_free(b, q);
	UNIT_EQ(report_count(REPORT_WRONG_CACHE), 2);
	kmem_cache_free(b, NULL); /* kernel: an oops; "Object is not a Slab page" with debugging */
	UNIT_EQ(report_count(REPORT_FOREIGN_FREE), 1);
	kmem_cache_free(a, p);
	UNIT_EQ(report_count(REPORT_DOUBLE_FREE), freed);
	kmem_cache_free(a, p);
	kvfree(q);
	UNIT_EQ(report_count(REPORT_DOUBLE_FREE), freed ? 3 : 1);
	UNIT_EQ(kmem_cache_destroy(a), 0);
	UNIT_EQ(kmem_cache_destroy(b), 0);
}

HEAP_TEST(object_of_another_cache_goes_home, "invalid_free=count slab_nomerge=1")
{
	free_to_another_cache(1);
}

HEAP_TEST(object_of_another_cache_stays, "invalid_free=fail slab_nomerge=1 log=/dev/null")
{
	free_to_another_cache(0);
}

HEAP_TEST(nothing_is_said_when_off, "invalid_free=off")
{
	void *p = kmalloc(64, GFP_KERNEL);

	kvfree(p);
	kvfree(p); /* still dropped */
	UNIT_EQ(report_count(REPORT_DOUBLE_FREE), 0);
	OK(kmalloc(64, GFP_KERNEL) != kmalloc(64, GFP_KERNEL));
}

UNIT_MAIN("util",
	  UNIT_TEST(the_cap_divides),
	  UNIT_TEST(above_a_page_vmalloc_helps_out),
	  UNIT_TEST(kvzalloc_is_zero),
	  UNIT_TEST(krealloc_of_nothing_allocates),
	  UNIT_TEST(krealloc_stays_within_the_bucket),
	  UNIT_TEST(krealloc_copies_the_whole_bucket),
	  UNIT_TEST(krealloc_with_zero_clears_the_tail),
	  UNIT_TEST(krealloc_fails_and_p_lives),
	  UNIT_TEST(above_the_cap_is_told),
	  UNIT_TEST(krealloc_out_of_memory),
	  UNIT_TEST(kvrealloc_keeps_what_shrinks), UNIT_TEST(realloc_crosses_the_cap),
	  UNIT_TEST(a_block_that_is_much_too_great_moves),
	  UNIT_TEST(random_sizes_keep_their_contents),
	  UNIT_TEST(random_sizes_in_16_mib),
	  UNIT_TEST(random_sizes_with_the_great_cap),
	  UNIT_TEST(random_sizes_on_the_guarded_way),
	  UNIT_TEST(any_system_call_may_fail),
	  UNIT_TEST(wrong_frees_are_named_and_dropped),
	  UNIT_TEST(realloc_of_a_wrong_pointer_is_null),
	  UNIT_TEST(object_of_another_cache_goes_home),
	  UNIT_TEST(object_of_another_cache_stays),
	  UNIT_TEST(nothing_is_said_when_off));
