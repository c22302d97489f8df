/*
 * platform.c - devices that nothing enumerates, and their bus (kernel:
 * drivers/base/platform.c).
 *
 * A device and a driver match by the driver's table of names, or without one by its name.
 * What a device has of memory and ports is put into the trees of resources while it is
 * added, so that its driver's requests are parts of it.
 *
 * Different from the kernel: no device tree and no ACPI, so their tables match nothing;
 * no driver_override; an id of any is one of 1,024.
 *
 * Locks: id_lock, over auto_ids.
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/sysfs.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/platform.h"
#include "include/kmemu/printk.h"

#define EPROBE_DEFER_ 517 /* the kernel's own */
#define TYPE_BITS     0x1f00UL /* of a resource's flags: IORESOURCE_TYPE_BITS */
#define TYPE_IO	      0x0100UL
#define TYPE_MEM      0x0200UL
#define ID_NONE	      (-1)
#define ID_AUTO	      (-2)

static struct platform_device *pdev_of(struct device *dev)
{
	return container_of(dev, struct platform_device, dev);
}

/* --- the bus --------------------------------------------------------------- */

static int match(struct device *dev, const struct device_driver *drv)
{
	const struct platform_driver *pdrv = container_of(drv, struct platform_driver, driver);
	const struct platform_device_id *id = pdrv->id_table;
	struct platform_device *pdev = pdev_of(dev);

	if (!id)
		return !strcmp(pdev->name, drv->name);
	for (; id->name[0]; id++)
		if (!strcmp(pdev->name, id->name)) {
			pdev->id_entry = id;
			return 1;
		}
	return 0;
}

static struct platform_driver *pdrv_of(struct device *dev)
{
	return container_of(dev->driver, struct platform_driver, driver);
}

static int probe(struct device *dev)
{
	const struct platform_driver *pdrv = pdrv_of(dev);
	int err = pdrv->probe ? pdrv->probe(pdev_of(dev)) : 0;

	if (err == -EPROBE_DEFER_ && pdrv->prevent_deferred_probe) {
		kmemu_dev_printk(4, dev, "probe deferral not supported\n");
		err = -ENXIO;
	}
	return err;
}

static void unbind(struct device *dev)
{
	if (pdrv_of(dev)->remove)
		pdrv_of(dev)->remove(pdev_of(dev));
}

static void shut_down(struct device *dev)
{
	if (dev->driver && pdrv_of(dev)->shutdown)
		pdrv_of(dev)->shutdown(pdev_of(dev));
}

static ssize_t modalias_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	(void)attr;
	return kmemu_scnprintf_k(buf, PAGE_SIZE, "platform:%s\n", pdev_of(dev)->name);
}

static struct device_attribute modalias = { { "modalias", 0444 }, modalias_show, NULL };
static struct attribute *attrs[] = { &modalias.attr, NULL };
static const struct attribute_group group = { .attrs = attrs };
static const struct attribute_group *groups[] = { &group, NULL };

const struct bus_type kmemu_platform_bus_type KMEMU_EXPORT = {
	.name = "platform",
	.dev_groups = groups,
	.match = match,
	.probe = probe,
	.remove = unbind,
	.shutdown = shut_down,
};

/* The parent of those that have none; it stays. */
struct device kmemu_platform_bus KMEMU_EXPORT = { .init_name = "platform",
						  .kobj = { .name = "platform", .refs = 1,
							   .state_initialized = 1 } };

/* --- making a device ------------------------------------------------------- */

struct allocated {
	struct platform_device pdev;
	char name[];
};

static void release(struct device *dev)
{
	struct allocated *a = container_of(dev, struct allocated, pdev.dev);

	kfree_for(dev->platform_data, NULL);
	kfree_for(a->pdev.mfd_cell, NULL);
	kfree_for(a->pdev.resource, NULL);
	kfree_for(a, NULL);
}

KMEMU_EXPORT void kmemu_platform_device_setup_dma(struct platform_device *pdev)
{
	pdev->dev.dma_parms = &pdev->dma_parms;
	if (!pdev->dev.coherent_dma_mask)
		pdev->dev.coherent_dma_mask = UINT32_MAX;
	if (!pdev->dev.dma_mask) {
		pdev->platform_dma_mask = UINT32_MAX;
		pdev->dev.dma_mask = &pdev->platform_dma_mask;
	}
}

static struct platform_device *alloc_for(const char *name, int id, const void *caller)
{
	size_t len = strlen(name);
	struct allocated *a = kmalloc_for(sizeof(*a) + len + 1, GFP_KERNEL | __GFP_ZERO,
					  "platform_device_alloc", caller);

	if (!a)
		return NULL;
	memcpy(a->name, name, len + 1);
	a->pdev.name = a->name;
	a->pdev.id = id;
	kmemu_device_initialize(&a->pdev.dev);
	a->pdev.dev.release = release;
	kmemu_platform_device_setup_dma(&a->pdev);
	return &a->pdev;
}

KMEMU_EXPORT struct platform_device *kmemu_platform_device_alloc(const char *name, int id)
{
	return alloc_for(name, id, CALLER);
}

/* In *at, instead of what is there. src NULL: nothing. */
static int copy_to(void **at, const void *src, size_t size, const char *func, const void *caller)
{
	void *copy = NULL;

	if (src) {
		copy = kmalloc_for(size, GFP_KERNEL, func, caller);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, src, size);
	}
	kfree_for(*at, caller);
	*at = copy;
	return 0;
}

