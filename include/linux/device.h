/* SPDX-License-Identifier: MIT */
/*
 * <linux/device.h> of Linux 6.12: a struct device that may be all zero, its name, its
 * managed memory, its attributes, and the lines that it prints; buses that match and
 * probe, drivers and classes, links of devices. No firmware nodes, and of power management
 * what a driver says of itself.
 */
#ifndef _DEVICE_H_
#define _DEVICE_H_

#include <kmemu/device.h>
#include <linux/compiler.h>
#include <linux/dev_printk.h>
#include <linux/device/devres.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/ioport.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/types.h>

/* --- a device */

__kmemu_c void device_initialize(struct device *dev) __kmemu_is(kmemu_device_initialize);
__kmemu_c int dev_set_name(struct device *dev, const char *fmt, ...)
	__kmemu_is(kmemu_dev_set_name) __attribute__((__format__(__printf__, 2, 3)));
__kmemu_c int device_add(struct device *dev) __kmemu_is(kmemu_device_add);
__kmemu_c int device_register(struct device *dev) __kmemu_is(kmemu_device_register);
__kmemu_c void device_del(struct device *dev) __kmemu_is(kmemu_device_del);
__kmemu_c void device_unregister(struct device *dev) __kmemu_is(kmemu_device_unregister);
__kmemu_c struct device *get_device(struct device *dev) __kmemu_is(kmemu_get_device);
__kmemu_c void put_device(struct device *dev) __kmemu_is(kmemu_put_device);
__kmemu_c void device_release_driver(struct device *dev) __kmemu_is(kmemu_device_release_driver);

static __always_inline const char *dev_name(const struct device *dev)
{
	return kmemu_dev_name(dev);
}

static __always_inline const char *dev_driver_string(const struct device *dev)
{
	return kmemu_dev_driver_string(dev);
}

static __always_inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static __always_inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

static __always_inline void *dev_get_platdata(const struct device *dev)
{
	return dev->platform_data;
}

static inline struct pm_subsys_data *dev_to_psd(struct device *dev)
{
	return dev ? dev->power.subsys_data : NULL;
}

static __always_inline int dev_to_node(struct device *dev)
{
	return dev->numa_node;
}

static __always_inline void set_dev_node(struct device *dev, int node)
{
	dev->numa_node = node;
}

#ifndef __cplusplus

#define kobj_to_dev(__kobj) container_of(__kobj, struct device, kobj)

static __always_inline void device_lock(struct device *dev)
{
	kmemu_mutex_lock(&dev->mutex.lock);
}

static __always_inline int device_trylock(struct device *dev)
{
	return kmemu_mutex_trylock(&dev->mutex.lock);
}

static __always_inline void device_unlock(struct device *dev)
{
	kmemu_mutex_unlock(&dev->mutex.lock);
}

DEFINE_GUARD(device, struct device *, device_lock(_T), device_unlock(_T))
DEFINE_FREE(device_del, struct device *, if (_T) device_del(_T))
DEFINE_FREE(put_device, struct device *, if (_T) put_device(_T))

static inline int device_is_registered(struct device *dev)
{
	return dev->kmemu_entry.next != NULL;
}

static inline bool device_is_bound(struct device *dev)
{
	return kmemu_device_is_bound(dev);
}

static inline void device_set_of_node_from_dev(struct device *dev, const struct device *dev2)
{
	dev->of_node = dev2->of_node;
}

/* Nobody reads it; a device tree's node is not looked for in it. */
static inline void device_set_node(struct device *dev, struct fwnode_handle *fwnode)
{
	dev->fwnode = fwnode;
}

/* Nothing is suspended and no uevents are sent: they are kept. */
static inline void device_enable_async_suspend(struct device *dev)
{
	dev->power.async_suspend = true;
}

static inline void device_set_pm_not_required(struct device *dev)
{
	dev->power.no_pm = true;
}

static inline void dev_pm_set_driver_flags(struct device *dev, unsigned int flags)
{
	dev->power.driver_flags = flags;
}

static inline void dev_set_uevent_suppress(struct device *dev, int val)
{
	dev->uevent_suppress = val;
}

static inline unsigned int dev_get_uevent_suppress(const struct device *dev)
{
	return dev->uevent_suppress;
}

