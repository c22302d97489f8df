// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that looks for tasks, locks and names them, waits without a lock
 * (rcuwait), tries to delete a timer, takes times from a program, and asks for its limits.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/rcuwait.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/time.h>
#include <linux/timer.h>

#include "check.h"

static struct rcuwait wait = __RCUWAIT_INITIALIZER(wait);
static int condition, woken;

static int waiter(void *unused)
{
	(void)unused;
	rcuwait_wait_event(&wait, READ_ONCE(condition), TASK_UNINTERRUPTIBLE);
	CHECK(!rcuwait_active(&wait) && task_is_running(current));
	WRITE_ONCE(woken, 1);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static void tasks(void)
{
	u64 start = current->start_time;
	struct task_struct *t = kthread_run(waiter, NULL, "waits"), *found;

	rcu_read_lock();
	CHECK(find_task_by_vpid(current->pid) == current && !find_task_by_vpid(-1));
	rcu_read_unlock();
	found = find_get_task_by_vpid(t->pid);
	CHECK(found == t && task_curr(current) && !task_curr(t) && t->start_time >= start);
	task_lock(t);
	CHECK(in_atomic() && !t->exit_state);
	set_task_comm(t, "a name that is too long");
	task_unlock(t);
	CHECK(!strcmp(t->comm, "a name that is "));
	while (!rcuwait_active(&wait))
		msleep(1);
	rcuwait_wake_up(&wait); /* too early */
	CHECK(!READ_ONCE(woken));
	WRITE_ONCE(condition, 1);
	rcuwait_wake_up(&wait);
	while (!READ_ONCE(woken))
		msleep(1);
	CHECK(!rcuwait_wake_up(&wait));
	kthread_stop(t);
	rcu_read_lock();
	CHECK(!find_task_by_vpid(found->pid));
	rcu_read_unlock();
	put_task_struct(found);
	condition = 0;
	CHECK(!rcuwait_wait_event_timeout(&wait, condition, TASK_UNINTERRUPTIBLE, 2));
	condition = 1;
	CHECK(rcuwait_wait_event_timeout(&wait, condition, TASK_UNINTERRUPTIBLE, 2) == 2);
}

static int runs, go;

static void slow(struct timer_list *timer)
{
	(void)timer;
	smp_store_release(&runs, 1);
	while (!READ_ONCE(go))
		cpu_relax();
}

static void timers(void)
{
	struct timer_list timer;

	timer_setup(&timer, slow, 0);
	CHECK(!try_to_del_timer_sync(&timer));
	mod_timer(&timer, jiffies + 100 * HZ);
	CHECK(try_to_del_timer_sync(&timer) == 1 && !timer_pending(&timer));
	mod_timer(&timer, jiffies);
	while (!smp_load_acquire(&runs))
		msleep(1);
	CHECK(try_to_del_timer_sync(&timer) == -1);
	WRITE_ONCE(go, 1);
	del_timer_sync(&timer);
	CHECK(!try_to_del_timer_sync(&timer));
}

static void times(void)
{
	struct __kernel_itimerspec user = { { 1, 2 }, { 3, 4 } };
	struct itimerspec64 it;
	struct timespec64 sum;

	CHECK(!get_itimerspec64(&it, &user) && it.it_interval.tv_sec == 1);
	CHECK(it.it_value.tv_sec == 3 && it.it_value.tv_nsec == 4);
	it.it_value.tv_sec = 5;
	CHECK(!put_itimerspec64(&it, &user) && user.it_value.tv_sec == 5);
	CHECK(get_timespec64(&it.it_value, (struct __kernel_timespec *)1) == -EFAULT);
	sum = timespec64_add_safe((struct timespec64){ 1, 900000000 },
				  (struct timespec64){ 2, 200000000 });
	CHECK(sum.tv_sec == 4 && sum.tv_nsec == 100000000);
	sum = timespec64_add_safe((struct timespec64){ TIME64_MAX, 0 }, sum);
	CHECK(sum.tv_sec == TIME64_MAX && !sum.tv_nsec);
	CHECK(timespec64_valid_strict(&it.it_value) && !timespec64_valid_settod(&sum));
	CHECK(time_after32(1, 0xffffffff) && time_before32(0xffffffff, 1));
	CHECK(!sys_tz.tz_minuteswest);
}

int main(void)
{
	tasks();
	timers();
	times();
	CHECK(rlimit(RLIMIT_NOFILE) >= 8 && rlimit_max(RLIMIT_NOFILE) >= rlimit(RLIMIT_NOFILE));
	CHECK(restart_syscall() == -ERESTARTNOINTR && !tracing_is_on());
	return 0;
}
