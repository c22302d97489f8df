/* SPDX-License-Identifier: MIT */
/*
 * vmalloc.h - what the parts of vmalloc share; mm.h has what others call.
 *
 *   vmap_area.c    the array of areas, the table from page to area, address
 *                  space: who owns which pages of the plan
 *   vmap_warm.c    freed areas that stay mapped: reuse, carving, moving of
 *                  frames, giving back
 *   vmalloc.c      the calls of mm.h, signal handlers, deferred frees
 *   vmap_realloc.c growing and shrinking
 *   vmap_pfn.c     frames for those who ask, statistics, the validator
 *
 * The plan is a row of areas without gaps: each page of [vmap.base, vmap.end)
 * belongs to exactly one struct vmap_area, and neighbours are linked by
 * address. The kernel calls the live ones vmap_area too; its free ones are in
 * another tree.
 *
 *   LIVE  the program's             WARM  freed, mapped, frames kept
 *   BUSY  in the lock holder's hand FREE  no frames; mapped or not
 *   LAZY  vmalloc_lazy: freed, not to be reused yet
 *   HOLE  somebody else's memory    DYING freed in a signal handler
 *
 * Shape of a LIVE, WARM or BUSY area, in pages:
 *
 *   start          +dirty   +pages   +cap      +span
 *   | may be non-zero | zero    |slack | guard   |
 *
 *   pages <= cap <= span, dirty <= cap, resident <= cap
 *   span - cap: 0 or 1 with GUARD_NONE, 1 with GUARD_MARK and GUARD_HOLE,
 *   any number >= 1 with GUARD_ROOM (not mapped, kept to grow into)
 *
 * Counters (checked by validate_vmap):
 *   vmap.live     = sum of pages over LIVE and DYING
 *   vmap.resident = sum of resident over all = pages charged to the zones
 *   vmap.warm     = sum of resident over WARM
 * `resident` is an upper bound: a page that the program never touched counts.
 */
#pragma once

#include "core/mm/mm.h"

enum vmap_state {
	VMAP_UNUSED, /* the struct is on the list of unused ones */
	VMAP_FREE,
	VMAP_WARM,
	VMAP_LIVE,
	VMAP_DYING,
	VMAP_BUSY,
	VMAP_LAZY,
	VMAP_HOLE,
};

enum vmap_guard {
	GUARD_NONE,
	GUARD_MARK, /* mapped, marked by os_guard_install */
	GUARD_HOLE, /* one page that is not mapped */
	GUARD_ROOM, /* pages that are not mapped, kept to grow into */
};

/* Whose pages an area has. */
enum vmap_kind {
	VMAP_KIND_VMALLOC, /* its own */
	VMAP_KIND_MAP, /* vmap(): the caller's */
	VMAP_KIND_RAM, /* vm_map_ram(): the same, without a struct vm_struct */
	VMAP_KIND_AREA, /* get_vm_area(): addresses alone, where the caller maps something */
};

enum vmap_twice {
	VMAP_ONCE,
	VMAP_HAS_PAGES, /* some of its frames have a struct page */
	VMAP_SHARED, /* its memory is a shared mapping (vmap_page.c) */
};

struct vmap_area {
	struct vmap_area *bin_next, *bin_prev; /* FREE and WARM: same size */
	struct list_head lru; /* WARM: youngest first; LAZY: oldest first */
	struct list_head fresh; /* WARM: not yet merged with its neighbours */
	union {
		u32 *pfns; /* frames, when somebody asked; else NULL */
		/* VMAP_KIND_AREA: a page table's entries, when something was mapped */
		u64 *ptes;
	};
	u64 freed_ms; /* WARM: when it was freed */
	u32 start; /* first page, counted from VMALLOC_START */
	u32 span; /* pages of address space, guard and room included */
	u32 cap; /* pages usable; 0 when FREE */
	u32 pages; /* pages asked for; LIVE only */
	u32 dirty; /* pages from start that may be non-zero */
	u32 resident; /* pages of these that count as memory */
	u32 filled; /* pages from start whose table entry is this area */
	u32 pieces; /* moved in: mappings that merge with no other */
	u32 prev, next; /* neighbours by address; 0: none */
	u32 tag; /* who allocated it (alloc_tag.c); LIVE only */
	u32 nr_pfns, max_pfns; /* entries of pfns: assigned, of the array */
	u8 state; /* enum vmap_state */
	u8 guard; /* enum vmap_guard */
	bool mapped; /* FREE: is mapped all over */
	bool marks; /* guard marks may lie inside; removed before use */
	bool claimed; /* BUSY: nothing is mapped behind `dirty` yet */
	bool alone; /* given in a handler: has no neighbours */
	u8 kind; /* enum vmap_kind; LIVE and DYING only, as the next two */
	u8 twice; /* enum vmap_twice */
	u32 vm_flags; /* VM_* of include/linux/vmalloc.h that were asked for */
};

