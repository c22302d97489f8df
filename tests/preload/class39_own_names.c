/* flags: -rdynamic */
/*
 * Class 39: a run-time that defines functions of libc itself and asks the next
 * in line by another of its names, as Erlang's does with sigaction() and
 * __sigaction(). What the library calls must be its own, never the program's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include "check.h"

static int depth;

static void *next(const char *other, const char *name)
{
	void *fn = dlsym(RTLD_NEXT, other);

	if (!fn) /* no name that this libc tells of */
		fn = dlsym(RTLD_NEXT, name);
	CHECK(fn);
	CHECK(depth++ == 0); /* comes back to us: without end */
	return fn;
}

int sigaction(int signo, const struct sigaction *act, struct sigaction *old)
{
	int (*fn)(int, const struct sigaction *, struct sigaction *) =
		next("__sigaction", "sigaction");
	int ret = fn(signo, act, old);

	depth--;
	return ret;
}

__sighandler_t signal(int signo, __sighandler_t handler)
{
	__sighandler_t (*fn)(int, __sighandler_t) = next("bsd_signal", "signal");
	__sighandler_t ret = fn(signo, handler);

	depth--;
	return ret;
}

__sighandler_t sysv_signal(int signo, __sighandler_t handler)
{
	__sighandler_t (*fn)(int, __sighandler_t) = next("__sysv_signal", "sysv_signal");
	__sighandler_t ret = fn(signo, handler);

	depth--;
	return ret;
}

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
	int (*fn)(pthread_mutex_t *) = next("__pthread_mutex_trylock", "pthread_mutex_trylock");
	int ret = fn(mutex);

	depth--;
	return ret;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	int (*fn)(pthread_mutex_t *) = next("__pthread_mutex_unlock", "pthread_mutex_unlock");
	int ret = fn(mutex);

	depth--;
	return ret;
}

void *realloc(void *p, size_t size)
{
	void *(*fn)(void *, size_t) = next("__libc_realloc", "realloc");
	void *ret = fn(p, size);

	depth--;
	return ret;
}

static volatile sig_atomic_t hits;

static void handler(int signo)
{
	(void)signo;
	hits++;
}

int main(void)
{
	struct sigaction act = { .sa_handler = handler }, old;
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	char *p;

	CHECK(sigaction(SIGUSR1, &act, NULL) == 0);
	CHECK(raise(SIGUSR1) == 0 && hits == 1);
	CHECK(sigaction(SIGUSR1, NULL, &old) == 0 && old.sa_handler == handler);
	CHECK(signal(SIGUSR2, handler) == SIG_DFL);
	CHECK(raise(SIGUSR2) == 0 && hits == 2);
	CHECK(sysv_signal(SIGUSR2, handler) == handler);
	CHECK(raise(SIGUSR2) == 0 && hits == 3);
	CHECK(sigaction(SIGUSR2, NULL, &old) == 0 && old.sa_handler == SIG_DFL);
	CHECK(pthread_mutex_trylock(&mutex) == 0);
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	p = realloc(malloc(10), 100000);
	CHECK(p);
	free(p);
	return 0;
}
