/*
 * device.c - devices and their life (kernel: drivers/base/core.c).
 *
 * A name for reports, a reference count that calls release, attributes, and the moment
 * when a driver is unbound: managed resources go, then dma-debug looks for what is
 * still mapped (BUS_NOTIFY_UNBOUND_DRIVER). device_del() is that moment, and the last
 * put_device() too, for who never called it.
 *
 * A device is a kobject: its name, references and attributes are kobj's, whose type is
 * device_ktype once it was initialized.
 *
 * Different from the kernel: no uevents, no power management; a device that is all
 * zero works, since what of it is a list begins as NULL.
 *
 * Locks: those of sysfs.c and bus.c; a device's mutex while it is unbound.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/check/dma_debug.h"
#include "core/check/lock.h"
#include "core/kernel/alloc.h"
#include "core/kernel/bus.h"
#include "core/kernel/sysfs.h"
#include "core/kernel/task.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/printk.h"

/* --- attributes ------------------------------------------------------------ */

static ssize_t attr_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	struct device_attribute *a = container_of(attr, struct device_attribute, attr);

	return a->show ? a->show(container_of(kobj, struct device, kobj), a, buf) : -EIO;
}

static ssize_t attr_store(struct kobject *kobj, struct attribute *attr, const char *buf,
			  size_t count)
{
	struct device_attribute *a = container_of(attr, struct device_attribute, attr);

	return a->store ? a->store(container_of(kobj, struct device, kobj), a, buf, count) : -EIO;
}

static const struct sysfs_ops device_sysfs_ops = { attr_show, attr_store };

/* The kernel's order: the device's own, its type's, its class's. */
static void release(struct device *dev)
{
	if (dev->release)
		dev->release(dev); /* it may free the device */
	else if (dev->type && dev->type->release)
		dev->type->release(dev);
	else if (dev->class && dev->class->dev_release)
		dev->class->dev_release(dev);
}

static void del(struct device *dev, const void *caller);

static void release_kobj(struct kobject *kobj)
{
	struct device *dev = container_of(kobj, struct device, kobj);

	del(dev, CALLER);
	kfree_for(dev->driver_override.name, CALLER);
	dev->driver_override.name = NULL;
	release(dev);
}

static void class_owner(const struct kobject *kobj, kuid_t *uid, kgid_t *gid)
{
	const struct device *dev = container_of(kobj, struct device, kobj);

	if (dev->class && dev->class->get_ownership)
		dev->class->get_ownership(dev, uid, gid);
}

static const struct kobj_type device_ktype = { .release = release_kobj,
					       .sysfs_ops = &device_sysfs_ops,
					       .get_ownership = class_owner };

static void remove_groups(struct device *dev, const struct attribute_group **groups)
{
	for (; groups && *groups; groups++)
		kmemu_sysfs_remove(&dev->kobj, NULL, *groups);
}

KMEMU_EXPORT int kmemu_device_create_file(struct device *dev, const struct device_attribute *attr)
{
	if (!dev)
		return 0;
	if (attr->attr.mode & 0222 && !attr->store)
		kernel_warn_text(CALLER, "drivers/base/core.c", 3118,
				 "Attribute %s: write permission without 'store'",
				 attr->attr.name);
	if (attr->attr.mode & 0444 && !attr->show)
		kernel_warn_text(CALLER, "drivers/base/core.c", 3121,
				 "Attribute %s: read permission without 'show'", attr->attr.name);
	return kmemu_sysfs_create(&dev->kobj, &attr->attr, NULL, false);
}

int device_add_groups(struct device *dev, const struct attribute_group **groups)
{
	int err = 0;

	for (size_t i = 0; groups && groups[i] && !err; i++) {
		err = kmemu_sysfs_create(&dev->kobj, NULL, groups[i], false);
		while (err && i--)
			kmemu_sysfs_remove(&dev->kobj, NULL, groups[i]);
	}
	return err;
}

static int add_all_groups(struct device *dev)
{
	int err = dev->class ? device_add_groups(dev, dev->class->dev_groups) : 0;

	if (!err && dev->type)
		err = device_add_groups(dev, dev->type->groups);
	if (!err)
		err = device_add_groups(dev, dev->groups);
	if (!err && dev->bus)
		err = device_add_groups(dev, dev->bus->dev_groups);
	return err;
}

