/* SPDX-License-Identifier: MIT */
/*
 * stackdepot: one handle for one trace, whoever saves it and however often;
 * other traces, also such as share a chain, have others; what was saved is
 * found again; without memory the answer is 0 and later saves work.
 */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/lib/stackdepot.h"
#include "core/os/os.h"

/* Runs f in a child, whose depot is as it is now; its exit status. */
static int in_child(int (*f)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		alarm(30);
		_exit(f());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void make_trace(unsigned long *entries, unsigned int nr, unsigned long tag)
{
	for (unsigned int i = 0; i < nr; i++)
		entries[i] = 0x400000 + tag * 64 + i;
}

static void holds(depot_stack_handle_t h, const unsigned long *entries, unsigned int nr)
{
	const unsigned long *kept = NULL;

	UNIT_EQ(stack_depot_fetch(h, &kept), nr);
	CU_ASSERT(kept && !memcmp(kept, entries, nr * sizeof(*entries)));
}

static void nothing_has_no_handle(void)
{
	const unsigned long *kept = (const unsigned long *)1;
	unsigned long entry = 1;

	UNIT_EQ(stack_depot_save(&entry, 0), 0);
	UNIT_EQ(stack_depot_save(&entry, 1025), 0);
	UNIT_EQ(stack_depot_fetch(0, &kept), 0);
	CU_ASSERT_PTR_NULL(kept);
	UNIT_EQ(stack_depot_fetch(0xffffffff, &kept), 0);
	UNIT_EQ(stack_depot_fetch(0x7ffffff, &kept), 0);
}

static void same_trace_same_handle(void)
{
	unsigned long a[8], b[8];
	depot_stack_handle_t h;

	make_trace(a, 8, 1);
	make_trace(b, 8, 2);
	h = stack_depot_save(a, 8);
	CU_ASSERT(h != 0);
	UNIT_EQ(stack_depot_save(a, 8), h);
	CU_ASSERT(stack_depot_save(b, 8) != h);
	CU_ASSERT(stack_depot_save(a, 7) != h);
	holds(h, a, 8);
}

/* Far more traces than buckets, so that chains have several of them. */
#define MANY 200000

static int many_traces(void)
{
	static depot_stack_handle_t handle[MANY];
	struct stack_depot_stats before, after;
	unsigned long entries[64];
	const unsigned long *kept;

	stack_depot_read_stats(&before);
	for (unsigned long i = 0; i < MANY; i++) {
		make_trace(entries, 1 + i % 9, i + 10);
		handle[i] = stack_depot_save(entries, 1 + i % 9);
		if (!handle[i])
			return 1;
	}
	stack_depot_read_stats(&after);
	if (after.stacks - before.stacks != MANY)
		return 2;
	for (unsigned long i = 0; i < MANY; i++) {
		make_trace(entries, 1 + i % 9, i + 10);
		if (stack_depot_save(entries, 1 + i % 9) != handle[i])
			return 3;
		if (stack_depot_fetch(handle[i], &kept) != 1 + i % 9 ||
		    memcmp(kept, entries, (1 + i % 9) * sizeof(*kept)))
			return 4;
	}
	return 0;
}

static void chains_hold_many(void)
{
	UNIT_EQ(in_child(many_traces), 0);
}

/* --- threads --- */

#define THREADS 4
#define SHARED	3000

static depot_stack_handle_t got[THREADS][SHARED];
static pthread_barrier_t barrier;

static void *save_all(void *arg)
{
	depot_stack_handle_t *mine = arg;
	unsigned long entries[12];

	pthread_barrier_wait(&barrier);
	for (unsigned long i = 0; i < SHARED; i++) {
		make_trace(entries, 12, 1000000 + i);
		mine[i] = stack_depot_save(entries, 12);
	}
	return NULL;
}

static void threads_get_one_handle(void)
{
	struct stack_depot_stats before, after;
	pthread_t thread[THREADS];
	unsigned long entries[12];
	int differ = 0;

	stack_depot_read_stats(&before);
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (int t = 0; t < THREADS; t++)
		pthread_create(&thread[t], NULL, save_all, got[t]);
	for (int t = 0; t < THREADS; t++)
		pthread_join(thread[t], NULL);
	stack_depot_read_stats(&after);
	UNIT_EQ(after.stacks - before.stacks, SHARED);
	for (unsigned long i = 0; i < SHARED; i++) {
		for (int t = 1; t < THREADS; t++)
			differ += got[t][i] != got[0][i] || !got[0][i];
		make_trace(entries, 12, 1000000 + i);
		holds(got[0][i], entries, 12);
	}
	UNIT_EQ(differ, 0);
}

/* --- out of memory --- */

/* The first mapping (table), then the second (pool) fails; then all is well. */
static int fail_each_mapping(void)
{
	unsigned long entries[4];

	make_trace(entries, 4, 5);
	for (int nth = 1; nth <= 2; nth++) {
		os_fail_nth = nth;
		if (stack_depot_save(entries, 4))
			return nth;
		if (os_fail_nth)
			return 10 + nth;
	}
	return stack_depot_save(entries, 4) ? 0 : 20;
}

/* Runs first: the depot must not have been used. */
static void no_memory_is_no_handle(void)
{
	UNIT_EQ(in_child(fail_each_mapping), 0);
}

/* A pool is full: without the next one known traces have their handles still. */
static int fail_next_pool(void)
{
	unsigned long entries[1000], known[3] = { 1, 2, 3 };
	depot_stack_handle_t h = stack_depot_save(known, 3), got_one;
	unsigned long tag = 0;

	do {
		make_trace(entries, 1000, 5000000 + tag++);
		os_fail_nth = 1; /* hit by the mapping of a pool only */
		got_one = stack_depot_save(entries, 1000);
	} while (got_one && tag < 100);
	if (got_one)
		return 1;
	os_fail_nth = 0;
	if (stack_depot_save(known, 3) != h)
		return 2;
	return stack_depot_save(entries, 1000) ? 0 : 3;
}

static void a_full_pool_is_followed_by_another(void)
{
	UNIT_EQ(in_child(fail_next_pool), 0);
}

UNIT_MAIN("stackdepot",
	  UNIT_TEST(no_memory_is_no_handle),
	  UNIT_TEST(nothing_has_no_handle),
	  UNIT_TEST(same_trace_same_handle),
	  UNIT_TEST(chains_hold_many),
	  UNIT_TEST(threads_get_one_handle),
	  UNIT_TEST(a_full_pool_is_followed_by_another));
