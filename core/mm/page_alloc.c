/*
 * page_alloc.c - the page allocator (kernel: mm/page_alloc.c): zones, buddy
 * lists, watermarks, per-CPU page lists.
 *
 * What the kernel does: zones DMA (< 16 MiB), DMA32 (< 4 GiB) and NORMAL; in
 * each, free blocks of 2^order frames, order 0 to 10, naturally aligned, split
 * in halves and merged with their buddy (pfn ^ 1 << order). A request tries
 * its highest zone and falls back downward, as long as the zone's watermark
 * allows it: low at first, then min reduced by what the flags permit
 * (gfp_to_alloc_flags), plus lowmem_reserve for requests that could have used
 * a higher zone.
 *
 * What differs, and why:
 *  - Frames are given to the buddy lists piece by piece (memory_hotplug.c) when
 *    the lists run dry. A zone's free count includes what has not appeared yet:
 *    NR_FREE = free_buddy + (managed - held - committed) - charged to vmalloc.
 *  - Each order has two lists: blocks that may be resident (dirty) and blocks
 *    that read as zero (clean). Warm memory is reused first, since a fault
 *    costs more than anything done here. frame_class[pfn] of a free frame is
 *    FRAME_DIRTY or 0, so a block of which a part was touched is known
 *    exactly: __GFP_ZERO clears dirty frames only, a purge discards only them.
 *  - Lists of one migrate type, unmovable, and of the reserve for atomic requests
 *    (highatomic.c); movable is what has not appeared yet (view_zone.c), for no
 *    request is; no reference counts; no kswapd: no thread is ever made.
 *    Direct reclaim is draining caches and trying again.
 *  - Out of memory is NULL (oom=fail), not the OOM killer.
 *  - __GFP_NOFAIL gets more memory than mem= says instead of a wait without end, but
 *    of zones DMA and DMA32, which end where their addresses do: there it waits.
 *  - Where in NORMAL memory begins is random for each process (a section of
 *    the plan): addresses are not predictable although PAGE_OFFSET is constant.
 *
 * Invariants, for each zone (validate_zone):
 *   free_buddy == sum over orders of nr_free[o] << o
 *   committed  == free_buddy + used
 *   no free block's buddy of the same order is free
 *   dirty      == number of free frames marked FRAME_DIRTY
 *
 * Per-CPU page lists (kernel: struct per_cpu_pages): stacks of the per-CPU
 * slots, orders 0 to 5. A block there is counted as used, its state is
 * PAGE_LARGE, and from order 2 on frame_class of its head is the stack's
 * class: kmalloc_large's hit is a pop from the same stack (slab.h).
 *
 * Locks: zone_lock for everything but the per-CPU stacks. A handler that meets
 * it held by its own thread takes fresh frames from the plan's end by an
 * atomic bump (emergency_alloc) and leaves its frees on deferred_free, which
 * the next holder drains; such frames never merge, they are kept on a list.
 *
 * Cost: about 50 ns a block without contention.
 */
#include <errno.h>
#include <string.h>

#include "config/options.h"
#include "core/lib/preempt.h"
#include "core/mm/gfp_check.h"
#include "core/mm/internal.h"
#include "core/mm/shrinker.h"
#include "core/mm/slab.h"
#include "core/mm/zone.h"
#include "core/os/os.h"

#define FRAG_UNMAP_ORDER 6U
#define NOFAIL_WAIT_US	 1000U

struct zone zones[MAX_NR_ZONES];
struct list_head emergency_free[NR_PAGE_ORDERS];
static struct page *deferred_free; /* linked by lru.next */
unsigned long used_peak;
kmemu_lock_t zone_lock = KMEMU_LOCK_INIT(LOCK_ZONE);


/* --- the lists --- */

static void list_update_mask(struct zone *z, unsigned int o)
{
	u32 bit = 1U << o;

	if (list_empty(&z->free_area[o].dirty))
		z->dirty_orders &= ~bit;
	if (list_empty(&z->free_area[o].clean))
		z->clean_orders &= ~bit;
}

