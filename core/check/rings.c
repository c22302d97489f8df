/*
 * rings.c - reads the rings of io_uring and of libaio (kernel: io_uring/io_uring.c
 * io_get_sqe and io_fill_cqe_aux, fs/aio.c aio_complete).
 *
 * liburing's helpers are inline: they fill entries in memory, and a call comes only
 * to submit what lies between sqe_head and sqe_tail. Completions may be taken from the
 * ring without any call. Both are read here, with care: what is not mapped any
 * more, or makes no sense, is "it cannot be told".
 *
 * struct io_uring has these fields at these places in liburing 2.0 to 2.9.
 *
 * Locks: none. Cost: a system call for each piece that is read.
 */
#include "core/check/rings.h"

#include "core/os/os.h"

#define ENTRIES_MAX	 (1u << 16)
#define NVME_AT		 48 /* io_uring_sqe.cmd */
#define SETUP_SQE128	 (1u << 10)
#define SETUP_CQE32	 (1u << 11)
#define CQE_F_BUFFER	 (1u << 0) /* its number is in the upper half */
#define CQE_F_MORE	 (1u << 1) /* another completion of the request follows */
#define CQE_F_BUF_MORE	 (1u << 4) /* what is left of the buffer may be chosen again */
#define CQE_BUFFER_SHIFT 16
#define AIO_RING_MAGIC	 0xa10a10a1u
#define AIO_RING_HEADER	 32
#define COMPLETIONS_SEEN 512u /* more are not looked through */

static bool read_word(u32 *word, const u32 *from)
{
	return from && os_read_safe(word, from, sizeof(*word));
}

/* --- io_uring ---------------------------------------------------------------- */

bool ring_read(const void *ring, struct io_uring_queues *q)
{
	return ring && os_read_safe(q, ring, sizeof(*q)) && q->sq.sqes && q->cq.cqes &&
	       q->sq.sqe_tail - q->sq.sqe_head <= ENTRIES_MAX;
}

bool ring_entry(const struct io_uring_queues *q, u32 i, struct io_uring_entry *e)
{
	size_t bytes = q->flags & SETUP_SQE128 ? 128 : 64;
	u32 mask;

	return read_word(&mask, q->sq.kring_mask) && mask < ENTRIES_MAX &&
	       os_read_safe(e, q->sq.sqes + (i & mask) * bytes, sizeof(*e));
}

bool ring_set_entry(const struct io_uring_queues *q, u32 i, const struct io_uring_entry *e)
{
	size_t bytes = q->flags & SETUP_SQE128 ? 128 : 64;
	u32 mask;

	return read_word(&mask, q->sq.kring_mask) && mask < ENTRIES_MAX &&
	       !os_copy_safe(q->sq.sqes + (i & mask) * bytes, e, sizeof(*e));
}

bool ring_nvme_entry(const struct io_uring_queues *q, u32 i, struct nvme_entry *nvme)
{
	u32 mask;

	return q->flags & SETUP_SQE128 && read_word(&mask, q->sq.kring_mask) &&
	       mask < ENTRIES_MAX &&
	       os_read_safe(nvme, q->sq.sqes + (i & mask) * 128UL + NVME_AT, sizeof(*nvme));
}

u32 ring_tail(const struct io_uring_queues *q)
{
	u32 tail;

	return read_word(&tail, q->cq.ktail) ? tail : 0;
}

struct io_uring_completion {
	u64 user_data;
	int res;
	u32 flags;
};

typedef void (*completion_fn)(const struct io_uring_completion *e, u8 *at, void *arg);

/* fn for each since the tail was so; false: it can't be told what came. */
static bool each_completion(const void *ring, u32 tail, completion_fn fn, void *arg)
{
	struct io_uring_completion seen;
	struct io_uring_queues q;
	u32 now, mask;
	size_t bytes;

	if (!ring_read(ring, &q) || !read_word(&mask, q.cq.kring_mask) ||
	    !read_word(&now, q.cq.ktail) || now - tail > min(mask + 1, COMPLETIONS_SEEN))
		return false;
	bytes = q.flags & SETUP_CQE32 ? 32 : 16;
	for (; tail != now; tail++) {
		u8 *at = q.cq.cqes + (tail & mask) * bytes;

		if (!os_read_safe(&seen, at, sizeof(seen)))
			return false;
		fn(&seen, at, arg);
	}
	return true;
}

struct ends_seen {
	const struct ring_end *end;
	u32 nr;
	bool came;
};

