/*
 * irq.c - interrupts (kernel: kernel/irq/manage.c __setup_irq, __free_irq,
 * disable_irq; kernel/irq/handle.c, chip.c handle_edge_irq).
 *
 * include/kmemu/irq.h says where handlers run. A line is an edge: raised while
 * its handlers run elsewhere it runs once more there; raised while it is disabled,
 * or masked by a one-shot thread, it is remembered once. Handlers of a line never
 * run on two threads.
 *
 * What a thread has pending lies in its task, a bit a line. kernel_run_pending()
 * is called where interrupts or bottom halves come on (core/init/context_api.c).
 *
 * Different from the kernel: lines are numbered 0 to 255 and exist all; no
 * trigger types or nested interrupts; a line that nobody handles is not shut off.
 * Affinity: irq_affinity.c, per-CPU interrupts: irq_percpu.c.
 *
 * Invariants: running is the one thread's that has the line; an action is on the
 * list of its line until no handler runs.
 * Locks: irq_lock, a leaf. Memory: 20 KiB. Cost: nothing until the first request.
 */
#include "core/kernel/softirq.h"

#include "core/lib/printk.h"

#define ACTIONS_MAX 512

/* Kernel: struct irqaction. */
struct irqaction {
	struct irqaction *next;
	int (*handler)(int irq, void *dev);
	int (*thread_fn)(int irq, void *dev);
	void *dev;
	const char *name;
	unsigned long flags;
	u32 irq;
	bool used, woken; /* woken: its thread has something to do */
	struct task *thread;
	u32 word; /* counts wake-ups of the thread */
};

/* Kernel: struct irq_desc. */
struct irq_desc {
	struct irqaction *action;
	u32 depth; /* > 0: disabled */
	u32 threads_active;
	bool running, pending;
	bool suspended; /* disabled once by suspend_device_irqs() */
	u32 wake_depth;
};

static struct irq_desc descs[NR_IRQS];
static struct irqaction actions[ACTIONS_MAX];
static struct kernel_lock irq_lock __own_word;
static struct event changed;

/* --- handling ---------------------------------------------------------------- */

static void wake_thread(struct irq_desc *desc, struct irqaction *a)
{
	u64 mask = kernel_lock(&irq_lock);

	if (!a->woken)
		desc->threads_active++;
	a->woken = true;
	kernel_unlock(&irq_lock, mask);
	__atomic_fetch_add(&a->word, 1, __ATOMIC_RELEASE);
	os_futex_wake(&a->word, 1);
}

/* Kernel: __handle_irq_event_percpu(). */
static void call_handlers(struct task *task, struct irq_desc *desc, int irq)
{
	for (struct irqaction *a = READ_ONCE(desc->action); a; a = READ_ONCE(a->next)) {
		struct interrupt i;
		int result = KMEMU_IRQ_WAKE_THREAD;
		u32 came_on;

		if (a->handler) {
			interrupt_enter(&i, RAISE_HARDIRQ, (const void *)a->handler);
			result = a->handler(irq, a->dev);
			came_on = task->irqs_came_on;
			task->irqs_came_on = 0; /* it is told with the line's number */
			interrupt_exit(&i, (const void *)a->handler,
				       "irq: %pS preempt leak: %08x -> %08x");
			if (came_on)
				kernel_warn_text((const char *)a->handler + 1,
						 "kernel/irq/handle.c", 161,
						 "irq %u handler %pS enabled interrupts", irq,
						 (const void *)a->handler);
		}
		if (result & KMEMU_IRQ_WAKE_THREAD && a->thread)
			wake_thread(desc, a);
	}
}

KMEMU_EXPORT int kmemu_irq_set_irq_wake(unsigned int irq, unsigned int on)
{
	bool unbalanced = false;
	u64 mask;

	if (irq >= NR_IRQS)
		return -EINVAL_;
	mask = kernel_lock(&irq_lock);
	if (on)
		descs[irq].wake_depth++;
	else if (descs[irq].wake_depth)
		descs[irq].wake_depth--;
	else
		unbalanced = true;
	kernel_unlock(&irq_lock, mask);
	if (unbalanced)
		kernel_warn_text(CALLER, "kernel/irq/manage.c", 921,
				 "Unbalanced IRQ %u wake disable", irq);
	return 0;
}

