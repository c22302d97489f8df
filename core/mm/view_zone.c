/*
 * view_zone.c - buddyinfo, zoneinfo and meminfo (kernel: mm/vmstat.c,
 * fs/proc/meminfo.c).
 *
 * Free memory. The kernel's NR_FREE_PAGES is what lies in the buddy lists. Here
 * a part of it is in no list: frames that have not appeared yet, or were
 * unmapped again (page_alloc.c); and a part of the lists is promised to vmalloc
 * areas. To the program all that is the same memory, so the views show it as
 * the kernel would have it: frames not mapped as the largest aligned blocks,
 * and vmalloc's pages taken one by one from the smallest. So for each zone
 *   sum over orders of nr[o] << o == pages free == nr_free_pages
 *
 * Migrate types. A kernel boots with all memory movable. Its first request that is not, as
 * its own never are, takes the largest movable block and changes the type of
 * the pageblocks (2 MiB) that it lies in. All requests are such ones here (highatomic.c has
 * the only other type), so memory is movable as long as nothing of the largest block that it
 * is part of has appeared, with frag= of its pageblock; what has appeared is unmovable, and
 * it stays.
 * vmalloc's pages are taken from the unmovable blocks, then from the largest movable
 * ones, whose pageblocks change.
 *
 * Which counters there are is a matter of the kernel's configuration; it is
 * Debian's for 6.12 on amd64. What has no counterpart here is 0. Zones Movable
 * and Device exist there and have no memory, here as well as on most machines.
 *
 * pagesets: a slot (percpu.h) is shown as a CPU. `count` is in pages; `high` is
 * what the lists may hold now; a block goes to them by itself, so `batch` is 1.
 *
 * Whoever prints Mem-Info takes the block counts from zone_free_blocks().
 */
#include <errno.h>
#include <string.h>

#include "core/mm/view.h"
#include "core/mm/view_zone.h"
#include "core/mm/slab.h"
#include "core/mm/vmalloc.h"
#include "core/os/percpu.h"

#define MAX_ABSENT 1000000 /* blocks */
#define MAX_SLOTS  8192
#define PCP_WORDS  (PERCPU_FIRST_WORD + 512) /* of a slot, that page lists may use */
/* Debian's kernel has five zones: ours, Movable, Device. */
#define NR_KERNEL_ZONES (MAX_NR_ZONES + 2)

/* --- free blocks --- */

/* The largest aligned blocks of [pfn, end), in a constant number of steps. */
static void add_range(unsigned long pfn, unsigned long end, unsigned long nr[NR_PAGE_ORDERS])
{
	const unsigned long top = 1UL << MAX_PAGE_ORDER;

	for (; pfn < end && !IS_ALIGNED(pfn, top); pfn += pfn & -pfn) {
		if (pfn + (pfn & -pfn) > end)
			break;
		nr[__builtin_ctzl(pfn)]++;
	}
	if (pfn < end && IS_ALIGNED(pfn, top)) {
		nr[MAX_PAGE_ORDER] += (end - pfn) >> MAX_PAGE_ORDER;
		pfn = ALIGN_DOWN(end, top);
	}
	for (; pfn < end; pfn += 1UL << (fls64(end - pfn) - 1))
		nr[fls64(end - pfn) - 1]++;
}

/* A part of a region, around what frag= holds. */
static void add_part(const struct frag *f, unsigned long pfn, unsigned long end,
		     unsigned long nr[NR_PAGE_ORDERS])
{
	unsigned long held;

	for (; pfn < end; pfn = held + 1) {
		held = frag_next_held(f, pfn, end);
		add_range(pfn, held, nr);
	}
}

static void add_fragmented(const struct frag *f, unsigned long pfn, unsigned long end,
			   unsigned long nr[NR_PAGE_ORDERS])
{
	const unsigned long frames = 1UL << FRAG_REGION_ORDER;
	unsigned long next;

	for (; pfn < end; pfn = next) {
		next = min(ALIGN_DOWN(pfn, frames) + frames, end);
		if (next - pfn == frames)
			frag_region_blocks(frag_mask(f, pfn >> FRAG_REGION_ORDER), nr);
		else
			add_part(f, pfn, next, nr);
	}
}

static void add_unborn_range(const struct zone *z, unsigned long pfn, unsigned long end,
			     unsigned long nr[NR_PAGE_ORDERS])
{
	/* Another process's zone may be anything. */
	if (unlikely(z->frag.percent - 1U < 100) && end <= MAX_PLAN_PFN)
		add_fragmented(&z->frag, pfn, end, nr);
	else
		add_range(pfn, end, nr);
}

