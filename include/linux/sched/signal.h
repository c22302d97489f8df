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

#include <sys/resource.h>

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
#define task_rlimit(task, limit) ((void)(task), rlimit(limit))
#define task_rlimit_max(task, limit) ((void)(task), rlimit_max(limit))
#define thread_group_empty(p) ((void)(p), 0)
#define __fatal_signal_pending(p) ((void)(p), 0)
#define task_sigpending(p) ((void)(p), 0)

/* What a file's function answers so that it is called again; a test does it. */
#define restart_syscall() (-ERESTARTNOINTR)

#endif /* __cplusplus */

#endif /* _LINUX_SCHED_SIGNAL_H */
