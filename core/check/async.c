/*
 * async.c - requests that are made now and done later: POSIX aio, libaio, liburing
 * (kernel: fs/aio.c, io_uring/rw.c, io_uring/rsrc.c io_sqe_buffer_register).
 *
 * Each request is judged when it is submitted, as the call would be that it
 * stands for, and in flight (flight.c) until its end is seen. Elements of a vector
 * are judged one by one; one submission is one finding: that of the first request that is
 * wrong, which names all that is wrong in the others, too. With policy fail each request that
 * is refused is one. Buffers that a ring keeps are judged when they are registered.
 *
 * io_uring entered by raw system calls does not pass us: then the verdict is
 * "unchecked: io_uring entered by raw system calls", unless there are findings. By
 * libc's syscall() that is seen when the ring is made, by liburing's io_uring_setup()
 * when no struct io_uring is made of it, and by its io_uring_enter(). Other calls that
 * are made by syscall() are judged as their functions would be. A ring made by an instruction
 * of the program's own (liburing as a static library) is seen when it is open at the
 * end, and no ring has passed here.
 *
 * Policy fail: aio_read and its like answer -1 and the errno, nothing is submitted then.
 * Requests of libaio and liburing are taken, and end with the errno (refused.c).
 *
 * Locks: none. Cost: some copies by system calls for a submission.
 */
#include <aio.h>
#include <errno.h>
#include <linux/aio_abi.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "core/check/buffers.h"
#include "core/check/rings.h"
#include "core/lib/stackdepot.h"
#include "core/lib/vsprintf.h"
#include "core/os/fd.h"
#include "core/os/files.h"
#include "core/os/filter.h"
#include "core/os/os.h"
#include "core/report/run.h"
#include "core/report/unwind.h"

#define REQUESTS_MAX 1024
#define VECTOR_MAX   1024u
#define STACK_DEPTH  8
#define CHOICES_MAX  32u
#define FDS_LOOKED_AT 1024 /* at the end, */
#define FDS_GAP	     16 /* until so many are not open */

/* A request, whoever takes it. */
struct request {
	struct buffer_part part;
	const struct iovec *vec; /* NULL: part.at and part.bytes */
	size_t nr_vec;
	struct flight flight;
	bool flies; /* its end can be seen */
	int err; /* what the submission fails with */
	struct buffer_wrong *wrong; /* of the submission */
};

/* --- judging one --------------------------------------------------------------- */

static u32 stack_here(const void *caller)
{
	struct stacktrace st;

	stacktrace_save(&st, STACK_DEPTH, caller);
	return stack_depot_save(st.entries, st.nr);
}

static void fly(struct request *q, u32 stack)
{
	q->flight.at = q->part.at;
	q->flight.bytes = q->part.bytes;
	q->flight.way = q->part.way;
	q->flight.call = q->part.call;
	q->flight.stack = stack;
	if (q->part.bytes && q->flies)
		flight_begin(&q->flight);
}

/* Calls fn for each piece of the request's memory. */
static void each_piece(struct request *q, void (*fn)(struct request *q, void *arg), void *arg)
{
	struct iovec v;

	if (!q->vec) {
		fn(q, arg);
		return;
	}
	q->part.of = (unsigned int)q->nr_vec;
	for (size_t i = 0; i < q->nr_vec && i < VECTOR_MAX; i++) {
		if (!os_read_safe(&v, q->vec + i, sizeof(v)))
			return;
		q->part.at = v.iov_base;
		q->part.bytes = v.iov_len;
		q->part.nr = (unsigned int)i;
		fn(q, arg);
		q->part.offset += (long)v.iov_len;
	}
}

static void look_at_piece(struct request *q, void *arg)
{
	(void)arg;
	buffer_look(&q->part, q->wrong);
}

/* Each request is refused by itself. */
static bool may_refuse(void)
{
	return kmemu_opts.contig == POLICY_FAIL || kmemu_opts.usercopy == POLICY_FAIL;
}

/* What was found so far in a request of a list. The errno that it fails with. */
static int tell_request(struct request *q, struct buffer_call *c)
{
	int err;

	if (!may_refuse())
		return 0; /* all at the end */
	err = buffer_tell(q->wrong, &c->told);
	q->wrong->elements.nr = 0;
	return err;
}

