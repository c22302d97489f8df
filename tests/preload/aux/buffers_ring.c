/* SPDX-License-Identifier: MIT */
/*
 * Memory given to liburing, one case by the argument. A pipe that nobody writes to
 * keeps a read in flight. For buffers_async.sh.
 */
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "../check.h"

static struct io_uring ring;
static int ends[2];

static char *aligned(size_t size)
{
	void *p;

	CHECK(posix_memalign(&p, 4096, size) == 0);
	memset(p, 0, size);
	return p;
}

static void submit_read(int fd, void *p, unsigned int size)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	io_uring_prep_read(sqe, fd, p, size, 0);
	sqe->user_data = 7;
	CHECK(io_uring_submit(&ring) == 1);
}

static int reap(void)
{
	struct io_uring_cqe *cqe;
	int res;

	CHECK(io_uring_wait_cqe(&ring, &cqe) == 0);
	res = cqe->res;
	io_uring_cqe_seen(&ring, cqe);
	return res;
}

static void registered(size_t size)
{
	struct iovec v[2] = { { aligned(4096), 4096 }, { aligned(size), size } };

	CHECK(io_uring_register_buffers(&ring, v, 2) == 0);
}

static void direct(const char *path, size_t size)
{
	int fd = open(path, O_RDONLY | O_DIRECT), res;

	CHECK(fd >= 0);
	submit_read(fd, aligned(size), 4096);
	res = reap();
	if (res < 0)
		printf("failed: %s\n", strerror(-res));
	else
		CHECK(res == 4096);
}

/* Of the elements the first is right. */
static void vector(const char *path, size_t size)
{
	char *p = aligned(4096), *q = aligned(size);
	struct iovec v[3] = { { p, 4096 }, { q, 4096 }, { q, 4096 } };
	int fd = open(path, O_RDONLY | O_DIRECT);

	CHECK(fd >= 0);
	io_uring_prep_readv(io_uring_get_sqe(&ring), fd, v, 3, 0);
	CHECK(io_uring_submit(&ring) == 1);
	CHECK(reap() == 3 * 4096);
}

/* A file that the ring keeps, at its second place; put there at once, or later. */
static void fixed(const char *path, size_t size, int later)
{
	int plain = open(path, O_RDONLY), fd = open(path, O_RDONLY | O_DIRECT);
	int fds[2] = { plain, later ? plain : fd };
	struct io_uring_sqe *sqe;

	CHECK(plain >= 0 && fd >= 0);
	CHECK(io_uring_register_files(&ring, fds, 2) == 0);
	if (later)
		CHECK(io_uring_register_files_update(&ring, 1, &fd, 1) == 1);
	close(fd);
	for (int i = 0; i < 2; i++) {
		sqe = io_uring_get_sqe(&ring);
		io_uring_prep_read(sqe, i, aligned(size), 4096, 0);
		sqe->flags |= IOSQE_FIXED_FILE;
		CHECK(io_uring_submit(&ring) == 1);
		CHECK(reap() == 4096);
	}
}

/* freed: before the request has ended; else when its end lies in the ring. */
static void in_flight(int freed)
{
	char *p = malloc(100);

	CHECK(pipe(ends) == 0);
	submit_read(ends[0], p, 100);
	if (freed)
		free(opaque(p));
	close(ends[1]);
	while (!io_uring_cq_ready(&ring))
		usleep(1000);
	if (!freed)
		free(p);
	CHECK(reap() == 0);
}

/* Requests with one user_data, the second of which has not ended when its memory is freed. */
static void shared_name(int freed)
{
	char *p = malloc(100), *q = malloc(100);
	int other[2];

	CHECK(pipe(ends) == 0 && pipe(other) == 0);
	io_uring_prep_nop(io_uring_get_sqe(&ring));
	CHECK(io_uring_submit(&ring) == 1);
	CHECK(reap() == 0);
	submit_read(other[0], p, 100);
	submit_read(ends[0], q, 100);
	CHECK(write(other[1], "1", 1) == 1);
	CHECK(reap() == 1);
	if (freed)
		free(opaque(q));
	CHECK(write(ends[1], "1", 1) == 1);
	CHECK(reap() == 1);
	if (!freed) {
		free(q);
		free(p);
	}
}

