// SPDX-License-Identifier: MIT
/*
 * page_charge.c - what vmalloc takes of the zones: pages that are counted (charged)
 * when an area is made, and frame numbers when somebody asks for them.
 *
 * The kernel's vmalloc asks the page allocator for each page. Here the memory is the
 * system's: a count is enough until a frame's number is wanted, and it goes to
 * the highest zone that has room. Of an area with GFP_DMA or GFP_DMA32 all frames
 * are numbered at once, and each page's charge moves to the zone that it is of.
 *
 * Lock: zone_lock; a handler that does not get it only counts.
 */
#include "core/mm/internal.h"
#include "core/mm/slab.h"
#include "core/mm/zone.h"
#include "core/os/os.h"

/* --- counts --- */

static struct zone *highest_zone(void)
{
	int i = ZONE_NORMAL;

	while (i && !zone_managed(&zones[i]))
		i--;
	return &zones[i];
}

/* __GFP_NOFAIL: as alloc_nofail() does. Of a zone that is used up the frames are not found. */
static void charge_beyond(unsigned long pages)
{
	__atomic_fetch_add(&highest_zone()->charged, pages, __ATOMIC_RELAXED);
	note_peak();
}

/* Which zone has room is asked when the frames are numbered: at once, each by itself. */
static bool charge_zoned(unsigned long pages, enum zone_type highest)
{
	unsigned long managed = 0;

	for (int i = 0; i <= (int)highest; i++)
		managed += zone_managed(&zones[i]);
	if (pages > managed)
		return false;
	__atomic_fetch_add(&highest_zone()->charged, pages, __ATOMIC_RELAXED);
	return true;
}

void page_charge_numbered(void)
{
	if (!spin_lock(&zone_lock))
		return;
	note_peak();
	zone_unlock();
}

/* Frames are numbered later; the count goes to the highest zone that fits. */
static bool try_charge(unsigned long pages, gfp_t flags)
{
	if (gfp_zone(flags) != ZONE_NORMAL)
		return charge_zoned(pages, gfp_zone(flags));
	for (int slow = 0; slow < 2; slow++)
		for (int i = ZONE_NORMAL; i >= 0; i--)
			if (zone_watermark_ok(&zones[i], pages, ZONE_NORMAL, flags, slow)) {
				__atomic_fetch_add(&zones[i].charged, pages, __ATOMIC_RELAXED);
				note_peak();
				return true;
			}
	return false;
}

bool page_charge(unsigned long pages, gfp_t flags)
{
	bool locked = spin_lock(&zone_lock), ok = try_charge(pages, flags);

	while (!ok && locked && gfpflags_allow_blocking(flags) &&
	       __unreserve_highatomic_pageblock(ZONE_NORMAL, true))
		ok = try_charge(pages, flags);
	if (!ok && gfp_nofail(flags)) {
		charge_beyond(pages);
		ok = true;
	}
	if (locked)
		zone_unlock();
	return ok;
}