/* All devices are directly mapped. */
static inline bool device_iommu_mapped(struct device *dev)
{
	(void)dev;
	return false;
}

static inline struct device_node *dev_of_node(struct device *dev)
{
	return dev->of_node;
}

__kmemu_c int __must_check device_attach(struct device *dev) __kmemu_is(kmemu_device_attach);
static __always_inline struct device *__root_device_register(const char *name,
							     struct module *owner)
{
	(void)owner;
	return kmemu_root_device_register(name);
}

#define root_device_register(name) __root_device_register(name, THIS_MODULE)
__kmemu_c void root_device_unregister(struct device *dev)
	__kmemu_is(kmemu_root_device_unregister);

static __always_inline int device_for_each_child(struct device *dev, void *data,
						 int (*fn)(struct device *dev, void *data))
{
	struct kmemu_device_filter children = { .parent = dev };

	return kmemu_device_for_each(&children, data, fn);
}

static __always_inline int device_for_each_child_reverse(struct device *dev, void *data,
							 int (*fn)(struct device *dev, void *data))
{
	struct kmemu_device_filter children = { .parent = dev, .reverse = true };

	return kmemu_device_for_each(&children, data, fn);
}

/* From the one before `from` on; NULL: from the last. */
static __always_inline int
device_for_each_child_reverse_from(struct device *parent, struct device *from, const void *data,
				   int (*fn)(struct device *dev, const void *data))
{
	struct kmemu_device_filter children = { .parent = parent, .after = from, .reverse = true };

	return kmemu_device_for_each(&children, (void *)data,
				     (int (*)(struct device *, void *))fn);
}

static __always_inline struct device *
device_find_child(struct device *dev, void *data, int (*match)(struct device *dev, void *data))
{
	struct kmemu_device_filter children = { .parent = dev };

	return kmemu_device_find(&children, data, (int (*)(struct device *, const void *))match);
}

static inline int device_match_name(struct device *dev, const void *name)
{
	const char *s = dev_name(dev);

	return s && !strcmp(s, (const char *)name);
}

static inline int device_match_devt(struct device *dev, const void *pdevt)
{
	return dev->devt == *(const unsigned int *)pdevt;
}

static inline int device_match_any(struct device *dev, const void *unused)
{
	(void)dev;
	(void)unused;
	return 1;
}

static __always_inline struct device *device_find_child_by_name(struct device *parent,
								const char *name)
{
	struct kmemu_device_filter children = { .parent = parent };

	return kmemu_device_find(&children, name, device_match_name);
}

/* --- attributes: kmemu_sysfs_read(&dev->kobj, "name", buf, size) reads one */

#define DEVICE_ATTR(_name, _mode, _show, _store) \
	struct device_attribute dev_attr_##_name = __ATTR(_name, _mode, _show, _store)
#define DEVICE_ATTR_PREALLOC(_name, _mode, _show, _store) DEVICE_ATTR(_name, _mode, _show, _store)
#define DEVICE_ATTR_RW(_name) struct device_attribute dev_attr_##_name = __ATTR_RW(_name)
#define DEVICE_ATTR_RO(_name) struct device_attribute dev_attr_##_name = __ATTR_RO(_name)
#define DEVICE_ATTR_WO(_name) struct device_attribute dev_attr_##_name = __ATTR_WO(_name)
#define DEVICE_ATTR_ADMIN_RW(_name) \
	struct device_attribute dev_attr_##_name = __ATTR_RW_MODE(_name, 0600)
#define DEVICE_ATTR_ADMIN_RO(_name) \
	struct device_attribute dev_attr_##_name = __ATTR_RO_MODE(_name, 0400)
#define DRIVER_ATTR_RW(_name) struct driver_attribute driver_attr_##_name = __ATTR_RW(_name)
#define DRIVER_ATTR_RO(_name) struct driver_attribute driver_attr_##_name = __ATTR_RO(_name)
#define DRIVER_ATTR_WO(_name) struct driver_attribute driver_attr_##_name = __ATTR_WO(_name)

__kmemu_c int device_create_file(struct device *dev, const struct device_attribute *attr)
	__kmemu_is(kmemu_device_create_file);

static __always_inline void device_remove_file(struct device *dev,
					       const struct device_attribute *attr)
{
	sysfs_remove_file(&dev->kobj, &attr->attr);
}

