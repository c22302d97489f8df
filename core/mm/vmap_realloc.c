// SPDX-License-Identifier: MIT
/*
 * vmap_realloc.c - areas that grow and shrink.
 *
 * The kernel's vrealloc() (6.12) shrinks by doing nothing and grows by a new
 * area and memcpy. Here growing has to be cheap, since programs build large
 * arrays by realloc in small steps. In this order:
 *   slack   the area has up to 1/8 more pages than were asked for
 *   extend  the pages behind it are room kept for it, warm, or free
 *   move    new address space with as much room again behind it; the frames are
 *           moved there (mremap), nothing is copied. Only where the system
 *           refuses to move is it copied.
 * Each step makes the area 1/8 larger than asked, and each move doubles the
 * room, so growing to n pages by single pages takes O(log n) system calls.
 *
 * The room is address space only: it is not mapped and counts to nothing. It is
 * the area's guard at the same time. When the area is freed it is given back.
 *
 * Frames are moved out from under the old addresses, which stay mapped and
 * empty until they are released: nobody else's mmap can get in between. If
 * something fails halfway, what was moved is copied back to where it was,
 * which takes no system call.
 *
 * Shrinking cuts the tail off when more than 1/8 would be idle; the tail is warm
 * memory then, under the budget of vmap_warm.c.
 */
#include <errno.h>
#include <string.h>

#include "config/options.h"
#include "core/mm/slab.h"
#include "core/mm/vmalloc.h"
#include "core/os/os.h"

/* --- growing in place ----------------------------------------------------- */

static int map_behind(struct vmap_area *a, u32 from, u32 cap)
{
	int err = vmap_table_map(a->start, cap);

	return err ? err : os_map(vmap_page_addr(a->start + from), vmap_bytes(cap - from));
}

static bool extend_room(struct vmap_area *a, u32 pages, u32 want)
{
	u32 cap = min(want, a->span - 1);

	if (cap < pages || map_behind(a, a->cap, cap))
		return false;
	a->cap = cap;
	return true;
}

/* a gets all of b, its BUSY upper neighbour. */
static void absorb(struct vmap_area *a, struct vmap_area *b)
{
	a->dirty = b->dirty ? a->span + b->dirty : a->dirty;
	a->cap = a->span + b->cap;
	a->guard = b->guard;
	a->resident += b->resident;
	a->pieces += b->pieces;
	vmap_swallow_next(a);
}

static bool extend_warm(struct vmap_area *a, struct vmap_area *b, u32 pages, u32 want)
{
	u32 need = want - a->span;

	if ((u64)a->span + b->cap < pages)
		return false;
	if (b->cap > need + 2) {
		if (!vmap_warm_cut(b, need))
			return false;
	} else {
		if (vmap_marks_clear(b, b->cap))
			return false;
		vmap_warm_take(b);
	}
	if (vmap_guard_clear(a)) {
		vmap_warm_put(b);
		return false;
	}
	absorb(a, b);
	return true;
}

/* Undoes the taking of b, from free space, and of a's guard. */
static bool extend_undo(struct vmap_area *a, struct vmap_area *b, enum vmap_guard guard)
{
	if (a->guard != guard) {
		a->guard = guard;
		vmap_guard_set(a);
	}
	if (vmap_release(b))
		vmap_warm_put(b);
	return false;
}

/* Free space that is mapped: only the marks have to go. */
static bool extend_mapped(struct vmap_area *a, struct vmap_area *b, u32 pages)
{
	enum vmap_guard old = a->guard, guard = vmap_guard_wanted();
	u32 cap = a->span + b->span - (guard != GUARD_NONE);

	b->cap = b->span;
	if (cap < pages || vmap_marks_clear(b, b->span) || vmap_table_map(a->start, cap) ||
	    vmap_guard_clear(a))
		return extend_undo(a, b, old);
	vmap_swallow_next(a);
	a->cap = cap;
	a->guard = guard;
	vmap_guard_set(a);
	return true;
}

/* Free space that is not mapped: what is not needed now is room. */
static bool extend_unmapped(struct vmap_area *a, struct vmap_area *b, u32 pages, u32 want)
{
	enum vmap_guard old = a->guard;
	u32 cap = min(want, a->span + b->span - 1);

	if (cap < pages || vmap_guard_clear(a))
		return extend_undo(a, b, old);
	if (map_behind(a, a->span, cap))
		return extend_undo(a, b, old);
	vmap_swallow_next(a);
	a->cap = cap;
	a->guard = GUARD_ROOM;
	return true;
}

