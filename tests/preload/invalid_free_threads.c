// flags: -pthread -ldl -fno-builtin
/*
 * A block freed by four threads. One after the other (default): the first free
 * is right, each later one is found and dropped, and the block is never handed
 * out twice. All at one moment ("race"): an atomic for each free would be
 * needed to tell them apart (docs/limits.md), so it is only asked that nothing
 * crashes or hangs. (Asks for kmemu; invalid_free_threads.sh counts the lines.)
 */
#include <pthread.h>
#include "kmemu_api.h"

enum { THREADS = 4, ROUNDS = 100 };

static pthread_barrier_t barrier;
static void *shared;
static int race;

static void *worker(void *arg)
{
	int me = (int)(intptr_t)arg;

	for (int i = 0; i < ROUNDS; i++) {
		if (!me)
			shared = malloc(64);
		pthread_barrier_wait(&barrier);
		for (int turn = 0; turn < THREADS; turn++) {
			if (race ? !turn : turn == me)
				free(opaque(shared));
			pthread_barrier_wait(&barrier);
		}
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
		CHECK(race || *block[i] == i);
		if (!race)
			free(block[i]);
	}
}

int main(int argc, char **argv)
{
	pthread_t thread[THREADS];

	kmemu_find();
	race = argc > 1 && !strcmp(argv[1], "race");
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (intptr_t t = 0; t < THREADS; t++)
		CHECK(pthread_create(&thread[t], NULL, worker, (void *)t) == 0);
	for (int t = 0; t < THREADS; t++)
		pthread_join(thread[t], NULL);
	all_different();
	CHECK(race || validate() == 0);
	printf("went on\n");
	return 0;
}
