/*
 * mmzone.c - zones and the node for kernel code (kernel: mm/mmzone.c, mm/vmstat.c,
 * lib/show_mem.c).
 *
 * The library's own zones have another shape (core/mm/zone.h). These are filled from what
 * Mem-Info says of them at each call that gives a pointer: names, frames, watermarks, free
 * blocks. The addresses stay the same. include/kmemu/mmzone.h says which counters there are.
 *
 * Different from the kernel: a driver that takes pages away from what is managed (a
 * balloon) changes the figures alone: watermarks stay, as after a boot.
 *
 * Locks: fill_lock, outside of zone_lock. Cost: a pass over the zones' lists at each call.
 */
#include "include/kmemu/mmzone.h"

#include "core/kernel/alloc.h"
#include "core/kernel/mmzone.h"
#include "core/kernel/task.h"
#include "core/lib/printk.h"
#include "core/mm/show_mem.h"
#include "core/os/os.h"
#include "core/report/finding.h"
#include "include/kmemu/mm.h"
#include "include/kmemu/pgtable.h"

#define SHOW_BYTES 8192

#define ADD(counter, n) __atomic_add_fetch(&(counter), (n), __ATOMIC_RELAXED)
#define GET(counter)	__atomic_load_n(&(counter), __ATOMIC_RELAXED)
#define SET(counter, n) __atomic_store_n(&(counter), (n), __ATOMIC_RELAXED)

_Static_assert(KMEMU_NR_ZONES == MAX_NR_ZONES + 1 && KMEMU_NR_ORDERS == NR_PAGE_ORDERS,
	       "zones of <linux/mmzone.h>");

static struct pglist_data node;
static struct kernel_lock fill_lock __own_word;
/* What kernel code has added. */
static long managed_added[KMEMU_NR_ZONES];
static long zone_added[KMEMU_NR_ZONES][KMEMU_NR_ZONE_STATS];
static long node_added[KMEMU_NR_NODE_STATS];

/* i: enum zone_type. */
static void fill_zone(struct zone *z, const struct report_zone *from, int i)
{
	unsigned long promo = from->high + (from->high - from->low);

	z->name = from->name;
	z->zone_pgdat = &node;
	z->zone_start_pfn = zone_start_pfn((enum zone_type)i);
	z->spanned_pages = z->present_pages = from->present;
	SET(z->managed_pages.counter, (long)from->managed + GET(managed_added[i]));
	z->_watermark[0] = from->min;
	z->_watermark[1] = from->low;
	z->_watermark[2] = from->high;
	z->_watermark[3] = promo;
	z->nr_reserved_highatomic = from->reserved_highatomic;
	for (int j = 0; j < KMEMU_NR_ZONES; j++)
		z->lowmem_reserve[j] = (long)from->lowmem_reserve[min(j, MAX_NR_ZONES - 1)];
	for (int o = 0; o < KMEMU_NR_ORDERS; o++)
		z->free_area[o].nr_free = from->nr_free[o];
	z->initialized = 1;
	z->contiguous = true;
	for (int s = 0; s < KMEMU_NR_ZONE_STATS; s++)
		SET(z->vm_stat[s].counter, GET(zone_added[i][s]) + (s ? 0 : (long)from->free));
}

/* Kernel: calculate_totalreserve_pages(). */
static unsigned long reserve_of(const struct zone *z)
{
	unsigned long reserve = 0;

	for (int j = 0; j < KMEMU_NR_ZONES; j++)
		reserve = max(reserve, (unsigned long)z->lowmem_reserve[j]);
	return min(reserve + z->_watermark[2], (unsigned long)GET(z->managed_pages.counter));
}

static void fill_totals(void)
{
	unsigned long start = ~0UL, end = 0, present = 0, reserve = 0;
	struct zoneref *ref = node.node_zonelists[0]._zonerefs;

	for (int i = KMEMU_NR_ZONES - 1; i >= 0; i--) {
		struct zone *z = &node.node_zones[i];

		if (!z->present_pages)
			continue;
		*ref++ = (struct zoneref){ z, i };
		start = min(start, z->zone_start_pfn);
		end = max(end, z->zone_start_pfn + z->spanned_pages);
		present += z->present_pages;
		reserve += reserve_of(z);
		node.nr_zones = max(node.nr_zones, i + 1);
	}
	node.node_zonelists[1] = node.node_zonelists[0];
	node.node_start_pfn = start;
	node.node_spanned_pages = end - start;
	node.node_present_pages = present;
	node.totalreserve_pages = reserve;
}

static void fill_counters(const struct report_mem *m)
{
	long tables = GET(kmemu_mm.pgtables_bytes.counter) +
		      GET(kmemu_init_mm.pgtables_bytes.counter);

	for (int s = 0; s < KMEMU_NR_NODE_STATS; s++) {
		long n = s == KMEMU_NR_SLAB_RECLAIMABLE	  ? (long)m->slab_reclaimable :
			 s == KMEMU_NR_SLAB_UNRECLAIMABLE ? (long)m->slab_unreclaimable :
			 s == KMEMU_NR_PAGETABLE	  ? tables >> PAGE_SHIFT :
							    0;

		SET(node.vm_stat[s].counter, n + GET(node_added[s]));
	}
}

static void fill(const struct report_mem *m)
{
	for (int i = 0; i < MAX_NR_ZONES; i++)
		fill_zone(&node.node_zones[i], &m->zone[i], i);
	node.node_zones[MAX_NR_ZONES].name = "Movable";
	node.node_zones[MAX_NR_ZONES].zone_pgdat = &node;
	fill_totals();
	fill_counters(m);
}

KMEMU_EXPORT struct pglist_data *kmemu_node_data(void)
{
	struct report_mem m;
	u64 mask;

	if (!kernel_is_ready())
		return &node;
	report_mem_read(&m, GFP_KERNEL);
	mask = kernel_lock(&fill_lock);
	fill(&m);
	kernel_unlock(&fill_lock, mask);
	return &node;
}

KMEMU_EXPORT void kmemu_mod_stat(int zone, int item, long delta)
{
	if (zone < 0)
		ADD(node_added[item], delta);
	else
		ADD(zone_added[zone][item], delta);
}

/* --- what a driver takes away ---------------------------------------------------- */

long managed_pages_added(void)
{
	long sum = 0;

	for (int i = 0; i < KMEMU_NR_ZONES; i++)
		sum += GET(managed_added[i]);
	return sum;
}

KMEMU_EXPORT void kmemu_adjust_managed_page_count(struct page *page, long count)
{
	ADD(managed_added[kmemu_pfn_zonenum(page_to_pfn(page))], count);
}

/* --- Mem-Info -------------------------------------------------------------------- */

KMEMU_EXPORT void kmemu_show_mem(int highest_zone)
{
	char buf[SHOW_BYTES];
	gfp_t flags = highest_zone <= ZONE_DMA	   ? __GFP_DMA :
		      highest_zone == ZONE_DMA32 ? __GFP_DMA32 :
						   GFP_KERNEL;
	struct report_mem m;
	struct text_buf t;

	if (!kernel_is_ready())
		return;
	report_mem_read(&m, flags);
	text_init(&t, buf, sizeof(buf), os_monotonic_ns() / 1000);
	put_mem_info(&t, &m);
	printk_text(t.buf, t.n);
}
