/* SPDX-License-Identifier: MIT */
/*
 * stress.c - everything at once, under the preload.
 *
 * Threads allocate by every function of the malloc family, check alignment,
 * usable size and zeroes, write a pattern (up to the usable size too), check it
 * before each realloc and free, hand blocks to each other, and end and start
 * again while their blocks live on. A timer and the main thread send signals
 * whose handler allocates, reallocates and frees. One thread forks all the
 * while; the child checks what it inherited, works on it and ends. Once a
 * second everything stops for the library's own validator.
 *
 * Environment: KMEMU_STRESS_SECONDS (15), KMEMU_SEED (the time of day),
 * STRESS_THREADS (4), STRESS_LIVE_MB (24 a thread), STRESS_NULL_OK (0: memory
 * must not run out), STRESS_CAPACITY (as that: as much as at first can be had at
 * the end), STRESS_SIGNALS and STRESS_FORKS (1), STRESS_SIGNAL_US
 * (1000, the timer's period). Handlers that allocate are used
 * only with a library that promises them, so that the program also runs
 * on other allocators. Contents decide; the schedule is not repeatable.
 */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/stress/pattern.h"

#define NR_BLOCKS 2048
#define MAX_THREADS 64
#define NR_SWAP 128
#define NR_HELD 16

/* A live block: asked for as `asked` bytes, written up to `size`. */
struct block {
	unsigned char *p;
	size_t asked;
	size_t size;
	size_t align; /* 0: not from an aligned function */
	uint64_t seed;
};

struct worker {
	pthread_t thread;
	unsigned int id;
	bool running;
	struct rng rng;
	size_t live_bytes;
	struct timespec next_fork;
	struct block blocks[NR_BLOCKS];
};

static struct worker workers[MAX_THREADS];
static unsigned int nr_threads;
static size_t live_limit;
static bool null_ok, with_signals, with_forks, is_kmemu;
static uint64_t main_seed;
static int (*validate)(void);
static void (*sized_free)(void *p, size_t size);
static void (*aligned_sized_free)(void *p, size_t align, size_t size);
static pthread_key_t thread_key;
static cpu_set_t all_cpus;

/* Held for reading while a worker works: the validator wants all to stand. */
static pthread_rwlock_t stand_lock;
static atomic_bool stop, quiet;
static atomic_int in_handler;
static atomic_ulong nr_ops, nr_nulls, nr_forks, nr_signals, nr_swaps;

static _Atomic(struct block *) swap[NR_SWAP];

static _Atomic(struct block *) held[NR_HELD];

/* ------------------------------------------------------------- one block */

static void check_contents(const struct block *b, const void *p, size_t upto, const char *when)
{
	long at = verify(p, upto, b->size, b->seed);
	uint64_t found, want;

	if (at < 0)
		return;
	found = 0;
	memcpy(&found, (const char *)p + at, word_bytes(at / 8, upto));
	want = pattern_word(b->seed, at / 8);
	die("%s: block %p (asked %zu, written %zu, align %zu, now %p) is wrong at %ld: "
	    "%#llx, want %#llx; seed %llu",
	    when, (void *)b->p, b->asked, b->size, b->align, p, at, (unsigned long long)found,
	    (unsigned long long)want, (unsigned long long)main_seed);
}

static void check_alignment(const struct block *b)
{
	/* Others give 8 to what is below 16 bytes, and may. */
	size_t least = b->asked < 16 && !is_kmemu ? 8 : 16;
	size_t align = b->align > least ? b->align : least;

	if ((uintptr_t)b->p % align)
		die("%p (%zu bytes) is not aligned to %zu", (void *)b->p, b->asked, align);
}

/* A null pointer is right only where memory may run out, and with ENOMEM. */
static void *may_fail(void *p, size_t size, const char *what)
{
	if (p)
		return p;
	if (errno != ENOMEM)
		die("%s(%zu): NULL with errno %d, want ENOMEM", what, size, errno);
	if (!null_ok)
		die("%s(%zu): NULL, but memory cannot be out", what, size);
	nr_nulls++;
	return NULL;
}

/* Takes over a fresh block: sees what was promised, writes the pattern. */
static void adopt(struct block *b, struct rng *r)
{
	size_t usable = malloc_usable_size(b->p);

	check_alignment(b);
	if (usable < b->asked)
		die("usable size %zu of %p is below the %zu asked for", usable, (void *)b->p,
		    b->asked);
	b->size = rng_one_in(r, 4) ? usable : b->asked;
	b->seed = rng_next(r);
	fill(b->p, b->size, b->seed);
}

/* ------------------------------------------------------ allocate and free */

