/* SPDX-License-Identifier: MIT */
/* <linux/scatterlist.h> of Linux 6.12. */
#ifndef _LINUX_SCATTERLIST_H
#define _LINUX_SCATTERLIST_H

#include <asm/io.h>
#include <kmemu/scatterlist.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/types.h>

#define SG_CHAIN KMEMU_SG_CHAIN
#define SG_END KMEMU_SG_END
#define SG_PAGE_LINK_MASK (SG_CHAIN | SG_END)
#define SG_CHUNK_SIZE 128
#define SG_MAX_SEGMENTS 2048
#define SG_MAX_SINGLE_ALLOC (PAGE_SIZE / sizeof(struct scatterlist))

#define sg_dma_address(sg) ((sg)->dma_address)
#define sg_dma_len(sg) ((sg)->dma_length)

/* --- one entry */

static __always_inline unsigned int __sg_flags(struct scatterlist *sg)
{
	return (unsigned int)(sg->page_link & SG_PAGE_LINK_MASK);
}

static __always_inline struct scatterlist *sg_chain_ptr(struct scatterlist *sg)
{
	return (struct scatterlist *)(sg->page_link & ~SG_PAGE_LINK_MASK);
}

static __always_inline bool sg_is_chain(struct scatterlist *sg)
{
	return __sg_flags(sg) & SG_CHAIN;
}

static __always_inline bool sg_is_last(struct scatterlist *sg)
{
	return __sg_flags(sg) & SG_END;
}

static __always_inline void sg_assign_page(struct scatterlist *sg, struct page *page)
{
	sg->page_link = (sg->page_link & SG_PAGE_LINK_MASK) | (unsigned long)page;
}

static __always_inline void sg_set_page(struct scatterlist *sg, struct page *page,
					unsigned int len, unsigned int offset)
{
	sg_assign_page(sg, page);
	sg->offset = offset;
	sg->length = len;
}

static __always_inline void sg_set_folio(struct scatterlist *sg, struct folio *folio, size_t len,
					 size_t offset)
{
	WARN_ON_ONCE(len > UINT_MAX);
	WARN_ON_ONCE(offset > UINT_MAX);
	sg_set_page(sg, &folio->page, (unsigned int)len, (unsigned int)offset);
}

static __always_inline struct page *sg_page(struct scatterlist *sg)
{
	return (struct page *)(sg->page_link & ~SG_PAGE_LINK_MASK);
}

static __always_inline void sg_set_buf(struct scatterlist *sg, const void *buf,
				       unsigned int buflen)
{
	struct page *page = kmemu_virt_to_page(buf);

	if (unlikely(!page))
		kmemu_sg_bad_buf(buf);
	sg_set_page(sg, page, buflen, (unsigned int)offset_in_page(buf));
}

static __always_inline void *sg_virt(struct scatterlist *sg)
{
	return (char *)page_address(sg_page(sg)) + sg->offset;
}

static __always_inline dma_addr_t sg_phys(struct scatterlist *sg)
{
	return kmemu_virt_to_phys(page_address(sg_page(sg))) + sg->offset;
}

static __always_inline void sg_mark_end(struct scatterlist *sg)
{
	sg->page_link |= SG_END;
	sg->page_link &= ~SG_CHAIN;
}

static __always_inline void sg_unmark_end(struct scatterlist *sg)
{
	sg->page_link &= ~SG_END;
}

static __always_inline void __sg_chain(struct scatterlist *chain_sg, struct scatterlist *sgl)
{
	chain_sg->offset = 0;
	chain_sg->length = 0;
	chain_sg->page_link = ((unsigned long)sgl | SG_CHAIN) & ~SG_END;
}

static __always_inline void sg_chain(struct scatterlist *prv, unsigned int prv_nents,
				     struct scatterlist *sgl)
{
	__sg_chain(&prv[prv_nents - 1], sgl);
}

#define SG_DMA_BUS_ADDRESS (1 << 0)
#define SG_DMA_SWIOTLB (1 << 1)

static __always_inline bool sg_dma_is_bus_address(struct scatterlist *sg)
{
	return sg->dma_flags & SG_DMA_BUS_ADDRESS;
}

static __always_inline void sg_dma_mark_bus_address(struct scatterlist *sg)
{
	sg->dma_flags |= SG_DMA_BUS_ADDRESS;
}

static __always_inline void sg_dma_unmark_bus_address(struct scatterlist *sg)
{
	sg->dma_flags &= ~(unsigned int)SG_DMA_BUS_ADDRESS;
}

static __always_inline bool sg_dma_is_swiotlb(struct scatterlist *sg)
{
	return sg->dma_flags & SG_DMA_SWIOTLB;
}

