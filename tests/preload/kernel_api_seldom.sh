#!/bin/sh
# Names that few files use: by gcc and clang, with contexts checked and nothing left over.
. "$SRCDIR/lib.sh"
said() {
	expect 0 env KMEMU_CONTEXT=warn KMEMU_CONTEXT_LOCKORDER=warn KMEMU_LEAK=count "$@"
	lines 0 "$TMP/err" 'BUG|WARNING|not said'
	lines 1 "$TMP/err" '\] its level$'
	lines 1 "$TMP/err" '\] CPU: [0-9]+ UID: [0-9]+ PID: [0-9]+ Comm: .* #1$'
	lines 1 "$TMP/err" '\] Hardware name: a board of 2$'
	lines 1 "$TMP/err" '\] Workqueue: events says$'
	lines 1 "$TMP/err" '\] %s\|$'
}
said "$TESTDIR/kernel_api_seldom"
said "$TESTDIR/kernel_api_seldom" one two=3 four
each_compiler tests/preload/kernel_api_seldom.c said

# Suites that a program runs itself, and a test that no suite has.
cat >"$TMP/suites.c" <<'C'
#include <kunit/test.h>

static void holds(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, kunit_enabled());
}

static void aborts(struct kunit *test)
{
	test->status = KUNIT_FAILURE;
	__kunit_abort(test);
}

static struct kunit_case cases[] = { KUNIT_CASE(holds), KUNIT_CASE(aborts), {} };
static struct kunit_suite first = { .name = "first", .test_cases = cases };
static struct kunit_case good[] = { KUNIT_CASE(holds), {} };
static struct kunit_suite second = { .name = "second", .test_cases = good };

int main(void)
{
	struct kunit_suite *suites[] = { &first, &second };
	struct kunit test;

	if (kunit_suite_num_test_cases(&first) != 2)
		return 2;
	if (kunit_test_case_num(&first, &cases[1]) != 2 || kunit_test_case_num(&first, good))
		return 3;
	kunit_init_test(&test, "alone", NULL);
	if (!kunit_kzalloc(&test, 8, GFP_KERNEL) || test.status != KUNIT_SUCCESS)
		return 4;
	kunit_cleanup(&test);
	if (__kunit_test_suites_init(suites, 2, false) || __kunit_test_suites_init(suites, 2, true))
		return 5;
	__kunit_test_suites_exit(suites, 2);
	return 0;
}
C
for cc in gcc clang; do
	command -v $cc >/dev/null || continue
	$cc -Wall -Wextra -Werror -I"$SRCDIR/../../include" -o "$TMP/suites" "$TMP/suites.c" \
		"$BUILDDIR/libkmemu.a" -pthread || fail "suites does not compile by $cc"
	expect 0 env KMEMU_LEAK=count "$TMP/suites"
	lines 0 "$TMP/err" .
	lines 2 "$TMP/out" '^    ok 1 holds$'
	lines 1 "$TMP/out" '^    not ok 2 aborts$'
	lines 1 "$TMP/out" '^not ok 1 first$'
	lines 1 "$TMP/out" '^ok 2 second$'
	lines 0 "$TMP/out" '^KTAP'
done
done_ok
