/* SPDX-License-Identifier: MIT */
/*
 * report: the words of every kind, and what each policy does: counted, said
 * once for a call site, told to the caller, aborted. Each case runs in a child
 * whose log is a file, since counters and sites are of a process.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/lib/string.h"
#include "core/report/report.h"

static char log_name[96];
static char text[1 << 20];

static int make_log(void)
{
	int fd;

	snprintf(log_name, sizeof(log_name), "%.40s/kmemu-XXXXXX", getenv("TMPDIR") ?: "/tmp");
	fd = mkstemp(log_name);
	close(fd);
	return fd < 0;
}

static int remove_log(void)
{
	return unlink(log_name);
}

/* Runs f with options set; the log goes to `text`. Exit status or 128 + signal. */
static int with_options(const char *options, int (*f)(void))
{
	char log_variable[128], options_variable[256];
	int status, fd;
	ssize_t n;
	pid_t pid;

	snprintf(log_variable, sizeof(log_variable), "KMEMU_LOG=%s", log_name);
	snprintf(options_variable, sizeof(options_variable), "KMEMU_OPTIONS=%s", options);
	fd = open(log_name, O_RDWR | O_TRUNC);
	pid = fork();
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		alarm(30);
		options_init((char *[]){ log_variable, options_variable, NULL });
		_exit(f());
	}
	waitpid(pid, &status, 0);
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int lines(void)
{
	int n = 0;

	for (const char *c = text; *c; c++)
		n += *c == '\n';
	return n;
}

/* --- words --------------------------------------------------------------- */

#define P(n) ((const void *)(n##UL))

#define SAYS(want_, ...) { { __VA_ARGS__ }, want_ }

static const struct {
	struct report r;
	const char *want;
} words[] = {
	SAYS("kfree: double free of kmalloc-64 object 0x0000110000000040",
	     .kind = REPORT_DOUBLE_FREE, .func = "kfree", .addr = P(0x110000000040),
	     .cache = "kmalloc-64", .object = P(0x110000000040), .object_size = 64),
	SAYS("krealloc: 0x0000110000000040 is a freed kmalloc-64 object",
	     .kind = REPORT_DOUBLE_FREE, .func = "krealloc", .addr = P(0x110000000040),
	     .cache = "kmalloc-64", .object = P(0x110000000040), .object_size = 64),
	SAYS("kfree: double free of page block 0x0000110000001000", .kind = REPORT_DOUBLE_FREE,
	     .func = "kfree", .addr = P(0x110000001000), .object = P(0x110000001000),
	     .object_size = 16384, .flags = REPORT_IN_LARGE),
	SAYS("krealloc: 0x00002c0000000000 is a freed vmalloc area", .kind = REPORT_DOUBLE_FREE,
	     .func = "krealloc", .addr = P(0x2c0000000000), .flags = REPORT_IN_VMALLOC),
	SAYS("vfree: 0x0000110000000040 is an object of kmalloc-64, not for vfree",
	     .kind = REPORT_INVALID_FREE, .func = "vfree", .addr = P(0x110000000040),
	     .cache = "kmalloc-64", .object = P(0x110000000040), .object_size = 64),
	SAYS("kfree: 0x00002c0000000000 is a vmalloc area of 200704 bytes, not for kfree",
	     .kind = REPORT_INVALID_FREE, .func = "kfree", .addr = P(0x2c0000000000),
	     .object = P(0x2c0000000000), .object_size = 200704, .flags = REPORT_IN_VMALLOC),
	SAYS("kfree: 0x0000110000000048 is inside kmalloc-64 object 0x0000110000000040",
	     .kind = REPORT_INVALID_FREE, .func = "kfree", .addr = P(0x110000000048),
	     .cache = "kmalloc-64", .object = P(0x110000000040), .object_size = 64),
	SAYS("krealloc: 0x00002c0000000010 is inside vmalloc area 0x00002c0000000000 of 200704 "
	     "bytes",
	     .kind = REPORT_INVALID_FREE, .func = "krealloc", .addr = P(0x2c0000000010),
	     .object = P(0x2c0000000000), .object_size = 200704, .flags = REPORT_IN_VMALLOC),
	SAYS("kfree: 0x0000110000001010 is inside page block 0x0000110000001000 of 16384 bytes",
	     .kind = REPORT_INVALID_FREE, .func = "kfree", .addr = P(0x110000001010),
	     .object = P(0x110000001000), .object_size = 16384, .flags = REPORT_IN_LARGE),
	SAYS("kfree: 0x0000110000001ff0 is inside a slab of kmalloc-96, in no object",
	     .kind = REPORT_INVALID_FREE, .func = "kfree", .addr = P(0x110000001ff0),
	     .cache = "kmalloc-96"),
	SAYS("kfree: 0x0000110000002000 is in free memory", .kind = REPORT_FREE_FREED_AREA,
	     .func = "kfree", .addr = P(0x110000002000)),
	SAYS("kfree: 0x00007fff00001000 is not heap memory", .kind = REPORT_FOREIGN_FREE,
	     .addr = P(0x7fff00001000)),
	SAYS("kmem_cache_free: 0x0000110000000040 is of cache kmalloc-64, not of inodes",
	     .kind = REPORT_WRONG_CACHE, .addr = P(0x110000000040), .cache = "kmalloc-64",
	     .wrong_cache = "inodes"),
	SAYS("kmalloc: 200000 bytes are above the cap of 131072; served by vmalloc",
	     .kind = REPORT_LARGE, .func = "kmalloc", .size = 200000),
	SAYS("alloc_pages: page allocation failure: order:3, mode:0x40dc0(GFP_KERNEL|__GFP_COMP|"
	     "__GFP_ZERO)",
	     .kind = REPORT_PAGE_ALLOC_FAILURE, .gfp = 0x40dc0, .order = 3),
	SAYS("vmalloc error: size 8192, failed to allocate pages, mode:0xcc0(GFP_KERNEL)",
	     .kind = REPORT_PAGE_ALLOC_FAILURE, .func = "vmalloc", .size = 8192, .gfp = 0xcc0),
};

