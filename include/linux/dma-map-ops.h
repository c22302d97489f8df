/* SPDX-License-Identifier: MIT */
/*
 * <linux/dma-map-ops.h> of Linux 6.12: all devices are directly mapped, operations
 * of their own are kept and not called.
 */
#ifndef _LINUX_DMA_MAP_OPS_H
#define _LINUX_DMA_MAP_OPS_H

#include <linux/dma-mapping.h>

struct dma_map_ops;

static __always_inline const struct dma_map_ops *get_dma_ops(struct device *dev)
{
	return (const struct dma_map_ops *)dev->dma_ops;
}

static __always_inline void set_dma_ops(struct device *dev, const struct dma_map_ops *dma_ops)
{
	dev->dma_ops = dma_ops;
}

static __always_inline bool dev_is_dma_coherent(struct device *dev)
{
	(void)dev;
	return true;
}

#endif /* _LINUX_DMA_MAP_OPS_H */
