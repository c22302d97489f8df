/* SPDX-License-Identifier: MIT */
/*
 * <linux/srcu.h> of Linux 6.12: sections that may sleep, and their end, which is waited
 * for, looked at, or called back (kernel: kernel/rcu/srcutree.c).
 */
#ifndef _LINUX_SRCU_H
#define _LINUX_SRCU_H

#include <linux/completion.h>
#include <linux/rcupdate.h>
#include <linux/timex.h>

#define __SRCU_STRUCT_INIT { 0, { 0, 0 }, KMEMU_LOCK_SET_UP, 0, 0, 0, 0, {} }
#define DEFINE_SRCU(name) struct srcu_struct name = __SRCU_STRUCT_INIT
#define DEFINE_STATIC_SRCU(name) static DEFINE_SRCU(name)

static inline int init_srcu_struct(struct srcu_struct *s)
{
	__builtin_memset(s, 0, sizeof(*s));
	s->lock = KMEMU_LOCK_SET_UP;
	return 0;
}

static __always_inline int srcu_read_lock_held(const struct srcu_struct *s)
{
	return kmemu_srcu_held(s);
}

#define srcu_dereference_check(p, s, c) __kmemu_rcu_check(p, (c) || srcu_read_lock_held(s))
#define srcu_dereference(p, s) srcu_dereference_check(p, s, 0)
#define srcu_dereference_notrace(p, s) srcu_dereference_check(p, s, 1)

__kmemu_c int srcu_read_lock(struct srcu_struct *s) __kmemu_is(kmemu_srcu_read_lock);
__kmemu_c void srcu_read_unlock(struct srcu_struct *s, int idx)
	__kmemu_is(kmemu_srcu_read_unlock);
__kmemu_c void synchronize_srcu(struct srcu_struct *s) __kmemu_is(kmemu_synchronize_srcu);
__kmemu_c void synchronize_srcu_expedited(struct srcu_struct *s)
	__kmemu_is(kmemu_synchronize_srcu);

__kmemu_c void cleanup_srcu_struct(struct srcu_struct *s) __kmemu_is(kmemu_cleanup_srcu_struct);
__kmemu_c void call_srcu(struct srcu_struct *s, struct callback_head *head,
			 void (*func)(struct callback_head *head)) __kmemu_is(kmemu_call_srcu);
__kmemu_c void srcu_barrier(struct srcu_struct *s) __kmemu_is(kmemu_srcu_barrier);
__kmemu_c unsigned long get_state_synchronize_srcu(struct srcu_struct *s)
	__kmemu_is(kmemu_get_state_synchronize_srcu);
__kmemu_c unsigned long start_poll_synchronize_srcu(struct srcu_struct *s)
	__kmemu_is(kmemu_start_poll_synchronize_srcu);
#define NUM_ACTIVE_SRCU_POLL_OLDSTATE 2

static __always_inline unsigned long get_completed_synchronize_srcu(void)
{
	return KMEMU_RCU_COMPLETED;
}

static __always_inline bool poll_state_synchronize_srcu(struct srcu_struct *s,
							unsigned long cookie)
{
	return kmemu_poll_state_synchronize_srcu(s, cookie);
}

static __always_inline bool same_state_synchronize_srcu(unsigned long a, unsigned long b)
{
	return a == b;
}

#ifndef __cplusplus

static __always_inline int srcu_read_lock_nmisafe(struct srcu_struct *s)
{
	return srcu_read_lock(s);
}

static __always_inline void srcu_read_unlock_nmisafe(struct srcu_struct *s, int idx)
{
	srcu_read_unlock(s, idx);
}

__kmemu_c int srcu_read_lock_notrace(struct srcu_struct *s) __kmemu_is(kmemu_srcu_down_read);
__kmemu_c void srcu_read_unlock_notrace(struct srcu_struct *s, int idx)
	__kmemu_is(kmemu_srcu_up_read);
__kmemu_c int srcu_down_read(struct srcu_struct *s) __kmemu_is(kmemu_srcu_down_read);
__kmemu_c void srcu_up_read(struct srcu_struct *s, int idx) __kmemu_is(kmemu_srcu_up_read);

static __always_inline void smp_mb__after_srcu_read_unlock(void)
{
	smp_mb();
}

DEFINE_LOCK_GUARD_1(srcu, struct srcu_struct, _T->idx = srcu_read_lock(_T->lock),
		    srcu_read_unlock(_T->lock, _T->idx), int idx)

#endif /* __cplusplus */

#endif /* _LINUX_SRCU_H */
