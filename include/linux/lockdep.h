/* SPDX-License-Identifier: MIT */
/*
 * <linux/lockdep.h> of Linux 6.12 with CONFIG_LOCKDEP: what the program asserts of its
 * locks and its context is looked at, and is a kernel-warning where it is not so. Who
 * has a spinlock, a rwlock or a mutex is known; of a rw_semaphore with context= alone, else
 * that somebody has it; of other locks nothing, and then nothing is said, as by the kernel
 * (LOCK_STATE_UNKNOWN). might_lock() tells what the thread has already, and a lock that
 * sleeps where nothing may. Classes, subclasses and keys mean what they do there (option
 * context.lockorder=). A struct lockdep_map of one's own, with lock_acquire() and its kin,
 * is a lock to them; a lock's dep_map is the lock.
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

/* Of a key that is static, else registered. */
static __always_inline void lockdep_init_map(struct lockdep_map *map, const char *name,
					     struct lock_class_key *key, int subclass)
{
	kmemu_lock_init_class(map, name, key);
	if (subclass)
		kmemu_lock_set_subclass(map, (unsigned int)subclass);
}

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

static __always_inline void lockdep_register_key(struct lock_class_key *key)
{
	kmemu_lock_unregister_key(key);
}

static __always_inline void lockdep_unregister_key(struct lock_class_key *key)
{
	kmemu_lock_unregister_key(key);
}

