// SPDX-License-Identifier: MIT
/*
 * Shows that a grace period ends behind each section that had begun before, of every
 * kind that the kernel's PREEMPT_RCU knows; that callbacks come in order and in
 * softirq context, and are waited for; that blocks of kvfree_rcu() live as long; that
 * cookies are true behind it, and SRCU's domains wait for their own readers only; and
 * that a thread which waits where it must not holds nobody up.
 */
#include "tests/unit/heap.h"

#include <pthread.h>

#include "core/mm/vm_struct.h"
#include "core/report/report.h"
#include "include/kmemu/context.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/rcu.h"
#include "include/kmemu/sched.h"

#define load(x) __atomic_load_n(&(x), __ATOMIC_SEQ_CST)
#define store(x, v) __atomic_store_n(&(x), v, __ATOMIC_SEQ_CST)

static struct kmemu_spinlock spin = { KMEMU_LOCK_SET_UP };
static struct kmemu_rwlock rw = { KMEMU_LOCK_SET_UP };
static unsigned long flags;
static int entered, called, order[3];

static void in_rcu(bool begins)
{
	begins ? kmemu_rcu_read_lock() : kmemu_rcu_read_unlock();
}

static void in_preempt(bool begins)
{
	begins ? kmemu_preempt_disable() : kmemu_preempt_enable();
}

static void in_bh(bool begins)
{
	begins ? kmemu_local_bh_disable() : kmemu_local_bh_enable();
}

static void in_irqs_off(bool begins)
{
	if (begins)
		flags = kmemu_local_irq_save();
	else
		kmemu_local_irq_restore(flags);
}

static void in_spinlock(bool begins)
{
	begins ? kmemu_spin_lock(&spin) : kmemu_spin_unlock(&spin);
}

static void in_read_lock(bool begins)
{
	begins ? kmemu_read_lock(&rw) : kmemu_read_unlock(&rw);
}

static void (*const sections[])(bool begins) = { in_rcu,      in_preempt,  in_bh,
						 in_irqs_off, in_spinlock, in_read_lock };

static void note(struct callback_head *head)
{
	(void)head;
	OK(kmemu_softirq_count() == 0x100);
	store(called, 1);
}

static void *reader(void *arg)
{
	void (*section)(bool) = *(void (*const *)(bool))arg;

	section(true);
	store(entered, 1);
	for (int i = 0; i < 20; i++) {
		usleep(1000);
		UNIT_EQ(load(called), 0);
	}
	section(false);
	return NULL;
}

HEAP_TEST(each_section_holds_it_up, "")
{
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		struct callback_head head;
		pthread_t thread;

		store(entered, 0);
		store(called, 0);
		OK(!pthread_create(&thread, NULL, reader, (void *)&sections[i]));
		while (!load(entered))
			usleep(100);
		kmemu_call_rcu(&head, note);
		pthread_join(thread, NULL);
		kmemu_rcu_barrier();
		UNIT_EQ(load(called), 1);
	}
}

/* A thread that is never seen outside for long lets it end all the same. */
static void *busy(void *arg)
{
	while (!load(*(int *)arg)) {
		kmemu_spin_lock(&spin);
		kmemu_spin_unlock(&spin);
	}
	return NULL;
}

HEAP_TEST(it_ends_beside_who_locks_again_and_again, "")
{
	pthread_t thread;
	int stop = 0;

	OK(!pthread_create(&thread, NULL, busy, &stop));
	for (int i = 0; i < 50; i++)
		kmemu_synchronize_rcu();
	store(stop, 1);
	pthread_join(thread, NULL);
}

HEAP_TEST(who_waits_where_it_must_not_goes_on, "context=count")
{
	struct callback_head head;

	kmemu_preempt_disable();
	kmemu_call_rcu(&head, note);
	kmemu_rcu_barrier();
	UNIT_EQ(load(called), 1);
	kmemu_synchronize_rcu();
	kmemu_preempt_enable();
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 2);
}

static struct callback_head heads[3];

static void in_order(struct callback_head *head)
{
	static int n;

	order[n++] = (int)(head - heads);
}

HEAP_TEST(callbacks_come_in_order, "")
{
	for (int i = 0; i < 3; i++)
		kmemu_call_rcu(&heads[i], in_order);
	kmemu_rcu_barrier();
	OK(order[0] == 0 && order[1] == 1 && order[2] == 2);
}

struct block {
	long number;
	struct callback_head head;
};

HEAP_TEST(blocks_live_until_it_ends, "")
{
	struct block *small = kmemu_kmalloc(sizeof(*small), GFP_KERNEL);
	struct block *large = kmemu_vmalloc(1 << 20);

	small->number = large->number = 42;
	kmemu_rcu_read_lock();
	kmemu_kvfree_call_rcu(&small->head, small);
	kmemu_kvfree_call_rcu(&large->head, large);
	usleep(5000);
	OK(small->number == 42 && large->number == 42);
	kmemu_rcu_read_unlock();
	kmemu_kvfree_rcu_barrier();
	OK(!find_vm_area(large));
	kmemu_kvfree_call_rcu(NULL, kmemu_kmalloc(100, GFP_KERNEL));
}

