// SPDX-License-Identifier: MIT
/*
 * Shows that an interrupt runs where it is raised, in its context, waits while it is
 * held off and runs once for what it missed; that requests are refused as the
 * kernel's are; and that a call that may sleep is counted in a handler.
 */
#include "tests/unit/heap.h"

#include "core/report/report.h"
#include "include/kmemu/context.h"
#include "include/kmemu/irq.h"
#include "include/kmemu/locks.h"

static int runs, tasklets, dev;
static struct kmemu_mutex mutex = { KMEMU_LOCK_SET_UP };

static void bottom(struct tasklet_struct *t)
{
	(void)t;
	OK(kmemu_softirq_count() == 0x100 && !kmemu_irqs_disabled());
	tasklets++;
}
static struct tasklet_struct tasklet = { .use_callback = 1, .callback = bottom };

static int handler(int irq, void *d)
{
	UNIT_EQ(irq, 7);
	OK(d == &dev && kmemu_irqs_disabled());
	UNIT_EQ(kmemu_preempt_count(), 0x10000);
	runs++;
	kmemu_tasklet_schedule(&tasklet);
	return KMEMU_IRQ_HANDLED;
}

static int sleeps(int irq, void *d)
{
	(void)irq;
	(void)d;
	kmemu_mutex_lock(&mutex);
	kmemu_mutex_unlock(&mutex);
	return KMEMU_IRQ_HANDLED;
}

HEAP_TEST(held_off_it_runs_later_and_once, "context=count")
{
	unsigned long flags;

	UNIT_EQ(kmemu_request_threaded_irq(7, handler, NULL, 0, "seven", &dev), 0);
	UNIT_EQ(kmemu_raise_irq(7), 0);
	UNIT_EQ(runs, 1);
	UNIT_EQ(tasklets, 1);
	flags = kmemu_local_irq_save();
	kmemu_raise_irq(7);
	kmemu_raise_irq(7);
	UNIT_EQ(runs, 1);
	kmemu_local_irq_restore(flags);
	UNIT_EQ(runs, 2);
	kmemu_disable_irq(7);
	kmemu_raise_irq(7);
	UNIT_EQ(runs, 2);
	kmemu_enable_irq(7);
	UNIT_EQ(runs, 3);
	UNIT_EQ(tasklets, 3);
	UNIT_EQ(kmemu_preempt_count(), 0);
	OK(kmemu_free_irq(7, &dev) != NULL);
}

HEAP_TEST(requests_are_refused, "log=/dev/null")
{
	UNIT_EQ(kmemu_raise_irq(7), -22);
	UNIT_EQ(kmemu_request_threaded_irq(256, handler, NULL, 0, "", &dev), -22);
	UNIT_EQ(kmemu_request_threaded_irq(7, NULL, NULL, 0, "", &dev), -22);
	UNIT_EQ(kmemu_request_threaded_irq(7, NULL, handler, 0, "", &dev), -22);
	UNIT_EQ(kmemu_request_threaded_irq(7, handler, NULL, KMEMU_IRQF_SHARED, "", NULL), -22);
	UNIT_EQ(kmemu_request_threaded_irq(7, handler, NULL, 0, "a", &dev), 0);
	UNIT_EQ(kmemu_request_threaded_irq(7, handler, NULL, KMEMU_IRQF_SHARED, "b", &dev), -16);
	kmemu_free_irq(7, &dev);
	OK(kmemu_free_irq(7, &dev) == NULL);
}

HEAP_TEST(what_sleeps_in_a_handler_is_counted, "context=count")
{
	kmemu_request_threaded_irq(7, sleeps, NULL, 0, "seven", &dev);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 0);
	kmemu_raise_irq(7);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 1);
	kmemu_free_irq(7, &dev);
}

static struct timer_list timer;

static int waits_for_timer(int irq, void *d)
{
	(void)irq;
	(void)d;
	kmemu_del_timer_sync(&timer);
	return KMEMU_IRQ_HANDLED;
}

HEAP_TEST(a_timer_is_not_waited_for_in_a_handler, "bug=count")
{
	kmemu_request_threaded_irq(7, waits_for_timer, NULL, 0, "seven", &dev);
	kmemu_del_timer_sync(&timer);
	UNIT_EQ(report_count(REPORT_KERNEL_WARNING), 0);
	kmemu_raise_irq(7);
	UNIT_EQ(report_count(REPORT_KERNEL_WARNING), 1);
	timer.flags = 0x200000; /* TIMER_IRQSAFE */
	kmemu_raise_irq(7);
	UNIT_EQ(report_count(REPORT_KERNEL_WARNING), 1);
	kmemu_free_irq(7, &dev);
}

#define NR_TIMERS 500
static struct timer_list timers[NR_TIMERS];
static int fired[NR_TIMERS], nr_fired;

static void note_fired(struct timer_list *t)
{
	fired[nr_fired] = (int)(t - timers);
	__atomic_store_n(&nr_fired, nr_fired + 1, __ATOMIC_RELEASE);
}

/* Those of a jiffy as they were armed; each third was taken off again, or moved. */
HEAP_TEST(timers_fire_in_order, "bug=count")
{
	unsigned long base = kmemu_jiffies() + 25;
	int expected = 0;

	for (int i = 0; i < NR_TIMERS; i++) {
		timers[i].function = note_fired;
		kmemu_mod_timer(&timers[i], base + (unsigned long)i * 7919 % 20);
	}
	for (int i = 0; i < NR_TIMERS; i++) {
		if (i % 3 == 1)
			OK(kmemu_del_timer(&timers[i]) && !kmemu_del_timer(&timers[i]));
		else if (i % 3 == 2)
			OK(kmemu_mod_timer(&timers[i], base + 20));
		expected += i % 3 != 1;
		UNIT_EQ(kmemu_timer_pending(&timers[i]), i % 3 != 1);
	}
	while (__atomic_load_n(&nr_fired, __ATOMIC_ACQUIRE) < expected)
		kmemu_msleep(5);
	for (int i = 1; i < nr_fired; i++) {
		const struct timer_list *before = &timers[fired[i - 1]], *t = &timers[fired[i]];

		OK(before->expires < t->expires || (before->expires == t->expires && before < t));
		OK(!kmemu_timer_pending(t));
	}
	kmemu_msleep(20);
	UNIT_EQ(nr_fired, expected);
}

UNIT_MAIN("irq", UNIT_TEST(timers_fire_in_order), UNIT_TEST(a_timer_is_not_waited_for_in_a_handler),
	  UNIT_TEST(held_off_it_runs_later_and_once), UNIT_TEST(requests_are_refused),
	  UNIT_TEST(what_sleeps_in_a_handler_is_counted));
