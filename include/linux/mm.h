/* SPDX-License-Identifier: MIT */
/*
 * <linux/mm.h> of Linux 6.12, as far as it is built: addresses of pages,
 * references, compound pages and folios. Any context, but where memory is mapped
 * (page_address() of a page of vmalloc, vmalloc_to_page()).
 */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/mmdebug.h>
#include <linux/overflow.h>
#include <linux/page-flags.h>
#include <linux/percpu.h>
#include <linux/pfn.h>
#include <linux/rbtree.h>
#include <linux/sched.h>
#include <linux/shrinker.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/timex.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#define PAGE_ALIGN(addr) (((addr) + PAGE_SIZE - 1) & PAGE_MASK)
#define PAGE_ALIGN_DOWN(addr) ((addr) & PAGE_MASK)
#define PAGE_ALIGNED(addr) (((unsigned long)(addr) & ~PAGE_MASK) == 0)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)

#define PAGE_OFFSET kmemu_page_offset()

/* --- addresses ------------------------------------------------------------- */

__kmemu_c void *page_address(const struct page *page) __kmemu_is(kmemu_page_address);
__kmemu_c struct page *virt_to_page(const void *p) __kmemu_is(kmemu_virt_to_page);

static __always_inline phys_addr_t virt_to_phys(const volatile void *p)
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

#define page_to_phys(page) PFN_PHYS(page_to_pfn(page))
#define phys_to_page(phys) pfn_to_page(PHYS_PFN(phys))

__kmemu_c int pfn_valid(unsigned long pfn) __kmemu_is(kmemu_pfn_valid);
__kmemu_c int __virt_addr_valid(const void *p) __kmemu_is(kmemu_virt_addr_valid);
/* Of linear memory alone: a program's own data is not the kernel's image. */
#define virt_addr_valid(kaddr) __virt_addr_valid((const void *)(unsigned long)(kaddr))
#define page_to_virt(page) page_address(page)
#define page_to_nid(page) ((void)(page), 0)
#define nth_page(page, n) ((page) + (n))
#define virt_to_head_page(p) compound_head(virt_to_page(p))
#define lowmem_page_address(page) page_address(page)

/* log2 of the pages that size bytes take; of 0 bytes as the kernel's: 52. */
static __always_inline int get_order(unsigned long size)
{
	if (!size)
		return 64 - PAGE_SHIFT;
	size = (size - 1) >> PAGE_SHIFT;
	return size ? 64 - __builtin_clzl(size) : 0;
}

/* --- references, compound pages -------------------------------------------- */

__kmemu_c void get_page(struct page *page) __kmemu_is(kmemu_get_page);
__kmemu_c void put_page(struct page *page) __kmemu_is(kmemu_put_page);
__kmemu_c int page_count(const struct page *page) __kmemu_is(kmemu_page_count);
__kmemu_c void split_page(struct page *page, unsigned int order) __kmemu_is(kmemu_split_page);
__kmemu_c unsigned int compound_order(const struct page *page) __kmemu_is(kmemu_compound_order);

#define page_ref_count(page) page_count(page)
#define compound_nr(page) (1UL << compound_order(page))
#define page_size(page) (PAGE_SIZE << compound_order(page))
#define page_shift(page) (PAGE_SHIFT + compound_order(page))
#define thp_order(page) compound_order(page)
#define page_maybe_dma_pinned(page) ((void)(page), false)

/* False: it is free. */
static __always_inline bool get_page_unless_zero(struct page *page)
{
	if (!kmemu_page_count(page))
		return false;
	kmemu_get_page(page);
	return true;
}

#define try_get_page(page) get_page_unless_zero(page)

static __always_inline void lock_page_flag_only(struct page *page, bool lock)
{
	if (lock)
		SetPageLocked(page);
	else
		ClearPageLocked(page);
}

static __always_inline int trylock_page(struct page *page)
{
	return !TestSetPageLocked(page);
}

#define unlock_page(page) lock_page_flag_only(page, false)

/* Frees the pages of a list (page->lru). */
#define put_pages_list(list)                                                        \
	do {                                                                        \
		struct list_head *__head = (list), *__at = __head->next, *__next;   \
		for (; __at != __head; __at = __next) {                             \
			__next = __at->next;                                        \
			put_page((struct page *)((char *)__at -                     \
						 offsetof(struct page, lru)));      \
		}                                                                   \
		__head->next = __head->prev = __head;                               \
	} while (0)

#define release_pages(pages, nr)                         \
	do {                                             \
		for (int __i = 0; __i < (int)(nr); __i++) \
			put_page((pages)[__i]);          \
	} while (0)

/* --- folios ---------------------------------------------------------------- */

#define page_folio(page) ((struct folio *)compound_head(page))
#define virt_to_folio(p) page_folio(virt_to_page(p))
#define folio_page(folio, n) (&(folio)->page + (n))
#define folio_page_idx(folio, p) ((p) - &(folio)->page)
#define folio_address(folio) page_address(&(folio)->page)
#define folio_pfn(folio) page_to_pfn(&(folio)->page)
#define folio_order(folio) compound_order(&(folio)->page)
#define folio_nr_pages(folio) compound_nr(&(folio)->page)
#define folio_size(folio) page_size(&(folio)->page)
#define folio_test_large(folio) (folio_order(folio) > 0)
#define folio_test_slab(folio) PageSlab(&(folio)->page)
#define folio_ref_count(folio) page_count(&(folio)->page)
#define folio_get(folio) get_page(&(folio)->page)
#define folio_put(folio) put_page(&(folio)->page)

/* --- how much there is ----------------------------------------------------- */

#define totalram_pages() kmemu_totalram_pages()
#define nr_free_pages() kmemu_nr_free_pages()
#define nr_free_buffer_pages() kmemu_nr_free_pages()
#define si_mem_available() ((long)kmemu_nr_free_pages())

#endif /* _LINUX_MM_H */
