/* SPDX-License-Identifier: MIT */
/*
 * context.h - context.c's truth: where a call is made, how many findings there
 * must be, the allocations that carry it, and the comparison with the log.
 */
#ifndef STRESS_CONTEXT_H
#define STRESS_CONTEXT_H

#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <ucontext.h>

#include "tests/stress/pattern.h"

#define STACK_BYTES (256UL << 10)
#define CAP	    (128UL << 10)
#define FLAGGED	    64 /* the handler came while its thread was around a call of malloc */
#define SITE_MASK   127

#define SITES(X)                                                                       \
	X(TASK) X(HANDLER) X(LOCK) X(COROUTINE) X(CO_LOCK) X(CO_HANDLER) X(JUMPED)      \
	X(JUMPED_FAR) X(BUILTIN) X(SETCONTEXT) X(SWAPPED) X(VFORK_CHILD) X(VFORKED)     \
	X(FORK_CHILD) X(FORKED) X(EXITED) X(UNLOCKED) X(ASYNC) X(ASYNC_LOCK)            \
	X(ASYNC_LEFT) X(ASYNC_LEFT_BUILTIN) X(ASYNC_SWAPPED) X(API) X(HELPER)           \
	X(HELPER_LOCK) X(NESTED) X(DONE) X(MUTEXED) X(READ_LOCKED) X(NONE)
enum site {
#define X(name) name,
	SITES(X)
#undef X
	NR_SITES
};
static const char *const site_names[NR_SITES] = {
#define X(name) #name,
	SITES(X)
#undef X
};

/* What a line of the log begins with, or holds. */
#define KEYS(X)                                                                         \
	X(KMALLOC, "kmalloc(") X(VMALLOC, "vmalloc(") X(VFREE, "vfree(")                 \
	X(YIELD, "sched_yield()") X(WRITE, "write()") X(MUTEX, "pthread_mutex_lock()")   \
	X(EXIT, "pthread_exit()") X(FORK, "fork()") X(VFORK, "vfork()")                  \
	X(CREATE, "pthread_create()") X(WAITPID, "waitpid()")                            \
	X(END, "do_exit()") X(HELD, "a thread ends with")                                \
	X(UNLOCK, "pthread_spin_unlock: ")                                               \
	X(COND, "pthread_cond_timedwait()") X(RWLOCK, "pthread_rwlock_rdlock()")         \
	X(IRQLOCK, "lock 0x") X(REENTRANT, "which interrupted the allocator")
enum key {
#define X(name, text) K_##name,
	KEYS(X)
#undef X
	NR_KEYS
};
static const char *const key_texts[NR_KEYS] = {
#define X(name, text) text,
	KEYS(X)
#undef X
};

/* Shared with children. */
static unsigned long (*truth)[NR_SITES];
static unsigned long *totals; /* operations, async handlers, async leavings, flagged */

struct where {
	enum site site;
	bool handler, lock; /* either: it must not sleep */
	bool own; /* the lock was taken in the innermost handler, or there is none */
	unsigned int kind; /* 0 task, 1 in SYNC's handler, 2 in SYNC_ALT's */
	unsigned int depth;
};

struct coroutine {
	ucontext_t self, *back;
	struct where where;
	bool ends;
	void (*body)(struct coroutine *co);
	char *stack;
};

static __thread struct thread {
	volatile unsigned int in_malloc, busy, may_leave, in_async;
	volatile unsigned int leave_by;
	sigjmp_buf jmp, async_jmp;
	void *words[5], *async_words[5];
	ucontext_t uc, async_uc;
	void (*request)(struct where w);
	struct where request_where;
	pthread_spinlock_t locks[3][4], async_lock, odd_lock;
	pthread_mutex_t mutex, outer_mutex;
	pthread_cond_t cond;
	pthread_rwlock_t rwlock;
	struct coroutine co[3]; /* the last is of asynchronous handlers */
	char *alt;
	struct rng rng;
	unsigned long seed, async_random;
	bool ready, ends_with_lock;
} me;

static uint64_t seed;
static sigset_t no_signals;
static int (*preempt_count)(void);


/* --- the truth ------------------------------------------------------------ */

static bool is_atomic(struct where w)
{
	return w.handler || w.lock;
}

static void expect(enum key key, enum site site)
{
	__atomic_fetch_add(&truth[key][site], 1, __ATOMIC_RELAXED);
}

static void count(int what)
{
	__atomic_fetch_add(&totals[what], 1, __ATOMIC_RELAXED);
}

static void balanced(const char *when)
{
	int now = preempt_count ? preempt_count() : 0;

	if (now)
		die("preempt_count is %#x %s; seed %llu", now, when, (unsigned long long)seed);
}

/* --- allocations ----------------------------------------------------------- */

struct block {
	size_t size; /* as asked for */
};

static size_t token(size_t size, struct where w)
{
	size_t flag = w.handler && me.in_malloc ? FLAGGED : 0;

	return ((size + SITE_MASK) & ~(size_t)SITE_MASK) | flag | w.site;
}

static void judge_alloc(size_t size, struct where w)
{
	if (is_atomic(w))
		expect(size > CAP ? K_VMALLOC : K_KMALLOC, w.site);
	if (size & FLAGGED)
		count(3);
}

__attribute__((noinline)) static struct block *get(size_t size, struct where w, bool zeroed)
{
	struct block *b;

	size = token(size, w);
	me.in_malloc++;
	judge_alloc(size, w);
	b = zeroed ? calloc(1, size) : malloc(size);
	me.in_malloc--;
	if (!b)
		die("out of memory");
	b->size = size;
	return b;
}

