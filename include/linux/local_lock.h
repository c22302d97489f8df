/* SPDX-License-Identifier: MIT */
/*
 * <linux/local_lock.h> of Linux 6.12 without PREEMPT_RT: what is this CPU's alone while
 * preemption, bottom halves or interrupts are off. Threads that share a CPU run beside
 * each other here (<linux/smp.h>), so it is a spinlock of the CPU's, which the other kernel
 * (PREEMPT_RT) makes of it, too. local_lock_nested_bh() is nothing.
 */
#ifndef _LINUX_LOCAL_LOCK_H
#define _LINUX_LOCAL_LOCK_H

#include <linux/cleanup.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/percpu-defs.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>

typedef struct {
	raw_spinlock_t cpu;
} local_lock_t;

#define INIT_LOCAL_LOCK(lockname) { __RAW_SPIN_LOCK_UNLOCKED((lockname).cpu) }
#define local_lock_init(lock) raw_spin_lock_init(&(lock)->cpu)
#define local_lock(lock) raw_spin_lock(&raw_cpu_ptr(lock)->cpu)
#define local_unlock(lock) raw_spin_unlock(&raw_cpu_ptr(lock)->cpu)
#define local_lock_irq(lock) raw_spin_lock_irq(&raw_cpu_ptr(lock)->cpu)
#define local_unlock_irq(lock) raw_spin_unlock_irq(&raw_cpu_ptr(lock)->cpu)
#define local_lock_irqsave(lock, flags) raw_spin_lock_irqsave(&raw_cpu_ptr(lock)->cpu, flags)
#define local_unlock_irqrestore(lock, flags) \
	raw_spin_unlock_irqrestore(&raw_cpu_ptr(lock)->cpu, flags)
#define local_lock_nested_bh(lock) ((void)(lock))
#define local_unlock_nested_bh(lock) ((void)(lock))

#ifndef __cplusplus
DEFINE_GUARD(local_lock, local_lock_t __percpu *, local_lock(_T), local_unlock(_T))
DEFINE_GUARD(local_lock_irq, local_lock_t __percpu *, local_lock_irq(_T), local_unlock_irq(_T))
DEFINE_LOCK_GUARD_1(local_lock_irqsave, local_lock_t __percpu,
		    local_lock_irqsave(_T->lock, _T->flags),
		    local_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_GUARD(local_lock_nested_bh, local_lock_t __percpu *, local_lock_nested_bh(_T),
	     local_unlock_nested_bh(_T))
#endif

#endif /* _LINUX_LOCAL_LOCK_H */
