/*
 * show_mem.h - the state of memory for a report (show_mem.c).
 */
#pragma once

#include "core/mm/mm.h"
#include "core/report/report.h"

/* Of the zones that a request with these flags may use. */
void report_mem_read(struct report_mem *m, gfp_t flags);
/* Caches that have objects, none of them reclaimable; at most max, their number is returned. */
unsigned int report_caches_read(struct report_cache *to, unsigned int max);