static size_t random_align(struct rng *r)
{
	if (rng_one_in(r, 500))
		return (size_t)1 << rng_range(r, 17, 22);
	return (size_t)1 << rng_range(r, 3, rng_one_in(r, 10) ? 16 : 12);
}

static void *zeroed(size_t n, size_t each)
{
	void *p = calloc(n, each);
	long at;

	if (!p)
		return NULL;
	at = verify_zero(p, n * each);
	if (at >= 0)
		die("calloc(%zu, %zu): %p has %#x at %ld", n, each, p, ((unsigned char *)p)[at],
		    at);
	return p;
}

static void *by_posix_memalign(size_t align, size_t size)
{
	void *p = NULL;
	int error = posix_memalign(&p, align, size);

	errno = error;
	return p;
}

static void *allocate_aligned(struct block *b, struct rng *r)
{
	b->align = random_align(r);
	switch (rng_below(r, 5)) {
	case 0:
		return aligned_alloc(b->align, b->asked);
	case 1:
		return memalign(b->align, b->asked);
	case 2:
		b->align = 4096;
		return valloc(b->asked);
	case 3:
		b->align = 4096;
		return pvalloc(b->asked);
	default:
		return by_posix_memalign(b->align, b->asked);
	}
}

static void *allocate_by(struct block *b, struct rng *r)
{
	size_t n;

	b->align = 0;
	switch (rng_below(r, 12)) {
	case 0:
	case 1:
		n = rng_range(r, 1, 9);
		b->asked = b->asked / n * n;
		return rng_one_in(r, 2) ? zeroed(n, b->asked / n) : zeroed(b->asked / n, n);
	case 2:
		return realloc(NULL, b->asked);
	case 3:
		b->asked &= ~(size_t)7;
		return reallocarray(NULL, b->asked / 8, 8);
	case 4:
	case 5:
		return allocate_aligned(b, r);
	default:
		return malloc(b->asked);
	}
}

static bool allocate(struct block *b, struct rng *r)
{
	b->asked = random_size(r);
	errno = 77;
	b->p = may_fail(allocate_by(b, r), b->asked, "an allocation");
	if (!b->p)
		return false;
	if (is_kmemu && errno != 77 && errno != 0)
		die("a successful allocation changed errno to %d", errno);
	adopt(b, r);
	return true;
}

static void release(struct block *b, struct rng *r)
{
	check_contents(b, b->p, b->size, "free");
	errno = 77;
	if (aligned_sized_free && b->align && rng_one_in(r, 2))
		aligned_sized_free(b->p, b->align, b->asked);
	else if (sized_free && !b->align && rng_one_in(r, 4))
		sized_free(b->p, b->asked);
	else
		free(b->p);
	if (is_kmemu && errno != 77)
		die("free changed errno to %d", errno);
	b->p = NULL;
}

static size_t new_size(const struct block *b, struct rng *r)
{
	switch (rng_below(r, 4)) {
	case 0:
		return random_size(r) + 1;
	case 1:
		return b->asked / 2 + 1;
	case 2:
		return b->asked + rng_range(r, 1, 64);
	default:
		return b->asked < (4u << 20) ? b->asked * 2 + 1 : b->asked + 4096;
	}
}

static void resize(struct block *b, struct rng *r)
{
	size_t size = new_size(b, r);
	void *p;

	check_contents(b, b->p, b->size, "before realloc");
	errno = 77;
	p = rng_one_in(r, 3) ? reallocarray(b->p, size, 1) : realloc(b->p, size);
	if (!may_fail(p, size, "realloc")) {
		check_contents(b, b->p, b->size, "after a realloc that failed");
		return;
	}
	check_contents(b, p, size < b->asked ? size : b->asked, "after realloc");
	b->p = p;
	b->asked = size;
	b->align = 0;
	adopt(b, r);
}

/* ------------------------------------------------------ what a worker does */

static void set_block(struct worker *w, struct block *to, struct block from)
{
	w->live_bytes += from.p ? from.size : 0;
	w->live_bytes -= to->p ? to->size : 0;
	*to = from;
}

static void drop(struct worker *w, struct block *b)
{
	struct block was = *b;

	if (!b->p)
		return;
	set_block(w, b, (struct block){ 0 });
	release(&was, &w->rng);
}

static void drop_some(struct worker *w)
{
	for (int i = 0; i < 256; i++)
		drop(w, &w->blocks[rng_below(&w->rng, NR_BLOCKS)]);
}

