/* SPDX-License-Identifier: MIT */
/*
 * <linux/wait.h> of Linux 6.12. libc may read the system's through this one. A signal
 * that is pending ends an interruptible wait with -ERESTARTSYS, SIGKILL a killable one.
 */
#ifndef _KMEMU_LINUX_WAIT_H
#define _KMEMU_LINUX_WAIT_H

#include_next <linux/wait.h>
/* Macros there, names of an enum in libc's <sys/wait.h>, which may come behind. */
#undef P_ALL
#undef P_PID
#undef P_PGID
#undef P_PIDFD

#include <kmemu/locks.h>
#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* Laid out as struct kmemu_wait_queue and struct kmemu_wait_entry. */
struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
};
typedef struct wait_queue_head wait_queue_head_t;

struct wait_queue_entry;
typedef int (*wait_queue_func_t)(struct wait_queue_entry *wq_entry, unsigned int mode, int flags,
				 void *key);

/* kernel: .private, which C++ cannot say */
#ifndef __cplusplus
#define __kmemu_private private
#else
#define __kmemu_private private_
#endif
struct wait_queue_entry {
	unsigned int flags;
	void *__kmemu_private;
	wait_queue_func_t func;
	struct list_head entry;
};
typedef struct wait_queue_entry wait_queue_entry_t;

#define WQ_FLAG_EXCLUSIVE KMEMU_WQ_FLAG_EXCLUSIVE
#define WQ_FLAG_WOKEN 0x02

__kmemu_c int default_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode,
				    int flags, void *key)
	__kmemu_is(kmemu_default_wake_function);
__kmemu_c int autoremove_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode,
				       int flags, void *key)
	__kmemu_is(kmemu_autoremove_wake_function);
__kmemu_c int woken_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode,
				  int flags, void *key)
	__kmemu_is(kmemu_woken_wake_function);
__kmemu_c long wait_woken(struct wait_queue_entry *wq_entry, unsigned int mode, long timeout)
	__kmemu_is(kmemu_wait_woken);
__kmemu_c void add_wait_queue(struct wait_queue_head *q, struct wait_queue_entry *entry)
	__kmemu_is(kmemu_add_wait_queue);
__kmemu_c void add_wait_queue_exclusive(struct wait_queue_head *q,
					struct wait_queue_entry *entry)
	__kmemu_is(kmemu_add_wait_queue_exclusive);
__kmemu_c void remove_wait_queue(struct wait_queue_head *q, struct wait_queue_entry *entry)
	__kmemu_is(kmemu_remove_wait_queue);
__kmemu_c void prepare_to_wait(struct wait_queue_head *q, struct wait_queue_entry *entry,
			       int state)
	__kmemu_is(kmemu_prepare_to_wait);
/* true: the entry is the first in the queue. */
__kmemu_c bool prepare_to_wait_exclusive(struct wait_queue_head *q,
					 struct wait_queue_entry *entry, int state)
	__kmemu_is(kmemu_prepare_to_wait_exclusive);
/* 0; -ERESTARTSYS and off the queue: a signal that ends a sleep in that state. */
__kmemu_c long prepare_to_wait_event(struct wait_queue_head *q, struct wait_queue_entry *entry,
				     int state) __kmemu_is(kmemu_prepare_to_wait_event);
__kmemu_c void finish_wait(struct wait_queue_head *q, struct wait_queue_entry *entry)
	__kmemu_is(kmemu_finish_wait);
/* How many exclusive entries were woken. */
__kmemu_c int __wake_up(struct wait_queue_head *q, unsigned int mode, int nr, void *key)
	__kmemu_is(kmemu_wake_up);

#define __WAIT_QUEUE_HEAD_INITIALIZER(name) \
	{ __SPIN_LOCK_UNLOCKED(name.lock), { &(name).head, &(name).head } }
#define DECLARE_WAIT_QUEUE_HEAD(name) \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_WAIT_QUEUE_HEAD(name)
#define __WAITQUEUE_INITIALIZER(name, tsk) \
	{ 0, (tsk), default_wake_function, { NULL, NULL } }
