/* SPDX-License-Identifier: MIT */
/*
 * advice: what an allocation should be in the kernel, by what was seen of its
 * call site: the flags by the contexts, the function by the sizes and by how it
 * asked, and what nothing can mend.
 */
#include "core/check/advice.h"

#include <string.h>

#include "tests/unit/unit.h"

#define CAP (128UL << 10)
#define TASK ADVISE_TASK
#define HOW(how) (1U << (how))

/* One call of one size in process context. */
static struct advice_facts of(u64 least, u64 most, u32 how)
{
	return (struct advice_facts){ .calls = 1, .least = least, .most = most, .alive = 1,
				      .cap = CAP, .contexts = TASK, .how = how };
}

static struct advice_facts blocked(u64 least, u64 most, u32 how, u32 contexts)
{
	struct advice_facts f = of(least, most, how);

	f.contexts = contexts;
	f.blocked = 1;
	f.blocked_most = most;
	return f;
}

static void is(const struct advice_facts *f, enum advice_severity severity, const char *function,
	       const char *flags)
{
	struct advice a;

	advice_make(f, &a);
	UNIT_EQ(a.severity, severity);
	CU_ASSERT_STRING_EQUAL(a.function, function);
	CU_ASSERT_STRING_EQUAL(a.flags, flags);
	CU_ASSERT(a.reason && a.reason[0]);
}