/* Movable is what lies in blocks of which nothing has appeared. */
static void add_unborn(const struct zone *z, unsigned long pfn, unsigned long end,
		       struct zone_blocks *b)
{
	/* The largest that are free, but no less than a pageblock. */
	unsigned long step = z->frag.percent ? PAGEBLOCK_FRAMES : 1UL << MAX_PAGE_ORDER;
	unsigned long from = pfn == z->start_pfn ? pfn : ALIGN(pfn, step);
	unsigned long to = end == z->end_pfn ? end : ALIGN_DOWN(end, step);

	if (pfn >= end)
		return;
	from = min(from, end);
	to = max(to, from);
	add_unborn_range(z, pfn, from, b->unmovable);
	add_unborn_range(z, from, to, b->movable);
	add_unborn_range(z, to, end, b->unmovable);
	b->movable_pageblocks += DIV_ROUND_UP(to, PAGEBLOCK_FRAMES) - from / PAGEBLOCK_FRAMES;
}

/* Frames that have not appeared yet; see commit_length() of memory_hotplug.c. */
static void add_all_unborn(const struct zone *z, struct zone_blocks *b)
{
	add_unborn(z, z->next_pfn, z->limit_pfn, b);
	if (z->limit_pfn == z->end_pfn && z->first_pfn > z->start_pfn)
		add_unborn(z, z->start_pfn, z->first_pfn, b);
}

/* Kernel: __rmqueue_smallest, `pages` times for one page. What could not be taken. */
static unsigned long take_pages(unsigned long pages, unsigned long nr[NR_PAGE_ORDERS])
{
	unsigned int o;

	for (o = 0; o < NR_PAGE_ORDERS && pages; o++) {
		unsigned long blocks = min(nr[o], pages >> o);
		unsigned long rest;

		nr[o] -= blocks;
		pages -= blocks << o;
		if (!pages || !nr[o])
			continue;
		nr[o]--;
		rest = (1UL << o) - pages;
		add_range(pages, pages + rest, nr);
		pages = 0;
	}
	return pages;
}

/*
 * Kernel: __rmqueue_fallback(): for lack of unmovable memory the largest movable block
 * is taken, and its pageblock with it.
 */
static void steal(unsigned long pages, struct zone_blocks *b)
{
	for (int o = MAX_PAGE_ORDER; o >= 0 && pages; o--) {
		unsigned long n = min(b->movable[o], DIV_ROUND_UP(pages, 1UL << o));

		b->movable[o] -= n;
		b->unmovable[o] += n;
		b->movable_pageblocks -= min(b->movable_pageblocks,
					     DIV_ROUND_UP(n << o, PAGEBLOCK_FRAMES));
		pages -= min(pages, n << o);
	}
}

static unsigned long pages_of(const unsigned long nr[NR_PAGE_ORDERS])
{
	unsigned long pages = 0;

	for (unsigned int o = 0; o < NR_PAGE_ORDERS; o++)
		pages += nr[o] << o;
	return pages;
}

/* vmalloc's pages are unmovable ones. */
static void take_charged(unsigned long pages, struct zone_blocks *b)
{
	unsigned long have = pages_of(b->unmovable);

	if (pages > have)
		steal(pages - have, b);
	take_pages(take_pages(pages, b->unmovable), b->highatomic);
}

void zone_free_blocks(const struct zone *z, const unsigned long absent[NR_PAGE_ORDERS],
		      struct zone_blocks *b)
{
	unsigned int o;

	*b = (struct zone_blocks){ .movable_pageblocks = 0 };
	for (o = 0; o < NR_PAGE_ORDERS; o++) {
		const struct free_area *area = &z->free_area[o];

		b->highatomic[o] = min(area->nr_highatomic, area->nr_free);
		b->unmovable[o] = area->nr_free - b->highatomic[o] + (absent ? absent[o] : 0);
	}
	add_all_unborn(z, b);
	take_charged(z->charged, b);
	for (o = 0; o < NR_PAGE_ORDERS; o++)
		b->nr[o] = b->unmovable[o] + b->movable[o] + b->highatomic[o];
}

unsigned long zone_free_pages(const struct zone *z)
{
	unsigned long total = zone_managed(z) - z->held - z->committed + z->free_buddy;

	return total > z->charged ? total - z->charged : 0;
}

