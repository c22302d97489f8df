// flags: -fno-builtin
/*
 * Class 15: clone(CLONE_VM | CLONE_VFORK) and clone(CLONE_VM) with a stack of
 * its own: the child shares our counters, lists and thread pointer. It
 * allocates while the parent waits; its block is then used by the parent.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include "check.h"

static char *volatile shared;

static int child(void *arg)
{
	void *block[200];

	for (int i = 0; i < 200; i++)
		block[i] = malloc((size_t)i * 700);
	for (int i = 0; i < 200; i++)
		free(block[i]);
	free(arg);
	shared = strdup("from the clone");
	_exit(0);
}

static void try_flags(int flags)
{
	static char stack[1 << 16] __attribute__((aligned(64)));
	void *p = malloc(500);
	int status, pid;

	shared = NULL;
	pid = clone(child, stack + sizeof(stack), flags | SIGCHLD, p);
	CHECK(pid > 0);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	CHECK(shared && !strcmp(shared, "from the clone"));
	free(shared);
	for (size_t i = 0; i < 500; i++)
		free(opaque(malloc(i * 300)));
}

int main(void)
{
	for (int i = 0; i < 50; i++) {
		try_flags(CLONE_VM | CLONE_VFORK);
		try_flags(CLONE_VM);
	}
	return 0;
}
