// flags: -pthread -fno-builtin
/*
 * Class 13: errno is kept by free and by every successful call, also by a
 * thread's first call, and is ENOMEM after a failure.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include "check.h"

#define KEEPS(call) \
	do { \
		errno = 77; \
		call; \
		CHECK(errno == 77); \
	} while (0)

#define NO_MEMORY(call) \
	do { \
		errno = 0; \
		CHECK(!(call)); \
		CHECK(errno == ENOMEM); \
	} while (0)

static void sizes(size_t size)
{
	void *p, *q;

	KEEPS(p = malloc(size));
	KEEPS(free(p));
	KEEPS(p = calloc(1, size));
	KEEPS(p = realloc(p, size * 2 + 1));
	KEEPS(p = realloc(p, size + 1));
	KEEPS(q = aligned_alloc(64, size));
	KEEPS(malloc_usable_size(q));
	KEEPS(free(q));
	KEEPS(q = memalign(8192, size));
	KEEPS(free(q));
	KEEPS(CHECK(posix_memalign(&q, 32, size) == 0));
	KEEPS(free(q));
	KEEPS(free(p));
	KEEPS(malloc_trim(0));
}

static void *worker(void *first)
{
	void *p;

	KEEPS(p = malloc((size_t)first));
	KEEPS(free(p));
	return NULL;
}

static void *other_thread_frees(void *p)
{
	KEEPS(free(p));
	return NULL;
}

int main(void)
{
	volatile size_t huge = PTRDIFF_MAX;
	void *p = malloc(100);
	pthread_t thread;

	for (size_t size = 0; size < 9000000; size = size * 2 + 1) {
		sizes(size);
		CHECK(pthread_create(&thread, NULL, worker, (void *)size) == 0);
		pthread_join(thread, NULL);
		CHECK(pthread_create(&thread, NULL, other_thread_frees, malloc(size)) == 0);
		pthread_join(thread, NULL);
	}
	NO_MEMORY(malloc(huge));
	NO_MEMORY(calloc(huge, 16));
	NO_MEMORY(p = realloc(p, huge) ? p : NULL);
	NO_MEMORY(aligned_alloc(64, huge));
	NO_MEMORY(reallocarray(NULL, huge, huge));
	errno = 77;
	CHECK(posix_memalign(&p, 64, huge) == ENOMEM && errno == ENOMEM);
	errno = 77;
	CHECK(posix_memalign(&p, 24, 1) == EINVAL && errno == 77);
	return 0;
}
