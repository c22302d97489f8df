/*
 * direct.h - devices that see physical addresses (kernel: kernel/dma/direct.h,
 * include/linux/dma-direct.h, include/linux/swiotlb.h). direct.c and swiotlb.c
 * have the theory.
 */
#pragma once

#include "core/check/dma_debug.h"
#include "core/kernel/alloc.h"
#include "core/mm/vmap_page.h"

#define IO_TLB_SHIFT 11
#define IO_TLB_SIZE (1UL << IO_TLB_SHIFT)
#define IO_TLB_SEGSIZE 128U /* slots: a mapping is not larger than 256 KiB */
#define IO_TLB_SLOTS 32768U /* 64 MiB */

/* Kernel: enum of swiotlb=. The order of the option's words. */
enum swiotlb_mode { SWIOTLB_ON, SWIOTLB_FORCE, SWIOTLB_NOFORCE };

static inline u64 dma_bit_mask(unsigned int bits)
{
	return bits >= 64 ? ~0UL : (1UL << bits) - 1;
}

/* Of two limits the lower one that is set. */
static inline u64 min_not_zero(u64 a, u64 b)
{
	return !a ? b : !b ? a : min(a, b);
}

/* Kernel: dma_capable(). dev has a mask. */
static inline bool dma_capable(const struct device *dev, u64 addr, size_t size)
{
	return addr + size - 1 <= min_not_zero(*dev->dma_mask, dev->bus_dma_limit);
}

/* Frames end here (kernel: max_pfn). */
unsigned long dma_max_pfn(void);
u64 dma_direct_required_mask(void);
bool dma_direct_supported(u64 mask);
/* A device address, or KMEMU_DMA_MAPPING_ERROR, told of where m says. */
u64 dma_direct_map(const struct dma_mapping *m, u64 phys, unsigned long attrs);
void dma_direct_unmap(const struct dma_mapping *m, unsigned long attrs);
/* coherent.c: dma_alloc_attrs() for a function of the API that a driver called. */
void *dma_alloc_for(struct device *dev, size_t size, kmemu_dma_addr_t *handle, gfp_t flags,
		    unsigned long attrs, const char *func, const void *caller);
struct page *dma_direct_alloc(const struct dma_mapping *m, gfp_t flags);

/* --- swiotlb.c --------------------------------------------------------------- */

bool swiotlb_is_active(void);
/* KMEMU_DMA_MAPPING_ERROR when it is full. */
u64 swiotlb_map(const struct dma_mapping *m, u64 orig, unsigned long attrs);
bool swiotlb_holds(u64 addr);
/* Nothing happens for what is no bounce buffer. */
void swiotlb_unmap(const struct dma_mapping *m, unsigned long attrs);
void swiotlb_sync(const struct dma_mapping *m, bool to_cpu);
size_t swiotlb_max_mapping_size(const struct device *dev);

/* For core/init/fork.c: ranks LOCK_SWIOTLB, LOCK_DMA_POOL. */
extern kmemu_lock_t swiotlb_lock, dma_pool_lock;
