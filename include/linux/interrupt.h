/* SPDX-License-Identifier: MIT */
/*
 * <linux/interrupt.h> of Linux 6.12: interrupts and tasklets. <kmemu/irq.h> says
 * where they run; kmemu_raise_irq() is the device. What triggers a line and wake-up
 * have no effect; affinity is kept and told.
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

#ifndef __cplusplus
#include <linux/cpumask.h>
#include <linux/kref.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#endif

#define NR_IRQS KMEMU_NR_IRQS
#define IRQ_NOTCONNECTED (1U << 31)

#define hard_irq_disable() local_irq_disable()

#define IRQF_TRIGGER_NONE 0x00000000
#define IRQF_TRIGGER_RISING 0x00000001
#define IRQF_TRIGGER_FALLING 0x00000002
#define IRQF_TRIGGER_HIGH 0x00000004
#define IRQF_TRIGGER_LOW 0x00000008
#define IRQF_TRIGGER_MASK 0x0000000f
#define IRQF_SHARED 0x00000080
#define IRQF_TIMER 0x00014200
#define IRQF_PROBE_SHARED 0x00000100
#define IRQF_TRIGGER_PROBE 0x00000010
#define IRQF_NOBALANCING 0x00000800
#define IRQF_IRQPOLL 0x00001000
#define IRQF_FORCE_RESUME 0x00008000
#define IRQF_EARLY_RESUME 0x00020000
#define IRQF_COND_SUSPEND 0x00040000
#define IRQF_NO_DEBUG 0x00100000
#define IRQF_ONESHOT 0x00002000
#define IRQF_NO_SUSPEND 0x00004000
#define IRQF_NO_THREAD 0x00010000
#define IRQF_NO_AUTOEN 0x00080000

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
	return request_threaded_irq(irq, handler, NULL, flags | KMEMU_IRQF_COND_ONESHOT, name, dev);
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

#ifndef __cplusplus
DEFINE_LOCK_GUARD_1(disable_irq, int, disable_irq(*_T->lock), enable_irq(*_T->lock))
#endif

/* There is no power management. */
__kmemu_c int irq_set_irq_wake(unsigned int irq, unsigned int on)
	__kmemu_is(kmemu_irq_set_irq_wake);

static __always_inline int enable_irq_wake(unsigned int irq)
{
	return irq_set_irq_wake(irq, 1);
}

static __always_inline int disable_irq_wake(unsigned int irq)
{
	return irq_set_irq_wake(irq, 0);
}

/* --- tasklets */

#define TASKLET_STATE_SCHED 0
#define TASKLET_STATE_RUN 1

#define DECLARE_TASKLET(name, func_) \
	struct tasklet_struct name = { NULL, 0, ATOMIC_INIT(0), 1, { .callback = (func_) }, 0 }
#define DECLARE_TASKLET_DISABLED(name, func_) \
	struct tasklet_struct name = { NULL, 0, ATOMIC_INIT(1), 1, { .callback = (func_) }, 0 }
#define DECLARE_TASKLET_OLD(name, func_) \
	struct tasklet_struct name = { NULL, 0, ATOMIC_INIT(0), 0, { .func = (func_) }, 0 }

#define from_tasklet(var, callback_tasklet, tasklet_fieldname) \
	container_of(callback_tasklet, __typeof__(*var), tasklet_fieldname)

static inline void tasklet_setup(struct tasklet_struct *t,
				 void (*callback)(struct tasklet_struct *t))
{
	t->next = NULL;
	t->state = 0;
	t->count.counter = 0;
	t->use_callback = 1;
	t->callback = callback;
	t->data = 0;
}

static inline void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long data),
				unsigned long data)
{
	t->next = NULL;
	t->state = 0;
	t->count.counter = 0;
	t->use_callback = 0;
	t->func = func;
	t->data = data;
}

