/* SPDX-License-Identifier: MIT */
/* <linux/rcuwait.h> of Linux 6.12: one task that waits, and who wakes it without a lock. */
#ifndef _LINUX_RCUWAIT_H_
#define _LINUX_RCUWAIT_H_

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/types.h>
#include <linux/wait.h>

#define __RCUWAIT_INITIALIZER(name) { .task = NULL }

static inline void rcuwait_init(struct rcuwait *w)
{
	w->task = NULL;
}

static inline int rcuwait_active(struct rcuwait *w)
{
	return !!READ_ONCE(w->task);
}

/* 1: it slept. A task's memory stays, so that none that has ended is written to. */
static inline int rcuwait_wake_up(struct rcuwait *w)
{
	struct task_struct *task = __atomic_load_n(&w->task, __ATOMIC_SEQ_CST);

	return task ? wake_up_process(task) : 0;
}

static inline void prepare_to_rcuwait(struct rcuwait *w)
{
	__atomic_store_n(&w->task, current, __ATOMIC_SEQ_CST);
}

static inline void finish_rcuwait(struct rcuwait *w)
{
	__atomic_store_n(&w->task, NULL, __ATOMIC_RELEASE);
	__set_current_state(TASK_RUNNING);
}

/* Jiffies left, 1 at least when the condition is true; 0: the time was up; -EINTR: a signal. */
#define ___rcuwait_wait_event(w, condition, state, timeout, name)              \
	__extension__({                                                        \
		long __left = (timeout);                                       \
		kmemu_might_sleep_in(name);                                    \
		prepare_to_rcuwait(w);                                         \
		while (set_current_state(state), !(condition) && __left > 0)   \
			__left = signal_pending_state(state, current) ?        \
					 -EINTR :                              \
					 kmemu_wait_schedule(__left);          \
		finish_rcuwait(w);                                             \
		__left ? __left : (condition) ? 1L : 0L;                       \
	})
#define rcuwait_wait_event(w, condition, state)                                          \
	__kmemu_error_of(___rcuwait_wait_event(w, condition, state, MAX_SCHEDULE_TIMEOUT, \
					       "rcuwait_wait_event"))
#define rcuwait_wait_event_timeout(w, condition, state, timeout) \
	___rcuwait_wait_event(w, condition, state, timeout, "rcuwait_wait_event_timeout")

#endif /* __cplusplus */

#endif /* _LINUX_RCUWAIT_H_ */