static void judge(struct request *q, struct buffer_call *c)
{
	if (!c->told)
		each_piece(q, look_at_piece, NULL);
	q->err = tell_request(q, c);
}

static void begin_piece(struct request *q, void *arg)
{
	fly(q, *(u32 *)arg);
}

/* The part's descriptor, way and place are there. */
static void begin_request(struct request *q, const struct buffer_call *c,
			  const struct buffer_row *row, struct buffer_wrong *wrong)
{
	*q = (struct request){ .part = { .call = buffer_name((enum buffer_id)row->base),
					 .caller = c->caller, .of = 1 },
				.flies = true, .wrong = wrong };
}

static void in_list(struct request *q, long nr, long of)
{
	q->part.message = (unsigned int)nr;
	q->part.messages = (unsigned int)of;
	q->part.unit = "request";
}

static void aim(struct request *q)
{
	struct buffer_part *p = &q->part;

	p->odirect |= p->fd >= 0 && kmemu_opts.contig && buffers_fd_is_direct(p->fd);
	p->copies = kmemu_opts.usercopy > POLICY_OFF;
	p->direct = kmemu_opts.contig &&
		    (p->direct || p->odirect || buffers_call_is_wanted(p->call));
	if (p->odirect || p->direct)
		buffer_count(&buffer_counted.async);
	if (p->copies)
		buffer_count(&buffer_counted.copies);
}

/* Judged, and in flight if it goes on. The errno that it fails with. */
static int submit(struct request *q, struct buffer_call *c, u32 *stack)
{
	struct buffer_part whole;

	aim(q);
	whole = q->part;
	judge(q, c);
	if (q->err || !kmemu_opts.contig)
		return q->err;
	if (!*stack)
		*stack = stack_here(c->caller);
	q->part = whole;
	each_piece(q, begin_piece, stack);
	return 0;
}

/* --- POSIX aio ------------------------------------------------------------------- */

static bool read_aiocb(struct request *q, const struct aiocb *cb, u8 way)
{
	struct aiocb copy;

	if (!cb || !os_read_safe(&copy, cb, sizeof(copy)))
		return false;
	q->part.fd = copy.aio_fildes;
	q->part.way = way != WAY_BOTH ? way : copy.aio_lio_opcode == LIO_READ ? WAY_IN : WAY_OUT;
	q->part.at = (const void *)copy.aio_buf;
	q->part.bytes = copy.aio_nbytes;
	q->part.offset = copy.aio_offset;
	q->part.has_offset = true;
	q->flight = (struct flight){ .by = FLIGHT_AIO, .owner = cb, .name = (u64)cb };
	return way != WAY_BOTH || copy.aio_lio_opcode != LIO_NOP;
}

static int before_aio(struct buffer_call *c, const struct buffer_row *row)
{
	struct buffer_wrong wrong;
	struct request q;
	u32 stack = 0;
	int err;

	wrong.elements.nr = 0;
	begin_request(&q, c, row, &wrong);
	if (!read_aiocb(&q, (const void *)c->arg[0], row->way))
		return 0;
	c->after = true;
	err = submit(&q, c, &stack);
	return err ? err : buffer_tell(&wrong, &c->told);
}

static int before_aio_list(struct buffer_call *c, const struct buffer_row *row)
{
	const struct aiocb *const *list = (const void *)c->arg[1], *cb;
	struct buffer_wrong wrong;
	struct request q;
	u32 stack = 0;
	int err = 0;

	wrong.elements.nr = 0;
	for (int i = 0; i < (int)c->arg[2] && i < REQUESTS_MAX && !err; i++) {
		begin_request(&q, c, row, &wrong);
		in_list(&q, i, (int)c->arg[2]);
		if (!os_read_safe(&cb, &list[i], sizeof(cb)) || !read_aiocb(&q, cb, WAY_BOTH))
			continue;
		err = submit(&q, c, &stack);
	}
	c->after = true;
	return err ? err : buffer_tell(&wrong, &c->told);
}

