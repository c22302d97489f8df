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

__kmemu_c void *page_address(const struct page *page) __kmemu_is(kmemu_page_address);
__kmemu_c struct page *virt_to_page(const void *p) __kmemu_is(kmemu_virt_to_page);

static __always_inline phys_addr_t virt_to_phys(const volatile void *p)
{
	return kmemu_debug_virt_to_phys(p);
}

__kmemu_c void *phys_to_virt(phys_addr_t phys) __kmemu_is(kmemu_phys_to_virt);

#endif /* _LINUX_MM_H */