/* Kernel: irq_wake_thread(). Who calls it has the line, so that the action stays. */
KMEMU_EXPORT void kmemu_irq_wake_thread(unsigned int irq, void *dev)
{
	struct irq_desc *desc = irq < NR_IRQS ? &descs[irq] : NULL;
	struct irqaction *a = desc ? READ_ONCE(desc->action) : NULL;

	while (a && a->dev != dev)
		a = READ_ONCE(a->next);
	if (a && a->thread)
		wake_thread(desc, a);
}

KMEMU_EXPORT bool kmemu_irq_has_action(unsigned int irq)
{
	return irq < NR_IRQS && READ_ONCE(descs[irq].action);
}

static bool is_masked(const struct irq_desc *desc)
{
	return desc->depth || (desc->threads_active && desc->action &&
			       desc->action->flags & KMEMU_IRQF_ONESHOT);
}

/* False: it is remembered, or runs elsewhere, where it will run again. */
static bool begin(struct irq_desc *desc)
{
	u64 mask = kernel_lock(&irq_lock);
	bool mine = desc->action && !desc->running && !is_masked(desc);

	desc->pending = desc->action && !mine;
	if (mine)
		desc->running = true;
	kernel_unlock(&irq_lock, mask);
	return mine;
}

/* True: raised again meanwhile. */
static bool again(struct irq_desc *desc)
{
	u64 mask = kernel_lock(&irq_lock);
	bool again = desc->pending && !is_masked(desc);

	if (again)
		desc->pending = false;
	else
		desc->running = false;
	kernel_unlock(&irq_lock, mask);
	if (!again)
		event_signal(&changed);
	return again;
}

/* Kernel: handle_edge_irq(). */
static void handle_irq(struct task *task, u32 irq)
{
	struct irq_desc *desc = &descs[irq];

	if (irq_percpu_handle(task, irq) || !begin(desc))
		return;
	task->in_irq++;
	do
		call_handlers(task, desc, (int)irq);
	while (again(desc));
	task->in_irq--;
}

/* A signal handler is an interrupt, but lets others in. */
static bool irqs_off(const struct task *task)
{
	return task->in_irq || context_has(1U << RAISE_IRQS_OFF | 1U << RAISE_NMI) ||
	       (context_has(1U << RAISE_HARDIRQ) && !context_in_handler());
}

static void set_pending(struct task *task, u32 irq)
{
	u64 bit = 1UL << (irq % 64);

	if (!(__atomic_fetch_or(&task->irqs_pending[irq / 64], bit, __ATOMIC_RELAXED) & bit))
		__atomic_fetch_add(&kernel_pending, 1, __ATOMIC_RELAXED);
}

static void run_irqs(struct task *task)
{
	for (u32 i = 0; i < ARRAY_SIZE(task->irqs_pending); i++) {
		u64 bits = __atomic_exchange_n(&task->irqs_pending[i], 0, __ATOMIC_RELAXED);

		for (; bits; bits &= bits - 1) {
			__atomic_fetch_sub(&kernel_pending, 1, __ATOMIC_RELAXED);
			handle_irq(task, i * 64 + (u32)__builtin_ctzll(bits));
		}
	}
}

__noinline void kernel_run_pending(void)
{
	struct task *task = task_mine;

	if (!task || irqs_off(task))
		return;
	run_irqs(task);
	irq_work_run(task);
	if (!softirq_will_run())
		do_softirq(task);
}

KMEMU_EXPORT int kmemu_raise_irq(unsigned int irq)
{
	struct task *task = task_current();

	if (irq >= NR_IRQS)
		return -EINVAL_;
	if (!READ_ONCE(descs[irq].action) && !irq_is_percpu(irq))
		return irq_probe_note(irq) ? 0 : -EINVAL_;
	if (irqs_off(task)) {
		set_pending(task, irq);
		return 0;
	}
	handle_irq(task, irq);
	kernel_irqs_on();
	return 0;
}

/* --- threads of interrupts ----------------------------------------------------- */

static bool take_work(struct irq_desc *desc, struct irqaction *a)
{
	u64 mask = kernel_lock(&irq_lock);
	bool woken = a->woken;

	(void)desc;
	a->woken = false;
	kernel_unlock(&irq_lock, mask);
	return woken;
}