#define VMAP_NR_BINS 256

/* Areas by size: a list for each of 8 steps between powers of two. */
struct vmap_bins {
	u64 map[VMAP_NR_BINS / 64]; /* bit set: the list is not empty */
	struct vmap_area *head[VMAP_NR_BINS];
};

struct vmap {
	bool started;
	bool no_move; /* the system refuses to move frames */
	bool no_marks; /* the system has no guard marks */
	u32 base, end; /* pages of the plan that areas are taken from */
	u32 nr_areas; /* structs ever made, the unused 0 included */
	u32 unused; /* list of unused structs by `next` */
	u32 nr_unused;
	u32 nr_holes; /* areas with GUARD_HOLE */
	u32 pieces; /* sum over all areas */
	unsigned long live, peak, resident, warm; /* pages; peak decays */
	unsigned long lazy; /* pages of address space in LAZY */
	u64 now_ms; /* the clock as it was read last: each CLOCK_FREES frees */
	u64 peak_ms; /* when peak decayed last */
	unsigned long nr_live, nr_warm, allocs, frees, live_peak;
	struct vmap_bins warm_bins, free_bins;
	struct list_head lru; /* WARM, youngest first */
	struct list_head fresh; /* WARM, freed since the last merge */
	struct list_head lazy_list; /* LAZY, oldest first */
};

extern struct vmap vmap;

#define vmap_table ((u32 *)VMAPTAB_BASE)
#define VMAP_PLAN_PAGES (1UL << (VMALLOC_BITS - PAGE_SHIFT))
/* The array of areas lies behind the whole table. */
#define vmap_areas ((struct vmap_area *)(VMAPTAB_BASE + 4 * VMAP_PLAN_PAGES))
/* The last 16th of the plan is for signal handlers. */
#define VMAP_TABLE_STEP 16384U /* entries: 64 KiB of table, 64 MiB of areas */
#define VMAP_SLACK_PAGES 64UL /* warm memory above the peak: so many, */
#define VMAP_SLACK 12 /* and this part of the peak */
#define VMALLOC_MAX_BYTES (VMAP_PLAN_PAGES / 8 << PAGE_SHIFT)
#define VMAP_EMERGENCY_PAGES (VMAP_PLAN_PAGES / 16)
#define VMAP_EMERGENCY (VMALLOC_END - (VMAP_EMERGENCY_PAGES << PAGE_SHIFT))

static inline void *vmap_page_addr(u32 page)
{
	return (void *)(VMALLOC_START + ((unsigned long)page << PAGE_SHIFT));
}

static inline void *vmap_addr(const struct vmap_area *a)
{
	return vmap_page_addr(a->start);
}

static inline size_t vmap_bytes(u32 pages)
{
	return (size_t)pages << PAGE_SHIFT;
}

static inline struct vmap_area *vmap_area(u32 index)
{
	return index ? vmap_areas + index : NULL;
}

static inline u32 vmap_index(const struct vmap_area *a)
{
	return (u32)(a - vmap_areas);
}

static inline struct vmap_area *vmap_next(const struct vmap_area *a)
{
	return vmap_area(a->next);
}

static inline struct vmap_area *vmap_prev(const struct vmap_area *a)
{
	return vmap_area(a->prev);
}

/* --- the hit path, inline ------------------------------------------------- */

/* A bit for each VMAP_TABLE_STEP entries of the table. */
extern u64 vmap_table_mapped[VMAP_PLAN_PAGES / VMAP_TABLE_STEP / 64];

static inline bool vmap_table_is_mapped(u32 step)
{
	return __atomic_load_n(&vmap_table_mapped[step / 64], __ATOMIC_RELAXED) >> (step % 64) & 1;
}

