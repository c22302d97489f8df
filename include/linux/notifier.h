/* SPDX-License-Identifier: MIT */
/*
 * <linux/notifier.h> of Linux 6.12: chains of functions, called by priority. Atomic ones
 * are walked under RCU, blocking ones under a semaphore and may sleep; raw ones are the
 * caller's to protect.
 */
#ifndef _LINUX_NOTIFIER_H
#define _LINUX_NOTIFIER_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/notifier.h>
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>

typedef int (*notifier_fn_t)(struct notifier_block *nb, unsigned long action, void *data);

#define NOTIFY_DONE 0x0000
#define NOTIFY_OK 0x0001
#define NOTIFY_STOP_MASK 0x8000
#define NOTIFY_BAD (NOTIFY_STOP_MASK | 0x0002)
#define NOTIFY_STOP (NOTIFY_OK | NOTIFY_STOP_MASK)

static inline int notifier_from_errno(int err)
{
	return err ? NOTIFY_STOP_MASK | (NOTIFY_OK - err) : NOTIFY_OK;
}

static inline int notifier_to_errno(int ret)
{
	ret &= ~NOTIFY_STOP_MASK;
	return ret > NOTIFY_OK ? NOTIFY_OK - ret : 0;
}

struct raw_notifier_head {
	struct notifier_block __rcu *head;
};
struct atomic_notifier_head {
	spinlock_t lock;
	struct notifier_block __rcu *head;
};
struct blocking_notifier_head {
	struct rw_semaphore rwsem;
	struct notifier_block __rcu *head;
};

#define RAW_NOTIFIER_INIT(name) { .head = NULL }
#define RAW_NOTIFIER_HEAD(name) struct raw_notifier_head name = RAW_NOTIFIER_INIT(name)
#define ATOMIC_NOTIFIER_INIT(name) { .lock = __SPIN_LOCK_UNLOCKED(name.lock), .head = NULL }
#define ATOMIC_NOTIFIER_HEAD(name) struct atomic_notifier_head name = ATOMIC_NOTIFIER_INIT(name)
#define BLOCKING_NOTIFIER_INIT(name) { .rwsem = __RWSEM_INITIALIZER((name).rwsem), .head = NULL }
#define BLOCKING_NOTIFIER_HEAD(name) \
	struct blocking_notifier_head name = BLOCKING_NOTIFIER_INIT(name)
#define RAW_INIT_NOTIFIER_HEAD(name) ((void)((name)->head = NULL))
#define ATOMIC_INIT_NOTIFIER_HEAD(name)       \
	do {                                  \
		spin_lock_init(&(name)->lock); \
		(name)->head = NULL;          \
	} while (0)
#define BLOCKING_INIT_NOTIFIER_HEAD(name)   \
	do {                                \
		init_rwsem(&(name)->rwsem); \
		(name)->head = NULL;        \
	} while (0)

/* --- raw: what the others do under their locks */

static __always_inline int __kmemu_notifier_register(struct raw_notifier_head *nh,
						     struct notifier_block *nb, bool unique)
{
	struct notifier_block **at = &nh->head;

	for (; *at && (*at)->priority >= nb->priority; at = &(*at)->next) {
		if (WARN(*at == nb, "notifier callback %ps already registered",
			 (void *)nb->notifier_call))
			return -EEXIST;
		if (unique && (*at)->priority == nb->priority)
			return -EBUSY;
	}
	nb->next = *at;
	rcu_assign_pointer(*at, nb);
	return 0;
}

static __always_inline int raw_notifier_chain_register(struct raw_notifier_head *nh,
						       struct notifier_block *nb)
{
	return __kmemu_notifier_register(nh, nb, false);
}

static inline int raw_notifier_chain_unregister(struct raw_notifier_head *nh,
						struct notifier_block *nb)
{
	struct notifier_block **at = &nh->head;

	for (; *at; at = &(*at)->next)
		if (*at == nb) {
			rcu_assign_pointer(*at, nb->next);
			return 0;
		}
	return -ENOENT;
}

static __always_inline int raw_notifier_call_chain(struct raw_notifier_head *nh, unsigned long val,
						   void *v)
{
	struct notifier_block *nb = rcu_dereference_raw(nh->head), *next;
	int ret = NOTIFY_DONE;

	for (; nb && !(ret & NOTIFY_STOP_MASK); nb = next) {
		next = rcu_dereference_raw(nb->next);
		ret = nb->notifier_call(nb, val, v);
	}
	return ret;
}

#define __kmemu_raw(nh) ((struct raw_notifier_head *)&(nh)->head)

/* --- atomic */

static __always_inline int __kmemu_atomic_register(struct atomic_notifier_head *nh,
						   struct notifier_block *nb, bool unique)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&nh->lock, flags);
	ret = __kmemu_notifier_register(__kmemu_raw(nh), nb, unique);
	spin_unlock_irqrestore(&nh->lock, flags);
	return ret;
}

static inline int atomic_notifier_chain_register(struct atomic_notifier_head *nh,
						 struct notifier_block *nb)
{
	return __kmemu_atomic_register(nh, nb, false);
}

/* -EBUSY: another one has that priority. */
static inline int atomic_notifier_chain_register_unique_prio(struct atomic_notifier_head *nh,
							     struct notifier_block *nb)
{
	return __kmemu_atomic_register(nh, nb, true);
}

