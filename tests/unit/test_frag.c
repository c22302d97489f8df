// SPDX-License-Identifier: MIT
/*
 * Shows that frag= holds what it says: the pattern's functions agree with each
 * other, orders up to 3 do not suffer, high orders fail with memory free, and a seed
 * repeats. And a property test of physical memory, with every zone, flag and order: no
 * frame is in two places or held, runs are those of the frames, counters are what a
 * recount gives, and buddyinfo is what the frames that nobody has add up to.
 */
#include "tests/unit/heap.h"

#include "config/options.h"
#include "core/mm/frag.h"
#include "core/mm/phys.h"
#include "core/mm/view.h"
#include "core/mm/zone.h"

/* --- the pattern ---------------------------------------------------------- */

static const struct frag patterns[] = {
	{ 1, 0 }, { 7, 1 }, { 50, 2 }, { 77, 3 }, { 99, 4 }, { 100, 5 },
};

static unsigned long count_slowly(const struct frag *f, unsigned long pfn, unsigned long end)
{
	unsigned long n = 0;

	for (; pfn < end; pfn++)
		n += frag_is_held(f, pfn);
	return n;
}

static void counts_agree(void)
{
	static const unsigned long ranges[][2] = {
		{ 16, 16 }, { 16, 17 }, { 0, 1024 }, { 5, 1000 }, { 1000, 1050 },
		{ 100, 5000 }, { 2048, 4096 }, { 4097, 9999 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(patterns); i++)
		for (unsigned int j = 0; j < ARRAY_SIZE(ranges); j++)
			UNIT_EQ(frag_count(&patterns[i], ranges[j][0], ranges[j][1]),
				count_slowly(&patterns[i], ranges[j][0], ranges[j][1]));
}

static void percents_are_kept(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(patterns); i++)
		UNIT_EQ(frag_count(&patterns[i], 0, 1000UL << 10),
			1000UL * 64 * patterns[i].percent / 100);
	struct frag off = { 0, 9 };

	UNIT_EQ(frag_count(&off, 0, 1UL << 20), 0);
	UNIT_EQ(frag_next_held(&off, 3, 99), 99);
	CU_ASSERT(!frag_is_held(&off, 17));
}

static void seeds_differ(void)
{
	struct frag a = { 50, 1 }, b = { 50, 2 };
	unsigned int same = 0;

	for (unsigned long r = 0; r < 100; r++) {
		UNIT_EQ(frag_mask(&a, r), frag_mask(&a, r));
		same += frag_mask(&a, r) == frag_mask(&b, r);
	}
	UNIT_EQ(same, 0);
}

/* Kernel: what merging makes of single frames. */
static void count_buddies(u8 *is_free, unsigned long n, unsigned long nr[NR_PAGE_ORDERS])
{
	for (unsigned int o = 0; o < MAX_PAGE_ORDER; o++) {
		unsigned long step = 1UL << o;

		for (unsigned long i = 0; i + step <= n; i += 2 * step) {
			bool low = is_free[i], high = i + step < n && is_free[i + step];

			is_free[i] = low && high;
			if (i + step < n)
				is_free[i + step] = 0;
			nr[o] += (low || high) && !is_free[i];
		}
	}
	for (unsigned long i = 0; i < n; i += 1UL << MAX_PAGE_ORDER)
		nr[MAX_PAGE_ORDER] += is_free[i];
}

static void blocks_of_a_region(void)
{
	static u8 is_free[1024];

	for (unsigned int i = 0; i < ARRAY_SIZE(patterns); i++)
		for (unsigned long r = 0; r < 50; r++) {
			unsigned long fast[NR_PAGE_ORDERS] = { 0 }, slow[NR_PAGE_ORDERS] = { 0 };

			for (unsigned long j = 0; j < 1024; j++)
				is_free[j] = !frag_is_held(&patterns[i], r * 1024 + j);
			count_buddies(is_free, 1024, slow);
			frag_region_blocks(frag_mask(&patterns[i], r), fast);
			UNIT_EQ(memcmp(fast, slow, sizeof(fast)), 0);
		}
}

static void blocks_are_found(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(patterns); i++)
		for (unsigned int o = 0; o <= MAX_PAGE_ORDER; o++) {
			unsigned long from = 1234, at = frag_find(&patterns[i], from, 20480, o), p;

			for (p = ALIGN(from, 1UL << o); p + (1UL << o) <= 20480; p += 1UL << o)
				if (!count_slowly(&patterns[i], p, p + (1UL << o)))
					break;
			UNIT_EQ(at, p + (1UL << o) <= 20480 ? p : PFN_NONE);
		}
}

/* --- the zones ------------------------------------------------------------ */

