// SPDX-License-Identifier: MIT
/*
 * Shows that the exported functions of contexts count as the kernel's do (the
 * numbers of include/linux/preempt.h, 6.12), that the interrupt flag is a flag,
 * that locks exclude and count, that what is lowered without having been raised is
 * reported, and that scopes reach the page allocator.
 */
#include "tests/unit/heap.h"

#include <pthread.h>
#include <sched.h>

#include "core/check/context.h"
#include "include/kmemu/context.h"

static struct kmemu_spinlock lock = { KMEMU_LOCK_SET_UP };
static struct kmemu_rwlock rw = { KMEMU_LOCK_SET_UP };

#define COUNT_IS(n) UNIT_EQ(kmemu_preempt_count(), (n))

static void all_is_low(void)
{
	COUNT_IS(0);
	UNIT_EQ(kmemu_softirq_count(), 0);
	OK(!kmemu_irqs_disabled());
	UNIT_EQ(kmemu_rcu_preempt_depth(), 0);
	UNIT_EQ(context_hint, 0);
}

static unsigned long imbalances(void)
{
	return report_count(REPORT_CONTEXT_IMBALANCE) + report_count(REPORT_SPINLOCK_UNLOCK);
}

/* --- counts --- */

HEAP_TEST(each_pair_counts_as_the_kernels, "context=count")
{
	kmemu_preempt_disable();
	kmemu_preempt_disable();
	COUNT_IS(2);
	kmemu_local_bh_disable();
	COUNT_IS(0x202);
	kmemu_softirq_enter();
	COUNT_IS(0x302);
	UNIT_EQ(kmemu_softirq_count(), 0x300);
	OK(!kmemu_irqs_disabled());
	kmemu_irq_enter();
	COUNT_IS(0x10302);
	OK(kmemu_irqs_disabled());
	kmemu_nmi_enter();
	COUNT_IS(0x120302);
	kmemu_nmi_exit();
	kmemu_irq_exit();
	OK(!kmemu_irqs_disabled());
	kmemu_softirq_exit();
	kmemu_local_bh_enable();
	kmemu_preempt_enable();
	COUNT_IS(1);
	kmemu_preempt_enable();
	all_is_low();
	UNIT_EQ(imbalances(), 0);
}

HEAP_TEST(rcu_and_non_block_are_no_part_of_the_count, "context=count")
{
	kmemu_rcu_read_lock();
	kmemu_rcu_read_lock();
	kmemu_non_block_start();
	COUNT_IS(0);
	UNIT_EQ(kmemu_rcu_preempt_depth(), 2);
	kmemu_rcu_read_unlock();
	kmemu_non_block_end();
	kmemu_rcu_read_unlock();
	all_is_low();
}

HEAP_TEST(pairs_may_cross, "context=count")
{
	kmemu_preempt_disable();
	kmemu_local_bh_disable();
	kmemu_preempt_enable();
	COUNT_IS(0x200);
	kmemu_rcu_read_lock();
	kmemu_local_bh_enable();
	COUNT_IS(0);
	kmemu_rcu_read_unlock();
	all_is_low();
	UNIT_EQ(imbalances(), 0);
}

HEAP_TEST(counts_are_right_when_nothing_is_checked, "")
{
	kmemu_irq_enter();
	COUNT_IS(0x10000);
	kmemu_irq_exit();
	kmemu_preempt_enable();
	all_is_low();
}

/* --- the interrupt flag --- */

HEAP_TEST(interrupts_are_a_flag, "context=count")
{
	unsigned long outer, inner;

	kmemu_local_irq_disable();
	kmemu_local_irq_disable();
	OK(kmemu_irqs_disabled());
	COUNT_IS(0);
	kmemu_local_irq_enable();
	OK(!kmemu_irqs_disabled());
	kmemu_local_irq_enable();
	outer = kmemu_local_irq_save();
	inner = kmemu_local_irq_save();
	UNIT_EQ(outer, KMEMU_IRQS_ON);
	UNIT_EQ(inner, 0);
	kmemu_local_irq_restore(inner);
	OK(kmemu_irqs_disabled());
	kmemu_local_irq_restore(outer);
	all_is_low();
	UNIT_EQ(imbalances(), 0);
}

HEAP_TEST(flags_restored_out_of_order_are_reported, "context=count")
{
	unsigned long outer = kmemu_local_irq_save(), inner = kmemu_local_irq_save();

	kmemu_local_irq_restore(outer);
	OK(!kmemu_irqs_disabled());
	UNIT_EQ(imbalances(), 0);
	kmemu_local_irq_restore(inner);
	UNIT_EQ(imbalances(), 1);
	kmemu_local_irq_restore(KMEMU_IRQS_ON);
	UNIT_EQ(imbalances(), 2);
}

