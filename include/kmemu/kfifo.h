/* SPDX-License-Identifier: MIT */
/*
 * kfifo.h - rings of elements or of records (kernel: include/linux/kfifo.h, lib/kfifo.c),
 * for include/linux/kfifo.h. One reader and one writer need no lock; of more, those of
 * one side need one among them.
 */
#ifndef KMEMU_KFIFO_H
#define KMEMU_KFIFO_H

#include <stddef.h>

#include "kmemu.h"

#ifdef __cplusplus
extern "C" {
#endif

struct scatterlist;

/* in - out elements are in it, of mask + 1; both only grow, and wrap as 32-bit numbers. */
struct __kfifo {
	unsigned int in, out;
	unsigned int mask;
	unsigned int esize; /* bytes of an element */
	void *data;
};

/*
 * alloc: n is rounded up to a power of two; kmalloc memory. 0, -EINVAL (less than two
 * elements) or -ENOMEM. init: a buffer of so many bytes, rounded down; 0 or -EINVAL.
 */
int kmemu_kfifo_alloc(struct __kfifo *fifo, unsigned int n, size_t esize, kmemu_gfp_t flags);
void kmemu_kfifo_free(struct __kfifo *fifo);
int kmemu_kfifo_init(struct __kfifo *fifo, void *buf, unsigned int bytes, size_t esize);

/*
 * recsize 0: elements, as many of n as go; how many. 1 or 2: a record of n bytes behind
 * its length in so many bytes, as a whole: one that does not fit is 0; what is read of it
 * is cut to n. Any context.
 */
unsigned int kmemu_kfifo_in(struct __kfifo *fifo, const void *buf, unsigned int n,
			    size_t recsize);
unsigned int kmemu_kfifo_out(struct __kfifo *fifo, void *buf, unsigned int n, size_t recsize);
unsigned int kmemu_kfifo_out_peek(struct __kfifo *fifo, void *buf, unsigned int n, size_t recsize);
/* Elements, or bytes of the record, that lie together from *tail on. */
unsigned int kmemu_kfifo_out_linear(struct __kfifo *fifo, unsigned int *tail, unsigned int n,
				    size_t recsize);
void kmemu_kfifo_skip(struct __kfifo *fifo, unsigned int n, size_t recsize);
/* Elements, or bytes of a record, that would go in; bytes of what is next. */
unsigned int kmemu_kfifo_avail(const struct __kfifo *fifo, size_t recsize);
unsigned int kmemu_kfifo_peek_len(const struct __kfifo *fifo, size_t recsize);

/*
 * User memory; len and *copied are bytes. 0 or -EFAULT: the whole elements before it were
 * copied, of a record nothing. May sleep.
 */
int kmemu_kfifo_from_user(struct __kfifo *fifo, const void *from, unsigned long len,
			  unsigned int *copied, size_t recsize);
int kmemu_kfifo_to_user(struct __kfifo *fifo, void *to, unsigned long len, unsigned int *copied,
			size_t recsize);

/*
 * For a device: the free or used part, at most n elements or a record of n bytes, as up
 * to two entries of sgl, which are counted. dma ~0: the buffer is not mapped. in_finish:
 * so many bytes were written.
 */
unsigned int kmemu_kfifo_dma_in(struct __kfifo *fifo, struct scatterlist *sgl, int nents,
				unsigned int n, unsigned long long dma, size_t recsize);
void kmemu_kfifo_dma_in_finish(struct __kfifo *fifo, unsigned int bytes, size_t recsize);
unsigned int kmemu_kfifo_dma_out(struct __kfifo *fifo, struct scatterlist *sgl, int nents,
				 unsigned int n, unsigned long long dma, size_t recsize);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_KFIFO_H */