/* A chain whose first request has no completion; fails: it has the only one. */
static void skipped(const char *how)
{
	int freed = !strcmp(how, "freed"), fails = !strcmp(how, "fails");
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
	char *p = malloc(100);

	CHECK(pipe(ends) == 0);
	io_uring_prep_read(sqe, fails ? ends[1] : ends[0], p, 100, 0);
	sqe->flags |= IOSQE_IO_LINK | IOSQE_CQE_SKIP_SUCCESS;
	sqe->user_data = 7;
	sqe = io_uring_get_sqe(&ring);
	io_uring_prep_nop(sqe);
	sqe->user_data = 8;
	CHECK(io_uring_submit(&ring) == 2);
	if (freed)
		free(opaque(p));
	CHECK(write(ends[1], p, 100) == 100);
	while (!io_uring_cq_ready(&ring))
		usleep(1000);
	if (!freed)
		free(p);
	CHECK((reap() < 0) == fails);
}

/* More than there is room for, all of which have ended. */
static void many(int freed)
{
	char *p = malloc(100), *q = malloc(100);
	int zero = open("/dev/zero", O_RDONLY);

	for (int i = 0; i < 300; i++) {
		submit_read(zero, p, 100);
		CHECK(reap() == 100);
	}
	CHECK(pipe(ends) == 0);
	submit_read(ends[0], q, 100);
	if (freed)
		free(opaque(q));
	CHECK(write(ends[1], "1", 1) == 1);
	CHECK(reap() == 1);
	if (!freed)
		free(q);
	free(p);
}

/*
 * A file that a request of the ring opens O_DIRECT: at a number that was a plain one's, at
 * a place of the ring's table; or one that a request puts there.
 */
static void opened(const char *path, const char *how)
{
	int fd = open(path, O_RDONLY), direct = open(path, O_RDONLY | O_DIRECT), minus[4];
	char *p = aligned(1 << 20);
	struct io_uring_sqe *sqe;

	CHECK(fd >= 0 && direct >= 0 && pread(fd, p, 4096, 0) == 4096);
	memset(minus, -1, sizeof(minus));
	CHECK(io_uring_register_files(&ring, minus, 4) == 0);
	close(fd);
	sqe = io_uring_get_sqe(&ring);
	if (!strcmp(how, "number"))
		io_uring_prep_openat(sqe, AT_FDCWD, path, O_RDONLY | O_DIRECT, 0);
	else if (!strcmp(how, "place"))
		io_uring_prep_openat_direct(sqe, AT_FDCWD, path, O_RDONLY | O_DIRECT, 0, 2);
	else
		io_uring_prep_files_update(sqe, &direct, 1, 2);
	CHECK(io_uring_submit(&ring) == 1);
	CHECK(reap() >= 0);
	if (!strcmp(how, "number")) {
		CHECK(pread(fd, p, 4096, 0) == 4096);
		return;
	}
	sqe = io_uring_get_sqe(&ring);
	io_uring_prep_read(sqe, 2, p, 4096, 0);
	sqe->flags |= IOSQE_FIXED_FILE;
	CHECK(io_uring_submit(&ring) == 1);
	CHECK(reap() == 4096);
}

static int done(void)
{
	CHECK(io_uring_submit(&ring) == 1);
	return reap();
}

static int open_chosen(const char *path, int flags)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	io_uring_prep_openat_direct(sqe, AT_FDCWD, path, O_RDONLY | flags, 0, 0);
	sqe->file_index = IORING_FILE_INDEX_ALLOC; /* which liburing 2.3 makes another number of */
	return done();
}

static void read_place(int place, void *p)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	io_uring_prep_read(sqe, place, p, 4096, 0);
	sqe->flags |= IOSQE_FIXED_FILE;
	CHECK(done() == 4096);
}

static void close_place(int place)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	io_uring_prep_close_direct(sqe, (unsigned int)place);
	CHECK(done() == 0);
}

/*
 * The ring chooses the place of what it opens O_DIRECT, or of what it is given ("given").
 * "closed": a plain file gets the place then; "replaced": an open at this place. "moved":
 * its completion is one of many.
 */
