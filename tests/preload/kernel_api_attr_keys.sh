#!/bin/sh
# run: timeout=120
# A file of sysfs has a lock class, whose key is its attribute's: static, or given by
# sysfs_attr_init(). Of what lies elsewhere lockdep tells, and the file is made all the same.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/keys.c" <<'C'
#include <linux/device.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

static char *what = "";
module_param(what, charp, 0);
#define IS(name) (!strcmp(what, name))

static ssize_t value_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	(void)dev, (void)attr;
	return sysfs_emit(buf, "7\n");
}
static DEVICE_ATTR_RO(value);
static ssize_t none(struct file *f, struct kobject *k, struct bin_attribute *a, char *b, loff_t o,
		    size_t n)
{
	(void)f, (void)k, (void)a, (void)b, (void)o, (void)n;
	return 0;
}
static BIN_ATTR(bytes, 0444, none, NULL, 0);
static struct attribute *attrs[] = { &dev_attr_value.attr, NULL };
static struct bin_attribute *bin_attrs[] = { &bin_attr_bytes, NULL };
static const struct attribute_group group = { .name = "g", .attrs = attrs, .bin_attrs = bin_attrs };

static int __init keys_init(void)
{
	struct device *dev = root_device_register("keys");
	struct device_attribute *attr = kzalloc(sizeof(*attr), GFP_KERNEL);
	struct bin_attribute *bin = kzalloc(sizeof(*bin), GFP_KERNEL);
	struct attribute *list[2] = { &attr->attr, NULL };
	const struct attribute_group own = { .name = "own", .attrs = list };
	int err;

	attr->attr.name = "made";
	attr->attr.mode = 0444;
	attr->show = value_show;
	*bin = (struct bin_attribute){ .attr = { .name = "bin", .mode = 0444 }, .read = none };
	if (IS("init") || !*what) {
		sysfs_attr_init(&attr->attr);
		sysfs_bin_attr_init(bin);
	}
	err = sysfs_create_group(&dev->kobj, &group);
	if (!err && !IS("group") && !IS("bin"))
		err = device_create_file(dev, attr); /* HERE file */
	if (!err && IS("group"))
		err = sysfs_create_group(&dev->kobj, &own); /* HERE group */
	if (!err && (IS("bin") || IS("init")))
		err = sysfs_create_bin_file(&dev->kobj, bin); /* HERE bin */
	if (!err && IS("init"))
		sysfs_remove_bin_file(&dev->kobj, bin);
	root_device_unregister(dev);
	kfree(attr);
	kfree(bin);
	return err;
}

static void __exit keys_exit(void)
{
}
module_init(keys_init);
module_exit(keys_exit);
MODULE_LICENSE("Dual MIT/GPL");
C
for CC in gcc clang; do
	$CC -g -O1 -Wall -Wextra -Werror -Iinclude '-DKBUILD_MODNAME="keys"' -o "$TMP/keys" \
		"$TMP/keys.c" "$BUILDDIR/libkmemu.a" -pthread || fail "$CC: it does not compile"
	expect 0 "$K" "$TMP/keys" what=init
	verdict clean
	for i in file group bin; do
		expect 0 "$K" "$TMP/keys" what=$i
		lines 1 "$TMP/err" '^kmemu: verdict: findings=1'
		told_at kernel-warning "$TMP/keys.c" $i 'BUG: key [0-9a-f]+ has not been registered!'
	done
done
KMEMU_OPTIONS=context.lockorder=off expect 0 "$K" "$TMP/keys" what=file
verdict clean
done_ok
