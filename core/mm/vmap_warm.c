// SPDX-License-Identifier: MIT
/*
 * vmap_warm.c - freed areas that stay mapped with their frames.
 *
 * The kernel has nothing like it: vfree() gives the pages to the page
 * allocator at once, since there a page costs some hundred cycles. Here a page
 * costs a fault, 2.3 us on the machine where this was made, so 4 MiB touched
 * for the first time cost more than 2 ms. A warm area costs nothing.
 *
 * What a request takes, the cheapest first (n pages asked for):
 *   exact   a warm area of n to 8/7 n pages, last freed first: no system call
 *   carve   the head of a larger one: one guard mark
 *   extend  a smaller one whose upper neighbour is free: like a fresh one for
 *           the pages that are added
 *   fresh   free address space
 * and the pages of it that have no frame yet get frames moved in from other
 * warm areas (gather; mremap moves 1,000 pages in 10 to 50 us, faulting them
 * takes 2,300). Only what is lacking then is faulted. Before it carves, a miss
 * merges areas that were freed since the last miss with warm neighbours; so a
 * program that frees and takes one size never splits or merges.
 *
 * The price of moving: memory that was moved keeps its old offset in the
 * system's eyes and merges with no neighbour, so each move makes a mapping
 * (`pieces`). Over MAX_PIECES nothing is moved, until areas that have pieces
 * were unmapped. A carve shares the pieces out by size; the sum is what counts.
 *
 * Budget: resident <= max(peak, live) * 13/12 + 64 pages, where peak is the
 * highest live of late: its distance to live halves each purge_ms. A free moves pages from
 * live to warm and leaves the sum alone, so only new memory can pass the
 * budget, and then as much of the oldest warm memory goes at once. Frames are
 * taken from the tail of an area's dirty part, so that dirty stays a prefix.
 * By age all goes (vmalloc_purge).
 *
 * All of this runs under vmap_lock.
 */
#include <errno.h>
#include <string.h>

#include "config/options.h"
#include "core/mm/vmalloc.h"
#include "core/os/os.h"

#define MAX_PIECES 512U /* mappings made by moves */
#define MIN_MOVE 32U /* pages; fewer are faulted */
#define SLACK_PAGES 64UL /* above the peak: and 1/16 of it */
#define EVICT_PAGES 16U /* given back by one call, at the least */
#define LOOKS 8 /* entries of a list that are looked at */

/* --- counting ------------------------------------------------------------- */

bool vmap_charge(struct vmap_area *a, u32 pages, gfp_t flags)
{
	u32 need = pages > a->resident ? pages - a->resident : 0;

	if (need && !page_charge(need, flags)) {
		vmap_evict(vmap.resident > need ? vmap.resident - need : 0);
		if (!page_charge(need, flags))
			return false;
	}
	a->resident += need;
	vmap.resident += need;
	a->dirty = max(a->dirty, pages);
	return true;
}

void vmap_uncharge(struct vmap_area *a, u32 pages)
{
	if (!pages)
		return;
	a->resident -= pages;
	vmap.resident -= pages;
	page_uncharge(pages);
}

/* --- in and out ----------------------------------------------------------- */

void vmap_warm_put(struct vmap_area *a)
{
	a->state = VMAP_WARM;
	a->pages = 0;
	vmap_bin_add(&vmap.warm_bins, a, a->cap);
	list_add(&a->lru, &vmap.lru);
	list_add(&a->fresh, &vmap.fresh);
	vmap.warm += a->resident;
	vmap.nr_warm++;
}

void vmap_warm_take(struct vmap_area *a)
{
	vmap_bin_del(&vmap.warm_bins, a, a->cap);
	list_del(&a->lru);
	list_del(&a->fresh);
	vmap.warm -= a->resident;
	vmap.nr_warm--;
	a->state = VMAP_BUSY;
}

void vmap_give_back(struct vmap_area *a)
{
	if (a->dirty || vmap_release(a))
		vmap_warm_put(a);
}

/* WARM without frames, or to lose them: FREE. */
static int warm_release(struct vmap_area *a)
{
	int err;

	vmap_warm_take(a);
	err = vmap_release(a);
	if (err)
		vmap_warm_put(a);
	return err;
}

/* --- merging -------------------------------------------------------------- */

/*
 * Shares out what cannot be known exactly when a was cut: b is its upper part.
 * The frame under the new guard is gone; it is taken to have been there.
 */
