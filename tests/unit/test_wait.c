// SPDX-License-Identifier: MIT
/*
 * Shows that a wait queue wakes all that are not exclusive and as many exclusive ones
 * as asked for, newest first and first come first served; that an entry goes when it
 * is woken, that wait_woken() keeps a wake-up, and that entries' own functions decide.
 */
#include "tests/unit/heap.h"

#include <pthread.h>

#include "core/lib/list.h"
#include "include/kmemu/locks.h"

#define load(x) __atomic_load_n(&(x), __ATOMIC_SEQ_CST)

static struct kmemu_wait_queue q;
static int waiting, woken, calls;
static bool go;

static int counts(struct kmemu_wait_entry *entry, unsigned int mode, int flags, void *key)
{
	(void)entry, (void)mode, (void)flags;
	OK(key == &calls);
	calls++;
	return entry->private_data != NULL; /* this one counts as woken */
}

static void setup(void)
{
	INIT_LIST_HEAD((struct list_head *)&q.head);
}

HEAP_TEST(functions_decide, "")
{
	struct kmemu_wait_entry shared[2] = { { .func = counts, .private_data = &q },
					      { .func = counts } };
	struct kmemu_wait_entry alone[3] = { { .func = counts, .private_data = &q },
					     { .func = counts },
					     { .func = counts, .private_data = &q } };

	setup();
	for (int i = 0; i < 2; i++)
		kmemu_add_wait_queue(&q, &shared[i]);
	for (int i = 0; i < 3; i++)
		kmemu_add_wait_queue_exclusive(&q, &alone[i]);
	OK(alone[0].flags & KMEMU_WQ_FLAG_EXCLUSIVE);
	kmemu_wake_up(&q, KMEMU_TASK_NORMAL, 1, &calls);
	UNIT_EQ(calls, 3); /* both shared ones, the first exclusive one */
	kmemu_remove_wait_queue(&q, &alone[0]);
	kmemu_wake_up(&q, KMEMU_TASK_NORMAL, 1, &calls);
	UNIT_EQ(calls, 7); /* the second was not woken, so the third is tried */
	kmemu_wake_up(&q, KMEMU_TASK_NORMAL, 0, &calls);
	UNIT_EQ(calls, 11); /* all */
}

static void wait_here(bool exclusive)
{
	struct kmemu_wait_entry entry = { .func = kmemu_autoremove_wake_function,
					  .private_data = kmemu_current() };

	INIT_LIST_HEAD((struct list_head *)&entry.entry);
	__atomic_add_fetch(&waiting, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		if (exclusive)
			kmemu_prepare_to_wait_exclusive(&q, &entry, KMEMU_TASK_UNINTERRUPTIBLE);
		else
			kmemu_prepare_to_wait(&q, &entry, KMEMU_TASK_UNINTERRUPTIBLE);
		if (load(go))
			break;
		kmemu_schedule();
	}
	kmemu_finish_wait(&q, &entry);
	UNIT_EQ(kmemu_current()->__state, KMEMU_TASK_RUNNING);
	__atomic_add_fetch(&woken, 1, __ATOMIC_SEQ_CST);
}

static void *waits(void *arg)
{
	wait_here(arg != NULL);
	return NULL;
}

HEAP_TEST(threads_are_woken, "")
{
	pthread_t threads[6];

	setup();
	for (int i = 0; i < 6; i++)
		OK(!pthread_create(&threads[i], NULL, waits, i & 1 ? &q : NULL));
	while (load(waiting) < 6)
		usleep(100);
	kmemu_wake_up(&q, KMEMU_TASK_NORMAL, 0, NULL); /* the condition is false yet */
	UNIT_EQ(load(woken), 0);
	__atomic_store_n(&go, true, __ATOMIC_SEQ_CST);
	while (load(woken) < 6) {
		kmemu_wake_up(&q, KMEMU_TASK_NORMAL, 1, NULL);
		os_yield();
	}
	for (int i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	OK(list_empty((struct list_head *)&q.head));
}

HEAP_TEST(wait_woken_keeps_a_wake_up, "")
{
	struct kmemu_wait_entry entry = { .func = kmemu_woken_wake_function,
					  .private_data = kmemu_current() };

	setup();
	kmemu_add_wait_queue(&q, &entry);
	kmemu_wake_up(&q, KMEMU_TASK_NORMAL, 1, NULL);
	OK(kmemu_wait_woken(&entry, KMEMU_TASK_UNINTERRUPTIBLE, 100000) > 90000);
	UNIT_EQ(kmemu_wait_woken(&entry, KMEMU_TASK_UNINTERRUPTIBLE, 1), 0);
	kmemu_remove_wait_queue(&q, &entry);
}

UNIT_MAIN("wait", UNIT_TEST(functions_decide), UNIT_TEST(threads_are_woken),
	  UNIT_TEST(wait_woken_keeps_a_wake_up));