#define DECLARE_WAITQUEUE(name, tsk) \
	struct wait_queue_entry name = __WAITQUEUE_INITIALIZER(name, tsk)
#define DEFINE_WAIT_FUNC(name, function) \
	struct wait_queue_entry name = { 0, current, function, { &(name).entry, &(name).entry } }
#define DEFINE_WAIT(name) DEFINE_WAIT_FUNC(name, autoremove_wake_function)

static inline void init_waitqueue_head(struct wait_queue_head *q)
{
	q->lock.rlock.word = KMEMU_LOCK_SET_UP;
	q->head.next = q->head.prev = &q->head;
}

static inline void init_waitqueue_entry(struct wait_queue_entry *entry, struct task_struct *p)
{
	entry->flags = 0;
	entry->__kmemu_private = p;
	entry->func = default_wake_function;
}

static inline void init_waitqueue_func_entry(struct wait_queue_entry *entry,
					     wait_queue_func_t func)
{
	entry->flags = 0;
	entry->__kmemu_private = NULL;
	entry->func = func;
}

static inline void init_wait(struct wait_queue_entry *entry)
{
	init_waitqueue_entry(entry, current);
	entry->func = autoremove_wake_function;
	entry->entry.next = entry->entry.prev = &entry->entry;
}

static inline int waitqueue_active(struct wait_queue_head *q)
{
	return READ_ONCE(q->head.next) != &q->head;
}

static inline bool wq_has_sleeper(struct wait_queue_head *q)
{
	__sync_synchronize();
	return waitqueue_active(q);
}

#define wake_up(x) __wake_up(x, TASK_NORMAL, 1, NULL)
#define wake_up_nr(x, nr) __wake_up(x, TASK_NORMAL, nr, NULL)
#define wake_up_all(x) __wake_up(x, TASK_NORMAL, 0, NULL)
#define wake_up_interruptible(x) __wake_up(x, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_nr(x, nr) __wake_up(x, TASK_INTERRUPTIBLE, nr, NULL)
#define wake_up_interruptible_all(x) __wake_up(x, TASK_INTERRUPTIBLE, 0, NULL)
#define wake_up_interruptible_sync(x) wake_up_interruptible(x)
#define wake_up_poll(x, m) __wake_up(x, TASK_NORMAL, 1, (void *)(unsigned long)(m))
#define wake_up_interruptible_poll(x, m) \
	__wake_up(x, TASK_INTERRUPTIBLE, 1, (void *)(unsigned long)(m))

/* --- of who has the queue's lock */

__kmemu_c void __kmemu_wake_up_locked(struct wait_queue_head *q, unsigned int mode, int nr,
				      void *key) __kmemu_is(kmemu_wake_up_locked);
#ifdef __cplusplus
#define __kmemu_wake_locked(x, mode, nr, key) __kmemu_wake_up_locked(x, mode, nr, key)
#else
#define __kmemu_wake_locked(x, mode, nr, key)                      \
	__extension__({                                            \
		struct wait_queue_head *__kmemu_q = (x);           \
									   \
		lockdep_assert_held(&__kmemu_q->lock);             \
		__kmemu_wake_up_locked(__kmemu_q, mode, nr, key);  \
	})
#endif

static __always_inline void __wake_up_locked(struct wait_queue_head *x, unsigned int mode, int nr)
{
	__kmemu_wake_locked(x, mode, nr, NULL);
}

static __always_inline void __wake_up_locked_key(struct wait_queue_head *x, unsigned int mode,
						 void *key)
{
	__kmemu_wake_locked(x, mode, 1, key);
}

#define wake_up_locked(x) __kmemu_wake_locked(x, TASK_NORMAL, 1, NULL)
#define wake_up_all_locked(x) __kmemu_wake_locked(x, TASK_NORMAL, 0, NULL)
#define wake_up_locked_poll(x, m) \
	__kmemu_wake_locked(x, TASK_NORMAL, 1, (void *)(unsigned long)(m))

