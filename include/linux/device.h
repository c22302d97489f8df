/* SPDX-License-Identifier: MIT */
/*
 * <linux/device.h> of Linux 6.12: a struct device that may be all zero, its name, its
 * managed memory, its attributes, and the lines that it prints; buses that match and
 * probe, drivers and classes. No firmware nodes and links, and
 * of power management what a driver says of itself.
 */
#ifndef _DEVICE_H_
#define _DEVICE_H_

#include <kmemu/device.h>
#include <linux/compiler.h>
#include <linux/dev_printk.h>
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

static inline void device_lock(struct device *dev)
{
	kmemu_mutex_lock(&dev->mutex);
}

static inline int device_trylock(struct device *dev)
{
	return kmemu_mutex_trylock(&dev->mutex);
}

static inline void device_unlock(struct device *dev)
{
	kmemu_mutex_unlock(&dev->mutex);
}

static inline bool device_is_registered(struct device *dev)
{
	return dev->kmemu_entry.next != NULL;
}

static inline bool device_is_bound(struct device *dev)
{
	return dev->driver != NULL;
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
__kmemu_c struct device *__root_device_register(const char *name)
	__kmemu_is(kmemu_root_device_register);
#define root_device_register(name) __root_device_register(name)
__kmemu_c void root_device_unregister(struct device *dev)
	__kmemu_is(kmemu_root_device_unregister);

static inline int device_for_each_child(struct device *dev, void *data,
					int (*fn)(struct device *dev, void *data))
{
	struct kmemu_device_filter children = { .parent = dev };

	return kmemu_device_for_each(&children, data, fn);
}

static inline int device_for_each_child_reverse(struct device *dev, void *data,
						int (*fn)(struct device *dev, void *data))
{
	struct kmemu_device_filter children = { .parent = dev, .reverse = true };

	return kmemu_device_for_each(&children, data, fn);
}

static inline struct device *device_find_child(struct device *dev, void *data,
					       int (*match)(struct device *dev, void *data))
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

static inline struct device *device_find_child_by_name(struct device *parent, const char *name)
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

static inline int device_create_file(struct device *dev, const struct device_attribute *attr)
{
	return sysfs_create_file(&dev->kobj, &attr->attr);
}

static inline void device_remove_file(struct device *dev, const struct device_attribute *attr)
{
	sysfs_remove_file(&dev->kobj, &attr->attr);
}

static inline int __must_check device_create_bin_file(struct device *dev,
						      const struct bin_attribute *attr)
{
	return sysfs_create_bin_file(&dev->kobj, attr);
}

static inline void device_remove_bin_file(struct device *dev, const struct bin_attribute *attr)
{
	sysfs_remove_bin_file(&dev->kobj, attr);
}

static inline int __must_check device_add_groups(struct device *dev,
						 const struct attribute_group **groups)
{
	return sysfs_create_groups(&dev->kobj, groups);
}

static inline int __must_check device_add_group(struct device *dev,
						const struct attribute_group *grp)
{
	return sysfs_create_group(&dev->kobj, grp);
}

static inline void device_remove_group(struct device *dev, const struct attribute_group *grp)
{
	sysfs_remove_group(&dev->kobj, grp);
}

static inline void device_remove_groups(struct device *dev, const struct attribute_group **groups)
{
	sysfs_remove_groups(&dev->kobj, groups);
}

static inline int driver_create_file(struct device_driver *drv,
				     const struct driver_attribute *attr)
{
	return sysfs_create_file(&drv->kmemu_kobj, &attr->attr);
}

static inline void driver_remove_file(struct device_driver *drv,
				      const struct driver_attribute *attr)
{
	sysfs_remove_file(&drv->kmemu_kobj, &attr->attr);
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
__kmemu_c int __must_check driver_attach(struct device_driver *drv)
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
#define device_create(cls, parent, devt, drvdata, fmt, ...) \
	device_create_with_groups(cls, parent, devt, drvdata, NULL, fmt, ##__VA_ARGS__)
__kmemu_c void device_destroy(const struct class *cls, unsigned int devt)
	__kmemu_is(kmemu_device_destroy);

/* A class that was registered is the caller's; one that was created is freed. */
static inline void class_unregister(const struct class *cls)
{
	(void)cls;
}

static __maybe_unused int __kmemu_rescan(struct device *dev, void *data)
{
	(void)data;
	return kmemu_device_attach(dev) < 0;
}

static inline int bus_for_each_dev(const struct bus_type *bus, struct device *start, void *data,
				   int (*fn)(struct device *dev, void *data))
{
	struct kmemu_device_filter on_bus = { .bus = bus, .after = start };

	return kmemu_device_for_each(&on_bus, data, fn);
}

static inline int bus_rescan_devices(const struct bus_type *bus)
{
	struct kmemu_device_filter on_bus = { .bus = bus };

	return kmemu_device_for_each(&on_bus, NULL, __kmemu_rescan);
}

static inline struct device *bus_find_device(const struct bus_type *bus, struct device *start,
					     const void *data,
					     int (*match)(struct device *dev, const void *data))
{
	struct kmemu_device_filter on_bus = { .bus = bus, .after = start };

	return kmemu_device_find(&on_bus, data, match);
}

static inline struct device *bus_find_device_by_name(const struct bus_type *bus,
						     struct device *start, const char *name)
{
	return bus_find_device(bus, start, name, device_match_name);
}

static inline struct device *class_find_device(const struct class *cls,
					       const struct device *start, const void *data,
					       int (*match)(struct device *, const void *))
{
	struct kmemu_device_filter of_class = { .cls = cls, .after = start };

	return kmemu_device_find(&of_class, data, match);
}

static inline struct device *class_find_device_by_name(const struct class *cls, const char *name)
{
	return class_find_device(cls, NULL, name, device_match_name);
}

static inline int class_for_each_device(const struct class *cls, const struct device *start,
					void *data, int (*fn)(struct device *dev, void *data))
{
	struct kmemu_device_filter of_class = { .cls = cls, .after = start };

	return kmemu_device_for_each(&of_class, data, fn);
}

__kmemu_c void __iomem *devm_ioremap_resource(struct device *dev, const struct resource *res)
	__kmemu_is(kmemu_devm_ioremap_resource);

#endif /* __cplusplus */

/* --- managed resources */

typedef void (*dr_release_t)(struct device *dev, void *res);
typedef int (*dr_match_t)(struct device *dev, void *res, void *match_data);

__kmemu_c void *devres_alloc(dr_release_t release, size_t size, gfp_t gfp)
	__kmemu_is(kmemu_devres_alloc);

static __always_inline void *devres_alloc_node(dr_release_t release, size_t size, gfp_t gfp,
					       int nid)
{
	(void)nid;
	return devres_alloc(release, size, gfp);
}

__kmemu_c void devres_free(void *res) __kmemu_is(kmemu_devres_free);
__kmemu_c void devres_add(struct device *dev, void *res) __kmemu_is(kmemu_devres_add);
__kmemu_c void *devres_find(struct device *dev, dr_release_t release, dr_match_t match,
			    void *match_data) __kmemu_is(kmemu_devres_find);
__kmemu_c void *devres_remove(struct device *dev, dr_release_t release, dr_match_t match,
			      void *match_data) __kmemu_is(kmemu_devres_remove);
__kmemu_c int devres_destroy(struct device *dev, dr_release_t release, dr_match_t match,
			     void *match_data) __kmemu_is(kmemu_devres_destroy);
__kmemu_c int devres_release(struct device *dev, dr_release_t release, dr_match_t match,
			     void *match_data) __kmemu_is(kmemu_devres_release);
__kmemu_c int devres_release_all(struct device *dev) __kmemu_is(kmemu_devres_release_all);

__kmemu_c void *__must_check devres_open_group(struct device *dev, void *id, gfp_t gfp)
	__kmemu_is(kmemu_devres_open_group);
__kmemu_c void devres_close_group(struct device *dev, void *id)
	__kmemu_is(kmemu_devres_close_group);
__kmemu_c void devres_remove_group(struct device *dev, void *id)
	__kmemu_is(kmemu_devres_remove_group);
__kmemu_c int devres_release_group(struct device *dev, void *id)
	__kmemu_is(kmemu_devres_release_group);

/* --- managed memory */

__kmemu_c void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
	__kmemu_is(kmemu_devm_kmalloc);
__kmemu_c void *devm_krealloc(struct device *dev, void *p, size_t new_size, gfp_t gfp)
	__kmemu_is(kmemu_devm_krealloc);
__kmemu_c void devm_kfree(struct device *dev, const void *p) __kmemu_is(kmemu_devm_kfree);

static __always_inline void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp)
{
	return devm_kmalloc(dev, size, gfp | __GFP_ZERO);
}

static __always_inline void *devm_kmalloc_array(struct device *dev, size_t n, size_t size,
						gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : devm_kmalloc(dev, bytes, flags);
}

static __always_inline void *devm_kcalloc(struct device *dev, size_t n, size_t size, gfp_t flags)
{
	return devm_kmalloc_array(dev, n, size, flags | __GFP_ZERO);
}

static __always_inline void *devm_krealloc_array(struct device *dev, void *p, size_t new_n,
						 size_t new_size, gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(new_n, new_size, &bytes) ?
		       NULL : devm_krealloc(dev, p, bytes, flags);
}

__kmemu_c char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp)
	__kmemu_is(kmemu_devm_kstrdup);
__kmemu_c void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp)
	__kmemu_is(kmemu_devm_kmemdup);
