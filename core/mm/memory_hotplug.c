// SPDX-License-Identifier: MIT
/*
 * memory_hotplug.c - memory appears (kernel: mm/memory_hotplug.c in purpose,
 * mm/mm_init.c memmap_init and memblock_free_all for what a boot does at once).
 *
 * The kernel gives all frames to the buddy lists when it boots. Here a zone's
 * frames come piece by piece, when the lists have no block of the order that is
 * wanted: a piece is mapped with its tables (sparse.c) and freed to the lists as
 * the largest aligned blocks. What somebody else has mapped is a hole, and the
 * zone goes on behind it. Blocks that were unmapped again (page_unmap_free) wait
 * on z->absent and are mapped first.
 *
 * frag=. Some frames are held by nobody in particular (frag.c), for good: they
 * appear with their piece, get the state PAGE_UNMOVABLE and never come to the
 * lists. They are counted in z->held, all of the zone's, from the beginning:
 *	pages free == managed - held - committed + free_buddy - charged
 * Where the next block of an order will be is known without looking: a
 * piece is made so long that it holds one, and when there will be none, nothing is
 * made at all.
 *
 * Locks: zone_lock. Cost: a piece some 10 us; with frag= 1 us for each 64 KiB more.
 */
#include <errno.h>

#include "config/options.h"
#include "core/mm/internal.h"
#include "core/mm/slab.h"
#include "core/mm/zone.h"
#include "core/os/os.h"

#define COMMIT_MIN   64UL		     /* frames mapped at once: 256 KiB at first, */
#define COMMIT_MAX   (1UL << MAX_PAGE_ORDER) /* up to 4 MiB */
#define ABSENT_ORDER 6U			     /* frames that return at once: 256 KiB */
#define POPULATE_MIN 16UL
#define POPULATE_MAX 1024UL

/* Adds fresh frames to the lists as the largest aligned blocks. */
static void free_range(struct zone *z, unsigned long pfn, unsigned long end)
{
	z->committed += end - pfn;
	z->free_buddy += end - pfn;
	while (pfn < end) {
		unsigned int o = MAX_PAGE_ORDER;

		while (o && (!IS_ALIGNED(pfn, 1UL << o) || pfn + (1UL << o) > end))
			o--;
		merge_and_add(z, pfn, o, 0);
		pfn += 1UL << o;
	}
}

/* Nobody's, and never free. */
static void hold_frame(struct zone *z, unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);

	WRITE_ONCE(page->order, 0);
	page->zone = (u8)(z - zones);
	page->flags = 0;
	WRITE_ONCE(page->state, PAGE_UNMOVABLE);
}

/* The same for what appears the first time: around the frames that frag= holds. */
static void free_fresh(struct zone *z, unsigned long pfn, unsigned long n)
{
	unsigned long end = pfn + n, held;

	for (; unlikely(z->frag.percent) && pfn < end; pfn = held + 1) {
		held = frag_next_held(&z->frag, pfn, end);
		free_range(z, pfn, held);
		if (held < end)
			hold_frame(z, held);
	}
	if (pfn < end)
		free_range(z, pfn, end);
}

/* Frames up to the end of the next block of `order`; 0: there is none. */
static unsigned long next_block(struct zone *z, unsigned int order)
{
	unsigned long at = ALIGN(z->next_pfn, 1UL << order);

	if (unlikely(z->frag.percent)) {
		if (z->frag_none >> order & 1)
			return 0;
		at = frag_find(&z->frag, z->next_pfn, z->limit_pfn, order);
		if (at == PFN_NONE) {
			z->frag_none |= 1U << order; /* what is left only gets less */
			return 0;
		}
	}
	return at + (1UL << order) - z->next_pfn;
}

/* The next piece's length so that a block of `order` fits; 0: zone is used up. */
static unsigned long commit_length(struct zone *z, unsigned int order, unsigned long want)
{
	unsigned long need;

	if (z->next_pfn >= z->limit_pfn && z->limit_pfn == z->end_pfn &&
	    z->first_pfn > z->start_pfn) {
		z->next_pfn = z->start_pfn;
		z->limit_pfn = z->first_pfn;
	}
	need = next_block(z, order);
	if (!need || z->next_pfn + need > min(z->limit_pfn, z->top_pfn))
		return 0;
	want = max(want, need);
	/* Pieces end at block boundaries, so that blocks are born whole. */
	if (want < COMMIT_MAX)
		want = min(want, max(need, COMMIT_MAX - (z->next_pfn & (COMMIT_MAX - 1))));
	return min(want, min(z->limit_pfn, z->top_pfn) - z->next_pfn);
}

