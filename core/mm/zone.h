/*
 * zone.h - the page allocator's own structures (kernel: include/linux/mmzone.h),
 * shared by page_alloc.c, mm_init.c and vmstat.c only. All fields are under
 * zone_lock.
 */
#pragma once

#include "core/mm/frag.h"
#include "core/mm/internal.h"

#define EMERGENCY_FRAMES (1UL << 16)

struct free_area {
	struct list_head dirty, clean;
	struct list_head highatomic; /* highatomic.c; either */
	unsigned long nr_free; /* of all lists */
	unsigned long nr_highatomic; /* of that one */
};

struct zone {
	unsigned long start_pfn, end_pfn; /* managed frames */
	unsigned long next_pfn;		  /* where memory appears next */
	unsigned long limit_pfn;	  /* and where it stops: wraps once to start_pfn */
	unsigned long first_pfn;	  /* where it began */
	unsigned long top_pfn;		  /* frames of vmalloc are numbered downward from here */
	unsigned long committed, holes, free_buddy, dirty, used, charged;
	unsigned long wmark[NR_WMARK], lowmem_reserve[MAX_NR_ZONES];
	unsigned long held; /* by frag=, whether they have appeared or not */
	struct frag frag;
	unsigned long nr_reserved_highatomic, nr_free_highatomic; /* frames */
	u32 frag_none; /* bit o: no block of order o will appear any more */
	u32 dirty_orders, clean_orders; /* bit o: the list is not empty */
	struct list_head absent;	/* blocks of any order, see page_unmap_free */
	struct free_area free_area[NR_PAGE_ORDERS];
};

extern struct zone zones[MAX_NR_ZONES];
/* Blocks of the emergency area that were freed: they never merge. */
extern struct list_head emergency_free[NR_PAGE_ORDERS];
extern unsigned long used_peak;

unsigned long zone_managed(const struct zone *z);
/* Puts a free block on its list, merged with its buddies; freed_ms 0: it is clean. */
void merge_and_add(struct zone *z, unsigned long pfn, unsigned int o, u64 freed_ms);
bool page_is_buddy(const struct zone *z, unsigned long pfn, unsigned int o);
/* Frames of [pfn, pfn + n) marked FRAME_DIRTY. */
unsigned long count_dirty(unsigned long pfn, unsigned long n);
void del_from_free_list(struct zone *z, struct page *page);

/* --- page_alloc.c, for page_charge.c: all under zone_lock --- */

enum zone_type gfp_zone(gfp_t flags);
/* May `pages` be taken of z; slow: by the floors of the kernel's slow path. */
bool zone_watermark_ok(const struct zone *z, unsigned long pages, enum zone_type highest,
		       gfp_t flags, bool slow);
struct page *rmqueue(struct zone *z, unsigned int order);
void __free_block(struct page *page, unsigned int order, bool dirty);
/* used_peak is at least what is taken now. */
void note_peak(void);

/* --- highatomic.c --- */

#define PAGEBLOCK_ORDER	 9U
#define PAGEBLOCK_FRAMES (1UL << PAGEBLOCK_ORDER)

bool __pageblock_is_highatomic(unsigned long pfn);

static inline bool pageblock_is_highatomic(const struct zone *z, unsigned long pfn)
{
	return unlikely(z->nr_reserved_highatomic) && __pageblock_is_highatomic(pfn);
}

/* The pageblock of a block that was just taken is kept for its like, if there is room. */
void reserve_highatomic_pageblock(struct zone *z, unsigned long pfn, unsigned int order);
/* A pageblock goes back; force: even the zone's last. False: none that has something free. */
bool __unreserve_highatomic_pageblock(enum zone_type highest, bool force);

/*
 * memory_hotplug.c: memory appears, so that a block of `order` can be taken. False:
 * there is none; what was unmapped before, or what is new.
 */
bool absent_return(struct zone *z, unsigned int order);
void absent_return_range(struct zone *z, unsigned long pfn, unsigned long n);
bool zone_commit(struct zone *z, unsigned int order);
/* Drains what handlers have deferred, then releases zone_lock. */
void zone_unlock(void);
