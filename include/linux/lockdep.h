/* SPDX-License-Identifier: MIT */
/*
 * <linux/lockdep.h> of Linux 6.12 with CONFIG_LOCKDEP: what the program asserts of its
 * locks and its context is looked at, and is a kernel-warning where it is not so. Who
 * has a spinlock, a rwlock or a mutex is known; of a rw_semaphore only that somebody
 * has it; of other locks nothing, and then nothing is said, as by the kernel
 * (LOCK_STATE_UNKNOWN). might_lock() tells what the thread has already, and a lock that
 * sleeps where nothing may. Classes and subclasses have no meaning: no order of locks
 * is kept.
 */
#ifndef __LINUX_LOCKDEP_H
#define __LINUX_LOCKDEP_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/spinlock_types.h>

struct mutex;
struct rw_semaphore;

struct lock_class_key {
	int unused;
};
struct lockdep_map {
	int unused;
};

#define LOCK_STATE_UNKNOWN  -1
#define LOCK_STATE_NOT_HELD 0
#define LOCK_STATE_HELD	    1

#ifdef __cplusplus
#define __KMEMU_LOCK_TYPE(of, type)                            \
	static __always_inline int __kmemu_lock_type(of *lock) \
	{                                                      \
		(void)lock;                                    \
		return type;                                   \
	}
__KMEMU_LOCK_TYPE(const volatile void, KMEMU_LOCK_OTHER)
__KMEMU_LOCK_TYPE(const spinlock_t, KMEMU_LOCK_SPIN)
__KMEMU_LOCK_TYPE(const raw_spinlock_t, KMEMU_LOCK_SPIN)
__KMEMU_LOCK_TYPE(const rwlock_t, KMEMU_LOCK_RW)
__KMEMU_LOCK_TYPE(const struct mutex, KMEMU_LOCK_MUTEX)
__KMEMU_LOCK_TYPE(const struct rw_semaphore, KMEMU_LOCK_RWSEM)
#undef __KMEMU_LOCK_TYPE
#else
#define __kmemu_lock_is_a(lock, type) \
	__builtin_types_compatible_p(__typeof__(*(lock)), type)
#define __kmemu_lock_type(lock)                                            \
	(__kmemu_lock_is_a(lock, spinlock_t)	      ? KMEMU_LOCK_SPIN :  \
	 __kmemu_lock_is_a(lock, raw_spinlock_t)      ? KMEMU_LOCK_SPIN :  \
	 __kmemu_lock_is_a(lock, rwlock_t)	      ? KMEMU_LOCK_RW :    \
	 __kmemu_lock_is_a(lock, struct mutex)	      ? KMEMU_LOCK_MUTEX : \
	 __kmemu_lock_is_a(lock, struct rw_semaphore) ? KMEMU_LOCK_RWSEM : \
							KMEMU_LOCK_OTHER)
#endif

#define lockdep_is_held(lock) kmemu_lock_is_held(__kmemu_lock_type(lock), (lock), -1)
#define lockdep_is_held_type(lock, read) \
	kmemu_lock_is_held(__kmemu_lock_type(lock), (lock), (read))

#define lockdep_assert(cond)		((void)WARN_ON(!(cond)))
#define lockdep_assert_once(cond)	((void)WARN_ON_ONCE(!(cond)))
#define lockdep_assert_held(lock)	lockdep_assert(lockdep_is_held(lock) != LOCK_STATE_NOT_HELD)
#define lockdep_assert_not_held(lock)	lockdep_assert(lockdep_is_held(lock) != LOCK_STATE_HELD)
#define lockdep_assert_held_write(lock) lockdep_assert(lockdep_is_held_type(lock, 0))
#define lockdep_assert_held_read(lock)	lockdep_assert(lockdep_is_held_type(lock, 1))
#define lockdep_assert_held_once(lock) \
	lockdep_assert_once(lockdep_is_held(lock) != LOCK_STATE_NOT_HELD)

#define lockdep_assert_irqs_enabled()  lockdep_assert_once(!irqs_disabled())
#define lockdep_assert_irqs_disabled() lockdep_assert_once(irqs_disabled())
#define lockdep_assert_in_irq()	       lockdep_assert_once(in_hardirq())
#define lockdep_assert_no_hardirq()    lockdep_assert_once(!in_hardirq() && !irqs_disabled())
#define lockdep_assert_in_softirq() \
	lockdep_assert_once(in_softirq() && !in_hardirq() && !in_nmi())
#define lockdep_assert_preemption_enabled() \
	lockdep_assert_once(!preempt_count() && !irqs_disabled())
#define lockdep_assert_preemption_disabled() \
	lockdep_assert_once(preempt_count() || irqs_disabled())

#define lockdep_register_key(key)	       ((void)(key))
#define lockdep_unregister_key(key)	       ((void)(key))
#define lockdep_set_class(lock, key)	       ((void)(key))
#define lockdep_set_subclass(lock, sub)	       ((void)(lock))
#define lockdep_init_map(lock, name, key, sub) ((void)(key))
#define lockdep_off()			       ((void)0)
#define lockdep_on()			       ((void)0)
#define might_lock(lock)		       kmemu_might_lock(__kmemu_lock_type(lock), (lock))
#define SINGLE_DEPTH_NESTING		       1

#endif /* __LINUX_LOCKDEP_H */
