// SPDX-License-Identifier: MIT
/*
 * Shows that the page allocator has the kernel's zones, watermarks, floors and
 * fallback order; that blocks never overlap, split from the lowest page and
 * merge back whole; that zeroed means zeroed and purged means given back; that
 * holes, full memory, handlers and failing system calls cost nothing but NULL.
 */
#include "tests/unit/heap.h"

#include <pthread.h>
#include <sys/mman.h>

#include "core/report/report.h"

#define DMA_END	   4096UL
#define DMA32_END  (1UL << 20)
#define MAX_BLOCKS 70000

static unsigned long wmark[NR_WMARK], nr_free[NR_PAGE_ORDERS];

static struct page_stats zone(enum zone_type z)
{
	struct page_stats st;

	zone_stats_read(z, &st, wmark, nr_free);
	return st;
}

static struct page_stats all(void)
{
	struct page_stats st;

	page_stats_read(&st);
	return st;
}

static unsigned long zone_left(enum zone_type z)
{
	struct page_stats st = zone(z);

	return st.managed - st.used - st.vmalloc;
}

static enum zone_type zone_of(const struct page *page)
{
	unsigned long pfn = page_to_pfn(page);

	return pfn < DMA_END ? ZONE_DMA : pfn < DMA32_END ? ZONE_DMA32 :
							    ZONE_NORMAL;
}

static void drain_pcp(void)
{
	OK(percpu_stop());
	drain_pages();
	percpu_start();
}

static struct page *blocks[MAX_BLOCKS];
static unsigned int nr_blocks;

/* Allocates until NULL; all are of one order. */
static unsigned int exhaust(gfp_t flags, unsigned int order)
{
	unsigned int before = nr_blocks;
	struct page *page;

	while (nr_blocks < MAX_BLOCKS && (page = alloc_pages(flags, order)))
		blocks[nr_blocks++] = page;
	OK(nr_blocks < MAX_BLOCKS);
	return nr_blocks - before;
}

static void free_all(unsigned int order)
{
	while (nr_blocks)
		free_pages(blocks[--nr_blocks], order);
}

/* --- zones --- */

static unsigned long expected_min_kb(unsigned long managed_kb)
{
	unsigned long r = 0;

	while ((r + 1) * (r + 1) <= managed_kb * 16)
		r++;
	return clamp(r, 128UL, 262144UL);
}

/* kernel: calculate_min_free_kbytes, __setup_per_zone_wmarks */
static void expect_wmarks(void)
{
	unsigned long total = all().managed, min_pages = expected_min_kb(total * 4) / 4;

	for (int i = 0; i < MAX_NR_ZONES; i++) {
		struct page_stats st = zone((enum zone_type)i);
		unsigned long want = (unsigned long)((double)min_pages * st.managed / total);
		unsigned long gap = max(wmark[WMARK_MIN] / 4, st.managed / 1000);

		OK(wmark[WMARK_MIN] - want + 1 <= 2); /* rounding of the double */
		UNIT_EQ(wmark[WMARK_LOW], wmark[WMARK_MIN] + gap);
		UNIT_EQ(wmark[WMARK_HIGH], wmark[WMARK_MIN] + 2 * gap);
	}
}

HEAP_TEST(zones_have_the_kernels_boundaries, "mem=6G")
{
	UNIT_EQ(zone(ZONE_DMA).managed, DMA_END - 16);
	UNIT_EQ(zone(ZONE_DMA32).managed, DMA32_END - DMA_END);
	UNIT_EQ(zone(ZONE_NORMAL).managed, (6UL << 18) - DMA32_END);
	UNIT_EQ(all().managed, (6UL << 18) - 16);
	CU_ASSERT_STRING_EQUAL(zone_name(ZONE_DMA), "DMA");
	CU_ASSERT_STRING_EQUAL(zone_name(ZONE_DMA32), "DMA32");
	CU_ASSERT_STRING_EQUAL(zone_name(ZONE_NORMAL), "Normal");
	expect_wmarks();
}

HEAP_TEST(watermarks_of_64_mib, "mem=64M")
{
	UNIT_EQ(zone(ZONE_NORMAL).managed, 0);
	UNIT_EQ(wmark[WMARK_HIGH], 0);
	expect_wmarks();
	/* 65472 KiB: int_sqrt(65472 * 16) is 1023 KiB, 255 pages */
	UNIT_EQ(zone(ZONE_DMA32).managed, 12288);
	UNIT_EQ(wmark[WMARK_MIN], 255 * 12288 / 16368);
}