static void add_to_free_list(struct zone *z, struct page *page, unsigned int o, u64 freed_ms)
{
	struct free_area *area = &z->free_area[o];

	WRITE_ONCE(page->order, (u8)o);
	WRITE_ONCE(page->state, PAGE_BUDDY);
	page->zone = (u8)(z - zones);
	page->flags = 0;
	page->freed_ms = freed_ms;
	area->nr_free++;
	if (pageblock_is_highatomic(z, page_to_pfn(page))) {
		page->flags = PAGE_FLAG_HIGHATOMIC;
		list_add(&page->lru, &area->highatomic);
		area->nr_highatomic++;
		z->nr_free_highatomic += 1UL << o;
		return;
	}
	list_add(&page->lru, freed_ms ? &area->dirty : &area->clean);
	if (freed_ms)
		z->dirty_orders |= 1U << o;
	else
		z->clean_orders |= 1U << o;
}

void del_from_free_list(struct zone *z, struct page *page)
{
	unsigned int o = page->order;

	list_del(&page->lru);
	z->free_area[o].nr_free--;
	WRITE_ONCE(page->state, PAGE_NONE);
	if (unlikely(page->flags & PAGE_FLAG_HIGHATOMIC)) {
		page->flags = 0;
		z->free_area[o].nr_highatomic--;
		z->nr_free_highatomic -= 1UL << o;
		return;
	}
	list_update_mask(z, o);
}

bool page_is_buddy(const struct zone *z, unsigned long pfn, unsigned int o)
{
	const struct page *page = pfn_to_page(pfn);

	/* A block is born whole (sparse.c), so one look at its head is enough. */
	return pfn >= z->start_pfn && pfn < z->end_pfn && pfn_valid(pfn) &&
	       READ_ONCE(page->state) == PAGE_BUDDY && READ_ONCE(page->order) == o;
}

/* Kernel: __free_one_page. freed_ms 0: the block is clean. */
void merge_and_add(struct zone *z, unsigned long pfn, unsigned int o, u64 freed_ms)
{
	while (o < MAX_PAGE_ORDER) {
		unsigned long buddy = pfn ^ (1UL << o);
		struct page *page = pfn_to_page(buddy);

		if (!page_is_buddy(z, buddy, o))
			break;
		if (o >= PAGEBLOCK_ORDER &&
		    pageblock_is_highatomic(z, pfn) != pageblock_is_highatomic(z, buddy))
			break;
		freed_ms = max(freed_ms, page->freed_ms);
		del_from_free_list(z, page);
		pfn &= ~(1UL << o);
		o++;
	}
	add_to_free_list(z, pfn_to_page(pfn), o, freed_ms);
}

unsigned long count_dirty(unsigned long pfn, unsigned long n)
{
	unsigned long i, dirty = 0;

	for (i = 0; i < n; i++)
		dirty += frame_class[pfn + i] == FRAME_DIRTY;
	return dirty;
}

/* Kernel: expand(). The lowest part is taken, the upper halves go back. */
static void expand(struct zone *z, unsigned long pfn, unsigned int low, unsigned int high,
		   u64 freed_ms)
{
	while (high > low) {
		unsigned long half;

		high--;
		half = pfn + (1UL << high);
		add_to_free_list(z, pfn_to_page(half), high,
				 freed_ms && frames_dirty(half, 1UL << high) ? freed_ms : 0);
	}
}

static struct page *take_from(struct zone *z, const struct list_head *list, unsigned int o,
			      unsigned int order)
{
	struct page *page = list_first_entry(list, struct page, lru);
	unsigned long pfn = page_to_pfn(page);
	u64 freed_ms = page->freed_ms;

	del_from_free_list(z, page);
	expand(z, pfn, order, o, freed_ms);
	z->free_buddy -= 1UL << order;
	if (freed_ms)
		z->dirty -= count_dirty(pfn, 1UL << order);
	return page;
}

/* Kernel: __rmqueue_smallest; dirty blocks of any order before clean ones. */
static struct page *rmqueue_mapped(struct zone *z, unsigned int order)
{
	u32 dirty = z->dirty_orders >> order << order;
	u32 clean = z->clean_orders >> order << order;
	unsigned int o = (unsigned int)__builtin_ctz(dirty ? dirty : clean | 1U << 31);

	if (dirty)
		return take_from(z, &z->free_area[o].dirty, o, order);
	return clean ? take_from(z, &z->free_area[o].clean, o, order) : NULL;
}

/* The same from the reserve. */
static struct page *rmqueue_highatomic(struct zone *z, unsigned int order)
{
	for (unsigned int o = order; z->nr_free_highatomic && o < NR_PAGE_ORDERS; o++)
		if (!list_empty(&z->free_area[o].highatomic))
			return take_from(z, &z->free_area[o].highatomic, o, order);
	return NULL;
}

