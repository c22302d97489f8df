/* SPDX-License-Identifier: MIT */
/*
 * uio.h - memory that a read or a write goes to or comes from, in pieces (kernel:
 * include/linux/uio.h, lib/iov_iter.c). The layout is the kernel's for x86-64;
 * <linux/uio.h> has what is inline there.
 *
 * An iterator is of a program's memory (UBUF: one piece, IOVEC: many), of the kernel's (KVEC),
 * of pages (BVEC; FOLIOQ: a list of folios; XARRAY: folios by their index), or of nothing
 * (DISCARD). count bytes are left; iov_offset is where the piece that is next goes on.
 */
#ifndef KMEMU_UIO_H
#define KMEMU_UIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* struct iovec, as <sys/uio.h> has it, and nothing else of that. */
#include <bits/types/struct_iovec.h>

#include "kmemu.h"

#ifdef __cplusplus
extern "C" {
#endif

struct page;
struct folio;
struct xarray;
struct sg_table;

struct kvec {
	void *iov_base;
	size_t iov_len;
};

/* include/linux/bvec.h: bytes that may go on in the frames behind the page. */
struct bio_vec {
	struct page *bv_page;
	unsigned int bv_len, bv_offset;
};

/* include/linux/pagevec.h */
#define KMEMU_PAGEVEC_SIZE 31u

struct folio_batch {
	unsigned char nr; /* folios in it */
	unsigned char i; /* the one that is next */
	bool percpu_pvec_drained;
	struct folio *folios[KMEMU_PAGEVEC_SIZE];
};

/* include/linux/folio_queue.h */
struct folio_queue {
	struct folio_batch vec;
	uint8_t orders[KMEMU_PAGEVEC_SIZE]; /* of each folio */
	struct folio_queue *next, *prev;
	unsigned long marks, marks2, marks3; /* a bit for each folio */
	unsigned int rreq_id, debug_id;
};

enum iter_type {
	ITER_UBUF,
	ITER_IOVEC,
	ITER_BVEC,
	ITER_KVEC,
	ITER_FOLIOQ,
	ITER_XARRAY,
	ITER_DISCARD,
};

/* What data_source is: bytes come from the iterator (WRITE), or go there (READ). */
#define ITER_SOURCE 1
#define ITER_DEST 0

struct iov_iter {
	uint8_t iter_type;
	bool nofault;
	bool data_source;
	size_t iov_offset;
	union {
		struct iovec __ubuf_iovec; /* UBUF's one piece: ubuf and count */
		struct {
			union {
				const struct iovec *__iov;
				const struct kvec *kvec;
				const struct bio_vec *bvec;
				const struct folio_queue *folioq;
				struct xarray *xarray;
				void *ubuf;
			};
			size_t count;
		};
	};
	union {
		unsigned long nr_segs; /* pieces from the next one on */
		uint8_t folioq_slot;
		long long xarray_start; /* bytes; an index is that of a page */
	};
};

struct iov_iter_state {
	size_t iov_offset, count;
	unsigned long nr_segs;
};

/* No read or write moves more bytes. */
#define KMEMU_MAX_RW_COUNT 0x7ffff000ul

/* direction: ITER_SOURCE or ITER_DEST. What the iterator is of stays the caller's. Any context. */
void kmemu_iov_iter_init(struct iov_iter *i, unsigned int direction, const struct iovec *iov,
			 unsigned long nr_segs, size_t count);
void kmemu_iov_iter_ubuf(struct iov_iter *i, unsigned int direction, void *buf, size_t count);
void kmemu_iov_iter_kvec(struct iov_iter *i, unsigned int direction, const struct kvec *kvec,
			 unsigned long nr_segs, size_t count);
void kmemu_iov_iter_bvec(struct iov_iter *i, unsigned int direction, const struct bio_vec *bvec,
			 unsigned long nr_segs, size_t count);
void kmemu_iov_iter_folio_queue(struct iov_iter *i, unsigned int direction,
				const struct folio_queue *folioq, unsigned int first_slot,
				unsigned int offset, size_t count);
void kmemu_iov_iter_xarray(struct iov_iter *i, unsigned int direction, struct xarray *xarray,
			   long long start, size_t count);
void kmemu_iov_iter_discard(struct iov_iter *i, unsigned int direction, size_t count);

/*
 * Bytes that were copied, by which the iterator went on: less than asked for when it is at its
 * end, or when a program's memory is not there. Of a program's memory they may sleep, but for
 * nocache, nofault and atomic; of others, any context. page: of a compound one all bytes
 * behind offset.
 */
size_t kmemu_copy_to_iter(const void *addr, size_t bytes, struct iov_iter *i);
size_t kmemu_copy_from_iter(void *addr, size_t bytes, struct iov_iter *i);
size_t kmemu_copy_from_iter_nocache(void *addr, size_t bytes, struct iov_iter *i);
size_t kmemu_copy_page_to_iter(struct page *page, size_t offset, size_t bytes, struct iov_iter *i);
size_t kmemu_copy_page_to_iter_nofault(struct page *page, unsigned int offset, size_t bytes,
				       struct iov_iter *i);
size_t kmemu_copy_page_from_iter(struct page *page, size_t offset, size_t bytes,
				 struct iov_iter *i);
size_t kmemu_copy_page_from_iter_atomic(struct page *page, size_t offset, size_t bytes,
					struct iov_iter *i);
size_t kmemu_iov_iter_zero(size_t bytes, struct iov_iter *i);

/* Bytes on, and back. Any context. */
void kmemu_iov_iter_advance(struct iov_iter *i, size_t bytes);
void kmemu_iov_iter_revert(struct iov_iter *i, size_t bytes);
void kmemu_iov_iter_restore(struct iov_iter *i, const struct iov_iter_state *state);

/* How many bytes of a program's memory are not there, of the first `bytes`. */
size_t kmemu_fault_in_iov_iter_readable(const struct iov_iter *i, size_t bytes);
/* The same, to be written to. May sleep. */
size_t kmemu_fault_in_iov_iter_writeable(const struct iov_iter *i, size_t bytes);

size_t kmemu_iov_iter_single_seg_count(const struct iov_iter *i);
bool kmemu_iov_iter_is_aligned(const struct iov_iter *i, unsigned int addr_mask,
			       unsigned int len_mask);
unsigned long kmemu_iov_iter_alignment(const struct iov_iter *i);
unsigned long kmemu_iov_iter_gap_alignment(const struct iov_iter *i);
int kmemu_iov_iter_npages(const struct iov_iter *i, int max);

/* With pieces of its own, which the caller kfrees; NULL: it has none, or no memory. */
const void *kmemu_dup_iter(struct iov_iter *copy, const struct iov_iter *i, kmemu_gfp_t flags);

/*
 * From a program: what is told of its memory is looked at. iovec_from_user: fast, or kmalloc
 * memory when that has too few. import_iovec: bytes; *iovp is then kfreed, whatever happened.
 * -EFAULT, -EINVAL, -ENOMEM. May sleep.
 */
struct iovec *kmemu_iovec_from_user(const struct iovec *from, unsigned long nr,
				    unsigned long nr_fast, struct iovec *fast, bool compat);
ssize_t kmemu_import_iovec(int direction, const struct iovec *from, unsigned int nr,
			   unsigned int nr_fast, struct iovec **iovp, struct iov_iter *i);
ssize_t kmemu___import_iovec(int direction, const struct iovec *from, unsigned int nr,
			     unsigned int nr_fast, struct iovec **iovp, struct iov_iter *i,
			     bool compat);
int kmemu_import_ubuf(int direction, void *buf, size_t len, struct iov_iter *i);

/*
 * The pages of what is next, as far as they are one behind the other, and the offset in the
 * first; bytes, by which the iterator went on, -EFAULT or -ENOMEM. get: with a reference of
 * each. extract: a program's are pinned, others are only named. *pages NULL: kvmalloc memory,
 * for the caller to free. May sleep.
 */
ssize_t kmemu_iov_iter_get_pages2(struct iov_iter *i, struct page **pages, size_t bytes,
				  unsigned int max, size_t *offset);
ssize_t kmemu_iov_iter_get_pages_alloc2(struct iov_iter *i, struct page ***pages, size_t bytes,
					size_t *offset);
ssize_t kmemu_iov_iter_extract_pages(struct iov_iter *i, struct page ***pages, size_t bytes,
				     unsigned int max, unsigned int flags, size_t *offset);
/* The same to entries behind those that sgt has, at most max of them. */
ssize_t kmemu_extract_iter_to_sg(struct iov_iter *i, size_t bytes, struct sg_table *sgt,
				 unsigned int max, unsigned int flags);

/* mm/vmalloc.c: bytes at addr, 0 where no area is; how many. */
long kmemu_vread_iter(struct iov_iter *i, const char *addr, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_UIO_H */