/* Never below 0: a handler that does not get the lock comes here too. */
static unsigned long zone_uncharge(struct zone *z, unsigned long pages)
{
	unsigned long charged = READ_ONCE(z->charged), n;

	do {
		n = min(pages, charged);
	} while (!__atomic_compare_exchange_n(&z->charged, &charged, charged - n, false,
					      __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	return n;
}

void page_uncharge(unsigned long pages)
{
	bool locked = spin_lock(&zone_lock);
	int i;

	for (i = ZONE_NORMAL; i >= 0 && pages; i--)
		pages -= zone_uncharge(&zones[i], pages);
	if (locked)
		zone_unlock();
}

/* --- numbers --- */

/*
 * Frame numbers of vmalloc pages: taken from a zone's end downward, where no
 * memory has appeared; page_charge made sure that there are enough. Numbers
 * given back are kept on a stack that is mapped as it grows.
 */
#define VFRAMES_BASE	(VMAPTAB_BASE + (8UL << VMALLOC_BITS >> PAGE_SHIFT))
#define VFRAMES_GRANULE 16384UL

static u32 *const vframes = (u32 *)VFRAMES_BASE;
static unsigned long nr_vframes, vframes_mapped;
/* Those of zone DMA are few, and not for everybody. */
static u32 dma_vframes[(16U << 20) >> PAGE_SHIFT];
static unsigned long nr_dma_vframes;
static unsigned long vframes_out; /* numbers that areas have now */

static unsigned long vframe_new(struct zone *z)
{
	unsigned long floor = max(z->next_pfn, z->first_pfn + 1);

	while (unlikely(frag_is_held(&z->frag, z->top_pfn - 1)) && z->top_pfn > floor)
		z->top_pfn--;
	return z->top_pfn > floor ? --z->top_pfn : PFN_NONE;
}

/*
 * All frames have appeared already (a small mem=): a free block's is as good a
 * number. It was charged when the area was made, so it moves from there to the
 * used ones and back.
 */
static unsigned long vframe_from_buddy(int highest, int lowest)
{
	int i;

	for (i = highest; i >= lowest; i--) {
		struct page *page = zones[i].charged ? rmqueue(&zones[i], 0) : NULL;

		if (!page)
			continue;
		page->zone = (u8)i;
		page->flags = 0;
		zones[i].used++;
		zones[i].charged--;
		return page_to_pfn(page);
	}
	return PFN_NONE;
}

/* A number that was given back, of one of these zones. */
static unsigned long vframe_again(int highest, int lowest)
{
	for (unsigned long i = nr_vframes; i--;) {
		unsigned long pfn = vframes[i];

		if (pfn >= zones[highest].end_pfn || pfn < zones[lowest].first_pfn)
			continue;
		vframes[i] = vframes[--nr_vframes];
		return pfn;
	}
	return PFN_NONE;
}

static unsigned long vframe_dma_again(void)
{
	return nr_dma_vframes ? dma_vframes[--nr_dma_vframes] : PFN_NONE;
}

static unsigned long vframe_take(int highest, int lowest)
{
	unsigned long pfn = highest == ZONE_DMA ? vframe_dma_again() :
						  vframe_again(highest, lowest);

	for (int i = highest; i >= lowest && pfn == PFN_NONE; i--)
		pfn = vframe_new(&zones[i]);
	if (pfn == PFN_NONE && lowest == ZONE_DMA)
		pfn = vframe_dma_again();
	vframes_out += pfn != PFN_NONE;
	return pfn == PFN_NONE ? vframe_from_buddy(highest, lowest) : pfn;
}

static enum zone_type zone_of_pfn(unsigned long pfn)
{
	int i = ZONE_DMA;

	while (i < ZONE_NORMAL && pfn >= zones[i].end_pfn)
		i++;
	return (enum zone_type)i;
}

static void charge_one(struct zone *z)
{
	__atomic_fetch_add(&z->charged, 1, __ATOMIC_RELAXED);
}

/* A page that the area was charged for wherever there was room; NULL: none. */
static struct zone *uncharge_one(void)
{
	for (int i = ZONE_NORMAL; i >= 0; i--)
		if (zone_uncharge(&zones[i], 1))
			return &zones[i];
	return NULL;
}

/* As a page of that zone, whose watermarks it obeys. */
static unsigned long vframe_of_zone(enum zone_type highest, gfp_t flags)
{
	struct zone *was = uncharge_one();
	unsigned long pfn = PFN_NONE;

	for (int slow = 0; slow < 2; slow++)
		for (int i = (int)highest; i >= 0 && was && pfn == PFN_NONE; i--) {
			if (!zone_watermark_ok(&zones[i], 1, highest, flags, slow))
				continue;
			charge_one(&zones[i]);
			pfn = vframe_take(i, i);
			if (pfn == PFN_NONE)
				zone_uncharge(&zones[i], 1);
		}
	if (was && pfn == PFN_NONE)
		charge_one(was);
	return pfn;
}

unsigned long vmalloc_frame_alloc(gfp_t flags)
{
	enum zone_type highest = gfp_zone(flags);
	unsigned long pfn;

	if (!spin_lock(&zone_lock))
		return PFN_NONE;
	pfn = highest == ZONE_NORMAL ? vframe_take(highest, 0) : vframe_of_zone(highest, flags);
	zone_unlock();
	return pfn;
}

/* All are back: the zones have them again, as frames or as numbers. */
static void vframes_reset(void)
{
	int i;

	nr_vframes = nr_dma_vframes = 0;
	for (i = 0; i < MAX_NR_ZONES; i++)
		zones[i].top_pfn = zones[i].end_pfn;
}

/* It is charged again where page_uncharge() looks first. */
static void leave_zone(unsigned long pfn)
{
	if (zone_uncharge(&zones[zone_of_pfn(pfn)], 1))
		charge_one(highest_zone());
}

static void vframe_keep(unsigned long pfn)
{
	if (nr_vframes == vframes_mapped &&
	    !os_map(vframes + vframes_mapped, VFRAMES_GRANULE * sizeof(u32)))
		vframes_mapped += VFRAMES_GRANULE;
	if (nr_vframes < vframes_mapped)
		vframes[nr_vframes++] = (u32)pfn;
}

static void vframe_free(unsigned long pfn)
{
	if (pfn_valid(pfn)) {
		zones[pfn_to_page(pfn)->zone].charged++;
		__free_block(pfn_to_page(pfn), 0, false);
		return;
	}
	if (zone_of_pfn(pfn) == ZONE_DMA)
		dma_vframes[nr_dma_vframes++] = (u32)pfn;
	else
		vframe_keep(pfn);
	if (!--vframes_out)
		vframes_reset();
}

void vmalloc_frame_free(unsigned long pfn, bool of_zone)
{
	if (!spin_lock(&zone_lock))
		return; /* the number is lost, no memory is */
	vframe_free(pfn);
	if (of_zone)
		leave_zone(pfn);
	zone_unlock();
}