/* Those that were waited for have ended, and so have all when none was taken. */
static void after_aio_list(const struct buffer_call *c, long ret)
{
	const struct aiocb *const *list = (const void *)c->arg[1], *cb;

	for (int i = 0; i < (int)c->arg[2] && i < REQUESTS_MAX; i++)
		if ((c->arg[0] == LIO_WAIT || (int)ret == -1) &&
		    os_read_safe(&cb, &list[i], sizeof(cb)))
			flight_end(FLIGHT_AIO, NULL, (u64)cb);
}

/* --- libaio ------------------------------------------------------------------------ */

static bool read_iocb(struct request *q, const struct iocb *cb, const void *ctx)
{
	struct iocb copy;
	bool vector;

	if (!os_read_safe(&copy, cb, sizeof(copy)))
		return false;
	vector = copy.aio_lio_opcode == IOCB_CMD_PREADV || copy.aio_lio_opcode == IOCB_CMD_PWRITEV;
	if (!vector && copy.aio_lio_opcode != IOCB_CMD_PREAD &&
	    copy.aio_lio_opcode != IOCB_CMD_PWRITE)
		return false;
	q->part.fd = (int)copy.aio_fildes;
	q->part.way = copy.aio_lio_opcode == IOCB_CMD_PREAD ||
				      copy.aio_lio_opcode == IOCB_CMD_PREADV ?
			      WAY_IN :
			      WAY_OUT;
	q->part.at = (const void *)copy.aio_buf;
	q->part.bytes = copy.aio_nbytes;
	q->part.offset = (long)copy.aio_offset;
	q->part.has_offset = !(copy.aio_rw_flags & RW_FLAGS_OF_PLACE);
	if (vector) {
		q->vec = (const void *)copy.aio_buf;
		q->nr_vec = copy.aio_nbytes;
	}
	q->flight = (struct flight){ .by = FLIGHT_LIBAIO, .owner = ctx, .name = (u64)cb,
				     .tail = libaio_tail(ctx) };
	return true;
}

/* Behind a request that is refused alone: the others are judged, too. */
static int go_on(struct buffer_call *c)
{
	c->told = false;
	return 0;
}

static int before_submit(struct buffer_call *c, const struct buffer_row *row)
{
	struct iocb *const *list = (struct iocb *const *)c->arg[2], *cb;
	struct buffer_wrong wrong;
	struct request q;
	u32 stack = 0;
	int err = 0;

	wrong.elements.nr = 0;
	for (long i = 0; i < c->arg[1] && i < REQUESTS_MAX && !err; i++) {
		begin_request(&q, c, row, &wrong);
		in_list(&q, i, c->arg[1]);
		if (!os_read_safe(&cb, &list[i], sizeof(cb)) ||
		    !read_iocb(&q, cb, (const void *)c->arg[0]))
			continue;
		refused_submit_again(cb);
		err = submit(&q, c, &stack);
		if (err && refuse_iocb(c, i, cb, err))
			err = go_on(c);
	}
	if (err)
		refused_submitted(c, 0);
	c->after = true;
	return err ? err : buffer_tell(&wrong, &c->told);
}

static void end_requests(const struct buffer_call *c, long from)
{
	struct iocb *const *list = (struct iocb *const *)c->arg[2], *cb;

	for (long i = max(from, 0L); i < c->arg[1] && i < REQUESTS_MAX; i++)
		if (os_read_safe(&cb, &list[i], sizeof(cb)))
			flight_end(FLIGHT_LIBAIO, NULL, (u64)cb);
}

static void after_events(const struct buffer_call *c, long nr)
{
	const struct io_event *events = (const void *)c->arg[3];
	struct io_event event;

	if (nr > 0)
		refused_events((struct io_event *)c->arg[3], nr);
	for (long i = 0; i < nr && i < REQUESTS_MAX; i++)
		if (os_read_safe(&event, &events[i], sizeof(event)))
			flight_end(FLIGHT_LIBAIO, NULL, event.obj);
}

/* --- liburing ------------------------------------------------------------------------ */

