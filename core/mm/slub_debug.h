/*
 * slub_debug.h - debug caches. slub_debug.c has the theory.
 */
#pragma once

#include "core/lib/kunit_hooks.h"
#include "core/mm/slab.h"

#define OBJECT_POISON 0x80000000U /* of s->flags (kernel: __OBJECT_POISON) */

static inline bool kmem_cache_debug(const struct kmem_cache *s)
{
	return unlikely(s->flags & KMEMU_SLAB_DEBUG_FLAGS);
}

/* kernel: slub_debug_orig_size() */
static inline bool slub_debug_orig_size(const struct kmem_cache *s)
{
	return (s->flags & KMEMU_SLAB_KMALLOC) && (s->flags & KMEMU_SLAB_STORE_USER);
}

/* Of a slab of a debug cache, in place of its bits in struct page. */
struct debug_slab {
	void *freelist; /* the first free object */
	bool on_partial; /* it is on the node's partial list */
	bool frozen; /* it failed a check, and is used no more */
};

_Static_assert(sizeof(struct debug_slab) <= sizeof(((struct page *)0)->free), "it fits");

static inline struct debug_slab *debug_of(struct page *page)
{
	return (struct debug_slab *)page->free;
}

/* Sets offset, inuse, red_left_pad and size from object_size, align and flags. */
void calculate_debug_sizes(struct kmem_cache *s, const struct kmemu_cache_args *args);
/* A new slab: poison, red zones, the chain of its free objects. */
void setup_slab_debug(struct kmem_cache *s, struct page *page);
/* An object of size bytes, NULL: no memory. Not zeroed, and not marked. */
void *debug_alloc(struct kmem_cache *s, gfp_t flags, size_t size, const void *caller);
/* p starts an object of s that is in use. It stays so if it is not as it should be. */
void debug_free(struct kmem_cache *s, struct page *page, void *p, const void *caller);
/* The same under the lock, of an object that a handler left. */
void debug_free_deferred(struct kmem_cache *s, void *p, struct list_head *empty);
/* Under the lock: slabs without an object in use leave. */
void debug_flush(struct kmem_cache *s, struct list_head *empty);
/* Under the lock, as kmemu_validate_slab_cache(). */
int debug_validate(struct kmem_cache *s, const void *caller);
/* Of a slab, under the lock: which objects are in its free list, a bit each. */
void debug_free_map(struct kmem_cache *s, struct page *page, u64 map[SLAB_MAX_OBJECTS / 64]);
/* What reports say of an object's parts and owners; object may be NULL. */
struct report;
void slab_describe(struct report *r, struct page *page); /* any cache's */
void debug_describe(struct report *r, const struct kmem_cache *s, const void *object);
/* What follows p on its slab's chain, NULL: nothing, or it is broken. */
void *debug_next_free(const struct kmem_cache *s, const struct page *page, const void *p);

/* Kernel: slab_add_kunit_errors(): the test that runs counts this error: it is not printed. */
static inline bool slab_add_kunit_errors(void)
{
	return kunit_counts("slab_errors");
}
