// flags: -pthread -fno-builtin -Wno-free-nonheap-object
/*
 * One invalid free at an awkward place, named by the argument: a thread with
 * the smallest stack, an alternate signal stack, a handler that interrupts the
 * allocator, a fork or vfork child, a constructor, an atexit function, a
 * thread's destructor. The report comes, and the program goes on.
 * (Asks for kmemu; invalid_free_places.sh reads the reports.)
 */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "check.h"

static char not_heap[64];
static volatile sig_atomic_t ticks;

static void misuse(void)
{
	free(opaque(not_heap + 16));
}

static void handler(int sig)
{
	(void)sig;
	misuse();
	ticks++;
}

static void *in_thread(void *unused)
{
	misuse();
	return unused;
}

static void destructor(void *value)
{
	(void)value;
	misuse();
}

static void *with_key(void *key)
{
	pthread_setspecific(*(pthread_key_t *)key, key);
	return NULL;
}

static void small_stack(void *(*function)(void *), void *arg)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	CHECK(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN) == 0);
	CHECK(pthread_create(&thread, &attr, function, arg) == 0);
	pthread_join(thread, NULL);
}

static void alternate_stack(void)
{
	size_t size = getauxval(AT_MINSIGSTKSZ) + 4096;
	stack_t stack = { .ss_sp = malloc(size), .ss_size = size };
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_ONSTACK };

	CHECK(sigaltstack(&stack, NULL) == 0);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
}

static void in_allocator(void)
{
	struct itimerval every = { { 0, 1000 }, { 0, 1000 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	static void *block[1000];
	unsigned int seed = 1;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	while (ticks < 300) {
		unsigned int i = next_random(&seed) % 1000;

		free(block[i]);
		block[i] = malloc(next_random(&seed) % 9000);
	}
	setitimer(ITIMER_REAL, &never, NULL);
}

static void in_child(pid_t pid)
{
	int status;

	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

__attribute__((constructor(101))) static void early(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "constructor"))
		misuse();
}

int main(int argc, char **argv)
{
	const char *place = argc > 1 ? argv[1] : "thread";
	pthread_key_t key;
	pid_t pid;

	if (!strcmp(place, "thread"))
		small_stack(in_thread, NULL);
	if (!strcmp(place, "destructor")) {
		CHECK(pthread_key_create(&key, destructor) == 0);
		small_stack(with_key, &key);
	}
	if (!strcmp(place, "stack"))
		alternate_stack();
	if (!strcmp(place, "handler"))
		in_allocator();
	if (!strcmp(place, "atexit"))
		atexit(misuse);
	if (!strcmp(place, "fork")) {
		pid = fork();
		if (pid == 0) {
			misuse();
			_exit(0);
		}
		in_child(pid);
	}
	if (!strcmp(place, "vfork")) {
		pid = vfork();
		if (pid == 0) {
			misuse();
			_exit(0);
		}
		in_child(pid);
	}
	for (size_t i = 0; i < 1000; i++)
		free(opaque(malloc(i * 100)));
	printf("went on\n");
	return 0;
}