/* The area whose first `cap` pages hold p, of any state; no lock needed. */
static inline struct vmap_area *vmap_find(const void *p)
{
	struct vmap_area *a;
	u32 page, index;

	if (!is_vmalloc_addr(p))
		return NULL;
	page = (u32)(((unsigned long)p - VMALLOC_START) >> PAGE_SHIFT);
	if (!vmap_table_is_mapped(page / VMAP_TABLE_STEP))
		return NULL;
	index = READ_ONCE(vmap_table[page]);
	if (!index)
		return NULL;
	a = vmap_areas + index;
	return page - READ_ONCE(a->start) < READ_ONCE(a->cap) ? a : NULL;
}

/* LIVE and starting at p. */
static inline struct vmap_area *vmap_live(const void *p)
{
	struct vmap_area *a = vmap_find(p);

	return a && READ_ONCE(a->state) == VMAP_LIVE && vmap_addr(a) == p ? a : NULL;
}

/* 0..7 one list for each size, then 8 lists for each power of two. */
static inline unsigned int vmap_bin(u32 pages)
{
	unsigned int shift = pages < 8 ? 0 : fls64(pages) - 4;

	return (shift << 3) + (pages >> shift);
}

static inline void vmap_bin_add(struct vmap_bins *bins, struct vmap_area *a, u32 size)
{
	unsigned int bin = vmap_bin(size);

	a->bin_prev = NULL;
	a->bin_next = bins->head[bin];
	if (a->bin_next)
		a->bin_next->bin_prev = a;
	bins->head[bin] = a;
	bins->map[bin / 64] |= 1UL << (bin % 64);
}

static inline void vmap_bin_del(struct vmap_bins *bins, struct vmap_area *a, u32 size)
{
	unsigned int bin = vmap_bin(size);

	if (a->bin_next)
		a->bin_next->bin_prev = a->bin_prev;
	if (a->bin_prev)
		a->bin_prev->bin_next = a->bin_next;
	else
		bins->head[bin] = a->bin_next;
	if (!bins->head[bin])
		bins->map[bin / 64] &= ~(1UL << (bin % 64));
}

/* Pages that may be resident now; see vmap_warm.c. */
static inline unsigned long vmap_budget(void)
{
	unsigned long high = max(vmap.peak, vmap.live);

	return high + high / VMAP_SLACK + VMAP_SLACK_PAGES;
}

/* Everything below: the caller holds vmap_lock. */

/* --- vmap_area.c ---------------------------------------------------------- */

int vmap_start(void); /* the first use; 0 or -errno */
/* So many structs can now be taken without failing. */
int vmap_reserve(u32 nr);
struct vmap_area *vmap_area_get(void); /* NULL: none reserved */
void vmap_area_put(struct vmap_area *a);
/* Cuts a behind `pages` pages of its span; the new area is the upper part. */
struct vmap_area *vmap_split(struct vmap_area *a, u32 pages);
/* Takes the whole of a's upper neighbour into a's span. */
void vmap_swallow_next(struct vmap_area *a);

/* Head of the first list from bin `from` on; NULL if all are empty. */
struct vmap_area *vmap_bin_first(const struct vmap_bins *bins, unsigned int from);
/* Head of the last list up to bin `from`; NULL if all are empty. */
struct vmap_area *vmap_bin_last(const struct vmap_bins *bins, unsigned int from);

/* Makes the table for these pages: 0, -EEXIST (taken by others), -ENOMEM. */
int vmap_table_map(u32 start, u32 pages);
void vmap_table_fill(struct vmap_area *a);
/*
 * Takes address space for `cap` pages, a guard and `room` more, at a multiple
 * of `align` pages, and maps what is to be mapped. BUSY, or NULL with *err.
 *
 * With `claim` nothing is mapped: frames are to be moved in, and moving onto a
 * part of a larger mapping costs twice as much. vmap_claim_end() maps the rest;
 * on failure a's capacity is what has been moved in, and if that is nothing,
 * only vmap_release() is allowed.
 */
struct vmap_area *vmap_take(u32 cap, u32 align, u32 room, bool claim, int *err);
int vmap_claim_end(struct vmap_area *a);
/* The first `span` pages (or fewer) of a's FREE upper neighbour: BUSY. */
struct vmap_area *vmap_take_next(struct vmap_area *a, u32 span);
/*
 * Makes a BUSY area FREE: gives its frames and, where that is better, its
 * mapping back, and merges it with its neighbours. On failure it stays BUSY.
 */
int vmap_release(struct vmap_area *a);
/* Unmaps free address space that is mapped (a limit was reached). */
void vmap_unmap_free(void);

