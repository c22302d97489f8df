// SPDX-License-Identifier: MIT
/*
 * vmap_check.c - is what vmalloc believes true? Called by tests and by the
 * validators' entry point, never on the way of an allocation. Walks all areas
 * by address and compares with the lists, the table and the counters; each
 * equation of vmalloc.h is one comparison here.
 */
#include "core/mm/vmalloc.h"

struct sums {
	unsigned long live, resident, warm, nr_live, nr_warm, nr_free, lazy;
	u32 holes, pieces, structs;
};

static int check_shape(const struct vmap_area *a)
{
	u32 guard = a->span - a->cap;
	int bad = 0;

	if (a->state == VMAP_FREE || a->state == VMAP_HOLE)
		return a->cap || a->resident || a->dirty || a->pieces || a->pages;
	bad += a->pages > a->cap;
	bad += a->cap > a->span || !a->cap;
	bad += a->dirty > a->cap;
	bad += a->resident > a->dirty;
	bad += a->filled > a->cap;
	bad += a->guard == GUARD_NONE ? guard > 1 : !guard;
	bad += a->guard != GUARD_ROOM && guard > 1;
	bad += a->state != VMAP_LIVE && a->state != VMAP_DYING && a->pages;
	return bad;
}

/* The table names a for each page that a says is filled in, all when live. */
static int check_table(const struct vmap_area *a)
{
	u32 index = vmap_index(a);
	int bad = a->state == VMAP_LIVE && a->filled != a->cap;

	for (u32 i = 0; i < a->filled; i++)
		bad += vmap_table[a->start + i] != index;
	return bad;
}

static void count_area(const struct vmap_area *a, struct sums *sum)
{
	bool live = a->state == VMAP_LIVE || a->state == VMAP_DYING;

	sum->structs++;
	sum->live += a->pages;
	sum->resident += a->resident;
	sum->nr_live += live;
	sum->nr_warm += a->state == VMAP_WARM;
	sum->warm += a->state == VMAP_WARM ? a->resident : 0;
	sum->nr_free += a->state == VMAP_FREE;
	sum->lazy += a->state == VMAP_LAZY ? a->span : 0;
	sum->holes += a->guard == GUARD_HOLE;
	sum->pieces += a->pieces;
}

static int check_area(const struct vmap_area *a, struct sums *sum)
{
	int bad = check_shape(a);

	bad += a->state == VMAP_BUSY || a->state == VMAP_UNUSED;
	bad += a->nr_pfns > a->max_pfns || a->nr_pfns > a->pages;
	if (a->state == VMAP_LIVE || a->state == VMAP_WARM)
		bad += check_table(a);
	count_area(a, sum);
	return bad;
}

static struct vmap_area *lowest(void)
{
	struct vmap_area *a = vmap_bin_first(&vmap.free_bins, 0);

	if (!a && !list_empty(&vmap.lru))
		a = list_first_entry(&vmap.lru, struct vmap_area, lru);
	while (a && a->prev)
		a = vmap_prev(a);
	return a;
}

/* The row of areas has no gap, and its links agree both ways. */
static int check_row(struct sums *sum)
{
	struct vmap_area *a = lowest(), *prev = NULL;
	u32 at = vmap.base;
	int bad = 0;

	for (; a; prev = a, a = vmap_next(a)) {
		bad += a->start != at || vmap_prev(a) != prev;
		bad += check_area(a, sum);
		at = a->start + a->span;
	}
	return bad + (at != vmap.end);
}

/* Areas that handlers made have no neighbours: found in the array. */
static int check_alone(struct sums *sum)
{
	int bad = 0;

	for (u32 i = 1; i < vmap.nr_areas; i++)
		if (vmap_areas[i].alone && vmap_areas[i].state != VMAP_UNUSED)
			bad += check_area(vmap_areas + i, sum);
	return bad;
}

static int check_bins(const struct vmap_bins *bins, u8 state, unsigned long want)
{
	unsigned long seen = 0;
	int bad = 0;

	for (unsigned int bin = 0; bin < VMAP_NR_BINS; bin++) {
		const struct vmap_area *a = bins->head[bin], *prev = NULL;

		bad += (bins->map[bin / 64] >> (bin % 64) & 1) != (a != NULL);
		for (; a; prev = a, a = a->bin_next, seen++) {
			bad += a->state != state || a->bin_prev != prev;
			bad += vmap_bin(state == VMAP_FREE ? a->span : a->cap) != bin;
		}
	}
	return bad + (seen != want);
}

static int check_lists(const struct sums *sum)
{
	unsigned long warm = 0, lazy = 0;
	struct vmap_area *a;
	int bad = 0;

	list_for_each_entry(a, &vmap.lru, lru) {
		bad += a->state != VMAP_WARM;
		warm++;
	}
	list_for_each_entry(a, &vmap.lazy_list, lru) {
		bad += a->state != VMAP_LAZY;
		lazy += a->span;
	}
	return bad + (warm != sum->nr_warm) + (lazy != sum->lazy);
}

static int check_sums(const struct sums *sum)
{
	return (sum->live != vmap.live) + (sum->resident != vmap.resident) +
	       (sum->warm != vmap.warm) + (sum->nr_live != vmap.nr_live) +
	       (sum->nr_warm != vmap.nr_warm) + (sum->holes != vmap.nr_holes) +
	       (sum->pieces != vmap.pieces) + (sum->lazy != vmap.lazy);
}

int validate_vmap(void)
{
	struct sums sum = { 0 };
	int bad = 0;

	if (!vmap_lock_get())
		return 0;
	if (vmap.started) {
		bad += check_row(&sum);
		bad += check_alone(&sum);
		bad += check_bins(&vmap.free_bins, VMAP_FREE, sum.nr_free);
		bad += check_bins(&vmap.warm_bins, VMAP_WARM, sum.nr_warm);
		bad += check_lists(&sum) + check_sums(&sum);
	}
	vmap_lock_put();
	return bad;
}
