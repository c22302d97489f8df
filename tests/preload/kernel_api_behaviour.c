// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * What a Linux 6.12 was seen to answer: sizes as text, times, bitmaps, devices of one
 * name, when a device is bound, groups that hide their directory, what a file that has
 * a size takes, gaps that are asked about, what a macro prints of true.
 */
#include <linux/bitmap.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/string_helpers.h>
#include <linux/sysfs.h>

#include <kmemu/debugfs.h>

#include "check.h"

static bool size_is(u64 size, u64 blk, unsigned int units, const char *want)
{
	char buf[32];
	int n = string_get_size(size, blk, units, buf, sizeof(buf));

	return n == (int)strlen(want) && !strcmp(buf, want);
}

static void sizes(void)
{
	CHECK(size_is(1, 1, STRING_UNITS_10, "1.00 B") && size_is(0, 5, STRING_UNITS_2, "0 B"));
	CHECK(size_is(15, 1, STRING_UNITS_2 | STRING_UNITS_NO_SPACE, "15.0B"));
	CHECK(size_is(1048575, 1, STRING_UNITS_2, "1024 KiB"));
	CHECK(size_is(~0ull, 1ull << 40, STRING_UNITS_10, "20.3 UNKB"));
	CHECK(size_is(~0ull, 1ull << 40, STRING_UNITS_10 | STRING_UNITS_NO_BYTES, "20.3 UNK"));
}

static void times(void)
{
	struct timespec64 far = { KTIME_SEC_MAX + 5, 1 }, past = { KTIME_SEC_MIN - 5, 1 };
	struct timespec64 a = { 3, 500000000 }, b = { 3, 5 };

	CHECK(timespec64_to_ns(&far) == KTIME_MAX && timespec64_to_ns(&past) == KTIME_MIN);
	CHECK(timespec64_compare(&a, &b) == 499999995 && timespec64_compare(&far, &a) > 0);
	a = timespec64_add(far, a);
	CHECK(a.tv_sec == KTIME_SEC_MAX + 8 && a.tv_nsec == 500000001);
	a = timespec64_sub(past, b);
	CHECK(a.tv_sec == KTIME_SEC_MIN - 9 && a.tv_nsec == 999999996);
}

static void bitmaps(void)
{
	unsigned long map[2] = { ~0ul, ~0ul };

	CHECK(bitmap_parse("g", 1, map, 70) == -EINVAL && map[0] == ~0ul);
	CHECK(bitmap_parse("g,5", 3, map, 70) == -EINVAL && map[0] == 0xffffffff00000005ul);
	CHECK(!bitmap_parse("7,6,5", 5, map, 70) && map[0] == 0x600000005ul && map[1] % 64 == 7);
	CHECK(bitmap_parse("7f,6,5", 6, map, 70) == -EOVERFLOW);
	CHECK(!bitmap_parse("1,,2", 4, map, 70) && map[0] == 0x100000002ul && map[1] % 64 == 0);
}

/* --- devices ---------------------------------------------------------------- */

static int matched, bound_in_probe = -1, notes, match_says = 1, probe_says;

static int match(struct device *dev, const struct device_driver *drv)
{
	(void)dev;
	(void)drv;
	matched++;
	return match_says;
}

static int probe(struct device *dev)
{
	bound_in_probe = device_is_bound(dev);
	return probe_says;
}

static void bus_remove(struct device *dev)
{
	CHECK(device_is_bound(dev));
}

static int note(struct notifier_block *nb, unsigned long action, void *data)
{
	(void)nb;
	(void)data;
	notes = notes * 10 + (int)action;
	return 0;
}

static struct bus_type bus = { .name = "behave", .match = match, .probe = probe,
			       .remove = bus_remove };
static struct device_driver driver = { .name = "behaves", .bus = &bus };
static struct notifier_block noted = { .notifier_call = note };

static void release(struct device *dev)
{
	kfree(dev);
}

static struct device *add(const char *name, struct device *parent, const struct bus_type *on)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int err;

	device_initialize(dev);
	dev->release = release;
	dev->parent = parent;
	dev->bus = on;
	err = dev_set_name(dev, "%s", name) ?: device_add(dev);
	if (!err)
		return dev;
	put_device(dev);
	return ERR_PTR(err);
}

