/* SPDX-License-Identifier: MIT */
/*
 * <linux/platform_device.h> of Linux 6.12: devices that nothing enumerates, which a test
 * registers; drivers are found by id_table or by name.
 */
#ifndef _PLATFORM_DEVICE_H_
#define _PLATFORM_DEVICE_H_

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/platform.h>
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/ioport.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/pm.h>
#include <linux/string.h>

#define PLATFORM_DEVID_NONE (-1)
#define PLATFORM_DEVID_AUTO (-2)

__kmemu_c const struct bus_type platform_bus_type __kmemu_is(kmemu_platform_bus_type);
__kmemu_c struct device platform_bus __kmemu_is(kmemu_platform_bus);

#define platform_get_device_id(pdev) ((pdev)->id_entry)
#define dev_is_platform(dev) ((dev)->bus == &platform_bus_type)
#define to_platform_device(x) container_of((x), struct platform_device, dev)
#define to_platform_driver(drv) container_of((drv), struct platform_driver, driver)

/* --- devices */

__kmemu_c struct platform_device *platform_device_alloc(const char *name, int id)
	__kmemu_is(kmemu_platform_device_alloc);
__kmemu_c int platform_device_add_resources(struct platform_device *pdev,
					    const struct resource *res, unsigned int num)
	__kmemu_is(kmemu_platform_device_add_resources);
__kmemu_c int platform_device_add_data(struct platform_device *pdev, const void *data,
				       size_t size) __kmemu_is(kmemu_platform_device_add_data);
__kmemu_c int platform_device_add(struct platform_device *pdev)
	__kmemu_is(kmemu_platform_device_add);
__kmemu_c void platform_device_del(struct platform_device *pdev)
	__kmemu_is(kmemu_platform_device_del);
__kmemu_c struct platform_device *
platform_device_register_full(const struct platform_device_info *pdevinfo)
	__kmemu_is(kmemu_platform_device_register_full);

static __always_inline void platform_device_put(struct platform_device *pdev)
{
	if (!IS_ERR_OR_NULL(pdev))
		put_device(&pdev->dev);
}

/* One that its maker has; it needs a release function. */
static __always_inline int platform_device_register(struct platform_device *pdev)
{
	device_initialize(&pdev->dev);
	kmemu_platform_device_setup_dma(pdev);
	return platform_device_add(pdev);
}

static __always_inline void platform_device_unregister(struct platform_device *pdev)
{
	platform_device_del(pdev);
	platform_device_put(pdev);
}

static __always_inline int platform_add_devices(struct platform_device **devs, int num)
{
	int i, err = 0;

	for (i = 0; i < num && !err; i++)
		err = platform_device_register(devs[i]);
	for (i = err ? i - 2 : -1; i >= 0; i--)
		platform_device_unregister(devs[i]);
	return err;
}

static __always_inline struct platform_device *
platform_device_register_resndata(struct device *parent, const char *name, int id,
				  const struct resource *res, unsigned int num, const void *data,
				  size_t size)
{
	struct platform_device_info info = { .parent = parent,
					     .name = name,
					     .id = id,
					     .res = res,
					     .num_res = num,
					     .data = data,
					     .size_data = size };

	return platform_device_register_full(&info);
}

static __always_inline struct platform_device *
platform_device_register_simple(const char *name, int id, const struct resource *res,
				unsigned int num)
{
	return platform_device_register_resndata(NULL, name, id, res, num, NULL, 0);
}

static __always_inline struct platform_device *
platform_device_register_data(struct device *parent, const char *name, int id, const void *data,
			      size_t size)
{
	return platform_device_register_resndata(parent, name, id, NULL, 0, data, size);
}

static inline void *platform_get_drvdata(const struct platform_device *pdev)
{
	return dev_get_drvdata(&pdev->dev);
}

static inline void platform_set_drvdata(struct platform_device *pdev, void *data)
{
	dev_set_drvdata(&pdev->dev, data);
}

/* --- what a device has; num: the how manieth of its kind */

