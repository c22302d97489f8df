// SPDX-License-Identifier: MIT
/*
 * vmalloc.c - large memory: pages that are neighbours only in address.
 *
 * The kernel (mm/vmalloc.c) takes address space from a tree, single pages from
 * the page allocator, and writes page tables. Here the system has the page
 * tables; what is ours is the address space (vmap_area.c), the reuse of
 * freed areas (vmap_warm.c), growing (vmap_realloc.c) and the emulated frames,
 * which are counted at once and numbered when somebody asks (vmap_pfn.c).
 * Differences from the kernel:
 *   - a freed area may be handed out again at once, with its old contents,
 *     unless vmalloc_lazy is set; there is no purge by address shortage only;
 *   - an area may have up to 1/8 more pages than asked for, which no view shows;
 *   - vfree() is never deferred but in the one case below.
 *
 * Lock: vmap_lock for everything. Looking up an area that the caller owns needs
 * none: the table's entry and the area's place change only when it is freed or
 * moved. A wild pointer may meet an area in change, and gets a wrong answer at
 * worst, since the array of areas and the table are never unmapped.
 *
 * A signal handler that interrupted a holder of this lock, or of another one
 * while this is taken, does not get it (lock.h):
 *   - __vmalloc() takes addresses from the plan's last 16th by an atomic bump,
 *     and maps them with a page in front that says how large the block is and
 *     links it to the list `pending`. The next holder of the lock makes a proper
 *     area of it (`alone`: without neighbours) and takes it from the list. Its
 *     addresses are not used again.
 *   - vfree() makes the area DYING and pushes the address on the list `deferred`,
 *     linked by the first word of the freed memory, as the kernel's does in
 *     interrupts; the next holder frees them.
 *   - vrealloc() takes new memory and copies; what only looks needs no lock,
 *     but vmalloc_to_pfn() answers only where frames have been assigned.
 * Entries are pushed by anybody and removed by the lock's holder only. Such a
 * handler may walk `pending` meanwhile: it counts itself in `walkers`, and the
 * page in front of a block, unlinked long before, stays mapped if it may be read.
 */
#include <errno.h>
#include <string.h>

#include "config/options.h"
#include "core/mm/shrinker.h"
#include "core/mm/slab.h"
#include "core/mm/vmap_page.h"
#include "core/os/os.h"
#include "core/report/report.h"

#define EMERGENCY_TRIES 8
#define CLOCK_FREES 16 /* the clock costs a tenth of a pair */
#define ZONED (__GFP_DMA | __GFP_DMA32) /* not all frames will do */
#define MAX_SLACK_PAGES 1024U /* of a fresh area */

/* The page in front of a block that was given without the lock. */
struct emergency {
	struct emergency *next;
	u32 pages;
	bool freed;
};

kmemu_lock_t vmap_lock = KMEMU_LOCK_INIT(LOCK_VMAP);

static struct emergency *pending;
static void *deferred;
static u32 walkers; /* handlers that read `pending` */
static u64 emergency_used; /* pages, from the plan's end down */

/* --- fresh areas ---------------------------------------------------------- */

void vmalloc_init(void)
{
	u64 random;

	/* The lower half is for the start, so that half the plan is left. */
	os_random(&random, sizeof(random));
	vmap.base = (u32)(random % (VMAP_PLAN_PAGES / 2));
	vmap.end = (u32)(VMAP_PLAN_PAGES - VMAP_EMERGENCY_PAGES);
	vmap.peak_ms = os_monotonic_ms();
}

/* Up to the end of its list of sizes, so that it is found by others later. */
static u32 with_slack(u32 pages)
{
	u32 step = 1U << (pages < 8 ? 0 : fls64(pages) - 4);

	return min(ALIGN(pages, step), pages + MAX_SLACK_PAGES);
}

/* Warm frames at new addresses; NULL: they are where they were, or warm here. */
static struct vmap_area *gathered(u32 pages, u32 align)
{
	int err;
	struct vmap_area *a = vmap_take(pages, align, 0, true, &err);

	if (!a)
		return NULL;
	vmap_gather(a, pages);
	if (!vmap_claim_end(a))
		return a;
	vmap_give_back(a);
	return NULL;
}

static struct vmap_area *fresh(u32 pages, u32 align)
{
	struct vmap_area *a = vmap_can_gather() ? gathered(pages, align) : NULL;
	int err;

