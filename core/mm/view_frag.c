// SPDX-License-Identifier: MIT
/*
 * view_frag.c - pagetypeinfo, extfrag_index and unusable_index (kernel:
 * mm/vmstat.c; the latter two are under /sys/kernel/debug/extfrag). They show how
 * fragmented the free memory is; the blocks are those of buddyinfo (view_zone.c).
 *
 *	unusable_index	of each order: the part of the free memory that is in smaller
 *			blocks, 0.000 to 1.000
 *	extfrag_index	why a request of the order would fail: towards 0.000 for want of
 *			memory, towards 1.000 for fragmentation, -1.000 it would not
 *
 * Of migrate types there are three here (view_zone.c): memory is movable until it is asked
 * for, then unmovable, as a kernel's own is, or of the reserve for atomic requests. The
 * rows of other types are printed, for scripts.
 * Which types there are is Debian's configuration (CONFIG_MEMORY_ISOLATION, no CMA).
 */
#include "core/mm/view.h"
#include "core/mm/view_zone.h"
#include "core/mm/zone.h"

#define MOST_COUNTED	100000UL /* as the kernel's */

static const char *const migratetype_names[] = { "Unmovable", "Movable", "Reclaimable",
						 "HighAtomic", "Isolate" };
enum { TYPE_UNMOVABLE, TYPE_MOVABLE, TYPE_RECLAIMABLE, TYPE_HIGHATOMIC };

/* Blocks by order; NULL: there are none of this type. */
static const unsigned long *blocks_of_type(const struct zone_blocks *b, unsigned int type)
{
	switch (type) {
	case TYPE_UNMOVABLE:
		return b->unmovable;
	case TYPE_MOVABLE:
		return b->movable;
	case TYPE_HIGHATOMIC:
		return b->highatomic;
	default:
		return NULL;
	}
}

static unsigned long pageblocks_of_type(const struct view_zone *vz, unsigned int type)
{
	unsigned long all = DIV_ROUND_UP(vz->z.end_pfn, PAGEBLOCK_FRAMES) -
			    vz->z.start_pfn / PAGEBLOCK_FRAMES;
	unsigned long high = vz->z.nr_reserved_highatomic >> PAGEBLOCK_ORDER;
	unsigned long others = vz->b.movable_pageblocks + high;

	switch (type) {
	case TYPE_UNMOVABLE:
		return all - min(others, all);
	case TYPE_MOVABLE:
		return vz->b.movable_pageblocks;
	case TYPE_HIGHATOMIC:
		return high;
	default:
		return 0;
	}
}

/* Kernel: struct contig_page_info. */
struct contig {
	unsigned long free_pages, blocks, suitable;
};

static struct contig contig_info(const unsigned long nr[NR_PAGE_ORDERS], unsigned int suitable)
{
	struct contig c = { 0, 0, 0 };
	unsigned int o;

	for (o = 0; o < NR_PAGE_ORDERS; o++) {
		c.blocks += nr[o];
		c.free_pages += nr[o] << o;
		if (o >= suitable)
			c.suitable += nr[o] << (o - suitable);
	}
	return c;
}

/* Kernel: unusable_free_index, in thousandths. */
static int unusable_index(const struct contig *c, unsigned int order)
{
	if (!c->free_pages)
		return 1000;
	return (int)((c->free_pages - (c->suitable << order)) * 1000 / c->free_pages);
}

/* Kernel: __fragmentation_index. */
static int extfrag_index(const struct contig *c, unsigned int order)
{
	if (!c->blocks)
		return 0;
	if (c->suitable)
		return -1000;
	return 1000 - (int)((1000 + (c->free_pages * 1000 >> order)) / c->blocks);
}

static int show_index(const struct view_reader *r, const struct view_roots *roots, bool extfrag,
		      struct view_out *o)
{
	struct view_zone vz = { .i = -1 };
	unsigned int order;

	while (view_zone_next(r, roots, &vz)) {
		view_printf(o, "Node %d, zone %8s ", 0, zone_name((enum zone_type)vz.i));
		for (order = 0; order < NR_PAGE_ORDERS; order++) {
			struct contig c = contig_info(vz.b.nr, order);
			int n = extfrag ? extfrag_index(&c, order) : unusable_index(&c, order);

			view_printf(o, extfrag ? "%2d.%03d " : "%d.%03d ", n / 1000, n % 1000);
		}
		view_printf(o, "\n");
	}
	return vz.err;
}

int view_extfrag_index(const struct view_reader *r, const struct view_roots *roots,
		       struct view_out *o)
{
	return show_index(r, roots, true, o);
}

int view_unusable_index(const struct view_reader *r, const struct view_roots *roots,
			struct view_out *o)
{
	return show_index(r, roots, false, o);
}

/* --- pagetypeinfo --- */

static int show_free(const struct view_reader *r, const struct view_roots *roots,
		     struct view_out *o)
{
	struct view_zone vz = { .i = -1 };
	unsigned int type, order;

	view_printf(o, "%-43s ", "Free pages count per migrate type at order");
	for (order = 0; order < NR_PAGE_ORDERS; order++)
		view_printf(o, "%6u ", order);
	view_printf(o, "\n");
	while (view_zone_next(r, roots, &vz))
		for (type = 0; type < ARRAY_SIZE(migratetype_names); type++) {
			const unsigned long *nr = blocks_of_type(&vz.b, type);

			view_printf(o, "Node %4d, zone %8s, type %12s ", 0,
				    zone_name((enum zone_type)vz.i), migratetype_names[type]);
			for (order = 0; order < NR_PAGE_ORDERS; order++) {
				unsigned long n = nr ? nr[order] : 0;

				view_printf(o, "%s%6lu ", n >= MOST_COUNTED ? ">" : "",
					    min(n, MOST_COUNTED));
			}
			view_printf(o, "\n");
		}
	return vz.err;
}

static int show_block_counts(const struct view_reader *r, const struct view_roots *roots,
			     struct view_out *o)
{
	struct view_zone vz = { .i = -1 };
	unsigned int type;

	view_printf(o, "\n%-23s", "Number of blocks type ");
	for (type = 0; type < ARRAY_SIZE(migratetype_names); type++)
		view_printf(o, "%12s ", migratetype_names[type]);
	view_printf(o, "\n");
	while (view_zone_next(r, roots, &vz)) {
		view_printf(o, "Node %d, zone %8s ", 0, zone_name((enum zone_type)vz.i));
		for (type = 0; type < ARRAY_SIZE(migratetype_names); type++)
			view_printf(o, "%12lu ", pageblocks_of_type(&vz, type));
		view_printf(o, "\n");
	}
	return vz.err;
}

int view_pagetypeinfo(const struct view_reader *r, const struct view_roots *roots,
		      struct view_out *o)
{
	int err;

	view_printf(o, "Page block order: %d\n", PAGEBLOCK_ORDER);
	view_printf(o, "Pages per block:  %lu\n\n", 1UL << PAGEBLOCK_ORDER);
	err = show_free(r, roots, o);
	return err ? err : show_block_counts(r, roots, o);
}
