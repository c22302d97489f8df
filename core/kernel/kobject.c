/*
 * kobject.c - counted objects with a name and a parent (kernel: lib/kobject.c).
 *
 * Different from the kernel: no uevents; an object's place in sysfs is what sysfs.c keeps
 * of it.
 *
 * Locks: each kset's list_lock, which programs take, too; nothing is called under it.
 * roots_lock.
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/sysfs.h"
#include "core/kernel/task.h"
#include "core/lib/list.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/printk.h"

#define REFS_SATURATED 0xc0000000u /* kernel: REFCOUNT_SATURATED */

static struct kmemu_mutex roots_lock __own_mutex;

/* Also of one that was in use before, as a driver's that is registered again. */
void kobject_init_again(struct kobject *kobj, const struct kobj_type *ktype)
{
	kobj->refs = 1;
	INIT_LIST_HEAD(&kobj->entry);
	kobj->ktype = ktype;
	kobj->state_initialized = 1;
	kobj->state_in_sysfs = 0;
	kobj->attrs = NULL;
}

static void init(struct kobject *kobj, const struct kobj_type *ktype, const void *caller)
{
	if (unlikely(!ktype)) {
		kernel_warn_text(caller, "lib/kobject.c", 342,
				 "kobject (%p): must have a ktype to be initialized properly!",
				 (void *)kobj);
		return;
	}
	if (unlikely(kobj->state_initialized))
		kernel_warn_text(caller, "lib/kobject.c", 328,
				 "kobject (%p): tried to init an initialized object, something "
				 "is seriously wrong.", (void *)kobj);
	kobject_init_again(kobj, ktype);
}

KMEMU_EXPORT void kmemu_kobject_init(struct kobject *kobj, const struct kobj_type *ktype)
{
	init(kobj, ktype, CALLER);
}

int kobject_set_name_vargs(struct kobject *kobj, const char *fmt, va_list ap, const char *func,
			   const void *caller)
{
	char name[256], *copy;
	int n = kmemu_vscnprintf_k(name, sizeof(name), fmt, ap);

	copy = kmalloc_for((size_t)n + 1, GFP_KERNEL, func, caller);
	if (!copy)
		return -ENOMEM;
	for (int i = 0; i <= n; i++)
		copy[i] = (char)(name[i] == '/' ? '!' : name[i]); /* no path */
	kfree_for(kobj->name, caller);
	kobj->name = copy;
	return 0;
}

KMEMU_EXPORT int kmemu_kobject_set_name(struct kobject *kobj, const char *fmt, ...)
{
	va_list ap;
	int err;

	va_start(ap, fmt);
	err = kobject_set_name_vargs(kobj, fmt, ap, "kobject_set_name", CALLER);
	va_end(ap);
	return err;
}

/* Its list_lock is held. ns: &any for whichever. */
static const char any;
static struct kobject *find_in(struct kset *kset, const char *name, const void *ns)
{
	struct list_head *at;

	for (at = kset->list.next; at != &kset->list; at = at->next) {
		struct kobject *k = container_of(at, struct kobject, entry);

		if (k->name && !strcmp(k->name, name) && (ns == &any || k->kmemu_ns == ns))
			return k;
	}
	return NULL;
}

/* Where its children may have one name in several name spaces. */
static bool tells_spaces(const struct kobject *parent)
{
	const struct kobj_ns_type_operations *ops = NULL;

	if (parent && parent->ktype && parent->ktype->child_ns_type)
		ops = parent->ktype->child_ns_type(parent);
	return ops && ops->type != KOBJ_NS_TYPE_NONE;
}

static const void *space_of(const struct kobject *kobj, const struct kobject *parent)
{
	if (!kobj->ktype || !kobj->ktype->namespace || !tells_spaces(parent))
		return NULL;
	return kobj->ktype->namespace(kobj);
}

