/*
 * cred.c - who a task is (kernel: kernel/cred.c, kernel/groups.c, kernel/user.c,
 * kernel/capability.c).
 *
 * What the system says of the program is made into a struct cred once, and found again by
 * what it says: so what a file was opened with stays as it was, and a program that changes
 * its ids back and forth has two. They are never freed. The system is asked by each
 * kmemu_current_cred(), as nobody tells when ids change; a task's own pointer is as of then.
 * What kernel code makes is kmalloc memory, counted, and freed behind a grace period.
 *
 * Different from the kernel: keys, ucounts and LSMs are not there. Nothing is told to the
 * system: what kernel code commits is known to kernel code only.
 *
 * Locks: cred_lock, over what is known. Memory: 64 KiB when first needed, for some 200 users
 * and groups of ids.
 */
#include "core/kernel/cred.h"

#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kernel/char_dev.h"
#include "core/kernel/task.h"
#include "core/os/proc.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/rcu.h"

#define POOL_BYTES (64UL << 10)
#define FULL_SET ((1ULL << 41) - 1)
#define NR_CAPS 41

struct known_cred {
	struct cred cred; /* first */
	struct known_cred *next;
};
struct known_user {
	struct user_struct user; /* first */
	struct known_user *next;
};
struct known_groups {
	struct known_groups *next;
	struct group_info groups;
};

KMEMU_EXPORT struct user_namespace kmemu_init_user_ns;
static struct known_user root_user = { .user = { .__count = { { 1 } } } };
static struct group_info no_groups = { .usage = { { 1 } } };
struct cred cred_of_kernel = {
	.usage = { 4 },
	.cap_permitted = { FULL_SET },
	.cap_effective = { FULL_SET },
	.cap_bset = { FULL_SET },
	.user = &root_user.user,
	.user_ns = &kmemu_init_user_ns,
	.group_info = &no_groups,
};

static struct kernel_lock cred_lock __own_word;
static struct known_cred *creds;
static struct known_user *users = &root_user;
static struct known_groups *groups_known;
static char *pool;
static size_t pool_left;

/* --- what is known --------------------------------------------------------------- */

/* Under the lock; stays. NULL: no memory. */
static void *pool_get(size_t bytes)
{
	void *p;

	bytes = (bytes + 15) & ~15UL;
	if (pool_left < bytes) {
		pool = os_map_any(POOL_BYTES);
		pool_left = pool ? POOL_BYTES : 0;
		if (!pool)
			return NULL;
	}
	p = pool;
	pool += bytes;
	pool_left -= bytes;
	return p;
}

static struct user_struct *user_known(u32 uid, bool make)
{
	struct known_user *u = users;

	while (u && u->user.uid.val != uid)
		u = u->next;
	if (u || !make)
		return u ? &u->user : NULL;
	u = pool_get(sizeof(*u));
	if (!u)
		return &root_user.user;
	u->user.uid.val = uid;
	u->user.__count.refs.counter = 1;
	u->next = users;
	users = u;
	return &u->user;
}

static struct group_info *groups_of(const u32 *gid, int n)
{
	size_t bytes = (size_t)n * sizeof(kgid_t);
	struct known_groups *g = groups_known;

	if (n <= 0)
		return &no_groups;
	while (g && (g->groups.ngroups != n || __builtin_memcmp(g->groups.gid, gid, bytes)))
		g = g->next;
	if (g)
		return &g->groups;
	g = pool_get(sizeof(*g) + bytes);
	if (!g)
		return &no_groups;
	g->groups.usage.refs.counter = 1;
	g->groups.ngroups = n;
	__builtin_memcpy(g->groups.gid, gid, bytes);
	g->next = groups_known;
	groups_known = g;
	return &g->groups;
}

/* All but what is counted. */
static bool is_same(const struct cred *a, const struct cred *b)
{
	size_t from = offsetof(struct cred, uid);

	return !__builtin_memcmp((const char *)a + from, (const char *)b + from,
				 offsetof(struct cred, rcu) - from);
}

static const struct cred *cred_known(const struct cred *wanted)
{
	struct known_cred *c = creds;

	while (c && !is_same(&c->cred, wanted))
		c = c->next;
	if (c)
		return &c->cred;
	c = pool_get(sizeof(*c));
	if (!c)
		return &cred_of_kernel;
	__builtin_memcpy(&c->cred, wanted, sizeof(c->cred));
	c->cred.usage.counter = 1;
	c->next = creds;
	creds = c;
	return &c->cred;
}