static bool extend_free(struct vmap_area *a, struct vmap_area *b, u32 pages, u32 want, bool room)
{
	u64 span = (u64)want - a->span + 1 + (room && !b->mapped ? want : 0);

	if ((u64)a->span + b->span < (u64)pages + 1)
		return false;
	b = vmap_take_next(a, (u32)min(span, (u64)b->span));
	if (!b)
		return false;
	return b->mapped ? extend_mapped(a, b, pages) : extend_unmapped(a, b, pages, want);
}

bool vmap_extend(struct vmap_area *a, u32 pages, u32 want, bool room)
{
	struct vmap_area *next = vmap_next(a);

	if (a->alone)
		return false;
	if (a->guard == GUARD_ROOM)
		return extend_room(a, pages, want);
	if (!next || a->span >= want)
		return false;
	if (next->state == VMAP_WARM)
		return extend_warm(a, next, pages, want);
	if (next->state == VMAP_FREE)
		return extend_free(a, next, pages, want, room);
	return false;
}

bool vmap_extend_claim(struct vmap_area *a, u32 pages)
{
	enum vmap_guard guard = vmap_guard_wanted() == GUARD_NONE ? GUARD_NONE : GUARD_HOLE;
	u32 span = pages - a->span + (guard != GUARD_NONE);
	struct vmap_area *b = vmap_next(a);

	if (b->mapped)
		return vmap_extend(a, pages, pages, false);
	if (a->guard == GUARD_ROOM || b->span < span || vmap_table_map(a->start, pages))
		return false;
	b = vmap_take_next(a, span);
	if (!b)
		return false;
	if (vmap_guard_clear(a))
		return extend_undo(a, b, a->guard);
	a->dirty = a->span;
	a->cap = pages;
	a->guard = guard;
	a->claimed = true;
	vmap.nr_holes += guard == GUARD_HOLE;
	vmap_swallow_next(a);
	return true;
}

/* --- moving --------------------------------------------------------------- */

/* Address space for `cap` pages with room for twice as many behind it. */
static struct vmap_area *take_window(u32 pages, u32 cap, bool claim)
{
	u32 room = (2U << fls64(cap)) - cap;
	int err;
	struct vmap_area *b = vmap_take(cap, 1, room, claim, &err);

	if (b || err == -EEXIST || claim)
		return b;
	vmap_squeeze();
	return vmap_take(pages, 1, 0, false, &err);
}

/* The contents of a, in b. False: b has nothing, a all. */
static bool move_contents(struct vmap_area *a, struct vmap_area *b, gfp_t flags)
{
	u32 pages = a->pages, moved, count;
	size_t bytes;

	moved = vmap.no_move ? 0 : vmap_move_pages(a->start, pages, b, 0);
	count = min(moved, a->resident);
	b->pieces = moved > 0;
	vmap.pieces += moved > 0;
	a->resident -= count;
	b->resident += count;
	b->dirty = max(b->dirty, moved); /* memory that was somebody's may be behind */
	bytes = vmap_bytes(moved);
	if (!vmap_claim_end(b) && vmap_charge(b, pages, flags)) {
		memcpy((char *)vmap_addr(b) + bytes, (char *)vmap_addr(a) + bytes,
		       vmap_bytes(pages) - bytes);
		return true;
	}
	memcpy(vmap_addr(a), vmap_addr(b), bytes);
	a->resident += count;
	b->resident -= count;
	return false;
}

/* Gives up what a live area has become: an empty or copied range. */
static void drop(struct vmap_area *a)
{
	a->state = VMAP_BUSY;
	a->pages = 0;
	if (vmap_release(a))
		vmap_warm_put(a);
}

/* The contents of a at a new place; NULL: it is still at the old one. */
static struct vmap_area *move_to_window(struct vmap_area *a, u32 pages, u32 want, bool claim,
					gfp_t flags)
{
	struct vmap_area *b = take_window(pages, want, claim);

	if (b && !move_contents(a, b, flags)) {
		drop(b);
		return NULL;
	}
	return b;
}

/* A new place for a with at least `pages`; NULL: a is as it was. */
static struct vmap_area *move_area(struct vmap_area *a, u32 pages, u32 want, gfp_t flags)
{
	struct vmap_area *b = NULL;

	if (!vmap.no_move)
		b = move_to_window(a, pages, want, true, flags);
	if (!b)
		b = move_to_window(a, pages, want, false, flags);
	if (!b)
		return NULL;
	b->pages = a->pages;
	b->pfns = a->pfns;
	b->nr_pfns = a->nr_pfns;
	b->max_pfns = a->max_pfns;
	a->pfns = NULL;
	a->nr_pfns = a->max_pfns = 0;
	WRITE_ONCE(b->state, VMAP_LIVE);
	if (a->alone)
		vmap_free_alone(a);
	else
		drop(a);
	return b;
}