static void chosen(const char *path, const char *how)
{
	int minus[8], fds[2] = { open(path, O_RDONLY), open(path, O_RDONLY | O_DIRECT) }, place;
	char *big = aligned(1 << 20);
	struct io_uring_sqe *sqe;

	memset(minus, -1, sizeof(minus));
	CHECK(io_uring_register_files(&ring, minus, 8) == 0);
	CHECK(open_chosen(path, 0) == 0);
	if (!strcmp(how, "given")) {
		sqe = io_uring_get_sqe(&ring);
		io_uring_prep_files_update(sqe, fds, 2, (int)IORING_FILE_INDEX_ALLOC);
		CHECK(done() == 2);
		place = fds[1];
	} else {
		place = open_chosen(path, O_DIRECT);
	}
	CHECK(place > 0);
	for (int i = 0; i < 3 && !strcmp(how, "moved"); i++) {
		io_uring_prep_nop(io_uring_get_sqe(&ring));
		CHECK(done() == 0);
	}
	if (!strcmp(how, "closed")) {
		close_place(place);
		CHECK(open_chosen(path, 0) == place);
	} else if (!strcmp(how, "replaced")) {
		sqe = io_uring_get_sqe(&ring);
		io_uring_prep_openat_direct(sqe, AT_FDCWD, path, O_RDONLY, 0, (unsigned int)place);
		CHECK(done() == 0);
	}
	read_place(0, big);
	read_place(place, big);
}

/* A socket at the place that a file opened O_DIRECT had. */
static void socket_there(const char *path)
{
	int minus[2] = { -1, -1 };
	char *big = aligned(1 << 20);
	struct io_uring_sqe *sqe;

	CHECK(io_uring_register_files(&ring, minus, 2) == 0);
	sqe = io_uring_get_sqe(&ring);
	io_uring_prep_openat_direct(sqe, AT_FDCWD, path, O_RDONLY | O_DIRECT, 0, 1);
	CHECK(done() == 0);
	sqe = io_uring_get_sqe(&ring);
	io_uring_prep_socket_direct(sqe, AF_UNIX, SOCK_STREAM, 0, 1, 0);
	if (done() < 0)
		exit(77);
	sqe = io_uring_get_sqe(&ring);
	io_uring_prep_write(sqe, 1, big, 4096, 0);
	sqe->flags |= IOSQE_FIXED_FILE;
	CHECK(done() == -ENOTCONN);
}

/* A command for an NVMe device, to what is none: it is judged all the same. */
static void nvme(size_t size)
{
	struct io_uring wide;
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;

	if (io_uring_queue_init(4, &wide, IORING_SETUP_SQE128 | IORING_SETUP_CQE32) < 0)
		exit(77);
	sqe = io_uring_get_sqe(&wide);
	CHECK(sqe);
	memset(sqe, 0, 128);
	sqe->opcode = 46; /* IORING_OP_URING_CMD */
	sqe->fd = open("/dev/null", O_RDWR);
	sqe->cmd_op = 0xc0484e80; /* NVME_URING_CMD_IO */
	*((char *)sqe + 48) = 2; /* read */
	*(void **)((char *)sqe + 72) = aligned(size);
	*(unsigned int *)((char *)sqe + 84) = 4096;
	CHECK(io_uring_submit(&wide) == 1);
	CHECK(io_uring_wait_cqe(&wide, &cqe) == 0);
	io_uring_queue_exit(&wide);
}

/* Made, and entered, without a struct io_uring; or one is made of it. */
static void bare(const char *how)
{
	struct io_uring_params params = { 0 };
	struct io_uring second;
	int fd = io_uring_setup(4, &params);

	CHECK(fd >= 0);
	if (!strcmp(how, "enter"))
		CHECK(io_uring_enter((unsigned int)fd, 1, 0, 0, NULL) == 0);
	if (strcmp(how, "setup")) {
		CHECK(io_uring_queue_mmap(fd, &params, &second) == 0);
		io_uring_queue_exit(&second);
	} else {
		close(fd);
	}
}

/*
 * A read of 4000 bytes in the memory's first part is in flight while it gets another
 * size: from and to, in bytes. Freed when it has ended.
 */
