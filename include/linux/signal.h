/* SPDX-License-Identifier: MIT */
/*
 * <linux/signal.h> of Linux 6.12: what the caller's thread does with a signal. A kernel
 * thread ignores those that it has not allowed (<kmemu/signal.h>).
 */
#ifndef _LINUX_SIGNAL_H
#define _LINUX_SIGNAL_H

#include <kmemu/signal.h>
#include <linux/signal_types.h>

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#define SIG_KTHREAD ((__sighandler_t)KMEMU_SIG_KTHREAD)
#define SIG_KTHREAD_KERNEL ((__sighandler_t)KMEMU_SIG_KTHREAD_KERNEL)

static __always_inline int valid_signal(unsigned long sig)
{
	return sig <= 64;
}

static __always_inline void kernel_sigaction(int sig, __sighandler_t action)
{
	kmemu_kernel_sigaction(sig, (unsigned long)action);
}

static __always_inline void allow_signal(int sig)
{
	kernel_sigaction(sig, SIG_KTHREAD);
}

/* Only those that kernel code sends (priv of send_sig()). */
static __always_inline void allow_kernel_signal(int sig)
{
	kernel_sigaction(sig, SIG_KTHREAD_KERNEL);
}

/* One that is pending is forgotten. */
static __always_inline void disallow_signal(int sig)
{
	kernel_sigaction(sig, (__sighandler_t)KMEMU_SIG_IGN);
}

static __always_inline void clear_siginfo(kernel_siginfo_t *info)
{
	__builtin_memset(info, 0, sizeof(*info));
}

static __always_inline void copy_siginfo(kernel_siginfo_t *to, const kernel_siginfo_t *from)
{
	__builtin_memcpy(to, from, sizeof(*to));
}

#endif /* __cplusplus */

#endif /* _LINUX_SIGNAL_H */
