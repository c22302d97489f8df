// SPDX-License-Identifier: MIT
/*
 * Workloads of more than one process: a server that forks a child for each
 * request. What differs between allocators is how many pages a child writes
 * that it shares with its parent (each is a fault and a copy) and how long the
 * parent's fork takes (mappings and page tables of the heap).
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/harness.h"

#define CHILD_BLOCKS 500

/* The request: build something, free some of the parent's, leave. */
static void serve(struct block *slots, size_t nr, uint64_t seed)
{
	struct block own[CHILD_BLOCKS];
	size_t i;

	for (i = 0; i < CHILD_BLOCKS; i++) {
		own[i].size = random_between(&seed, 16, 1024);
		own[i].ptr = get_block(own[i].size);
		touch(own[i].ptr, own[i].size);
	}
	for (i = 0; i < CHILD_BLOCKS / 5; i++) {
		struct block *b = &slots[random_between(&seed, 0, nr - 1)];

		free(b->ptr);
		b->ptr = NULL;
	}
	for (i = 0; i < CHILD_BLOCKS; i++)
		free(own[i].ptr);
	_exit(0);
}

static void one_request(struct block *slots, size_t nr, uint64_t seed)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		die("kmemu-bench: fork");
	if (pid == 0)
		serve(slots, nr, seed);
	if (waitpid(pid, &status, 0) < 0 || status)
		die("kmemu-bench: child of the fork server failed");
}

static void run_fork(const struct workload *w)
{
	struct block *slots = arena(w->arg * sizeof(*slots));
	uint64_t seed = 1234567, i, requests = scaled(w->arg2);

	take_base();
	for (i = 0; i < w->arg; i++) {
		slots[i].size = random_between(&seed, 16, 1024);
		slots[i].ptr = get_block(slots[i].size);
		touch(slots[i].ptr, slots[i].size);
	}
	clock_go();
	for (i = 0; i < requests; i++)
		one_request(slots, w->arg, i + 1);
	clock_stop();
	count_ops(requests);
	snapshot(slots, w->arg);
}

const struct workload process_workloads[] = {
	{ "fork-server", "heap of 10 MB, a child per request of 500 blocks",
	  run_fork, 20000, 300 },
	{ 0 },
};