/* --- life ------------------------------------------------------------------ */

KMEMU_EXPORT void kmemu_device_initialize(struct device *dev)
{
	const char *name = dev->kobj.name;

	kmemu_kobject_init(&dev->kobj, &device_ktype);
	dev->kobj.name = name;
	dev->numa_node = -1;
	dev->power.lock.rlock.word = KMEMU_LOCK_SET_UP;
	dev->driver_override.lock.word = KMEMU_LOCK_SET_UP;
	dev->mutex.lock.word = KMEMU_LOCK_SET_UP;
	kmemu_lock_init(&dev->power.lock.rlock);
	lock_class_set(&dev->mutex.lock, NULL, NULL, 0, NULL); /* lockdep_set_novalidate_class() */
}

KMEMU_EXPORT int kmemu_dev_set_name(struct device *dev, const char *fmt, ...)
{
	va_list ap;
	int err;

	va_start(ap, fmt);
	err = kobject_set_name_vargs(&dev->kobj, fmt, ap, "dev_set_name", CALLER);
	va_end(ap);
	if (!err)
		dev->init_name = NULL;
	return err;
}

KMEMU_EXPORT int kmemu_device_add(struct device *dev)
{
	int err;

	if (unlikely(!dev->kobj.state_initialized)) {
		kernel_warn_text(CALLER, "lib/kobject.c", 640,
				 "kobject: '%s' (%p): is not initialized, yet kobject_get() is "
				 "being called.",
				 dev->kobj.name, (void *)&dev->kobj);
		return -EINVAL;
	}
	if (!kmemu_dev_name(dev) && dev->bus && dev->bus->dev_name)
		kmemu_dev_set_name(dev, "%s%u", dev->bus->dev_name, dev->id);
	if (!kmemu_dev_name(dev))
		return -EINVAL;
	kmemu_kobject_get_ownership(&dev->kobj, &dev->kobj.kmemu_uid, &dev->kobj.kmemu_gid);
	err = bus_has_name(dev) ? -EEXIST : add_all_groups(dev);
	if (!err) {
		kmemu_get_device(dev->parent);
		err = bus_add_device(dev);
		if (err) { /* by another thread, meanwhile */
			sysfs_remove_all(&dev->kobj, CALLER);
			kmemu_put_device(dev->parent);
		}
	}
	if (err == -EEXIST) {
		kmemu_printk("\0014sysfs: cannot create duplicate filename '%s'\n",
			     kmemu_dev_name(dev));
		kobject_tell_taken(kmemu_dev_name(dev));
	}
	return err;
}

KMEMU_EXPORT int kmemu_device_register(struct device *dev)
{
	kmemu_device_initialize(dev);
	return kmemu_device_add(dev);
}

/* Kernel: __device_release_driver(). */
void device_unbind(struct device *dev, const void *caller)
{
	const struct device_driver *drv = dev->driver;

	device_links_unbind_consumers(dev);
	if (dev->driver != drv)
		return; /* somebody else did, meanwhile */
	if (drv) {
		bus_notify(dev, BUS_NOTIFY_UNBIND_DRIVER);
		remove_groups(dev, drv->dev_groups);
		if (dev->bus && dev->bus->remove)
			dev->bus->remove(dev);
		else if (drv->remove)
			drv->remove(dev);
		if (dev->bus && dev->bus->dma_cleanup)
			dev->bus->dma_cleanup(dev);
	}
	kmemu_devres_release_all(dev);
	debug_dma_device_released(dev, caller);
	WRITE_ONCE(dev->driver, NULL);
	device_links_unbound(dev);
	if (drv) {
		dev->driver_data = NULL;
		bus_notify(dev, BUS_NOTIFY_UNBOUND_DRIVER);
	}
}

static void unbind(struct device *dev, const void *caller)
{
	kmemu_mutex_lock(&dev->mutex.lock);
	device_unbind(dev, caller);
	kmemu_mutex_unlock(&dev->mutex.lock);
}

