/* SPDX-License-Identifier: MIT */
/*
 * mempool.h - pools of elements that an allocation can count on (mm/mempool.c).
 * <linux/mempool.h> has it by the kernel's names.
 *
 * A pool has min_nr elements in reserve. kmemu_mempool_alloc() asks the pool's alloc
 * function first, without reclaim, then takes of the reserve; when that is empty it asks
 * once more with all of its flags, and then, if they allow to sleep, waits until an
 * element is freed: it does not fail. Without __GFP_DIRECT_RECLAIM it is NULL then.
 * An element that is freed fills the reserve first.
 */
#ifndef KMEMU_MEMPOOL_H
#define KMEMU_MEMPOOL_H

#include "kmemu.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef void *(kmemu_mempool_alloc_fn)(kmemu_gfp_t flags, void *pool_data);
typedef void (kmemu_mempool_free_fn)(void *element, void *pool_data);

/* All 0 is a pool that is not initialized. */
struct kmemu_mempool {
	unsigned int lock; /* the implementation's */
	int min_nr; /* room in elements */
	int curr_nr; /* of it, filled */
	void **elements;
	void *pool_data;
	kmemu_mempool_alloc_fn *alloc;
	kmemu_mempool_free_fn *free;
	unsigned int freed; /* changes when an element comes back: waiters wait on it */
};

/*
 * init, create: 0 or a pool when the reserve is full; -ENOMEM, NULL: it could not be
 * filled. May sleep as flags say. exit, destroy: frees the reserve; elements that are in
 * use stay their users'. Both take what was never initialized (NULL).
 */
int kmemu_mempool_init(struct kmemu_mempool *pool, int min_nr, kmemu_mempool_alloc_fn *alloc_fn,
		       kmemu_mempool_free_fn *free_fn, void *pool_data, kmemu_gfp_t flags);
void kmemu_mempool_exit(struct kmemu_mempool *pool);
struct kmemu_mempool *kmemu_mempool_create(int min_nr, kmemu_mempool_alloc_fn *alloc_fn,
					   kmemu_mempool_free_fn *free_fn, void *pool_data,
					   kmemu_gfp_t flags);
void kmemu_mempool_destroy(struct kmemu_mempool *pool);
/*
 * 0, also when memory was too short to fill it up; -ENOMEM: the pool is as before;
 * -EINVAL: new_min_nr is not above 0. May sleep.
 */
int kmemu_mempool_resize(struct kmemu_mempool *pool, int new_min_nr);
/* __GFP_ZERO is a finding: an element of the reserve is not cleared. */
void *kmemu_mempool_alloc(struct kmemu_mempool *pool, kmemu_gfp_t flags);
/* Of the reserve only; NULL: it is empty. Any context. */
void *kmemu_mempool_alloc_preallocated(struct kmemu_mempool *pool);
/* NULL is ignored. Any context that the pool's free function takes. */
void kmemu_mempool_free(void *element, struct kmemu_mempool *pool);

/* pool_data: a cache without constructor, bytes, bytes, an order. */
void *kmemu_mempool_alloc_slab(kmemu_gfp_t flags, void *pool_data);
void kmemu_mempool_free_slab(void *element, void *pool_data);
void *kmemu_mempool_kmalloc(kmemu_gfp_t flags, void *pool_data);
void kmemu_mempool_kfree(void *element, void *pool_data);
void *kmemu_mempool_kvmalloc(kmemu_gfp_t flags, void *pool_data);
void kmemu_mempool_kvfree(void *element, void *pool_data);
void *kmemu_mempool_alloc_pages(kmemu_gfp_t flags, void *pool_data);
void kmemu_mempool_free_pages(void *element, void *pool_data);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_MEMPOOL_H */
