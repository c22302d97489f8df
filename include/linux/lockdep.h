/* SPDX-License-Identifier: MIT */
/*
 * <linux/lockdep.h> of Linux 6.12 with CONFIG_LOCKDEP: what the program asserts of its
 * locks and its context is looked at, and is a kernel-warning where it is not so. Who
 * has a spinlock, a rwlock or a mutex is known; of a rw_semaphore only that somebody
 * has it; of other locks nothing, and then nothing is said, as by the kernel
 * (LOCK_STATE_UNKNOWN). might_lock() tells what the thread has already, and a lock that
 * sleeps where nothing may. Classes, subclasses and keys mean what they do there (option
 * context.lockorder=); a struct lockdep_map is none of a lock.
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

#define lockdep_register_key(key)	       kmemu_lock_unregister_key(key)
#define lockdep_unregister_key(key)	       kmemu_lock_unregister_key(key)
#define lockdep_set_class(lock, key)	       kmemu_lock_set_class((lock), #key, (key), 0)
#define lockdep_set_class_and_name(lock, key, name) kmemu_lock_set_class((lock), (name), (key), 0)
#define lockdep_set_class_and_subclass(lock, key, sub) \
	kmemu_lock_set_class((lock), #key, (key), (sub))
#define lockdep_set_subclass(lock, sub)	       kmemu_lock_set_subclass((lock), (sub))
#define lockdep_set_novalidate_class(lock)     kmemu_lock_set_class((lock), #lock, NULL, 0)
#define lockdep_init_map(lock, name, key, sub) ((void)(key))
#define lockdep_off()			       ((void)0)
#define lockdep_on()			       ((void)0)
#define might_lock(lock)		       kmemu_might_lock(__kmemu_lock_type(lock), (lock))
#define SINGLE_DEPTH_NESTING		       1

#ifndef __cplusplus

#define LD_WAIT_INV 0
#define LD_WAIT_FREE 1
#define LD_WAIT_SPIN 2
#define LD_WAIT_CONFIG 2
#define LD_WAIT_SLEEP 3

/* What says where a lock of one's own is taken, for an order that is not kept here. */
#define STATIC_LOCKDEP_MAP_INIT(name_, key_) { 0 }
#define DEFINE_WAIT_OVERRIDE_MAP(name_, type_) struct lockdep_map name_ = { 0 }
#define lock_acquire(map, sub, try_, read, check, nest, ip) ((void)(map))
#define lock_release(map, ip) ((void)(map))
#define lock_acquired(map, ip) ((void)(map))
#define lock_contended(map, ip) ((void)(map))
#define lock_map_acquire(map) ((void)(map))
#define lock_map_acquire_read(map) ((void)(map))
#define lock_map_acquire_tryread(map) ((void)(map))
#define lock_map_release(map) ((void)(map))
#define spin_acquire(map, sub, try_, ip) ((void)(map))
#define spin_release(map, ip) ((void)(map))
#define mutex_acquire(map, sub, try_, ip) ((void)(map))
#define mutex_acquire_nest(map, sub, try_, nest, ip) ((void)(map))
#define mutex_release(map, ip) ((void)(map))
#define rwsem_acquire(map, sub, try_, ip) ((void)(map))
#define rwsem_acquire_read(map, sub, try_, ip) ((void)(map))
#define rwsem_release(map, ip) ((void)(map))
#define lock_is_held(map) ((void)(map), LOCK_STATE_UNKNOWN)
#define lock_is_held_type(map, read) ((void)(map), LOCK_STATE_UNKNOWN)
/* What orders those of a class is not asked. */
#define lock_set_cmp_fn(lock, ...) lockdep_set_novalidate_class(lock)
#define lock_set_subclass(map, sub, ip) ((void)(map))
#define lockdep_set_notrack_class(lock) lockdep_set_novalidate_class(lock)
#define lockdep_match_class(lock, key) ((void)(lock), (void)(key), 0)
#define lockdep_copy_map(to, from) ((void)(to), (void)(from))
#define lockdep_free_key_range(start, size) ((void)(start), (void)(size))
#define lockdep_assert_none_held_once() ((void)0)

struct pin_cookie {
	unsigned int unused;
};
#define lockdep_pin_lock(lock) ((void)(lock), (struct pin_cookie){ 0 })
#define lockdep_repin_lock(lock, cookie) ((void)(lock), (void)(cookie))
#define lockdep_unpin_lock(lock, cookie) ((void)(lock), (void)(cookie))
#define might_lock_read(lock) might_lock(lock)
#define might_lock_nested(lock, sub) ((void)(lock), (void)(sub))

/* Memory that is freed with a lock held in it is found when it is freed. */
#define debug_check_no_locks_freed(from, len) ((void)(from), (void)(len))
#define debug_check_no_locks_held() ((void)0)
#define debug_show_all_locks() ((void)0)
#define debug_show_held_locks(task) ((void)(task))
#define debug_locks 1
#define debug_locks_off() 0
#define DEBUG_LOCKS_WARN_ON(c) WARN_ON_ONCE(c)

#endif /* __cplusplus */

#endif /* __LINUX_LOCKDEP_H */
