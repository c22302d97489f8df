/* SPDX-License-Identifier: MIT */
/*
 * run: the words at the end of a checked run, whole; what outweighs what in
 * the verdict. The events are in tests/preload/run_*.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "core/report/run.h"

static char text[4096];

static void put(const char *line)
{
	CU_ASSERT(!strchr(line, '\n'));
	strcat(text, line);
	strcat(text, "\n");
}

static const char *told(const struct run_totals *t)
{
	text[0] = '\0';
	run_print_end(t, put);
	return text;
}

static void clean_says_what_was_looked_at(void)
{
	struct run_totals t = { .judged = { .allocations = 10, .frees = 9 }, .processes = 1 };

	CU_ASSERT_STRING_EQUAL(told(&t),
			       "kmemu: coverage: allocations: 10; frees: 9; large blocks: 0; "
			       "contexts: off; buffers: off; processes: 1 checked, 0 unchecked\n"
			       "kmemu: verdict: clean\n");
}

static void kinds_with_reports_are_listed(void)
{
	struct run_totals t = { .processes = 12, .contexts = true };

	t.judged = (struct run_counters){ .allocations = 1UL << 40, .large = 7, .handlers = 3,
					  .sections = 1 };

	t.kind_findings[REPORT_DOUBLE_FREE] = 2;
	t.kind_reports[REPORT_DOUBLE_FREE] = 5;
	t.kind_findings[REPORT_FOREIGN_FREE] = 1;
	t.kind_reports[REPORT_LARGE] = 7;
	t.findings = 3;
	CU_ASSERT_STRING_EQUAL(told(&t),
			       "kmemu: double-free: 2 findings, seen 5 times\n"
			       "kmemu: foreign-free: 1 finding, seen 1 time\n"
			       "kmemu: large: no finding, counted 7 times\n"
			       "kmemu: coverage: allocations: 1099511627776; frees: 0; "
			       "large blocks: 7; handlers: 3; atomic sections: 1; "
			       "buffers: off; processes: 12 checked, 0 unchecked\n"
			       "kmemu: verdict: findings=3\n");
}

static void no_direct_call_is_said(void)
{
	struct run_totals t = { .judged = { .copies = 7 }, .buffers = true };

	CU_ASSERT_PTR_NOT_NULL(strstr(told(&t), "; buffers: no O_DIRECT call, 7 copied; proc"));
	t.uncounted = 1;
	CU_ASSERT_PTR_NOT_NULL(strstr(
		told(&t), "; buffers: no O_DIRECT call by those that ended by exit, 7 copied"));
	t.judged.direct = 3;
	t.judged.registered = 2;
	CU_ASSERT_PTR_NOT_NULL(strstr(
		told(&t), "; buffers: 3 O_DIRECT, 0 asynchronous, 2 registered, 7 copied; proc"));
	t.judged.others = 1;
	CU_ASSERT_PTR_NOT_NULL(strstr(told(&t), "2 registered, 1 other, 7 copied; proc"));
	t.judged.foreign = 4;
	CU_ASSERT_PTR_NOT_NULL(
		strstr(told(&t), "2 registered, 1 other, 4 not of the heap, 7 copied; proc"));
}

static void what_was_not_looked_at_is_not_clean(void)
{
	struct run_totals t = { .processes = 12, .unchecked = 1, .unchecked_reason = "static" };

	told(&t);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "processes: 12 checked, 1 unchecked\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nkmemu: verdict: unchecked: static\n"));
}

static void findings_outweigh_what_was_not_looked_at(void)
{
	struct run_totals t = { .unchecked = 1, .unchecked_reason = "static", .findings = 1 };

	told(&t);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nkmemu: verdict: findings=1\n"));
	CU_ASSERT_PTR_NULL(strstr(text, "clean"));
}

UNIT_MAIN("run",
	UNIT_TEST(clean_says_what_was_looked_at),
	UNIT_TEST(kinds_with_reports_are_listed),
	UNIT_TEST(no_direct_call_is_said),
	UNIT_TEST(what_was_not_looked_at_is_not_clean),
	UNIT_TEST(findings_outweigh_what_was_not_looked_at));
