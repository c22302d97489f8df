// SPDX-License-Identifier: MIT
/*
 * highatomic.c - the reserve for atomic requests of high orders (kernel: MIGRATE_HIGHATOMIC
 * in mm/page_alloc.c: reserve_highatomic_pageblock, unreserve_highatomic_pageblock).
 *
 * What the kernel does: a request that may not sleep, of order 1 or more, which
 * did not get its block above the low watermark but then did, takes the whole
 * pageblock (2 MiB) that it lies in out of others' reach, so that the next one finds
 * something. Such pageblocks are at most 1 % of a zone; where that is less than one
 * there are none. What is free in them
 *	- is taken first by such requests, and last by others that may not sleep,
 *	- is not counted as free for who has no right to reserves,
 *	- goes back when reclaim has not helped: all but the last pageblock at first,
 *	  that one too before the request fails.
 *
 * The same here. A pageblock has a bit; free blocks in it are on a list of their own,
 * clean and dirty ones together (page->freed_ms tells), and are not given back to
 * the system: it is little. Blocks above a pageblock's size are merged only where the
 * types are the same. Frames of a pageblock that were unmapped are mapped again; those
 * that have not appeared yet come to the list when they do.
 *
 * Of other migrate types one only has lists (page_alloc.c).
 *
 * Invariants, for each zone, by validate_zone:
 *	nr_reserved_highatomic	frames of pageblocks that have the bit
 *	nr_free_highatomic	frames of blocks on the lists, and all such blocks are in
 *				these pageblocks, and no other free block is
 *
 * Locks: zone_lock. Memory: a bit for each 2 MiB of the plan, when first needed.
 * Cost: nothing but a test at each block that comes to a list.
 */
#include "core/mm/internal.h"
#include "core/mm/zone.h"
#include "core/os/os.h"

#define PAGEBLOCKS (MAX_PLAN_PFN >> PAGEBLOCK_ORDER)

u64 *highatomic_blocks;

static bool block_is(unsigned long pfn)
{
	unsigned long i = pfn >> PAGEBLOCK_ORDER;

	return highatomic_blocks && highatomic_blocks[i / 64] >> i % 64 & 1;
}

bool __pageblock_is_highatomic(unsigned long pfn)
{
	return block_is(pfn);
}

/* Kernel: change_pageblock_range(). */
static void change_blocks(struct zone *z, unsigned long pfn, unsigned long n, bool highatomic)
{
	for (unsigned long end = pfn + n; pfn < end; pfn += PAGEBLOCK_FRAMES) {
		unsigned long i = pfn >> PAGEBLOCK_ORDER;

		if (block_is(pfn) == highatomic)
			continue;
		highatomic_blocks[i / 64] ^= 1UL << i % 64;
		if (highatomic)
			z->nr_reserved_highatomic += PAGEBLOCK_FRAMES;
		else
			z->nr_reserved_highatomic -= PAGEBLOCK_FRAMES;
	}
}

/* Kernel: move_freepages_block(): to the lists of the type that the pageblocks have now. */
static unsigned long move_free_blocks(struct zone *z, unsigned long pfn, unsigned long n)
{
	unsigned long end = pfn + n, next, moved = 0;

	for (; pfn < end; pfn = next) {
		struct page *page = pfn_to_page(pfn);
		unsigned int o;
		u64 freed_ms;

		next = pfn + 1;
		if (!pfn_valid(pfn) || READ_ONCE(page->state) != PAGE_BUDDY)
			continue;
		o = page->order;
		freed_ms = page->freed_ms;
		next = pfn + (1UL << o);
		del_from_free_list(z, page);
		merge_and_add(z, pfn, o, freed_ms);
		moved += 1UL << o;
	}
	return moved;
}

void reserve_highatomic_pageblock(struct zone *z, unsigned long pfn, unsigned int order)
{
	unsigned long most = zone_managed(z) / 100, n = max(PAGEBLOCK_FRAMES, 1UL << order);

	pfn = ALIGN_DOWN(pfn, n);
	if (most < PAGEBLOCK_FRAMES || pfn < z->start_pfn || pfn + n > z->end_pfn)
		return;
	if (z->nr_reserved_highatomic >= ALIGN(most, PAGEBLOCK_FRAMES))
		return;
	if (!highatomic_blocks)
		highatomic_blocks = os_map_any(PAGEBLOCKS / 8);
	if (!highatomic_blocks || block_is(pfn))
		return;
	change_blocks(z, pfn, n, true);
	move_free_blocks(z, pfn, n);
	absent_return_range(z, pfn, n);
}

static bool unreserve_one(struct zone *z)
{
	for (unsigned int o = 0; o < NR_PAGE_ORDERS; o++) {
		unsigned long n = max(PAGEBLOCK_FRAMES, 1UL << o), pfn;

		if (list_empty(&z->free_area[o].highatomic))
			continue;
		pfn = page_to_pfn(list_first_entry(&z->free_area[o].highatomic, struct page, lru));
		pfn = ALIGN_DOWN(pfn, n);
		change_blocks(z, pfn, n, false);
		return move_free_blocks(z, pfn, n) > 0;
	}
	return false;
}

bool __unreserve_highatomic_pageblock(enum zone_type highest, bool force)
{
	for (int i = (int)highest; i >= 0; i--) {
		struct zone *z = &zones[i];

		if (z->nr_reserved_highatomic > (force ? 0 : PAGEBLOCK_FRAMES) && unreserve_one(z))
			return true;
	}
	return false;
}