__kmemu_c void tasklet_schedule(struct tasklet_struct *t) __kmemu_is(kmemu_tasklet_schedule);
/* Of who has set TASKLET_STATE_SCHED himself. */
__kmemu_c void __tasklet_schedule(struct tasklet_struct *t) __kmemu_is(kmemu_tasklet_push);
__kmemu_c void __tasklet_hi_schedule(struct tasklet_struct *t) __kmemu_is(kmemu_tasklet_push);
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

__kmemu_c bool irq_has_action(unsigned int irq) __kmemu_is(kmemu_irq_has_action);

static __always_inline void disable_irq_nosync_lockdep(unsigned int irq)
{
	disable_irq_nosync(irq);
}

static __always_inline void disable_irq_lockdep(unsigned int irq)
{
	disable_irq(irq);
}

static __always_inline void disable_irq_nosync_lockdep_irqsave(unsigned int irq,
							       unsigned long *flags)
{
	disable_irq_nosync(irq);
	*flags = kmemu_local_irq_save();
}

static __always_inline void enable_irq_lockdep_irqrestore(unsigned int irq, unsigned long *flags)
{
	kmemu_local_irq_restore(*flags);
	enable_irq(irq);
}

static __always_inline void enable_irq_lockdep(unsigned int irq)
{
	enable_irq(irq);
}

#define DECLARE_TASKLET_DISABLED_OLD(name, func_) \
	struct tasklet_struct name = { NULL, 0, ATOMIC_INIT(1), 0, { .func = (func_) }, 0 }
#define IRQF_PERCPU 0x00000400
#define IRQF_COND_ONESHOT 0x00200000
#define force_irqthreads() (false)
#define __irq_entry

/* --- which CPUs */

struct irq_affinity_notify {
	unsigned int irq;
	struct kref kref;
	struct work_struct work;
	void (*notify)(struct irq_affinity_notify *notify, const cpumask_t *mask);
	void (*release)(struct kref *ref);
};

#define IRQ_AFFINITY_MAX_SETS 4

struct irq_affinity {
	unsigned int pre_vectors, post_vectors; /* those for no queue */
	unsigned int nr_sets;
	unsigned int set_size[IRQ_AFFINITY_MAX_SETS];
	void (*calc_sets)(struct irq_affinity *affd, unsigned int nvecs);
	void *priv;
};

struct irq_affinity_desc {
	struct cpumask mask;
	unsigned int is_managed : 1;
};

#define irq_default_affinity cpu_online_mask

static __always_inline int irq_can_set_affinity(unsigned int irq)
{
	return irq < NR_IRQS;
}

/* -EINVAL: no CPU that is online. Any context. */
static __always_inline int irq_set_affinity(unsigned int irq, const struct cpumask *cpumask)
{
	return kmemu_irq_set_affinity(irq, cpumask_bits(cpumask));
}

static inline int irq_force_affinity(unsigned int irq, const struct cpumask *cpumask)
{
	return irq_set_affinity(irq, cpumask);
}

static __always_inline int irq_update_affinity_hint(unsigned int irq, const struct cpumask *m)
{
	return kmemu_irq_set_hint(irq, m);
}

/* The mask is kept, not copied: NULL takes it back, and has to before free_irq(). */
static __always_inline int irq_set_affinity_and_hint(unsigned int irq, const struct cpumask *m)
{
	int err = kmemu_irq_set_hint(irq, m);

	if (!err && m)
		(void)irq_set_affinity(irq, m);
	return err;
}

static inline int irq_set_affinity_hint(unsigned int irq, const struct cpumask *m)
{
	return irq_set_affinity_and_hint(irq, m);
}

static __maybe_unused void __kmemu_irq_notify(struct work_struct *work)
{
	struct irq_affinity_notify *notify = container_of(work, struct irq_affinity_notify, work);
	struct cpumask *mask = (struct cpumask *)kzalloc(cpumask_size(), GFP_KERNEL);

	if (mask) {
		kmemu_irq_get_affinity(notify->irq, cpumask_bits(mask));
		notify->notify(notify, mask);
		kfree(mask);
	}
	kref_put(&notify->kref, notify->release);
}

