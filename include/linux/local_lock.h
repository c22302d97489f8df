/* SPDX-License-Identifier: MIT */
/*
 * <linux/local_lock.h> of Linux 6.12 without PREEMPT_RT: what is this CPU's alone while
 * preemption, bottom halves or interrupts are off. Threads that share a CPU are two here
 * (<linux/smp.h>), and are not kept apart.
 */
#ifndef _LINUX_LOCAL_LOCK_H
#define _LINUX_LOCAL_LOCK_H

#include <linux/cleanup.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/percpu-defs.h>
#include <linux/preempt.h>

typedef struct {
	char unused;
} local_lock_t;

#define INIT_LOCAL_LOCK(lockname) { 0 }
#define local_lock_init(lock) ((void)(lock))
#define local_lock(lock)           \
	do {                       \
		preempt_disable(); \
		(void)(lock);      \
	} while (0)
#define local_unlock(lock)        \
	do {                      \
		(void)(lock);     \
		preempt_enable(); \
	} while (0)
#define local_lock_irq(lock)         \
	do {                         \
		local_irq_disable(); \
		(void)(lock);        \
	} while (0)
#define local_unlock_irq(lock)      \
	do {                        \
		(void)(lock);       \
		local_irq_enable(); \
	} while (0)
#define local_lock_irqsave(lock, flags) \
	do {                            \
		local_irq_save(flags);  \
		(void)(lock);           \
	} while (0)
#define local_unlock_irqrestore(lock, flags) \
	do {                                 \
		(void)(lock);                \
		local_irq_restore(flags);    \
	} while (0)
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
