/* SPDX-License-Identifier: MIT */
/* <linux/bit_spinlock.h> of Linux 6.12: a bit of a word as a spinlock; preemption is off. */
#ifndef __LINUX_BIT_SPINLOCK_H
#define __LINUX_BIT_SPINLOCK_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <asm/processor.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/preempt.h>

static __always_inline void bit_spin_lock(int bitnum, unsigned long *addr)
{
	preempt_disable();
	while (test_and_set_bit_lock(bitnum, addr)) {
		preempt_enable();
		while (test_bit(bitnum, addr))
			cpu_relax();
		preempt_disable();
	}
}

static __always_inline int bit_spin_trylock(int bitnum, unsigned long *addr)
{
	preempt_disable();
	if (!test_and_set_bit_lock(bitnum, addr))
		return 1;
	preempt_enable();
	return 0;
}

static __always_inline void bit_spin_unlock(int bitnum, unsigned long *addr)
{
	BUG_ON(!test_bit(bitnum, addr));
	clear_bit_unlock(bitnum, addr);
	preempt_enable();
}

static __always_inline void __bit_spin_unlock(int bitnum, unsigned long *addr)
{
	bit_spin_unlock(bitnum, addr);
}

static inline int bit_spin_is_locked(int bitnum, unsigned long *addr)
{
	return test_bit(bitnum, addr);
}

#endif /* __cplusplus */

#endif /* __LINUX_BIT_SPINLOCK_H */
