/* SPDX-License-Identifier: MIT */
/* <linux/dma-direction.h> of Linux 6.12. */
#ifndef _LINUX_DMA_DIRECTION_H
#define _LINUX_DMA_DIRECTION_H

#include <kmemu/dma.h>
#include <linux/compiler.h>

static __always_inline int valid_dma_direction(enum dma_data_direction dir)
{
	return dir == DMA_BIDIRECTIONAL || dir == DMA_TO_DEVICE || dir == DMA_FROM_DEVICE;
}

#endif /* _LINUX_DMA_DIRECTION_H */