/* The same, and then what was unmapped under pressure. */
struct page *rmqueue(struct zone *z, unsigned int order)
{
	struct page *page = rmqueue_mapped(z, order);

	return page || !absent_return(z, order) ? page : rmqueue_mapped(z, order);
}

/* --- watermarks --- */

static unsigned long zone_free(const struct zone *z)
{
	unsigned long total = zone_managed(z) - z->held - z->committed + z->free_buddy;
	unsigned long charged = READ_ONCE(z->charged);

	return total > charged ? total - charged : 0;
}

/* Kernel: gfp_to_alloc_flags and __zone_watermark_ok; the floor in pages. */
static unsigned long wmark_floor(const struct zone *z, gfp_t flags, bool slow)
{
	unsigned long floor = z->wmark[slow ? WMARK_MIN : WMARK_LOW];

	if (slow && flags & __GFP_HIGH) {
		floor -= floor / 2;
		if (!gfpflags_allow_blocking(flags) && !(flags & __GFP_NOMEMALLOC))
			floor -= floor / 4;
	}
	return floor;
}

/* Kernel: ALLOC_NON_BLOCK; with an order above 0 it is ALLOC_HIGHATOMIC too. */
static bool is_non_block(gfp_t flags, bool slow)
{
	return slow && !gfpflags_allow_blocking(flags) && !(flags & __GFP_NOMEMALLOC);
}

/* Kernel: ALLOC_RESERVES. */
static bool has_reserves(gfp_t flags, bool slow)
{
	return (slow && flags & __GFP_HIGH) || is_non_block(flags, slow);
}

/* Kernel: in gfp_to_alloc_flags(), who is of a real-time class may use reserves too. */
static bool is_rt_task(gfp_t flags, bool slow)
{
	return slow && gfpflags_allow_blocking(flags) && !(flags & __GFP_HIGH) &&
	       !context_has(1U << RAISE_NMI | 1U << RAISE_HARDIRQ | 1U << RAISE_SOFTIRQ) &&
	       os_task_is_rt();
}

/* Kernel: current_gfp_context(). */
static gfp_t current_gfp_context(gfp_t flags)
{
	if (current_flags & PF_MEMALLOC_NOIO)
		flags &= ~(KMEMU___GFP_IO | KMEMU___GFP_FS);
	else if (current_flags & PF_MEMALLOC_NOFS)
		flags &= ~KMEMU___GFP_FS;
	return current_flags & PF_MEMALLOC_PIN ? flags & ~__GFP_MOVABLE : flags;
}

/* PF_MEMALLOC is the task's, not that of an interrupt which comes meanwhile. */
static bool memalloc_task(void)
{
	return current_flags & PF_MEMALLOC &&
	       (context_has(1U << RAISE_SOFTIRQ) ||
		!context_has(1U << RAISE_NMI | 1U << RAISE_HARDIRQ | 1U << RAISE_BH));
}

/* Kernel: __gfp_pfmemalloc_flags(), ALLOC_NO_WATERMARKS; lowmem_reserve neither. */
static bool no_watermarks(gfp_t flags)
{
	return !(flags & __GFP_NOMEMALLOC) && (flags & __GFP_MEMALLOC || memalloc_task());
}

/* left: what would be free. Kernel: __zone_watermark_unusable_free(). */
static bool is_above(const struct zone *z, unsigned long left, enum zone_type highest,
		     unsigned long floor, bool reserves)
{
	unsigned long unusable = reserves ? 0 : z->nr_free_highatomic;

	return left + 1 > unusable + floor + z->lowmem_reserve[highest];
}

bool zone_watermark_ok(const struct zone *z, unsigned long pages, enum zone_type highest,
			      gfp_t flags, bool slow)
{
	unsigned long free = zone_free(z);

	if (free < pages)
		return false;
	if (slow && no_watermarks(flags))
		return true;
	if (is_above(z, free - pages, highest, wmark_floor(z, flags, slow),
		     has_reserves(flags, slow)))
		return true;
	return is_above(z, free - pages, highest, wmark_floor(z, flags | __GFP_HIGH, slow), true) &&
	       is_rt_task(flags, slow);
}

/* Two zones at once are a bug, for which the kernel's table has the lowest zone. */
enum zone_type gfp_zone(gfp_t flags)
{
	gfp_t two = __GFP_DMA32 | __GFP_HIGHMEM;

