// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code whose bus prepares a device's DMA before the probe, whose drivers are told
 * when all that need their device are bound, and which says what driver a device shall have.
 */
#include <linux/device.h>
#include <linux/pm.h>
#include <linux/string.h>

#include "check.h"

static int configured, cleaned, probes, synced, refuse;

static int match(struct device *dev, const struct device_driver *drv)
{
	int is = device_match_driver_override(dev, drv);

	return is >= 0 ? is : !strncmp(dev_name(dev), drv->name, strlen(drv->name));
}

static int dma_configure(struct device *dev)
{
	CHECK(dev->driver);
	if (refuse)
		return -ENODEV;
	configured++;
	return 0;
}

static void dma_cleanup(struct device *dev)
{
	CHECK(dev->driver);
	cleaned++;
}

static const struct bus_type bus = { .name = "sync",
				     .match = match,
				     .driver_override = true,
				     .dma_configure = dma_configure,
				     .dma_cleanup = dma_cleanup };

static int probe(struct device *dev)
{
	(void)dev;
	CHECK(configured > cleaned);
	probes++;
	return 0;
}

static int fails(struct device *dev)
{
	(void)dev;
	return -ENXIO;
}

static void sync_state(struct device *dev)
{
	CHECK(!strcmp(dev_name(dev), "supplier") && dev->state_synced);
	synced++;
}

static struct device_driver supplier_driver = {
	.name = "supplier", .bus = &bus, .probe = probe, .sync_state = sync_state
};
static struct device_driver consumer_driver = { .name = "consumer", .bus = &bus, .probe = probe };
static struct device_driver failing = { .name = "failing", .bus = &bus, .probe = fails };

static void release(struct device *dev)
{
	CHECK(!device_has_driver_override(dev));
}

static void add(struct device *dev, const char *name)
{
	memset(dev, 0, sizeof(*dev));
	dev->init_name = name;
	dev->bus = &bus;
	dev->release = release;
	CHECK(!device_register(dev));
}

/* Two need it: it is told behind the second, once; and again when it was unbound. */
static void tells(void)
{
	struct device supplier, one, two;

	add(&supplier, "supplier");
	add(&one, "consumer.1");
	add(&two, "consumer.2");
	CHECK(device_link_add(&one, &supplier, 0));
	CHECK(device_link_add(&two, &supplier, DL_FLAG_SYNC_STATE_ONLY));
	CHECK(!driver_register(&supplier_driver) && !synced && !supplier.state_synced);
	CHECK(!driver_register(&consumer_driver));
	CHECK(one.driver && two.driver && synced == 1 && supplier.state_synced);
	device_release_driver(&one);
	CHECK(device_attach(&one) == 1 && synced == 1);
	device_release_driver(&supplier);
	CHECK(supplier.state_synced && !one.driver); /* once in its life */
	CHECK(device_attach(&supplier) == 1 && synced == 1);
	CHECK(device_attach(&one) == 1 && synced == 1);
	device_unregister(&one);
	device_unregister(&two);
	device_unregister(&supplier);
	add(&supplier, "supplier"); /* nobody needs it */
	CHECK(supplier.driver && synced == 2);
	device_unregister(&supplier);
	CHECK(configured == cleaned);
}

static void dma(void)
{
	struct device dev;
	int before = probes;

	refuse = 1;
	add(&dev, "consumer.3");
	CHECK(!dev.driver && probes == before && configured == cleaned);
	refuse = 0;
	CHECK(device_attach(&dev) == 1 && configured == cleaned + 1);
	device_unregister(&dev);
	CHECK(!driver_register(&failing));
	add(&dev, "failing.1");
	CHECK(!dev.driver && configured == cleaned);
	device_unregister(&dev);
	driver_unregister(&failing);
}

static void override(void)
{
	struct device dev;

	add(&dev, "other");
	CHECK(!dev.driver && !device_has_driver_override(&dev));
	CHECK(device_match_driver_override(&dev, &consumer_driver) == -1);
	CHECK(device_set_driver_override(&dev, NULL) == -EINVAL);
	CHECK(!device_set_driver_override(&dev, "consumer\n"));
	CHECK(device_match_driver_override(&dev, &consumer_driver) == 1);
	CHECK(device_match_driver_override(&dev, &supplier_driver) == 0);
	CHECK(device_attach(&dev) == 1 && dev.driver == &consumer_driver);
	CHECK(!device_set_driver_override(&dev, "\n") && !device_has_driver_override(&dev));
	CHECK(!device_set_driver_override(&dev, "supplier"));
	device_unregister(&dev); /* frees it */
}

static int suspended;

static int suspend(struct device *dev)
{
	(void)dev;
	return suspended++ ? -EBUSY : 0;
}
static SIMPLE_DEV_PM_OPS(pm_ops, suspend, suspend);

static void power(void)
{
	struct device dev;

	consumer_driver.pm = &pm_ops;
	add(&dev, "consumer.4");
	CHECK(!pm_generic_suspend(&dev) && pm_generic_suspend(&dev) == -EBUSY);
	CHECK(!pm_generic_suspend_noirq(&dev) && !pm_generic_prepare(&dev));
	pm_generic_complete(&dev);
	CHECK(PMSG_IS_AUTO(PMSG_AUTO_SUSPEND) && suspended == 2);
	dev_set_removable(&dev, DEVICE_REMOVABLE);
	CHECK(dev_is_removable(&dev) && dev_removable_is_valid(&dev));
	CHECK(!dev_get_msi_domain(&dev));
	device_unregister(&dev);
}

int main(void)
{
	CHECK(!bus_register(&bus));
	tells();
	dma();
	override();
	power();
	driver_unregister(&consumer_driver);
	driver_unregister(&supplier_driver);
	bus_unregister(&bus);
	return 0;
}
