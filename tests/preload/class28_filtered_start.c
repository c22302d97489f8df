// flags: -fno-builtin -pthread
/*
 * Class 28: a container's filter that is there before the program starts, and
 * answers EPERM to what a default profile may refuse: membarrier, madvise,
 * mremap, rseq, getrandom, sysinfo, sched_getaffinity, process_vm_readv,
 * userfaultfd. With EPERM and then with ENOSYS the program filters itself,
 * starts itself again and works with threads and a child.
 */
#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>
#include "seccomp.h"

static void refuse(unsigned int answer)
{
	static const int call[] = { SYS_membarrier, SYS_madvise, SYS_mremap, SYS_rseq,
		SYS_getrandom, SYS_sysinfo, SYS_sched_getaffinity, SYS_process_vm_readv,
		SYS_userfaultfd };
	struct seccomp_code c = { .n = 0 };

	seccomp_answer(&c, call, sizeof(call) / sizeof(call[0]), SECCOMP_RET_ERRNO | answer);
	seccomp_put_on(&c, SECCOMP_RET_ALLOW);
}

static void *worker(void *unused)
{
	for (size_t i = 0; i < 20000; i++)
		free(opaque(malloc(i % 500 ? i % 3000 : i * 20)));
	return unused;
}

static int started(void)
{
	pthread_t thread[3];
	int status;
	pid_t pid;

	for (int t = 0; t < 3; t++)
		CHECK(pthread_create(&thread[t], NULL, worker, NULL) == 0);
	seccomp_work();
	for (int t = 0; t < 3; t++)
		pthread_join(thread[t], NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		worker(NULL);
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	return 0;
}

int main(int argc, char **argv)
{
	static const unsigned int answer[] = { EPERM, ENOSYS };
	int status;

	if (argc > 1)
		return started();
	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0) {
			refuse(answer[i]);
			execl("/proc/self/exe", argv[0], "started", (char *)NULL);
			_exit(3);
		}
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	}
	return 0;
}