	if (flags & __GFP_DMA || (flags & two) == two)
		return ZONE_DMA;
	return flags & __GFP_DMA32 ? ZONE_DMA32 : ZONE_NORMAL;
}

void note_peak(void)
{
	unsigned long used = 0;
	int i;

	for (i = 0; i < MAX_NR_ZONES; i++)
		used += zones[i].used + READ_ONCE(zones[i].charged);
	if (used > used_peak)
		WRITE_ONCE(used_peak, used);
}

/* Kernel: get_page_from_freelist. */
static struct page *get_page(gfp_t flags, unsigned int order, bool slow)
{
	enum zone_type highest = gfp_zone(flags);
	bool non_block = is_non_block(flags, slow), highatomic = non_block && order;
	int i;

	for (i = (int)highest; i >= 0; i--) {
		struct zone *z = &zones[i];
		struct page *page;

		if (!zone_watermark_ok(z, 1UL << order, highest, flags, slow))
			continue;
		page = highatomic ? rmqueue_highatomic(z, order) : NULL;
		if (!page)
			page = rmqueue(z, order);
		while (!page && zone_commit(z, order)) /* what comes may be the reserve's */
			page = rmqueue(z, order);
		if (!page && non_block)
			page = rmqueue_highatomic(z, order);
		if (!page)
			continue;
		if (highatomic)
			reserve_highatomic_pageblock(z, page_to_pfn(page), order);
		page->zone = (u8)i;
		WRITE_ONCE(z->used, z->used + (1UL << order));
		note_peak();
		return page;
	}
	return NULL;
}

/* --- handlers that interrupted the holder of zone_lock --- */

/*
 * Frames from the plan's end, aligned for `order`. The bump is moved before
 * the frames exist; a failed mapping loses a number of addresses, no memory.
 */
static struct page *emergency_alloc(unsigned int order)
{
	unsigned long n = 1UL << order, pfn, low;
	struct page *page;

	low = __atomic_load_n(&emergency_low_pfn, __ATOMIC_RELAXED);
	do {
		pfn = ALIGN_DOWN(low - n, n);
		if (pfn < MAX_PLAN_PFN - EMERGENCY_FRAMES ||
		    !sparse_cover_emergency(pfn, n))
			return NULL;
	} while (!__atomic_compare_exchange_n(&emergency_low_pfn, &low, pfn, false,
					      __ATOMIC_RELEASE, __ATOMIC_RELAXED));
	if (os_map(pfn_to_virt(pfn), n << PAGE_SHIFT))
		return NULL;
	page = pfn_to_page(pfn);
	page->flags = PAGE_FLAG_EMERGENCY;
	page->zone = ZONE_NORMAL;
	return page;
}

static void defer_free(struct page *page)
{
	struct page *first = __atomic_load_n(&deferred_free, __ATOMIC_RELAXED);

	WRITE_ONCE(page->state, PAGE_DEFERRED); /* a second free is refused */
	do {
		page->lru.next = (struct list_head *)first;
	} while (!__atomic_compare_exchange_n(&deferred_free, &first, page, true, __ATOMIC_RELEASE,
					      __ATOMIC_RELAXED));
}

static void drain_deferred(void)
{
	struct page *page, *next;

	if (likely(!__atomic_load_n(&deferred_free, __ATOMIC_RELAXED)))
		return;
	page = __atomic_exchange_n(&deferred_free, NULL, __ATOMIC_ACQUIRE);
	for (; page; page = next) {
		next = (struct page *)page->lru.next;
		__free_block(page, page->order, true);
	}
}

void zone_unlock(void)
{
	drain_deferred();
	spin_unlock(&zone_lock);
}

static struct page *emergency_reuse(unsigned int order)
{
	struct page *page;

	if (list_empty(&emergency_free[order]))
		return NULL;
	page = list_first_entry(&emergency_free[order], struct page, lru);
	list_del(&page->lru);
	return page;
}

/* --- allocate and free --- */

/* Clears the first `bytes` of a block, but for frames that read as zero. */
void clear_dirty_frames(unsigned long pfn, size_t bytes)
{
	unsigned long i = 0, from, n = DIV_ROUND_UP(bytes, PAGE_SIZE);

	while (i < n) {
		if (!frame_class[pfn + i]) {
			i++;
			continue;
		}
		for (from = i; i < n && frame_class[pfn + i]; i++)
			;
		memset(pfn_to_virt(pfn + from), 0,
		       min(bytes - (from << PAGE_SHIFT), (i - from) << PAGE_SHIFT));
	}
}

