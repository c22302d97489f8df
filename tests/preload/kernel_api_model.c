// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * The device model and its counts when things go wrong or meet: what is told is looked
 * at by kernel_api_model.sh.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/kthread.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "check.h"

/* What went wrong stays as the kernel leaves it, and each kind is told once. */
static void counts(void)
{
	refcount_t r = REFCOUNT_INIT(0);

	CHECK(refcount_dec_not_one(&r) && refcount_read(&r) == 0);
	CHECK(refcount_dec_not_one(&r) && refcount_read(&r) == 0);
	for (int i = 0; i < 2; i++) {
		refcount_set(&r, 0);
		refcount_inc(&r);
		CHECK(refcount_read(&r) == (unsigned int)REFCOUNT_SATURATED);
		refcount_set(&r, 1);
		refcount_dec(&r);
	}
	CHECK(refcount_dec_not_one(&r));
	CHECK(refcount_read(&r) == (unsigned int)REFCOUNT_SATURATED);
}

/* --- binding and unbinding */

static int removes, bus_removes, slow_ms;
static bool unregistered;
static DECLARE_COMPLETION(done);

static ssize_t x_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	(void)attr;
	CHECK(dev->driver);
	return sysfs_emit(buf, "x\n");
}
static DEVICE_ATTR_RO(x);
static struct attribute *x_attrs[] = { &dev_attr_x.attr, NULL };
ATTRIBUTE_GROUPS(x);

/* What it is asked about is registered, also while it looks. */
static int match(struct device *dev, const struct device_driver *drv)
{
	(void)dev;
	(void)drv;
	msleep((unsigned int)READ_ONCE(slow_ms));
	CHECK(!READ_ONCE(unregistered));
	return 1;
}

static int probe(struct device *dev)
{
	(void)dev;
	return 0;
}

static int driver_removes(struct device *dev)
{
	CHECK(!device_trylock(dev));
	CHECK(kmemu_sysfs_read(&dev->kobj, "x", NULL, 0) == -ENOENT);
	removes++;
	msleep(50);
	return 0;
}

static void bus_remove(struct device *dev)
{
	CHECK(dev->driver);
	bus_removes++;
}

static const struct bus_type bus = { .name = "bus", .match = match };
static const struct bus_type other_bus = { .name = "other", .remove = bus_remove };
static struct device_driver driver = { .name = "driver", .bus = &bus, .probe = probe,
				       .remove = driver_removes, .dev_groups = x_groups };

static void device_released(struct device *dev)
{
	memset(dev, 0, sizeof(*dev));
}

static struct device dev;

static void new_device(const struct bus_type *type)
{
	dev = (struct device){ .bus = type, .release = device_released };
	CHECK(dev_set_name(&dev, "dev") == 0);
	CHECK(device_register(&dev) == 0);
}

static int unbind(void *data)
{
	(void)data;
	driver_unregister(&driver);
	complete(&done);
	return 0;
}

static int add(void *data)
{
	(void)data;
	new_device(&bus);
	complete(&done);
	return 0;
}

static void unbinding(void)
{
	char buf[8];

	CHECK(bus_register(&bus) == 0 && bus_register(&other_bus) == 0);
	new_device(&other_bus);
	device_unregister(&dev);
	CHECK(!bus_removes); /* it had no driver */

	new_device(&bus);
	CHECK(driver_register(&driver) == 0 && dev.driver == &driver);
	CHECK(kmemu_sysfs_read(&dev.kobj, "x", buf, sizeof(buf)) == 2);
	driver_unregister(&driver);
	CHECK(removes == 1 && kmemu_sysfs_read(&dev.kobj, "x", buf, sizeof(buf)) == -ENOENT);

	/* both at once: it is removed once */
	CHECK(driver_register(&driver) == 0 && dev.driver == &driver);
	CHECK(!IS_ERR(kthread_run(unbind, NULL, "unbind")));
	msleep(20);
	get_device(&dev);
	device_unregister(&dev);
	CHECK(removes == 2);
	put_device(&dev);
	wait_for_completion(&done);
	CHECK(removes == 2);
}

