/* SPDX-License-Identifier: MIT */
/* <kunit/assert.h> of Linux 6.12: what a test may name of it. */
#ifndef _KUNIT_ASSERT_H
#define _KUNIT_ASSERT_H

#include <kmemu/kunit.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/printk.h>

#define KUNIT_CURRENT_LOC { .line = __LINE__, .file = __FILE__ }

#endif /* _KUNIT_ASSERT_H */