KMEMU_EXPORT const void *kmemu_kobject_namespace(const struct kobject *kobj)
{
	return space_of(kobj, kobj->parent);
}

KMEMU_EXPORT void kmemu_kobject_get_ownership(const struct kobject *kobj, kuid_t *uid, kgid_t *gid)
{
	uid->val = 0;
	gid->val = 0;
	if (kobj->ktype && kobj->ktype->get_ownership)
		kobj->ktype->get_ownership(kobj, uid, gid);
}

static void lock_list(struct kset *kset)
{
	kmemu_spin_lock(&kset->list_lock.rlock);
}

static void unlock_list(struct kset *kset)
{
	kmemu_spin_unlock(&kset->list_lock.rlock);
}

void kobject_tell_taken(const char *name)
{
	kmemu_printk("\0013kobject: kobject_add_internal failed for %s with -EEXIST, don't try to "
		     "register things with the same name in the same directory.\n",
		     name);
}

/* Kernel: kobject_add_internal(), kobj_kset_join(). */
static int add(struct kobject *kobj, struct kobject *parent, const void *caller)
{
	const struct attribute_group **groups;
	int err;

	if (!kobj->name || !kobj->name[0]) {
		kernel_warn_text(caller, "lib/kobject.c", 219,
				 "kobject: (%p): attempted to be registered with empty name!",
				 (void *)kobj);
		return -EINVAL;
	}
	if (!parent && kobj->kset)
		parent = &kobj->kset->kobj;
	kobj->kmemu_ns = space_of(kobj, parent);
	kmemu_kobject_get_ownership(kobj, &kobj->kmemu_uid, &kobj->kmemu_gid);
	kobj->parent = kmemu_kobject_get(parent);
	err = sysfs_create_dir(kobj, caller);
	if (err) {
		kmemu_kobject_put(parent);
		kobj->parent = NULL;
		if (err == -EEXIST)
			kobject_tell_taken(kobj->name);
		return err;
	}
	if (kobj->kset) {
		kmemu_kobject_get(&kobj->kset->kobj);
		lock_list(kobj->kset);
		list_add_tail(&kobj->entry, &kobj->kset->list);
		unlock_list(kobj->kset);
	}
	kobj->state_in_sysfs = 1;
	for (groups = kobj->ktype ? kobj->ktype->default_groups : NULL; groups && *groups; groups++)
		err = err ? err : kmemu_sysfs_create(kobj, NULL, *groups, false);
	if (err)
		kmemu_kobject_del(kobj);
	return err;
}

KMEMU_EXPORT int kmemu_kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt,
				   ...)
{
	va_list ap;
	int err;

	if (!kobj)
		return -EINVAL;
	if (!kobj->state_initialized) {
		kernel_warn_text(CALLER, "lib/kobject.c", 420,
				 "kobject '%s' (%p): tried to add an uninitialized object, "
				 "something is seriously wrong.",
				 kobj->name, (void *)kobj);
		return -EINVAL;
	}
	va_start(ap, fmt);
	err = kobject_set_name_vargs(kobj, fmt, ap, "kobject_add", CALLER);
	va_end(ap);
	return err ? err : add(kobj, parent, CALLER);
}

KMEMU_EXPORT int kmemu_kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype,
					    struct kobject *parent, const char *fmt, ...)
{
	va_list ap;
	int err;

	init(kobj, ktype, CALLER);
	va_start(ap, fmt);
	err = kobject_set_name_vargs(kobj, fmt, ap, "kobject_init_and_add", CALLER);
	va_end(ap);
	return err ? err : add(kobj, parent, CALLER);
}

/* Kernel: kobject_rename(). Nobody is told of the move. */
KMEMU_EXPORT int kmemu_kobject_rename(struct kobject *kobj, const char *name)
{
	int err;

	if (!kobj || !kobj->parent)
		return -EINVAL;
	err = sysfs_rename_dir(kobj, name, CALLER);
	return err ? err : kmemu_kobject_set_name(kobj, "%s", name);
}

