/*
 * test.c - suites and cases, and their results as KTAP (kernel: lib/kunit/test.c,
 * attributes.c, executor.c).
 *
 *	KTAP version 1
 *	1..1
 *	    KTAP version 1
 *	    # Subtest: suite
 *	    # module: module
 *	    1..2
 *	    ok 1 first
 *	    not ok 2 second
 *	# suite: pass:1 fail:1 skip:0 total:2
 *	# Totals: pass:1 fail:1 skip:0 total:2
 *	not ok 1 suite
 *
 * The lines are those of a kernel that loads the module, without dmesg's time
 * stamps, on standard output; the kernel's log is elsewhere (option log=). A case
 * runs, then its suite's exit function and what is to be given back, each in a
 * thread (try_catch.c), so that an assertion that fails in init leaves nothing
 * behind.
 *
 * Different from the kernel: cases that a filter leaves out are not in the plan (the
 * same there), no debugfs, no hooks of a boot.
 *
 * Locks: none; suites run one after the other.
 */
#include <errno.h>

#include "core/kernel/oops.h"
#include "core/kunit/kunit.h"
#include "core/lib/vsprintf.h"
#include "core/os/os.h"

#define INDENT	"    "
#define SLOW_NS 2000000000UL /* twice what makes a case slow */

int kunit_stats_enabled = 1;

struct stats {
	unsigned long passed, skipped, failed, total;
};

struct context {
	struct kunit *test;
	struct kunit_suite *suite;
	struct kunit_case *test_case;
};

#define for_each_case(c, suite) \
	for (struct kunit_case *c = (suite)->test_cases; c && c->run_case; c++)

/* --- results ------------------------------------------------------------- */

static void count(struct stats *s, enum kunit_status status)
{
	s->passed += status == KUNIT_SUCCESS;
	s->skipped += status == KUNIT_SKIPPED;
	s->failed += status == KUNIT_FAILURE;
	s->total++;
}

static void accumulate(struct stats *to, const struct stats *s)
{
	to->passed += s->passed;
	to->skipped += s->skipped;
	to->failed += s->failed;
	to->total += s->total;
}

static void print_stats(const char *indent, const char *name, const struct stats *s)
{
	if (kunit_stats_enabled == 0 || (kunit_stats_enabled == 1 && s->total <= 1))
		return;
	kunit_print("%s# %s: pass:%lu fail:%lu skip:%lu total:%lu\n", indent, name, s->passed,
		    s->failed, s->skipped, s->total);
}

static void print_result(int level, enum kunit_status status, size_t nr, const char *name,
			 const char *why)
{
	kunit_print("%*s%s %zu %s%s%s\n", level * 4, "", status == KUNIT_FAILURE ? "not ok" : "ok",
		    nr, name, status == KUNIT_SKIPPED ? " # SKIP " : "",
		    status == KUNIT_SKIPPED ? why : "");
}

static const char *speed_name(enum kunit_speed speed)
{
	return speed == KUNIT_SPEED_SLOW      ? "slow" :
	       speed == KUNIT_SPEED_VERY_SLOW ? "very_slow" :
						NULL;
}

KMEMU_EXPORT enum kunit_status kmemu_kunit_suite_has_succeeded(struct kunit_suite *suite)
{
	enum kunit_status status = KUNIT_SKIPPED;

	if (suite->suite_init_err)
		return KUNIT_FAILURE;
	for_each_case(c, suite)
	{
		if (c->status == KUNIT_FAILURE)
			return KUNIT_FAILURE;
		if (c->status == KUNIT_SUCCESS)
			status = KUNIT_SUCCESS;
	}
	return status;
}

/* --- a case -------------------------------------------------------------- */

static void check_speed(const struct context *ctx, u64 ns)
{
	if (ns < SLOW_NS || speed_name(ctx->test_case->attr.speed))
		return;
	kmemu_kunit_log(ctx->test->name, "Test should be marked slow (runtime: %lu.%09lus)",
			ns / 1000000000, ns % 1000000000);
}

