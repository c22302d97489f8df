/* SPDX-License-Identifier: MIT */
/* <linux/cred.h> of Linux 6.12: who a task is. Here each is the kernel, which is root. */
#ifndef _LINUX_CRED_H
#define _LINUX_CRED_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/uidgid.h>

static __always_inline struct user_namespace *current_user_ns(void)
{
	return &init_user_ns;
}

#define current_uid() GLOBAL_ROOT_UID
#define current_euid() GLOBAL_ROOT_UID
#define current_suid() GLOBAL_ROOT_UID
#define current_fsuid() GLOBAL_ROOT_UID
#define current_gid() GLOBAL_ROOT_GID
#define current_egid() GLOBAL_ROOT_GID
#define current_fsgid() GLOBAL_ROOT_GID
#define current_uid_gid(uidp, gidp)                                \
	do {                                                       \
		*(uidp) = current_uid();                           \
		*(gidp) = current_gid();                           \
	} while (0)

static __always_inline int in_group_p(kgid_t grp)
{
	(void)grp;
	return 1;
}

static __always_inline int in_egroup_p(kgid_t grp)
{
	(void)grp;
	return 1;
}

#endif /* __cplusplus */

#endif /* _LINUX_CRED_H */