static void resized(size_t from, size_t to)
{
	char *p = malloc(from), *q;

	CHECK(pipe(ends) == 0);
	submit_read(ends[0], p, 4000);
	q = realloc(opaque(p), to);
	CHECK(q);
	close(ends[1]);
	while (!io_uring_cq_ready(&ring))
		usleep(1000);
	CHECK(reap() == 0);
	free(q);
}

/* The same, from its end. */
static void cut(size_t from, size_t to)
{
	char *p = malloc(from);

	CHECK(pipe(ends) == 0);
	submit_read(ends[0], p + from - 4000, 4000);
	p = realloc(opaque(p), to);
	close(ends[1]);
	while (!io_uring_cq_ready(&ring))
		usleep(1000);
	CHECK(p && reap() == 0);
	free(p);
}

/* --- buffers of the ring's choice ----------------------------------------------- */

#define GROUP 3

/* Newer liburings have it; a library of buffers_async.sh's own has it for all. */
struct io_uring_buf_ring *io_uring_setup_buf_ring(struct io_uring *r, unsigned int entries,
						  int group, unsigned int flags, int *err);

static struct io_uring_buf_ring *bufs;

static void begin_group(int setup)
{
	struct io_uring_buf_reg reg = { .ring_entries = 4, .bgid = GROUP };
	int err;

	if (setup) {
		bufs = io_uring_setup_buf_ring(&ring, 4, GROUP, 0, &err);
		if (!bufs)
			exit(77);
		return;
	}
	bufs = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	reg.ring_addr = (unsigned long)bufs;
	if (io_uring_register_buf_ring(&ring, &reg, 0))
		exit(77);
	io_uring_buf_ring_init(bufs);
}

static void put_in(void *p, unsigned int size, int number)
{
	io_uring_buf_ring_add(bufs, p, size, (unsigned short)number, 3, 0);
	io_uring_buf_ring_advance(bufs, 1);
}

static void choose(int fd, unsigned int size, unsigned long user_data)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	io_uring_prep_read(sqe, fd, NULL, size, 0);
	sqe->flags |= IOSQE_BUFFER_SELECT;
	sqe->buf_group = GROUP;
	sqe->user_data = user_data;
	CHECK(io_uring_submit(&ring) >= 1);
}

/* The second of two buffers, at O_DIRECT. */
static void group_direct(const char *path, size_t size, int setup)
{
	int fd = open(path, O_RDONLY | O_DIRECT);

	begin_group(setup);
	put_in(aligned(4096), 4096, 0);
	choose(fd, 4096, 1);
	CHECK(reap() == 4096);
	put_in(aligned(size), (unsigned int)size, 1);
	choose(fd, 4096, 2);
	CHECK(reap() == 4096);
}

/* The same, put in by an entry of the ring. */
static void provided(const char *path, size_t size)
{
	int fd = open(path, O_RDONLY | O_DIRECT);
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	io_uring_prep_provide_buffers(sqe, aligned(size), 4096, 1, GROUP, 0);
	sqe->flags |= IOSQE_IO_LINK;
	choose(fd, 4096, 2);
	CHECK(reap() >= 0 && reap() == 4096);
}

/* Freed while the ring may choose it; "kept": freed when it was chosen for another request. */
static void group_flight(int freed)
{
	char *p[3] = { malloc(100), malloc(100), malloc(100) };

	CHECK(pipe(ends) == 0);
	begin_group(0);
	for (int i = 0; i < 3; i++)
		put_in(p[i], 100, i);
	choose(ends[0], 100, 1);
	choose(ends[0], 100, 2);
	if (freed)
		free(opaque(p[1]));
	CHECK(write(ends[1], "x", 1) == 1 && reap() == 1);
	free(p[0]);
	CHECK(write(ends[1], "x", 1) == 1 && reap() == 1);
	if (!freed)
		free(p[1]);
	free(p[2]);
	/* Chosen long ago: a new request says nothing of these. */
	choose(ends[0], 100, 3);
}

/*
 * One request that goes on: what was chosen is the program's, the others are the ring's until
 * its last completion, or until the group is gone.
 */
