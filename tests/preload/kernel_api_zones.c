// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Zones and the node: what kernel code reads of them agrees with what it allocates.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/slab.h>
#include <linux/vmstat.h>

#include "check.h"

static void zones(void)
{
	struct pglist_data *pgdat = NODE_DATA(0);
	unsigned long managed = 0, present = 0, free = 0;
	int populated = 0, all = 0;
	struct zone *zone;

	CHECK(pgdat && !NODE_DATA(1) && pgdat->node_id == 0 && pgdat->nr_zones == 3);
	for_each_zone(zone) {
		CHECK(zone_idx(zone) == all++ && zone->zone_pgdat == pgdat);
		CHECK(zone->name && !zone_to_nid(zone));
	}
	CHECK(all == MAX_NR_ZONES);
	for_each_populated_zone(zone) {
		CHECK(managed_zone(zone) && zone_managed_pages(zone) <= zone->present_pages);
		CHECK(zone->spanned_pages >= zone->present_pages);
		CHECK(min_wmark_pages(zone) <= low_wmark_pages(zone));
		CHECK(low_wmark_pages(zone) <= high_wmark_pages(zone));
		CHECK(zone_page_state(zone, NR_FREE_PAGES) <= zone_managed_pages(zone));
		CHECK(page_zonenum(pfn_to_page(zone->zone_start_pfn)) == (unsigned)zone_idx(zone));
		CHECK(page_zonenum(pfn_to_page(zone_end_pfn(zone) - 1)) ==
		      (unsigned)zone_idx(zone));
		managed += zone_managed_pages(zone);
		present += zone->present_pages;
		free += zone_page_state(zone, NR_FREE_PAGES);
		populated++;
	}
	CHECK(populated == 3 && !populated_zone(&pgdat->node_zones[ZONE_MOVABLE]));
	CHECK(!strcmp(pgdat->node_zones[ZONE_DMA32].name, "DMA32"));
	CHECK(managed == totalram_pages() && present == node_present_pages(0));
	CHECK(free == nr_free_pages() && free == global_zone_page_state(NR_FREE_PAGES));
	CHECK(node_end_pfn(0) == zone_end_pfn(&pgdat->node_zones[ZONE_NORMAL]));
	CHECK(pgdat->node_zones[ZONE_DMA].lowmem_reserve[ZONE_NORMAL] > 0);
	CHECK(pgdat->totalreserve_pages && pgdat->totalreserve_pages < managed);
}

static unsigned long free_of(struct zone *zone)
{
	unsigned long sum = 0;
	int order;

	NODE_DATA(0);
	for (order = 0; order < NR_PAGE_ORDERS; order++)
		sum += zone->free_area[order].nr_free << order;
	return sum;
}

static void pages(void)
{
	struct page *dma = alloc_pages(GFP_DMA, 3), *any = alloc_pages(GFP_KERNEL, 5);
	struct zone *zone = page_zone(dma);
	unsigned long free = zone_page_state(page_zone(any), NR_FREE_PAGES);
	unsigned long slab = global_node_page_state_pages(NR_SLAB_UNRECLAIMABLE_B);
	struct page *more;

	CHECK(zone_idx(zone) == ZONE_DMA && !strcmp(zone->name, "DMA"));
	CHECK(zone_spans_pfn(zone, page_to_pfn(dma)) && folio_zone(page_folio(dma)) == zone);
	CHECK(!zone_spans_pfn(zone, page_to_pfn(any)) && page_pgdat(any) == NODE_DATA(0));
	CHECK(zone_intersects(zone, page_to_pfn(dma) + 7, 1));
	CHECK(!zone_intersects(zone, zone_end_pfn(zone), 10));
	CHECK(free_of(zone) == zone_page_state(zone, NR_FREE_PAGES));
	more = alloc_pages(GFP_KERNEL, 6);
	CHECK(more && page_zone(more) == page_zone(any));
	CHECK(zone_page_state(page_zone(any), NR_FREE_PAGES) == free - 64);
	CHECK(global_node_page_state_pages(NR_SLAB_UNRECLAIMABLE_B) == slab + 64);
	__free_pages(more, 6);
	CHECK(zone_page_state(page_zone(any), NR_FREE_PAGES) == free);
	__free_pages(dma, 3);
	__free_pages(any, 5);
}

static void lists(void)
{
	struct zonelist *list = node_zonelist(0, GFP_KERNEL);
	struct zoneref *z = first_zones_zonelist(list, gfp_zone(GFP_KERNEL), NULL);
	int seen = 0, last = MAX_NR_ZONES;
	struct zone *zone;

	CHECK(zonelist_zone(z) == &NODE_DATA(0)->node_zones[ZONE_NORMAL]);
	for_each_zone_zonelist(zone, z, list, ZONE_DMA32)
	{
		CHECK(zonelist_zone_idx(z) == zone_idx(zone) && zone_idx(zone) < last);
		last = zone_idx(zone);
		CHECK(last <= ZONE_DMA32);
		seen++;
	}
	CHECK(seen == 2 && !last);
}