static __always_inline int __must_check device_create_bin_file(struct device *dev,
							       const struct bin_attribute *attr)
{
	return sysfs_create_bin_file(&dev->kobj, attr);
}

static __always_inline void device_remove_bin_file(struct device *dev,
						   const struct bin_attribute *attr)
{
	sysfs_remove_bin_file(&dev->kobj, attr);
}

static __always_inline int __must_check device_add_groups(struct device *dev,
							  const struct attribute_group **groups)
{
	return sysfs_create_groups(&dev->kobj, groups);
}

static __always_inline int __must_check device_add_group(struct device *dev,
							 const struct attribute_group *grp)
{
	return sysfs_create_group(&dev->kobj, grp);
}

static __always_inline void device_remove_group(struct device *dev,
						const struct attribute_group *grp)
{
	sysfs_remove_group(&dev->kobj, grp);
}

static __always_inline void device_remove_groups(struct device *dev,
						 const struct attribute_group **groups)
{
	sysfs_remove_groups(&dev->kobj, groups);
}

static __always_inline int driver_create_file(const struct device_driver *drv,
					      const struct driver_attribute *attr)
{
	return sysfs_create_file((struct kobject *)&drv->kmemu_kobj, &attr->attr);
}

static __always_inline void driver_remove_file(const struct device_driver *drv,
					       const struct driver_attribute *attr)
{
	sysfs_remove_file((struct kobject *)&drv->kmemu_kobj, &attr->attr);
}

/* --- buses, drivers, classes */

__kmemu_c int __must_check bus_register(const struct bus_type *bus)
	__kmemu_is(kmemu_bus_register);
__kmemu_c void bus_unregister(const struct bus_type *bus) __kmemu_is(kmemu_bus_unregister);
__kmemu_c int bus_register_notifier(const struct bus_type *bus, struct notifier_block *nb)
	__kmemu_is(kmemu_bus_register_notifier);
__kmemu_c int bus_unregister_notifier(const struct bus_type *bus, struct notifier_block *nb)
	__kmemu_is(kmemu_bus_unregister_notifier);
__kmemu_c int __must_check device_reprobe(struct device *dev) __kmemu_is(kmemu_device_reprobe);
__kmemu_c int __must_check driver_attach(const struct device_driver *drv)
	__kmemu_is(kmemu_driver_attach);
__kmemu_c int __must_check driver_register(struct device_driver *drv)
	__kmemu_is(kmemu_driver_register);
__kmemu_c void driver_unregister(struct device_driver *drv) __kmemu_is(kmemu_driver_unregister);
__kmemu_c struct device_driver *driver_find(const char *name, const struct bus_type *bus)
	__kmemu_is(kmemu_driver_find);
__kmemu_c struct class *__must_check class_create(const char *name)
	__kmemu_is(kmemu_class_create);
__kmemu_c void class_destroy(const struct class *cls) __kmemu_is(kmemu_class_destroy);
__kmemu_c int __must_check class_register(const struct class *cls)
	__kmemu_is(kmemu_class_register);
__kmemu_c struct device *device_create_with_groups(const struct class *cls, struct device *parent,
						   unsigned int devt, void *drvdata,
						   const struct attribute_group **groups,
						   const char *fmt, ...)
	__kmemu_is(kmemu_device_create) __attribute__((__format__(__printf__, 6, 7)));
__kmemu_c struct device *device_create(const struct class *cls, struct device *parent,
				       dev_t devt, void *drvdata, const char *fmt, ...)
	__kmemu_is(kmemu_device_create_plain) __attribute__((__format__(__printf__, 5, 6)));
__kmemu_c void device_destroy(const struct class *cls, unsigned int devt)
	__kmemu_is(kmemu_device_destroy);

__kmemu_c void class_unregister(const struct class *cls) __kmemu_is(kmemu_class_unregister);

static __always_inline int bus_for_each_dev(const struct bus_type *bus, struct device *start,
					    void *data, int (*fn)(struct device *dev, void *data))
{
	struct kmemu_device_filter on_bus = { .bus = bus, .after = start };

	return kmemu_device_for_each(&on_bus, data, fn);
}

static __always_inline int bus_rescan_devices(const struct bus_type *bus)
{
	struct kmemu_device_filter on_bus = { .bus = bus };

	return kmemu_device_for_each(&on_bus, NULL, kmemu_device_rescan);
}

