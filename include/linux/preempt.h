/* SPDX-License-Identifier: MIT */
/*
 * <linux/preempt.h> of Linux 6.12, with CONFIG_PREEMPT_COUNT and
 * CONFIG_PREEMPT_RCU; CONFIG_PREEMPT_RT with option preempt=rt. NEED_RESCHED is
 * never set: nothing is scheduled here.
 */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

#include <asm/processor.h>
#include <kmemu/context.h>
#include <linux/args.h>
#include <linux/build_bug.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/linkage.h>
#include <linux/types.h>

#define PREEMPT_BITS 8
#define SOFTIRQ_BITS 8
#define HARDIRQ_BITS 4
#define NMI_BITS 4

#define PREEMPT_SHIFT 0
#define SOFTIRQ_SHIFT (PREEMPT_SHIFT + PREEMPT_BITS)
#define HARDIRQ_SHIFT (SOFTIRQ_SHIFT + SOFTIRQ_BITS)
#define NMI_SHIFT (HARDIRQ_SHIFT + HARDIRQ_BITS)

#define PREEMPT_MASK (0xffUL << PREEMPT_SHIFT)
#define SOFTIRQ_MASK (0xffUL << SOFTIRQ_SHIFT)
#define HARDIRQ_MASK (0xfUL << HARDIRQ_SHIFT)
#define NMI_MASK (0xfUL << NMI_SHIFT)

#define PREEMPT_OFFSET (1UL << PREEMPT_SHIFT)
#define SOFTIRQ_OFFSET (1UL << SOFTIRQ_SHIFT)
#define HARDIRQ_OFFSET (1UL << HARDIRQ_SHIFT)
#define NMI_OFFSET (1UL << NMI_SHIFT)

#define SOFTIRQ_DISABLE_OFFSET (2 * SOFTIRQ_OFFSET)
#define PREEMPT_DISABLE_OFFSET PREEMPT_OFFSET
#define SOFTIRQ_LOCK_OFFSET (SOFTIRQ_DISABLE_OFFSET + PREEMPT_DISABLE_OFFSET)

__kmemu_c int preempt_count(void) __kmemu_is(kmemu_preempt_count);
#define nmi_count() ((unsigned long)preempt_count() & NMI_MASK)
#define hardirq_count() ((unsigned long)preempt_count() & HARDIRQ_MASK)
#define softirq_count() ((unsigned long)kmemu_softirq_count())
#define irq_count() (((unsigned long)preempt_count() & (NMI_MASK | HARDIRQ_MASK)) | softirq_count())

#define in_nmi() nmi_count()
#define in_hardirq() hardirq_count()
#define in_serving_softirq() (softirq_count() & SOFTIRQ_OFFSET)
#define in_task() (!(in_nmi() | in_hardirq() | in_serving_softirq()))

/* True with bottom halves disabled, too. */
#define in_irq() hardirq_count()
#define in_softirq() softirq_count()
#define in_interrupt() irq_count()

/* Does not see that interrupts are off. */
#define in_atomic() (preempt_count() != 0)
#define in_atomic_preempt_off() ((unsigned long)preempt_count() != PREEMPT_DISABLE_OFFSET)
#define preemptible() (preempt_count() == 0 && !kmemu_irqs_disabled())

#define preempt_disable() kmemu_preempt_disable()
#define preempt_enable() kmemu_preempt_enable()
#define preempt_enable_no_resched() kmemu_preempt_enable()
#define sched_preempt_enable_no_resched() kmemu_preempt_enable()
#define preempt_disable_notrace() kmemu_preempt_disable()
#define preempt_enable_notrace() kmemu_preempt_enable()
#define preempt_enable_no_resched_notrace() kmemu_preempt_enable()
#define preempt_check_resched() do { } while (0)

/* A thread never moves: it is counted for who asks smp_processor_id(). */
static __always_inline void migrate_disable(void)
{
	kmemu_migrate(1);
}

static __always_inline void migrate_enable(void)
{
	kmemu_migrate(-1);
}

/* What wants a thread that stays on its CPU: "smp_processor_id()". */
static __always_inline void __kmemu_check_preemption(const char *what)
{
	if (unlikely(kmemu_preempt_checks))
		kmemu_check_preemption(what);
}

#ifndef __cplusplus

#define preempt_disable_nested() ((void)0)

static __always_inline void preempt_enable_nested(void)
{
}

DEFINE_LOCK_GUARD_0(preempt, preempt_disable(), preempt_enable())
DEFINE_LOCK_GUARD_0(preempt_notrace, preempt_disable_notrace(), preempt_enable_notrace())
DEFINE_LOCK_GUARD_0(migrate, migrate_disable(), migrate_enable())

#endif /* __cplusplus */

#endif /* _LINUX_PREEMPT_H */
