/* SPDX-License-Identifier: MIT */
/*
 * lockdep, balance: which states of a lock do not go together, when the mask is
 * asked for, when it is forgotten; and who may release what.
 */
#include "tests/unit/unit.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "core/check/context.h"
#include "core/check/lock.h"
#include "core/os/os.h"
#include "core/report/report.h"

#define HERE __builtin_extract_return_addr(__builtin_return_address(0))

static int locks[20000];

static int init(void)
{
	options_init((char *[]){ "KMEMU_OPTIONS=context=count scope=all", NULL });
	context_init();
	context_stub_return = NULL; /* handlers are believed */
	return !(lock_watch & LOCK_WATCHED);
}

static unsigned long found(void)
{
	static unsigned long before;
	unsigned long now = report_count(REPORT_INCONSISTENT_LOCK_STATE), news = now - before;

	before = now;
	return news;
}

static __attribute__((noinline)) void take(int i, unsigned int how)
{
	enum raise_kind kind = how & LOCK_READ ? RAISE_RWLOCK : RAISE_SPIN;

	lock_acquired(kind, &locks[i], how, HERE, (unsigned long)__builtin_frame_address(0));
	CU_ASSERT(lock_releases(kind, &locks[i], false, "unlock", HERE));
}

/* In a handler of signo, or with 0 in an interrupt of the API. */
static __attribute__((noinline)) void take_in(int signo, int i, unsigned int how)
{
	struct raise r = { .kind = RAISE_HARDIRQ, .signo = (u8)signo, .by_handler = signo != 0,
			   .sp = (unsigned long)__builtin_frame_address(0) };

	context_raise(&r);
	take(i, how);
	context_drop(RAISE_HARDIRQ, NULL, NULL);
}

static void block(int how, int signo)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	sigprocmask(how, &set, NULL);
}

static void nothing(int signo)
{
	(void)signo;
}

static void install(int signo)
{
	signal(signo, nothing);
	lock_note_handler(signo);
}

/* --- states -------------------------------------------------------------- */

static void nothing_before_a_handler(void)
{
	take(0, 0);
	CU_ASSERT(!(lock_watch & LOCK_IRQS));
	install(SIGUSR1);
	install(SIGUSR2);
	CU_ASSERT(lock_watch & LOCK_IRQS);
	CU_ASSERT_EQUAL(found(), 0);
}

static void in_and_on_are_a_finding(void)
{
	take(1, 0);
	CU_ASSERT_EQUAL(found(), 0);
	take_in(SIGUSR1, 1, 0);
	CU_ASSERT_EQUAL(found(), 1);
	take_in(SIGUSR1, 1, 0); /* it is known */
	CU_ASSERT_EQUAL(found(), 0);
	take_in(SIGUSR2, 1, 0); /* another signal's */
	CU_ASSERT_EQUAL(found(), 1);
}

static void the_other_way_round(void)
{
	block(SIG_BLOCK, SIGUSR1);
	take_in(SIGUSR1, 2, 0);
	take(2, 0);
	CU_ASSERT_EQUAL(found(), 0);
	block(SIG_UNBLOCK, SIGUSR1);
	take(2, 0);
	CU_ASSERT_EQUAL(found(), 1);
	take(2, 0);
	CU_ASSERT_EQUAL(found(), 0);
}

static void a_blocked_signal_is_none(void)
{
	block(SIG_BLOCK, SIGUSR1);
	for (int i = 0; i < 3; i++) {
		take(3, 0);
		take_in(SIGUSR1, 3, 0);
	}
	block(SIG_UNBLOCK, SIGUSR1);
	CU_ASSERT_EQUAL(found(), 0);
}

static void a_trylock_does_not_wait(void)
{
	take(4, 0);
	take_in(SIGUSR1, 4, LOCK_TRY);
	CU_ASSERT_EQUAL(found(), 0);
	block(SIG_BLOCK, SIGUSR1);
	take_in(SIGUSR1, 5, 0);
	block(SIG_UNBLOCK, SIGUSR1);
	take(5, LOCK_TRY); /* but who has it by one may be interrupted */
	CU_ASSERT_EQUAL(found(), 1);
}

static void readers_go_together(void)
{
	block(SIG_BLOCK, SIGUSR2);
	take(6, LOCK_READ);
	take_in(SIGUSR1, 6, LOCK_READ);
	CU_ASSERT_EQUAL(found(), 0);
	take(6, 0); /* a writer, and a reader in the handler */
	CU_ASSERT_EQUAL(found(), 1);
	take(7, LOCK_READ);
	take_in(SIGUSR1, 7, 0);
	CU_ASSERT_EQUAL(found(), 1);
	block(SIG_UNBLOCK, SIGUSR2);
}

static void a_lock_set_up_anew_is_new(void)
{
	take(8, 0);
	lock_forget(&locks[8], "init", HERE);
	block(SIG_BLOCK, SIGUSR1);
	take(8, 0);
	take_in(SIGUSR1, 8, 0);
	block(SIG_UNBLOCK, SIGUSR1);
	CU_ASSERT_EQUAL(found(), 0);
}

/* What needs no look is looked at again when another handler comes. */
static void a_new_handler_is_asked_for(void)
{
	take(9, 0); /* notes it */
	take(9, 0); /* finds it noted */
	CU_ASSERT_PTR_EQUAL(*lockdep_quiet_slot(&locks[9]), &locks[9]);
	take(9, 0);
	install(SIGHUP);
	CU_ASSERT_PTR_NULL(*lockdep_quiet_slot(&locks[9]));
	take(9, 0);
	take_in(SIGHUP, 9, 0);
	CU_ASSERT_EQUAL(found(), 1);
}

