/* SPDX-License-Identifier: MIT */
/*
 * <linux/gfp.h> of Linux 6.12: pages by number. Nodes are none but 0. Orders are
 * log2 of pages, 0 to 10; NULL or 0 is no memory. With __GFP_DIRECT_RECLAIM they
 * may sleep; frees may be made anywhere.
 */
#ifndef __LINUX_GFP_H
#define __LINUX_GFP_H

#include <asm/page.h>
#include <kmemu/mm.h>
#include <linux/compiler.h>
#include <linux/gfp_types.h>
#include <linux/nodemask.h>
#include <linux/mmzone.h>
#include <linux/topology.h>
#include <linux/types.h>

#define MAX_PAGE_ORDER 10
#define NR_PAGE_ORDERS (MAX_PAGE_ORDER + 1)
#define MAX_ORDER_NR_PAGES (1 << MAX_PAGE_ORDER)
#define PAGE_ALLOC_COSTLY_ORDER 3

static __always_inline bool gfpflags_allow_blocking(const gfp_t flags)
{
	return !!(flags & __GFP_DIRECT_RECLAIM);
}

#define GFP_MOVABLE_MASK (__GFP_RECLAIMABLE | __GFP_MOVABLE)

/* 0 unmovable, 1 movable, 2 reclaimable. */
static __always_inline int gfp_migratetype(const gfp_t flags)
{
	return (int)((flags & GFP_MOVABLE_MASK) >> 3);
}

__kmemu_c struct page *alloc_pages(gfp_t flags, unsigned int order) __kmemu_is(kmemu_alloc_pages);

static __always_inline struct page *alloc_pages_node(int nid, gfp_t flags, unsigned int order)
{
	(void)nid;
	return kmemu_alloc_pages(flags, order);
}

static __always_inline struct page *__alloc_pages_node(int nid, gfp_t flags, unsigned int order)
{
	return alloc_pages_node(nid, flags, order);
}

#ifndef __cplusplus
static __always_inline struct page *__alloc_pages(gfp_t flags, unsigned int order, int nid,
						  nodemask_t *nodemask)
{
	(void)nodemask;
	return alloc_pages_node(nid, flags, order);
}
#endif

#define alloc_page(flags) alloc_pages(flags, 0)

__kmemu_c unsigned long __get_free_pages(gfp_t flags, unsigned int order)
	__kmemu_is(kmemu_get_free_pages);

#define __get_free_page(flags) __get_free_pages(flags, 0)
#define __get_dma_pages(flags, order) __get_free_pages((flags) | GFP_DMA, order)

static __always_inline unsigned long get_zeroed_page(gfp_t flags)
{
	return __get_free_pages(flags | __GFP_ZERO, 0);
}

__kmemu_c void __free_pages(struct page *page, unsigned int order) __kmemu_is(kmemu_free_pages);
__kmemu_c void free_pages(unsigned long addr, unsigned int order) __kmemu_is(kmemu_free_pages_addr);

#define __free_page(page) __free_pages(page, 0)
#define free_page(addr) free_pages((unsigned long)(addr), 0)

/* size bytes, rounded up to pages, contiguous; freed with the same size. */
__kmemu_c void *alloc_pages_exact(size_t size, gfp_t flags) __kmemu_is(kmemu_alloc_pages_exact);
__kmemu_c void free_pages_exact(void *virt, size_t size) __kmemu_is(kmemu_free_pages_exact);

static __always_inline void *alloc_pages_exact_nid(int nid, size_t size, gfp_t flags)
{
	(void)nid;
	return alloc_pages_exact(size, flags);
}

/* The NULLs of an array, or nr more on a list; how many there are. */
#define alloc_pages_bulk_array(flags, nr, array) kmemu_alloc_pages_bulk(flags, nr, NULL, array)
#define alloc_pages_bulk_list(flags, nr, list) kmemu_alloc_pages_bulk(flags, nr, list, NULL)

static __always_inline unsigned long alloc_pages_bulk_array_node(gfp_t flags, int nid,
								 unsigned long nr,
								 struct page **array)
{
	(void)nid;
	return kmemu_alloc_pages_bulk(flags, nr, NULL, array);
}

/* Of page_frag_free(): a page by any address in it. */
static __always_inline void page_frag_free(void *addr)
{
	struct page *page = kmemu_virt_to_page(addr);

	if (page)
		kmemu_put_page(page);
}

/* A block of 32 KiB, or of a page when there is none. */
static __always_inline void *__kmemu_page_frag_refill(struct page_frag_cache *nc, gfp_t flags)
{
	gfp_t high = (flags & ~__GFP_DIRECT_RECLAIM) | __GFP_COMP | __GFP_NOWARN |
		     __GFP_NORETRY | __GFP_NOMEMALLOC;
	struct page *page = kmemu_alloc_pages(high, PAGE_FRAG_CACHE_MAX_ORDER);

	nc->size = page ? PAGE_FRAG_CACHE_MAX_SIZE : PAGE_SIZE;
	if (!page)
		page = kmemu_alloc_pages(flags, 0);
	nc->va = page ? kmemu_page_address(page) : NULL;
	nc->offset = nc->size;
	return nc->va;
}

/* Those that were handed out stay until they are freed (mm/page_alloc.c of 6.12). */
static inline void page_frag_cache_drain(struct page_frag_cache *nc)
{
	if (nc->va)
		page_frag_free(nc->va);
	nc->va = NULL;
}