HEAP_TEST(watermarks_of_the_default, "")
{
	OK(all().managed >= (1UL << 20));
	expect_wmarks();
}

HEAP_TEST(the_smallest_memory_works, "mem=1M")
{
	unsigned int n = exhaust(GFP_KERNEL, 0);

	UNIT_EQ(zone(ZONE_DMA).managed, 256);
	expect_wmarks();
	UNIT_EQ(n, 256 - wmark[WMARK_MIN] * 0 - zone_left(ZONE_DMA));
	OK(n > 100);
	free_all(0);
}

HEAP_TEST(flags_choose_the_zone, "mem=6G")
{
	static const struct {
		gfp_t flags;
		enum zone_type zone;
	} want[] = {
		{ GFP_KERNEL, ZONE_NORMAL },
		{ GFP_ATOMIC, ZONE_NORMAL },
		{ GFP_KERNEL | __GFP_DMA, ZONE_DMA },
		{ __GFP_DMA, ZONE_DMA },
		{ GFP_KERNEL | __GFP_DMA32, ZONE_DMA32 },
		{ GFP_KERNEL | __GFP_MOVABLE, ZONE_NORMAL },
		{ GFP_KERNEL | __GFP_HIGHMEM, ZONE_NORMAL },
		{ GFP_KERNEL | __GFP_DMA | __GFP_MOVABLE, ZONE_DMA },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(want); i++)
		for (unsigned int o = 0; o <= MAX_PAGE_ORDER; o++) {
			struct page *page = alloc_pages(want[i].flags, o);

			OK(page && zone_of(page) == want[i].zone && page->zone == want[i].zone);
			free_pages(page, o);
		}
}

HEAP_TEST(full_zones_fall_back_downward, "mem=4224M")
{
	enum zone_type last = ZONE_NORMAL;
	unsigned int per_zone[MAX_NR_ZONES] = { 0 };

	exhaust(GFP_KERNEL, 10);
	for (unsigned int i = 0; i < nr_blocks; i++) {
		/* low first everywhere, then min: two rounds downward at the most */
		per_zone[zone_of(blocks[i])]++;
		if (i < nr_blocks / 2)
			OK(zone_of(blocks[i]) <= last);
		last = zone_of(blocks[i]);
	}
	OK(per_zone[ZONE_NORMAL] >= 30);
	OK(per_zone[ZONE_DMA32] >= 1000);
	free_all(10);
	drain_pcp();
	UNIT_EQ(all().used, 0);
}

HEAP_TEST(fallback_comes_before_going_below_low, "mem=64M")
{
	struct page *page;

	do {
		page = alloc_pages(GFP_KERNEL, 0);
		blocks[nr_blocks++] = page;
	} while (zone_of(page) == ZONE_DMA32);
	UNIT_EQ(zone_left(ZONE_DMA32), (zone(ZONE_DMA32), wmark[WMARK_LOW]));
	free_all(0);
}

/* --- floors by flags --- */

static void expect_floor(gfp_t flags, unsigned int eighths, bool reserve)
{
	unsigned long kept[2];

	exhaust(flags, 0);
	for (int z = ZONE_DMA; z <= ZONE_DMA32; z++) {
		unsigned long left = zone_left((enum zone_type)z), floor = wmark[WMARK_MIN];

		if (eighths <= 4)
			floor -= floor / 2;
		if (eighths == 3)
			floor -= floor / 4;
		kept[z] = eighths ? floor : 0;
		/* lowmem_reserve: managed pages of the zones above / 256 */
		if (z == ZONE_DMA && reserve)
			kept[z] += zone(ZONE_DMA32).managed / 256;
		UNIT_EQ(left, kept[z]);
	}
	free_all(0);
	UNIT_EQ(all().used, 0);
}

HEAP_TEST(gfp_kernel_stops_at_min, "mem=64M")
{
	expect_floor(GFP_KERNEL, 8, true);
}

HEAP_TEST(gfp_nowait_stops_at_min, "mem=64M")
{
	expect_floor(GFP_NOWAIT, 8, true);
}

HEAP_TEST(gfp_high_stops_at_half, "mem=64M")
{
	expect_floor(GFP_KERNEL | __GFP_HIGH, 4, true);
}

HEAP_TEST(gfp_atomic_stops_at_three_eighths, "mem=64M")
{
	expect_floor(GFP_ATOMIC, 3, true);
}

/* kernel: gfp_to_alloc_flags gives ALLOC_NON_BLOCK only without NOMEMALLOC */
HEAP_TEST(gfp_atomic_nomemalloc_stops_at_half, "mem=64M")
{
	expect_floor(GFP_ATOMIC | __GFP_NOMEMALLOC, 4, true);
}

