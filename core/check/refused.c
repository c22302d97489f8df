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
 * An event may be another thread's before io_submit() is over, and its iocb be freed then: so
 * whoever is there first, behind io_submit() or io_getevents(), gives the iocb back what it
 * had. A slot is free when both were there; one whose event was taken from the ring without
 * a call, when its iocb is submitted again.
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
#define WAIT_LOOPS 100000

enum { FREE, TAKEN, LIVE };
enum { RESTORING = 1, RESTORED };
enum { SEEN_SUBMITTED = 1, SEEN_ENDED = 2 };

static struct refused {
	u32 state;
	int err;
	const struct buffer_call *call; /* NULL: it is behind us */
	const void *ring; /* aio_context_t or struct io_uring */
	struct iocb *cb; /* NULL: of a ring */
	u64 user_data, bytes; /* bytes: what cb asked for */
	long nr; /* cb's place in its submission */
	u32 tail; /* of the ring before it */
	u8 restored; /* cb has its bytes again */
	u8 seen; /* who was there: SEEN_* */
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
	to->restored = 0;
	to->seen = 0;
	__atomic_store_n(&to->state, LIVE, __ATOMIC_RELEASE);
}

/* --- libaio --- */

/* The second of both frees the slot. */
static void see(struct refused *r, u8 who)
{
	if (__atomic_fetch_or(&r->seen, who, __ATOMIC_SEQ_CST) & ~who)
		release(r);
}

void refused_submit_again(const struct iocb *cb)
{
	for (struct refused *r = next(NULL); r; r = next(r)) {
		u8 seen = SEEN_SUBMITTED;

		if (r->cb == cb && __atomic_compare_exchange_n(&r->seen, &seen, SEEN_ENDED, false,
							       __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
			release(r);
	}
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

/* Behind it the iocb may be gone. The other one needs but a moment. */
static void restore(struct refused *r)
{
	u8 not_yet = 0;
	__typeof__(r->cb->aio_nbytes) none = 0;

	if (__atomic_compare_exchange_n(&r->restored, &not_yet, RESTORING, false, __ATOMIC_SEQ_CST,
					__ATOMIC_RELAXED)) {
		__atomic_compare_exchange_n(&r->cb->aio_nbytes, &none, r->bytes, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
		__atomic_store_n(&r->restored, RESTORED, __ATOMIC_RELEASE);
	}
	for (int i = 0; i < WAIT_LOOPS; i++) {
		if (__atomic_load_n(&r->restored, __ATOMIC_ACQUIRE) == RESTORED)
			return;
		cpu_relax();
	}
}

void refused_submitted(const struct buffer_call *c, long taken)
{
	for (struct refused *r = next(NULL); r; r = next(r)) {
		if (r->call != c || !r->cb)
			continue;
		restore(r);
		WRITE_ONCE(r->call, NULL);
		if (r->nr >= taken || libaio_set_result(r->ring, (u64)r->cb, r->tail, -r->err))
			release(r);
		else
			see(r, SEEN_SUBMITTED);
	}
}

/* The request of this iocb has ended; false: it is none of these. */
static bool ended(u64 cb, int *err)
{
	for (struct refused *r = next(NULL); r; r = next(r)) {
		if (!r->cb || (u64)r->cb != cb)
			continue;
		*err = r->err;
		restore(r);
		see(r, SEEN_ENDED);
		return true;
	}
	return false;
}

void refused_events(struct io_event *events, long n)
{
	int err;

	for (long i = 0; READ_ONCE(nr_refused) && i < n; i++)
		if (ended(events[i].obj, &err))
			events[i].res = -err;
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
