/*
 * show_mem.c - the state of memory as facts of a report (kernel: mm/show_mem.c,
 * which prints them; here core/report/mem_info.c does).
 *
 * As in the kernel zones above the one that the request may use are left out.
 * Free memory and its blocks are those of buddyinfo (view_zone.c has the
 * theory): per zone they add up to what is free.
 *
 * Locks: zone_lock. A handler that interrupted its holder reads without it; the
 * figures may then be of two moments. Called when memory is out, so the lists
 * of unmapped blocks, which are walked, are short or empty.
 */
#include "core/mm/show_mem.h"

#include "core/mm/slab.h"
#include "core/mm/view_zone.h"

_Static_assert(REPORT_ZONES == MAX_NR_ZONES, "zones of a report");
_Static_assert(REPORT_ORDERS == NR_PAGE_ORDERS, "orders of a report");

static enum zone_type highest_zone(gfp_t flags)
{
	if (flags & __GFP_DMA)
		return ZONE_DMA;
	return flags & __GFP_DMA32 ? ZONE_DMA32 : ZONE_NORMAL;
}

static void count_absent(const struct zone *z, unsigned long absent[NR_PAGE_ORDERS])
{
	const struct page *page;

	list_for_each_entry(page, &z->absent, lru)
		absent[page->order]++;
}

static void read_zone(enum zone_type i, bool locked, struct report_zone *to)
{
	unsigned long absent[NR_PAGE_ORDERS] = { 0 };
	const struct zone *z = &zones[i];
	struct zone_blocks b;

	if (locked)
		count_absent(z, absent);
	to->name = zone_name(i);
	to->free = zone_free_pages(z);
	to->min = z->wmark[WMARK_MIN];
	to->low = z->wmark[WMARK_LOW];
	to->high = z->wmark[WMARK_HIGH];
	to->present = z->end_pfn - z->start_pfn;
	to->managed = zone_managed(z);
	for (int j = 0; j < MAX_NR_ZONES; j++)
		to->lowmem_reserve[j] = z->lowmem_reserve[j];
	to->reserved_highatomic = z->nr_reserved_highatomic;
	zone_free_blocks(z, absent, &b);
	for (int o = 0; o < NR_PAGE_ORDERS; o++) {
		to->nr_free[o] = b.nr[o];
		to->types[o] = (b.unmovable[o] ? 1 : 0) | (b.movable[o] ? 2 : 0) |
			       (b.highatomic[o] ? 4 : 0);
	}
}

static unsigned long reclaimable_pages(void)
{
	struct kmem_cache *s;
	unsigned long pages = 0;

	list_for_each_entry(s, &slab_caches, list)
		if (s->flags & KMEMU_SLAB_RECLAIM_ACCOUNT)
			pages += READ_ONCE(s->node.nr_slabs) << s->order;
	return pages;
}

/* What is on a page list is counted as used. */
struct pcp_sum {
	struct report_mem *m;
	unsigned long block_pages; /* of the list that is read */
	unsigned long pages; /* of all zones */
};

static void count_pcp(void *ctx, const void *p, bool here)
{
	struct pcp_sum *sum = ctx;
	unsigned long pfn = virt_to_pfn(p);

	for (int i = 0; i < MAX_NR_ZONES; i++) {
		if (pfn < zones[i].start_pfn || pfn >= zones[i].end_pfn)
			continue;
		sum->pages += sum->block_pages;
		sum->m->zone[i].free_pcp += sum->block_pages;
		if (here)
			sum->m->zone[i].local_pcp += sum->block_pages;
	}
}

static unsigned long read_pcp(struct report_mem *m)
{
	struct pcp_sum sum = { .m = m };

	for (unsigned int o = 0; o <= PCP_MAX_ORDER; o++) {
		sum.block_pages = 1UL << o;
		percpu_peek(CLASS_PCP + o, count_pcp, &sum);
	}
	return sum.pages;
}

void report_mem_read(struct report_mem *m, gfp_t flags)
{
	bool locked = spin_lock(&zone_lock);
	struct page_stats ps;
	unsigned long pcp;

	*m = (struct report_mem){ .nr_zones = highest_zone(flags) + 1 };
	for (int i = 0; i < MAX_NR_ZONES; i++)
		read_zone((enum zone_type)i, locked, &m->zone[i]);
	if (locked)
		zone_unlock();
	page_stats_read(&ps);
	pcp = read_pcp(m);
	ps.used -= min(pcp, ps.used);
	m->slab_reclaimable = min(reclaimable_pages(), ps.used);
	m->slab_unreclaimable = ps.used - m->slab_reclaimable;
}

/* Kernel: dump_unreclaimable_slab(). */
unsigned int report_caches_read(struct report_cache *to, unsigned int max)
{
	const struct kmem_cache *s;
	unsigned int n = 0;

	list_for_each_entry(s, &slab_caches, list) {
		unsigned long all = READ_ONCE(s->node.total_objects);
		unsigned long free = min(READ_ONCE(s->node.free_objects), all);

		if (s->flags & KMEMU_SLAB_RECLAIM_ACCOUNT || !all || n == max)
			continue;
		to[n++] = (struct report_cache){ s->name, (all - free) * s->size / 1024,
						 all * s->size / 1024 };
	}
	return n;
}
