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

/* --- sets: <kmemu/sigset.h> */

#define _NSIG_BPW 64
#ifndef _NSIG_WORDS
#define _NSIG_WORDS 1
#endif

#undef sigmask
#define sigmask(sig) (1UL << ((sig) - 1))

#ifdef KMEMU_SIGSET_IS_LIBCS
typedef sigset_t kmemu_sigset_arg;
#else
typedef void kmemu_sigset_arg; /* libc's, which has no `sig`, or a task's */
#endif
#define __kmemu_sig0(set) (((struct kmemu_sigset *)(set))->sig[0])

/* libc's own functions, which leave its signals 32 and 33 alone. */
extern int sigemptyset(sigset_t *set) __THROW;
extern int sigfillset(sigset_t *set) __THROW;
extern int sigaddset(sigset_t *set, int sig) __THROW;
extern int sigdelset(sigset_t *set, int sig) __THROW;
extern int sigismember(const sigset_t *set, int sig) __THROW;
extern int sigisemptyset(const sigset_t *set) __THROW;
#ifndef KMEMU_SIGSET_IS_LIBCS
#include <kmemu/sigset_casts.h>
#endif

static inline void siginitset(kmemu_sigset_arg *set, unsigned long mask)
{
	__builtin_memset(set, 0, sizeof(sigset_t));
	__kmemu_sig0(set) = mask;
}

static inline void siginitsetinv(kmemu_sigset_arg *set, unsigned long mask)
{
	siginitset(set, ~mask);
}

static inline void sigaddsetmask(kmemu_sigset_arg *set, unsigned long mask)
{
	__kmemu_sig0(set) |= mask;
}

static inline void sigdelsetmask(kmemu_sigset_arg *set, unsigned long mask)
{
	__kmemu_sig0(set) &= ~mask;
}

static inline int sigtestsetmask(kmemu_sigset_arg *set, unsigned long mask)
{
	return (__kmemu_sig0(set) & mask) != 0;
}

static inline int sigequalsets(const kmemu_sigset_arg *a, const kmemu_sigset_arg *b)
{
	return __kmemu_sig0(a) == __kmemu_sig0(b);
}

static inline void sigorsets(kmemu_sigset_arg *r, const kmemu_sigset_arg *a,
			     const kmemu_sigset_arg *b)
{
	siginitset(r, __kmemu_sig0(a) | __kmemu_sig0(b));
}

static inline void sigandsets(kmemu_sigset_arg *r, const kmemu_sigset_arg *a,
			      const kmemu_sigset_arg *b)
{
	siginitset(r, __kmemu_sig0(a) & __kmemu_sig0(b));
}

static inline void sigandnsets(kmemu_sigset_arg *r, const kmemu_sigset_arg *a,
			       const kmemu_sigset_arg *b)
{
	siginitset(r, __kmemu_sig0(a) & ~__kmemu_sig0(b));
}

static inline void signotset(kmemu_sigset_arg *set)
{
	siginitset(set, ~__kmemu_sig0(set));
}

static inline void init_sigpending(struct sigpending *sig)
{
	siginitset(&sig->signal, 0);
	sig->list.next = sig->list.prev = &sig->list;
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
