// flags: -pthread -fno-builtin
/*
 * Class 14: the first calls of many threads come at one moment, and a fork
 * with them.
 */
#include <pthread.h>
#include <sys/wait.h>
#include "check.h"

static pthread_barrier_t barrier;

static void *worker(void *arg)
{
	pthread_barrier_wait(&barrier);
	for (size_t i = 0; i < 100; i++) {
		size_t size = (size_t)1 << (i % 20);
		char *p = malloc(size);

		CHECK(p);
		fill(p, size, (unsigned int)(uintptr_t)arg);
		CHECK(filled(p, size, (unsigned int)(uintptr_t)arg));
		free(p);
	}
	return NULL;
}

int main(void)
{
	pthread_t thread[16];
	int status;
	pid_t pid;

	for (int round = 0; round < 10; round++) {
		pthread_barrier_init(&barrier, NULL, 17);
		for (uintptr_t t = 0; t < 16; t++)
			CHECK(pthread_create(&thread[t], NULL, worker, (void *)t) == 0);
		pthread_barrier_wait(&barrier);
		pid = fork();
		CHECK(pid >= 0);
		if (pid == 0) {
			alarm(20);
			free(opaque(malloc(1000)));
			_exit(0);
		}
		for (int t = 0; t < 16; t++)
			pthread_join(thread[t], NULL);
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	}
	return 0;
}
