// flags: -ldl -pthread -fno-builtin
/*
 * Contexts are looked at from the moment on at which something may be raised. Each
 * way is a word: before, as many calls as make hits; then one allocation that is a
 * finding, by malloc, calloc or a library that was loaded later. `cost` and `later`
 * only allocate, NUMBER pairs, the latter in a library that comes after a handler.
 * For context_late.sh.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <ucontext.h>

#include "check.h"

static pthread_spinlock_t lock;
static ucontext_t here, there;

static void pairs(long n)
{
	while (n--)
		free(opaque(malloc(64)));
}

static void on_signal(int signo)
{
	(void)signo;
	free(opaque(malloc(40)));
}

static void handler(void)
{
	signal(SIGUSR1, on_signal);
	pairs(100);
	raise(SIGUSR1);
}

static void locked(void)
{
	pthread_spin_lock(&lock);
	free(opaque(calloc(2, 20)));
	pthread_spin_unlock(&lock);
}

static void *locks(void *unused)
{
	pairs(100);
	locked();
	return unused;
}

static void thread(void)
{
	pthread_t t;

	CHECK(!pthread_create(&t, NULL, locks, NULL) && !pthread_join(t, NULL));
}

/* The first that is raised is on its stack. */
static void coroutine(void)
{
	static char stack[64 << 10];

	getcontext(&there);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = sizeof(stack);
	there.uc_link = &here;
	makecontext(&there, locked, 0);
	swapcontext(&here, &there);
}

static void annotated(void)
{
	void (*disable)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "kmemu_preempt_disable");
	void (*enable)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "kmemu_preempt_enable");

	if (disable)
		disable();
	free(opaque(malloc(40)));
	if (enable)
		enable();
}

static void later(const char *library, long n)
{
	void (*work)(long);
	void *handle;

	signal(SIGUSR1, on_signal);
	handle = dlopen(library, RTLD_NOW);
	CHECK(handle);
	work = (void (*)(long))dlsym(handle, "work");
	work(n);
}

int main(int argc, char **argv)
{
	CHECK(argc > 1 && !pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE));
	pairs(1000);
	if (!strcmp(argv[1], "handler"))
		handler();
	if (!strcmp(argv[1], "locked"))
		locked();
	if (!strcmp(argv[1], "thread"))
		thread();
	if (!strcmp(argv[1], "coroutine"))
		coroutine();
	if (!strcmp(argv[1], "annotated"))
		annotated();
	if (!strcmp(argv[1], "cost"))
		pairs(atol(argv[2]));
	if (!strcmp(argv[1], "later"))
		later(argv[2], atol(argv[3]));
	pairs(1000);
	return 0;
}
