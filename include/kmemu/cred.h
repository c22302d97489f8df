/* SPDX-License-Identifier: MIT */
/*
 * cred.h - who a task is (kernel: include/linux/cred.h, sched/user.h, kernel/cred.c,
 * kernel/groups.c, kernel/capability.c). <linux/cred.h> is a thin name over these.
 *
 * A thread of the program's is who the system says at the moment when it asks by
 * kmemu_current_cred(); once kernel code has given it credentials of its own (commit,
 * override), these. The system knows nothing of them. A kernel thread is root with all
 * capabilities. There is one name space of users.
 */
#ifndef KMEMU_CRED_H
#define KMEMU_CRED_H

#include "atomic_types.h"
#include "sched.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Capabilities, a bit each. */
typedef struct {
	unsigned long long val;
} kernel_cap_t;

struct user_namespace {
	kuid_t owner;
	kgid_t group;
	int level;
};
extern struct user_namespace kmemu_init_user_ns;

struct user_struct {
	refcount_t __count;
	kuid_t uid;
	struct kmemu_atomic_long locked_vm;
};

/* In ascending order. */
struct group_info {
	refcount_t usage;
	int ngroups;
	kgid_t gid[];
};

struct cred {
	struct kmemu_atomic_long usage;
	kuid_t uid;
	kgid_t gid;
	kuid_t suid;
	kgid_t sgid;
	kuid_t euid;
	kgid_t egid;
	kuid_t fsuid;
	kgid_t fsgid;
	unsigned int securebits;
	kernel_cap_t cap_inheritable, cap_permitted, cap_effective, cap_bset, cap_ambient;
	void *security; /* NULL */
	struct user_struct *user;
	struct user_namespace *user_ns;
	struct group_info *group_info;
	union {
		int non_rcu;
		struct callback_head rcu;
	};
};

/* The caller's, without a reference: any context. */
const struct cred *kmemu_current_cred(void);
/*
 * prepare: a copy of the caller's, of the task's (no task: a WARN, and NULL) or NULL: no
 * memory; may sleep. commit: the caller's from now on, which has the reference. override:
 * until revert, which is given what override returned. put: what nobody has any more is freed
 * (kernel: __put_cred). get_task: with a reference. fscmp: -1, 0, 1, by what files are
 * opened with.
 */
struct cred *kmemu_prepare_creds(void);
struct cred *kmemu_prepare_kernel_cred(struct task_struct *task);
int kmemu_commit_creds(struct cred *cred);
void kmemu_abort_creds(struct cred *cred);
const struct cred *kmemu_override_creds(const struct cred *cred);
void kmemu_revert_creds(const struct cred *old);
const struct cred *kmemu_get_task_cred(struct task_struct *task);
void kmemu_put_cred(struct cred *cred);
int kmemu_cred_fscmp(const struct cred *a, const struct cred *b);
/* 1: the caller, the task has it; -1: there is no such capability (kernel: BUG()). */
int kmemu_capable(int cap);
int kmemu_has_capability(struct task_struct *task, int cap);

/* n groups, to be filled in; NULL: no memory. May sleep. search: 1: it is there. */
struct group_info *kmemu_groups_alloc(int n);
void kmemu_groups_free(struct group_info *groups);
void kmemu_groups_sort(struct group_info *groups);
int kmemu_groups_search(const struct group_info *groups, kgid_t gid);
void kmemu_set_groups(struct cred *cred, struct group_info *groups);
int kmemu_in_group(kgid_t gid, int effective);

/* With a reference; find: NULL: no task has been this user's. */
struct user_struct *kmemu_alloc_uid(kuid_t uid);
struct user_struct *kmemu_find_user(kuid_t uid);
void kmemu_free_uid(struct user_struct *user);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_CRED_H */
