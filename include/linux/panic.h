/* SPDX-License-Identifier: MIT */
/* <linux/panic.h> of Linux 6.12: panic() says why, with the stack, and abort()s. */
#ifndef _LINUX_PANIC_H
#define _LINUX_PANIC_H

#include <kmemu/printk.h>
#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/types.h>

__kmemu_c void panic(const char *fmt, ...) __kmemu_is(kmemu_panic) __noreturn __printf(1, 2);

#define TAINT_PROPRIETARY_MODULE 0
#define TAINT_FORCED_MODULE 1
#define TAINT_CPU_OUT_OF_SPEC 2
#define TAINT_FORCED_RMMOD 3
#define TAINT_MACHINE_CHECK 4
#define TAINT_BAD_PAGE 5
#define TAINT_USER 6
#define TAINT_DIE 7
#define TAINT_OVERRIDDEN_ACPI_TABLE 8
#define TAINT_WARN 9
#define TAINT_CRAP 10
#define TAINT_FIRMWARE_WORKAROUND 11
#define TAINT_OOT_MODULE 12
#define TAINT_UNSIGNED_MODULE 13
#define TAINT_SOFTLOCKUP 14
#define TAINT_LIVEPATCH 15
#define TAINT_AUX 16
#define TAINT_RANDSTRUCT 17
#define TAINT_TEST 18
#define TAINT_FLAGS_COUNT 19
#define TAINT_FLAGS_MAX ((1UL << TAINT_FLAGS_COUNT) - 1)

enum lockdep_ok { LOCKDEP_STILL_OK, LOCKDEP_NOW_UNRELIABLE };

static __always_inline void add_taint(unsigned flag, enum lockdep_ok lockdep)
{
	(void)lockdep;
	kmemu_add_taint(flag);
}

static __always_inline int test_taint(unsigned flag)
{
	return (int)(kmemu_get_taint() >> flag&1);
}

__kmemu_c unsigned long get_taint(void) __kmemu_is(kmemu_get_taint);

#endif /* _LINUX_PANIC_H */