/* How a request moves its memory; 0: it has none, or it is not known. */
static u8 entry_way(const struct io_uring_entry *e)
{
	switch (e->opcode) {
	case RING_READV:
	case RING_READV_FIXED:
	case RING_READ_FIXED:
	case RING_READ:
	case RING_READ_MULTISHOT:
	case RING_RECV:
	case RING_RECVMSG:
		return WAY_IN;
	case RING_WRITEV:
	case RING_WRITEV_FIXED:
	case RING_WRITE_FIXED:
	case RING_WRITE:
	case RING_SEND:
	case RING_SEND_ZC:
	case RING_SENDMSG:
	case RING_SENDMSG_ZC:
		return WAY_OUT;
	default:
		return 0;
	}
}

static bool is_message_entry(const struct io_uring_entry *e)
{
	return e->opcode == RING_SENDMSG || e->opcode == RING_RECVMSG ||
	       e->opcode == RING_SENDMSG_ZC;
}

static bool is_socket_entry(const struct io_uring_entry *e)
{
	return is_message_entry(e) || e->opcode == RING_SEND || e->opcode == RING_RECV ||
	       e->opcode == RING_SEND_ZC;
}

static bool is_vector_entry(const struct io_uring_entry *e)
{
	return e->opcode == RING_READV || e->opcode == RING_WRITEV ||
	       e->opcode == RING_READV_FIXED || e->opcode == RING_WRITEV_FIXED;
}

/* The entry's own memory; false: it hands none over. */
static bool entry_memory(struct request *q, const struct io_uring_entry *e)
{
	struct msghdr msg;

	q->part.at = (const void *)e->addr;
	q->part.bytes = e->len;
	if (is_vector_entry(e)) {
		q->vec = (const void *)e->addr;
		q->nr_vec = e->len;
	} else if (is_message_entry(e)) {
		if (!os_read_safe(&msg, (const void *)e->addr, sizeof(msg)))
			return false;
		q->vec = msg.msg_iov;
		q->nr_vec = msg.msg_iovlen;
	}
	return q->part.way && e->addr;
}

/* Of a buffer that the ring chooses, as much as the request wants of it. */
static size_t chosen_bytes(const struct io_uring_entry *e, size_t bytes)
{
	return e->len && !is_vector_entry(e) && !is_message_entry(e) ? min((size_t)e->len, bytes) :
								       bytes;
}

/* Memory of the ring's choice: each buffer that it may be, those that were judged once. */
static int submit_choices(struct request *q, struct buffer_call *c, int ring_fd,
			  const struct io_uring_entry *e, u32 *stack)
{
	struct ring_choice choices[CHOICES_MAX];
	u32 nr, i;

	aim(q);
	nr = ring_group_choices(ring_fd, e->buf_index, q->part.direct, choices, CHOICES_MAX);
	q->part.of = nr;
	for (i = 0; i < nr; i++) {
		q->part.at = choices[i].at;
		q->part.bytes = chosen_bytes(e, choices[i].bytes);
		q->part.nr = i;
		if (choices[i].is_new && !c->told)
			buffer_look(&q->part, q->wrong);
	}
	q->err = tell_request(q, c);
	if (q->err || !kmemu_opts.contig)
		return q->err;
	if (!*stack)
		*stack = stack_here(c->caller);
	for (i = 0; i < nr; i++) {
		q->part.at = choices[i].at;
		q->part.bytes = chosen_bytes(e, choices[i].bytes);
		q->flight.end.buffer = choices[i].number + 1u;
		q->flight.end.group = e->buf_index;
		q->flight.end.bundle = is_socket_entry(e) && e->ioprio & RING_BUNDLE;
		if (choices[i].is_there)
			fly(q, *stack);
	}
	return 0;
}

static bool ring_passed; /* some call of liburing's was seen */
static bool raw_told;
/* Descriptors of rings that have no struct io_uring: it cannot be seen what they submit. */
static u64 bare_rings[FDS_LOOKED_AT / 64];

void async_tell_raw_ring(void)
{
	if (__atomic_exchange_n(&raw_told, true, __ATOMIC_RELAXED))
		return;
	run_unchecked("io_uring entered by raw system calls", NULL,
		      "its requests do not pass the library", "use liburing, as a shared object");
}

