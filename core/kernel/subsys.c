/*
 * subsys.c - what a class or a bus has besides its devices: attributes, and interfaces
 * that are told of each device (kernel: drivers/base/class.c class_create_file,
 * class_interface_register; bus.c bus_create_file, subsys_register).
 *
 * An interface is told of the devices that are there, then of each that comes or goes, on
 * the thread that adds or deletes it. The object that has the attributes is made with the
 * first one, and goes with the class or bus.
 *
 * Different from the kernel: a class or a bus needs no registration to have interfaces.
 *
 * Locks: subsys_lock over the list, for a look; a subsystem's mutex, under which its
 * interfaces are called, as the kernel's are: one that adds a device of its own class waits
 * for ever. Cost: a look at a counter where there are none.
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/bus.h"
#include "core/kernel/sysfs.h"
#include "core/lib/list.h"
#include "core/lib/word_lock.h"
#include "include/kmemu/locks.h"

struct subsys {
	struct list_head entry;
	const void *owner; /* a class or a bus */
	struct kobject kobj;
	struct kmemu_mutex mutex; /* over the interfaces, which are called under it */
	struct list_head interfaces; /* struct class_interface, or subsys_interface */
	struct device *root; /* of subsys_system_register() */
};

static struct kmemu_mutex subsys_lock __own_word;
static struct list_head subsystems = { &subsystems, &subsystems };
static u32 nr_subsystems;

static const struct kobj_type class_ktype, bus_ktype;

static struct subsys *find(const void *owner)
{
	struct list_head *at;

	for (at = subsystems.next; at != &subsystems; at = at->next)
		if (container_of(at, struct subsys, entry)->owner == owner)
			return container_of(at, struct subsys, entry);
	return NULL;
}

/* NULL: it has none. */
static struct subsys *look_up(const void *owner)
{
	struct subsys *s;

	if (!owner || !__atomic_load_n(&nr_subsystems, __ATOMIC_ACQUIRE))
		return NULL;
	kmemu_mutex_lock(&subsys_lock);
	s = find(owner);
	kmemu_mutex_unlock(&subsys_lock);
	return s;
}

/* NULL: no memory. */
static struct subsys *get(const void *owner, const char *name, bool is_bus, const char *func,
			  const void *caller)
{
	struct subsys *s;

	kmemu_mutex_lock(&subsys_lock);
	s = find(owner);
	if (!s && (s = kmalloc_for(sizeof(*s), GFP_KERNEL | __GFP_ZERO, func, caller))) {
		s->owner = owner;
		INIT_LIST_HEAD(&s->interfaces);
		kmemu_kobject_init(&s->kobj, is_bus ? &bus_ktype : &class_ktype);
		s->kobj.name = name;
		list_add_tail(&s->entry, &subsystems);
		__atomic_fetch_add(&nr_subsystems, 1, __ATOMIC_RELEASE);
	}
	kmemu_mutex_unlock(&subsys_lock);
	return s;
}

void subsys_forget(const void *owner, const void *caller)
{
	struct subsys *s;

	if (!__atomic_load_n(&nr_subsystems, __ATOMIC_ACQUIRE))
		return;
	kmemu_mutex_lock(&subsys_lock);
	s = find(owner);
	if (s) {
		list_del(&s->entry);
		list_del(&s->interfaces); /* those that are left have each other */
		__atomic_fetch_sub(&nr_subsystems, 1, __ATOMIC_RELEASE);
	}
	kmemu_mutex_unlock(&subsys_lock);
	if (s && s->root)
		kmemu_device_unregister(s->root);
	if (s)
		sysfs_remove_all(&s->kobj, caller);
	kfree_for(s, caller);
}

/* --- interfaces --------------------------------------------------------------------- */

static void class_tell(struct device *dev, bool comes)
{
	struct subsys *s = look_up(dev->class);
	struct list_head *at;

	if (!s)
		return;
	kmemu_mutex_lock(&s->mutex);
	for (at = s->interfaces.next; at != &s->interfaces; at = at->next) {
		struct class_interface *i = container_of(at, struct class_interface, node);

		if (comes && i->add_dev)
			i->add_dev(dev);
		if (!comes && i->remove_dev)
			i->remove_dev(dev);
	}
	kmemu_mutex_unlock(&s->mutex);
}

static void bus_tell(struct device *dev, bool comes)
{
	struct subsys *s = look_up(dev->bus);
	struct list_head *at;

	if (!s)
		return;
	kmemu_mutex_lock(&s->mutex);
	for (at = s->interfaces.next; at != &s->interfaces; at = at->next) {
		struct subsys_interface *i = container_of(at, struct subsys_interface, node);

		if (comes && i->add_dev)
			i->add_dev(dev, i);
		if (!comes && i->remove_dev)
			i->remove_dev(dev, i);
	}
	kmemu_mutex_unlock(&s->mutex);
}

void subsys_interfaces_tell(struct device *dev, bool comes)
{
	if (comes)
		bus_tell(dev, true);
	class_tell(dev, comes);
	if (!comes)
		bus_tell(dev, false);
}

/* Of the devices that are there it is told at once. */
static int interface_add(struct subsys *s, struct list_head *node,
			 const struct kmemu_device_filter *devices,
			 int (*tell)(struct device *dev, void *data), void *data)
{
	if (!s)
		return -ENOMEM;
	kmemu_mutex_lock(&s->mutex);
	list_add_tail(node, &s->interfaces);
	if (tell)
		kmemu_device_for_each(devices, data, tell);
	kmemu_mutex_unlock(&s->mutex);
	return 0;
}

