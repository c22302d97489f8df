/*
 * mempool.c - pools with a reserve (kernel: mm/mempool.c).
 *
 * What the kernel does: see include/kmemu/mempool.h; and so do we. That an allocation
 * which may sleep never fails rests on one invariant: while anybody waits, curr_nr is 0
 * and fewer than min_nr elements are in the reserve, so the next free puts its element
 * there and wakes.
 *
 * What differs: a waiter waits for a free only; the kernel's also looks again after
 * five seconds. The words of the pool that somebody may wait for are a counter of
 * frees, not a wait queue. Elements in the reserve are not poisoned.
 *
 * Locks: pool->lock, with signals blocked, since a handler may free to the pool; nothing
 * is allocated under it. Cost: a call of the pool's function when memory is there.
 */
#include <errno.h>
#include <string.h>

#include "core/init/api.h"
#include "core/lib/word_lock.h"
#include "core/mm/gfp_check.h"
#include "core/os/files.h"
#include "core/os/os.h"
#include "include/kmemu/mempool.h"
#include "include/kmemu/slab.h"

/* --- the reserve --- */

static u64 pool_lock(struct kmemu_mempool *pool)
{
	u64 mask = os_signals_block();

	word_lock(&pool->lock, os_tid());
	return mask;
}

static void pool_unlock(struct kmemu_mempool *pool, u64 mask)
{
	word_unlock(&pool->lock);
	os_signals_restore(mask);
}

static void wake_waiter(struct kmemu_mempool *pool)
{
	__atomic_fetch_add(&pool->freed, 1, __ATOMIC_RELEASE);
	os_futex_wake(&pool->freed, 1);
}

/* False: there is no room. A waiter is woken. */
static bool add_element(struct kmemu_mempool *pool, void *element)
{
	u64 mask = pool_lock(pool);
	bool room = pool->curr_nr < pool->min_nr;

	if (room)
		pool->elements[pool->curr_nr++] = element;
	pool_unlock(pool, mask);
	if (!room)
		return false;
	wake_waiter(pool);
	return true;
}

/* NULL: no more than `keep` are left. */
static void *remove_element(struct kmemu_mempool *pool, int keep)
{
	u64 mask = pool_lock(pool);
	void *element = pool->curr_nr > keep ? pool->elements[--pool->curr_nr] : NULL;

	pool_unlock(pool, mask);
	return element;
}

static bool fill(struct kmemu_mempool *pool, gfp_t flags)
{
	while (READ_ONCE(pool->curr_nr) < READ_ONCE(pool->min_nr)) {
		void *element = pool->alloc(flags, pool->pool_data);

		if (!element)
			return false;
		if (!add_element(pool, element))
			pool->free(element, pool->pool_data);
	}
	return true;
}

/* --- making, resizing --- */

static void **new_elements(int nr, gfp_t flags)
{
	return kmemu_kmalloc((size_t)nr * sizeof(void *), flags);
}

KMEMU_EXPORT void kmemu_mempool_exit(struct kmemu_mempool *pool)
{
	void *element;

	if (!pool || !pool->elements)
		return;
	while ((element = remove_element(pool, 0)))
		pool->free(element, pool->pool_data);
	kmemu_kfree(pool->elements);
	pool->elements = NULL;
}

KMEMU_EXPORT int kmemu_mempool_init(struct kmemu_mempool *pool, int min_nr,
				    kmemu_mempool_alloc_fn *alloc_fn,
				    kmemu_mempool_free_fn *free_fn, void *pool_data,
				    kmemu_gfp_t flags)
{
	*pool = (struct kmemu_mempool){ .min_nr = min_nr,
					.pool_data = pool_data,
					.alloc = alloc_fn,
					.free = free_fn };
	if (min_nr < 0)
		return -ENOMEM;
	pool->elements = new_elements(min_nr, flags);
	if (!pool->elements)
		return -ENOMEM;
	if (fill(pool, flags))
		return 0;
	kmemu_mempool_exit(pool);
	return -ENOMEM;
}

KMEMU_EXPORT struct kmemu_mempool *kmemu_mempool_create(int min_nr,
							kmemu_mempool_alloc_fn *alloc_fn,
							kmemu_mempool_free_fn *free_fn,
							void *pool_data, kmemu_gfp_t flags)
{
	struct kmemu_mempool *pool = kmemu_kzalloc(sizeof(*pool), flags);

	if (pool && kmemu_mempool_init(pool, min_nr, alloc_fn, free_fn, pool_data, flags)) {
		kmemu_kfree(pool);
		return NULL;
	}
	return pool;
}

KMEMU_EXPORT void kmemu_mempool_destroy(struct kmemu_mempool *pool)
{
	kmemu_mempool_exit(pool);
	kmemu_kfree(pool);
}

static void shrink(struct kmemu_mempool *pool, int min_nr)
{
	void *element;
	u64 mask;

	while ((element = remove_element(pool, min_nr)))
		pool->free(element, pool->pool_data);
	mask = pool_lock(pool);
	pool->min_nr = min_nr;
	pool_unlock(pool, mask);
}

