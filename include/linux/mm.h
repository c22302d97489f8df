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

#define virt_to_head_page(p) compound_head(virt_to_page(p))

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

#define virt_to_folio(p) page_folio(virt_to_page(p))
#define folio_page_idx(folio, p) ((p) - &(folio)->page)
#define folio_address(folio) page_address(&(folio)->page)
#define folio_pfn(folio) page_to_pfn(&(folio)->page)
#define folio_order(folio) compound_order(&(folio)->page)
#define folio_nr_pages(folio) compound_nr(&(folio)->page)
#define folio_size(folio) page_size(&(folio)->page)
#define folio_test_slab(folio) PageSlab(&(folio)->page)
#define folio_ref_count(folio) page_count(&(folio)->page)
#define folio_get(folio) get_page(&(folio)->page)
#define folio_put(folio) put_page(&(folio)->page)

/* --- mappings of a program, as far as a driver looks at them */

#define VM_READ 0x00000001UL
#define VM_WRITE 0x00000002UL
#define VM_EXEC 0x00000004UL
#define VM_SHARED 0x00000008UL
#define VM_MAYREAD 0x00000010UL
#define VM_MAYWRITE 0x00000020UL
#define VM_MAYEXEC 0x00000040UL
#define VM_MAYSHARE 0x00000080UL
#define VM_PFNMAP 0x00000400UL
#define VM_LOCKED 0x00002000UL
#define VM_IO 0x00004000UL
#define VM_DONTCOPY 0x00020000UL
#define VM_DONTEXPAND 0x00040000UL
#define VM_NORESERVE 0x00200000UL
#define VM_DONTDUMP 0x04000000UL
#define VM_MIXEDMAP 0x10000000UL

static __always_inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}

static __always_inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}

static __always_inline void vm_flags_mod(struct vm_area_struct *vma, vm_flags_t set,
					 vm_flags_t clear)
{
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
}

static __always_inline unsigned long vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

#define offset_in_folio(folio, p) ((unsigned long)(p) & (folio_size(folio) - 1))

/* --- how much there is ----------------------------------------------------- */

#define totalram_pages() kmemu_totalram_pages()
#define nr_free_pages() kmemu_nr_free_pages()
#define nr_free_buffer_pages() kmemu_nr_free_pages()
#define si_mem_available() ((long)kmemu_nr_free_pages())

#ifndef __cplusplus
#include <linux/bit_spinlock.h>
#include <linux/cred.h>
#include <linux/idr.h>
#include <linux/ioport.h>
#include <linux/jump_label.h>
#include <linux/kobject.h>
#include <linux/local_lock.h>
#include <linux/nodemask.h>
#include <linux/percpu-refcount.h>
#include <linux/percpu-rwsem.h>
#include <linux/percpu_counter.h>
#include <linux/radix-tree.h>
#include <linux/range.h>
#include <linux/seqlock.h>
#include <linux/wait_bit.h>
#endif

#endif /* _LINUX_MM_H */
