/* SPDX-License-Identifier: MIT */
/*
 * <linux/capability.h> of Linux 6.12. Who calls is the kernel's own thread here, and such
 * a one may do everything.
 */
#ifndef _KMEMU_LINUX_CAPABILITY_H
#define _KMEMU_LINUX_CAPABILITY_H

#include_next <linux/capability.h>

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/types.h>
#include <linux/uidgid.h>

static inline bool capable(int cap)
{
	return cap_valid(cap);
}

static inline bool ns_capable(struct user_namespace *ns, int cap)
{
	(void)ns;
	return cap_valid(cap);
}

static __always_inline bool ns_capable_noaudit(struct user_namespace *ns, int cap)
{
	return ns_capable(ns, cap);
}

static __always_inline bool has_capability(struct task_struct *t, int cap)
{
	(void)t;
	return capable(cap);
}

static __always_inline bool has_capability_noaudit(struct task_struct *t, int cap)
{
	return has_capability(t, cap);
}

static __always_inline bool perfmon_capable(void)
{
	return true;
}

static __always_inline bool bpf_capable(void)
{
	return true;
}

#endif /* __cplusplus */

#endif /* _KMEMU_LINUX_CAPABILITY_H */