static __maybe_unused void __kmemu_irq_get_notify(void *notify)
{
	kref_get(&((struct irq_affinity_notify *)notify)->kref);
}

static __maybe_unused void __kmemu_irq_changed(void *arg)
{
	struct irq_affinity_notify *notify = (struct irq_affinity_notify *)arg;

	if (!schedule_work(&notify->work))
		kref_put(&notify->kref, notify->release);
}

/* NULL takes it back, and has to before free_irq(). May sleep. */
static __always_inline int irq_set_affinity_notifier(unsigned int irq,
						     struct irq_affinity_notify *notify)
{
	struct irq_affinity_notify *old;

	might_sleep();
	if (irq >= NR_IRQS)
		return -EINVAL;
	if (notify) {
		notify->irq = irq;
		kref_init(&notify->kref);
		INIT_WORK(&notify->work, __kmemu_irq_notify);
	}
	old = (struct irq_affinity_notify *)kmemu_irq_set_listener(
		irq, notify, __kmemu_irq_get_notify, __kmemu_irq_changed);
	if (old) {
		if (cancel_work_sync(&old->work))
			kref_put(&old->kref, old->release);
		kref_put(&old->kref, old->release);
	}
	return 0;
}

static __maybe_unused void __kmemu_one_set(struct irq_affinity *affd, unsigned int nvecs)
{
	affd->nr_sets = 1;
	affd->set_size[0] = nvecs;
}

/* CPUs in groups, the greater ones first; with more groups than CPUs some get one again. */
static inline void __kmemu_group_cpus(struct irq_affinity_desc *masks, unsigned int n)
{
	unsigned int cpu = 0, each = n < nr_cpu_ids ? nr_cpu_ids / n : 1;
	unsigned int more = n < nr_cpu_ids ? nr_cpu_ids % n : 0, i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < each + (i < more); j++)
			cpumask_set_cpu(cpu++ % nr_cpu_ids, &masks[i].mask);
}

/* For nvecs vectors, kfree() them; NULL: none is for a queue, or no memory. May sleep. */
static __always_inline struct irq_affinity_desc *
irq_create_affinity_masks(unsigned int nvecs, struct irq_affinity *affd)
{
	unsigned int fixed = affd->pre_vectors + affd->post_vectors, at = affd->pre_vectors;
	struct irq_affinity_desc *masks;
	unsigned int i;

	if (!affd->calc_sets)
		affd->calc_sets = __kmemu_one_set;
	affd->calc_sets(affd, nvecs > fixed ? nvecs - fixed : 0);
	if (WARN_ON_ONCE(affd->nr_sets > IRQ_AFFINITY_MAX_SETS) || nvecs <= fixed)
		return NULL;
	masks = (struct irq_affinity_desc *)kcalloc(nvecs, sizeof(*masks), GFP_KERNEL);
	if (!masks)
		return NULL;
	for (i = 0; i < affd->nr_sets; at += affd->set_size[i++])
		__kmemu_group_cpus(&masks[at], affd->set_size[i]);
	for (i = 0; i < nvecs; i++) {
		bool managed = i >= affd->pre_vectors && i < nvecs - affd->post_vectors;

		if (i < affd->pre_vectors || i >= at || !managed)
			cpumask_copy(&masks[i].mask, irq_default_affinity);
		masks[i].is_managed = managed;
	}
	return masks;
}

static inline unsigned int irq_calc_affinity_vectors(unsigned int minvec, unsigned int maxvec,
						     const struct irq_affinity *affd)
{
	unsigned int resv = affd->pre_vectors + affd->post_vectors;
	unsigned int want;

	if (resv > minvec)
		return 0;
	want = affd->calc_sets ? maxvec - resv : num_possible_cpus();
	return resv + (want < maxvec - resv ? want : maxvec - resv);
}

/* --- per-CPU interrupts, lines that are looked for, what a line's controller knows */

