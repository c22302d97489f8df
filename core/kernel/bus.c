/*
 * bus.c - buses that match and probe, drivers (kernel: drivers/base/bus.c, dd.c,
 * driver.c).
 *
 * All devices that are added are one list; a bus that is registered has a list of
 * drivers. A device without a driver and a driver meet in attach(), which probes with
 * the device's mutex held. A probe that says -EPROBE_DEFER is tried again whenever
 * another one succeeds.
 *
 * Different from the kernel: a probe runs on the thread that registers, also where the
 * driver prefers another; no power management; a bus that nobody registered (struct
 * bus_type in a test) binds nothing.
 *
 * Locks: a device's mutex, then model_lock over the lists; under the latter nothing is
 * called.
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/bus.h"
#include "core/kernel/softirq.h"
#include "core/kernel/sysfs.h"
#include "core/lib/list.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/platform.h"
#include "include/kmemu/printk.h"

#define EPROBE_DEFER_ 517 /* the kernel's own */

struct bus {
	struct list_head entry, drivers;
	const struct bus_type *type;
};

static struct kmemu_mutex model_lock __own_mutex;
static struct list_head devices = { &devices, &devices };
static struct event driver_put; /* a driver has no users */
static struct list_head buses;
static struct bus platform = { .entry = { &buses, &buses },
			       .drivers = { &platform.drivers, &platform.drivers },
			       .type = &kmemu_platform_bus_type };
static struct list_head buses = { &platform.entry, &platform.entry };

static struct bus *bus_of(const struct bus_type *type)
{
	struct list_head *at;

	for (at = buses.next; at != &buses; at = at->next)
		if (container_of(at, struct bus, entry)->type == type)
			return container_of(at, struct bus, entry);
	return NULL;
}

static bool same_name(const struct bus_type *a, const struct bus_type *b)
{
	return a == b || (a->name && b->name && !strcmp(a->name, b->name));
}

KMEMU_EXPORT int kmemu_bus_register(const struct bus_type *type)
{
	struct bus *bus = kmalloc_for(sizeof(*bus), GFP_KERNEL, "bus_register", CALLER);
	struct list_head *at;
	bool there = false;

	if (!bus)
		return -ENOMEM;
	bus->type = type;
	INIT_LIST_HEAD(&bus->drivers);
	kmemu_mutex_lock(&model_lock);
	for (at = buses.next; at != &buses; at = at->next)
		there |= same_name(container_of(at, struct bus, entry)->type, type);
	if (!there)
		list_add_tail(&bus->entry, &buses);
	kmemu_mutex_unlock(&model_lock);
	if (there) {
		kfree_for(bus, CALLER);
		kmemu_printk("\0014sysfs: cannot create duplicate filename '/bus/%s'\n",
			     type->name);
		kobject_tell_taken(type->name);
	}
	return there ? -EEXIST : subsys_add_groups(type, type->name, true, type->bus_groups);
}

KMEMU_EXPORT void kmemu_bus_unregister(const struct bus_type *type)
{
	struct bus *bus;

	kmemu_mutex_lock(&model_lock);
	bus = bus_of(type);
	if (bus) {
		list_del(&bus->entry);
		list_del(&bus->drivers); /* those that are left have each other */
	}
	kmemu_mutex_unlock(&model_lock);
	bus_notify_forget(type, CALLER);
	subsys_forget(type, CALLER);
	kfree_for(bus, CALLER);
}

bool bus_is_registered(const struct bus_type *type)
{
	bool there;

	kmemu_mutex_lock(&model_lock);
	there = bus_of(type);
	kmemu_mutex_unlock(&model_lock);
	return there;
}

/* --- walking the devices --------------------------------------------------- */

static bool is_meant(const struct kmemu_device_filter *f, const struct device *dev)
{
	return (!f->parent || dev->parent == f->parent) && (!f->bus || dev->bus == f->bus) &&
	       (!f->cls || dev->class == f->cls);
}

/* Those that are meant, with references, as they were at one moment; NULL: no memory. */
static struct device **snapshot(const struct kmemu_device_filter *f, size_t *n)
{
	struct list_head *at;
	struct device **all;
	size_t room = 0, skip = 0;

