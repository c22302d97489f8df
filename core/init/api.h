/*
 * api.h - what the functions of the exported API have in common: each starts the
 * heap if it must, asks the checks that are armed, and tells them what came of it.
 */
#pragma once

#include "core/check/context.h"
#include "core/check/lock.h"
#include "core/init/init.h"
#include "core/kernel/pending.h"
#include "core/mm/armed.h"

#define RET_IF_NOT_READY(value)                                   \
	do {                                                      \
		if (unlikely(!kmemu_is_ready()) && !kmemu_init()) \
			return value;                             \
	} while (0)

/* In the exported function only: who called it. */
#define CALLER __builtin_return_address(0)

/* What was allocated, or freed, is told to what is armed. */
static inline void *told(void *p, size_t size, enum alloc_how how, const void *caller)
{
	if (unlikely(slab_armed))
		armed_alloc(p, size, how, caller);
	return p;
}

static inline const void *told_free(const void *p)
{
	if (unlikely(slab_armed))
		armed_free(p);
	return p;
}

/* q is where p went; the same address is the same object. block: of p before. */
static inline void *told_realloc(const void *p, void *q, size_t size, u64 block,
				 const void *caller)
{
	if (!q)
		return NULL;
	armed_freed(block);
	if (q == p && armed_watch)
		armed_watch->alloc(q, size, ALLOC_KREALLOC, caller);
	if (q == p)
		return q;
	if (unlikely(slab_armed))
		armed_count_free(p);
	return told(q, size, ALLOC_KREALLOC, caller);
}

/*
 * Contexts: the kernel asks might_alloc() where it allocates, so what the cap
 * refuses, and a krealloc that stays in its object, is not asked about. False:
 * it must fail.
 */
static inline bool may_alloc(size_t size, gfp_t flags, const char *func, const void *caller)
{
	return likely(!slab_armed) || size > kmemu_opts.kmalloc_max ||
	       might_alloc(size, flags, false, func, caller);
}

static inline bool may_vmalloc(size_t size, gfp_t flags, const char *func, const void *caller)
{
	return likely(!slab_armed) || might_alloc(size, flags, true, func, caller);
}

#define MEM_MIN (1UL << 20) /* the least that mem= takes */

/*
 * Kernel: __vmalloc_node_range_noprof(). Here and not in core/mm: a program's malloc of
 * more than the default of a terabyte has its reasons, and is only refused.
 */
static inline bool exceeds_memory(size_t size, gfp_t flags)
{
	struct page_stats ps;

	if (likely(size < MEM_MIN))
		return false;
	page_stats_read(&ps);
	if (likely(size >> PAGE_SHIFT <= ps.managed))
		return false;
	out_of_vmalloc(flags, size, REPORT_EXCEEDS);
	return true;
}

static inline bool may_kvmalloc(size_t size, gfp_t flags, const char *func, const void *caller)
{
	return size > kmemu_opts.kmalloc_max ? may_vmalloc(size, flags, func, caller) :
					       may_alloc(size, flags, func, caller);
}

static inline void forget_locks(const void *p)
{
	if (unlikely(READ_ONCE(lock_instances)) && p)
		lock_memory_freed(p);
}

/* What kfree(), kmem_cache_free() and __free_pages() do, for a caller of the API's own. */
void kmemu_kfree_slow(const void *p, const void *caller);
void kmemu_cache_free(struct kmem_cache *s, void *p, const void *caller);
void kmemu_free_pages_for(struct page *page, unsigned int order, const char *func,
			  const void *caller);

static inline bool may_vfree(const void *p, const char *func, const void *caller)
{
	if (likely(!slab_armed) || !p)
		return true;
	if (!context_is_task())
		locks_freed(p, vmalloc_size(p), func, caller);
	if (!might_vfree(p, func, caller))
		return false;
	forget_locks(p);
	if (unlikely(READ_ONCE(debug_objects_active)))
		debug_check_no_obj_freed(p, caller);
	return true;
}

/* keeps_locks: what a constructor set up stays so. */
static inline void may_free(const void *p, bool keeps_locks, const char *func, const void *caller)
{
	if (likely(!slab_armed) || !p)
		return;
	might_free(p, func, caller);
	if (!keeps_locks)
		forget_locks(p);
	if (unlikely(READ_ONCE(debug_objects_active)))
		debug_check_no_obj_freed(p, caller);
}
