// flags: -fno-builtin
/*
 * Class 14: a signal handler that interrupts the allocator forks (fork was
 * async-signal-safe for 30 years); parent and child both allocate afterwards.
 * (glibc may hang here.)
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include "check.h"

static volatile sig_atomic_t forks;

/*
 * Once, 3 ms from now: with an interval, a machine whose fork takes as long would
 * go from one handler to the next and never come back to main.
 */
static void next_alarm(void)
{
	struct itimerval once = { { 0, 0 }, { 0, 3000 } };

	setitimer(ITIMER_REAL, &once, NULL);
}

static void handler(int sig)
{
	int status;
	pid_t pid;

	(void)sig;
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		alarm(10);
		for (size_t i = 0; i < 200; i++)
			free(opaque(malloc(i * 100)));
		free(opaque(malloc(300000)));
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	forks++;
	next_alarm();
}

int main(void)
{
	struct itimerval never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	static char *slot[500];
	time_t start = time(NULL);
	unsigned int seed = 3;

	sigaction(SIGALRM, &action, NULL);
	next_alarm();
	while (forks < 300 && time(NULL) < start + 15) {
		unsigned int i = next_random(&seed) % 500, r = next_random(&seed);

		CHECK(!slot[i] || filled(slot[i], 16, i));
		free(slot[i]);
		slot[i] = malloc(r % 50 ? r % 9000 + 16 : r % 200000 + 16);
		CHECK(slot[i]);
		fill(slot[i], 16, i);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	CHECK(forks > 10);
	return 0;
}
