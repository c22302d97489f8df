// flags: -pthread
/*
 * Class 18: thread-specific destructors that allocate and free in each of the
 * four rounds that POSIX gives them, after a library's own thread state may be
 * gone; hundreds of threads, so that what a dead thread leaves is reused.
 */
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include "check.h"

static pthread_key_t key[3];
static atomic_int destroyed;

static void destructor(void *value)
{
	int *round = value;
	int next = *round + 1;

	destroyed++;
	free(opaque(malloc(200000)));
	free(round);
	if (next > PTHREAD_DESTRUCTOR_ITERATIONS)
		return;
	round = malloc(sizeof(*round) + (size_t)next * 1000);
	*round = next;
	pthread_setspecific(key[next % 3], round);
}

static void *worker(void *unused)
{
	int *round = malloc(sizeof(*round));

	*round = 1;
	pthread_setspecific(key[1], round);
	for (int i = 0; i < 100; i++)
		free(opaque(malloc((size_t)i * 30)));
	return unused;
}

int main(void)
{
	pthread_t thread[4];

	for (int k = 0; k < 3; k++)
		CHECK(pthread_key_create(&key[k], destructor) == 0);
	for (int round = 0; round < 100; round++) {
		for (int t = 0; t < 4; t++)
			CHECK(pthread_create(&thread[t], NULL, worker, NULL) == 0);
		for (int t = 0; t < 4; t++)
			pthread_join(thread[t], NULL);
	}
	CHECK(destroyed >= 400 * 2);
	return 0;
}
