// flags: -fno-builtin
/*
 * Class 28: a filter that kills is put on before the program's first block. The
 * heap is there by then: what its start asks for is not among the calls allowed.
 */
#include <signal.h>
#include "seccomp.h"

int main(void)
{
	static const int call[] = { SYS_mmap, SYS_munmap, SYS_madvise, SYS_mremap, SYS_membarrier,
		SYS_futex, SYS_clock_gettime, SYS_getpid, SYS_gettid, SYS_sched_yield,
		/* the program's own */
		SYS_write, SYS_exit_group };

	seccomp_allow(call, sizeof(call) / sizeof(call[0]), SECCOMP_RET_KILL_PROCESS);
	seccomp_work();
	return 0;
}
