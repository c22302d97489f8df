/*
 * armed.h - what is told of every call when something is armed (slab_armed):
 * a verdict wants to know what was judged, leak= who allocated what is alive.
 */
#pragma once

#include "config/options.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/gfp_rules.h"
#include "core/mm/slab.h"

/* Calls that were judged. */
struct coverage {
	u64 allocs, frees;
	u64 large; /* of allocs, those above kmalloc_max */
};

#define NR_ARMED_COUNTERS 64U /* power of two; CPUs share them beyond it */

struct armed_counters {
	struct coverage c;
} __aligned_to(64);
extern __hidden struct armed_counters armed_counters[NR_ARMED_COUNTERS];

static __always_inline struct coverage *armed_coverage(void)
{
	return &armed_counters[percpu_this_slot() % NR_ARMED_COUNTERS].c;
}

/* From the options, before kmem_cache_init(). checked: a check above wants every call. */
void armed_init(bool checked);
void coverage_read(struct coverage *c);

/* p was handed out to caller, who asked for size bytes; NULL: nothing happens. */
static inline void armed_alloc(const void *p, size_t size, const void *caller)
{
	struct coverage *c = armed_coverage();

	if (unlikely((unsigned long)p <= 16)) /* none, or ZERO_SIZE_PTR */
		return;
	__atomic_fetch_add(&c->allocs, 1, __ATOMIC_RELAXED);
	if (unlikely(size > kmemu_opts.kmalloc_max))
		__atomic_fetch_add(&c->large, 1, __ATOMIC_RELAXED);
	if (alloc_tags_on)
		alloc_tag_set(p, caller);
}

/* p was given to a function that frees, right or wrong. */
static inline void armed_free(const void *p)
{
	if (likely((unsigned long)p > 16))
		__atomic_fetch_add(&armed_coverage()->frees, 1, __ATOMIC_RELAXED);
}

/* The armed ways' hits: as slab.h's, and told. NULL, false: a miss. */
static inline void *armed_alloc_hit(size_t size, gfp_t flags, const void *caller)
{
	void *p = NULL;

	if (!slab_accounting && gfp_is_plain(flags))
		p = slab_alloc_by(armed_size_class, size);
	if (likely(p))
		armed_alloc(p, size, caller);
	return p;
}

static inline bool armed_free_hit(void *p)
{
	if (slab_accounting || !slab_free_by(true, p))
		return false;
	armed_free(p);
	return true;
}