HEAP_TEST(gfp_memalloc_knows_no_floor, "mem=64M")
{
	expect_floor(GFP_KERNEL | __GFP_MEMALLOC, 0, false);
}

HEAP_TEST(gfp_memalloc_nomemalloc_stops_at_min, "mem=64M")
{
	expect_floor(GFP_KERNEL | __GFP_MEMALLOC | __GFP_NOMEMALLOC, 8, true);
}

HEAP_TEST(gfp_dma_uses_its_zones_reserve, "mem=64M")
{
	exhaust(GFP_KERNEL | __GFP_DMA, 0);
	UNIT_EQ(zone(ZONE_DMA32).used, 0);
	OK(zone_left(ZONE_DMA) > 0);
	OK(zone_left(ZONE_DMA) == wmark[WMARK_MIN]);
	free_all(0);
}

/* --- splitting and merging --- */

HEAP_TEST(the_lowest_page_is_split_off, "mem=64M")
{
	struct page *big = alloc_pages(GFP_KERNEL, 10);
	unsigned long pfn = page_to_pfn(big);
	struct page *small[3];

	free_pages(big, 10);
	small[0] = alloc_pages(GFP_KERNEL, 0);
	UNIT_EQ(page_to_pfn(small[0]), pfn);
	zone(ZONE_DMA32);
	for (unsigned int o = 0; o < 10; o++)
		OK(nr_free[o] >= 1);
	small[1] = alloc_pages(GFP_KERNEL, 0);
	UNIT_EQ(page_to_pfn(small[1]), pfn + 1);
	small[2] = alloc_pages(GFP_KERNEL, 3);
	UNIT_EQ(page_to_pfn(small[2]), pfn + 8);
	free_pages(small[0], 0);
	free_pages(small[2], 3);
	free_pages(small[1], 0);
	big = alloc_pages(GFP_KERNEL, 10); /* it is whole again */
	UNIT_EQ(page_to_pfn(big), pfn);
	free_pages(big, 10);
}

HEAP_TEST(all_merges_back, "mem=64M")
{
	unsigned int n = exhaust(GFP_KERNEL | __GFP_MEMALLOC, 0);

	UNIT_EQ(n, all().managed);
	for (unsigned int i = 0; i < n; i++) { /* in another order */
		unsigned int j = (unsigned int)(i * 7919UL % n);
		struct page *tmp = blocks[i];

		blocks[i] = blocks[j];
		blocks[j] = tmp;
	}
	free_all(0);
	UNIT_EQ(all().used, 0);
	UNIT_EQ(all().free_buddy, all().committed);
	UNIT_EQ(zone(ZONE_DMA32).committed, 12288);
	UNIT_EQ(nr_free[10], 12);
	for (unsigned int o = 0; o < 10; o++)
		UNIT_EQ(nr_free[o], 0);
	UNIT_EQ(validate_zone(), 0);
}

HEAP_TEST(orders_above_the_highest_are_refused, "mem=64M")
{
	OK(!alloc_pages(GFP_KERNEL, 11));
	OK(!alloc_pages(GFP_KERNEL | __GFP_NOFAIL, ~0U));
}

HEAP_TEST(page_head_finds_the_block, "mem=64M")
{
	for (unsigned int o = 0; o <= MAX_PAGE_ORDER; o++) {
		struct page *page = alloc_pages(GFP_KERNEL, o);
		unsigned long pfn = page_to_pfn(page);

		for (unsigned long i = 0; i < 1UL << o; i++)
			OK(page_head(pfn + i) == page);
		free_pages(page, o);
	}
	OK(!page_head(0));
	OK(!page_head(MAX_PLAN_PFN - 1));
}

/* --- clean, dirty, zero --- */

static unsigned long resident(const void *p, unsigned long pages)
{
	unsigned char vec[1024];
	unsigned long n = 0;

	if (mincore((void *)p, pages * PAGE_SIZE, vec))
		return 0;
	for (unsigned long i = 0; i < pages; i++)
		n += vec[i] & 1;
	return n;
}

