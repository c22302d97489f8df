/* SPDX-License-Identifier: MIT */
/*
 * <linux/kconfig.h> of Linux 6.12: questions about the configuration, and the
 * configuration itself (kernel: generated/autoconf.h). Every header here brings
 * it, as the kernel's build does for every file. What is set is what kmemu is.
 */
#ifndef __LINUX_KCONFIG_H
#define __LINUX_KCONFIG_H

#define CONFIG_64BIT 1
#define CONFIG_BUG 1
#define CONFIG_DEBUG_ATOMIC_SLEEP 1
#define CONFIG_DEBUG_LIST 1
#define CONFIG_DEBUG_VIRTUAL 1
#define CONFIG_HZ 250
#define CONFIG_KUNIT 1
#define CONFIG_LIST_HARDENED 1
#define CONFIG_MMU 1
#define CONFIG_MODULES 1
#define CONFIG_PREEMPTION 1
#define CONFIG_PREEMPT_COUNT 1
#define CONFIG_PREEMPT_RCU 1
#define CONFIG_PRINTK 1
#define CONFIG_SLUB 1
#define CONFIG_SLUB_DEBUG 1
#define CONFIG_SMP 1
#define CONFIG_ZONE_DMA 1
#define CONFIG_ZONE_DMA32 1
#ifdef __x86_64__
#define CONFIG_X86 1
#define CONFIG_X86_64 1
#endif

/* The order of bytes in a word; <endian.h> says the same. */
#ifndef __LITTLE_ENDIAN
#define __LITTLE_ENDIAN 1234
#endif

/* 1 when the macro is defined as 1, else 0: its value is pasted to a name that is a comma. */
#define __kmemu_set_1 0,
#define __kmemu_second(a, b, ...) b
#define __kmemu_is_set3(comma_or_not) __kmemu_second(comma_or_not 1, 0, 0)
#define __kmemu_is_set2(value) __kmemu_is_set3(__kmemu_set_##value)
#define __kmemu_is_set(value) __kmemu_is_set2(value)

#define __is_defined(x) __kmemu_is_set(x)
#define IS_BUILTIN(option) __kmemu_is_set(option)
#define IS_MODULE(option) __kmemu_is_set(option##_MODULE)
/* These are a 0 or a 1 as well, which may be pasted to a name. */
#define __kmemu_or_00 0
#define __kmemu_or_01 1
#define __kmemu_or_10 1
#define __kmemu_or_11 1
#define __kmemu_and_00 0
#define __kmemu_and_01 0
#define __kmemu_and_10 0
#define __kmemu_and_11 1
#define __kmemu_logic2(op, a, b) __kmemu_##op##_##a##b
#define __kmemu_logic(op, a, b) __kmemu_logic2(op, a, b)
#define IS_REACHABLE(option)                \
	__kmemu_logic(or, __kmemu_is_set(option), \
		      __kmemu_logic(and, __kmemu_is_set(option##_MODULE), __kmemu_is_set(MODULE)))
#define IS_ENABLED(option) \
	__kmemu_logic(or, __kmemu_is_set(option), __kmemu_is_set(option##_MODULE))

#endif /* __LINUX_KCONFIG_H */
