// SPDX-License-Identifier: MIT
/*
 * Shows how cases end: passed, failed by an expectation and gone on, by an assertion
 * and not, by BUG(), skipped; what a failed init means; that what a case acquired is
 * given back newest first, whichever way it ended; and what a filter takes.
 */
#include "tests/unit/heap.h"

#include <fcntl.h>

#include "core/kunit/kunit.h"
#include "core/report/report.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/printk.h"

static char calls[256];

static void called(const char *what)
{
	strcat(strcat(calls, what), " ");
}

static void action(void *arg)
{
	called(arg);
}

static void fail(struct kunit *test, bool assertion)
{
	const struct kmemu_kunit_check check = { .kind = KMEMU_KUNIT_INT,
						 .assertion = assertion,
						 .file = "file.c",
						 .line = 7,
						 .left_text = "one",
						 .op = "==",
						 .right_text = "two",
						 .left = 1,
						 .right = 2 };

	kmemu_kunit_failed(test, &check, "because %d", 3);
	if (assertion)
		kmemu_kunit_try_catch_throw(&test->try_catch);
}

static void passes(struct kunit *test)
{
	OK(kmemu_kunit_current_test() == test);
	UNIT_EQ(kmemu_kunit_add_action(test, action, "first"), 0);
	UNIT_EQ(kmemu_kunit_add_action(test, action, "second"), 0);
	UNIT_EQ(kmemu_kunit_add_action(test, action, "never"), 0);
	kmemu_kunit_remove_action(test, action, "never");
	kmemu_kunit_add_action(test, action, "now");
	kmemu_kunit_release_action(test, action, "now");
}

static void expects(struct kunit *test)
{
	fail(test, false);
	called("on");
}

static void asserts(struct kunit *test)
{
	kmemu_kunit_add_action(test, action, "after");
	fail(test, true);
	called("on");
}

static void bug(struct kunit *test)
{
	kmemu_kunit_add_action(test, action, "after");
	kmemu_bug("file.c", 8);
}

static void skips(struct kunit *test)
{
	test->status = KUNIT_SKIPPED;
	snprintf(test->status_comment, sizeof(test->status_comment), "not today");
	kmemu_kunit_try_catch_throw(&test->try_catch);
}

static struct kunit_case good[] = { { .run_case = passes, .name = "passes" },
				    { .run_case = skips, .name = "skips" },
				    { .name = NULL } };
static struct kunit_case bad[] = { { .run_case = expects, .name = "expects" },
				   { .run_case = asserts, .name = "asserts" },
				   { .run_case = bug, .name = "bug" },
				   { .name = NULL } };

static int init_fails(struct kunit *test)
{
	(void)test;
	return -22;
}

static int suite_init_fails(struct kunit_suite *suite)
{
	(void)suite;
	return -12;
}

static void exits(struct kunit *test)
{
	(void)test;
	called("exit");
}

static void suite_exits(struct kunit_suite *suite)
{
	(void)suite;
	called("end");
}

