/* SPDX-License-Identifier: MIT */
/*
 * <linux/cred.h> of Linux 6.12: who a task is (<kmemu/cred.h>). The program is who the system
 * says when current_cred() asks; current->cred alone is as of the last time.
 */
#ifndef _LINUX_CRED_H
#define _LINUX_CRED_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/cred.h>
#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/cleanup.h>
#include <linux/init.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/sched/user.h>
#include <linux/uidgid.h>

/* --- a task's */

__kmemu_c const struct cred *__kmemu_current_cred(void) __kmemu_is(kmemu_current_cred);
#define current_cred() __kmemu_current_cred()

static inline const struct cred *__kmemu_current_real_cred(void)
{
	__kmemu_current_cred();
	return current->real_cred;
}
#define current_real_cred() __kmemu_current_real_cred()
#define __task_cred(task) rcu_dereference((task)->real_cred)

__kmemu_c const struct cred *get_task_cred(struct task_struct *task)
	__kmemu_is(kmemu_get_task_cred);
/* May sleep; NULL: no memory. */
__kmemu_c struct cred *prepare_creds(void) __kmemu_is(kmemu_prepare_creds);
__kmemu_c struct cred *prepare_kernel_cred(struct task_struct *daemon)
	__kmemu_is(kmemu_prepare_kernel_cred);
__kmemu_c int commit_creds(struct cred *new) __kmemu_is(kmemu_commit_creds);
__kmemu_c void abort_creds(struct cred *new) __kmemu_is(kmemu_abort_creds);
__kmemu_c const struct cred *override_creds(const struct cred *new)
	__kmemu_is(kmemu_override_creds);
__kmemu_c void revert_creds(const struct cred *old) __kmemu_is(kmemu_revert_creds);
__kmemu_c int cred_fscmp(const struct cred *a, const struct cred *b)
	__kmemu_is(kmemu_cred_fscmp);
__kmemu_c void __put_cred(struct cred *cred) __kmemu_is(kmemu_put_cred);

static inline const struct cred *kernel_cred(void)
{
	return init_task.cred;
}

/* --- references: NULL is left alone */

static inline struct cred *get_new_cred_many(struct cred *cred, int nr)
{
	__atomic_fetch_add(&cred->usage.counter, nr, __ATOMIC_RELAXED);
	return cred;
}

static inline struct cred *get_new_cred(struct cred *cred)
{
	return get_new_cred_many(cred, 1);
}

/* Others may have it by RCU from now on. */
static inline const struct cred *get_cred_many(const struct cred *cred, int nr)
{
	if (!cred)
		return cred;
	((struct cred *)cred)->non_rcu = 0;
	return get_new_cred_many((struct cred *)cred, nr);
}

static inline const struct cred *get_cred(const struct cred *cred)
{
	return get_cred_many(cred, 1);
}

/* NULL: it is being freed. */
static inline const struct cred *get_cred_rcu(const struct cred *cred)
{
	long n = cred ? READ_ONCE(cred->usage.counter) : 0;

	while (n && !__atomic_compare_exchange_n(&((struct cred *)cred)->usage.counter, &n, n + 1,
						 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	if (!n)
		return NULL;
	((struct cred *)cred)->non_rcu = 0;
	return cred;
}

static inline void put_cred_many(const struct cred *cred, int nr)
{
	struct cred *c = (struct cred *)cred;

	if (c && !__atomic_sub_fetch(&c->usage.counter, nr, __ATOMIC_ACQ_REL))
		__put_cred(c);
}

static inline void put_cred(const struct cred *cred)
{
	put_cred_many(cred, 1);
}

DEFINE_CLASS(override_creds, const struct cred *, revert_creds(_T),
	     override_creds(override_cred), const struct cred *override_cred)
#define scoped_with_kernel_creds() \
	scoped_class(override_creds, __UNIQUE_ID(cred), kernel_cred())

/* --- what it says */

#define get_current_cred() (get_cred(current_cred()))
#define get_current_user() get_uid(current_cred()->user)
#define get_current_groups() get_group_info(current_cred()->group_info)

#define task_cred_xxx(task, xxx)                                         \
	({                                                               \
		__typeof__(((struct cred *)NULL)->xxx) __kmemu_cred_xxx; \
									 \
		rcu_read_lock();                                         \
		__kmemu_cred_xxx = __task_cred((task))->xxx;             \
		rcu_read_unlock();                                       \
		__kmemu_cred_xxx;                                        \
	})
#define task_uid(task) (task_cred_xxx((task), uid))
#define task_euid(task) (task_cred_xxx((task), euid))

#define current_cred_xxx(xxx) (current_cred()->xxx)
#define current_uid() (current_cred_xxx(uid))
#define current_gid() (current_cred_xxx(gid))
#define current_euid() (current_cred_xxx(euid))
#define current_egid() (current_cred_xxx(egid))
#define current_suid() (current_cred_xxx(suid))
#define current_sgid() (current_cred_xxx(sgid))
#define current_fsuid() (current_cred_xxx(fsuid))
#define current_fsgid() (current_cred_xxx(fsgid))
#define current_cap() (current_cred_xxx(cap_effective))
#define current_user() (current_cred_xxx(user))

/* As in a kernel without CONFIG_USER_NS. */
static __always_inline struct user_namespace *current_user_ns(void)
{
	return &init_user_ns;
}

#define __kmemu_cred_two(a, b, x, y)                                     \
	do {                                                             \
		const struct cred *__kmemu_cred = current_cred();        \
									 \
		*(a) = __kmemu_cred->x;                                  \
		*(b) = __kmemu_cred->y;                                  \
	} while (0)
#define current_uid_gid(uidp, gidp) __kmemu_cred_two(uidp, gidp, uid, gid)
#define current_euid_egid(uidp, gidp) __kmemu_cred_two(uidp, gidp, euid, egid)
#define current_fsuid_fsgid(uidp, gidp) __kmemu_cred_two(uidp, gidp, fsuid, fsgid)

/* --- groups: in ascending order */

/* May sleep; NULL: no memory. */
__kmemu_c struct group_info *groups_alloc(int gidsetsize) __kmemu_is(kmemu_groups_alloc);
__kmemu_c void groups_free(struct group_info *group_info) __kmemu_is(kmemu_groups_free);
__kmemu_c void groups_sort(struct group_info *group_info) __kmemu_is(kmemu_groups_sort);
__kmemu_c int groups_search(const struct group_info *group_info, kgid_t grp)
	__kmemu_is(kmemu_groups_search);
__kmemu_c void set_groups(struct cred *new, struct group_info *group_info)
	__kmemu_is(kmemu_set_groups);

static inline struct group_info *get_group_info(struct group_info *gi)
{
	refcount_inc(&gi->usage);
	return gi;
}

#define put_group_info(group_info)                                       \
	do {                                                             \
		if (refcount_dec_and_test(&(group_info)->usage))         \
			groups_free(group_info);                         \
	} while (0)

static __always_inline int in_group_p(kgid_t grp)
{
	return kmemu_in_group(grp, 0);
}

static __always_inline int in_egroup_p(kgid_t grp)
{
	return kmemu_in_group(grp, 1);
}

#endif /* __cplusplus */

#endif /* _LINUX_CRED_H */