static void multishot(const char *how)
{
	char *p[3] = { malloc(100), malloc(100), malloc(100) };
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
	struct io_uring_cqe *cqe;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	begin_group(0);
	for (int i = 0; i < 3; i++)
		put_in(p[i], 100, i);
	io_uring_prep_recv_multishot(sqe, ends[0], NULL, 0, 0);
	sqe->flags |= IOSQE_BUFFER_SELECT;
	sqe->buf_group = GROUP;
	sqe->user_data = 1;
	CHECK(io_uring_submit(&ring) == 1);
	CHECK(write(ends[1], "x", 1) == 1 && io_uring_wait_cqe(&ring, &cqe) == 0);
	if (!(cqe->flags & IORING_CQE_F_MORE))
		exit(77);
	CHECK(cqe->res == 1 && cqe->flags >> IORING_CQE_BUFFER_SHIFT == 0);
	io_uring_cqe_seen(&ring, cqe);
	free(opaque(p[0]));
	if (!strcmp(how, "gone"))
		CHECK(io_uring_unregister_buf_ring(&ring, GROUP) == 0);
	if (strcmp(how, "kept"))
		free(opaque(p[1]));
	close(ends[1]);
	reap();
	if (!strcmp(how, "kept"))
		free(opaque(p[1]));
	free(opaque(p[2]));
}

/* Longer than its object, by n bytes. */
static void group_length(unsigned int n)
{
	CHECK(pipe(ends) == 0);
	begin_group(0);
	put_in(malloc(64), 64 + n, 0);
	choose(ends[0], 0, 1);
	CHECK(write(ends[1], "x", 1) == 1 && reap() == 1);
}

int main(int argc, char **argv)
{
	CHECK(argc > 2);
	if (io_uring_queue_init(8, &ring, 0) < 0)
		return 77;
	if (!strcmp(argv[1], "registered"))
		registered(strtoul(argv[2], NULL, 0));
	else if (!strcmp(argv[1], "direct"))
		direct(argv[3], strtoul(argv[2], NULL, 0));
	else if (!strcmp(argv[1], "vector"))
		vector(argv[3], strtoul(argv[2], NULL, 0));
	else if (!strcmp(argv[1], "fixed"))
		fixed(argv[3], strtoul(argv[2], NULL, 0), argc > 4);
	else if (!strcmp(argv[1], "flight"))
		in_flight(!strcmp(argv[2], "freed"));
	else if (!strcmp(argv[1], "shared_name"))
		shared_name(!strcmp(argv[2], "freed"));
	else if (!strcmp(argv[1], "skipped"))
		skipped(argv[2]);
	else if (!strcmp(argv[1], "many"))
		many(!strcmp(argv[2], "freed"));
	else if (!strcmp(argv[1], "opened"))
		opened(argv[3], argv[2]);
	else if (!strcmp(argv[1], "chosen"))
		chosen(argv[3], argv[2]);
	else if (!strcmp(argv[1], "socket"))
		socket_there(argv[3]);
	else if (!strcmp(argv[1], "nvme"))
		nvme(strtoul(argv[2], NULL, 0));
	else if (!strcmp(argv[1], "bare"))
		bare(argv[2]);
	else if (!strcmp(argv[1], "resized"))
		resized(strtoul(argv[2], NULL, 0), strtoul(argv[3], NULL, 0));
	else if (!strcmp(argv[1], "cut"))
		cut(strtoul(argv[2], NULL, 0), strtoul(argv[3], NULL, 0));
	else if (!strcmp(argv[1], "group") || !strcmp(argv[1], "setup"))
		group_direct(argv[3], strtoul(argv[2], NULL, 0), argv[1][0] == 's');
	else if (!strcmp(argv[1], "provided"))
		provided(argv[3], strtoul(argv[2], NULL, 0));
	else if (!strcmp(argv[1], "group_flight"))
		group_flight(!strcmp(argv[2], "freed"));
	else if (!strcmp(argv[1], "multishot"))
		multishot(argv[2]);
	else if (!strcmp(argv[1], "group_length"))
		group_length((unsigned int)strtoul(argv[2], NULL, 0));
	if (strcmp(argv[1], "idle")) /* that one is open at exit */
		io_uring_queue_exit(&ring);
	puts("done");
	return 0;
}
