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
static __always_inline void set_primary_fwnode(struct device *dev, struct fwnode_handle *fwnode)
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

static __always_inline int __devm_add_action(struct device *dev, void (*action)(void *), void *data,
					     const char *name)
{
	(void)name;
	return kmemu_devm_add_action(dev, action, data);
}

/* --- which one, and whom a device shall have */

static inline struct device *driver_find_next_device(const struct device_driver *drv,
						     struct device *start)
{
	return driver_find_device(drv, start, NULL, device_match_any);
}

static __always_inline struct device *driver_find_device_by_of_node(const struct device_driver *drv,
								    const struct device_node *np)
{
	return driver_find_device(drv, NULL, np, device_match_of_node);
}

static __always_inline struct device *
driver_find_device_by_fwnode(struct device_driver *drv, const struct fwnode_handle *fwnode)
{
	return driver_find_device(drv, NULL, fwnode, device_match_fwnode);
}

/* The name of the one driver that a bus shall match; NULL or "": any. May sleep. */
static __always_inline int __device_set_driver_override(struct device *dev, const char *s,
							size_t len)
{
	const char *name = NULL, *old;

	if (!s || len >= PAGE_SIZE - 1)
		return -EINVAL;
	len = strcspn(s, "\n");
	if (len) {
		name = kstrndup(s, len, GFP_KERNEL);
		if (!name)
			return -ENOMEM;
	}
	kmemu_spin_lock(&dev->driver_override.lock);
	old = dev->driver_override.name;
	dev->driver_override.name = name;
	kmemu_spin_unlock(&dev->driver_override.lock);
	kfree(old);
	return 0;
}

static __always_inline int device_set_driver_override(struct device *dev, const char *s)
{
	return __device_set_driver_override(dev, s, s ? strlen(s) : 0);
}

/* 1: this is the one, 0: another, -1: none was said. */
static __always_inline int device_match_driver_override(struct device *dev,
							const struct device_driver *drv)
{
	int is = -1;

	kmemu_spin_lock(&dev->driver_override.lock);
	if (dev->driver_override.name)
		is = !strcmp(dev->driver_override.name, drv->name);
	kmemu_spin_unlock(&dev->driver_override.lock);
	return is;
}

static __always_inline bool device_has_driver_override(struct device *dev)
{
	return READ_ONCE(dev->driver_override.name) != NULL;
}

__kmemu_c void device_shutdown(void) __kmemu_is(kmemu_device_shutdown);

/* As without CONFIG_DEVTMPFS. */
static inline int devtmpfs_mount(void)
{
	return 0;
}

#endif /* __cplusplus */

#endif /* _DEVICE_DRIVER_H_ */
