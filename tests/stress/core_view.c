/* SPDX-License-Identifier: MIT */
/*
 * core_view.c - a process whose four threads allocate and free, and make and
 * destroy caches, is looked at: by a fifth thread of its own through kmemu_view(),
 * and by another process through process_vm_readv. No look may crash, hang, or
 * print what cannot be. Caches of one name may be alive at a time:
 * env: KMEMU_SLAB_CHECK=off KMEMU_SLAB_NOMERGE=1
 *
 * KMEMU_STRESS_SECONDS (15; the program takes a third), KMEMU_SEED, STRESS_READS:
 * so many looks from outside instead of seconds.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "include/kmemu/kmemu.h"
#include "include/kmemu/view.h"

#include "core/mm/view.h"

#define NR_THREADS 4
#define NR_VIEWS   6
#define MAX_TEXT   (4u << 20)

#define CHECK(cond)                                                                        \
	do {                                                                               \
		if (!(cond)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #cond); \
			abort();                                                           \
		}                                                                          \
	} while (0)

static struct shared {
	int stop;
	unsigned long steps, own_reads;
} *shared;

static bool stopped(void)
{
	return __atomic_load_n(&shared->stop, __ATOMIC_RELAXED);
}

static u32 next(u64 *seed)
{
	*seed = *seed * 6364136223846793005UL + 1442695040888963407UL;
	return (u32)(*seed >> 33);
}

static void one_cache(u64 *seed)
{
	unsigned int size = 8 + next(seed) % 4000;
	struct kmem_cache *s = kmemu_kmem_cache_create("passing", size, 0, 0, NULL);

	CHECK(s);
	kmemu_kmem_cache_free(s, kmemu_kmem_cache_alloc(s, KMEMU_GFP_KERNEL));
	CHECK(!kmemu_kmem_cache_destroy(s));
}

static void *allocate(void *arg)
{
	u64 seed = (u64)arg;
	void *p[256] = { NULL };
	unsigned int i;

	for (i = 1; !stopped(); i++) {
		void **at = &p[next(&seed) % 256];
		size_t size = next(&seed) % (i % 8 ? 3000 : 500000) + 1;

		kmemu_kvfree(*at);
		CHECK((*at = kmemu_kvmalloc(size, KMEMU_GFP_KERNEL)));
		if (i % 512 == 0)
			one_cache(&seed);
		__atomic_fetch_add(&shared->steps, 1, __ATOMIC_RELAXED);
	}
	for (i = 0; i < 256; i++)
		kmemu_kvfree(p[i]);
	return NULL;
}

/* Lines end, and hold what can be printed. */
static void check_text(const char *text, ssize_t n)
{
	CHECK(n >= 0 && n < (ssize_t)MAX_TEXT && (size_t)n == strlen(text));
	CHECK(!n || text[n - 1] == '\n');
	for (ssize_t i = 0; i < n; i++)
		CHECK(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~'));
}

static void *look_at_self(void *arg)
{
	char *text = arg;

	for (unsigned int i = 0; !stopped(); i++) {
		check_text(text, kmemu_view(view_name(i % NR_VIEWS), text, MAX_TEXT));
		__atomic_fetch_add(&shared->own_reads, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void be_looked_at(u64 seed, char *text)
{
	pthread_t t[NR_THREADS + 1];

	CHECK(!pthread_create(&t[NR_THREADS], NULL, look_at_self, text));
	for (unsigned int i = 0; i < NR_THREADS; i++)
		CHECK(!pthread_create(&t[i], NULL, allocate, (void *)(seed + i)));
	for (unsigned int i = 0; i <= NR_THREADS; i++)
		pthread_join(t[i], NULL);
	CHECK(!kmemu_validate());
}

/* --- outside --- */

static bool read_process(void *ctx, void *dst, unsigned long addr, size_t n)
{
	struct iovec to = { dst, n }, from = { (void *)addr, n };

	return process_vm_readv(*(pid_t *)ctx, &to, 1, &from, 1, 0) == (ssize_t)n;
}

static void refresh(void *ctx)
{
	(void)ctx;
}

static unsigned long number(const char *name, unsigned long otherwise)
{
	const char *s = getenv(name);

	return s ? strtoul(s, NULL, 0) : otherwise;
}

static void look_at(pid_t pid, char *text)
{
	struct view_reader r = { .read = read_process, .refresh = refresh, .ctx = &pid };
	unsigned long want = number("STRESS_READS", 0), reads = 0, lost = 0;
	time_t end = time(NULL) + (time_t)number("KMEMU_STRESS_SECONDS", 15) / 3;

	while (want ? reads < want : time(NULL) <= end) {
		ssize_t n = view_print(&r, &kmemu_view_roots, view_name(reads % NR_VIEWS), text,
				       MAX_TEXT);

		CHECK(n >= 0 || n == -EAGAIN);
		if (n >= 0)
			check_text(text, n);
		lost += n < 0;
		reads++;
	}
	printf("%lu reads from outside (%lu not to be had), %lu from inside, %lu allocations\n",
	       reads, lost, shared->own_reads, shared->steps);
	CHECK(lost * 20 <= reads && shared->own_reads && shared->steps);
}

int main(void)
{
	unsigned long seed = number("KMEMU_SEED", (unsigned long)time(NULL));
	char *text = malloc(MAX_TEXT);
	int status;
	pid_t pid;

	printf("seed %lu\n", seed);
	fflush(stdout);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	CHECK(shared != MAP_FAILED && text);
	kmemu_kfree(kmemu_kmalloc(8, KMEMU_GFP_KERNEL)); /* the heap is there before the fork */
	pid = fork();
	if (!pid) {
		be_looked_at(seed, text);
		_exit(0);
	}
	CHECK(pid > 0);
	look_at(pid, text);
	__atomic_store_n(&shared->stop, 1, __ATOMIC_RELAXED);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	free(text);
	return 0;
}