static bool read_zone(const struct view_reader *r, const struct view_roots *roots, int i,
		      struct zone *z)
{
	return view_read(r, z, roots->zones + (u64)i * sizeof(*z), sizeof(*z));
}

/* Blocks whose frames were unmapped, by order. */
static int read_absent(const struct view_reader *r, const struct view_roots *roots, int zone,
		       unsigned long nr[NR_PAGE_ORDERS])
{
	u64 head = roots->zones + (u64)zone * sizeof(struct zone) + offsetof(struct zone, absent);
	struct list_head list;
	struct page page;
	u64 prev = head;
	int i;

	if (!view_read(r, &list, head, sizeof(list)))
		return -EFAULT;
	for (i = 0; i < MAX_ABSENT && (u64)list.next != head; i++) {
		u64 at = (u64)list.next;

		if (!view_read(r, &page, at - offsetof(struct page, lru), sizeof(page)) ||
		    (u64)page.lru.prev != prev || page.order > MAX_PAGE_ORDER)
			return -EAGAIN;
		nr[page.order]++;
		prev = at;
		list = page.lru;
	}
	return i < MAX_ABSENT ? 0 : -EAGAIN;
}

/* --- buddyinfo --- */

static bool is_populated(const struct zone *z)
{
	return zone_managed(z) != 0;
}

bool view_zone_next(const struct view_reader *r, const struct view_roots *roots,
		    struct view_zone *vz)
{
	unsigned long absent[NR_PAGE_ORDERS] = { 0 };

	for (vz->i++; vz->i < MAX_NR_ZONES; vz->i++) {
		vz->err = read_zone(r, roots, vz->i, &vz->z) ?
				  read_absent(r, roots, vz->i, absent) :
				  -EFAULT;
		if (vz->err)
			return false;
		if (!is_populated(&vz->z))
			continue;
		zone_free_blocks(&vz->z, absent, &vz->b);
		return true;
	}
	return false;
}

static void show_blocks(int zone, const unsigned long nr[NR_PAGE_ORDERS], struct view_out *o)
{
	unsigned int order;

	view_printf(o, "Node %d, zone %8s ", 0, zone_name((enum zone_type)zone));
	for (order = 0; order < NR_PAGE_ORDERS; order++)
		view_printf(o, "%6lu ", nr[order]);
	view_printf(o, "\n");
}

int view_buddyinfo(const struct view_reader *r, const struct view_roots *roots, struct view_out *o)
{
	struct view_zone vz = { .i = -1 };

	while (view_zone_next(r, roots, &vz))
		show_blocks(vz.i, vz.b.nr, o);
	return vz.err;
}

/* --- per-CPU page lists --- */

/* Of one slot: pages by zone, and how many the lists may hold. */
struct pagesets {
	unsigned long count[MAX_NR_ZONES], high;
};

struct slot_words {
	struct percpu_slot slot;
	u64 words[PCP_WORDS - sizeof(struct percpu_slot) / 8];
};

static enum zone_type block_zone(const struct view_reader *r, const struct view_roots *roots,
				 u64 addr)
{
	unsigned long pfn = (addr - PAGE_OFFSET) >> PAGE_SHIFT;
	struct zone z;
	int i;

	for (i = 0; i < ZONE_NORMAL; i++)
		if (read_zone(r, roots, i, &z) && pfn >= z.start_pfn && pfn < z.end_pfn)
			break;
	return (enum zone_type)i;
}

/* A stack ends below with a word that is NULL for ever. */
static void add_stack(const struct view_reader *r, const struct view_roots *roots,
		      const u64 *words, unsigned int o, struct pagesets *sets)
{
	const struct percpu_slot *slot = (const struct percpu_slot *)words;
	u32 cur = slot->hdr[CLASS_PCP + o].cur, end = slot->hdr[CLASS_PCP + o].end, i;

	if (cur < PERCPU_FIRST_WORD || cur >= PCP_WORDS)
		return;
	for (i = cur; i > PERCPU_FIRST_WORD && words[i]; i--)
		sets->count[block_zone(r, roots, words[i])] += 1UL << o;
	if (end > i && end < PCP_WORDS)
		sets->high += (unsigned long)(end - i) << o;
}

static bool add_slot(const struct view_reader *r, const struct view_roots *roots, u64 addr,
		     struct pagesets *sets)
{
	struct slot_words slot;
	unsigned int o;

