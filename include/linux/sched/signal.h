/* SPDX-License-Identifier: MIT */
/* <linux/sched/signal.h> of Linux 6.12: signals to tasks (<kmemu/signal.h>). */
#ifndef _LINUX_SCHED_SIGNAL_H
#define _LINUX_SCHED_SIGNAL_H

#include <linux/hrtimer.h>
#include <linux/ratelimit.h>
#include <linux/rculist.h>
#include <linux/pid.h>
#include <linux/cred.h>
#include <linux/refcount.h>
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

/* --- processes and their threads: in RCU */

#define SIGNAL_STOP_STOPPED 0x00000001
#define SIGNAL_STOP_CONTINUED 0x00000002
#define SIGNAL_GROUP_EXIT 0x00000004
#define SIGNAL_UNKILLABLE 0x00000040

/* As the system has them when the walk begins. */
#define next_task(p) list_entry_rcu((p)->tasks.next, struct task_struct, tasks)
#define for_each_process(p) \
	for (p = kmemu_tasks_refresh(); (p = next_task(p)) != kmemu_root_task();)
#define __for_each_thread(signal, t)                                                   \
	list_for_each_entry_rcu(t, &(signal)->thread_head, thread_node,                \
				lockdep_is_held(&tasklist_lock))
#define for_each_thread(p, t) __for_each_thread(kmemu_threads_refresh(p)->signal, t)
#define for_each_process_thread(p, t) for_each_process(p) __for_each_thread((p)->signal, t)

static inline bool thread_group_leader(struct task_struct *p)
{
	return p->exit_signal >= 0;
}

static inline bool same_thread_group(struct task_struct *p1, struct task_struct *p2)
{
	return p1->signal == p2->signal;
}

static inline int get_nr_threads(struct task_struct *task)
{
	return kmemu_threads_refresh(task)->signal->nr_threads;
}

/* NULL: it is the last. */
static inline struct task_struct *__next_thread(struct task_struct *p)
{
	return list_next_or_null_rcu(&p->signal->thread_head, &p->thread_node, struct task_struct,
				     thread_node);
}

static inline struct task_struct *next_thread(struct task_struct *p)
{
	struct task_struct *next;

	if (thread_group_leader(p))
		kmemu_threads_refresh(p);
	next = __next_thread(p);
	return next ? next : p->group_leader;
}

#define while_each_thread(g, t) while ((t = next_thread(t)) != g)
#define for_other_threads(p, t) for (t = p; (t = next_thread(t)) != p;)

static inline int thread_group_empty(struct task_struct *p)
{
	return thread_group_leader(p) && get_nr_threads(p) == 1;
}

static inline bool current_is_single_threaded(void)
{
	return get_nr_threads(current) == 1;
}

static inline struct pid *task_pid_type(struct task_struct *task, enum pid_type type)
{
	return kmemu_task_pid_type(task, (int)type);
}

static inline struct pid *task_pgrp(struct task_struct *task)
{
	return kmemu_task_pid_type(task, PIDTYPE_PGID);
}

static inline struct pid *task_session(struct task_struct *task)
{
	return kmemu_task_pid_type(task, PIDTYPE_SID);
}

/* NULL: it has ended. */
static inline struct sighand_struct *lock_task_sighand(struct task_struct *task,
						       unsigned long *flags)
{
	if (!kmemu_task_is_alive(task))
		return NULL;
	spin_lock_irqsave(&task->sighand->siglock, *flags);
	return task->sighand;
}

static inline void unlock_task_sighand(struct task_struct *task, unsigned long *flags)
{
	spin_unlock_irqrestore(&task->sighand->siglock, *flags);
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

/* To each process of the group that is the program, or one of its kernel threads. */
static __always_inline int kill_pgrp(struct pid *pid, int sig, int priv)
{
	return kmemu_kill_pgrp(pid, sig, priv ? SEND_SIG_PRIV : SEND_SIG_NOINFO);
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