static int words_are_right(void)
{
	int bad = 0;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		char is[256];
		int n = report_text(&words[i].r, is, sizeof(is));

		bad += strcmp(is, words[i].want) || n != (int)strlen(is);
		report_submit(&words[i].r);
	}
	return bad;
}

static void words_of_each_kind(void)
{
	char want[4096] = "";

	UNIT_EQ(with_options("large=warn page_alloc=warn report.dedup=0", words_are_right), 0);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		strcat(want, words[i].want);
		strcat(want, "\n");
	}
	CU_ASSERT_STRING_EQUAL(text, want);
}

static void rows_are_complete(void)
{
	for (int k = 0; k < NR_REPORT_KINDS; k++) {
		CU_ASSERT(report_kinds[k].slug && strlen(report_kinds[k].slug) > 3);
		CU_ASSERT(strlen(report_kind_help[k]) > 5);
		CU_ASSERT(report_kinds[k].check < NR_REPORT_CHECKS);
		for (int other = 0; other < k; other++)
			CU_ASSERT(strcmp(report_kinds[k].slug, report_kinds[other].slug));
	}
	for (int c = 0; c < NR_REPORT_CHECKS; c++)
		CU_ASSERT(report_checks[c].name && report_checks[c].policy);
}

/* --- policies ------------------------------------------------------------ */

static __attribute__((noinline)) enum kmemu_policy submit(enum report_kind kind,
							  unsigned long caller)
{
	return report_submit(&(struct report){ .kind = kind,
					       .addr = P(0x1000),
					       .size = 200000,
					       .caller = (const void *)caller });
}

/* Three at one site, one at another; the policy is the exit status. */
static int four_at_two_sites(void)
{
	enum kmemu_policy p = POLICY_OFF;

	for (int i = 0; i < 4; i++)
		p = submit(REPORT_FOREIGN_FREE, i == 3 ? 0x5000 : 0x4000);
	if (report_count(REPORT_FOREIGN_FREE) != (p == POLICY_OFF ? 0 : 4))
		return 100;
	if (report_findings(REPORT_FOREIGN_FREE) != (p > POLICY_COUNT ? 2 : 0))
		return 101;
	if (report_findings_total() != report_findings(REPORT_FOREIGN_FREE))
		return 102;
	return (int)p;
}

static void each_policy(void)
{
	UNIT_EQ(with_options("invalid_free=off report.dedup=1", four_at_two_sites), POLICY_OFF);
	UNIT_EQ(lines(), 0);
	UNIT_EQ(with_options("invalid_free=count report.dedup=1", four_at_two_sites), POLICY_COUNT);
	UNIT_EQ(lines(), 0);
	UNIT_EQ(with_options("invalid_free=warn report.dedup=1", four_at_two_sites), POLICY_WARN);
	UNIT_EQ(lines(), 2);
	UNIT_EQ(with_options("invalid_free=fail report.dedup=1", four_at_two_sites), POLICY_FAIL);
	UNIT_EQ(lines(), 2);
	UNIT_EQ(with_options("invalid_free=panic report.dedup=1", four_at_two_sites),
		128 + SIGABRT);
	UNIT_EQ(lines(), 1);
}

static int two_kinds_at_one_site(void)
{
	submit(REPORT_FOREIGN_FREE, 0x4000);
	submit(REPORT_FREE_FREED_AREA, 0x4000);
	submit(REPORT_LARGE, 0x4000); /* counted by default */
	return (int)report_findings_total();
}

static void kinds_are_apart(void)
{
	UNIT_EQ(with_options("", two_kinds_at_one_site), 2);
	UNIT_EQ(lines(), 2);
}

static int unknown_sites(void)
{
	for (int i = 0; i < 5; i++)
		submit(REPORT_FOREIGN_FREE, 0);
	return (int)report_findings_total();
}

static void a_site_that_is_not_told_is_on_the_stack(void)
{
	UNIT_EQ(with_options("report.dedup=1", unknown_sites), 1);
	UNIT_EQ(lines(), 1);
	UNIT_EQ(with_options("report.dedup=0", unknown_sites), 5);
	UNIT_EQ(lines(), 5);
}

