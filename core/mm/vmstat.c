/*
 * vmstat.c - the zones' figures, and their validation (kernel: mm/vmstat.c for
 * the figures; the checks of lib and CONFIG_DEBUG_VM in purpose).
 *
 * zone_stats_read holds zone_lock, but in a handler that does not get it: then a
 * figure may be of a moment in between. pages_used() takes no lock and may be a
 * moment old. validate_zone checks the invariants of page_alloc.c's head.
 */
#include "core/mm/zone.h"

unsigned long zone_start_pfn(enum zone_type zone)
{
	return zones[zone].start_pfn;
}

unsigned long pages_used(void)
{
	return READ_ONCE(zones[ZONE_NORMAL].used) + READ_ONCE(zones[ZONE_DMA32].used);
}

void zone_stats_read(enum zone_type zone, struct page_stats *st, unsigned long wmark[NR_WMARK],
		     unsigned long nr_free[NR_PAGE_ORDERS])
{
	const struct zone *z = &zones[zone];
	bool locked = spin_lock(&zone_lock);
	int o;

	*st = (struct page_stats){ .managed = zone_managed(z),
				   .committed = z->committed,
				   .free_buddy = z->free_buddy,
				   .dirty = z->dirty,
				   .vmalloc = z->charged,
				   .used = z->used,
				   .held = z->held };
	for (o = 0; o < NR_WMARK; o++)
		wmark[o] = z->wmark[o];
	for (o = 0; o < NR_PAGE_ORDERS; o++)
		nr_free[o] = z->free_area[o].nr_free;
	if (locked)
		zone_unlock();
}

void page_stats_read(struct page_stats *st)
{
	unsigned long wmark[NR_WMARK], nr_free[NR_PAGE_ORDERS];
	struct page_stats one;
	int i;

	*st = (struct page_stats){ .used_peak = READ_ONCE(used_peak) };
	for (i = 0; i < MAX_NR_ZONES; i++) {
		zone_stats_read((enum zone_type)i, &one, wmark, nr_free);
		st->managed += one.managed;
		st->committed += one.committed;
		st->free_buddy += one.free_buddy;
		st->dirty += one.dirty;
		st->vmalloc += one.vmalloc;
		st->used += one.used;
		st->held += one.held;
	}
}

static int validate_list(const struct zone *z, const struct list_head *head, unsigned int o,
			 unsigned long *blocks, unsigned long *dirty)
{
	bool highatomic = head == &z->free_area[o].highatomic;
	const struct page *page;
	int bad = 0;

	list_for_each_entry(page, head, lru) {
		unsigned long pfn = page_to_pfn(page);

		(*blocks)++;
		*dirty += count_dirty(pfn, 1UL << o);
		bad += page->state != PAGE_BUDDY || page->order != o;
		bad += !IS_ALIGNED(pfn, 1UL << o) || pfn < z->start_pfn || pfn >= z->end_pfn;
		bad += o < MAX_PAGE_ORDER && page_is_buddy(z, pfn ^ (1UL << o), o) &&
		       pageblock_is_highatomic(z, pfn ^ (1UL << o)) == highatomic;
		bad += pageblock_is_highatomic(z, pfn) != highatomic;
		bad += !(page->flags & PAGE_FLAG_HIGHATOMIC) == highatomic;
		bad += !page->freed_ms != !frames_dirty(pfn, 1UL << o);
	}
	return bad;
}

/* What frag= holds is in no list, and was not handed out. */
static int validate_held(const struct zone *z)
{
	unsigned long pfn, end = min(z->next_pfn, z->end_pfn);
	int bad = 0;

	for (pfn = z->start_pfn; z->frag.percent; pfn++) {
		pfn = frag_next_held(&z->frag, pfn, end);
		if (pfn >= end)
			break;
		bad += pfn_valid(pfn) && pfn_to_page(pfn)->state != PAGE_UNMOVABLE;
	}
	return bad;
}

static unsigned long count_highatomic(const struct zone *z)
{
	unsigned long pfn = ALIGN(z->start_pfn, PAGEBLOCK_FRAMES), n = 0;

	for (; z->nr_reserved_highatomic && pfn < z->end_pfn; pfn += PAGEBLOCK_FRAMES)
		n += pageblock_is_highatomic(z, pfn) ? PAGEBLOCK_FRAMES : 0;
	return n;
}

/* What the masks say is on the lists, and the other way round. */
static int validate_masks(const struct zone *z)
{
	int bad = 0;

	for (unsigned int o = 0; o < NR_PAGE_ORDERS; o++) {
		bad += (z->dirty_orders >> o & 1) == (u32)list_empty(&z->free_area[o].dirty);
		bad += (z->clean_orders >> o & 1) == (u32)list_empty(&z->free_area[o].clean);
	}
	return bad;
}

static int validate_one_zone(const struct zone *z)
{
	unsigned long free = 0, dirty = 0, highatomic = 0;
	unsigned int o;
	int bad = 0;

	for (o = 0; o < NR_PAGE_ORDERS; o++) {
		unsigned long blocks = 0;

		bad += validate_list(z, &z->free_area[o].highatomic, o, &blocks, &dirty);
		bad += blocks != z->free_area[o].nr_highatomic;
		highatomic += blocks << o;
		bad += validate_list(z, &z->free_area[o].dirty, o, &blocks, &dirty);
		bad += validate_list(z, &z->free_area[o].clean, o, &blocks, &dirty);
		bad += blocks != z->free_area[o].nr_free;
		free += blocks << o;
	}
	bad += free != z->free_buddy;
	bad += highatomic != z->nr_free_highatomic;
	bad += count_highatomic(z) != z->nr_reserved_highatomic;
	bad += dirty != z->dirty;
	bad += z->committed != z->free_buddy + z->used;
	return bad + validate_masks(z) + validate_held(z);
}

int validate_zone(void)
{
	int i, bad = 0;

	if (!spin_lock(&zone_lock))
		return 0;
	for (i = 0; i < MAX_NR_ZONES; i++)
		bad += validate_one_zone(&zones[i]);
	zone_unlock();
	return bad;
}
