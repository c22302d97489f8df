// SPDX-License-Identifier: MIT
/*
 * vmap_area.c - the address space of vmalloc: which pages of the plan belong
 * to whom.
 *
 * The kernel (mm/vmalloc.c, alloc_vmap_area) keeps free space in an augmented
 * red-black tree and takes the lowest hole that fits; a struct vmap_area is
 * allocated by kmalloc. Here:
 *   - an area lies in an array of our own that grows by os_map, since what
 *     serves malloc can't call it, and is named by its index (u32);
 *   - all areas, free ones too, are linked by address, so the neighbours of a
 *     freed one are at hand and merging takes no search;
 *   - free space is in lists by size, 8 steps to a power of two, with a bitmap
 *     of the lists that are not empty: taking and giving is O(1), the choice is
 *     the best fit to within 1/8, not the lowest address.
 *   - a table with an index for each page (VMAPTAB_BASE) finds the area of any
 *     inner pointer in O(1). It is mapped where there are areas, 64 KiB for
 *     each 64 MiB. An entry may be stale: it counts only if the area that it
 *     names does hold the page. So nothing is cleared when an area goes.
 *
 * Free space is mapped or not. What is small stays mapped and empty, so that
 * neighbouring areas form one mapping and a process does not run into
 * vm.max_map_count; UNMAP_PAGES and more are unmapped, since mapped
 * space counts to RLIMIT_AS and strict overcommit. Neighbours that are FREE
 * always agree in that, or could not be merged because a system call failed.
 *
 * An address at which somebody else sits becomes a HOLE for good. The range
 * tried grows with each failure, so a large foreign mapping is passed
 * in a few steps.
 *
 * Guards: a mark without a mapping of its own where the system has it, else a
 * page that is not mapped, until the process has so many of these that the
 * limit on mappings comes near; later areas have none then.
 */
#include <errno.h>
#include <string.h>

#include "config/options.h"
#include "core/mm/vmalloc.h"
#include "core/os/os.h"

#define AREAS_STEP_BYTES (64UL << 10)
#define MAX_AREAS (4 * VMAP_PLAN_PAGES / sizeof(struct vmap_area)) /* as large as the table */
#define UNMAP_PAGES 1024U /* free space that is not kept mapped */
#define MAX_HOLES 45000U /* 3/4 of the usual vm.max_map_count, less the rest */
#define LOOKS 8 /* entries of a list that are looked at */
#define TRIES 40 /* foreign mappings passed before giving up */

struct vmap vmap;

u64 vmap_table_mapped[VMAP_PLAN_PAGES / VMAP_TABLE_STEP / 64];

/* --- structs -------------------------------------------------------------- */

static void unused_push(u32 index)
{
	struct vmap_area *a = vmap_areas + index;

	a->state = VMAP_UNUSED;
	a->next = vmap.unused;
	vmap.unused = index;
	vmap.nr_unused++;
}

/* Makes the next step of the array; passes over what others hold. */
static int areas_grow(void)
{
	u64 at = ALIGN((u64)vmap.nr_areas * sizeof(struct vmap_area), AREAS_STEP_BYTES);
	u32 first, last;
	int err, i;

	for (i = 0; i < TRIES; i++, at += AREAS_STEP_BYTES) {
		first = (u32)DIV_ROUND_UP(at, sizeof(struct vmap_area));
		last = (u32)((at + AREAS_STEP_BYTES) / sizeof(struct vmap_area));
		if (last > MAX_AREAS)
			return -ENOMEM;
		err = os_map((char *)vmap_areas + at, AREAS_STEP_BYTES);
		if (err == -EEXIST)
			continue;
		if (err)
			return err;
		first = max(first, 1U); /* 0 means none */
		vmap.nr_areas = last;
		while (last > first)
			unused_push(--last);
		return 0;
	}
	return -EEXIST;
}