/* align_mask: -align. NULL: no memory, or larger than the block. The caller keeps others off. */
static __always_inline void *__page_frag_alloc_align(struct page_frag_cache *nc,
						     unsigned int fragsz, gfp_t flags,
						     unsigned int align_mask)
{
	struct page *page;

	if (nc->va && nc->offset < fragsz) {
		page = kmemu_virt_to_page(nc->va);
		if (kmemu_page_count(page) == 1)
			nc->offset = nc->size; /* all of it is free */
		else
			page_frag_cache_drain(nc);
	}
	if (!nc->va && !__kmemu_page_frag_refill(nc, flags))
		return NULL;
	if (nc->offset < fragsz)
		return NULL;
	nc->offset = (nc->offset - fragsz) & align_mask;
	page = kmemu_virt_to_page(nc->va);
	kmemu_get_page(page);
	return (char *)nc->va + nc->offset;
}

static __always_inline void *page_frag_alloc_align(struct page_frag_cache *nc, unsigned int fragsz,
						   gfp_t flags, unsigned int align)
{
	return __page_frag_alloc_align(nc, fragsz, flags, -align);
}

static __always_inline void *page_frag_alloc(struct page_frag_cache *nc, unsigned int fragsz,
					     gfp_t flags)
{
	return __page_frag_alloc_align(nc, fragsz, flags, ~0u);
}

/* References of a block that its owner counted in advance. */
static __always_inline void __page_frag_cache_drain(struct page *page, unsigned int count)
{
	while (count--)
		kmemu_put_page(page);
}

static __always_inline struct folio *folio_alloc(gfp_t flags, unsigned int order)
{
	return (struct folio *)kmemu_alloc_pages(flags | __GFP_COMP, order);
}

#define alloc_pages_noprof alloc_pages
#define alloc_page_noprof alloc_page
#define __get_free_pages_noprof __get_free_pages
#define get_zeroed_page_noprof get_zeroed_page
#define alloc_pages_exact_noprof alloc_pages_exact

#include <linux/mmdebug.h>
#include <linux/percpu.h>
#ifndef __cplusplus
#include <linux/notifier.h>
#endif

#ifndef __cplusplus

static inline bool gfp_has_io_fs(gfp_t gfp)
{
	return (gfp & (__GFP_IO | __GFP_FS)) == (__GFP_IO | __GFP_FS);
}

/* What a nested allocation of debugging code may do where the outer one has these. */
static inline gfp_t gfp_nested_mask(gfp_t flags)
{
	return (flags & (GFP_KERNEL | GFP_ATOMIC | __GFP_NOLOCKDEP)) | __GFP_NORETRY |
	       __GFP_NOMEMALLOC | __GFP_NOWARN;
}

/* One node, and no policies of a mapping's. */

static __always_inline struct page *alloc_page_vma(gfp_t gfp, struct vm_area_struct *vma,
						   unsigned long addr)
{
	(void)vma;
	(void)addr;
	return alloc_page(gfp);
}

/* Later kernels have no fifth argument (hugepage). */
#define vma_alloc_folio(gfp, order, vma, addr, ...) \
	((void)(vma), (void)(addr), folio_alloc(gfp, order))

static __always_inline struct folio *__folio_alloc_node(gfp_t gfp, unsigned int order, int nid)
{
	(void)nid;
	return folio_alloc(gfp, order);
}

static __always_inline struct folio *__folio_alloc(gfp_t gfp, unsigned int order, int nid,
						   nodemask_t *nodemask)
{
	(void)nid;
	(void)nodemask;
	return folio_alloc(gfp, order);
}

/* Pages that lie together, each freed for itself or all by free_contig_range(); 1,024 at most. */
static __always_inline struct page *alloc_contig_pages(unsigned long nr_pages, gfp_t gfp, int nid,
						       const void *nodemask)
{
	unsigned long bytes = nr_pages * PAGE_SIZE;
	void *virt;

	(void)nid;
	(void)nodemask;
	if (!nr_pages || nr_pages > 1024 || gfp & __GFP_COMP)
		return NULL;
	virt = alloc_pages_exact(bytes, gfp);
	return virt ? kmemu_virt_to_page(virt) : NULL;
}

/* These very frames, if all are free: nothing is moved away. 0, -EBUSY or -EINVAL. */
static __always_inline int alloc_contig_range(unsigned long start, unsigned long end,
					      unsigned int migratetype, gfp_t gfp_mask)
{
	(void)migratetype;
	return kmemu_alloc_contig_range(start, end, gfp_mask);
}
#define alloc_contig_range_noprof alloc_contig_range

static __always_inline void free_contig_range(unsigned long pfn, unsigned long nr_pages)
{
	while (nr_pages--)
		__free_pages(kmemu_pfn_to_page(pfn++), 0);
}

#endif /* __cplusplus */

#ifndef __cplusplus

static inline enum zone_type gfp_zone(gfp_t flags)
{
	return flags & __GFP_DMA ? ZONE_DMA : flags & __GFP_DMA32 ? ZONE_DMA32 : ZONE_NORMAL;
}

static inline struct zonelist *node_zonelist(int nid, gfp_t flags)
{
	return &NODE_DATA(nid)->node_zonelists[flags & __GFP_THISNODE ? ZONELIST_NOFALLBACK :
									ZONELIST_FALLBACK];
}
#define gfp_allowed_mask __GFP_BITS_MASK

static __always_inline bool gfp_pfmemalloc_allowed(gfp_t flags)
{
	(void)flags;
	return false;
}

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/list_nulls.h>
#include <linux/local_lock.h>
#include <linux/nodemask.h>
#include <linux/once.h>
#include <linux/seqlock.h>
#include <linux/swait.h>
#endif

#endif /* __LINUX_GFP_H */
