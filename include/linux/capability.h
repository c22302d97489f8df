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
#define ns_capable_noaudit(ns, cap) ns_capable(ns, cap)
#define has_capability(t, cap) ((void)(t), capable(cap))
#define has_capability_noaudit(t, cap) has_capability(t, cap)
#define perfmon_capable() true
#define bpf_capable() true

#endif /* __cplusplus */

#endif /* _KMEMU_LINUX_CAPABILITY_H */
