/* SPDX-License-Identifier: MIT */
/*
 * <kunit/test.h> of Linux 6.12. Suites are run by main() of libkmemu.a when the
 * module's init function has returned 0; results are KTAP on standard output.
 *
 * Each comparison evaluates its arguments once; signed and unsigned are compared
 * as C does, as in the kernel, which does not have the compiler warn of it.
 */
#ifndef _KUNIT_TEST_H
#define _KUNIT_TEST_H

#include <kmemu/kunit.h>
#include <kunit/assert.h>
#include <kunit/try-catch.h>
#include <linux/args.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>

#define KUNIT_INDENT_LEN 4
#define KUNIT_SUBTEST_INDENT "    "
#define KUNIT_SUBSUBTEST_INDENT "        "

static __always_inline const char *kunit_status_to_ok_not_ok(enum kunit_status status)
{
	return status == KUNIT_FAILURE ? "not ok" : "ok";
}

#define KUNIT_CASE(test_name) \
	{ .run_case = test_name, .name = #test_name, .module_name = KBUILD_MODNAME }
#define KUNIT_CASE_ATTR(test_name, attributes)                                      \
	{ .run_case = test_name, .name = #test_name, .attr = attributes,            \
	  .module_name = KBUILD_MODNAME }
#define KUNIT_CASE_SLOW(test_name)                                                  \
	{ .run_case = test_name, .name = #test_name, .attr.speed = KUNIT_SPEED_SLOW, \
	  .module_name = KBUILD_MODNAME }
#define KUNIT_CASE_PARAM(test_name, gen_params)                                     \
	{ .run_case = test_name, .name = #test_name, .generate_params = gen_params, \
	  .module_name = KBUILD_MODNAME }
#define KUNIT_CASE_PARAM_ATTR(test_name, gen_params, attributes)                    \
	{ .run_case = test_name, .name = #test_name, .generate_params = gen_params, \
	  .attr = attributes, .module_name = KBUILD_MODNAME }

#define kunit_test_suites(...)                                                               \
	static struct kunit_suite *__UNIQUE_ID(suites)[] __used __section("kmemu_suites")    \
		__aligned(sizeof(void *)) = { __VA_ARGS__ }
#define kunit_test_suite(suite) kunit_test_suites(&suite)
#define kunit_test_init_section_suites(...) kunit_test_suites(__VA_ARGS__)
#define kunit_test_init_section_suite(suite) kunit_test_suites(&suite)

/* kunit.enable, which nobody takes back. */
static inline bool kunit_enabled(void)
{
	return true;
}

__kmemu_c int kunit_run_tests(struct kunit_suite *suite) __kmemu_is(kmemu_kunit_run_tests);

static inline size_t kunit_suite_num_test_cases(struct kunit_suite *suite)
{
	size_t n = 0;

	while (suite->test_cases[n].run_case)
		n++;
	return n;
}

/* From 1 on; 0: it is of another suite. */
static inline size_t kunit_test_case_num(struct kunit_suite *suite, struct kunit_case *test_case)
{
	size_t n = kunit_suite_num_test_cases(suite), i;

	for (i = 0; i < n; i++)
		if (&suite->test_cases[i] == test_case)
			return i + 1;
	return 0;
}

static inline int __kunit_test_suites_init(struct kunit_suite *const *const suites,
					   int num_suites, bool run_tests)
{
	int i;

	for (i = 0; run_tests && i < num_suites; i++)
		kunit_run_tests(suites[i]);
	return 0;
}

static inline void __kunit_test_suites_exit(struct kunit_suite **suites, int num_suites)
{
	(void)suites;
	(void)num_suites;
}

/* A test that no suite has. What it says goes where all goes: log is not written. */
struct string_stream;
static inline void kunit_init_test(struct kunit *test, const char *name, struct string_stream *log)
{
	(void)log;
	kmemu_kunit_init_test(test, name);
}

static inline void __noreturn __kunit_abort(struct kunit *test)
{
	kmemu_kunit_try_catch_throw(&test->try_catch);
}

#define kunit_suite_for_each_test_case(suite, test_case) \
	for (test_case = (suite)->test_cases; test_case->run_case; test_case++)

/* All values of an array, one case each; get_desc fills in the name. */
#define KUNIT_ARRAY_PARAM(name, array, get_desc)                                             \
	static const void *name##_gen_params(const void *prev, char *desc)                   \
	{                                                                                    \
		__typeof__((array)[0]) *__next =                                             \
			prev ? (__typeof__(__next))prev + 1 : (array);                       \
		void (*__describe)(__typeof__(__next), char *) = get_desc;                   \
		if ((size_t)(__next - (array)) >= ARRAY_SIZE(array))                         \
			return NULL;                                                         \
		if (__describe)                                                              \
			__describe(__next, desc);                                            \
		return __next;                                                               \
	}
#define KUNIT_ARRAY_PARAM_DESC(name, array, desc_member)                                     \
	static const void *name##_gen_params(const void *prev, char *desc)                   \
	{                                                                                    \
		__typeof__((array)[0]) *__next =                                             \
			prev ? (__typeof__(__next))prev + 1 : (array);                       \
		if ((size_t)(__next - (array)) >= ARRAY_SIZE(array))                         \
			return NULL;                                                         \
		kmemu_snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", __next->desc_member);      \
		return __next;                                                               \
	}

/* --- memory -------------------------------------------------------------- */

__kmemu_c void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t gfp)
	__kmemu_is(kmemu_kunit_kmalloc_array);
__kmemu_c unsigned long kunit_vm_mmap(struct kunit *test, struct file *file, unsigned long addr,
				      unsigned long len, unsigned long prot, unsigned long flag,
				      unsigned long offset) __kmemu_is(kmemu_kunit_vm_mmap);

__kmemu_c void kunit_kfree(struct kunit *test, const void *ptr) __kmemu_is(kmemu_kunit_kfree);
__kmemu_c void kunit_kfree_const(struct kunit *test, const void *ptr)
	__kmemu_is(kmemu_kunit_kfree);

static __always_inline void *kunit_kmalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, 1, size, gfp);
}

