/*
 * frag.h - which frames are held from the beginning (frag=). frag.c has the
 * theory. Pure functions: of another process's zone as well.
 */
#pragma once

#include "core/os/compiler.h"
#include "core/os/plan.h"

#define FRAG_BLOCK_ORDER 4U /* a block holds one page or none */
#define FRAG_REGION_ORDER 10U /* 64 blocks, the largest of the buddy lists */

struct frag {
	u32 percent; /* of blocks that hold a page; 0: off */
	u64 seed;
};

/* Bit i: block i of the region holds a page. */
u64 frag_mask(const struct frag *f, unsigned long region);
bool frag_is_held(const struct frag *f, unsigned long pfn);
/* The first held frame in [pfn, end), else end. */
unsigned long frag_next_held(const struct frag *f, unsigned long pfn, unsigned long end);
/* Held frames in [pfn, end). */
unsigned long frag_count(const struct frag *f, unsigned long pfn, unsigned long end);
/* The first block of 2^order frames in [pfn, end) of which none is held; PFN_NONE (~0). */
unsigned long frag_find(const struct frag *f, unsigned long pfn, unsigned long end,
			unsigned int order);
/* What a whole region gives to the buddy lists, added to nr[0..10]. */
void frag_region_blocks(u64 mask, unsigned long nr[FRAG_REGION_ORDER + 1]);