static __always_inline int atomic_notifier_chain_unregister(struct atomic_notifier_head *nh,
							    struct notifier_block *nb)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&nh->lock, flags);
	ret = raw_notifier_chain_unregister(__kmemu_raw(nh), nb);
	spin_unlock_irqrestore(&nh->lock, flags);
	synchronize_rcu();
	return ret;
}

static __always_inline int atomic_notifier_call_chain(struct atomic_notifier_head *nh,
						      unsigned long val, void *v)
{
	int ret;

	rcu_read_lock();
	ret = raw_notifier_call_chain(__kmemu_raw(nh), val, v);
	rcu_read_unlock();
	return ret;
}

/* --- blocking */

static __always_inline int __kmemu_blocking_register(struct blocking_notifier_head *nh,
						     struct notifier_block *nb, bool unique)
{
	int ret;

	down_write(&nh->rwsem);
	ret = __kmemu_notifier_register(__kmemu_raw(nh), nb, unique);
	up_write(&nh->rwsem);
	return ret;
}

static __always_inline int blocking_notifier_chain_register(struct blocking_notifier_head *nh,
							    struct notifier_block *nb)
{
	return __kmemu_blocking_register(nh, nb, false);
}

static __always_inline int
blocking_notifier_chain_register_unique_prio(struct blocking_notifier_head *nh,
					     struct notifier_block *nb)
{
	return __kmemu_blocking_register(nh, nb, true);
}

static __always_inline int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh,
							      struct notifier_block *nb)
{
	int ret;

	down_write(&nh->rwsem);
	ret = raw_notifier_chain_unregister(__kmemu_raw(nh), nb);
	up_write(&nh->rwsem);
	return ret;
}

static __always_inline int blocking_notifier_call_chain(struct blocking_notifier_head *nh,
							unsigned long val, void *v)
{
	int ret;

	down_read(&nh->rwsem);
	ret = raw_notifier_call_chain(__kmemu_raw(nh), val, v);
	up_read(&nh->rwsem);
	return ret;
}

/* --- srcu: walked in a section that may sleep */

struct srcu_notifier_head {
	struct mutex mutex;
	struct srcu_struct srcu;
	struct notifier_block __rcu *head;
};

#define SRCU_NOTIFIER_INIT(name) \
	{ .mutex = __MUTEX_INITIALIZER(name.mutex), .srcu = __SRCU_STRUCT_INIT, .head = NULL }
#define SRCU_NOTIFIER_HEAD(name) struct srcu_notifier_head name = SRCU_NOTIFIER_INIT(name)
#define SRCU_NOTIFIER_HEAD_STATIC(name) static SRCU_NOTIFIER_HEAD(name)

static inline void srcu_init_notifier_head(struct srcu_notifier_head *nh)
{
	mutex_init(&nh->mutex);
	init_srcu_struct(&nh->srcu);
	nh->head = NULL;
}
#define srcu_cleanup_notifier_head(name) cleanup_srcu_struct(&(name)->srcu)

static __always_inline int srcu_notifier_chain_register(struct srcu_notifier_head *nh,
							struct notifier_block *nb)
{
	int ret;

	mutex_lock(&nh->mutex);
	ret = raw_notifier_chain_register(__kmemu_raw(nh), nb);
	mutex_unlock(&nh->mutex);
	return ret;
}

static __always_inline int srcu_notifier_chain_unregister(struct srcu_notifier_head *nh,
							  struct notifier_block *nb)
{
	int ret;

	mutex_lock(&nh->mutex);
	ret = raw_notifier_chain_unregister(__kmemu_raw(nh), nb);
	mutex_unlock(&nh->mutex);
	synchronize_srcu(&nh->srcu);
	return ret;
}

static __always_inline int srcu_notifier_call_chain(struct srcu_notifier_head *nh,
						    unsigned long val, void *v)
{
	int idx = srcu_read_lock(&nh->srcu);
	int ret = raw_notifier_call_chain(__kmemu_raw(nh), val, v);

	srcu_read_unlock(&nh->srcu, idx);
	return ret;
}

static __always_inline int raw_notifier_call_chain_robust(struct raw_notifier_head *nh,
							  unsigned long val_up,
							  unsigned long val_down, void *v)
{
	struct notifier_block *nb, *failed = NULL;
	int ret = NOTIFY_DONE;

	for (nb = rcu_dereference_raw(nh->head); nb && !failed;
	     nb = rcu_dereference_raw(nb->next)) {
		ret = nb->notifier_call(nb, val_up, v);
		if (ret & NOTIFY_STOP_MASK)
			failed = nb;
	}
	for (nb = rcu_dereference_raw(nh->head); failed && nb != failed;
	     nb = rcu_dereference_raw(nb->next))
		nb->notifier_call(nb, val_down, v);
	return ret;
}

static __always_inline int blocking_notifier_call_chain_robust(struct blocking_notifier_head *nh,
							       unsigned long val_up,
							       unsigned long val_down, void *v)
{
	int ret;

	down_read(&nh->rwsem);
	ret = raw_notifier_call_chain_robust(__kmemu_raw(nh), val_up, val_down, v);
	up_read(&nh->rwsem);
	return ret;
}

#endif /* __cplusplus */

#endif /* _LINUX_NOTIFIER_H */
