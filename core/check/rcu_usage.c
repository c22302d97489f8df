/*
 * rcu_usage.c - is a pointer of RCU's read, or a list of it walked, where it may be (kernel:
 * kernel/rcu/update.c rcu_read_lock_held() and its kin; kernel/locking/lockdep.c
 * lockdep_rcu_suspicious()).
 *
 * The macros of <linux/rcupdate.h> look at one word and, where it is set, ask here. A section
 * is the entry that its function has raised (RAISE_RCU, RAISE_RCU_BH, RAISE_RCU_SCHED,
 * RAISE_SRCU). A timer's or another softirq's function is in none, but has bottom halves off.
 *
 * Different from the kernel: with context= off only rcu_read_lock_held() and what looks at
 * preempt_count know; there all answer 1 without lockdep. With entries that found no room
 * (more than RAISES_MAX) the answer is that a section may be there.
 *
 * Locks: none. Cost: with context= a look through what is raised.
 */
#include "core/check/context.h"
#include "core/check/lock.h"
#include "core/report/report.h"
#include "include/kmemu/rcu.h"

KMEMU_EXPORT int kmemu_rcu_checks;

void rcu_usage_init(void)
{
	WRITE_ONCE(kmemu_rcu_checks, kmemu_opts.context_rcu != POLICY_OFF);
}

/* What a lock or disabled bottom halves take with PREEMPT_RT (kernel: rt_spin_lock()). */
static bool is_rt_reader(void)
{
	return kmemu_opts.preempt == PREEMPT_RT &&
	       context_has(1U << RAISE_SPIN | 1U << RAISE_RWLOCK | 1U << RAISE_BH |
			   1U << RAISE_SOFTIRQ);
}

static bool is_reader(void)
{
	return kmemu_rcu_preempt_depth() > 0 || is_rt_reader();
}

static bool is_atomic(void)
{
	return kmemu_preempt_count() != 0 || kmemu_irqs_disabled();
}

static bool is_uncertain(void)
{
	return context_mine && READ_ONCE(context_mine->lost) & ~CONTEXT_IN_STATE;
}

KMEMU_EXPORT int kmemu_rcu_held(int section)
{
	if (context_is_task())
		return 0;
	if (is_uncertain())
		return 1;
	switch ((enum kmemu_rcu_section)section) {
	case KMEMU_RCU_READER:
		return is_reader();
	case KMEMU_RCU_BH:
		return kmemu_softirq_count() != 0 || kmemu_irqs_disabled();
	case KMEMU_RCU_SCHED:
		return is_atomic();
	case KMEMU_RCU_BH_LOCK:
		return context_has(1U << RAISE_RCU_BH);
	case KMEMU_RCU_SCHED_LOCK:
		return context_has(1U << RAISE_RCU_SCHED);
	default:
		return is_reader() || is_atomic() || kmemu_softirq_count() != 0;
	}
}

KMEMU_EXPORT int kmemu_srcu_held(const struct srcu_struct *s)
{
	if (!context_armed)
		return READ_ONCE(s->readers[0]) || READ_ONCE(s->readers[1]);
	return context_find_lock(s) != NULL || is_uncertain();
}

void rcu_suspicious(const char *file, int line, const char *what, const void *caller)
{
	struct report_context facts = { .preempt_count = context_preempt_count(),
					.rcu_depth = context_rcu_depth(),
					.irqs_disabled = context_irqs_disabled() };

	if (context_has(1U << RAISE_IGNORE) || !context_in_scope(caller))
		return;
	report_submit(&(struct report){ .kind = REPORT_SUSPICIOUS_RCU_USAGE,
					.func = "rcu_dereference",
					.caller = caller,
					.file = file,
					.line = line,
					.rule = what,
					.context = &facts });
}

KMEMU_EXPORT void kmemu_rcu_suspicious(const char *file, int line, const char *what)
{
	rcu_suspicious(file, line, what, __builtin_return_address(0));
}
