/* SPDX-License-Identifier: MIT */
/* <linux/gfp.h> of Linux 6.12: pages by number. Nodes are none but 0. */
#ifndef __LINUX_GFP_H
#define __LINUX_GFP_H

#include <asm/page.h>
#include <kmemu/kmemu.h>
#include <linux/compiler.h>
#include <linux/gfp_types.h>
#include <linux/types.h>

#define NUMA_NO_NODE (-1)

static __always_inline bool gfpflags_allow_blocking(const gfp_t flags)
{
	return !!(flags & __GFP_DIRECT_RECLAIM);
}

__kmemu_c struct page *alloc_pages(gfp_t flags, unsigned int order) __kmemu_is(kmemu_alloc_pages);

static __always_inline struct page *alloc_pages_node(int nid, gfp_t flags, unsigned int order)
{
	(void)nid;
	return kmemu_alloc_pages(flags, order);
}

#define alloc_page(flags) alloc_pages(flags, 0)

static __always_inline unsigned long __get_free_pages(gfp_t flags, unsigned int order)
{
	return kmemu_get_free_pages(flags & ~__GFP_HIGHMEM, order);
}

#define __get_free_page(flags) __get_free_pages(flags, 0)
#define __get_dma_pages(flags, order) __get_free_pages((flags) | GFP_DMA, order)

static __always_inline unsigned long get_zeroed_page(gfp_t flags)
{
	return __get_free_pages(flags | __GFP_ZERO, 0);
}

__kmemu_c void __free_pages(struct page *page, unsigned int order) __kmemu_is(kmemu_free_pages);
__kmemu_c void free_pages(unsigned long addr, unsigned int order) __kmemu_is(kmemu_free_pages_addr);

#define __free_page(page) __free_pages(page, 0)
#define free_page(addr) free_pages(addr, 0)

#endif /* __LINUX_GFP_H */