int vmap_reserve(u32 nr)
{
	while (vmap.nr_unused < nr) {
		int err = areas_grow();

		if (err)
			return err;
	}
	return 0;
}

struct vmap_area *vmap_area_get(void)
{
	struct vmap_area *a;

	if (!vmap.unused && vmap_reserve(1))
		return NULL;
	a = vmap_areas + vmap.unused;
	vmap.unused = a->next;
	vmap.nr_unused--;
	*a = (struct vmap_area){ .state = VMAP_BUSY };
	return a;
}

void vmap_area_put(struct vmap_area *a)
{
	unused_push(vmap_index(a));
}

/* --- neighbours ----------------------------------------------------------- */

struct vmap_area *vmap_split(struct vmap_area *a, u32 pages)
{
	struct vmap_area *b = vmap_area_get();

	b->start = a->start + pages;
	b->span = a->span - pages;
	b->state = a->state;
	b->mapped = a->mapped;
	b->marks = a->marks;
	b->freed_ms = a->freed_ms;
	b->prev = vmap_index(a);
	b->next = a->next;
	if (b->next)
		vmap_area(b->next)->prev = vmap_index(b);
	a->next = vmap_index(b);
	a->span = pages;
	return b;
}

void vmap_swallow_next(struct vmap_area *a)
{
	struct vmap_area *b = vmap_next(a);

	a->span += b->span;
	a->next = b->next;
	if (b->next)
		vmap_area(b->next)->prev = vmap_index(a);
	vmap_area_put(b);
}

/* --- lists by size -------------------------------------------------------- */

struct vmap_area *vmap_bin_first(const struct vmap_bins *bins, unsigned int from)
{
	unsigned int word = from / 64;
	u64 bits;

	if (from >= VMAP_NR_BINS)
		return NULL;
	bits = bins->map[word] & (~0UL << (from % 64));
	while (!bits && ++word < ARRAY_SIZE(bins->map))
		bits = bins->map[word];
	return bits ? bins->head[word * 64 + (unsigned int)__builtin_ctzll(bits)] : NULL;
}

struct vmap_area *vmap_bin_last(const struct vmap_bins *bins, unsigned int from)
{
	unsigned int word = from / 64;
	u64 bits = bins->map[word] & (~0UL >> (63 - from % 64));

	while (!bits && word--)
		bits = bins->map[word];
	return bits ? bins->head[word * 64 + fls64(bits) - 1] : NULL;
}

/* --- the table ------------------------------------------------------------ */

static int table_step_map(u32 step)
{
	u64 *bits = &vmap_table_mapped[step / 64];
	int err = os_map(vmap_table + (size_t)step * VMAP_TABLE_STEP,
			 VMAP_TABLE_STEP * sizeof(u32));

	if (!err)
		__atomic_fetch_or(bits, 1UL << (step % 64), __ATOMIC_RELAXED);
	return err;
}

int vmap_table_map(u32 start, u32 pages)
{
	u32 step = start / VMAP_TABLE_STEP, last = (start + pages - 1) / VMAP_TABLE_STEP;
	int err = 0;

	for (; step <= last && !err; step++)
		if (!vmap_table_is_mapped(step))
			err = table_step_map(step);
	return err;
}

void vmap_table_fill(struct vmap_area *a)
{
	u32 *entry = vmap_table + a->start, index = vmap_index(a);

	for (u32 i = a->filled; i < a->cap; i++)
		WRITE_ONCE(entry[i], index);
	a->filled = a->cap;
}

/* --- guards --------------------------------------------------------------- */

enum vmap_guard vmap_guard_wanted(void)
{
	if (!kmemu_opts.vmalloc_guard)
		return GUARD_NONE;
	if (!vmap.no_marks)
		return GUARD_MARK;
	return vmap.nr_holes < MAX_HOLES ? GUARD_HOLE : GUARD_NONE;
}

