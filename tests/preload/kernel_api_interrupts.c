// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Interrupts, tasklets, timers, work and grace periods of kernel code: each runs
 * once for each time, in its own context, in order, and is waited for.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "check.h"

#define load(x) __atomic_load_n(&(x), __ATOMIC_SEQ_CST)
#define inc(x) __atomic_add_fetch(&(x), 1, __ATOMIC_SEQ_CST)

static DEFINE_SPINLOCK(lock);
static int hard, soft, threaded, dev, other;

/* --- interrupts and tasklets --- */

static void bottom(struct tasklet_struct *t)
{
	(void)t;
	CHECK(in_serving_softirq() && !in_hardirq() && !irqs_disabled());
	inc(soft);
}
static DECLARE_TASKLET(tasklet, bottom);

static irqreturn_t handler(int irq, void *d)
{
	CHECK(irq == 5 && d == &dev && in_hardirq() && irqs_disabled());
	spin_lock(&lock);
	inc(hard);
	spin_unlock(&lock);
	kfree(kmalloc(10, GFP_ATOMIC));
	tasklet_schedule(&tasklet);
	return IRQ_HANDLED;
}

static irqreturn_t quick(int irq, void *d)
{
	CHECK(irq == 6 && d == &other && in_hardirq());
	return IRQ_WAKE_THREAD;
}

static irqreturn_t slow(int irq, void *d)
{
	CHECK(irq == 6 && d == &other && in_task() && !in_atomic());
	msleep(1);
	inc(threaded);
	return IRQ_HANDLED;
}

static void interrupts(void)
{
	unsigned long flags;

	CHECK(kmemu_raise_irq(5) == -EINVAL);
	CHECK(request_irq(5, handler, IRQF_SHARED, "none", NULL) == -EINVAL);
	CHECK(request_irq(5, handler, 0, "five", &dev) == 0);
	CHECK(kmemu_raise_irq(5) == 0 && load(hard) == 1 && load(soft) == 1);
	spin_lock_irqsave(&lock, flags);
	CHECK(kmemu_raise_irq(5) == 0 && kmemu_raise_irq(5) == 0 && load(hard) == 1);
	spin_unlock_irqrestore(&lock, flags);
	CHECK(load(hard) == 2 && load(soft) == 2);
	local_bh_disable();
	kmemu_raise_irq(5);
	CHECK(load(hard) == 3 && load(soft) == 2);
	local_bh_enable();
	CHECK(load(soft) == 3);
	disable_irq(5);
	kmemu_raise_irq(5);
	CHECK(load(hard) == 3);
	enable_irq(5);
	CHECK(load(hard) == 4 && load(soft) == 4);
	tasklet_disable(&tasklet);
	kmemu_raise_irq(5);
	CHECK(load(hard) == 5 && load(soft) == 4);
	tasklet_enable(&tasklet);
	tasklet_kill(&tasklet);
	CHECK(load(soft) == 5);
	CHECK(!strcmp((const char *)free_irq(5, &dev), "five") && kmemu_raise_irq(5) == -EINVAL);

	CHECK(request_threaded_irq(6, quick, slow, 0, "six", &other) == 0);
	kmemu_raise_irq(6);
	synchronize_irq(6);
	CHECK(load(threaded) == 1);
	kmemu_raise_irq(6);
	free_irq(6, &other);
	CHECK(load(threaded) == 2);
}

/* --- timers --- */

static int fired, ticks;
static DECLARE_WAIT_QUEUE_HEAD(queue);

static void timer_fn(struct timer_list *t)
{
	CHECK(in_serving_softirq());
	if (inc(fired) < 3)
		mod_timer(t, jiffies + 1);
	wake_up(&queue);
}
static DEFINE_TIMER(timer, timer_fn);

