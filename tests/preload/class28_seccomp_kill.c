// flags: -fno-builtin
/*
 * Class 28: under a filter that kills, what docs/limits.md publishes ("while it
 * runs") is all that allocation needs, beside the program's own calls.
 */
#include <signal.h>
#include "seccomp.h"

int main(void)
{
	static const int call[] = { SYS_mmap, SYS_munmap, SYS_madvise, SYS_mremap, SYS_membarrier,
		SYS_futex, SYS_clock_gettime, SYS_getpid, SYS_gettid, SYS_sched_yield,
		/* the program's own */
		SYS_write, SYS_exit_group, SYS_brk };

	free(opaque(malloc(100)));
	seccomp_allow(call, sizeof(call) / sizeof(call[0]), SECCOMP_RET_KILL_PROCESS);
	seccomp_work();
	return 0;
}