#define lockdep_set_class(lock, key)	       kmemu_lock_set_class((lock), #key, (key), 0)
#define lockdep_set_class_and_name(lock, key, name) kmemu_lock_set_class((lock), (name), (key), 0)
#define lockdep_set_class_and_subclass(lock, key, sub) \
	kmemu_lock_set_class((lock), #key, (key), (sub))
#define lockdep_set_subclass(lock, sub)	       kmemu_lock_set_subclass((lock), (sub))
#define lockdep_set_novalidate_class(lock)     kmemu_lock_set_class((lock), #lock, NULL, 0)

static __always_inline void lockdep_off(void)
{
}

static __always_inline void lockdep_on(void)
{
}

#define might_lock(lock)		       kmemu_might_lock(__kmemu_lock_type(lock), (lock))
#define SINGLE_DEPTH_NESTING		       1

#ifndef __cplusplus

#define LD_WAIT_INV 0
#define LD_WAIT_FREE 1
#define LD_WAIT_SPIN 2
#define LD_WAIT_CONFIG 2
#define LD_WAIT_SLEEP 3

enum lockdep_lock_type { LD_LOCK_NORMAL, LD_LOCK_PERCPU, LD_LOCK_WAIT_OVERRIDE, LD_LOCK_MAX };

static __always_inline void lockdep_init_map_type(struct lockdep_map *map, const char *name,
						  struct lock_class_key *key, int subclass,
						  u8 inner, u8 outer, u8 lock_type)
{
	(void)inner;
	(void)outer;
	(void)lock_type;
	lockdep_init_map(map, name, key, subclass);
}

static __always_inline void lockdep_init_map_waits(struct lockdep_map *map, const char *name,
						   struct lock_class_key *key, int subclass,
						   u8 inner, u8 outer)
{
	lockdep_init_map_type(map, name, key, subclass, inner, outer, LD_LOCK_NORMAL);
}

static __always_inline void lockdep_init_map_wait(struct lockdep_map *map, const char *name,
						  struct lock_class_key *key, int subclass,
						  u8 inner)
{
	lockdep_init_map_waits(map, name, key, subclass, inner, LD_WAIT_INV);
}


/* A static one is a class of its own, by the name of its variable. */
#define STATIC_LOCKDEP_MAP_INIT(name_, key_) { 0 * sizeof(*(key_)) }
#define DEFINE_WAIT_OVERRIDE_MAP(name_, type_) struct lockdep_map name_ = { 0 }

/*
 * read: 0 a writer, 1 a reader that waits for writers that wait, 2 one that does not. check
 * 0: it is held, and has no order. nest: another lock that is held orders those of this class.
 */
static __always_inline void lock_acquire(struct lockdep_map *map, unsigned int subclass,
					 int trylock, int read, int check,
					 struct lockdep_map *nest, unsigned long ip)
{
	(void)ip;
	kmemu_lock_map_acquire(map, (nest ? KMEMU_LOCK_NEST : subclass) |
					    (trylock ? KMEMU_MAP_TRY : 0) |
					    (read ? KMEMU_MAP_READ : 0) |
					    (read == 2 ? KMEMU_MAP_RECURSIVE : 0) |
					    (check ? 0 : KMEMU_MAP_UNCHECKED));
}

static __always_inline void lock_release(struct lockdep_map *map, unsigned long ip)
{
	(void)ip;
	kmemu_lock_map_release(map);
}

#define lock_acquired(map, ip) ((void)(map))
#define lock_contended(map, ip) ((void)(map))
#define lock_acquire_exclusive(l, s, t, n, i) lock_acquire(l, s, t, 0, 1, n, i)
#define lock_acquire_shared(l, s, t, n, i) lock_acquire(l, s, t, 1, 1, n, i)
#define lock_acquire_shared_recursive(l, s, t, n, i) lock_acquire(l, s, t, 2, 1, n, i)
#define lock_map_acquire(l) lock_acquire_exclusive(l, 0, 0, NULL, _THIS_IP_)
#define lock_map_acquire_try(l) lock_acquire_exclusive(l, 0, 1, NULL, _THIS_IP_)
#define lock_map_acquire_read(l) lock_acquire_shared_recursive(l, 0, 0, NULL, _THIS_IP_)
#define lock_map_acquire_tryread(l) lock_acquire_shared_recursive(l, 0, 1, NULL, _THIS_IP_)
#define lock_map_release(l) lock_release(l, _THIS_IP_)
#define spin_acquire(l, s, t, i) lock_acquire_exclusive(l, s, t, NULL, i)
#define spin_acquire_nest(l, s, t, n, i) lock_acquire_exclusive(l, s, t, n, i)
#define spin_release(l, i) lock_release(l, i)
#define rwlock_acquire(l, s, t, i) lock_acquire_exclusive(l, s, t, NULL, i)
#define rwlock_acquire_read(l, s, t, i) lock_acquire_shared_recursive(l, s, t, NULL, i)
#define rwlock_release(l, i) lock_release(l, i)
#define seqcount_acquire(l, s, t, i) lock_acquire_exclusive(l, s, t, NULL, i)
#define seqcount_acquire_read(l, s, t, i) lock_acquire_shared_recursive(l, s, t, NULL, i)
#define seqcount_release(l, i) lock_release(l, i)
#define mutex_acquire(l, s, t, i) lock_acquire_exclusive(l, s, t, NULL, i)
#define mutex_acquire_nest(l, s, t, n, i) lock_acquire_exclusive(l, s, t, n, i)
#define mutex_release(l, i) lock_release(l, i)
#define rwsem_acquire(l, s, t, i) lock_acquire_exclusive(l, s, t, NULL, i)
#define rwsem_acquire_nest(l, s, t, n, i) lock_acquire_exclusive(l, s, t, n, i)
#define rwsem_acquire_read(l, s, t, i) lock_acquire_shared(l, s, t, NULL, i)
#define rwsem_release(l, i) lock_release(l, i)

__kmemu_c int lock_is_held_type(const struct lockdep_map *map, int read)
	__kmemu_is(kmemu_lock_map_is_held);

static __always_inline int lock_is_held(const struct lockdep_map *map)
{
	return lock_is_held_type(map, -1);
}

/* What prints a lock is not asked. */
#define lock_set_cmp_fn(lock, cmp, print) \
	((void)(print), kmemu_lock_set_cmp_fn(&(lock)->dep_map, (cmp)))

static __always_inline void lock_set_subclass(struct lockdep_map *map, unsigned int subclass,
					      unsigned long ip)
{
	(void)map;
	(void)subclass;
	(void)ip;
}

#define lockdep_set_notrack_class(lock) lockdep_set_novalidate_class(lock)
#define lockdep_match_class(lock, key) ((void)(lock), (void)(key), 0)

static __always_inline void lockdep_copy_map(struct lockdep_map *to, struct lockdep_map *from)
{
	(void)to;
	(void)from;
}

static __always_inline void lockdep_free_key_range(void *start, unsigned long size)
{
	(void)start;
	(void)size;
}

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
static __always_inline void debug_check_no_locks_freed(const void *from, unsigned long len)
{
	(void)from;
	(void)len;
}

static __always_inline void debug_check_no_locks_held(void)
{
}

static __always_inline void debug_show_all_locks(void)
{
}

static __always_inline void debug_show_held_locks(struct task_struct *task)
{
	(void)task;
}

#define debug_locks 1

static __always_inline int debug_locks_off(void)
{
	return 0;
}

#define DEBUG_LOCKS_WARN_ON(c) WARN_ON_ONCE(c)

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/thread_info.h>
#endif

#endif /* __LINUX_LOCKDEP_H */