static enum hrtimer_restart tick(struct hrtimer *t)
{
	CHECK(in_hardirq());
	hrtimer_forward_now(t, ms_to_ktime(1));
	return inc(ticks) < 5 ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

static void timers(void)
{
	static struct hrtimer hr;

	CHECK(mod_timer(&timer, jiffies + 100 * HZ) == 0 && timer_pending(&timer));
	CHECK(mod_timer(&timer, jiffies + 1) == 1);
	wait_event(queue, load(fired) == 3);
	CHECK(wait_event_timeout(queue, load(fired) == 4, 2) == 0);
	CHECK(wait_event_interruptible_timeout(queue, load(fired) == 3, 2) > 0);
	mod_timer(&timer, jiffies + 100 * HZ);
	CHECK(timer_delete_sync(&timer) == 1 && timer_delete_sync(&timer) == 0);
	timer_shutdown_sync(&timer);
	CHECK(mod_timer(&timer, jiffies) == 0 && !timer_pending(&timer));
	hrtimer_init(&hr, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hr.function = tick;
	hrtimer_start(&hr, ms_to_ktime(1), HRTIMER_MODE_REL);
	while (load(ticks) < 5)
		usleep_range(500, 1000);
	hrtimer_cancel(&hr);
	CHECK(load(ticks) == 5 && !hrtimer_active(&hr));
}

/* --- work --- */

static int worked, overlap;
static DECLARE_COMPLETION(go);

static void count_work(struct work_struct *work)
{
	CHECK(in_task() && !in_atomic() && current_work() == work);
	CHECK((current->flags & (PF_WQ_WORKER | PF_KTHREAD)) == (PF_WQ_WORKER | PF_KTHREAD));
	CHECK(inc(overlap) == 1);
	msleep(1);
	__atomic_sub_fetch(&overlap, 1, __ATOMIC_SEQ_CST);
	inc(worked);
}

static void wait_work(struct work_struct *work)
{
	(void)work;
	wait_for_completion(&go);
}

static void work(void)
{
	static DECLARE_WORK(one, count_work);
	static DECLARE_WORK(two, count_work);
	static DECLARE_WORK(waits, wait_work);
	static DECLARE_DELAYED_WORK(later, count_work);
	struct workqueue_struct *wq = alloc_ordered_workqueue("test/%d", 0, 1);

	CHECK(queue_work(wq, &one) && queue_work(wq, &two));
	flush_workqueue(wq);
	CHECK(load(worked) == 2);
	CHECK(schedule_work(&waits) && schedule_work(&one) && flush_work(&one));
	CHECK(load(worked) == 3 && work_busy(&waits) == WORK_BUSY_RUNNING);
	complete(&go);
	cancel_work_sync(&waits);
	CHECK(!work_busy(&waits));
	CHECK(queue_delayed_work(wq, &later, HZ) && !queue_delayed_work(wq, &later, HZ));
	CHECK(flush_delayed_work(&later) && load(worked) == 4);
	CHECK(schedule_delayed_work(&later, 100 * HZ) && delayed_work_pending(&later));
	CHECK(mod_delayed_work(wq, &later, 200 * HZ) && cancel_delayed_work_sync(&later));
	CHECK(!cancel_delayed_work(&later) && load(worked) == 4);
	queue_work(wq, &two);
	destroy_workqueue(wq);
	CHECK(load(worked) == 5);
}

/* --- grace periods --- */

struct item {
	struct rcu_head rcu;
	int value;
};

static struct item *shared;
static int called, stop_readers;
DEFINE_STATIC_SRCU(srcu);

static int reader(void *data)
{
	(void)data;
	while (!kthread_should_stop()) {
		struct item *item;

		rcu_read_lock();
		item = rcu_dereference(shared);
		CHECK(load(item->value) == 7);
		udelay(5);
		CHECK(load(item->value) == 7);
		rcu_read_unlock();
	}
	return 0;
}

static void callback(struct rcu_head *head)
{
	struct item *item = (struct item *)((char *)head - offsetof(struct item, rcu));

	CHECK(in_serving_softirq() && !stop_readers);
	__atomic_store_n(&item->value, 0, __ATOMIC_SEQ_CST);
	kfree(item);
	inc(called);
}

static struct item *fresh(bool large)
{
	void *p = large ? vmalloc(5000) : kmalloc(sizeof(struct item), GFP_KERNEL);
	struct item *item = (struct item *)p;

	item->value = 7;
	return item;
}

static void rcu(void)
{
	struct task_struct *task[2];
	struct item *old;
	int i;

	shared = fresh(false);
	for (i = 0; i < 2; i++)
		task[i] = kthread_run(reader, NULL, "reader/%d", i);
	for (i = 0; i < 300; i++) {
		old = shared;
		rcu_assign_pointer(shared, fresh(i % 4 == 2));
		switch (i % 4) {
		case 0:
		case 1:
			call_rcu(&old->rcu, callback);
			break;
		case 2:
			synchronize_rcu();
			__atomic_store_n(&old->value, 0, __ATOMIC_SEQ_CST);
			kfree(old);
			break;
		default: /* this one is vmalloc memory */
			kvfree_rcu(old, rcu);
			break;
		}
	}
	rcu_barrier();
	CHECK(load(called) == 150);
	for (i = 0; i < 2; i++)
		kthread_stop(task[i]);
	kvfree_rcu_mightsleep(shared);
	kvfree_rcu_barrier();
	i = srcu_read_lock(&srcu);
	srcu_read_unlock(&srcu, i);
	synchronize_srcu(&srcu);
}

int main(void)
{
	interrupts();
	timers();
	work();
	rcu();
	return 0;
}
