/*
 * armed.h - what is told of every call when something is armed (slab_armed):
 * a verdict wants to know what was judged, leak= who allocated what is alive.
 */
#pragma once

#include "config/options.h"
#include "core/mm/alloc_stack.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/gfp_rules.h"
#include "core/mm/slab.h"

/* Calls that were judged. */
struct coverage {
	u64 allocs, frees;
	u64 large; /* of allocs, those above kmalloc_max */
};

/* How memory was asked for. */
enum alloc_how {
	ALLOC_MALLOC,
	ALLOC_CALLOC, /* of one object */
	ALLOC_CALLOC_ARRAY, /* of more, or of none */
	ALLOC_REALLOC_NEW, /* realloc(NULL, size) */
	ALLOC_ARRAY_NEW, /* reallocarray(NULL, n, size) */
	ALLOC_REALLOC,
	ALLOC_ARRAY, /* reallocarray of what was there */
	ALLOC_ALIGNED, /* this one and the next three ask for an alignment */
	ALLOC_MEMALIGN,
	ALLOC_POSIX_MEMALIGN,
	ALLOC_VALLOC, /* of pages: also pvalloc */
	ALLOC_KMALLOC,
	ALLOC_KZALLOC,
	ALLOC_KREALLOC,
	ALLOC_KVMALLOC,
	ALLOC_KVZALLOC,
	ALLOC_VMALLOC,
	ALLOC_VZALLOC,
	ALLOC_CACHE,
	ALLOC_PAGES,
	NR_ALLOC_HOWS
};

/*
 * Who follows each object from its allocation to its end: core/check/advise.c,
 * flight.c. block: what freeing() said while the object lived, 0: free() is not called.
 * kept: bytes of the object that surely stay where they are, 0 when it is freed.
 * func: NULL when it is freed, else who gives it another size.
 */
struct armed_watch {
	void (*alloc)(const void *p, size_t size, enum alloc_how how, const void *caller);
	u64 (*freeing)(const void *p, size_t kept, const char *func, const void *caller);
	void (*free)(u64 block);
};
extern __hidden const struct armed_watch *armed_watch; /* NULL: nobody */

/*
 * Who knows what is mapped for devices: told of each free once something was
 * (core/check/dma_debug.c, which then sets slab_armed, late). NULL: nothing was.
 */
extern __hidden void (*armed_mapped)(const void *p);

/*
 * What hits ask, one word each. armed_sites: the call sites by their tags' places, if tags
 * are all that is kept of an allocation, else NULL. armed_frees_counted: a free is counted,
 * and nobody else told. armed_refresh() when what they are made of has changed.
 */
extern __hidden const u64 *armed_sites;
extern __hidden bool armed_frees_counted;
void armed_refresh(void);
/* What is allocated from now on is kmemu's own, or no more. */
void armed_pause_tags(bool pause);

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

static inline void armed_count_alloc(size_t size)
{
	struct coverage *c = armed_coverage();

	__atomic_fetch_add(&c->allocs, 1, __ATOMIC_RELAXED);
	if (unlikely(size > kmemu_opts.kmalloc_max))
		__atomic_fetch_add(&c->large, 1, __ATOMIC_RELAXED);
}

/* One of those whose whole stacks are kept: core/mm/alloc_stack.c says which. */
static inline bool armed_wants_stack(const void *p, size_t size, enum alloc_how how)
{
	return alloc_stacks_on == ALLOC_STACKS_ALL || is_vmalloc_addr(p) ||
	       (how >= ALLOC_ALIGNED && how <= ALLOC_VALLOC && size > ALLOC_STACK_ALIGNED);
}

/* p was handed out to caller, who asked for size bytes; NULL: nothing happens. */
static inline void armed_alloc(const void *p, size_t size, enum alloc_how how,
			       const void *caller)
{
	if (unlikely((unsigned long)p <= 16)) /* none, or ZERO_SIZE_PTR */
		return;
	if (slab_counting)
		armed_count_alloc(size);
	if (unlikely(alloc_stacks_on) && armed_wants_stack(p, size, how))
		alloc_stack_keep(p, caller);
	if (unlikely(armed_watch))
		armed_watch->alloc(p, size, how, caller);
	else if (alloc_tags_on)
		alloc_tag_set(p, caller);
}

/* For armed_freed(): before the free. */
static inline u64 armed_block(const void *p)
{
	return unlikely(armed_watch) ? armed_watch->freeing(p, 0, NULL, NULL) : 0;
}

/* The same before p gets another size; kept_by: krealloc_kept or its like (util.h). */
static inline u64 armed_resized(const void *p, size_t size,
				size_t (*kept_by)(const void *p, size_t size), const char *func,
				const void *caller)
{
	return unlikely(armed_watch) ? armed_watch->freeing(p, kept_by(p, size), func, caller) : 0;
}

static inline void armed_freed(u64 block)
{
	if (unlikely(block))
		armed_watch->free(block);
}

static inline void armed_count_free(const void *p)
{
	if (unlikely((unsigned long)p <= 16))
		return;
	if (slab_counting)
		__atomic_fetch_add(&armed_coverage()->frees, 1, __ATOMIC_RELAXED);
	if (unlikely(armed_mapped))
		armed_mapped(p);
}

/* p will be given to a function that frees, right or wrong. */
static inline void armed_free(const void *p)
{
	armed_count_free(p);
	armed_freed(armed_block(p));
}

void armed_alloc_told(const void *p, size_t size, enum alloc_how how, const void *caller);
bool armed_free_told(void *p);

/* The armed ways' hits: as slab.h's, and told. NULL, false: a miss. */
static __always_inline void *armed_alloc_quick(size_t size, enum alloc_how how,
					       const void *caller)
{
	const u64 *sites = READ_ONCE(armed_sites);
	u32 at = alloc_tag_place((u64)caller);
	unsigned long mark;
	void *p = slab_alloc_at(armed_size_class, size, &mark);

	if (unlikely(!p))
		return NULL;
	if (likely(sites) && likely(READ_ONCE(sites[at]) == (u64)caller)) {
		__atomic_fetch_add(&armed_coverage()->allocs, 1, __ATOMIC_RELAXED);
		WRITE_ONCE(*alloc_tag_at(mark), at + 1);
	} else {
		armed_alloc_told(p, size, how, caller);
	}
	return p;
}

static inline void *armed_alloc_hit(size_t size, gfp_t flags, enum alloc_how how,
				    const void *caller)
{
	return likely(gfp_is_plain(flags)) ? armed_alloc_quick(size, how, caller) : NULL;
}

static __always_inline bool armed_free_hit(void *p)
{
	if (unlikely(!READ_ONCE(armed_frees_counted)))
		return armed_free_told(p);
	if (!slab_free_by(true, p))
		return false;
	__atomic_fetch_add(&armed_coverage()->frees, 1, __ATOMIC_RELAXED);
	return true;
}
