// SPDX-License-Identifier: MIT
/*
 * Shows current and its flags; that a wake-up between set_current_state() and
 * schedule() is not lost, that one for another state wakes nobody, that a timeout
 * says what is left; and which of these count as sleeping where that is forbidden.
 */
#include "tests/unit/heap.h"

#include <pthread.h>

#include "core/report/report.h"
#include "include/kmemu/context.h"
#include "include/kmemu/sched.h"

#define load(x) __atomic_load_n(&(x), __ATOMIC_SEQ_CST)
#define store(x, v) __atomic_store_n(&(x), v, __ATOMIC_SEQ_CST)

static struct task_struct *sleeper;
static int woken, stop;

HEAP_TEST(current_is_this_thread, "")
{
	struct task_struct *me = kmemu_current();
	unsigned int flags;

	OK(me == kmemu_current() && me->pid == (int)os_tid() && me->tgid == getpid());
	OK(!strncmp(me->comm, "test_sched", 10) && !me->__state && !(me->flags & KMEMU_PF_KTHREAD));
	flags = kmemu_memalloc_flags_save(KMEMU_PF_MEMALLOC_NOFS);
	OK(kmemu_current()->flags & KMEMU_PF_MEMALLOC_NOFS);
	kmemu_memalloc_flags_restore(flags);
	OK(!(kmemu_current()->flags & KMEMU_PF_MEMALLOC_NOFS));
}

HEAP_TEST(a_wake_up_before_schedule_is_kept, "")
{
	kmemu_set_current_state(KMEMU_TASK_UNINTERRUPTIBLE);
	UNIT_EQ(kmemu_wake_up_state(kmemu_current(), KMEMU_TASK_INTERRUPTIBLE), 0);
	UNIT_EQ(kmemu_wake_up_process(kmemu_current()), 1);
	UNIT_EQ(kmemu_wake_up_process(kmemu_current()), 0);
	kmemu_schedule(); /* comes back */
	UNIT_EQ(kmemu_current()->__state, KMEMU_TASK_RUNNING);
}

static void *sleeps(void *arg)
{
	(void)arg;
	store(sleeper, kmemu_current());
	while (!load(stop)) {
		kmemu_set_current_state(KMEMU_TASK_INTERRUPTIBLE);
		if (!load(stop))
			kmemu_schedule();
		__atomic_add_fetch(&woken, 1, __ATOMIC_SEQ_CST);
	}
	return NULL;
}

HEAP_TEST(no_wake_up_is_lost, "")
{
	pthread_t thread;

	OK(!pthread_create(&thread, NULL, sleeps, NULL));
	while (!load(sleeper))
		usleep(100);
	for (int i = 0; i < 2000; i++)
		while (!kmemu_wake_up_process(load(sleeper)))
			os_yield();
	OK(load(woken) >= 1000);
	store(stop, 1);
	kmemu_wake_up_process(load(sleeper));
	pthread_join(thread, NULL);
}

HEAP_TEST(timeouts, "")
{
	unsigned long long begin = kmemu_ktime_get();

	UNIT_EQ(kmemu_schedule_timeout_uninterruptible(2), 0);
	OK(kmemu_ktime_get() - begin >= 4 * 1000000);
	kmemu_set_current_state(KMEMU_TASK_INTERRUPTIBLE);
	kmemu_wake_up_process(kmemu_current());
	OK(kmemu_schedule_timeout(1000000) > 900000);
	begin = kmemu_ktime_get();
	kmemu_udelay(100);
	OK(kmemu_ktime_get() - begin >= 100 * 1000);
	kmemu_msleep(1);
	OK(kmemu_ktime_get() - begin >= 1100 * 1000);
}

HEAP_TEST(what_sleeps_is_counted, "context=count")
{
	kmemu_preempt_disable();
	kmemu_msleep(0);
	kmemu_usleep_range(1, 2);
	kmemu_schedule_timeout_interruptible(0);
	UNIT_EQ(report_count(REPORT_SCHEDULING_WHILE_ATOMIC), 3);
	kmemu_cond_resched();
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 1);
	kmemu_udelay(1); /* does not */
	kmemu_preempt_enable();
	kmemu_msleep(0);
	UNIT_EQ(report_count(REPORT_SCHEDULING_WHILE_ATOMIC), 3);
}

UNIT_MAIN("sched", UNIT_TEST(current_is_this_thread), UNIT_TEST(a_wake_up_before_schedule_is_kept),
	  UNIT_TEST(no_wake_up_is_lost), UNIT_TEST(timeouts), UNIT_TEST(what_sleeps_is_counted));
