/* SPDX-License-Identifier: MIT */
/*
 * <linux/rcupdate.h> of Linux 6.12, with CONFIG_PREEMPT_RCU. call_rcu()'s function
 * runs in softirq context on a thread of its own, kvfree_rcu() frees in process
 * context. Uses are looked at as with CONFIG_PROVE_RCU, and CONFIG_PROVE_RCU_LIST where a file
 * is compiled with it, in runs that check contexts (option context.rcu=): kind
 * suspicious-rcu-usage, once for each place.
 */
#ifndef __LINUX_RCUPDATE_H
#define __LINUX_RCUPDATE_H

#include <kmemu/context.h>
#include <kmemu/rcu.h>
#include <linux/bottom_half.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/types.h>

__kmemu_c void rcu_read_lock(void) __kmemu_is(kmemu_rcu_read_lock);
__kmemu_c void rcu_read_unlock(void) __kmemu_is(kmemu_rcu_read_unlock);
#define rcu_preempt_depth() kmemu_rcu_preempt_depth()

static __always_inline int rcu_read_lock_held(void)
{
	return kmemu_rcu_held(KMEMU_RCU_READER);
}

static __always_inline int rcu_read_lock_bh_held(void)
{
	return kmemu_rcu_held(KMEMU_RCU_BH);
}

static __always_inline int rcu_read_lock_sched_held(void)
{
	return kmemu_rcu_held(KMEMU_RCU_SCHED);
}

static __always_inline int rcu_read_lock_any_held(void)
{
	return kmemu_rcu_held(KMEMU_RCU_ANY);
}

__kmemu_c void rcu_read_lock_bh(void) __kmemu_is(kmemu_rcu_read_lock_bh);
__kmemu_c void rcu_read_unlock_bh(void) __kmemu_is(kmemu_rcu_read_unlock_bh);
__kmemu_c void rcu_read_lock_sched(void) __kmemu_is(kmemu_rcu_read_lock_sched);
__kmemu_c void rcu_read_unlock_sched(void) __kmemu_is(kmemu_rcu_read_unlock_sched);

__kmemu_c void synchronize_rcu(void) __kmemu_is(kmemu_synchronize_rcu);
__kmemu_c void synchronize_rcu_expedited(void) __kmemu_is(kmemu_synchronize_rcu);
__kmemu_c void synchronize_net(void) __kmemu_is(kmemu_synchronize_rcu);
__kmemu_c void call_rcu(struct callback_head *head, rcu_callback_t func)
	__kmemu_is(kmemu_call_rcu);
__kmemu_c void call_rcu_hurry(struct callback_head *head, rcu_callback_t func)
	__kmemu_is(kmemu_call_rcu);
__kmemu_c void rcu_barrier(void) __kmemu_is(kmemu_rcu_barrier);
__kmemu_c void kvfree_call_rcu(struct callback_head *head, void *p)
	__kmemu_is(kmemu_kvfree_call_rcu);
__kmemu_c void kvfree_rcu_barrier(void) __kmemu_is(kmemu_kvfree_rcu_barrier);

/* A grace period that is looked at: <kmemu/rcu.h>. */
__kmemu_c unsigned long get_state_synchronize_rcu(void)
	__kmemu_is(kmemu_get_state_synchronize_rcu);
__kmemu_c unsigned long start_poll_synchronize_rcu(void)
	__kmemu_is(kmemu_start_poll_synchronize_rcu);
__kmemu_c unsigned long start_poll_synchronize_rcu_expedited(void)
	__kmemu_is(kmemu_start_poll_synchronize_rcu);
__kmemu_c void cond_synchronize_rcu(unsigned long oldstate)
	__kmemu_is(kmemu_cond_synchronize_rcu);
__kmemu_c void cond_synchronize_rcu_expedited(unsigned long oldstate)
	__kmemu_is(kmemu_cond_synchronize_rcu);
#define NUM_ACTIVE_RCU_POLL_OLDSTATE 2

static __always_inline unsigned long get_completed_synchronize_rcu(void)
{
	return KMEMU_RCU_COMPLETED;
}

static __always_inline bool poll_state_synchronize_rcu(unsigned long oldstate)
{
	return kmemu_poll_state_synchronize_rcu(oldstate);
}

