/* SPDX-License-Identifier: MIT */
/*
 * filter: what a seccomp filter will kill for, by running it beforehand. Each
 * case runs in a child, since what is known only grows.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/os/filter.h"

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define WHEN(test, k, yes, no) BPF_JUMP(BPF_JMP | (test) | BPF_K, k, yes, no)
#define ADD(filter) add(filter, sizeof(filter) / sizeof((filter)[0]))

static bool add(struct sock_filter *filter, size_t n)
{
	struct sock_fprog program = { .len = (unsigned short)n, .filter = filter };

	return os_filter_add(&program);
}

/* Status 0 of a child that runs fn: all was so. */
static int in_child(int (*fn)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fn());
	waitpid(pid, &status, 0);
	return status;
}

static int allow_list(void)
{
	struct sock_filter filter[] = {
		LOAD(nr),
		WHEN(BPF_JEQ, SYS_read, 2, 0),
		WHEN(BPF_JEQ, SYS_write, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		RETURN(SECCOMP_RET_ALLOW),
	};

	return !(ADD(filter) && !os_filter_kills(SYS_read) && !os_filter_kills(SYS_write) &&
		 os_filter_kills(SYS_openat) && os_filter_kills(SYS_mmap));
}

/* As libseccomp makes them: the machine first, then a tree; the result through A. */
static int tree(void)
{
	struct sock_filter filter[] = {
		LOAD(arch),
		WHEN(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
		WHEN(BPF_JGE, 0x40000000, 0, 1),
		RETURN(SECCOMP_RET_KILL_THREAD),
		WHEN(BPF_JGT, SYS_openat, 0, 2),
		BPF_STMT(BPF_LD | BPF_IMM, SECCOMP_RET_TRAP),
		BPF_STMT(BPF_RET | BPF_A, 0),
		RETURN(SECCOMP_RET_ERRNO | 1),
	};

	return !(ADD(filter) && !os_filter_kills(SYS_openat) && os_filter_kills(SYS_openat + 1) &&
		 !os_filter_kills(SYS_read));
}

static int filters_add_up(void)
{
	struct sock_filter one[] = {
		LOAD(nr),
		BPF_STMT(BPF_ST, 3),
		BPF_STMT(BPF_LD | BPF_IMM, 0),
		BPF_STMT(BPF_LDX | BPF_MEM, 3),
		BPF_STMT(BPF_MISC | BPF_TXA, 0),
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, SYS_openat),
		WHEN(BPF_JEQ, 0, 0, 1),
		RETURN(SECCOMP_RET_TRAP),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_filter nothing[] = { RETURN(SECCOMP_RET_ALLOW) };

	return !(ADD(one) && ADD(nothing) && os_filter_kills(SYS_openat) &&
		 !os_filter_kills(SYS_read));
}

/* What the kernel would refuse neither crashes nor hangs, and forbids nothing. */
static int broken_ones(void)
{
	struct sock_filter outside[] = {
		BPF_STMT(BPF_JMP | BPF_JA, 0xffffffff),
		RETURN(SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_filter odd[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0xfffffffe),
		BPF_STMT(BPF_LD | BPF_MEM, 1000),
		BPF_STMT(BPF_STX, 0xffffffff),
		BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0),
		BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 77),
		WHEN(BPF_JSET, 1, 255, 255),
	};
	struct sock_fprog missing = { .len = 10, .filter = (void *)8 };

	return !(ADD(outside) && ADD(odd) && !os_filter_add(&missing) &&
		 !os_filter_add((void *)16) && !os_filter_kills(SYS_read) &&
		 !os_filter_kills(-1) && !os_filter_kills(100000));
}

static int strict(void)
{
	return !(os_filter_add(NULL) && !os_filter_kills(SYS_write) &&
		 os_filter_kills(SYS_exit_group));
}

/* Calls of ours are given to it as they are, from the moment on that it is put on. */
static int arguments(void)
{
	struct sock_filter filter[] = {
		LOAD(nr),
		WHEN(BPF_JEQ, SYS_getppid, 3, 0),
		WHEN(BPF_JEQ, SYS_madvise, 0, 3),
		LOAD(args[2]),
		WHEN(BPF_JEQ, 4, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		RETURN(SECCOMP_RET_ALLOW),
	};
	static const long dontneed[6] = { 0, 0, 4 }, populate[6] = { 0, 0, 23 };

	if (!ADD(filter) || os_call(SYS_getppid, 0, 0, 0, 0, 0, 0) <= 0)
		return 1;
	os_filter_begin();
	return !(os_filter_kills(SYS_madvise) && os_filter_stops(SYS_madvise, populate) &&
		 !os_filter_stops(SYS_madvise, dontneed) &&
		 !os_filter_stops(SYS_getpid, populate) &&
		 os_filter_stops(SYS_getppid, dontneed) &&
		 os_call(SYS_getppid, 0, 0, 0, 0, 0, 0) == -ENOSYS &&
		 os_call(SYS_madvise, 0, 0, 4, 0, 0, 0) == 0);
}

static void a_deadly_call_is_not_done(void)
{
	UNIT_EQ(in_child(arguments), 0);
}

static void allow_lists_kill_for_the_rest(void)
{
	UNIT_EQ(in_child(allow_list), 0);
}

static void trees_are_walked(void)
{
	UNIT_EQ(in_child(tree), 0);
}

static void the_sternest_filter_counts(void)
{
	UNIT_EQ(in_child(filters_add_up), 0);
}

static void broken_filters_are_harmless(void)
{
	UNIT_EQ(in_child(broken_ones), 0);
}

static void strict_mode_allows_four(void)
{
	UNIT_EQ(in_child(strict), 0);
}

UNIT_MAIN("filter",
	UNIT_TEST(allow_lists_kill_for_the_rest),
	UNIT_TEST(trees_are_walked),
	UNIT_TEST(the_sternest_filter_counts),
	UNIT_TEST(broken_filters_are_harmless),
	UNIT_TEST(strict_mode_allows_four), UNIT_TEST(a_deadly_call_is_not_done));
