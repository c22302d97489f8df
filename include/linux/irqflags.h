/* SPDX-License-Identifier: MIT */
/*
 * <linux/irqflags.h> of Linux 6.12. Interrupts are the calling thread's: a flag
 * that in_*() and the check of contexts see. Signals are not blocked by it.
 */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

#include <asm/processor.h>
#include <kmemu/context.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/percpu-defs.h>
#include <linux/types.h>

#define local_irq_disable() kmemu_local_irq_disable()
#define local_irq_enable() kmemu_local_irq_enable()
#define local_irq_save(flags)                     \
	do {                                      \
		(flags) = kmemu_local_irq_save(); \
	} while (0)
#define local_irq_restore(flags) kmemu_local_irq_restore(flags)
#define local_save_flags(flags)                                           \
	do {                                                              \
		(flags) = kmemu_irqs_disabled() ? 0UL : KMEMU_IRQS_ON;    \
	} while (0)
#define irqs_disabled() kmemu_irqs_disabled()
#define irqs_disabled_flags(flags) (!((flags) & KMEMU_IRQS_ON))

#define raw_local_irq_disable() local_irq_disable()
#define raw_local_irq_enable() local_irq_enable()
#define raw_local_irq_save(flags) local_irq_save(flags)
#define raw_local_irq_restore(flags) local_irq_restore(flags)
#define raw_local_save_flags(flags) local_save_flags(flags)
#define raw_irqs_disabled() irqs_disabled()
#define raw_irqs_disabled_flags(flags) irqs_disabled_flags(flags)

#ifndef __cplusplus
DEFINE_LOCK_GUARD_0(irq, local_irq_disable(), local_irq_enable())
DEFINE_LOCK_GUARD_0(irqsave, local_irq_save(_T->flags), local_irq_restore(_T->flags),
		    unsigned long flags)
#endif

#ifndef __cplusplus

/* Nobody measures how long, and lockdep asks for itself. */
#define start_critical_timings() ((void)0)
#define stop_critical_timings() ((void)0)
#define trace_hardirqs_on() ((void)0)
#define trace_hardirqs_off() ((void)0)

static __always_inline void lockdep_hardirqs_on(unsigned long ip)
{
	(void)ip;
}

static __always_inline void lockdep_hardirqs_off(unsigned long ip)
{
	(void)ip;
}

static __always_inline void lockdep_hardirqs_on_prepare(void)
{
}

/* On, and an interrupt comes at once: who waits for one by this looks again behind it. */
#define safe_halt()                 \
	do {                        \
		local_irq_enable(); \
		cpu_relax();        \
	} while (0)
#define raw_safe_halt() safe_halt()

#endif /* __cplusplus */

#endif /* _LINUX_IRQFLAGS_H */
