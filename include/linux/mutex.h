/* SPDX-License-Identifier: MIT */
/* <linux/mutex.h> of Linux 6.12. No signal interrupts a wait. */
#ifndef __LINUX_MUTEX_H
#define __LINUX_MUTEX_H

#include <kmemu/locks.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

struct mutex {
	struct kmemu_mutex lock;
};

#define __MUTEX_INITIALIZER(name) { { 0 } }
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)
#define mutex_init(m)                     \
	do {                              \
		(m)->lock.word = 0;       \
	} while (0)
#define __mutex_init(m, name, key) mutex_init(m)

static __always_inline void mutex_destroy(struct mutex *m)
{
	(void)m;
}

static __always_inline bool mutex_is_locked(struct mutex *m)
{
	return READ_ONCE(m->lock.word) != 0;
}

__kmemu_c void mutex_lock(struct mutex *lock) __kmemu_is(kmemu_mutex_lock);
__kmemu_c int __must_check mutex_lock_interruptible(struct mutex *lock)
	__kmemu_is(kmemu_mutex_lock_interruptible);
__kmemu_c int __must_check mutex_lock_killable(struct mutex *lock)
	__kmemu_is(kmemu_mutex_lock_killable);
__kmemu_c int mutex_trylock(struct mutex *lock) __kmemu_is(kmemu_mutex_trylock);
__kmemu_c void mutex_unlock(struct mutex *lock) __kmemu_is(kmemu_mutex_unlock);

#define mutex_lock_nested(lock, subclass) mutex_lock(lock)
#define mutex_lock_nest_lock(lock, nest_lock) mutex_lock(lock)
#define mutex_lock_interruptible_nested(lock, subclass) mutex_lock_interruptible(lock)
#define mutex_lock_killable_nested(lock, subclass) mutex_lock_killable(lock)
#define mutex_lock_io(lock) mutex_lock(lock)

#ifndef __cplusplus
DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
#endif

#endif /* __LINUX_MUTEX_H */
