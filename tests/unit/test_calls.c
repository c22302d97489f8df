/* SPDX-License-Identifier: MIT */
/*
 * calls: both tables against each kind of context; what handlers may call; the
 * mutex that a condition wait releases; the place that was told; the table
 * itself. Findings are only counted.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "core/check/calls.h"
#include "core/check/context.h"
#include "core/report/report.h"

static void reset(int calls)
{
	options_init(NULL);
	kmemu_opts.context_blocking = POLICY_COUNT;
	kmemu_opts.context_calls = calls;
	kmemu_opts.scope = "all";
	kmemu_opts.preempt = PREEMPT_FULL;
}

static struct raise raise_of(enum raise_kind kind)
{
	struct raise r = { .kind = (u8)kind,
			   .sp = (unsigned long)__builtin_frame_address(0) + 64,
			   .what = &unit_suite,
			   .pc = __builtin_return_address(0) };

	return r;
}

static unsigned long findings(void)
{
	return report_count(REPORT_BLOCKING_CALL) + report_count(REPORT_SCHEDULING_WHILE_ATOMIC);
}

/* Findings of the call with `kind` raised; no handler of a signal, which has a frame. */
static unsigned long with(enum raise_kind kind, enum call_id id, const void *except)
{
	struct raise r = raise_of(kind);
	unsigned long before = findings();

	CU_ASSERT(context_raise(&r));
	CU_ASSERT(call_may_sleep(id, NULL, except));
	CU_ASSERT(context_drop(kind, r.what, NULL));
	return findings() - before;
}

static void nothing_is_raised(void)
{
	unsigned long before = findings();

	reset(CALLS_KERNEL);
	for (int id = 0; id < NR_CALLS; id++)
		CU_ASSERT(call_may_sleep((enum call_id)id, NULL, NULL));
	CU_ASSERT(findings() == before);
}

static void kernel_under_a_spinlock(void)
{
	reset(CALLS_KERNEL);
	CU_ASSERT(with(RAISE_SPIN, ID_read, NULL) == 1);
	CU_ASSERT(with(RAISE_SPIN, ID___printf_chk, NULL) == 1);
	CU_ASSERT(with(RAISE_SPIN, ID_fork, NULL) == 1);
	CU_ASSERT(with(RAISE_SPIN, ID_pthread_mutex_lock, NULL) == 1);
	CU_ASSERT(with(RAISE_SPIN, ID_pthread_mutex_trylock, NULL) == 0);
	CU_ASSERT(with(RAISE_SPIN, ID_pthread_mutex_unlock, NULL) == 0);
	CU_ASSERT(with(RAISE_SPIN, ID_pthread_spin_lock, NULL) == 0);
	CU_ASSERT(with(RAISE_SPIN, ID_pthread_cond_signal, NULL) == 0);
	CU_ASSERT(with(RAISE_SPIN, ID_umask, NULL) == 0);
	CU_ASSERT(with(RAISE_RCU, ID_read, NULL) == 1);
	CU_ASSERT(with(RAISE_NON_BLOCK, ID_read, NULL) == 1);
}

static void kernel_in_interrupts(void)
{
	reset(CALLS_KERNEL);
	for (int kind = RAISE_HARDIRQ; kind <= RAISE_NMI; kind++) {
		CU_ASSERT(with((enum raise_kind)kind, ID_write, NULL) == 1); /* no handler's */
		CU_ASSERT(with((enum raise_kind)kind, ID_pthread_mutex_trylock, NULL) == 1);
		CU_ASSERT(with((enum raise_kind)kind, ID_pthread_mutex_unlock, NULL) == 1);
		CU_ASSERT(with((enum raise_kind)kind, ID_pthread_cond_signal, NULL) == 0);
	}
	CU_ASSERT(with(RAISE_BH, ID_pthread_mutex_trylock, NULL) == 1); /* in_softirq() */
}

static void rt_has_no_exceptions(void)
{
	reset(CALLS_RT);
	CU_ASSERT(with(RAISE_PREEMPT, ID_write, NULL) == 1);
	CU_ASSERT(with(RAISE_PREEMPT, ID_umask, NULL) == 1);
	CU_ASSERT(with(RAISE_PREEMPT, ID_pthread_spin_lock, NULL) == 1);
	CU_ASSERT(with(RAISE_PREEMPT, ID_pthread_mutex_unlock, NULL) == 1);
	CU_ASSERT(with(RAISE_PREEMPT, ID_pthread_mutex_trylock, NULL) == 0);
}

