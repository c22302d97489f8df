// flags: -fno-builtin
/*
 * Class 28: a filter that kills for process_vm_readv, as Firefox's does in its
 * content processes: calls with tables of buffers are judged, and a finding told.
 * argv[1] "finding": with one; "reports": what a report needs is killed for, too;
 * "clone": in a child that no library saw made, as browsers make theirs.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include "seccomp.h"

static void pass(int fd, int sockets[2], char *block, size_t size)
{
	struct iovec out[2] = { { block, size / 2 }, { block + size / 2, size / 2 } };
	char in[64];
	struct iovec to = { in, sizeof(in) };
	struct msghdr sent = { .msg_iov = out, .msg_iovlen = 1 };
	struct msghdr got = { .msg_iov = &to, .msg_iovlen = 1 };

	CHECK(writev(fd, out, 2) == (ssize_t)size);
	out[0].iov_len = sizeof(in);
	CHECK(sendmsg(sockets[0], &sent, 0) == sizeof(in));
	CHECK(recvmsg(sockets[1], &got, 0) == sizeof(in));
	CHECK(!memcmp(in, block, sizeof(in)));
	/* Tables that cannot be read are the system's to answer. */
	CHECK(writev(fd, opaque((void *)8), 2) == -1);
	sent.msg_iov = (void *)8;
	CHECK(sendmsg(sockets[0], &sent, 0) == -1);
}

int main(int argc, char **argv)
{
	static const int call[] = { SYS_mmap, SYS_munmap, SYS_madvise, SYS_mremap, SYS_membarrier,
		SYS_futex, SYS_clock_gettime, SYS_getpid, SYS_gettid, SYS_sched_yield,
		SYS_write, SYS_exit_group, SYS_brk, SYS_writev, SYS_sendmsg, SYS_recvmsg, SYS_fcntl,
		/* a report's */
		SYS_rt_sigprocmask, SYS_newfstatat, SYS_rt_sigpending, SYS_getcpu, SYS_geteuid,
		SYS_prctl, SYS_sigaltstack, SYS_rt_sigaction, SYS_readlinkat, SYS_close, SYS_openat,
		SYS_read, SYS_fstat, SYS_lseek, SYS_sched_getaffinity };
	unsigned int calls = sizeof(call) / sizeof(call[0]);
	const char *how = argc > 1 ? argv[1] : "";
	int fd = open("/dev/null", O_WRONLY), sockets[2];
	char *small = malloc(1000), *large = malloc(300000);
	volatile char *twice;

	CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets) == 0);
	if (!strcmp(how, "clone")) {
		pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
		int status = 0;

		CHECK(child >= 0);
		if (child) {
			CHECK(waitpid(child, &status, 0) == child && status == 0);
			return 0;
		}
	}
	fill(small, 1000, 1);
	fill(large, 300000, 2);
	if (!strcmp(how, "reports"))
		calls -= 15;
	seccomp_allow(call, calls, SECCOMP_RET_KILL_PROCESS);
	pass(fd, sockets, small, 1000);
	pass(fd, sockets, large, 300000);
	free(large);
	free(small);
	if (!strcmp(how, "finding")) {
		twice = malloc(64);
		free((void *)twice);
		free(opaque((void *)twice));
	}
	return 0;
}
