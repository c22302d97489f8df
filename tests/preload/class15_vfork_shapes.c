// flags: -pthread
/*
 * Class 15: the shapes in which programs use vfork: the return value and errno
 * of a failure, a child that vforks again, exec that fails, locals changed by
 * the child, many threads in vfork at once, a signal that meets the child.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "check.h"

static void ended_with(pid_t pid, int code)
{
	int status;

	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == code);
}

static void nested(void)
{
	volatile int seen = 0;
	pid_t pid = vfork();

	CHECK(pid >= 0);
	if (pid == 0) {
		pid_t inner = vfork();

		if (inner == 0) {
			free(opaque(malloc(300)));
			_exit(11);
		}
		seen = 5;
		ended_with(inner, 11);
		_exit(12);
	}
	CHECK(seen == 5);
	ended_with(pid, 12);
}

static void exec_fails(void)
{
	volatile int code = 0;
	pid_t pid = vfork();

	if (pid == 0) {
		execl("/no/such/program", "program", (char *)NULL);
		code = errno;
		free(opaque(malloc(2000)));
		_exit(127);
	}
	ended_with(pid, 127);
	CHECK(code == ENOENT);
}

static void *many(void *unused)
{
	for (volatile int i = 0; i < 40; i++) {
		char *p = malloc((size_t)i * 100 + 1);
		pid_t pid;

		fill(p, (size_t)i * 100 + 1, (unsigned int)i);
		pid = vfork();
		if (pid == 0) {
			free(opaque(malloc(500)));
			_exit(i);
		}
		ended_with(pid, i);
		CHECK(filled(p, (size_t)i * 100 + 1, (unsigned int)i));
		free(p);
	}
	return unused;
}

static void refused(void)
{
	struct rlimit limit = { 0, 0 };
	pid_t pid = fork();

	if (pid == 0) {
		if (geteuid() == 0)
			CHECK(setgid(65534) == 0 && setuid(65534) == 0);
		CHECK(setrlimit(RLIMIT_NPROC, &limit) == 0);
		errno = 0;
		pid = vfork();
		if (pid == 0)
			_exit(0);
		_exit(pid == -1 && errno == EAGAIN ? 21 : 22);
	}
	ended_with(pid, 21);
}

int main(void)
{
	pthread_t thread[6];

	for (int i = 0; i < 20; i++)
		nested();
	exec_fails();
	for (int t = 0; t < 6; t++)
		CHECK(pthread_create(&thread[t], NULL, many, NULL) == 0);
	for (int t = 0; t < 6; t++)
		pthread_join(thread[t], NULL);
	refused();
	return 0;
}