static void share(struct vmap_area *a, struct vmap_area *b, u32 dirty, u32 filled)
{
	u32 low = min(a->span, dirty), upper, lost;

	b->dirty = min(dirty - low, b->cap);
	a->dirty = min(low, a->cap);
	a->filled = min(filled, a->cap);
	lost = min(low - a->dirty, a->resident);
	vmap_uncharge(a, lost);
	upper = a->resident > a->dirty ? a->resident - a->dirty : 0;
	lost = upper > b->dirty ? upper - b->dirty : 0;
	vmap_uncharge(a, lost);
	b->resident = upper - lost;
	a->resident -= b->resident;
	b->pieces = (u32)((u64)a->pieces * b->span / (a->span + b->span));
	a->pieces -= b->pieces;
}

/* Both WARM and neighbours: a takes b. False when the guard stays. */
static bool merge_next(struct vmap_area *a)
{
	struct vmap_area *b = vmap_next(a);

	if (!b || b->state != VMAP_WARM || a->guard == GUARD_ROOM)
		return false;
	/* A gap without frames inside would be faulted while others are idle. */
	if (a->cap - a->dirty > MIN_MOVE + a->dirty / 16 || vmap_guard_clear(a))
		return false;
	vmap_warm_take(a);
	vmap_warm_take(b);
	a->guard = b->guard;
	a->cap = a->span + b->cap;
	a->dirty = b->dirty ? a->span + b->dirty : a->dirty;
	a->resident += b->resident;
	a->pieces += b->pieces;
	a->freed_ms = max(a->freed_ms, b->freed_ms);
	vmap_swallow_next(a);
	vmap_warm_put(a);
	list_del(&a->fresh);
	INIT_LIST_HEAD(&a->fresh);
	return true;
}

/* Merges what was freed since the last time; each free is looked at once. */
static void warm_merge(void)
{
	while (!list_empty(&vmap.fresh)) {
		struct vmap_area *a = list_first_entry(&vmap.fresh, struct vmap_area, fresh);
		struct vmap_area *prev = vmap_prev(a);

		list_del(&a->fresh);
		INIT_LIST_HEAD(&a->fresh);
		while (merge_next(a))
			;
		while (prev && prev->state == VMAP_WARM && merge_next(prev))
			prev = vmap_prev(prev);
	}
}

/* --- what fits ------------------------------------------------------------ */

static bool aligned(const struct vmap_area *a, u32 align)
{
	return IS_ALIGNED((unsigned long)vmap_addr(a), (unsigned long)align << PAGE_SHIFT);
}

static struct vmap_area *list_exact(struct vmap_area *a, u32 pages, u32 align)
{
	u32 most = pages + pages / 7;

	for (int i = 0; a && i < LOOKS; i++, a = a->bin_next)
		if (a->cap >= pages && a->cap <= most && aligned(a, align))
			return a;
	return NULL;
}

struct vmap_area *vmap_warm_exact(u32 pages, u32 align)
{
	unsigned int bin = vmap_bin(pages), last = vmap_bin(pages + pages / 7);
	struct vmap_area *a = NULL;

	for (; bin <= last && !a; bin++)
		a = list_exact(vmap.warm_bins.head[bin], pages, align);
	if (!a || vmap_marks_clear(a, a->cap))
		return NULL;
	vmap_warm_take(a);
	return a;
}

struct vmap_area *vmap_cut(struct vmap_area *a, u32 pages)
{
	enum vmap_guard guard = vmap_guard_wanted();
	u32 dirty = a->dirty, filled = a->filled, cap = a->cap;
	struct vmap_area *b = vmap_split(a, pages + (guard != GUARD_NONE));

	b->state = VMAP_BUSY;
	b->cap = cap - a->span;
	b->guard = a->guard;
	a->guard = guard;
	a->cap = pages;
	a->marks = false;
	share(a, b, dirty, filled);
	vmap_guard_set(a);
	return b;
}

struct vmap_area *vmap_warm_cut(struct vmap_area *a, u32 pages)
{
	struct vmap_area *b;

	if (vmap_reserve(1) || vmap_marks_clear(a, pages + 1))
		return NULL;
	vmap_warm_take(a);
	b = vmap_cut(a, pages);
	vmap_give_back(b);
	return a;
}

struct vmap_area *vmap_warm_carve(u32 pages)
{
	struct vmap_area *a;

