// flags: -pthread -fno-builtin
/*
 * 600 threads alive at once, far more than CPUs and slots, each with blocks of
 * its own, in two rounds; blocks change hands.
 */
#include <pthread.h>
#include "check.h"

enum { THREADS = 600, BLOCKS = 40 };

static char *block[THREADS][BLOCKS];
static pthread_barrier_t barrier;

static void *worker(void *arg)
{
	unsigned int me = (unsigned int)(uintptr_t)arg, other = (me + 7) % THREADS;

	for (unsigned int i = 0; i < BLOCKS; i++) {
		block[me][i] = malloc(i * 50 + 1);
		CHECK(block[me][i]);
		fill(block[me][i], i * 50 + 1, me + i);
	}
	pthread_barrier_wait(&barrier);
	for (unsigned int i = 0; i < BLOCKS; i++) {
		CHECK(filled(block[other][i], i * 50 + 1, other + i));
		free(block[other][i]);
	}
	return NULL;
}

int main(void)
{
	static pthread_t thread[THREADS];
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (int round = 0; round < 2; round++) {
		for (uintptr_t t = 0; t < THREADS; t++)
			CHECK(pthread_create(&thread[t], &attr, worker, (void *)t) == 0);
		for (int t = 0; t < THREADS; t++)
			pthread_join(thread[t], NULL);
	}
	return 0;
}
