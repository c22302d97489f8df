/* SPDX-License-Identifier: MIT */
/*
 * core.h - what the stress programs of the API share: threads that get, change
 * and put items of several kinds, hand them to each other, and stand still once
 * a second for kmemu_validate().
 *
 * A program states its kinds in a table and calls core_stress(). An item's
 * bytes [from, size) carry a pattern; what lies before `from` is the kind's own
 * (a constructed header). The hand-over is under a mutex, so that a sanitizer
 * sees the order that the program relies on; what it then reports is ours.
 *
 * KMEMU_STRESS_SECONDS (15; the program takes a third, since it runs in several
 * builds), KMEMU_SEED, STRESS_THREADS (4), STRESS_SIGNALS (1).
 */
#ifndef STRESS_CORE_H
#define STRESS_CORE_H

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#include "include/kmemu/kmemu.h"

#include "tests/stress/pattern.h"

#define NR_ITEMS 512
#define NR_SHARED 64
#define CORE_MAX_THREADS 32

struct item;

/* get: false when memory may be out here; the others cannot fail. */
struct kind {
	const char *name;
	unsigned int weight;
	bool (*get)(struct item *it, struct rng *r);
	void (*change)(struct item *it, struct rng *r); /* or NULL */
	void (*put)(struct item *it, struct rng *r);
};

struct item {
	const struct kind *kind; /* NULL: empty */
	unsigned char *p;
	size_t from, size;
	uint64_t seed;
	unsigned int order, flags;
	struct kmem_cache *cache;
};

struct core_worker {
	pthread_t thread;
	struct rng rng;
	size_t live_bytes;
	struct item items[NR_ITEMS];
};

static struct core_worker core_workers[CORE_MAX_THREADS];
static const struct kind *core_kinds;
static unsigned int core_nr_kinds, core_nr_threads;
static uint64_t core_seed;
static atomic_bool core_stop, core_quiet;
static atomic_int core_in_handler;
static atomic_ulong core_ops, core_signals;
static void (*core_handler)(struct rng *r);
static pthread_rwlock_t core_stand_lock;
static pthread_mutex_t core_shared_lock = PTHREAD_MUTEX_INITIALIZER;
static struct item core_shared[NR_SHARED];

static inline void item_check(const struct item *it, const void *p, size_t upto, const char *when)
{
	long at;

	if (upto <= it->from)
		return;
	at = verify((const char *)p + it->from, upto - it->from, it->size - it->from, it->seed);
	if (at >= 0)
		die("%s: %s %p, now %p (%zu bytes) is wrong at %ld; seed %llu", when,
		    it->kind->name, (void *)it->p, p, it->size, at + (long)it->from,
		    (unsigned long long)core_seed);
}

static inline void item_fill(struct item *it, struct rng *r)
{
	it->seed = rng_next(r);
	if (it->size > it->from)
		fill(it->p + it->from, it->size - it->from, it->seed);
}

static inline const struct kind *core_pick(struct rng *r)
{
	unsigned int sum = 0, dice;

	for (unsigned int i = 0; i < core_nr_kinds; i++)
		sum += core_kinds[i].weight;
	dice = rng_below(r, sum);
	for (unsigned int i = 0;; i++) {
		if (dice < core_kinds[i].weight)
			return &core_kinds[i];
		dice -= core_kinds[i].weight;
	}
}

static inline void item_put(struct item *it, struct rng *r)
{
	if (!it->kind)
		return;
	item_check(it, it->p, it->size, "before it is freed");
	it->kind->put(it, r);
	it->kind = NULL;
}

static inline void core_account(struct core_worker *w, const struct item *it, int sign)
{
	if (it->kind)
		w->live_bytes += sign * (long)it->size;
}

static inline void core_swap(struct core_worker *w, struct item *it)
{
	unsigned int at = rng_below(&w->rng, NR_SHARED);
	struct item theirs;

	pthread_mutex_lock(&core_shared_lock);
	theirs = core_shared[at];
	core_shared[at] = *it;
	pthread_mutex_unlock(&core_shared_lock);
	*it = theirs;
	if (it->kind)
		item_check(it, it->p, it->size, "from another thread");
}

