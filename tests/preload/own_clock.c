/*
 * A program (or a library before libc, as libfaketime) has a clock_gettime of its own,
 * which takes a lock, also in a handler. For own_clock.sh: what is told of that
 * lock asks nobody who waits for it, and the library's clock is the system's.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int calls;

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	int ret;

	pthread_mutex_lock(&lock);
	calls++;
	ret = (int)syscall(SYS_clock_gettime, clock, ts);
	ts->tv_sec -= 1000000;
	pthread_mutex_unlock(&lock);
	return ret;
}

static void on_signal(int signo)
{
	struct timespec ts;

	(void)signo;
	clock_gettime(CLOCK_MONOTONIC, &ts);
}

int main(void)
{
	alarm(30);
	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
	for (int i = 0; i < 1000; i++)
		free(opaque(malloc((size_t)i * 1000)));
	free(opaque((void *)4096));
	CHECK(calls == 1);
	puts("went on");
	return 0;
}