/* Its parent, whose reference is the caller's now; NULL: it was not added. */
static struct kobject *del(struct kobject *kobj, const void *caller)
{
	struct kobject *parent;

	if (!kobj->state_in_sysfs)
		return NULL;
	parent = kobj->parent;
	sysfs_remove_dir(kobj, parent, caller);
	sysfs_remove_all(kobj, caller);
	kobj->state_in_sysfs = 0;
	kobj->parent = NULL;
	if (kobj->kset) {
		lock_list(kobj->kset);
		list_del(&kobj->entry);
		INIT_LIST_HEAD(&kobj->entry);
		unlock_list(kobj->kset);
		kmemu_kobject_put(&kobj->kset->kobj);
	}
	return parent;
}

KMEMU_EXPORT void kmemu_kobject_del(struct kobject *kobj)
{
	if (kobj)
		kmemu_kobject_put(del(kobj, CALLER));
}

/* Kernel: of its kref, refcount_warn_saturate(): it is neither got nor released again. */
static void saturate(struct kobject *kobj, int line, const char *text, const void *caller)
{
	static bool told;

	__atomic_store_n(&kobj->refs, REFS_SATURATED, __ATOMIC_RELAXED);
	if (!__atomic_exchange_n(&told, true, __ATOMIC_RELAXED))
		kernel_warn(caller, "lib/refcount.c", line, text);
}

static void check_initialized(const struct kobject *kobj, int line, const char *func,
			      const void *caller)
{
	if (unlikely(!kobj->state_initialized))
		kernel_warn_text(caller, "lib/kobject.c", line,
				 "kobject: '%s' (%p): is not initialized, yet %s() is being "
				 "called.",
				 kobj->name, (const void *)kobj, func);
}

struct kobject *kobject_ref(struct kobject *kobj, const void *caller)
{
	if (!kobj)
		return NULL;
	check_initialized(kobj, 646, "kobject_get", caller);
	if (unlikely((int)__atomic_fetch_add(&kobj->refs, 1, __ATOMIC_RELAXED) <= 0))
		saturate(kobj, 25, "refcount_t: addition on 0; use-after-free.", caller);
	return kobj;
}

KMEMU_EXPORT struct kobject *kmemu_kobject_get(struct kobject *kobj)
{
	return kobject_ref(kobj, CALLER);
}