/* Of a ring that is made; false: a struct io_uring is made of it. */
static void set_bare(int fd, bool bare)
{
	if ((u32)fd >= FDS_LOOKED_AT)
		return;
	if (bare)
		__atomic_fetch_or(&bare_rings[fd / 64], 1UL << fd % 64, __ATOMIC_RELAXED);
	else
		__atomic_fetch_and(&bare_rings[fd / 64], ~(1UL << fd % 64), __ATOMIC_RELAXED);
}

static bool some_ring_is_bare(void)
{
	u64 any = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(bare_rings); i++)
		any |= READ_ONCE(bare_rings[i]);
	return any;
}

/* A command that goes to an NVMe device as it is; as ioctl.c's, which are the same. */
static int submit_nvme(struct request *q, struct buffer_call *c, struct io_uring_queues *queues,
		       const struct io_uring_entry *e, u32 i, u32 *stack)
{
	u32 cmd = (u32)e->off;
	struct nvme_entry nvme;

	if (cmd < NVME_URING_CMD_IO || cmd > NVME_URING_CMD_ADMIN_VEC ||
	    !ring_nvme_entry(queues, i, &nvme))
		return 0;
	q->part.way = (u8)((nvme.opcode & 1 ? WAY_OUT : 0) | (nvme.opcode & 2 ? WAY_IN : 0));
	q->part.at = (const void *)nvme.addr;
	q->part.bytes = nvme.bytes;
	q->part.direct = buffers_direct_is_wanted();
	if (cmd == NVME_URING_CMD_IO_VEC || cmd == NVME_URING_CMD_ADMIN_VEC) {
		q->vec = (const void *)nvme.addr;
		q->nr_vec = nvme.bytes;
	}
	return q->part.way && nvme.addr ? submit(q, c, stack) : 0;
}

static int submit_entry(struct request *q, struct buffer_call *c, struct io_uring_queues *queues,
			const struct io_uring_entry *e, u32 *stack)
{
	int ring_fd = queues->ring_fd;

	if (e->opcode == RING_PROVIDE_BUFFERS) {
		ring_group_provide(ring_fd, e->buf_index, (const void *)e->addr, e->len,
				   (u32)e->fd);
		return 0;
	}
	if (kmemu_opts.contig)
		fixed_files_entry((const void *)c->arg[0], queues, e);
	q->part.way = entry_way(e);
	q->part.fd = e->flags & RING_FIXED_FILE ? -1 : e->fd;
	q->part.odirect = q->part.fd < 0 && fixed_file_is_direct(ring_fd, (u32)e->fd);
	q->part.offset = (long)e->off;
	q->part.has_offset = !is_socket_entry(e) && q->part.offset >= 0 &&
			     !(e->rw_flags & RW_FLAGS_OF_PLACE);
	if (q->part.way && e->flags & RING_CHOOSES)
		return submit_choices(q, c, ring_fd, e, stack);
	return entry_memory(q, e) ? submit(q, c, stack) : 0;
}

/* Entries that are linked, and what is known of their completions. */
struct chain {
	u32 from, end; /* as head and tail are; end: behind the last */
	u32 nr_skips; /* of them have a completion only if they fail, */
	u32 skip; /* and the last that does */
};

static void read_chain(const struct io_uring_queues *queues, u32 i, struct chain *chain)
{
	struct io_uring_entry e = { .flags = RING_LINKS };

	*chain = (struct chain){ .from = i };
	for (; e.flags & RING_LINKS && i != queues->sq.sqe_tail && ring_entry(queues, i, &e); i++)
		if (e.flags & RING_SKIPS) {
			chain->nr_skips++;
			chain->skip = i;
		}
	chain->end = i;
}

/*
 * By what the i-th entry's end is seen. Where one of its chain has no completion, that of
 * the next does for it; but if it fails it has one, and the next have none. So all of such a
 * chain is not counted, and of more than one nothing is known: no flight, as it is when
 * nothing follows.
 */