/* What a one-shot line remembered runs now, here. */
static void finish_oneshot(struct irq_desc *desc, u32 irq)
{
	u64 mask = kernel_lock(&irq_lock);
	bool due;

	desc->threads_active--;
	due = desc->pending && !is_masked(desc);
	kernel_unlock(&irq_lock, mask);
	event_signal(&changed);
	if (due)
		kmemu_raise_irq(irq);
}

/* Kernel: irq_thread(). */
static int irq_thread(void *data)
{
	struct irqaction *a = data;
	struct irq_desc *desc = &descs[a->irq];

	for (;;) {
		u32 seen = __atomic_load_n(&a->word, __ATOMIC_ACQUIRE);

		if (take_work(desc, a)) {
			a->thread_fn((int)a->irq, a->dev);
			finish_oneshot(desc, a->irq);
		} else if (kmemu_kthread_should_stop()) {
			return 0;
		} else {
			os_futex_wait(&a->word, seen);
		}
	}
}

/* --- requests -------------------------------------------------------------------- */

static struct irqaction *new_action(void)
{
	for (u32 i = 0; i < ACTIONS_MAX; i++)
		if (!__atomic_exchange_n(&actions[i].used, true, __ATOMIC_ACQUIRE))
			return &actions[i];
	return NULL;
}

static void free_action(struct irqaction *a)
{
	__builtin_memset(a, 0, offsetof(struct irqaction, used));
	a->woken = false;
	a->thread = NULL;
	__atomic_store_n(&a->used, false, __ATOMIC_RELEASE);
}

static int check(u32 irq, const struct irqaction *a)
{
	unsigned long shared = a->flags & KMEMU_IRQF_SHARED;
	unsigned long cond_suspend = a->flags & KMEMU_IRQF_COND_SUSPEND;

	if (irq >= NR_IRQS || (shared && !a->dev) || (!a->handler && !a->thread_fn) ||
	    irq_is_percpu(irq) || (shared && a->flags & KMEMU_IRQF_NO_AUTOEN) ||
	    (cond_suspend && (!shared || a->flags & KMEMU_IRQF_NO_SUSPEND)))
		return -EINVAL_;
	if (!a->handler && !(a->flags & KMEMU_IRQF_ONESHOT)) {
		printk("genirq: Threaded irq requested with handler=NULL and !ONESHOT for %s "
		       "(irq %u)\n",
		       a->name, irq);
		return -EINVAL_;
	}
	return 0;
}

/* All of a shared line agree on how it is triggered (who says nothing, with any) and held. */
static bool agrees(struct irqaction *a, const struct irqaction *old)
{
	unsigned long type = old->flags & KMEMU_IRQF_TRIGGER_MASK;

	if (!(a->flags & KMEMU_IRQF_TRIGGER_MASK))
		a->flags |= type;
	if (!(a->flags & old->flags & KMEMU_IRQF_SHARED) ||
	    (type && type != (a->flags & KMEMU_IRQF_TRIGGER_MASK)))
		return false;
	if (old->flags & KMEMU_IRQF_ONESHOT && a->flags & KMEMU_IRQF_COND_ONESHOT)
		a->flags |= KMEMU_IRQF_ONESHOT;
	return !((a->flags ^ old->flags) & KMEMU_IRQF_ONESHOT);
}

/* Kernel: __setup_irq(). */
static int setup(struct irq_desc *desc, struct irqaction *a)
{
	struct irqaction **at = &desc->action, *old;
	u64 mask = kernel_lock(&irq_lock);

	old = desc->action;
	if (old && !agrees(a, old)) {
		kernel_unlock(&irq_lock, mask);
		printk("genirq: Flags mismatch irq %u. %08lx (%s) vs. %08lx (%s)\n", a->irq,
		       a->flags, a->name, old->flags, old->name);
		return -EBUSY_;
	}
	if (!old)
		desc->depth = a->flags & KMEMU_IRQF_NO_AUTOEN ? 1 : 0;
	while (*at)
		at = &(*at)->next;
	WRITE_ONCE(*at, a);
	kernel_unlock(&irq_lock, mask);
	return 0;
}