static int add_resources_for(struct platform_device *pdev, const struct resource *res,
			     unsigned int num, const void *caller)
{
	void *at = pdev->resource;
	int err = copy_to(&at, res, num * sizeof(*res), "platform_device_add_resources", caller);

	if (err)
		return err;
	pdev->resource = at;
	pdev->num_resources = num;
	return 0;
}

KMEMU_EXPORT int kmemu_platform_device_add_resources(struct platform_device *pdev,
						     const struct resource *res, unsigned int num)
{
	return add_resources_for(pdev, res, num, CALLER);
}

KMEMU_EXPORT int kmemu_platform_device_add_data(struct platform_device *pdev, const void *data,
						size_t size)
{
	return copy_to(&pdev->dev.platform_data, data, size, "platform_device_add_data", CALLER);
}

/* --- its id and name ------------------------------------------------------- */

static struct kmemu_mutex id_lock __own_mutex;
static u64 auto_ids[16];

static int take_id(void)
{
	int id = -ENOSPC;

	kmemu_mutex_lock(&id_lock);
	for (size_t i = 0; i < ARRAY_SIZE(auto_ids) && id < 0; i++)
		if (~auto_ids[i]) {
			int bit = __builtin_ctzll(~auto_ids[i]);

			auto_ids[i] |= 1ULL << bit;
			id = (int)i * 64 + bit;
		}
	kmemu_mutex_unlock(&id_lock);
	return id;
}

static void give_id_back(struct platform_device *pdev)
{
	if (!pdev->id_auto)
		return;
	kmemu_mutex_lock(&id_lock);
	auto_ids[pdev->id / 64] &= ~(1ULL << (pdev->id % 64));
	kmemu_mutex_unlock(&id_lock);
	pdev->id = ID_AUTO;
}

/* Without memory for it the device has no name, and device_add() says so. */
__attribute__((format(printf, 3, 4))) static void set_name(struct device *dev, const void *caller,
							   const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!kobject_set_name_vargs(&dev->kobj, fmt, ap, "platform_device_add", caller))
		dev->init_name = NULL;
	va_end(ap);
}

static int name_it(struct platform_device *pdev, const void *caller)
{
	int id;

	if (pdev->id == ID_NONE) {
		set_name(&pdev->dev, caller, "%s", pdev->name);
	} else if (pdev->id == ID_AUTO) {
		id = take_id();
		if (id < 0)
			return id;
		pdev->id = id;
		pdev->id_auto = true;
		set_name(&pdev->dev, caller, "%s.%d.auto", pdev->name, id);
	} else {
		set_name(&pdev->dev, caller, "%s.%d", pdev->name, pdev->id);
	}
	return 0;
}

/* --- adding ---------------------------------------------------------------- */

/* Of the first n. */
static void give_resources_back(struct platform_device *pdev, unsigned int n)
{
	while (n--)
		if (pdev->resource[n].parent)
			kmemu_release_resource(&pdev->resource[n]);
}

static struct resource *root_of(const struct resource *r)
{
	if (r->parent)
		return r->parent;
	if ((r->flags & TYPE_BITS) == TYPE_MEM)
		return &kmemu_iomem_resource;
	return (r->flags & TYPE_BITS) == TYPE_IO ? &kmemu_ioport_resource : NULL;
}

static int take_resources(struct platform_device *pdev)
{
	for (unsigned int i = 0; i < pdev->num_resources; i++) {
		struct resource *r = &pdev->resource[i], *root = root_of(r);

		if (!r->name)
			r->name = kmemu_dev_name(&pdev->dev);
		if (root && kmemu_insert_resource(root, r)) {
			kmemu_dev_printk(3, &pdev->dev, "failed to claim resource %u: %pR\n", i,
					 (void *)r);
			give_resources_back(pdev, i);
			return -EBUSY;
		}
	}
	return 0;
}

static int add_for(struct platform_device *pdev, const void *caller)
{
	struct device *dev = &pdev->dev;
	int err;

	if (!dev->parent)
		dev->parent = &kmemu_platform_bus;
	dev->bus = &kmemu_platform_bus_type;
	err = name_it(pdev, caller);
	if (err)
		return err;
	err = take_resources(pdev);
	if (!err) {
		err = kmemu_device_add(dev);
		if (err)
			give_resources_back(pdev, pdev->num_resources);
	}
	if (err)
		give_id_back(pdev);
	return err;
}

KMEMU_EXPORT int kmemu_platform_device_add(struct platform_device *pdev)
{
	return add_for(pdev, CALLER);
}

KMEMU_EXPORT void kmemu_platform_device_del(struct platform_device *pdev)
{
	if (!pdev || is_err(pdev))
		return;
	kmemu_device_del(&pdev->dev);
	give_id_back(pdev);
	give_resources_back(pdev, pdev->num_resources);
}

KMEMU_EXPORT struct platform_device *
kmemu_platform_device_register_full(const struct platform_device_info *info)
{
	struct platform_device *pdev = alloc_for(info->name, info->id, CALLER);
	int err;

	if (!pdev)
		return (void *)-ENOMEM;
	pdev->dev.parent = info->parent;
	pdev->dev.fwnode = info->fwnode;
	if (info->dma_mask) {
		pdev->platform_dma_mask = info->dma_mask;
		pdev->dev.coherent_dma_mask = info->dma_mask;
	}
	err = add_resources_for(pdev, info->res, info->num_res, CALLER);
	if (!err)
		err = copy_to(&pdev->dev.platform_data, info->data, info->size_data,
			      "platform_device_add_data", CALLER);
	if (!err)
		err = add_for(pdev, CALLER);
	if (!err)
		return pdev;
	kmemu_put_device(&pdev->dev);
	return (void *)(intptr_t)err;
}