	if (!view_read(r, &slot, addr, sizeof(slot)))
		return false;
	for (o = 0; o <= PCP_MAX_ORDER; o++)
		add_stack(r, roots, (const u64 *)&slot, o, sets);
	return true;
}

static unsigned int count_slots(const struct view_reader *r, u64 base)
{
	unsigned int n;
	u64 word;

	for (n = 0; n < MAX_SLOTS; n++)
		if (!view_read(r, &word, base + ((u64)n << PERCPU_SLOT_SHIFT), sizeof(word)))
			break;
	return n;
}

/* Slots of the guarded way belong to no CPU: they are dealt out. */
static void read_pagesets(const struct view_reader *r, const struct view_roots *roots,
			  unsigned int cpu, unsigned int cpus, struct pagesets *sets)
{
	unsigned int i;

	*sets = (struct pagesets){ .high = 0 };
	add_slot(r, roots, roots->slots + ((u64)cpu << PERCPU_SLOT_SHIFT), sets);
	for (i = cpu; i < MAX_SLOTS; i += cpus)
		if (!add_slot(r, roots, roots->guarded_slots + ((u64)i << PERCPU_SLOT_SHIFT), sets))
			break;
}

/* --- zoneinfo --- */

/* kernel: vmstat_text[], the parts that zoneinfo prints */
static const char *const zone_stats[] = {
	"nr_zone_inactive_anon",
	"nr_zone_active_anon",
	"nr_zone_inactive_file",
	"nr_zone_active_file",
	"nr_zone_unevictable",
	"nr_zone_write_pending",
	"nr_mlock",
	"nr_bounce",
	"nr_zspages",
	"nr_free_cma",
	"nr_unaccepted",
	"numa_hit",
	"numa_miss",
	"numa_foreign",
	"numa_interleave",
	"numa_local",
	"numa_other",
};

#define STAT_RECLAIMABLE   "nr_slab_reclaimable"
#define STAT_UNRECLAIMABLE "nr_slab_unreclaimable"

static const char *const node_stats[] = {
	"nr_inactive_anon",
	"nr_active_anon",
	"nr_inactive_file",
	"nr_active_file",
	"nr_unevictable",
	STAT_RECLAIMABLE,
	STAT_UNRECLAIMABLE,
	"nr_isolated_anon",
	"nr_isolated_file",
	"workingset_nodes",
	"workingset_refault_anon",
	"workingset_refault_file",
	"workingset_activate_anon",
	"workingset_activate_file",
	"workingset_restore_anon",
	"workingset_restore_file",
	"workingset_nodereclaim",
	"nr_anon_pages",
	"nr_mapped",
	"nr_file_pages",
	"nr_dirty",
	"nr_writeback",
	"nr_writeback_temp",
	"nr_shmem",
	"nr_shmem_hugepages",
	"nr_shmem_pmdmapped",
	"nr_file_hugepages",
	"nr_file_pmdmapped",
	"nr_anon_transparent_hugepages",
	"nr_vmscan_write",
	"nr_vmscan_immediate_reclaim",
	"nr_dirtied",
	"nr_written",
	"nr_throttled_written",
	"nr_kernel_misc_reclaimable",
	"nr_foll_pin_acquired",
	"nr_foll_pin_released",
	"nr_kernel_stack",
	"nr_page_table_pages",
	"nr_sec_page_table_pages",
	"nr_iommu_pages",
	"nr_swapcached",
	"pgpromote_success",
	"pgpromote_candidate",
	"pgdemote_kswapd",
	"pgdemote_direct",
	"pgdemote_khugepaged",
};

static void show_stat(struct view_out *o, const char *name, unsigned long value)
{
	view_printf(o, "\n      %-12s %lu", name, value);
}

static void show_node(const unsigned long slab[2], struct view_out *o)
{
	unsigned int i;

	view_printf(o, "\n  per-node stats");
	for (i = 0; i < ARRAY_SIZE(node_stats); i++) {
		unsigned long value = 0;

		if (!strcmp(node_stats[i], STAT_RECLAIMABLE))
			value = slab[1];
		else if (!strcmp(node_stats[i], STAT_UNRECLAIMABLE))
			value = slab[0];
		show_stat(o, node_stats[i], value);
	}
}

