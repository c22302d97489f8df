// flags: -pthread
/*
 * Class 14: atfork handlers of the program allocate and free in each of the
 * three places, while other threads are in the allocator; also handlers that
 * were registered in a constructor, so before and after ours.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include "check.h"

static atomic_int stop;
static int prepared, in_parent, in_child;

static void work(void)
{
	void *small = malloc(40), *page = calloc(1, 5000), *large = malloc(300000);

	CHECK(small && page && large);
	free(page);
	free(large);
	free(small);
}

static void prepare(void)
{
	prepared++;
	work();
}

static void parent(void)
{
	in_parent++;
	work();
}

static void child(void)
{
	in_child++;
	work();
}

__attribute__((constructor(101))) static void early(void)
{
	pthread_atfork(prepare, parent, child);
}

static void *worker(void *unused)
{
	while (!stop)
		work();
	return unused;
}

int main(void)
{
	pthread_t thread[3];
	int status;

	pthread_atfork(prepare, parent, child);
	for (int t = 0; t < 3; t++)
		CHECK(pthread_create(&thread[t], NULL, worker, NULL) == 0);
	for (int i = 0; i < 300; i++) {
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0) {
			alarm(20);
			work();
			_exit(in_child == 2 ? 0 : 1);
		}
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	}
	stop = 1;
	for (int t = 0; t < 3; t++)
		pthread_join(thread[t], NULL);
	CHECK(prepared == 600 && in_parent == 600);
	return 0;
}