/* The block is the caller's: mark it, clear it if asked for. */
static struct page *prep_new_page(struct page *page, gfp_t flags, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);

	if (flags & __GFP_ZERO)
		clear_dirty_frames(pfn, PAGE_SIZE << order);
	WRITE_ONCE(page->order, (u8)order);
	WRITE_ONCE(page->slab_cache, NULL);
	page->requested = 0;
	mark_used(pfn_to_virt(pfn), MARK_SHIFT_LARGE);
	__atomic_store_n(&page->state, PAGE_LARGE, __ATOMIC_RELEASE);
	return page;
}

static struct page *rmqueue_locked(gfp_t flags, unsigned int order, bool fast_only)
{
	struct page *page;

	/* The emergency area is in no zone that a device of old can reach. */
	bool any_zone = !(flags & (__GFP_DMA | __GFP_DMA32));

	if (!spin_lock(&zone_lock))
		return any_zone ? emergency_alloc(order) : NULL;
	page = any_zone ? emergency_reuse(order) : NULL;
	if (!page)
		page = get_page(flags, order, false);
	if (!page && !fast_only)
		page = get_page(flags, order, true);
	zone_unlock();
	return page;
}

static bool unreserve(gfp_t flags, bool force)
{
	bool done = spin_lock(&zone_lock);

	if (!done)
		return false;
	done = __unreserve_highatomic_pageblock(gfp_zone(flags), force);
	zone_unlock();
	return done;
}

/* Kernel: who comes to should_reclaim_retry(). */
static bool may_take_last_reserve(gfp_t flags, unsigned int order)
{
	return !(flags & __GFP_NORETRY) &&
	       (order <= PAGE_ALLOC_COSTLY_ORDER || flags & __GFP_RETRY_MAYFAIL);
}

/* Kernel: __alloc_pages_slowpath, direct reclaim. */
static struct page *reclaim_and_retry(gfp_t flags, unsigned int order)
{
	int priority = DEF_PRIORITY;
	struct page *page = NULL;

	if (!gfpflags_allow_blocking(flags) || current_flags & PF_MEMALLOC)
		return NULL;
	if (trim_all())
		page = rmqueue_locked(flags, order, false);
	/* At a limit of the process: what vmalloc only keeps mapped counts too. */
	if (!page && vmalloc_unmap_free())
		page = rmqueue_locked(flags, order, false);
	while (!page && shrink_slab_step(flags, &priority)) {
		trim_all();
		page = rmqueue_locked(flags, order, false);
	}
	if (!page && unreserve(flags, false))
		page = rmqueue_locked(flags, order, false);
	while (!page && may_take_last_reserve(flags, order) && unreserve(flags, true))
		page = rmqueue_locked(flags, order, false);
	return page;
}

/* Kernel: the entry of __alloc_pages_slowpath(). False: refused. */
static bool check_nofail(gfp_t flags, unsigned int order)
{
	bool ok = true;

	if (order > 1)
		ok = gfp_warn("alloc_pages", flags, order, "__GFP_NOFAIL above order 1");
	if (!gfpflags_allow_blocking(flags))
		ok &= gfp_warn("alloc_pages", flags, order,
			       "__GFP_NOFAIL without __GFP_DIRECT_RECLAIM");
	if (current_flags & PF_MEMALLOC)
		ok &= gfp_warn("alloc_pages", flags, order, "__GFP_NOFAIL under PF_MEMALLOC");
	return ok;
}

/* Kernel: the end of __alloc_pages_slowpath(): ALLOC_MIN_RESERVE. */
static struct page *reclaim_and_use_reserve(gfp_t flags, unsigned int order)
{
	struct page *page = reclaim_and_retry(flags, order);

	return page ? page : rmqueue_locked(flags | __GFP_HIGH, order, false);
}

bool nofail_wait(void)
{
	if (spin_held_ranks())
		return false;
	os_sleep_us(NOFAIL_WAIT_US);
	return true;
}

/*
 * The kernel tries for ever, or kills somebody. Here the reserves are used up,
 * and then there is more memory than mem= says. Of what cannot grow it tries
 * for ever, too: another thread may free some. Reported as a failure all the same.
 */
static struct page *alloc_nofail(gfp_t flags, unsigned int order)
{
	struct page *page = rmqueue_locked(flags, order, true);
	bool grows = gfp_zone(flags) == ZONE_NORMAL;

