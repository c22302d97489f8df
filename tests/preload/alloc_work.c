// flags: -fno-builtin -pthread
/*
 * A piece of ordinary work, run by the scripts under limits and other tools:
 * small, medium and large blocks, resized, checked and freed, in the main
 * thread and in two others, then a child process. Prints one line.
 */
#include <pthread.h>
#include <sys/wait.h>
#include "check.h"

enum { SLOTS = 400 };

static void work(unsigned int seed, int turns)
{
	char *block[SLOTS] = { 0 };
	size_t size[SLOTS] = { 0 };

	for (int i = 0; i < turns; i++) {
		unsigned int r = next_random(&seed), k = next_random(&seed) % SLOTS;

		CHECK(!block[k] || filled(block[k], size[k], k));
		free(block[k]);
		size[k] = r % 60 ? r % 2000 : r % 200000;
		block[k] = malloc(size[k] + 1);
		if (r % 8 == 0)
			block[k] = realloc(block[k], size[k] * 2 + 1);
		CHECK(block[k]);
		fill(block[k], size[k], k);
	}
	for (int k = 0; k < SLOTS; k++)
		free(block[k]);
}

static void *worker(void *seed)
{
	work((unsigned int)(uintptr_t)seed, 5000);
	return NULL;
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? atoi(argv[1]) : 2, status = 0;
	pthread_t thread[16];
	pid_t pid;

	for (uintptr_t t = 0; (int)t < threads; t++)
		CHECK(pthread_create(&thread[t], NULL, worker, (void *)(t + 1)) == 0);
	work(77, 10000);
	for (int t = 0; t < threads; t++)
		pthread_join(thread[t], NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		work(78, 2000);
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	printf("work done\n");
	return 0;
}