static int start_thread(struct irqaction *a)
{
	if (!a->thread_fn)
		return 0;
	a->thread = kthread_start(irq_thread, a, "irq/%u-%s", a->irq, a->name);
	return a->thread ? 0 : -ENOMEM_;
}

static void stop_thread(struct irqaction *a)
{
	if (!a->thread)
		return;
	kmemu_get_task_struct(&a->thread->t); /* it may end before it is waited for */
	__atomic_fetch_or(&a->thread->kthread_flags, KTHREAD_SHOULD_STOP, __ATOMIC_SEQ_CST);
	__atomic_fetch_add(&a->word, 1, __ATOMIC_SEQ_CST);
	os_futex_wake(&a->word, 1);
	kmemu_kthread_stop(&a->thread->t);
	kmemu_put_task_struct(&a->thread->t);
}

KMEMU_EXPORT int kmemu_request_threaded_irq(unsigned int irq, int (*handler)(int irq, void *dev),
					    int (*thread_fn)(int irq, void *dev),
					    unsigned long flags, const char *name, void *dev)
{
	struct irqaction *a;
	int err;

	might_sleep_in("request_irq", CALLER);
	a = new_action();
	if (!a)
		return -ENOMEM_;
	a->handler = handler;
	a->thread_fn = thread_fn;
	a->dev = dev;
	a->name = name ? name : "";
	a->flags = flags;
	a->irq = irq;
	err = check(irq, a);
	if (!err)
		err = start_thread(a);
	if (!err)
		err = setup(&descs[irq], a);
	if (err) {
		stop_thread(a);
		free_action(a);
	}
	return err;
}

static struct irqaction *unlink_action(struct irq_desc *desc, const void *dev)
{
	u64 mask = kernel_lock(&irq_lock);
	struct irqaction **at = &desc->action, *a;

	while ((a = *at) && a->dev != dev)
		at = &a->next;
	if (a)
		WRITE_ONCE(*at, a->next);
	kernel_unlock(&irq_lock, mask);
	return a;
}

/* No handler runs on another thread, no thread of the line has anything to do. */
static void wait_idle(struct irq_desc *desc, bool threads)
{
	if (task_current()->in_irq)
		return; /* in a handler: it would wait for itself */
	for (;;) {
		u32 seen = event_read(&changed);
		u64 mask = kernel_lock(&irq_lock);
		bool busy = desc->running || (threads && desc->threads_active);

		kernel_unlock(&irq_lock, mask);
		if (!busy)
			return;
		event_wait(&changed, seen);
	}
}

KMEMU_EXPORT const void *kmemu_free_irq(unsigned int irq, void *dev)
{
	struct irqaction *a;
	const char *name;

	if (context_has(1U << RAISE_HARDIRQ | 1U << RAISE_SOFTIRQ | 1U << RAISE_NMI))
		kernel_warn_text(CALLER, "kernel/irq/manage.c", 1898,
				 "Trying to free IRQ %u from IRQ context!", irq);
	might_sleep_in("free_irq", CALLER);
	a = irq < NR_IRQS ? unlink_action(&descs[irq], dev) : NULL;
	if (!a) {
		kernel_warn_text(CALLER, "kernel/irq/manage.c", 1919,
				 "Trying to free already-free IRQ %u", irq);
		return NULL;
	}
	irq_affinity_freed(irq, CALLER);
	wait_idle(&descs[irq], true);
	stop_thread(a);
	name = a->name;
	free_action(a);
	return name;
}

KMEMU_EXPORT void kmemu_synchronize_irq(unsigned int irq)
{
	might_sleep_in("synchronize_irq", CALLER);
	if (irq < NR_IRQS)
		wait_idle(&descs[irq], true);
}

KMEMU_EXPORT void kmemu_disable_irq_nosync(unsigned int irq)
{
	u64 mask;

	if (irq >= NR_IRQS)
		return;
	mask = kernel_lock(&irq_lock);
	descs[irq].depth++;
	kernel_unlock(&irq_lock, mask);
}

KMEMU_EXPORT void kmemu_disable_irq(unsigned int irq)
{
	might_sleep_in("disable_irq", CALLER);
	kmemu_disable_irq_nosync(irq);
	if (irq < NR_IRQS)
		wait_idle(&descs[irq], true);
}

