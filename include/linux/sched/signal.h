/* SPDX-License-Identifier: MIT */
/* <linux/sched/signal.h> of Linux 6.12: signals to tasks (<kmemu/signal.h>). */
#ifndef _LINUX_SCHED_SIGNAL_H
#define _LINUX_SCHED_SIGNAL_H

#include <linux/hrtimer.h>
#include <linux/ratelimit.h>
#include <linux/rculist.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#ifndef __cplusplus

#include <kmemu/libc_begin.h>
#include <sys/resource.h>
#include <kmemu/libc_end.h>

/* The process's own, as setrlimit() has set it. */
static inline unsigned long rlimit(unsigned int limit)
{
	struct rlimit r = { 0, 0 };

	getrlimit((__typeof__(RLIMIT_STACK))limit, &r);
	return r.rlim_cur;
}

static inline unsigned long rlimit_max(unsigned int limit)
{
	struct rlimit r = { 0, 0 };

	getrlimit((__typeof__(RLIMIT_STACK))limit, &r);
	return r.rlim_max;
}

static __always_inline unsigned long task_rlimit(const struct task_struct *task, unsigned int limit)
{
	(void)task;
	return rlimit(limit);
}

static __always_inline unsigned long task_rlimit_max(const struct task_struct *task,
						     unsigned int limit)
{
	(void)task;
	return rlimit_max(limit);
}

/* A kernel thread is a process of its own; the program's count as several. */
static __always_inline int thread_group_empty(struct task_struct *p)
{
	return !!(p->flags & PF_KTHREAD);
}

/* Who sends without siginfo: a user, the kernel. */
#define SEND_SIG_NOINFO ((struct kernel_siginfo *)0)
#define SEND_SIG_PRIV ((struct kernel_siginfo *)1)

/* Any context. 0, also where it is ignored; -EINVAL: no such signal; -ESRCH: it has ended. */
static __always_inline int send_sig_info(int sig, struct kernel_siginfo *info,
					 struct task_struct *p)
{
	return kmemu_send_signal(p, sig, info, 0);
}

static __always_inline int send_sig(int sig, struct task_struct *p, int priv)
{
	return kmemu_send_signal(p, sig, priv ? SEND_SIG_PRIV : SEND_SIG_NOINFO, 0);
}

/* To the caller, who cannot ignore it. */
static __always_inline void force_sig(int sig)
{
	kmemu_force_signal(sig);
}

/* To the process whose thread it is. */
static __always_inline int kill_pid_info(int sig, struct kernel_siginfo *info, struct pid *pid)
{
	return kmemu_kill_pid(pid, sig, info);
}

static __always_inline int kill_pid(struct pid *pid, int sig, int priv)
{
	return kmemu_kill_pid(pid, sig, priv ? SEND_SIG_PRIV : SEND_SIG_NOINFO);
}

static __always_inline void recalc_sigpending(void)
{
	kmemu_recalc_sigpending();
}

static __always_inline void flush_signals(struct task_struct *p)
{
	kmemu_flush_signals(p);
}

/* The lowest that is pending, which no longer is; 0: none. */
static __always_inline int kernel_dequeue_signal(void)
{
	return kmemu_dequeue_signal();
}

/* What a file's function answers so that it is called again; a test does it. */
static __always_inline int restart_syscall(void)
{
	return -ERESTARTNOINTR;
}

#endif /* __cplusplus */

#endif /* _LINUX_SCHED_SIGNAL_H */
