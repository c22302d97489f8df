/*
 * bus.h - what device.c and bus.c have for each other.
 */
#pragma once

#include "include/kmemu/device.h"

/* Its name is one of another that is added, where the kernel has both in one directory. */
bool bus_has_name(const struct device *dev);
/* Into the list of all devices; probed if its bus has a driver for it. Or -EEXIST. */
int bus_add_device(struct device *dev);
/* False: it was not added. */
bool bus_remove_device(struct device *dev);
/* The driver's groups and remove, then what it managed; the device's mutex is held. */
void device_unbind(struct device *dev, const void *caller);
bool bus_is_registered(const struct bus_type *type);
/* Calls who listens to the device's bus. */
void bus_notify(struct device *dev, enum bus_notifier_event event);
/* The bus is no more, and nobody listens. */
void bus_notify_forget(const struct bus_type *type, const void *caller);
int device_add_groups(struct device *dev, const struct attribute_group **groups);
/* device_create() with a name that is no format, for who called func. */
struct device *device_create_for(const struct class *cls, struct device *parent,
				 unsigned int devt, void *drvdata,
				 const struct attribute_group **groups, const char *name,
				 const char *func, const void *caller);

/* device_link.c. check: 0, or -EPROBE_DEFER: a supplier is not bound. */
int device_links_check(struct device *dev);
void device_links_bound(struct device *dev);
/* Lets the device's mutex go while it unbinds them. */
void device_links_unbind_consumers(struct device *dev);
void device_links_unbound(struct device *dev);
void device_links_purge(struct device *dev);

/* subsys.c: interfaces of its bus and class; attributes of a class or bus. */
void subsys_interfaces_tell(struct device *dev, bool comes);
int subsys_add_groups(const void *owner, const char *name, bool is_bus,
		      const struct attribute_group **groups);
void subsys_forget(const void *owner, const void *caller);
