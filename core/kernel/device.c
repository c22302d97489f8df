/*
 * device.c - struct device without a driver model (kernel:
 * drivers/base/core.c, drivers/base/dd.c).
 *
 * What memory for devices needs of it: a name for reports, a reference count
 * that calls release, and the moment when a driver is unbound: managed resources
 * go, then dma-debug looks for what is still mapped
 * (BUS_NOTIFY_UNBOUND_DRIVER). There are no buses, so device_del() is that
 * moment, and the last put_device() too, for who never called it.
 *
 * Different from the kernel: no sysfs, no uevents, no parent's lists; a device
 * that is all zero works, since lists of it begin as NULL.
 *
 * Locks: none; the count is atomic.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/check/dma_debug.h"
#include "core/kernel/alloc.h"
#include "core/lib/printk.h"
#include "core/lib/vsprintf.h"

KMEMU_EXPORT void kmemu_device_initialize(struct device *dev)
{
	dev->kmemu_refs = 1;
	dev->numa_node = -1;
}

KMEMU_EXPORT int kmemu_dev_set_name(struct device *dev, const char *fmt, ...)
{
	char name[256];
	va_list ap;
	char *copy;
	int n;

	va_start(ap, fmt);
	n = kmemu_vscnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	copy = kmalloc_for((size_t)n + 1, GFP_KERNEL, "dev_set_name", CALLER);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, name, (size_t)n + 1);
	kfree_for(dev->kmemu_name, CALLER);
	dev->kmemu_name = copy;
	dev->init_name = NULL;
	return 0;
}

KMEMU_EXPORT int kmemu_device_add(struct device *dev)
{
	return kmemu_dev_name(dev) ? 0 : -EINVAL;
}

KMEMU_EXPORT int kmemu_device_register(struct device *dev)
{
	kmemu_device_initialize(dev);
	return kmemu_device_add(dev);
}

/* Kernel: __device_release_driver(). */
static void unbind(struct device *dev, const void *caller)
{
	if (dev->driver && dev->driver->remove)
		dev->driver->remove(dev);
	kmemu_devres_release_all(dev);
	debug_dma_device_released(dev, caller);
	dev->driver = NULL;
}

KMEMU_EXPORT void kmemu_device_release_driver(struct device *dev)
{
	unbind(dev, CALLER);
}

KMEMU_EXPORT void kmemu_device_del(struct device *dev)
{
	unbind(dev, CALLER);
}

KMEMU_EXPORT struct device *kmemu_get_device(struct device *dev)
{
	if (dev)
		__atomic_fetch_add(&dev->kmemu_refs, 1, __ATOMIC_RELAXED);
	return dev;
}

static void put(struct device *dev, const void *caller)
{
	char *name;

	if (!dev || __atomic_sub_fetch(&dev->kmemu_refs, 1, __ATOMIC_ACQ_REL))
		return;
	unbind(dev, caller);
	name = dev->kmemu_name;
	if (dev->release) {
		dev->release(dev); /* it may free the device */
	} else {
		dev->kmemu_name = NULL;
	}
	kfree_for(name, caller);
}

KMEMU_EXPORT void kmemu_put_device(struct device *dev)
{
	put(dev, CALLER);
}

KMEMU_EXPORT void kmemu_device_unregister(struct device *dev)
{
	unbind(dev, CALLER);
	put(dev, CALLER);
}

KMEMU_EXPORT void kmemu_dev_printk(int level, const struct device *dev, const char *fmt, ...)
{
	const char *driver = dev ? kmemu_dev_driver_string(dev) : NULL;
	const char *name = dev ? kmemu_dev_name(dev) : NULL;
	char text[768];
	va_list ap;

	(void)level;
	va_start(ap, fmt);
	kmemu_vscnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (dev)
		printk("%s %s: %s", driver, name ? name : "(null)", text);
	else
		printk("(NULL device *): %s", text);
}
