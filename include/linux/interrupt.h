/* SPDX-License-Identifier: MIT */
/*
 * <linux/interrupt.h> of Linux 6.12: interrupts and tasklets. <kmemu/irq.h> says
 * where they run; kmemu_raise_irq() is the device. What triggers a line, affinity
 * and wake-up have no effect.
 */
#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <kmemu/irq.h>
#include <linux/bottom_half.h>
#include <linux/hardirq.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/irqreturn.h>
#include <linux/kernel.h>
#include <linux/preempt.h>

#define NR_IRQS KMEMU_NR_IRQS
#define IRQ_NOTCONNECTED (1U << 31)

#define IRQF_TRIGGER_NONE 0x00000000
#define IRQF_TRIGGER_RISING 0x00000001
#define IRQF_TRIGGER_FALLING 0x00000002
#define IRQF_TRIGGER_HIGH 0x00000004
#define IRQF_TRIGGER_LOW 0x00000008
#define IRQF_TRIGGER_MASK 0x0000000f
#define IRQF_SHARED KMEMU_IRQF_SHARED
#define IRQF_TIMER 0x00014200
#define IRQF_PROBE_SHARED 0x00000100
#define IRQF_TRIGGER_PROBE 0x00000010
#define IRQF_NOBALANCING 0x00000800
#define IRQF_IRQPOLL 0x00001000
#define IRQF_FORCE_RESUME 0x00008000
#define IRQF_EARLY_RESUME 0x00020000
#define IRQF_COND_SUSPEND 0x00040000
#define IRQF_NO_DEBUG 0x00100000
#define IRQF_ONESHOT KMEMU_IRQF_ONESHOT
#define IRQF_NO_SUSPEND 0x00004000
#define IRQF_NO_THREAD 0x00010000
#define IRQF_NO_AUTOEN KMEMU_IRQF_NO_AUTOEN

typedef irqreturn_t (*irq_handler_t)(int, void *);

__kmemu_c int __must_check request_threaded_irq(unsigned int irq, irq_handler_t handler,
						irq_handler_t thread_fn, unsigned long flags,
						const char *name, void *dev)
	__kmemu_is(kmemu_request_threaded_irq);

/* An inline, so that the place that asks is the program's. */
static __always_inline int __must_check request_irq(unsigned int irq, irq_handler_t handler,
						    unsigned long flags, const char *name,
						    void *dev)
{
	return request_threaded_irq(irq, handler, NULL, flags, name, dev);
}

struct device;
struct cpumask;

__kmemu_c int __must_check devm_request_threaded_irq(struct device *dev, unsigned int irq,
						     irq_handler_t handler,
						     irq_handler_t thread_fn,
						     unsigned long flags, const char *name,
						     void *dev_id)
	__kmemu_is(kmemu_devm_request_threaded_irq);

static __always_inline int __must_check devm_request_irq(struct device *dev, unsigned int irq,
							 irq_handler_t handler,
							 unsigned long flags, const char *name,
							 void *dev_id)
{
	return devm_request_threaded_irq(dev, irq, handler, NULL, flags, name, dev_id);
}

__kmemu_c void devm_free_irq(struct device *dev, unsigned int irq, void *dev_id)
	__kmemu_is(kmemu_devm_free_irq);
__kmemu_c const void *free_irq(unsigned int irq, void *dev) __kmemu_is(kmemu_free_irq);
__kmemu_c void disable_irq(unsigned int irq) __kmemu_is(kmemu_disable_irq);
__kmemu_c void disable_irq_nosync(unsigned int irq) __kmemu_is(kmemu_disable_irq_nosync);
static __always_inline bool disable_hardirq(unsigned int irq)
{
	return kmemu_disable_hardirq(irq);
}

__kmemu_c void enable_irq(unsigned int irq) __kmemu_is(kmemu_enable_irq);

/* There is no power management, and no CPU to choose. */
static __always_inline int irq_set_irq_wake(unsigned int irq, unsigned int on)
{
	(void)irq;
	(void)on;
	return 0;
}
static __always_inline int irq_set_affinity(unsigned int irq, const struct cpumask *mask)
{
	(void)irq;
	(void)mask;
	return 0;
}
#define irq_set_affinity_hint(irq, mask) irq_set_affinity(irq, mask)
#define irq_set_affinity_and_hint(irq, mask) irq_set_affinity(irq, mask)
#define irq_update_affinity_hint(irq, mask) irq_set_affinity(irq, mask)
#define enable_irq_wake(irq) irq_set_irq_wake(irq, 1)
#define disable_irq_wake(irq) irq_set_irq_wake(irq, 0)