	kmemu_mutex_lock(&model_lock);
	for (at = devices.next; at != &devices; at = at->next)
		room++;
	kmemu_mutex_unlock(&model_lock);
	all = kmemu_kmalloc((room + 1) * sizeof(struct device *), GFP_KERNEL);
	*n = 0;
	if (!all)
		return NULL;
	kmemu_mutex_lock(&model_lock);
	for (at = devices.next; at != &devices && *n < room; at = at->next) {
		struct device *dev = container_of(at, struct device, kmemu_entry);

		if (dev == f->after && f->reverse)
			break;
		if (is_meant(f, dev) && kmemu_kobject_get_unless_zero(&dev->kobj))
			all[(*n)++] = dev;
		if (dev == f->after)
			skip = *n;
	}
	kmemu_mutex_unlock(&model_lock);
	for (size_t i = 0; i < skip; i++)
		kmemu_put_device(all[i]); /* may take model_lock */
	*n -= skip;
	memmove(all, all + skip, *n * sizeof(struct device *));
	return all;
}

static bool is_added(const struct device *dev)
{
	bool added;

	kmemu_mutex_lock(&model_lock);
	added = dev->kmemu_entry.next;
	kmemu_mutex_unlock(&model_lock);
	return added;
}

KMEMU_EXPORT int kmemu_device_for_each(const struct kmemu_device_filter *filter, void *data,
				       int (*fn)(struct device *dev, void *data))
{
	size_t n;
	struct device **all = snapshot(filter, &n);
	int err = all ? 0 : -ENOMEM;

	for (size_t i = 0; i < n; i++) {
		struct device *dev = all[filter->reverse ? n - 1 - i : i];

		if (!err && is_added(dev))
			err = fn(dev, data);
		kmemu_put_device(dev);
	}
	kmemu_kfree(all);
	return err;
}

struct wanted {
	const void *data;
	int (*match)(struct device *dev, const void *data);
	struct device *found;
};

static int is_wanted(struct device *dev, void *data)
{
	struct wanted *w = data;

	if (!w->match(dev, w->data))
		return 0;
	w->found = kmemu_get_device(dev);
	return 1;
}

KMEMU_EXPORT struct device *kmemu_device_find(const struct kmemu_device_filter *filter,
					      const void *data,
					      int (*match)(struct device *dev, const void *data))
{
	struct wanted w = { data, match, NULL };

	kmemu_device_for_each(filter, &w, is_wanted);
	return w.found;
}

/* --- probing --------------------------------------------------------------- */

static int call_probe(struct device *dev, struct device_driver *drv)
{
	if (dev->bus->probe)
		return dev->bus->probe(dev);
	return drv->probe ? drv->probe(dev) : 0;
}

/* Without its groups a bound device is unbound. */
static int add_groups(struct device *dev, struct device_driver *drv)
{
	int err = device_add_groups(dev, drv->dev_groups);

	if (!err) {
		device_links_bound(dev);
		bus_notify(dev, BUS_NOTIFY_BOUND_DRIVER);
		return 0;
	}
	kmemu_dev_printk(3, dev, "device_add_groups() failed\n");
	device_unbind(dev, CALLER);
	return err;
}

/* As the kernel's: 0: bound, below 0: before its probe() or behind it, above: what that said. */
static int really_probe(struct device *dev, struct device_driver *drv)
{
	bool configured;
	int err;

	if (dev->kmemu_devres) {
		kmemu_dev_printk(2, dev, "Resources present before probing\n");
		return -EBUSY;
	}
	err = device_links_check(dev);
	if (err) {
		device_links_unbound(dev);
		return err;
	}
	WRITE_ONCE(dev->driver, drv);
	err = dev->bus->dma_configure ? dev->bus->dma_configure(dev) : 0;
	configured = !err;
	if (!err) {
		bus_notify(dev, BUS_NOTIFY_BIND_DRIVER);
		err = call_probe(dev, drv);
		if (err && err != -ENODEV && err != -ENXIO && err != -EPROBE_DEFER_)
			kmemu_dev_printk(3, dev, "probe with driver %s failed with error %d\n",
					 drv->name, err);
	}
	if (!err)
		return add_groups(dev, drv);
	if (configured) {
		bus_notify(dev, BUS_NOTIFY_DRIVER_NOT_BOUND);
		if (dev->bus->dma_cleanup)
			dev->bus->dma_cleanup(dev);
	}
	kmemu_devres_release_all(dev);
	WRITE_ONCE(dev->driver, NULL);
	dev->driver_data = NULL;
	device_links_unbound(dev);
	return configured ? -err : err;
}

