/* SPDX-License-Identifier: MIT */
/* <linux/device/driver.h> of Linux 6.12: device.h has most of it, and this one at its end. */
#ifndef _DEVICE_DRIVER_H_
#define _DEVICE_DRIVER_H_

#include <linux/device.h>

#ifndef __cplusplus

/* While a driver has it; else its order is not looked at. */
#define device_lock_set_class(dev, key) kmemu_lock_set_class(&(dev)->mutex, #key, (key), 0)
#define device_lock_reset_class(dev) \
	kmemu_lock_set_class(&(dev)->mutex, "&dev->mutex", NULL, 0)

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
