/* SPDX-License-Identifier: MIT */
/*
 * scatterlist.h - lists of pieces of memory for a device (kernel:
 * include/linux/scatterlist.h, lib/scatterlist.c). The layout is the kernel's
 * for x86-64; <linux/scatterlist.h> has what is inline there.
 */
#ifndef KMEMU_SCATTERLIST_H
#define KMEMU_SCATTERLIST_H

#include "sigset.h"
#include "device.h"
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KMEMU_SG_CHAIN 1UL /* page_link is the next list */
#define KMEMU_SG_END 2UL /* the last entry */

struct scatterlist {
	unsigned long page_link; /* struct page *, and the two bits above */
	unsigned int offset, length; /* bytes in the page, which may be one of many */
	kmemu_dma_addr_t dma_address; /* by dma_map_sg() */
	unsigned int dma_length;
	unsigned int dma_flags;
};

struct sg_table {
	struct scatterlist *sgl;
	unsigned int nents; /* mapped entries */
	unsigned int orig_nents; /* entries of the list */
};

struct sg_append_table {
	struct sg_table sgt;
	struct scatterlist *prv; /* the last entry in use */
	unsigned int total_nents;
};

struct sg_page_iter {
	struct scatterlist *sg;
	unsigned int sg_pgoffset; /* pages from its start */
	unsigned int __nents;
	int __pg_advance;
};

struct sg_dma_page_iter {
	struct sg_page_iter base;
};

struct sg_mapping_iter {
	struct page *page;
	void *addr;
	size_t length, consumed; /* consumed: may be lowered by the user */
	struct sg_page_iter piter;
	unsigned int __offset, __remaining, __flags;
};

typedef struct scatterlist *(kmemu_sg_alloc_fn)(unsigned int nents, kmemu_gfp_t flags);
typedef void(kmemu_sg_free_fn)(struct scatterlist *sgl, unsigned int nents);

/*
 * As in lib/scatterlist.c. Numbers are entries; alloc: 0, -ENOMEM, or -EINVAL
 * for none. nents_for_len: -EINVAL when the list is shorter. The copying ones
 * return bytes copied.
 */
struct scatterlist *kmemu_sg_next(struct scatterlist *sg);
struct scatterlist *kmemu_sg_last(struct scatterlist *sgl, unsigned int nents);
int kmemu_sg_nents(struct scatterlist *sg);
int kmemu_sg_nents_for_len(struct scatterlist *sg, unsigned long long len);
void kmemu_sg_init_table(struct scatterlist *sgl, unsigned int nents);
/* Of sg_set_buf(), for a buffer without a page (kind not-linear; CONFIG_DEBUG_SG). */
void kmemu_sg_bad_buf(const void *buf);
int kmemu___sg_alloc_table(struct sg_table *table, unsigned int nents, unsigned int max_ents,
			   struct scatterlist *first_chunk, unsigned int nents_first_chunk,
			   kmemu_gfp_t flags, kmemu_sg_alloc_fn *alloc_fn);
void kmemu___sg_free_table(struct sg_table *table, unsigned int max_ents,
			   unsigned int nents_first_chunk, kmemu_sg_free_fn *free_fn,
			   unsigned int num_ents);
int kmemu_sg_alloc_table(struct sg_table *table, unsigned int nents, kmemu_gfp_t flags);
void kmemu_sg_free_table(struct sg_table *table);
int kmemu_sg_alloc_table_chained(struct sg_table *table, int nents,
				 struct scatterlist *first_chunk, unsigned int nents_first_chunk);
void kmemu_sg_free_table_chained(struct sg_table *table, unsigned int nents_first_chunk);
/* Neighbouring pages become one entry, of at most max_segment bytes. */
int kmemu_sg_alloc_table_from_pages_segment(struct sg_table *table, struct page **pages,
					    unsigned int n_pages, unsigned int offset,
					    unsigned long size, unsigned int max_segment,
					    kmemu_gfp_t flags);
/*
 * The same piece by piece: table is all 0 at first, left_pages are to come in later calls; 0
 * ends the list. Pages that lie behind the last entry go into it. -EINVAL, with a WARN: an
 * offset in a later call, or max_segment below a page. What was there stays on failure.
 */
int kmemu_sg_alloc_append_table_from_pages(struct sg_append_table *table, struct page **pages,
					   unsigned int n_pages, unsigned int offset,
					   unsigned long size, unsigned int max_segment,
					   unsigned int left_pages, kmemu_gfp_t flags);
void kmemu_sg_free_append_table(struct sg_append_table *table);
/*
 * lib/sg_split.c: nb_splits lists of split_sizes[] bytes each, behind skip bytes of in, each
 * to be kfree()d. in_mapped_nents: what dma_map_sg() returned, 0: not mapped. 0, -ENOMEM, or
 * -EINVAL: in is shorter, or a size is 0.
 */
int kmemu_sg_split(struct scatterlist *in, int in_mapped_nents, off_t skip, int nb_splits,
		   const size_t *split_sizes, struct scatterlist **out, int *out_mapped_nents,
		   kmemu_gfp_t flags);
struct scatterlist *kmemu_sgl_alloc_order(unsigned long long length, unsigned int order,
					  bool chainable, kmemu_gfp_t flags, unsigned int *nents);
void kmemu_sgl_free_n_order(struct scatterlist *sgl, int nents, int order);
size_t kmemu_sg_copy_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen,
			    off_t skip, bool to_buffer);
size_t kmemu_sg_zero_buffer(struct scatterlist *sgl, unsigned int nents, size_t buflen,
			    off_t skip);
void kmemu___sg_page_iter_start(struct sg_page_iter *iter, struct scatterlist *sgl,
				unsigned int nents, unsigned long pgoffset);
bool kmemu___sg_page_iter_next(struct sg_page_iter *iter);
bool kmemu___sg_page_iter_dma_next(struct sg_dma_page_iter *iter);
void kmemu_sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl,
			  unsigned int nents, unsigned int flags);
bool kmemu_sg_miter_skip(struct sg_mapping_iter *miter, off_t offset);
bool kmemu_sg_miter_next(struct sg_mapping_iter *miter);
void kmemu_sg_miter_stop(struct sg_mapping_iter *miter);

#ifdef __cplusplus
}
#endif

#endif