/* Kernel: __driver_probe_device(), the device's mutex is held. As really_probe(). */
static int probe(struct device *dev, struct device_driver *drv)
{
	int err;

	if (dev->driver || !is_added(dev))
		return dev->driver ? -EBUSY : -ENODEV;
	err = really_probe(dev, drv);
	WRITE_ONCE(dev->kmemu_deferred, err == -EPROBE_DEFER_ || err == EPROBE_DEFER_);
	return err;
}


/* Whose lock is held, too, when a driver is bound or unbound; NULL: nobody's. */
static struct device *wanted_parent(const struct device *dev)
{
	bool wanted = (dev->bus && dev->bus->need_parent_lock) ||
		      (dev->type && dev->type->need_parent_lock);

	return wanted ? dev->parent : NULL;
}

/*
 * Kernel: __device_driver_lock(). Its parent, which is locked as well, or NULL. Who adds or
 * removes a device has locked the parent itself.
 */
static struct device *lock_both(struct device *dev)
{
	struct device *parent = wanted_parent(dev);

	if (parent)
		kmemu_mutex_lock(&parent->mutex.lock);
	kmemu_mutex_lock(&dev->mutex.lock);
	return parent;
}

static void unlock_both(struct device *dev, struct device *parent)
{
	kmemu_mutex_unlock(&dev->mutex.lock);
	if (parent)
		kmemu_mutex_unlock(&parent->mutex.lock);
}

/*
 * Kernel: __device_attach_driver(). 1: bound now, 0: not, or what ends the search. both: with
 * the parent's lock, if it is wanted.
 */
static int attach(struct device *dev, struct device_driver *drv, bool both)
{
	int ret = dev->bus->match ? dev->bus->match(dev, drv) : 1;
	struct device *parent = NULL;

	if (ret == -EPROBE_DEFER_)
		WRITE_ONCE(dev->kmemu_deferred, true);
	if (ret <= 0)
		return ret;
	if (both)
		parent = lock_both(dev);
	else
		kmemu_mutex_lock(&dev->mutex.lock);
	ret = probe(dev, drv);
	unlock_both(dev, parent);
	return ret < 0 ? ret : !ret;
}

static void put_driver(struct device_driver *drv)
{
	if (__atomic_sub_fetch(&drv->kmemu_kobj.refs, 1, __ATOMIC_ACQ_REL) == 1)
		event_signal(&driver_put); /* the driver may be gone */
}

/* The nth driver of a bus, with a reference that driver_unregister() waits for. */
static struct device_driver *nth_driver(const struct bus_type *type, size_t n)
{
	struct device_driver *drv = NULL;
	struct list_head *at;
	struct bus *bus;

	kmemu_mutex_lock(&model_lock);
	bus = type ? bus_of(type) : NULL;
	for (at = bus ? bus->drivers.next : NULL; bus && at != &bus->drivers; at = at->next)
		if (!n--) {
			drv = container_of(at, struct device_driver, kmemu_entry);
			kmemu_kobject_get(&drv->kmemu_kobj);
			break;
		}
	kmemu_mutex_unlock(&model_lock);
	return drv;
}

/* Kernel: __device_attach(). As attach(), and 1: it was bound before. */
static int try_drivers(struct device *dev)
{
	struct device_driver *drv;
	int ret = 0;

	if (READ_ONCE(dev->driver)) /* which its maker chose */
		return kmemu_device_is_bound(dev) || !kmemu_device_bind_driver(dev);
	for (size_t n = 0; !ret; n++) {
		drv = nth_driver(dev->bus, n);
		if (!drv)
			break;
		ret = attach(dev, drv, false);
		put_driver(drv);
	}
	return ret;
}

