/*
 * dec_and_lock.c - what lib/dec_and_lock.c has, and no more: a program may bring that file
 * instead. <linux/spinlock.h> has the same inline, where a lock's line is the caller's.
 */
#include "core/os/compiler.h"
#include "include/kmemu/context.h"

/* Of the two types that begin with what is here. */
int kmemu_atomic_dec_and_lock(int *counter, struct kmemu_spinlock *lock);
int kmemu_atomic_dec_and_lock_irqsave(int *counter, struct kmemu_spinlock *lock,
				      unsigned long *flags);
int kmemu_atomic_dec_and_raw_lock(int *counter, struct kmemu_spinlock *lock);
int kmemu_atomic_dec_and_raw_lock_irqsave(int *counter, struct kmemu_spinlock *lock,
					  unsigned long *flags);

/* False: it is above 0, and less by one. */
static bool is_last(int *counter)
{
	int seen = READ_ONCE(*counter);

	while (seen != 1)
		if (__atomic_compare_exchange_n(counter, &seen, seen - 1, true, __ATOMIC_SEQ_CST,
						__ATOMIC_RELAXED))
			return false;
	return true;
}

static bool is_zero_now(int *counter)
{
	return !__atomic_sub_fetch(counter, 1, __ATOMIC_SEQ_CST);
}

KMEMU_EXPORT_WEAK int kmemu_atomic_dec_and_lock(int *counter, struct kmemu_spinlock *lock)
{
	if (!is_last(counter))
		return 0;
	kmemu_spin_lock(lock);
	if (is_zero_now(counter))
		return 1;
	kmemu_spin_unlock(lock);
	return 0;
}

KMEMU_EXPORT_WEAK int kmemu_atomic_dec_and_lock_irqsave(int *counter, struct kmemu_spinlock *lock,
							unsigned long *flags)
{
	if (!is_last(counter))
		return 0;
	*flags = kmemu_spin_irq_save();
	kmemu_spin_lock(lock);
	if (is_zero_now(counter))
		return 1;
	kmemu_spin_unlock(lock);
	kmemu_spin_irq_restore(*flags);
	return 0;
}

KMEMU_EXPORT_WEAK int kmemu_atomic_dec_and_raw_lock(int *counter, struct kmemu_spinlock *lock)
{
	if (!is_last(counter))
		return 0;
	kmemu_raw_spin_lock(lock);
	if (is_zero_now(counter))
		return 1;
	kmemu_raw_spin_unlock(lock);
	return 0;
}

KMEMU_EXPORT_WEAK int kmemu_atomic_dec_and_raw_lock_irqsave(int *counter,
							    struct kmemu_spinlock *lock,
							    unsigned long *flags)
{
	if (!is_last(counter))
		return 0;
	*flags = kmemu_local_irq_save();
	kmemu_raw_spin_lock(lock);
	if (is_zero_now(counter))
		return 1;
	kmemu_raw_spin_unlock(lock);
	kmemu_local_irq_restore(*flags);
	return 0;
}