HEAP_TEST(an_interrupt_has_interrupts_off, "context=count")
{
	unsigned long flags;

	kmemu_irq_enter();
	flags = kmemu_local_irq_save();
	UNIT_EQ(flags, 0);
	kmemu_local_irq_restore(flags);
	flags = kmemu_spin_irq_save();
	kmemu_spin_irq_enable();
	OK(kmemu_irqs_disabled());
	kmemu_irq_exit();
	all_is_low();
	UNIT_EQ(imbalances(), 0);
}

/* --- imbalance --- */

HEAP_TEST(what_was_not_raised_is_reported, "context=count")
{
	static void (*const end[])(void) = { kmemu_preempt_enable, kmemu_local_bh_enable,
					     kmemu_irq_exit, kmemu_nmi_exit, kmemu_softirq_exit,
					     kmemu_rcu_read_unlock, kmemu_non_block_end };

	for (unsigned int i = 0; i < ARRAY_SIZE(end); i++) {
		end[i]();
		UNIT_EQ(report_count(REPORT_CONTEXT_IMBALANCE), i + 1);
	}
	kmemu_spin_unlock(&lock);
	kmemu_read_unlock(&rw);
	UNIT_EQ(report_count(REPORT_SPINLOCK_UNLOCK), 2);
	all_is_low();
}

HEAP_TEST(policy_fail_leaves_the_lock_as_it_was, "context=fail report=line log=/dev/null")
{
	lock.word = 4711;
	kmemu_spin_unlock(&lock);
	UNIT_EQ(lock.word, 4711);
	lock.word = 0;
}

/* --- locks --- */

static unsigned long counter;
static int stop;

static void *count_up(void *arg)
{
	for (int i = 0; i < 20000; i++) {
		kmemu_spin_lock(&lock);
		counter++;
		if (i % 64 == 0)
			sched_yield(); /* others come meanwhile */
		kmemu_spin_unlock(&lock);
	}
	UNIT_EQ(kmemu_preempt_count(), 0);
	return arg;
}

static void in_threads(void *(*fn)(void *), int n)
{
	pthread_t t[8];

	for (int i = 0; i < n; i++)
		pthread_create(&t[i], NULL, fn, (void *)(long)i);
	for (int i = 0; i < n; i++)
		pthread_join(t[i], NULL);
}

HEAP_TEST(a_spinlock_excludes, "context=count")
{
	in_threads(count_up, 4);
	UNIT_EQ(counter, 80000);
	UNIT_EQ(lock.word, KMEMU_LOCK_SET_UP);
	UNIT_EQ(imbalances(), 0);
}

static void *read_or_write(void *arg)
{
	bool writer = (long)arg == 0;

	for (int i = 0; i < 20000; i++) {
		if (writer) {
			kmemu_write_lock(&rw);
			counter++;
			stop = !stop;
			counter++;
			stop = !stop;
			kmemu_write_unlock(&rw);
			continue;
		}
		kmemu_read_lock(&rw);
		OK(counter % 2 == 0 && !stop);
		kmemu_read_lock(&rw); /* readers may nest */
		kmemu_read_unlock(&rw);
		kmemu_read_unlock(&rw);
	}
	return arg;
}

HEAP_TEST(a_rwlock_excludes_writers, "context=count")
{
	in_threads(read_or_write, 4);
	UNIT_EQ(counter, 40000);
	UNIT_EQ(rw.word, KMEMU_LOCK_SET_UP);
	UNIT_EQ(imbalances(), 0);
}

HEAP_TEST(trylock_raises_only_what_it_got, "context=count")
{
	OK(kmemu_spin_trylock(&lock));
	OK(!kmemu_spin_trylock(&lock));
	COUNT_IS(1);
	kmemu_spin_unlock(&lock);
	OK(kmemu_read_trylock(&rw));
	OK(kmemu_read_trylock(&rw));
	OK(!kmemu_write_trylock(&rw));
	COUNT_IS(2);
	kmemu_read_unlock(&rw);
	kmemu_read_unlock(&rw);
	OK(kmemu_write_trylock(&rw));
	OK(!kmemu_read_trylock(&rw));
	OK(!kmemu_write_trylock(&rw));
	kmemu_write_unlock(&rw);
	OK(kmemu_raw_spin_trylock(&lock));
	OK(!kmemu_raw_spin_trylock(&lock));
	kmemu_raw_spin_unlock(&lock);
	all_is_low();
}