static __always_inline struct device *
bus_find_device(const struct bus_type *bus, struct device *start, const void *data,
		int (*match)(struct device *dev, const void *data))
{
	struct kmemu_device_filter on_bus = { .bus = bus, .after = start };

	return kmemu_device_find(&on_bus, data, match);
}

static __always_inline struct device *bus_find_device_by_name(const struct bus_type *bus,
							      struct device *start,
							      const char *name)
{
	return bus_find_device(bus, start, name, device_match_name);
}

static __always_inline struct device *class_find_device(const struct class *cls,
							const struct device *start,
							const void *data,
							int (*match)(struct device *, const void *))
{
	struct kmemu_device_filter of_class = { .cls = cls, .after = start };

	if (!cls || !kmemu_class_check(cls, "class_find_device", 463))
		return NULL;
	return kmemu_device_find(&of_class, data, match);
}

static __always_inline struct device *class_find_device_by_name(const struct class *cls,
								const char *name)
{
	return class_find_device(cls, NULL, name, device_match_name);
}

static __always_inline int class_for_each_device(const struct class *cls,
						 const struct device *start, void *data,
						 int (*fn)(struct device *dev, void *data))
{
	struct kmemu_device_filter of_class = { .cls = cls, .after = start };

	if (!cls || !kmemu_class_check(cls, "class_for_each_device", 415))
		return -EINVAL;
	return kmemu_device_for_each(&of_class, data, fn);
}

__kmemu_c void __iomem *devm_ioremap_resource(struct device *dev, const struct resource *res)
	__kmemu_is(kmemu_devm_ioremap_resource);

#endif /* __cplusplus */

#ifndef __cplusplus
#include <linux/percpu.h>
#include <linux/pm.h>
#include <linux/rhashtable.h>
#endif

#define MODULE_ALIAS_CHARDEV(major, minor) __kmemu_file_scope
#define MODULE_ALIAS_CHARDEV_MAJOR(major) __kmemu_file_scope

#ifndef __cplusplus

/* --- attributes that are variables */

struct dev_ext_attribute {
	struct device_attribute attr;
	void *var;
};

static __maybe_unused ssize_t device_show_ulong(struct device *dev, struct device_attribute *attr,
						char *buf)
{
	(void)dev;
	return sysfs_emit(buf, "%lx\n", *(unsigned long *)
			  container_of(attr, struct dev_ext_attribute, attr)->var);
}

static __maybe_unused ssize_t device_store_ulong(struct device *dev,
						 struct device_attribute *attr, const char *buf,
						 size_t size)
{
	unsigned long value;
	int err = kstrtoul(buf, 0, &value);

	(void)dev;
	if (err)
		return err;
	*(unsigned long *)container_of(attr, struct dev_ext_attribute, attr)->var = value;
	return (ssize_t)size;
}

static __maybe_unused ssize_t device_show_int(struct device *dev, struct device_attribute *attr,
					      char *buf)
{
	(void)dev;
	return sysfs_emit(buf, "%d\n",
			  *(int *)container_of(attr, struct dev_ext_attribute, attr)->var);
}

static __maybe_unused ssize_t device_store_int(struct device *dev, struct device_attribute *attr,
					       const char *buf, size_t size)
{
	long value;
	int err = kstrtol(buf, 0, &value);

	(void)dev;
	if (err)
		return err;
	if (value > INT_MAX || value < INT_MIN)
		return -EINVAL;
	*(int *)container_of(attr, struct dev_ext_attribute, attr)->var = (int)value;
	return (ssize_t)size;
}

static __maybe_unused ssize_t device_show_bool(struct device *dev, struct device_attribute *attr,
					       char *buf)
{
	(void)dev;
	return sysfs_emit(buf, "%d\n",
			  *(bool *)container_of(attr, struct dev_ext_attribute, attr)->var);
}

static __maybe_unused ssize_t device_store_bool(struct device *dev,
						struct device_attribute *attr, const char *buf,
						size_t size)
{
	int err = kstrtobool(buf, (bool *)container_of(attr, struct dev_ext_attribute, attr)->var);

	(void)dev;
	return err ? err : (ssize_t)size;
}

