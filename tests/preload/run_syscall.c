// flags: -pthread
/*
 * prctl and syscall are wrapped, and must be libc's in all that can be seen: up
 * to six arguments arrive, result and errno come back, in vfork children,
 * clones on stacks of their own, handlers, and from several threads.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"

static void six_arguments(void)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	char *p, first[4096], direct[4096];

	CHECK(pread(fd, direct, 4096, 4096) == 4096);
	p = (char *)syscall(SYS_mmap, NULL, 4096L, (long)PROT_READ, (long)MAP_PRIVATE, (long)fd,
			    4096L);
	CHECK(p != MAP_FAILED && !memcmp(p, direct, 4096));
	CHECK(syscall(SYS_munmap, p, 4096L) == 0);
	CHECK(syscall(SYS_pread64, (long)fd, first, 100L, 4096L) == 100);
	CHECK(!memcmp(first, direct, 100));
	close(fd);
}

static void errors(void)
{
	errno = 0;
	CHECK(syscall(SYS_close, -1) == -1 && errno == EBADF);
	CHECK(syscall(100000) == -1 && errno == ENOSYS);
	CHECK(syscall(-1) == -1 && errno == ENOSYS);
	errno = 77;
	CHECK(syscall(SYS_getpid) == getpid() && errno == 77);
	CHECK(syscall(SYS_getppid) == getppid() && errno == 77);
	CHECK(prctl(PR_GET_DUMPABLE) >= 0 && errno == 77);
	CHECK(prctl(100000, 1, 2, 3, 4) == -1 && errno == EINVAL);
	/* Filters that the kernel refuses: no mode of that number, no program. */
	CHECK(syscall(SYS_seccomp, 77, 0, NULL) == -1 && errno == EINVAL);
	CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) == -1);
	CHECK(errno == EFAULT || errno == EINVAL || errno == EACCES);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == -1);
	CHECK(errno == EFAULT || errno == EINVAL || errno == EACCES);
	CHECK(prctl(PR_SET_SECCOMP, 77, 0, 0, 0) == -1 && errno == EINVAL);
	CHECK(syscall(SYS_prctl, PR_SET_SECCOMP, 77, 0, 0, 0) == -1 && errno == EINVAL);
}

static void names(void)
{
	char name[16] = "";

	CHECK(prctl(PR_SET_NAME, "renamed") == 0);
	CHECK(prctl(PR_GET_NAME, name) == 0 && !strcmp(name, "renamed"));
	CHECK(syscall(SYS_prctl, PR_SET_NAME, "again", 0L, 0L, 0L) == 0);
	CHECK(syscall(SYS_prctl, PR_GET_NAME, name, 0L, 0L, 0L) == 0 && !strcmp(name, "again"));
}

static void ended_with(pid_t pid, int code)
{
	int status;

	CHECK(pid > 0 && waitpid(pid, &status, __WALL) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == code);
}

static int on_own_stack(void *unused)
{
	(void)unused;
	return syscall(SYS_gettid) == syscall(SYS_getpid) && prctl(PR_GET_DUMPABLE) >= 0 ? 13 : 1;
}

static void children(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t pid = vfork();

	if (pid == 0) {
		syscall(SYS_exit_group, prctl(PR_GET_DUMPABLE) >= 0 ? 11 : 1);
		_exit(1);
	}
	ended_with(pid, 11);
	/* As fork: the same stack, copied. */
	pid = (pid_t)syscall(SYS_clone, (long)SIGCHLD, NULL, NULL, NULL, 0L);
	if (pid == 0)
		syscall(SYS_exit_group, 12L);
	ended_with(pid, 12);
	pid = clone(on_own_stack, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
	ended_with(pid, 13);
}

static volatile int handled;

static void handler(int sig)
{
	handled += syscall(SYS_getpid) == getpid() && prctl(PR_GET_DUMPABLE) >= 0;
	(void)sig;
}

static void *in_thread(void *unused)
{
	for (int i = 0; i < 20000; i++)
		CHECK(syscall(SYS_gettid) == gettid());
	return unused;
}

static void threads(void)
{
	pthread_t thread[4];

	signal(SIGUSR1, handler);
	for (int t = 0; t < 4; t++)
		CHECK(pthread_create(&thread[t], NULL, in_thread, NULL) == 0);
	for (int i = 0; i < 100; i++)
		raise(SIGUSR1);
	for (int t = 0; t < 4; t++)
		pthread_join(thread[t], NULL);
	CHECK(handled == 100);
}

int main(void)
{
	six_arguments();
	errors();
	names();
	children();
	threads();
	return 0;
}
