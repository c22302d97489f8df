/* A constructor that starts a thread and waits for it: for calls_loader.c. */
#include <pthread.h>
#include <unistd.h>

static void *works(void *unused)
{
	int ends[2];
	char c;

	if (pipe(ends) || write(ends[1], "x", 1) != 1 || read(ends[0], &c, 1) != 1)
		return unused;
	close(ends[0]);
	close(ends[1]);
	return "done";
}

__attribute__((constructor)) static void start(void)
{
	pthread_t thread;
	void *result = NULL;

	if (!pthread_create(&thread, NULL, works, NULL))
		pthread_join(thread, &result);
	if (!result)
		_exit(3);
}
