/* SPDX-License-Identifier: MIT */
/* <linux/device/driver.h> of Linux 6.12: device.h has most of it, and this one at its end. */
#ifndef _DEVICE_DRIVER_H_
#define _DEVICE_DRIVER_H_

#include <linux/device.h>
#include <linux/fwnode.h>

#ifndef __cplusplus

/* While a driver has it; else its order is not looked at. */
#define device_lock_set_class(dev, key) kmemu_lock_set_class(&(dev)->mutex, #key, (key), 0)
#define device_lock_reset_class(dev) \
	kmemu_lock_set_class(&(dev)->mutex, "&dev->mutex", NULL, 0)

/* A device has a primary node, a secondary one behind it, or a secondary alone. */
static inline bool __kmemu_is_primary(const struct fwnode_handle *fwnode)
{
	return fwnode && !IS_ERR(fwnode->secondary);
}

static inline void set_secondary_fwnode(struct device *dev, struct fwnode_handle *fwnode)
{
	if (fwnode)
		fwnode->secondary = (struct fwnode_handle *)ERR_PTR(-ENODEV);
	if (__kmemu_is_primary(dev->fwnode))
		dev->fwnode->secondary = fwnode;
	else
		dev->fwnode = fwnode;
}

/* The secondary one stays. NULL: the device has it alone, unless its parent shares the first. */
static inline void set_primary_fwnode(struct device *dev, struct fwnode_handle *fwnode)
{
	struct fwnode_handle *had = dev->fwnode;
	struct fwnode_handle *second = __kmemu_is_primary(had) ? had->secondary : had;

	if (fwnode) {
		if (second) {
			WARN_ON(fwnode->secondary);
			fwnode->secondary = second;
		}
		dev->fwnode = fwnode;
		return;
	}
	dev->fwnode = __kmemu_is_primary(had) ? second : NULL;
	if (__kmemu_is_primary(had) && !(dev->parent && dev->parent->fwnode == had))
		had->secondary = NULL;
}

/* Once it is on its bus: who has a driver for it has it. */
static inline void device_initial_probe(struct device *dev)
{
	(void)!device_attach(dev);
}

/* With a reference; NULL: none. */
static inline struct device *get_dev_from_fwnode(struct fwnode_handle *fwnode)
{
	return get_device(fwnode->dev);
}

/* As without CONFIG_PM_SLEEP. */
static inline bool dev_pm_smart_suspend(struct device *dev)
{
	(void)dev;
	return false;
}

static inline bool dev_has_sync_state(struct device *dev)
{
	if (!dev)
		return false;
	return (dev->driver && dev->driver->sync_state) || (dev->bus && dev->bus->sync_state);
}

static inline int dev_num_vf(struct device *dev)
{
	return dev->bus && dev->bus->num_vf ? dev->bus->num_vf(dev) : 0;
}

#define __devm_add_action(dev, action, data, name) \
	((void)(name), kmemu_devm_add_action(dev, action, data))

#endif /* __cplusplus */

#endif /* _DEVICE_DRIVER_H_ */
