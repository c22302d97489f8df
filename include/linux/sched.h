/* SPDX-License-Identifier: MIT */
/*
 * <linux/sched.h> of Linux 6.12: current, states, schedule(). libc may read the
 * system's through this one.
 *
 * current->flags are read only: memalloc_*_save() changes them. No signal is ever
 * pending.
 */
#ifndef _KMEMU_LINUX_SCHED_H
#define _KMEMU_LINUX_SCHED_H

#include_next <linux/sched.h>

#include <asm/page.h>
#include <asm/processor.h>
#include <kmemu/context.h>
#include <kmemu/irq.h>
#include <kmemu/sched.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/types.h>

#define PF_MEMALLOC KMEMU_PF_MEMALLOC
#define PF_MEMALLOC_NOFS KMEMU_PF_MEMALLOC_NOFS
#define PF_MEMALLOC_NOIO KMEMU_PF_MEMALLOC_NOIO
#define PF_MEMALLOC_PIN KMEMU_PF_MEMALLOC_PIN
#define PF_KTHREAD KMEMU_PF_KTHREAD
#define PF_EXITING KMEMU_PF_EXITING
#define PF_WQ_WORKER KMEMU_PF_WQ_WORKER

#define TASK_RUNNING KMEMU_TASK_RUNNING
#define TASK_INTERRUPTIBLE KMEMU_TASK_INTERRUPTIBLE
#define TASK_UNINTERRUPTIBLE KMEMU_TASK_UNINTERRUPTIBLE
#define TASK_PARKED KMEMU_TASK_PARKED
#define TASK_DEAD KMEMU_TASK_DEAD
#define TASK_WAKEKILL KMEMU_TASK_WAKEKILL
#define TASK_NOLOAD 0x00000400
#define TASK_NORMAL KMEMU_TASK_NORMAL
#define TASK_KILLABLE (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)

#define TASK_COMM_LEN KMEMU_TASK_COMM_LEN
#define MAX_SCHEDULE_TIMEOUT ((long)KMEMU_MAX_SCHEDULE_TIMEOUT)

#ifdef __cplusplus
#define current kmemu_current()
#define get_current() kmemu_current()
#endif

#define set_current_state(state) kmemu_set_current_state(state)
#define __set_current_state(state) WRITE_ONCE(current->__state, (state))
#define get_current_state() READ_ONCE(current->__state)
#define task_is_running(task) (READ_ONCE((task)->__state) == TASK_RUNNING)

__kmemu_c void schedule(void) __kmemu_is(kmemu_schedule);
__kmemu_c void io_schedule(void) __kmemu_is(kmemu_schedule);
__kmemu_c long schedule_timeout(long timeout) __kmemu_is(kmemu_schedule_timeout);
__kmemu_c long io_schedule_timeout(long timeout) __kmemu_is(kmemu_schedule_timeout);
__kmemu_c long schedule_timeout_interruptible(long timeout)
	__kmemu_is(kmemu_schedule_timeout_interruptible);
__kmemu_c long schedule_timeout_killable(long timeout)
	__kmemu_is(kmemu_schedule_timeout_killable);
__kmemu_c long schedule_timeout_uninterruptible(long timeout)
	__kmemu_is(kmemu_schedule_timeout_uninterruptible);
__kmemu_c long schedule_timeout_idle(long timeout)
	__kmemu_is(kmemu_schedule_timeout_uninterruptible);
__kmemu_c void yield(void) __kmemu_is(kmemu_yield);
__kmemu_c int cond_resched(void) __kmemu_is(kmemu_cond_resched);
__kmemu_c int wake_up_process(struct task_struct *task) __kmemu_is(kmemu_wake_up_process);
__kmemu_c int wake_up_state(struct task_struct *task, unsigned int state)
	__kmemu_is(kmemu_wake_up_state);

#define need_resched() 0
#define might_yield() might_sleep()
#define cond_resched_rcu() cond_resched()
#define cond_resched_lock(lock)                                    \
	__extension__({                                            \
		spin_unlock(lock);                                 \
		cond_resched();                                    \
		spin_lock(lock);                                   \
		1;                                                 \
	})

static __always_inline int signal_pending(struct task_struct *task)
{
	(void)task;
	return 0;
}

static __always_inline int fatal_signal_pending(struct task_struct *task)
{
	(void)task;
	return 0;
}

static __always_inline int signal_pending_state(unsigned int state, struct task_struct *task)
{
	(void)state;
	(void)task;
	return 0;
}

static __always_inline int task_pid_nr(struct task_struct *task)
{
	return task->pid;
}

static __always_inline int task_tgid_nr(struct task_struct *task)
{
	return task->tgid;
}

#include <linux/sched/task.h>

#endif /* _KMEMU_LINUX_SCHED_H */
