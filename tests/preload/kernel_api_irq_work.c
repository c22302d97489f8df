// flags: -Iinclude -l:libkmemu.a -pthread
/* Functions that run in hard interrupt context when that can be (kernel_api_irq_work.sh). */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "check.h"

#define LINE 6
#define THREADS 3
#define TIMES 2000

static int ran, order[4], n_order;
static DECLARE_COMPLETION(elsewhere);

static void count(struct irq_work *work)
{
	CHECK(in_hardirq() && irqs_disabled());
	CHECK(irq_work_is_busy(work) && !irq_work_is_pending(work));
	ran++;
}
static DEFINE_IRQ_WORK(counted, count);

static void first(struct irq_work *work)
{
	(void)work;
	order[n_order++] = 1;
}

static void second(struct irq_work *work)
{
	(void)work;
	order[n_order++] = 2;
}
static DEFINE_IRQ_WORK(work1, first);
static DEFINE_IRQ_WORK(work2, second);

static void twice(struct irq_work *work)
{
	if (ran++ == 0)
		CHECK(irq_work_queue(work) && !irq_work_queue(work) && ran == 1);
}

static void there(struct irq_work *work)
{
	(void)work;
	CHECK(in_hardirq());
	complete(&elsewhere);
}

static irqreturn_t handler(int irq, void *data)
{
	int was = ran;

	(void)irq;
	CHECK(irq_work_queue(data) && ran == was); /* not within this one */
	return IRQ_HANDLED;
}

static void here(void)
{
	static DEFINE_SPINLOCK(lock);
	struct irq_work again;
	unsigned long flags;

	CHECK(irq_work_queue(&counted) && ran == 1 && !irq_work_is_busy(&counted));
	spin_lock(&lock);
	CHECK(irq_work_queue(&counted) && ran == 2);
	spin_unlock(&lock);
	spin_lock_irqsave(&lock, flags);
	CHECK(irq_work_queue(&counted) && !irq_work_queue(&counted) && ran == 2);
	CHECK(irq_work_is_pending(&counted));
	CHECK(irq_work_queue(&work1) && irq_work_queue(&work2));
	spin_unlock_irqrestore(&lock, flags);
	CHECK(ran == 3 && n_order == 2 && order[0] == 1 && order[1] == 2);
	irq_work_sync(&counted);
	nmi_enter();
	CHECK(irq_work_queue(&counted) && ran == 3);
	nmi_exit();
	local_irq_disable();
	local_irq_enable();
	CHECK(ran == 4);

	CHECK(!request_irq(LINE, handler, 0, "irq_work", &counted) && !kmemu_raise_irq(LINE));
	CHECK(ran == 5);
	free_irq(LINE, &counted);

	ran = 0;
	init_irq_work(&again, twice);
	CHECK(irq_work_queue(&again) && ran == 2 && !irq_work_is_busy(&again));
}

static void on_others(void)
{
	struct irq_work w = IRQ_WORK_INIT_HARD(there);
	unsigned int cpu, n = 0;

	for_each_online_cpu(cpu)
	{
		CHECK(irq_work_queue_on(&w, (int)cpu));
		wait_for_completion(&elsewhere);
		irq_work_sync(&w);
		n++;
	}
	CHECK(n == num_online_cpus() && !irq_work_queue_on(&w, (int)nr_cpu_ids));
}

/* One work of many threads: each queueing that is true is one run. */
static atomic_t queued, runs;

static void counted_by_all(struct irq_work *work)
{
	(void)work;
	atomic_inc(&runs);
}
static DEFINE_IRQ_WORK(shared, counted_by_all);

static int queue_many(void *data)
{
	int i;

	(void)data;
	for (i = 0; i < TIMES; i++)
		atomic_add(irq_work_queue(&shared), &queued);
	return 0;
}

static void by_many(void)
{
	struct task_struct *t[THREADS];
	int i;

	for (i = 0; i < THREADS; i++) {
		t[i] = kthread_create(queue_many, NULL, "queue%d", i);
		CHECK(!IS_ERR(t[i]));
		get_task_struct(t[i]);
		wake_up_process(t[i]);
	}
	for (i = 0; i < THREADS; i++) {
		kthread_stop(t[i]);
		put_task_struct(t[i]);
	}
	irq_work_sync(&shared);
	CHECK(atomic_read(&queued) && atomic_read(&queued) == atomic_read(&runs));
}

static int __init irq_work_init(void)
{
	here();
	on_others();
	by_many();
	return 0;
}
module_init(irq_work_init);
MODULE_LICENSE("Dual MIT/GPL");