	if (page)
		return page;
	if (!check_nofail(flags, order))
		return NULL;
	page = rmqueue_locked(flags, order, false);
	if (page || !gfpflags_allow_blocking(flags))
		return page;
	page = reclaim_and_use_reserve(flags, order);
	if (!page && grows)
		page = rmqueue_locked((flags | __GFP_MEMALLOC) & ~__GFP_NOMEMALLOC, order, false);
	if (page)
		return page;
	out_of_memory(flags, order, !grows);
	if (grows)
		return emergency_alloc(order);
	while (!page && nofail_wait())
		page = reclaim_and_use_reserve(flags, order);
	return page;
}

static struct page *alloc_slow(gfp_t flags, unsigned int order)
{
	struct page *page;

	if (unlikely(flags & __GFP_NOFAIL))
		return alloc_nofail(flags, order);
	page = rmqueue_locked(flags, order, false);
	return likely(page) ? page : reclaim_and_retry(flags, order);
}

struct page *alloc_pages(gfp_t flags, unsigned int order)
{
	struct page *page;

	if (unlikely(order > MAX_PAGE_ORDER)) {
		if (!(flags & __GFP_NOWARN))
			gfp_warn("alloc_pages", flags, order, "order above MAX_PAGE_ORDER");
		return NULL;
	}
	flags |= init_on_alloc;
	if (order <= PCP_MAX_ORDER && !(flags & (__GFP_DMA | __GFP_DMA32 | __GFP_ZERO))) {
		page = pcp_alloc(order);
		if (page)
			return page;
	}
	flags = current_gfp_context(flags);
	page = alloc_slow(flags, order);
	if (unlikely(!page)) {
		out_of_memory(flags, order, false);
		return NULL;
	}
	return prep_new_page(page, flags, order);
}

/* Under zone_lock. */
void __free_block(struct page *page, unsigned int order, bool dirty)
{
	unsigned long pfn = page_to_pfn(page), n = 1UL << order;
	struct zone *z = &zones[page->zone];

	memset(frame_class + pfn, dirty ? FRAME_DIRTY : 0, n);
	/* It may become a tail by merging, and a tail has no state. */
	WRITE_ONCE(page->state, PAGE_NONE);
	if (unlikely(page->flags & PAGE_FLAG_EMERGENCY)) {
		WRITE_ONCE(page->order, (u8)order);
		list_add(&page->lru, &emergency_free[order]);
		return;
	}
	WRITE_ONCE(z->used, z->used - n);
	z->free_buddy += n;
	if (dirty)
		z->dirty += n;
	merge_and_add(z, pfn, order, dirty ? os_monotonic_ms() | 1 : 0);
}

void free_block(struct page *page, unsigned int order)
{
	WRITE_ONCE(page->order, (u8)order);
	if (!spin_lock(&zone_lock)) {
		defer_free(page);
		return;
	}
	__free_block(page, order, true);
	zone_unlock();
	trim_arm();
}

void free_blocks(void **blocks, unsigned int n)
{
	bool locked = spin_lock(&zone_lock);
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct page *page = pfn_to_page(virt_to_pfn(blocks[i]));

		if (locked)
			__free_block(page, page->order, true);
		else
			defer_free(page);
	}
	if (!locked)
		return;
	zone_unlock();
	trim_arm();
}

void free_pages(struct page *page, unsigned int order)
{
	if (unlikely(init_on_free))
		memset(page_address(page), 0, PAGE_SIZE << order);
	if (order > PCP_MAX_ORDER || page->zone != ZONE_NORMAL || page->flags ||
	    !pcp_free(page, order))
		free_block(page, order);
}

struct page *page_head(unsigned long pfn)
{
	unsigned int o;

	for (o = 0; o <= MAX_PAGE_ORDER; o++) {
		unsigned long head = pfn & ~((1UL << o) - 1);
		struct page *page;

		if (!pfn_valid(head))
			return NULL;
		page = pfn_to_page(head);
		if (READ_ONCE(page->state) != PAGE_NONE &&
		    head + (1UL << READ_ONCE(page->order)) > pfn)
			return page;
	}
	return NULL;
}

/* --- giving back --- */