static void interface_del(struct subsys *s, struct list_head *node,
			  const struct kmemu_device_filter *devices,
			  int (*tell)(struct device *dev, void *data), void *data)
{
	if (!s)
		return;
	kmemu_mutex_lock(&s->mutex);
	list_del(node);
	if (tell)
		kmemu_device_for_each(devices, data, tell);
	kmemu_mutex_unlock(&s->mutex);
}

static int class_add_dev(struct device *dev, void *data)
{
	((struct class_interface *)data)->add_dev(dev);
	return 0;
}

static int class_remove_dev(struct device *dev, void *data)
{
	((struct class_interface *)data)->remove_dev(dev);
	return 0;
}

KMEMU_EXPORT int kmemu_class_interface_register(struct class_interface *i)
{
	struct kmemu_device_filter of_class = { .cls = i ? i->class : NULL };

	if (!i || !i->class || is_err(i->class))
		return -ENODEV;
	return interface_add(
		get(i->class, i->class->name, false, "class_interface_register", CALLER), &i->node,
		&of_class, i->add_dev ? class_add_dev : NULL, i);
}

KMEMU_EXPORT void kmemu_class_interface_unregister(struct class_interface *i)
{
	struct kmemu_device_filter of_class = { .cls = i->class };

	interface_del(look_up(i->class), &i->node, &of_class,
		      i->remove_dev ? class_remove_dev : NULL, i);
}

static int bus_add_dev(struct device *dev, void *data)
{
	struct subsys_interface *i = data;

	i->add_dev(dev, i);
	return 0;
}

static int bus_remove_dev(struct device *dev, void *data)
{
	struct subsys_interface *i = data;

	i->remove_dev(dev, i);
	return 0;
}

KMEMU_EXPORT int kmemu_subsys_interface_register(struct subsys_interface *i)
{
	struct kmemu_device_filter of_bus = { .bus = i ? i->subsys : NULL };

	if (!i || !i->subsys)
		return -ENODEV;
	return interface_add(
		get(i->subsys, i->subsys->name, true, "subsys_interface_register", CALLER),
		&i->node, &of_bus, i->add_dev ? bus_add_dev : NULL, i);
}

KMEMU_EXPORT void kmemu_subsys_interface_unregister(struct subsys_interface *i)
{
	struct kmemu_device_filter of_bus = { .bus = i->subsys };

	interface_del(look_up(i->subsys), &i->node, &of_bus, i->remove_dev ? bus_remove_dev : NULL,
		      i);
}

/* --- buses that have a device ------------------------------------------------------- */

KMEMU_EXPORT int kmemu_subsys_register(const struct bus_type *bus,
				       const struct attribute_group **groups)
{
	int err = kmemu_bus_register(bus);
	struct device *root;
	struct subsys *s;

	if (err)
		return err;
	s = get(bus, bus->name, true, "subsys_system_register", CALLER);
	root = s ? device_create_for(NULL, NULL, 0, NULL, groups, bus->name,
				     "subsys_system_register", CALLER) :
		   NULL;
	if (!root || is_err(root)) {
		kmemu_bus_unregister(bus);
		return root ? (int)(intptr_t)root : -ENOMEM;
	}
	s->root = root;
	return 0;
}

KMEMU_EXPORT struct device *kmemu_bus_dev_root(const struct bus_type *bus)
{
	struct subsys *s = look_up(bus);

	return s && s->root ? kmemu_get_device(s->root) : NULL;
}

/* --- attributes ------------------------------------------------------------------- */

static ssize_t class_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct class *cls = container_of(kobj, struct subsys, kobj)->owner;
	struct class_attribute *a = container_of(attr, struct class_attribute, attr);

	return a->show ? a->show(cls, a, buf) : -EIO;
}

static ssize_t class_store(struct kobject *kobj, struct attribute *attr, const char *buf,
			   size_t count)
{
	const struct class *cls = container_of(kobj, struct subsys, kobj)->owner;
	struct class_attribute *a = container_of(attr, struct class_attribute, attr);

	return a->store ? a->store(cls, a, buf, count) : -EIO;
}

static ssize_t bus_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct bus_type *bus = container_of(kobj, struct subsys, kobj)->owner;
	struct bus_attribute *a = container_of(attr, struct bus_attribute, attr);

	return a->show ? a->show(bus, buf) : 0;
}

static ssize_t bus_store(struct kobject *kobj, struct attribute *attr, const char *buf,
			 size_t count)
{
	const struct bus_type *bus = container_of(kobj, struct subsys, kobj)->owner;
	struct bus_attribute *a = container_of(attr, struct bus_attribute, attr);

	return a->store ? a->store(bus, buf, count) : 0;
}

static const struct sysfs_ops class_ops = { class_show, class_store };
static const struct sysfs_ops bus_ops = { bus_show, bus_store };
static const struct kobj_type class_ktype = { .sysfs_ops = &class_ops };
static const struct kobj_type bus_ktype = { .sysfs_ops = &bus_ops };

KMEMU_EXPORT struct kobject *kmemu_subsys_kobj(const void *owner, const char *name, bool is_bus)
{
	struct subsys *s = get(owner, name, is_bus, "sysfs_create_file", CALLER);

	return s ? &s->kobj : NULL;
}

int subsys_add_groups(const void *owner, const char *name, bool is_bus,
		      const struct attribute_group **groups)
{
	struct kobject *kobj = groups && *groups ? kmemu_subsys_kobj(owner, name, is_bus) : NULL;
	int err = 0;

	for (; groups && *groups && !err; groups++)
		err = kobj ? kmemu_sysfs_create(kobj, NULL, *groups, false) : -ENOMEM;
	return err;
}
