/* SPDX-License-Identifier: MIT */
/*
 * <linux/spinlock.h> of Linux 6.12: real locks, which count in preempt_count().
 * With preempt=rt spinlock_t leaves preempt_count() and the interrupt flag alone,
 * as on PREEMPT_RT; raw_spinlock_t does not.
 *
 * Functions that are always inlined, so that the place that took a lock is the
 * program's.
 */
#ifndef __LINUX_SPINLOCK_H
#define __LINUX_SPINLOCK_H

#include <asm/page.h>
#include <linux/bottom_half.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/spinlock_types.h>

#define raw_spin_lock_init(lock)               \
	do {                                   \
		(lock)->raw_lock.word = KMEMU_LOCK_SET_UP;             \
		__kmemu_lock_init(&(lock)->raw_lock, #lock); \
	} while (0)
#define spin_lock_init(lock)                   \
	do {                                   \
		(lock)->rlock.word = KMEMU_LOCK_SET_UP;                \
		__kmemu_lock_init(&(lock)->rlock, #lock); \
	} while (0)

static __always_inline int raw_spin_is_locked(raw_spinlock_t *lock)
{
	return (READ_ONCE(lock->raw_lock.word) & ~KMEMU_LOCK_SET_UP) != 0;
}

static __always_inline int spin_is_locked(spinlock_t *lock)
{
	return (READ_ONCE(lock->rlock.word) & ~KMEMU_LOCK_SET_UP) != 0;
}

/* Kernel: BUG_ON(), an invalid instruction. */
#define assert_raw_spin_locked(lock)                   \
	do {                                           \
		if (!raw_spin_is_locked(lock))         \
			__builtin_trap();              \
	} while (0)
#define assert_spin_locked(lock)                       \
	do {                                           \
		if (!spin_is_locked(lock))             \
			__builtin_trap();              \
	} while (0)

/* --- spinlock_t */

static __always_inline void spin_lock(spinlock_t *lock)
{
	kmemu_spin_lock(&lock->rlock);
}

static __always_inline void spin_unlock(spinlock_t *lock)
{
	kmemu_spin_unlock(&lock->rlock);
}

static __always_inline int spin_trylock(spinlock_t *lock)
{
	return kmemu_spin_trylock(&lock->rlock);
}

static __always_inline void spin_lock_bh(spinlock_t *lock)
{
	kmemu_local_bh_disable();
	kmemu_spin_lock(&lock->rlock);
}

static __always_inline void spin_unlock_bh(spinlock_t *lock)
{
	kmemu_spin_unlock(&lock->rlock);
	kmemu_local_bh_enable();
}

static __always_inline void spin_lock_irq(spinlock_t *lock)
{
	kmemu_spin_irq_save();
	kmemu_spin_lock(&lock->rlock);
}

static __always_inline void spin_unlock_irq(spinlock_t *lock)
{
	kmemu_spin_unlock(&lock->rlock);
	kmemu_spin_irq_enable();
}

static __always_inline unsigned long __spin_lock_irqsave(spinlock_t *lock)
{
	unsigned long flags = kmemu_spin_irq_save();

	kmemu_spin_lock(&lock->rlock);
	return flags;
}

static __always_inline void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	kmemu_spin_unlock(&lock->rlock);
	kmemu_spin_irq_restore(flags);
}

static __always_inline int spin_trylock_bh(spinlock_t *lock)
{
	kmemu_local_bh_disable();
	if (kmemu_spin_trylock(&lock->rlock))
		return 1;
	kmemu_local_bh_enable();
	return 0;
}

static __always_inline int spin_trylock_irq(spinlock_t *lock)
{
	kmemu_spin_irq_save();
	if (kmemu_spin_trylock(&lock->rlock))
		return 1;
	kmemu_spin_irq_enable();
	return 0;
}

static __always_inline int __spin_trylock_irqsave(spinlock_t *lock, unsigned long *flags)
{
	*flags = kmemu_spin_irq_save();
	if (kmemu_spin_trylock(&lock->rlock))
		return 1;
	kmemu_spin_irq_restore(*flags);
	return 0;
}

#define spin_lock_irqsave(lock, flags)                   \
	do {                                            \
		(flags) = __spin_lock_irqsave(lock);          \
	} while (0)
#define spin_trylock_irqsave(lock, flags) __spin_trylock_irqsave(lock, &(flags))

static __always_inline void spin_lock_nested(spinlock_t *lock, unsigned int subclass)
{
	kmemu_spin_lock_nested(&lock->rlock, subclass);
}

static __always_inline void spin_lock_bh_nested(spinlock_t *lock, unsigned int subclass)
{
	kmemu_local_bh_disable();
	kmemu_spin_lock_nested(&lock->rlock, subclass);
}

static __always_inline void __kmemu_spin_lock_irq_nested(spinlock_t *lock, unsigned int subclass)
{
	kmemu_spin_irq_save();
	kmemu_spin_lock_nested(&lock->rlock, subclass);
}

static __always_inline unsigned long __spin_lock_irqsave_nested(spinlock_t *lock,
								unsigned int subclass)
{
	unsigned long flags = kmemu_spin_irq_save();

	kmemu_spin_lock_nested(&lock->rlock, subclass);
	return flags;
}

#define spin_lock_irqsave_nested(lock, flags, subclass)                \
	do {                                                           \
		(flags) = __spin_lock_irqsave_nested((lock), (subclass)); \
	} while (0)
#define spin_lock_nest_lock(lock, nest_lock) \
	((void)(nest_lock), spin_lock_nested((lock), KMEMU_LOCK_NEST))

/* --- raw_spinlock_t */

static __always_inline void raw_spin_lock(raw_spinlock_t *lock)
{
	kmemu_raw_spin_lock(&lock->raw_lock);
}

static __always_inline void raw_spin_unlock(raw_spinlock_t *lock)
{
	kmemu_raw_spin_unlock(&lock->raw_lock);
}

static __always_inline int raw_spin_trylock(raw_spinlock_t *lock)
{
	return kmemu_raw_spin_trylock(&lock->raw_lock);
}

static __always_inline void raw_spin_lock_bh(raw_spinlock_t *lock)
{
	kmemu_local_bh_disable();
	kmemu_raw_spin_lock(&lock->raw_lock);
}

static __always_inline void raw_spin_unlock_bh(raw_spinlock_t *lock)
{
	kmemu_raw_spin_unlock(&lock->raw_lock);
	kmemu_local_bh_enable();
}

static __always_inline void raw_spin_lock_irq(raw_spinlock_t *lock)
{
	kmemu_local_irq_disable();
	kmemu_raw_spin_lock(&lock->raw_lock);
}

static __always_inline void raw_spin_unlock_irq(raw_spinlock_t *lock)
{
	kmemu_raw_spin_unlock(&lock->raw_lock);
	kmemu_local_irq_enable();
}

static __always_inline unsigned long __raw_spin_lock_irqsave(raw_spinlock_t *lock)
{
	unsigned long flags = kmemu_local_irq_save();

	kmemu_raw_spin_lock(&lock->raw_lock);
	return flags;
}

static __always_inline void raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)
{
	kmemu_raw_spin_unlock(&lock->raw_lock);
	kmemu_local_irq_restore(flags);
}