static __maybe_unused ssize_t device_show_string(struct device *dev,
						 struct device_attribute *attr, char *buf)
{
	(void)dev;
	return sysfs_emit(buf, "%s\n",
			  (char *)container_of(attr, struct dev_ext_attribute, attr)->var);
}

#define DEVICE_ULONG_ATTR(_name, _mode, _var)                                              \
	struct dev_ext_attribute dev_attr_##_name = {                                      \
		__ATTR(_name, _mode, device_show_ulong, device_store_ulong), &(_var)       \
	}
#define DEVICE_INT_ATTR(_name, _mode, _var)                                                \
	struct dev_ext_attribute dev_attr_##_name = {                                      \
		__ATTR(_name, _mode, device_show_int, device_store_int), &(_var)           \
	}
#define DEVICE_BOOL_ATTR(_name, _mode, _var)                                               \
	struct dev_ext_attribute dev_attr_##_name = {                                      \
		__ATTR(_name, _mode, device_show_bool, device_store_bool), &(_var)         \
	}
#define DEVICE_STRING_ATTR_RO(_name, _mode, _var)                                          \
	struct dev_ext_attribute dev_attr_##_name = {                                      \
		__ATTR(_name, (_mode) & ~0222, device_show_string, NULL), (_var)           \
	}
#define DEVICE_ATTR_IGNORE_LOCKDEP(_name, _mode, _show, _store) \
	DEVICE_ATTR(_name, _mode, _show, _store)

/* --- who is it */

static __always_inline void device_lock_assert(struct device *dev)
{
	WARN_ON(!(dev->mutex.lock.word & ~KMEMU_LOCK_SET_UP));
}

static __always_inline int device_lock_interruptible(struct device *dev)
{
	return kmemu_mutex_lock_interruptible(&dev->mutex.lock);
}

static inline int device_match_of_node(struct device *dev, const void *np)
{
	return dev->of_node == (const struct device_node *)np;
}

static inline int device_match_fwnode(struct device *dev, const void *fwnode)
{
	return dev->fwnode == (const struct fwnode_handle *)fwnode;
}

static inline struct device *bus_find_device_by_of_node(const struct bus_type *bus,
							const struct device_node *np)
{
	return bus_find_device(bus, NULL, np, device_match_of_node);
}

static inline struct device *bus_find_device_by_fwnode(const struct bus_type *bus,
						       const struct fwnode_handle *fwnode)
{
	return bus_find_device(bus, NULL, fwnode, device_match_fwnode);
}

static inline struct device *bus_find_device_by_devt(const struct bus_type *bus, dev_t devt)
{
	return bus_find_device(bus, NULL, &devt, device_match_devt);
}

static inline struct device *class_find_device_by_devt(const struct class *cls, dev_t devt)
{
	return class_find_device(cls, NULL, &devt, device_match_devt);
}

static inline struct device *class_find_device_by_of_node(const struct class *cls,
							  const struct device_node *np)
{
	return class_find_device(cls, NULL, np, device_match_of_node);
}

static __always_inline struct device *device_find_any_child(struct device *parent)
{
	struct kmemu_device_filter children = { .parent = parent };

	return kmemu_device_find(&children, NULL, device_match_any);
}

struct __kmemu_of_driver {
	const struct device_driver *drv;
	void *data;
	int (*fn)(struct device *dev, void *data);
};

static __maybe_unused int __kmemu_if_of_driver(struct device *dev, void *arg)
{
	struct __kmemu_of_driver *d = (struct __kmemu_of_driver *)arg;

	return dev->driver == d->drv ? d->fn(dev, d->data) : 0;
}

static __always_inline int driver_for_each_device(struct device_driver *drv, struct device *start,
						  void *data, int (*fn)(struct device *dev,
						  void *data))
{
	struct __kmemu_of_driver d = { drv, data, fn };

	return bus_for_each_dev(drv->bus, start, &d, __kmemu_if_of_driver);
}

struct __kmemu_find_of_driver {
	const struct device_driver *drv;
	const void *data;
	int (*match)(struct device *dev, const void *data);
};

static __maybe_unused int __kmemu_match_of_driver(struct device *dev, const void *arg)
{
	const struct __kmemu_find_of_driver *d = (const struct __kmemu_find_of_driver *)arg;

	return dev->driver == d->drv && d->match(dev, d->data);
}

