// flags: -pthread
/*
 * Class 2: calls that wait keep their contracts where a preload takes their
 * names: result, errno, time left, interruption by a signal, cancellation
 * with the clean-up handlers run and the mutex held.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include "check.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static volatile int cleaned;

static void on_alarm(int sig)
{
	(void)sig;
	free(opaque(malloc(100)));
}

static void alarm_soon(void)
{
	struct itimerval soon = { { 0, 0 }, { 0, 20000 } };

	setitimer(ITIMER_REAL, &soon, NULL);
	errno = 0;
}

static void interrupted(void)
{
	struct timespec long_time = { 50, 0 }, left = { 0, 0 };
	struct timeval limit = { 50, 0 };
	struct epoll_event event;
	int epoll = epoll_create1(0);

	alarm_soon();
	CHECK(nanosleep(&long_time, &left) == -1 && errno == EINTR && left.tv_sec >= 30);
	alarm_soon();
	CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &long_time, &left) == EINTR);
	alarm_soon();
	CHECK(poll(NULL, 0, 50000) == -1 && errno == EINTR);
	alarm_soon();
	CHECK(select(0, NULL, NULL, NULL, &limit) == -1 && errno == EINTR);
	alarm_soon();
	CHECK(epoll_wait(epoll, &event, 1, 50000) == -1 && errno == EINTR);
	alarm_soon();
	CHECK(sleep(50) >= 30);
	alarm_soon();
	CHECK(usleep(20000000) == -1 && errno == EINTR);
	alarm_soon();
	CHECK(pause() == -1 && errno == EINTR);
	close(epoll);
}

static void answered(void)
{
	struct timespec brief = { 0, 1000000 }, bad = { 0, 2000000000 };
	struct pollfd in = { .events = POLLIN };
	int ends[2];
	sigset_t set;

	errno = 77;
	CHECK(nanosleep(&brief, NULL) == 0 && usleep(1000) == 0 && sleep(0) == 0);
	CHECK(poll(NULL, 0, 1) == 0 && errno == 77);
	CHECK(nanosleep(&bad, NULL) == -1 && errno == EINVAL);
	CHECK(clock_nanosleep(CLOCK_REALTIME, 0, &bad, NULL) == EINVAL);
	CHECK(pipe(ends) == 0 && write(ends[1], "x", 1) == 1);
	in.fd = ends[0];
	CHECK(poll(&in, 1, -1) == 1 && in.revents == POLLIN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	CHECK(sigtimedwait(&set, NULL, &brief) == -1 && errno == EAGAIN);
	raise(SIGUSR2);
	CHECK(sigwaitinfo(&set, NULL) == SIGUSR2);
}

static void clean_up(void *arg)
{
	/* After a cancelled condition wait the mutex is held again. */
	if (arg)
		CHECK(pthread_mutex_unlock(arg) == 0);
	cleaned++;
}

static void *waits(void *how)
{
	struct timespec long_time = { 50, 0 };

	if (!how)
		pthread_mutex_lock(&lock);
	pthread_cleanup_push(clean_up, how ? NULL : &lock);
	if (!how)
		while (1)
			pthread_cond_wait(&cond, &lock);
	if (how == (void *)1)
		nanosleep(&long_time, NULL);
	if (how == (void *)2)
		poll(NULL, 0, 50000);
	if (how == (void *)3)
		select(0, NULL, NULL, NULL, NULL);
	if (how == (void *)4)
		pause();
	pthread_cleanup_pop(1);
	return NULL;
}

int main(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	pthread_t thread;
	void *result;

	sigaction(SIGALRM, &action, NULL);
	interrupted();
	answered();
	for (uintptr_t how = 0; how < 5; how++) {
		CHECK(pthread_create(&thread, NULL, waits, (void *)how) == 0);
		usleep(20000);
		CHECK(pthread_cancel(thread) == 0);
		pthread_join(thread, &result);
		CHECK(result == PTHREAD_CANCELED && cleaned == (int)how + 1);
	}
	CHECK(pthread_mutex_trylock(&lock) == 0);
	return 0;
}