/* One directory for all of a bus; of others, one for each parent. */
static void devices_of_one_name(void)
{
	struct device *a = add("a", NULL, NULL), *below = add("a", a, NULL);
	struct device *on_bus;

	CHECK(!IS_ERR(a) && !IS_ERR(below) && IS_ERR(add("a", NULL, NULL)));
	CHECK(PTR_ERR(add("a", a, NULL)) == -EEXIST);
	on_bus = add("b", NULL, &bus);
	CHECK(!IS_ERR(on_bus) && PTR_ERR(add("b", a, &bus)) == -EEXIST);
	device_unregister(on_bus);
	on_bus = add("b", a, &bus);
	CHECK(!IS_ERR(on_bus));
	device_unregister(on_bus);
	device_unregister(below);
	device_unregister(a);
}

static void binding(void)
{
	struct device *dev = add("dev", NULL, &bus);

	CHECK(!driver_register(&driver) && !bound_in_probe && device_is_bound(dev));
	matched = 0;
	CHECK(!driver_attach(&driver) && matched == 1);
	bus_register_notifier(&bus, &noted);
	CHECK(device_bind_driver(dev) == -EEXIST && notes == 37);
	device_release_driver(dev);
	CHECK(!device_is_bound(dev) && notes == 3756);
	notes = 0;
	dev->driver = &driver;
	CHECK(!device_bind_driver(dev) && device_is_bound(dev) && notes == 34);
	bus_unregister_notifier(&bus, &noted);
	device_unregister(dev);
	driver_unregister(&driver);
}

/* Errors of match() end the search, -EPROBE_DEFER also puts off; those of probe() do not. */
static void refused(void)
{
	struct device *dev = add("dev", NULL, &bus), *other;

	match_says = -EINVAL;
	CHECK(!driver_register(&driver) && !device_is_bound(dev));
	CHECK(device_attach(dev) == -EINVAL);
	match_says = 1;
	probe_says = -EIO;
	CHECK(!device_attach(dev) && device_driver_attach(&driver, dev) == -EIO);
	probe_says = -EPROBE_DEFER;
	CHECK(device_driver_attach(&driver, dev) == -EAGAIN);
	match_says = -EPROBE_DEFER;
	probe_says = 0;
	CHECK(device_attach(dev) == -EPROBE_DEFER);
	match_says = 1;
	other = add("other", NULL, &bus);
	CHECK(device_is_bound(other) && device_is_bound(dev)); /* tried again */
	device_release_driver(other);
	device_release_driver(dev);
	CHECK(device_link_add(other, dev, 0) && device_attach(other) == -EPROBE_DEFER);
	CHECK(device_attach(dev) == 1 && device_is_bound(other));
	device_unregister(other);
	device_unregister(dev);
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	device_initialize(dev);
	dev->release = release;
	dev->bus = &bus;
	dev->driver = &driver; /* its maker's choice, which is asked nothing */
	matched = 0;
	CHECK(!dev_set_name(dev, "chosen") && !device_add(dev));
	CHECK(device_is_bound(dev) && !matched);
	device_unregister(dev);
	driver_unregister(&driver);
}

static int same(struct device *dev, void *res, void *data)
{
	(void)dev;
	return *(int *)res == *(int *)data;
}

static void resource_release(struct device *dev, void *res)
{
	(void)dev;
	(void)res;
}

static void found_or_added(void)
{
	struct device *dev = add("dev", NULL, NULL);
	int *first = devres_alloc(resource_release, sizeof(int), GFP_KERNEL), one = 1;
	int *second = devres_alloc(resource_release, sizeof(int), GFP_KERNEL), *third;

	*first = 1;
	*second = 2;
	CHECK(devres_get(dev, first, same, &one) == first);
	CHECK(devres_get(dev, second, same, &one) == first);
	third = devres_alloc(resource_release, sizeof(int), GFP_KERNEL);
	CHECK(devres_get(dev, third, NULL, NULL) == first);
	device_unregister(dev);
}

/* --- files ------------------------------------------------------------------ */

static bool is_hidden;
static int asked;

static bool some_group_visible(struct kobject *kobj)
{
	(void)kobj;
	asked++;
	return !is_hidden;
}

static umode_t some_attr_visible(struct kobject *kobj, struct attribute *a, int n)
{
	(void)kobj;
	(void)n;
	return a->mode;
}
DEFINE_SYSFS_GROUP_VISIBLE(some);

static ssize_t value_show(struct device *dev, struct device_attribute *a, char *buf)
{
	(void)dev;
	(void)a;
	return sysfs_emit(buf, "5\n");
}

static int stored;

