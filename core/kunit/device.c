/*
 * device.c - devices and drivers that live as long as their test (kernel:
 * lib/kunit/device.c): on a bus "kunit", named TEST.NAME, with 32 bits of DMA.
 *
 * They are unregistered as an action of the test, so what devm_* gave them goes
 * then, the driver after its device.
 *
 * Locks: none.
 */
#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kunit/kunit.h"
#include "include/kmemu/device.h"
#include "include/kmemu/kmemu.h"

struct kunit_device {
	struct device dev;
	struct device_driver *driver; /* made for it alone; NULL: the caller's */
};

static const struct bus_type kunit_bus_type = { .name = "kunit" };

static void *err_ptr(long err)
{
	return (void *)err;
}

static void release(struct device *dev)
{
	kmemu_kfree(container_of(dev, struct kunit_device, dev));
}

static void unregister(void *dev)
{
	kmemu_device_unregister(dev);
}

KMEMU_EXPORT struct device_driver *kmemu_kunit_driver_create(struct kunit *test, const char *name)
{
	size_t n = __builtin_strlen(name) + 1;
	struct device_driver *driver = kmemu_kunit_kmalloc_array(
		test, 1, sizeof(*driver) + n, KMEMU_GFP_KERNEL | KMEMU___GFP_ZERO);

	if (!driver)
		return err_ptr(-ENOMEM);
	driver->name = __builtin_memcpy(driver + 1, name, n);
	driver->bus = &kunit_bus_type;
	return driver;
}

static struct kunit_device *add_device(struct kunit *test, const char *name,
				       struct device_driver *driver)
{
	struct kunit_device *d = kmemu_kzalloc(sizeof(*d), KMEMU_GFP_KERNEL);
	int err;

	if (!d)
		return err_ptr(-ENOMEM);
	err = kmemu_dev_set_name(&d->dev, "%s.%s", test->name, name);
	if (err) {
		kmemu_kfree(d);
		return err_ptr(err);
	}
	d->dev.release = release;
	d->dev.bus = &kunit_bus_type;
	d->dev.driver = driver;
	d->dev.dma_mask = &d->dev.coherent_dma_mask;
	d->dev.coherent_dma_mask = (1ULL << 32) - 1;
	err = kmemu_device_register(&d->dev);
	if (err)
		kmemu_put_device(&d->dev);
	else
		err = kmemu_kunit_add_action_or_reset(test, unregister, &d->dev);
	return err ? err_ptr(err) : d;
}

KMEMU_EXPORT struct device *kmemu_kunit_device_register_with_driver(struct kunit *test,
								    const char *name,
								    const struct device_driver *drv)
{
	struct kunit_device *d = add_device(test, name, (struct device_driver *)drv);

	return is_err(d) ? err_ptr((long)d) : &d->dev;
}

KMEMU_EXPORT struct device *kmemu_kunit_device_register(struct kunit *test, const char *name)
{
	struct device_driver *driver = kmemu_kunit_driver_create(test, name);
	struct kunit_device *d = is_err(driver) ? err_ptr((long)driver) :
						  add_device(test, name, driver);

	if (is_err(d))
		return err_ptr((long)d);
	d->driver = driver;
	return &d->dev;
}

KMEMU_EXPORT void kmemu_kunit_device_unregister(struct kunit *test, struct device *dev)
{
	struct device_driver *driver = container_of(dev, struct kunit_device, dev)->driver;

	kmemu_kunit_release_action(test, unregister, dev);
	if (driver)
		kmemu_kunit_kfree(test, driver);
}
