// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code with groups of resources, links in sysfs, and listeners of a bus; what is
 * told is looked at by kernel_api_groups.sh.
 */
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "check.h"

static char events[64];
static size_t nr_events;

static void note(char c)
{
	CHECK(nr_events < sizeof(events) - 1);
	events[nr_events++] = c;
	events[nr_events] = '\0';
}

static bool noted(const char *what)
{
	bool same = !strcmp(events, what);

	if (!same)
		fprintf(stderr, "events: %s\n", events);
	nr_events = 0;
	events[0] = '\0';
	return same;
}

/* --- groups: a resource is a letter, which its release notes */

static void release(struct device *dev, void *res)
{
	(void)dev;
	note(*(char *)res);
}

static void add(struct device *dev, char c)
{
	char *res = devres_alloc(release, 1, GFP_KERNEL);

	CHECK(res);
	*res = c;
	devres_add(dev, res);
}

static void groups(void)
{
	struct device dev = { .init_name = "groups" };
	int outer, inner, across;

	add(&dev, 'a');
	CHECK(devres_open_group(&dev, &outer, GFP_KERNEL) == &outer);
	add(&dev, 'b');
	CHECK(devres_open_group(&dev, &inner, GFP_KERNEL) == &inner);
	add(&dev, 'c');
	devres_close_group(&dev, NULL); /* inner */
	add(&dev, 'd');
	devres_close_group(&dev, &outer);
	add(&dev, 'e');
	CHECK(devres_release_group(&dev, &outer) == 3 && noted("dcb"));
	CHECK(devres_release_group(&dev, &inner) == 0); /* went with outer: a warning */
	CHECK(devres_release_all(&dev) == 2 && noted("ea"));
	CHECK(devres_release_group(&dev, &inner) == 0); /* nothing is there: none */

	CHECK(devres_open_group(&dev, &outer, GFP_KERNEL));
	add(&dev, 'a');
	CHECK(devres_open_group(&dev, &across, GFP_KERNEL));
	add(&dev, 'b');
	devres_close_group(&dev, &outer);
	add(&dev, 'c');
	devres_close_group(&dev, &across);
	CHECK(devres_release_group(&dev, &outer) == 2 && noted("ba"));
	add(&dev, 'd');
	CHECK(devres_release_group(&dev, &across) == 1 && noted("c"));
	CHECK(devres_release_all(&dev) == 1 && noted("d"));

	CHECK(devres_open_group(&dev, NULL, GFP_KERNEL));
	add(&dev, 'a');
	CHECK(devres_open_group(&dev, NULL, GFP_KERNEL));
	add(&dev, 'b');
	devres_remove_group(&dev, NULL); /* b is of the first one now */
	add(&dev, 'c');
	CHECK(devres_release_group(&dev, NULL) == 3 && noted("cba"));
	CHECK(devres_open_group(&dev, &outer, GFP_KERNEL));
	add(&dev, 'a');
	devres_close_group(&dev, &outer);
	CHECK(devres_open_group(&dev, &inner, GFP_KERNEL));
	CHECK(devres_release_all(&dev) == 1 && noted("a"));
}

/* --- links */

static ssize_t value_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	(void)attr;
	return sysfs_emit(buf, "%s\n", kobject_name(kobj));
}
static struct kobj_attribute value = __ATTR_RO(value);

static void links(void)
{
	struct kobject *a = kobject_create_and_add("a", NULL);
	struct kobject *b = kobject_create_and_add("b", NULL);
	char text[8] = "";

	CHECK(!sysfs_create_file(b, &value.attr));
	CHECK(!sysfs_create_link(a, b, "to"));
	CHECK(kmemu_sysfs_read(a, "to/value", text, sizeof(text)) == 2 && *text == 'b');
	CHECK(!sysfs_create_link(b, b, "self"));
	CHECK(kmemu_sysfs_read(a, "to/self/self/value", text, sizeof(text)) == 2);
	CHECK(kmemu_sysfs_read(a, "to", text, sizeof(text)) == -ENOENT);
	CHECK(sysfs_create_link_nowarn(a, b, "to") == -EEXIST);
	CHECK(sysfs_create_link(b, a, "value") == -EEXIST); /* told */
	CHECK(sysfs_create_link(a, NULL, "none") == -ENOENT);
	CHECK(sysfs_rename_link(a, a, "to", "other") == -ENOENT);
	CHECK(!sysfs_rename_link(a, b, "to", "other"));
	CHECK(!kmemu_sysfs_link_target(a, "to") && kmemu_sysfs_link_target(a, "other") == b);
	CHECK(!sysfs_create_link(NULL, b, "top") && kmemu_sysfs_link_target(NULL, "top") == b);
	sysfs_remove_link(b, "self");
	kobject_put(b);
	CHECK(kmemu_sysfs_read(a, "other/value", text, sizeof(text)) == -ENOENT);
	CHECK(!kmemu_sysfs_link_target(NULL, "top"));
	sysfs_remove_link(NULL, "top");
	kobject_put(a); /* with its link */
}

