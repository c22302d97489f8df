/*
 * view_zone.h - a zone's free memory as the kernel would have it: view_zone.c
 * has the theory. For whoever prints it (Mem-Info, buddyinfo); under zone_lock
 * or of a copy.
 */
#pragma once

#include "core/mm/view.h"
#include "core/mm/zone.h"

/* Kernel: zone_page_state(zone, NR_FREE_PAGES). */
unsigned long zone_free_pages(const struct zone *z);
/* Free blocks by order, of each migrate type that there is; view_zone.c has the theory. */
struct zone_blocks {
	unsigned long unmovable[NR_PAGE_ORDERS], movable[NR_PAGE_ORDERS];
	unsigned long highatomic[NR_PAGE_ORDERS];
	/* Of all types; nr[o] << o adds up to zone_free_pages(). */
	unsigned long nr[NR_PAGE_ORDERS];
	unsigned long movable_pageblocks;
};

/* `absent` are the blocks on z->absent by order, NULL: none. */
void zone_free_blocks(const struct zone *z, const unsigned long absent[NR_PAGE_ORDERS],
		      struct zone_blocks *b);

/* A zone that has memory, as it is read for views; begin with { .i = -1 }. */
struct view_zone {
	int i; /* enum zone_type */
	int err;
	struct zone z;
	struct zone_blocks b; /* zone_free_blocks() */
};

/* False: there is none left, or err is set. */
bool view_zone_next(const struct view_reader *r, const struct view_roots *roots,
		    struct view_zone *vz);