	if (list_empty(&vmap.lru))
		return NULL;
	warm_merge();
	a = vmap_warm_exact(pages, 1);
	if (a)
		return a;
	/* Room for a guard and at least one page of rest. */
	a = vmap_bin_first(&vmap.warm_bins, vmap_bin(pages + 2) + 1);
	return a ? vmap_warm_cut(a, pages) : NULL;
}

/* --- moving frames -------------------------------------------------------- */

static bool move_refused(int err)
{
	return err == -ENOSYS || err == -EPERM || err == -EINVAL;
}

/* Moving replaces what is at `to`: nobody else's memory may be there. */
static int move_once(u32 from, u32 pages, u32 to, bool claimed)
{
	size_t bytes = vmap_bytes(pages);
	int err = claimed ? os_reserve(vmap_page_addr(to), bytes) : 0;

	if (err)
		return err;
	err = os_move(vmap_page_addr(from), bytes, vmap_page_addr(to));
	if (!err)
		return 0;
	vmap.no_move |= move_refused(err);
	/* The target may be unmapped by now. -EEXIST: it is not. */
	if (claimed)
		os_unmap(vmap_page_addr(to), bytes);
	else
		os_map(vmap_page_addr(to), bytes);
	return err;
}

/*
 * -EFAULT: the range lies in several mappings, and the system moves one at a
 * time: halved until it fits.
 */
u32 vmap_move_pages(u32 from, u32 pages, struct vmap_area *a, u32 to)
{
	u32 done = 0, step = pages;

	while (done < pages && step) {
		int err;

		step = min(step, pages - done);
		err = move_once(from + done, step, a->start + to + done, a->claimed);
		if (!err)
			done += step;
		else
			step = err == -EFAULT ? step / 2 : 0;
	}
	return done;
}

/* The tail of w's frames becomes the next part of a. False: no more. */
static bool gather_from(struct vmap_area *a, struct vmap_area *w, u32 need)
{
	u32 pages = min(need, w->dirty), moved, count;

	if (vmap_marks_clear(w, w->cap))
		return false;
	moved = vmap_move_pages(w->start + w->dirty - pages, pages, a, a->dirty);
	count = moved == w->dirty ? w->resident : min(moved, w->resident);
	a->pieces += moved > 0;
	vmap.pieces += moved > 0;
	a->dirty += moved;
	a->resident += count;
	w->resident -= count;
	vmap.warm -= count;
	if (moved == pages)
		w->dirty -= pages;
	if (!w->dirty)
		return !warm_release(w);
	return moved == pages;
}

bool vmap_can_gather(void)
{
	return vmap.warm >= MIN_MOVE && !vmap.no_move && vmap.pieces < MAX_PIECES;
}

void vmap_gather(struct vmap_area *a, u32 upto)
{
	while (a->dirty + MIN_MOVE <= upto && vmap_can_gather()) {
		u32 need = upto - a->dirty;
		struct vmap_area *w = vmap_bin_first(&vmap.warm_bins, vmap_bin(need));

		if (!w)
			w = vmap_bin_last(&vmap.warm_bins, VMAP_NR_BINS - 1);
		if (!w)
			return;
		if (w->dirty < MIN_MOVE) {
			if (warm_release(w))
				return;
		} else if (!gather_from(a, w, need)) {
			return;
		}
	}
}

/* The largest below `pages`, of a few, behind which is enough free space. */
static struct vmap_area *extendable(u32 pages)
{
	unsigned int bin = vmap_bin(pages) + 1;
	struct vmap_area *a, *next;

	for (int i = 0; i < LOOKS && bin; i++) {
		a = vmap_bin_last(&vmap.warm_bins, bin - 1);
		if (!a || a->cap < pages / 4)
			return NULL;
		bin = vmap_bin(a->cap);
		next = vmap_next(a);
		if (a->span < pages && a->cap - a->dirty <= MIN_MOVE && next &&
		    next->state == VMAP_FREE && next->span > pages - a->span)
			return a;
	}
	return NULL;
}

struct vmap_area *vmap_warm_extend(u32 pages)
{
	struct vmap_area *a = vmap_can_gather() ? extendable(pages) : NULL;