/* --- preempt=rt --- */

HEAP_TEST(on_rt_spinlocks_and_softirqs_do_not_count, "context=count preempt=rt")
{
	unsigned long flags = kmemu_spin_irq_save();

	kmemu_spin_lock(&lock);
	kmemu_local_bh_disable();
	kmemu_softirq_enter();
	COUNT_IS(0);
	UNIT_EQ(kmemu_softirq_count(), 0x300);
	OK(!kmemu_irqs_disabled());
	kmemu_softirq_exit();
	kmemu_local_bh_enable();
	kmemu_spin_unlock(&lock);
	kmemu_spin_irq_restore(flags);
	kmemu_raw_spin_lock(&lock);
	COUNT_IS(1);
	kmemu_raw_spin_unlock(&lock);
	all_is_low();
	UNIT_EQ(imbalances(), 0);
}

/* Kernel: rtlock_might_resched(). */
HEAP_TEST(on_rt_a_spinlock_may_sleep, "context=count preempt=rt")
{
	kmemu_rcu_read_lock();
	kmemu_irq_enter(); /* its handler would be a thread */
	kmemu_spin_lock(&lock);
	kmemu_spin_unlock(&lock);
	kmemu_irq_exit();
	kmemu_rcu_read_unlock();
	kmemu_preempt_disable();
	kmemu_raw_spin_lock(&lock);
	kmemu_raw_spin_unlock(&lock);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 0);
	kmemu_spin_lock(&lock);
	kmemu_spin_unlock(&lock);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 1);
	kmemu_preempt_enable();
	kmemu_local_irq_disable();
	kmemu_read_lock(&rw);
	kmemu_read_unlock(&rw);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 2);
	kmemu_local_irq_enable();
	kmemu_raw_spin_lock(&lock);
	kmemu_write_lock(&rw);
	kmemu_write_unlock(&rw);
	kmemu_raw_spin_unlock(&lock);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 3);
	all_is_low();
}

/* --- might_sleep, cant_sleep --- */

HEAP_TEST(might_sleep_speaks_in_atomic_context, "context=count")
{
	kmemu_might_sleep(__FILE__, __LINE__);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 0);
	kmemu_rcu_read_lock();
	kmemu_might_sleep(__FILE__, __LINE__);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 1);
	kmemu_rcu_read_unlock();
	kmemu_might_sleep(__FILE__, __LINE__);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 1);
}

HEAP_TEST(cant_sleep_speaks_elsewhere, "context=count")
{
	kmemu_preempt_disable();
	kmemu_cant_sleep(__FILE__, __LINE__);
	kmemu_preempt_enable();
	kmemu_local_irq_disable();
	kmemu_cant_sleep(__FILE__, __LINE__);
	kmemu_local_irq_enable();
	UNIT_EQ(report_count(REPORT_CANT_SLEEP), 0);
	kmemu_cant_sleep(__FILE__, __LINE__);
	kmemu_rcu_read_lock();
	kmemu_cant_sleep(__FILE__, __LINE__);
	kmemu_rcu_read_unlock();
	UNIT_EQ(report_count(REPORT_CANT_SLEEP), 2);
}

/* --- scopes of allocation --- */

HEAP_TEST(scopes_nest, "")
{
	unsigned int outer = kmemu_memalloc_flags_save(KMEMU_PF_MEMALLOC_NOIO), inner;

	UNIT_EQ(outer, KMEMU_PF_MEMALLOC_NOIO);
	inner = kmemu_memalloc_flags_save(KMEMU_PF_MEMALLOC_NOIO | KMEMU_PF_MEMALLOC_NOFS);
	UNIT_EQ(inner, KMEMU_PF_MEMALLOC_NOFS);
	kmemu_memalloc_flags_restore(inner);
	UNIT_EQ(kmemu_current_flags(), KMEMU_PF_MEMALLOC_NOIO);
	kmemu_memalloc_flags_restore(outer);
	UNIT_EQ(kmemu_current_flags(), 0);
}

/* Pages that a request gets until there are no more. */
static unsigned long take_all(gfp_t flags)
{
	unsigned long n = 0;

	while (kmemu_get_free_pages(flags, 0))
		n++;
	return n;
}

