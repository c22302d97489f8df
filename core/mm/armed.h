/*
 * armed.h - what is told of every call when something is armed (slab_armed):
 * a verdict wants to know what was judged, leak= who allocated what is alive.
 */
#pragma once

#include "core/os/compiler.h"

/* Calls that were judged. */
struct coverage {
	u64 allocs, frees;
	u64 large; /* of allocs, those above kmalloc_max */
};

/* From the options, before kmem_cache_init(). */
void armed_init(void);
/* p was handed out to caller, who asked for size bytes; NULL: nothing happens. */
void armed_alloc(const void *p, size_t size, const void *caller);
/* p is about to be freed, if it is what it should be. */
void armed_free(const void *p);
void coverage_read(struct coverage *c);