/* Puts a block where others find it and takes what lay there. */
static void exchange(struct worker *w, struct block *b)
{
	struct block *mine = may_fail(malloc(sizeof(*mine)), sizeof(*mine), "malloc"), *theirs;

	if (!mine)
		return;
	*mine = *b;
	set_block(w, b, (struct block){ 0 });
	theirs = atomic_exchange(&swap[rng_below(&w->rng, NR_SWAP)], mine);
	nr_swaps++;
	if (!theirs)
		return;
	check_contents(theirs, theirs->p, theirs->size, "from another thread");
	set_block(w, b, *theirs);
	free(theirs);
	if (rng_one_in(&w->rng, 2))
		drop(w, b);
}

/* What libc allocates for the caller must be ours to free. */
static void by_libc(struct worker *w)
{
	size_t len = rng_range(&w->rng, 1, 3000), got = 0;
	char *text = may_fail(malloc(len), len, "malloc"), *copy, *line = NULL;
	FILE *f;

	if (!text)
		return;
	memset(text, 'x', len - 1);
	text[len - 1] = 0;
	copy = may_fail(strdup(text), len, "strdup");
	if (copy && strcmp(copy, text))
		die("strdup: the copy differs");
	free(copy);
	f = open_memstream(&line, &got);
	if (!f && !null_ok)
		die("open_memstream: errno %d", errno);
	if (f) {
		fprintf(f, "%s%zu", text, len);
		fclose(f);
		if (!null_ok && got < len)
			die("open_memstream: %zu bytes of %zu", got, len);
		free(line);
	}
	free(text);
}

/* Sizes that nobody has; each must be NULL with ENOMEM and harm nothing. */
static void impossible(struct worker *w)
{
	static volatile size_t huge[] = { SIZE_MAX, SIZE_MAX / 2 + 1, (size_t)PTRDIFF_MAX + 1,
					  (size_t)1 << 62, SIZE_MAX - 4096 };
	size_t n = huge[rng_below(&w->rng, 5)];
	volatile size_t many = n / 3;
	void *p;

	errno = 0;
	p = malloc(n);
	p = p ?: calloc(many, 16);
	p = p ?: reallocarray(NULL, many, 32);
	p = p ?: memalign(64, n);
	p = p ?: realloc(NULL, n);
	if (p)
		die("%p for an impossible size near %zx", p, n);
	if (errno != ENOMEM)
		die("errno %d for an impossible size, want ENOMEM", errno);
}

static void *child_thread(void *arg)
{
	struct worker *w = arg;
	struct block b;

	for (int i = 0; i < 100; i++)
		if (allocate(&b, &w->rng))
			release(&b, &w->rng);
	return NULL;
}

static void one_step(struct worker *w);

/* In the child: all that was inherited is whole, and the heap works. */
static __attribute__((noreturn)) void child(struct worker *w)
{
	pthread_t t;

	signal(SIGALRM, SIG_DFL);
	alarm(30);
	for (int i = 0; i < NR_BLOCKS; i++) {
		struct block *b = &w->blocks[i];

		if (b->p)
			check_contents(b, b->p, b->size, "in a forked child");
		if (i % 2)
			drop(w, b);
	}
	for (int i = 0; i < 500; i++)
		one_step(w);
	if (rng_one_in(&w->rng, 3) && !pthread_create(&t, NULL, child_thread, w))
		pthread_join(t, NULL);
	if (rng_one_in(&w->rng, 4))
		execl("/bin/true", "true", (char *)NULL);
	_exit(0);
}

static void reap(pid_t pid, const char *what)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid: errno %d", errno);
	if (WIFSIGNALED(status))
		die("%s killed by signal %d%s", what, WTERMSIG(status),
		    WTERMSIG(status) == SIGALRM ? ": it hung" : "");
	if (WEXITSTATUS(status))
		die("%s ended with status %d", what, WEXITSTATUS(status));
}

static void fork_one(struct worker *w)
{
	char *argv[] = { "true", NULL };
	extern char **environ;
	pid_t pid;

	nr_forks++;
	if (rng_one_in(&w->rng, 8)) {
		if (!posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ))
			reap(pid, "a spawned /bin/true");
		return;
	}
	pid = fork();
	if (!pid)
		child(w);
	if (pid > 0)
		reap(pid, "a forked child");
}

static bool passed(const struct timespec *t)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > t->tv_sec || (now.tv_sec == t->tv_sec && now.tv_nsec >= t->tv_nsec);
}

static void after_ms(struct timespec *t, unsigned int ms)
{
	clock_gettime(CLOCK_MONOTONIC, t);
	t->tv_nsec += ms * 1000000L;
	t->tv_sec += t->tv_nsec / 1000000000L;
	t->tv_nsec %= 1000000000L;
}

