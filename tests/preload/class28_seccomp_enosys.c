// flags: -fno-builtin -pthread
/*
 * Class 28: the same filter with ENOSYS, as old kernels and emulators answer,
 * set while threads that were started before it go on allocating.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include "seccomp.h"

static atomic_int filtered;

static void *worker(void *unused)
{
	static const int call[] = { SYS_read, SYS_write, SYS_mmap, SYS_munmap, SYS_brk, SYS_futex,
		SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_madvise };

	while (!filtered)
		free(opaque(malloc(1000)));
	seccomp_allow(call, sizeof(call) / sizeof(call[0]) - 1, SECCOMP_RET_ERRNO | ENOSYS);
	for (int i = 0; i < 100000; i++) {
		char *p = malloc((size_t)(i % 3000) * (i % 500 ? 1 : 100));

		CHECK(p);
		p[0] = 1;
		free(p);
	}
	return unused;
}

int main(void)
{
	static const int call[] = { SYS_read, SYS_write, SYS_mmap, SYS_munmap, SYS_brk, SYS_futex,
		SYS_exit, SYS_exit_group, SYS_rt_sigreturn };
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, worker, NULL) == 0);
	seccomp_allow(call, sizeof(call) / sizeof(call[0]), SECCOMP_RET_ERRNO | ENOSYS);
	filtered = 1;
	seccomp_work();
	pthread_join(thread, NULL);
	return 0;
}