	if (!a)
		a = vmap_take(with_slack(pages), align, 0, false, &err);
	if (!a && err != -EEXIST) {
		vmap_squeeze();
		a = vmap_take(pages, align, 0, false, &err);
	}
	return a;
}

static struct vmap_area *take_slow(u32 pages, u32 align)
{
	struct vmap_area *a = NULL;

	if (vmap_start())
		return NULL;
	vmap_tick();
	if (align == 1)
		a = vmap_warm_carve(pages);
	if (!a && align == 1)
		a = vmap_warm_extend(pages);
	return a ? a : fresh(pages, align);
}

struct vmap_area *vmap_alloc(u32 pages, u32 align, gfp_t flags, u32 *dirty)
{
	struct vmap_area *a = vmap_warm_exact(pages, align);

	if (!a)
		a = take_slow(pages, align);
	if (!a)
		return NULL;
	if (a->dirty < pages)
		vmap_gather(a, pages);
	*dirty = min(a->dirty, pages);
	if (likely(a->resident >= pages) || vmap_charge(a, pages, flags))
		return a;
	vmap_give_back(a);
	return NULL;
}

/* LIVE comes last: a handler may own the memory already (emergency_register). */
void vmap_make_live(struct vmap_area *a, u32 pages)
{
	if (unlikely(a->filled < a->cap))
		vmap_table_fill(a);
	a->pages = 0;
	vmap.nr_live++;
	vmap_resize_live(a, pages);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	WRITE_ONCE(a->state, VMAP_LIVE);
}

void vmap_resize_live(struct vmap_area *a, u32 pages)
{
	vmap.live = vmap.live - a->pages + pages;
	WRITE_ONCE(a->pages, pages);
	vmap.peak = max(vmap.peak, vmap.live);
	vmap.live_peak = max(vmap.live_peak, vmap.live);
	if (unlikely(vmap.resident > vmap_budget()))
		vmap_keep_budget();
}

/* --- freeing -------------------------------------------------------------- */

/* The page in front and the block; its addresses are not used again. */
void vmap_free_alone(struct vmap_area *a)
{
	size_t front = __atomic_load_n(&walkers, __ATOMIC_SEQ_CST) ? 0 : PAGE_SIZE;
	char *from = (char *)vmap_addr(a) - front;

	if (os_unmap(from, vmap_bytes(a->cap) + front))
		os_discard(from, vmap_bytes(a->cap) + front);
	vmap_uncharge(a, a->resident);
	a->state = VMAP_BUSY;
	a->cap = 0;
	vmap_area_put(a);
}

void vmap_drop_room(struct vmap_area *a)
{
	if (a->span - a->cap > 1) {
		struct vmap_area *b;

		if (vmap_reserve(1))
			return;
		b = vmap_split(a, a->cap + 1);
		b->mapped = false;
		b->state = VMAP_BUSY;
		vmap_release(b);
	}
	a->guard = GUARD_HOLE;
	vmap.nr_holes++;
}

void vmap_free(struct vmap_area *a)
{
	if (unlikely(!(vmap.frees++ % CLOCK_FREES)))
		vmap_tick();
	if (a->pfns)
		vmap_pfns_drop(a, 0);
	vmap.live -= a->pages;
	vmap.nr_live--;
	if (unlikely(a->twice) && !vmap_unshare(a))
		return;
	if (a->alone) {
		vmap_free_alone(a);
		return;
	}
	WRITE_ONCE(a->state, VMAP_BUSY);
	a->pages = 0;
	a->freed_ms = vmap.now_ms;
	if (a->guard == GUARD_ROOM)
		vmap_drop_room(a);
	if (!kmemu_opts.vmalloc_lazy || vmap_lazy_put(a))
		vmap_warm_put(a);
}

/* --- in a handler that does not get the lock ------------------------------ */

static bool in_emergency(const void *p)
{
	return (unsigned long)p - VMAP_EMERGENCY < VMALLOC_END - VMAP_EMERGENCY;
}

static void *emergency_data(struct emergency *e)
{
	return (char *)e + PAGE_SIZE;
}

/* Maps a header page and the block at an address that was never given. */
static struct emergency *emergency_map(u32 pages, u32 align)
{
	u64 take = (u64)pages + align + 1, used;
	struct emergency *e;
	unsigned long p;
	int err;