static int try_again(struct device *dev, void *data)
{
	struct device *parent = wanted_parent(dev);

	if (!READ_ONCE(dev->kmemu_deferred) || READ_ONCE(dev->driver))
		return 0;
	WRITE_ONCE(dev->kmemu_deferred, false);
	if (parent && word_owner(&parent->mutex.lock.word) == os_tid())
		parent = NULL; /* in the kernel another thread does this */
	if (parent)
		kmemu_mutex_lock(&parent->mutex.lock);
	*(bool *)data |= try_drivers(dev) > 0;
	if (parent)
		kmemu_mutex_unlock(&parent->mutex.lock);
	return 0;
}

/* Somebody was bound: who waited for that may go on, and so on. */
static void retry_deferred(void)
{
	static const struct kmemu_device_filter all = { 0 };
	bool bound;

	do {
		bound = false;
		kmemu_device_for_each(&all, &bound, try_again);
	} while (bound);
}

/* The newest that nobody has called for yet, with a reference; NULL: none is left. */
static struct device *next_to_shut_down(void)
{
	struct device *found = NULL;
	struct list_head *at;

	kmemu_mutex_lock(&model_lock);
	for (at = devices.prev; at != &devices && !found; at = at->prev) {
		struct device *dev = container_of(at, struct device, kmemu_entry);

		if (!dev->kmemu_shut_down)
			found = kmemu_get_device(dev);
	}
	if (found)
		found->kmemu_shut_down = true;
	kmemu_mutex_unlock(&model_lock);
	return found;
}

KMEMU_EXPORT void kmemu_device_shutdown(void)
{
	struct device *dev;

	might_sleep_in("device_shutdown", CALLER);
	while ((dev = next_to_shut_down())) {
		struct device *parent = dev->parent;

		if (parent)
			kmemu_mutex_lock(&parent->mutex.lock);
		kmemu_mutex_lock(&dev->mutex.lock);
		if (dev->class && dev->class->shutdown_pre)
			dev->class->shutdown_pre(dev);
		if (dev->bus && dev->bus->shutdown)
			dev->bus->shutdown(dev);
		else if (dev->driver && dev->driver->shutdown)
			dev->driver->shutdown(dev);
		unlock_both(dev, parent);
		kmemu_put_device(dev);
	}
}

/* Their class's directory, their bus's, or their parent's. */
static bool share_directory(const struct device *a, const struct device *b)
{
	if (a->bus && a->bus == b->bus && bus_of(a->bus))
		return true;
	return a->class == b->class && (a->class || a->parent == b->parent);
}

/* Of a class whose devices may have one name in several. */
static const void *space_of(const struct device *dev)
{
	const struct class *cls = dev->class;

	return cls && cls->ns_type && cls->ns_type->type != KOBJ_NS_TYPE_NONE && cls->namespace ?
		       cls->namespace(dev) :
		       NULL;
}

/* Under model_lock. */
static bool is_name_taken(const struct device *dev)
{
	struct list_head *at;

	for (at = devices.next; at != &devices; at = at->next) {
		const struct device *other = container_of(at, struct device, kmemu_entry);

		if (other == dev || /* it is added twice */
		    (share_directory(other, dev) &&
		     !strcmp(kmemu_dev_name(other), kmemu_dev_name(dev)) &&
		     space_of(other) == space_of(dev)))
			return true;
	}
	return false;
}

bool bus_has_name(const struct device *dev)
{
	bool taken;

	kmemu_mutex_lock(&model_lock);
	taken = is_name_taken(dev);
	kmemu_mutex_unlock(&model_lock);
	return taken;
}

int bus_add_device(struct device *dev)
{
	bool taken;

	dev->kmemu_shut_down = false;
	kmemu_mutex_lock(&model_lock);
	taken = is_name_taken(dev);
	if (!taken)
		list_add_tail(&dev->kmemu_entry, &devices);
	kmemu_mutex_unlock(&model_lock);
	if (taken)
		return -EEXIST;
	bus_notify(dev, BUS_NOTIFY_ADD_DEVICE);
	if (dev->bus && bus_is_registered(dev->bus) && try_drivers(dev) > 0)
		retry_deferred();
	subsys_interfaces_tell(dev, true);
	return 0;
}

