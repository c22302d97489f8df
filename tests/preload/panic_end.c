// flags: -pthread
/*
 * A report with policy panic ends the process, or does not, by its word. For
 * panic_end.sh. Eleven allocations are made before, in all ways.
 */
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include "check.h"

static sigjmp_buf back;

static void bad(void)
{
	char *volatile p = malloc(100);

	free(p);
	free(opaque(p));
}

static void on_abort(int signo)
{
	(void)signo;
	siglongjmp(back, 1);
}

static void on_signal(int signo)
{
	(void)signo;
	bad();
}

static void survive(void)
{
	signal(SIGABRT, on_abort);
	if (!sigsetjmp(back, 1))
		bad();
	for (int i = 0; i < 100; i++)
		free(opaque(malloc(10)));
}

static void in_vfork_child(void)
{
	int status;
	pid_t pid = vfork();

	if (!pid) {
		bad();
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WTERMSIG(status) == SIGABRT);
}

static void on_small_stack(void)
{
	static char stack[8192];
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK };

	CHECK(!sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof(stack) }, NULL));
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	for (int i = 0; i < 10; i++)
		free(opaque(malloc(10)));
	if (!strcmp(argv[1], "survive"))
		survive();
	if (!strcmp(argv[1], "vfork"))
		in_vfork_child();
	if (!strcmp(argv[1], "small"))
		on_small_stack();
	return 0;
}