/* Somebody else's memory: go on behind it, farther with each miss. */
static void skip_hole(struct zone *z, unsigned int misses)
{
	unsigned long from = z->next_pfn;
	unsigned long step = COMMIT_MAX << min(misses, 12U);

	z->next_pfn = min(ALIGN_DOWN(from, COMMIT_MAX) + step, z->limit_pfn);
	z->holes += z->next_pfn - from;
	z->held -= frag_count(&z->frag, from, z->next_pfn);
}

/* Halves an absent block until it has `order`; the upper halves stay absent. */
static void absent_split(struct zone *z, struct page *page, unsigned int order)
{
	while (page->order > order) {
		struct page *half;

		WRITE_ONCE(page->order, (u8)(page->order - 1));
		half = page + (1UL << page->order);
		WRITE_ONCE(half->order, page->order);
		WRITE_ONCE(half->state, PAGE_ABSENT);
		list_add(&half->lru, &z->absent);
	}
}

/* Part of a block that was unmapped appears again; the least that is enough. */
bool absent_return(struct zone *z, unsigned int order)
{
	struct page *page, *best = NULL;
	unsigned int want;

	list_for_each_entry(page, &z->absent, lru)
		if (page->order >= order && (!best || page->order < best->order))
			best = page;
	if (!best)
		return false;
	/* Some more than is needed, unless a limit is near. */
	want = clamp(best->order, order,
		     max(order, kmemu_opts.phys == PHYS_SMALL ? ABSENT_ORDER : HUGE_ORDER));
	if (!map_frames(page_to_pfn(best), 1UL << want))
		order = want;
	else if (map_frames(page_to_pfn(best), 1UL << order))
		return false;
	absent_split(z, best, order);
	list_del(&best->lru);
	WRITE_ONCE(best->state, PAGE_NONE);
	free_range(z, page_to_pfn(best), page_to_pfn(best) + (1UL << order));
	return true;
}

/* What was unmapped of [pfn, pfn + n) appears again, if it may: no block lies across. */
void absent_return_range(struct zone *z, unsigned long pfn, unsigned long n)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &z->absent, lru) {
		unsigned long at = page_to_pfn(page), frames = 1UL << page->order;

		if (at - pfn >= n || map_frames(at, frames))
			continue;
		list_del(&page->lru);
		WRITE_ONCE(page->state, PAGE_NONE);
		free_range(z, at, at + frames);
	}
}

/*
 * Memory for slabs will be touched soon and whole: one call faults it in for
 * two thirds of what the faults would cost. Only where the heap has a size
 * beside which the piece is small.
 */
static void populate(unsigned long pfn, unsigned long n, unsigned int order)
{
	if (order <= SLAB_MAX_ORDER && n >= POPULATE_MIN && n <= POPULATE_MAX &&
	    kmemu_opts.mem == 0)
		os_populate(pfn_to_virt(pfn), n << PAGE_SHIFT);
}

/* Makes memory appear so that a block of `order` can be taken. */
bool zone_commit(struct zone *z, unsigned int order)
{
	unsigned long want = clamp(z->committed / 32, COMMIT_MIN, COMMIT_MAX);
	unsigned int misses = 0;
	unsigned long n;

	if (unlikely(kmemu_opts.phys != PHYS_SMALL))
		want = ALIGN(z->next_pfn + want, 1UL << HUGE_ORDER) - z->next_pfn;
	while (misses < 40 && (n = commit_length(z, order, want))) {
		enum present got = sparse_make_present(z->next_pfn, n);

		if (got == PRESENT_OK) {
			z->next_pfn += n;
			if (z->committed > 32 * n)
				populate(z->next_pfn - n, n, order);
			free_fresh(z, z->next_pfn - n, n);
			return true;
		}
		if (got == PRESENT_HOLE) {
			skip_hole(z, misses++);
		} else if (want > 1) {
			want = 1; /* a limit is near: just what is needed */
		} else {
			return false;
		}
	}
	return false;
}