static void fill(struct cred *c, const struct cred_facts *f)
{
	__builtin_memset(c, 0, sizeof(*c));
	c->uid.val = f->uid[0];
	c->euid.val = f->uid[1];
	c->suid.val = f->uid[2];
	c->fsuid.val = f->uid[3];
	c->gid.val = f->gid[0];
	c->egid.val = f->gid[1];
	c->sgid.val = f->gid[2];
	c->fsgid.val = f->gid[3];
	c->cap_inheritable.val = f->inheritable;
	c->cap_permitted.val = f->permitted;
	c->cap_effective.val = f->effective;
	c->cap_bset.val = f->bounding;
	c->cap_ambient.val = f->ambient;
	c->user_ns = &kmemu_init_user_ns;
}

static const struct cred *know(const struct cred_facts *f, const u32 *gid, int nr_groups)
{
	const struct cred *found;
	struct cred wanted;
	u64 mask;

	fill(&wanted, f);
	mask = kernel_lock(&cred_lock);
	wanted.user = user_known(f->uid[0], true);
	wanted.group_info = groups_of(gid, nr_groups);
	found = cred_known(&wanted);
	kernel_unlock(&cred_lock, mask);
	return found;
}

const struct cred *cred_of_facts(const struct cred_facts *f)
{
	return know(f, NULL, 0);
}

static void sort(u32 *v, int n)
{
	for (int i = 1; i < n; i++)
		for (int j = i; j && v[j - 1] > v[j]; j--) {
			u32 t = v[j];

			v[j] = v[j - 1];
			v[j - 1] = t;
		}
}

/* What is seldom other than this is not asked for: files' ids are the effective ones. */
const struct cred *cred_of_program(void)
{
	struct cred_facts f = { .bounding = FULL_SET };
	struct os_ids ids;

	os_ids(&ids);
	for (int i = 0; i < 4; i++) {
		f.uid[i] = ids.uid[i == 3 ? 1 : i];
		f.gid[i] = ids.gid[i == 3 ? 1 : i];
	}
	f.inheritable = ids.inheritable;
	f.permitted = ids.permitted;
	f.effective = ids.effective;
	sort(ids.groups, ids.nr_groups);
	return know(&f, ids.groups, ids.nr_groups);
}

/* --- a task's -------------------------------------------------------------------- */

static bool is_systems(const struct task *task)
{
	return !(task->t.flags & KMEMU_PF_KTHREAD) && !task->own_cred;
}

KMEMU_EXPORT const struct cred *kmemu_current_cred(void)
{
	struct task_struct *t = kmemu_current();
	const struct cred *now;

	if (!is_systems(task_of(t)) || t->cred != t->real_cred)
		return t->cred;
	now = cred_of_program();
	if (now != t->cred) {
		__atomic_store_n(&t->real_cred, now, __ATOMIC_RELEASE);
		__atomic_store_n(&t->cred, now, __ATOMIC_RELEASE);
	}
	return now;
}

static void get(const struct cred *cred, long n)
{
	__atomic_fetch_add(&((struct cred *)cred)->usage.counter, n, __ATOMIC_RELAXED);
}

static void put(const struct cred *cred, long n)
{
	struct cred *c = (struct cred *)cred;

	if (!__atomic_sub_fetch(&c->usage.counter, n, __ATOMIC_ACQ_REL))
		kmemu_put_cred(c);
}

KMEMU_EXPORT const struct cred *kmemu_get_task_cred(struct task_struct *t)
{
	const struct cred *cred = __atomic_load_n(&t->real_cred, __ATOMIC_ACQUIRE);

	if (t == kmemu_current() && is_systems(task_of(t)))
		cred = kmemu_current_cred();
	get(cred, 1);
	return cred;
}

static bool is_ours(const struct cred *cred)
{
	const struct known_cred *c = creds;
	u64 mask;

	if (cred == &cred_of_kernel)
		return true;
	mask = kernel_lock(&cred_lock);
	for (c = creds; c && &c->cred != cred;)
		c = c->next;
	kernel_unlock(&cred_lock, mask);
	return c;
}

