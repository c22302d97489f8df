/*
 * internal.h - shared between the files of core/mm only (kernel: mm/internal.h).
 */
#pragma once

#include "core/mm/mm.h"

/* --- sparse.c: which frames are memory -------------------------------- */

/* frame_class of a frame that is in no slab and may be resident. */
#define FRAME_DIRTY 255

/*
 * The run of frames that free()'s hit path may look up in frame_class without
 * asking whether the table is mapped there: [span_lo, span_lo + span_frames).
 * In units of address >> PAGE_SHIFT, which spares the hit path a subtraction.
 */
#define FRAME_OF_PFN (PAGE_OFFSET >> PAGE_SHIFT)

/* The frames that are memory, but for the emergency area. */
#define MAX_FRAME_RUNS 256
struct frame_run {
	unsigned long start, end; /* frames */
};
struct frame_runs {
	struct frame_run run[MAX_FRAME_RUNS];
	unsigned int nr;
};
extern struct frame_runs frame_runs;

extern __hidden unsigned long span_lo;
extern __hidden unsigned long span_frames;

/* What became of a try to make frames memory. */
enum present { PRESENT_OK,
	       PRESENT_HOLE,
	       PRESENT_NOMEM };
/* Maps [pfn, pfn + n) and its mem_map and frame_class; nothing on failure. */
enum present sparse_make_present(unsigned long pfn, unsigned long n);
/* Maps frames whose tables are there, as phys= says. 0 or -errno. */
int map_frames(unsigned long pfn, unsigned long n);
/* With phys=huge: bytes so mapped, and of these in huge pages when they were mapped. */
extern unsigned long huge_wanted_bytes, huge_got_bytes;
#define HUGE_ORDER 9U
/* Lock-free, for the emergency area at the plan's end: the tables only. */
bool sparse_cover_emergency(unsigned long pfn, unsigned long n);
/* mem_map for a frame of vmalloc; whether there is. The caller has vmap_lock. */
bool sparse_cover_vmalloc(unsigned long pfn);
bool sparse_vmalloc_covered(unsigned long pfn);
/* The marks of n free frames are void: their memory is given back. */
void sparse_discard_marks(unsigned long pfn, unsigned long n);
extern unsigned long emergency_low_pfn, emergency_end_pfn;

/* --- page_alloc.c ------------------------------------------------------ */

/* Is the block clean (reads as zero)? Only for a block not handed out yet. */
static inline bool frames_dirty(unsigned long pfn, unsigned long n)
{
	return __builtin_memchr(frame_class + pfn, FRAME_DIRTY, n) != NULL;
}

/* Per-CPU page lists: class ids of the stacks that hold free blocks. */
#define PCP_MAX_ORDER 5
void clear_dirty_frames(unsigned long pfn, size_t bytes);
/* Pages handed out, of all zones (racy). */
unsigned long pages_used(void);
void pcp_init(void);
/* What the class table says of the lists' blocks. */
void pcp_class_setup(void);
/* A block of the per-CPU lists, NULL: none. Ready for the caller as it is. */
struct page *pcp_alloc(unsigned int order);
/* False: the list is full, the block is still the caller's. */
bool pcp_free(struct page *page, unsigned int order);
/* Gives a block to the buddy lists, past the per-CPU lists. */
void free_block(struct page *page, unsigned int order);
/* The same for blocks that were in these lists. */
void free_blocks(void **blocks, unsigned int n);
/* Empties the per-CPU page lists; while percpu_stop(). */
void drain_pages(void);

/* --- slub.c, slab_common.c: see slab.h --------------------------------- */
