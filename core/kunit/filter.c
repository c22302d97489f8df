/*
 * filter.c - which suites and cases are run (kernel: kunit_filter_suites() of
 * lib/kunit/executor.c, lib/glob.c): "suite" or "suite.case", with * and ?.
 */
#include "core/kunit/kunit.h"

/* pattern ends at '\0' or at its length. */
static bool glob(const char *pattern, size_t n, const char *text)
{
	size_t p = 0, star = n + 1;
	const char *back = NULL;

	for (;;) {
		if (p < n && pattern[p] == '*') {
			star = p++;
			back = text;
		} else if (p == n && !*text) {
			return true;
		} else if (p < n && *text && (pattern[p] == '?' || pattern[p] == *text)) {
			p++;
			text++;
		} else if (back && *back) {
			p = star + 1;
			text = ++back;
		} else {
			return false;
		}
	}
}

static size_t suite_part(const char *filter)
{
	size_t n = 0;

	while (filter[n] && filter[n] != '.')
		n++;
	return n;
}

bool kunit_suite_wanted(const char *filter, const struct kunit_suite *suite)
{
	return !filter || glob(filter, suite_part(filter), suite->name);
}

bool kunit_case_wanted(const char *filter, const struct kunit_case *test_case)
{
	const char *dot;
	size_t n = 0;

	if (!filter)
		return true;
	dot = filter + suite_part(filter);
	if (!*dot)
		return true;
	while (dot[1 + n])
		n++;
	return glob(dot + 1, n, test_case->name);
}
