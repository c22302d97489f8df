/* SPDX-License-Identifier: MIT */
/*
 * <linux/vmstat.h> of Linux 6.12: counters of pages. <kmemu/mmzone.h> says which are kept; what
 * kernel code adds to any is in it. Any context.
 */
#ifndef _LINUX_VMSTAT_H
#define _LINUX_VMSTAT_H

#include <linux/mm.h>
#include <linux/mmzone.h>

/* C alone, as <linux/mmzone.h>. */
#ifndef __cplusplus

static inline unsigned long __kmemu_stat(atomic_long_t *counter)
{
	long n = atomic_long_read(counter);

	return n < 0 ? 0 : (unsigned long)n;
}

static inline unsigned long zone_page_state(struct zone *zone, enum zone_stat_item item)
{
	kmemu_node_data();
	return __kmemu_stat(&zone->vm_stat[item]);
}

static __always_inline unsigned long zone_page_state_snapshot(struct zone *zone,
							      enum zone_stat_item item)
{
	return zone_page_state(zone, item);
}

static inline unsigned long sum_zone_node_page_state(int node, enum zone_stat_item item)
{
	struct pglist_data *pgdat = NODE_DATA(node);
	unsigned long sum = 0;
	int i;

	for (i = 0; pgdat && i < MAX_NR_ZONES; i++)
		sum += __kmemu_stat(&pgdat->node_zones[i].vm_stat[item]);
	return sum;
}

static __always_inline unsigned long global_zone_page_state(enum zone_stat_item item)
{
	return sum_zone_node_page_state(0, item);
}

static inline unsigned long node_page_state_pages(struct pglist_data *pgdat,
						  enum node_stat_item item)
{
	kmemu_node_data();
	return __kmemu_stat(&pgdat->vm_stat[item]);
}

static __always_inline unsigned long node_page_state(struct pglist_data *pgdat,
						     enum node_stat_item item)
{
	VM_WARN_ON_ONCE(vmstat_item_in_bytes(item));
	return node_page_state_pages(pgdat, item);
}

static __always_inline unsigned long global_node_page_state_pages(enum node_stat_item item)
{
	return node_page_state_pages(NODE_DATA(0), item);
}

static __always_inline unsigned long global_node_page_state(enum node_stat_item item)
{
	return node_page_state(NODE_DATA(0), item);
}

static inline void mod_zone_page_state(struct zone *zone, enum zone_stat_item item, long delta)
{
	kmemu_mod_stat(zone_idx(zone), (int)item, delta);
}

static __always_inline void inc_zone_page_state(struct page *page, enum zone_stat_item item)
{
	mod_zone_page_state(page_zone(page), item, 1);
}

static __always_inline void dec_zone_page_state(struct page *page, enum zone_stat_item item)
{
	mod_zone_page_state(page_zone(page), item, -1);
}

static __always_inline void __mod_zone_page_state(struct zone *zone, enum zone_stat_item item,
						  long delta)
{
	mod_zone_page_state(zone, item, delta);
}

static inline void mod_node_page_state(struct pglist_data *pgdat, enum node_stat_item item,
				       long delta)
{
	(void)pgdat;
	kmemu_mod_stat(-1, (int)item, delta);
}

static __always_inline void __mod_node_page_state(struct pglist_data *pgdat,
						  enum node_stat_item item, long delta)
{
	mod_node_page_state(pgdat, item, delta);
}

static __always_inline void inc_node_state(struct pglist_data *pgdat, enum node_stat_item item)
{
	mod_node_page_state(pgdat, item, 1);
}

static __always_inline void inc_node_page_state(struct page *page, enum node_stat_item item)
{
	(void)page;
	kmemu_mod_stat(-1, (int)item, 1);
}

static __always_inline void dec_node_page_state(struct page *page, enum node_stat_item item)
{
	(void)page;
	kmemu_mod_stat(-1, (int)item, -1);
}

static __always_inline void node_stat_mod_folio(const struct folio *folio, enum node_stat_item item,
						long nr)
{
	(void)folio;
	kmemu_mod_stat(-1, (int)item, nr);
}

static __always_inline void node_stat_add_folio(struct folio *folio, enum node_stat_item item)
{
	node_stat_mod_folio(folio, item, folio_nr_pages(folio));
}

static __always_inline void node_stat_sub_folio(struct folio *folio, enum node_stat_item item)
{
	node_stat_mod_folio(folio, item, -folio_nr_pages(folio));
}

/* By their names in /proc/vmstat. */
static inline const char *zone_stat_name(enum zone_stat_item item)
{
	static const char *const names[NR_VM_ZONE_STAT_ITEMS] = {
		"nr_free_pages", "nr_zone_inactive_anon", "nr_zone_active_anon",
		"nr_zone_inactive_file", "nr_zone_active_file", "nr_zone_unevictable",
		"nr_zone_write_pending", "nr_mlock", "nr_bounce", "nr_free_cma",
	};

	return names[item];
}

static inline const char *node_stat_name(enum node_stat_item item)
{
	static const char *const names[NR_VM_NODE_STAT_ITEMS] = {
		"nr_inactive_anon", "nr_active_anon", "nr_inactive_file", "nr_active_file",
		"nr_unevictable", "nr_slab_reclaimable", "nr_slab_unreclaimable",
		"nr_isolated_anon", "nr_isolated_file", "workingset_nodes",
		"workingset_refault_anon", "workingset_refault_file",
		"workingset_activate_anon", "workingset_activate_file",
		"workingset_restore_anon", "workingset_restore_file",
		"workingset_nodereclaim", "nr_anon_pages", "nr_mapped", "nr_file_pages",
		"nr_dirty", "nr_writeback", "nr_writeback_temp", "nr_shmem",
		"nr_shmem_hugepages", "nr_shmem_pmdmapped", "nr_file_hugepages",
		"nr_file_pmdmapped", "nr_anon_transparent_hugepages", "nr_vmscan_write",
		"nr_vmscan_immediate_reclaim", "nr_dirtied", "nr_written",
		"nr_throttled_written", "nr_kernel_misc_reclaimable", "nr_foll_pin_acquired",
		"nr_foll_pin_released", "nr_kernel_stack", "nr_page_table_pages",
		"nr_sec_page_table_pages", "nr_iommu_pages", "nr_swapcached",
		"pgdemote_kswapd", "pgdemote_direct", "pgdemote_khugepaged",
	};

	return names[item];
}

#endif /* __cplusplus */

#endif /* _LINUX_VMSTAT_H */
