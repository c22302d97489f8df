/* SPDX-License-Identifier: MIT */
/*
 * <linux/mmzone.h> of Linux 6.12: zones of the one node. <kmemu/mmzone.h> says what the
 * structures say. Any context.
 */
#ifndef _LINUX_MMZONE_H
#define _LINUX_MMZONE_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <asm/page.h>
#include <kmemu/mmzone.h>
#include <linux/atomic.h>
#include <linux/nodemask.h>
#include <linux/pageblock-flags.h>

struct folio;

enum migratetype {
	MIGRATE_UNMOVABLE,
	MIGRATE_MOVABLE,
	MIGRATE_RECLAIMABLE,
	MIGRATE_PCPTYPES,
	MIGRATE_HIGHATOMIC = MIGRATE_PCPTYPES,
	MIGRATE_TYPES
};

enum zone_type { ZONE_DMA, ZONE_DMA32, ZONE_NORMAL, ZONE_MOVABLE, __MAX_NR_ZONES };
#define MAX_NR_ZONES 4
#define MAX_ZONES_PER_ZONELIST (MAX_NUMNODES * MAX_NR_ZONES)

enum zone_watermarks { WMARK_MIN, WMARK_LOW, WMARK_HIGH, WMARK_PROMO, NR_WMARK };

enum {
	ZONELIST_FALLBACK,
	ZONELIST_NOFALLBACK,
	MAX_ZONELISTS
};

enum zone_stat_item {
	NR_FREE_PAGES,
	NR_ZONE_LRU_BASE,
	NR_ZONE_INACTIVE_ANON = NR_ZONE_LRU_BASE,
	NR_ZONE_ACTIVE_ANON,
	NR_ZONE_INACTIVE_FILE,
	NR_ZONE_ACTIVE_FILE,
	NR_ZONE_UNEVICTABLE,
	NR_ZONE_WRITE_PENDING,
	NR_MLOCK,
	NR_BOUNCE,
	NR_FREE_CMA_PAGES,
	NR_VM_ZONE_STAT_ITEMS
};

enum node_stat_item {
	NR_LRU_BASE,
	NR_INACTIVE_ANON = NR_LRU_BASE,
	NR_ACTIVE_ANON,
	NR_INACTIVE_FILE,
	NR_ACTIVE_FILE,
	NR_UNEVICTABLE,
	NR_SLAB_RECLAIMABLE_B,
	NR_SLAB_UNRECLAIMABLE_B,
	NR_ISOLATED_ANON,
	NR_ISOLATED_FILE,
	WORKINGSET_NODES,
	WORKINGSET_REFAULT_BASE,
	WORKINGSET_REFAULT_ANON = WORKINGSET_REFAULT_BASE,
	WORKINGSET_REFAULT_FILE,
	WORKINGSET_ACTIVATE_BASE,
	WORKINGSET_ACTIVATE_ANON = WORKINGSET_ACTIVATE_BASE,
	WORKINGSET_ACTIVATE_FILE,
	WORKINGSET_RESTORE_BASE,
	WORKINGSET_RESTORE_ANON = WORKINGSET_RESTORE_BASE,
	WORKINGSET_RESTORE_FILE,
	WORKINGSET_NODERECLAIM,
	NR_ANON_MAPPED,
	NR_FILE_MAPPED,
	NR_FILE_PAGES,
	NR_FILE_DIRTY,
	NR_WRITEBACK,
	NR_WRITEBACK_TEMP,
	NR_SHMEM,
	NR_SHMEM_THPS,
	NR_SHMEM_PMDMAPPED,
	NR_FILE_THPS,
	NR_FILE_PMDMAPPED,
	NR_ANON_THPS,
	NR_VMSCAN_WRITE,
	NR_VMSCAN_IMMEDIATE,
	NR_DIRTIED,
	NR_WRITTEN,
	NR_THROTTLED_WRITTEN,
	NR_KERNEL_MISC_RECLAIMABLE,
	NR_FOLL_PIN_ACQUIRED,
	NR_FOLL_PIN_RELEASED,
	NR_KERNEL_STACK_KB,
	NR_PAGETABLE,
	NR_SECONDARY_PAGETABLE,
	NR_IOMMU_PAGES,
	NR_SWAPCACHE,
	PGDEMOTE_KSWAPD,
	PGDEMOTE_DIRECT,
	PGDEMOTE_KHUGEPAGED,
	NR_VM_NODE_STAT_ITEMS
};
/* Of the library's; what is not there is what kernel code adds. */
_Static_assert(__MAX_NR_ZONES == KMEMU_NR_ZONES &&
		       NR_VM_ZONE_STAT_ITEMS == KMEMU_NR_ZONE_STATS &&
		       NR_VM_NODE_STAT_ITEMS == KMEMU_NR_NODE_STATS &&
		       NR_SLAB_RECLAIMABLE_B == KMEMU_NR_SLAB_RECLAIMABLE &&
		       NR_SLAB_UNRECLAIMABLE_B == KMEMU_NR_SLAB_UNRECLAIMABLE &&
		       NR_PAGETABLE == KMEMU_NR_PAGETABLE,
	       "counters of <kmemu/mmzone.h>");

