/* SPDX-License-Identifier: MIT */
/*
 * <linux/wait_bit.h> of Linux 6.12: waits for a bit, or for a variable, by its address.
 * Many share a queue, so who is woken looks again.
 */
#ifndef _LINUX_WAIT_BIT_H
#define _LINUX_WAIT_BIT_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bitops.h>
#include <linux/wait.h>

static __always_inline struct wait_queue_head *__var_waitqueue(void *p)
{
	return (struct wait_queue_head *)kmemu_var_waitqueue(p);
}

static __always_inline struct wait_queue_head *bit_waitqueue(void *word, int bit)
{
	(void)bit;
	return __var_waitqueue(word);
}

static __always_inline void wake_up_var(void *var)
{
	wake_up_all(__var_waitqueue(var));
}

#define wait_var_event(var, condition) wait_event(*__var_waitqueue(var), condition)
#define wait_var_event_killable(var, condition) \
	wait_event_killable(*__var_waitqueue(var), condition)
#define wait_var_event_interruptible(var, condition) \
	wait_event_interruptible(*__var_waitqueue(var), condition)
#define wait_var_event_timeout(var, condition, timeout) \
	wait_event_timeout(*__var_waitqueue(var), condition, timeout)

static inline void wake_up_bit(void *word, int bit)
{
	(void)bit;
	wake_up_var(word);
}

static __always_inline void clear_and_wake_up_bit(int bit, void *word)
{
	clear_bit_unlock((unsigned int)bit, word);
	smp_mb__after_atomic();
	wake_up_bit(word, bit);
}

struct wait_bit_key {
	unsigned long *flags;
	int bit_nr;
	unsigned long timeout;
};

struct wait_bit_queue_entry {
	struct wait_bit_key key;
	struct wait_queue_entry wq_entry;
};

#define DEFINE_WAIT_BIT(name, word, bit)                                                  \
	struct wait_bit_queue_entry name = {                                              \
		.key = { .flags = (unsigned long *)(word), .bit_nr = (bit) },             \
		.wq_entry = { .private = current, .func = autoremove_wake_function,       \
			      .entry = LIST_HEAD_INIT((name).wq_entry.entry) },           \
	}

static inline void init_wait_var_entry(struct wait_bit_queue_entry *wbq, void *var, int flags)
{
	wbq->key = (struct wait_bit_key){ .flags = (unsigned long *)var, .bit_nr = -1 };
	init_wait_entry(&wbq->wq_entry, flags);
}

typedef int wait_bit_action_f(struct wait_bit_key *key, int mode);

/* Actions; mode is the state that the thread is in. */
static __always_inline int bit_wait(struct wait_bit_key *key, int mode)
{
	(void)key;
	schedule();
	return signal_pending_state((unsigned int)mode, current) ? -EINTR : 0;
}

static inline int bit_wait_io(struct wait_bit_key *key, int mode)
{
	return bit_wait(key, mode);
}

/* action sleeps in place of the kernel; what it says that is not 0 ends the wait. */
static __always_inline int __kmemu_wait_bit(unsigned long *word, int bit, wait_bit_action_f *action,
					    unsigned int mode, bool take)
{
	struct wait_queue_head *q = __var_waitqueue(word);
	struct wait_bit_key key = { word, bit, 0 };
	struct wait_queue_entry wait;
	int err = 0;

	might_sleep();
	init_wait(&wait);
	while (!err) {
		prepare_to_wait(q, &wait, mode);
		if (take ? !test_and_set_bit_lock((unsigned int)bit, word) :
			   !test_bit_acquire((unsigned int)bit, word))
			break;
		err = action(&key, (int)mode);
	}
	finish_wait(q, &wait);
	return err;
}

static __always_inline int wait_on_bit_action(unsigned long *word, int bit,
					      wait_bit_action_f *action, unsigned int mode)
{
	return __kmemu_wait_bit(word, bit, action, mode, false);
}

static __always_inline int wait_on_bit_lock_action(unsigned long *word, int bit,
						   wait_bit_action_f *action, unsigned int mode)
{
	return __kmemu_wait_bit(word, bit, action, mode, true);
}

/* 0: it is clear; -EINTR: a signal that ends a sleep in that state. */
static __always_inline int wait_on_bit(unsigned long *word, int bit, unsigned int mode)
{
	return wait_on_bit_action(word, bit, bit_wait, mode);
}

/* Likewise; -EAGAIN: the time was up. */
static inline int wait_on_bit_timeout(unsigned long *word, int bit, unsigned int mode,
				      unsigned long timeout)
{
	long left = __kmemu_wait(*__var_waitqueue(word),
				 !test_bit_acquire((unsigned int)bit, word), mode, 0,
				 (long)timeout, "wait_on_bit_timeout");

	return left > 0 ? 0 : left ? -EINTR : -EAGAIN;
}

/* 0: it was clear, and this thread has set it. */
static __always_inline int wait_on_bit_lock(unsigned long *word, int bit, unsigned int mode)
{
	return wait_on_bit_lock_action(word, bit, bit_wait, mode);
}

static __always_inline int wait_on_bit_io(unsigned long *word, int bit, unsigned mode)
{
	return wait_on_bit(word, bit, mode);
}

static __always_inline int wait_on_bit_lock_io(unsigned long *word, int bit, unsigned mode)
{
	return wait_on_bit_lock(word, bit, mode);
}

#define store_release_wake_up(var, val)        \
	do {                                   \
		smp_store_release(var, val);   \
		smp_mb();                      \
		wake_up_var(var);              \
	} while (0)

#endif /* __cplusplus */

#endif /* _LINUX_WAIT_BIT_H */
