// SPDX-License-Identifier: MIT
/*
 * Shows that work runs once for each time that it is queued, that flush and cancel
 * wait, that timers fire in order, and that a grace period waits for readers; that a
 * fork's child uses a queue that another thread was about to use first.
 */
#include "tests/unit/heap.h"

#include <pthread.h>
#include <sched.h>

#include "core/check/lock_class.h"
#include "core/init/fork.h"
#include "core/lib/word_lock.h"
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

static int softirqs;

static void look(struct work_struct *work)
{
	(void)work;
	__atomic_store_n(&softirqs, kmemu_preempt_count() >> 8 & 0xff, __ATOMIC_SEQ_CST);
	__atomic_fetch_add(&ran, 1, __ATOMIC_SEQ_CST);
}

HEAP_TEST(work_of_a_bh_queue_runs_in_softirq_context, "context=warn")
{
	struct work_struct work = { .func = look };

	for (int i = 7; i <= 8; i++) {
		UNIT_EQ(kmemu_queue_work(kmemu_system_wq(i), &work), 1);
		kmemu_flush_work(&work);
		UNIT_EQ(load(softirqs), 1);
	}
	UNIT_EQ(kmemu_queue_work(kmemu_system_wq(6), &work), 1);
	kmemu_flush_work(&work);
	UNIT_EQ(load(softirqs), 0);
	UNIT_EQ(load(ran), 3);
}

HEAP_TEST(disabled_work_is_refused_as_often_as_it_was_disabled, "")
{
	struct work_struct work = { .func = count };
	struct delayed_work later = { .work.func = count };
	struct rcu_work behind = { .work.func = count };
	struct workqueue_struct *wq = kmemu_system_wq(0);

	UNIT_EQ(kmemu_queue_delayed_work(wq, &later, 1000 * KMEMU_HZ), 1);
	UNIT_EQ(kmemu_disable_delayed_work_sync(&later), 1);
	UNIT_EQ(kmemu_disable_delayed_work(&later), 0);
	UNIT_EQ(kmemu_queue_delayed_work(wq, &later, 0), 0);
	UNIT_EQ(kmemu_mod_delayed_work(wq, &later, 0), 0);
	UNIT_EQ(kmemu_work_busy(&later.work), 0);
	UNIT_EQ(kmemu_enable_work(&later.work), 0);
	UNIT_EQ(kmemu_queue_delayed_work(wq, &later, 1), 0);
	UNIT_EQ(kmemu_enable_work(&later.work), 1);
	UNIT_EQ(kmemu_disable_work(&work), 0);
	UNIT_EQ(kmemu_cancel_work_sync(&work), 0); /* it stays disabled */
	UNIT_EQ(kmemu_queue_work(wq, &work), 0);
	UNIT_EQ(kmemu_disable_work_sync(&behind.work), 0);
	UNIT_EQ(kmemu_queue_rcu_work(wq, &behind), 0);
	UNIT_EQ(kmemu_flush_rcu_work(&behind), 0);
	UNIT_EQ(load(ran), 0);
	UNIT_EQ(kmemu_enable_work(&work), 1);
	UNIT_EQ(kmemu_queue_work(wq, &work), 1);
	UNIT_EQ(kmemu_queue_delayed_work(wq, &later, 1), 1);
	kmemu_flush_work(&work);
	kmemu_flush_delayed_work(&later);
	UNIT_EQ(load(ran), 2);
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

static void *flush(void *wq)
{
	kmemu_flush_workqueue(wq);
	return NULL;
}

/* The queue gets its class with lockdep_lock held, which is ours. */
HEAP_TEST(a_queue_is_used_first_and_the_process_forks, "context=warn context.lockorder=warn")
{
	struct workqueue_struct *wq = kmemu_alloc_workqueue("first", 0, 1);
	int status = -1;
	pthread_t t;
	pid_t pid;

	spin_lock(&lockdep_lock);
	UNIT_EQ(pthread_create(&t, NULL, flush, wq), 0);
	while (!(READ_ONCE(lockdep_lock.word) & WORD_WAITERS))
		sched_yield();
	pid = fork();
	if (!pid) {
		spin_unlock(&lockdep_lock);
		alarm(10);
		kmemu_flush_workqueue(wq);
		_exit(0);
	}
	spin_unlock(&lockdep_lock);
	UNIT_EQ(waitpid(pid, &status, 0), pid);
	UNIT_EQ(status, 0);
	pthread_join(t, NULL);
	kmemu_destroy_workqueue(wq);
}

UNIT_MAIN("workqueue", UNIT_TEST(work_runs_once_and_is_waited_for),
	  UNIT_TEST(work_of_a_bh_queue_runs_in_softirq_context),
	  UNIT_TEST(disabled_work_is_refused_as_often_as_it_was_disabled),
	  UNIT_TEST(timers_fire_in_order), UNIT_TEST(a_grace_period_waits_for_readers),
	  UNIT_TEST(a_queue_is_used_first_and_the_process_forks));
