/*
 * show.c - what the run used (kernel: lib/show_mem.c in purpose; the layout is
 * ours until the kernel's views exist). Printed at exit with summary=1.
 *
 * Locks: none; the figures are read as they are. With slab_accounting every
 * call was counted, so hits are in the figures.
 */
#include "config/options.h"
#include "core/lib/printk.h"
#include "core/mm/pagemap.h"
#include "core/mm/slab.h"
#include "core/mm/stat.h"
#include "core/report/report.h"

struct alloc_stat alloc_stats[NR_ALLOC_STATS];

void alloc_stat_add(enum alloc_stat_item item, u64 bytes, u64 ns)
{
	struct alloc_stat *st = &alloc_stats[item];

	__atomic_fetch_add(&st->calls, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&st->bytes, bytes, __ATOMIC_RELAXED);
	__atomic_fetch_add(&st->ns, ns, __ATOMIC_RELAXED);
}

static void show_cache(const struct kmem_cache *s)
{
	unsigned long waste = 0, rounded = s->allocs * s->object_size;

	if (!s->allocs)
		return;
	if (rounded)
		waste = 100 - s->requested_bytes * 100 / rounded;
	printk("  %-17s %12lu %12lu %10lu %9lukB %8lu%%\n", s->name, s->allocs, s->frees,
	       s->node.peak_slabs, s->node.peak_slabs << (s->order + 2), waste);
}

static void show_caches(void)
{
	struct kmem_cache *s;

	printk("  %-17s %12s %12s %10s %11s %9s\n", "cache", "allocated", "freed", "peak slabs",
	       "peak size", "unused");
	for (s = list_last_entry(&slab_caches, struct kmem_cache, list); &s->list != &slab_caches;
	     s = list_last_entry(&s->list, struct kmem_cache, list))
		show_cache(s);
}

static void show_calls(const char *name, enum alloc_stat_item item)
{
	const struct alloc_stat *st = &alloc_stats[item];

	if (st->calls)
		printk("  %-17s %12lu calls, %12lukB asked for, %8lu ns each\n", name,
		       (unsigned long)st->calls, (unsigned long)(st->bytes >> 10),
		       (unsigned long)(st->ns / st->calls));
}

static void show_orders(void)
{
	unsigned int o;

	for (o = 0; o < NR_PAGE_ORDERS; o++)
		if (kmalloc_large_calls[o])
			printk("  kmalloc_large order %2u (%5lukB): %lu\n", o, 4UL << o,
			       kmalloc_large_calls[o]);
}

static void show_zones(void)
{
	unsigned long wmark[NR_WMARK], nr_free[NR_PAGE_ORDERS];
	struct page_stats st;
	int i;

	for (i = 0; i < MAX_NR_ZONES; i++) {
		zone_stats_read((enum zone_type)i, &st, wmark, nr_free);
		if (st.managed)
			printk("  Node 0, zone %8s: used %lukB free %lukB mapped %lukB of %lukB\n",
			       zone_name((enum zone_type)i), st.used * 4,
			       (st.managed - st.held - st.used - st.vmalloc) * 4, st.committed * 4,
			       st.managed * 4);
	}
}

void show_summary(void)
{
	struct vmalloc_stats vs;
	struct page_stats ps;

	page_stats_read(&ps);
	vmalloc_stats_read(&vs);
	printk("kmemu: summary\n");
	show_calls("kmalloc", STAT_KMALLOC);
	show_calls("vmalloc", STAT_VMALLOC);
	show_caches();
	show_orders();
	printk("  vmalloc: %lu areas made, %lu in use (%lukB), peak %lukB\n", vs.allocs, vs.areas,
	       vs.pages * 4, vs.peak_pages * 4);
	printk("  peak of all pages: %lukB\n", ps.used_peak * 4);
	show_zones();
	if (!kmemu_opts.contig_verify)
		phys_show_huge();
	printk("  above the cap of %lu bytes: %lu, invalid frees: %lu\n",
	       (unsigned long)kmemu_opts.kmalloc_max, report_count(REPORT_LARGE),
	       report_count(REPORT_DOUBLE_FREE) + report_count(REPORT_INVALID_FREE) +
		       report_count(REPORT_FREE_FREED_AREA) + report_count(REPORT_FOREIGN_FREE));
}