static void the_size_decides_the_function(void)
{
	static const struct {
		u64 least, most;
		enum advice_severity severity;
		const char *plain, *zero, *array, *move;
	} rows[] = {
		{ 0, 0, ADVICE_NONE, "kmalloc", "kzalloc", "kcalloc", "krealloc" },
		{ 1, 32768, ADVICE_NONE, "kmalloc", "kzalloc", "kcalloc", "krealloc" },
		{ 1, 32769, ADVICE_FUNCTION, "kvmalloc", "kvzalloc", "kvcalloc", "kvrealloc" },
		{ 65536, 65536, ADVICE_FUNCTION, "kvmalloc", "kvzalloc", "kvcalloc", "kvrealloc" },
		{ CAP, CAP, ADVICE_FUNCTION, "kvmalloc", "kvzalloc", "kvcalloc", "kvrealloc" },
		{ CAP, CAP + 1, ADVICE_FUNCTION, "kvmalloc", "kvzalloc", "kvcalloc", "kvrealloc" },
		{ CAP + 1, 1UL << 40, ADVICE_FUNCTION, "vmalloc", "vzalloc", "vcalloc",
		  "vrealloc" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *flags = rows[i].least > CAP ? "" : "GFP_KERNEL";
		struct advice_facts f = of(rows[i].least, rows[i].most, HOW(ALLOC_MALLOC));

		is(&f, rows[i].severity, rows[i].plain, flags);
		f.how = HOW(ALLOC_CALLOC);
		is(&f, rows[i].severity, rows[i].zero, flags);
		f.how = HOW(ALLOC_CALLOC_ARRAY);
		is(&f, rows[i].severity, rows[i].array, flags);
		f.how = HOW(ALLOC_REALLOC) | HOW(ALLOC_MALLOC);
		is(&f, rows[i].severity, rows[i].move, flags);
		f.how = HOW(ALLOC_REALLOC_NEW);
		is(&f, rows[i].severity, rows[i].plain, flags);
	}
}

static void arrays_have_their_functions(void)
{
	struct advice_facts f = of(8, 64, HOW(ALLOC_ARRAY_NEW));

	is(&f, ADVICE_NONE, "kmalloc_array", "GFP_KERNEL");
	f.how |= HOW(ALLOC_ARRAY);
	is(&f, ADVICE_NONE, "krealloc_array", "GFP_KERNEL");
	f = of(8, CAP + 1, HOW(ALLOC_ARRAY_NEW));
	is(&f, ADVICE_FUNCTION, "kvmalloc_array", "GFP_KERNEL");
	f = of(CAP + 1, CAP + 1, HOW(ALLOC_ARRAY_NEW));
	is(&f, ADVICE_FUNCTION, "vmalloc_array", "");
	f = of(CAP + 1, CAP + 1, HOW(ALLOC_ARRAY) | HOW(ALLOC_ARRAY_NEW));
	is(&f, ADVICE_FUNCTION, "vrealloc", "");
}

static void the_cap_may_be_elsewhere(void)
{
	struct advice_facts f = of(1UL << 20, 1UL << 20, HOW(ALLOC_MALLOC));

	f.cap = 4UL << 20;
	is(&f, ADVICE_FUNCTION, "kvmalloc", "GFP_KERNEL");
	f.least = f.most = f.cap + 1;
	is(&f, ADVICE_FUNCTION, "vmalloc", "");
}

static void where_it_must_not_sleep_it_is_atomic(void)
{
	static const u32 contexts[] = { ADVISE_ATOMIC, ADVISE_SOFTIRQ, ADVISE_HARDIRQ,
					ADVISE_TASK | ADVISE_ATOMIC };

	for (size_t i = 0; i < ARRAY_SIZE(contexts); i++) {
		struct advice_facts f = blocked(8, 64, HOW(ALLOC_MALLOC), contexts[i]);
		struct advice a;

		is(&f, ADVICE_FLAGS, "kmalloc", "GFP_ATOMIC");
		f.how = HOW(ALLOC_CALLOC);
		is(&f, ADVICE_FLAGS, "kzalloc", "GFP_ATOMIC");
		advice_make(&f, &a);
		/* Where it is also called in process context, that is told. */
		CU_ASSERT(!a.elsewhere == !(contexts[i] & ADVISE_TASK));
		CU_ASSERT(!a.beforehand);
	}
}

static void no_flags_mend_the_cap_in_atomic_context(void)
{
	struct advice_facts f = blocked(100, CAP + 1, HOW(ALLOC_MALLOC), ADVISE_ATOMIC);
	struct advice a;

	is(&f, ADVICE_REDESIGN, "vmalloc", "");
	advice_make(&f, &a);
	CU_ASSERT(a.beforehand);
	f.how = HOW(ALLOC_CALLOC_ARRAY);
	f.contexts = ADVISE_HARDIRQ;
	is(&f, ADVICE_REDESIGN, "vcalloc", "");

	/* The great ones were all in process context: flags by context will do. */
	f = blocked(100, CAP + 1, HOW(ALLOC_MALLOC), ADVISE_ATOMIC | TASK);
	f.blocked_most = 100;
	is(&f, ADVICE_FLAGS, "kmalloc", "GFP_ATOMIC");
	advice_make(&f, &a);
	CU_ASSERT_STRING_EQUAL(a.elsewhere, "kvmalloc(GFP_KERNEL)");
}

static void a_mempool_where_nobody_can_wait(void)
{
	struct advice_facts f = blocked(PAGE_SIZE + 1, PAGE_SIZE + 1, HOW(ALLOC_MALLOC), 0);

	f.contexts = ADVISE_SOFTIRQ;
	is(&f, ADVICE_FLAGS, "mempool_alloc", "GFP_ATOMIC");
	f.contexts = ADVISE_HARDIRQ;
	is(&f, ADVICE_FLAGS, "mempool_alloc", "GFP_ATOMIC");
	f.contexts = ADVISE_ATOMIC; /* the lock can wait */
	is(&f, ADVICE_FLAGS, "kmalloc", "GFP_ATOMIC");
	f.contexts = ADVISE_HARDIRQ;
	f.least = f.most = f.blocked_most = PAGE_SIZE;
	is(&f, ADVICE_FLAGS, "kmalloc", "GFP_ATOMIC");
}

static void dma_adds_its_zone(void)
{
	struct advice_facts f = of(64, 64, HOW(ALLOC_MALLOC));

	f.dma = DMA_YES;
	is(&f, ADVICE_FLAGS, "kmalloc", "GFP_DMA | GFP_KERNEL");
	f = of(64 * 1024, 64 * 1024, HOW(ALLOC_MALLOC)); /* vmalloc memory would not do */
	f.dma = DMA_YES;
	is(&f, ADVICE_FLAGS, "kmalloc", "GFP_DMA | GFP_KERNEL");
	f = of(200 * 1024, 200 * 1024, HOW(ALLOC_MALLOC));
	f.dma = DMA_YES;
	is(&f, ADVICE_FUNCTION, "dma_alloc_coherent", "GFP_KERNEL");
	f = blocked(64, 64, HOW(ALLOC_MALLOC), ADVISE_HARDIRQ);
	f.dma = DMA_YES;
	is(&f, ADVICE_FLAGS, "kmalloc", "GFP_DMA | GFP_ATOMIC");
	f.dma = DMA_NO;
	is(&f, ADVICE_FLAGS, "kmalloc", "GFP_ATOMIC");
}

static void a_cache_for_what_fits_badly(void)
{
	struct advice_facts f = of(520, 520, HOW(ALLOC_MALLOC));
	struct advice a;

	f.calls = 1000;
	f.alive = 9; /* 504 bytes each: just a page */
	is(&f, ADVICE_SAVING, "kmem_cache_alloc", "GFP_KERNEL");
	advice_make(&f, &a);
	UNIT_EQ(a.saves, 9 * 504);
	f.how = HOW(ALLOC_CALLOC);
	is(&f, ADVICE_SAVING, "kmem_cache_zalloc", "GFP_KERNEL");
	f.how = HOW(ALLOC_MALLOC);
	f.alive = 8;
	is(&f, ADVICE_NONE, "kmalloc", "GFP_KERNEL");
	f.alive = 1000;
	f.calls = 99; /* not hot */
	is(&f, ADVICE_NONE, "kmalloc", "GFP_KERNEL");
	f.calls = 1000;
	f.least = 519; /* not fixed */
	is(&f, ADVICE_NONE, "kmalloc", "GFP_KERNEL");
	f.least = f.most = 512; /* fits */
	is(&f, ADVICE_NONE, "kmalloc", "GFP_KERNEL");
	f.alive = 100000;
	f.least = f.most = 1000; /* 32 in a slab of 32 KiB, and so are 1024 */
	is(&f, ADVICE_NONE, "kmalloc", "GFP_KERNEL");
	f.least = f.most = 8184;
	is(&f, ADVICE_NONE, "kmalloc", "GFP_KERNEL");
	f.least = f.most = 4100; /* 7 in a slab, 4 of 8192 */
	advice_make(&f, &a);
	UNIT_EQ(a.saves, 100000 * (8192 - 4681));
	f.least = f.most = 72;
	advice_make(&f, &a);
	UNIT_EQ(a.saves, 100000 * 24);
	f.how = HOW(ALLOC_POSIX_MEMALIGN); /* to 64, say: 128 bytes */
	advice_make(&f, &a);
	UNIT_EQ(a.saves, 0);
	f.how = HOW(ALLOC_MALLOC);
	f.alive = 1000;
	f.least = f.most = 8193; /* above the caches */
	is(&f, ADVICE_NONE, "kmalloc", "GFP_KERNEL");
	f.least = f.most = 520;
	f.contexts = ADVISE_HARDIRQ;
	f.blocked = 1;
	f.blocked_most = 520;
	is(&f, ADVICE_FLAGS, "kmem_cache_alloc", "GFP_ATOMIC");
}

static void buckets_are_the_kernels(void)
{
	static const u64 of_size[][2] = { { 0, 8 },	{ 8, 8 },     { 9, 16 },    { 64, 64 },
					  { 65, 96 },	{ 96, 96 },   { 97, 128 },  { 129, 192 },
					  { 192, 192 }, { 193, 256 }, { 4097, 8192 } };

	for (size_t i = 0; i < ARRAY_SIZE(of_size); i++)
		UNIT_EQ(kmalloc_bucket(of_size[i][0]), of_size[i][1]);
}

static void libc_functions_have_their_like(void)
{
	struct advice_facts f = of(6, 20, HOW(ALLOC_MALLOC));

	f.callee = "strdup";
	is(&f, ADVICE_NONE, "kstrdup", "GFP_KERNEL");
	f = blocked(6, 20, HOW(ALLOC_MALLOC), ADVISE_HARDIRQ);
	f.callee = "asprintf";
	is(&f, ADVICE_FLAGS, "kasprintf", "GFP_ATOMIC");
	f.callee = "operator new";
	is(&f, ADVICE_FLAGS, "kmalloc", "GFP_ATOMIC");
	f = of(6, 1 << 20, HOW(ALLOC_MALLOC));
	f.callee = "strdup"; /* kstrdup is kmalloc's */
	is(&f, ADVICE_FUNCTION, "kvmalloc", "GFP_KERNEL");
}

static void alignment_comes_with_powers_of_two(void)
{
	struct advice_facts f = of(128, 128, HOW(ALLOC_ALIGNED));

	is(&f, ADVICE_NONE, "kmalloc", "GFP_KERNEL");
	f.least = f.most = 100;
	is(&f, ADVICE_FUNCTION, "kmem_cache_alloc", "GFP_KERNEL");
	f.most = 128;
	is(&f, ADVICE_FUNCTION, "kmalloc", "GFP_KERNEL");
	f.least = f.most = CAP + 1; /* pages are aligned */
	is(&f, ADVICE_FUNCTION, "vmalloc", "");
}

static void who_chose_already_is_left_alone(void)
{
	struct advice_facts f = of(1, CAP + 1, HOW(ALLOC_KVMALLOC));

	is(&f, ADVICE_NONE, "kvmalloc", "GFP_KERNEL");
	f = of(CAP + 1, CAP + 1, HOW(ALLOC_VMALLOC));
	is(&f, ADVICE_NONE, "vmalloc", "");
	f = of(520, 520, HOW(ALLOC_CACHE));
	f.calls = f.alive = 1000;
	is(&f, ADVICE_NONE, "kmem_cache_alloc", "GFP_KERNEL");
	f = of(65536, 65536, HOW(ALLOC_PAGES));
	is(&f, ADVICE_NONE, "alloc_pages", "GFP_KERNEL");
	f = of(CAP + 1, CAP + 1, HOW(ALLOC_KMALLOC)); /* cannot be, but is no crash */
	is(&f, ADVICE_FUNCTION, "vmalloc", "");
}

UNIT_MAIN("advice",
	UNIT_TEST(the_size_decides_the_function),
	UNIT_TEST(arrays_have_their_functions),
	UNIT_TEST(the_cap_may_be_elsewhere),
	UNIT_TEST(where_it_must_not_sleep_it_is_atomic),
	UNIT_TEST(no_flags_mend_the_cap_in_atomic_context),
	UNIT_TEST(a_mempool_where_nobody_can_wait),
	UNIT_TEST(dma_adds_its_zone),
	UNIT_TEST(a_cache_for_what_fits_badly),
	UNIT_TEST(buckets_are_the_kernels),
	UNIT_TEST(libc_functions_have_their_like),
	UNIT_TEST(alignment_comes_with_powers_of_two),
	UNIT_TEST(who_chose_already_is_left_alone));
