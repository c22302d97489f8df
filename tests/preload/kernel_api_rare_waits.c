// flags: -Iinclude -l:libkmemu.a -pthread
/* Waits, ends and switches that are rarer than their like; nothing is said of them. */
#include <linux/completion.h>
#include <linux/dcache.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/wait.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static DECLARE_COMPLETION(done);
static int never;

static int thread(void *unused)
{
	(void)unused;
	kthread_complete_and_exit(&done, 0);
}

static void nothing(struct tasklet_struct *t)
{
	(void)t;
}
static DECLARE_TASKLET(tasklet, nothing);

static int __init waits_init(void)
{
	ktime_t left = ms_to_ktime(3), begin = ktime_get();

	if (wait_event_hrtimeout(queue, never, ms_to_ktime(2)) != -ETIME)
		return -1;
	if (wait_event_interruptible_hrtimeout(queue, !never, 1000))
		return -2;
	set_current_state(TASK_UNINTERRUPTIBLE);
	if (schedule_hrtimeout(&left, HRTIMER_MODE_REL))
		return -3;
	if (ktime_ms_delta(ktime_get(), begin) < 5)
		return -4;
	usleep_range_state(1, 2, TASK_IDLE);
	tasklet_disable_in_atomic(&tasklet);
	tasklet_enable(&tasklet);
	if (!disable_hardirq(4))
		return -5;
	enable_irq(4);
	if (vfs_pressure_ratio(5) != 5)
		return -6;
	if (IS_ERR(kthread_run(thread, NULL, "waits")))
		return -7;
	return wait_for_completion_timeout(&done, 5 * HZ) ? 0 : -8;
}
module_init(waits_init);
MODULE_LICENSE("Dual MIT/GPL");
