/*
 * gfp.h - the allocation flags under their kernel names, for core itself.
 * Values: include/linux/gfp_types.h of 6.12, published in kmemu/kmemu.h.
 */
#pragma once

#include "core/os/compiler.h"
#include "include/kmemu/kmemu.h"

typedef kmemu_gfp_t gfp_t;
typedef kmemu_phys_addr_t phys_addr_t;

#define __GFP_DMA	     KMEMU___GFP_DMA
#define __GFP_HIGHMEM	     KMEMU___GFP_HIGHMEM
#define __GFP_DMA32	     KMEMU___GFP_DMA32
#define __GFP_MOVABLE	     KMEMU___GFP_MOVABLE
#define __GFP_RECLAIMABLE    KMEMU___GFP_RECLAIMABLE
#define __GFP_HIGH	     KMEMU___GFP_HIGH
#define __GFP_ZERO	     KMEMU___GFP_ZERO
#define __GFP_DIRECT_RECLAIM KMEMU___GFP_DIRECT_RECLAIM
#define __GFP_KSWAPD_RECLAIM KMEMU___GFP_KSWAPD_RECLAIM
#define __GFP_NOWARN	     KMEMU___GFP_NOWARN
#define __GFP_NOFAIL	     KMEMU___GFP_NOFAIL
#define __GFP_NORETRY	     KMEMU___GFP_NORETRY
#define __GFP_RETRY_MAYFAIL  KMEMU___GFP_RETRY_MAYFAIL
#define __GFP_MEMALLOC	     KMEMU___GFP_MEMALLOC
#define __GFP_COMP	     KMEMU___GFP_COMP
#define __GFP_NOMEMALLOC     KMEMU___GFP_NOMEMALLOC
#define __GFP_ACCOUNT	     KMEMU___GFP_ACCOUNT
#define GFP_KERNEL	     KMEMU_GFP_KERNEL
#define GFP_ATOMIC	     KMEMU_GFP_ATOMIC
#define GFP_NOWAIT	     KMEMU_GFP_NOWAIT
#define GFP_DMA		     KMEMU_GFP_DMA

/* Of mm/util.c. There is another way: no effort, no killing, no report. */
static inline gfp_t kmalloc_gfp_adjust(gfp_t flags)
{
	flags |= flags & __GFP_RETRY_MAYFAIL ? __GFP_NOWARN : __GFP_NOWARN | __GFP_NORETRY;
	return flags & ~__GFP_NOFAIL;
}

static inline bool gfpflags_allow_blocking(gfp_t flags)
{
	return flags & __GFP_DIRECT_RECLAIM;
}

/* __GFP_NOFAIL counts for those that may sleep. */
static inline bool gfp_nofail(gfp_t flags)
{
	return flags & __GFP_NOFAIL && gfpflags_allow_blocking(flags);
}
