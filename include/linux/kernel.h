/* SPDX-License-Identifier: MIT */
/*
 * <linux/kernel.h> of Linux 6.12. libc's <sys/sysinfo.h> reads the system's
 * through this one.
 *
 * might_sleep() and cant_sleep() are those of CONFIG_DEBUG_ATOMIC_SLEEP: told of
 * when context= is on (kinds sleep-in-atomic and cant-sleep).
 */
#ifndef _KMEMU_LINUX_KERNEL_H
#define _KMEMU_LINUX_KERNEL_H

#include_next <linux/kernel.h>

#include <asm/byteorder.h>
#include <kmemu/context.h>
#include <kmemu/sched.h>
#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/hex.h>
#include <linux/instruction_pointer.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>
#include <linux/linkage.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/stdarg.h>
#include <linux/stddef.h>
#include <linux/stringify.h>
#include <linux/typecheck.h>
#include <linux/types.h>
#include <linux/wordpart.h>

#ifndef __cplusplus
#define READ 0
#define WRITE 1
#endif

#define PTR_IF(cond, ptr) ((cond) ? (ptr) : NULL)
#define u64_to_user_ptr(x) ((void *)(unsigned long)(x))

#define might_sleep() kmemu_might_sleep(__FILE__, __LINE__)
#define might_sleep_if(cond)           \
	do {                           \
		if (cond)              \
			might_sleep(); \
	} while (0)
#define might_resched() do { } while (0)
/* Kernel: not where faults are off (pagefault_disable()). */
#define might_fault() might_sleep_if(!kmemu_pagefault_disabled())
#define cant_sleep() kmemu_cant_sleep(__FILE__, __LINE__)
#define cant_migrate() do { } while (0)
#define sched_annotate_sleep() do { } while (0)

#define non_block_start() kmemu_non_block_start()
#define non_block_end() kmemu_non_block_end()

#define trace_printk(fmt, ...) no_printk(fmt, ##__VA_ARGS__)
#define trace_puts(str) ((void)(str), 0)

enum system_states {
	SYSTEM_BOOTING,
	SYSTEM_SCHEDULING,
	SYSTEM_FREEING_INITMEM,
	SYSTEM_RUNNING,
	SYSTEM_HALT,
	SYSTEM_POWER_OFF,
	SYSTEM_RESTART,
	SYSTEM_SUSPEND,
};
#define system_state SYSTEM_RUNNING

#define VERIFY_OCTAL_PERMISSIONS(perms) (perms)

#ifndef __cplusplus

#include <linux/util_macros.h>

#define STACK_MAGIC 0xdeadbeef

enum ftrace_dump_mode { DUMP_NONE, DUMP_ALL, DUMP_ORIG, DUMP_PARAM };

/* Nothing is traced. */

static __always_inline void tracing_on(void)
{
}

static __always_inline void tracing_off(void)
{
}

static __always_inline int tracing_is_on(void)
{
	return 0;
}

static __always_inline void tracing_start(void)
{
}

static __always_inline void tracing_stop(void)
{
}

static __always_inline void ftrace_dump(enum ftrace_dump_mode mode)
{
	(void)mode;
}

static __always_inline void trace_dump_stack(int skip)
{
	(void)skip;
}

/* A thread of kernel code's end; others are the program's. */
__kmemu_c void do_exit(long code) __kmemu_is(kmemu_kthread_exit) __attribute__((__noreturn__));

__kmemu_c int kernel_text_address(unsigned long addr) __kmemu_is(kmemu_kernel_text_address);

#endif /* __cplusplus */

#endif /* _KMEMU_LINUX_KERNEL_H */