/* --- listeners */

static int probes;

static int probe(struct device *dev)
{
	(void)dev;
	note('p');
	return probes++ ? 0 : -ENODEV;
}

static int remove_device(struct device *dev)
{
	(void)dev;
	note('r');
	return 0;
}

static const struct bus_type bus = { .name = "groups" };
static struct device_driver driver = {
	.name = "groups", .bus = &bus, .probe = probe, .remove = remove_device
};

static int listen(struct notifier_block *nb, unsigned long event, void *data)
{
	CHECK(nb->priority == 1 && !strcmp(dev_name(data), "dev"));
	note((char)('0' + event));
	return NOTIFY_OK;
}

static int listen_late(struct notifier_block *nb, unsigned long event, void *data)
{
	(void)nb;
	(void)data;
	if (event == BUS_NOTIFY_ADD_DEVICE)
		note('+');
	return NOTIFY_DONE;
}

static struct notifier_block late = { .notifier_call = listen_late };
static struct notifier_block first = { .notifier_call = listen, .priority = 1 };

static void on_stack(struct device *dev)
{
	(void)dev;
}

static void listeners(void)
{
	struct device dev = { .init_name = "dev", .bus = &bus, .release = on_stack };

	CHECK(bus_register_notifier(&bus, &late) == -EINVAL);
	CHECK(!bus_register(&bus) && !driver_register(&driver));
	CHECK(bus_unregister_notifier(&bus, &first) == -ENOENT);
	CHECK(!bus_register_notifier(&bus, &late) && !bus_register_notifier(&bus, &first));
	CHECK(bus_register_notifier(&bus, &first) == -EEXIST);
	CHECK(!device_register(&dev));
	CHECK(noted("0+3p7")); /* added; about to be bound; not bound */
	CHECK(!device_reprobe(&dev) && dev.driver == &driver);
	CHECK(noted("3p4"));
	CHECK(!device_reprobe(&dev));
	CHECK(noted("5r63p4"));
	device_del(&dev);
	CHECK(noted("15r62"));
	CHECK(!bus_unregister_notifier(&bus, &first));
	put_device(&dev);
	driver_unregister(&driver);
	bus_unregister(&bus); /* who listens still goes with it */
	CHECK(noted(""));
}

/* A directory goes with all that others put there. */
static void merged(void)
{
	static struct attribute a = { .name = "a", .mode = 0444 };
	static struct attribute b = { .name = "b", .mode = 0444 };
	static struct attribute c = { .name = "c", .mode = 0444 };
	struct attribute *as[] = { &a, NULL }, *bs[] = { &b, NULL };
	const struct attribute_group first = { .name = "g", .attrs = as },
				     other = { .name = "g", .attrs = bs };
	struct kobject *kobj = kobject_create_and_add("merged", NULL);

	CHECK(kobj);
	for (int i = 0; i < 2; i++) {
		CHECK(!sysfs_create_group(kobj, &first));
		CHECK(!sysfs_merge_group(kobj, &other));
		CHECK(!sysfs_add_file_to_group(kobj, &c, "g"));
		CHECK(sysfs_merge_group(kobj, &other) == -EEXIST);
		sysfs_remove_group(kobj, &first);
		CHECK(sysfs_merge_group(kobj, &other) == -ENOENT);
	}
	kobject_put(kobj);
}

int main(void)
{
	merged();
	groups();
	links();
	listeners();
	dev_printk(KERN_WARNING, NULL, "told %d\n", 1);
	return 0;
}