static bool see_end(struct request *q, const struct buffer_call *c,
		    const struct io_uring_queues *queues, const struct chain *chain, u32 i,
		    const struct io_uring_entry *e)
{
	struct ring_end *end = &q->flight.end;
	struct io_uring_entry other;

	q->flight = (struct flight){ .by = FLIGHT_RING, .owner = (const void *)c->arg[0],
				     .name = e->user_data, .tail = ring_tail(queues),
				     .end = { .user_data = e->user_data, .expected = 1 } };
	if (!chain->nr_skips) {
		end->expected = flight_count_ring(q->flight.owner, e->user_data, q->flight.tail);
		return true;
	}
	if (chain->nr_skips > 1 || (i == chain->skip && i + 1 == chain->end) ||
	    !ring_entry(queues, i == chain->skip ? i + 1 : chain->skip, &other))
		return false;
	end->has_other = true;
	end->other = other.user_data;
	return true;
}

static int before_ring(struct buffer_call *c, const struct buffer_row *row)
{
	struct io_uring_queues queues;
	struct io_uring_entry e;
	struct buffer_wrong wrong;
	struct chain chain;
	struct request q;
	u32 stack = 0, i;
	int err = 0;

	if (!ring_read((const void *)c->arg[0], &queues))
		return 0;
	chain = (struct chain){ .end = queues.sq.sqe_head };
	wrong.elements.nr = 0;
	fixed_files_learn(queues.ring_fd);
	for (i = queues.sq.sqe_head; i != queues.sq.sqe_tail && !err; i++) {
		begin_request(&q, c, row, &wrong);
		in_list(&q, i - queues.sq.sqe_head, queues.sq.sqe_tail - queues.sq.sqe_head);
		if (i == chain.end)
			read_chain(&queues, i, &chain);
		if (!ring_entry(&queues, i, &e))
			continue;
		if (kmemu_opts.contig)
			q.flies = see_end(&q, c, &queues, &chain, i, &e);
		if (e.opcode == RING_URING_CMD)
			err = submit_nvme(&q, c, &queues, &e, i, &stack);
		else
			err = submit_entry(&q, c, &queues, &e, &stack);
		if (err && refuse_entry(c, &queues, i, &e, err)) {
			c->after = true;
			err = go_on(c);
		}
	}
	if (err)
		refused_entered(c);
	return err ? err : buffer_tell(&wrong, &c->told);
}

/* --- what a ring keeps: buffers, files, groups ------------------------------------------ */

static int ring_fd_of(const void *ring)
{
	struct io_uring_queues queues;

	return ring_read(ring, &queues) ? queues.ring_fd : -1;
}

static void forget_ring(int fd)
{
	fixed_files_end(fd);
	ring_groups_end(fd);
}

/* include/uapi/linux/io_uring.h: struct io_uring_buf_reg. */
struct buf_reg {
	u64 addr;
	u32 entries;
	u16 group, flags;
	u64 resv[3];
};

static void begin_group(int fd, const void *arg)
{
	struct buf_reg reg;

	if (os_read_safe(&reg, arg, sizeof(reg)))
		ring_group_begin(fd, reg.group, (const void *)reg.addr, reg.entries);
}

static void end_group(int fd, const void *arg)
{
	struct buf_reg reg;

	if (os_read_safe(&reg, arg, sizeof(reg)))
		ring_group_end(fd, reg.group);
}

static int judge_registered(struct buffer_call *c, const struct buffer_row *row,
			    const struct iovec *vec, size_t n)
{
	struct buffer_wrong wrong;
	struct request q;

	wrong.elements.nr = 0;
	begin_request(&q, c, row, &wrong);
	q.part.fd = -1;
	q.part.way = WAY_BOTH;
	q.part.direct = kmemu_opts.contig && buffers_direct_is_wanted();
	q.part.copies = kmemu_opts.usercopy > POLICY_OFF;
	q.vec = vec;
	q.nr_vec = n;
	for (size_t i = 0; i < min(n, (size_t)VECTOR_MAX); i++)
		buffer_count(&buffer_counted.registered);
	judge(&q, c);
	return q.err ? q.err : buffer_tell(&wrong, &c->told);
}

/* include/uapi/linux/io_uring.h: struct io_uring_rsrc_register, _update2. */
struct rsrc {
	u32 nr, flags;
	u64 resv, data, tags;
};

struct rsrc_update {
	u32 offset, resv;
	u64 data, tags;
	u32 nr, resv2;
};