static __always_inline void sg_dma_mark_swiotlb(struct scatterlist *sg)
{
	sg->dma_flags |= SG_DMA_SWIOTLB;
}

/* --- lists */

__kmemu_c struct scatterlist *sg_next(struct scatterlist *sg) __kmemu_is(kmemu_sg_next);
__kmemu_c struct scatterlist *sg_last(struct scatterlist *sgl, unsigned int nents)
	__kmemu_is(kmemu_sg_last);
__kmemu_c int sg_nents(struct scatterlist *sg) __kmemu_is(kmemu_sg_nents);
__kmemu_c int sg_nents_for_len(struct scatterlist *sg, u64 len)
	__kmemu_is(kmemu_sg_nents_for_len);
__kmemu_c void sg_init_table(struct scatterlist *sgl, unsigned int nents)
	__kmemu_is(kmemu_sg_init_table);

static __always_inline void sg_init_marker(struct scatterlist *sgl, unsigned int nents)
{
	sg_mark_end(&sgl[nents - 1]);
}

static __always_inline void sg_init_one(struct scatterlist *sg, const void *buf,
					unsigned int buflen)
{
	sg_init_table(sg, 1);
	sg_set_buf(sg, buf, buflen);
}

#define for_each_sg(sglist, sg, nr, __i) \
	for (__i = 0, sg = (sglist); __i < (__typeof__(__i))(nr); __i++, sg = sg_next(sg))
#define for_each_sgtable_sg(sgt, sg, i) for_each_sg((sgt)->sgl, sg, (sgt)->orig_nents, i)
#define for_each_sgtable_dma_sg(sgt, sg, i) for_each_sg((sgt)->sgl, sg, (sgt)->nents, i)

/* --- tables */

typedef kmemu_sg_alloc_fn sg_alloc_fn;
typedef kmemu_sg_free_fn sg_free_fn;

__kmemu_c int __sg_alloc_table(struct sg_table *table, unsigned int nents, unsigned int max_ents,
			       struct scatterlist *first_chunk, unsigned int nents_first_chunk,
			       gfp_t gfp_mask, sg_alloc_fn *alloc_fn)
	__kmemu_is(kmemu___sg_alloc_table);
__kmemu_c void __sg_free_table(struct sg_table *table, unsigned int max_ents,
			       unsigned int nents_first_chunk, sg_free_fn *free_fn,
			       unsigned int num_ents) __kmemu_is(kmemu___sg_free_table);
__kmemu_c int sg_alloc_table(struct sg_table *table, unsigned int nents, gfp_t gfp_mask)
	__kmemu_is(kmemu_sg_alloc_table);
__kmemu_c void sg_free_table(struct sg_table *table) __kmemu_is(kmemu_sg_free_table);
__kmemu_c int sg_alloc_table_chained(struct sg_table *table, int nents,
				     struct scatterlist *first_chunk,
				     unsigned int nents_first_chunk)
	__kmemu_is(kmemu_sg_alloc_table_chained);
__kmemu_c void sg_free_table_chained(struct sg_table *table, unsigned int nents_first_chunk)
	__kmemu_is(kmemu_sg_free_table_chained);
__kmemu_c int sg_alloc_table_from_pages_segment(struct sg_table *sgt, struct page **pages,
						unsigned int n_pages, unsigned int offset,
						unsigned long size, unsigned int max_segment,
						gfp_t gfp_mask)
	__kmemu_is(kmemu_sg_alloc_table_from_pages_segment);

static __always_inline int sg_alloc_table_from_pages(struct sg_table *sgt, struct page **pages,
						     unsigned int n_pages, unsigned int offset,
						     unsigned long size, gfp_t gfp_mask)
{
	return sg_alloc_table_from_pages_segment(sgt, pages, n_pages, offset, size, ~0U, gfp_mask);
}

__kmemu_c int sg_alloc_append_table_from_pages(struct sg_append_table *sgt_append,
					       struct page **pages, unsigned int n_pages,
					       unsigned int offset, unsigned long size,
					       unsigned int max_segment, unsigned int left_pages,
					       gfp_t gfp_mask)
	__kmemu_is(kmemu_sg_alloc_append_table_from_pages);
__kmemu_c void sg_free_append_table(struct sg_append_table *table)
	__kmemu_is(kmemu_sg_free_append_table);
__kmemu_c int sg_split(struct scatterlist *in, int in_mapped_nents, off_t skip, int nb_splits,
		       const size_t *split_sizes, struct scatterlist **out, int *out_mapped_nents,
		       gfp_t gfp_mask) __kmemu_is(kmemu_sg_split);
__kmemu_c struct scatterlist *sgl_alloc_order(unsigned long long length, unsigned int order,
					      bool chainable, gfp_t gfp, unsigned int *nent_p)
	__kmemu_is(kmemu_sgl_alloc_order);