KMEMU_EXPORT struct kobject *kmemu_kobject_get_unless_zero(struct kobject *kobj)
{
	unsigned int refs = kobj ? __atomic_load_n(&kobj->refs, __ATOMIC_RELAXED) : 0;

	while (refs && !__atomic_compare_exchange_n(&kobj->refs, &refs, refs + 1, true,
						    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	return refs ? kobj : NULL;
}

bool kobject_unref(struct kobject *kobj, const void *caller)
{
	int refs;

	if (!kobj)
		return false;
	check_initialized(kobj, 734, "kobject_put", caller);
	refs = (int)__atomic_fetch_sub(&kobj->refs, 1, __ATOMIC_ACQ_REL);
	if (unlikely(refs <= 0))
		saturate(kobj, 28, "refcount_t: underflow; use-after-free.", caller);
	return refs == 1;
}

/* The parent stays until release() is through. */
void kobject_cleanup(struct kobject *kobj, const void *caller)
{
	struct kobject *parent = del(kobj, caller);
	const char *name = kobj->name;

	sysfs_remove_all(kobj, caller);
	if (kobj->ktype && kobj->ktype->release)
		kobj->ktype->release(kobj); /* it may free the object; without, 6.12 is silent */
	kfree_for(name, caller);
	kmemu_kobject_put(parent);
}

KMEMU_EXPORT void kmemu_kobject_put(struct kobject *kobj)
{
	if (kobject_unref(kobj, CALLER))
		kobject_cleanup(kobj, CALLER);
}

/* --- made here ------------------------------------------------------------- */

static ssize_t kobj_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	struct kobj_attribute *a = container_of(attr, struct kobj_attribute, attr);

	return a->show ? a->show(kobj, a, buf) : -EIO;
}

static ssize_t kobj_store(struct kobject *kobj, struct attribute *attr, const char *buf,
			  size_t count)
{
	struct kobj_attribute *a = container_of(attr, struct kobj_attribute, attr);

	return a->store ? a->store(kobj, a, buf, count) : -EIO;
}

KMEMU_EXPORT const struct sysfs_ops kmemu_kobj_sysfs_ops = { kobj_show, kobj_store };

static void kobj_release(struct kobject *kobj)
{
	kfree_for(kobj, NULL);
}

static void kset_release(struct kobject *kobj)
{
	kfree_for(container_of(kobj, struct kset, kobj), NULL);
}

static const struct kobj_type kobj_ktype = { .release = kobj_release,
					     .sysfs_ops = &kmemu_kobj_sysfs_ops };
static const struct kobj_type kset_ktype = { .release = kset_release,
					     .sysfs_ops = &kmemu_kobj_sysfs_ops };

KMEMU_EXPORT struct kobject *kmemu_kobject_create_and_add(const char *name,
							  struct kobject *parent)
{
	struct kobject *kobj = kmalloc_for(sizeof(*kobj), GFP_KERNEL | __GFP_ZERO,
					   "kobject_create_and_add", CALLER);

	if (!kobj)
		return NULL;
	kmemu_kobject_init(kobj, &kobj_ktype);
	if (kmemu_kobject_add(kobj, parent, "%s", name)) {
		kmemu_kobject_put(kobj);
		return NULL;
	}
	return kobj;
}

KMEMU_EXPORT void kmemu_kset_init(struct kset *kset)
{
	const struct kobj_type *ktype = kset->kobj.ktype;

	INIT_LIST_HEAD(&kset->list);
	kmemu_lock_init(&kset->list_lock.rlock);
	kset->list_lock.rlock.word = KMEMU_LOCK_SET_UP;
	kobject_init_again(&kset->kobj, ktype);
}

KMEMU_EXPORT int kmemu_kset_register(struct kset *kset)
{
	kmemu_kset_init(kset);
	return add(&kset->kobj, kset->kobj.parent, CALLER);
}

KMEMU_EXPORT struct kset *kmemu_kset_create_and_add(const char *name, struct kobject *parent)
{
	struct kset *kset = kmalloc_for(sizeof(*kset), GFP_KERNEL | __GFP_ZERO,
					"kset_create_and_add", CALLER);

	if (!kset)
		return NULL;
	INIT_LIST_HEAD(&kset->list);
	kset->list_lock.rlock.word = KMEMU_LOCK_SET_UP;
	kmemu_kobject_init(&kset->kobj, &kset_ktype);
	if (kmemu_kobject_add(&kset->kobj, parent, "%s", name)) {
		kmemu_kobject_put(&kset->kobj);
		return NULL;
	}
	return kset;
}

KMEMU_EXPORT struct kobject *kmemu_kset_find_obj(struct kset *kset, const char *name)
{
	struct kobject *found;

	lock_list(kset);
	found = kmemu_kobject_get_unless_zero(find_in(kset, name, &any));
	unlock_list(kset);
	return found;
}

KMEMU_EXPORT struct kobject *kmemu_root_kobj(int n)
{
	static char names[][9] = { "kernel", "firmware", "fs", "mm" };
	static struct kobject roots[ARRAY_SIZE(names)];

	kmemu_mutex_lock(&roots_lock);
	if (!roots[n].name) {
		kmemu_kobject_init(&roots[n], &kobj_ktype);
		roots[n].name = names[n];
	}
	kmemu_mutex_unlock(&roots_lock);
	return &roots[n];
}
