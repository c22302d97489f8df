// flags: -pthread
/*
 * Class 2: condition variables with the default clock and with
 * CLOCK_MONOTONIC time out when they should and wake when signalled: an old
 * symbol version of pthread_cond_* would read the other layout. Nothing may
 * be lost by the allocator's own calls in between.
 */
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include "check.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond;
static int ready;

static void *signaller(void *unused)
{
	free(opaque(malloc(100)));
	pthread_mutex_lock(&lock);
	ready = 1;
	pthread_cond_signal(&cond);
	pthread_mutex_unlock(&lock);
	return unused;
}

static void try_clock(clockid_t clock)
{
	struct timespec start, until, now;
	pthread_condattr_t attr;
	pthread_t thread;

	pthread_condattr_init(&attr);
	CHECK(pthread_condattr_setclock(&attr, clock) == 0);
	CHECK(pthread_cond_init(&cond, &attr) == 0);
	clock_gettime(clock, &start);
	until = start;
	until.tv_nsec += 50000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_mutex_lock(&lock);
	ready = 0;
	while (pthread_cond_timedwait(&cond, &lock, &until) != ETIMEDOUT)
		;
	clock_gettime(clock, &now);
	CHECK(now.tv_sec > until.tv_sec ||
	      (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec));
	CHECK(now.tv_sec - start.tv_sec < 10);
	CHECK(pthread_create(&thread, NULL, signaller, NULL) == 0);
	while (!ready)
		CHECK(pthread_cond_wait(&cond, &lock) == 0);
	CHECK(pthread_mutex_trylock(&lock) == EBUSY);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
	pthread_cond_destroy(&cond);
}

int main(void)
{
	try_clock(CLOCK_REALTIME);
	try_clock(CLOCK_MONOTONIC);
	return 0;
}
