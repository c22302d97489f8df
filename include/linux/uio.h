/* SPDX-License-Identifier: MIT */
/*
 * <linux/uio.h> of Linux 6.12: memory that a read or a write goes to or comes from, in
 * pieces. What copies a program's memory may sleep (might_fault()), but for what is named
 * atomic, nofault or nocache; copies of kernel memory and of pages do not, in any context.
 *
 * struct iovec is libc's, which is the same; libc's <sys/uio.h> may come before or after.
 */
#ifndef __LINUX_UIO_H
#define __LINUX_UIO_H

#include <kmemu/uio.h>

/* As <sys/uio.h> has it. */
#ifndef UIO_MAXIOV
#define UIO_MAXIOV 1024
#endif
#define UIO_FASTIOV 8

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/compat.h>
#include <linux/compiler.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm_types.h>
#include <linux/thread_info.h>
#include <linux/types.h>
#include <linux/uaccess.h>

typedef unsigned int iov_iter_extraction_t;
#define ITER_ALLOW_P2PDMA ((iov_iter_extraction_t)0x01)

/* --- making */

__kmemu_c void iov_iter_init(struct iov_iter *i, unsigned int direction, const struct iovec *iov,
			     unsigned long nr_segs, size_t count) __kmemu_is(kmemu_iov_iter_init);
__kmemu_c void iov_iter_kvec(struct iov_iter *i, unsigned int direction, const struct kvec *kvec,
			     unsigned long nr_segs, size_t count) __kmemu_is(kmemu_iov_iter_kvec);
__kmemu_c void iov_iter_bvec(struct iov_iter *i, unsigned int direction,
			     const struct bio_vec *bvec, unsigned long nr_segs, size_t count)
	__kmemu_is(kmemu_iov_iter_bvec);
__kmemu_c void iov_iter_folio_queue(struct iov_iter *i, unsigned int direction,
				    const struct folio_queue *folioq, unsigned int first_slot,
				    unsigned int offset, size_t count)
	__kmemu_is(kmemu_iov_iter_folio_queue);
__kmemu_c void iov_iter_xarray(struct iov_iter *i, unsigned int direction, struct xarray *xarray,
			       loff_t start, size_t count) __kmemu_is(kmemu_iov_iter_xarray);
__kmemu_c void iov_iter_discard(struct iov_iter *i, unsigned int direction, size_t count)
	__kmemu_is(kmemu_iov_iter_discard);

static __always_inline void iov_iter_ubuf(struct iov_iter *i, unsigned int direction,
					  void __user *buf, size_t count)
{
	kmemu_iov_iter_ubuf(i, direction, buf, count);
}

__kmemu_c const void *dup_iter(struct iov_iter *new, struct iov_iter *old, gfp_t flags)
	__kmemu_is(kmemu_dup_iter);

/* --- from a program */

__kmemu_c struct iovec *iovec_from_user(const struct iovec __user *uvector, unsigned long nr_segs,
					unsigned long fast_segs, struct iovec *fast_iov,
					bool compat) __kmemu_is(kmemu_iovec_from_user);
__kmemu_c ssize_t __import_iovec(int type, const struct iovec __user *uvec, unsigned int nr_segs,
				 unsigned int fast_segs, struct iovec **iovp, struct iov_iter *i,
				 bool compat) __kmemu_is(kmemu___import_iovec);
__kmemu_c ssize_t import_iovec(int type, const struct iovec __user *uvec, unsigned int nr_segs,
			       unsigned int fast_segs, struct iovec **iovp, struct iov_iter *i)
	__kmemu_is(kmemu_import_iovec);
__kmemu_c int import_ubuf(int type, void __user *buf, size_t len, struct iov_iter *i)
	__kmemu_is(kmemu_import_ubuf);

/* --- what it is */

static inline enum iter_type iov_iter_type(const struct iov_iter *i)
{
	return (enum iter_type)i->iter_type;
}

static inline bool iter_is_ubuf(const struct iov_iter *i)
{
	return i->iter_type == ITER_UBUF;
}

static inline bool iter_is_iovec(const struct iov_iter *i)
{
	return i->iter_type == ITER_IOVEC;
}

static inline bool iov_iter_is_kvec(const struct iov_iter *i)
{
	return i->iter_type == ITER_KVEC;
}

static inline bool iov_iter_is_bvec(const struct iov_iter *i)
{
	return i->iter_type == ITER_BVEC;
}

static inline bool iov_iter_is_discard(const struct iov_iter *i)
{
	return i->iter_type == ITER_DISCARD;
}

static inline bool iov_iter_is_folioq(const struct iov_iter *i)
{
	return i->iter_type == ITER_FOLIOQ;
}

static inline bool iov_iter_is_xarray(const struct iov_iter *i)
{
	return i->iter_type == ITER_XARRAY;
}

static inline bool user_backed_iter(const struct iov_iter *i)
{
	return iter_is_ubuf(i) || iter_is_iovec(i);
}