HEAP_TEST(memalloc_ignores_watermarks, "mem=64M page_alloc=off")
{
	unsigned int flags;

	take_all(KMEMU_GFP_KERNEL);
	take_all(KMEMU_GFP_ATOMIC);
	UNIT_EQ(take_all(KMEMU_GFP_KERNEL), 0);
	flags = kmemu_memalloc_flags_save(KMEMU_PF_MEMALLOC);
	kmemu_irq_enter(); /* the interrupt is not the task */
	UNIT_EQ(take_all(KMEMU_GFP_ATOMIC), 0);
	kmemu_irq_exit();
	UNIT_EQ(take_all(KMEMU_GFP_KERNEL | KMEMU___GFP_NOMEMALLOC), 0);
	OK(take_all(KMEMU_GFP_KERNEL) > 0);
	kmemu_memalloc_flags_restore(flags);
}

static void die_of_it(void)
{
	kmemu_memalloc_flags_save(KMEMU_PF_MEMALLOC_NOFS);
	while (kmemu_get_free_pages(KMEMU_GFP_KERNEL, 0))
		;
}

/* The OOM killer is not for requests that may not enter file systems. */
HEAP_TEST(nofs_reaches_the_page_allocator, "mem=64M oom=kill page_alloc=off")
{
	die_of_it();
	OK(true);
}

/* --- annotations --- */

HEAP_TEST(annotations_raise_when_contexts_are_checked, "context=count")
{
	static const struct {
		int op, count;
	} rows[] = { { KMEMU_ANNOTATE_ATOMIC, 1 },	 { KMEMU_ANNOTATE_HARDIRQ, 0x10000 },
		     { KMEMU_ANNOTATE_SOFTIRQ, 0x100 }, { KMEMU_ANNOTATE_SPINLOCK, 1 },
		     { KMEMU_ANNOTATE_NON_BLOCK, 0 },	 { KMEMU_ANNOTATE_IGNORE, 0 } };

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		kmemu_annotate(rows[i].op, &lock);
		COUNT_IS(rows[i].count);
		OK(context_hint);
		kmemu_annotate(rows[i].op | KMEMU_ANNOTATE_EXIT, &lock);
		all_is_low();
	}
	UNIT_EQ(imbalances(), 0);
	kmemu_annotate(KMEMU_ANNOTATE_ATOMIC | KMEMU_ANNOTATE_EXIT, NULL);
	UNIT_EQ(imbalances(), 1);
	kmemu_annotate(77, NULL);
	all_is_low();
}

HEAP_TEST(annotations_do_nothing_otherwise, "")
{
	kmemu_annotate(KMEMU_ANNOTATE_HARDIRQ, NULL);
	all_is_low();
}

HEAP_TEST(an_ignored_scope_has_no_findings, "context=count")
{
	kmemu_preempt_disable();
	kmemu_annotate(KMEMU_ANNOTATE_IGNORE, NULL);
	kmemu_kfree(kmemu_kmalloc(10, KMEMU_GFP_KERNEL));
	kmemu_might_sleep(__FILE__, __LINE__);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 0);
	kmemu_annotate(KMEMU_ANNOTATE_IGNORE | KMEMU_ANNOTATE_EXIT, NULL);
	kmemu_kfree(kmemu_kmalloc(10, KMEMU_GFP_KERNEL));
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 1);
	kmemu_preempt_enable();
}

UNIT_MAIN("context_api",
	  UNIT_TEST(each_pair_counts_as_the_kernels),
	  UNIT_TEST(rcu_and_non_block_are_no_part_of_the_count),
	  UNIT_TEST(pairs_may_cross),
	  UNIT_TEST(counts_are_right_when_nothing_is_checked),
	  UNIT_TEST(interrupts_are_a_flag),
	  UNIT_TEST(flags_restored_out_of_order_are_reported),
	  UNIT_TEST(an_interrupt_has_interrupts_off),
	  UNIT_TEST(what_was_not_raised_is_reported),
	  UNIT_TEST(policy_fail_leaves_the_lock_as_it_was),
	  UNIT_TEST(a_spinlock_excludes),
	  UNIT_TEST(a_rwlock_excludes_writers),
	  UNIT_TEST(trylock_raises_only_what_it_got),
	  UNIT_TEST(on_rt_spinlocks_and_softirqs_do_not_count),
	  UNIT_TEST(on_rt_a_spinlock_may_sleep),
	  UNIT_TEST(might_sleep_speaks_in_atomic_context),
	  UNIT_TEST(cant_sleep_speaks_elsewhere),
	  UNIT_TEST(scopes_nest),
	  UNIT_TEST(memalloc_ignores_watermarks),
	  UNIT_TEST(nofs_reaches_the_page_allocator),
	  UNIT_TEST(annotations_raise_when_contexts_are_checked),
	  UNIT_TEST(annotations_do_nothing_otherwise),
	  UNIT_TEST(an_ignored_scope_has_no_findings));
