// flags: -fno-builtin -pthread
/*
 * Work that takes NULL for an answer, for os_fail.sh: each system call of the
 * library fails in turn. NULL comes with ENOMEM; a block that could not be
 * resized keeps its contents; nothing is lost or handed out twice.
 */
#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>
#include "check.h"

enum { SLOTS = 200 };

static void work(unsigned int seed)
{
	char *block[SLOTS] = { 0 };
	size_t size[SLOTS] = { 0 };

	for (int i = 0; i < 3000; i++) {
		unsigned int r = next_random(&seed), k = next_random(&seed) % SLOTS;
		size_t to = r % 30 ? r % 3000 + 1 : r % 300000 + 1;
		char *p;

		errno = 0;
		if (r % 5 == 0) {
			p = realloc(block[k], to);
		} else {
			free(block[k]);
			block[k] = NULL;
			size[k] = 0;
			p = r & 256 ? calloc(1, to) : malloc(to);
		}
		CHECK(p || errno == ENOMEM);
		if (!p)
			continue;
		CHECK(r % 5 || filled(p, size[k] < to ? size[k] : to, k));
		block[k] = p;
		size[k] = to;
		fill(p, to, k);
	}
	for (int k = 0; k < SLOTS; k++)
		free(block[k]);
}

static void *worker(void *unused)
{
	work(8);
	return unused;
}

int main(void)
{
	pthread_t thread;
	int status;
	pid_t pid;

	work(7);
	if (pthread_create(&thread, NULL, worker, NULL) == 0)
		pthread_join(thread, NULL);
	pid = fork();
	if (pid == 0) {
		work(9);
		_exit(0);
	}
	CHECK(pid < 0 || (waitpid(pid, &status, 0) == pid && status == 0));
	return 0;
}
