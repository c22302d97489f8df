// flags: -pthread
/*
 * Class 18: many short-lived threads hand their blocks to others and die, so
 * that frees come from threads that never allocated and blocks outlive their
 * maker; nothing is lost over 2,000 threads.
 */
#include <pthread.h>
#include "check.h"

enum { BLOCKS = 50 };

static void *maker(void *got)
{
	char **block = got;

	for (unsigned int i = 0; i < BLOCKS; i++) {
		block[i] = malloc(i * 37 + 1);
		fill(block[i], i * 37 + 1, i);
	}
	return NULL;
}

static void *breaker(void *got)
{
	char **block = got;

	for (unsigned int i = 0; i < BLOCKS; i++) {
		CHECK(filled(block[i], i * 37 + 1, i));
		free(block[i]);
	}
	return NULL;
}

int main(void)
{
	static char *block[BLOCKS];
	pthread_t thread;

	for (int i = 0; i < 1000; i++) {
		CHECK(pthread_create(&thread, NULL, maker, block) == 0);
		pthread_join(thread, NULL);
		CHECK(pthread_create(&thread, NULL, breaker, block) == 0);
		pthread_join(thread, NULL);
	}
	return 0;
}
