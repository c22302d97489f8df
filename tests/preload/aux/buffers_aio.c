/* SPDX-License-Identifier: MIT */
/*
 * Memory given to libaio: buffers_aio PATH SIZE reads with buffers of SIZE, by one
 * submission of a plain and a vector request; "vector" instead of SIZE gives it one
 * with elements that are wrong, "freed" frees buffers of many large requests at once. For
 * buffers_async.sh.
 */
#include <errno.h>
#include <fcntl.h>
#include <libaio.h>
#include <sys/uio.h>

#include "../check.h"

#define MANY   32
#define ROUNDS 20

static char *aligned(size_t size)
{
	void *p;

	CHECK(posix_memalign(&p, 4096, size) == 0);
	memset(p, 0, size);
	return p;
}

/* Of each request that failed it says how. */
static void reap(io_context_t ctx, int n)
{
	struct io_event events[MANY];

	while (n > 0) {
		int got = io_getevents(ctx, 1, MANY, events, NULL);

		CHECK(got > 0);
		for (int i = 0; i < got; i++)
			if ((long)events[i].res < 0)
				printf("failed: %s, data %p\n", strerror(-(int)events[i].res),
				       events[i].data);
		n -= got;
	}
}

static void two(io_context_t ctx, int fd, size_t size)
{
	char *p = aligned(size), *q = aligned(size);
	struct iovec v[2] = { { p, 4096 }, { q, 4096 } };
	struct iocb a, b, *list[2] = { &a, &b };

	io_prep_pread(&a, fd, p, 4096, 0);
	io_prep_preadv(&b, fd, v, 2, 0);
	a.data = (void *)10;
	b.data = (void *)11;
	CHECK(io_submit(ctx, 2, list) == 2);
	reap(ctx, 2);
	CHECK(a.u.c.nbytes == 4096 && b.u.c.nbytes == 2);
	free(p);
	free(q);
}

/* Of one request's elements the first is right. */
static void vector(io_context_t ctx, int fd)
{
	char *p = aligned(4096), *q = aligned(1 << 20);
	struct iovec v[3] = { { p, 4096 }, { q, 4096 }, { q, 4096 } };
	struct iocb a, *list[1] = { &a };

	io_prep_preadv(&a, fd, v, 3, 0);
	CHECK(io_submit(ctx, 1, list) == 1);
	reap(ctx, 1);
}

/*
 * Requests of 128 KB: when the last is submitted, some have not ended; all may have, where
 * the program did not run for a while. So it is done several times.
 */
static void freed(io_context_t ctx, int fd)
{
	struct iocb cb[MANY], *list[MANY];
	char *p[MANY];

	for (int i = 0; i < MANY; i++) {
		p[i] = aligned(131072);
		io_prep_pread(&cb[i], fd, p[i], 131072, 0);
		list[i] = &cb[i];
	}
	CHECK(io_submit(ctx, MANY, list) == MANY);
	for (int i = MANY; i--;)
		free(opaque(p[i]));
	reap(ctx, MANY);
}

int main(int argc, char **argv)
{
	io_context_t ctx = NULL;
	int fd;

	CHECK(argc > 2);
	fd = open(argv[1], O_RDONLY | O_DIRECT);
	if (fd < 0 || io_setup(MANY, &ctx) < 0)
		return 77;
	if (!strcmp(argv[2], "freed"))
		for (int i = 0; i < ROUNDS; i++)
			freed(ctx, fd);
	else if (!strcmp(argv[2], "vector"))
		vector(ctx, fd);
	else
		two(ctx, fd, strtoul(argv[2], NULL, 0));
	io_destroy(ctx);
	puts("done");
	return 0;
}
