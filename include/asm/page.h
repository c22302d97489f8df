/* SPDX-License-Identifier: MIT */
/*
 * <asm/page.h> of Linux 6.12 for x86-64, with <linux/pfn.h> and asm-generic's
 * memory_model.h and getorder.h: pages and their addresses. Any context,
 * but where memory is mapped (page_address() of a page of vmalloc).
 */
#ifndef _ASM_X86_PAGE_H
#define _ASM_X86_PAGE_H

#include <kmemu/mm.h>
#include <kmemu/phys.h>
#include <asm/pgtable_types.h>
#include <kmemu/types.h>
#include <linux/compiler.h>
#include <linux/log2.h>
#include <linux/numa.h>
#include <linux/types.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

#define PAGE_OFFSET kmemu_page_offset()

#define THREAD_SIZE_ORDER 2
#define THREAD_SIZE (PAGE_SIZE << THREAD_SIZE_ORDER)
#define THREAD_ALIGN THREAD_SIZE

/* copy_page() and clear_page(): of whole pages, at page boundaries. */

static __always_inline void clear_page(void *page)
{
	__builtin_memset(page, 0, PAGE_SIZE);
}

static __always_inline void copy_page(void *to, void *from)
{
	__builtin_memcpy(to, from, PAGE_SIZE);
}

static __always_inline void copy_user_page(void *to, void *from, unsigned long vaddr,
					   struct page *topage)
{
	(void)vaddr;
	(void)topage;
	(void)copy_page(to, from);
}

/* --- addresses ------------------------------------------------------------- */

__kmemu_c void *page_address(const struct page *page) __kmemu_is(kmemu_page_address);
__kmemu_c struct page *virt_to_page(const void *p) __kmemu_is(kmemu_debug_virt_to_page);

static __always_inline phys_addr_t virt_to_phys(volatile void *p)
{
	return kmemu_debug_virt_to_phys(p);
}

__kmemu_c void *phys_to_virt(phys_addr_t phys) __kmemu_is(kmemu_phys_to_virt);

static __always_inline unsigned long page_to_pfn(const struct page *page)
{
	return (unsigned long)(page - kmemu_mem_map());
}

static __always_inline struct page *pfn_to_page(unsigned long pfn)
{
	return kmemu_mem_map() + pfn;
}

#define __pa(x) ((unsigned long)virt_to_phys((volatile void *)(x)))
#define __va(x) phys_to_virt((phys_addr_t)(x))

static __always_inline void *pfn_to_kaddr(unsigned long pfn)
{
	return __va((phys_addr_t)pfn << PAGE_SHIFT);
}

#define virt_to_pfn(kaddr) (__pa(kaddr) >> PAGE_SHIFT)
#define __phys_to_pfn(paddr) PHYS_PFN(paddr)
#define __pfn_to_phys(pfn) PFN_PHYS(pfn)

#define page_to_phys(page) PFN_PHYS(page_to_pfn(page))
#define phys_to_page(phys) pfn_to_page(PHYS_PFN(phys))

__kmemu_c int pfn_valid(unsigned long pfn) __kmemu_is(kmemu_pfn_valid);
__kmemu_c int __virt_addr_valid(const void *p) __kmemu_is(kmemu_virt_addr_valid);
/* Of linear memory alone: a program's own data is not the kernel's image. */
#define virt_addr_valid(kaddr) __virt_addr_valid((const void *)(unsigned long)(kaddr))
#define page_to_virt(page) page_address(page)

static __always_inline int page_to_nid(const struct page *page)
{
	(void)page;
	return 0;
}

#define nth_page(page, n) ((page) + (n))

static __always_inline void *lowmem_page_address(const struct page *page)
{
	return page_address(page);
}

/* log2 of the pages that size bytes take; of 0 bytes as the kernel's: 52. */
static __always_inline int get_order(unsigned long size)
{
	if (!size)
		return 64 - PAGE_SHIFT;
	size = (size - 1) >> PAGE_SHIFT;
	return size ? 64 - __builtin_clzl(size) : 0;
}

#include <linux/pfn.h>

#ifndef __cplusplus /* what it brings along there */
#include <linux/range.h>
#endif

#endif /* _ASM_X86_PAGE_H */
