/*
 * zone.h - the page allocator's own structures (kernel: include/linux/mmzone.h),
 * shared by page_alloc.c, mm_init.c and vmstat.c only. All fields are under
 * zone_lock.
 */
#pragma once

#include "core/mm/internal.h"

#define EMERGENCY_FRAMES (1UL << 16)

struct free_area {
	struct list_head dirty, clean;
	unsigned long nr_free;
};

struct zone {
	unsigned long start_pfn, end_pfn; /* managed frames */
	unsigned long next_pfn;		  /* where memory appears next */
	unsigned long limit_pfn;	  /* and where it stops: wraps once to start_pfn */
	unsigned long first_pfn;	  /* where it began */
	unsigned long top_pfn;		  /* frames of vmalloc are numbered downward from here */
	unsigned long committed, holes, free_buddy, dirty, used, charged;
	unsigned long wmark[NR_WMARK], lowmem_reserve[MAX_NR_ZONES];
	u32 dirty_orders, clean_orders; /* bit o: the list is not empty */
	struct list_head absent;	/* blocks of any order, see page_unmap_free */
	struct free_area free_area[NR_PAGE_ORDERS];
};

extern struct zone zones[MAX_NR_ZONES];
/* Blocks of the emergency area that were freed: they never merge. */
extern struct list_head emergency_free[NR_PAGE_ORDERS];
extern unsigned long used_peak;

unsigned long zone_managed(const struct zone *z);
bool page_is_buddy(const struct zone *z, unsigned long pfn, unsigned int o);
/* Frames of [pfn, pfn + n) marked FRAME_DIRTY. */
unsigned long count_dirty(unsigned long pfn, unsigned long n);
/* Drains what handlers have deferred, then releases zone_lock. */
void zone_unlock(void);
