// SPDX-License-Identifier: MIT
/*
 * Shows that work runs once for each time that it is queued, that flush and cancel
 * wait, that timers fire in order, and that a grace period waits for readers.
 */
#include "tests/unit/heap.h"

#include "include/kmemu/context.h"
#include "include/kmemu/rcu.h"
#include "include/kmemu/sched.h"
#include "include/kmemu/workqueue.h"

#define load(x) __atomic_load_n(&(x), __ATOMIC_SEQ_CST)

static int ran, order[2];

static void count(struct work_struct *work)
{
	(void)work;
	__atomic_fetch_add(&ran, 1, __ATOMIC_SEQ_CST);
}

HEAP_TEST(work_runs_once_and_is_waited_for, "")
{
	struct work_struct work = { .func = count };
	struct delayed_work later = { .work.func = count };
	struct workqueue_struct *wq = kmemu_alloc_workqueue("test", 0, 1);

	for (int i = 0; i < 100; i++) {
		UNIT_EQ(kmemu_queue_work(wq, &work), 1);
		kmemu_flush_work(&work);
		UNIT_EQ(load(ran), i + 1);
	}
	UNIT_EQ(kmemu_queue_delayed_work(wq, &later, 1000 * KMEMU_HZ), 1);
	UNIT_EQ(kmemu_queue_delayed_work(wq, &later, 0), 0);
	UNIT_EQ(kmemu_cancel_delayed_work_sync(&later), 1);
	UNIT_EQ(kmemu_cancel_work_sync(&work), 0);
	kmemu_destroy_workqueue(wq);
	UNIT_EQ(load(ran), 100);
}

static void fire(struct timer_list *t)
{
	int n = __atomic_fetch_add(&ran, 1, __ATOMIC_SEQ_CST);

	order[n] = (int)t->flags;
}

HEAP_TEST(timers_fire_in_order, "")
{
	struct timer_list one = { .function = fire, .flags = 1 }, two = { .function = fire,
									   .flags = 2 };

	/* The first starts the thread, which takes a while on a busy machine. */
	kmemu_mod_timer(&two, kmemu_jiffies() + 100);
	kmemu_mod_timer(&one, kmemu_jiffies() + 1);
	while (load(ran) < 2)
		kmemu_msleep(1);
	kmemu_del_timer_sync(&two);
	UNIT_EQ(order[0], 1);
	UNIT_EQ(order[1], 2);
}

static int entered, left;

static int reader(void *data)
{
	(void)data;
	kmemu_rcu_read_lock();
	__atomic_store_n(&entered, 1, __ATOMIC_SEQ_CST);
	kmemu_ndelay(20000000);
	__atomic_store_n(&left, 1, __ATOMIC_SEQ_CST);
	kmemu_rcu_read_unlock();
	return 0;
}

HEAP_TEST(a_grace_period_waits_for_readers, "")
{
	struct task_struct *task = kmemu_kthread_create(reader, NULL, "reader");

	kmemu_get_task_struct(task);
	kmemu_wake_up_process(task);
	while (!load(entered))
		kmemu_msleep(1);
	kmemu_synchronize_rcu();
	UNIT_EQ(load(left), 1);
	UNIT_EQ(kmemu_kthread_stop(task), 0);
	kmemu_put_task_struct(task);
}

UNIT_MAIN("workqueue", UNIT_TEST(work_runs_once_and_is_waited_for),
	  UNIT_TEST(timers_fire_in_order), UNIT_TEST(a_grace_period_waits_for_readers));