HEAP_TEST(a_cache_is_destroyed_behind_what_is_on_its_way, "context=count")
{
	struct kmem_cache *s = kmemu_kmem_cache_create("blocks", sizeof(struct block), 0, 0, NULL);
	struct block *b = kmemu_kmem_cache_alloc(s, GFP_KERNEL);

	kmemu_kvfree_call_rcu(&b->head, b);
	UNIT_EQ(kmemu_kmem_cache_destroy(s), 0);
	s = kmemu_kmem_cache_create("more", 100, 0, 0, NULL);
	kmemu_preempt_disable();
	kmemu_kmem_cache_destroy(NULL);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 0);
	kmemu_kmem_cache_destroy(s);
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 1);
	kmemu_preempt_enable();
}

/* --- cookies, and domains of their own ------------------------------------------- */

HEAP_TEST(a_cookie_is_true_behind_a_period_that_began_later, "")
{
	unsigned long cookie = kmemu_get_state_synchronize_rcu();

	UNIT_EQ(kmemu_poll_state_synchronize_rcu(KMEMU_RCU_COMPLETED), 1);
	UNIT_EQ(kmemu_poll_state_synchronize_rcu(cookie), 0);
	kmemu_synchronize_rcu();
	UNIT_EQ(kmemu_poll_state_synchronize_rcu(cookie), 1);
	UNIT_EQ(kmemu_poll_state_synchronize_rcu(kmemu_get_state_synchronize_rcu()), 0);
	cookie = kmemu_start_poll_synchronize_rcu();
	for (int i = 0; i < 10000 && !kmemu_poll_state_synchronize_rcu(cookie); i++)
		kmemu_msleep(1);
	UNIT_EQ(kmemu_poll_state_synchronize_rcu(cookie), 1);
	kmemu_cond_synchronize_rcu(cookie);
	UNIT_EQ(kmemu_poll_state_synchronize_rcu(kmemu_get_state_synchronize_rcu()), 0);
	cookie = kmemu_get_state_synchronize_rcu();
	kmemu_cond_synchronize_rcu(cookie);
	UNIT_EQ(kmemu_poll_state_synchronize_rcu(cookie), 1);
}

static struct srcu_struct domain = { .lock = KMEMU_LOCK_SET_UP },
			   other = { .lock = KMEMU_LOCK_SET_UP };
static int in_bh_off;

static void srcu_called(struct callback_head *head)
{
	(void)head;
	in_bh_off += (kmemu_preempt_count() & 0xff00) == 0x200;
	order[load(called)] = 1;
	__atomic_fetch_add(&called, 1, __ATOMIC_SEQ_CST);
}

HEAP_TEST(callbacks_wait_for_readers_of_their_domain, "context=warn")
{
	struct callback_head heads[2];
	unsigned long cookie;
	int idx;

	store(called, 0);
	in_bh_off = 0;
	idx = kmemu_srcu_read_lock(&domain);
	cookie = kmemu_start_poll_synchronize_srcu(&domain);
	kmemu_call_srcu(&domain, &heads[0], srcu_called);
	kmemu_call_srcu(&other, &heads[1], srcu_called);
	kmemu_srcu_barrier(&other);
	kmemu_msleep(20);
	UNIT_EQ(load(called), 1);
	UNIT_EQ(kmemu_poll_state_synchronize_srcu(&domain, cookie), 0);
	kmemu_srcu_read_unlock(&domain, idx);
	kmemu_srcu_barrier(&domain);
	UNIT_EQ(load(called), 2);
	UNIT_EQ(in_bh_off, 2);
	UNIT_EQ(kmemu_poll_state_synchronize_srcu(&domain, cookie), 1);
	UNIT_EQ(kmemu_poll_state_synchronize_srcu(&domain, KMEMU_RCU_COMPLETED), 1);
	cookie = kmemu_get_state_synchronize_srcu(&domain);
	UNIT_EQ(kmemu_poll_state_synchronize_srcu(&domain, cookie), 0);
	kmemu_synchronize_srcu(&domain);
	UNIT_EQ(kmemu_poll_state_synchronize_srcu(&domain, cookie), 1);
	kmemu_cleanup_srcu_struct(&domain);
	kmemu_cleanup_srcu_struct(&other);
	UNIT_EQ(report_count(REPORT_KERNEL_WARNING), 0);
	idx = kmemu_srcu_read_lock(&domain); /* it is gone: told once */
	UNIT_EQ(report_count(REPORT_KERNEL_WARNING), 1);
	kmemu_cleanup_srcu_struct(&domain);
	UNIT_EQ(report_count(REPORT_KERNEL_WARNING), 2);
	kmemu_srcu_read_unlock(&domain, idx);
}

UNIT_MAIN("rcu", UNIT_TEST(a_cache_is_destroyed_behind_what_is_on_its_way),
	  UNIT_TEST(each_section_holds_it_up),
	  UNIT_TEST(it_ends_beside_who_locks_again_and_again),
	  UNIT_TEST(who_waits_where_it_must_not_goes_on), UNIT_TEST(callbacks_come_in_order),
	  UNIT_TEST(blocks_live_until_it_ends),
	  UNIT_TEST(a_cookie_is_true_behind_a_period_that_began_later),
	  UNIT_TEST(callbacks_wait_for_readers_of_their_domain));
