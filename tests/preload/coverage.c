// flags: -fno-builtin -pthread
/*
 * A known number of calls: argv[1] rounds in each of four threads, each round
 * 6 allocations and 6 frees, 2 of them above the cap.
 */
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

static void *rounds(void *arg)
{
	for (long i = 0; i < *(long *)arg; i++) {
		void *aligned = NULL;

		free(malloc(100));
		free(calloc(3, 4000));
		free(malloc(1 << 20));
		free(realloc(malloc(32), 200000)); /* moves: an allocation and a free more */
		if (!posix_memalign(&aligned, 256, 300))
			free(aligned);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 10;
	pthread_t t[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, rounds, &n);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	return 0;
}
