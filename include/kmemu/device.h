/* SPDX-License-Identifier: MIT */
/*
 * device.h - struct device, as far as memory for devices needs one (kernel:
 * include/linux/device.h, drivers/base/core.c, devres.c). It may be made from
 * nothing: all zero is a device without a name, a driver and masks.
 *
 * A bus that is registered matches and probes, as drivers/base/dd.c does; a device of
 * one that is not has the driver that its maker gave it. Attributes are read by
 * kmemu_sysfs_read(&dev->kobj, "name", ...).
 */
#ifndef KMEMU_DEVICE_H
#define KMEMU_DEVICE_H

#include "kmemu.h"
#include "kobject.h"
#include "locks.h"
#include "notifier.h"
#include <stdarg.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned long long kmemu_dma_addr_t; /* the kernel's u64 */

/* A word that C++ keeps for itself. */
#ifdef __cplusplus
#define KMEMU_CLASS class_
#else
#define KMEMU_CLASS class
#endif

struct device;
struct device_driver;
struct module;
struct device_node;
struct fwnode_handle;
struct kobj_uevent_env;
struct dev_pm_ops;
struct pm_subsys_data;
struct of_device_id;
struct acpi_device_id;

struct pm_message {
	int event;
};

struct bus_type {
	const char *name, *dev_name;
	const struct attribute_group **bus_groups, **dev_groups, **drv_groups;
	/* 1: the driver is one for the device */
	int (*match)(struct device *dev, const struct device_driver *drv);
	int (*uevent)(const struct device *dev, struct kobj_uevent_env *env);
	int (*probe)(struct device *dev);
	void (*sync_state)(struct device *dev);
	void (*remove)(struct device *dev);
	void (*shutdown)(struct device *dev);
	const struct dev_pm_ops *pm;
	int (*online)(struct device *dev);
	int (*offline)(struct device *dev);
	int (*suspend)(struct device *dev, struct pm_message state);
	int (*resume)(struct device *dev);
	int (*num_vf)(struct device *dev);
	int (*dma_configure)(struct device *dev); /* before probe; an error: none */
	void (*dma_cleanup)(struct device *dev);
	bool driver_override, need_parent_lock;
};

enum probe_type { PROBE_DEFAULT_STRATEGY, PROBE_PREFER_ASYNCHRONOUS, PROBE_FORCE_SYNCHRONOUS };

struct device_driver {
	const char *name;
	const struct bus_type *bus;
	struct module *owner;
	const char *mod_name;
	bool suppress_bind_attrs;
	enum probe_type probe_type;
	const struct of_device_id *of_match_table;
	const struct acpi_device_id *acpi_match_table;
	int (*probe)(struct device *dev);
	int (*remove)(struct device *dev);
	void (*sync_state)(struct device *dev); /* once all that need the device are bound */
	void (*shutdown)(struct device *dev);
	int (*suspend)(struct device *dev, struct pm_message state);
	int (*resume)(struct device *dev);
	void (*coredump)(struct device *dev);
	const struct attribute_group **groups, **dev_groups;
	const struct dev_pm_ops *pm;
	/* private */
	struct kobject kmemu_kobj;
	struct list_head kmemu_entry;
};

struct KMEMU_CLASS {
	const char *name;
	const struct attribute_group **class_groups, **dev_groups;
	int (*dev_uevent)(const struct device *dev, struct kobj_uevent_env *env);
	char *(*devnode)(const struct device *dev, unsigned short *mode);
	void (*class_release)(const struct KMEMU_CLASS *cls);
	void (*dev_release)(struct device *dev);
	int (*shutdown_pre)(struct device *dev);
	const struct kobj_ns_type_operations *ns_type;
	const void *(*KMEMU_NAMESPACE)(const struct device *dev);
	void (*get_ownership)(const struct device *dev, kuid_t *uid, kgid_t *gid);
	const struct dev_pm_ops *pm;
};

struct device_type {
	const char *name;
	const struct attribute_group **groups;
	int (*uevent)(const struct device *dev, struct kobj_uevent_env *env);
	char *(*devnode)(const struct device *dev, unsigned short *mode, kuid_t *uid, kgid_t *gid);
	void (*release)(struct device *dev);
	const struct dev_pm_ops *pm;
	bool need_parent_lock;
};

struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t count);
};

struct driver_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device_driver *driver, char *buf);
	ssize_t (*store)(struct device_driver *driver, const char *buf, size_t count);
};

