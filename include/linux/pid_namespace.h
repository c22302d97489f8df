/* SPDX-License-Identifier: MIT */
/* <linux/pid_namespace.h> of Linux 6.12: numbers of tasks are of one name space, which stays. */
#ifndef _LINUX_PID_NS_H
#define _LINUX_PID_NS_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bug.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

static __always_inline struct pid_namespace *task_active_pid_ns(struct task_struct *tsk)
{
	(void)tsk;
	return &init_pid_ns;
}

static __always_inline struct pid_namespace *get_pid_ns(struct pid_namespace *ns)
{
	return ns;
}

static __always_inline void put_pid_ns(struct pid_namespace *ns)
{
	(void)ns;
}

static inline bool task_is_in_init_pid_ns(struct task_struct *tsk)
{
	return task_active_pid_ns(tsk) == &init_pid_ns;
}

#endif /* __cplusplus */

#endif /* _LINUX_PID_NS_H */