static __always_inline bool same_state_synchronize_rcu(unsigned long a, unsigned long b)
{
	return a == b;
}

/* Kernel: with the expedited ones, of which there are none here. */
struct rcu_gp_oldstate {
	unsigned long rgos_norm;
};

static __always_inline void get_state_synchronize_rcu_full(struct rcu_gp_oldstate *s)
{
	(void)(s->rgos_norm = get_state_synchronize_rcu());
}

static __always_inline void start_poll_synchronize_rcu_full(struct rcu_gp_oldstate *s)
{
	(void)(s->rgos_norm = start_poll_synchronize_rcu());
}

static __always_inline void get_completed_synchronize_rcu_full(struct rcu_gp_oldstate *s)
{
	(void)(s->rgos_norm = KMEMU_RCU_COMPLETED);
}

static __always_inline bool poll_state_synchronize_rcu_full(struct rcu_gp_oldstate *s)
{
	return poll_state_synchronize_rcu(s->rgos_norm);
}

static __always_inline void cond_synchronize_rcu_full(struct rcu_gp_oldstate *s)
{
	cond_synchronize_rcu(s->rgos_norm);
}

static __always_inline bool same_state_synchronize_rcu_full(struct rcu_gp_oldstate *a,
							    struct rcu_gp_oldstate *b)
{
	return a->rgos_norm == b->rgos_norm;
}

/* kvfree_rcu(p, field of its rcu_head); kvfree_rcu_mightsleep(p). NULL is nothing. */
#define kvfree_rcu(ptr, rhf)                                               \
	do {                                                               \
		__typeof__(ptr) __kmemu_p = (ptr);                         \
		if (__kmemu_p)                                             \
			kvfree_call_rcu(&__kmemu_p->rhf, (void *)__kmemu_p); \
	} while (0)
#define kfree_rcu(ptr, rhf) kvfree_rcu(ptr, rhf)
#define kvfree_rcu_mightsleep(ptr)                                         \
	do {                                                               \
		__typeof__(ptr) __kmemu_p = (ptr);                         \
		if (__kmemu_p)                                             \
			kvfree_call_rcu(NULL, (void *)__kmemu_p);          \
	} while (0)
#define kfree_rcu_mightsleep(ptr) kvfree_rcu_mightsleep(ptr)

static __always_inline void init_rcu_head(struct callback_head *head)
{
	(void)head;
}

static __always_inline void destroy_rcu_head(struct callback_head *head)
{
	(void)head;
}

static __always_inline void init_rcu_head_on_stack(struct callback_head *head)
{
	(void)head;
}

static __always_inline void destroy_rcu_head_on_stack(struct callback_head *head)
{
	(void)head;
}

#define RCU_INITIALIZER(v) (v)
#define RCU_INIT_POINTER(p, v) WRITE_ONCE(p, v)
#define RCU_POINTER_INITIALIZER(p, v) .p = (v)
/* c is not evaluated where nothing is looked at. */
#define RCU_LOCKDEP_WARN(c, s)                                                     \
	do {                                                                       \
		static bool __kmemu_warned;                                        \
		if (unlikely(kmemu_rcu_checks) && !__kmemu_warned && (c)) {        \
			__kmemu_warned = true;                                     \
			kmemu_rcu_suspicious(__FILE__, __LINE__, s);               \
		}                                                                  \
	} while (0)
#define __kmemu_rcu_check(p, c)                                                    \
	__extension__({                                                            \
		RCU_LOCKDEP_WARN(!(c), "suspicious rcu_dereference_check() usage"); \
		rcu_dereference_raw(p);                                            \
	})
#define rcu_assign_pointer(p, v) __atomic_store_n(&(p), (v), __ATOMIC_RELEASE)
#define rcu_replace_pointer(p, new_, c)                                            \
	__extension__({                                                            \
		RCU_LOCKDEP_WARN(!(c), "suspicious rcu_dereference_protected() usage"); \
		__atomic_exchange_n(&(p), (new_), __ATOMIC_ACQ_REL);               \
	})