static void try_run(void *data)
{
	struct context *ctx = data;
	u64 start_ns;
	int err = ctx->suite->init ? ctx->suite->init(ctx->test) : 0;

	if (err) {
		kmemu_kunit_log(ctx->test->name, "failed to initialize: %d", err);
		WRITE_ONCE(ctx->test->status, KUNIT_FAILURE);
		return;
	}
	start_ns = os_monotonic_ns();
	ctx->test_case->run_case(ctx->test);
	check_speed(ctx, os_monotonic_ns() - start_ns);
}

static void catch_run(void *data)
{
	struct kunit *test = ((struct context *)data)->test;
	int err = test->try_catch.try_result;

	if (!err)
		return;
	WRITE_ONCE(test->status, KUNIT_FAILURE);
	if (err == -ETIMEDOUT)
		kmemu_kunit_log(test->name, "test case timed out");
	else
		kmemu_kunit_log(test->name, "internal error occurred preventing test case from "
					    "running: %d",
				err);
}

static void try_cleanup(void *data)
{
	struct context *ctx = data;

	if (ctx->suite->exit)
		ctx->suite->exit(ctx->test);
	kmemu_kunit_cleanup(ctx->test);
}

static void catch_cleanup(void *data)
{
	struct kunit *test = ((struct context *)data)->test;
	int err = test->try_catch.try_result;

	WRITE_ONCE(test->status, KUNIT_FAILURE);
	if (err == -ETIMEDOUT)
		kmemu_kunit_log(test->name, "test case cleanup timed out");
	else if (err)
		kmemu_kunit_log(test->name, "internal error occurred during test case cleanup: %d",
				err);
	else
		kmemu_kunit_log(test->name, "test aborted during cleanup. continuing without "
					    "cleaning up");
}

/* In the case of many parameters, one failure is the case's. */
static void run_case(struct kunit_suite *suite, struct kunit_case *c, struct kunit *test)
{
	struct context ctx = { test, suite, c };

	kunit_try_catch_init(&test->try_catch, test, try_run, catch_run);
	kmemu_kunit_try_catch_run(&test->try_catch, &ctx);
	kunit_try_catch_init(&test->try_catch, test, try_cleanup, catch_cleanup);
	kmemu_kunit_try_catch_run(&test->try_catch, &ctx);

	if (test->status == KUNIT_FAILURE)
		c->status = KUNIT_FAILURE;
	else if (c->status != KUNIT_FAILURE && test->status == KUNIT_SUCCESS)
		c->status = KUNIT_SUCCESS;
}

static void next_param(struct kunit *test, struct kunit_case *c, char *desc)
{
	desc[0] = '\0';
	test->param_value = c->generate_params(test->param_value, desc);
	test->param_index++;
	test->status = KUNIT_SUCCESS;
	test->status_comment[0] = '\0';
	test->priv = NULL;
}

static void run_params(struct kunit_suite *suite, struct kunit_case *c, struct kunit *test,
		       struct stats *stats)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";

	kunit_print(INDENT INDENT "KTAP version 1\n" INDENT INDENT "# Subtest: %s\n", c->name);
	test->param_value = c->generate_params(NULL, desc);
	while (test->param_value) {
		run_case(suite, c, test);
		if (!desc[0])
			kmemu_scnprintf(desc, sizeof(desc), "param-%d", test->param_index);
		print_result(2, test->status, (size_t)test->param_index + 1, desc,
			     test->status_comment);
		count(stats, test->status);
		next_param(test, c, desc);
	}
}

static struct stats run_one(struct kunit_suite *suite, struct kunit_case *c, size_t nr)
{
	struct kunit test = { .param_value = NULL };
	struct stats stats = { 0 };
	const char *speed = speed_name(c->attr.speed);

	kmemu_kunit_init_test(&test, c->name);
	c->status = KUNIT_SKIPPED;
	if (c->generate_params) {
		run_params(suite, c, &test, &stats);
	} else {
		run_case(suite, c, &test);
		count(&stats, test.status);
	}
	if (speed)
		kunit_print(INDENT "# %s.speed: %s\n", c->name, speed);
	print_stats(INDENT, c->name, &stats);
	print_result(1, c->status, nr, c->name, test.status_comment);
	return stats;
}

/* --- a suite ------------------------------------------------------------- */