__kmemu_c void sgl_free_n_order(struct scatterlist *sgl, int nents, int order)
	__kmemu_is(kmemu_sgl_free_n_order);

static __always_inline struct scatterlist *sgl_alloc(unsigned long long length, gfp_t gfp,
						     unsigned int *nent_p)
{
	return sgl_alloc_order(length, 0, false, gfp, nent_p);
}

static __always_inline void sgl_free_order(struct scatterlist *sgl, int order)
{
	sgl_free_n_order(sgl, 0x7fffffff, order);
}

static __always_inline void sgl_free(struct scatterlist *sgl)
{
	sgl_free_n_order(sgl, 0x7fffffff, 0);
}

/* --- copies */

__kmemu_c size_t sg_copy_buffer(struct scatterlist *sgl, unsigned int nents, void *buf,
				size_t buflen, off_t skip, bool to_buffer)
	__kmemu_is(kmemu_sg_copy_buffer);
__kmemu_c size_t sg_zero_buffer(struct scatterlist *sgl, unsigned int nents, size_t buflen,
				off_t skip) __kmemu_is(kmemu_sg_zero_buffer);

static __always_inline size_t sg_copy_from_buffer(struct scatterlist *sgl, unsigned int nents,
						  const void *buf, size_t buflen)
{
	return sg_copy_buffer(sgl, nents, (void *)buf, buflen, 0, false);
}

static __always_inline size_t sg_copy_to_buffer(struct scatterlist *sgl, unsigned int nents,
						void *buf, size_t buflen)
{
	return sg_copy_buffer(sgl, nents, buf, buflen, 0, true);
}

static __always_inline size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int nents,
						   const void *buf, size_t buflen, off_t skip)
{
	return sg_copy_buffer(sgl, nents, (void *)buf, buflen, skip, false);
}

static __always_inline size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int nents,
						 void *buf, size_t buflen, off_t skip)
{
	return sg_copy_buffer(sgl, nents, buf, buflen, skip, true);
}

/* --- page by page */

__kmemu_c void __sg_page_iter_start(struct sg_page_iter *piter, struct scatterlist *sglist,
				    unsigned int nents, unsigned long pgoffset)
	__kmemu_is(kmemu___sg_page_iter_start);
__kmemu_c bool __sg_page_iter_next(struct sg_page_iter *piter)
	__kmemu_is(kmemu___sg_page_iter_next);
__kmemu_c bool __sg_page_iter_dma_next(struct sg_dma_page_iter *dma_iter)
	__kmemu_is(kmemu___sg_page_iter_dma_next);

static __always_inline struct page *sg_page_iter_page(struct sg_page_iter *piter)
{
	return virt_to_page((char *)page_address(sg_page(piter->sg)) +
			    ((unsigned long)piter->sg_pgoffset << PAGE_SHIFT));
}

static __always_inline dma_addr_t sg_page_iter_dma_address(struct sg_dma_page_iter *dma_iter)
{
	return sg_dma_address(dma_iter->base.sg) +
	       ((dma_addr_t)dma_iter->base.sg_pgoffset << PAGE_SHIFT);
}

#define for_each_sg_page(sglist, piter, nents, pgoffset)                   \
	for (__sg_page_iter_start((piter), (sglist), (nents), (pgoffset)); \
	     __sg_page_iter_next(piter);)
#define for_each_sg_dma_page(sglist, dma_iter, dma_nents, pgoffset)                   \
	for (__sg_page_iter_start(&(dma_iter)->base, sglist, dma_nents, pgoffset); \
	     __sg_page_iter_dma_next(dma_iter);)
#define for_each_sgtable_page(sgt, piter, pgoffset) \
	for_each_sg_page((sgt)->sgl, piter, (sgt)->orig_nents, pgoffset)
#define for_each_sgtable_dma_page(sgt, dma_iter, pgoffset) \
	for_each_sg_dma_page((sgt)->sgl, dma_iter, (sgt)->nents, pgoffset)

#define SG_MITER_ATOMIC (1 << 0)
#define SG_MITER_TO_SG (1 << 1)
#define SG_MITER_FROM_SG (1 << 2)

__kmemu_c void sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl,
			      unsigned int nents, unsigned int flags)
	__kmemu_is(kmemu_sg_miter_start);
__kmemu_c bool sg_miter_skip(struct sg_mapping_iter *miter, off_t offset)
	__kmemu_is(kmemu_sg_miter_skip);
__kmemu_c bool sg_miter_next(struct sg_mapping_iter *miter) __kmemu_is(kmemu_sg_miter_next);
__kmemu_c void sg_miter_stop(struct sg_mapping_iter *miter) __kmemu_is(kmemu_sg_miter_stop);

#endif /* _LINUX_SCATTERLIST_H */