/* Its bit stays, as a child of vfork may have taken away its own: the system is asked. */
static void a_handler_that_is_gone_does_not_come(void)
{
	block(SIG_BLOCK, SIGUSR1);
	take_in(SIGUSR1, 13, 0);
	block(SIG_UNBLOCK, SIGUSR1);
	signal(SIGUSR1, SIG_IGN);
	take(13, 0);
	signal(SIGUSR1, SIG_DFL);
	take(13, 0);
	CU_ASSERT_EQUAL(found(), 0);
	install(SIGUSR1);
	take(13, 0);
	CU_ASSERT_EQUAL(found(), 1);
}

static void interrupts_of_the_api(void)
{
	struct raise off = { .kind = RAISE_IRQS_OFF };

	context_raise(&off);
	take(10, LOCK_API);
	context_drop(RAISE_IRQS_OFF, NULL, NULL);
	take_in(0, 10, LOCK_API);
	CU_ASSERT_EQUAL(found(), 0);
	take(10, LOCK_API);
	CU_ASSERT_EQUAL(found(), 1);
}

static void a_full_table_says_so(void)
{
	unsigned long before = lockdep_untracked();

	for (int i = 20; i < 20000; i++)
		take(i, 0);
	CU_ASSERT(lockdep_untracked() > before);
	for (int i = 20; i < 20000; i++)
		lock_forget(&locks[i], "destroy", HERE);
	before = lockdep_untracked();
	take(19999, 0);
	CU_ASSERT_EQUAL(lockdep_untracked(), before);
	CU_ASSERT_EQUAL(found(), 0);
}

/* --- balance ------------------------------------------------------------- */

static void what_is_not_held_is_not_released(void)
{
	unsigned long before = report_count(REPORT_SPINLOCK_UNLOCK);

	CU_ASSERT(lock_releases(RAISE_SPIN, &locks[11], false, "unlock", HERE));
	CU_ASSERT_EQUAL(report_count(REPORT_SPINLOCK_UNLOCK), before); /* taken past us */
	CU_ASSERT(lock_releases(RAISE_SPIN, &locks[11], true, "unlock", HERE));
	CU_ASSERT_EQUAL(report_count(REPORT_SPINLOCK_UNLOCK), before + 1);
	kmemu_opts.context_balance = POLICY_FAIL;
	CU_ASSERT(!lock_releases(RAISE_SPIN, &locks[11], true, "unlock", HERE));
	kmemu_opts.context_balance = POLICY_COUNT;
}

static void who_holds_it_waits_for_itself(void)
{
	unsigned long before = report_count(REPORT_SPINLOCK_RECURSION);

	CU_ASSERT(lock_may_wait(RAISE_SPIN, &locks[12], "lock", HERE));
	CU_ASSERT_EQUAL(report_count(REPORT_SPINLOCK_RECURSION), before);
	lock_acquired(RAISE_SPIN, &locks[12], 0, HERE, 0);
	CU_ASSERT(lock_may_wait(RAISE_SPIN, &locks[12], "lock", HERE)); /* count: go on */
	CU_ASSERT_EQUAL(report_count(REPORT_SPINLOCK_RECURSION), before + 1);
	CU_ASSERT(lock_releases(RAISE_SPIN, &locks[12], false, "unlock", HERE));
}

static void what_was_not_raised_is_not_lowered(void)
{
	struct raise r = { .kind = RAISE_BH };
	unsigned long before = report_count(REPORT_CONTEXT_IMBALANCE);

	context_raise(&r);
	CU_ASSERT(!context_lower(RAISE_PREEMPT, NULL, "preempt_enable", HERE));
	CU_ASSERT_EQUAL(report_count(REPORT_CONTEXT_IMBALANCE), before + 1);
	CU_ASSERT(context_lower(RAISE_BH, NULL, "local_bh_enable", HERE));
	CU_ASSERT_EQUAL(report_count(REPORT_CONTEXT_IMBALANCE), before + 1);
}

static void what_is_held_at_the_end_is_told(void)
{
	unsigned long before = report_count(REPORT_LOCK_HELD_AT_EXIT);
	struct raise handler = { .kind = RAISE_HARDIRQ, .by_handler = true, .signo = 1, .sp = 1 };

	lock_thread_end();
	CU_ASSERT_EQUAL(report_count(REPORT_LOCK_HELD_AT_EXIT), before);
	lock_acquired(RAISE_SPIN, &locks[13], 0, HERE, 0);
	context_raise(&handler); /* exit() in a handler is another matter */
	lock_thread_end();
	CU_ASSERT_EQUAL(report_count(REPORT_LOCK_HELD_AT_EXIT), before + 1);
	context_leave_handler(1);
	lock_forget(&locks[13], "destroy", HERE);
	CU_ASSERT_EQUAL(report_count(REPORT_HELD_LOCK_FREED), 1);
	CU_ASSERT(context_is_task());
}

UNIT_MAIN_INIT("lockdep", init, NULL,
	UNIT_TEST(nothing_before_a_handler),
	UNIT_TEST(in_and_on_are_a_finding),
	UNIT_TEST(the_other_way_round),
	UNIT_TEST(a_blocked_signal_is_none),
	UNIT_TEST(a_trylock_does_not_wait),
	UNIT_TEST(readers_go_together),
	UNIT_TEST(a_lock_set_up_anew_is_new),
	UNIT_TEST(a_new_handler_is_asked_for),
	UNIT_TEST(a_handler_that_is_gone_does_not_come),
	UNIT_TEST(interrupts_of_the_api),
	UNIT_TEST(a_full_table_says_so),
	UNIT_TEST(what_is_not_held_is_not_released),
	UNIT_TEST(who_holds_it_waits_for_itself),
	UNIT_TEST(what_was_not_raised_is_not_lowered),
	UNIT_TEST(what_is_held_at_the_end_is_told)
);