static void show_sizes(const struct zone *z, struct view_out *o)
{
	unsigned long high = z->wmark[WMARK_HIGH];

	view_printf(o, "\n  pages free     %lu\n        boost    %lu\n        min      %lu",
		    zone_free_pages(z), 0UL, z->wmark[WMARK_MIN]);
	view_printf(o, "\n        low      %lu\n        high     %lu\n        promo    %lu",
		    z->wmark[WMARK_LOW], high, high + (high - z->wmark[WMARK_LOW]));
	view_printf(o, "\n        spanned  %lu\n        present  %lu\n        managed  %lu",
		    z->end_pfn - z->start_pfn, zone_managed(z), zone_managed(z));
	view_printf(o, "\n        cma      %lu", 0UL);
}

/* Zones above Normal have no memory, so nothing is kept from them but Normal's. */
static void show_protection(const struct zone *z, struct view_out *o)
{
	int i;

	view_printf(o, "\n        protection: (%lu", z->lowmem_reserve[0]);
	for (i = 1; i < NR_KERNEL_ZONES; i++)
		view_printf(o, ", %lu", z->lowmem_reserve[min(i, MAX_NR_ZONES - 1)]);
	view_printf(o, ")");
}

static void show_pagesets(const struct view_reader *r, const struct view_roots *roots, int zone,
			  struct view_out *o)
{
	unsigned int cpus = max(count_slots(r, roots->slots), 1U), i;
	struct pagesets sets;

	view_printf(o, "\n  pagesets");
	for (i = 0; i < cpus; i++) {
		read_pagesets(r, roots, i, cpus, &sets);
		view_printf(o, "\n    cpu: %u\n              count: %lu", i, sets.count[zone]);
		view_printf(o, "\n              high:  %lu\n              batch: %d",
			    zone == ZONE_NORMAL ? sets.high : 0UL, 1);
		/* The counters are exact, none is kept back on a CPU. */
		view_printf(o, "\n  vm stats threshold: %d", 0);
	}
}

static void show_zone(const struct view_reader *r, const struct view_roots *roots, int zone,
		      const struct zone *z, struct view_out *o)
{
	unsigned int i;

	show_sizes(z, o);
	show_protection(z, o);
	if (!is_populated(z)) {
		view_printf(o, "\n");
		return;
	}
	show_stat(o, "nr_free_pages", zone_free_pages(z));
	for (i = 0; i < ARRAY_SIZE(zone_stats); i++)
		show_stat(o, zone_stats[i], 0);
	show_pagesets(r, roots, zone, o);
	view_printf(o, "\n  node_unreclaimable:  %u\n  start_pfn:           %lu\n", 0,
		    z->start_pfn);
}

static void show_empty_zone(const char *name, struct view_out *o)
{
	static const struct zone none;

	view_printf(o, "Node %d, zone %8s", 0, name);
	show_sizes(&none, o);
	show_protection(&none, o);
	view_printf(o, "\n");
}

int view_zoneinfo(const struct view_reader *r, const struct view_roots *roots, struct view_out *o)
{
	bool first = true;
	unsigned long slab[2];
	struct zone z;
	int i, err = view_slab_pages(r, roots, slab);

	if (err)
		return err;
	for (i = 0; i < MAX_NR_ZONES; i++) {
		if (!read_zone(r, roots, i, &z))
			return -EFAULT;
		view_printf(o, "Node %d, zone %8s", 0, zone_name((enum zone_type)i));
		if (first && is_populated(&z)) {
			show_node(slab, o);
			first = false;
		}
		show_zone(r, roots, i, &z, o);
	}
	show_empty_zone("Movable", o);
	show_empty_zone("Device", o);
	return 0;
}

/* --- meminfo --- */

struct sums {
	unsigned long total, free, mapped, low, reserve, slab[2], vmalloc, percpu;
};

/* Kernel: calculate_totalreserve_pages. */
static unsigned long zone_reserve(const struct zone *z)
{
	unsigned long most = 0;
	int i;

	for (i = 0; i < MAX_NR_ZONES; i++)
		most = max(most, z->lowmem_reserve[i]);
	return min(most + z->wmark[WMARK_HIGH], zone_managed(z));
}

