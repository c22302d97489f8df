// flags: -pthread -fno-builtin
/*
 * Class 21: threads interrupt each other in the allocator by pthread_kill, and
 * the handlers free blocks that the interrupted code's own lists may be about
 * to take; fork goes on meanwhile. (Not for glibc: it may hang.)
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include "check.h"

enum { THREADS = 4 };

static atomic_int stop, handled;
static _Atomic(void *) mailbox[64];

static void handler(int sig)
{
	unsigned int seed = (unsigned int)handled++;

	(void)sig;
	for (int i = 0; i < 8; i++) {
		unsigned int r = next_random(&seed);
		size_t size = r % 60 ? r % 2500 : r % 200000;

		free(atomic_exchange(&mailbox[r % 64], calloc(1, size)));
	}
}

static void *worker(void *unused)
{
	unsigned int seed = 5;

	while (!stop)
		for (int i = 0; i < 64; i++)
			free(atomic_exchange(&mailbox[i], malloc(next_random(&seed) % 9000)));
	return unused;
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	time_t start = time(NULL);
	pthread_t thread[THREADS];
	int status;

	sigaction(SIGUSR1, &action, NULL);
	for (int t = 0; t < THREADS; t++)
		CHECK(pthread_create(&thread[t], NULL, worker, NULL) == 0);
	for (int round = 0; round < 3000 && time(NULL) < start + 15; round++) {
		for (int t = 0; t < THREADS; t++)
			pthread_kill(thread[t], SIGUSR1);
		if (round % 50 == 0) {
			pid_t pid = fork();

			CHECK(pid >= 0);
			if (pid == 0) {
				alarm(20);
				for (int i = 0; i < 64; i++)
					free(mailbox[i]);
				_exit(0);
			}
			CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		}
	}
	stop = 1;
	for (int t = 0; t < THREADS; t++)
		pthread_join(thread[t], NULL);
	for (int i = 0; i < 64; i++)
		free(mailbox[i]);
	CHECK(handled > 100);
	return 0;
}