HEAP_TEST(purged_memory_is_given_back, "mem=64M")
{
	struct page *page = alloc_pages(GFP_KERNEL, 6);
	char *p = page_address(page);

	UNIT_EQ(all().dirty, 0);
	UNIT_EQ(resident(p, 64), 0);
	memset(p, 1, 64 * PAGE_SIZE);
	UNIT_EQ(resident(p, 64), 64);
	free_pages(page, 6);
	UNIT_EQ(all().dirty, 64);
	UNIT_EQ(page_purge(100000), 0); /* too young */
	UNIT_EQ(resident(p, 64), 64);
	UNIT_EQ(page_purge(0), 64);
	UNIT_EQ(resident(p, 64), 0);
	UNIT_EQ(all().dirty, 0);
	UNIT_EQ(page_purge(0), 0);
	UNIT_EQ(validate_zone(), 0);
}

/* One block of each order is purged, where no other clean one of it was free. */
HEAP_TEST(purged_memory_is_handed_out, "mem=64M")
{
	static struct page *page[64 << 8];
	unsigned long nr = 0, again;

	while (nr < ARRAY_SIZE(page) && (page[nr] = alloc_pages(GFP_KERNEL | __GFP_MEMALLOC, 0)))
		nr++;
	for (unsigned long i = 0; i < nr; i += 2)
		free_pages(page[i], 0);
	page_purge(0);
	UNIT_EQ(validate_zone(), 0);
	for (again = 0; alloc_pages(GFP_KERNEL | __GFP_MEMALLOC, 0);)
		again++;
	UNIT_EQ(again, (nr + 1) / 2);
	UNIT_EQ(validate_zone(), 0);
}

HEAP_TEST(only_what_was_used_is_dirty, "mem=64M")
{
	struct page *big = alloc_pages(GFP_KERNEL, 10), *one;

	free_pages(big, 10);
	page_purge(0);
	one = alloc_pages(GFP_KERNEL, 0);
	free_pages(one, 0); /* merges with 1023 clean frames */
	UNIT_EQ(all().dirty, 1);
	UNIT_EQ(validate_zone(), 0);
	big = alloc_pages(GFP_KERNEL, 9);
	UNIT_EQ(all().dirty, 0);
	free_pages(big, 9);
	UNIT_EQ(all().dirty, 512);
	UNIT_EQ(validate_zone(), 0);
}

HEAP_TEST(warm_memory_is_reused_first, "mem=64M")
{
	struct page *a = alloc_pages(GFP_KERNEL, 4), *b;

	b = alloc_pages(GFP_KERNEL, 4);
	free_pages(a, 4);
	OK(alloc_pages(GFP_KERNEL, 4) == a);
	free_pages(a, 4);
	free_pages(b, 4);
}

static bool is_zero(const void *p, size_t n)
{
	const char *c = p;

	return !c[0] && !memcmp(c, c + 1, n - 1);
}

HEAP_TEST(zeroed_is_zero_after_dirt, "mem=64M")
{
	for (unsigned int o = 0; o <= MAX_PAGE_ORDER; o++) {
		struct page *page = alloc_pages(GFP_KERNEL, o), *again;

		memset(page_address(page), 0xff, PAGE_SIZE << o);
		free_pages(page, o);
		again = alloc_pages(GFP_KERNEL | __GFP_ZERO, o);
		OK(again == page);
		OK(is_zero(page_address(again), PAGE_SIZE << o));
		free_pages(again, o);
	}
}

/* At a limit on address space free memory leaves it, and comes back. */
HEAP_TEST(unmapped_memory_appears_again, "mem=64M")
{
	unsigned int n = exhaust(GFP_KERNEL, 0);
	void *p = page_address(blocks[n / 2]);
	char c;

	free_all(0);
	OK(os_read_safe(&c, p, 1));
	OK(page_unmap_free(3) > 16000); /* pieces below 32 KiB stay */
	OK(!os_read_safe(&c, p, 1));
	OK(all().committed < 64);
	UNIT_EQ(all().committed, all().free_buddy);
	UNIT_EQ(validate_zone(), 0);
	UNIT_EQ(page_unmap_free(3), 0);
	UNIT_EQ(exhaust(GFP_KERNEL | __GFP_ZERO, 0), n);
	UNIT_EQ(validate_zone(), 0);
	free_all(0);
	UNIT_EQ(all().used, 0);
}

/* --- out of memory --- */

HEAP_TEST(out_of_memory_is_null_and_all_comes_back, "mem=64M")
{
	for (unsigned int o = 0; o <= MAX_PAGE_ORDER; o += 5) {
		unsigned int n = exhaust(GFP_KERNEL, o), again;

		OK(!alloc_pages(GFP_KERNEL, o));
		OK(n << o > 12000);
		free_all(o);
		again = exhaust(GFP_KERNEL, o);
		UNIT_EQ(again, n);
		free_all(o);
		UNIT_EQ(all().used, 0);
		UNIT_EQ(validate_zone(), 0);
	}
}

