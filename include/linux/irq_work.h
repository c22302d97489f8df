/* SPDX-License-Identifier: MIT */
/*
 * <linux/irq_work.h> of Linux 6.12: functions that run in hard interrupt context, from
 * where nothing else can be called (NMI, a scheduler's lock). A lazy one is not.
 */
#ifndef _LINUX_IRQ_WORK_H
#define _LINUX_IRQ_WORK_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/irq_work.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define IRQ_WORK_PENDING KMEMU_IRQ_WORK_PENDING
#define IRQ_WORK_BUSY KMEMU_IRQ_WORK_BUSY
#define IRQ_WORK_LAZY 4u
#define IRQ_WORK_HARD_IRQ 8u

#define __IRQ_WORK_INIT(_func, _flags) \
	((struct irq_work){ .flags = (_flags), .func = (_func) })
#define IRQ_WORK_INIT(_func) __IRQ_WORK_INIT(_func, 0)
#define IRQ_WORK_INIT_LAZY(_func) __IRQ_WORK_INIT(_func, IRQ_WORK_LAZY)
#define IRQ_WORK_INIT_HARD(_func) __IRQ_WORK_INIT(_func, IRQ_WORK_HARD_IRQ)
#define DEFINE_IRQ_WORK(name, _f) struct irq_work name = { .func = (_f) }

static inline void init_irq_work(struct irq_work *work, void (*func)(struct irq_work *work))
{
	*work = IRQ_WORK_INIT(func);
}

static inline bool irq_work_is_pending(struct irq_work *work)
{
	return READ_ONCE(work->flags) & IRQ_WORK_PENDING;
}

static inline bool irq_work_is_busy(struct irq_work *work)
{
	return READ_ONCE(work->flags) & IRQ_WORK_BUSY;
}

static inline bool irq_work_is_hard(struct irq_work *work)
{
	return READ_ONCE(work->flags) & IRQ_WORK_HARD_IRQ;
}

__kmemu_c bool irq_work_queue(struct irq_work *work) __kmemu_is(kmemu_irq_work_queue);
__kmemu_c bool irq_work_queue_on(struct irq_work *work, int cpu)
	__kmemu_is(kmemu_irq_work_queue_on);
__kmemu_c void irq_work_sync(struct irq_work *work) __kmemu_is(kmemu_irq_work_sync);

#endif /* __cplusplus */

#endif /* _LINUX_IRQ_WORK_H */