static void free_cred(struct callback_head *head)
{
	struct cred *cred = container_of(head, struct cred, rcu);

	kmemu_free_uid(cred->user);
	if (cred->group_info &&
	    !__atomic_sub_fetch(&cred->group_info->usage.refs.counter, 1, __ATOMIC_ACQ_REL))
		kmemu_groups_free(cred->group_info);
	kfree_for(cred, CALLER);
}

KMEMU_EXPORT void kmemu_put_cred(struct cred *cred)
{
	const struct task_struct *t = kmemu_current();

	if (cred == t->cred || cred == t->real_cred || is_ours(cred)) {
		kernel_warn(CALLER, "kernel/cred.c", 104, NULL);
		get(cred, 1);
		return;
	}
	if (cred->non_rcu)
		free_cred(&cred->rcu);
	else
		kmemu_call_rcu(&cred->rcu, free_cred);
}

static struct cred *copy_for(const struct cred *old, const char *func, const void *caller)
{
	struct cred *new = kmalloc_for(sizeof(*new), GFP_KERNEL, func, caller);

	if (!new)
		return NULL;
	__builtin_memcpy(new, old, sizeof(*new));
	new->usage.counter = 1;
	__builtin_memset(&new->rcu, 0, sizeof(new->rcu));
	__atomic_fetch_add(&new->user->__count.refs.counter, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&new->group_info->usage.refs.counter, 1, __ATOMIC_RELAXED);
	return new;
}

KMEMU_EXPORT struct cred *kmemu_prepare_creds(void)
{
	return copy_for(kmemu_current_cred(), "prepare_creds", CALLER);
}

KMEMU_EXPORT struct cred *kmemu_prepare_kernel_cred(struct task_struct *t)
{
	const struct cred *old;
	struct cred *new;

	if (!t) {
		kernel_warn(CALLER, "kernel/cred.c", 628, NULL);
		return NULL;
	}
	old = kmemu_get_task_cred(t);
	new = copy_for(old, "prepare_kernel_cred", CALLER);
	put(old, 1);
	return new;
}

KMEMU_EXPORT int kmemu_commit_creds(struct cred *new)
{
	struct task_struct *t = kmemu_current();
	const struct cred *old = t->real_cred;
	bool counted = task_of(t)->own_cred;

	if (t->cred != old || new->usage.counter < 1)
		kernel_warn(CALLER, "kernel/cred.c", 401, NULL);
	new->non_rcu = 0;
	get(new, 1);
	task_of(t)->own_cred = 1;
	__atomic_store_n(&t->real_cred, new, __ATOMIC_RELEASE);
	__atomic_store_n(&t->cred, new, __ATOMIC_RELEASE);
	if (counted)
		put(old, 2);
	return 0;
}

/* Kernel: exit_creds(), of what kernel code has given it. */
void cred_exit(struct task *task)
{
	const struct cred *own = task->t.real_cred;

	if (!task->own_cred)
		return;
	task->own_cred = 0;
	__atomic_store_n(&task->t.cred, &cred_of_kernel, __ATOMIC_RELEASE);
	__atomic_store_n(&task->t.real_cred, &cred_of_kernel, __ATOMIC_RELEASE);
	put(own, 2);
}

KMEMU_EXPORT void kmemu_abort_creds(struct cred *new)
{
	if (new->usage.counter < 1)
		kernel_warn(CALLER, "kernel/cred.c", 495, NULL);
	else
		put(new, 1);
}

KMEMU_EXPORT const struct cred *kmemu_override_creds(const struct cred *new)
{
	struct task_struct *t = kmemu_current();
	const struct cred *old = kmemu_current_cred();

	get(new, 1);
	__atomic_store_n(&t->cred, new, __ATOMIC_RELEASE);
	return old;
}

KMEMU_EXPORT void kmemu_revert_creds(const struct cred *old)
{
	struct task_struct *t = kmemu_current();
	const struct cred *override = t->cred;

	__atomic_store_n(&t->cred, old, __ATOMIC_RELEASE);
	put(override, 1);
}

void file_set_cred(struct file *file)
{
	file->f_cred = kmemu_current_cred();
	get(file->f_cred, 1);
}

void file_put_cred(struct file *file)
{
	if (file->f_cred)
		put(file->f_cred, 1);
	file->f_cred = NULL;
}

