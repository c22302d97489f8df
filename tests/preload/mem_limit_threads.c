// flags: -pthread -ldl -fno-builtin
/* env: KMEMU_MEM=64M */
/*
 * Six threads at the end of 64 MB of emulated memory: each gets NULL and
 * ENOMEM at times and goes on; blocks keep their contents; afterwards all of
 * the memory is there again. (Asks for kmemu.)
 */
#include <errno.h>
#include <pthread.h>
#include "kmemu_api.h"

enum { THREADS = 6, SLOTS = 600 };

static unsigned int refused;

static void *worker(void *arg)
{
	unsigned int me = (unsigned int)(uintptr_t)arg, seed = me + 1;
	char *block[SLOTS] = { 0 };
	size_t size[SLOTS] = { 0 };

	for (int i = 0; i < 12000; i++) {
		unsigned int r = next_random(&seed), k = next_random(&seed) % SLOTS;
		size_t mark = size[k] < 200 ? size[k] : 200;
		char *p;

		CHECK(!block[k] || filled(block[k], mark, me + k));
		errno = 0;
		if (r % 4 == 0) {
			free(block[k]);
			block[k] = NULL;
			size[k] = 0;
			continue;
		}
		r = r % 10 ? r % 40000 + 1 : r % 500000 + 1;
		p = realloc(block[k], r);
		CHECK(p || errno == ENOMEM);
		if (!p) {
			__atomic_fetch_add(&refused, 1, __ATOMIC_RELAXED);
			CHECK(!block[k] || filled(block[k], mark, me + k));
			continue;
		}
		CHECK(filled(p, mark < r ? mark : r, me + k));
		block[k] = p;
		size[k] = r;
		fill(p, r < 200 ? r : 200, me + k);
	}
	for (int k = 0; k < SLOTS; k++)
		free(block[k]);
	return NULL;
}

int main(void)
{
	pthread_t thread[THREADS];
	static char *block[60];

	kmemu_find();
	for (uintptr_t t = 0; t < THREADS; t++)
		CHECK(pthread_create(&thread[t], NULL, worker, (void *)t) == 0);
	for (int t = 0; t < THREADS; t++)
		pthread_join(thread[t], NULL);
	CHECK(refused > 100);
	CHECK(validate() == 0);
	for (int i = 0; i < 56; i++)
		CHECK((block[i] = malloc(1000000)) != NULL);
	for (int i = 0; i < 56; i++)
		free(block[i]);
	CHECK(validate() == 0);
	return 0;
}
