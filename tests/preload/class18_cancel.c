// flags: -pthread -fno-builtin
/*
 * Class 18: a cancellation that is pending does not strike inside malloc or
 * free, which are no cancellation points: the thread gets through all its
 * calls, and the heap's locks are free afterwards. Threads are cancelled at
 * random moments too.
 */
#include <pthread.h>
#include <stdatomic.h>
#include "check.h"

static atomic_int done;

static void calls(void)
{
	void *block[500];

	for (int i = 0; i < 500; i++)
		block[i] = calloc(1, (size_t)i * i);
	for (int i = 0; i < 500; i++)
		free(block[i]);
}

static void *pending(void *unused)
{
	pthread_cancel(pthread_self());
	for (int i = 0; i < 5; i++)
		calls();
	done++;
	pthread_testcancel();
	return unused;
}

static void *struck(void *unused)
{
	for (;;) {
		calls();
		pthread_testcancel();
	}
	return unused;
}

int main(void)
{
	pthread_t thread[4];
	void *result;

	for (int t = 0; t < 4; t++)
		CHECK(pthread_create(&thread[t], NULL, pending, NULL) == 0);
	for (int t = 0; t < 4; t++) {
		pthread_join(thread[t], &result);
		CHECK(result == PTHREAD_CANCELED);
	}
	CHECK(done == 4);
	for (int round = 0; round < 20; round++) {
		for (int t = 0; t < 4; t++)
			CHECK(pthread_create(&thread[t], NULL, struck, NULL) == 0);
		usleep(500);
		for (int t = 0; t < 4; t++)
			CHECK(pthread_cancel(thread[t]) == 0);
		for (int t = 0; t < 4; t++)
			pthread_join(thread[t], NULL);
		calls();
	}
	return 0;
}