/* To one processor and back to all: away in the middle of things, in any thread. */
static void migrate(struct worker *w)
{
	int cpu = rng_below(&w->rng, CPU_SETSIZE);
	cpu_set_t one;

	while (!CPU_ISSET(cpu, &all_cpus))
		cpu = (cpu + 1) % CPU_SETSIZE;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
	sched_setaffinity(0, sizeof(all_cpus), &all_cpus);
}

/* Rare things, one of them at a time. */
static void one_rarity(struct worker *w)
{
	switch (rng_below(&w->rng, 8)) {
	case 0:
		malloc_trim(0);
		break;
	case 1:
		(void)mallinfo2();
		break;
	case 2:
	case 3:
		impossible(w);
		break;
	default:
		by_libc(w);
	}
}

static void one_step(struct worker *w)
{
	struct block *b = &w->blocks[rng_below(&w->rng, NR_BLOCKS)];
	struct block fresh;
	uint64_t dice = rng_below(&w->rng, 100);

	if (dice == 0 && rng_one_in(&w->rng, 10)) {
		one_rarity(w);
	} else if (dice == 0) {
		migrate(w);
	} else if (!b->p) {
		if (allocate(&fresh, &w->rng))
			set_block(w, b, fresh);
		else
			drop_some(w);
	} else if (dice < 55) {
		drop(w, b);
	} else if (dice < 80) {
		fresh = *b;
		resize(&fresh, &w->rng);
		set_block(w, b, fresh);
	} else if (dice < 90) {
		exchange(w, b);
	}
	if (w->live_bytes > live_limit)
		drop_some(w);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct timespec end;

	after_ms(&end, rng_range(&w->rng, 300, 3000));
	pthread_setspecific(thread_key, malloc(100));
	while (!stop && !passed(&end)) {
		pthread_rwlock_rdlock(&stand_lock);
		for (int i = 0; i < 64; i++)
			one_step(w);
		if (with_forks && w->id == 0 && passed(&w->next_fork)) {
			fork_one(w);
			after_ms(&w->next_fork, 40);
		}
		pthread_rwlock_unlock(&stand_lock);
		nr_ops += 64;
	}
	return NULL;
}

/* A destructor that runs when most of the thread is gone already. */
static void end_of_thread(void *p)
{
	free(p);
	free(malloc(3000));
}

/* ---------------------------------------------------------------- signals */

static void handler_work(uint64_t n)
{
	struct rng r = { main_seed ^ (n << 20) };
	struct block *b = malloc(sizeof(*b)), *old;

	if (!b && !null_ok)
		die("malloc in a signal handler: NULL");
	if (!b)
		return;
	if (!allocate(b, &r)) {
		free(b);
		return;
	}
	if (rng_one_in(&r, 3))
		resize(b, &r);
	old = atomic_exchange(&held[rng_below(&r, NR_HELD)], b);
	if (!old)
		return;
	release(old, &r);
	free(old);
}

static void handler(int sig)
{
	int saved = errno;

	(void)sig;
	in_handler++;
	if (!quiet)
		handler_work(nr_signals++);
	in_handler--;
	errno = saved;
}