static __always_inline void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, 1, size, gfp | __GFP_ZERO);
}

static __always_inline void *kunit_kcalloc(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, n, size, gfp | __GFP_ZERO);
}

static __inline __maybe_unused char *kunit_kstrdup(struct kunit *test, const char *str, gfp_t gfp)
{
	size_t len = str ? __builtin_strlen(str) + 1 : 0;
	char *copy = str ? (char *)kunit_kmalloc(test, len, gfp) : NULL;

	if (copy)
		__builtin_memcpy(copy, str, len);
	return copy;
}

static __inline __maybe_unused const char *kunit_kstrdup_const(struct kunit *test, const char *str,
							       gfp_t gfp)
{
	return kunit_kstrdup(test, str, gfp);
}

__kmemu_c void kunit_cleanup(struct kunit *test) __kmemu_is(kmemu_kunit_cleanup);
__kmemu_c enum kunit_status kunit_suite_has_succeeded(struct kunit_suite *suite)
	__kmemu_is(kmemu_kunit_suite_has_succeeded);

/* --- words --------------------------------------------------------------- */

#define kunit_info(test, fmt, ...) kmemu_kunit_log((test)->name, fmt, ##__VA_ARGS__)
#define kunit_warn(test, fmt, ...) kmemu_kunit_log((test)->name, fmt, ##__VA_ARGS__)
#define kunit_err(test, fmt, ...) kmemu_kunit_log((test)->name, fmt, ##__VA_ARGS__)
#define kunit_log(lvl, test, fmt, ...) ((void)(test), kmemu_kunit_log(NULL, fmt, ##__VA_ARGS__))
#define kunit_printk(lvl, test, fmt, ...) kmemu_kunit_log((test)->name, fmt, ##__VA_ARGS__)

