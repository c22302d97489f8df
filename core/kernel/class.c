/*
 * class.c - classes, and devices that are made for them (kernel: drivers/base/class.c;
 * device_create() and root_device_register() of drivers/base/core.c).
 *
 * Locks: classes_lock, over those that are registered; nothing is called under it.
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/bus.h"
#include "core/kernel/sysfs.h"
#include "core/kernel/task.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/printk.h"

static void class_created_release(const struct class *cls)
{
	kfree_for(cls, NULL);
}

/* One that is registered. */
struct registered {
	struct registered *next;
	const struct class *cls;
};

static struct kmemu_mutex classes_lock __own_mutex;
static struct registered *classes;

static struct registered **find(const struct class *cls, const char *name)
{
	struct registered **at = &classes;

	while (*at && (name ? strcmp((*at)->cls->name, name) != 0 : (*at)->cls != cls))
		at = &(*at)->next;
	return at;
}

static int enter(const struct class *cls, const char *func, const void *caller)
{
	struct registered *r = kmalloc_for(sizeof(*r), GFP_KERNEL, func, caller);
	bool there;

	if (!r)
		return -ENOMEM;
	r->cls = cls;
	kmemu_mutex_lock(&classes_lock);
	there = *find(NULL, cls->name);
	r->next = classes;
	if (!there)
		classes = r;
	kmemu_mutex_unlock(&classes_lock);
	if (!there)
		return 0;
	kfree_for(r, caller);
	kmemu_printk("\0014sysfs: cannot create duplicate filename '/class/%s'\n", cls->name);
	kobject_tell_taken(cls->name);
	return -EEXIST;
}

static void leave(const struct class *cls, const void *caller)
{
	struct registered **at, *r;

	kmemu_mutex_lock(&classes_lock);
	at = find(cls, NULL);
	r = *at;
	if (r)
		*at = r->next;
	kmemu_mutex_unlock(&classes_lock);
	kfree_for(r, caller);
	subsys_forget(cls, caller);
}

/* Kernel: class_for_each_device(), class_find_device(). */
KMEMU_EXPORT bool kmemu_class_check(const struct class *cls, const char *func, int line)
{
	bool there;

	kmemu_mutex_lock(&classes_lock);
	there = *find(cls, NULL);
	kmemu_mutex_unlock(&classes_lock);
	if (!there)
		kernel_warn_text(CALLER, "drivers/base/class.c", line,
				 "%s called for class '%s' before it was initialized", func,
				 cls->name);
	return there;
}

KMEMU_EXPORT int kmemu_class_register(const struct class *cls)
{
	int err;

	might_sleep_in("class_register", CALLER);
	if (!cls->name)
		return -EINVAL;
	err = enter(cls, "class_register", CALLER);
	if (!err)
		err = subsys_add_groups(cls, cls->name, false, cls->class_groups);
	return err;
}

KMEMU_EXPORT void kmemu_class_unregister(const struct class *cls)
{
	leave(cls, CALLER);
}

KMEMU_EXPORT struct class *kmemu_class_create(const char *name)
{
	struct class *cls = kmalloc_for(sizeof(*cls), GFP_KERNEL | __GFP_ZERO, "class_create",
					CALLER);
	int err;

	if (!cls)
		return (void *)-ENOMEM;
	cls->name = name;
	cls->class_release = class_created_release;
	err = enter(cls, "class_create", CALLER);
	if (!err)
		return cls;
	kfree_for(cls, CALLER);
	return (void *)(long)err;
}

KMEMU_EXPORT void kmemu_class_destroy(const struct class *cls)
{
	if (!cls || is_err(cls))
		return;
	leave(cls, CALLER);
	if (cls->class_release)
		cls->class_release(cls);
}

static void created_release(struct device *dev)
{
	kfree_for(dev, NULL);
}

static struct device *create(const struct class *cls, struct device *parent, const char *fmt,
			     va_list ap, const char *func, const void *caller)
{
	struct device *dev = kmalloc_for(sizeof(*dev), GFP_KERNEL | __GFP_ZERO, func, caller);

	if (!dev)
		return NULL;
	kmemu_device_initialize(dev);
	dev->class = cls;
	dev->parent = parent;
	dev->release = created_release;
	if (kobject_set_name_vargs(&dev->kobj, fmt, ap, func, caller)) {
		kmemu_put_device(dev);
		return NULL;
	}
	return dev;
}

static struct device *add(struct device *dev, unsigned int devt, void *drvdata,
			  const struct attribute_group **groups)
{
	int err = -ENOMEM;

	if (dev) {
		dev->devt = devt;
		dev->groups = groups;
		dev->driver_data = drvdata;
		err = kmemu_device_add(dev);
	}
	if (err) {
		kmemu_put_device(dev);
		return (void *)(intptr_t)err;
	}
	return dev;
}

static struct device *create_added(const struct class *cls, struct device *parent,
				   unsigned int devt, void *drvdata,
				   const struct attribute_group **groups, const char *fmt,
				   va_list ap, const void *caller)
{
	if (!cls || is_err(cls))
		return (void *)-ENODEV;
	return add(create(cls, parent, fmt, ap, "device_create", caller), devt, drvdata, groups);
}

KMEMU_EXPORT struct device *kmemu_device_create(const struct class *cls, struct device *parent,
						unsigned int devt, void *drvdata,
						const struct attribute_group **groups,
						const char *fmt, ...)
{
	struct device *dev;
	va_list ap;

	va_start(ap, fmt);
	dev = create_added(cls, parent, devt, drvdata, groups, fmt, ap, CALLER);
	va_end(ap);
	return dev;
}

KMEMU_EXPORT struct device *kmemu_device_create_plain(const struct class *cls,
						      struct device *parent, unsigned int devt,
						      void *drvdata, const char *fmt, ...)
{
	struct device *dev;
	va_list ap;

	va_start(ap, fmt);
	dev = create_added(cls, parent, devt, drvdata, NULL, fmt, ap, CALLER);
	va_end(ap);
	return dev;
}

__attribute__((format(printf, 5, 6))) static struct device *
create_for(const struct class *cls, struct device *parent, const char *func, const void *caller,
	   const char *fmt, ...)
{
	struct device *dev;
	va_list ap;

	va_start(ap, fmt);
	dev = create(cls, parent, fmt, ap, func, caller);
	va_end(ap);
	return dev;
}

struct device *device_create_for(const struct class *cls, struct device *parent,
				 unsigned int devt, void *drvdata,
				 const struct attribute_group **groups, const char *name,
				 const char *func, const void *caller)
{
	return add(create_for(cls, parent, func, caller, "%s", name), devt, drvdata, groups);
}

static int has_devt(struct device *dev, const void *data)
{
	return dev->devt == *(const unsigned int *)data;
}

KMEMU_EXPORT void kmemu_device_destroy(const struct class *cls, unsigned int devt)
{
	struct kmemu_device_filter of_class = { .cls = cls };
	struct device *dev = kmemu_device_find(&of_class, &devt, has_devt);

	if (dev) {
		kmemu_put_device(dev);
		kmemu_device_unregister(dev);
	}
}

KMEMU_EXPORT struct device *kmemu_root_device_register(const char *name)
{
	struct device *dev = create_for(NULL, NULL, "root_device_register", CALLER, "%s", name);
	int err = dev ? kmemu_device_add(dev) : -ENOMEM;

	if (err) {
		kmemu_put_device(dev);
		return (void *)(intptr_t)err;
	}
	return dev;
}

KMEMU_EXPORT void kmemu_root_device_unregister(struct device *dev)
{
	kmemu_device_unregister(dev);
}