/* --- holes --- */

static unsigned long hole_lo, hole_hi;

static void hole_at(unsigned long pfn, unsigned long n)
{
	hole_lo = pfn;
	hole_hi = pfn + n;
	UNIT_EQ(os_map(pfn_to_virt(pfn), n << PAGE_SHIFT), 0);
	memset(pfn_to_virt(pfn), 42, n << PAGE_SHIFT);
}

static void expect_around_hole(unsigned int order)
{
	unsigned long n = exhaust(GFP_KERNEL, order), lo, hi;
	unsigned int inside = 0;

	for (unsigned int i = 0; i < nr_blocks; i++) {
		lo = page_to_pfn(blocks[i]);
		hi = lo + (1UL << order);
		inside += lo < hole_hi && hi > hole_lo;
		*(char *)page_address(blocks[i]) = 1;
	}
	UNIT_EQ(inside, 0);
	OK(n << order > 4000); /* it went on behind the hole */
	OK(!pfn_valid(hole_lo));
	OK(*(char *)pfn_to_virt(hole_lo) == 42);
	OK(*(char *)pfn_to_virt(hole_hi - 1) == 42);
	free_all(order);
	UNIT_EQ(all().used, 0);
	OK(all().managed <= 16368 - (hole_hi - hole_lo));
	UNIT_EQ(all().free_buddy, all().committed);
}

HEAP_TEST(hole_where_memory_begins, "mem=64M")
{
	hole_at(DMA_END, 1);
	expect_around_hole(0);
}

HEAP_TEST(hole_in_the_middle, "mem=64M")
{
	hole_at(DMA_END + 3000, 100);
	expect_around_hole(0);
}

HEAP_TEST(hole_and_great_blocks, "mem=64M")
{
	hole_at(DMA_END + 1024 + 5, 1);
	expect_around_hole(10);
}

HEAP_TEST(everything_is_somebody_elses, "mem=1M")
{
	hole_at(16, 240);
	OK(!alloc_pages(GFP_KERNEL, 0));
	OK(!alloc_pages(GFP_ATOMIC, 3));
	os_unmap(pfn_to_virt(16), 240 << PAGE_SHIFT);
}

/* --- handlers that interrupted the holder of zone_lock --- */

HEAP_TEST(emergency_blocks_are_usable, "mem=64M")
{
	struct page *p[MAX_PAGE_ORDER + 1];

	OK(spin_lock(&zone_lock));
	for (unsigned int o = 0; o <= MAX_PAGE_ORDER; o++) {
		p[o] = alloc_pages(GFP_ATOMIC, o);
		OK(p[o] && IS_ALIGNED(page_to_pfn(p[o]), 1UL << o));
		OK(p[o]->flags & PAGE_FLAG_EMERGENCY);
		OK(pfn_valid(page_to_pfn(p[o])));
		OK(is_zero(page_address(p[o]), PAGE_SIZE << o));
		memset(page_address(p[o]), 0xff, PAGE_SIZE << o);
		OK(page_head(page_to_pfn(p[o]) + (1UL << o) - 1) == p[o]);
	}
	for (unsigned int o = 0; o <= MAX_PAGE_ORDER; o++)
		free_pages(p[o], o);
	spin_unlock(&zone_lock);
	free_pages(alloc_pages(GFP_KERNEL, 4), 4); /* drains what was deferred */
	for (unsigned int o = 0; o <= MAX_PAGE_ORDER; o++) {
		struct page *again = alloc_pages(GFP_KERNEL | __GFP_ZERO, o);

		OK(again == p[o]); /* kept for its order, not lost */
		OK(is_zero(page_address(again), PAGE_SIZE << o));
		free_pages(again, o);
	}
	UNIT_EQ(all().used, 0);
}

HEAP_TEST(deferred_frees_come_back, "mem=64M")
{
	unsigned int n = exhaust(GFP_KERNEL, 0);

	OK(spin_lock(&zone_lock));
	free_all(0);
	spin_unlock(&zone_lock);
	free_pages(alloc_pages(GFP_ATOMIC, 0), 0);
	UNIT_EQ(all().used, 0);
	UNIT_EQ(exhaust(GFP_KERNEL, 0), n);
	free_all(0);
}