/*
 * Marks exist (an empty range is accepted) but were refused: the memory is
 * locked. Then frames must not be moved either: mremap(MREMAP_DONTUNMAP)
 * counts locked pages at the new place and never takes them off the old one
 * (seen on 6.18), until RLIMIT_MEMLOCK is used up by nothing.
 */
static bool memory_is_locked(void *page, int err)
{
	return err == -EINVAL && !os_guard_install(page, 0);
}

void vmap_guard_set(struct vmap_area *a)
{
	void *page = (char *)vmap_addr(a) + vmap_bytes(a->cap);
	int err;

	if (a->guard == GUARD_MARK) {
		err = os_guard_install(page, PAGE_SIZE);
		if (!err)
			return;
		vmap.no_marks |= err == -EINVAL || err == -ENOSYS;
		vmap.no_move |= memory_is_locked(page, err);
		a->guard = vmap.no_marks ? vmap_guard_wanted() : GUARD_NONE;
	}
	if (a->guard == GUARD_HOLE) {
		if (os_unmap(page, PAGE_SIZE))
			a->guard = GUARD_NONE;
		else
			vmap.nr_holes++;
	}
	/* The page is there as it was; who grows over it must find zeroes. */
	if (a->guard == GUARD_NONE && a->span > a->cap && os_discard(page, PAGE_SIZE))
		memset(page, 0, PAGE_SIZE);
}

int vmap_guard_clear(struct vmap_area *a)
{
	void *page = (char *)vmap_addr(a) + vmap_bytes(a->cap);
	int err = 0;

	if (a->guard == GUARD_MARK)
		err = os_guard_remove(page, PAGE_SIZE);
	else if (a->guard == GUARD_HOLE)
		err = os_map(page, PAGE_SIZE);
	else if (a->guard == GUARD_ROOM)
		err = -EBUSY;
	if (err)
		return err;
	if (a->guard == GUARD_HOLE)
		vmap.nr_holes--;
	a->guard = GUARD_NONE;
	return 0;
}

int vmap_marks_clear(struct vmap_area *a, u32 pages)
{
	int err;

	if (!a->marks)
		return 0;
	err = os_guard_remove(vmap_addr(a), vmap_bytes(pages));
	if (!err && pages >= a->cap)
		a->marks = false;
	return err;
}

/* --- free address space --------------------------------------------------- */

static void free_add(struct vmap_area *a)
{
	a->state = VMAP_FREE;
	vmap_bin_add(&vmap.free_bins, a, a->span);
}

static void free_del(struct vmap_area *a)
{
	vmap_bin_del(&vmap.free_bins, a, a->span);
	a->state = VMAP_BUSY;
}

int vmap_start(void)
{
	struct vmap_area *all;
	int err;

	if (vmap.started)
		return 0;
	INIT_LIST_HEAD(&vmap.lru);
	INIT_LIST_HEAD(&vmap.fresh);
	INIT_LIST_HEAD(&vmap.lazy_list);
	err = vmap_reserve(4);
	if (err)
		return err;
	all = vmap_area_get();
	all->start = vmap.base;
	all->span = vmap.end - vmap.base;
	free_add(all);
	vmap.started = true;
	return 0;
}

/* Pages to skip from page `start` to a multiple of `align` pages. */
static u64 pad_to(u32 start, u32 align)
{
	u64 page = (VMALLOC_START >> PAGE_SHIFT) + start;

	return ALIGN(page, (u64)align) - page;
}

/* In its own list some are too small; in those above none is. */
static struct vmap_area *free_fit(u32 span)
{
	unsigned int bin = vmap_bin(span);
	struct vmap_area *a = vmap.free_bins.head[bin];

	for (int i = 0; a && i < LOOKS; i++, a = a->bin_next)
		if (a->span >= span)
			return a;
	return vmap_bin_first(&vmap.free_bins, bin + 1);
}

/* Free space of `span` pages at a multiple of `align`: BUSY, cut to measure. */
static struct vmap_area *free_take(u32 span, u32 align)
{
	u64 most = (u64)span + align - 1;
	struct vmap_area *a;
	u32 pad;