	for (int i = 0; i < EMERGENCY_TRIES; i++) {
		used = __atomic_add_fetch(&emergency_used, take, __ATOMIC_RELAXED);
		if (used > VMAP_EMERGENCY_PAGES)
			return NULL;
		p = VMALLOC_END - (used << PAGE_SHIFT) + PAGE_SIZE;
		p = ALIGN(p, (unsigned long)align << PAGE_SHIFT);
		e = (struct emergency *)(p - PAGE_SIZE);
		err = os_map(e, vmap_bytes(pages) + PAGE_SIZE);
		if (!err)
			return e;
		if (err != -EEXIST)
			return NULL;
	}
	return NULL;
}

static void *emergency_alloc(u32 pages, u32 align, gfp_t flags)
{
	struct emergency *e;

	if (!page_charge(pages, flags))
		return NULL;
	e = emergency_map(pages, align);
	if (!e) {
		page_uncharge(pages);
		return NULL;
	}
	e->pages = pages;
	e->next = __atomic_load_n(&pending, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&pending, &e->next, e, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
	return emergency_data(e);
}

/* The block that holds p; the caller has the lock or is counted in walkers. */
static struct emergency *emergency_find(const void *p)
{
	struct emergency *e = __atomic_load_n(&pending, __ATOMIC_ACQUIRE);

	for (; e; e = e->next)
		if ((size_t)((const char *)p - (char *)emergency_data(e)) < vmap_bytes(e->pages))
			return e;
	return NULL;
}

static bool pending_mark(const void *p)
{
	struct emergency *e;
	bool marked;

	__atomic_add_fetch(&walkers, 1, __ATOMIC_SEQ_CST);
	e = emergency_find(p);
	marked = e && emergency_data(e) == p &&
		 !__atomic_exchange_n(&e->freed, true, __ATOMIC_RELAXED);
	__atomic_sub_fetch(&walkers, 1, __ATOMIC_SEQ_CST);
	return marked;
}

/* Marks it freed; false if it was, or is no start of memory of ours. */
static bool deferred_mark(const void *p)
{
	struct vmap_area *a = vmap_live(p);
	u8 live = VMAP_LIVE;

	if (a)
		return __atomic_compare_exchange_n(&a->state, &live, VMAP_DYING, false,
						   __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	return in_emergency(p) && pending_mark(p);
}

static void deferred_push(void *p)
{
	void *head = __atomic_load_n(&deferred, __ATOMIC_RELAXED);

	do
		*(void **)p = head;
	while (!__atomic_compare_exchange_n(&deferred, &head, p, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED));
}

/* A proper area for a block of the list; -errno: it has to wait. */
static int emergency_register(struct emergency *e)
{
	u32 start = (u32)(((unsigned long)emergency_data(e) - VMALLOC_START) >> PAGE_SHIFT);
	struct vmap_area *a;
	int err = vmap_start();

	if (!err)
		err = vmap_reserve(1);
	if (!err)
		err = vmap_table_map(start, e->pages);
	if (err)
		return err;
	a = vmap_area_get();
	a->start = start;
	a->span = a->cap = a->dirty = a->resident = e->pages;
	a->alone = true;
	a->mapped = true;
	vmap.resident += e->pages;
	vmap.allocs++;
	vmap_make_live(a, e->pages);
	if (e->freed)
		a->state = VMAP_DYING;
	return 0;
}

static void pending_remove(struct emergency *e)
{
	struct emergency *at = e;

	if (__atomic_compare_exchange_n(&pending, &at, e->next, false, __ATOMIC_RELAXED,
					__ATOMIC_RELAXED))
		return;
	/* Newer ones were pushed in front. */
	for (at = __atomic_load_n(&pending, __ATOMIC_ACQUIRE); at->next != e; at = at->next)
		;
	at->next = e->next;
}

static void deferred_free(void)
{
	void *p = __atomic_exchange_n(&deferred, NULL, __ATOMIC_ACQUIRE), *next;

	for (; p; p = next) {
		struct vmap_area *a = vmap_find(p);

		next = *(void **)p;
		/* LIVE: marked while another thread made the area. */
		if (a && vmap_addr(a) == p && (a->state == VMAP_DYING || a->state == VMAP_LIVE))
			vmap_free(a);
		else
			deferred_push(p); /* not registered yet */
	}
}

static __noinline void drain(void)
{
	struct emergency *e = __atomic_load_n(&pending, __ATOMIC_ACQUIRE), *next;

	for (; e; e = next) {
		next = e->next;
		if (emergency_register(e))
			break;
		pending_remove(e);
	}
	if (__atomic_load_n(&deferred, __ATOMIC_RELAXED))
		deferred_free();
}

bool vmap_lock_get(void)
{
	if (unlikely(!spin_lock(&vmap_lock)))
		return false;
	if (unlikely(__atomic_load_n(&pending, __ATOMIC_RELAXED) ||
		     __atomic_load_n(&deferred, __ATOMIC_RELAXED)))
		drain();
	return true;
}

void vmap_lock_put(void)
{
	spin_unlock(&vmap_lock);
}

/* --- the calls of mm.h ---------------------------------------------------- */

/* A huge table may stay sparse: its old pages go instead of being cleared. */
#define CLEAR_MAX_PAGES (64U << 20 >> PAGE_SHIFT)

static void clear_pages(void *p, u32 pages)
{
	if (pages < CLEAR_MAX_PAGES || os_discard(p, vmap_bytes(pages)))
		memset(p, 0, vmap_bytes(pages));
}

/*
 * The kernel warns of more than all pages, too. A program that asks for more
 * than the default of a terabyte has its reasons, and is only refused; where
 * mem= says how much there is, it is told.
 */
static __noinline void vmalloc_failed(u32 pages, gfp_t flags, bool waits)
{
	struct page_stats ps;

	page_stats_read(&ps);
	if (pages > ps.managed && !kmemu_opts.mem)
		return;
	out_of_vmalloc(flags, vmap_bytes(pages),
		       pages > ps.managed ? REPORT_EXCEEDS : waits ? REPORT_WAITS : 0);
}

/* NULL: no memory. */
static __always_inline void *vmalloc_once(size_t size, size_t align, gfp_t flags)
{
	u32 pages = (u32)(PAGE_ALIGN(size) >> PAGE_SHIFT), dirty = 0;
	u32 align_pages = align > PAGE_SIZE ? (u32)(align >> PAGE_SHIFT) : 1;
	struct vmap_area *a;
	void *p;

	if (unlikely(!vmap_lock_get())) {
		/* Frames are numbered later, from any zone: none can be promised. */
		return flags & ZONED ? NULL : emergency_alloc(pages, align_pages, flags);
	}
	a = vmap_alloc(pages, align_pages, flags, &dirty);
	if (a) {
		vmap.allocs++;
		vmap_make_live(a, pages);
	}
	if (a && unlikely(flags & ZONED) && !vmap_pfns_of_zone(a, flags)) {
		vmap_free(a);
		a = NULL;
	}
	p = a ? vmap_addr(a) : NULL;
	vmap_lock_put();
	if (p && flags & __GFP_ZERO)
		clear_pages(p, dirty);
	return p;
}

static void *trim_and_retry(size_t size, size_t align, gfp_t flags)
{
	trim_all();
	return vmalloc_once(size, align, flags);
}

/* Of more than there is none comes, in the kernel as well. */
static bool may_wait(size_t size, gfp_t flags)
{
	struct page_stats ps;

	page_stats_read(&ps);
	return gfp_nofail(flags) && flags & ZONED && PAGE_ALIGN(size) >> PAGE_SHIFT <= ps.managed;
}

/* Kernel: each page is asked for of the page allocator, and may reclaim. */
static __noinline void *vmalloc_slow(size_t size, size_t align, gfp_t flags)
{
	bool waits = may_wait(size, flags);
	int priority = DEF_PRIORITY;
	void *p = NULL;

	while (!p && gfpflags_allow_blocking(flags) && shrink_slab_step(flags, &priority))
		p = trim_and_retry(size, align, flags);
	if (!p && waits)
		p = trim_and_retry(size, align, flags | __GFP_HIGH);
	if (!p)
		vmalloc_failed((u32)(PAGE_ALIGN(size) >> PAGE_SHIFT), flags, waits);
	while (!p && waits && nofail_wait())
		p = trim_and_retry(size, align, flags | __GFP_HIGH);
	return p;
}

void *__vmalloc(size_t size, size_t align, gfp_t flags)
{
	void *p;

	if (!size || size > VMALLOC_MAX_BYTES || align > VMALLOC_MAX_BYTES)
		return NULL;
	flags |= init_on_alloc;
	p = vmalloc_once(size, align, flags);
	return likely(p) ? p : vmalloc_slow(size, align, flags);
}

void vfree(const void *p)
{
	struct vmap_area *a;
	u64 due;

	if (!p)
		return;
	if (unlikely(init_on_free) && !vmap_is_mapped(p)) /* else the pages are others' */
		memset((void *)p, 0, vmalloc_size(p));
	if (unlikely(!vmap_lock_get())) {
		if (deferred_mark(p))
			deferred_push((void *)p);
		return;
	}
	a = vmap_live(p);
	if (a)
		vmap_free(a);
	vmap_lock_put();
	due = __atomic_load_n(&trim_deadline_ms, __ATOMIC_RELAXED);
	if (unlikely(!due))
		trim_arm();
	else if (unlikely(__atomic_load_n(&vmap.now_ms, __ATOMIC_RELAXED) >= due))
		trim_if_due();
}

/* The caller holds the lock or is a handler on its holder's thread. */
static void *emergency_start(const void *p, size_t *size)
{
	struct vmap_area *a = vmap_find(p);
	struct emergency *e;

	if (a && a->state == VMAP_LIVE) {
		*size = vmap_bytes(a->pages);
		return vmap_addr(a);
	}
	e = emergency_find(p);
	if (!e || e->freed)
		return NULL;
	*size = vmap_bytes(e->pages);
	return emergency_data(e);
}

/* A block that may have no area yet: taking the lock gives it one. */
static void *pending_start(const void *p, size_t *size)
{
	bool locked;
	void *start;

	if (!in_emergency(p))
		return NULL;
	__atomic_add_fetch(&walkers, 1, __ATOMIC_SEQ_CST);
	locked = vmap_lock_get();
	start = emergency_start(p, size);
	if (locked)
		vmap_lock_put();
	__atomic_sub_fetch(&walkers, 1, __ATOMIC_SEQ_CST);
	return start;
}

void *vmalloc_area_start(const void *p, size_t *size)
{
	struct vmap_area *a = vmap_find(p);
	size_t bytes = 0;
	void *start;

	if (!a || READ_ONCE(a->state) != VMAP_LIVE) {
		start = pending_start(p, &bytes);
	} else {
		start = vmap_addr(a);
		bytes = vmap_bytes(a->pages);
		if ((size_t)((const char *)p - (char *)start) >= bytes)
			return NULL;
	}
	if (start && size)
		*size = bytes;
	return start;
}

/* What nobody maps may be somebody else's by now. */
bool vmalloc_is_freed(const void *p)
{
	const struct vmap_area *a = vmap_find(p);
	u8 state = a ? READ_ONCE(a->state) : VMAP_UNUSED;

	return state == VMAP_WARM || state == VMAP_LAZY ||
	       (state == VMAP_FREE && READ_ONCE(a->mapped));
}

size_t vmalloc_size(const void *p)
{
	size_t size;

	return vmalloc_area_start(p, &size) == p ? size : 0;
}

void vmalloc_set_tag(const void *p, u32 tag)
{
	struct vmap_area *a = vmap_find(p);

	if (a)
		WRITE_ONCE(a->tag, tag);
}

u32 vmalloc_tag(const void *p)
{
	struct vmap_area *a = vmap_find(p);

	return a ? READ_ONCE(a->tag) : 0;
}

unsigned long vmalloc_purge(u64 age_ms)
{
	unsigned long given = 0;

	if (!vmap_lock_get())
		return 0;
	if (vmap.started)
		given = vmap_purge(age_ms);
	vmap_lock_put();
	return given;
}

void vmalloc_stats_read(struct vmalloc_stats *st)
{
	bool locked = vmap_lock_get();

	*st = (struct vmalloc_stats){
		.areas = vmap.nr_live,
		.pages = vmap.live,
		.peak_pages = vmap.live_peak,
		.warm_areas = vmap.nr_warm,
		.warm_pages = vmap.warm,
		.allocs = vmap.allocs,
	};
	if (locked)
		vmap_lock_put();
}

bool vmalloc_unmap_free(void)
{
	if (!vmap_lock_get())
		return false;
	vmap_squeeze();
	vmap_lock_put();
	return true;
}