/* In bytes: of groups of processes alone. */
static __always_inline bool vmstat_item_in_bytes(int idx)
{
	return idx == NR_SLAB_RECLAIMABLE_B || idx == NR_SLAB_UNRECLAIMABLE_B;
}

/* --- the node */

static inline struct pglist_data *NODE_DATA(int nid)
{
	return nid ? NULL : kmemu_node_data();
}

static __always_inline struct pglist_data *first_online_pgdat(void)
{
	return NODE_DATA(0);
}

static __always_inline struct pglist_data *next_online_pgdat(struct pglist_data *pgdat)
{
	(void)pgdat;
	return (struct pglist_data *)NULL;
}

#define for_each_online_pgdat(pgdat) \
	for ((pgdat) = first_online_pgdat(); (pgdat); (pgdat) = next_online_pgdat(pgdat))

static inline unsigned long pgdat_end_pfn(pg_data_t *pgdat)
{
	return pgdat->node_start_pfn + pgdat->node_spanned_pages;
}
#define node_present_pages(nid) (NODE_DATA(nid)->node_present_pages)
#define node_spanned_pages(nid) (NODE_DATA(nid)->node_spanned_pages)
#define node_start_pfn(nid) (NODE_DATA(nid)->node_start_pfn)
#define node_end_pfn(nid) pgdat_end_pfn(NODE_DATA(nid))
#define pfn_to_nid(pfn) ((void)(pfn), 0)

/* --- zones */

#define zone_idx(zone) ((int)((zone) - (zone)->zone_pgdat->node_zones))

static __always_inline int zone_to_nid(const struct zone *zone)
{
	return zone->node;
}

static inline unsigned long wmark_pages(const struct zone *z, enum zone_watermarks w)
{
	return z->_watermark[w] + z->watermark_boost;
}

static __always_inline unsigned long min_wmark_pages(const struct zone *z)
{
	return wmark_pages(z, WMARK_MIN);
}

static __always_inline unsigned long low_wmark_pages(const struct zone *z)
{
	return wmark_pages(z, WMARK_LOW);
}

static __always_inline unsigned long high_wmark_pages(const struct zone *z)
{
	return wmark_pages(z, WMARK_HIGH);
}

static __always_inline unsigned long promo_wmark_pages(const struct zone *z)
{
	return wmark_pages(z, WMARK_PROMO);
}

static inline unsigned long zone_managed_pages(struct zone *zone)
{
	return (unsigned long)atomic_long_read(&zone->managed_pages);
}

static __always_inline unsigned long zone_cma_pages(struct zone *zone)
{
	(void)zone;
	return 0UL;
}

static inline unsigned long zone_end_pfn(const struct zone *zone)
{
	return zone->zone_start_pfn + zone->spanned_pages;
}

static inline bool zone_spans_pfn(const struct zone *zone, unsigned long pfn)
{
	return zone->zone_start_pfn <= pfn && pfn < zone_end_pfn(zone);
}

