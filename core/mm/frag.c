// SPDX-License-Identifier: MIT
/*
 * frag.c - memory as a machine has it that has been up for weeks (kernel: the
 * state that mm/compaction.c and the migrate types of mm/page_alloc.c fight; its
 * measures are in mm/vmstat.c, unusable_free_index).
 *
 * On such a machine pages that cannot be moved (slabs, page tables, pinned
 * buffers) are strewn over the zones, one here and one there, and each spoils the
 * large blocks around it: gigabytes are free, and a request of order 5 fails.
 *
 * frag=PERCENT[,SEED] makes that state: of the blocks of order 4 (64 KiB, the
 * smallest order that the kernel lets fail) so many percent hold one page, somewhere
 * inside. Such a block gives one block each of the orders 0 to 3. So orders up to
 * PAGE_ALLOC_COSTLY_ORDER suffer nothing but the loss of one frame in 16; order
 * 4 has 100 - PERCENT of the memory, order 5 needs two neighbours that are
 * spared, and so on. unusable_index of order 4 begins at about PERCENT / 100.
 *
 * Which ones is a function of percent, seed and frame number, since memory
 * appears piece by piece, and what has not appeared yet must be known
 * (views, whether a block of some order will ever come). In a region
 * of order 10 with its 64 blocks the number of those that hold a page is fixed, so
 * that they can be counted without looking: region r has
 *	floor((r + 1) * 64 * percent / 100) - floor(r * 64 * percent / 100)
 * and which of its blocks is drawn by a generator that begins with seed and r.
 *
 * Cost: some 100 ns for a region.
 */
#include "core/mm/frag.h"

#define BLOCK_FRAMES  (1UL << FRAG_BLOCK_ORDER)
#define REGION_FRAMES (1UL << FRAG_REGION_ORDER)
#define NONE	      (~0UL)
#define GOLDEN	      0x9e3779b97f4a7c15UL

/* splitmix64 */
static u64 mix(u64 x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9UL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebUL;
	return x ^ x >> 31;
}

/* Blocks that hold a page, in all regions below. */
static unsigned long blocks_below(const struct frag *f, unsigned long region)
{
	return region * 64 * f->percent / 100;
}

u64 frag_mask(const struct frag *f, unsigned long region)
{
	unsigned long nr = blocks_below(f, region + 1) - blocks_below(f, region);
	unsigned long left = min(nr, 64 - nr);
	u64 x = mix(f->seed + GOLDEN) ^ mix(region), mask = 0;

	/* Few are drawn to be set, or few to be left out. */
	while (left) {
		u64 bit = 1UL << (mix(x += GOLDEN) & 63);

		left -= !(mask & bit);
		mask |= bit;
	}
	return nr > 32 ? ~mask : mask;
}

/* Where the page of a block would be. */
static unsigned long held_frame(const struct frag *f, unsigned long block)
{
	return (block << FRAG_BLOCK_ORDER) +
	       (mix(f->seed ^ mix(block + GOLDEN)) & (BLOCK_FRAMES - 1));
}

static bool block_holds(const struct frag *f, unsigned long block)
{
	return frag_mask(f, block / 64) >> (block % 64) & 1;
}

bool frag_is_held(const struct frag *f, unsigned long pfn)
{
	unsigned long block = pfn >> FRAG_BLOCK_ORDER;

	return f->percent && held_frame(f, block) == pfn && block_holds(f, block);
}

unsigned long frag_next_held(const struct frag *f, unsigned long pfn, unsigned long end)
{
	unsigned long block = pfn >> FRAG_BLOCK_ORDER;
	u64 mask = 0;
	bool fresh = true;

	for (; f->percent && block << FRAG_BLOCK_ORDER < end; block++) {
		if (fresh || block % 64 == 0)
			mask = frag_mask(f, block / 64);
		fresh = false;
		if (mask >> (block % 64) & 1 && held_frame(f, block) >= pfn)
			return min(held_frame(f, block), end);
	}
	return end;
}

static unsigned long count_by_block(const struct frag *f, unsigned long pfn, unsigned long end)
{
	unsigned long n = 0;

	for (; (pfn = frag_next_held(f, pfn, end)) < end; pfn++)
		n++;
	return n;
}

unsigned long frag_count(const struct frag *f, unsigned long pfn, unsigned long end)
{
	unsigned long first = ALIGN(pfn, REGION_FRAMES), last = ALIGN_DOWN(end, REGION_FRAMES);

	if (!f->percent || pfn >= end)
		return 0;
	if (first >= last)
		return count_by_block(f, pfn, end);
	return count_by_block(f, pfn, first) + count_by_block(f, last, end) +
	       blocks_below(f, last >> FRAG_REGION_ORDER) -
	       blocks_below(f, first >> FRAG_REGION_ORDER);
}

/* Bit i is kept where blocks i to i + 2^(order - 4) - 1, so aligned, are all free. */
static u64 free_of_order(u64 mask, unsigned int order)
{
	u64 free = ~mask;
	unsigned int step;

	for (step = 1; step < 1U << (order - FRAG_BLOCK_ORDER); step *= 2)
		free &= free >> step & ~0UL / ((1UL << step) + 1);
	return free;
}

static unsigned long find_large(const struct frag *f, unsigned long pfn, unsigned long end,
				unsigned int order)
{
	unsigned long region = pfn >> FRAG_REGION_ORDER;

	for (; region << FRAG_REGION_ORDER < end; region++) {
		u64 free = free_of_order(frag_mask(f, region), order);

		for (; free; free &= free - 1) {
			unsigned long block = region * 64 + (unsigned long)__builtin_ctzl(free);
			unsigned long at = block << FRAG_BLOCK_ORDER;

			if (at >= pfn)
				return at + (1UL << order) <= end ? at : NONE;
		}
	}
	return NONE;
}

unsigned long frag_find(const struct frag *f, unsigned long pfn, unsigned long end,
			unsigned int order)
{
	unsigned long n = 1UL << order;

	if (f->percent && order >= FRAG_BLOCK_ORDER)
		return find_large(f, pfn, end, order);
	for (pfn = ALIGN(pfn, n); pfn + n <= end; pfn += n)
		if (frag_next_held(f, pfn, pfn + n) == pfn + n)
			return pfn;
	return NONE;
}

void frag_region_blocks(u64 mask, unsigned long nr[FRAG_REGION_ORDER + 1])
{
	unsigned long held = (unsigned long)__builtin_popcountl(mask);
	unsigned int o;

	for (o = 0; o < FRAG_BLOCK_ORDER; o++)
		nr[o] += held;
	for (; o < FRAG_REGION_ORDER; o++)
		nr[o] += (unsigned long)(__builtin_popcountl(free_of_order(mask, o)) -
					 2 * __builtin_popcountl(free_of_order(mask, o + 1)));
	nr[o] += !mask;
}
