/* SPDX-License-Identifier: MIT */
/*
 * <linux/dma-direct.h> of Linux 6.12: a device's address and a physical one are
 * the same. What plays the device finds the bytes at phys_to_virt(dma_to_phys()).
 */
#ifndef _LINUX_DMA_DIRECT_H
#define _LINUX_DMA_DIRECT_H 1

#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>

static __always_inline dma_addr_t phys_to_dma(struct device *dev, phys_addr_t paddr)
{
	(void)dev;
	return paddr;
}

static __always_inline phys_addr_t dma_to_phys(struct device *dev, dma_addr_t dma_addr)
{
	(void)dev;
	return dma_addr;
}

#endif /* _LINUX_DMA_DIRECT_H */