/* A wait's result that tells of no time: what ended it, or 0. */
static __always_inline int __kmemu_error_of(long left)
{
	return left < 0 ? (int)left : 0;
}

/* C alone: <linux/list.h>. */
#ifndef __cplusplus

static inline void __add_wait_queue(struct wait_queue_head *q, struct wait_queue_entry *entry)
{
	list_add(&entry->entry, &q->head);
}

static inline void __add_wait_queue_exclusive(struct wait_queue_head *q,
					      struct wait_queue_entry *entry)
{
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	list_add(&entry->entry, &q->head);
}

static inline void __add_wait_queue_entry_tail(struct wait_queue_head *q,
					       struct wait_queue_entry *entry)
{
	list_add_tail(&entry->entry, &q->head);
}

static inline void __add_wait_queue_entry_tail_exclusive(struct wait_queue_head *q,
							 struct wait_queue_entry *entry)
{
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	list_add_tail(&entry->entry, &q->head);
}

static inline void __remove_wait_queue(struct wait_queue_head *q, struct wait_queue_entry *entry)
{
	(void)q;
	list_del(&entry->entry);
}

/* The lock is released while it waits. 0 or -ERESTARTSYS. */
#define __kmemu_wait_locked(wq, condition, take, release, state, name)                     \
	__extension__({                                                                   \
		struct wait_queue_entry __wait;                                           \
		int __err = 0;                                                            \
		init_wait(&__wait);                                                       \
		__wait.func = default_wake_function;                                      \
		while (!(condition)) {                                                    \
			if (list_empty(&__wait.entry))                                    \
				__add_wait_queue_entry_tail(&(wq), &__wait);              \
			set_current_state(state);                                         \
			if (signal_pending_state(state, current)) {                       \
				__err = -ERESTARTSYS;                                     \
				break;                                                    \
			}                                                                 \
			release(&(wq).lock);                                             \
			kmemu_might_sleep_in(name);                                       \
			kmemu_wait_schedule(MAX_SCHEDULE_TIMEOUT);                        \
			take(&(wq).lock);                                                 \
		}                                                                         \
		if (!list_empty(&__wait.entry))                                           \
			list_del_init(&__wait.entry);                                     \
		__set_current_state(TASK_RUNNING);                                        \
		__err;                                                                    \
	})
#define wait_event_interruptible_locked(wq, condition)                                    \
	__kmemu_wait_locked(wq, condition, spin_lock, spin_unlock, TASK_INTERRUPTIBLE,    \
			    "wait_event_interruptible_locked")
#define wait_event_interruptible_locked_irq(wq, condition)                                \
	__kmemu_wait_locked(wq, condition, spin_lock_irq, spin_unlock_irq,                \
			    TASK_INTERRUPTIBLE, "wait_event_interruptible_locked_irq")
#define wait_event_killable_locked(wq, condition)                                         \
	__kmemu_wait_locked(wq, condition, spin_lock, spin_unlock, TASK_KILLABLE,         \
			    "wait_event_killable_locked")

#endif /* __cplusplus */

static inline void init_wait_entry(struct wait_queue_entry *entry, int flags)
{
	init_wait(entry);
	entry->flags = (unsigned int)flags;
}

/*
 * Sleeps until the condition is true: the jiffies left, at least 1 when it is true, 0
 * when the time was up and it is not; or what prepare said that is not 0. sleep knows
 * what is left as __left.
 */
#define __kmemu_wait_until(condition, left, prepare, sleep, finish)                      \
	__extension__({                                                                  \
		long __left = (left);                                                    \
		for (;;) {                                                               \
			long __err = prepare;                                            \
			if (condition) {                                                 \
				if (!__left)                                             \
					__left = 1;                                      \
				break;                                                   \
			}                                                                \
			if (!__left)                                                     \
				break;                                                   \
			if (__err) {                                                     \
				__left = __err;                                          \
				break;                                                   \
			}                                                                \
			__left = sleep;                                                  \
		}                                                                        \
		finish;                                                                  \
		__left;                                                                  \
	})

