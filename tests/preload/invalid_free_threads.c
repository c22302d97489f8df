// flags: -pthread -ldl -fno-builtin
/*
 * The same block freed by many threads at one moment, again and again: one
 * free wins, the others are found or dropped, and the block is never handed
 * out twice. (Asks for kmemu; invalid_free_threads.sh looks at the lines.)
 */
#include <pthread.h>
#include "kmemu_api.h"

enum { THREADS = 4, ROUNDS = 300 };

static pthread_barrier_t barrier;
static void *shared;

static void *worker(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		if (!arg)
			shared = malloc(64);
		pthread_barrier_wait(&barrier);
		free(opaque(shared));
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

static void all_different(void)
{
	static uintptr_t *block[20000];

	for (uintptr_t i = 0; i < 20000; i++) {
		block[i] = malloc(64);
		*block[i] = i;
	}
	for (uintptr_t i = 0; i < 20000; i++) {
		CHECK(*block[i] == i);
		free(block[i]);
	}
}

int main(void)
{
	pthread_t thread[THREADS];

	kmemu_find();
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (uintptr_t t = 0; t < THREADS; t++)
		CHECK(pthread_create(&thread[t], NULL, worker, (void *)t) == 0);
	for (int t = 0; t < THREADS; t++)
		pthread_join(thread[t], NULL);
	all_different();
	CHECK(validate() == 0);
	printf("went on\n");
	return 0;
}
