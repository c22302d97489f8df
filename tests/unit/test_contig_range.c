// SPDX-License-Identifier: MIT
/*
 * Shows that frames that are asked for by number are taken if all of them are free, that
 * the rest of the blocks they lie in stays free, and that the zones add up at each step.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

#include "config/options.h"
#include "core/init/init.h"
#include "core/mm/page_ref.h"
#include "core/mm/slab.h"
#include "core/mm/zone.h"
#include "include/kmemu/mm.h"

static int suite_init(void)
{
	kmemu_options_init();
	return kmemu_init() ? 0 : -1;
}

static unsigned long used(void)
{
	struct page_stats ps;

	page_stats_read(&ps);
	return ps.used;
}

/* Ranges at all places in blocks that were dirty, clean, or unmapped. */
static void ranges(void)
{
	unsigned int seed = 7;

	for (int i = 0; i < 300; i++) {
		struct page *block = kmemu_alloc_pages(GFP_KERNEL, 10);
		unsigned long pfn = page_to_pfn(block), before, from, n;

		if (i % 3)
			memset(page_address(block), 1, PAGE_SIZE << (i % 11));
		kmemu_free_pages(block, 10);
		if (i % 5 == 0)
			trim_all();
		seed = seed * 1664525 + 1013904223;
		from = pfn + (seed >> 8) % 1024;
		n = 1 + (seed >> 18) % (pfn + 1024 - from);
		trim_tick();
		before = used();
		UNIT_EQ(kmemu_alloc_contig_range(from, from + n, GFP_KERNEL), 0);
		UNIT_EQ(used() <= before + n, 1);
		UNIT_EQ(kmemu_validate(), 0);
		UNIT_EQ(kmemu_alloc_contig_range(from + n - 1, from + n, GFP_KERNEL), -EBUSY);
		for (unsigned long at = from; at < from + n; at++)
			kmemu_free_pages(pfn_to_page(at), 0);
		UNIT_EQ(kmemu_validate(), 0);
	}
}

static void zeroed(void)
{
	struct page *block = kmemu_alloc_pages(GFP_KERNEL, 6);
	const char *p = page_address(block);

	memset(page_address(block), 1, PAGE_SIZE << 6);
	kmemu_free_pages(block, 6);
	UNIT_EQ(kmemu_alloc_contig_range(page_to_pfn(block) + 3, page_to_pfn(block) + 60,
					 GFP_KERNEL | __GFP_ZERO), 0);
	for (size_t i = 3 * PAGE_SIZE; i < 60 * PAGE_SIZE; i++)
		if (p[i])
			CU_FAIL("not zero");
	for (int i = 3; i < 60; i++)
		kmemu_put_page(block + i);
	UNIT_EQ(kmemu_validate(), 0);
}

static void refused(void)
{
	unsigned long end = zones[ZONE_NORMAL].end_pfn, start = zones[ZONE_NORMAL].start_pfn;
	struct page *block = kmemu_alloc_pages(GFP_KERNEL, 3);
	unsigned long pfn = page_to_pfn(block), before = used();

	UNIT_EQ(kmemu_alloc_contig_range(pfn - 1, pfn + 1, GFP_KERNEL), -EBUSY);
	UNIT_EQ(kmemu_alloc_contig_range(pfn, pfn, GFP_KERNEL), -EINVAL);
	UNIT_EQ(kmemu_alloc_contig_range(end - 1, end + 1, GFP_KERNEL), -EINVAL);
	UNIT_EQ(kmemu_alloc_contig_range(start - 1, start + 1, GFP_KERNEL), -EINVAL);
	UNIT_EQ(kmemu_alloc_contig_range(pfn, pfn + 8, GFP_KERNEL | __GFP_COMP), -EINVAL);
	UNIT_EQ(used() <= before, 1);
	UNIT_EQ(kmemu_validate(), 0);
	kmemu_free_pages(block, 3);
}

UNIT_MAIN_INIT("contig_range", suite_init, NULL,
	UNIT_TEST(ranges),
	UNIT_TEST(zeroed),
	UNIT_TEST(refused)
);