static void submit_sites(unsigned long n)
{
	for (unsigned long site = 1; site <= n; site++)
		submit(REPORT_FOREIGN_FREE, site * 16);
}

static int many_sites(void)
{
	submit_sites(3000);
	submit_sites(3000);
	return report_findings_total() != 3000;
}

/* More sites than the table holds: a repeat may be said, none is left out. */
static int all_sites(void)
{
	submit_sites(40000);
	submit_sites(40000);
	return report_findings_total() < 40000;
}

static void full_table_is_not_silent(void)
{
	UNIT_EQ(with_options("", many_sites), 0);
	UNIT_EQ(lines(), 3000);
	UNIT_EQ(with_options("report.limit=5", all_sites), 0);
	UNIT_EQ(lines(), 5);
}

static void *submit_all(void *unused)
{
	for (unsigned long site = 1; site <= 300; site++)
		submit(REPORT_FOREIGN_FREE, site * 16);
	return unused;
}

static int two_threads(void)
{
	pthread_t t;

	pthread_create(&t, NULL, submit_all, NULL);
	submit_all(NULL);
	pthread_join(t, NULL);
	return report_findings_total() != 300 || report_count(REPORT_FOREIGN_FREE) != 600;
}

static void threads_find_once(void)
{
	/* Their stacks differ, the call sites do not. */
	UNIT_EQ(with_options("report.dedup=1", two_threads), 0);
	UNIT_EQ(lines(), 300);
}

static int counted_only(void)
{
	report_submit(&(struct report){ .kind = REPORT_FOREIGN_ALLOCATOR, .func = "mallocx" });
	report_submit(&(struct report){ .kind = REPORT_FOREIGN_ALLOCATOR, .func = "sdallocx" });
	submit(REPORT_PAGE_ALLOC_FAILURE, 1);
	if (strcmp(report_first_func(REPORT_FOREIGN_ALLOCATOR), "mallocx"))
		return 1;
	if (report_first_func(REPORT_LARGE))
		return 2;
	if (report_count(REPORT_FOREIGN_ALLOCATOR) != 2 ||
	    report_count(REPORT_PAGE_ALLOC_FAILURE) != 1)
		return 3;
	return (int)report_findings_total();
}

static void notices_are_counted(void)
{
	UNIT_EQ(with_options("", counted_only), 0);
	UNIT_EQ(lines(), 0);
}

static int large_twice(void)
{
	submit(REPORT_LARGE, 0x4000);
	submit(REPORT_LARGE, 0x4000);
	return (int)submit(REPORT_LARGE, 0x4000);
}

static void large_says_what_happens(void)
{
	UNIT_EQ(with_options("large=warn kmalloc_max=64K report.dedup=1", large_twice),
		POLICY_WARN);
	CU_ASSERT_STRING_EQUAL(text, "kmalloc: 200000 bytes are above the cap of 65536; "
				     "served by vmalloc\n");
	UNIT_EQ(with_options("large=fail report.dedup=1", large_twice), POLICY_FAIL);
	CU_ASSERT_STRING_EQUAL(text,
			       "kmalloc: 200000 bytes are above the cap of 131072; refused\n");
}

static int out_of_memory(void)
{
	report_oom_kill(&(struct report){ .gfp = 0xcc0, .order = 3 }, 65536);
	return 0;
}

static void oom_killer(void)
{
	char first[96], second[96];

	UNIT_EQ(with_options("oom=kill", out_of_memory), 128 + SIGKILL);
	UNIT_EQ(lines(), 2);
	sscanf(text, "%95[^\n]\n%95[^\n]", first, second);
	CU_ASSERT(str_has_prefix(first, "test_report invoked oom-killer: gfp_mask=0xcc0, order=3, "
					"oom_score_adj="));
	CU_ASSERT(!strncmp(second, "Out of memory: Killed process ", 30));
	CU_ASSERT_PTR_NOT_NULL(strstr(second, " (test_report) total-vm:65536kB, "
					      "anon-rss:65536kB"));
}

static int errno_kept(void)
{
	errno = 77;
	submit(REPORT_FOREIGN_FREE, 0);
	return errno;
}

static void errno_is_kept(void)
{
	UNIT_EQ(with_options("", errno_kept), 77);
}

UNIT_MAIN_INIT("report", make_log, remove_log,
	       UNIT_TEST(words_of_each_kind),
	       UNIT_TEST(rows_are_complete),
	       UNIT_TEST(each_policy),
	       UNIT_TEST(kinds_are_apart),
	       UNIT_TEST(a_site_that_is_not_told_is_on_the_stack),
	       UNIT_TEST(full_table_is_not_silent),
	       UNIT_TEST(threads_find_once),
	       UNIT_TEST(notices_are_counted),
	       UNIT_TEST(large_says_what_happens),
	       UNIT_TEST(oom_killer),
	       UNIT_TEST(errno_is_kept));