/*
 * Twice as large, and so an allocation; but not where there is room: a handler that
 * met the allocator's own lock got whole pages.
 */
__attribute__((noinline)) static struct block *grow(struct block *b, struct where w)
{
	size_t size = token(b->size * 2 + 256, w);

	me.in_malloc++;
	if (size > malloc_usable_size(b))
		judge_alloc(size, w);
	b = realloc(b, size);
	me.in_malloc--;
	if (!b)
		die("out of memory");
	b->size = size;
	return b;
}

__attribute__((noinline)) static void put(struct block *b, struct where w)
{
	me.in_malloc++;
	if (b->size > CAP && is_atomic(w))
		expect(K_VFREE, NONE);
	free(b);
	me.in_malloc--;
}

static size_t some_size(struct rng *r)
{
	if (rng_one_in(r, 24))
		return CAP + rng_below(r, 64) * 4096;
	return rng_below(r, rng_one_in(r, 8) ? 60000 : 2000);
}

static void allocate_by(struct rng *r, struct where w)
{
	struct block *b = get(some_size(r), w, rng_one_in(r, 3));

	if (rng_one_in(r, 4))
		b = grow(b, w);
	put(b, w);
}

static void allocate(struct where w)
{
	allocate_by(&me.rng, w);
}

/* At this place, and that it is what it must be. */
static void at(enum site site, struct where w)
{
	w.site = site;
	allocate(w);
}

/* --- switches --- */

static void resume(struct coroutine *co, ucontext_t *here)
{
	me.busy++;
	co->back = here;
	swapcontext(here, &co->self);
	me.busy--;
}

static void leave(struct coroutine *co)
{
	me.busy++;
	swapcontext(&co->self, co->back);
	me.busy--;
}

static void coroutine_main(unsigned int nr)
{
	struct coroutine *co = &me.co[nr];

	me.busy--;
	co->body(co);
	me.busy++;
	/* uc_link: libc's setcontext goes on there. */
	if (!co->ends)
		swapcontext(&co->self, co->back);
}

static struct coroutine *start(unsigned int nr, void (*body)(struct coroutine *), ucontext_t *link)
{
	struct coroutine *co = &me.co[nr];

	me.busy++;
	co->body = body;
	co->ends = link && rng_one_in(&me.rng, 2);
	getcontext(&co->self);
	co->self.uc_stack.ss_sp = co->stack;
	co->self.uc_stack.ss_size = STACK_BYTES;
	co->self.uc_link = link;
	co->self.uc_sigmask = no_signals;
	makecontext(&co->self, (void (*)(void))coroutine_main, 1, nr);
	me.busy--;
	return co;
}

/* --- the log --------------------------------------------------------------------- */

static unsigned long found[NR_KEYS][NR_SITES];
static unsigned int wrong;

static void complain(const char *what, const char *line)
{
	if (wrong++ < 20)
		printf("%s: %s", what, line);
}

static enum key key_of(const char *line)
{
	if (strstr(line, key_texts[K_REENTRANT]))
		return K_REENTRANT;
	for (int k = 0; k < NR_KEYS; k++)
		if (!strncmp(line, key_texts[k], strlen(key_texts[k])))
			return (enum key)k;
	return NR_KEYS;
}

/* No place is told of by an address, or by a call's name. */
static void read_line(const char *line)
{
	enum key k = key_of(line);
	unsigned long size = 0;
	enum site site = NONE;

	if (k == NR_KEYS) {
		complain("not expected at all", line);
		return;
	}
	if (sscanf(line, "kmalloc(%lu", &size) == 1 || sscanf(line, "vmalloc(%lu", &size) == 1)
		site = (enum site)(size & (FLAGGED - 1));
	if (site >= NR_SITES)
		complain("not our allocation", line);
	else
		found[k][site]++;
	if (k == K_REENTRANT && size && !(size & FLAGGED))
		complain("it interrupted no malloc", line);
}

static void read_log(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[4096], *start;

	while (f && fgets(line, sizeof(line), f)) {
		start = strncmp(line, "kmemu: ", 7) ? line : line + 7;
		read_line(start);
	}
	if (f)
		fclose(f);
}

static void compare(void)
{
	for (int k = 0; k < K_REENTRANT; k++) {
		for (int s = 0; s < NR_SITES; s++) {
			if (found[k][s] == truth[k][s])
				continue;
			wrong++;
			printf("%-20s %-20s %lu findings, and %lu are true\n", key_texts[k],
			       site_names[s], found[k][s], truth[k][s]);
		}
	}
}

static unsigned long sum_of(const unsigned long *row)
{
	unsigned long sum = 0;

	for (int s = 0; s < NR_SITES; s++)
		sum += row[s];
	return sum;
}

static int verdict(void)
{
	const char *log = getenv("CONTEXT_LOG");
	unsigned long n = 0;

	if (log) {
		read_log(log);
		compare();
	}
	for (int k = 0; k < K_REENTRANT; k++)
		n += sum_of(truth[k]);
	printf("%lu rounds, %lu signals, %lu left, %lu findings, %lu re-entrant of %lu; "
	       "seed %llu\n",
	       totals[0], totals[1], totals[2], n, sum_of(found[K_REENTRANT]), totals[3],
	       (unsigned long long)seed);
	return wrong ? 1 : 0;
}

#endif
