/*
 * stat.h - counts kept while slab_accounting is set (summary=1): calls, bytes
 * asked for, nanoseconds spent in the allocator.
 */
#pragma once

#include "core/mm/mm.h"

enum alloc_stat_item { STAT_KMALLOC,
		       STAT_VMALLOC,
		       NR_ALLOC_STATS };

struct alloc_stat {
	u64 calls, bytes, ns;
};

extern struct alloc_stat alloc_stats[NR_ALLOC_STATS];
extern unsigned long kmalloc_large_calls[NR_PAGE_ORDERS];
void alloc_stat_add(enum alloc_stat_item item, u64 bytes, u64 ns);
/* Prints all of it, and the caches, zones and areas, to the log. */
void show_summary(void);