/* WRITE: it is a source. */
static inline unsigned char iov_iter_rw(const struct iov_iter *i)
{
	return i->data_source ? WRITE : READ;
}

static inline bool iov_iter_extract_will_pin(const struct iov_iter *iter)
{
	return user_backed_iter(iter);
}

/* The pieces of a program's memory, also where there is one. */
static inline const struct iovec *iter_iov(const struct iov_iter *iter)
{
	return iter_is_ubuf(iter) ? &iter->__ubuf_iovec : iter->__iov;
}
#define iter_iov_addr(iter) ((void *)((char *)iter_iov(iter)->iov_base + (iter)->iov_offset))
#define iter_iov_len(iter) (iter_iov(iter)->iov_len - (iter)->iov_offset)

static inline size_t iov_length(const struct iovec *iov, unsigned long nr_segs)
{
	size_t bytes = 0;

	while (nr_segs--)
		bytes += iov++->iov_len;
	return bytes;
}

static inline size_t iov_iter_count(const struct iov_iter *i)
{
	return i->count;
}

/* No more than count bytes, and so many again. */
static inline void iov_iter_truncate(struct iov_iter *i, u64 count)
{
	if (count < i->count)
		i->count = count;
}

static inline void iov_iter_reexpand(struct iov_iter *i, size_t count)
{
	i->count = count;
}

__kmemu_c size_t iov_iter_single_seg_count(const struct iov_iter *i)
	__kmemu_is(kmemu_iov_iter_single_seg_count);
__kmemu_c bool iov_iter_is_aligned(const struct iov_iter *i, unsigned int addr_mask,
				   unsigned int len_mask) __kmemu_is(kmemu_iov_iter_is_aligned);
__kmemu_c unsigned long iov_iter_alignment(const struct iov_iter *i)
	__kmemu_is(kmemu_iov_iter_alignment);
__kmemu_c unsigned long iov_iter_gap_alignment(const struct iov_iter *i)
	__kmemu_is(kmemu_iov_iter_gap_alignment);
__kmemu_c int iov_iter_npages(const struct iov_iter *i, int maxpages)
	__kmemu_is(kmemu_iov_iter_npages);

static inline int iov_iter_npages_cap(struct iov_iter *i, int maxpages, size_t max_bytes)
{
	struct iov_iter capped = *i;

	iov_iter_truncate(&capped, max_bytes);
	return iov_iter_npages(&capped, maxpages);
}

/* --- on and back */

__kmemu_c void iov_iter_advance(struct iov_iter *i, size_t bytes)
	__kmemu_is(kmemu_iov_iter_advance);
__kmemu_c void iov_iter_revert(struct iov_iter *i, size_t bytes) __kmemu_is(kmemu_iov_iter_revert);
__kmemu_c void iov_iter_restore(struct iov_iter *i, struct iov_iter_state *state)
	__kmemu_is(kmemu_iov_iter_restore);

static inline void iov_iter_save_state(struct iov_iter *iter, struct iov_iter_state *state)
{
	state->iov_offset = iter->iov_offset;
	state->count = iter->count;
	state->nr_segs = iter->nr_segs;
}

/* --- copies: the bytes that were */

__kmemu_c size_t _copy_to_iter(const void *addr, size_t bytes, struct iov_iter *i)
	__kmemu_is(kmemu_copy_to_iter);
__kmemu_c size_t _copy_from_iter(void *addr, size_t bytes, struct iov_iter *i)
	__kmemu_is(kmemu_copy_from_iter);
__kmemu_c size_t _copy_from_iter_nocache(void *addr, size_t bytes, struct iov_iter *i)
	__kmemu_is(kmemu_copy_from_iter_nocache);
/* Memory is not persistent, and none is bad. */
#define _copy_from_iter_flushcache _copy_from_iter_nocache
#define _copy_mc_to_iter _copy_to_iter
__kmemu_c size_t copy_page_to_iter(struct page *page, size_t offset, size_t bytes,
				   struct iov_iter *i) __kmemu_is(kmemu_copy_page_to_iter);
__kmemu_c size_t copy_page_to_iter_nofault(struct page *page, unsigned int offset, size_t bytes,
					   struct iov_iter *i)
	__kmemu_is(kmemu_copy_page_to_iter_nofault);
__kmemu_c size_t copy_page_from_iter(struct page *page, size_t offset, size_t bytes,
				     struct iov_iter *i) __kmemu_is(kmemu_copy_page_from_iter);
__kmemu_c size_t copy_page_from_iter_atomic(struct page *page, size_t offset, size_t bytes,
					    struct iov_iter *i)
	__kmemu_is(kmemu_copy_page_from_iter_atomic);
__kmemu_c size_t iov_iter_zero(size_t bytes, struct iov_iter *i) __kmemu_is(kmemu_iov_iter_zero);
__kmemu_c size_t fault_in_iov_iter_readable(const struct iov_iter *i, size_t bytes)
	__kmemu_is(kmemu_fault_in_iov_iter_readable);