static void start_signals(void)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_RESTART };
	suseconds_t us = env_number("STRESS_SIGNAL_US", 1000);
	struct itimerval often = { { 0, us }, { 0, us } };

	sigaction(SIGALRM, &sa, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

static void stop_signals(void)
{
	struct itimerval never = { 0 };

	setitimer(ITIMER_REAL, &never, NULL);
	quiet = true;
	while (in_handler)
		usleep(100);
}

/* ------------------------------------------------------------- the library */

static void validate_now(const char *when)
{
	int n;

	if (!validate)
		return;
	n = validate();
	if (n)
		die("kmemu_validate %s: %d inconsistencies; seed %llu", when, n,
		    (unsigned long long)main_seed);
}

static void stand_and_validate(void)
{
	pthread_rwlock_wrlock(&stand_lock);
	quiet = true;
	while (in_handler)
		usleep(100);
	validate_now("while all stand");
	quiet = false;
	pthread_rwlock_unlock(&stand_lock);
}

/*
 * How many blocks of 64 KiB can be had at once, where memory may run out. The
 * same before and after the work, or memory was lost.
 */
static unsigned long capacity(void)
{
	enum { SIZE = 65536, MOST = 8192 };
	static void *chain[MOST];
	unsigned long n;

	malloc_trim(0);
	for (n = 0; n < MOST; n++) {
		chain[n] = malloc(SIZE);
		if (!chain[n])
			break;
	}
	for (unsigned long i = 0; i < n; i++)
		free(chain[i]);
	malloc_trim(0);
	return n;
}

static void find_library(void)
{
	validate = (int (*)(void))dlsym(RTLD_DEFAULT, "kmemu_validate");
	is_kmemu = dlsym(RTLD_DEFAULT, "kmemu_kmalloc") != NULL;
	sized_free = (void (*)(void *, size_t))dlsym(RTLD_DEFAULT, "free_sized");
	aligned_sized_free =
		(void (*)(void *, size_t, size_t))dlsym(RTLD_DEFAULT, "free_aligned_sized");
}

/* -------------------------------------------------------------------- main */

static void read_settings(void)
{
	nr_threads = env_number("STRESS_THREADS", 4);
	if (nr_threads < 1 || nr_threads > MAX_THREADS)
		die("STRESS_THREADS=%u: want 1 to %d", nr_threads, MAX_THREADS);
	live_limit = env_number("STRESS_LIVE_MB", 24) << 20;
	null_ok = env_number("STRESS_NULL_OK", 0);
	with_signals = env_number("STRESS_SIGNALS", is_kmemu);
	with_forks = env_number("STRESS_FORKS", 1);
	main_seed = env_number("KMEMU_SEED", (uint64_t)time(NULL));
}

static void start_worker(struct worker *w)
{
	int error = pthread_create(&w->thread, NULL, work, w);

	if (error && !(null_ok && (error == EAGAIN || error == ENOMEM)))
		die("pthread_create: error %d", error);
	w->running = !error;
}

/* Joins those that have ended and starts them again; their blocks live on. */
static void restart_ended(void)
{
	for (unsigned int i = 0; i < nr_threads; i++) {
		struct worker *w = &workers[i];

		if (w->running && pthread_tryjoin_np(w->thread, NULL))
			continue;
		start_worker(w);
	}
}

static void run_for(uint64_t seconds)
{
	struct rng r = { main_seed };
	struct timespec end, next, ms = { 0, 1000000 };

	after_ms(&end, 0);
	end.tv_sec += seconds;
	after_ms(&next, 1000);
	while (!passed(&end)) {
		struct worker *w = &workers[rng_below(&r, nr_threads)];

		nanosleep(&ms, NULL);
		restart_ended();
		if (with_signals && w->running)
			pthread_kill(w->thread, SIGUSR1);
		if (passed(&next)) {
			stand_and_validate();
			after_ms(&next, 1000);
		}
	}
	stop = true;
	for (unsigned int i = 0; i < nr_threads; i++)
		if (workers[i].running)
			pthread_join(workers[i].thread, NULL);
}

static void free_all(void)
{
	struct rng r = { main_seed };
	struct block *b;

	for (unsigned int i = 0; i < nr_threads; i++)
		for (int j = 0; j < NR_BLOCKS; j++)
			drop(&workers[i], &workers[i].blocks[j]);
	for (int i = 0; i < NR_SWAP + NR_HELD; i++) {
		b = atomic_exchange(i < NR_SWAP ? &swap[i] : &held[i - NR_SWAP], NULL);
		if (!b)
			continue;
		release(b, &r);
		free(b);
	}
}

static void prepare(void)
{
	pthread_rwlockattr_t attr;

	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&stand_lock, &attr);
	pthread_key_create(&thread_key, end_of_thread);
	if (sched_getaffinity(0, sizeof(all_cpus), &all_cpus))
		die("sched_getaffinity: errno %d", errno);
	for (unsigned int i = 0; i < nr_threads; i++) {
		workers[i].id = i;
		workers[i].rng.state = mix(main_seed + i);
	}
}

int main(void)
{
	unsigned long before = 0, after = 0;
	bool with_capacity;

	find_library();
	read_settings();
	printf("seed %llu\n", (unsigned long long)main_seed);
	fflush(stdout);
	with_capacity = env_number("STRESS_CAPACITY", null_ok);
	if (with_capacity)
		before = capacity();
	prepare();
	if (with_signals)
		start_signals();
	run_for(env_number("KMEMU_STRESS_SECONDS", 15));
	stop_signals();
	free_all();
	validate_now("at the end");
	if (with_capacity)
		after = capacity();
	printf("%lu operations, %lu handed over, %lu signals, %lu forks, "
	       "%lu times NULL, validator %s\n",
	       nr_ops, nr_swaps, nr_signals, nr_forks, nr_nulls, validate ? "called" : "not found");
	if (after * 10 < before * 9)
		die("memory lost: %lu blocks of 64 KiB at first, %lu at the end", before, after);
	if (!nr_ops)
		die("nothing was done");
	return 0;
}
