/*
 * module_sysfs.c - /sys/module (kernel: kernel/params.c module_kset,
 * lookup_or_create_module_kobject()). There is in it what kernel code asks for.
 *
 * Locks: modules_lock, while one is looked for and made.
 */
#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "include/kmemu/kobject.h"

#define EIO_ 5

static struct kmemu_mutex modules_lock __own_mutex;
static struct kset *modules; /* stays */

KMEMU_EXPORT struct kset *kmemu_module_kset(void)
{
	kmemu_mutex_lock(&modules_lock);
	if (!modules)
		modules = kmemu_kset_create_and_add("module", NULL);
	kmemu_mutex_unlock(&modules_lock);
	return modules;
}

static void release(struct kobject *kobj)
{
	kfree_for(container_of(kobj, struct module_kobject, kobj), NULL);
}

/* Kernel: module_attr_show(), module_attr_store(). */
static ssize_t show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	struct module_attribute *a = container_of(attr, struct module_attribute, attr);

	return a->show ? a->show(a, container_of(kobj, struct module_kobject, kobj), buf) : -EIO_;
}

static ssize_t store(struct kobject *kobj, struct attribute *attr, const char *buf, size_t n)
{
	struct module_attribute *a = container_of(attr, struct module_attribute, attr);

	return a->store ? a->store(a, container_of(kobj, struct module_kobject, kobj), buf, n) :
			  -EIO_;
}

static const struct sysfs_ops module_ops = { .show = show, .store = store };
static const struct kobj_type module_ktype = { .release = release, .sysfs_ops = &module_ops };

static struct module_kobject *create(struct kset *kset, const char *name, const void *caller)
{
	struct module_kobject *mk = kmalloc_for(sizeof(*mk), GFP_KERNEL | __GFP_ZERO,
						"lookup_or_create_module_kobject", caller);

	if (!mk)
		return NULL;
	mk->kobj.kset = kset;
	if (!kmemu_kobject_init_and_add(&mk->kobj, &module_ktype, NULL, "%s", name)) {
		kmemu_kobject_get(&mk->kobj);
		return mk;
	}
	kmemu_kobject_put(&mk->kobj);
	return NULL;
}

KMEMU_EXPORT struct module_kobject *kmemu_lookup_or_create_module_kobject(const char *name)
{
	struct kset *kset = kmemu_module_kset();
	struct module_kobject *mk = NULL;
	struct kobject *kobj;

	if (!kset)
		return NULL;
	kmemu_mutex_lock(&modules_lock);
	kobj = kmemu_kset_find_obj(kset, name);
	mk = kobj ? container_of(kobj, struct module_kobject, kobj) : create(kset, name, CALLER);
	kmemu_mutex_unlock(&modules_lock);
	return mk;
}
