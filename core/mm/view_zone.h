/*
 * view_zone.h - a zone's free memory as the kernel would have it: view_zone.c
 * has the theory. For whoever prints it (Mem-Info, buddyinfo); under zone_lock
 * or of a copy.
 */
#pragma once

#include "core/mm/zone.h"

/* Kernel: zone_page_state(zone, NR_FREE_PAGES). */
unsigned long zone_free_pages(const struct zone *z);
/*
 * Free blocks by order; nr[o] << o adds up to zone_free_pages(). `absent` are
 * the blocks on z->absent by order, NULL: none.
 */
void zone_free_blocks(const struct zone *z, const unsigned long absent[NR_PAGE_ORDERS],
		      unsigned long nr[NR_PAGE_ORDERS]);
