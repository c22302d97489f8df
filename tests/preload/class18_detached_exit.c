// flags: -pthread
/*
 * Class 18: detached threads are still in the allocator, or ending, when the
 * process exits; and main ends before its threads by pthread_exit.
 */
#include <pthread.h>
#include <sys/wait.h>
#include "check.h"

static void *forever(void *unused)
{
	for (;;)
		free(opaque(malloc(1000)));
	return unused;
}

static void *brief(void *unused)
{
	for (int i = 0; i < 2000; i++)
		free(opaque(malloc((size_t)i * 10)));
	return unused;
}

static void start(void *(*function)(void *))
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, function, NULL) == 0);
	pthread_detach(thread);
}

int main(void)
{
	int status;

	for (int i = 0; i < 60; i++) {
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0) {
			alarm(20);
			for (int t = 0; t < 4; t++)
				start(i % 2 ? forever : brief);
			if (i % 4 == 0)
				pthread_exit(NULL);
			exit(0);
		}
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	}
	return 0;
}
