// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Names that are taken and objects that nobody set up, as 6.12 answers them: objects and
 * sets with and without parents, attributes and links beside them, name spaces, classes,
 * devices that are added twice, empty names.
 */
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kobject.h>
#include <linux/platform_device.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "check.h"

static void released(struct kobject *kobj)
{
	(void)kobj;
}

static const struct kobj_type ktype = { .release = released, .sysfs_ops = &kobj_sysfs_ops };

static ssize_t value_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	(void)attr;
	return sysfs_emit(buf, "%s\n", kobject_name(kobj));
}
static struct kobj_attribute value = __ATTR_RO(value);

static void objects(void)
{
	struct kobject *a = kobject_create_and_add("a", NULL), *below, *above;
	struct kset *set;
	static struct kobject one, two, zero;
	char text[32];

	CHECK(a && !kobject_create_and_add("a", NULL) && !kset_create_and_add("a", NULL, NULL));
	below = kobject_create_and_add("a", a);
	CHECK(below && !kobject_create_and_add("a", a));
	/* an attribute, a link and a directory share their names */
	CHECK(!sysfs_create_file(a, &value.attr) && !kobject_create_and_add("value", a));
	CHECK(!sysfs_create_file(below, &value.attr) &&
	      kmemu_sysfs_read(a, "a/value", text, sizeof(text)) == 2 && text[0] == 'a');
	CHECK(sysfs_create_link_nowarn(a, a, "a") == -EEXIST && !sysfs_create_link(a, a, "self"));
	CHECK(!kobject_create_and_add("self", a));
	sysfs_remove_link(a, "a"); /* it is none */
	CHECK(!kobject_create_and_add("a", a));
	CHECK(!kobject_rename(below, "b") && kobject_rename(below, "value") == -EEXIST);
	above = kobject_create_and_add("a", a);
	CHECK(above && kobject_rename(below, "a") == -EEXIST && !strcmp(kobject_name(below), "b"));
	kobject_put(above);
	kobject_del(below);
	above = kobject_create_and_add("b", a);
	CHECK(above);
	kobject_put(above);
	kobject_put(below);
	/* a set's members may lie in other directories */
	set = kset_create_and_add("set", NULL, NULL);
	kobject_init(&one, &ktype);
	kobject_init(&two, &ktype);
	one.kset = two.kset = set;
	CHECK(!kobject_add(&one, NULL, "same") && kobject_add(&two, NULL, "same") == -EEXIST);
	CHECK(!kobject_add(&two, a, "same") && kset_find_obj(set, "same"));
	kobject_put(&one);
	kobject_put(&one);
	kobject_put(&two);
	kset_unregister(set);
	set = kset_create_and_add("set", NULL, NULL);
	CHECK(set);
	kset_unregister(set);
	CHECK(kobject_add(&zero, NULL, "zero") == -EINVAL);
	kobject_init(&zero, NULL);
	CHECK(!zero.state_initialized);
	kobject_init(&zero, &ktype);
	CHECK(kobject_add(&zero, NULL, "%s", "") == -EINVAL);
	kobject_put(&zero);
	kobject_put(a);
}

static void no_release(struct device *dev)
{
	(void)dev;
}

static int count(struct device *dev, void *data)
{
	(void)dev;
	++*(int *)data;
	return 0;
}

static void devices(void)
{
	static struct class cls = { .name = "cls" }, same = { .name = "cls" };
	static struct device dev = { .init_name = "dev", .release = no_release }, zero;
	int n = 0;

	CHECK(class_for_each_device(&cls, NULL, &n, count) == -EINVAL);
	CHECK(!class_find_device_by_name(&cls, "dev"));
	CHECK(!class_register(&cls) && class_register(&same) == -EEXIST);
	CHECK(class_create("cls") == ERR_PTR(-EEXIST) && class_register(&cls) == -EEXIST);
	CHECK(!class_for_each_device(&cls, NULL, &n, count) && !n);
	dev.class = &cls;
	CHECK(!device_register(&dev) && device_add(&dev) == -EEXIST);
	CHECK(!class_for_each_device(&cls, NULL, &n, count) && n == 1);
	device_del(&dev);
	CHECK(!device_is_registered(&dev) && !device_add(&dev));
	device_unregister(&dev);
	class_unregister(&cls);
	CHECK(!class_register(&same));
	class_unregister(&same);
	CHECK(device_add(&zero) == -EINVAL);
	CHECK(debugfs_create_dir("", NULL) == ERR_PTR(-EACCES));
	CHECK(!proc_mkdir("", NULL));
	CHECK(!proc_mkdir(".", NULL));
}

static DEVICE_ATTR(none, 0600, NULL, NULL);
static struct device_attribute wide = { .attr = { .name = "wide", .mode = 0666 } };
static struct attribute *wide_attrs[] = { &wide.attr, NULL };
static const struct attribute_group wide_group = { .attrs = wide_attrs };

static int fails(struct platform_device *pdev)
{
	(void)pdev;
	return -EIO;
}

static void attributes(void)
{
	struct device *dev = root_device_register("root");
	static struct bus_type none = { .name = "none" };
	static struct device_driver drv = { .name = "drv", .bus = &none };
	static struct platform_driver failing = { .probe = fails, .driver = { .name = "fails" } };
	struct platform_device *pdev = platform_device_register_simple("fails", -1, NULL, 0);

	CHECK(!device_create_file(dev, &dev_attr_none));
	CHECK(!device_create_file(NULL, &dev_attr_none));
	CHECK(device_add_group(dev, &wide_group) == 0);
	root_device_unregister(dev);
	CHECK(driver_register(&drv) == -EINVAL);
	CHECK(!platform_driver_register(&failing));
	platform_driver_unregister(&failing);
	platform_device_unregister(pdev);
}

int main(void)
{
	objects();
	devices();
	attributes();
	return 0;
}
