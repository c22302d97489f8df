// SPDX-License-Identifier: MIT
/*
 * Shows that a kthread runs only when it was woken, says its result to who stops it,
 * is stopped before it ever ran, parks where it is asked to, and ends by
 * kthread_exit(); and that stopping in a context that may not sleep is counted.
 */
#include "tests/unit/heap.h"

#include "core/report/report.h"
#include "include/kmemu/context.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/mm.h"

#define load(x) __atomic_load_n(&(x), __ATOMIC_SEQ_CST)
#define inc(x) __atomic_add_fetch(&(x), 1, __ATOMIC_SEQ_CST)

static int ran, rounds, data;

static int until_stopped(void *arg)
{
	OK(arg == &data && kmemu_kthread_data(kmemu_current()) == &data);
	OK(kmemu_current()->flags & KMEMU_PF_KTHREAD);
	inc(ran);
	while (!kmemu_kthread_should_stop())
		kmemu_schedule_timeout_interruptible(1);
	return 7;
}

HEAP_TEST(it_runs_when_it_is_woken, "")
{
	struct task_struct *t = kmemu_kthread_create(until_stopped, &data, "worker/%d", 3);

	OK(!strcmp(t->comm, "worker/3"));
	usleep(5000);
	UNIT_EQ(load(ran), 0);
	UNIT_EQ(kmemu_wake_up_process(t), 1);
	while (!load(ran))
		usleep(100);
	UNIT_EQ(kmemu_kthread_stop(t), 7);
}

HEAP_TEST(stopped_before_it_ran_it_never_runs, "")
{
	struct task_struct *t = kmemu_kthread_create(until_stopped, &data, "never");

	UNIT_EQ(kmemu_kthread_stop(t), -4); /* -EINTR */
	UNIT_EQ(load(ran), 0);
}

static int exits(void *arg)
{
	(void)arg;
	inc(ran);
	kmemu_kthread_exit(42);
}

HEAP_TEST(exit_is_its_result, "")
{
	struct task_struct *t = kmemu_kthread_create(exits, NULL, "exits");

	kmemu_get_task_struct(t);
	kmemu_wake_up_process(t);
	while (!load(ran))
		usleep(100);
	UNIT_EQ(kmemu_kthread_stop(t), 42);
	kmemu_put_task_struct(t);
}

static int parks(void *arg)
{
	(void)arg;
	while (!kmemu_kthread_should_stop()) {
		if (kmemu_kthread_should_park())
			kmemu_kthread_parkme();
		inc(rounds);
		usleep(100);
	}
	return 0;
}

HEAP_TEST(it_parks_and_goes_on, "")
{
	struct task_struct *t = kmemu_kthread_run(parks, NULL, "parks");
	int before;

	while (!load(rounds))
		usleep(100);
	UNIT_EQ(kmemu_kthread_park(t), 0);
	before = load(rounds);
	usleep(5000);
	UNIT_EQ(load(rounds), before);
	kmemu_kthread_unpark(t);
	while (load(rounds) == before)
		usleep(100);
	UNIT_EQ(kmemu_kthread_stop(t), 0);
}

HEAP_TEST(many_come_and_go, "")
{
	for (int i = 0; i < 300; i++) { /* more than a chunk of tasks has */
		struct task_struct *t = kmemu_kthread_run(until_stopped, &data, "t%d", i);
		int result = kmemu_kthread_stop(t);

		OK(result == 7 || result == -4); /* it ran, or came too late to */
	}
}

HEAP_TEST(stopping_may_sleep, "context=count")
{
	struct task_struct *t = kmemu_kthread_run(until_stopped, &data, "t");

	kmemu_preempt_disable();
	kmemu_kthread_stop(t);
	kmemu_preempt_enable();
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 1);
}

static int its_cpu(void *arg)
{
	*(int *)arg = (int)kmemu_smp_processor_id() + 100;
	inc(ran);
	while (!kmemu_kthread_should_stop())
		kmemu_schedule_timeout_interruptible(1);
	return 0;
}

HEAP_TEST(bound_it_has_that_cpu, "")
{
	unsigned int last = kmemu_nr_cpu_ids() - 1;

	for (int i = 0; i < 6; i++) {
		struct task_struct *t = kmemu_kthread_create(its_cpu, &data, "bound");

		kmemu_kthread_bind(t, i % 3 ? last : 0);
		kmemu_wake_up_process(t);
		while (load(ran) <= i)
			usleep(100);
		UNIT_EQ(data, 100 + (i % 3 ? (int)last : 0));
		UNIT_EQ(kmemu_kthread_stop(t), 0);
	}
}

UNIT_MAIN("kthread", UNIT_TEST(it_runs_when_it_is_woken),
	  UNIT_TEST(stopped_before_it_ran_it_never_runs), UNIT_TEST(exit_is_its_result),
	  UNIT_TEST(it_parks_and_goes_on), UNIT_TEST(many_come_and_go),
	  UNIT_TEST(stopping_may_sleep), UNIT_TEST(bound_it_has_that_cpu));
