/* SPDX-License-Identifier: MIT */
/* <linux/sched/user.h> of Linux 6.12: users, as far as a driver counts what they have. */
#ifndef _LINUX_SCHED_USER_H
#define _LINUX_SCHED_USER_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/cred.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/percpu_counter.h>
#include <linux/ratelimit.h>
#include <linux/refcount.h>
#include <linux/uidgid.h>

/* With a reference; NULL: nobody is that user. */
__kmemu_c struct user_struct *find_user(kuid_t uid) __kmemu_is(kmemu_find_user);
__kmemu_c struct user_struct *alloc_uid(kuid_t uid) __kmemu_is(kmemu_alloc_uid);
__kmemu_c void free_uid(struct user_struct *up) __kmemu_is(kmemu_free_uid);

static inline struct user_struct *get_uid(struct user_struct *u)
{
	refcount_inc(&u->__count);
	return u;
}

#endif /* __cplusplus */

#endif /* _LINUX_SCHED_USER_H */