static __always_inline int raw_spin_trylock_bh(raw_spinlock_t *lock)
{
	kmemu_local_bh_disable();
	if (kmemu_raw_spin_trylock(&lock->raw_lock))
		return 1;
	kmemu_local_bh_enable();
	return 0;
}

static __always_inline int raw_spin_trylock_irq(raw_spinlock_t *lock)
{
	kmemu_local_irq_disable();
	if (kmemu_raw_spin_trylock(&lock->raw_lock))
		return 1;
	kmemu_local_irq_enable();
	return 0;
}

static __always_inline int __raw_spin_trylock_irqsave(raw_spinlock_t *lock, unsigned long *flags)
{
	*flags = kmemu_local_irq_save();
	if (kmemu_raw_spin_trylock(&lock->raw_lock))
		return 1;
	kmemu_local_irq_restore(*flags);
	return 0;
}

#define raw_spin_lock_irqsave(lock, flags)                   \
	do {                                            \
		(flags) = __raw_spin_lock_irqsave(lock);          \
	} while (0)
#define raw_spin_trylock_irqsave(lock, flags) __raw_spin_trylock_irqsave(lock, &(flags))

static __always_inline void raw_spin_lock_nested(raw_spinlock_t *lock, unsigned int subclass)
{
	kmemu_raw_spin_lock_nested(&lock->raw_lock, subclass);
}

