// SPDX-License-Identifier: MIT
/*
 * Shows that a WARN is a finding once for each place and taints; that BUG() tells its
 * place and ends the process, as panic() does; and that dump_stack() is no finding.
 */
#include "tests/unit/heap.h"
#include "tests/unit/log.h"

#include "core/report/report.h"
#include "include/kmemu/printk.h"

static __noinline void warn_here(int n)
{
	kmemu_warn("driver.c", 42, 9, n ? "%d left\n" : NULL, n);
}

HEAP_TEST(a_warning_is_one_finding_for_a_place, "bug=warn report=full log=/dev/null")
{
	UNIT_EQ(kmemu_get_taint(), 0);
	for (volatile int i = 0; i < 3; i++)
		warn_here(7);
	UNIT_EQ(report_count(REPORT_KERNEL_WARNING), 3);
	UNIT_EQ(report_findings(REPORT_KERNEL_WARNING), 1);
	OK(kmemu_get_taint() & 1UL << 9);
	kmemu_dump_stack();
	UNIT_EQ(report_count(REPORT_KERNEL_WARNING), 3);
}

HEAP_TEST(a_warning_has_its_text, LOGGED " bug=warn report=full")
{
	const char *text;

	warn_here(7);
	text = logged();
	logged_end();
	OK(strstr(text, "cut here") && strstr(text, "7 left\n") &&
	   strstr(text, "at driver.c:42 warn_here+0x"));
	OK(strstr(text, "---[ end trace 0000000000000000 ]---"));
}

/* Runs fn in a child and answers its signal. */
static int ends_by(void (*fn)(void), const char **text)
{
	int status = 0;
	pid_t pid;

	pid = fork();
	if (!pid) {
		fn();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	*text = logged_by(pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void bug(void)
{
	kmemu_bug("driver.c", 43);
}

static void panics(void)
{
	kmemu_panic("out of %s", "coffee");
}

HEAP_TEST(bug_and_panic_end_the_process, LOGGED " bug=warn report=full")
{
	const char *text;

	UNIT_EQ(ends_by(bug, &text), SIGABRT);
	OK(strstr(text, "kernel BUG at driver.c:43!"));
	UNIT_EQ(ends_by(panics, &text), SIGABRT);
	OK(strstr(text, "Kernel panic - not syncing: out of coffee\n"));
	OK(strstr(text, "---[ end Kernel panic - not syncing: out of coffee ]---"));
}

HEAP_TEST(a_bug_ends_it_though_nothing_is_looked_at, LOGGED " bug=off")
{
	const char *text;

	UNIT_EQ(ends_by(bug, &text), SIGABRT);
	OK(!strstr(text, "kernel BUG"));
}

UNIT_MAIN("panic", UNIT_TEST(a_warning_is_one_finding_for_a_place),
	  UNIT_TEST(a_warning_has_its_text), UNIT_TEST(bug_and_panic_end_the_process),
	  UNIT_TEST(a_bug_ends_it_though_nothing_is_looked_at));