static unsigned long alloc_some(gfp_t flags, unsigned int order, unsigned long most)
{
	unsigned long n = 0;

	while (n < most && alloc_pages(flags, order))
		n++;
	return n;
}

static struct page_stats all(void)
{
	struct page_stats st;

	page_stats_read(&st);
	return st;
}

static unsigned long left(void)
{
	struct page_stats st = all();

	return st.managed - st.held - st.used - st.vmalloc;
}

HEAP_TEST(high_orders_fail_with_memory_free, "frag=100 mem=2G page_alloc=count")
{
	OK(!kmalloc(131072, GFP_KERNEL));
	OK(!alloc_pages(GFP_KERNEL, 4));
	OK(left() > (1UL << 30 >> PAGE_SHIFT)); /* a GiB */
	OK(kmalloc(32768, GFP_KERNEL) != NULL);
	UNIT_EQ(all().held, frag_count(&zones[0].frag, 16, 2UL << 18));
}

HEAP_TEST(low_orders_use_all_of_it, "frag=100 mem=64M page_alloc=count")
{
	unsigned long n = alloc_some(GFP_KERNEL, 3, 10000);

	OK(n > 700 && n <= 1024); /* one in each 64 KiB, but for the reserves */
	OK(alloc_some(GFP_KERNEL, 2, 10000) > 700);
}

HEAP_TEST(some_fragmentation_lets_some_pass, "frag=90,3 mem=1G page_alloc=count")
{
	unsigned long n = alloc_some(GFP_KERNEL, 5, 100000);

	OK(n > 20 && n < 1500);
	OK(left() > (1UL << 29 >> PAGE_SHIFT));
}

HEAP_TEST(memory_that_is_not_fragmented, "frag=0 mem=256M")
{
	UNIT_EQ(all().held, 0);
	OK(alloc_some(GFP_KERNEL, 10, 40) == 40);
}

/* Reclaim serves order 3: what caches keep is given back first. */
HEAP_TEST(low_orders_reclaim, "frag=100 mem=32M page_alloc=count purge_ms=100000")
{
	static void *p[40000];
	unsigned long n = 0, i;

	while (n < ARRAY_SIZE(p) && (p[n] = kmalloc(1024, GFP_KERNEL | __GFP_NOWARN)))
		n++;
	OK(!kmalloc(32768, GFP_KERNEL));
	for (i = 0; i < n; i++)
		kvfree(p[i]);
	for (i = 0; i < 64; i++)
		OK(kmalloc(32768, GFP_KERNEL) != NULL);
}

HEAP_TEST(zones_end_where_they_are_told, "zones=DMA:4M,DMA32:32M mem=64M")
{
	unsigned long pfn = page_to_pfn(alloc_pages(GFP_KERNEL | __GFP_DMA, 0));

	OK(pfn < 1024);
	pfn = page_to_pfn(alloc_pages(GFP_KERNEL | __GFP_DMA32, 0));
	OK(pfn >= 1024 && pfn < 8192);
	pfn = page_to_pfn(alloc_pages(GFP_KERNEL, 0));
	OK(pfn >= 8192);
	UNIT_EQ(zone_managed(&zones[ZONE_NORMAL]), 8192);
	UNIT_EQ(zones[ZONE_DMA].lowmem_reserve[ZONE_NORMAL], (8192 + 7168) / 256);
	UNIT_EQ(zones[ZONE_DMA32].lowmem_reserve[ZONE_NORMAL], 8192 / 256);
}

HEAP_TEST(zones_may_be_absent, "zones=DMA:0,DMA32:0 mem=64M page_alloc=count")
{
	OK(!alloc_pages(GFP_KERNEL | __GFP_DMA, 0));
	OK(!alloc_pages(GFP_KERNEL | __GFP_DMA32, 0));
	OK(alloc_pages(GFP_KERNEL, 10) != NULL);
	UNIT_EQ(zone_managed(&zones[ZONE_NORMAL]), 16384 - 16);
}

/* --- the property test ------------------------------------------------------ */

#define MAX_FRAMES (6UL << 18)
#define MAX_BLOCKS 400

struct owned {
	void *p;		   /* pages, or an area of vmalloc */
	unsigned int order, pages; /* pages: of an area */
};

static u8 owner[MAX_FRAMES]; /* 1: somebody of ours has the frame */
static struct owned owned[MAX_BLOCKS];
static unsigned int nr_owned;
static unsigned long nr_frames, used, area_pages, bad;
static u64 rng;