/* How many suites failed; what went to standard output is in *out. */
static int run(struct kunit_suite *suite, const char *filter, const char **out)
{
	static char text[1 << 14];
	char path[] = "/tmp/kmemu-unit-kunit-XXXXXX";
	int file = mkstemp(path), saved = dup(1), failed;
	ssize_t n;

	unlink(path);
	fflush(stdout);
	dup2(file, 1);
	calls[0] = '\0';
	failed = kmemu_kunit_run_suites(&suite, 1, filter, false);
	fflush(stdout);
	dup2(saved, 1);
	close(saved);
	n = pread(file, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	close(file);
	*out = text;
	return failed;
}

HEAP_TEST(well, "log=/dev/null")
{
	struct kunit_suite suite = { .name = "good", .exit = exits, .suite_exit = suite_exits,
				     .test_cases = good };
	const char *out;

	UNIT_EQ(run(&suite, NULL, &out), 0);
	OK(!strcmp(calls, "now exit second first exit end "));
	OK(strstr(out, "\n    ok 1 passes\n"));
	OK(strstr(out, "\n    ok 2 skips # SKIP not today\n"));
	OK(strstr(out, "# good: pass:1 fail:0 skip:1 total:2\n") && strstr(out, "\nok 1 good\n"));
	UNIT_EQ(run(&suite, "good.skips", &out), 0);
	OK(strstr(out, "    1..1\n") && !strstr(out, "passes"));
	OK(kmemu_kunit_current_test() == NULL);
}

HEAP_TEST(ill, "log=/dev/null")
{
	struct kunit_suite suite = { .name = "bad", .exit = exits, .test_cases = bad };
	const char *out;

	UNIT_EQ(run(&suite, NULL, &out), 1);
	OK(!strcmp(calls, "on exit exit after exit after "));
	OK(strstr(out, "EXPECTATION FAILED at file.c:7\n") && strstr(out, "because 3"));
	OK(strstr(out, "ASSERTION FAILED at file.c:7\n"));
	OK(strstr(out, "    not ok 1 expects\n") && strstr(out, "    not ok 2 asserts\n") &&
	   strstr(out, "    not ok 3 bug\n") && strstr(out, "\nnot ok 1 bad\n"));
}

HEAP_TEST(beginnings_that_fail, "log=/dev/null")
{
	struct kunit_suite suite = { .name = "s", .init = init_fails, .test_cases = good };
	const char *out;

	UNIT_EQ(run(&suite, NULL, &out), 1);
	UNIT_EQ(calls[0], 0);
	OK(strstr(out, "    not ok 1 passes\n"));
	suite.init = NULL;
	suite.suite_init = suite_init_fails;
	UNIT_EQ(run(&suite, NULL, &out), 1);
	OK(strstr(out, "# failed to initialize (-12)") && strstr(out, "not ok 1 s\n"));
	UNIT_EQ(calls[0], 0);
}

HEAP_TEST(filters, "")
{
	struct kunit_suite suite = { .name = "list_sort" };
	struct kunit_case one = { .name = "stable" };
	static const struct {
		const char *filter;
		bool suite, both;
	} want[] = {
		{ NULL, 1, 1 },		 { "list_sort", 1, 1 },	    { "list*", 1, 1 },
		{ "list", 0, 0 },	 { "?ist_sor?", 1, 1 },	    { "*sort*.st*", 1, 1 },
		{ "list_sort.x*", 1, 0 }, { "*.stable", 1, 1 },	    { "", 0, 0 },
		{ "*t_*s*rt", 1, 1 },	 { "list_sort.", 1, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		UNIT_EQ(kunit_suite_wanted(want[i].filter, &suite), want[i].suite);
		UNIT_EQ(kunit_suite_wanted(want[i].filter, &suite) &&
				kunit_case_wanted(want[i].filter, &one), want[i].both);
	}
}

static void *memory;

static void acquires(struct kunit *test)
{
	memory = kmemu_kunit_kmalloc_array(test, 4, 100, 0xcc0);
	OK(memory != NULL);
	kmemu_kunit_kfree(test, kmemu_kunit_kmalloc_array(test, 1, 8, 0xcc0));
	OK(!kmemu_kunit_kmalloc_array(test, ~0UL / 2, 100, 0xcc0));
}
static struct kunit_case memories[] = { { .run_case = acquires, .name = "a" }, { .name = NULL } };

HEAP_TEST(memory_goes_with_the_case, "log=/dev/null invalid_free=count")
{
	struct kunit_suite suite = { .name = "m", .test_cases = memories };
	const char *out;

	UNIT_EQ(run(&suite, NULL, &out), 0);
	kmemu_kfree(memory);
	UNIT_EQ(report_count(REPORT_DOUBLE_FREE), 1); /* it was free */
}

UNIT_MAIN("kunit", UNIT_TEST(well), UNIT_TEST(ill), UNIT_TEST(beginnings_that_fail),
	  UNIT_TEST(filters), UNIT_TEST(memory_goes_with_the_case));
