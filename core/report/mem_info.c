/*
 * mem_info.c - Mem-Info and the flags of an allocation (kernel: mm/show_mem.c,
 * lib/vsprintf.c format_flags, include/trace/events/mmflags.h).
 *
 * One node, 0, with the zones that have memory. Nothing emulated is on an LRU
 * list or in a file, so most counters are 0; they are printed all the same, since
 * scripts look for them by name. Free memory is unmovable (U), or of the reserve for
 * atomic requests (H).
 * vmalloc's pages are counted nowhere here, as in the kernel; blocks of pages are
 * counted as kmalloc's, unreclaimable slab memory, also those of alloc_pages(),
 * which the kernel counts nowhere. Pages on the lists of CPUs are not told apart by
 * zone and CPU: they are the highest zone's, and none is said to be this CPU's.
 *
 * all_unreclaimable is said when kswapd has given up: here when no zone of the
 * request is above its high watermark (and what it keeps from requests for higher
 * ones). With enough in one, what failed is fragmentation or a mask, as there.
 *
 * Left out, as in a kernel without these: hugetlb, CMA, hwpoison, allocation
 * profiling.
 */
#include "config/gfp.h"
#include "core/lib/vsprintf.h"
#include "core/os/plan.h"
#include "core/report/finding.h"
#include "include/kmemu/kmemu.h"

/* Debian's kernel has five: ours, Movable and Device, which have no memory. */
#define NR_KERNEL_ZONES (REPORT_ZONES + 2)

/* --- %pGg ---------------------------------------------------------------- */

int gfp_print(char *buf, size_t size, unsigned int gfp)
{
	int n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < nr_gfp_names && gfp; i++) {
		if ((gfp & gfp_names[i].mask) != gfp_names[i].mask)
			continue;
		gfp &= ~gfp_names[i].mask;
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "%s%s", gfp_names[i].name,
				     gfp ? "|" : "");
	}
	if (gfp)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "%#x", gfp);
	return n;
}

/* --- Mem-Info ------------------------------------------------------------ */

static unsigned long kb(unsigned long pages)
{
	return pages << (PAGE_SHIFT - 10);
}

static void put_totals(struct text_buf *t, const struct report_mem *m)
{
	unsigned long free = 0, pcp = 0;

	/* Kernel: free pages of all zones, but the lists of those that are shown. */
	for (unsigned int i = 0; i < REPORT_ZONES; i++) {
		free += m->zone[i].free;
		pcp += i < m->nr_zones ? m->zone[i].free_pcp : 0;
	}
	text_put(t,
		 "active_anon:0 inactive_anon:0 isolated_anon:0\n"
		 " active_file:0 inactive_file:0 isolated_file:0\n"
		 " unevictable:0 dirty:0 writeback:0\n"
		 " slab_reclaimable:%lu slab_unreclaimable:%lu\n"
		 " mapped:0 shmem:0 pagetables:0\n"
		 " sec_pagetables:0 bounce:0\n"
		 " kernel_misc_reclaimable:0\n"
		 " free:%lu free_pcp:%lu free_cma:0\n",
		 m->slab_reclaimable, m->slab_unreclaimable, free, pcp);
}

static bool all_unreclaimable(const struct report_mem *m)
{
	for (unsigned int i = 0; i < m->nr_zones; i++) {
		const struct report_zone *z = &m->zone[i];

		if (z->present && z->free > z->high + z->lowmem_reserve[m->nr_zones - 1])
			return false;
	}
	return true;
}

static void put_node(struct text_buf *t, const struct report_mem *m)
{
	text_put(t,
		 "Node 0 active_anon:0kB inactive_anon:0kB active_file:0kB inactive_file:0kB "
		 "unevictable:0kB isolated(anon):0kB isolated(file):0kB mapped:0kB dirty:0kB "
		 "writeback:0kB shmem:0kB shmem_thp:0kB shmem_pmdmapped:0kB anon_thp:0kB "
		 "writeback_tmp:0kB kernel_stack:0kB pagetables:0kB sec_pagetables:0kB "
		 "all_unreclaimable? %s\n",
		 all_unreclaimable(m) ? "yes" : "no");
}

static void put_zone(struct text_buf *t, const struct report_zone *z)
{
	text_put(t,
		 "Node 0 %s free:%lukB boost:0kB min:%lukB low:%lukB high:%lukB "
		 "reserved_highatomic:%luKB active_anon:0kB inactive_anon:0kB active_file:0kB "
		 "inactive_file:0kB unevictable:0kB writepending:0kB present:%lukB "
		 "managed:%lukB mlocked:0kB bounce:0kB free_pcp:%lukB local_pcp:%lukB "
		 "free_cma:0kB\n",
		 z->name, kb(z->free), kb(z->min), kb(z->low), kb(z->high),
		 kb(z->reserved_highatomic), kb(z->present),
		 kb(z->managed), kb(z->free_pcp), kb(z->local_pcp));
	text_put(t, "lowmem_reserve[]:");
	for (int i = 0; i < NR_KERNEL_ZONES; i++)
		text_put(t, " %ld", (long)z->lowmem_reserve[min(i, REPORT_ZONES - 1)]);
	text_put(t, "\n");
}

/* Kernel: show_migration_types(). */
static const char *types_of(const struct report_zone *z, int order)
{
	static const char names[][8] = { "",	  "(U) ",  "(M) ",  "(UM) ",
					 "(H) ", "(UH) ", "(MH) ", "(UMH) " };

	return names[z->types[order] & 7];
}

static void put_free_lists(struct text_buf *t, const struct report_zone *z)
{
	unsigned long total = 0;

	text_put(t, "Node 0 %s: ", z->name);
	for (int o = 0; o < REPORT_ORDERS; o++) {
		total += z->nr_free[o] << o;
		text_put(t, "%lu*%lukB %s", z->nr_free[o], kb(1UL << o), types_of(z, o));
	}
	text_put(t, "= %lukB\n", kb(total));
}

static bool is_populated(const struct report_zone *z)
{
	return z->present > 0;
}

void put_mem_info(struct text_buf *t, const struct report_mem *m)
{
	unsigned long present = 0, managed = 0;

	text_put(t, "Mem-Info:\n");
	put_totals(t, m);
	put_node(t, m);
	for (unsigned int i = 0; i < m->nr_zones; i++)
		if (is_populated(&m->zone[i]))
			put_zone(t, &m->zone[i]);
	for (unsigned int i = 0; i < m->nr_zones; i++)
		if (is_populated(&m->zone[i]))
			put_free_lists(t, &m->zone[i]);
	for (int i = 0; i < REPORT_ZONES; i++) {
		present += m->zone[i].present;
		managed += m->zone[i].managed;
	}
	text_put(t, "0 total pagecache pages\n0 pages in swap cache\n"
		    "Free swap  = 0kB\nTotal swap = 0kB\n");
	text_put(t, "%lu pages RAM\n0 pages HighMem/MovableOnly\n%lu pages reserved\n", present,
		 present - managed);
}