/* The frames of one buffer, by its runs: each was nobody's and is now ours, or back. */
static void mark(const void *p, size_t bytes, u8 from, u8 to)
{
	struct kmemu_phys_run run;
	size_t covered = 0;

	for (; phys_run_at((const char *)p + covered, bytes - covered, &run); covered += run.bytes)
		for (unsigned long pfn = run.phys >> PAGE_SHIFT;
		     pfn < (run.phys + run.bytes) >> PAGE_SHIFT; pfn++) {
			bad += pfn >= nr_frames || owner[pfn] != from;
			bad += frag_is_held(&zones[0].frag, pfn);
			owner[pfn] = to;
		}
	bad += covered != bytes;
}

static gfp_t random_flags(void)
{
	static const gfp_t base[] = { GFP_KERNEL, GFP_ATOMIC, GFP_NOWAIT, KMEMU_GFP_NOIO,
				      KMEMU_GFP_NOFS, KMEMU_GFP_USER, KMEMU_GFP_HIGHUSER_MOVABLE,
				      GFP_KERNEL | __GFP_HIGH, GFP_KERNEL | __GFP_NORETRY,
				      GFP_KERNEL | __GFP_RETRY_MAYFAIL };
	static const gfp_t zone[] = { 0, 0, 0, __GFP_DMA, __GFP_DMA32 };
	static const gfp_t more[] = { 0, 0, __GFP_ZERO, __GFP_NOMEMALLOC, __GFP_MEMALLOC,
				      __GFP_RECLAIMABLE };

	return base[rnd(&rng) % ARRAY_SIZE(base)] | zone[rnd(&rng) % ARRAY_SIZE(zone)] |
	       more[rnd(&rng) % ARRAY_SIZE(more)] | __GFP_NOWARN;
}

static void step_alloc(bool areas)
{
	struct owned *b = &owned[nr_owned];
	gfp_t flags = random_flags();

	if (nr_owned == MAX_BLOCKS)
		return;
	b->pages = areas && rnd(&rng) % 3 == 0 ? 1 + (unsigned int)(rnd(&rng) % 100) : 0;
	b->order = (unsigned int)(rnd(&rng) % NR_PAGE_ORDERS);
	if (b->pages) {
		b->p = __vmalloc((size_t)b->pages * PAGE_SIZE, PAGE_SIZE,
				 GFP_KERNEL | __GFP_NOWARN);
	} else {
		struct page *page = alloc_pages(flags, b->order);

		b->p = page ? page_address(page) : NULL;
		bad += page && flags & __GFP_DMA && page_to_pfn(page) >= zones[ZONE_DMA].end_pfn;
		bad += page && flags & __GFP_DMA32 &&
		       page_to_pfn(page) >= zones[ZONE_DMA32].end_pfn;
		bad += page && !IS_ALIGNED(page_to_pfn(page), 1UL << b->order);
	}
	if (!b->p)
		return;
	nr_owned++;
	used += b->pages ? 0 : 1UL << b->order;
	area_pages += b->pages;
	mark(b->p, b->pages ? (size_t)b->pages * PAGE_SIZE : PAGE_SIZE << b->order, 0, 1);
}

static void step_free(void)
{
	struct owned b;
	unsigned int i;

	if (!nr_owned)
		return;
	i = (unsigned int)(rnd(&rng) % nr_owned);
	b = owned[i];
	owned[i] = owned[--nr_owned];
	used -= b.pages ? 0 : 1UL << b.order;
	area_pages -= b.pages;
	mark(b.p, b.pages ? (size_t)b.pages * PAGE_SIZE : PAGE_SIZE << b.order, 1, 0);
	if (b.pages)
		vfree(b.p);
	else
		free_pages(pfn_to_page(virt_to_pfn(b.p)), b.order);
}

static void drain(void)
{
	OK(percpu_stop());
	drain_pages();
	percpu_start();
}

/* What was unmapped under pressure appears again: it merges with nothing before. */
static void unmapped_return(void)
{
	OK(spin_lock(&zone_lock));
	for (int i = 0; i < MAX_NR_ZONES; i++)
		while (absent_return(&zones[i], 0))
			;
	zone_unlock();
}

/* A row of buddyinfo; false: no such zone in it. */
static bool read_row(const char *text, enum zone_type z, unsigned long nr[NR_PAGE_ORDERS])
{
	char head[40];
	const char *at;

	snprintf(head, sizeof(head), "zone %8s ", zone_name(z));
	at = strstr(text, head);
	if (!at)
		return false;
	at += strlen(head);
	for (unsigned int o = 0; o < NR_PAGE_ORDERS; o++)
		nr[o] = strtoul(at, (char **)&at, 10);
	return true;
}

/* Frames of a zone that nobody has, as the blocks that merging makes of them. */
static void recount(const struct zone *z, unsigned long nr[NR_PAGE_ORDERS])
{
	static u8 is_free[MAX_FRAMES];
	unsigned long start = ALIGN_DOWN(z->start_pfn, 1024UL), n = z->end_pfn - start;

	for (unsigned long i = 0; i < n; i++)
		is_free[i] = start + i >= z->start_pfn && !owner[start + i] &&
			     !frag_is_held(&z->frag, start + i);
	count_buddies(is_free, n, nr);
}

