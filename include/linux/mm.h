/* SPDX-License-Identifier: MIT */
/* <linux/mm.h> of Linux 6.12, as far as it is built: addresses of pages. */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/gfp.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#define PAGE_ALIGN(addr) (((addr) + PAGE_SIZE - 1) & PAGE_MASK)
#define PAGE_ALIGNED(addr) (((unsigned long)(addr) & ~PAGE_MASK) == 0)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)

static __always_inline void *page_address(const struct page *page)
{
	return kmemu_page_address(page);
}

static __always_inline struct page *virt_to_page(const void *p)
{
	return kmemu_virt_to_page(p);
}

static __always_inline phys_addr_t virt_to_phys(const volatile void *p)
{
	return kmemu_virt_to_phys((const void *)p);
}

static __always_inline void *phys_to_virt(phys_addr_t phys)
{
	return kmemu_phys_to_virt(phys);
}

#endif /* _LINUX_MM_H */
