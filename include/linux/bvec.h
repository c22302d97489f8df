/* SPDX-License-Identifier: MIT */
/*
 * <linux/bvec.h> of Linux 6.12: bytes in a page and the frames behind it, and walks over
 * arrays of them. There are no bios.
 */
#ifndef __LINUX_BVEC_H
#define __LINUX_BVEC_H

#include <kmemu/uio.h>

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/highmem.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/types.h>

static inline void bvec_set_page(struct bio_vec *bv, struct page *page, unsigned int len,
				 unsigned int offset)
{
	bv->bv_page = page;
	bv->bv_len = len;
	bv->bv_offset = offset;
}

static inline void bvec_set_folio(struct bio_vec *bv, struct folio *folio, size_t len,
				  size_t offset)
{
	WARN_ON_ONCE(len > UINT_MAX);
	bvec_set_page(bv, folio_page(folio, offset / PAGE_SIZE), (unsigned int)len,
		      offset_in_page(offset));
}

static inline void bvec_set_virt(struct bio_vec *bv, void *vaddr, unsigned int len)
{
	bvec_set_page(bv, virt_to_page(vaddr), len, offset_in_page(vaddr));
}

/* Where a walk over an array of them is. */
struct bvec_iter {
	sector_t bi_sector; /* the device's */
	unsigned int bi_size; /* bytes that are left */
	unsigned int bi_idx; /* the one that is next */
	unsigned int bi_bvec_done; /* bytes of it that are done */
} __packed __aligned(4);

#define BVEC_ITER_ALL_INIT \
	((struct bvec_iter){ .bi_sector = 0, .bi_size = UINT_MAX, .bi_idx = 0, .bi_bvec_done = 0 })

/* What is next, as a whole (mp_) and up to the end of a page. */
#define __bvec_iter_bvec(bvec, iter) (&(bvec)[(iter).bi_idx])
#define mp_bvec_iter_page(bvec, iter) (__bvec_iter_bvec(bvec, iter)->bv_page)
#define mp_bvec_iter_len(bvec, iter) \
	min((iter).bi_size, __bvec_iter_bvec(bvec, iter)->bv_len - (iter).bi_bvec_done)
#define mp_bvec_iter_offset(bvec, iter) \
	(__bvec_iter_bvec(bvec, iter)->bv_offset + (iter).bi_bvec_done)
#define mp_bvec_iter_page_idx(bvec, iter) (mp_bvec_iter_offset(bvec, iter) / PAGE_SIZE)
#define mp_bvec_iter_bvec(bvec, iter)                                       \
	((struct bio_vec){ .bv_page = mp_bvec_iter_page(bvec, iter),        \
			   .bv_len = mp_bvec_iter_len(bvec, iter),          \
			   .bv_offset = mp_bvec_iter_offset(bvec, iter) })
#define bvec_iter_offset(bvec, iter) (mp_bvec_iter_offset(bvec, iter) % PAGE_SIZE)
#define bvec_iter_len(bvec, iter)                            \
	min_t(unsigned int, mp_bvec_iter_len(bvec, iter),    \
	      PAGE_SIZE - bvec_iter_offset(bvec, iter))
#define bvec_iter_page(bvec, iter) \
	(mp_bvec_iter_page(bvec, iter) + mp_bvec_iter_page_idx(bvec, iter))
#define bvec_iter_bvec(bvec, iter)                                      \
	((struct bio_vec){ .bv_page = bvec_iter_page(bvec, iter),       \
			   .bv_len = bvec_iter_len(bvec, iter),         \
			   .bv_offset = bvec_iter_offset(bvec, iter) })

/* False: it has not so many bytes (a WARN). */
static inline bool bvec_iter_advance(const struct bio_vec *bv, struct bvec_iter *iter,
				     unsigned int bytes)
{
	if (WARN_ONCE(bytes > iter->bi_size, "Attempted to advance past end of bvec iter\n")) {
		iter->bi_size = 0;
		return false;
	}
	iter->bi_size -= bytes;
	bytes += iter->bi_bvec_done;
	for (; bytes && bytes >= bv[iter->bi_idx].bv_len; iter->bi_idx++)
		bytes -= bv[iter->bi_idx].bv_len;
	iter->bi_bvec_done = bytes;
	return true;
}

/* The same within one of them. */
static inline void bvec_iter_advance_single(const struct bio_vec *bv, struct bvec_iter *iter,
					    unsigned int bytes)
{
	iter->bi_size -= bytes;
	iter->bi_bvec_done += bytes;
	if (iter->bi_bvec_done == bv[iter->bi_idx].bv_len) {
		iter->bi_bvec_done = 0;
		iter->bi_idx++;
	}
}

#define for_each_bvec(bvl, bio_vec, iter, start)                                              \
	for (iter = (start);                                                                  \
	     (iter).bi_size && ((bvl = bvec_iter_bvec((bio_vec), (iter))), 1);                \
	     bvec_iter_advance_single((bio_vec), &(iter), (bvl).bv_len))

/* Page by page, of all. */
struct bvec_iter_all {
	struct bio_vec bv;
	int idx;
	unsigned int done; /* bytes of the one of that number */
};

static inline struct bio_vec *bvec_init_iter_all(struct bvec_iter_all *iter_all)
{
	iter_all->done = 0;
	iter_all->idx = 0;
	return &iter_all->bv;
}

static inline void bvec_advance(const struct bio_vec *bvec, struct bvec_iter_all *iter_all)
{
	unsigned int at = bvec->bv_offset + iter_all->done;

	iter_all->bv.bv_page = bvec->bv_page + at / PAGE_SIZE;
	iter_all->bv.bv_offset = at % PAGE_SIZE;
	iter_all->bv.bv_len = min_t(unsigned int, PAGE_SIZE - iter_all->bv.bv_offset,
				    bvec->bv_len - iter_all->done);
	iter_all->done += iter_all->bv.bv_len;
	if (iter_all->done == bvec->bv_len) {
		iter_all->done = 0;
		iter_all->idx++;
	}
}

/* Of one page. */
static inline void *bvec_kmap_local(struct bio_vec *bvec)
{
	return (char *)kmap_local_page(bvec->bv_page) + bvec->bv_offset;
}

static inline void memcpy_from_bvec(char *to, struct bio_vec *bvec)
{
	memcpy_from_page(to, bvec->bv_page, bvec->bv_offset, bvec->bv_len);
}

static inline void memcpy_to_bvec(struct bio_vec *bvec, const char *from)
{
	memcpy_to_page(bvec->bv_page, bvec->bv_offset, from, bvec->bv_len);
}

static inline void memzero_bvec(struct bio_vec *bvec)
{
	memzero_page(bvec->bv_page, bvec->bv_offset, bvec->bv_len);
}

static inline void *bvec_virt(struct bio_vec *bvec)
{
	return (char *)page_address(bvec->bv_page) + bvec->bv_offset;
}

static inline phys_addr_t bvec_phys(const struct bio_vec *bvec)
{
	return PFN_PHYS(page_to_pfn(bvec->bv_page)) + bvec->bv_offset;
}

#endif /* __cplusplus */

#endif /* __LINUX_BVEC_H */