#define __kmemu_wait(wq, condition, state, wait_flags, timeout, name)                    \
	__extension__({                                                                  \
		struct wait_queue_entry __wait;                                          \
		kmemu_might_sleep_in(name);                                              \
		init_wait_entry(&__wait, wait_flags);                                    \
		__kmemu_wait_until(condition, timeout,                                   \
				   prepare_to_wait_event(&(wq), &__wait, state),         \
				   kmemu_wait_schedule(__left),                          \
				   finish_wait(&(wq), &__wait));                         \
	})

#define wait_event(wq, condition)                                                         \
	((void)__kmemu_wait(wq, condition, TASK_UNINTERRUPTIBLE, 0,         \
			    MAX_SCHEDULE_TIMEOUT, "wait_event"))
#define io_wait_event(wq, condition) wait_event(wq, condition)
#define wait_event_freezable(wq, condition) wait_event_interruptible(wq, condition)
#define wait_event_timeout(wq, condition, timeout)                                        \
	__kmemu_wait(wq, condition, TASK_UNINTERRUPTIBLE, 0, timeout,       \
		     "wait_event_timeout")
#define __kmemu_wait_0(wq, condition, state, wait_flags, name) \
	__kmemu_error_of(__kmemu_wait(wq, condition, state, wait_flags, MAX_SCHEDULE_TIMEOUT, \
				      name))
#define wait_event_interruptible(wq, condition) \
	__kmemu_wait_0(wq, condition, TASK_INTERRUPTIBLE, 0, \
		       "wait_event_interruptible")
#define wait_event_interruptible_timeout(wq, condition, timeout)                          \
	__kmemu_wait(wq, condition, TASK_INTERRUPTIBLE, 0, timeout,         \
		     "wait_event_interruptible_timeout")
/* Rounded up to jiffies. */
#define __kmemu_wait_ns(wq, condition, timeout, state, name)                              \
	__extension__({                                                                   \
		long __kmemu_left = __kmemu_wait(                                         \
			wq, condition, state, 0,                                          \
			(long)nsecs_to_jiffies((u64)(timeout) + NSEC_PER_SEC / HZ - 1), name); \
		__kmemu_left ? __kmemu_error_of(__kmemu_left) : -ETIME;                   \
	})
#define wait_event_hrtimeout(wq, condition, timeout) \
	__kmemu_wait_ns(wq, condition, timeout, TASK_UNINTERRUPTIBLE, "wait_event_hrtimeout")
#define wait_event_interruptible_hrtimeout(wq, condition, timeout)             \
	__kmemu_wait_ns(wq, condition, timeout, TASK_INTERRUPTIBLE, \
			"wait_event_interruptible_hrtimeout")
#define wait_event_interruptible_exclusive(wq, condition) \
	__kmemu_wait_0(wq, condition, TASK_INTERRUPTIBLE, WQ_FLAG_EXCLUSIVE, \
		       "wait_event_interruptible_exclusive")
#define wait_event_killable(wq, condition) \
	__kmemu_wait_0(wq, condition, TASK_KILLABLE, 0, "wait_event_killable")
#define wait_event_killable_timeout(wq, condition, timeout)                               \
	__kmemu_wait(wq, condition, TASK_KILLABLE, 0, timeout,              \
		     "wait_event_killable_timeout")
#define wait_event_idle(wq, condition) wait_event(wq, condition)
#define wait_event_idle_timeout(wq, condition, timeout) \
	wait_event_timeout(wq, condition, timeout)

