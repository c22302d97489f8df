/* SPDX-License-Identifier: MIT */
/*
 * mmzone.h - zones and the node, as kernel code sees them (kernel: include/linux/mmzone.h,
 * mm/vmstat.c). What they say is what the library's own say at the moment of the call that gave
 * the pointer (kmemu_node_data(), which page_zone(), NODE_DATA(), the loops over zones and all
 * questions for a counter make); who keeps the pointer asks again to have it new.
 *
 * Of a zone's counters there is NR_FREE_PAGES, of the node's the slab ones (blocks
 * of pages are counted as unreclaimable slab memory, as in Mem-Info), NR_PAGETABLE, and
 * what kernel code adds to any of them.
 */
#ifndef KMEMU_MMZONE_H
#define KMEMU_MMZONE_H

#include "locks.h"
#include "types.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KMEMU_NR_ZONES 4 /* DMA, DMA32, Normal, Movable, which is empty */
#define KMEMU_NR_ORDERS 11
#define KMEMU_NR_ZONE_STATS 10
#define KMEMU_NR_NODE_STATS 45
/* Of the node's, those that are kept here. */
#define KMEMU_NR_SLAB_RECLAIMABLE 5
#define KMEMU_NR_SLAB_UNRECLAIMABLE 6
#define KMEMU_NR_PAGETABLE 38

struct page;
struct pglist_data;

struct free_area {
	unsigned long nr_free; /* blocks, of all migrate types */
};

struct zone {
	unsigned long _watermark[4]; /* pages: min, low, high, promo */
	unsigned long watermark_boost;
	unsigned long nr_reserved_highatomic;
	long lowmem_reserve[KMEMU_NR_ZONES];
	int node;
	struct pglist_data *zone_pgdat;
	unsigned long zone_start_pfn;
	struct kmemu_atomic_long managed_pages;
	unsigned long spanned_pages, present_pages;
	const char *name;
	int initialized;
	struct free_area free_area[KMEMU_NR_ORDERS];
	unsigned long flags;
	struct spinlock lock; /* the library takes another */
	bool contiguous;
	struct kmemu_atomic_long vm_stat[KMEMU_NR_ZONE_STATS];
};

struct zoneref {
	struct zone *zone; /* NULL: the end */
	int zone_idx;
};

/* Highest first, those with memory. */
struct zonelist {
	struct zoneref _zonerefs[KMEMU_NR_ZONES + 1];
};

typedef struct pglist_data {
	struct zone node_zones[KMEMU_NR_ZONES];
	struct zonelist node_zonelists[2]; /* of the one node both */
	int nr_zones;
	unsigned long node_start_pfn, node_present_pages, node_spanned_pages;
	int node_id;
	unsigned long totalreserve_pages;
	unsigned long flags;
	struct kmemu_atomic_long vm_stat[KMEMU_NR_NODE_STATS];
} pg_data_t;

/* Any context. */
struct pglist_data *kmemu_node_data(void);
/* delta is added to counter `item` of a zone (0 ..) for good; of the node: zone -1. */
void kmemu_mod_stat(int zone, int item, long delta);
/*
 * A driver takes count pages (negative) of the page's zone away from what is managed, or
 * gives them back: kmemu_totalram_pages() and the zone say so. They stay allocated, or free.
 */
void kmemu_adjust_managed_page_count(struct page *page, long count);
/* Mem-Info to the log, of zones up to this one (kernel: lib/show_mem.c). */
void kmemu_show_mem(int highest_zone);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_MMZONE_H */
