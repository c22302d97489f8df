/* SPDX-License-Identifier: MIT */
/* <linux/mutex.h> of Linux 6.12. */
#ifndef __LINUX_MUTEX_H
#define __LINUX_MUTEX_H

#include <kmemu/locks.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

#define __MUTEX_INITIALIZER(name) { { { KMEMU_LOCK_SET_UP } } }
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)
#define mutex_init(mutex)                                  \
	do {                                               \
		__kmemu_lock_init(&(mutex)->lock, #mutex); \
		(mutex)->lock.word = KMEMU_LOCK_SET_UP;                    \
	} while (0)

static __always_inline void __mutex_init(struct mutex *mutex, const char *name,
					 struct lock_class_key *key)
{
	kmemu_lock_init_class(&mutex->lock, name, key);
	mutex->lock.word = KMEMU_LOCK_SET_UP;
}

#define mutex_init_with_key(mutex, key) __mutex_init((mutex), #mutex, (key))

static __always_inline bool mutex_is_locked(struct mutex *m)
{
	return (READ_ONCE(m->lock.word) & ~KMEMU_LOCK_SET_UP) != 0;
}

static __always_inline void mutex_destroy(struct mutex *m)
{
	if (mutex_is_locked(m))
		kmemu_mutex_destroyed(&m->lock);
}

__kmemu_c void mutex_lock(struct mutex *lock) __kmemu_is(kmemu_mutex_lock);
__kmemu_c int __must_check mutex_lock_interruptible(struct mutex *lock)
	__kmemu_is(kmemu_mutex_lock_interruptible);
__kmemu_c int __must_check mutex_lock_killable(struct mutex *lock)
	__kmemu_is(kmemu_mutex_lock_killable);
__kmemu_c int mutex_trylock(struct mutex *lock) __kmemu_is(kmemu_mutex_trylock);
__kmemu_c void mutex_unlock(struct mutex *lock) __kmemu_is(kmemu_mutex_unlock);

__kmemu_c void mutex_lock_nested(struct mutex *lock, unsigned int subclass)
	__kmemu_is(kmemu_mutex_lock_nested);
__kmemu_c int __must_check mutex_lock_interruptible_nested(struct mutex *lock,
							   unsigned int subclass)
	__kmemu_is(kmemu_mutex_lock_interruptible_nested);
__kmemu_c int __must_check mutex_lock_killable_nested(struct mutex *lock, unsigned int subclass)
	__kmemu_is(kmemu_mutex_lock_killable_nested);
#define mutex_lock_nest_lock(lock, nest_lock) \
	((void)(nest_lock), mutex_lock_nested((lock), KMEMU_LOCK_NEST))

static __always_inline void mutex_lock_io(struct mutex *lock)
{
	mutex_lock(lock);
}

static __always_inline void mutex_lock_io_nested(struct mutex *lock, unsigned int subclass)
{
	mutex_lock_nested(lock, subclass);
}

#ifndef __cplusplus
DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))
DEFINE_GUARD_COND(mutex, _intr, mutex_lock_interruptible(_T) == 0)
#endif

#ifndef __cplusplus
static __always_inline int atomic_dec_and_mutex_lock(atomic_t *cnt, struct mutex *lock)
{
	if (atomic_add_unless(cnt, -1, 1))
		return 0;
	mutex_lock(lock);
	if (atomic_dec_and_test(cnt))
		return 1;
	mutex_unlock(lock);
	return 0;
}
#endif

#define devm_mutex_init(dev, mutex) __extension__({ (void)(dev); mutex_init(mutex); 0; })

#ifndef __cplusplus /* what it brings along there */
#include <linux/jump_label.h>
#endif

#endif /* __LINUX_MUTEX_H */
