/* SPDX-License-Identifier: MIT */
/*
 * <linux/pid.h> of Linux 6.12: threads of this process by their numbers, kernel threads
 * among them, each of which is a process of its own; and other processes, to be looked at.
 */
#ifndef _LINUX_PID_H
#define _LINUX_PID_H

#include <kmemu/signal.h>
#include <linux/compiler.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/types.h>

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#define init_pid_ns kmemu_init_pid_ns
#ifndef _LINUX_PID_TYPES_H
#define _LINUX_PID_TYPES_H
enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };
#endif

/* Without a reference: the caller is in RCU. */
__kmemu_c struct pid *find_vpid(int nr) __kmemu_is(kmemu_find_pid);
/* NULL is left alone, as by put_pid(). */
__kmemu_c struct pid *get_pid(struct pid *pid) __kmemu_is(kmemu_get_pid);
__kmemu_c void put_pid(struct pid *pid) __kmemu_is(kmemu_put_pid);
__kmemu_c pid_t pid_vnr(struct pid *pid) __kmemu_is(kmemu_pid_nr);
__kmemu_c struct pid *task_pid(struct task_struct *task) __kmemu_is(kmemu_task_pid);
/* In RCU, or with tasklist_lock. */
static __always_inline struct task_struct *pid_task(struct pid *pid, enum pid_type type)
{
	RCU_LOCKDEP_WARN(pid && !rcu_read_lock_held() && !lockdep_tasklist_lock_is_held(),
			 "suspicious rcu_dereference_check() usage");
	return kmemu_pid_task(pid, (int)type);
}

static __always_inline pid_t pid_nr(struct pid *pid)
{
	return kmemu_pid_nr(pid);
}

static __always_inline pid_t pid_nr_ns(struct pid *pid, struct pid_namespace *ns)
{
	(void)ns;
	return kmemu_pid_nr(pid);
}

static inline struct pid_namespace *ns_of_pid(struct pid *pid)
{
	return pid ? pid->numbers[pid->level].ns : NULL;
}

static inline bool is_child_reaper(struct pid *pid)
{
	return pid->numbers[pid->level].nr == 1;
}

static __always_inline struct pid *find_pid_ns(int nr, struct pid_namespace *ns)
{
	(void)ns;
	return kmemu_find_pid(nr);
}

/* With a reference; NULL: none. */
static __always_inline struct pid *find_get_pid(int nr)
{
	return kmemu_get_pid(kmemu_find_pid(nr));
}

static __always_inline bool pid_has_task(struct pid *pid, enum pid_type type)
{
	return kmemu_pid_task(pid, (int)type) != NULL;
}

/* With a reference; NULL: it has ended. */
static inline struct task_struct *get_pid_task(struct pid *pid, enum pid_type type)
{
	struct task_struct *task = kmemu_pid_task(pid, (int)type);

	return task ? get_task_struct(task) : NULL;
}

static inline struct pid *task_tgid(struct task_struct *task)
{
	return kmemu_task_pid_type(task, PIDTYPE_TGID);
}

/* With a reference. */
static __always_inline struct pid *get_task_pid(struct task_struct *task, enum pid_type type)
{
	return kmemu_get_pid(kmemu_task_pid_type(task, (int)type));
}

#define do_each_pid_task(pid, type, task)                                              \
	do {                                                                           \
		for ((task) = kmemu_next_pid_task((pid), (type), NULL); (task);        \
		     (task) = kmemu_next_pid_task((pid), (type), (task))) {
#define while_each_pid_task(pid, type, task)                                           \
		}                                                                      \
	} while (0)
#define do_each_pid_thread(pid, type, task)                                            \
	do_each_pid_task(pid, type, task)                                              \
		struct task_struct *__kmemu_leader = (task);                           \
		for_each_thread(__kmemu_leader, task) {
#define while_each_pid_thread(pid, type, task)                                         \
		}                                                                      \
		(task) = __kmemu_leader;                                               \
	while_each_pid_task(pid, type, task)

static inline pid_t task_ppid_nr_ns(const struct task_struct *tsk, struct pid_namespace *ns)
{
	(void)ns;
	return kmemu_task_is_alive(tsk) ? READ_ONCE(tsk->real_parent)->tgid : 0;
}

static inline pid_t task_ppid_nr(const struct task_struct *tsk)
{
	return task_ppid_nr_ns(tsk, NULL);
}

static inline pid_t task_pgrp_nr_ns(struct task_struct *tsk, struct pid_namespace *ns)
{
	(void)ns;
	return kmemu_pid_nr(kmemu_task_pid_type(tsk, PIDTYPE_PGID));
}

static inline pid_t task_pgrp_vnr(struct task_struct *tsk)
{
	return task_pgrp_nr_ns(tsk, NULL);
}

static inline pid_t task_pgrp_nr(struct task_struct *tsk)
{
	return task_pgrp_nr_ns(tsk, NULL);
}

static inline pid_t task_session_nr_ns(struct task_struct *tsk, struct pid_namespace *ns)
{
	(void)ns;
	return kmemu_pid_nr(kmemu_task_pid_type(tsk, PIDTYPE_SID));
}

static inline pid_t task_session_vnr(struct task_struct *tsk)
{
	return task_session_nr_ns(tsk, NULL);
}

static __always_inline int pid_alive(const struct task_struct *p)
{
	return kmemu_task_is_alive(p);
}

static __always_inline int is_global_init(struct task_struct *tsk)
{
	return tsk->tgid == 1;
}

#endif /* __cplusplus */

#endif /* _LINUX_PID_H */