bool bus_remove_device(struct device *dev)
{
	bool there;

	kmemu_mutex_lock(&model_lock);
	there = dev->kmemu_entry.next;
	if (there)
		list_del(&dev->kmemu_entry);
	dev->kmemu_entry.next = NULL;
	kmemu_mutex_unlock(&model_lock);
	return there;
}

KMEMU_EXPORT int kmemu_device_attach(struct device *dev)
{
	int ret = try_drivers(dev);

	if (ret > 0)
		retry_deferred();
	return ret;
}

/* Who made the device found its driver itself, and set dev->driver. */
KMEMU_EXPORT int kmemu_device_bind_driver(struct device *dev)
{
	bus_notify(dev, BUS_NOTIFY_BIND_DRIVER);
	if (dev->kmemu_state == DL_DEV_DRIVER_BOUND) {
		bus_notify(dev, BUS_NOTIFY_DRIVER_NOT_BOUND);
		return -EEXIST; /* the kernel's links of sysfs are there */
	}
	device_links_bound(dev);
	bus_notify(dev, BUS_NOTIFY_BOUND_DRIVER);
	return 0;
}

KMEMU_EXPORT int kmemu_device_driver_attach(struct device_driver *drv, struct device *dev)
{
	struct device *parent = lock_both(dev);
	int err = probe(dev, drv);

	unlock_both(dev, parent);
	if (!err)
		retry_deferred();
	err = err > 0 ? -err : err;
	return err == -EPROBE_DEFER_ ? -EAGAIN : err;
}

KMEMU_EXPORT int kmemu_bus_for_each_drv(const struct bus_type *bus, struct device_driver *start,
					void *data,
					int (*fn)(struct device_driver *drv, void *data))
{
	struct device_driver *drv;
	bool behind = !start;
	int err = 0;

	for (size_t n = 0; !err && (drv = nth_driver(bus, n)); n++) {
		if (behind)
			err = fn(drv, data);
		behind |= drv == start;
		put_driver(drv);
	}
	return err;
}

/* --- drivers --------------------------------------------------------------- */

static ssize_t driver_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	struct driver_attribute *a = container_of(attr, struct driver_attribute, attr);

	return a->show ? a->show(container_of(kobj, struct device_driver, kmemu_kobj), buf) : -EIO;
}

static ssize_t driver_store(struct kobject *kobj, struct attribute *attr, const char *buf,
			    size_t count)
{
	struct driver_attribute *a = container_of(attr, struct driver_attribute, attr);

	return a->store ? a->store(container_of(kobj, struct device_driver, kmemu_kobj), buf,
				   count) :
			  -EIO;
}

static const struct sysfs_ops driver_sysfs_ops = { driver_show, driver_store };
static const struct kobj_type driver_ktype = { .sysfs_ops = &driver_sysfs_ops };

static int attach_device(struct device *dev, void *data)
{
	if (attach(dev, data, true) > 0)
		retry_deferred();
	return 0;
}

KMEMU_EXPORT int kmemu_driver_attach(struct device_driver *drv)
{
	struct kmemu_device_filter on_bus = { .bus = drv->bus };

	return kmemu_device_for_each(&on_bus, drv, attach_device);
}

/* Kernel: bus_rescan_devices_helper(). */
KMEMU_EXPORT int kmemu_device_rescan(struct device *dev, void *data)
{
	struct device *parent = wanted_parent(dev);
	int ret = 0;

	(void)data;
	if (READ_ONCE(dev->driver))
		return 0;
	if (parent)
		kmemu_mutex_lock(&parent->mutex.lock);
	ret = kmemu_device_attach(dev);
	if (parent)
		kmemu_mutex_unlock(&parent->mutex.lock);
	return ret < 0 ? ret : 0;
}

KMEMU_EXPORT int kmemu_device_reprobe(struct device *dev)
{
	struct device *parent;

	if (dev->driver) {
		parent = lock_both(dev);
		device_unbind(dev, CALLER);
		unlock_both(dev, parent);
	}
	kmemu_device_rescan(dev, NULL);
	return 0;
}