/* Sets the guard a->guard in the mapped page behind a->cap. */
void vmap_guard_set(struct vmap_area *a);
/* Makes the page behind a->cap usable: GUARD_NONE afterwards. */
int vmap_guard_clear(struct vmap_area *a);
enum vmap_guard vmap_guard_wanted(void);
/* Removes the marks in [0, pages) of a, if there are any. */
int vmap_marks_clear(struct vmap_area *a, u32 pages);

/* --- vmap_warm.c ---------------------------------------------------------- */

/* BUSY, of at least `pages`, with or without frames; NULL: none fits. */
struct vmap_area *vmap_warm_exact(u32 pages, u32 align);
struct vmap_area *vmap_warm_carve(u32 pages);
/* A warm area smaller than `pages`, extended, with warm frames moved in. */
struct vmap_area *vmap_warm_extend(u32 pages);
/* BUSY becomes WARM. */
void vmap_warm_put(struct vmap_area *a);
/* BUSY becomes FREE if it has no frames and the system allows, else WARM. */
void vmap_give_back(struct vmap_area *a);
void vmap_warm_take(struct vmap_area *a); /* WARM becomes BUSY */
/*
 * Cuts a to `pages` and a guard; the rest is BUSY. One struct is reserved, and
 * a->cap is larger by 2 at the least.
 */
struct vmap_area *vmap_cut(struct vmap_area *a, u32 pages);
/* The same of a WARM area: a is BUSY then, the rest stays WARM. NULL: not cut. */
struct vmap_area *vmap_warm_cut(struct vmap_area *a, u32 pages);
/*
 * Moves pages to page `to` of a, as far as the system does it. Those that are
 * not moved are at the end; there a is mapped unless it is claimed.
 */
u32 vmap_move_pages(u32 from, u32 pages, struct vmap_area *a, u32 to);
/* Moves warm frames into [a->dirty, upto) as far as there are some. */
void vmap_gather(struct vmap_area *a, u32 upto);
bool vmap_can_gather(void); /* there is something to move, and it may be */
/* Counts a's first `pages` pages to the zones; false: no memory. */
bool vmap_charge(struct vmap_area *a, u32 pages, gfp_t flags);
void vmap_uncharge(struct vmap_area *a, u32 pages);
/* Gives warm memory back until at most so many pages are resident. */
unsigned long vmap_evict(unsigned long resident);
void vmap_keep_budget(void);
void vmap_tick(void); /* reads the clock; lets the peak decay */
/* All warm memory, free mappings, the zones' free pages: before NULL. */
void vmap_squeeze(void);
unsigned long vmap_purge(u64 age_ms);
int vmap_lazy_put(struct vmap_area *a); /* BUSY becomes LAZY; -ENOMEM: stays */

/* --- vmalloc.c ------------------------------------------------------------ */

bool vmap_lock_get(void); /* false: in a handler, see lock.h */
void vmap_lock_put(void);
/* BUSY and charged; *dirty: so many pages from its start may be non-zero. */
struct vmap_area *vmap_alloc(u32 pages, u32 align, gfp_t flags, u32 *dirty);
/* The tail of every allocation: counts, fills the table, makes it LIVE. */
void vmap_make_live(struct vmap_area *a, u32 pages);
/* Another number of pages, within cap and charged. */
void vmap_resize_live(struct vmap_area *a, u32 pages);
void vmap_free(struct vmap_area *a);
void vmap_free_alone(struct vmap_area *a);
/* Room to grow is given back, but for one page as a guard. */
void vmap_drop_room(struct vmap_area *a);

/* --- vmap_realloc.c ------------------------------------------------------- */

/*
 * Makes more pages usable behind a (LIVE or BUSY): about `want`, at least
 * `pages`, or false. With `room` it keeps address space to grow further.
 */
bool vmap_extend(struct vmap_area *a, u32 pages, u32 want, bool room);
/* The same of a BUSY area to just `pages`, claimed only: see vmap_take(). */
bool vmap_extend_claim(struct vmap_area *a, u32 pages);

/* --- vmap_pfn.c ----------------------------------------------------------- */

void vmap_pfns_drop(struct vmap_area *a, u32 keep);
/* All of its frames, of the zone that flags name; false: there are not as many. */
bool vmap_pfns_of_zone(struct vmap_area *a, gfp_t flags);
/* An array of a->ptes, if there is none; false: no memory. */
bool vmap_ptes_room(struct vmap_area *a);
/* The frames of a mapped area are those of its pages; false: no memory. */
bool vmap_pfns_set(struct vmap_area *a, struct page **pages);
