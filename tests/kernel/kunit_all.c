// SPDX-License-Identifier: MIT
/* Suites of every kind of result, for tests/preload/kunit_suites.sh. */
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/module.h>

static int freed;

static void count_free(void *ctx)
{
	freed += *(int *)ctx;
}

static int real_answer(int x)
{
	KUNIT_STATIC_STUB_REDIRECT(real_answer, x);
	return x;
}

static int other_answer(int x)
{
	return x + 100;
}

static void passes(struct kunit *test)
{
	static int one = 1, ten = 10;
	unsigned int u = 3;
	int *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, *p, 0);
	KUNIT_EXPECT_EQ(test, u, 3);
	KUNIT_EXPECT_LT(test, -1, 1L);
	KUNIT_EXPECT_TRUE(test, u > 2);
	KUNIT_EXPECT_FALSE_MSG(test, u > 3, "u is %u", u);
	KUNIT_EXPECT_STREQ(test, "abc", "abc");
	KUNIT_EXPECT_MEMEQ(test, "abcd", "abce", 3);
	KUNIT_EXPECT_MEMNEQ(test, "abcd", "abce", 4);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, test);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, count_free, &one), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, count_free, &ten), 0);
	KUNIT_EXPECT_EQ(test, freed, 0);
	kunit_release_action(test, count_free, &ten);
	KUNIT_EXPECT_EQ(test, freed, 10);
	kunit_remove_action(test, count_free, &ten);
	KUNIT_EXPECT_PTR_EQ(test, kunit_get_current_test(), test);
	kunit_activate_static_stub(test, real_answer, other_answer);
	KUNIT_EXPECT_EQ(test, real_answer(1), 101);
	kunit_deactivate_static_stub(test, real_answer);
	KUNIT_EXPECT_EQ(test, real_answer(1), 1);
	KUNIT_SUCCEED(test);
	kunit_info(test, "hello %d", 5);
}

static void sees_actions(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, freed, 11);
}

static int errors;
static struct kunit_resource resource;

static void named(struct kunit *test)
{
	struct kunit_resource *found;

	KUNIT_EXPECT_EQ(test, 0,
			kunit_add_named_resource(test, NULL, NULL, &resource, "errors", &errors));
	KUNIT_EXPECT_EQ(test, -EEXIST,
			kunit_add_named_resource(test, NULL, NULL, &resource, "errors", &errors));
	found = kunit_find_named_resource(test, "errors");
	KUNIT_ASSERT_PTR_EQ(test, found, &resource);
	KUNIT_EXPECT_PTR_EQ(test, found->data, (void *)&errors);
	kunit_put_resource(found);
	KUNIT_EXPECT_EQ(test, kunit_destroy_named_resource(test, "errors"), 0);
	KUNIT_EXPECT_NULL(test, kunit_find_named_resource(test, "errors"));
}

static void skips(struct kunit *test)
{
	kunit_skip(test, "not %s", "today");
	KUNIT_FAIL(test, "not reached");
}

static const struct number {
	int n;
	const char *name;
} numbers[] = { { 1, "one" }, { 2, "two" }, { 3, "three" } };
KUNIT_ARRAY_PARAM_DESC(numbers, numbers, name);

static void with_param(struct kunit *test)
{
	const struct number *number = test->param_value;

	if (number->n == 2)
		kunit_skip(test, "two is left out");
	KUNIT_EXPECT_GT(test, number->n, 0);
}

static int good_init(struct kunit *test)
{
	test->priv = &freed;
	return 0;
}

static struct kunit_case good_cases[] = {
	KUNIT_CASE(passes), KUNIT_CASE_SLOW(sees_actions), KUNIT_CASE(named), KUNIT_CASE(skips),
	KUNIT_CASE_PARAM(with_param, numbers_gen_params), {}
};
static struct kunit_suite good = { .name = "good", .init = good_init, .test_cases = good_cases };

static void fails(struct kunit *test)
{
	const char *text = "abd";
	int three = 3;

	KUNIT_EXPECT_EQ(test, three, 4);
	KUNIT_EXPECT_EQ_MSG(test, three, 4, "with %d words", 2);
	KUNIT_EXPECT_TRUE(test, three == 4);
	KUNIT_EXPECT_STREQ(test, "abc", text);
	KUNIT_EXPECT_MEMEQ(test, "abc", text, 3);
	KUNIT_EXPECT_NULL(test, (void *)0x1000UL);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, ERR_PTR(-ENOMEM));
	KUNIT_FAIL(test, "it is %s", "so");
	kunit_fail_current_test("from %s", "outside");
	KUNIT_ASSERT_GE(test, three, 5);
	KUNIT_FAIL(test, "not reached");
}

static void bugs(struct kunit *test)
{
	KUNIT_SUCCEED(test);
	BUG_ON(test);
}

static struct kunit_case bad_cases[] = { KUNIT_CASE(fails), KUNIT_CASE(bugs), {} };
static struct kunit_suite bad = { .name = "bad", .test_cases = bad_cases };

static int no_start(struct kunit_suite *suite)
{
	(void)suite;
	return -ENODEV;
}
static struct kunit_suite dead = {
	.name = "dead", .suite_init = no_start, .test_cases = bad_cases
};

kunit_test_suites(&good, &bad);
kunit_test_suite(dead);
MODULE_LICENSE("GPL");
