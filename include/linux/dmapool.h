/* SPDX-License-Identifier: MIT */
/* <linux/dmapool.h> of Linux 6.12: pools of coherent blocks. */
#ifndef LINUX_DMAPOOL_H
#define LINUX_DMAPOOL_H

#include <kmemu/dma.h>
#include <linux/gfp.h>
#include <linux/scatterlist.h>

__kmemu_c struct dma_pool *dma_pool_create(const char *name, struct device *dev, size_t size,
					   size_t align, size_t allocation)
	__kmemu_is(kmemu_dma_pool_create);
__kmemu_c void dma_pool_destroy(struct dma_pool *pool) __kmemu_is(kmemu_dma_pool_destroy);
__kmemu_c void *dma_pool_alloc(struct dma_pool *pool, gfp_t mem_flags, dma_addr_t *handle)
	__kmemu_is(kmemu_dma_pool_alloc);
__kmemu_c void dma_pool_free(struct dma_pool *pool, void *vaddr, dma_addr_t addr)
	__kmemu_is(kmemu_dma_pool_free);
__kmemu_c struct dma_pool *dmam_pool_create(const char *name, struct device *dev, size_t size,
					    size_t align, size_t allocation)
	__kmemu_is(kmemu_dmam_pool_create);
__kmemu_c void dmam_pool_destroy(struct dma_pool *pool) __kmemu_is(kmemu_dmam_pool_destroy);

static __always_inline void *dma_pool_zalloc(struct dma_pool *pool, gfp_t mem_flags,
					     dma_addr_t *handle)
{
	return dma_pool_alloc(pool, mem_flags | __GFP_ZERO, handle);
}

#endif /* LINUX_DMAPOOL_H */
