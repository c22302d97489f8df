/* SPDX-License-Identifier: MIT */
/*
 * osfail.c - a small program whose heap meets one system call that fails.
 *
 * osfail.sh runs it with KMEMU_OS_FAIL=N for N = 1, 2, ...: the N-th system
 * call that the library itself makes fails with ENOMEM. Each function may then
 * give NULL with ENOMEM; contents must be right, and when all is freed the heap
 * must hold as much as before: the last of three rounds is measured in blocks
 * of 64 KiB and printed, and osfail.sh compares it with a run without failure.
 */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/wait.h>

#include "tests/stress/pattern.h"

#define NR 300

struct held {
	void *p;
	size_t size;
	uint64_t seed;
};

static unsigned long nr_nulls;

static void *seen(void *p, const char *what)
{
	if (p)
		return p;
	if (errno != ENOMEM)
		die("%s: NULL with errno %d, want ENOMEM", what, errno);
	__atomic_add_fetch(&nr_nulls, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void check(const struct held *h, const void *p, size_t upto, const char *when)
{
	long at = verify(p, upto, h->size, h->seed);

	if (at >= 0)
		die("%s: %p (%zu bytes) is wrong at %ld", when, p, h->size, at);
}

static void *get(size_t size, unsigned int way)
{
	void *p = NULL;

	errno = 0;
	switch (way % 4) {
	case 0:
		p = calloc(1, size);
		if (p && verify_zero(p, size) >= 0)
			die("calloc(%zu): not zero", size);
		return seen(p, "calloc");
	case 1:
		errno = posix_memalign(&p, 256, size);
		return seen(p, "posix_memalign");
	default:
		return seen(malloc(size), "malloc");
	}
}

static void grow(struct held *h, size_t size)
{
	void *p;

	if (!h->p)
		return;
	errno = 0;
	p = seen(realloc(h->p, size), "realloc");
	if (!p) {
		check(h, h->p, h->size, "after a realloc that failed");
		return;
	}
	check(h, p, size < h->size ? size : h->size, "after realloc");
	h->p = p;
	h->size = size;
	fill(p, size, h->seed);
}

static void *mixed(void *arg)
{
	struct rng r = { (uintptr_t)arg };
	struct held h[NR];

	for (int i = 0; i < NR; i++) {
		h[i].size = i % 50 == 49 ? rng_range(&r, 100000, 700000) : random_size(&r) % 20000;
		h[i].seed = rng_next(&r);
		h[i].p = get(h[i].size, rng_next(&r) % 8);
		if (h[i].p)
			fill(h[i].p, h[i].size, h[i].seed);
	}
	for (int i = 0; i < NR; i += 7)
		grow(&h[i], i % 3 ? h[i].size / 2 + 1 : h[i].size * 4 + 30000);
	for (int i = 0; i < NR; i++) {
		if (h[i].p)
			check(&h[i], h[i].p, h[i].size, "before free");
		free(h[i].p);
	}
	return NULL;
}

static void in_child(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		alarm(20);
		mixed((void *)77);
		_exit(0);
	}
	if (pid < 0)
		return;
	if (waitpid(pid, &status, 0) != pid || status)
		die("the forked child ended with wait status %#x", status);
}

static unsigned long capacity(void)
{
	enum { SIZE = 65536, MOST = 2048 };
	static void *block[MOST];
	unsigned long n;

	for (n = 0; n < MOST; n++) {
		errno = 0;
		block[n] = seen(malloc(SIZE), "malloc(65536)");
		if (!block[n])
			break;
		fill(block[n], 64, n);
	}
	for (unsigned long i = 0; i < n; i++) {
		if (verify(block[i], 64, 64, i) >= 0)
			die("block %lu of 64 KiB is wrong", i);
		free(block[i]);
	}
	return n;
}

int main(void)
{
	unsigned long n = 0;
	pthread_t t;

	for (uintptr_t round = 0; round < 3; round++) {
		int error = pthread_create(&t, NULL, mixed, (void *)(100 + round));

		if (error && error != EAGAIN && error != ENOMEM)
			die("pthread_create: error %d", error);
		mixed((void *)(1 + round));
		if (!error)
			pthread_join(t, NULL);
		in_child();
		malloc_trim(0);
		n = capacity();
	}
	printf("%lu %lu\n", n, nr_nulls);
	return 0;
}