struct class_attribute {
	struct attribute attr;
	ssize_t (*show)(const struct KMEMU_CLASS *cls, const struct class_attribute *attr,
			char *buf);
	ssize_t (*store)(const struct KMEMU_CLASS *cls, const struct class_attribute *attr,
			 const char *buf, size_t count);
};

struct bus_attribute {
	struct attribute attr;
	ssize_t (*show)(const struct bus_type *bus, char *buf);
	ssize_t (*store)(const struct bus_type *bus, const char *buf, size_t count);
};

/* Told of each device of a class that comes, or goes. */
struct class_interface {
	struct list_head node;
	const struct KMEMU_CLASS *KMEMU_CLASS;
	int (*add_dev)(struct device *dev);
	void (*remove_dev)(struct device *dev);
};

/* The same of a bus (kernel: include/linux/device.h). */
struct subsys_interface {
	const char *name;
	const struct bus_type *subsys;
	struct list_head node;
	int (*add_dev)(struct device *dev, struct subsys_interface *sif);
	void (*remove_dev)(struct device *dev, struct subsys_interface *sif);
};

enum device_link_state {
	DL_STATE_NONE = -1,
	DL_STATE_DORMANT,
	DL_STATE_AVAILABLE, /* its supplier is bound */
	DL_STATE_CONSUMER_PROBE,
	DL_STATE_ACTIVE,
	DL_STATE_SUPPLIER_UNBIND,
};

enum dl_dev_state { DL_DEV_NO_DRIVER, DL_DEV_PROBING, DL_DEV_DRIVER_BOUND, DL_DEV_UNBINDING };

struct device_link {
	struct device *supplier, *consumer; /* references */
	enum device_link_state status;
	unsigned int flags; /* KMEMU_DL_* */
	/* private */
	unsigned int kmemu_refs;
	struct list_head kmemu_entry;
};

/* What may be said of a device; nobody here looks at it. */
enum device_removable {
	DEVICE_REMOVABLE_NOT_SUPPORTED = 0,
	DEVICE_REMOVABLE_UNKNOWN,
	DEVICE_FIXED,
	DEVICE_REMOVABLE,
};

enum device_physical_location_panel {
	DEVICE_PANEL_TOP,
	DEVICE_PANEL_BOTTOM,
	DEVICE_PANEL_LEFT,
	DEVICE_PANEL_RIGHT,
	DEVICE_PANEL_FRONT,
	DEVICE_PANEL_BACK,
	DEVICE_PANEL_UNKNOWN,
};

enum device_physical_location_vertical_position {
	DEVICE_VERT_POS_UPPER,
	DEVICE_VERT_POS_CENTER,
	DEVICE_VERT_POS_LOWER,
};

enum device_physical_location_horizontal_position {
	DEVICE_HORI_POS_LEFT,
	DEVICE_HORI_POS_CENTER,
	DEVICE_HORI_POS_RIGHT,
};

struct device_physical_location {
	enum device_physical_location_panel panel;
	enum device_physical_location_vertical_position vertical_position;
	enum device_physical_location_horizontal_position horizontal_position;
	bool dock, lid;
};

struct device_dma_parameters {
	unsigned int max_segment_size; /* bytes; 0: 64 KiB */
	unsigned int min_align_mask; /* low bits that a bounce buffer keeps */
	unsigned long segment_boundary_mask; /* 0: none */
};

/* Kernel: struct dev_pm_info, as far as what wakes the machine goes. It is never suspended. */
struct dev_pm_info {
	struct pm_message power_state;
	bool can_wakeup, should_wakeup;
	bool async_suspend, no_pm;
	bool is_prepared, is_suspended, is_noirq_suspended, is_late_suspended;
	unsigned int driver_flags; /* DPM_FLAG_* */
	struct spinlock lock;
	struct pm_subsys_data *subsys_data;
};
typedef struct pm_message pm_message_t;