KMEMU_EXPORT int kmemu_cred_fscmp(const struct cred *a, const struct cred *b)
{
	const struct group_info *ga = a->group_info, *gb = b->group_info;

	if (a->fsuid.val != b->fsuid.val)
		return a->fsuid.val < b->fsuid.val ? -1 : 1;
	if (a->fsgid.val != b->fsgid.val)
		return a->fsgid.val < b->fsgid.val ? -1 : 1;
	if (ga == gb || !ga || !gb)
		return ga == gb ? 0 : !ga ? -1 : 1;
	if (ga->ngroups != gb->ngroups)
		return ga->ngroups < gb->ngroups ? -1 : 1;
	for (int i = 0; i < ga->ngroups; i++)
		if (ga->gid[i].val != gb->gid[i].val)
			return ga->gid[i].val < gb->gid[i].val ? -1 : 1;
	return 0;
}

/* --- capabilities ---------------------------------------------------------------- */

static int has(const struct cred *cred, int cap)
{
	if (cap < 0 || cap >= NR_CAPS)
		return -1;
	return cred->cap_effective.val >> cap & 1;
}

KMEMU_EXPORT int kmemu_capable(int cap)
{
	return has(kmemu_current_cred(), cap);
}

KMEMU_EXPORT int kmemu_has_capability(struct task_struct *t, int cap)
{
	const struct cred *cred = kmemu_get_task_cred(t);
	int ret = has(cred, cap);

	put(cred, 1);
	return ret;
}

/* --- groups and users -------------------------------------------------------------- */

KMEMU_EXPORT struct group_info *kmemu_groups_alloc(int n)
{
	struct group_info *g = kmalloc_for(sizeof(*g) + (size_t)n * sizeof(kgid_t), GFP_KERNEL,
					   "groups_alloc", CALLER);

	if (g) {
		g->usage.refs.counter = 1;
		g->ngroups = n;
	}
	return g;
}

KMEMU_EXPORT void kmemu_groups_free(struct group_info *groups)
{
	kfree_for(groups, CALLER);
}

KMEMU_EXPORT void kmemu_groups_sort(struct group_info *groups)
{
	sort((u32 *)groups->gid, groups->ngroups);
}

KMEMU_EXPORT int kmemu_groups_search(const struct group_info *groups, kgid_t gid)
{
	int lo = 0, hi = groups ? groups->ngroups : 0;

	while (lo < hi) {
		int mid = lo + (hi - lo) / 2;

		if (groups->gid[mid].val == gid.val)
			return 1;
		if (groups->gid[mid].val < gid.val)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}

KMEMU_EXPORT void kmemu_set_groups(struct cred *cred, struct group_info *groups)
{
	struct group_info *old = cred->group_info;

	__atomic_fetch_add(&groups->usage.refs.counter, 1, __ATOMIC_RELAXED);
	cred->group_info = groups;
	if (!__atomic_sub_fetch(&old->usage.refs.counter, 1, __ATOMIC_ACQ_REL))
		kmemu_groups_free(old);
}

KMEMU_EXPORT int kmemu_in_group(kgid_t gid, int effective)
{
	const struct cred *cred = kmemu_current_cred();

	if (gid.val == (effective ? cred->egid.val : cred->fsgid.val))
		return 1;
	return kmemu_groups_search(cred->group_info, gid);
}

static struct user_struct *get_user_of(kuid_t uid, bool make)
{
	u64 mask = kernel_lock(&cred_lock);
	struct user_struct *user = user_known(uid.val, make);

	if (user)
		__atomic_fetch_add(&user->__count.refs.counter, 1, __ATOMIC_RELAXED);
	kernel_unlock(&cred_lock, mask);
	return user;
}

KMEMU_EXPORT struct user_struct *kmemu_alloc_uid(kuid_t uid)
{
	return get_user_of(uid, true);
}

KMEMU_EXPORT struct user_struct *kmemu_find_user(kuid_t uid)
{
	return get_user_of(uid, false);
}

/* They stay. */
KMEMU_EXPORT void kmemu_free_uid(struct user_struct *user)
{
	if (user)
		__atomic_fetch_sub(&user->__count.refs.counter, 1, __ATOMIC_RELAXED);
}
