// flags: -pthread
/*
 * Class 14: eight threads allocate while one forks. The child allocates, calls
 * setenv and opendir, frees what the parent made, and exits; it must never
 * find a lock held by a thread that is not there, nor a half-done list.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include "check.h"

enum { THREADS = 8, FORKS = 1000 };

static atomic_int stop;

static void *worker(void *arg)
{
	unsigned int seed = (unsigned int)(uintptr_t)arg + 1, id = seed;
	void *block[64] = { 0 };
	size_t size[64] = { 0 };

	while (!stop) {
		unsigned int i = next_random(&seed) % 64, r = next_random(&seed);

		CHECK(!block[i] || filled(block[i], size[i] < 64 ? size[i] : 64, id + i));
		free(block[i]);
		size[i] = r % 50 ? r % 2000 : r % 400000;
		block[i] = malloc(size[i]);
		CHECK(block[i]);
		fill(block[i], size[i] < 64 ? size[i] : 64, id + i);
		/* Few CPUs: leave some time to the forks, or a run takes a minute. */
		if (r % 32 == 0)
			usleep(50);
	}
	for (int i = 0; i < 64; i++)
		free(block[i]);
	return NULL;
}

static void child(void *from_parent)
{
	void *block[100];
	DIR *dir;

	alarm(20);
	for (int i = 0; i < 100; i++)
		block[i] = malloc((size_t)i * i * 20);
	CHECK(setenv("IN_CHILD", "a value of some length in the child", 1) == 0);
	dir = opendir("/");
	CHECK(dir && readdir(dir));
	closedir(dir);
	for (int i = 0; i < 100; i++)
		free(block[i]);
	free(from_parent);
	exit(0);
}

int main(void)
{
	pthread_t thread[THREADS];
	time_t start = time(NULL);
	int status;

	for (int t = 0; t < THREADS; t++)
		CHECK(pthread_create(&thread[t], NULL, worker, (void *)(uintptr_t)t) == 0);
	/* Up to 1000, and those that a slow machine has in half a minute. */
	for (int i = 0; i < FORKS && (i < 50 || time(NULL) < start + 30); i++) {
		void *p = malloc((size_t)i * 100);
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0)
			child(p);
		free(p);
		CHECK(waitpid(pid, &status, 0) == pid);
		CHECK(status == 0);
	}
	stop = 1;
	for (int t = 0; t < THREADS; t++)
		pthread_join(thread[t], NULL);
	return 0;
}