static void expect_buddyinfo(bool exact)
{
	static char text[4096];

	view_print_own("buddyinfo", text, sizeof(text));
	for (int i = 0; i < MAX_NR_ZONES; i++) {
		unsigned long nr[NR_PAGE_ORDERS] = { 0 }, want[NR_PAGE_ORDERS] = { 0 }, sum = 0;
		const struct zone *z = &zones[i];

		if (!read_row(text, (enum zone_type)i, nr))
			continue;
		for (unsigned int o = 0; o < NR_PAGE_ORDERS; o++)
			sum += nr[o] << o;
		bad += sum != zone_managed(z) - z->held - z->committed + z->free_buddy - z->charged;
		if (!exact)
			continue;
		recount(z, want);
		bad += memcmp(nr, want, sizeof(nr)) != 0;
	}
}

static void expect_all(bool exact)
{
	struct page_stats st;

	drain();
	if (exact)
		unmapped_return();
	st = all();
	bad += validate_zone() + validate_vmap();
	/* Frames of areas may have been taken from the lists, and warm areas keep theirs. */
	bad += exact ? st.used != used : st.used + st.vmalloc < used + area_pages;
	bad += st.held != frag_count(&zones[0].frag, zones[0].start_pfn, nr_frames);
	expect_buddyinfo(exact);
}

/* All of the memory appears; what is exact must have no piece that is not there. */
static void make_all_appear(void)
{
	static struct page *p[MAX_BLOCKS * 100];
	unsigned long n = 0;

	for (gfp_t zone = 0; zone <= __GFP_DMA32; zone++)
		while (zone != __GFP_HIGHMEM && n < ARRAY_SIZE(p) &&
		       (p[n] = alloc_pages(GFP_ATOMIC | __GFP_MEMALLOC | zone | __GFP_NOWARN, 0)))
			n++;
	OK(n < ARRAY_SIZE(p));
	while (n)
		free_pages(p[--n], 0);
	drain();
}

static void property(bool exact)
{
	u64 end = os_monotonic_ms() + property_ms(7);

	rng = unit_seed() * 2 + 1;
	nr_frames = kmemu_opts.mem >> PAGE_SHIFT;
	if (exact)
		make_all_appear();
	while (os_monotonic_ms() < end && !bad) {
		if (rnd(&rng) % 9 < 5)
			step_alloc(!exact);
		else
			step_free();
		expect_all(exact);
	}
	while (nr_owned)
		step_free();
	expect_all(exact);
	UNIT_EQ(bad, 0);
}

HEAP_TEST(physical_memory_holds, "mem=32M")
{
	property(true);
}

HEAP_TEST(fragmented_memory_holds, "mem=32M frag=60,5")
{
	property(true);
}

HEAP_TEST(small_zones_hold, "mem=48M zones=DMA:8M,DMA32:20M frag=95,2")
{
	property(true);
}

HEAP_TEST(huge_pages_hold, "mem=48M phys=huge zones=DMA:8M,DMA32:20M purge_ms=1")
{
	property(true);
}

HEAP_TEST(areas_share_no_frame, "mem=64M zones=DMA:8M,DMA32:32M")
{
	property(false);
}

HEAP_TEST(areas_in_fragmented_memory, "mem=64M zones=DMA:8M,DMA32:32M frag=80,1")
{
	property(false);
}

HEAP_TEST(lazy_areas_in_all_zones, "mem=6G frag=30 vmalloc_lazy=1")
{
	property(false);
}

UNIT_MAIN("frag", UNIT_TEST(counts_agree), UNIT_TEST(percents_are_kept), UNIT_TEST(seeds_differ),
	  UNIT_TEST(blocks_of_a_region), UNIT_TEST(blocks_are_found),
	  UNIT_TEST(high_orders_fail_with_memory_free), UNIT_TEST(low_orders_use_all_of_it),
	  UNIT_TEST(some_fragmentation_lets_some_pass), UNIT_TEST(memory_that_is_not_fragmented),
	  UNIT_TEST(low_orders_reclaim), UNIT_TEST(zones_end_where_they_are_told),
	  UNIT_TEST(zones_may_be_absent), UNIT_TEST(physical_memory_holds),
	  UNIT_TEST(fragmented_memory_holds), UNIT_TEST(small_zones_hold),
	  UNIT_TEST(huge_pages_hold),
	  UNIT_TEST(areas_share_no_frame), UNIT_TEST(areas_in_fragmented_memory),
	  UNIT_TEST(lazy_areas_in_all_zones));