/* Of files the first word is the first place, too. */
struct files_update {
	u32 offset, resv;
	u64 fds;
};

enum {
	REGISTER_BUFFERS = 0,
	REGISTER_FILES = 2,
	UNREGISTER_FILES = 3,
	REGISTER_FILES_UPDATE = 6,
	REGISTER_FILES2 = 13,
	REGISTER_FILES_UPDATE2 = 14,
	REGISTER_BUFFERS2 = 15,
	REGISTER_BUFFERS_UPDATE = 16,
	REGISTER_PBUF_RING = 22,
	UNREGISTER_PBUF_RING = 23,
	USE_REGISTERED_RING = 1u << 31, /* the descriptor is an index of registered rings */
};

/* Files, by the structures of io_uring_register(2). */
static void note_files(int fd, unsigned int opcode, const void *arg, unsigned int n)
{
	struct files_update two;
	struct rsrc_update update;
	struct rsrc rsrc;

	switch (opcode) {
	case REGISTER_FILES:
		fixed_files_end(fd);
		fixed_files_note(fd, 0, arg, n);
		break;
	case REGISTER_FILES2:
		fixed_files_end(fd);
		if (os_read_safe(&rsrc, arg, sizeof(rsrc)) && rsrc.data)
			fixed_files_note(fd, 0, (const int *)rsrc.data, rsrc.nr);
		break;
	case REGISTER_FILES_UPDATE:
		if (os_read_safe(&two, arg, sizeof(two)))
			fixed_files_note(fd, two.offset, (const int *)two.fds, n);
		break;
	default:
		if (os_read_safe(&update, arg, sizeof(update)))
			fixed_files_note(fd, update.offset, (const int *)update.data, update.nr);
		break;
	}
}

static int judge_registered2(struct buffer_call *c, const struct buffer_row *row,
			     const struct rsrc_update *arg)
{
	struct rsrc_update update;

	if (!os_read_safe(&update, arg, sizeof(update)) || !update.data)
		return 0;
	return judge_registered(c, row, (const void *)update.data, update.nr);
}

static int before_register(struct buffer_call *c, const struct buffer_row *row)
{
	unsigned int opcode = (unsigned int)c->arg[1], n = (unsigned int)c->arg[3];
	const void *arg = (const void *)c->arg[2];
	int fd = opcode & USE_REGISTERED_RING ? -1 : (int)c->arg[0];
	struct rsrc rsrc;

	switch (opcode & ~USE_REGISTERED_RING) {
	case REGISTER_BUFFERS:
		return judge_registered(c, row, arg, n);
	case REGISTER_BUFFERS2:
		if (!os_read_safe(&rsrc, arg, sizeof(rsrc)) || !rsrc.data)
			return 0;
		return judge_registered(c, row, (const void *)rsrc.data, rsrc.nr);
	case REGISTER_BUFFERS_UPDATE:
		return judge_registered2(c, row, arg);
	case REGISTER_FILES:
	case REGISTER_FILES2:
	case REGISTER_FILES_UPDATE:
	case REGISTER_FILES_UPDATE2:
		if (kmemu_opts.contig)
			note_files(fd, opcode & ~USE_REGISTERED_RING, arg, n);
		return 0;
	case UNREGISTER_FILES:
		fixed_files_end(fd);
		return 0;
	case REGISTER_PBUF_RING:
		begin_group(fd, arg);
		return 0;
	case UNREGISTER_PBUF_RING:
		end_group(fd, arg);
		return 0;
	default:
		return 0;
	}
}

/* --- before and behind -------------------------------------------------------------------- */