static inline void core_step(struct core_worker *w)
{
	struct item *it = &w->items[rng_below(&w->rng, NR_ITEMS)];
	uint64_t dice = rng_below(&w->rng, 100);

	core_account(w, it, -1);
	if (!it->kind) {
		const struct kind *kind = core_pick(&w->rng);

		*it = (struct item){ 0 };
		if (kind->get(it, &w->rng)) {
			it->kind = kind;
			item_fill(it, &w->rng);
		}
	} else if (dice < 50 || w->live_bytes > (48u << 20)) {
		item_put(it, &w->rng);
	} else if (dice < 70 && it->kind->change) {
		item_check(it, it->p, it->size, "before a change");
		it->kind->change(it, &w->rng);
		item_fill(it, &w->rng);
	} else if (dice < 90) {
		core_swap(w, it);
	}
	core_account(w, it, 1);
}

static inline void *core_work(void *arg)
{
	struct core_worker *w = arg;

	while (!core_stop) {
		pthread_rwlock_rdlock(&core_stand_lock);
		for (int i = 0; i < 64; i++)
			core_step(w);
		pthread_rwlock_unlock(&core_stand_lock);
		core_ops += 64;
	}
	return NULL;
}

static inline void core_on_signal(int sig)
{
	struct rng r = { core_seed + (core_signals++ << 8) };
	int saved = errno;

	(void)sig;
	core_in_handler++;
	if (!core_quiet)
		core_handler(&r);
	core_in_handler--;
	errno = saved;
}

static inline void core_validate(const char *when)
{
	int n;

	core_quiet = true;
	while (core_in_handler)
		usleep(100);
	n = kmemu_validate();
	core_quiet = false;
	if (n)
		die("kmemu_validate %s: %d inconsistencies; seed %llu", when, n,
		    (unsigned long long)core_seed);
}

static inline void core_watch(unsigned int ms)
{
	for (unsigned int i = 1; i <= ms; i++) {
		usleep(1000);
		if (core_handler)
			pthread_kill(core_workers[i % core_nr_threads].thread, SIGUSR1);
		if (i % 500)
			continue;
		pthread_rwlock_wrlock(&core_stand_lock);
		core_validate("while all stand");
		pthread_rwlock_unlock(&core_stand_lock);
	}
}

static inline void core_prepare(const struct kind *kinds, unsigned int nr)
{
	pthread_rwlockattr_t attr;

	core_kinds = kinds;
	core_nr_kinds = nr;
	core_nr_threads = env_number("STRESS_THREADS", 4);
	if (core_nr_threads < 1 || core_nr_threads > CORE_MAX_THREADS)
		die("STRESS_THREADS=%u: want 1 to %d", core_nr_threads, CORE_MAX_THREADS);
	core_seed = env_number("KMEMU_SEED", (uint64_t)time(NULL));
	printf("seed %llu\n", (unsigned long long)core_seed);
	fflush(stdout);
	if (!env_number("STRESS_SIGNALS", 1))
		core_handler = NULL;
	if (core_handler)
		signal(SIGUSR1, core_on_signal);
	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&core_stand_lock, &attr);
}

/* Runs all; the caller may then look at what is left, which is nothing. */
static inline void core_stress(const struct kind *kinds, unsigned int nr)
{
	core_prepare(kinds, nr);
	for (unsigned int i = 0; i < core_nr_threads; i++) {
		core_workers[i].rng.state = mix(core_seed + i);
		if (pthread_create(&core_workers[i].thread, NULL, core_work, &core_workers[i]))
			die("pthread_create fails");
	}
	core_watch(env_number("KMEMU_STRESS_SECONDS", 15) * 1000 / 3);
	core_stop = true;
	for (unsigned int i = 0; i < core_nr_threads; i++)
		pthread_join(core_workers[i].thread, NULL);
	for (unsigned int i = 0; i < core_nr_threads; i++)
		for (int j = 0; j < NR_ITEMS; j++)
			item_put(&core_workers[i].items[j], &core_workers[0].rng);
	for (int i = 0; i < NR_SHARED; i++)
		item_put(&core_shared[i], &core_workers[0].rng);
	core_validate("at the end");
	printf("%lu operations, %lu signals\n", core_ops, core_signals);
	if (!core_ops)
		die("nothing was done");
}

static inline void check_zero(const void *p, size_t size, const char *what)
{
	long at = verify_zero(p, size);

	if (at >= 0)
		die("%s(%zu): %p is not zero at %ld", what, size, p, at);
}

static inline void check_align(const void *p, size_t align, const char *what)
{
	if ((uintptr_t)p % align)
		die("%s: %p is not aligned to %zu", what, p, align);
}

#endif
