/* SPDX-License-Identifier: MIT */
/*
 * <linux/rwlock.h> of Linux 6.12: many readers or one writer. Readers do not wait
 * for a writer that waits. With preempt=rt they may sleep.
 */
#ifndef __LINUX_RWLOCK_H
#define __LINUX_RWLOCK_H

#include <linux/bottom_half.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/spinlock_types.h>

#define rwlock_init(lock)                      \
	do {                                   \
		(lock)->raw_lock.word = KMEMU_LOCK_SET_UP;             \
		__kmemu_lock_init(&(lock)->raw_lock, #lock); \
	} while (0)

/* --- readers */

static __always_inline void read_lock(rwlock_t *lock)
{
	kmemu_read_lock(&lock->raw_lock);
}

static __always_inline void read_unlock(rwlock_t *lock)
{
	kmemu_read_unlock(&lock->raw_lock);
}

static __always_inline int read_trylock(rwlock_t *lock)
{
	return kmemu_read_trylock(&lock->raw_lock);
}

static __always_inline void read_lock_bh(rwlock_t *lock)
{
	kmemu_local_bh_disable();
	kmemu_read_lock(&lock->raw_lock);
}

static __always_inline void read_unlock_bh(rwlock_t *lock)
{
	kmemu_read_unlock(&lock->raw_lock);
	kmemu_local_bh_enable();
}

static __always_inline void read_lock_irq(rwlock_t *lock)
{
	kmemu_spin_irq_save();
	kmemu_read_lock(&lock->raw_lock);
}

static __always_inline void read_unlock_irq(rwlock_t *lock)
{
	kmemu_read_unlock(&lock->raw_lock);
	kmemu_spin_irq_enable();
}

static __always_inline unsigned long __read_lock_irqsave(rwlock_t *lock)
{
	unsigned long flags = kmemu_spin_irq_save();

	kmemu_read_lock(&lock->raw_lock);
	return flags;
}

static __always_inline void read_unlock_irqrestore(rwlock_t *lock, unsigned long flags)
{
	kmemu_read_unlock(&lock->raw_lock);
	kmemu_spin_irq_restore(flags);
}

#define read_lock_irqsave(lock, flags)                   \
	do {                                            \
		(flags) = __read_lock_irqsave(lock);          \
	} while (0)

/* --- writers */

static __always_inline void write_lock(rwlock_t *lock)
{
	kmemu_write_lock(&lock->raw_lock);
}

static __always_inline void write_lock_nested(rwlock_t *lock, unsigned int subclass)
{
	kmemu_write_lock_nested(&lock->raw_lock, subclass);
}

static __always_inline void write_unlock(rwlock_t *lock)
{
	kmemu_write_unlock(&lock->raw_lock);
}

static __always_inline int write_trylock(rwlock_t *lock)
{
	return kmemu_write_trylock(&lock->raw_lock);
}

static __always_inline void write_lock_bh(rwlock_t *lock)
{
	kmemu_local_bh_disable();
	kmemu_write_lock(&lock->raw_lock);
}

static __always_inline void write_unlock_bh(rwlock_t *lock)
{
	kmemu_write_unlock(&lock->raw_lock);
	kmemu_local_bh_enable();
}

static __always_inline void write_lock_irq(rwlock_t *lock)
{
	kmemu_spin_irq_save();
	kmemu_write_lock(&lock->raw_lock);
}

static __always_inline void write_unlock_irq(rwlock_t *lock)
{
	kmemu_write_unlock(&lock->raw_lock);
	kmemu_spin_irq_enable();
}

static __always_inline unsigned long __write_lock_irqsave(rwlock_t *lock)
{
	unsigned long flags = kmemu_spin_irq_save();

	kmemu_write_lock(&lock->raw_lock);
	return flags;
}

static __always_inline void write_unlock_irqrestore(rwlock_t *lock, unsigned long flags)
{
	kmemu_write_unlock(&lock->raw_lock);
	kmemu_spin_irq_restore(flags);
}

#define write_lock_irqsave(lock, flags)                   \
	do {                                            \
		(flags) = __write_lock_irqsave(lock);          \
	} while (0)

#endif /* __LINUX_RWLOCK_H */