/* The lock is held where the condition is looked at, and not while it waits. 0 or -ERESTARTSYS. */
#define __kmemu_wait_cmd(wq, condition, state, wait_flags, before, after, name)           \
	__extension__({                                                                   \
		struct wait_queue_entry __wait;                                           \
		long __err;                                                               \
		init_wait_entry(&__wait, wait_flags);                                     \
		for (;;) {                                                                \
			__err = prepare_to_wait_event(&(wq), &__wait, state);             \
			if (condition) {                                                  \
				__err = 0;                                                \
				break;                                                    \
			}                                                                 \
			if (__err)                                                        \
				break;                                                    \
			before;                                                           \
			kmemu_might_sleep_in(name);                                       \
			kmemu_wait_schedule(MAX_SCHEDULE_TIMEOUT);                        \
			after;                                                            \
		}                                                                         \
		finish_wait(&(wq), &__wait);                                              \
		(int)__err;                                                               \
	})
#define wait_event_cmd(wq, condition, cmd1, cmd2)                                         \
	((void)__kmemu_wait_cmd(wq, condition, TASK_UNINTERRUPTIBLE, 0, cmd1, cmd2,       \
				"wait_event_cmd"))
#define wait_event_exclusive_cmd(wq, condition, cmd1, cmd2)                               \
	((void)__kmemu_wait_cmd(wq, condition, TASK_UNINTERRUPTIBLE, WQ_FLAG_EXCLUSIVE,   \
				cmd1, cmd2, "wait_event_exclusive_cmd"))
#define wait_event_lock_irq(wq, condition, lock)                                          \
	((void)__kmemu_wait_cmd(wq, condition, TASK_UNINTERRUPTIBLE, 0,                   \
				spin_unlock_irq(&(lock)), spin_lock_irq(&(lock)),         \
				"wait_event_lock_irq"))
#define wait_event_lock_irq_cmd(wq, condition, lock, cmd)                                 \
	((void)__kmemu_wait_cmd(wq, condition, TASK_UNINTERRUPTIBLE, 0,                   \
				spin_unlock_irq(&(lock));                                 \
				cmd, spin_lock_irq(&(lock)), "wait_event_lock_irq"))
#define wait_event_interruptible_lock_irq(wq, condition, lock)                            \
	__kmemu_wait_cmd(wq, condition, TASK_INTERRUPTIBLE, 0, spin_unlock_irq(&(lock)),  \
			 spin_lock_irq(&(lock)), "wait_event_interruptible_lock_irq")
#define wait_event_interruptible_lock_irq_cmd(wq, condition, lock, cmd)                   \
	__kmemu_wait_cmd(wq, condition, TASK_INTERRUPTIBLE, 0, spin_unlock_irq(&(lock));  \
			 cmd, spin_lock_irq(&(lock)), "wait_event_interruptible_lock_irq_cmd")
#define wait_event_freezable_timeout(wq, condition, timeout) \
	wait_event_interruptible_timeout(wq, condition, timeout)

#ifndef __cplusplus

#define wake_up_interruptible_sync_poll(wq, m) wake_up_interruptible_sync(wq)
#define wake_up_sync(wq) wake_up(wq)

#define WQ_FLAG_PRIORITY 0x10

/* At the front, before those that are not; woken as they are. */
static __always_inline void add_wait_queue_priority(struct wait_queue_head *q,
						    struct wait_queue_entry *entry)
{
	unsigned long flags;

	entry->flags |= WQ_FLAG_EXCLUSIVE | WQ_FLAG_PRIORITY;
	spin_lock_irqsave(&q->lock, flags);
	__add_wait_queue(q, entry);
	spin_unlock_irqrestore(&q->lock, flags);
}

/* POLLHUP and POLLFREE: the queue goes, who polls lets go of it. */
static inline void wake_up_pollfree(struct wait_queue_head *q)
{
	if (waitqueue_active(q))
		__wake_up(q, TASK_NORMAL, 0, (void *)0x4010UL);
}

/* The wait itself: as often as the condition is not true, cmd sleeps. ret, or what cmd set. */
#define ___wait_is_interruptible(state) \
	(!__builtin_constant_p(state) || ((state) & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)))
