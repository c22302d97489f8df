/* SPDX-License-Identifier: MIT */
/* <kunit/test-bug.h> of Linux 6.12: for code under test. */
#ifndef _KUNIT_TEST_BUG_H
#define _KUNIT_TEST_BUG_H

#include <kmemu/kunit.h>
#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/sched.h>
#include <linux/stddef.h>

__kmemu_c struct kunit *kunit_get_current_test(void) __kmemu_is(kmemu_kunit_current_test);

#define kunit_fail_current_test(fmt, ...) \
	kmemu_kunit_fail_current_test(__FILE__, __LINE__, fmt, ##__VA_ARGS__)

#endif /* _KUNIT_TEST_BUG_H */
