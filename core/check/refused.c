// SPDX-License-Identifier: MIT
/*
 * refused.c - requests that fail by policy as a device's would (kernel: fs/aio.c
 * aio_rw_done(), io_uring/io_uring.c io_req_defer_failed()).
 *
 * What a driver refuses was submitted: io_submit() has taken it, and its event says -EIO.
 * A program that looks for errors there, and waits for as many events as it has requests,
 * would wait for ever if the submission failed instead. So the kernel gets a request that
 * ends at once and moves nothing, and its result is changed in the ring:
 *
 *	libaio		the program's iocb has no bytes while it is submitted. Its event
 *			says 0; who reads it in the ring before it is changed sees that.
 *			io_getevents() of another thread is changed behind the call
 *	liburing	the entry becomes a read of no descriptor, and its completion says
 *			-EBADF at worst
 *
 * A slot is by->call's from before the submission to behind it. An event that was not
 * found by then is another thread's, who may have it already: the slot waits for that until
 * its iocb is submitted again.
 *
 * Locks: none. Memory: 64 requests; when more are refused at once the submission itself
 * fails. Cost: nothing where nothing is refused.
 */
#include <errno.h>
#include <linux/aio_abi.h>

#include "core/check/buffers.h"
#include "core/check/rings.h"
#include "core/os/os.h"

#define NR_REFUSED 64u

enum { FREE, TAKEN, LIVE };

static struct refused {
	u32 state;
	int err;
	const struct buffer_call *call; /* NULL: it is behind us */
	const void *ring; /* aio_context_t or struct io_uring */
	struct iocb *cb; /* NULL: of a ring */
	u64 user_data, bytes; /* bytes: what cb asked for */
	long nr; /* cb's place in its submission */
	u32 tail; /* of the ring before it */
	bool ended; /* its event was changed */
} refused[NR_REFUSED];
static u32 nr_refused;

/* --- slots --- */

static struct refused *take(void)
{
	for (u32 i = 0; i < NR_REFUSED; i++) {
		u32 state = FREE;

		if (__atomic_compare_exchange_n(&refused[i].state, &state, TAKEN, false,
						__ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
			__atomic_fetch_add(&nr_refused, 1, __ATOMIC_RELAXED);
			return &refused[i];
		}
	}
	return NULL;
}

static void release(struct refused *r)
{
	__atomic_fetch_sub(&nr_refused, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&r->state, FREE, __ATOMIC_RELEASE);
}

/* The slots in use, one after the other from NULL on; NULL: no more. */
static struct refused *next(struct refused *r)
{
	if (!READ_ONCE(nr_refused))
		return NULL;
	for (r = r ? r + 1 : refused; r < refused + NR_REFUSED; r++)
		if (__atomic_load_n(&r->state, __ATOMIC_ACQUIRE) == LIVE)
			return r;
	return NULL;
}

static void make(struct refused *to, const struct refused *from)
{
	to->err = from->err;
	to->call = from->call;
	to->ring = from->ring;
	to->cb = from->cb;
	to->user_data = from->user_data;
	to->bytes = from->bytes;
	to->nr = from->nr;
	to->tail = from->tail;
	to->ended = false;
	__atomic_store_n(&to->state, LIVE, __ATOMIC_RELEASE);
}

/* --- libaio --- */

void refused_submit_again(const struct iocb *cb)
{
	for (struct refused *r = next(NULL); r; r = next(r))
		if (r->cb == cb && !r->call)
			release(r);
}

bool refuse_iocb(const struct buffer_call *c, long nr, struct iocb *cb, int err)
{
	struct refused new = { .err = err, .call = c, .ring = (const void *)c->arg[0], .cb = cb,
			       .nr = nr, .tail = libaio_tail((const void *)c->arg[0]) };
	struct refused *r = take();
	u64 none = 0;

	if (r && os_read_safe(&new.bytes, &cb->aio_nbytes, sizeof(new.bytes)) &&
	    !os_copy_safe(&cb->aio_nbytes, &none, sizeof(none))) {
		make(r, &new);
		return true;
	}
	if (r)
		release(r);
	return false;
}

/* The program may have made another request of it by now. */
static void restore(const struct refused *r)
{
	u64 none = 0;

	__atomic_compare_exchange_n(&r->cb->aio_nbytes, &none, r->bytes, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_RELAXED);
}

void refused_submitted(const struct buffer_call *c, long taken)
{
	for (struct refused *r = next(NULL); r; r = next(r)) {
		if (r->call != c || !r->cb)
			continue;
		restore(r);
		if (r->nr >= taken || READ_ONCE(r->ended) ||
		    libaio_set_result(r->ring, (u64)r->cb, r->tail, -r->err))
			release(r);
		else
			WRITE_ONCE(r->call, NULL);
	}
}

void refused_events(struct io_event *events, long n)
{
	for (struct refused *r = next(NULL); r; r = next(r))
		for (long i = 0; i < n; i++) {
			s64 result = -r->err;

			if (!r->cb || events[i].obj != (u64)r->cb)
				continue;
			events[i].res = result;
			WRITE_ONCE(r->ended, true);
			if (!READ_ONCE(r->call))
				release(r);
			break;
		}
}

/* --- liburing --- */

bool refuse_entry(const struct buffer_call *c, const struct io_uring_queues *q, u32 i,
		  const struct io_uring_entry *e, int err)
{
	struct refused new = { .err = err, .call = c, .ring = (const void *)c->arg[0],
			       .user_data = e->user_data, .tail = ring_tail(q) };
	struct io_uring_entry none = { .opcode = RING_READ, .fd = -1, .user_data = e->user_data,
				       .flags = e->flags & ~(RING_FIXED_FILE | RING_CHOOSES) };
	struct refused *r = take();

	if (r && ring_set_entry(q, i, &none)) {
		make(r, &new);
		return true;
	}
	if (r)
		release(r);
	return false;
}

void refused_entered(const struct buffer_call *c)
{
	for (struct refused *r = next(NULL); r; r = next(r))
		if (r->call == c && !r->cb) {
			ring_set_result(r->ring, r->user_data, r->tail, -EBADF, -r->err);
			release(r);
		}
}
