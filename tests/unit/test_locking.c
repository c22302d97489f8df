// SPDX-License-Identifier: MIT
/*
 * Shows that mutexes, rwsems, semaphores and completions exclude, let in, count and
 * time out as the kernel's do, between threads, and are counted where they may sleep.
 */
#include "tests/unit/heap.h"

#include <pthread.h>

#include "core/report/report.h"
#include "include/kmemu/context.h"
#include "include/kmemu/locks.h"

#define load(x) __atomic_load_n(&(x), __ATOMIC_SEQ_CST)

static struct kmemu_mutex mutex = { KMEMU_LOCK_SET_UP };
static struct kmemu_rwsem sem = { KMEMU_LOCK_SET_UP };
static struct kmemu_semaphore three = { 3, KMEMU_LOCK_SET_UP };
static struct kmemu_completion done = KMEMU_COMPLETION_INIT;
static int inside, most;
static long sum;

static void on_threads(void *(*fn)(void *))
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		OK(!pthread_create(&threads[i], NULL, fn, NULL));
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

static void *only_mutex(void *arg)
{
	for (int i = 0; i < 40000; i++) {
		kmemu_mutex_lock(&mutex);
		sum++;
		kmemu_mutex_unlock(&mutex);
	}
	return arg;
}

static void *only_writers(void *arg)
{
	for (int i = 0; i < 40000; i++) {
		kmemu_down_write(&sem);
		sum++;
		kmemu_up_write(&sem);
	}
	return arg;
}

HEAP_TEST(they_exclude, "")
{
	on_threads(only_mutex);
	UNIT_EQ(sum, 160000);
	on_threads(only_writers);
	UNIT_EQ(sum, 320000);
}

static void *other_tries(void *arg)
{
	*(int *)arg = kmemu_mutex_trylock(&mutex) | kmemu_down_read_trylock(&sem) << 1 |
		      kmemu_down_write_trylock(&sem) << 2;
	if (*(int *)arg & 1)
		kmemu_mutex_unlock(&mutex);
	if (*(int *)arg & 2)
		kmemu_up_read(&sem);
	if (*(int *)arg & 4)
		kmemu_up_write(&sem);
	return NULL;
}

static int what_another_gets(void)
{
	pthread_t thread;
	int got = -1;

	OK(!pthread_create(&thread, NULL, other_tries, &got));
	pthread_join(thread, NULL);
	return got;
}

HEAP_TEST(who_is_let_in, "")
{
	UNIT_EQ(what_another_gets(), 3);
	kmemu_mutex_lock(&mutex);
	UNIT_EQ(what_another_gets(), 2);
	kmemu_mutex_unlock(&mutex);
	UNIT_EQ(kmemu_mutex_lock_interruptible(&mutex), 0);
	kmemu_down_write(&sem);
	UNIT_EQ(what_another_gets(), 0);
	kmemu_mutex_unlock(&mutex);
	kmemu_downgrade_write(&sem);
	UNIT_EQ(what_another_gets(), 3);
	UNIT_EQ(kmemu_down_read_killable(&sem), 0);
	kmemu_up_read(&sem);
	kmemu_up_read(&sem);
	UNIT_EQ(kmemu_down_write_killable(&sem), 0);
	kmemu_up_write(&sem);
}

static void *at_most_three(void *arg)
{
	for (int i = 0; i < 200; i++) {
		int now;

		kmemu_down(&three);
		now = __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);
		if (now > load(most))
			__atomic_store_n(&most, now, __ATOMIC_SEQ_CST);
		usleep(20);
		__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
		kmemu_up(&three);
	}
	return arg;
}

HEAP_TEST(semaphores_count, "")
{
	on_threads(at_most_three);
	OK(load(most) <= 3 && load(most) >= 1);
	UNIT_EQ(three.count, 3);
	UNIT_EQ(kmemu_down_interruptible(&three) | kmemu_down_killable(&three), 0);
	UNIT_EQ(kmemu_down_trylock(&three), 0);
	UNIT_EQ(kmemu_down_trylock(&three), 1);
	UNIT_EQ(kmemu_down_timeout(&three, 1), -62);
	kmemu_up(&three);
	UNIT_EQ(kmemu_down_timeout(&three, 1000), 0);
}

static void *completes(void *arg)
{
	usleep(1000);
	kmemu_complete(&done);
	return arg;
}

HEAP_TEST(completions, "")
{
	pthread_t thread;

	UNIT_EQ(kmemu_completion_done(&done) | kmemu_try_wait_for_completion(&done), 0);
	UNIT_EQ(kmemu_wait_for_completion_timeout(&done, 1), 0);
	OK(!pthread_create(&thread, NULL, completes, NULL));
	OK(kmemu_wait_for_completion_timeout(&done, 100000) > 0);
	pthread_join(thread, NULL);
	kmemu_complete(&done);
	kmemu_complete(&done);
	kmemu_wait_for_completion(&done);
	UNIT_EQ(kmemu_try_wait_for_completion(&done), 1);
	UNIT_EQ(kmemu_completion_done(&done), 0);
	kmemu_complete_all(&done);
	for (int i = 0; i < 3; i++)
		UNIT_EQ(kmemu_wait_for_completion_interruptible(&done), 0);
	UNIT_EQ(kmemu_completion_done(&done), 1);
}

HEAP_TEST(where_they_may_sleep_they_are_counted, "context=count")
{
	kmemu_preempt_disable();
	kmemu_mutex_lock(&mutex);
	kmemu_down_read(&sem);
	kmemu_down(&three);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 3);
	UNIT_EQ(kmemu_down_trylock(&three), 0);
	kmemu_up(&three);
	kmemu_up_read(&sem);
	kmemu_mutex_unlock(&mutex);
	kmemu_complete(&done);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 3);
	kmemu_wait_for_completion(&done);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 4);
	kmemu_preempt_enable();
}

UNIT_MAIN("locking", UNIT_TEST(they_exclude), UNIT_TEST(who_is_let_in), UNIT_TEST(semaphores_count),
	  UNIT_TEST(completions), UNIT_TEST(where_they_may_sleep_they_are_counted));
