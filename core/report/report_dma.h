/*
 * report_dma.h - the facts of a finding about memory for a device (kernel:
 * kernel/dma/debug.c, mapping.c, swiotlb.c, mm/dmapool.c). dma_text.c has the
 * words.
 */
#pragma once

#include "core/os/compiler.h"

/* What is said; each is one of the kernel's texts, but the last six. */
enum dma_text {
	/* maps */
	DMA_STACK, DMA_STACK_AREA, DMA_RODATA, DMA_INVALID_AREA, DMA_VMALLOC, DMA_OVERLAP,
	DMA_EXCEEDED, DMA_SG_LONG, DMA_SG_BOUNDARY, DMA_OVERFLOW, DMA_BOUNCE_OVERFLOW,
	DMA_BOUNCE_FULL, DMA_IOREMAP_RAM,
	/* unmaps */
	DMA_FREE_INVALID, DMA_FREE_UNKNOWN, DMA_FREE_SIZE, DMA_FREE_FUNCTION, DMA_FREE_CPU,
	DMA_FREE_SG, DMA_FREE_DIRECTION, DMA_FREE_UNCHECKED, DMA_IOUNMAP_BAD,
	/* syncs */
	DMA_SYNC_UNKNOWN, DMA_SYNC_RANGE, DMA_SYNC_DIRECTION, DMA_SYNC_READONLY,
	DMA_SYNC_WRITEONLY, DMA_SYNC_SG,
	/* the device's end */
	DMA_LEAK,
	/* pools */
	DMA_POOL_BUSY, DMA_POOL_CORRUPTED, DMA_POOL_BAD, DMA_POOL_FREE,
	/* WARNs and BUGs without words: report_dma.why has ours */
	DMA_WORDLESS,
	/* no text of the kernel's */
	DMA_IN_FLIGHT, DMA_BEHIND, DMA_NOBODYS, DMA_NOT_LINEAR, DMA_SG_NOT_LINEAR,
};

/* Fields that a text does not need are 0. */
struct report_dma {
	enum dma_text text;
	const char *driver, *device; /* "NULL" without a device */
	u64 dev_addr;
	u64 size; /* bytes mapped */
	u64 other; /* bytes unmapped or synced; the mask; a sg's boundary */
	u64 paddr, other_paddr; /* physical: then and now; a cache line's number; a sg's end */
	int count, other_count; /* entries of a list; mappings; slots */
	const char *type, *other_type; /* single, scatter-gather ...: then and now */
	const char *dir, *other_dir; /* DMA_TO_DEVICE ...: then and now */
	const char *pool;
	const char *owner; /* what the memory lies in, by phys_kind_name() */
	const char *mend; /* what is wanted instead */
	const char *why; /* ours: behind the line */
	int entry, entries; /* of a list, from 0; entries 0: it is none, or not of one entry */
	u32 mapped; /* stack in the depot where it was mapped, 0: not kept */
};
