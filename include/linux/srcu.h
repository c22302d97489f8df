/* SPDX-License-Identifier: MIT */
/* <linux/srcu.h> of Linux 6.12, as far as sections and their end go. */
#ifndef _LINUX_SRCU_H
#define _LINUX_SRCU_H

#include <linux/completion.h>
#include <linux/rcupdate.h>
#include <linux/timex.h>

#define DEFINE_SRCU(name) struct srcu_struct name = { 0, { 0, 0 }, 0 }
#define DEFINE_STATIC_SRCU(name) static DEFINE_SRCU(name)

static inline int init_srcu_struct(struct srcu_struct *s)
{
	s->idx = s->readers[0] = s->readers[1] = s->lock = 0;
	return 0;
}

#define cleanup_srcu_struct(s) ((void)(s))
#define srcu_dereference(p, s) rcu_dereference(p)
#define srcu_dereference_check(p, s, c) rcu_dereference(p)

__kmemu_c int srcu_read_lock(struct srcu_struct *s) __kmemu_is(kmemu_srcu_read_lock);
__kmemu_c void srcu_read_unlock(struct srcu_struct *s, int idx)
	__kmemu_is(kmemu_srcu_read_unlock);
__kmemu_c void synchronize_srcu(struct srcu_struct *s) __kmemu_is(kmemu_synchronize_srcu);
__kmemu_c void synchronize_srcu_expedited(struct srcu_struct *s)
	__kmemu_is(kmemu_synchronize_srcu);

#endif /* _LINUX_SRCU_H */
