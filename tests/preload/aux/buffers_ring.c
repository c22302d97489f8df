/* SPDX-License-Identifier: MIT */
/*
 * Memory given to liburing, one case by the argument. A pipe that nobody writes to
 * keeps a read in flight. For buffers_async.sh.
 */
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>

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
	int fd = open(path, O_RDONLY | O_DIRECT);

	CHECK(fd >= 0);
	submit_read(fd, aligned(size), 4096);
	CHECK(reap() == 4096);
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

int main(int argc, char **argv)
{
	CHECK(argc > 2);
	if (io_uring_queue_init(8, &ring, 0) < 0)
		return 77;
	if (!strcmp(argv[1], "registered"))
		registered(strtoul(argv[2], NULL, 0));
	else if (!strcmp(argv[1], "direct"))
		direct(argv[3], strtoul(argv[2], NULL, 0));
	else if (!strcmp(argv[1], "fixed"))
		fixed(argv[3], strtoul(argv[2], NULL, 0), argc > 4);
	else if (!strcmp(argv[1], "flight"))
		in_flight(!strcmp(argv[2], "freed"));
	if (strcmp(argv[1], "idle")) /* that one is open at exit */
		io_uring_queue_exit(&ring);
	puts("done");
	return 0;
}