static __always_inline int __must_check __request_percpu_irq(unsigned int irq,
							     irq_handler_t handler,
							     unsigned long flags,
							     const char *devname,
							     void __percpu *percpu_dev_id)
{
	(void)devname;
	if (flags & ~(unsigned long)IRQF_TIMER)
		return -EINVAL;
	return kmemu_request_percpu_irq(irq, (int (*)(int, void *))handler,
					(const void *)percpu_dev_id,
					__start_kmemu_percpu, __stop_kmemu_percpu);
}

static __always_inline int __must_check request_percpu_irq(unsigned int irq,
							   irq_handler_t handler,
							   const char *devname,
							   void __percpu *percpu_dev_id)
{
	return __request_percpu_irq(irq, handler, 0, devname, percpu_dev_id);
}

static __always_inline void enable_percpu_irq(unsigned int irq, unsigned int type)
{
	(void)type;
	kmemu_enable_percpu_irq(irq);
}

__kmemu_c void free_percpu_irq(unsigned int irq, void __percpu *dev)
	__kmemu_is(kmemu_free_percpu_irq);
__kmemu_c void disable_percpu_irq(unsigned int irq) __kmemu_is(kmemu_disable_percpu_irq);
__kmemu_c bool irq_percpu_is_enabled(unsigned int irq) __kmemu_is(kmemu_irq_percpu_is_enabled);
__kmemu_c unsigned long probe_irq_on(void) __kmemu_is(kmemu_probe_irq_on);
__kmemu_c int probe_irq_off(unsigned long val) __kmemu_is(kmemu_probe_irq_off);
__kmemu_c unsigned int probe_irq_mask(unsigned long val) __kmemu_is(kmemu_probe_irq_mask);

enum irqchip_irq_state {
	IRQCHIP_STATE_PENDING = KMEMU_IRQ_PENDING,
	IRQCHIP_STATE_ACTIVE = KMEMU_IRQ_ACTIVE,
	IRQCHIP_STATE_MASKED = KMEMU_IRQ_MASKED,
	IRQCHIP_STATE_LINE_LEVEL = KMEMU_IRQ_LEVEL,
};

/* A line is an edge, so it has no level: -EINVAL. */
static __always_inline int irq_get_irqchip_state(unsigned int irq, enum irqchip_irq_state which,
						 bool *state)
{
	int on = kmemu_irq_get_state(irq, which);

	if (on < 0)
		return on;
	*state = on;
	return 0;
}

/* Pending alone can be set. */
static __always_inline int irq_set_irqchip_state(unsigned int irq, enum irqchip_irq_state which,
						 bool val)
{
	return which == IRQCHIP_STATE_PENDING ? kmemu_irq_set_pending(irq, val) : -EINVAL;
}

__kmemu_c int irq_inject_interrupt(unsigned int irq) __kmemu_is(kmemu_raise_irq);

/* As on a machine whose controllers have none: a driver then asks for an interrupt. */
static inline int __must_check request_nmi(unsigned int irq, irq_handler_t handler,
					   unsigned long flags, const char *name, void *dev)
{
	(void)irq;
	(void)handler;
	(void)flags;
	(void)name;
	(void)dev;
	return -EINVAL;
}
static inline int __must_check request_percpu_nmi(unsigned int irq, irq_handler_t handler,
						  const char *devname, void __percpu *dev)
{
	return request_nmi(irq, handler, 0, devname, (void *)dev);
}

static inline int prepare_percpu_nmi(unsigned int irq)
{
	(void)irq;
	return -EINVAL;
}

static __always_inline void teardown_percpu_nmi(unsigned int irq)
{
	(void)irq;
}

static __always_inline void enable_percpu_nmi(unsigned int irq, unsigned int type)
{
	enable_percpu_irq(irq, type);
}

static __always_inline void disable_percpu_nmi(unsigned int irq)
{
	disable_percpu_irq(irq);
}

static __always_inline void free_percpu_nmi(unsigned int irq, void *percpu_dev_id)
{
	free_percpu_irq(irq, percpu_dev_id);
}

