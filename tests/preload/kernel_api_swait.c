// flags: -Iinclude -l:libkmemu.a -pthread
/* Simple wait queues: one by one in their order, all, with a time (kernel_api_swait.sh). */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/swait.h>

#include "check.h"

#define LINE 4
#define WAITERS 4

static DECLARE_SWAIT_QUEUE_HEAD(queue);
static struct swait_queue_head ready;
static int tickets, taken[WAITERS];
static atomic_t n_taken;
static bool open;

static int waiter(void *number)
{
	swait_event_exclusive(queue, READ_ONCE(open) || atomic_read(&n_taken) < READ_ONCE(tickets));
	taken[atomic_inc_return(&n_taken) - 1] = (int)(long)number;
	swake_up_one(&ready);
	return 0;
}

static int sleepers(void)
{
	struct list_head *at;
	unsigned long flags;
	int n = 0;

	raw_spin_lock_irqsave(&queue.lock, flags);
	list_for_each(at, &queue.task_list)
		n++;
	raw_spin_unlock_irqrestore(&queue.lock, flags);
	return n;
}

static void start(struct task_struct **t)
{
	long i;

	for (i = 0; i < WAITERS; i++) {
		t[i] = kthread_create(waiter, (void *)i, "waiter");
		CHECK(!IS_ERR(t[i]));
		get_task_struct(t[i]);
		wake_up_process(t[i]);
		while (sleepers() != i + 1)
			msleep(1);
	}
}

static void end(struct task_struct **t)
{
	int i;

	for (i = 0; i < WAITERS; i++) {
		kthread_stop(t[i]);
		put_task_struct(t[i]);
	}
	CHECK(!swq_has_sleeper(&queue));
}

static irqreturn_t give(int irq, void *data)
{
	(void)irq;
	(void)data;
	WRITE_ONCE(tickets, tickets + 1);
	swake_up_one(&queue);
	return IRQ_HANDLED;
}

static int __init swait_init(void)
{
	struct task_struct *t[WAITERS];
	DECLARE_SWAITQUEUE(wait);
	unsigned long began = jiffies;
	int i;

	init_swait_queue_head(&ready);
	CHECK(!request_irq(LINE, give, 0, "swait", NULL));
	CHECK(!swait_event_timeout_exclusive(ready, atomic_read(&n_taken), 2));
	CHECK(time_after_eq(jiffies, began + 2) && !swait_active(&ready));
	CHECK(swait_event_timeout_exclusive(ready, true, 0) == 1);
	CHECK(swait_event_interruptible_timeout_exclusive(ready, true, 7) == 7);
	CHECK(!swait_event_interruptible_exclusive(ready, true));

	start(t);
	for (i = 0; i < WAITERS; i++) { /* in their order */
		kmemu_raise_irq(LINE);
		swait_event_exclusive(ready, atomic_read(&n_taken) == i + 1);
		CHECK(taken[i] == i);
	}
	end(t);
	atomic_set(&n_taken, 0);
	tickets = 0;
	start(t);
	WRITE_ONCE(open, true);
	swake_up_all(&queue);
	CHECK(swait_event_idle_timeout_exclusive(ready, atomic_read(&n_taken) == WAITERS,
						 20 * HZ));
	end(t);

	prepare_to_swait_exclusive(&queue, &wait, TASK_UNINTERRUPTIBLE);
	CHECK(swait_active(&queue));
	swake_up_one(&queue);
	schedule(); /* it is awake */
	finish_swait(&queue, &wait);
	CHECK(!swait_active(&queue));
	free_irq(LINE, NULL);
	return 0;
}
module_init(swait_init);
MODULE_LICENSE("Dual MIT/GPL");
