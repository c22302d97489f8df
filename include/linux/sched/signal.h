/* SPDX-License-Identifier: MIT */
/* <linux/sched/signal.h> of Linux 6.12: what there is of it is in <linux/sched.h>. */
#ifndef _LINUX_SCHED_SIGNAL_H
#define _LINUX_SCHED_SIGNAL_H

#include <linux/hrtimer.h>
#include <linux/ratelimit.h>
#include <linux/rculist.h>
#include <linux/sched.h>
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

static __always_inline int thread_group_empty(struct task_struct *p)
{
	(void)p;
	return 0;
}

static __always_inline int __fatal_signal_pending(struct task_struct *p)
{
	(void)p;
	return 0;
}

static __always_inline int task_sigpending(struct task_struct *p)
{
	(void)p;
	return 0;
}

/* What a file's function answers so that it is called again; a test does it. */
static __always_inline int restart_syscall(void)
{
	return -ERESTARTNOINTR;
}

#endif /* __cplusplus */

#endif /* _LINUX_SCHED_SIGNAL_H */