static void print_suite_start(const struct kunit_suite *suite, size_t n)
{
	const char *speed = speed_name(suite->attr.speed);

	kunit_print(INDENT "KTAP version 1\n" INDENT "# Subtest: %s\n", suite->name);
	if (speed)
		kunit_print(INDENT "# speed: %s\n", speed);
	if (suite->test_cases && suite->test_cases[0].module_name)
		kunit_print(INDENT "# module: %s\n", suite->test_cases[0].module_name);
	kunit_print(INDENT "1..%zu\n", n);
}

static void run_cases(struct kunit_suite *suite, const char *filter)
{
	struct stats suite_stats = { 0 }, total = { 0 };
	size_t n = 0;

	for_each_case(c, suite)
		n += kunit_case_wanted(filter, c);
	print_suite_start(suite, n);
	n = 0;
	for_each_case(c, suite)
	{
		struct stats stats;

		c->status = KUNIT_SKIPPED;
		if (!kunit_case_wanted(filter, c))
			continue;
		stats = run_one(suite, c, ++n);
		count(&suite_stats, c->status);
		accumulate(&total, &stats);
	}
	if (suite->suite_exit)
		suite->suite_exit(suite);
	print_stats("", suite->name, &suite_stats);
	print_stats("", "Totals", &total);
}

static enum kunit_status run_suite(struct kunit_suite *suite, size_t nr, const char *filter)
{
	enum kunit_status status;

	suite->status_comment[0] = '\0';
	suite->suite_init_err = suite->suite_init ? suite->suite_init(suite) : 0;
	if (suite->suite_init_err)
		kmemu_kunit_log(suite->name, INDENT "# failed to initialize (%d)",
				suite->suite_init_err);
	else
		run_cases(suite, filter);
	status = kmemu_kunit_suite_has_succeeded(suite);
	print_result(0, status, nr, suite->name, suite->status_comment);
	return status;
}

static void list_suite(const struct kunit_suite *suite, const char *filter)
{
	kunit_print("%s\n", suite->name);
	for_each_case(c, suite)
	{
		if (kunit_case_wanted(filter, c))
			kunit_print("%s.%s\n", suite->name, c->name);
	}
}

static bool has_case(const struct kunit_suite *suite, const char *filter)
{
	for_each_case(c, suite)
	{
		if (kunit_case_wanted(filter, c))
			return true;
	}
	return false;
}

/* Kernel: kunit_install_hooks(), static_branch_inc(&kunit_running). */
static void running(int more)
{
	kmemu_kunit_hooks = (struct kunit_hooks_table){
		.fail_current_test = kmemu_kunit_fail_current_test,
		.get_static_stub_address = kmemu_kunit_static_stub,
	};
	__atomic_add_fetch(&kmemu_kunit_running, more, __ATOMIC_RELEASE);
}

/* Kernel: kunit_run_tests(): one that was filtered before, of a run that goes on. */
KMEMU_EXPORT int kmemu_kunit_run_tests(struct kunit_suite *suite)
{
	static size_t nr; /* kernel: kunit_suite_counter */

	oops_init();
	running(1);
	run_suite(suite, __atomic_add_fetch(&nr, 1, __ATOMIC_RELAXED), NULL);
	running(-1);
	return 0;
}

KMEMU_EXPORT int kmemu_kunit_run_suites(struct kunit_suite *const *suites, size_t n,
					const char *filter, bool list)
{
	size_t wanted = 0, nr = 0;
	int failed = 0;

	for (size_t i = 0; i < n; i++)
		wanted += kunit_suite_wanted(filter, suites[i]) && has_case(suites[i], filter);
	if (!wanted)
		return -ENOENT;
	oops_init();
	kunit_print("KTAP version 1\n");
	if (!list)
		kunit_print("1..%zu\n", wanted);
	running(1);
	for (size_t i = 0; i < n; i++) {
		if (!kunit_suite_wanted(filter, suites[i]) || !has_case(suites[i], filter))
			continue;
		if (list)
			list_suite(suites[i], filter);
		else
			failed += run_suite(suites[i], ++nr, filter) == KUNIT_FAILURE;
	}
	running(-1);
	return failed;
}
