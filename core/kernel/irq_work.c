/*
 * irq_work.c - functions that run in hard interrupt context (kernel: kernel/irq_work.c).
 *
 * A thread has a list of those that it queued, which only it and its signal handlers
 * touch, and runs them where kernel_run_pending() runs its interrupts.
 *
 * Different from the kernel: a lazy one does not wait for the next tick; one that is
 * queued by a thread which ends with its interrupts off does not run.
 *
 * Invariant: a work is on one list while PENDING, and may be queued again from the moment
 * that its function begins; BUSY is on until that is done.
 * Locks: none; lists without locks.
 */
#include "core/kernel/softirq.h"

#include "core/mm/pcpu.h"
#include "include/kmemu/irq_work.h"

#define PENDING KMEMU_IRQ_WORK_PENDING
#define BUSY	KMEMU_IRQ_WORK_BUSY

static struct event changed;

static bool claim(struct irq_work *work)
{
	return !(__atomic_fetch_or(&work->flags, PENDING | BUSY, __ATOMIC_ACQ_REL) & PENDING);
}

/* Kernel: irq_work_single(). */
static void call(struct irq_work *work)
{
	u32 flags = __atomic_and_fetch(&work->flags, ~PENDING, __ATOMIC_ACQ_REL);

	work->func(work);
	__atomic_compare_exchange_n(&work->flags, &flags, flags & ~BUSY, false, __ATOMIC_RELEASE,
				    __ATOMIC_RELAXED);
	event_signal(&changed);
}

static void call_csd(void *info)
{
	call(info);
}

static void call_as_interrupt(struct irq_work *work)
{
	const void *func = (const void *)work->func;
	struct interrupt i;

	interrupt_enter(&i, RAISE_HARDIRQ, func);
	call(work);
	interrupt_exit(&i, func, "irq_work: %pS preempt leak: %08x -> %08x");
}

/* In the order in which they came. */
void irq_work_run(struct task *task)
{
	struct irq_work *at, *first = NULL;

	while ((at = __atomic_exchange_n(&task->irq_works, NULL, __ATOMIC_ACQUIRE))) {
		while (at) {
			struct irq_work *older = at->next;

			at->next = first;
			first = at;
			at = older;
		}
		task->in_irq++;
		while (first) {
			struct irq_work *next = first->next;

			__atomic_fetch_sub(&kernel_pending, 1, __ATOMIC_RELAXED);
			call_as_interrupt(first);
			first = next;
		}
		task->in_irq--;
	}
}

static void queue_here(struct irq_work *work)
{
	struct task *task = task_current();

	work->next = __atomic_load_n(&task->irq_works, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&task->irq_works, &work->next, work, false,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
	}
	__atomic_fetch_add(&kernel_pending, 1, __ATOMIC_RELAXED);
	kernel_irqs_on();
}

KMEMU_EXPORT bool kmemu_irq_work_queue(struct irq_work *work)
{
	if (!claim(work))
		return false;
	queue_here(work);
	return true;
}

KMEMU_EXPORT bool kmemu_irq_work_queue_on(struct irq_work *work, int cpu)
{
	if ((u32)cpu >= pcpu_nr_cpus() || !claim(work))
		return false;
	if ((u32)cpu == pcpu_this_cpu()) {
		queue_here(work);
	} else {
		work->csd.func = call_csd;
		work->csd.info = work;
		kmemu_smp_call_function_single_async(cpu, &work->csd);
	}
	return true;
}

KMEMU_EXPORT void kmemu_irq_work_sync(struct irq_work *work)
{
	might_sleep_in("irq_work_sync", CALLER);
	for (;;) {
		u32 seen = event_read(&changed);

		if (!(__atomic_load_n(&work->flags, __ATOMIC_ACQUIRE) & BUSY))
			return;
		event_wait(&changed, seen);
	}
}