#define kunit_mark_skipped(test_or_suite, fmt, ...)                                  \
	do {                                                                         \
		WRITE_ONCE((test_or_suite)->status, KUNIT_SKIPPED);                  \
		kmemu_snprintf((test_or_suite)->status_comment,                      \
			       KUNIT_STATUS_COMMENT_SIZE, fmt, ##__VA_ARGS__);       \
	} while (0)
#define kunit_skip(test_or_suite, fmt, ...)                                          \
	do {                                                                         \
		kunit_mark_skipped(test_or_suite, fmt, ##__VA_ARGS__);               \
		kunit_try_catch_throw(&((test_or_suite)->try_catch));                \
	} while (0)

static __always_inline void kunit_set_failure(struct kunit *test)
{
	WRITE_ONCE(test->status, KUNIT_FAILURE);
}

/* --- expectations -------------------------------------------------------- */

#define __kunit_saw(test)                               \
	do {                                            \
		(test)->last_seen.file = __FILE__;      \
		(test)->last_seen.line = __LINE__;      \
	} while (0)

/* The members of the check are what follows; then the message. */
#define __kunit_failed(test, is_assertion, members, ...)                                     \
	do {                                                                                 \
		const struct kmemu_kunit_check __kunit_check = {                             \
			.assertion = is_assertion,                                           \
			.file = __FILE__,                                                    \
			.line = __LINE__,                                                    \
			__kunit_members members                                              \
		};                                                                           \
		kmemu_kunit_failed(test, &__kunit_check, __VA_ARGS__);                       \
		if (is_assertion)                                                            \
			kunit_try_catch_throw(&(test)->try_catch);                           \
	} while (0)
#define __kunit_members(...) __VA_ARGS__

#define __kunit_unary(test, is_assertion, condition, wanted, what, ...)                      \
	do {                                                                                 \
		const bool __kunit_holds = !!(condition);                                    \
		__kunit_saw(test);                                                           \
		if (unlikely(__kunit_holds != (wanted)))                                     \
			__kunit_failed(test, is_assertion,                                   \
				       (.kind = what, .left_text = #condition), __VA_ARGS__); \
	} while (0)

#define __kunit_int(test, is_assertion, left_, op_, right_, ...)                             \
	do {                                                                                 \
		const __typeof__(left_) __kunit_left = (left_);                              \
		const __typeof__(right_) __kunit_right = (right_);                           \
		bool __kunit_holds;                                                          \
		__kunit_saw(test);                                                           \
		_Pragma("GCC diagnostic push")                                               \
		_Pragma("GCC diagnostic ignored \"-Wsign-compare\"")                         \
		__kunit_holds = __kunit_left op_ __kunit_right;                              \
		_Pragma("GCC diagnostic pop")                                                \
		if (unlikely(!__kunit_holds))                                                \
			__kunit_failed(test, is_assertion,                                   \
				       (.kind = KMEMU_KUNIT_INT, .left_text = #left_,        \
					.op = #op_, .right_text = #right_,                   \
					.left = (long long)__kunit_left,                     \
					.right = (long long)__kunit_right),                  \
				       __VA_ARGS__);                                         \
	} while (0)

#define __kunit_two(test, is_assertion, what, holds, left_, op_, right_, bytes, ...)         \
	do {                                                                                 \
		const void *__kunit_left = (const void *)(left_);                            \
		const void *__kunit_right = (const void *)(right_);                          \
		const size_t __kunit_size = (bytes);                                         \
		(void)__kunit_size;                                                          \
		__kunit_saw(test);                                                           \
		if (unlikely(!(holds)))                                                      \
			__kunit_failed(test, is_assertion,                                   \
				       (.kind = what, .left_text = #left_, .op = #op_,       \
					.right_text = #right_, .left_ptr = __kunit_left,     \
					.right_ptr = __kunit_right, .size = __kunit_size),   \
				       __VA_ARGS__);                                         \
	} while (0)
#define __kunit_ptr(test, is_assertion, left, op, right, ...)                                \
	__kunit_two(test, is_assertion, KMEMU_KUNIT_PTR, __kunit_left op __kunit_right,      \
		    left, op, right, 0, __VA_ARGS__)
#define __kunit_str(test, is_assertion, left, op, right, ...)                                \
	__kunit_two(test, is_assertion, KMEMU_KUNIT_STR,                                     \
		    __kunit_left &&__kunit_right &&                                          \
			    __builtin_strcmp((const char *)__kunit_left,                     \
					     (const char *)__kunit_right) op 0,              \
		    left, op, right, 0, __VA_ARGS__)
#define __kunit_mem(test, is_assertion, left, op, right, size, ...)                          \
	__kunit_two(test, is_assertion, KMEMU_KUNIT_MEM,                                     \
		    __kunit_left &&__kunit_right &&                                          \
			    __builtin_memcmp(__kunit_left, __kunit_right, __kunit_size) op 0, \
		    left, op, right, size, __VA_ARGS__)
#define __kunit_not_err(test, is_assertion, ptr, ...)                                        \
	__kunit_two(test, is_assertion, KMEMU_KUNIT_NOT_ERR,                                 \
		    ((void)__kunit_right, !IS_ERR_OR_NULL(__kunit_left)), ptr, !=, NULL, 0,  \
		    __VA_ARGS__)

#define KUNIT_SUCCEED(test) __kunit_saw(test)
#define KUNIT_FAIL(test, fmt, ...)                                                           \
	do {                                                                                 \
		__kunit_saw(test);                                                           \
		__kunit_failed(test, false, (.kind = KMEMU_KUNIT_FAIL), fmt, ##__VA_ARGS__); \
	} while (0)
#define KUNIT_FAIL_AND_ABORT(test, fmt, ...)                                                 \
	do {                                                                                 \
		__kunit_saw(test);                                                           \
		__kunit_failed(test, true, (.kind = KMEMU_KUNIT_FAIL), fmt, ##__VA_ARGS__);  \
	} while (0)
#define KUNIT_ASSERT_FAILURE(test, fmt, ...) KUNIT_FAIL_AND_ABORT(test, fmt, ##__VA_ARGS__)

#define KUNIT_EXPECT_TRUE(test, condition) \
	__kunit_unary(test, false, condition, true, KMEMU_KUNIT_TRUE, NULL)
#define KUNIT_EXPECT_TRUE_MSG(test, condition, fmt, ...) \
	__kunit_unary(test, false, condition, true, KMEMU_KUNIT_TRUE, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_TRUE(test, condition) \
	__kunit_unary(test, true, condition, true, KMEMU_KUNIT_TRUE, NULL)
#define KUNIT_ASSERT_TRUE_MSG(test, condition, fmt, ...) \
	__kunit_unary(test, true, condition, true, KMEMU_KUNIT_TRUE, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_FALSE(test, condition) \
	__kunit_unary(test, false, condition, false, KMEMU_KUNIT_FALSE, NULL)
#define KUNIT_EXPECT_FALSE_MSG(test, condition, fmt, ...) \
	__kunit_unary(test, false, condition, false, KMEMU_KUNIT_FALSE, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_FALSE(test, condition) \
	__kunit_unary(test, true, condition, false, KMEMU_KUNIT_FALSE, NULL)
#define KUNIT_ASSERT_FALSE_MSG(test, condition, fmt, ...) \
	__kunit_unary(test, true, condition, false, KMEMU_KUNIT_FALSE, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_EQ(test, left, right) \
	__kunit_int(test, false, left, ==, right, NULL)
#define KUNIT_EXPECT_EQ_MSG(test, left, right, fmt, ...) \
	__kunit_int(test, false, left, ==, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_EQ(test, left, right) \
	__kunit_int(test, true, left, ==, right, NULL)
#define KUNIT_ASSERT_EQ_MSG(test, left, right, fmt, ...) \
	__kunit_int(test, true, left, ==, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NE(test, left, right) \
	__kunit_int(test, false, left, !=, right, NULL)
#define KUNIT_EXPECT_NE_MSG(test, left, right, fmt, ...) \
	__kunit_int(test, false, left, !=, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NE(test, left, right) \
	__kunit_int(test, true, left, !=, right, NULL)
#define KUNIT_ASSERT_NE_MSG(test, left, right, fmt, ...) \
	__kunit_int(test, true, left, !=, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_LT(test, left, right) \
	__kunit_int(test, false, left, <, right, NULL)
#define KUNIT_EXPECT_LT_MSG(test, left, right, fmt, ...) \
	__kunit_int(test, false, left, <, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_LT(test, left, right) \
	__kunit_int(test, true, left, <, right, NULL)
#define KUNIT_ASSERT_LT_MSG(test, left, right, fmt, ...) \
	__kunit_int(test, true, left, <, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_LE(test, left, right) \
	__kunit_int(test, false, left, <=, right, NULL)
#define KUNIT_EXPECT_LE_MSG(test, left, right, fmt, ...) \
	__kunit_int(test, false, left, <=, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_LE(test, left, right) \
	__kunit_int(test, true, left, <=, right, NULL)
#define KUNIT_ASSERT_LE_MSG(test, left, right, fmt, ...) \
	__kunit_int(test, true, left, <=, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_GT(test, left, right) \
	__kunit_int(test, false, left, >, right, NULL)
#define KUNIT_EXPECT_GT_MSG(test, left, right, fmt, ...) \
	__kunit_int(test, false, left, >, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_GT(test, left, right) \
	__kunit_int(test, true, left, >, right, NULL)
#define KUNIT_ASSERT_GT_MSG(test, left, right, fmt, ...) \
	__kunit_int(test, true, left, >, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_GE(test, left, right) \
	__kunit_int(test, false, left, >=, right, NULL)
#define KUNIT_EXPECT_GE_MSG(test, left, right, fmt, ...) \
	__kunit_int(test, false, left, >=, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_GE(test, left, right) \
	__kunit_int(test, true, left, >=, right, NULL)
#define KUNIT_ASSERT_GE_MSG(test, left, right, fmt, ...) \
	__kunit_int(test, true, left, >=, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_EQ(test, left, right) \
	__kunit_ptr(test, false, left, ==, right, NULL)
#define KUNIT_EXPECT_PTR_EQ_MSG(test, left, right, fmt, ...) \
	__kunit_ptr(test, false, left, ==, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_EQ(test, left, right) \
	__kunit_ptr(test, true, left, ==, right, NULL)
#define KUNIT_ASSERT_PTR_EQ_MSG(test, left, right, fmt, ...) \
	__kunit_ptr(test, true, left, ==, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_NE(test, left, right) \
	__kunit_ptr(test, false, left, !=, right, NULL)
#define KUNIT_EXPECT_PTR_NE_MSG(test, left, right, fmt, ...) \
	__kunit_ptr(test, false, left, !=, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_NE(test, left, right) \
	__kunit_ptr(test, true, left, !=, right, NULL)
#define KUNIT_ASSERT_PTR_NE_MSG(test, left, right, fmt, ...) \
	__kunit_ptr(test, true, left, !=, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NULL(test, ptr) \
	__kunit_ptr(test, false, ptr, ==, NULL, NULL)
#define KUNIT_EXPECT_NULL_MSG(test, ptr, fmt, ...) \
	__kunit_ptr(test, false, ptr, ==, NULL, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NULL(test, ptr) \
	__kunit_ptr(test, true, ptr, ==, NULL, NULL)
#define KUNIT_ASSERT_NULL_MSG(test, ptr, fmt, ...) \
	__kunit_ptr(test, true, ptr, ==, NULL, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL(test, ptr) \
	__kunit_ptr(test, false, ptr, !=, NULL, NULL)
#define KUNIT_EXPECT_NOT_NULL_MSG(test, ptr, fmt, ...) \
	__kunit_ptr(test, false, ptr, !=, NULL, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_NULL(test, ptr) \
	__kunit_ptr(test, true, ptr, !=, NULL, NULL)
#define KUNIT_ASSERT_NOT_NULL_MSG(test, ptr, fmt, ...) \
	__kunit_ptr(test, true, ptr, !=, NULL, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_STREQ(test, left, right) \
	__kunit_str(test, false, left, ==, right, NULL)
#define KUNIT_EXPECT_STREQ_MSG(test, left, right, fmt, ...) \
	__kunit_str(test, false, left, ==, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_STREQ(test, left, right) \
	__kunit_str(test, true, left, ==, right, NULL)
#define KUNIT_ASSERT_STREQ_MSG(test, left, right, fmt, ...) \
	__kunit_str(test, true, left, ==, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_STRNEQ(test, left, right) \
	__kunit_str(test, false, left, !=, right, NULL)
#define KUNIT_EXPECT_STRNEQ_MSG(test, left, right, fmt, ...) \
	__kunit_str(test, false, left, !=, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_STRNEQ(test, left, right) \
	__kunit_str(test, true, left, !=, right, NULL)
#define KUNIT_ASSERT_STRNEQ_MSG(test, left, right, fmt, ...) \
	__kunit_str(test, true, left, !=, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_MEMEQ(test, left, right, size) \
	__kunit_mem(test, false, left, ==, right, size, NULL)
#define KUNIT_EXPECT_MEMEQ_MSG(test, left, right, size, fmt, ...) \
	__kunit_mem(test, false, left, ==, right, size, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMEQ(test, left, right, size) \
	__kunit_mem(test, true, left, ==, right, size, NULL)
#define KUNIT_ASSERT_MEMEQ_MSG(test, left, right, size, fmt, ...) \
	__kunit_mem(test, true, left, ==, right, size, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_MEMNEQ(test, left, right, size) \
	__kunit_mem(test, false, left, !=, right, size, NULL)
#define KUNIT_EXPECT_MEMNEQ_MSG(test, left, right, size, fmt, ...) \
	__kunit_mem(test, false, left, !=, right, size, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMNEQ(test, left, right, size) \
	__kunit_mem(test, true, left, !=, right, size, NULL)
#define KUNIT_ASSERT_MEMNEQ_MSG(test, left, right, size, fmt, ...) \
	__kunit_mem(test, true, left, !=, right, size, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(test, ptr) \
	__kunit_not_err(test, false, ptr, NULL)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL_MSG(test, ptr, fmt, ...) \
	__kunit_not_err(test, false, ptr, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ptr) \
	__kunit_not_err(test, true, ptr, NULL)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, ptr, fmt, ...) \
	__kunit_not_err(test, true, ptr, fmt, ##__VA_ARGS__)

#include <kunit/resource.h>

#endif /* _KUNIT_TEST_H */
