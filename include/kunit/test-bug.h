/* SPDX-License-Identifier: MIT */
/*
 * <kunit/test-bug.h> of Linux 6.12: for code under test. The key and the table are what
 * lib/kunit/hooks.c has: a program may bring that file instead.
 */
#ifndef _KUNIT_TEST_BUG_H
#define _KUNIT_TEST_BUG_H

#include <kmemu/kunit.h>
#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/jump_label.h>
#include <linux/sched.h>
#include <linux/stddef.h>

__kmemu_c struct kunit *kunit_get_current_test(void) __kmemu_is(kmemu_kunit_current_test);

#ifndef __cplusplus
extern struct static_key_false kunit_running __kmemu_is(kmemu_kunit_running);
extern struct kunit_hooks_table kunit_hooks __kmemu_is(kmemu_kunit_hooks);

#define kunit_fail_current_test(fmt, ...)                                                \
	do {                                                                             \
		if (static_branch_unlikely(&kunit_running))                              \
			kunit_hooks.fail_current_test(__FILE__, __LINE__, fmt, ##__VA_ARGS__); \
	} while (0)
#else
#define kunit_fail_current_test(fmt, ...) \
	kmemu_kunit_fail_current_test(__FILE__, __LINE__, fmt, ##__VA_ARGS__)
#endif

#endif /* _KUNIT_TEST_BUG_H */
