/* SPDX-License-Identifier: MIT */
/*
 * <asm/processor.h> of Linux 6.12 for x86-64, with what comes along with it there
 * (asm/current.h, asm/cache.h, asm/param.h, linux/prefetch.h), as far as it is built.
 */
#ifndef _ASM_X86_PROCESSOR_H
#define _ASM_X86_PROCESSOR_H

#include <kmemu/sched.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/kconfig.h>

#ifndef __cplusplus

#undef HZ /* <sys/param.h> has one */
#define HZ CONFIG_HZ
#define USER_HZ 100

#define current kmemu_current()
#define get_current kmemu_current

#define TASK_SIZE_MAX ((1ul << 47) - 4096)
#define TASK_SIZE TASK_SIZE_MAX
#define NET_IP_ALIGN 0

/* In a loop that waits for another thread, which may share this one's processor. */
static __always_inline void cpu_relax(void)
{
#ifdef __x86_64__
	__builtin_ia32_pause();
#else
	barrier();
#endif
}

static __always_inline void prefetch(const void *x)
{
	__builtin_prefetch(x);
}

static __always_inline void prefetchw(const void *x)
{
	__builtin_prefetch(x, 1);
}

#endif /* __cplusplus */

#endif /* _ASM_X86_PROCESSOR_H */