static inline struct resource *platform_get_resource(struct platform_device *pdev,
						     unsigned int type, unsigned int num)
{
	struct resource *r;

	for (r = pdev->resource; r < pdev->resource + pdev->num_resources; r++)
		if (resource_type(r) == type && !num--)
			return r;
	return NULL;
}

static inline struct resource *platform_get_mem_or_io(struct platform_device *pdev,
						      unsigned int num)
{
	struct resource *r;

	for (r = pdev->resource; r < pdev->resource + pdev->num_resources; r++)
		if ((resource_type(r) & (IORESOURCE_MEM | IORESOURCE_IO)) && !num--)
			return r;
	return NULL;
}

static inline struct resource *platform_get_resource_byname(struct platform_device *pdev,
							    unsigned int type, const char *name)
{
	struct resource *r;

	for (r = pdev->resource; r < pdev->resource + pdev->num_resources; r++)
		if (r->name && resource_type(r) == type && !strcmp(r->name, name))
			return r;
	return NULL;
}

static __always_inline int __kmemu_platform_irq(const struct resource *r)
{
	if (!r)
		return -ENXIO;
	if (WARN(!(int)r->start, "0 is an invalid IRQ number\n"))
		return -EINVAL;
	return (int)r->start;
}

static inline int platform_get_irq_optional(struct platform_device *pdev, unsigned int num)
{
	return __kmemu_platform_irq(platform_get_resource(pdev, IORESOURCE_IRQ, num));
}

static inline int platform_get_irq(struct platform_device *pdev, unsigned int num)
{
	int irq = platform_get_irq_optional(pdev, num);

	return irq < 0 ? dev_err_probe(&pdev->dev, irq, "IRQ index %u not found\n", num) : irq;
}

static inline int platform_get_irq_byname_optional(struct platform_device *pdev,
						   const char *name)
{
	return __kmemu_platform_irq(platform_get_resource_byname(pdev, IORESOURCE_IRQ, name));
}

static inline int platform_get_irq_byname(struct platform_device *pdev, const char *name)
{
	int irq = platform_get_irq_byname_optional(pdev, name);

	return irq < 0 ? dev_err_probe(&pdev->dev, irq, "IRQ %s not found\n", name) : irq;
}

static inline int platform_irq_count(struct platform_device *pdev)
{
	unsigned int n = 0;

	while (platform_get_irq_optional(pdev, n) >= 0)
		n++;
	return (int)n;
}

static __always_inline void __iomem *
devm_platform_get_and_ioremap_resource(struct platform_device *pdev, unsigned int index,
				       struct resource **res)
{
	struct resource *r = platform_get_resource(pdev, IORESOURCE_MEM, index);

	if (res)
		*res = r;
	return devm_ioremap_resource(&pdev->dev, r);
}

static __always_inline void __iomem *devm_platform_ioremap_resource(struct platform_device *pdev,
								    unsigned int index)
{
	return devm_platform_get_and_ioremap_resource(pdev, index, NULL);
}

static __always_inline void __iomem *
devm_platform_ioremap_resource_byname(struct platform_device *pdev, const char *name)
{
	return devm_ioremap_resource(&pdev->dev,
				     platform_get_resource_byname(pdev, IORESOURCE_MEM, name));
}

/* --- drivers */

static __always_inline int __platform_driver_register(struct platform_driver *drv,
						      struct module *owner)
{
	drv->driver.owner = owner;
	drv->driver.bus = &platform_bus_type;
	return driver_register(&drv->driver);
}
#define platform_driver_register(drv) __platform_driver_register(drv, THIS_MODULE)

static __always_inline void platform_driver_unregister(struct platform_driver *drv)
{
	driver_unregister(&drv->driver);
}

static __maybe_unused int __kmemu_platform_is_bound(struct device *dev, void *drv)
{
	return dev->driver == drv;
}

static __maybe_unused int __kmemu_platform_no_more(struct platform_device *pdev)
{
	(void)pdev;
	return -ENXIO;
}

/* For devices that are there: none is bound later, and -ENODEV when none is bound now. */
static __always_inline int __platform_driver_probe(struct platform_driver *drv,
						   int (*probe)(struct platform_device *),
						   struct module *owner)
{
	int err;

