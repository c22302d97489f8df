// flags: -fno-builtin
/*
 * Class 28: under a filter that answers EPERM to all but read, write, mmap,
 * munmap, brk, futex, exit, exit_group and rt_sigreturn the program goes on
 * allocating: madvise, mremap and membarrier are switched off for good.
 */
#include <errno.h>
#include "seccomp.h"

int main(void)
{
	static const int call[] = { SYS_read, SYS_write, SYS_mmap, SYS_munmap, SYS_brk, SYS_futex,
		SYS_exit, SYS_exit_group, SYS_rt_sigreturn };

	free(opaque(malloc(100)));
	seccomp_allow(call, sizeof(call) / sizeof(call[0]), SECCOMP_RET_ERRNO | EPERM);
	seccomp_work();
	return 0;
}