/* As a balloon does: what it has is not counted to the machine's. */
static void balloon(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long managed = zone_managed_pages(page_zone(page)), total = totalram_pages();
	struct sysinfo info;

	adjust_managed_page_count(page, -1);
	CHECK(totalram_pages() == total - 1);
	CHECK(zone_managed_pages(page_zone(page)) == managed - 1);
	si_meminfo(&info);
	CHECK(info.totalram == total - 1);
	adjust_managed_page_count(page, 1);
	CHECK(totalram_pages() == total && zone_managed_pages(page_zone(page)) == managed);
	__free_page(page);
}

/* Frames that one knows of. */
static void range(void)
{
	struct page *block = alloc_pages(GFP_KERNEL, 6);
	unsigned long pfn = page_to_pfn(block), free, i;
	struct zone *zone = page_zone(block);

	CHECK(alloc_contig_range(pfn, pfn + 8, MIGRATE_MOVABLE, GFP_KERNEL) == -EBUSY);
	memset(page_address(block), 1, PAGE_SIZE << 6);
	__free_pages(block, 6);
	free = zone_page_state(zone, NR_FREE_PAGES);
	CHECK(!alloc_contig_range(pfn + 5, pfn + 40, MIGRATE_MOVABLE, GFP_KERNEL | __GFP_ZERO));
	CHECK(zone_page_state(zone, NR_FREE_PAGES) == free - 35);
	CHECK(free_of(zone) == free - 35);
	for (i = 5; i < 40; i++) {
		CHECK(page_count(pfn_to_page(pfn + i)) == 1);
		CHECK(!memchr_inv(page_address(pfn_to_page(pfn + i)), 0, PAGE_SIZE));
	}
	CHECK(alloc_contig_range(pfn + 39, pfn + 41, MIGRATE_MOVABLE, GFP_KERNEL) == -EBUSY);
	CHECK(!alloc_contig_range(pfn + 40, pfn + 41, MIGRATE_MOVABLE, GFP_KERNEL));
	free_contig_range(pfn + 5, 36);
	CHECK(!alloc_contig_range(pfn, pfn + 64, MIGRATE_MOVABLE, GFP_KERNEL));
	CHECK(zone_page_state(zone, NR_FREE_PAGES) == free - 64);
	for (i = 0; i < 64; i++)
		put_page(pfn_to_page(pfn + i));
	CHECK(alloc_contig_range(zone_end_pfn(zone) - 1, zone_end_pfn(zone) + 1, MIGRATE_MOVABLE,
				 GFP_KERNEL) == -EINVAL);
	CHECK(alloc_contig_range(pfn, pfn, MIGRATE_MOVABLE, GFP_KERNEL) == -EINVAL);
}

static void counters(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct zone *zone = page_zone(page);

	CHECK(!global_node_page_state(NR_FILE_PAGES) && !zone_page_state(zone, NR_BOUNCE));
	inc_node_page_state(page, NR_FILE_DIRTY);
	mod_node_page_state(NODE_DATA(0), NR_FILE_DIRTY, 4);
	CHECK(global_node_page_state(NR_FILE_DIRTY) == 5);
	dec_node_page_state(page, NR_FILE_DIRTY);
	CHECK(node_page_state(NODE_DATA(0), NR_FILE_DIRTY) == 4);
	mod_node_page_state(NODE_DATA(0), NR_FILE_DIRTY, -6);
	CHECK(!global_node_page_state(NR_FILE_DIRTY)); /* never less */
	inc_zone_page_state(page, NR_BOUNCE);
	CHECK(zone_page_state(zone, NR_BOUNCE) == 1 && global_zone_page_state(NR_BOUNCE) == 1);
	dec_zone_page_state(page, NR_BOUNCE);
	CHECK(!strcmp(zone_stat_name(NR_FREE_CMA_PAGES), "nr_free_cma"));
	CHECK(!strcmp(node_stat_name(NR_PAGETABLE), "nr_page_table_pages"));
	CHECK(!strcmp(node_stat_name(PGDEMOTE_KHUGEPAGED), "pgdemote_khugepaged"));
	CHECK(pageblock_nr_pages == 512 && pageblock_start_pfn(1000) == 512);
	CHECK(pageblock_end_pfn(1000) == 1024 && pageblock_end_pfn(1024) == 1536);
	__free_page(page);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "show")) {
		show_mem();
		return 0;
	}
	zones();
	pages();
	lists();
	balloon();
	range();
	counters();
	return 0;
}
