/* SPDX-License-Identifier: MIT */
/* <linux/sched/task.h> of Linux 6.12: references to tasks. */
#ifndef _LINUX_SCHED_TASK_H
#define _LINUX_SCHED_TASK_H

#include <kmemu/sched.h>
#include <kmemu/signal.h>
#include <kmemu/context.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/kref.h>
#include <linux/rbtree.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>

__kmemu_c struct task_struct *get_task_struct(struct task_struct *t)
	__kmemu_is(kmemu_get_task_struct);
__kmemu_c void put_task_struct(struct task_struct *t) __kmemu_is(kmemu_put_task_struct);

#ifndef __cplusplus
/* What of a task may be looked at by others: kernel code's own. */
static __always_inline void task_lock(struct task_struct *p)
{
	kmemu_spin_lock(&p->kmemu_alloc_lock);
}

static __always_inline void task_unlock(struct task_struct *p)
{
	kmemu_spin_unlock(&p->kmemu_alloc_lock);
}

#define init_task (*kmemu_init_task())

/* Not exported to modules, there. Changes of the tree do not wait for it. */
extern rwlock_t tasklist_lock __kmemu_is(kmemu_tasklist_lock);

static inline int lockdep_tasklist_lock_is_held(void)
{
	return lockdep_is_held(&tasklist_lock) != 0;
}

/* NULL: nobody has it any more. */
static inline struct task_struct *tryget_task_struct(struct task_struct *t)
{
	return kmemu_task_is_alive(t) ? get_task_struct(t) : NULL;
}

DEFINE_FREE(put_task, struct task_struct *, if (_T) put_task_struct(_T))
#endif

#endif /* _LINUX_SCHED_TASK_H */
