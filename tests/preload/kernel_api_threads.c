// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code with threads: workers that wait for a semaphore's writer, end when
 * they are asked, and are waited for; one that parks; a time that runs out.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/timex.h>
#include <string.h>

#include "check.h"

#define WORKERS 4

static DECLARE_RWSEM(prepare);
static DECLARE_COMPLETION(all_done);
static DEFINE_MUTEX(mutex);
static DEFINE_SEMAPHORE(slots, 2);
static int undone = WORKERS, sum;

static int worker(void *data)
{
	void *p;
	int i;

	down_read(&prepare);
	CHECK(!strncmp(current->comm, "worker/", 7) && current->flags & PF_KTHREAD);
	for (i = 0; i < 1000; i++) {
		p = kmalloc(get_random_u32_inclusive(1, 200), GFP_KERNEL);
		mutex_lock(&mutex);
		sum += *(int *)data;
		mutex_unlock(&mutex);
		kfree(p);
	}
	down(&slots);
	msleep(1);
	up(&slots);
	up_read(&prepare);
	if (!__atomic_sub_fetch(&undone, 1, __ATOMIC_SEQ_CST))
		complete(&all_done);
	while (!kthread_should_stop())
		msleep(1);
	return 7;
}

static int parker(void *data)
{
	int *rounds = (int *)data;

	while (!kthread_should_stop()) {
		__atomic_fetch_add(rounds, 1, __ATOMIC_SEQ_CST);
		if (kthread_should_park())
			kthread_parkme();
		usleep_range(100, 200);
	}
	return 0;
}

static int sleeper(void *data)
{
	complete(data);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	kthread_exit(9);
}

static void workers(void)
{
	struct task_struct *task[WORKERS];
	int one = 1, i;

	down_write(&prepare);
	for (i = 0; i < WORKERS; i++) {
		task[i] = kthread_run(worker, &one, "worker/%d", i);
		CHECK(!IS_ERR(task[i]));
	}
	CHECK(!try_wait_for_completion(&all_done));
	CHECK(!wait_for_completion_timeout(&all_done, HZ / 50));
	up_write(&prepare);
	while (!wait_for_completion_timeout(&all_done, HZ))
		;
	for (i = 0; i < WORKERS; i++)
		CHECK(kthread_stop(task[i]) == 7);
	CHECK(sum == WORKERS * 1000);
}

static void stopped(void)
{
	DECLARE_COMPLETION_ONSTACK(begun);
	struct task_struct *task;
	int rounds = 0, seen, i;

	task = kthread_create(worker, NULL, "never");
	CHECK(kthread_stop(task) == -EINTR);
	task = kthread_run(sleeper, &begun, "sleeper");
	wait_for_completion(&begun);
	msleep(2);
	CHECK(kthread_stop(task) == 9);
	task = kthread_run(parker, &rounds, "parker");
	CHECK(kthread_park(task) == 0);
	seen = __atomic_load_n(&rounds, __ATOMIC_SEQ_CST);
	msleep(5);
	CHECK(seen == __atomic_load_n(&rounds, __ATOMIC_SEQ_CST));
	kthread_unpark(task);
	for (i = 0; i < 1000 && seen == __atomic_load_n(&rounds, __ATOMIC_SEQ_CST); i++)
		msleep(5);
	CHECK(seen < __atomic_load_n(&rounds, __ATOMIC_SEQ_CST));
	CHECK(kthread_stop(task) == 0);
}

static void times(void)
{
	ktime_t begin = ktime_get();
	cycles_t cycles = get_cycles();
	unsigned long soon = jiffies + msecs_to_jiffies(20);

	CHECK(jiffies - INITIAL_JIFFIES < 100 * HZ && time_before(jiffies, soon));
	CHECK(schedule_timeout_uninterruptible(msecs_to_jiffies(24)) == 0);
	CHECK(time_after_eq(jiffies, soon) && get_cycles() > cycles);
	CHECK(ktime_us_delta(ktime_get(), begin) >= 20000);
	CHECK(down_trylock(&slots) == 0 && down_trylock(&slots) == 0 && down_trylock(&slots) == 1);
	CHECK(down_timeout(&slots, 2) == -ETIME);
	up(&slots);
	CHECK(down_timeout(&slots, 2) == 0);
	CHECK(current->pid == current->tgid && !(current->flags & PF_KTHREAD));
}

int main(void)
{
	times();
	up(&slots);
	up(&slots);
	workers();
	stopped();
	return 0;
}
