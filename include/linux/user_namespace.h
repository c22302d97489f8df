/* SPDX-License-Identifier: MIT */
/* <linux/user_namespace.h> of Linux 6.12: there is one, which stays. */
#ifndef _LINUX_USER_NAMESPACE_H
#define _LINUX_USER_NAMESPACE_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/err.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/workqueue.h>

static __always_inline struct user_namespace *get_user_ns(struct user_namespace *ns)
{
	return ns;
}

static __always_inline void put_user_ns(struct user_namespace *ns)
{
	(void)ns;
}

static __always_inline bool current_in_userns(const struct user_namespace *target_ns)
{
	return target_ns == &init_user_ns;
}

#endif /* __cplusplus */

#endif /* _LINUX_USER_NAMESPACE_H */