static __always_inline unsigned long __raw_spin_lock_irqsave_nested(raw_spinlock_t *lock,
								    unsigned int subclass)
{
	unsigned long flags = kmemu_local_irq_save();

	kmemu_raw_spin_lock_nested(&lock->raw_lock, subclass);
	return flags;
}

#define raw_spin_lock_irqsave_nested(lock, flags, subclass)                \
	do {                                                               \
		(flags) = __raw_spin_lock_irqsave_nested((lock), (subclass)); \
	} while (0)
#define raw_spin_lock_nest_lock(lock, nest_lock) \
	((void)(nest_lock), raw_spin_lock_nested((lock), KMEMU_LOCK_NEST))

#include <linux/rwlock.h>

#ifndef __cplusplus
/* Of both kinds: with a variant that tries, the state of interrupts is as before if it fails. */
#define __KMEMU_SPIN_GUARDS(name, type, op)                                             \
	DEFINE_LOCK_GUARD_1(name, type, op##_lock(_T->lock), op##_unlock(_T->lock))     \
	DEFINE_LOCK_GUARD_1_COND(name, _try, op##_trylock(_T->lock))                    \
	DEFINE_LOCK_GUARD_1(name##_irq, type, op##_lock_irq(_T->lock),                  \
			    op##_unlock_irq(_T->lock))                                  \
	DEFINE_LOCK_GUARD_1_COND(name##_irq, _try, op##_trylock_irq(_T->lock))          \
	DEFINE_LOCK_GUARD_1(name##_bh, type, op##_lock_bh(_T->lock),                    \
			    op##_unlock_bh(_T->lock))                                   \
	DEFINE_LOCK_GUARD_1_COND(name##_bh, _try, op##_trylock_bh(_T->lock))            \
	DEFINE_LOCK_GUARD_1(name##_irqsave, type,                                       \
			    op##_lock_irqsave(_T->lock, _T->flags),                     \
			    op##_unlock_irqrestore(_T->lock, _T->flags),                \
			    unsigned long flags)                                        \
	DEFINE_LOCK_GUARD_1_COND(name##_irqsave, _try,                                  \
				 op##_trylock_irqsave(_T->lock, _T->flags))
__KMEMU_SPIN_GUARDS(spinlock, spinlock_t, spin)
__KMEMU_SPIN_GUARDS(raw_spinlock, raw_spinlock_t, raw_spin)
DEFINE_LOCK_GUARD_1(raw_spinlock_nested, raw_spinlock_t,
		    raw_spin_lock_nested(_T->lock, SINGLE_DEPTH_NESTING),
		    raw_spin_unlock(_T->lock))

#define __KMEMU_RW_GUARDS(op)                                                            \
	DEFINE_LOCK_GUARD_1(op##_lock, rwlock_t, op##_lock(_T->lock), op##_unlock(_T->lock)) \
	DEFINE_LOCK_GUARD_1(op##_lock_irq, rwlock_t, op##_lock_irq(_T->lock),            \
			    op##_unlock_irq(_T->lock))                                   \
	DEFINE_LOCK_GUARD_1(op##_lock_irqsave, rwlock_t,                                 \
			    op##_lock_irqsave(_T->lock, _T->flags),                      \
			    op##_unlock_irqrestore(_T->lock, _T->flags),                 \
			    unsigned long flags)
__KMEMU_RW_GUARDS(read)
__KMEMU_RW_GUARDS(write)
#endif

#ifndef __cplusplus
/* True: it is 0 now, and the lock is held. */
static __always_inline int __kmemu_dec_and_lock(atomic_t *atomic, spinlock_t *lock)
{
	if (atomic_add_unless(atomic, -1, 1))
		return 0;
	spin_lock(lock);
	if (atomic_dec_and_test(atomic))
		return 1;
	spin_unlock(lock);
	return 0;
}
#define atomic_dec_and_lock(atomic, lock) __kmemu_dec_and_lock(atomic, lock)
#endif

#ifndef __cplusplus

static __always_inline int __kmemu_dec_and_lock_irqsave(atomic_t *atomic, spinlock_t *lock,
							unsigned long *flags)
{
	if (atomic_add_unless(atomic, -1, 1))
		return 0;
	spin_lock_irqsave(lock, *flags);
	if (atomic_dec_and_test(atomic))
		return 1;
	spin_unlock_irqrestore(lock, *flags);
	return 0;
}
#define atomic_dec_and_lock_irqsave(atomic, lock, flags) \
	__kmemu_dec_and_lock_irqsave(atomic, lock, &(flags))

__kmemu_c int _atomic_dec_and_lock(atomic_t *atomic, spinlock_t *lock)
	__kmemu_is(kmemu_atomic_dec_and_lock);
__kmemu_c int _atomic_dec_and_lock_irqsave(atomic_t *atomic, spinlock_t *lock,
					   unsigned long *flags)
	__kmemu_is(kmemu_atomic_dec_and_lock_irqsave);
__kmemu_c int _atomic_dec_and_raw_lock(atomic_t *atomic, raw_spinlock_t *lock)
	__kmemu_is(kmemu_atomic_dec_and_raw_lock);
__kmemu_c int _atomic_dec_and_raw_lock_irqsave(atomic_t *atomic, raw_spinlock_t *lock,
					       unsigned long *flags)
	__kmemu_is(kmemu_atomic_dec_and_raw_lock_irqsave);
#define atomic_dec_and_raw_lock(atomic, lock) _atomic_dec_and_raw_lock(atomic, lock)
#define atomic_dec_and_raw_lock_irqsave(atomic, lock, flags) \
	_atomic_dec_and_raw_lock_irqsave(atomic, lock, &(flags))
#define write_trylock_irqsave(lock, flags)                          \
	__extension__({                                             \
		local_irq_save(flags);                              \
		int __got = write_trylock(lock);                    \
		if (!__got)                                         \
			local_irq_restore(flags);                   \
		__got;                                              \
	})

/* Somebody waits; who has spun for less than a microsecond does not count. */
static inline int raw_spin_is_contended(raw_spinlock_t *lock)
{
	return (READ_ONCE(lock->raw_lock.word) & KMEMU_LOCK_WAITERS) != 0;
}

static inline int spin_is_contended(spinlock_t *lock)
{
	return (READ_ONCE(lock->rlock.word) & KMEMU_LOCK_WAITERS) != 0;
}

static inline int rwlock_is_contended(rwlock_t *lock)
{
	return (READ_ONCE(lock->raw_lock.word) & KMEMU_LOCK_WAITERS) != 0;
}

static __always_inline int spin_needbreak(spinlock_t *lock)
{
	return spin_is_contended(lock);
}

static __always_inline int rwlock_needbreak(rwlock_t *lock)
{
	return rwlock_is_contended(lock);
}

/* As many locks as a table of max_size buckets needs: cpu_mult for each CPU, 0: max_size. */
__kmemu_c int __alloc_bucket_spinlocks(spinlock_t **locks, unsigned int *lock_mask,
				       size_t max_size, unsigned int cpu_mult, gfp_t gfp,
				       const char *name, struct lock_class_key *key)
	__kmemu_is(kmemu_alloc_bucket_spinlocks);
__kmemu_c void free_bucket_spinlocks(spinlock_t *locks) __kmemu_is(kmemu_free_bucket_spinlocks);
#define alloc_bucket_spinlocks(locks, lock_mask, max_size, cpu_mult, gfp)                  \
	({                                                                                 \
		static struct lock_class_key __key;                                        \
		__alloc_bucket_spinlocks(locks, lock_mask, max_size, cpu_mult, gfp, #locks, \
					 &__key);                                          \
	})

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/jump_label.h>
#endif

#endif /* __LINUX_SPINLOCK_H */