__kmemu_c size_t fault_in_iov_iter_writeable(const struct iov_iter *i, size_t bytes)
	__kmemu_is(kmemu_fault_in_iov_iter_writeable);

static inline size_t copy_folio_to_iter(struct folio *folio, size_t offset, size_t bytes,
					struct iov_iter *i)
{
	return copy_page_to_iter(&folio->page, offset, bytes, i);
}

static inline size_t copy_folio_from_iter(struct folio *folio, size_t offset, size_t bytes,
					  struct iov_iter *i)
{
	return copy_page_from_iter(&folio->page, offset, bytes, i);
}

static inline size_t copy_folio_from_iter_atomic(struct folio *folio, size_t offset, size_t bytes,
						 struct iov_iter *i)
{
	return copy_page_from_iter_atomic(&folio->page, offset, bytes, i);
}

/* The kernel's side stays in what it is of, as copy_to_user()'s does. */
static __always_inline size_t __must_check __kmemu_to_iter(const void *addr, size_t bytes,
							    struct iov_iter *i, bool is_constant)
{
	return __kmemu_check_copy(addr, bytes, true, is_constant, "copy_to_iter") ?
		       _copy_to_iter(addr, bytes, i) :
		       0;
}

static __always_inline size_t __must_check __kmemu_from_iter(void *addr, size_t bytes,
							      struct iov_iter *i, bool is_constant)
{
	return __kmemu_check_copy(addr, bytes, false, is_constant, "copy_from_iter") ?
		       _copy_from_iter(addr, bytes, i) :
		       0;
}

static __always_inline size_t __must_check copy_to_iter(const void *addr, size_t bytes,
							 struct iov_iter *i)
{
	return __kmemu_to_iter(addr, bytes, i, __builtin_constant_p(bytes));
}

static __always_inline size_t __must_check copy_from_iter(void *addr, size_t bytes,
							   struct iov_iter *i)
{
	return __kmemu_from_iter(addr, bytes, i, __builtin_constant_p(bytes));
}

static __always_inline size_t __must_check copy_from_iter_nocache(void *addr, size_t bytes,
								   struct iov_iter *i)
{
	return __kmemu_check_copy(addr, bytes, false, __builtin_constant_p(bytes),
				  "copy_from_iter_nocache") ?
		       _copy_from_iter_nocache(addr, bytes, i) :
		       0;
}

/* All of it, or none. */
static __always_inline bool __kmemu_iter_full(size_t copied, size_t bytes, struct iov_iter *i)
{
	if (copied != bytes)
		iov_iter_revert(i, copied);
	return copied == bytes;
}

static __always_inline bool __must_check copy_to_iter_full(const void *addr, size_t bytes,
							    struct iov_iter *i)
{
	return __kmemu_iter_full(copy_to_iter(addr, bytes, i), bytes, i);
}

static __always_inline bool __must_check copy_from_iter_full(void *addr, size_t bytes,
							      struct iov_iter *i)
{
	return __kmemu_iter_full(copy_from_iter(addr, bytes, i), bytes, i);
}

static __always_inline bool __must_check copy_from_iter_full_nocache(void *addr, size_t bytes,
								      struct iov_iter *i)
{
	return __kmemu_iter_full(copy_from_iter_nocache(addr, bytes, i), bytes, i);
}

/* Also without optimization a constant is one here. */
#ifndef __OPTIMIZE__
#define copy_to_iter(addr, bytes, i) \
	__kmemu_to_iter(addr, bytes, i, __builtin_constant_p(bytes))
#define copy_from_iter(addr, bytes, i) \
	__kmemu_from_iter(addr, bytes, i, __builtin_constant_p(bytes))
#endif

/* --- pages */

__kmemu_c ssize_t iov_iter_get_pages2(struct iov_iter *i, struct page **pages, size_t maxsize,
				      unsigned int maxpages, size_t *start)
	__kmemu_is(kmemu_iov_iter_get_pages2);
__kmemu_c ssize_t iov_iter_get_pages_alloc2(struct iov_iter *i, struct page ***pages,
					    size_t maxsize, size_t *start)
	__kmemu_is(kmemu_iov_iter_get_pages_alloc2);
__kmemu_c ssize_t iov_iter_extract_pages(struct iov_iter *i, struct page ***pages, size_t maxsize,
					 unsigned int maxpages,
					 iov_iter_extraction_t extraction_flags, size_t *offset0)
	__kmemu_is(kmemu_iov_iter_extract_pages);
__kmemu_c ssize_t extract_iter_to_sg(struct iov_iter *iter, size_t len, struct sg_table *sgtable,
				     unsigned int sg_max, iov_iter_extraction_t extraction_flags)
	__kmemu_is(kmemu_extract_iter_to_sg);

#endif /* __cplusplus */

#endif /* __LINUX_UIO_H */