	if (most >= vmap.end - vmap.base || vmap_reserve(3))
		return NULL;
	a = free_fit((u32)most);
	if (!a)
		return NULL;
	free_del(a);
	pad = (u32)pad_to(a->start, align);
	if (pad) {
		struct vmap_area *b = vmap_split(a, pad);

		free_add(a);
		a = b;
	}
	if (a->span > span)
		free_add(vmap_split(a, span));
	return a;
}

struct vmap_area *vmap_take_next(struct vmap_area *a, u32 span)
{
	struct vmap_area *b = vmap_next(a);

	if (vmap_reserve(1))
		return NULL;
	free_del(b);
	if (b->span > span)
		free_add(vmap_split(b, span));
	return b;
}

/* Puts free space back as it is, next to which nothing has changed. */
static void free_return(struct vmap_area *a)
{
	a->cap = 0;
	a->dirty = 0;
	a->guard = GUARD_NONE;
	free_add(a);
}

/* Somebody else sits in a's range: never to be tried again. */
static void free_poison(struct vmap_area *a, unsigned int tries)
{
	struct vmap_area *next = vmap_next(a);
	u64 more = (u64)a->span << min(tries, 20U);

	a->state = VMAP_HOLE;
	a->guard = GUARD_NONE;
	a->cap = 0;
	if (next && next->state == VMAP_FREE && !next->mapped && next->span > more) {
		free_del(next);
		free_add(vmap_split(next, (u32)more));
		vmap_swallow_next(a);
	}
}

/* Maps what of a is to be usable, or nothing of a claimed one; the table too. */
static int take_map(struct vmap_area *a, u32 room)
{
	u32 pages = a->guard == GUARD_HOLE ? a->cap : a->span - room;
	int err = vmap_table_map(a->start, a->cap);

	if (err)
		return err;
	if (a->mapped && !room && !a->claimed)
		return vmap_marks_clear(a, a->span);
	if (a->mapped) {
		err = os_unmap(vmap_addr(a), vmap_bytes(a->span));
		if (err)
			return err;
		a->mapped = false;
	}
	return a->claimed ? 0 : os_map(vmap_addr(a), vmap_bytes(pages));
}

static enum vmap_guard take_guard(u32 room, bool claim)
{
	enum vmap_guard guard = vmap_guard_wanted();

	if (room)
		return GUARD_ROOM;
	return claim && guard == GUARD_MARK ? GUARD_HOLE : guard;
}

static struct vmap_area *take_once(u32 cap, u32 align, u32 room, bool claim, int *err)
{
	enum vmap_guard guard = take_guard(room, claim);
	u64 span = (u64)cap + (room ? room : guard != GUARD_NONE);
	struct vmap_area *a = span >> 32 ? NULL : free_take((u32)span, align);
	bool keeps_mapping;

	*err = -ENOMEM;
	if (!a)
		return NULL;
	keeps_mapping = a->mapped && !room && !claim;
	a->guard = guard;
	a->cap = cap;
	a->claimed = claim;
	*err = take_map(a, room);
	if (*err) {
		a->claimed = false;
		return a;
	}
	a->mapped = true;
	a->marks = false;
	if (guard == GUARD_HOLE && !keeps_mapping)
		vmap.nr_holes++;
	else
		vmap_guard_set(a);
	return a;
}

struct vmap_area *vmap_take(u32 cap, u32 align, u32 room, bool claim, int *err)
{
	struct vmap_area *a;

	for (unsigned int i = 0; i < TRIES; i++) {
		a = take_once(cap, align, room, claim, err);
		if (!*err || !a)
			return a;
		if (*err != -EEXIST) {
			free_return(a);
			return NULL;
		}
		free_poison(a, i);
	}
	return NULL;
}

