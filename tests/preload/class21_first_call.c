// flags: -fno-builtin
/*
 * Class 21: a handler interrupts the process's first allocation, while the
 * tables of the heap are made. Children that have allocated nothing yet, each
 * with a timer that runs out a little later than the one before.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"

static void churn(void)
{
	void *p[8];

	for (int i = 0; i < 8; i++) {
		p[i] = i & 1 ? malloc(1000) : calloc(1, 1500);
		CHECK(p[i]);
	}
	for (int i = 0; i < 8; i++)
		free(p[i]);
}

static void handler(int sig)
{
	(void)sig;
	churn();
}

static void first_call(long us)
{
	struct sigaction action = { .sa_handler = handler };
	struct itimerval once = { { 0, 40 }, { 0, us } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &once, NULL);
	for (int i = 0; i < 20; i++)
		churn();
	_exit(0);
}

int main(void)
{
	for (long i = 0; i < 600; i++) {
		int status;
		pid_t child = fork();

		if (!child)
			first_call(1 + i % 150);
		CHECK(waitpid(child, &status, 0) == child);
		CHECK(status == 0);
	}
	return 0;
}
