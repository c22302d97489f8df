// SPDX-License-Identifier: MIT
/*
 * Workloads of several threads. All threads of a workload exist and wait at a
 * barrier before the base is taken, so their stacks and thread-local storage
 * are not counted to the allocator; they wait at a second one, still alive and
 * with full caches, while memory is looked at.
 *
 * pipe: one thread allocates, the other frees: every free is remote. The ring
 * between them holds RING blocks, which are the live bytes.
 *
 * larson-N: each thread replaces blocks in a table of its own and now and then
 * swaps the whole table with one left by somebody else, as a request moves
 * between the workers of a server. Later frees of it are remote.
 *
 * churn: threads that take over a table of a dead thread, replace part of it,
 * leave it to a successor and die.
 *
 * spread-N: threads that share nothing; the cost of N threads on the CPUs.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "bench/harness.h"

#define MAX_THREADS 64
#define RING 4096			/* blocks, a power of two */
#define BATCH 32			/* blocks published at once */
#define TABLE 1000			/* blocks of one table */
#define SWAP_OPS 5000			/* between two swaps of tables */

/* A cache line or two each: workers must not share what they write. */
struct worker {
	_Alignas(128) pthread_t thread;
	struct block *table;
	uint64_t seed, ops;
};

static struct worker workers[MAX_THREADS];
static pthread_barrier_t here, ready, done, leave;
static _Atomic(struct block *) mailbox;

static void start(struct worker *wk, void *(*fn)(void *), void *arg)
{
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 << 10);
	if (pthread_create(&wk->thread, &attr, fn, arg))
		die("kmemu-bench: pthread_create");
	pthread_attr_destroy(&attr);
}

static void make_barriers(unsigned int nr)
{
	pthread_barrier_init(&here, NULL, nr);
	pthread_barrier_init(&ready, NULL, nr);
	pthread_barrier_init(&done, NULL, nr);
	pthread_barrier_init(&leave, NULL, nr);
}

/* A worker's first steps: the stack it will need is resident before the base. */
static void arrive(void)
{
	volatile char stack[3 * 4096];
	size_t i;

	for (i = 0; i < sizeof(stack); i += 1024)
		stack[i] = 1;
	pthread_barrier_wait(&here);
	pthread_barrier_wait(&ready);
}

static void fill(struct block *b, size_t size)
{
	b->ptr = get_block(size);
	b->size = size;
	touch(b->ptr, size);
}

static void replace_some(struct block *table, uint64_t *state, uint64_t nr)
{
	uint64_t i, seed = *state;

	for (i = 0; i < nr; i++) {
		struct block *b =
			&table[random_between(&seed, 0, TABLE - 1)];

		free(b->ptr);
		fill(b, random_between(&seed, 16, 1024));
	}
	*state = seed;
}

static void *larson_worker(void *arg)
{
	struct worker *wk = arg;
	uint64_t left;

	arrive();
	for (left = wk->ops; left > SWAP_OPS; left -= SWAP_OPS) {
		replace_some(wk->table, &wk->seed, SWAP_OPS);
		wk->table = atomic_exchange(&mailbox, wk->table);
	}
	replace_some(wk->table, &wk->seed, left);
	pthread_barrier_wait(&done);
	pthread_barrier_wait(&leave);
	return NULL;
}

static void *spread_worker(void *arg)
{
	struct worker *wk = arg;

	arrive();
	replace_some(wk->table, &wk->seed, wk->ops);
	pthread_barrier_wait(&done);
	pthread_barrier_wait(&leave);
	return NULL;
}

/* Runs nr workers over tables[nr], and looks at memory before they leave. */
static void run_workers(size_t nr, void *(*fn)(void *), struct block *tables,
			size_t nr_tables, uint64_t ops)
{
	size_t i;

	make_barriers(nr + 1);
	for (i = 0; i < nr; i++) {
		workers[i].table = tables + i * TABLE;
		workers[i].seed = i + 1;
		workers[i].ops = ops / nr + 1;
		start(&workers[i], fn, &workers[i]);
	}
	pthread_barrier_wait(&here);
	take_base();
	clock_go();
	pthread_barrier_wait(&ready);
	pthread_barrier_wait(&done);
	clock_stop();
	count_ops(ops);
	snapshot(tables, nr_tables * TABLE);
	pthread_barrier_wait(&leave);
	for (i = 0; i < nr; i++)
		pthread_join(workers[i].thread, NULL);
}

static void run_larson(const struct workload *w)
{
	size_t nr = w->arg;
	struct block *tables = arena((nr + 1) * TABLE * sizeof(*tables));

	atomic_store(&mailbox, tables + nr * TABLE);
	run_workers(nr, larson_worker, tables, nr + 1, scaled(w->arg2));
}

