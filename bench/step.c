// SPDX-License-Identifier: MIT
/*
 * kmemu-step: counts the instructions of a malloc and of a free by stepping
 * through them.
 *
 *	kmemu-step LIBRARY PROBE ARG...
 *
 * valgrind has no restartable sequences, so the way through them cannot be
 * counted there, and a virtual machine often has no counter in hardware. So the
 * probe runs one instruction at a time, and those whose address lies in a
 * mapping of LIBRARY (a part of its path) count.
 *
 * A step is a trap and a switch to this process, and a restartable sequence
 * that was left that way is aborted when its thread goes on: stepped as it is,
 * a sequence would never end. The kernel looks at rseq_cs only then, so it is
 * cleared at each stop; the sequence, which is alone here (one thread, one
 * CPU), then runs on to its commit. How often it was found set is printed too:
 * 0 means that the library did not take this way.
 *
 * The count of a hit is the most frequent one of all pairs: an interrupt in the
 * few instructions where rseq_cs is armed makes a pair longer, never shorter.
 *
 * The line: pairs=N malloc=COUNT free=COUNT sections=N
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/marker.h"

#define MAX_COUNT 4096
#define MAX_RANGES 64
#define RSEQ_CS_OFFSET 8		/* of struct rseq, by the kernel's ABI */

struct range {
	uintptr_t start, end;
};

static struct range ranges[MAX_RANGES];
static size_t nr_ranges;
static unsigned int seen[2][MAX_COUNT];	/* how often each count came */
static unsigned long nr_pairs, nr_sections;

static void die(const char *what)
{
	fprintf(stderr, "kmemu-step: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void read_ranges(pid_t pid, const char *library)
{
	char line[4096], perms[8];
	struct range r;
	FILE *maps;

	snprintf(line, sizeof(line), "/proc/%d/maps", pid);
	maps = fopen(line, "re");
	if (!maps)
		die("maps of the probe");
	while (nr_ranges < MAX_RANGES && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %7s", &r.start, &r.end, perms) != 3)
			continue;
		if (perms[2] == 'x' && strstr(line, library))
			ranges[nr_ranges++] = r;
	}
	fclose(maps);
	if (nr_ranges)
		return;
	fprintf(stderr, "kmemu-step: the probe has no code of %s mapped\n",
		library);
	exit(2);
}

static int inside(uintptr_t ip)
{
	size_t i;

	for (i = 0; i < nr_ranges; i++)
		if (ip >= ranges[i].start && ip < ranges[i].end)
			return 1;
	return 0;
}

/* Waits for the next stop; 0 when the probe has ended well. */
static int next_stop(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP)
		return 1;
	fprintf(stderr, "kmemu-step: the probe ended with wait status %#x\n",
		status);
	exit(1);
}

static void clear_rseq_cs(pid_t pid, uintptr_t rseq)
{
	void *at = (void *)(rseq + RSEQ_CS_OFFSET);

	if (!rseq)
		return;
	errno = 0;
	if (ptrace(PTRACE_PEEKDATA, pid, at, 0) == 0 && !errno)
		return;
	nr_sections++;
	if (ptrace(PTRACE_POKEDATA, pid, at, 0))
		die("clearing rseq_cs of the probe");
}

static int is_marker(const struct user_regs_struct *regs, unsigned long what)
{
	return regs->rax == what && !inside(regs->rip);
}

/* Steps from one marker to the next one and returns what counted. */
static unsigned int steps_until(pid_t pid, unsigned long what, uintptr_t rseq)
{
	struct user_regs_struct regs;
	unsigned int count = 0;
	siginfo_t info;

	for (;;) {
		if (ptrace(PTRACE_SINGLESTEP, pid, 0, 0) || !next_stop(pid))
			die("stepping the probe");
		clear_rseq_cs(pid, rseq);
		ptrace(PTRACE_GETREGS, pid, 0, &regs);
		if (is_marker(&regs, what) &&
		    !ptrace(PTRACE_GETSIGINFO, pid, 0, &info) &&
		    info.si_code == SI_KERNEL)
			return count;
		count += inside(regs.rip);
	}
}

static void note_count(int which, unsigned int count)
{
	seen[which][count < MAX_COUNT ? count : MAX_COUNT - 1]++;
}

static void follow(pid_t pid, const char *library)
{
	struct user_regs_struct regs;

	for (;;) {
		if (ptrace(PTRACE_CONT, pid, 0, 0))
			die("PTRACE_CONT");
		if (!next_stop(pid))
			return;
		ptrace(PTRACE_GETREGS, pid, 0, &regs);
		if (regs.rax != MARK_MALLOC)
			continue;
		if (!nr_ranges)
			read_ranges(pid, library);
		note_count(0, steps_until(pid, MARK_FREE, regs.rbx));
		note_count(1, steps_until(pid, MARK_END, regs.rbx));
		nr_pairs++;
	}
}

static unsigned int most_frequent(int which)
{
	unsigned int i, best = 0;

	for (i = 0; i < MAX_COUNT; i++)
		if (seen[which][i] > seen[which][best])
			best = i;
	return best;
}

int main(int argc, char **argv)
{
	cpu_set_t one;
	pid_t pid;

	if (argc < 3) {
		fputs("usage: kmemu-step LIBRARY PROBE ARG...\n", stderr);
		return 2;
	}
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		if (getenv("PROBE_PRELOAD"))
			setenv("LD_PRELOAD", getenv("PROBE_PRELOAD"), 1);
		execv(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || !next_stop(pid))
		die("start of the probe");
	follow(pid, argv[1]);
	printf("pairs=%lu malloc=%u free=%u sections=%lu\n", nr_pairs,
	       most_frequent(0), most_frequent(1), nr_sections);
	return nr_pairs ? 0 : 1;
}