KMEMU_EXPORT void kmemu_device_release_driver(struct device *dev)
{
	unbind(dev, CALLER);
}

/* From the list first, so that nobody binds it again. */
static void del(struct device *dev, const void *caller)
{
	bool was_added = bus_remove_device(dev);

	if (was_added) {
		subsys_interfaces_tell(dev, false);
		bus_notify(dev, BUS_NOTIFY_DEL_DEVICE);
	}
	unbind(dev, caller);
	device_links_purge(dev);
	sysfs_remove_all(&dev->kobj, caller);
	if (!was_added)
		return;
	bus_notify(dev, BUS_NOTIFY_REMOVED_DEVICE);
	kmemu_put_device(dev->parent);
}

KMEMU_EXPORT void kmemu_device_del(struct device *dev)
{
	del(dev, CALLER);
}

KMEMU_EXPORT struct device *kmemu_get_device(struct device *dev)
{
	if (dev)
		kobject_ref(&dev->kobj, CALLER);
	return dev;
}

static void put(struct device *dev, const void *caller)
{
	if (!dev || !kobject_unref(&dev->kobj, caller))
		return;
	del(dev, caller); /* so that reports name the caller */
	if (!dev->release && !(dev->type && dev->type->release) &&
	    !(dev->class && dev->class->dev_release))
		kernel_warn_text(caller, "drivers/base/core.c", 2634,
				 "Device '%s' does not have a release() function, it is broken "
				 "and must be fixed. See Documentation/core-api/kobject.rst.",
				 kmemu_dev_name(dev));
	kobject_cleanup(&dev->kobj, caller);
}

KMEMU_EXPORT void kmemu_put_device(struct device *dev)
{
	put(dev, CALLER);
}

KMEMU_EXPORT void kmemu_device_unregister(struct device *dev)
{
	del(dev, CALLER);
	put(dev, CALLER);
}

KMEMU_EXPORT int kmemu_device_rename(struct device *dev, const char *name)
{
	const char *old = dev->kobj.name;
	int err = kmemu_kobject_set_name(&dev->kobj, "%s", name);

	if (!err && old)
		dev->init_name = NULL;
	return err;
}

KMEMU_EXPORT int kmemu_device_move(struct device *dev, struct device *parent)
{
	struct device *old = dev->parent;

	dev->parent = kmemu_get_device(parent);
	kmemu_put_device(old);
	return 0;
}

/* --- lines ----------------------------------------------------------------- */

/* what: before the text; not NULL. */
static void dev_vprintk(int level, const struct device *dev, const char *what, const char *fmt,
			va_list args)
{
	const char *driver = dev ? kmemu_dev_driver_string(dev) : NULL;
	const char *name = dev ? kmemu_dev_name(dev) : NULL;
	char prefix[3] = { '\001', (char)('0' + level), '\0' };
	struct va_format vaf = { .fmt = fmt };
	va_list ap;

	va_copy(ap, args);
	vaf.va = &ap;
	if (dev)
		kmemu_printk("%s%s %s: %s%pV", prefix, driver, name, what, &vaf);
	else
		kmemu_printk("%s(NULL device *): %s%pV", prefix, what, &vaf);
	va_end(ap);
}

KMEMU_EXPORT void kmemu_dev_printk(int level, const struct device *dev, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	dev_vprintk(level, dev, "", fmt, ap);
	va_end(ap);
}

/* Who waits for another device says nothing, and an allocation that failed has said it. */
static void probe_failed(int level, const struct device *dev, int err, const char *fmt,
			 va_list ap)
{
	char what[32];

	if (err == -517 || err == -ENOMEM) /* -EPROBE_DEFER */
		return;
	kmemu_scnprintf_k(what, sizeof(what), "error %pe: ", (void *)(intptr_t)err);
	dev_vprintk(level, dev, what, fmt, ap);
}

KMEMU_EXPORT int kmemu_dev_err_probe(const struct device *dev, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	probe_failed(3, dev, err, fmt, ap);
	va_end(ap);
	return err;
}

KMEMU_EXPORT int kmemu_dev_warn_probe(const struct device *dev, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	probe_failed(4, dev, err, fmt, ap);
	va_end(ap);
	return err;
}
