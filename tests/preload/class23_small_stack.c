// flags: -pthread -fno-builtin
/*
 * Class 23: all paths of the allocator on the smallest stacks: threads of
 * PTHREAD_STACK_MIN, and a handler on an alternate stack of the size that the
 * kernel asks for plus 4 KiB.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include "check.h"

static void all_paths(void)
{
	static char *block[3][400];
	static int next;
	int set = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED) % 3;

	for (size_t i = 0; i < 400; i++) {
		block[set][i] = malloc(i % 40 ? i * 20 : i * 1000);
		CHECK(block[set][i]);
	}
	for (size_t i = 0; i < 400; i++)
		block[set][i] = realloc(block[set][i], i * 30 + 1);
	for (size_t i = 0; i < 400; i++)
		free(block[set][i]);
}

static void *worker(void *unused)
{
	all_paths();
	return unused;
}

static void handler(int sig)
{
	(void)sig;
	all_paths();
}

int main(void)
{
	size_t size = getauxval(AT_MINSIGSTKSZ) + 4096;
	stack_t alternate = { .ss_sp = malloc(size), .ss_size = size };
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_ONSTACK };
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	CHECK(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN) == 0);
	for (int i = 0; i < 20; i++) {
		CHECK(pthread_create(&thread, &attr, worker, NULL) == 0);
		pthread_join(thread, NULL);
	}
	CHECK(sigaltstack(&alternate, NULL) == 0);
	sigaction(SIGUSR1, &action, NULL);
	for (int i = 0; i < 20; i++)
		raise(SIGUSR1);
	return 0;
}
