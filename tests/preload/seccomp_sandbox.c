// flags: -fno-builtin
/*
 * OpenSSH's server puts such a filter on the process that speaks to who is not yet
 * known: it kills for fcntl(), and for madvise() by its advice. Checks that ask for
 * descriptors, and a heap that grows, do without what it kills for.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include "seccomp.h"

static void sandbox(void)
{
	static const int call[] = { SYS_read, SYS_write, SYS_close, SYS_brk, SYS_mmap, SYS_munmap,
				    SYS_mremap, SYS_futex, SYS_clock_gettime, SYS_getpid,
				    SYS_exit_group, SYS_rt_sigprocmask };
	struct sock_filter advice[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_madvise, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, MADV_DONTNEED, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct seccomp_code c = { .n = 0 };

	seccomp_answer(&c, call, sizeof(call) / sizeof(call[0]), SECCOMP_RET_ALLOW);
	memcpy(c.in + c.n, advice, sizeof(advice));
	c.n += sizeof(advice) / sizeof(advice[0]);
	seccomp_put_on(&c, SECCOMP_RET_KILL_PROCESS);
}

int main(void)
{
	static char *small[400000];
	char buf[64] = "sandbox";
	int fds[2];

	free(opaque(malloc(100)));
	CHECK(!pipe(fds));
	sandbox();
	CHECK(write(fds[1], buf, sizeof(buf)) == sizeof(buf));
	CHECK(read(fds[0], buf, sizeof(buf)) == sizeof(buf));
	/* 25 MiB of small objects: pieces of the heap are faulted in by madvise(). */
	for (int i = 0; i < 400000; i++) {
		small[i] = malloc(64);
		CHECK(small[i]);
		small[i][0] = 1;
	}
	for (int i = 0; i < 400000; i++)
		free(small[i]);
	seccomp_work();
	return 0;
}