#define rcu_access_pointer(p) READ_ONCE(p)
#define rcu_pointer_handoff(p) (p)
#define unrcu_pointer(p) (p)
#define rcu_dereference_raw(p) __atomic_load_n(&(p), __ATOMIC_CONSUME)
#define rcu_dereference_raw_check(p) rcu_dereference_raw(p)
#define rcu_dereference_check(p, c) __kmemu_rcu_check(p, (c) || rcu_read_lock_held())
#define rcu_dereference_bh_check(p, c) __kmemu_rcu_check(p, (c) || rcu_read_lock_bh_held())
#define rcu_dereference_sched_check(p, c) __kmemu_rcu_check(p, (c) || rcu_read_lock_sched_held())
#define rcu_dereference(p) rcu_dereference_check(p, 0)
#define rcu_dereference_bh(p) rcu_dereference_bh_check(p, 0)
#define rcu_dereference_sched(p) rcu_dereference_sched_check(p, 0)
#define rcu_dereference_protected(p, c)                                            \
	__extension__({                                                            \
		RCU_LOCKDEP_WARN(!(c), "suspicious rcu_dereference_protected() usage"); \
		(__typeof__(p))(p);                                                \
	})

#define __kmemu_assert_in_rcu(section) \
	((void)WARN_ON_ONCE(kmemu_rcu_checks && !kmemu_rcu_held(section)))
#define lockdep_assert_in_rcu_read_lock() __kmemu_assert_in_rcu(KMEMU_RCU_READER)
#define lockdep_assert_in_rcu_read_lock_bh() __kmemu_assert_in_rcu(KMEMU_RCU_BH_LOCK)
#define lockdep_assert_in_rcu_read_lock_sched() __kmemu_assert_in_rcu(KMEMU_RCU_SCHED_LOCK)
#define lockdep_assert_in_rcu_reader() __kmemu_assert_in_rcu(KMEMU_RCU_ANY)

#ifndef __cplusplus
DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())
#endif

#ifndef __cplusplus

#define ULONG_CMP_GE(a, b) (ULONG_MAX / 2 >= (a) - (b))
#define ULONG_CMP_LT(a, b) (ULONG_MAX / 2 < (a) - (b))

static __always_inline void rcu_read_lock_sched_notrace(void)
{
	rcu_read_lock_sched();
}

static __always_inline void rcu_read_unlock_sched_notrace(void)
{
	rcu_read_unlock_sched();
}

static __always_inline bool rcu_is_watching(void)
{
	return true;
}

#define rcu_sleep_check() do { } while (0)

static __always_inline bool rcu_lockdep_current_cpu_online(void)
{
	return true;
}

#define rcu_expedite_gp() do { } while (0)
#define rcu_unexpedite_gp() do { } while (0)

static __always_inline void synchronize_rcu_tasks(void)
{
	synchronize_rcu();
}

static __always_inline void synchronize_rcu_tasks_rude(void)
{
	synchronize_rcu();
}

#define synchronize_rcu_tasks_trace() synchronize_rcu()

static __always_inline void call_rcu_tasks(struct callback_head *head, rcu_callback_t func)
{
	call_rcu(head, func);
}

#define call_rcu_tasks_trace(head, func) call_rcu(head, func)

static __always_inline void rcu_barrier_tasks(void)
{
	rcu_barrier();
}

#define rcu_read_lock_trace() rcu_read_lock()
#define rcu_read_unlock_trace() rcu_read_unlock()
#define rcu_read_lock_trace_held() rcu_read_lock_held()

static inline void rcu_head_init(struct callback_head *rhp)
{
	rhp->func = (rcu_callback_t)~0L;
}

static inline bool rcu_head_after_call_rcu(struct callback_head *rhp, rcu_callback_t f)
{
	return READ_ONCE(rhp->func) == f;
}

#define cond_resched_tasks_rcu_qs() cond_resched()

static __always_inline bool rcu_trace_implies_rcu_gp(void)
{
	return true;
}

static __always_inline void rcu_sysrq_start(void)
{
}

static __always_inline void rcu_sysrq_end(void)
{
}

static __always_inline void rcu_read_lock_dont_migrate(void)
{
	migrate_disable();
	rcu_read_lock();
}

static __always_inline void rcu_read_unlock_migrate(void)
{
	rcu_read_unlock();
	migrate_enable();
}

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/jump_label.h>
#endif

#endif /* __LINUX_RCUPDATE_H */
