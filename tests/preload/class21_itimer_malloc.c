// flags: -fno-builtin
/*
 * Class 21: a handler of a 1 ms interval timer allocates and frees while the
 * program is in malloc or free. glibc's malloc may hang or break here, which
 * is why programs must not do it; the kernel's allocator stands it, and so
 * does ours. Contents are checked on both sides.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include "check.h"

enum { SLOTS = 256 };

static volatile sig_atomic_t ticks;
static char *from_handler[SLOTS];
static size_t handler_size[SLOTS];
static unsigned int handler_seed = 21;

static void churn(char **slot, size_t *size, unsigned int *seed, unsigned int tag)
{
	unsigned int i = next_random(seed) % SLOTS, r = next_random(seed);

	CHECK(!slot[i] || filled(slot[i], size[i], tag + i));
	if (r % 7 == 0 && slot[i]) {
		slot[i] = realloc(slot[i], size[i] + r % 5000 + 1);
		size[i] += r % 5000 + 1;
	} else {
		free(slot[i]);
		size[i] = r % 100 ? r % 3000 : r % 300000;
		slot[i] = r & 1024 ? malloc(size[i]) : calloc(1, size[i]);
	}
	CHECK(slot[i]);
	fill(slot[i], size[i], tag + i);
}

static void handler(int sig)
{
	(void)sig;
	for (int i = 0; i < 10; i++)
		churn(from_handler, handler_size, &handler_seed, 100);
	ticks++;
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	struct itimerval every = { { 0, 1000 }, { 0, 1000 } }, never = { { 0, 0 }, { 0, 0 } };
	static char *slot[SLOTS];
	static size_t size[SLOTS];
	time_t start = time(NULL);
	unsigned int seed = 22;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	while (ticks < 1500 && time(NULL) < start + 20)
		for (int i = 0; i < 100; i++)
			churn(slot, size, &seed, 0);
	setitimer(ITIMER_REAL, &never, NULL);
	CHECK(ticks > 100);
	for (int i = 0; i < SLOTS; i++) {
		CHECK(!slot[i] || filled(slot[i], size[i], (unsigned int)i));
		CHECK(!from_handler[i] || filled(from_handler[i], handler_size[i], 100u + i));
		free(slot[i]);
		free(from_handler[i]);
	}
	return 0;
}
