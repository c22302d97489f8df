/*
 * contig_range.c - frames by number (kernel: mm/page_alloc.c alloc_contig_range()).
 *
 * The kernel moves what is in the range elsewhere, and takes it then. Here nothing can be
 * moved, so the range is taken if all of it is free, else it is busy. Frames that have not
 * appeared yet (memory_hotplug.c) are busy, too.
 *
 * As in the kernel watermarks are not asked, and each frame is a page of its own.
 *
 * Locks: zone_lock.
 */
#include <errno.h>
#include <string.h>

#include "core/mm/slab.h"
#include "core/mm/zone.h"
#include "core/os/os.h"
#include "core/os/percpu.h"

static struct zone *zone_of_range(unsigned long start, unsigned long end)
{
	for (int i = 0; i < MAX_NR_ZONES; i++)
		if (start >= zones[i].start_pfn && end <= zones[i].end_pfn)
			return &zones[i];
	return NULL;
}

/* The free block that holds this frame, which may be taken; NULL: there is none. */
static struct page *free_block_at(const struct zone *z, unsigned long pfn)
{
	for (unsigned int o = 0; o < NR_PAGE_ORDERS; o++) {
		unsigned long head = ALIGN_DOWN(pfn, 1UL << o);

		if (page_is_buddy(z, head, o))
			return pfn_to_page(head)->flags ? NULL : pfn_to_page(head);
	}
	return NULL;
}

static bool is_free(const struct zone *z, unsigned long pfn, unsigned long end)
{
	while (pfn < end) {
		const struct page *head = free_block_at(z, pfn);

		if (!head)
			return false;
		pfn = page_to_pfn(head) + (1UL << head->order);
	}
	return true;
}

/* As the page allocator takes a block: it is nobody's then. Its end. */
static unsigned long take_block(struct zone *z, struct page *head)
{
	unsigned long pfn = page_to_pfn(head), n = 1UL << head->order;
	u64 freed_ms = head->freed_ms;

	del_from_free_list(z, head);
	z->free_buddy -= n;
	if (freed_ms)
		z->dirty -= count_dirty(pfn, n);
	WRITE_ONCE(z->used, z->used + n);
	return pfn + n;
}

/* Frames of a block that was taken, in blocks as large as they can be. */
static void give_back(struct zone *z, unsigned long pfn, unsigned long end)
{
	while (pfn < end) {
		unsigned int o = min((unsigned int)__builtin_ctzl(pfn | 1UL << MAX_PAGE_ORDER),
				     (unsigned int)fls64(end - pfn) - 1);
		struct page *page = pfn_to_page(pfn);

		page->zone = (u8)(z - zones);
		page->flags = 0;
		__free_block(page, o, frames_dirty(pfn, 1UL << o));
		pfn += 1UL << o;
	}
}

static void prep_page(struct zone *z, unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);

	page->zone = (u8)(z - zones);
	page->flags = 0;
	page->refs = 0;
	page->requested = 0;
	WRITE_ONCE(page->order, 0);
	WRITE_ONCE(page->slab_cache, NULL);
	mark_used(pfn_to_virt(pfn), MARK_SHIFT_LARGE);
	__atomic_store_n(&page->state, PAGE_LARGE, __ATOMIC_RELEASE);
}

static void take_range(struct zone *z, unsigned long start, unsigned long end)
{
	unsigned long pfn = start;

	while (pfn < end) {
		struct page *head = free_block_at(z, pfn);
		unsigned long from = page_to_pfn(head), to = take_block(z, head);

		if (from < start)
			give_back(z, from, start);
		if (to > end)
			give_back(z, end, to);
		for (; pfn < min(to, end); pfn++)
			prep_page(z, pfn);
	}
	note_peak();
}

/* What is on lists of CPUs is free, too. */
static void drain_all_pages(void)
{
	if (!percpu_stop())
		return;
	drain_pages();
	percpu_start();
}

/* And what was unmapped; blocks as large as they can be do not lie across. */
static void bring_back(struct zone *z, unsigned long start, unsigned long end)
{
	start = ALIGN_DOWN(start, 1UL << MAX_PAGE_ORDER);
	end = ALIGN(end, 1UL << MAX_PAGE_ORDER);
	absent_return_range(z, start, end - start);
}

int alloc_contig_range(unsigned long start, unsigned long end, gfp_t flags)
{
	struct zone *z = start < end ? zone_of_range(start, end) : NULL;
	bool ok;

	if (!z)
		return -EINVAL;
	drain_all_pages();
	if (!spin_lock(&zone_lock))
		return -EBUSY;
	bring_back(z, start, end);
	ok = is_free(z, start, end);
	if (ok)
		take_range(z, start, end);
	zone_unlock();
	if (ok && (flags | init_on_alloc) & __GFP_ZERO)
		clear_dirty_frames(start, (end - start) << PAGE_SHIFT);
	return ok ? 0 : -EBUSY;
}