static void look_for_end(const struct io_uring_completion *e, u8 *at, void *arg)
{
	struct ends_seen *seen = arg;
	const struct ring_end *end = seen->end;

	(void)at;
	if (e->user_data == end->user_data)
		seen->nr += end->bundle || !(e->flags & CQE_F_MORE);
	if (end->buffer && e->flags & CQE_F_BUFFER && !(e->flags & CQE_F_BUF_MORE))
		seen->came |= e->flags >> CQE_BUFFER_SHIFT == end->buffer - 1;
	seen->came |= end->has_other && e->user_data == end->other;
}

bool ring_completed(const void *ring, const struct ring_end *end, u32 tail)
{
	struct ends_seen seen = { .end = end };

	return !each_completion(ring, tail, look_for_end, &seen) || seen.came ||
	       seen.nr >= end->expected;
}

int ring_count_ends(const void *ring, u64 user_data, u32 tail)
{
	struct ring_end end = { .user_data = user_data };
	struct ends_seen seen = { .end = &end };

	return each_completion(ring, tail, look_for_end, &seen) ? (int)seen.nr : -1;
}

struct results {
	u64 user_data;
	int nr, last;
};

static void look_for_result(const struct io_uring_completion *e, u8 *at, void *arg)
{
	struct results *r = arg;

	(void)at;
	if (e->user_data != r->user_data)
		return;
	r->nr++;
	r->last = e->res;
}

int ring_results(const void *ring, u64 user_data, u32 tail, int *res)
{
	struct results r = { .user_data = user_data };

	if (!each_completion(ring, tail, look_for_result, &r))
		return -1;
	*res = r.last;
	return r.nr;
}

struct new_result {
	u64 user_data;
	int from, to;
};

static void set_result(const struct io_uring_completion *e, u8 *at, void *arg)
{
	struct new_result *r = arg;
	struct io_uring_completion set = *e;

	if (e->user_data != r->user_data || e->res != r->from)
		return;
	set.res = r->to;
	os_copy_safe(at, &set, sizeof(set));
	r->from = r->to; /* of several the first */
}

void ring_set_result(const void *ring, u64 user_data, u32 tail, int from, int to)
{
	struct new_result r = { user_data, from, to };

	each_completion(ring, tail, set_result, &r);
}

/* --- libaio -------------------------------------------------------------------- */

/* fs/aio.c: struct aio_ring, mapped where aio_context_t points. */
struct aio_ring {
	u32 id, nr, head, tail, magic, compat, incompat, header_bytes;
};

struct aio_event {
	u64 data, obj;
	s64 res, res2;
};

static bool read_ring(const void *ctx, struct aio_ring *ring)
{
	return ctx && os_read_safe(ring, ctx, sizeof(*ring)) && ring->magic == AIO_RING_MAGIC &&
	       ring->nr && ring->nr <= ENTRIES_MAX && ring->tail < ring->nr;
}

u32 libaio_tail(const void *ctx)
{
	struct aio_ring ring;

	return read_ring(ctx, &ring) ? ring.tail : 0;
}

bool libaio_completed(const void *ctx, u64 iocb, u32 tail, u32 since)
{
	const struct aio_event *events = (const void *)((const char *)ctx + AIO_RING_HEADER);
	struct aio_event event;
	struct aio_ring ring;

	if (!read_ring(ctx, &ring) || since >= ring.nr || tail >= ring.nr)
		return true;
	for (; tail != ring.tail; tail = (tail + 1) % ring.nr)
		if (!os_read_safe(&event, &events[tail], sizeof(event)) || event.obj == iocb)
			return true;
	return false;
}

/* The event at this place lies before the ring's head. */
static bool is_taken(const void *ctx, u32 at)
{
	struct aio_ring ring;

	return !read_ring(ctx, &ring) ||
	       (at + ring.nr - ring.head) % ring.nr >= (ring.tail + ring.nr - ring.head) % ring.nr;
}

bool libaio_set_result(const void *ctx, u64 iocb, u32 tail, s64 to)
{
	struct aio_event *events = (void *)((char *)(uintptr_t)ctx + AIO_RING_HEADER), event;
	struct aio_ring ring;

	if (!read_ring(ctx, &ring) || tail >= ring.nr)
		return false;
	for (; tail != ring.tail; tail = (tail + 1) % ring.nr) {
		if (!os_read_safe(&event, &events[tail], sizeof(event)))
			return false;
		if (event.obj == iocb)
			return !os_copy_safe(&events[tail].res, &to, sizeof(to)) &&
			       !is_taken(ctx, tail);
	}
	return false;
}