static inline bool zone_is_empty(const struct zone *zone)
{
	return !zone->spanned_pages;
}

static __always_inline bool zone_is_initialized(const struct zone *zone)
{
	return zone->initialized != 0;
}

static inline bool zone_intersects(struct zone *zone, unsigned long start_pfn,
				   unsigned long nr_pages)
{
	return !zone_is_empty(zone) && start_pfn < zone_end_pfn(zone) &&
	       start_pfn + nr_pages > zone->zone_start_pfn;
}

static inline bool populated_zone(struct zone *zone)
{
	return zone->present_pages != 0;
}

static inline bool managed_zone(struct zone *zone)
{
	return zone_managed_pages(zone) != 0;
}

static __always_inline bool has_managed_dma(void)
{
	return managed_zone(&NODE_DATA(0)->node_zones[ZONE_DMA]);
}

static __always_inline int is_highmem_idx(enum zone_type idx)
{
	(void)idx;
	return 0;
}

static __always_inline int is_highmem(const struct zone *zone)
{
	(void)zone;
	return 0;
}

static __always_inline bool zone_is_zone_device(const struct zone *zone)
{
	(void)zone;
	return false;
}

static __always_inline bool is_zone_device_page(const struct page *page)
{
	(void)page;
	return false;
}

static __always_inline bool folio_is_zone_device(const struct folio *folio)
{
	(void)folio;
	return false;
}

static __always_inline bool is_zone_movable_page(const struct page *page)
{
	(void)page;
	return false;
}

static __always_inline bool folio_is_zone_movable(const struct folio *folio)
{
	(void)folio;
	return false;
}

static __always_inline bool zone_device_pages_have_same_pgmap(const struct page *a,
							      const struct page *b)
{
	(void)a;
	(void)b;
	return true;
}

/* NULL behind the last. */
static inline struct zone *next_zone(struct zone *zone)
{
	return zone_idx(zone) + 1 < MAX_NR_ZONES ? zone + 1 : NULL;
}
#define for_each_zone(zone) \
	for ((zone) = first_online_pgdat()->node_zones; (zone); (zone) = next_zone(zone))
#define for_each_populated_zone(zone)          \
	for_each_zone(zone)                    \
		if (!populated_zone(zone)) ;   \
		else

/* --- lists of zones, in the order in which a request takes from them */

static __always_inline struct zone *zonelist_zone(struct zoneref *zoneref)
{
	return zoneref->zone;
}

static __always_inline int zonelist_zone_idx(const struct zoneref *zoneref)
{
	return zoneref->zone_idx;
}

static __always_inline int zonelist_node_idx(const struct zoneref *zoneref)
{
	return zoneref->zone->node;
}

/* From z on, the first that is not above; nodes NULL, or one with node 0. */
static inline struct zoneref *next_zones_zonelist(struct zoneref *z, enum zone_type highest_zoneidx,
						  nodemask_t *nodes)
{
	while (z->zone && (z->zone_idx > (int)highest_zoneidx ||
			   (nodes && !node_isset(0, *nodes))))
		z++;
	return z;
}

static inline struct zoneref *first_zones_zonelist(struct zonelist *zonelist,
						   enum zone_type highest_zoneidx,
						   nodemask_t *nodes)
{
	return next_zones_zonelist(zonelist->_zonerefs, highest_zoneidx, nodes);
}
#define for_each_zone_zonelist_nodemask(zone, z, zlist, highidx, nodemask)       \
	for ((z) = first_zones_zonelist(zlist, highidx, nodemask),               \
	    (zone) = zonelist_zone(z);                                           \
	     (zone);                                                             \
	     (z) = next_zones_zonelist((z) + 1, highidx, nodemask),              \
	    (zone) = zonelist_zone(z))
#define for_each_zone_zonelist(zone, z, zlist, highidx) \
	for_each_zone_zonelist_nodemask(zone, z, zlist, highidx, NULL)

#endif /* __cplusplus */

#endif /* _LINUX_MMZONE_H */
