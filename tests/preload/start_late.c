// flags: -fno-builtin -pthread
/*
 * A bare preload brings the heap up with the first block. Here that is asked for
 * where the start of a heap is least expected: in a vfork child, in a child of a
 * fork that nobody saw, in a handler, and in several threads at once.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"

static pthread_barrier_t barrier;
static char *volatile got;

static void work(void)
{
	for (unsigned int i = 0; i < 5000; i++) {
		size_t size = i % 3000 + 1;
		char *p = malloc(size);

		CHECK(p);
		fill(p, size, i);
		CHECK(filled(p, size, i));
		free(p);
	}
}

static void *worker(void *unused)
{
	pthread_barrier_wait(&barrier);
	work();
	return unused;
}

static void threads(void)
{
	pthread_t thread[4];

	pthread_barrier_init(&barrier, NULL, 4);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&thread[i], NULL, worker, NULL) == 0);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
}

static void in_handler(int sig)
{
	(void)sig;
	got = malloc(100);
}

static void first_in_handler(void)
{
	signal(SIGUSR1, in_handler);
	raise(SIGUSR1);
	CHECK(got);
}

static void first_in_vfork(void)
{
	pid_t pid = vfork();
	int status;

	CHECK(pid >= 0);
	if (pid == 0) {
		got = malloc(100);
		fill(got, 100, 1);
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	CHECK(got && filled(got, 100, 1));
}

static void unseen(void (*first)(void))
{
	int status;
	pid_t pid = (pid_t)syscall(SYS_fork);

	CHECK(pid >= 0);
	if (pid == 0) {
		if (first)
			first();
		work();
		threads();
		pid = fork();
		CHECK(pid >= 0);
		work();
		if (pid == 0)
			_exit(0);
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

int main(void)
{
	unseen(first_in_handler);
	unseen(first_in_vfork);
	unseen(threads);
	unseen(NULL);
	first_in_vfork();
	work();
	threads();
	return 0;
}
