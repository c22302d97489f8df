/*
 * device.c - devices and drivers that live as long as their test (kernel:
 * lib/kunit/device.c): on a bus "kunit", named TEST.NAME, with 32 bits of DMA.
 *
 * They are unregistered as actions of the test, so what devm_* gave them goes
 * then, the driver after its device. A device is probed by the first driver of the
 * bus, as in the kernel: it has no match().
 *
 * Different from the kernel: the bus and its root device are there while somebody
 * uses them, not from kunit_init() on, so that nothing of them is left at exit.
 *
 * Locks: bus_lock over the count of users, then the driver model's.
 */
#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kunit/kunit.h"
#include "include/kmemu/device.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/locks.h"

struct kunit_device {
	struct device dev;
	struct device_driver *driver; /* made for it alone; NULL: the caller's */
};

static const struct bus_type kunit_bus_type = { .name = "kunit" };
static struct kmemu_mutex bus_lock __own_lock;
static unsigned int bus_users;
static struct device *bus_root;

static void *err_ptr(long err)
{
	return (void *)err;
}

static int bus_get(void)
{
	int err = 0;

	kmemu_mutex_lock(&bus_lock);
	if (!bus_users) {
		bus_root = kmemu_root_device_register("kunit");
		err = is_err(bus_root) ? (int)(intptr_t)bus_root :
					 kmemu_bus_register(&kunit_bus_type);
		if (err && !is_err(bus_root))
			kmemu_root_device_unregister(bus_root);
	}
	if (!err)
		bus_users++;
	kmemu_mutex_unlock(&bus_lock);
	return err;
}

static void bus_put(void)
{
	kmemu_mutex_lock(&bus_lock);
	if (!--bus_users) {
		kmemu_bus_unregister(&kunit_bus_type);
		kmemu_root_device_unregister(bus_root);
	}
	kmemu_mutex_unlock(&bus_lock);
}

static void release(struct device *dev)
{
	kmemu_kfree(container_of(dev, struct kunit_device, dev));
}

static void unregister_device(void *dev)
{
	kmemu_device_unregister(dev);
	bus_put();
}

static void unregister_driver(void *driver)
{
	kmemu_driver_unregister(driver);
	bus_put();
}

KMEMU_EXPORT struct device_driver *kmemu_kunit_driver_create(struct kunit *test, const char *name)
{
	size_t n = __builtin_strlen(name) + 1;
	struct device_driver *driver = kmemu_kunit_kmalloc_array(
		test, 1, sizeof(*driver) + n, KMEMU_GFP_KERNEL | KMEMU___GFP_ZERO);
	int err;

	if (!driver)
		return err_ptr(-ENOMEM);
	driver->name = __builtin_memcpy(driver + 1, name, n);
	driver->bus = &kunit_bus_type;
	err = bus_get();
	if (!err) {
		err = kmemu_driver_register(driver);
		if (err)
			bus_put();
		else
			err = kmemu_kunit_add_action_or_reset(test, unregister_driver, driver);
	}
	if (!err)
		return driver;
	kmemu_kunit_kfree(test, driver);
	return err_ptr(err);
}

static struct kunit_device *add_device(struct kunit *test, const char *name)
{
	struct kunit_device *d = kmemu_kzalloc(sizeof(*d), KMEMU_GFP_KERNEL);
	int err;

	if (!d)
		return err_ptr(-ENOMEM);
	err = bus_get();
	if (!err) {
		err = kmemu_dev_set_name(&d->dev, "%s.%s", test->name, name);
		if (err)
			bus_put();
	}
	if (err) {
		kmemu_kfree(d);
		return err_ptr(err);
	}
	d->dev.release = release;
	d->dev.bus = &kunit_bus_type;
	d->dev.parent = bus_root;
	err = kmemu_device_register(&d->dev);
	if (err) {
		kmemu_put_device(&d->dev);
		bus_put();
		return err_ptr(err);
	}
	d->dev.dma_mask = &d->dev.coherent_dma_mask; /* not yet in its probe(), as in the kernel */
	d->dev.coherent_dma_mask = (1ULL << 32) - 1;
	err = kmemu_kunit_add_action_or_reset(test, unregister_device, &d->dev);
	return err ? err_ptr(err) : d;
}

KMEMU_EXPORT struct device *kmemu_kunit_device_register_with_driver(struct kunit *test,
								    const char *name,
								    const struct device_driver *drv)
{
	struct kunit_device *d = add_device(test, name);

	(void)drv;
	return is_err(d) ? err_ptr((long)d) : &d->dev;
}

KMEMU_EXPORT struct device *kmemu_kunit_device_register(struct kunit *test, const char *name)
{
	struct device_driver *driver = kmemu_kunit_driver_create(test, name);
	struct kunit_device *d;

	if (is_err(driver))
		return err_ptr((long)driver);
	d = add_device(test, name);
	if (is_err(d)) {
		kmemu_kunit_release_action(test, unregister_driver, driver);
		return err_ptr((long)d);
	}
	d->driver = driver;
	return &d->dev;
}

KMEMU_EXPORT void kmemu_kunit_device_unregister(struct kunit *test, struct device *dev)
{
	struct device_driver *driver = container_of(dev, struct kunit_device, dev)->driver;

	kmemu_kunit_release_action(test, unregister_device, dev);
	if (driver) {
		kmemu_kunit_release_action(test, unregister_driver, driver);
		kmemu_kunit_kfree(test, driver);
	}
}
