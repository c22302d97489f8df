// flags: -pthread -fno-builtin
/*
 * Class 15: a vfork child that moves to another CPU allocates and frees 10^5
 * times while eight threads of the parent run. Its restartable sequences are
 * not registered and its cpu_id is stale, so a fast path that trusts either
 * would write to another CPU's lists. Every block carries its owner's mark
 * and is looked at before it is freed: nothing is handed out twice.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include "check.h"

enum { THREADS = 8, SLOTS = 128, ROUNDS = 100000 };

static atomic_int stop;

static void churn(uintptr_t *slot[], uintptr_t owner, unsigned int *seed)
{
	unsigned int i = next_random(seed) % SLOTS, words = next_random(seed) % 60 + 2;

	if (slot[i]) {
		uintptr_t n = slot[i][1];

		CHECK(slot[i][0] == owner);
		for (uintptr_t w = 2; w < n; w++)
			CHECK(slot[i][w] == (owner ^ w));
		free(slot[i]);
	}
	slot[i] = malloc(words * sizeof(uintptr_t));
	CHECK(slot[i]);
	slot[i][0] = owner;
	slot[i][1] = words;
	for (uintptr_t w = 2; w < words; w++)
		slot[i][w] = owner ^ w;
}

static void *worker(void *arg)
{
	uintptr_t *slot[SLOTS] = { 0 };
	unsigned int seed = (unsigned int)(uintptr_t)arg;

	while (!stop)
		churn(slot, (uintptr_t)arg << 40, &seed);
	for (int i = 0; i < SLOTS; i++)
		free(slot[i]);
	return NULL;
}

static void move_to_other_cpu(void)
{
	int here = sched_getcpu();
	cpu_set_t set;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		CPU_ZERO(&set);
		CPU_SET(cpu, &set);
		if (cpu != here && sched_setaffinity(0, sizeof(set), &set) == 0)
			return;
	}
}

static uintptr_t *child_slot[SLOTS];

static void vfork_child(void)
{
	unsigned int seed = 15;

	move_to_other_cpu();
	for (int i = 0; i < ROUNDS; i++)
		churn(child_slot, (uintptr_t)99 << 40, &seed);
	_exit(0);
}

int main(void)
{
	unsigned int seed = 16;
	pthread_t thread[THREADS];
	int status;
	pid_t pid;

	for (uintptr_t t = 0; t < THREADS; t++)
		CHECK(pthread_create(&thread[t], NULL, worker, (void *)(t + 1)) == 0);
	for (int round = 0; round < 3; round++) {
		pid = vfork();
		CHECK(pid >= 0);
		if (pid == 0)
			vfork_child();
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		for (int i = 0; i < 20000; i++)
			churn(child_slot, (uintptr_t)99 << 40, &seed);
	}
	stop = 1;
	for (int t = 0; t < THREADS; t++)
		pthread_join(thread[t], NULL);
	for (int i = 0; i < SLOTS; i++)
		free(child_slot[i]);
	return 0;
}