static __always_inline struct device *driver_find_device(const struct device_driver *drv,
							 struct device *start, const void *data,
							 int (*match)(struct device *dev,
							 const void *data))
{
	struct __kmemu_find_of_driver d = { drv, data, match };

	return bus_find_device(drv->bus, start, &d, __kmemu_match_of_driver);
}

static inline struct device *driver_find_device_by_name(const struct device_driver *drv,
							const char *name)
{
	return driver_find_device(drv, NULL, name, device_match_name);
}

/* Each device of a class, with a reference until the next is asked for. */
struct class_dev_iter {
	const struct class *cls;
	struct device *at;
	const struct device_type *type;
};

static inline void class_dev_iter_init(struct class_dev_iter *iter, const struct class *cls,
				       const struct device *start, const struct device_type *type)
{
	iter->cls = cls;
	iter->at = start ? get_device((struct device *)start) : NULL;
	iter->type = type;
}

static __always_inline struct device *class_dev_iter_next(struct class_dev_iter *iter)
{
	struct device *dev = iter->at;

	do {
		iter->at = class_find_device(iter->cls, dev, NULL, device_match_any);
		put_device(dev);
		dev = iter->at;
	} while (dev && iter->type && dev->type != iter->type);
	return dev;
}

static __always_inline void class_dev_iter_exit(struct class_dev_iter *iter)
{
	put_device(iter->at);
	iter->at = NULL;
}

/* Probes run on the thread that registers: none is left to wait for. */

static __always_inline void wait_for_device_probe(void)
{
}

static __always_inline void lock_device_hotplug(void)
{
}

static __always_inline void unlock_device_hotplug(void)
{
}

struct __kmemu_group {
	struct device *dev;
	const struct attribute_group *grp;
};

static __maybe_unused void __kmemu_devm_group(void *arg)
{
	struct __kmemu_group *g = (struct __kmemu_group *)arg;

	sysfs_remove_group(&g->dev->kobj, g->grp);
	kfree(g);
}

/* Removed when the device's driver goes. */
static __always_inline int __must_check devm_device_add_group(struct device *dev,
							      const struct attribute_group *grp)
{
	struct __kmemu_group *g = (struct __kmemu_group *)kmalloc(sizeof(*g), GFP_KERNEL);
	int err = g ? device_add_group(dev, grp) : -ENOMEM;

	if (err) {
		kfree(g);
		return err;
	}
	g->dev = dev;
	g->grp = grp;
	return kmemu_devm_add_action_or_reset(dev, __kmemu_devm_group, g);
}

/* 1: this caller took it off, from its own store(). */
static inline bool device_remove_file_self(struct device *dev,
					   const struct device_attribute *attr)
{
	sysfs_remove_file(&dev->kobj, &attr->attr);
	return true;
}

/* --- links, interfaces, attributes of classes and buses */

#define DL_FLAG_STATELESS BIT(0)
#define DL_FLAG_AUTOREMOVE_CONSUMER BIT(1)
#define DL_FLAG_PM_RUNTIME BIT(2)
#define DL_FLAG_RPM_ACTIVE BIT(3)
#define DL_FLAG_AUTOREMOVE_SUPPLIER BIT(4)
#define DL_FLAG_AUTOPROBE_CONSUMER BIT(5)
#define DL_FLAG_MANAGED BIT(6)
#define DL_FLAG_SYNC_STATE_ONLY BIT(7)
#define DL_FLAG_INFERRED BIT(8)
#define DL_FLAG_CYCLE BIT(9)

__kmemu_c struct device_link *device_link_add(struct device *consumer, struct device *supplier,
					      u32 flags) __kmemu_is(kmemu_device_link_add);
__kmemu_c void device_link_del(struct device_link *link) __kmemu_is(kmemu_device_link_del);
__kmemu_c void device_link_remove(void *consumer, struct device *supplier)
	__kmemu_is(kmemu_device_link_remove);

static inline bool device_link_test(const struct device_link *link, u32 flags)
{
	return !!(link->flags & flags);
}

/* Links are dropped on the thread that deletes: none is left to wait for. */

static __always_inline void device_link_wait_removal(void)
{
}

static __always_inline void device_links_supplier_sync_state_pause(void)
{
}

static __always_inline void device_links_supplier_sync_state_resume(void)
{
}