int async_before(struct buffer_call *c, const struct buffer_row *row)
{
	if (row->shape >= SHAPE_RING && row->shape < SHAPE_REGISTER)
		WRITE_ONCE(ring_passed, true);
	switch ((enum buffer_shape)row->shape) {
	case SHAPE_AIO:
		return before_aio(c, row);
	case SHAPE_AIO_LIST:
		return before_aio_list(c, row);
	case SHAPE_AIO_DONE:
		flight_end(FLIGHT_AIO, NULL, (u64)c->arg[0]);
		return 0;
	case SHAPE_SUBMIT:
		return before_submit(c, row);
	case SHAPE_RING:
		return before_ring(c, row);
	case SHAPE_RING_MAPPED:
		set_bare((int)c->arg[0], false);
		return 0;
	case SHAPE_RING_ENTERED:
		if ((unsigned int)c->arg[row->n])
			async_tell_raw_ring();
		return 0;
	case SHAPE_REGISTERED:
		return judge_registered(c, row, (const void *)c->arg[row->at],
					(unsigned int)c->arg[row->n]);
	case SHAPE_FILES:
		if (kmemu_opts.contig)
			fixed_files_note(ring_fd_of((const void *)c->arg[0]),
					 row->fd == ARG_NO ? 0 : (u32)c->arg[row->fd],
					 (const int *)c->arg[row->at], (u32)c->arg[row->n]);
		return 0;
	case SHAPE_FILES_END:
		fixed_files_end(ring_fd_of((const void *)c->arg[0]));
		return 0;
	case SHAPE_GROUP_END:
		flight_end_group((const void *)c->arg[0], (u16)c->arg[row->n]);
		ring_group_end(ring_fd_of((const void *)c->arg[0]), (u16)c->arg[row->n]);
		return 0;
	case SHAPE_REGISTER:
		return before_register(c, row);
	case SHAPE_RING_END:
		forget_ring(ring_fd_of((const void *)c->arg[0]));
		c->after = true;
		return 0;
	default: /* EVENTS, AIO_END, RING_MADE, RING_BEGIN, GROUP, GROUP_MADE */
		c->after = true;
		return 0;
	}
}

void async_after(struct buffer_call *c, const struct buffer_row *row, long ret)
{
	switch ((enum buffer_shape)row->shape) {
	case SHAPE_AIO:
		if ((int)ret)
			flight_end(FLIGHT_AIO, NULL, (u64)c->arg[0]);
		break;
	case SHAPE_AIO_LIST:
		after_aio_list(c, ret);
		break;
	case SHAPE_SUBMIT:
		refused_submitted(c, (int)ret);
		end_requests(c, (int)ret);
		break;
	case SHAPE_RING:
		refused_entered(c);
		break;
	case SHAPE_EVENTS:
		after_events(c, (int)ret);
		break;
	case SHAPE_AIO_END:
		flight_end(FLIGHT_LIBAIO, (const void *)c->arg[0], 0);
		break;
	case SHAPE_RING_END:
		flight_end(FLIGHT_RING, (const void *)c->arg[0], 0);
		break;
	case SHAPE_RING_MADE:
		if ((int)ret >= 0)
			set_bare((int)ret, true);
		break;
	case SHAPE_RING_BEGIN: /* the number may have been another ring's */
		if ((int)ret >= 0)
			forget_ring(ring_fd_of((const void *)c->arg[row->at]));
		break;
	case SHAPE_GROUP:
		if (!(int)ret)
			begin_group(ring_fd_of((const void *)c->arg[0]),
				    (const void *)c->arg[row->at]);
		break;
	case SHAPE_GROUP_MADE:
		ring_group_begin(ring_fd_of((const void *)c->arg[0]), (u16)c->arg[row->n],
				 (const void *)ret, (u32)c->arg[row->at]);
		break;
	default:
		break;
	}
}

/* --- at exit ------------------------------------------------------------------------------ */

static bool is_ring(int fd)
{
	char path[32], to[32];

	kmemu_scnprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return os_file_link(path, to, sizeof(to)) > 0 &&
	       !__builtin_strcmp(to, "anon_inode:[io_uring]");
}

void async_end(void)
{
	if (kmemu_opts.contig && some_ring_is_bare())
		async_tell_raw_ring();
	if (!kmemu_opts.contig || ring_passed || raw_told || os_filter_kills(SYS_fcntl) ||
	    os_filter_kills(SYS_readlinkat))
		return;
	for (int fd = 0, closed = 0; fd < FDS_LOOKED_AT && closed < FDS_GAP; fd++) {
		closed = os_fd_flags(fd) < 0 ? closed + 1 : 0;
		if (!closed && is_ring(fd))
			async_tell_raw_ring();
	}
}