#define ___wait_event(wq_head, condition, state, exclusive, ret, cmd)                     \
	__extension__({                                                                   \
		struct wait_queue_entry __wq_entry;                                       \
		long __ret = (ret);                                                       \
		init_wait_entry(&__wq_entry, (exclusive) ? WQ_FLAG_EXCLUSIVE : 0);        \
		for (;;) {                                                                \
			long __int = prepare_to_wait_event(&(wq_head), &__wq_entry, (state)); \
			if (condition)                                                    \
				break;                                                    \
			if (___wait_is_interruptible(state) && __int) {                   \
				__ret = __int;                                            \
				break;                                                    \
			}                                                                 \
			cmd;                                                              \
		}                                                                         \
		finish_wait(&(wq_head), &__wq_entry);                                     \
		__ret;                                                                    \
	})
#define __wait_event(wq_head, condition) \
	((void)___wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, 0, schedule()))
#define __io_wait_event(wq_head, condition) \
	((void)___wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, 0, io_schedule()))
#define __wait_event_interruptible(wq_head, condition) \
	___wait_event(wq_head, condition, TASK_INTERRUPTIBLE, 0, 0, schedule())

#define wait_event_state(wq, condition, state) \
	__kmemu_wait_0(wq, condition, (state), 0, "wait_event_state")
#define wait_event_freezable_exclusive(wq, condition)                              \
	__kmemu_wait_0(wq, condition, TASK_INTERRUPTIBLE, WQ_FLAG_EXCLUSIVE, \
		       "wait_event_freezable_exclusive")
#define wait_event_idle_exclusive(wq, condition)                                   \
	((void)__kmemu_wait_0(wq, condition, TASK_UNINTERRUPTIBLE, WQ_FLAG_EXCLUSIVE, \
			      "wait_event_idle_exclusive"))
#define wait_event_idle_exclusive_timeout(wq, condition, timeout)                  \
	__kmemu_wait(wq, condition, TASK_UNINTERRUPTIBLE, WQ_FLAG_EXCLUSIVE, timeout, \
		     "wait_event_idle_exclusive_timeout")
#define wait_event_killable_exclusive(wq, condition)                               \
	__kmemu_wait_0(wq, condition, TASK_KILLABLE, WQ_FLAG_EXCLUSIVE,    \
		       "wait_event_killable_exclusive")

static __always_inline long __kmemu_schedule_unlocked(spinlock_t *lock, long left, const char *name)
{
	spin_unlock_irq(lock);
	kmemu_might_sleep_in(name);
	left = kmemu_wait_schedule(left);
	spin_lock_irq(lock);
	return left;
}

/* With the lock held, which is released while it waits. Jiffies left, as above. */
#define __kmemu_wait_lock_irq_timeout(wq, condition, lock, timeout, state, name)          \
	__extension__({                                                                   \
		struct wait_queue_entry __wait;                                           \
		init_wait_entry(&__wait, 0);                                              \
		__kmemu_wait_until(condition, timeout,                                    \
				   prepare_to_wait_event(&(wq), &__wait, state),          \
				   __kmemu_schedule_unlocked(&(lock), __left, name),      \
				   finish_wait(&(wq), &__wait));                          \
	})
#define wait_event_lock_irq_timeout(wq, condition, lock, timeout)                         \
	__kmemu_wait_lock_irq_timeout(wq, condition, lock, timeout, TASK_UNINTERRUPTIBLE, \
				      "wait_event_lock_irq_timeout")
#define wait_event_interruptible_lock_irq_timeout(wq, condition, lock, timeout)           \
	__kmemu_wait_lock_irq_timeout(wq, condition, lock, timeout, TASK_INTERRUPTIBLE,   \
				      "wait_event_interruptible_lock_irq_timeout")

#define key_to_poll(m) ((__poll_t)(uintptr_t)(m))
#define poll_to_key(m) ((void *)(uintptr_t)(m))

static __always_inline void __init_waitqueue_head(struct wait_queue_head *wq_head, const char *name,
						  struct lock_class_key *key)
{
	(void)name;
	(void)key;
	init_waitqueue_head(wq_head);
}

#endif /* __cplusplus */

#endif /* _KMEMU_LINUX_WAIT_H */