__kmemu_c int __must_check class_interface_register(struct class_interface *i)
	__kmemu_is(kmemu_class_interface_register);
__kmemu_c void class_interface_unregister(struct class_interface *i)
	__kmemu_is(kmemu_class_interface_unregister);

#define CLASS_ATTR_RW(_name) struct class_attribute class_attr_##_name = __ATTR_RW(_name)
#define CLASS_ATTR_RO(_name) struct class_attribute class_attr_##_name = __ATTR_RO(_name)
#define CLASS_ATTR_WO(_name) struct class_attribute class_attr_##_name = __ATTR_WO(_name)
#define BUS_ATTR_RW(_name) struct bus_attribute bus_attr_##_name = __ATTR_RW(_name)
#define BUS_ATTR_RO(_name) struct bus_attribute bus_attr_##_name = __ATTR_RO(_name)
#define BUS_ATTR_WO(_name) struct bus_attribute bus_attr_##_name = __ATTR_WO(_name)

struct class_attribute_string {
	struct class_attribute attr;
	char *str;
};

static __maybe_unused ssize_t show_class_attr_string(const struct class *cls,
						     const struct class_attribute *attr, char *buf)
{
	(void)cls;
	return sysfs_emit(buf, "%s\n",
			  container_of(attr, struct class_attribute_string, attr)->str);
}

#define CLASS_ATTR_STRING(_name, _mode, _str)                                \
	struct class_attribute_string class_attr_##_name = {                 \
		__ATTR(_name, _mode, show_class_attr_string, NULL), (_str)   \
	}

/* What kmemu_sysfs_read() reads of a class or a bus. NULL: no memory. */
static __always_inline struct kobject *kmemu_class_kobj(const struct class *cls)
{
	return kmemu_subsys_kobj(cls, cls->name, false);
}

static __always_inline struct kobject *kmemu_bus_kobj(const struct bus_type *bus)
{
	return kmemu_subsys_kobj(bus, bus->name, true);
}

static __always_inline int __must_check class_create_file_ns(const struct class *cls,
							     const struct class_attribute *attr,
							     const void *ns)
{
	struct kobject *kobj = cls ? kmemu_class_kobj(cls) : NULL;

	(void)ns;
	return kobj ? sysfs_create_file(kobj, &attr->attr) : -EINVAL;
}

static __always_inline int __must_check class_create_file(const struct class *cls,
							  const struct class_attribute *attr)
{
	return class_create_file_ns(cls, attr, NULL);
}

static __always_inline void class_remove_file(const struct class *cls,
					      const struct class_attribute *attr)
{
	struct kobject *kobj = cls ? kmemu_class_kobj(cls) : NULL;

	if (kobj)
		sysfs_remove_file(kobj, &attr->attr);
}

static __always_inline void class_remove_file_ns(const struct class *cls,
						 const struct class_attribute *attr, const void *ns)
{
	(void)ns;
	class_remove_file(cls, attr);
}

static __always_inline int __must_check bus_create_file(const struct bus_type *bus,
							struct bus_attribute *attr)
{
	struct kobject *kobj = kmemu_bus_kobj(bus);

	return kobj ? sysfs_create_file(kobj, &attr->attr) : -EINVAL;
}

static __always_inline void bus_remove_file(const struct bus_type *bus, struct bus_attribute *attr)
{
	struct kobject *kobj = kmemu_bus_kobj(bus);

	if (kobj)
		sysfs_remove_file(kobj, &attr->attr);
}

__kmemu_c int bus_for_each_drv(const struct bus_type *bus, struct device_driver *start,
			       void *data, int (*fn)(struct device_driver *drv, void *data))
	__kmemu_is(kmemu_bus_for_each_drv);

/* Only a system's bus has one. With a reference. */
__kmemu_c struct device *bus_get_dev_root(const struct bus_type *bus)
	__kmemu_is(kmemu_bus_dev_root);
__kmemu_c int subsys_system_register(const struct bus_type *subsys,
				     const struct attribute_group **groups)
	__kmemu_is(kmemu_subsys_register);
__kmemu_c int subsys_virtual_register(const struct bus_type *subsys,
				      const struct attribute_group **groups)
	__kmemu_is(kmemu_subsys_register);
__kmemu_c int subsys_interface_register(struct subsys_interface *sif)
	__kmemu_is(kmemu_subsys_interface_register);