/* Of a line that nobody handles. */
static inline irqreturn_t no_action(int cpl, void *dev_id)
{
	(void)cpl;
	(void)dev_id;
	return IRQ_NONE;
}

static __always_inline const void *free_nmi(unsigned int irq, void *dev_id)
{
	return free_irq(irq, dev_id);
}

static __always_inline void enable_nmi(unsigned int irq)
{
	enable_irq(irq);
}

static __always_inline void disable_nmi_nosync(unsigned int irq)
{
	disable_irq_nosync(irq);
}

/* Waits until it does not run. May sleep; _spin_: does not. */
static inline void tasklet_unlock_wait(struct tasklet_struct *t)
{
	tasklet_disable(t);
	tasklet_enable(t);
}

static inline void tasklet_unlock_spin_wait(struct tasklet_struct *t)
{
	tasklet_disable_in_atomic(t);
	tasklet_enable(t);
}

/* True: this caller runs it now, and says when it does no more. */
static __always_inline int tasklet_trylock(struct tasklet_struct *t)
{
	return !(__atomic_fetch_or(&t->state, KMEMU_TASKLET_RUN, __ATOMIC_ACQUIRE) &
		 KMEMU_TASKLET_RUN);
}

static __always_inline void tasklet_unlock(struct tasklet_struct *t)
{
	__atomic_fetch_and(&t->state, ~KMEMU_TASKLET_RUN, __ATOMIC_RELEASE);
}

/* --- softirqs, for who has one of the kernel's numbers */

enum {
	HI_SOFTIRQ = 0,
	TIMER_SOFTIRQ,
	NET_TX_SOFTIRQ,
	NET_RX_SOFTIRQ,
	BLOCK_SOFTIRQ,
	IRQ_POLL_SOFTIRQ,
	TASKLET_SOFTIRQ,
	SCHED_SOFTIRQ,
	HRTIMER_SOFTIRQ,
	RCU_SOFTIRQ,
	NR_SOFTIRQS
};

struct softirq_action {
	void (*action)(void);
};

static __always_inline void open_softirq(int nr, void (*action)(void))
{
	kmemu_open_softirq(nr, action);
}

__kmemu_c void raise_softirq(unsigned int nr) __kmemu_is(kmemu_raise_softirq);
__kmemu_c void raise_softirq_irqoff(unsigned int nr) __kmemu_is(kmemu_raise_softirq);
__kmemu_c void __raise_softirq_irqoff(unsigned int nr) __kmemu_is(kmemu_mark_softirq);
#define local_softirq_pending() kmemu_softirq_pending()

/* What a line's controller has of each who has it; lines here are looked at by functions. */
struct irqaction {
	irq_handler_t handler;
	void *dev_id;
	struct irqaction *next;
	irq_handler_t thread_fn;
	unsigned int irq, flags;
	const char *name;
};

static const char *const softirq_to_name[NR_SOFTIRQS] __maybe_unused = {
	"HI",	   "TIMER",   "NET_TX", "NET_RX",  "BLOCK",
	"IRQ_POLL", "TASKLET", "SCHED",	 "HRTIMER", "RCU",
};
/* The one thread that runs softirqs; NULL: none was left to it yet. */
static inline struct task_struct *this_cpu_ksoftirqd(void)
{
	return kmemu_ksoftirqd();
}

/* Before the line is used: -EBUSY behind. */
static inline int irq_update_affinity_desc(unsigned int irq, struct irq_affinity_desc *affinity)
{
	if (irq >= NR_IRQS)
		return -EINVAL;
	return irq_has_action(irq) ? -EBUSY : irq_set_affinity(irq, &affinity->mask);
}

__kmemu_c void suspend_device_irqs(void) __kmemu_is(kmemu_suspend_device_irqs);
__kmemu_c void resume_device_irqs(void) __kmemu_is(kmemu_resume_device_irqs);

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/seqlock.h>
#endif

#endif /* _LINUX_INTERRUPT_H */