/* What is not wanted of the two arrays: ours, when another resize was faster. */
static void **exchange_elements(struct kmemu_mempool *pool, void **elements, int min_nr)
{
	u64 mask = pool_lock(pool);
	void **old = elements;

	if (min_nr > pool->min_nr) {
		old = pool->elements;
		memcpy(elements, old, (size_t)pool->curr_nr * sizeof(void *));
		pool->elements = elements;
		pool->min_nr = min_nr;
	}
	pool_unlock(pool, mask);
	return old;
}

KMEMU_EXPORT int kmemu_mempool_resize(struct kmemu_mempool *pool, int new_min_nr)
{
	void **elements;

	if (new_min_nr <= 0)
		return -EINVAL;
	if (!may_alloc(0, GFP_KERNEL, "mempool_resize", CALLER))
		return -ENOMEM;
	if (new_min_nr <= READ_ONCE(pool->min_nr)) {
		shrink(pool, new_min_nr);
		return 0;
	}
	elements = new_elements(new_min_nr, GFP_KERNEL);
	if (!elements)
		return -ENOMEM;
	kmemu_kfree(exchange_elements(pool, elements, new_min_nr));
	fill(pool, GFP_KERNEL);
	return 0;
}

/* --- elements --- */

/* An element by the pool's function, or of the reserve. */
static void *try_alloc(struct kmemu_mempool *pool, gfp_t flags)
{
	void *element = pool->alloc(flags, pool->pool_data);

	return element ? element : remove_element(pool, 0);
}

KMEMU_EXPORT void *kmemu_mempool_alloc(struct kmemu_mempool *pool, kmemu_gfp_t flags)
{
	void *element;
	u32 freed;

	if ((flags & __GFP_ZERO) &&
	    !gfp_warn("mempool_alloc", flags, 0, "__GFP_ZERO and a reserve that is not cleared"))
		return NULL;
	if (!may_alloc(pool->alloc == kmemu_mempool_kmalloc ? (size_t)pool->pool_data : 0, flags,
		       "mempool_alloc", CALLER))
		return NULL;
	flags |= __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN;
	element = try_alloc(pool, flags & ~(__GFP_DIRECT_RECLAIM | KMEMU___GFP_IO));
	for (;;) {
		freed = __atomic_load_n(&pool->freed, __ATOMIC_ACQUIRE);
		if (!element)
			element = try_alloc(pool, flags);
		if (element || !(flags & __GFP_DIRECT_RECLAIM))
			return element;
		os_futex_wait(&pool->freed, freed);
	}
}

KMEMU_EXPORT void *kmemu_mempool_alloc_preallocated(struct kmemu_mempool *pool)
{
	return remove_element(pool, 0);
}

/* Of the kernel's own kinds of pools the caller is who freed it. */
static void free_element(struct kmemu_mempool *pool, void *element, const void *caller)
{
	if (pool->free == kmemu_mempool_kfree)
		kmemu_kfree_slow(element, caller);
	else if (pool->free == kmemu_mempool_free_slab)
		kmemu_cache_free(pool->pool_data, element, caller);
	else if (pool->free == kmemu_mempool_free_pages)
		kmemu_free_pages_for(element, (unsigned int)(unsigned long)pool->pool_data,
				     "__free_pages", caller);
	else
		pool->free(element, pool->pool_data);
}

KMEMU_EXPORT void kmemu_mempool_free(void *element, struct kmemu_mempool *pool)
{
	if (!element)
		return;
	if (READ_ONCE(pool->curr_nr) < READ_ONCE(pool->min_nr) && add_element(pool, element))
		return;
	free_element(pool, element, CALLER);
	if (unlikely(!READ_ONCE(pool->min_nr))) /* it has no room: what was freed may do */
		wake_waiter(pool);
}

/* --- where they come from --- */

KMEMU_EXPORT void *kmemu_mempool_alloc_slab(kmemu_gfp_t flags, void *pool_data)
{
	return kmemu_kmem_cache_alloc(pool_data, flags);
}

KMEMU_EXPORT void kmemu_mempool_free_slab(void *element, void *pool_data)
{
	kmemu_kmem_cache_free(pool_data, element);
}

KMEMU_EXPORT void *kmemu_mempool_kmalloc(kmemu_gfp_t flags, void *pool_data)
{
	return kmemu_kmalloc((size_t)pool_data, flags);
}

KMEMU_EXPORT void kmemu_mempool_kfree(void *element, void *pool_data)
{
	(void)pool_data;
	kmemu_kfree(element);
}

KMEMU_EXPORT void *kmemu_mempool_kvmalloc(kmemu_gfp_t flags, void *pool_data)
{
	return kmemu_kvmalloc((size_t)pool_data, flags);
}

KMEMU_EXPORT void kmemu_mempool_kvfree(void *element, void *pool_data)
{
	(void)pool_data;
	kmemu_kvfree(element);
}

KMEMU_EXPORT void *kmemu_mempool_alloc_pages(kmemu_gfp_t flags, void *pool_data)
{
	return kmemu_alloc_pages(flags, (unsigned int)(unsigned long)pool_data);
}

KMEMU_EXPORT void kmemu_mempool_free_pages(void *element, void *pool_data)
{
	kmemu_free_pages(element, (unsigned int)(unsigned long)pool_data);
}