HEAP_TEST(a_deferred_block_is_not_freed_twice, "mem=64M invalid_free=count")
{
	void *p = kmalloc(20000, GFP_KERNEL), *q = kmalloc(20000, GFP_KERNEL);

	OK(spin_lock(&zone_lock));
	kvfree(p);
	kvfree(q);
	kvfree(p);
	UNIT_EQ(ksize(p), 0);
	spin_unlock(&zone_lock);
	UNIT_EQ(report_count(REPORT_FREE_FREED_AREA), 1);
	alarm(10);
	free_pages(alloc_pages(GFP_KERNEL, 4), 4);
	UNIT_EQ(all().used, 0);
}

HEAP_TEST(the_emergency_area_is_limited, "mem=64M")
{
	OK(spin_lock(&zone_lock));
	exhaust(GFP_ATOMIC, 10);
	OK(nr_blocks >= 60 && nr_blocks <= 64);
	OK(!page_charge(1, GFP_ATOMIC) || (page_uncharge(1), true));
	spin_unlock(&zone_lock);
	free_all(10);
	OK(spin_lock(&zone_lock));
	OK(!alloc_pages(GFP_ATOMIC, 10));
	spin_unlock(&zone_lock);
	OK(alloc_pages(GFP_KERNEL, 10) == blocks[0] || true);
}

/* --- vmalloc's share --- */

HEAP_TEST(charges_obey_the_watermarks, "mem=64M")
{
	unsigned long left = all().managed, n = 0;

	OK(!page_charge(left, GFP_KERNEL));
	while (page_charge(16, GFP_KERNEL))
		n += 16;
	UNIT_EQ(all().vmalloc, n);
	OK(n > left * 9 / 10);
	OK(!alloc_pages(GFP_KERNEL, 10));
	OK(page_charge(1, GFP_KERNEL | __GFP_MEMALLOC)); /* has access to reserves */
	page_uncharge(n + 1);
	UNIT_EQ(all().vmalloc, 0);
	free_pages(alloc_pages(GFP_KERNEL, 10), 10);
	OK(all().used_peak >= n);
}

static u8 frame_used[16384];

HEAP_TEST(vmalloc_frames_are_nobody_elses, "mem=64M")
{
	static unsigned long pfn[20000];
	unsigned long n = 0, twice = 0;

	while (nr_blocks < 500)
		blocks[nr_blocks++] = alloc_pages(GFP_KERNEL, 4);
	for (unsigned int i = 0; i < nr_blocks; i++)
		memset(frame_used + page_to_pfn(blocks[i]), 1, 16);
	while (n < 20000 && (pfn[n] = vmalloc_frame_alloc(GFP_KERNEL)) != PFN_NONE) {
		OK(pfn[n] < 16384);
		twice += frame_used[pfn[n]];
		frame_used[pfn[n++]] = 1;
	}
	UNIT_EQ(twice, 0);
	OK(n > 0 && n < 20000);
	for (unsigned long i = 0; i < n; i += 2)
		vmalloc_frame_free(pfn[i], false);
	for (unsigned long i = 0; i < n; i += 2)
		OK(vmalloc_frame_alloc(GFP_KERNEL) != PFN_NONE);
	OK(vmalloc_frame_alloc(GFP_KERNEL) == PFN_NONE);
	free_all(4);
}

HEAP_TEST(vmalloc_frames_come_back_to_the_zones, "mem=64M")
{
	static unsigned long pfn[8000];

	for (int i = 0; i < 8000; i++)
		pfn[i] = vmalloc_frame_alloc(GFP_KERNEL);
	for (int i = 0; i < 8000; i++)
		vmalloc_frame_free(pfn[i], false);
	OK(exhaust(GFP_KERNEL, 0) > 16000);
	free_all(0);
}

/* --- where memory begins --- */

static unsigned long *shared_pfn;

static void note_first_pfn(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, 0);

	*shared_pfn = page_to_pfn(page);
	free_pages(page, 0);
}

static void the_beginning_is_unpredictable(void)
{
	unsigned long seen[6], different = 0;

	shared_pfn = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 6; i++) {
		heap_child("", note_first_pfn);
		seen[i] = *shared_pfn;
		different += i && seen[i] != seen[0];
		CU_ASSERT(seen[i] >= DMA32_END);
	}
	CU_ASSERT(different >= 4);
	munmap(shared_pfn, 4096);
}

/* --- the model: blocks with owners and contents --- */

struct block {
	struct page *page;
	unsigned int order;
	u64 tag;
};

struct model {
	u64 rng;
	unsigned int nr, errors;
	unsigned long pages, limit_pages;
	struct block at[2000];
};

static void stamp(const struct block *b)
{
	u64 *p = page_address(b->page);

	for (unsigned long i = 0; i < 1UL << b->order; i++)
		p[i * 512] = p[i * 512 + 511] = b->tag + i;
}