/* Discards a free block's dirty frames, run by run. */
static void discard_block(struct zone *z, unsigned long pfn, unsigned long n)
{
	unsigned long i = 0, from;

	/* A part of a huge page given back would split it (page_purge). */
	if (unlikely(kmemu_opts.phys != PHYS_SMALL) &&
	    !os_discard(pfn_to_virt(pfn), n << PAGE_SHIFT)) {
		z->dirty -= count_dirty(pfn, n);
		memset(frame_class + pfn, 0, n);
		return;
	}
	while (i < n) {
		if (frame_class[pfn + i] != FRAME_DIRTY) {
			i++;
			continue;
		}
		for (from = i; i < n && frame_class[pfn + i] == FRAME_DIRTY; i++)
			;
		if (os_discard(pfn_to_virt(pfn + from), (i - from) << PAGE_SHIFT))
			continue; /* refused: it stays dirty */
		memset(frame_class + pfn + from, 0, i - from);
		z->dirty -= i - from;
	}
}

/* What the tables hold for a free block but for its head: nothing. */
static void discard_tables(unsigned long pfn, unsigned long n)
{
	unsigned long per_page = PAGE_SIZE / sizeof(struct page);

	sparse_discard_marks(pfn, n);
	if (n > 2 * per_page)
		os_discard(pfn_to_page(pfn + per_page), (n - per_page) * sizeof(struct page));
}

static unsigned long purge_order(struct zone *z, unsigned int o, u64 before_ms)
{
	struct free_area *area = &z->free_area[o];
	unsigned long given = 0;
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &area->dirty, lru) {
		unsigned long pfn = page_to_pfn(page), was = z->dirty;

		if (page->freed_ms > before_ms)
			continue;
		discard_block(z, pfn, 1UL << o);
		given += was - z->dirty;
		if (!frames_dirty(pfn, 1UL << o)) {
			discard_tables(pfn, 1UL << o);
			page->freed_ms = 0;
			list_move_tail(&page->lru, &area->clean);
			z->clean_orders |= 1U << o; /* or nobody would find it */
		}
	}
	list_update_mask(z, o);
	return given;
}

unsigned long page_purge(u64 age_ms)
{
	u64 now = os_monotonic_ms(), before = now > age_ms ? now - age_ms : 0;
	unsigned long given = 0;
	int least = kmemu_opts.phys == PHYS_SMALL ? 0 : (int)HUGE_ORDER;
	int i, o;

	if (!spin_lock(&zone_lock))
		return 0;
	for (i = 0; i < MAX_NR_ZONES; i++)
		for (o = MAX_PAGE_ORDER; o >= least; o--)
			if (zones[i].dirty_orders >> o & 1)
				given += purge_order(&zones[i], (unsigned int)o,
						     age_ms ? before : ~0UL);
	zone_unlock();
	return given;
}

static unsigned long unmap_block(struct zone *z, struct page *page)
{
	unsigned long pfn = page_to_pfn(page), n = 1UL << page->order;
	unsigned int order = page->order;

	if (os_unmap(pfn_to_virt(pfn), n << PAGE_SHIFT))
		return 0;
	z->dirty -= page->freed_ms ? count_dirty(pfn, n) : 0;
	del_from_free_list(z, page);
	memset(frame_class + pfn, 0, n);
	WRITE_ONCE(page->order, (u8)order);
	WRITE_ONCE(page->state, PAGE_ABSENT);
	list_add(&page->lru, &z->absent);
	z->committed -= n;
	z->free_buddy -= n;
	return n;
}

static unsigned long unmap_list(struct zone *z, struct list_head *head)
{
	unsigned long given = 0;
	struct page *page, *next;

	list_for_each_entry_safe(page, next, head, lru)
		given += unmap_block(z, page);
	return given;
}

unsigned long page_unmap_free(unsigned int min_order)
{
	unsigned long given = 0;
	int i, o;

	/* With frag= small blocks are many, and each would be a mapping. */
	if (zones[0].frag.percent)
		min_order = max(min_order, FRAG_UNMAP_ORDER);
	if (kmemu_opts.phys != PHYS_SMALL)
		min_order = max(min_order, HUGE_ORDER);
	if (!spin_lock(&zone_lock))
		return 0;
	for (i = 0; i < MAX_NR_ZONES; i++)
		for (o = MAX_PAGE_ORDER; o >= (int)min_order; o--) {
			given += unmap_list(&zones[i], &zones[i].free_area[o].dirty);
			given += unmap_list(&zones[i], &zones[i].free_area[o].clean);
		}
	zone_unlock();
	return given;
}
