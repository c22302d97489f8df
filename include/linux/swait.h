/* SPDX-License-Identifier: MIT */
/*
 * <linux/swait.h> of Linux 6.12: wait queues without functions, whose lock is a raw
 * spinlock (kernel/sched/swait.c). All waits are exclusive.
 */
#ifndef _LINUX_SWAIT_H
#define _LINUX_SWAIT_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct swait_queue_head {
	raw_spinlock_t lock;
	struct list_head task_list;
};

struct swait_queue {
	struct task_struct *task;
	struct list_head task_list;
};

#define __SWAITQUEUE_INITIALIZER(name) \
	{ .task = current, .task_list = LIST_HEAD_INIT((name).task_list) }
#define DECLARE_SWAITQUEUE(name) struct swait_queue name = __SWAITQUEUE_INITIALIZER(name)
#define __SWAIT_QUEUE_HEAD_INITIALIZER(name)                  \
	{                                                     \
		.lock = __RAW_SPIN_LOCK_UNLOCKED((name).lock), \
		.task_list = LIST_HEAD_INIT((name).task_list), \
	}
#define DECLARE_SWAIT_QUEUE_HEAD(name) \
	struct swait_queue_head name = __SWAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_SWAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_SWAIT_QUEUE_HEAD(name)

static __always_inline void __init_swait_queue_head(struct swait_queue_head *q, const char *name,
						    struct lock_class_key *key)
{
	raw_spin_lock_init(&q->lock);
	lockdep_set_class_and_name(&q->lock, key, name);
	INIT_LIST_HEAD(&q->task_list);
}
/* A class at each place, as there. */
#define init_swait_queue_head(q)                                \
	do {                                                    \
		static struct lock_class_key __key;             \
		__init_swait_queue_head((q), #q, &__key);       \
	} while (0)

static inline int swait_active(struct swait_queue_head *q)
{
	return !list_empty(&q->task_list);
}

static inline bool swq_has_sleeper(struct swait_queue_head *q)
{
	smp_mb();
	return swait_active(q);
}

/* --- waking; of who has the lock */

static inline void swake_up_locked(struct swait_queue_head *q, int wake_flags)
{
	struct swait_queue *first;

	(void)wake_flags;
	if (list_empty(&q->task_list))
		return;
	first = list_first_entry(&q->task_list, struct swait_queue, task_list);
	wake_up_state(first->task, TASK_NORMAL);
	list_del_init(&first->task_list);
}

/* Any context. */
static __always_inline void swake_up_one(struct swait_queue_head *q)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&q->lock, flags);
	swake_up_locked(q, 0);
	raw_spin_unlock_irqrestore(&q->lock, flags);
}

/* Those that wait now; the lock is dropped between them. With interrupts on. */
static __always_inline void swake_up_all(struct swait_queue_head *q)
{
	LIST_HEAD(now);

	raw_spin_lock_irq(&q->lock);
	list_splice_init(&q->task_list, &now);
	while (!list_empty(&now)) {
		struct swait_queue *w = list_first_entry(&now, struct swait_queue, task_list);

		wake_up_state(w->task, TASK_NORMAL);
		list_del_init(&w->task_list);
		raw_spin_unlock_irq(&q->lock);
		raw_spin_lock_irq(&q->lock);
	}
	raw_spin_unlock_irq(&q->lock);
}

/* --- waiting */

static __always_inline void prepare_to_swait_exclusive(struct swait_queue_head *q,
						       struct swait_queue *wait, int state)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&q->lock, flags);
	wait->task = current;
	if (list_empty(&wait->task_list))
		list_add_tail(&wait->task_list, &q->task_list);
	set_current_state((unsigned int)state);
	raw_spin_unlock_irqrestore(&q->lock, flags);
}

static __always_inline long prepare_to_swait_event(struct swait_queue_head *q,
						   struct swait_queue *wait, int state)
{
	unsigned long flags;

	if (!signal_pending_state((unsigned int)state, current)) {
		prepare_to_swait_exclusive(q, wait, state);
		return 0;
	}
	raw_spin_lock_irqsave(&q->lock, flags);
	list_del_init(&wait->task_list);
	raw_spin_unlock_irqrestore(&q->lock, flags);
	return -ERESTARTSYS;
}

static __always_inline void finish_swait(struct swait_queue_head *q, struct swait_queue *wait)
{
	unsigned long flags;

	__set_current_state(TASK_RUNNING);
	if (list_empty_careful(&wait->task_list))
		return;
	raw_spin_lock_irqsave(&q->lock, flags);
	list_del_init(&wait->task_list);
	raw_spin_unlock_irqrestore(&q->lock, flags);
}

/* Jiffies left, at least 1 when the condition is true; 0: the time was up; -ERESTARTSYS. */
#define __kmemu_swait(wq, condition, state, timeout)                                      \
	__extension__({                                                                   \
		struct swait_queue __wait = { .task_list = LIST_HEAD_INIT(__wait.task_list) }; \
		__kmemu_wait_until(condition, timeout,                                    \
				   prepare_to_swait_event(&(wq), &__wait, state),         \
				   schedule_timeout(__left),                              \
				   finish_swait(&(wq), &__wait));                         \
	})
/* No question of contexts where nobody has to wait, as in the kernel. */
#define __kmemu_swait_unless(wq, condition, state, timeout)                               \
	__extension__({                                                                   \
		long __kmemu_left = (timeout);                                            \
		if (!(condition))                                                         \
			__kmemu_left = __kmemu_swait(wq, condition, state, __kmemu_left); \
		else if (!__kmemu_left)                                                   \
			__kmemu_left = 1;                                                 \
		__kmemu_left;                                                             \
	})

#define swait_event_exclusive(wq, condition)                                              \
	((void)__kmemu_swait_unless(wq, condition, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT))
#define swait_event_timeout_exclusive(wq, condition, timeout) \
	__kmemu_swait_unless(wq, condition, TASK_UNINTERRUPTIBLE, timeout)
#define swait_event_interruptible_exclusive(wq, condition)                                \
	__kmemu_error_of(__kmemu_swait_unless(wq, condition, TASK_INTERRUPTIBLE,          \
					      MAX_SCHEDULE_TIMEOUT))
#define swait_event_interruptible_timeout_exclusive(wq, condition, timeout) \
	__kmemu_swait_unless(wq, condition, TASK_INTERRUPTIBLE, timeout)
#define swait_event_idle_exclusive(wq, condition)                                         \
	((void)__kmemu_swait_unless(wq, condition, TASK_IDLE, MAX_SCHEDULE_TIMEOUT))
#define swait_event_idle_timeout_exclusive(wq, condition, timeout) \
	__kmemu_swait_unless(wq, condition, TASK_IDLE, timeout)

#endif /* __cplusplus */

#endif /* _LINUX_SWAIT_H */