	if (!a || vmap_marks_clear(a, a->cap))
		return NULL;
	vmap_warm_take(a);
	if (!vmap_extend_claim(a, pages)) {
		vmap_warm_put(a);
		return NULL;
	}
	vmap_gather(a, pages);
	if (vmap_claim_end(a)) {
		vmap_warm_put(a);
		return NULL;
	}
	return a;
}

/* --- giving back ---------------------------------------------------------- */

/* Gives about `pages` of w back, from its end; 0: the system refused. */
static u32 evict_from(struct vmap_area *w, u32 pages)
{
	u32 before = w->resident;

	pages = max(pages, EVICT_PAGES);
	if (pages >= w->resident - w->resident / 4 || pages >= w->dirty)
		return warm_release(w) ? 0 : max(before, 1U);
	if (os_discard(vmap_page_addr(w->start + w->dirty - pages), vmap_bytes(pages)))
		return 0;
	w->dirty -= pages;
	vmap.warm -= pages;
	vmap_uncharge(w, pages);
	return pages;
}

unsigned long vmap_evict(unsigned long resident)
{
	unsigned long given = 0;
	u32 now;

	while (vmap.started && vmap.resident > resident && !list_empty(&vmap.lru)) {
		struct vmap_area *w = list_last_entry(&vmap.lru, struct vmap_area, lru);

		now = evict_from(w, (u32)min(vmap.resident - resident, 1UL << 31));
		if (!now)
			break;
		given += now;
	}
	return given;
}

void vmap_keep_budget(void)
{
	unsigned long budget = vmap_budget();

	if (vmap.resident > budget)
		vmap_evict(budget);
}

/* Reads the clock, and lets the peak decay when it is time. */
void vmap_tick(void)
{
	u64 now = os_monotonic_ms(), steps = (now - vmap.peak_ms) / max(kmemu_opts.purge_ms, 1U);

	__atomic_store_n(&vmap.now_ms, now, __ATOMIC_RELAXED);
	if (likely(!steps))
		return;
	vmap.peak_ms = now;
	if (vmap.peak > vmap.live)
		vmap.peak = vmap.live + (steps > 63 ? 0 : (vmap.peak - vmap.live) >> steps);
	vmap_keep_budget();
}

/* --- vmalloc_lazy: no address is used again soon -------------------------- */

/* The kernel's lazy_max_pages(). */
static unsigned long lazy_max_pages(void)
{
	return fls64(os_nr_cpus()) * ((32UL << 20) >> PAGE_SHIFT);
}

static void lazy_purge(void)
{
	struct vmap_area *a, *next;

	list_for_each_entry_safe(a, next, &vmap.lazy_list, lru) {
		u32 span = a->span;

		a->state = VMAP_BUSY;
		list_del(&a->lru);
		if (vmap_release(a)) {
			a->state = VMAP_LAZY;
			list_add(&a->lru, &vmap.lazy_list);
			return;
		}
		vmap.lazy -= span;
	}
}

/*
 * Frames go at once. Marking the whole range does that too and lets a late
 * access fault, as it does in the kernel, and makes no mapping of its own.
 */
int vmap_lazy_put(struct vmap_area *a)
{
	int err = vmap.no_marks ? -EINVAL : os_guard_install(vmap_addr(a), vmap_bytes(a->cap));

	if (!err)
		a->marks = true;
	else if (os_discard(vmap_addr(a), vmap_bytes(a->cap)))
		return -ENOMEM;
	a->dirty = 0;
	vmap_uncharge(a, a->resident);
	a->state = VMAP_LAZY;
	list_add_tail(&a->lru, &vmap.lazy_list);
	vmap.lazy += a->span;
	if (vmap.lazy > lazy_max_pages())
		lazy_purge();
	return 0;
}

/* --- on demand ------------------------------------------------------------ */

void vmap_squeeze(void)
{
	if (vmap.started) {
		lazy_purge();
		vmap_evict(0);
		vmap_unmap_free();
	}
	page_unmap_free(3);
}

/* Under vmap_lock: what is older than age_ms goes. */
unsigned long vmap_purge(u64 age_ms)
{
	unsigned long before = vmap.resident;
	struct vmap_area *a, *next;

	vmap_tick();
	list_for_each_entry_safe(a, next, &vmap.lru, lru)
		if (vmap.now_ms - a->freed_ms >= age_ms && warm_release(a))
			break;
	if (!age_ms) {
		vmap.peak = vmap.live;
		lazy_purge();
	}
	return before - vmap.resident;
}
