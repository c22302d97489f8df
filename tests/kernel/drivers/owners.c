// SPDX-License-Identifier: MIT
/*
 * Who calls: users and groups, capabilities, credentials that are taken on for a while and for
 * good, by a kernel thread; and who a kernel thread is.
 */
#include <linux/capability.h>
#include <linux/completion.h>
#include <linux/cred.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/user.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#define MUST(cond)                                                   \
	do {                                                         \
		if (!(cond)) {                                       \
			pr_err("%d: " #cond "\n", __LINE__);         \
			return -EINVAL;                              \
		}                                                    \
	} while (0)

static int plain(void)
{
	const struct cred *cred = current_cred(), *kept;
	kuid_t uid;
	kgid_t gid;

	current_uid_gid(&uid, &gid);
	MUST(uid_eq(uid, current_uid()) && uid_eq(uid, cred->uid) && gid_eq(gid, cred->gid));
	MUST(uid_eq(task_uid(current), uid) && uid_eq(task_euid(current), current_euid()));
	MUST(from_kuid(&init_user_ns, uid) == __kuid_val(uid));
	MUST(uid_eq(make_kuid(&init_user_ns, 5), KUIDT_INIT(5)) && uid_valid(uid));
	MUST(cred->user && uid_eq(cred->user->uid, uid) && cred->user_ns == &init_user_ns);
	MUST(cred->group_info && cred->group_info->ngroups >= 0);
	MUST(in_group_p(current_fsgid()) && in_egroup_p(current_egid()));
	MUST(capable(CAP_SYS_ADMIN) == cap_raised(current_cap(), CAP_SYS_ADMIN));
	MUST(ns_capable(&init_user_ns, CAP_CHOWN) == capable(CAP_CHOWN));
	MUST(has_capability_noaudit(current, CAP_KILL) == capable(CAP_KILL));
	kept = get_current_cred();
	MUST(kept == cred && current->cred == cred && current->real_cred == cred);
	put_cred(kept);
	return 0;
}

static int for_a_while(void)
{
	struct cred *other = prepare_creds();
	const struct cred *old;
	kuid_t uid = current_uid();

	MUST(other && !cred_fscmp(other, current_cred()));
	other->fsuid = KUIDT_INIT(1234);
	cap_clear(other->cap_effective);
	cap_raise(other->cap_effective, CAP_NET_ADMIN);
	MUST(cred_fscmp(other, current_cred()) == 1 && cred_fscmp(current_cred(), other) == -1);
	old = override_creds(other);
	MUST(current_cred() == other && uid_eq(current_fsuid(), KUIDT_INIT(1234)));
	MUST(capable(CAP_NET_ADMIN) && !capable(CAP_SYS_ADMIN));
	/* what others see is as before */
	MUST(current->real_cred == old && current_real_cred() == old);
	MUST(uid_eq(task_uid(current), uid));
	revert_creds(old);
	MUST(current_cred() == old && !uid_eq(current_fsuid(), KUIDT_INIT(1234)));
	put_cred(other);
	other = prepare_creds();
	MUST(other);
	abort_creds(other);
	return 0;
}

static int groups(void)
{
	struct group_info *g = groups_alloc(3);
	struct cred *other = prepare_creds();
	const struct cred *old;
	bool in, out;

	MUST(g && other);
	g->gid[0] = KGIDT_INIT(30);
	g->gid[1] = KGIDT_INIT(10);
	g->gid[2] = KGIDT_INIT(20);
	groups_sort(g);
	MUST(g->gid[0].val == 10 && g->gid[2].val == 30);
	set_groups(other, g);
	put_group_info(g);
	old = override_creds(other);
	in = in_group_p(KGIDT_INIT(30));
	out = in_group_p(KGIDT_INIT(31));
	revert_creds(old);
	put_cred(other);
	MUST(in && !out);
	return 0;
}

/* A kernel thread is root, and becomes somebody else for good. */
static int becomes(void *result)
{
	struct cred *other = prepare_kernel_cred(current);
	kuid_t before = current_uid();
	int err = -ENOMEM;

	if (other) {
		other->uid = other->euid = KUIDT_INIT(77);
		cap_clear(other->cap_effective);
		err = uid_eq(before, GLOBAL_ROOT_UID) && capable(CAP_SYS_BOOT) ? 0 : -EPERM;
		commit_creds(other);
		if (!uid_eq(current_uid(), KUIDT_INIT(77)) || capable(CAP_SYS_BOOT) ||
		    current->real_cred != other)
			err = -EINVAL;
	}
	*(int *)result = err;
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static int threads(void)
{
	const struct cred *cred;
	int err = 1;
	struct task_struct *t = kthread_run(becomes, &err, "becomes");

	MUST(!IS_ERR(t));
	while (READ_ONCE(err) == 1)
		schedule_timeout_uninterruptible(1);
	if (!err && !uid_eq(task_uid(t), KUIDT_INIT(77)))
		err = -ESRCH;
	cred = get_task_cred(t);
	if (!err && (has_capability_noaudit(t, CAP_SYS_BOOT) ||
		     !uid_eq(cred->euid, KUIDT_INIT(77))))
		err = -EACCES;
	put_cred(cred);
	kthread_stop(t);
	return err;
}

static int __init owners_init(void)
{
	return plain() ?: for_a_while() ?: groups() ?: threads();
}

static void __exit owners_exit(void)
{
}

module_init(owners_init);
module_exit(owners_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("asks who calls");
