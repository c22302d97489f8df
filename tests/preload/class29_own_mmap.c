// flags: -fno-builtin -pthread
/*
 * Class 29: after a peak of the heap under RLIMIT_AS the address space is the
 * program's again: its own mmap and threads' stacks find room, after
 * malloc_trim at once, and else after the time at which memory is given back.
 */
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include "check.h"

enum { BLOCKS = 3000 };

static char *block[BLOCKS];

static void peak(size_t size)
{
	for (int i = 0; i < BLOCKS; i++) {
		block[i] = malloc(size);
		CHECK(block[i]);
		block[i][0] = 1;
	}
	for (int i = 0; i < BLOCKS; i++)
		free(block[i]);
}

static int own_mmap(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED && munmap(p, size) == 0;
}

static void *worker(void *unused)
{
	free(opaque(malloc(1000)));
	return unused;
}

int main(void)
{
	struct rlimit limit = { 300u << 20, 300u << 20 };
	pthread_t thread;

	CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
	peak(65000);
	malloc_trim(0);
	CHECK(own_mmap(200u << 20));
	peak(60000);
	for (int i = 0; i < 30; i++) {
		usleep(100000);
		free(opaque(malloc((size_t)i * 100)));
	}
	CHECK(own_mmap(200u << 20));
	CHECK(pthread_create(&thread, NULL, worker, NULL) == 0);
	pthread_join(thread, NULL);
	return 0;
}
