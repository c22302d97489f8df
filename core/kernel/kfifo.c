/*
 * kfifo.c - rings of elements or of records (kernel: lib/kfifo.c).
 *
 * Whoever writes stores `in` behind the data, whoever reads stores `out` behind its copy,
 * each with release order, so one of either needs no lock. A record is its length, low
 * byte first, and its bytes; elements are bytes then.
 *
 * As in the kernel, a record is not looked at when it is put: one that is longer than its
 * length can say (255 bytes for one byte) is read as a shorter one.
 *
 * Locks: none. Memory: the ring, by kfifo_alloc().
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "include/kmemu/context.h"
#include "include/kmemu/kfifo.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/lib.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/scatterlist.h"

/* --- what is where --------------------------------------------------------- */

/* n elements from number `at` on: two pieces, the second from the ring's start. */
struct pieces {
	char *start[2];
	size_t bytes[2];
};

static struct pieces pieces_of(const struct __kfifo *fifo, unsigned int at, unsigned int n)
{
	size_t off = (size_t)(at & fifo->mask) * fifo->esize;
	size_t size = ((size_t)fifo->mask + 1) * fifo->esize;
	size_t bytes = (size_t)n * fifo->esize;
	size_t first = min(bytes, size - off);

	return (struct pieces){ { (char *)fifo->data + off, fifo->data },
				{ first, bytes - first } };
}

static unsigned int used(const struct __kfifo *fifo)
{
	return __atomic_load_n(&fifo->in, __ATOMIC_ACQUIRE) -
	       __atomic_load_n(&fifo->out, __ATOMIC_ACQUIRE);
}

static unsigned int unused(const struct __kfifo *fifo)
{
	return fifo->mask + 1 - used(fifo);
}

static void advance(unsigned int *counter, unsigned int n)
{
	__atomic_store_n(counter, *counter + n, __ATOMIC_RELEASE);
}

static void copy_in(struct __kfifo *fifo, unsigned int at, const char *buf, unsigned int n)
{
	struct pieces p = pieces_of(fifo, at, n);

	memcpy(p.start[0], buf, p.bytes[0]);
	memcpy(p.start[1], buf + p.bytes[0], p.bytes[1]);
}

static void copy_out(const struct __kfifo *fifo, unsigned int at, char *buf, unsigned int n)
{
	struct pieces p = pieces_of(fifo, at, n);

	memcpy(buf, p.start[0], p.bytes[0]);
	memcpy(buf + p.bytes[0], p.start[1], p.bytes[1]);
}

/* --- records --------------------------------------------------------------- */

static unsigned int record_len(const struct __kfifo *fifo, size_t recsize)
{
	const unsigned char *data = fifo->data;
	unsigned int len = 0;

	for (size_t i = 0; i < recsize; i++)
		len |= (unsigned int)data[(fifo->out + i) & fifo->mask] << (8 * i);
	return len;
}

static void set_record_len(struct __kfifo *fifo, unsigned int len, size_t recsize)
{
	unsigned char *data = fifo->data;

	for (size_t i = 0; i < recsize; i++)
		data[(fifo->in + i) & fifo->mask] = (unsigned char)(len >> (8 * i));
}

/* The longest that a length of so many bytes can say. */
static unsigned int record_max(size_t recsize)
{
	return (1u << (8 * recsize)) - 1;
}

/* --- making ---------------------------------------------------------------- */

KMEMU_EXPORT int kmemu_kfifo_alloc(struct __kfifo *fifo, unsigned int n, size_t esize,
				   gfp_t flags)
{
	u64 room = 1, bytes;

	while (room < n)
		room <<= 1;
	*fifo = (struct __kfifo){ .esize = (unsigned int)esize };
	if (room < 2 || room > UINT32_MAX)
		return -EINVAL;
	if (!__builtin_mul_overflow(room, esize, &bytes))
		fifo->data = kmalloc_for(bytes, flags, "kfifo_alloc", CALLER);
	if (!fifo->data)
		return -ENOMEM;
	fifo->mask = (unsigned int)room - 1;
	return 0;
}

KMEMU_EXPORT void kmemu_kfifo_free(struct __kfifo *fifo)
{
	kfree_for(fifo->data, CALLER);
	*fifo = (struct __kfifo){ 0 };
}

