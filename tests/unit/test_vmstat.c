// SPDX-License-Identifier: MIT
/*
 * Shows that the figures add up and that validate_zone finds each kind of
 * damage that it is there for, alone.
 */
#include "tests/unit/heap.h"

#include "core/mm/zone.h"

static struct zone *zone;
static struct page *block; /* free, order 6, dirty */

static void prepare(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, 7);

	free_pages(page, 7);
	page_purge(0);
	block = alloc_pages(GFP_KERNEL, 6);
	page = alloc_pages(GFP_KERNEL, 6); /* keeps it from merging */
	free_pages(block, 6);
	OK(block->state == PAGE_BUDDY && block->order == 6 && page != block);
	zone = &zones[block->zone];
	UNIT_EQ(validate_zone(), 0);
}

/* Adds one to a figure: found, and gone when it is put right. */
static void expect_found(unsigned long *figure)
{
	(*figure)++;
	OK(validate_zone() > 0);
	(*figure)--;
	UNIT_EQ(validate_zone(), 0);
}

HEAP_TEST(wrong_figures_are_found, "mem=64M")
{
	prepare();
	expect_found(&zone->free_buddy);
	expect_found(&zone->committed);
	expect_found(&zone->used);
	expect_found(&zone->dirty);
	expect_found(&zone->free_area[6].nr_free);
}

static void expect_byte_found(u8 *byte, u8 bad)
{
	u8 was = *byte;

	*byte = bad;
	OK(validate_zone() > 0);
	*byte = was;
	UNIT_EQ(validate_zone(), 0);
}

HEAP_TEST(damaged_pages_are_found, "mem=64M")
{
	u64 freed_ms;

	prepare();
	expect_byte_found(&block->state, PAGE_LARGE);
	expect_byte_found(&block->order, 5);
	expect_byte_found(&frame_class[page_to_pfn(block) + 3], 0);
	freed_ms = block->freed_ms;
	block->freed_ms = 0; /* says clean, but its frames do not */
	OK(validate_zone() > 0);
	block->freed_ms = freed_ms;
	UNIT_EQ(validate_zone(), 0);
}

/* Two free buddies that were not merged. */
HEAP_TEST(unmerged_buddies_are_found, "mem=64M")
{
	struct page *buddy;

	prepare();
	buddy = pfn_to_page(page_to_pfn(block) ^ 64);
	buddy->state = PAGE_BUDDY;
	buddy->order = 6;
	OK(validate_zone() > 0);
	buddy->state = PAGE_LARGE;
	UNIT_EQ(validate_zone(), 0);
}

HEAP_TEST(figures_add_up, "mem=6G")
{
	unsigned long wmark[NR_WMARK], nr_free[NR_PAGE_ORDERS], free = 0;
	struct page_stats sum = { 0 }, all, one;
	static struct page *p[300];

	for (unsigned int i = 0; i < 300; i++)
		p[i] = alloc_pages(i % 3 ? GFP_KERNEL : GFP_KERNEL | __GFP_DMA32, i % 8);
	OK(page_charge(1000, GFP_KERNEL));
	page_stats_read(&all);
	for (int z = 0; z < MAX_NR_ZONES; z++) {
		zone_stats_read((enum zone_type)z, &one, wmark, nr_free);
		for (int o = 0; o < NR_PAGE_ORDERS; o++)
			free += nr_free[o] << o;
		sum.managed += one.managed;
		sum.used += one.used;
		sum.free_buddy += one.free_buddy;
		UNIT_EQ(one.committed, one.free_buddy + one.used);
		OK(one.committed <= one.managed);
	}
	UNIT_EQ(sum.managed, all.managed);
	UNIT_EQ(sum.used, all.used);
	UNIT_EQ(sum.free_buddy, free);
	UNIT_EQ(all.vmalloc, 1000);
	OK(all.used_peak >= all.used + all.vmalloc);
	UNIT_EQ(pages_used(), all.used);
	page_uncharge(1000);
	for (unsigned int i = 0; i < 300; i++)
		free_pages(p[i], i % 8);
}

/* In a handler that interrupted the lock's holder: no waiting, no zeroes. */
HEAP_TEST(figures_without_the_lock, "mem=64M")
{
	struct page_stats st;

	prepare();
	OK(spin_lock(&zone_lock));
	page_stats_read(&st);
	UNIT_EQ(st.used, 64);
	UNIT_EQ(validate_zone(), 0); /* cannot look */
	OK(spin_is_mine(&zone_lock));
	spin_unlock(&zone_lock);
}

UNIT_MAIN("vmstat",
	  UNIT_TEST(wrong_figures_are_found),
	  UNIT_TEST(damaged_pages_are_found),
	  UNIT_TEST(unmerged_buddies_are_found),
	  UNIT_TEST(figures_add_up),
	  UNIT_TEST(figures_without_the_lock));