/* False: a threaded handler is at it. */
KMEMU_EXPORT bool kmemu_synchronize_hardirq(unsigned int irq)
{
	if (irq >= NR_IRQS)
		return true;
	wait_idle(&descs[irq], false);
	return !READ_ONCE(descs[irq].threads_active);
}

KMEMU_EXPORT int kmemu_disable_hardirq(unsigned int irq)
{
	kmemu_disable_irq_nosync(irq);
	return irq < NR_IRQS && kmemu_synchronize_hardirq(irq);
}

/* Kernel: __enable_irq(), check_irq_resend(). */
KMEMU_EXPORT void kmemu_enable_irq(unsigned int irq)
{
	struct irq_desc *desc = irq < NR_IRQS ? &descs[irq] : NULL;
	bool unbalanced, due;
	u64 mask;

	if (!desc)
		return;
	mask = kernel_lock(&irq_lock);
	unbalanced = !desc->depth;
	if (!unbalanced)
		desc->depth--;
	due = desc->pending && !is_masked(desc);
	kernel_unlock(&irq_lock, mask);
	if (unbalanced)
		kernel_warn_text(CALLER, "kernel/irq/manage.c", 789, "Unbalanced enable for IRQ %u",
				 irq);
	if (due)
		kmemu_raise_irq(irq);
}

/* Kernel: kernel/irq/pm.c suspend_device_irq(), under the lock. */
static bool suspend_line(struct irq_desc *desc)
{
	if (!desc->action || desc->suspended)
		return false;
	for (const struct irqaction *a = desc->action; a; a = a->next)
		if (a->flags & KMEMU_IRQF_NO_SUSPEND)
			return false;
	desc->suspended = true;
	desc->depth++;
	return true;
}

KMEMU_EXPORT void kmemu_suspend_device_irqs(void)
{
	might_sleep_in("suspend_device_irqs", CALLER);
	for (u32 irq = 0; irq < NR_IRQS; irq++) {
		u64 mask = kernel_lock(&irq_lock);
		bool now = suspend_line(&descs[irq]);

		kernel_unlock(&irq_lock, mask);
		if (now)
			wait_idle(&descs[irq], true);
	}
}

KMEMU_EXPORT void kmemu_resume_device_irqs(void)
{
	for (u32 irq = 0; irq < NR_IRQS; irq++) {
		u64 mask = kernel_lock(&irq_lock);
		bool was = descs[irq].suspended;

		descs[irq].suspended = false;
		kernel_unlock(&irq_lock, mask);
		if (was)
			kmemu_enable_irq(irq);
	}
}

/* Kernel: irq_get_irqchip_state(). */
KMEMU_EXPORT int kmemu_irq_get_state(unsigned int irq, int which)
{
	const struct irq_desc *desc = irq < NR_IRQS ? &descs[irq] : NULL;
	u64 mask;
	int on;

	if (!desc || which == KMEMU_IRQ_LEVEL)
		return -EINVAL_;
	mask = kernel_lock(&irq_lock);
	if (which == KMEMU_IRQ_PENDING)
		on = desc->pending || READ_ONCE(task_current()->irqs_pending[irq / 64]) >>
					      (irq % 64) & 1;
	else
		on = which == KMEMU_IRQ_ACTIVE ? desc->running : is_masked(desc);
	kernel_unlock(&irq_lock, mask);
	return on;
}

/* Kernel: irq_set_irqchip_state(). Pending is what a controller's driver lets be written. */
KMEMU_EXPORT int kmemu_irq_set_pending(unsigned int irq, bool pending)
{
	u64 bit = 1UL << (irq % 64), mask;
	struct task *task = task_current();

	if (irq >= NR_IRQS)
		return -EINVAL_;
	if (pending)
		return kmemu_raise_irq(irq);
	mask = kernel_lock(&irq_lock);
	descs[irq].pending = false;
	kernel_unlock(&irq_lock, mask);
	if (__atomic_fetch_and(&task->irqs_pending[irq / 64], ~bit, __ATOMIC_RELAXED) & bit)
		__atomic_fetch_sub(&kernel_pending, 1, __ATOMIC_RELAXED);
	return 0;
}