struct device {
	struct kobject kobj; /* its name, references and attributes */
	struct device *parent;
	const struct device_type *type;
	const char *init_name; /* the name, until dev_set_name() */
	const struct bus_type *bus;
	struct device_driver *driver;
	void *platform_data, *driver_data;
	unsigned long long *dma_mask; /* NULL: it does no DMA */
	unsigned long long coherent_dma_mask, bus_dma_limit; /* 0: no limit of the bus */
	struct device_dma_parameters *dma_parms;
	const void *dma_ops; /* ignored: all devices are directly mapped */
	int numa_node;
	unsigned int id;
	unsigned int devt;
	struct mutex mutex; /* device_lock() */
	struct device_node *of_node; /* who makes the device may set them, nobody reads them */
	struct fwnode_handle *fwnode;
	const struct KMEMU_CLASS *KMEMU_CLASS;
	const struct attribute_group **groups;
	void (*release)(struct device *dev); /* at the last put_device() */
	bool offline, offline_disabled, can_match;
	bool dma_coherent, uevent_suppress, of_node_reused;
	bool state_synced; /* sync_state() was called */
	enum device_removable removable;
	struct device_physical_location *physical_location;
	struct dev_pm_domain *pm_domain;
	struct {
		const char *name; /* kmalloc memory; NULL: none */
		struct kmemu_spinlock lock;
	} driver_override; /* device_set_driver_override() */
	struct dev_pm_info power;
	/* private */
	struct list_head kmemu_entry; /* of all that are added; NULL: it is not */
	bool kmemu_deferred; /* its probe said -EPROBE_DEFER */
	bool kmemu_shut_down; /* device_shutdown() has called for it */
	enum dl_dev_state kmemu_state;
	void *kmemu_devres, *kmemu_pools;
};

/* Not while its probe runs, which has dev->driver; while it is unbound. */
static inline bool kmemu_device_is_bound(const struct device *dev)
{
	return dev->kmemu_state == DL_DEV_DRIVER_BOUND || dev->kmemu_state == DL_DEV_UNBINDING;
}

/* dev_name(): NULL without one, as the kernel's. */
static inline const char *kmemu_dev_name(const struct device *dev)
{
	return dev->init_name ? dev->init_name : dev->kobj.name;
}

/* dev_driver_string(): the driver, or the bus, or "". */
static inline const char *kmemu_dev_driver_string(const struct device *dev)
{
	if (dev->driver)
		return dev->driver->name;
	return dev->bus ? dev->bus->name : "";
}

/*
 * Life of a device (drivers/base/core.c). set_name: 0 or -ENOMEM; the name is
 * copied. add: 0, or -EINVAL without a name. del is what unbinding the driver
 * does: what devm_* manages is released, newest first, then dma-debug looks for
 * mappings that are left (kind dma-leak). put: the last one calls release.
 */
void kmemu_device_initialize(struct device *dev);
/*
 * What a reboot begins with: shutdown_pre() of the class, and shutdown() of the bus, or else
 * of the driver, for all devices that are added, the newest first, once for each. May sleep.
 */