/* --- tasklets */

#define TASKLET_STATE_SCHED 0
#define TASKLET_STATE_RUN 1

#define DECLARE_TASKLET(name, func_) \
	struct tasklet_struct name = { NULL, 0, 0, 1, { .callback = (func_) }, 0 }
#define DECLARE_TASKLET_DISABLED(name, func_) \
	struct tasklet_struct name = { NULL, 0, 1, 1, { .callback = (func_) }, 0 }
#define DECLARE_TASKLET_OLD(name, func_) \
	struct tasklet_struct name = { NULL, 0, 0, 0, { .func = (func_) }, 0 }

#define from_tasklet(var, callback_tasklet, tasklet_fieldname) \
	container_of(callback_tasklet, __typeof__(*var), tasklet_fieldname)

static inline void tasklet_setup(struct tasklet_struct *t,
				 void (*callback)(struct tasklet_struct *t))
{
	t->next = NULL;
	t->state = 0;
	t->count = 0;
	t->use_callback = 1;
	t->callback = callback;
	t->data = 0;
}

static inline void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long data),
				unsigned long data)
{
	t->next = NULL;
	t->state = 0;
	t->count = 0;
	t->use_callback = 0;
	t->func = func;
	t->data = data;
}

__kmemu_c void tasklet_schedule(struct tasklet_struct *t) __kmemu_is(kmemu_tasklet_schedule);
__kmemu_c void tasklet_hi_schedule(struct tasklet_struct *t) __kmemu_is(kmemu_tasklet_schedule);
__kmemu_c void tasklet_disable(struct tasklet_struct *t) __kmemu_is(kmemu_tasklet_disable);
__kmemu_c void tasklet_disable_in_atomic(struct tasklet_struct *t)
	__kmemu_is(kmemu_tasklet_disable_in_atomic);
__kmemu_c void tasklet_disable_nosync(struct tasklet_struct *t)
	__kmemu_is(kmemu_tasklet_disable_nosync);
__kmemu_c void tasklet_enable(struct tasklet_struct *t) __kmemu_is(kmemu_tasklet_enable);
__kmemu_c void tasklet_kill(struct tasklet_struct *t) __kmemu_is(kmemu_tasklet_kill);

#ifndef __cplusplus

/* A line's handler runs in hard interrupt context; lines of slow buses are not there. */
enum { IRQC_IS_HARDIRQ, IRQC_IS_NESTED };

static inline int __must_check request_any_context_irq(unsigned int irq, irq_handler_t handler,
						       unsigned long flags, const char *name,
						       void *dev_id)
{
	int err = request_threaded_irq(irq, handler, NULL, flags, name, dev_id);

	return err ? err : IRQC_IS_HARDIRQ;
}

static inline int __must_check devm_request_any_context_irq(struct device *dev, unsigned int irq,
							    irq_handler_t handler,
							    unsigned long flags,
							    const char *name, void *dev_id)
{
	int err = devm_request_threaded_irq(dev, irq, handler, NULL, flags, name, dev_id);

	return err ? err : IRQC_IS_HARDIRQ;
}

/* As if its handler had answered IRQ_WAKE_THREAD. Any context. */
__kmemu_c void irq_wake_thread(unsigned int irq, void *dev_id) __kmemu_is(kmemu_irq_wake_thread);

#define irq_has_action(irq) kmemu_irq_has_action(irq)
#define irq_can_set_affinity(irq) ((void)(irq), 0)
#define irq_force_affinity(irq, mask) irq_set_affinity(irq, mask)
#define disable_irq_nosync_lockdep(irq) disable_irq_nosync(irq)
#define disable_irq_lockdep(irq) disable_irq(irq)
#define enable_irq_lockdep(irq) enable_irq(irq)
#define DECLARE_TASKLET_DISABLED_OLD(name, func_) \
	struct tasklet_struct name = { NULL, 0, 1, 0, { .func = (func_) }, 0 }
#define IRQF_PERCPU 0x00000400
#define IRQF_COND_ONESHOT 0x00200000

#endif /* __cplusplus */

#endif /* _LINUX_INTERRUPT_H */