static void run_spread(const struct workload *w)
{
	struct block *tables = arena(w->arg * TABLE * sizeof(*tables));

	run_workers(w->arg, spread_worker, tables, w->arg, scaled(w->arg2));
}

/* The ring of the pipe: tail is the producer's, head the consumer's. */
static struct {
	struct block *slots;
	_Alignas(64) _Atomic uint64_t tail;
	_Alignas(64) _Atomic uint64_t head;
	_Alignas(64) _Atomic int paused;
} ring;

static void *pipe_consumer(void *arg)
{
	uint64_t head = 0, end, total = *(uint64_t *)arg;

	arrive();
	while (head < total) {
		while (atomic_load(&ring.paused))
			sched_yield();
		end = atomic_load_explicit(&ring.tail, memory_order_acquire);
		if (end == head) {
			sched_yield();
			continue;
		}
		for (; head < end; head++)
			free(ring.slots[head % RING].ptr);
		atomic_store_explicit(&ring.head, head, memory_order_release);
	}
	return NULL;
}

/* Puts nr blocks (a multiple of BATCH) into the ring. */
static void produce(uint64_t *seed, uint64_t nr)
{
	uint64_t tail = atomic_load(&ring.tail), end = tail + nr;

	while (tail < end) {
		while (tail + BATCH - atomic_load(&ring.head) > RING)
			sched_yield();
		do {
			fill(&ring.slots[tail % RING],
			     random_between(seed, 16, 512));
		} while (++tail % BATCH);
		atomic_store_explicit(&ring.tail, tail, memory_order_release);
	}
}

static void wait_until_empty(void)
{
	while (atomic_load(&ring.head) != atomic_load(&ring.tail))
		sched_yield();
}

/* Halfway the consumer rests with the ring full, and memory is looked at. */
static void run_pipe(const struct workload *w)
{
	uint64_t half = scaled(w->arg2) / 2 / RING * RING + RING;
	uint64_t total = 2 * half + RING, seed = 1;

	ring.slots = arena(RING * sizeof(*ring.slots));
	make_barriers(2);
	start(&workers[0], pipe_consumer, &total);
	pthread_barrier_wait(&here);
	take_base();
	clock_go();
	pthread_barrier_wait(&ready);
	produce(&seed, half);
	wait_until_empty();
	clock_stop();
	atomic_store(&ring.paused, 1);
	produce(&seed, RING);
	snapshot(ring.slots, RING);
	clock_go();
	atomic_store(&ring.paused, 0);
	produce(&seed, half);
	pthread_join(workers[0].thread, NULL);
	clock_stop();
	count_ops(total);
}

static void *churn_worker(void *arg)
{
	struct worker *wk = arg;

	replace_some(wk->table, &wk->seed, wk->ops);
	return NULL;
}

/* One generation: nr threads at once, each on the table of another one. */
static void generation(size_t nr, struct block *tables, uint64_t number,
		       uint64_t ops)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		workers[i].table = tables + (i + number) % nr * TABLE;
		workers[i].seed = number * nr + i + 1;
		workers[i].ops = ops;
		start(&workers[i], churn_worker, &workers[i]);
	}
	for (i = 0; i < nr; i++)
		pthread_join(workers[i].thread, NULL);
}

static void run_churn(const struct workload *w)
{
	struct block *tables = arena(w->arg * TABLE * sizeof(*tables));
	uint64_t g, generations = scaled(w->arg2);

	generation(w->arg, tables, 0, 0);	/* stacks exist from here on */
	take_base();
	clock_go();
	for (g = 1; g <= generations; g++)
		generation(w->arg, tables, g, TABLE);
	clock_stop();
	count_ops(generations * w->arg * TABLE);
	snapshot(tables, w->arg * TABLE);
}

#define SPREAD(n, text) \
	{ text, "threads that share nothing", run_spread, n, 20000000 }

const struct workload threads_workloads[] = {
	{ "pipe", "producer and consumer, all frees remote", run_pipe, 2,
	  10000000 },
	{ "larson-2", "server, 2 threads", run_larson, 2, 15000000 },
	{ "larson-8", "server, 8 threads", run_larson, 8, 15000000 },
	{ "larson-32", "server, 32 threads", run_larson, 32, 15000000 },
	{ "churn", "4 threads at once allocate, hand over and die", run_churn,
	  4, 1000 },
	SPREAD(1, "spread-1"),
	SPREAD(2, "spread-2"),
	SPREAD(4, "spread-4"),
	SPREAD(8, "spread-8"),
	SPREAD(16, "spread-16"),
	SPREAD(32, "spread-32"),
	SPREAD(64, "spread-64"),
	{ 0 },
};