/* --- vrealloc ------------------------------------------------------------- */

/* The frames were reserved before a moved, so that nothing can fail after. */
static void take_reserved(struct vmap_area *a, u32 pages, u32 reserved)
{
	u32 need = pages > a->resident ? pages - a->resident : 0;

	a->resident += need;
	vmap.resident += need;
	a->dirty = max(a->dirty, pages);
	page_uncharge(reserved - need);
}

static bool reserve_frames(u32 pages, gfp_t flags)
{
	if (page_charge(pages, flags))
		return true;
	vmap_evict(vmap.resident > pages ? vmap.resident - pages : 0);
	return page_charge(pages, flags);
}

/* *zero: the first page that is known to be zero, of those that are new. */
static struct vmap_area *grow(struct vmap_area *a, u32 pages, gfp_t flags, u32 *zero)
{
	u32 want = pages + pages / 8, reserved = pages - a->pages;

	if (!reserve_frames(reserved, flags))
		return NULL;
	if (pages > a->cap && !vmap_extend(a, pages, want, true))
		a = move_area(a, pages, want, flags);
	if (!a) {
		page_uncharge(reserved);
		return NULL;
	}
	vmap_table_fill(a);
	if (a->dirty < pages)
		vmap_gather(a, pages);
	*zero = min(a->dirty, pages);
	take_reserved(a, pages, reserved);
	vmap_resize_live(a, pages);
	return a;
}

static void shrink(struct vmap_area *a, u32 pages)
{
	struct vmap_area *b;

	vmap_pfns_drop(a, min(pages, a->nr_pfns));
	vmap_resize_live(a, pages);
	if (a->alone || a->cap <= pages + pages / 7 + 2 || vmap_reserve(1))
		return;
	b = vmap_cut(a, pages);
	b->freed_ms = vmap.now_ms;
	if (b->guard == GUARD_ROOM)
		vmap_drop_room(b);
	if (kmemu_opts.vmalloc_lazy && !vmap_lazy_put(b))
		return;
	vmap_give_back(b);
}

/* Its pages have addresses elsewhere, or are others': they stay where they are. */
static bool is_twice(const void *p)
{
	struct vmap_area *a = vmap_live(p);

	return a && READ_ONCE(a->twice);
}

/* In a handler that does not get the lock; and as the kernel's, which moves nothing. */
static void *realloc_unlocked(const void *p, size_t size, gfp_t flags)
{
	size_t old = vmalloc_size(p);
	void *q;

	if (!old)
		return NULL;
	if (size <= old) { /* stays as large; growing again must find zeroes */
		memset((char *)p + PAGE_ALIGN(size), 0, old - PAGE_ALIGN(size));
		return (void *)p;
	}
	q = __vmalloc(size, PAGE_SIZE, flags);
	if (q) {
		memcpy(q, p, old);
		vfree(p);
	}
	return q;
}

/* Under the lock; [*from, *to) are pages that have to be zeroed. */
static struct vmap_area *resize(const void *p, u32 pages, gfp_t flags, u32 *from, u32 *to)
{
	struct vmap_area *a = vmap_live(p);

	if (!a)
		return NULL;
	*from = a->pages;
	if (pages > a->pages)
		return grow(a, pages, flags, to);
	if (pages < a->pages)
		shrink(a, pages);
	return a;
}

void *vrealloc(const void *p, size_t size, gfp_t flags)
{
	u32 from = 0, to = 0;
	struct vmap_area *a;
	void *q;

	if (!p)
		return __vmalloc(size, PAGE_SIZE, flags);
	if (!size) {
		vfree(p);
		return NULL;
	}
	if (size > VMALLOC_MAX_BYTES)
		return NULL;
	if (unlikely(is_twice(p) || flags & (__GFP_DMA | __GFP_DMA32)) ||
	    unlikely(!vmap_lock_get()))
		return realloc_unlocked(p, size, flags);
	a = resize(p, (u32)(PAGE_ALIGN(size) >> PAGE_SHIFT), flags, &from, &to);
	q = a ? vmap_addr(a) : NULL;
	vmap_lock_put();
	if (q && want_init_on_alloc(flags) && from < to)
		memset((char *)q + vmap_bytes(from), 0, vmap_bytes(to - from));
	return q;
}
