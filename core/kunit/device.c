/*
 * device.c - devices of tests (kernel: lib/kunit/device.c): on the bus "kunit", gone
 * with the test that made them, and with them what devm_* manages.
 *
 * What differs: a driver is a structure only; nothing is probed.
 *
 * Locks: none; a test's devices are its own.
 */
#include <errno.h>

#include "core/kunit/kunit.h"
#include "core/os/compiler.h"
#include "include/kmemu/device.h"
#include "include/kmemu/kmemu.h"

static const struct bus_type kunit_bus = { .name = "kunit" };

/* Kernel: ERR_PTR(). */
static void *error_pointer(long error)
{
	return (void *)error;
}

static void free_device(struct device *dev)
{
	kmemu_kfree(dev);
}

static void unregister(void *dev)
{
	kmemu_device_unregister(dev);
}

static void free_driver(void *drv)
{
	kmemu_kfree(drv);
}

KMEMU_EXPORT struct device_driver *kmemu_kunit_driver_create(struct kunit *test, const char *name)
{
	struct device_driver *drv = kmemu_kzalloc(sizeof(*drv), KMEMU_GFP_KERNEL);

	if (!drv || kmemu_kunit_add_action_or_reset(test, free_driver, drv))
		return error_pointer(-ENOMEM);
	drv->name = name;
	drv->bus = &kunit_bus;
	return drv;
}

KMEMU_EXPORT struct device *
kmemu_kunit_device_register_with_driver(struct kunit *test, const char *name,
					const struct device_driver *drv)
{
	struct device *dev = kmemu_kzalloc(sizeof(*dev), KMEMU_GFP_KERNEL);
	int err;

	if (!dev)
		return error_pointer(-ENOMEM);
	dev->bus = &kunit_bus;
	dev->driver = (struct device_driver *)drv;
	dev->release = free_device;
	err = kmemu_dev_set_name(dev, "%s", name);
	if (err) {
		kmemu_kfree(dev);
		return error_pointer(err);
	}
	err = kmemu_device_register(dev);
	if (err) {
		kmemu_put_device(dev);
		return error_pointer(err);
	}
	err = kmemu_kunit_add_action_or_reset(test, unregister, dev);
	return err ? error_pointer(err) : dev;
}

KMEMU_EXPORT struct device *kmemu_kunit_device_register(struct kunit *test, const char *name)
{
	struct device_driver *drv = kmemu_kunit_driver_create(test, name);

	if ((unsigned long)drv > -4096UL)
		return (struct device *)drv;
	return kmemu_kunit_device_register_with_driver(test, name, drv);
}

KMEMU_EXPORT void kmemu_kunit_device_unregister(struct kunit *test, struct device *dev)
{
	kmemu_kunit_release_action(test, unregister, dev);
}