static void off(void)
{
	reset(CALLS_OFF);
	CU_ASSERT(with(RAISE_SPIN, ID_nanosleep, NULL) == 0);
	reset(CALLS_KERNEL);
	kmemu_opts.context_blocking = POLICY_OFF;
	CU_ASSERT(with(RAISE_SPIN, ID_nanosleep, NULL) == 0);
}

static void preempt_rt_sleeps_under_spinlocks(void)
{
	reset(CALLS_KERNEL);
	kmemu_opts.preempt = PREEMPT_RT;
	CU_ASSERT(with(RAISE_SPIN, ID_read, NULL) == 0);
	CU_ASSERT(with(RAISE_RAW_SPIN, ID_read, NULL) == 1);
	CU_ASSERT(with(RAISE_HARDIRQ, ID_nanosleep, NULL) == 1);
}

static void kind_is_the_rows(void)
{
	unsigned long blocking, scheduling;

	reset(CALLS_KERNEL);
	blocking = report_count(REPORT_BLOCKING_CALL);
	scheduling = report_count(REPORT_SCHEDULING_WHILE_ATOMIC);
	with(RAISE_SPIN, ID_read, NULL);
	CU_ASSERT(report_count(REPORT_BLOCKING_CALL) == blocking + 1);
	with(RAISE_SPIN, ID___poll_chk, NULL);
	CU_ASSERT(report_count(REPORT_SCHEDULING_WHILE_ATOMIC) == scheduling + 1);
}

/* pthread_cond_wait releases the mutex, context.locks=spin+mutex raises for it. */
static void except_is_no_lock(void)
{
	reset(CALLS_KERNEL);
	CU_ASSERT(with(RAISE_MUTEX, ID_pthread_cond_wait, &unit_suite) == 0);
	CU_ASSERT(with(RAISE_MUTEX, ID_pthread_cond_wait, &kmemu_opts) == 1);
}

/* A library's call on behalf of one that was told of is inside of that. */
static void told_is_the_place(void)
{
	struct raise r = raise_of(RAISE_SPIN);
	unsigned long before;

	reset(CALLS_KERNEL);
	CU_ASSERT(context_raise(&r));
	for (int i = 0; i < 2; i++) {
		before = findings();
		CU_ASSERT(call_may_sleep(ID_read, i ? &r : NULL, NULL));
		CU_ASSERT(call_told() != NULL);
		CU_ASSERT(findings() == before + !i);
	}
	CU_ASSERT(context_drop(RAISE_SPIN, r.what, NULL));
}

static void out_of_scope(void)
{
	reset(CALLS_KERNEL);
	kmemu_opts.scope = "libnobody.so";
	CU_ASSERT(with(RAISE_SPIN, ID_read, NULL) == 0);
}

static void table(void)
{
	for (int id = 0; id < NR_CALLS; id++) {
		const struct call_row *row = call_row((enum call_id)id);

		CU_ASSERT(call_row((enum call_id)row->base) == row); /* a base, not a spelling */
		CU_ASSERT(row->fails < NR_CALL_FAILS && row->why < NR_CALL_WHYS && row->where);
		CU_ASSERT(call_name((enum call_id)id)[0] != '\0');
	}
	CU_ASSERT(!strcmp(call_name(ID___read_chk), "__read_chk"));
	CU_ASSERT(call_row(ID___read_chk)->base == ID_read);
	for (int why = 0; why < NR_CALL_WHYS; why++)
		CU_ASSERT(call_why((enum call_why)why)[0] != '\0');
}

UNIT_MAIN("calls",
	  UNIT_TEST(nothing_is_raised),
	  UNIT_TEST(kernel_under_a_spinlock),
	  UNIT_TEST(kernel_in_interrupts),
	  UNIT_TEST(rt_has_no_exceptions),
	  UNIT_TEST(off),
	  UNIT_TEST(preempt_rt_sleeps_under_spinlocks),
	  UNIT_TEST(kind_is_the_rows),
	  UNIT_TEST(except_is_no_lock),
	  UNIT_TEST(told_is_the_place),
	  UNIT_TEST(out_of_scope),
	  UNIT_TEST(table));
