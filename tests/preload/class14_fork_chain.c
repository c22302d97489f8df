// flags: -pthread
/*
 * Class 14: a chain of children of children, each with the blocks of all
 * generations before it, each starting threads of its own; a child's writes
 * never reach its parent.
 */
#include <pthread.h>
#include <sys/wait.h>
#include "check.h"

enum { DEPTH = 12, BLOCKS = 300 };

static unsigned char *block[DEPTH][BLOCKS];
static const size_t sizes[] = { 10, 100, 1000, 9000, 140000 };

static size_t size_of(int i)
{
	return sizes[i % 5];
}

static void *worker(void *unused)
{
	for (int i = 0; i < 200; i++)
		free(opaque(malloc(size_of(i))));
	return unused;
}

static int generation(int depth)
{
	pthread_t thread;
	int status = 0;
	pid_t pid;

	for (int i = 0; i < BLOCKS; i++) {
		block[depth][i] = malloc(size_of(i));
		fill(block[depth][i], size_of(i), (unsigned int)(depth + i));
	}
	CHECK(pthread_create(&thread, NULL, worker, NULL) == 0);
	pid = depth + 1 < DEPTH ? fork() : -2;
	CHECK(pid != -1);
	if (pid == 0) {
		status = generation(depth + 1);
		for (int d = 0; d <= depth + 1; d++)
			for (int i = 0; i < BLOCKS; i++) {
				memset(block[d][i], 0, size_of(i));
				free(block[d][i]);
			}
		_exit(status);
	}
	if (pid > 0)
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	pthread_join(thread, NULL);
	for (int d = 0; d <= depth; d++)
		for (int i = 0; i < BLOCKS; i++)
			CHECK(filled(block[d][i], size_of(i), (unsigned int)(d + i)));
	return 0;
}

int main(void)
{
	return generation(0);
}
