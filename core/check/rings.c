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

static bool is_end(const struct io_uring_completion *e, u64 user_data, u32 buffer)
{
	if (e->user_data == user_data)
		return buffer || !(e->flags & CQE_F_MORE);
	return buffer && e->flags & CQE_F_BUFFER && e->flags >> CQE_BUFFER_SHIFT == buffer - 1;
}

bool ring_completed(const void *ring, u64 user_data, u32 buffer, u32 tail)
{
	struct io_uring_completion seen;
	struct io_uring_queues q;
	u32 now, mask;
	size_t bytes;

	if (!ring_read(ring, &q) || !read_word(&mask, q.cq.kring_mask) ||
	    !read_word(&now, q.cq.ktail) || now - tail > min(mask + 1, COMPLETIONS_SEEN))
		return true;
	bytes = q.flags & SETUP_CQE32 ? 32 : 16;
	for (; tail != now; tail++)
		if (!os_read_safe(&seen, q.cq.cqes + (tail & mask) * bytes, sizeof(seen)) ||
		    is_end(&seen, user_data, buffer))
			return true;
	return false;
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