/* A driver that is being tried on a device is waited for. */
static void unregistering(void)
{
	reinit_completion(&done);
	CHECK(driver_register(&driver) == 0);
	slow_ms = 100;
	CHECK(!IS_ERR(kthread_run(add, NULL, "add")));
	msleep(30);
	driver_unregister(&driver);
	WRITE_ONCE(unregistered, true);
	wait_for_completion(&done);
	unregistered = false;
	slow_ms = 0;
	device_unregister(&dev);
}

/* A bus that goes before its driver: its memory is others' then. */
static void bus_first(void)
{
	char *after;

	new_device(&bus);
	CHECK(driver_register(&driver) == 0 && dev.driver == &driver);
	bus_unregister(&bus);
	after = kzalloc(5 * sizeof(void *), GFP_KERNEL);
	CHECK(after);
	driver_unregister(&driver);
	CHECK(!dev.driver && !memchr_inv(after, 0, 5 * sizeof(void *)));
	kfree(after);
	device_unregister(&dev);
	bus_unregister(&other_bus);
}

static void refused(void)
{
	struct device_driver second = { .name = "driver", .bus = &bus };
	static const struct attribute_group *twice[] = { &x_group, &x_group, NULL };
	struct device_driver groups = { .name = "groups", .bus = &bus, .groups = twice };
	struct device_driver dev_groups = { .name = "dev_groups", .bus = &bus,
					    .remove = driver_removes, .dev_groups = twice };
	int before = removes;

	CHECK(driver_register(&driver) == 0);
	CHECK(driver_register(&second) == -EBUSY);
	driver_unregister(&second);
	driver_unregister(&driver);
	CHECK(driver_register(&groups) == -EEXIST && !driver_find("groups", &bus));
	new_device(&bus);
	CHECK(driver_register(&dev_groups) == 0);
	CHECK(!dev.driver && removes == before + 1);
	driver_unregister(&dev_groups);
	device_unregister(&dev);
}

/* --- attributes */

static int asked;

static unsigned short is_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	static struct attribute none = { "none", 0444 };

	(void)attr;
	asked++;
	sysfs_remove_file(kobj, &none); /* takes the lock of all */
	return n ? 0 : 0444;
}

static struct attribute hidden = { "hidden", 0444 };
static struct attribute *seen_attrs[] = { &dev_attr_x.attr, &hidden, NULL };
static const struct attribute_group seen_group = { .name = "seen", .attrs = seen_attrs,
						   .is_visible = is_visible };

static void attributes(void)
{
	struct device *root = root_device_register("root");
	char buf[8];

	CHECK(!IS_ERR(root));
	root->driver = &driver;
	CHECK(sysfs_create_group(&root->kobj, &seen_group) == 0 && asked == 3);
	CHECK(kmemu_sysfs_read(&root->kobj, "seen/x", buf, sizeof(buf)) == 2);
	CHECK(kmemu_sysfs_read(&root->kobj, "seen/hidden", buf, sizeof(buf)) == -ENOENT);
	CHECK(asked == 3);
	CHECK(sysfs_create_group(&root->kobj, &seen_group) == -EEXIST);
	sysfs_remove_group(&root->kobj, &seen_group);
	CHECK(kmemu_sysfs_read(&root->kobj, "seen/x", buf, sizeof(buf)) == -ENOENT);
	root->driver = NULL;
	root_device_unregister(root);
}

/* --- objects */

struct object {
	struct kobject kobj;
	struct object *parent;
	bool alive;
};

static void object_release(struct kobject *kobj)
{
	struct object *o = container_of(kobj, struct object, kobj);

	CHECK(!o->parent || o->parent->alive);
	o->alive = false;
}
static const struct kobj_type object_type = { .release = object_release };

static void objects(void)
{
	struct object parent = { .alive = true }, child = { .parent = &parent, .alive = true };

	CHECK(kobject_init_and_add(&parent.kobj, &object_type, NULL, "parent") == 0);
	CHECK(kobject_init_and_add(&child.kobj, &object_type, &parent.kobj, "a/%s", "b/c") == 0);
	CHECK(!strcmp(kobject_name(&child.kobj), "a!b!c"));
	kobject_put(&parent.kobj);
	CHECK(parent.alive);
	kobject_put(&child.kobj);
	CHECK(!child.alive && !parent.alive);
}

int main(void)
{
	unbinding();
	unregistering();
	refused();
	bus_first();
	attributes();
	objects();
	counts();
	return 0;
}