int vmap_claim_end(struct vmap_area *a)
{
	int err = 0;

	if (a->claimed && a->dirty < a->cap)
		err = os_map(vmap_page_addr(a->start + a->dirty), vmap_bytes(a->cap - a->dirty));
	a->claimed = false;
	if (!err)
		return 0;
	vmap.nr_holes -= a->guard == GUARD_HOLE;
	a->guard = GUARD_ROOM;
	a->cap = a->dirty;
	a->mapped = a->dirty > 0;
	return err;
}

/* Pages of a that are mapped: an unmapped guard may be somebody else's now. */
static u32 mapped_pages(const struct vmap_area *a)
{
	return a->guard == GUARD_HOLE || a->guard == GUARD_ROOM ? a->cap : a->span;
}

static bool is_free(const struct vmap_area *a, bool mapped)
{
	return a && a->state == VMAP_FREE && a->mapped == mapped;
}

static u32 free_span(const struct vmap_area *a)
{
	return is_free(a, true) ? a->span : 0;
}

static bool better_unmapped(const struct vmap_area *a)
{
	struct vmap_area *prev = vmap_prev(a), *next = vmap_next(a);

	return a->pieces || vmap.no_marks || a->guard == GUARD_HOLE ||
	       a->guard == GUARD_ROOM || is_free(prev, false) || is_free(next, false) ||
	       (u64)free_span(prev) + a->span + free_span(next) >= UNMAP_PAGES;
}

/* Empties a's pages, or unmaps them. */
static int release_frames(struct vmap_area *a)
{
	u32 pages = mapped_pages(a);
	bool unmapped;

	if (!a->mapped)
		return 0;
	unmapped = better_unmapped(a) && !os_unmap(vmap_addr(a), vmap_bytes(pages));
	if (!unmapped) {
		int err = a->dirty ? os_discard(vmap_addr(a), vmap_bytes(a->dirty)) : 0;

		if (err || pages < a->span)
			return err ? err : -ENOMEM;
	}
	a->mapped = !unmapped;
	return 0;
}

/* b, a FREE neighbour of a, gets the same mapping as a, if that can be. */
static bool can_merge(struct vmap_area *a, struct vmap_area *b)
{
	if (!b || b->state != VMAP_FREE)
		return false;
	if (a->mapped == b->mapped)
		return true;
	return b->mapped && !os_unmap(vmap_addr(b), vmap_bytes(b->span));
}

static void free_merge(struct vmap_area *a)
{
	struct vmap_area *b = vmap_next(a);

	if (can_merge(a, b)) {
		free_del(b);
		a->marks |= b->marks;
		vmap_swallow_next(a);
	}
	b = vmap_prev(a);
	if (can_merge(a, b)) {
		free_del(b);
		b->mapped = a->mapped;
		b->marks |= a->marks;
		vmap_swallow_next(b);
		a = b;
	}
	a->marks &= a->mapped;
	free_add(a);
}

int vmap_release(struct vmap_area *a)
{
	int err = release_frames(a);

	if (err)
		return err;
	vmap_uncharge(a, a->resident);
	vmap.nr_holes -= a->guard == GUARD_HOLE;
	vmap.pieces -= a->pieces;
	a->marks |= a->guard == GUARD_MARK;
	a->guard = GUARD_NONE;
	a->cap = a->dirty = a->filled = a->pieces = 0;
	free_merge(a);
	return 0;
}

void vmap_unmap_free(void)
{
	struct vmap_area *a = vmap.started ? vmap_bin_first(&vmap.free_bins, 0) : NULL;
	struct vmap_area *next;
	unsigned int bin;

	while (a) {
		bin = vmap_bin(a->span);
		next = a->bin_next ? a->bin_next : vmap_bin_first(&vmap.free_bins, bin + 1);
		if (a->mapped && !os_unmap(vmap_addr(a), vmap_bytes(a->span)))
			a->mapped = a->marks = false;
		a = next;
	}
}