static int read_sums(const struct view_reader *r, const struct view_roots *roots, struct sums *s)
{
	struct zone z;
	int i;

	*s = (struct sums){ .total = 0 };
	for (i = 0; i < MAX_NR_ZONES; i++) {
		if (!read_zone(r, roots, i, &z))
			return -EFAULT;
		s->total += zone_managed(&z);
		s->free += zone_free_pages(&z);
		s->mapped += z.committed;
		s->low += z.wmark[WMARK_LOW];
		s->reserve += zone_reserve(&z);
	}
	if (!view_read(r, &s->vmalloc, roots->vmap + offsetof(struct vmap, live),
		       sizeof(s->vmalloc)))
		return -EFAULT;
	s->percpu = (count_slots(r, roots->slots) + count_slots(r, roots->guarded_slots)) *
		    (PERCPU_SLOT_BYTES / PAGE_SIZE);
	return view_slab_pages(r, roots, s->slab);
}

/* Kernel: si_mem_available. */
static unsigned long available(const struct sums *s)
{
	unsigned long reclaimable = s->slab[1] - min(s->slab[1] / 2, s->low);
	unsigned long free = s->free - min(s->free, s->reserve);

	return free + reclaimable;
}

static void show_kb(struct view_out *o, const char *name, unsigned long pages)
{
	view_printf(o, "%s%8lu kB\n", name, pages << (PAGE_SHIFT - 10));
}

static void show_zeroes(struct view_out *o, const char *const *names, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		show_kb(o, names[i], 0);
}

static void show_process_memory(struct view_out *o)
{
	static const char *const names[] = {
		"Buffers:        ",
		"Cached:         ",
		"SwapCached:     ",
		"Active:         ",
		"Inactive:       ",
		"Active(anon):   ",
		"Inactive(anon): ",
		"Active(file):   ",
		"Inactive(file): ",
		"Unevictable:    ",
		"Mlocked:        ",
		"SwapTotal:      ",
		"SwapFree:       ",
		"Zswap:          ",
		"Zswapped:       ",
		"Dirty:          ",
		"Writeback:      ",
		"AnonPages:      ",
		"Mapped:         ",
		"Shmem:          ",
	};

	show_zeroes(o, names, ARRAY_SIZE(names));
}

static void show_slab(const struct sums *s, struct view_out *o)
{
	static const char *const names[] = {
		"KernelStack:    ",
		"PageTables:     ",
		"SecPageTables:  ",
		"NFS_Unstable:   ",
		"Bounce:         ",
		"WritebackTmp:   ",
		"CommitLimit:    ",
		"Committed_AS:   ",
	};

	show_kb(o, "KReclaimable:   ", s->slab[1]);
	show_kb(o, "Slab:           ", s->slab[0] + s->slab[1]);
	show_kb(o, "SReclaimable:   ", s->slab[1]);
	show_kb(o, "SUnreclaim:     ", s->slab[0]);
	show_zeroes(o, names, ARRAY_SIZE(names));
}

static void show_huge(struct view_out *o)
{
	static const char *const names[] = {
		"AnonHugePages:  ",
		"ShmemHugePages: ",
		"ShmemPmdMapped: ",
		"FileHugePages:  ",
		"FilePmdMapped:  ",
		"Unaccepted:     ",
	};

	view_printf(o, "HardwareCorrupted: %5lu kB\n", 0UL);
	show_zeroes(o, names, ARRAY_SIZE(names));
	view_printf(o, "HugePages_Total:   %5lu\nHugePages_Free:    %5lu\n", 0UL, 0UL);
	view_printf(o, "HugePages_Rsvd:    %5lu\nHugePages_Surp:    %5lu\n", 0UL, 0UL);
	view_printf(o, "Hugepagesize:   %8lu kB\nHugetlb:        %8lu kB\n", 2048UL, 0UL);
}

int view_meminfo(const struct view_reader *r, const struct view_roots *roots, struct view_out *o)
{
	struct sums s;
	int err = read_sums(r, roots, &s);

	if (err)
		return err;
	show_kb(o, "MemTotal:       ", s.total);
	show_kb(o, "MemFree:        ", s.free);
	show_kb(o, "MemAvailable:   ", available(&s));
	show_process_memory(o);
	show_slab(&s, o);
	show_kb(o, "VmallocTotal:   ", (VMALLOC_END - VMALLOC_START) >> PAGE_SHIFT);
	show_kb(o, "VmallocUsed:    ", s.vmalloc);
	show_kb(o, "VmallocChunk:   ", 0);
	show_kb(o, "Percpu:         ", s.percpu);
	show_huge(o);
	/* The direct map: frames that are mapped, in small pages. */
	show_kb(o, "DirectMap4k:    ", s.mapped);
	show_kb(o, "DirectMap2M:    ", 0);
	show_kb(o, "DirectMap1G:    ", 0);
	return 0;
}