KMEMU_EXPORT int kmemu_kfifo_init(struct __kfifo *fifo, void *buf, unsigned int bytes,
				  size_t esize)
{
	size_t n = bytes / esize;

	while (n & (n - 1))
		n &= n - 1;
	*fifo = (struct __kfifo){ .esize = (unsigned int)esize, .data = buf };
	if (n < 2)
		return -EINVAL;
	fifo->mask = (unsigned int)n - 1;
	return 0;
}

/* --- in and out ------------------------------------------------------------ */

KMEMU_EXPORT unsigned int kmemu_kfifo_in(struct __kfifo *fifo, const void *buf, unsigned int n,
					 size_t recsize)
{
	if (!recsize)
		n = min(n, unused(fifo));
	else if (n + recsize > unused(fifo))
		return 0;
	set_record_len(fifo, n, recsize);
	copy_in(fifo, fifo->in + (unsigned int)recsize, buf, n);
	advance(&fifo->in, n + (unsigned int)recsize);
	return n;
}

KMEMU_EXPORT unsigned int kmemu_kfifo_out_peek(struct __kfifo *fifo, void *buf, unsigned int n,
					       size_t recsize)
{
	unsigned int there = used(fifo);

	if (!there)
		return 0;
	n = min(n, recsize ? record_len(fifo, recsize) : there);
	copy_out(fifo, fifo->out + (unsigned int)recsize, buf, n);
	return n;
}

KMEMU_EXPORT void kmemu_kfifo_skip(struct __kfifo *fifo, unsigned int n, size_t recsize)
{
	advance(&fifo->out, recsize ? record_len(fifo, recsize) + (unsigned int)recsize : n);
}

KMEMU_EXPORT unsigned int kmemu_kfifo_out(struct __kfifo *fifo, void *buf, unsigned int n,
					  size_t recsize)
{
	if (!used(fifo))
		return 0;
	n = kmemu_kfifo_out_peek(fifo, buf, n, recsize);
	kmemu_kfifo_skip(fifo, n, recsize);
	return n;
}

KMEMU_EXPORT unsigned int kmemu_kfifo_out_linear(struct __kfifo *fifo, unsigned int *tail,
						 unsigned int n, size_t recsize)
{
	unsigned int there = used(fifo);
	unsigned int off = fifo->out & fifo->mask;

	if (recsize && !there)
		return 0;
	if (tail) /* the kernel does not mask a record's */
		*tail = recsize ? fifo->out + (unsigned int)recsize : off;
	if (recsize)
		return min(n, record_len(fifo, recsize));
	return min(min(n, there), fifo->mask + 1 - off);
}

KMEMU_EXPORT unsigned int kmemu_kfifo_avail(const struct __kfifo *fifo, size_t recsize)
{
	unsigned int room = unused(fifo);

	if (!recsize)
		return room;
	return room <= recsize ? 0 : min(room - (unsigned int)recsize, record_max(recsize));
}

KMEMU_EXPORT unsigned int kmemu_kfifo_peek_len(const struct __kfifo *fifo, size_t recsize)
{
	return recsize ? record_len(fifo, recsize) : used(fifo) * fifo->esize;
}

/* --- user memory ----------------------------------------------------------- */

/* Bytes that were copied of one piece after the other. */
static size_t copy_user(const struct pieces *p, char *user, bool to_user)
{
	size_t done = 0;

	for (int i = 0; i < 2; i++) {
		char *to = to_user ? user + done : p->start[i];
		const char *from = to_user ? p->start[i] : user + done;
		size_t left = p->bytes[i] ? kmemu_copy_user(to, from, p->bytes[i]) : 0;

		done += p->bytes[i] - left;
		if (left)
			break;
	}
	return done;
}

/* n elements, from or to `user`; those that were copied whole. */
static unsigned int transfer(struct __kfifo *fifo, unsigned int at, char *user, unsigned int n,
			     bool to_user, const void *caller)
{
	struct pieces p = pieces_of(fifo, at, n);

	if (!kmemu_pagefault_disabled())
		might_sleep_in(to_user ? "kfifo_to_user" : "kfifo_from_user", caller);
	return n ? (unsigned int)(copy_user(&p, user, to_user) / fifo->esize) : 0;
}