static ssize_t value_store(struct device *dev, struct device_attribute *a, const char *buf,
			   size_t n)
{
	(void)dev;
	(void)a;
	(void)buf;
	stored++;
	return (ssize_t)n;
}
static DEVICE_ATTR_RW(value);
static struct attribute *values[] = { &dev_attr_value.attr, NULL };
static const struct attribute_group some = { .name = "some", .attrs = values,
					     .is_visible = SYSFS_GROUP_VISIBLE(some) };

static size_t bytes;

static ssize_t data_read(struct file *file, struct kobject *kobj, struct bin_attribute *a,
			 char *buf, loff_t pos, size_t n)
{
	(void)file;
	(void)kobj;
	(void)a;
	CHECK(!pos);
	memset(buf, 'x', bytes = n);
	return (ssize_t)n;
}

static ssize_t data_write(struct file *file, struct kobject *kobj, struct bin_attribute *a,
			  char *buf, loff_t pos, size_t n)
{
	(void)file;
	(void)kobj;
	(void)a;
	(void)buf;
	CHECK(!pos);
	return (ssize_t)(bytes = n);
}
static struct bin_attribute data = { .attr = { .name = "data", .mode = 0644 }, .size = 10,
				     .read = data_read, .write = data_write };

static void attributes(void)
{
	struct device *dev = add("dev", NULL, NULL);
	char buf[100];

	is_hidden = true;
	CHECK(!sysfs_create_group(&dev->kobj, &some) && asked == 1);
	CHECK(kmemu_sysfs_read(&dev->kobj, "some/value", buf, sizeof(buf)) == -ENOENT);
	is_hidden = false;
	CHECK(!sysfs_update_group(&dev->kobj, &some) && asked == 3); /* the directory, the file */
	CHECK(kmemu_sysfs_read(&dev->kobj, "some/value", buf, sizeof(buf)) == 2);
	CHECK(!kmemu_sysfs_write(&dev->kobj, "some/value", "", 0) && !stored);
	is_hidden = true;
	CHECK(!sysfs_update_group(&dev->kobj, &some));
	CHECK(kmemu_sysfs_read(&dev->kobj, "some/value", buf, sizeof(buf)) == -ENOENT);
	CHECK(!sysfs_create_bin_file(&dev->kobj, &data));
	CHECK(kmemu_sysfs_read(&dev->kobj, "data", buf, sizeof(buf)) == 10 && bytes == 10);
	CHECK(kmemu_sysfs_write(&dev->kobj, "data", buf, 14) == 10 && bytes == 10);
	CHECK(kmemu_sysfs_write(&dev->kobj, "data", buf, 4) == 4 && bytes == 4);
	device_unregister(dev);
}

static void a_bool_of_debugfs(void)
{
	static bool flag = true;

	debugfs_create_bool("behave", 0644, NULL, &flag);
	CHECK(kmemu_debugfs_write("behave", "zz", 2) == 2 && flag);
	CHECK(kmemu_debugfs_write("behave", "n\n", 2) == 2 && !flag);
	debugfs_lookup_and_remove("behave", NULL);
}

static int gaps;

static resource_size_t place(void *unused, const struct resource *avail, resource_size_t size,
			     resource_size_t align)
{
	(void)unused;
	(void)size;
	(void)align;
	gaps++;
	return avail->start;
}

static void gaps_beyond_the_limits_are_asked_about(void)
{
	struct resource root = { .end = 0xffff, .flags = IORESOURCE_MEM };
	struct resource used = { .start = 0x800, .end = 0x3fff, .flags = IORESOURCE_MEM };
	struct resource got = { .flags = IORESOURCE_MEM };

	CHECK(!request_resource(&root, &used));
	CHECK(!allocate_resource(&root, &got, 0x100, 0x900, 0x5000, 0x1000, place, NULL));
	CHECK(got.start == 0x4000 && gaps == 2);
}

#define WRITTEN(x) #x
#define TEXT_OF(x) WRITTEN(x)

int main(void)
{
	sizes();
	times();
	bitmaps();
	CHECK(!bus_register(&bus));
	devices_of_one_name();
	binding();
	refused();
	bus_unregister(&bus);
	found_or_added();
	attributes();
	a_bool_of_debugfs();
	gaps_beyond_the_limits_are_asked_about();
	/* As KUNIT_EXPECT_EQ(test, x, true) tells of it. */
	CHECK(!strcmp(TEXT_OF(true), "true") && !strcmp(TEXT_OF(false), "false"));
	return 0;
}