static bool stamped(const struct block *b)
{
	const u64 *p = page_address(b->page);

	for (unsigned long i = 0; i < 1UL << b->order; i++)
		if (p[i * 512] != b->tag + i || p[i * 512 + 511] != b->tag + i)
			return false;
	return true;
}

static void model_alloc(struct model *m)
{
	static const gfp_t flags[] = { GFP_KERNEL, GFP_ATOMIC, GFP_NOWAIT, GFP_KERNEL | __GFP_DMA,
				       GFP_KERNEL | __GFP_DMA32, GFP_KERNEL };
	struct block *b = &m->at[m->nr];
	gfp_t f = flags[rnd(&m->rng) % ARRAY_SIZE(flags)];
	bool zero = rnd(&m->rng) % 4 == 0;

	b->order = (unsigned int)__builtin_ctzll(rnd(&m->rng) | 1U << MAX_PAGE_ORDER);
	if (m->nr == ARRAY_SIZE(m->at) || m->pages + (1UL << b->order) > m->limit_pages)
		return;
	b->page = alloc_pages(zero ? f | __GFP_ZERO : f, b->order);
	if (!b->page)
		return;
	m->errors += !IS_ALIGNED(page_to_pfn(b->page), 1UL << b->order);
	m->errors += f & __GFP_DMA && zone_of(b->page) != ZONE_DMA;
	if (zero)
		m->errors += !is_zero(page_address(b->page), PAGE_SIZE << b->order);
	b->tag = rnd(&m->rng);
	stamp(b);
	m->pages += 1UL << b->order;
	m->nr++;
}

static void model_free(struct model *m)
{
	unsigned int i;
	struct block b;

	if (!m->nr)
		return;
	i = (unsigned int)(rnd(&m->rng) % m->nr);
	b = m->at[i];
	m->errors += !stamped(&b);
	m->errors += page_head(page_to_pfn(b.page) + (1UL << b.order) - 1) != b.page;
	m->at[i] = m->at[--m->nr];
	m->pages -= 1UL << b.order;
	free_pages(b.page, b.order);
}

static void model_step(struct model *m)
{
	u64 r = rnd(&m->rng) % 1000;

	if (r == 0)
		page_purge(rnd(&m->rng) % 2 ? 0 : 5);
	else if (r == 1)
		page_unmap_free(3);
	else if (r < 500)
		model_free(m);
	else
		model_alloc(m);
}

static struct model model;

static void model_run(unsigned int parts)
{
	u64 end = os_monotonic_ms() + property_ms(parts);

	model = (struct model){ .rng = unit_seed() * 2 + 1, .limit_pages = 30000 };
	while (os_monotonic_ms() < end && !model.errors) {
		for (int i = 0; i < 500; i++)
			model_step(&model);
		drain_pcp();
		UNIT_EQ(validate_zone(), 0);
		UNIT_EQ(all().used, model.pages);
	}
	while (model.nr)
		model_free(&model);
	drain_pcp();
	UNIT_EQ(model.errors, 0);
	UNIT_EQ(all().used, 0);
	UNIT_EQ(all().free_buddy, all().committed);
}

HEAP_TEST(random_operations_in_64_mib, "mem=64M")
{
	model_run(5);
}

HEAP_TEST(random_operations_in_all_zones, "mem=6G")
{
	model_run(5);
}

HEAP_TEST(random_operations_on_the_guarded_way, "percpu=guarded")
{
	model_run(5);
}

static u32 stop_threads;

static void *thread_main(void *arg)
{
	while (!__atomic_load_n(&stop_threads, __ATOMIC_RELAXED))
		model_step(arg);
	while (((struct model *)arg)->nr)
		model_free(arg);
	return NULL;
}

HEAP_TEST(threads_do_not_share_pages, "mem=512M")
{
	static struct model m[4];
	pthread_t t[4];

	for (int i = 0; i < 4; i++) {
		m[i] = (struct model){ .rng = (unit_seed() + (u64)i) * 2 + 1,
				       .limit_pages = 10000 };
		pthread_create(&t[i], NULL, thread_main, &m[i]);
	}
	for (u64 end = os_monotonic_ms() + property_ms(5); os_monotonic_ms() < end;) {
		drain_pcp();
		UNIT_EQ(validate_zone(), 0);
		usleep(1000);
	}
	__atomic_store_n(&stop_threads, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		UNIT_EQ(m[i].errors, 0);
	}
	drain_pcp();
	UNIT_EQ(all().used, 0);
}

/* --- every system call fails once --- */

