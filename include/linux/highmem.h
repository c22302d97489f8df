/* SPDX-License-Identifier: MIT */
/*
 * <linux/highmem.h> of Linux 6.12 without high memory: a page's address is its
 * own. kmap() may sleep; a local mapping lowers nothing here.
 */
#ifndef _LINUX_HIGHMEM_H
#define _LINUX_HIGHMEM_H

#include <linux/dma-direction.h>
#include <linux/hardirq.h>
#include <linux/kernel.h>
#include <linux/mm.h>

static __always_inline void *kmap(struct page *page)
{
	might_sleep();
	return page_address(page);
}

static __always_inline void kunmap(struct page *page)
{
	(void)page;
}

static __always_inline void *kmap_local_page(struct page *page)
{
	return page_address(page);
}

static __always_inline void *kmap_local_folio(struct folio *folio, size_t offset)
{
	return (char *)folio_address(folio) + offset;
}
#define kunmap_local(addr) ((void)(addr))

static __always_inline struct page *kmap_to_page(void *addr)
{
	return virt_to_page(addr);
}

static __always_inline unsigned long totalhigh_pages(void)
{
	return 0;
}

static __always_inline void *kmap_atomic(struct page *page)
{
	preempt_disable();
	return page_address(page);
}
#define kunmap_atomic(addr)       \
	do {                      \
		(void)(addr);     \
		preempt_enable(); \
	} while (0)

/* Caches are coherent, as on x86. */
static inline void flush_dcache_page(struct page *page)
{
	(void)page;
}

static inline void flush_dcache_folio(struct folio *folio)
{
	(void)folio;
}

static inline void clear_highpage(struct page *page)
{
	clear_page(page_address(page));
}

static inline void clear_user_highpage(struct page *page, unsigned long vaddr)
{
	(void)vaddr;
	clear_highpage(page);
}

static inline void copy_highpage(struct page *to, struct page *from)
{
	copy_page(page_address(to), page_address(from));
}

static inline void memcpy_from_page(char *to, struct page *page, size_t offset, size_t len)
{
	__builtin_memcpy(to, (char *)page_address(page) + offset, len);
}

static inline void memcpy_to_page(struct page *page, size_t offset, const char *from, size_t len)
{
	__builtin_memcpy((char *)page_address(page) + offset, from, len);
}

static inline void memcpy_page(struct page *to, size_t to_offset, struct page *from,
			       size_t from_offset, size_t len)
{
	__builtin_memcpy((char *)page_address(to) + to_offset,
			 (char *)page_address(from) + from_offset, len);
}

static inline void memzero_page(struct page *page, size_t offset, size_t len)
{
	__builtin_memset((char *)page_address(page) + offset, 0, len);
}

static inline void zero_user(struct page *page, unsigned int start, unsigned int size)
{
	memzero_page(page, start, size);
}

/* From start to before end, and of two such ranges. */
static inline void zero_user_segment(struct page *page, unsigned int start, unsigned int end)
{
	memzero_page(page, start, end - start);
}

static inline void zero_user_segments(struct page *page, unsigned int start1, unsigned int end1,
				      unsigned int start2, unsigned int end2)
{
	if (end1 > start1)
		zero_user_segment(page, start1, end1);
	if (end2 > start2)
		zero_user_segment(page, start2, end2);
}

static inline void folio_zero_range(struct folio *folio, size_t start, size_t length)
{
	__builtin_memset((char *)folio_address(folio) + start, 0, length);
}

static inline void folio_zero_segment(struct folio *folio, size_t start, size_t end)
{
	folio_zero_range(folio, start, end - start);
}

static inline void folio_zero_segments(struct folio *folio, size_t start1, size_t end1,
				       size_t start2, size_t end2)
{
	if (end1 > start1)
		folio_zero_segment(folio, start1, end1);
	if (end2 > start2)
		folio_zero_segment(folio, start2, end2);
}

static inline void memcpy_from_folio(char *to, struct folio *folio, size_t offset, size_t len)
{
	__builtin_memcpy(to, (char *)folio_address(folio) + offset, len);
}

static inline void memcpy_to_folio(struct folio *folio, size_t offset, const char *from,
				   size_t len)
{
	__builtin_memcpy((char *)folio_address(folio) + offset, from, len);
}

static inline void folio_release_kmap(struct folio *folio, void *addr)
{
	kunmap_local(addr);
	folio_put(folio);
}

/* The rest of a folio that is mapped at kaddr: its answer is what is unmapped. */
static inline void *__must_check folio_zero_tail(struct folio *folio, size_t offset, void *kaddr)
{
	return __builtin_memset(kaddr, 0, folio_size(folio) - offset);
}

static inline void folio_fill_tail(struct folio *folio, size_t offset, const char *from,
				   size_t len)
{
	char *to = (char *)folio_address(folio) + offset;

	VM_BUG_ON(offset + len > folio_size(folio));
	__builtin_memcpy(to, from, len);
	__builtin_memset(to + len, 0, folio_size(folio) - offset - len);
}

#endif /* _LINUX_HIGHMEM_H */
