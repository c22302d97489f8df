/* SPDX-License-Identifier: MIT */
/*
 * rcu.h - grace periods (kernel: include/linux/rcupdate.h, kernel/rcu/tree.c;
 * srcu.h). <linux/rcupdate.h> and <linux/srcu.h> are thin names over these.
 *
 * A grace period ends when each thread that was in a section has left it:
 * kmemu_rcu_read_lock() of <kmemu/context.h>, handlers, tasklets, timers, and
 * kmemu_rcu_enter().
 */
#ifndef KMEMU_RCU_H
#define KMEMU_RCU_H

#include "types.h"
#include "workqueue.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A section without a context, for what is one by other means (preempt_disable). Nests. */
void kmemu_rcu_enter(void);
void kmemu_rcu_leave(void);

/*
 * What lockdep knows of sections (rcu_read_lock_held() and its kin), of the calling thread.
 * READER: rcu_read_lock(); BH, SCHED: what rcu_dereference_bh() and _sched() want, by whatever
 * means; ANY: what lists want; _LOCK: rcu_read_lock_bh() and _sched() alone, which are known
 * with context= only. Where it can't be told the answer is 1. srcu: a section of that domain;
 * without context= one of any thread. Any context.
 */
enum kmemu_rcu_section {
	KMEMU_RCU_READER,
	KMEMU_RCU_BH,
	KMEMU_RCU_SCHED,
	KMEMU_RCU_ANY,
	KMEMU_RCU_BH_LOCK,
	KMEMU_RCU_SCHED_LOCK
};
struct srcu_struct;
int kmemu_rcu_held(int section);
int kmemu_srcu_held(const struct srcu_struct *s);

/*
 * Not 0: uses are looked at (option context.rcu=). What is wrong is told then: file and line of
 * the macro, what without the kernel's "!"; they must stay (RCU_LOCKDEP_WARN()). Any context.
 */
extern int kmemu_rcu_checks;
void kmemu_rcu_suspicious(const char *file, int line, const char *what);

/*
 * synchronize: waits for a grace period; may sleep. call: func(head) in softirq
 * context, on a thread of its own, after one; any context. barrier: waits until
 * what was given to call before has run; may sleep.
 * kvfree_call: kvfree(p) in process context after one; head lies in *p, or is
 * NULL: then it may sleep. kvfree_barrier: waits until what was given before is free.
 */
void kmemu_synchronize_rcu(void);
void kmemu_call_rcu(struct callback_head *head, void (*func)(struct callback_head *head));
void kmemu_rcu_barrier(void);
void kmemu_kvfree_call_rcu(struct callback_head *head, void *p);
void kmemu_kvfree_rcu_barrier(void);

/*
 * A grace period that is looked at (get_state_synchronize_rcu): a cookie of now, which
 * poll answers 1 for when one that began later has ended. start: also sees to it that one
 * begins. Any context. cond_synchronize: waits for one if none has; may sleep. The cookie
 * KMEMU_RCU_COMPLETED is always answered 1.
 */
#define KMEMU_RCU_COMPLETED 1ul
unsigned long kmemu_get_state_synchronize_rcu(void);
unsigned long kmemu_start_poll_synchronize_rcu(void);
int kmemu_poll_state_synchronize_rcu(unsigned long cookie);
void kmemu_cond_synchronize_rcu(unsigned long cookie);

/*
 * Sections that may sleep, of one domain (kernel: srcu_struct). All 0 is ready, too, but with
 * checks on it is told once that nobody set it up, or that it was cleaned up.
 */
struct srcu_struct {
	unsigned int idx; /* low bit: which one readers enter */
	unsigned int readers[2]; /* waited on */
	unsigned int lock; /* KMEMU_LOCK_SET_UP */
	/* Grace periods that began, that have ended, and how many somebody wants. */
	unsigned long begun, ended, wanted;
	struct callback_head *callbacks; /* newest first */
	struct work_struct work; /* who calls them */
};

/* down, up: lockdep is told nothing, and another thread may end the section. Any context. */
int kmemu_srcu_read_lock(struct srcu_struct *s);
void kmemu_srcu_read_unlock(struct srcu_struct *s, int idx);
int kmemu_srcu_down_read(struct srcu_struct *s);
void kmemu_srcu_up_read(struct srcu_struct *s, int idx);
void kmemu_synchronize_srcu(struct srcu_struct *s);

/*
 * As those of RCU. call: func(head) with bottom halves off, on a worker, in the order that
 * they came; any context. barrier: waits until what was given to call before has run.
 * cleanup: waits for the worker; with readers it is a WARN and nothing else. Both may
 * sleep.
 */
void kmemu_call_srcu(struct srcu_struct *s, struct callback_head *head,
		     void (*func)(struct callback_head *head));
void kmemu_srcu_barrier(struct srcu_struct *s);
void kmemu_cleanup_srcu_struct(struct srcu_struct *s);
unsigned long kmemu_get_state_synchronize_srcu(struct srcu_struct *s);
unsigned long kmemu_start_poll_synchronize_srcu(struct srcu_struct *s);
int kmemu_poll_state_synchronize_srcu(struct srcu_struct *s, unsigned long cookie);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_RCU_H */
