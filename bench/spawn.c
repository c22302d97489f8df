// SPDX-License-Identifier: MIT
/*
 * kmemu-spawn: starts a program N times under a preload and tells what one
 * start-to-end took and how large it was.
 *
 *	kmemu-spawn N PRELOAD|- PROGRAM [ARG...]
 *
 * Linked statically and small on purpose: a child's ru_maxrss begins with the
 * size of the process that started it, so a large launcher (the shell, python)
 * would hide the size of a small program. The preload is set in the child's
 * environment only.
 *
 * ru_maxrss comes from per-CPU counters and is off by some hundred KiB. For a
 * small program that is too much, so after the timed starts one more is traced
 * up to its exit, where smaps_rollup gives resident memory exactly (exit_kib).
 * Standard output goes to /dev/null, standard error stays.
 *
 * The line: runs=N wall_ns=MEDIAN least_ns=N cpu_ns=LEAST maxrss_kib=MOST
 * exit_kib=N
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_RUNS 1000

static uint64_t wall[MAX_RUNS];

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static uint64_t cpu_ns(const struct rusage *ru)
{
	return (ru->ru_utime.tv_sec + ru->ru_stime.tv_sec) * 1000000000ULL +
	       (ru->ru_utime.tv_usec + ru->ru_stime.tv_usec) * 1000ULL;
}

static void check_status(int status, const char *program)
{
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	if (WIFSIGNALED(status))
		fprintf(stderr, "kmemu-spawn: %s died of signal %d (%s)\n",
			program, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		fprintf(stderr, "kmemu-spawn: %s ended with status %d\n",
			program, WEXITSTATUS(status));
	exit(1);
}

static uint64_t run_once(char **argv, char **env, uint64_t *cpu, long *maxrss)
{
	uint64_t start = now_ns(), end;
	struct rusage ru;
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execve(argv[0], argv, env);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &ru) < 0)
		die("kmemu-spawn: vfork or wait4");
	end = now_ns();
	check_status(status, argv[0]);
	if (!*cpu || cpu_ns(&ru) < *cpu)
		*cpu = cpu_ns(&ru);
	if (ru.ru_maxrss > *maxrss)
		*maxrss = ru.ru_maxrss;
	return end - start;
}

static long rollup_kib(pid_t pid)
{
	char path[64], text[4096], *at;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(path);
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	at = strstr(text, "\nRss:");
	return at ? strtol(at + 5, NULL, 10) : 0;
}

/* Resident KiB when the program is about to exit; its children are not seen. */
static long exit_kib(char **argv, char **env)
{
	int status, sig;
	long kib = 0;
	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execve(argv[0], argv, env);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status))
		die("kmemu-spawn: start of a traced program");
	ptrace(PTRACE_SETOPTIONS, pid, 0,
	       PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL);
	for (sig = 0;;) {
		ptrace(PTRACE_CONT, pid, 0, sig);
		if (waitpid(pid, &status, 0) < 0)
			die("kmemu-spawn: waitpid");
		if (!WIFSTOPPED(status))
			return kib;
		sig = WSTOPSIG(status);
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8)) {
			kib = rollup_kib(pid);
			sig = 0;
		}
	}
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static char **child_env(const char *preload)
{
	static char word[4096];

	if (strcmp(preload, "-")) {
		snprintf(word, sizeof(word), "LD_PRELOAD=%s", preload);
		putenv(word);
	}
	return environ;
}

int main(int argc, char **argv)
{
	long runs = argc >= 4 ? strtol(argv[1], NULL, 10) : 0, i, maxrss = 0;
	uint64_t cpu = 0;
	char **env;
	int null, out;

	if (runs < 1 || runs > MAX_RUNS) {
		fprintf(stderr, "usage: kmemu-spawn N PRELOAD|- PROGRAM [ARG...]"
			", N from 1 to %d\n", MAX_RUNS);
		return 2;
	}
	env = child_env(argv[2]);
	out = fcntl(1, F_DUPFD_CLOEXEC, 100);
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (out < 0 || null < 0 || dup2(null, 1) < 0)
		die("kmemu-spawn: standard output");
	for (i = 0; i < runs; i++)
		wall[i] = run_once(argv + 3, env, &cpu, &maxrss);
	i = runs > 1 ? exit_kib(argv + 3, env) : 0;
	qsort(wall, runs, sizeof(wall[0]), by_value);
	dprintf(out, "runs=%ld wall_ns=%llu least_ns=%llu cpu_ns=%llu "
		"maxrss_kib=%ld exit_kib=%ld\n", runs,
		(unsigned long long)wall[runs / 2],
		(unsigned long long)wall[0], (unsigned long long)cpu, maxrss, i);
	return 0;
}
