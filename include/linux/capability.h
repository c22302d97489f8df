/* SPDX-License-Identifier: MIT */
/*
 * <linux/capability.h> of Linux 6.12. A thread of the program's may do what its effective
 * capabilities allow, kernel code's own threads everything (<kmemu/cred.h>).
 */
#ifndef _KMEMU_LINUX_CAPABILITY_H
#define _KMEMU_LINUX_CAPABILITY_H

#include_next <linux/capability.h>

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/cred.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#define CAP_EMPTY_SET ((kernel_cap_t){ 0 })
#define CAP_FULL_SET ((kernel_cap_t){ (1ULL << (CAP_LAST_CAP + 1)) - 1 })
#define cap_clear(c) ((void)((c).val = 0))
#define cap_raise(c, flag) ((c).val |= 1ULL << (flag))
#define cap_lower(c, flag) ((c).val &= ~(1ULL << (flag)))
#define cap_raised(c, flag) (((c).val & 1ULL << (flag)) != 0)

static inline kernel_cap_t cap_combine(const kernel_cap_t a, const kernel_cap_t b)
{
	return (kernel_cap_t){ a.val | b.val };
}

static inline kernel_cap_t cap_intersect(const kernel_cap_t a, const kernel_cap_t b)
{
	return (kernel_cap_t){ a.val & b.val };
}

static inline kernel_cap_t cap_drop(const kernel_cap_t a, const kernel_cap_t drop)
{
	return (kernel_cap_t){ a.val & ~drop.val };
}

static inline bool cap_isclear(const kernel_cap_t a)
{
	return !a.val;
}

static inline bool cap_isidentical(const kernel_cap_t a, const kernel_cap_t b)
{
	return a.val == b.val;
}

static inline bool cap_issubset(const kernel_cap_t a, const kernel_cap_t set)
{
	return !(a.val & ~set.val);
}

static inline bool capable(int cap)
{
	return kmemu_capable(cap) > 0;
}

static inline bool ns_capable(struct user_namespace *ns, int cap)
{
	(void)ns;
	return capable(cap);
}

static __always_inline bool ns_capable_noaudit(struct user_namespace *ns, int cap)
{
	return ns_capable(ns, cap);
}

static __always_inline bool ns_capable_setid(struct user_namespace *ns, int cap)
{
	return ns_capable(ns, cap);
}

static __always_inline bool has_capability(struct task_struct *t, int cap)
{
	return kmemu_has_capability(t, cap) > 0;
}

static __always_inline bool has_capability_noaudit(struct task_struct *t, int cap)
{
	return has_capability(t, cap);
}

static __always_inline bool has_ns_capability(struct task_struct *t, struct user_namespace *ns,
					      int cap)
{
	(void)ns;
	return has_capability(t, cap);
}

static __always_inline bool has_ns_capability_noaudit(struct task_struct *t,
						      struct user_namespace *ns, int cap)
{
	return has_ns_capability(t, ns, cap);
}

static __always_inline bool perfmon_capable(void)
{
	return capable(CAP_PERFMON) || capable(CAP_SYS_ADMIN);
}

static __always_inline bool bpf_capable(void)
{
	return capable(CAP_BPF) || capable(CAP_SYS_ADMIN);
}

#endif /* __cplusplus */

#endif /* _KMEMU_LINUX_CAPABILITY_H */