KMEMU_EXPORT int kmemu_kfifo_from_user(struct __kfifo *fifo, const void *from, unsigned long len,
				       unsigned int *copied, size_t recsize)
{
	unsigned int room = unused(fifo), n, done;

	*copied = 0;
	if (recsize) {
		len = min(len, (unsigned long)record_max(recsize));
		if (len + recsize > room)
			return 0;
		set_record_len(fifo, (unsigned int)len, recsize);
	} else {
		len = min(len / fifo->esize, (unsigned long)room);
	}
	n = (unsigned int)len;
	done = transfer(fifo, fifo->in + (unsigned int)recsize, (char *)(uintptr_t)from, n, false,
			CALLER);
	if (recsize && done < n)
		return -EFAULT;
	*copied = done * fifo->esize;
	advance(&fifo->in, done + (unsigned int)recsize);
	return done < n ? -EFAULT : 0;
}

KMEMU_EXPORT int kmemu_kfifo_to_user(struct __kfifo *fifo, void *to, unsigned long len,
				     unsigned int *copied, size_t recsize)
{
	unsigned int there = used(fifo), n, done;

	*copied = 0;
	if (recsize && !there)
		return 0;
	len = min(len / fifo->esize,
		  (unsigned long)(recsize ? record_len(fifo, recsize) : there));
	n = (unsigned int)len;
	done = transfer(fifo, fifo->out + (unsigned int)recsize, to, n, true, CALLER);
	if (recsize && done < n)
		return -EFAULT;
	*copied = done * fifo->esize;
	kmemu_kfifo_skip(fifo, done, recsize);
	return done < n ? -EFAULT : 0;
}

/* --- devices --------------------------------------------------------------- */

static unsigned int list_pieces(const struct __kfifo *fifo, unsigned int at, unsigned int n,
				struct scatterlist *sgl, int nents, u64 dma)
{
	struct pieces p = pieces_of(fifo, at, n);
	unsigned int listed = 0;

	for (int i = 0; i < 2 && (int)listed < nents; i++) {
		struct scatterlist *sg = sgl + listed;
		struct page *page;

		if (!p.bytes[i])
			continue;
		page = kmemu_virt_to_page(p.start[i]);
		if (!page)
			kmemu_sg_bad_buf(p.start[i]);
		sg->page_link = (sg->page_link & (KMEMU_SG_CHAIN | KMEMU_SG_END)) |
				(uintptr_t)page;
		sg->offset = (unsigned int)((uintptr_t)p.start[i] & (PAGE_SIZE - 1));
		sg->length = (unsigned int)p.bytes[i];
		if (dma != ~0ULL) {
			sg->dma_address = dma + (u64)(p.start[i] - (char *)fifo->data);
			sg->dma_length = sg->length;
		}
		listed++;
	}
	return listed;
}

KMEMU_EXPORT unsigned int kmemu_kfifo_dma_in(struct __kfifo *fifo, struct scatterlist *sgl,
					     int nents, unsigned int n, unsigned long long dma,
					     size_t recsize)
{
	unsigned int room = unused(fifo);

	if (!recsize)
		return list_pieces(fifo, fifo->in, min(n, room), sgl, nents, dma);
	if (!nents)
		kmemu_bug("lib/kfifo.c", 0);
	n = min(n, record_max(recsize));
	if (n + recsize > room)
		return 0;
	return list_pieces(fifo, fifo->in + (unsigned int)recsize, n, sgl, nents, dma);
}

KMEMU_EXPORT void kmemu_kfifo_dma_in_finish(struct __kfifo *fifo, unsigned int bytes,
					    size_t recsize)
{
	if (recsize) {
		bytes = min(bytes, record_max(recsize));
		set_record_len(fifo, bytes, recsize);
		advance(&fifo->in, bytes + (unsigned int)recsize);
	} else {
		advance(&fifo->in, bytes / fifo->esize);
	}
}

KMEMU_EXPORT unsigned int kmemu_kfifo_dma_out(struct __kfifo *fifo, struct scatterlist *sgl,
					      int nents, unsigned int n, unsigned long long dma,
					      size_t recsize)
{
	unsigned int there = used(fifo);

	if (!recsize)
		return list_pieces(fifo, fifo->out, min(n, there), sgl, nents, dma);
	if (!nents)
		kmemu_bug("lib/kfifo.c", 0);
	n = min(n, record_max(recsize));
	if (n + recsize > there)
		return 0;
	return list_pieces(fifo, fifo->out + (unsigned int)recsize, n, sgl, nents, dma);
}
