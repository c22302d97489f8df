// SPDX-License-Identifier: MIT
/*
 * A thread that waits for what timers bring it, high resolution timers, delayed work.
 */
#include <linux/module.h>
#include <linux/kthread.h>
#include <linux/wait.h>
#include <linux/timer.h>
#include <linux/hrtimer.h>
#include <linux/delay.h>
#include <linux/completion.h>
#include <linux/freezer.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/swait.h>

static int period = 2;
module_param(period, int, 0644);
MODULE_PARM_DESC(period, "ms");

struct job {
	struct list_head node;
	int n;
};

static LIST_HEAD(jobs);
static DEFINE_SPINLOCK(lock);
static DECLARE_WAIT_QUEUE_HEAD(wq);
static DECLARE_SWAIT_QUEUE_HEAD(swq);
static DECLARE_COMPLETION(finished);
static struct timer_list timer;
static struct hrtimer hr;
static int ticks, hticks, sum;
static bool flagged;
static struct delayed_work late;

static void timer_fn(struct timer_list *t)
{
	struct job *j = kmalloc(sizeof(*j), GFP_ATOMIC);

	if (!j)
		return;
	j->n = ++ticks;
	spin_lock(&lock);
	list_add_tail(&j->node, &jobs);
	spin_unlock(&lock);
	wake_up_interruptible(&wq);
	if (ticks < 20)
		mod_timer(t, jiffies + msecs_to_jiffies(period));
}

static enum hrtimer_restart hr_fn(struct hrtimer *t)
{
	if (!in_hardirq())
		pr_err("not in hardirq\n");
	if (++hticks == 10) {
		WRITE_ONCE(flagged, true);
		swake_up_one(&swq);
		return HRTIMER_NORESTART;
	}
	hrtimer_forward_now(t, ns_to_ktime(200 * NSEC_PER_USEC));
	return HRTIMER_RESTART;
}

static int worker(void *data)
{
	set_freezable();
	set_user_nice(current, 5);
	while (!kthread_should_stop()) {
		DEFINE_WAIT(wait);
		struct job *j;

		prepare_to_wait(&wq, &wait, TASK_INTERRUPTIBLE);
		spin_lock_bh(&lock);
		j = list_first_entry_or_null(&jobs, struct job, node);
		if (j)
			list_del(&j->node);
		spin_unlock_bh(&lock);
		if (!j && !kthread_should_stop())
			schedule();
		finish_wait(&wq, &wait);
		if (signal_pending(current))
			flush_signals(current);
		try_to_freeze();
		if (!j)
			continue;
		sum += j->n;
		if (j->n == 20)
			complete_all(&finished);
		kfree(j);
	}
	return sum;
}

static void late_fn(struct work_struct *work)
{
	struct delayed_work *dw = to_delayed_work(work);

	if (dw != &late || !(current->flags & PF_WQ_WORKER))
		pr_err("wrong work\n");
	sum += 1000;
}

static int __init kt_init(void)
{
	struct task_struct *task = kthread_create(worker, NULL, "jobs/%d", 3);
	unsigned long left;
	int ret;

	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, 0);
	get_task_struct(task);
	wake_up_process(task);
	timer_setup(&timer, timer_fn, 0);
	timer.expires = jiffies + 1;
	add_timer(&timer);
	hrtimer_init(&hr, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hr.function = hr_fn;
	hrtimer_start(&hr, ns_to_ktime(100 * NSEC_PER_USEC), HRTIMER_MODE_REL_PINNED);
	INIT_DELAYED_WORK(&late, late_fn);
	schedule_delayed_work(&late, HZ / 50);
	left = wait_for_completion_timeout(&finished, 5 * HZ);
	if (!left)
		return -ETIMEDOUT;
	ret = swait_event_interruptible_timeout_exclusive(swq, READ_ONCE(flagged), HZ);
	if (ret <= 0)
		return -ETIMEDOUT;
	hrtimer_cancel(&hr);
	timer_delete_sync(&timer);
	timer_shutdown_sync(&timer);
	if (timer_pending(&timer))
		return -EBUSY;
	flush_delayed_work(&late);
	cancel_delayed_work_sync(&late);
	ret = kthread_stop_put(task);
	return ret == 1210 && sum == 1210 && hticks == 10 ? 0 : -EINVAL;
}
module_init(kt_init);
MODULE_LICENSE("GPL");