__kmemu_c void subsys_interface_unregister(struct subsys_interface *sif)
	__kmemu_is(kmemu_subsys_interface_unregister);

static inline struct device *bus_find_next_device(const struct bus_type *bus, struct device *cur)
{
	return bus_find_device(bus, cur, NULL, device_match_any);
}

__kmemu_c int __must_check device_driver_attach(const struct device_driver *drv,
						struct device *dev)
	__kmemu_is(kmemu_device_driver_attach);
__kmemu_c int __must_check device_bind_driver(struct device *dev)
	__kmemu_is(kmemu_device_bind_driver);
__kmemu_c int device_rename(struct device *dev, const char *new_name)
	__kmemu_is(kmemu_device_rename);

enum dpm_order {
	DPM_ORDER_NONE,
	DPM_ORDER_DEV_AFTER_PARENT,
	DPM_ORDER_PARENT_BEFORE_DEV,
	DPM_ORDER_DEV_LAST,
};

/* Nothing is suspended, so the order is kept for nobody. */
static __always_inline int device_move(struct device *dev, struct device *new_parent,
				       enum dpm_order dpm_order)
{
	(void)dpm_order;
	return kmemu_device_move(dev, new_parent);
}

static inline bool device_supports_offline(struct device *dev)
{
	return dev->bus && dev->bus->offline && dev->bus->online;
}

static __maybe_unused int __kmemu_check_offline(struct device *dev, void *unused)
{
	int err = device_for_each_child(dev, unused, __kmemu_check_offline);

	if (err)
		return err;
	return device_supports_offline(dev) && !dev->offline ? -EBUSY : 0;
}

/* 1: it was so already, -EBUSY: a child is on. May sleep. */
static __always_inline int device_offline(struct device *dev)
{
	int err = dev->offline_disabled ? -EPERM :
		  device_for_each_child(dev, NULL, __kmemu_check_offline);

	if (err)
		return err;
	device_lock(dev);
	if (device_supports_offline(dev)) {
		err = dev->offline ? 1 : dev->bus->offline(dev);
		dev->offline = dev->offline || !err;
	}
	device_unlock(dev);
	return err;
}

static __always_inline int device_online(struct device *dev)
{
	int err = 0;

	device_lock(dev);
	if (device_supports_offline(dev)) {
		err = dev->offline ? dev->bus->online(dev) : 1;
		dev->offline = dev->offline && err;
	}
	device_unlock(dev);
	return err;
}

static inline const char *dev_bus_name(const struct device *dev)
{
	return dev->bus ? dev->bus->name : dev->class ? dev->class->name : "";
}

static inline bool dev_pm_test_driver_flags(struct device *dev, unsigned int flags)
{
	return !!(dev->power.driver_flags & flags);
}

static inline void device_disable_async_suspend(struct device *dev)
{
	dev->power.async_suspend = false;
}

static inline bool device_async_suspend_enabled(struct device *dev)
{
	return dev->power.async_suspend;
}

static inline bool device_pm_not_required(struct device *dev)
{
	return dev->power.no_pm;
}

static inline void dev_pm_syscore_device(struct device *dev, bool val)
{
	(void)dev;
	(void)val;
}

/* --- where it is, whether it goes */

static __always_inline void dev_set_removable(struct device *dev, enum device_removable how)
{
	dev->removable = how;
}

static __always_inline bool dev_is_removable(struct device *dev)
{
	return dev->removable == DEVICE_REMOVABLE;
}

static __always_inline bool dev_removable_is_valid(struct device *dev)
{
	return dev->removable != DEVICE_REMOVABLE_NOT_SUPPORTED;
}

typedef int (*device_match_t)(struct device *dev, const void *data);

/* There are no controllers of messages, and no CPUs or memory that come and go. */

static __always_inline struct irq_domain *dev_get_msi_domain(const struct device *dev)
{
	(void)dev;
	return (struct irq_domain *)NULL;
}

static __always_inline void dev_set_msi_domain(struct device *dev, struct irq_domain *d)
{
	(void)dev;
	(void)d;
}

static __always_inline int lock_device_hotplug_sysfs(void)
{
	return 0;
}

#include <linux/device/driver.h>

#endif /* __cplusplus */

#endif /* _DEVICE_H_ */
