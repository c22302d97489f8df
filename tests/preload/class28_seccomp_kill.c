// flags: -fno-builtin
/*
 * Class 28: under a filter that kills, the published list of system calls is
 * all that allocation needs (docs/limits.md): mmap, munmap, madvise, mremap,
 * membarrier, futex, clock_gettime (the vDSO may fall back), getpid, gettid,
 * write for reports, brk for libc.
 */
#include <signal.h>
#include "seccomp.h"

int main(void)
{
	static const int call[] = { SYS_read, SYS_write, SYS_mmap, SYS_munmap, SYS_madvise,
		SYS_mremap, SYS_membarrier, SYS_futex, SYS_clock_gettime, SYS_getpid, SYS_gettid,
		SYS_brk, SYS_exit, SYS_exit_group, SYS_rt_sigreturn };

	free(opaque(malloc(100)));
	seccomp_allow(call, sizeof(call) / sizeof(call[0]), SECCOMP_RET_KILL_PROCESS);
	seccomp_work();
	return 0;
}
