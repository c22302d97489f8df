/* SPDX-License-Identifier: MIT */
/* <linux/uidgid.h> of Linux 6.12: users and groups as types; one name space of users. */
#ifndef _LINUX_UIDGID_H
#define _LINUX_UIDGID_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/cred.h>
#include <linux/types.h>

#define init_user_ns kmemu_init_user_ns
#define KUIDT_INIT(value) ((kuid_t){ value })
#define KGIDT_INIT(value) ((kgid_t){ value })
#define GLOBAL_ROOT_UID KUIDT_INIT(0)
#define GLOBAL_ROOT_GID KGIDT_INIT(0)
#define INVALID_UID KUIDT_INIT((uid_t)-1)
#define INVALID_GID KGIDT_INIT((gid_t)-1)

#define __KMEMU_ID(u, K)                                                                  \
	static inline u##id_t __k##u##id_val(k##u##id_t id)                               \
	{                                                                                 \
		return id.val;                                                            \
	}                                                                                 \
	static inline bool u##id_eq(k##u##id_t left, k##u##id_t right)                    \
	{                                                                                 \
		return left.val == right.val;                                             \
	}                                                                                 \
	static inline bool u##id_gt(k##u##id_t left, k##u##id_t right)                    \
	{                                                                                 \
		return left.val > right.val;                                              \
	}                                                                                 \
	static inline bool u##id_lt(k##u##id_t left, k##u##id_t right)                    \
	{                                                                                 \
		return left.val < right.val;                                              \
	}                                                                                 \
	static inline bool u##id_valid(k##u##id_t id)                                     \
	{                                                                                 \
		return id.val != (u##id_t)-1;                                             \
	}                                                                                 \
	static inline k##u##id_t make_k##u##id(struct user_namespace *ns, u##id_t id)     \
	{                                                                                 \
		(void)ns;                                                                 \
		return (k##u##id_t){ id };                                                \
	}                                                                                 \
	static inline u##id_t from_k##u##id(struct user_namespace *ns, k##u##id_t id)     \
	{                                                                                 \
		(void)ns;                                                                 \
		return id.val;                                                            \
	}                                                                                 \
	static inline u##id_t from_k##u##id_munged(struct user_namespace *ns, k##u##id_t id) \
	{                                                                                 \
		(void)ns;                                                                 \
		return id.val == (u##id_t)-1 ? 65534 : id.val;                            \
	}
__KMEMU_ID(u, U)
__KMEMU_ID(g, G)
#undef __KMEMU_ID

static inline bool uid_lte(kuid_t left, kuid_t right)
{
	return left.val <= right.val;
}

static inline bool uid_gte(kuid_t left, kuid_t right)
{
	return left.val >= right.val;
}

static inline bool gid_lte(kgid_t left, kgid_t right)
{
	return left.val <= right.val;
}

static inline bool gid_gte(kgid_t left, kgid_t right)
{
	return left.val >= right.val;
}

static inline bool kuid_has_mapping(struct user_namespace *ns, kuid_t uid)
{
	return from_kuid(ns, uid) != (uid_t)-1;
}

static inline bool kgid_has_mapping(struct user_namespace *ns, kgid_t gid)
{
	return from_kgid(ns, gid) != (gid_t)-1;
}

#endif /* __cplusplus */

#endif /* _LINUX_UIDGID_H */
