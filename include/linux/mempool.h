/* SPDX-License-Identifier: MIT */
/* <linux/mempool.h> of Linux 6.12. What each function does: <kmemu/mempool.h>. */
#ifndef _LINUX_MEMPOOL_H
#define _LINUX_MEMPOOL_H

#include <kmemu/mempool.h>
#include <linux/slab.h>

typedef kmemu_mempool_alloc_fn mempool_alloc_t;
typedef kmemu_mempool_free_fn mempool_free_t;
#define mempool_s kmemu_mempool
typedef struct mempool_s mempool_t;

static __always_inline bool mempool_initialized(mempool_t *pool)
{
	return pool->elements != NULL;
}

static __always_inline bool mempool_is_saturated(mempool_t *pool)
{
	return READ_ONCE(pool->curr_nr) >= pool->min_nr;
}

static __always_inline int mempool_init_node(mempool_t *pool, int min_nr,
					     mempool_alloc_t *alloc_fn, mempool_free_t *free_fn,
					     void *pool_data, gfp_t flags, int node)
{
	(void)node;
	return kmemu_mempool_init(pool, min_nr, alloc_fn, free_fn, pool_data, flags);
}

static __always_inline int mempool_init(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
					mempool_free_t *free_fn, void *pool_data)
{
	return kmemu_mempool_init(pool, min_nr, alloc_fn, free_fn, pool_data, GFP_KERNEL);
}

#define mempool_init_noprof mempool_init
__kmemu_c void mempool_exit(mempool_t *pool) __kmemu_is(kmemu_mempool_exit);

static __always_inline mempool_t *mempool_create_node(int min_nr, mempool_alloc_t *alloc_fn,
						      mempool_free_t *free_fn, void *pool_data,
						      gfp_t flags, int node)
{
	(void)node;
	return kmemu_mempool_create(min_nr, alloc_fn, free_fn, pool_data, flags);
}

static __always_inline mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc_fn,
						 mempool_free_t *free_fn, void *pool_data)
{
	return kmemu_mempool_create(min_nr, alloc_fn, free_fn, pool_data, GFP_KERNEL);
}

__kmemu_c void mempool_destroy(mempool_t *pool) __kmemu_is(kmemu_mempool_destroy);
__kmemu_c int mempool_resize(mempool_t *pool, int new_min_nr) __kmemu_is(kmemu_mempool_resize);

__kmemu_c void *mempool_alloc(mempool_t *pool, gfp_t flags) __kmemu_is(kmemu_mempool_alloc);
#define mempool_alloc_noprof mempool_alloc
/* Neither the reserve nor a wait. */
#define mempool_alloc_noreserve(pool, flags) ((pool)->alloc(flags, (pool)->pool_data))
__kmemu_c void *mempool_alloc_preallocated(mempool_t *pool)
	__kmemu_is(kmemu_mempool_alloc_preallocated);
__kmemu_c void mempool_free(void *element, mempool_t *pool) __kmemu_is(kmemu_mempool_free);

__kmemu_c void *mempool_alloc_slab(gfp_t flags, void *pool_data)
	__kmemu_is(kmemu_mempool_alloc_slab);
__kmemu_c void mempool_free_slab(void *element, void *pool_data)
	__kmemu_is(kmemu_mempool_free_slab);
__kmemu_c void *mempool_kmalloc(gfp_t flags, void *pool_data) __kmemu_is(kmemu_mempool_kmalloc);
__kmemu_c void mempool_kfree(void *element, void *pool_data) __kmemu_is(kmemu_mempool_kfree);
__kmemu_c void *mempool_kvmalloc(gfp_t flags, void *pool_data)
	__kmemu_is(kmemu_mempool_kvmalloc);
__kmemu_c void mempool_kvfree(void *element, void *pool_data) __kmemu_is(kmemu_mempool_kvfree);
__kmemu_c void *mempool_alloc_pages(gfp_t flags, void *pool_data)
	__kmemu_is(kmemu_mempool_alloc_pages);
__kmemu_c void mempool_free_pages(void *element, void *pool_data)
	__kmemu_is(kmemu_mempool_free_pages);

#define mempool_init_slab_pool(pool, min_nr, cache) \
	mempool_init(pool, min_nr, mempool_alloc_slab, mempool_free_slab, (void *)(cache))
#define mempool_create_slab_pool(min_nr, cache) \
	mempool_create(min_nr, mempool_alloc_slab, mempool_free_slab, (void *)(cache))
#define mempool_init_kmalloc_pool(pool, min_nr, size)              \
	mempool_init(pool, min_nr, mempool_kmalloc, mempool_kfree, \
		     (void *)(unsigned long)(size))
#define mempool_create_kmalloc_pool(min_nr, size) \
	mempool_create(min_nr, mempool_kmalloc, mempool_kfree, (void *)(unsigned long)(size))

static __always_inline int mempool_init_kvmalloc_pool(mempool_t *pool, int min_nr, size_t size)
{
	return mempool_init(pool, min_nr, mempool_kvmalloc, mempool_kvfree,
			    (void *)size);
}

static __always_inline mempool_t *mempool_create_kvmalloc_pool(int min_nr, size_t size)
{
	return mempool_create(min_nr, mempool_kvmalloc, mempool_kvfree,
			    (void *)size);
}

#define mempool_init_page_pool(pool, min_nr, order)                         \
	mempool_init(pool, min_nr, mempool_alloc_pages, mempool_free_pages, \
		     (void *)(long)(order))
#define mempool_create_page_pool(min_nr, order) \
	mempool_create(min_nr, mempool_alloc_pages, mempool_free_pages, (void *)(long)(order))

#endif /* _LINUX_MEMPOOL_H */