static bool fail_scenario(long nr)
{
	bool reached;

	model = (struct model){ .rng = unit_seed() * 2 + 1, .limit_pages = 30000 };
	os_fail_nth = nr;
	for (int i = 0; i < 300; i++)
		model_step(&model);
	page_purge(0);
	while (model.nr)
		model_free(&model);
	reached = !os_fail_nth;
	os_fail_nth = 0;
	UNIT_EQ(model.errors, 0);
	drain_pcp();
	UNIT_EQ(all().used, 0);
	UNIT_EQ(validate_zone(), 0);
	return reached;
}

static long fail_at;

static void fail_at_body(void)
{
	fail_scenario(fail_at);
}

HEAP_TEST(any_later_call_may_fail, "mem=64M")
{
	long nr;

	for (nr = 1; nr < 500 && fail_scenario(nr); nr++)
		;
	OK(nr > 3);
	OK(nr < 500);
}

/* In a new heap each time, where the tables are made. */
static void any_early_call_may_fail(void)
{
	for (fail_at = 1; fail_at <= 40; fail_at++)
		heap_child("mem=64M", fail_at_body);
}

/* Those of the start itself. */
static void start_body(void)
{
	unsigned int n = exhaust(GFP_KERNEL, 6);

	OK(n == 0 || n > 100);
	free_all(6);
}

static void any_call_of_the_start_may_fail(void)
{
	char options[64];

	for (int nr = 1; nr <= 25; nr++) {
		snprintf(options, sizeof(options), "mem=64M os.fail=%d", nr);
		heap_child(options, start_body);
	}
}

UNIT_MAIN("page_alloc",
	  UNIT_TEST(zones_have_the_kernels_boundaries),
	  UNIT_TEST(watermarks_of_64_mib),
	  UNIT_TEST(watermarks_of_the_default),
	  UNIT_TEST(the_smallest_memory_works),
	  UNIT_TEST(flags_choose_the_zone),
	  UNIT_TEST(full_zones_fall_back_downward),
	  UNIT_TEST(fallback_comes_before_going_below_low),
	  UNIT_TEST(gfp_kernel_stops_at_min),
	  UNIT_TEST(gfp_nowait_stops_at_min),
	  UNIT_TEST(gfp_high_stops_at_half),
	  UNIT_TEST(gfp_atomic_stops_at_three_eighths),
	  UNIT_TEST(gfp_atomic_nomemalloc_stops_at_half),
	  UNIT_TEST(gfp_memalloc_knows_no_floor),
	  UNIT_TEST(gfp_memalloc_nomemalloc_stops_at_min),
	  UNIT_TEST(gfp_dma_uses_its_zones_reserve),
	  UNIT_TEST(the_lowest_page_is_split_off),
	  UNIT_TEST(all_merges_back),
	  UNIT_TEST(orders_above_the_highest_are_refused),
	  UNIT_TEST(page_head_finds_the_block),
	  UNIT_TEST(purged_memory_is_given_back), UNIT_TEST(purged_memory_is_handed_out),
	  UNIT_TEST(only_what_was_used_is_dirty),
	  UNIT_TEST(warm_memory_is_reused_first),
	  UNIT_TEST(zeroed_is_zero_after_dirt),
	  UNIT_TEST(unmapped_memory_appears_again),
	  UNIT_TEST(out_of_memory_is_null_and_all_comes_back),
	  UNIT_TEST(hole_where_memory_begins),
	  UNIT_TEST(hole_in_the_middle),
	  UNIT_TEST(hole_and_great_blocks),
	  UNIT_TEST(everything_is_somebody_elses),
	  UNIT_TEST(emergency_blocks_are_usable),
	  UNIT_TEST(deferred_frees_come_back),
	  UNIT_TEST(a_deferred_block_is_not_freed_twice),
	  UNIT_TEST(the_emergency_area_is_limited),
	  UNIT_TEST(charges_obey_the_watermarks),
	  UNIT_TEST(vmalloc_frames_are_nobody_elses),
	  UNIT_TEST(vmalloc_frames_come_back_to_the_zones),
	  UNIT_TEST(the_beginning_is_unpredictable),
	  UNIT_TEST(random_operations_in_64_mib),
	  UNIT_TEST(random_operations_in_all_zones),
	  UNIT_TEST(random_operations_on_the_guarded_way),
	  UNIT_TEST(threads_do_not_share_pages),
	  UNIT_TEST(any_later_call_may_fail),
	  UNIT_TEST(any_early_call_may_fail),
	  UNIT_TEST(any_call_of_the_start_may_fail));