	if (drv->driver.probe_type == PROBE_PREFER_ASYNCHRONOUS) {
		pr_err("%s: drivers registered with %s can not be probed asynchronously\n",
		       drv->driver.name, __func__);
		return -EINVAL;
	}
	drv->driver.probe_type = PROBE_FORCE_SYNCHRONOUS;
	drv->driver.suppress_bind_attrs = true;
	drv->prevent_deferred_probe = true;
	drv->probe = probe;
	err = __platform_driver_register(drv, owner);
	if (err)
		return err;
	drv->probe = __kmemu_platform_no_more;
	if (bus_for_each_dev(&platform_bus_type, NULL, &drv->driver, __kmemu_platform_is_bound))
		return 0;
	platform_driver_unregister(drv);
	return -ENODEV;
}
#define platform_driver_probe(drv, probe) __platform_driver_probe(drv, probe, THIS_MODULE)

/* A driver and its only device; an error pointer. */
static __always_inline struct platform_device *
__platform_create_bundle(struct platform_driver *drv, int (*probe)(struct platform_device *),
			 struct resource *res, unsigned int n_res, const void *data, size_t size,
			 struct module *owner)
{
	struct platform_device *pdev =
		platform_device_register_resndata(NULL, drv->driver.name, PLATFORM_DEVID_NONE,
						  res, n_res, data, size);
	int err = PTR_ERR_OR_ZERO(pdev);

	if (!err)
		err = __platform_driver_probe(drv, probe, owner);
	if (!err)
		return pdev;
	platform_device_unregister(pdev);
	return ERR_PTR(err);
}
#define platform_create_bundle(drv, probe, res, n_res, data, size) \
	__platform_create_bundle(drv, probe, res, n_res, data, size, THIS_MODULE)

static __always_inline void platform_unregister_drivers(struct platform_driver *const *drivers,
							unsigned int count)
{
	while (count--)
		platform_driver_unregister(drivers[count]);
}

static __always_inline int __platform_register_drivers(struct platform_driver *const *drivers,
						       unsigned int count, struct module *owner)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		int err = __platform_driver_register(drivers[i], owner);

		if (err < 0) {
			pr_err("failed to register platform driver %ps: %d\n",
			       (void *)drivers[i], err);
			platform_unregister_drivers(drivers, i);
			return err;
		}
	}
	return 0;
}
#define platform_register_drivers(drivers, count) \
	__platform_register_drivers(drivers, count, THIS_MODULE)

static __maybe_unused int __kmemu_platform_match(struct device *dev, const void *drv)
{
	return platform_bus_type.match(dev, (const struct device_driver *)drv);
}

/* With a reference. */
static inline struct device *platform_find_device_by_driver(struct device *start,
							    const struct device_driver *drv)
{
	return bus_find_device(&platform_bus_type, start, drv, __kmemu_platform_match);
}

#define module_platform_driver(__platform_driver) \
	module_driver(__platform_driver, platform_driver_register, platform_driver_unregister)
#define builtin_platform_driver(__platform_driver) \
	builtin_driver(__platform_driver, platform_driver_register)
#define module_platform_driver_probe(__platform_driver, __platform_probe)                  \
	static int __init __platform_driver##_init(void)                                   \
	{                                                                                  \
		return platform_driver_probe(&(__platform_driver), __platform_probe);      \
	}                                                                                  \
	module_init(__platform_driver##_init);                                             \
	static void __exit __platform_driver##_exit(void)                                  \
	{                                                                                  \
		platform_driver_unregister(&(__platform_driver));                          \
	}                                                                                  \
	module_exit(__platform_driver##_exit)
#define builtin_platform_driver_probe(__platform_driver, __platform_probe)                 \
	static int __init __platform_driver##_init(void)                                   \
	{                                                                                  \
		return platform_driver_probe(&(__platform_driver), __platform_probe);      \
	}                                                                                  \
	device_initcall(__platform_driver##_init)

#endif /* __cplusplus */

#endif /* _PLATFORM_DEVICE_H_ */
