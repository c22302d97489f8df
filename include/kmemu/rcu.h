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

#ifdef __cplusplus
extern "C" {
#endif

/* A section without a context, for what is one by other means (preempt_disable). Nests. */
void kmemu_rcu_enter(void);
void kmemu_rcu_leave(void);

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

/* Sections that may sleep, of one domain (kernel: srcu_struct). All 0 is ready. */
struct srcu_struct {
	unsigned int idx; /* low bit: which one readers enter */
	unsigned int readers[2]; /* waited on */
	unsigned int lock;
};

int kmemu_srcu_read_lock(struct srcu_struct *s);
void kmemu_srcu_read_unlock(struct srcu_struct *s, int idx);
void kmemu_synchronize_srcu(struct srcu_struct *s);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_RCU_H */