void kmemu_device_shutdown(void);
int kmemu_dev_set_name(struct device *dev, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int kmemu_device_add(struct device *dev);
int kmemu_device_register(struct device *dev);
void kmemu_device_del(struct device *dev);
void kmemu_device_unregister(struct device *dev);
struct device *kmemu_get_device(struct device *dev);
void kmemu_put_device(struct device *dev);
void kmemu_device_release_driver(struct device *dev);

/*
 * Buses, drivers, classes (drivers/base/bus.c, dd.c, driver.c, class.c). register: 0,
 * -EINVAL or -EBUSY (the name is there). A driver's registration probes the devices of
 * its bus that have none and match; a device that is added, the drivers. What probe
 * took by devm_* goes when it fails. unregister unbinds.
 * device_create: kmalloc memory, freed at the last put; an error pointer.
 * for_each: in the order of adding, until fn answers not 0; find: with a reference.
 */
int kmemu_bus_register(const struct bus_type *bus);
void kmemu_bus_unregister(const struct bus_type *bus);
int kmemu_driver_register(struct device_driver *drv);
void kmemu_driver_unregister(struct device_driver *drv);
struct device_driver *kmemu_driver_find(const char *name, const struct bus_type *bus);
/*
 * 1: it is bound, 0: no driver wants it, or its probe() failed. -EPROBE_DEFER: a supplier is
 * not bound; what match() says below 0 ends the search, too. A device whose match() said
 * -EPROBE_DEFER waits as one whose probe() did.
 */
int kmemu_device_attach(struct device *dev);
/* For kmemu_device_for_each(); with the lock of a parent that wants it. */
int kmemu_device_rescan(struct device *dev, void *data);
/* Probes again a device that may be bound; a driver is tried with the devices of its bus. */
int kmemu_device_reprobe(struct device *dev);
int kmemu_driver_attach(struct device_driver *drv);

/*
 * Links (drivers/base/core.c, device_link_add): the consumer is not probed before the
 * supplier is bound and unbound before it. add: NULL: it cannot be, or no memory. del and
 * remove: one reference of a stateless link; a managed one, whose consumer is registered,
 * stays, with a WARN. May sleep.
 */
#define KMEMU_DL_STATELESS 0x01u
#define KMEMU_DL_AUTOREMOVE_CONSUMER 0x02u
#define KMEMU_DL_AUTOREMOVE_SUPPLIER 0x10u
#define KMEMU_DL_AUTOPROBE_CONSUMER 0x20u
#define KMEMU_DL_MANAGED 0x40u
#define KMEMU_DL_SYNC_STATE_ONLY 0x80u
struct device_link *kmemu_device_link_add(struct device *consumer, struct device *supplier,
					  unsigned int flags);
void kmemu_device_link_del(struct device_link *link);
void kmemu_device_link_remove(void *consumer, struct device *supplier);

/* 0 or -ENODEV (no class), -ENOMEM; add_dev is called for those that are there. May sleep. */
int kmemu_class_interface_register(struct class_interface *i);
void kmemu_class_interface_unregister(struct class_interface *i);
int kmemu_subsys_interface_register(struct subsys_interface *i);
void kmemu_subsys_interface_unregister(struct subsys_interface *i);
/* A bus with a device of its name, which has the groups; the bus's end is the device's. */
int kmemu_subsys_register(const struct bus_type *bus, const struct attribute_group **groups);
struct device *kmemu_bus_dev_root(const struct bus_type *bus); /* with a reference, or NULL */
/* What has the attributes of a class or a bus, for kmemu_sysfs_read(); NULL: no memory. */
struct kobject *kmemu_subsys_kobj(const void *owner, const char *name, bool is_bus);
/* The drivers of a bus behind start (NULL: all), until fn answers not 0. May sleep. */
int kmemu_bus_for_each_drv(const struct bus_type *bus, struct device_driver *start, void *data,
			   int (*fn)(struct device_driver *drv, void *data));
/*
 * Binds that driver alone: 0, -EBUSY: it is bound; -EAGAIN: deferred; -ENODEV: it is not added,
 * and what probe() says. */
int kmemu_device_driver_attach(struct device_driver *drv, struct device *dev);
/* dev->driver is set already, by who found the device itself; 0, or -EEXIST: it is bound. */
int kmemu_device_bind_driver(struct device *dev);
/* Another name, or parent: 0, -ENOMEM. */
int kmemu_device_rename(struct device *dev, const char *name);
int kmemu_device_move(struct device *dev, struct device *parent);

/* What is said of the devices of a bus; data is the device. */
enum bus_notifier_event {
	BUS_NOTIFY_ADD_DEVICE,
	BUS_NOTIFY_DEL_DEVICE,
	BUS_NOTIFY_REMOVED_DEVICE,
	BUS_NOTIFY_BIND_DRIVER, /* before probe */
	BUS_NOTIFY_BOUND_DRIVER,
	BUS_NOTIFY_UNBIND_DRIVER, /* before remove */
	BUS_NOTIFY_UNBOUND_DRIVER,
	BUS_NOTIFY_DRIVER_NOT_BOUND, /* probe failed */
};
/* 0, -EINVAL: the bus is not registered; -EEXIST, -ENOENT. May sleep. */
int kmemu_bus_register_notifier(const struct bus_type *bus, struct notifier_block *nb);
int kmemu_bus_unregister_notifier(const struct bus_type *bus, struct notifier_block *nb);
struct KMEMU_CLASS *kmemu_class_create(const char *name);
void kmemu_class_destroy(const struct KMEMU_CLASS *cls);
/* 0, or -errno; what may be read or written and has no function for it is told of. */
int kmemu_device_create_file(struct device *dev, const struct device_attribute *attr);
/* False, and told of: cls is not registered. func: who asks; line: the kernel's. */
bool kmemu_class_check(const struct KMEMU_CLASS *cls, const char *func, int line);
int kmemu_class_register(const struct KMEMU_CLASS *cls);
void kmemu_class_unregister(const struct KMEMU_CLASS *cls);
struct device *kmemu_device_create(const struct KMEMU_CLASS *cls, struct device *parent,
				   unsigned int devt, void *drvdata,
				   const struct attribute_group **groups, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
struct device *kmemu_device_create_plain(const struct KMEMU_CLASS *cls, struct device *parent,
					 unsigned int devt, void *drvdata, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void kmemu_device_destroy(const struct KMEMU_CLASS *cls, unsigned int devt);
struct device *kmemu_root_device_register(const char *name);
void kmemu_root_device_unregister(struct device *dev);
/* Of a parent, a bus, a class, each if it is not NULL; reverse: the last first. */
struct kmemu_device_filter {
	const struct device *parent;
	const struct bus_type *bus;
	const struct KMEMU_CLASS *cls;
	const struct device *after; /* who comes next, in this direction; NULL: the first */
	bool reverse;
};
int kmemu_device_for_each(const struct kmemu_device_filter *filter, void *data,
			  int (*fn)(struct device *dev, void *data));
struct device *kmemu_device_find(const struct kmemu_device_filter *filter, const void *data,
				 int (*match)(struct device *dev, const void *data));

/*
 * A line of the log: "driver name: text" (drivers/base/core.c, dev_printk_emit).
 * level: the digit of KERN_ERR and so on. dev may be NULL. Any context.
 */
void kmemu_dev_printk(int level, const struct device *dev, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* "error -EINVAL: text" as an error or a warning, but for -EPROBE_DEFER and -ENOMEM; err. */
int kmemu_dev_err_probe(const struct device *dev, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int kmemu_dev_warn_probe(const struct device *dev, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Managed resources (drivers/base/devres.c): data of `size` bytes, released by
 * `release` when the device is unbound. alloc: zeroed; NULL: no memory. find,
 * remove, destroy, release: the newest that matches (match NULL: any);
 * destroy frees without a release, both return 0 or -ENOENT.
 */
typedef void (*kmemu_dr_release_t)(struct device *dev, void *res);
typedef int (*kmemu_dr_match_t)(struct device *dev, void *res, void *match_data);
void *kmemu_devres_alloc(kmemu_dr_release_t release, size_t size, kmemu_gfp_t flags);
void kmemu_devres_free(void *res);
void kmemu_devres_add(struct device *dev, void *res);
void *kmemu_devres_find(struct device *dev, kmemu_dr_release_t release, kmemu_dr_match_t match,
			void *match_data);
/* The last one with new_res's release() that matches, and new_res is freed; else new_res, added. */
void *kmemu_devres_get(struct device *dev, void *new_res, kmemu_dr_match_t match,
		       void *match_data);
void *kmemu_devres_remove(struct device *dev, kmemu_dr_release_t release, kmemu_dr_match_t match,
			  void *match_data);
int kmemu_devres_destroy(struct device *dev, kmemu_dr_release_t release, kmemu_dr_match_t match,
			 void *match_data);
int kmemu_devres_release(struct device *dev, kmemu_dr_release_t release, kmemu_dr_match_t match,
			 void *match_data);
/* How many there were. */
int kmemu_devres_release_all(struct device *dev);

/*
 * Groups of them. open: the id, which is a new one for NULL; NULL: no memory. What is added
 * until close, or until now, is the group's. id NULL: the newest that is open; none of
 * that id is a WARN. remove: the resources stay; release: they and the groups wholly within
 * go, the newest first; how many resources.
 */
void *kmemu_devres_open_group(struct device *dev, void *id, kmemu_gfp_t flags);
void kmemu_devres_close_group(struct device *dev, void *id);
void kmemu_devres_remove_group(struct device *dev, void *id);
int kmemu_devres_release_group(struct device *dev, void *id);

/*
 * devm_kmalloc and its kin: as kmalloc. krealloc: p managed, NULL, or a string
 * constant's copy. kfree: what is not managed is kind not-managed.
 */
void *kmemu_devm_kmalloc(struct device *dev, size_t size, kmemu_gfp_t flags);
void *kmemu_devm_krealloc(struct device *dev, void *p, size_t new_size, kmemu_gfp_t flags);
void kmemu_devm_kfree(struct device *dev, const void *p);
char *kmemu_devm_kstrdup(struct device *dev, const char *s, kmemu_gfp_t flags);
void *kmemu_devm_kmemdup(struct device *dev, const void *src, size_t size, kmemu_gfp_t flags);
char *kmemu_devm_kvasprintf(struct device *dev, kmemu_gfp_t flags, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));
char *kmemu_devm_kasprintf(struct device *dev, kmemu_gfp_t flags, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
unsigned long kmemu_devm_get_free_pages(struct device *dev, kmemu_gfp_t flags, unsigned int order);
void kmemu_devm_free_pages(struct device *dev, unsigned long addr);
/* 0 or -ENOMEM; or_reset calls the action at once when it fails. */
int kmemu_devm_add_action(struct device *dev, void (*action)(void *), void *data);
int kmemu_devm_add_action_or_reset(struct device *dev, void (*action)(void *), void *data);
void kmemu_devm_remove_action(struct device *dev, void (*action)(void *), void *data);
void kmemu_devm_release_action(struct device *dev, void (*action)(void *), void *data);

#ifdef __cplusplus
}
#endif

#endif