static struct device_driver *find_driver(struct bus *bus, const char *name)
{
	struct list_head *at;

	for (at = bus->drivers.next; at != &bus->drivers; at = at->next) {
		struct device_driver *drv = container_of(at, struct device_driver, kmemu_entry);

		if (!strcmp(drv->name, name))
			return drv;
	}
	return NULL;
}

KMEMU_EXPORT struct device_driver *kmemu_driver_find(const char *name,
						     const struct bus_type *type)
{
	struct device_driver *drv;
	struct bus *bus;

	kmemu_mutex_lock(&model_lock);
	bus = bus_of(type);
	drv = bus ? find_driver(bus, name) : NULL;
	kmemu_mutex_unlock(&model_lock);
	return drv;
}

KMEMU_EXPORT int kmemu_driver_register(struct device_driver *drv)
{
	struct kmemu_device_filter on_bus = { .bus = drv->bus };
	struct bus *bus;
	int err = 0;

	kmemu_mutex_lock(&model_lock);
	bus = drv->bus ? bus_of(drv->bus) : NULL;
	if (!bus)
		err = -EINVAL;
	else if (find_driver(bus, drv->name))
		err = -EBUSY;
	else {
		kobject_init_again(&drv->kmemu_kobj, &driver_ktype);
		drv->kmemu_kobj.name = drv->name;
		list_add_tail(&drv->kmemu_entry, &bus->drivers);
	}
	kmemu_mutex_unlock(&model_lock);
	if (err == -EINVAL) {
		kmemu_printk("\0013Driver '%s' was unable to register with bus_type '%s' because "
			     "the bus was not initialized.\n",
			     drv->name, drv->bus ? drv->bus->name : NULL);
		return err;
	}
	if ((drv->bus->probe && drv->probe) || (drv->bus->remove && drv->remove) ||
	    (drv->bus->shutdown && drv->shutdown))
		kmemu_printk("\0014Driver '%s' needs updating - please use bus_type methods\n",
			     drv->name);
	if (err) {
		kmemu_printk("\0013Error: Driver '%s' is already registered, aborting...\n",
			     drv->name);
		return err;
	}
	for (const struct attribute_group **g = drv->groups; g && *g && !err; g++)
		err = kmemu_sysfs_create(&drv->kmemu_kobj, NULL, *g, false);
	if (!err)
		err = kmemu_device_for_each(&on_bus, drv, attach_device);
	if (err)
		kmemu_driver_unregister(drv);
	return err;
}

static int detach_device(struct device *dev, void *data)
{
	struct device *parent = lock_both(dev);

	if (dev->driver == data)
		device_unbind(dev, CALLER);
	unlock_both(dev, parent);
	return 0;
}

/* False: it is not registered. */
static bool take_out(struct device_driver *drv)
{
	bool there;

	kmemu_mutex_lock(&model_lock);
	there = drv->kmemu_entry.next;
	if (there)
		list_del(&drv->kmemu_entry);
	drv->kmemu_entry.next = NULL;
	kmemu_mutex_unlock(&model_lock);
	return there;
}

/* Those that had it from the list; its own reference stays. */
static void wait_for_users(struct device_driver *drv)
{
	u32 seen;

	for (;;) {
		seen = event_read(&driver_put);
		if (__atomic_load_n(&drv->kmemu_kobj.refs, __ATOMIC_ACQUIRE) == 1)
			return;
		event_wait(&driver_put, seen);
	}
}

KMEMU_EXPORT void kmemu_driver_unregister(struct device_driver *drv)
{
	struct kmemu_device_filter on_bus = { .bus = drv ? drv->bus : NULL, .reverse = true };

	if (!drv || !take_out(drv)) {
		kmemu_warn("drivers/base/driver.c", 0, 0, "Unexpected driver unregister!");
		return;
	}
	wait_for_users(drv);
	kmemu_device_for_each(&on_bus, drv, detach_device);
	sysfs_remove_all(&drv->kmemu_kobj, CALLER);
}
