// flags: -pthread
/*
 * What a process does that its events must tell, one at a time by name; the
 * program itself is right under any preload but for the misuse it is asked for.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include "seccomp.h"

__attribute__((noinline)) static void misuse(void)
{
	void *p = malloc(64);

	free(p);
	free(opaque(p));
}

static void wait_for(pid_t pid, int code)
{
	int status;

	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == code);
}

static int parent_finds(void)
{
	pid_t pid;

	misuse();
	pid = fork();
	if (pid == 0)
		return 5;
	wait_for(pid, 5);
	return 0;
}

static int child_finds(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		misuse();
		return 5;
	}
	wait_for(pid, 5);
	return 0;
}

/* Each of eight threads forks, while all allocate. */
static void *forks(void *unused)
{
	for (int i = 0; i < 10; i++) {
		void *p = malloc(100 + i);
		pid_t pid = fork();

		if (pid == 0) {
			free(p);
			exit(i);
		}
		wait_for(pid, i);
		free(p);
	}
	return unused;
}

static int fork_threads(void)
{
	pthread_t thread[8];

	for (int t = 0; t < 8; t++)
		CHECK(pthread_create(&thread[t], NULL, forks, NULL) == 0);
	for (int t = 0; t < 8; t++)
		pthread_join(thread[t], NULL);
	return 0;
}

static int leaves_by_exit(void)
{
	misuse();
	_exit(3);
}

/* A filter that knows no open: what is written after it was opened before. */
__attribute__((noinline)) static int under_filter(void)
{
	static const int calls[] = {
		SYS_read, SYS_write, SYS_mmap, SYS_munmap, SYS_brk, SYS_futex, SYS_exit,
		SYS_exit_group, SYS_rt_sigreturn, SYS_newfstatat, SYS_madvise, SYS_membarrier,
		SYS_gettid, SYS_getpid, SYS_rt_sigprocmask, SYS_rt_sigpending,
		SYS_rt_sigtimedwait, SYS_process_vm_readv, SYS_clock_gettime, SYS_sched_yield,
		SYS_fcntl, SYS_getppid, SYS_mremap, SYS_mprotect,
	};

	free(opaque(malloc(100)));
	seccomp_allow(calls, sizeof(calls) / sizeof(calls[0]), SECCOMP_RET_ERRNO | 38);
	CHECK(open("/dev/null", O_RDONLY) == -1);
	misuse();
	return 0;
}

/* A filter that kills for an open, and for nothing else. */
static int kills_for_open(int by_syscall)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(filter) / sizeof(filter[0]), .filter = filter };

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	if (by_syscall)
		CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0);
	else
		CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	misuse();
	return 0;
}

/* One that kills for all but what an allocation needs: nothing can be said. */
static int kills_for_most(void)
{
	static const int calls[] = {
		SYS_mmap, SYS_munmap, SYS_madvise, SYS_mremap, SYS_membarrier, SYS_futex,
		SYS_clock_gettime, SYS_getpid, SYS_gettid, SYS_sched_yield, SYS_write,
		SYS_exit_group, SYS_brk,
	};

	misuse();
	seccomp_allow(calls, sizeof(calls) / sizeof(calls[0]), SECCOMP_RET_KILL_PROCESS);
	misuse();
	seccomp_work();
	return 0;
}

/* Strict mode: read, write, exit; exit_group would kill. */
static int strict_mode(void)
{
	free(opaque(malloc(100)));
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0);
	free(opaque(malloc(100)));
	syscall(SYS_exit, 0);
	return 0;
}

/* What libseccomp asks before: none of it is a filter. */
static int probes(void)
{
	CHECK(prctl(PR_GET_SECCOMP) == 0);
	CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, NULL) == -1);
	CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 1, NULL) == -1);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == -1);
	misuse();
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "parent-finds"))
		return parent_finds();
	if (!strcmp(what, "child-finds"))
		return child_finds();
	if (!strcmp(what, "fork-threads"))
		return fork_threads();
	if (!strcmp(what, "_exit"))
		return leaves_by_exit();
	if (!strcmp(what, "filter"))
		return under_filter();
	if (!strcmp(what, "probes"))
		return probes();
	if (!strcmp(what, "kills-for-open"))
		return kills_for_open(0);
	if (!strcmp(what, "kills-for-open-2"))
		return kills_for_open(1);
	if (!strcmp(what, "kills-for-most"))
		return kills_for_most();
	if (!strcmp(what, "strict"))
		return strict_mode();
	return 0;
}
