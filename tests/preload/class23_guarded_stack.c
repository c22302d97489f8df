/*
 * Class 23: a handler on an alternate stack with a guard page below it, which has 3 KiB
 * more than the kernel needs: class23_guarded_stack SIZE malloc|free. What kmemu has
 * to say must not need more; and its own allocations are not the handler's.
 */
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include "check.h"

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif

static void *volatile block;
static int frees;

static void handler(int sig)
{
	(void)sig;
	if (frees)
		free(block);
	else
		block = malloc(100);
}

int main(int argc, char **argv)
{
	size_t size = getauxval(AT_MINSIGSTKSZ), room = 1 << 16;
	char *map = mmap(NULL, room + 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	stack_t stack = { .ss_sp = map + 4096 };
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_ONSTACK };

	CHECK(argc > 2 && map != MAP_FAILED && mprotect(map, 4096, PROT_NONE) == 0);
	stack.ss_size = (size > 2048 ? size : 2048) + strtoul(argv[1], NULL, 0);
	frees = !strcmp(argv[2], "free");
	block = malloc(100);
	CHECK(sigaltstack(&stack, NULL) == 0 && sigaction(SIGUSR1, &action, NULL) == 0);
	if (frees)
		free(block);
	raise(SIGUSR1);
	return 0;
}
