// SPDX-License-Identifier: MIT
/*
 * Shows how raises add up to what 6.12's preempt_count would be, what of it is
 * named, what preempt=rt leaves out, and which signals are interrupts.
 */
#include "tests/unit/heap.h"

#include <signal.h>

#include "core/check/context.h"

static int lock_a, lock_b;

static void raise_one(enum raise_kind kind, const void *what)
{
	struct raise r = { .kind = (u8)kind, .what = what };

	r.sp = (unsigned long)__builtin_frame_address(0);
	r.pc = __builtin_return_address(0);
	OK(context_raise(&r));
}

static u32 count_now(void)
{
	struct context c;

	context_look(&c, NULL);
	UNIT_EQ(c.preempt_count, context_preempt_count());
	return c.preempt_count;
}

HEAP_TEST(task_context_is_nothing, "context=warn")
{
	struct context c;

	OK(context_is_task());
	context_look(&c, NULL);
	OK(!context_is_atomic(&c));
	UNIT_EQ(c.why.kind, RAISE_NONE);
}

HEAP_TEST(offsets_are_the_kernels, "context=warn")
{
	static const struct {
		enum raise_kind kind;
		u32 count;
		bool irqs_disabled;
	} rows[] = {
		{ RAISE_SPIN, 0x1, false },	{ RAISE_PREEMPT, 0x1, false },
		{ RAISE_BH, 0x200, false },	{ RAISE_SOFTIRQ, 0x100, false },
		{ RAISE_HARDIRQ, 0x10000, true }, { RAISE_NMI, 0x110000, true },
		{ RAISE_IRQS_OFF, 0, true },	{ RAISE_RAW_SPIN, 0x1, false },
		{ RAISE_RCU, 0, false },	{ RAISE_NON_BLOCK, 0, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct context c;

		raise_one(rows[i].kind, &lock_a);
		OK(!context_is_task());
		context_look(&c, NULL);
		UNIT_EQ(c.preempt_count, rows[i].count);
		UNIT_EQ(c.irqs_disabled, rows[i].irqs_disabled);
		UNIT_EQ(c.why.kind, rows[i].kind);
		OK(context_is_atomic(&c));
		OK(context_drop(rows[i].kind, &lock_a, NULL));
		OK(context_is_task());
	}
}

HEAP_TEST(raises_add_up, "context=warn")
{
	struct context c;

	raise_one(RAISE_SPIN, &lock_a);
	raise_one(RAISE_SPIN, &lock_b);
	raise_one(RAISE_BH, NULL);
	UNIT_EQ(count_now(), 0x202);
	context_look(&c, NULL);
	OK(context_in_interrupt(&c)); /* as in_interrupt() with bottom halves off */
	OK(c.why.what == &lock_b); /* the strongest, of these the newest */
	OK(context_drop(RAISE_SPIN, &lock_a, NULL)); /* not the newest */
	UNIT_EQ(count_now(), 0x201);
	OK(!context_drop(RAISE_SPIN, &lock_a, NULL));
	OK(context_drop(RAISE_BH, NULL, NULL));
	OK(context_drop(RAISE_SPIN, NULL, NULL));
	OK(context_is_task());
}

HEAP_TEST(a_lock_can_be_left_out, "context=warn")
{
	struct context c;

	raise_one(RAISE_MUTEX, &lock_a);
	context_look(&c, &lock_a);
	OK(!context_is_atomic(&c));
	raise_one(RAISE_SPIN, &lock_b);
	context_look(&c, &lock_a);
	UNIT_EQ(c.preempt_count, 1);
}

HEAP_TEST(rt_may_sleep_where_it_may, "context=warn preempt=rt")
{
	raise_one(RAISE_SPIN, &lock_a);
	raise_one(RAISE_BH, NULL);
	raise_one(RAISE_SOFTIRQ, NULL);
	UNIT_EQ(count_now(), 0);
	raise_one(RAISE_RAW_SPIN, &lock_b);
	UNIT_EQ(count_now(), 1);
	raise_one(RAISE_HARDIRQ, NULL);
	UNIT_EQ(count_now(), 0x10001);
}

HEAP_TEST(signals_by_default, "context=warn")
{
	UNIT_EQ(context_of_signal(SIGUSR1, false, false), RAISE_HARDIRQ);
	UNIT_EQ(context_of_signal(SIGALRM, false, false), RAISE_SOFTIRQ);
	UNIT_EQ(context_of_signal(SIGRTMIN, true, false), RAISE_SOFTIRQ);
	UNIT_EQ(context_of_signal(SIGSEGV, false, false), RAISE_HARDIRQ); /* sent */
	UNIT_EQ(context_of_signal(SIGSEGV, false, true), RAISE_NONE); /* its own fault */
}

HEAP_TEST(signals_by_name, "context=warn context.hardirq=SEGV,SIGRTMIN+1,10 context.ignore=SIGHUP")
{
	UNIT_EQ(context_of_signal(SIGSEGV, false, true), RAISE_HARDIRQ);
	UNIT_EQ(context_of_signal(SIGRTMIN + 1, true, false), RAISE_HARDIRQ);
	UNIT_EQ(context_of_signal(SIGUSR1, false, false), RAISE_HARDIRQ);
	UNIT_EQ(context_of_signal(SIGUSR2, false, false), RAISE_NONE);
	UNIT_EQ(context_of_signal(SIGHUP, false, false), RAISE_NONE);
	UNIT_EQ(options_status.bad, 0);
}

HEAP_TEST(bad_signals_are_said, "context=warn context.hardirq=SIGBANANA,0,65,RTMIN-1 log=/dev/null")
{
	UNIT_EQ(options_status.bad, 4);
	UNIT_EQ(context_of_signal(SIGUSR1, false, false), RAISE_HARDIRQ); /* the default */
}

HEAP_TEST(good_signals_stay, "context=warn context.hardirq=SIGBANANA,USR2 log=/dev/null")
{
	UNIT_EQ(options_status.bad, 1);
	UNIT_EQ(context_of_signal(SIGUSR1, false, false), RAISE_NONE);
	UNIT_EQ(context_of_signal(SIGUSR2, false, false), RAISE_HARDIRQ);
}

/* The policies of the parts. */
HEAP_TEST(parts_have_the_wholes_policy, "context=fail context.sleep=count")
{
	UNIT_EQ(kmemu_opts.context_sleep, POLICY_COUNT);
	UNIT_EQ(kmemu_opts.context_vmalloc, POLICY_FAIL);
	UNIT_EQ(kmemu_opts.context_irqlock, POLICY_FAIL);
}

HEAP_TEST(policies_decide, "context=fail log=/dev/null")
{
	OK(might_alloc(10, GFP_KERNEL, false, "kmalloc", NULL));
	raise_one(RAISE_SPIN, &lock_a);
	OK(!might_alloc(10, GFP_KERNEL, false, "kmalloc", NULL));
	OK(might_alloc(10, GFP_ATOMIC, false, "kmalloc", NULL));
	OK(!might_alloc(10, GFP_ATOMIC, true, "vmalloc", NULL));
	OK(!might_vfree(&lock_a, "vfree", NULL));
	UNIT_EQ(report_count(REPORT_SLEEP_IN_ATOMIC), 1);
	UNIT_EQ(report_count(REPORT_VMALLOC_IN_ATOMIC), 1);
	UNIT_EQ(report_count(REPORT_VFREE_IN_ATOMIC), 1);
}

HEAP_TEST(vfree_may_be_deferred, "context=fail context.vfree=defer log=/dev/null")
{
	raise_one(RAISE_SPIN, &lock_a);
	OK(!might_vfree(&lock_a, "vfree", NULL));
	raise_one(RAISE_HARDIRQ, NULL);
	OK(might_vfree(&lock_a, "vfree", NULL));
	raise_one(RAISE_NMI, NULL);
	OK(!might_vfree(&lock_a, "vfree", NULL));
}

HEAP_TEST(rt_forbids_all_flags, "context=fail preempt=rt log=/dev/null")
{
	raise_one(RAISE_SPIN, &lock_a);
	OK(might_alloc(10, GFP_KERNEL, false, "kmalloc", NULL));
	raise_one(RAISE_PREEMPT, NULL);
	OK(!might_alloc(10, GFP_ATOMIC, false, "kmalloc", NULL));
}

/* Kernel: rtlock_might_resched() allows for it, as rt_spin_lock() begins one itself. */
HEAP_TEST(rt_allocates_in_an_rcu_section, "context=fail preempt=rt log=/dev/null")
{
	raise_one(RAISE_RCU, NULL);
	OK(might_alloc(10, GFP_ATOMIC, false, "kmalloc", NULL));
	OK(!might_alloc(10, GFP_KERNEL, false, "kmalloc", NULL));
	raise_one(RAISE_SPIN, &lock_a);
	OK(might_alloc(10, GFP_ATOMIC, false, "kmalloc", NULL));
	raise_one(RAISE_NON_BLOCK, NULL);
	OK(!might_alloc(10, GFP_ATOMIC, false, "kmalloc", NULL));
}

UNIT_MAIN("context", UNIT_TEST(task_context_is_nothing), UNIT_TEST(offsets_are_the_kernels),
	  UNIT_TEST(raises_add_up), UNIT_TEST(a_lock_can_be_left_out),
	  UNIT_TEST(rt_may_sleep_where_it_may), UNIT_TEST(signals_by_default),
	  UNIT_TEST(signals_by_name), UNIT_TEST(bad_signals_are_said), UNIT_TEST(good_signals_stay),
	  UNIT_TEST(parts_have_the_wholes_policy), UNIT_TEST(policies_decide),
	  UNIT_TEST(vfree_may_be_deferred), UNIT_TEST(rt_forbids_all_flags),
	  UNIT_TEST(rt_allocates_in_an_rcu_section));