__kmemu_c char *devm_kvasprintf(struct device *dev, gfp_t gfp, const char *fmt, va_list ap)
	__kmemu_is(kmemu_devm_kvasprintf) __attribute__((__format__(__printf__, 3, 0)));
__kmemu_c char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...)
	__kmemu_is(kmemu_devm_kasprintf) __attribute__((__format__(__printf__, 3, 4)));
__kmemu_c unsigned long devm_get_free_pages(struct device *dev, gfp_t gfp_mask,
					    unsigned int order)
	__kmemu_is(kmemu_devm_get_free_pages);
__kmemu_c void devm_free_pages(struct device *dev, unsigned long addr)
	__kmemu_is(kmemu_devm_free_pages);

__kmemu_c int devm_add_action(struct device *dev, void (*action)(void *), void *data)
	__kmemu_is(kmemu_devm_add_action);
__kmemu_c int devm_add_action_or_reset(struct device *dev, void (*action)(void *), void *data)
	__kmemu_is(kmemu_devm_add_action_or_reset);
__kmemu_c void devm_remove_action(struct device *dev, void (*action)(void *), void *data)
	__kmemu_is(kmemu_devm_remove_action);
__kmemu_c void devm_release_action(struct device *dev, void (*action)(void *), void *data)
	__kmemu_is(kmemu_devm_release_action);

#ifndef __cplusplus
#include <linux/pm.h>
#include <linux/rhashtable.h>
#endif

#define MODULE_ALIAS_CHARDEV(major, minor) __kmemu_file_scope
#define MODULE_ALIAS_CHARDEV_MAJOR(major) __kmemu_file_scope

#endif /* _DEVICE_H_ */
