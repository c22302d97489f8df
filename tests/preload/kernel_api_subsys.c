// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code with a bus that has a device of its own, and interfaces that are told of each
 * of the bus's devices; what kernel objects, threads and files say of themselves.
 */
#include <linux/bitops.h>
#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/ioport.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "check.h"

static int value = 5, came, went;

static ssize_t value_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	(void)dev;
	(void)attr;
	return sysfs_emit(buf, "%d\n", value);
}
static DEVICE_ATTR_RO(value);
static struct attribute *root_attrs[] = { &dev_attr_value.attr, NULL };
ATTRIBUTE_GROUPS(root);

static struct bus_type bus = { .name = "unit", .dev_name = "unit" };

static int add(struct device *dev, struct subsys_interface *sif)
{
	CHECK(dev->bus == sif->subsys && device_is_registered(dev));
	came++;
	return 0;
}

static void gone(struct device *dev, struct subsys_interface *sif)
{
	CHECK(dev->bus == sif->subsys);
	went++;
}

static struct subsys_interface sif = { .name = "interface",
				       .subsys = &bus,
				       .add_dev = add,
				       .remove_dev = gone };

static void release(struct device *dev)
{
	memset(dev, 0, sizeof(*dev));
}

static void system_bus(void)
{
	struct subsys_interface nowhere = { .name = "nowhere" };
	struct device one = { .bus = &bus, .id = 1, .release = release }, *root;
	struct device two = { .bus = &bus, .id = 2, .release = release };
	char buf[16] = "";

	CHECK(!subsys_system_register(&bus, root_groups));
	CHECK(subsys_system_register(&bus, NULL) == -EEXIST);
	root = bus_get_dev_root(&bus);
	CHECK(root && !strcmp(dev_name(root), "unit"));
	CHECK(kmemu_sysfs_read(&root->kobj, "value", buf, sizeof(buf)) == 2 && buf[0] == '5');
	put_device(root);
	CHECK(!device_register(&one) && !strcmp(dev_name(&one), "unit1"));
	CHECK(subsys_interface_register(&nowhere) == -ENODEV);
	CHECK(!subsys_interface_register(&sif) && came == 1);
	CHECK(!device_register(&two) && came == 2 && !went);
	device_unregister(&one);
	CHECK(went == 1);
	subsys_interface_unregister(&sif);
	CHECK(went == 2);
	device_unregister(&two);
	CHECK(came == 2 && went == 2);
	bus_unregister(&bus);
	CHECK(!bus_get_dev_root(&bus));
}

static void objects(void)
{
	struct kobject *kobj = kobject_create_and_add("object", NULL);

	CHECK(kobj && kobj->state_initialized && kobj->state_in_sysfs);
	CHECK(kref_read(&kobj->kref) == 1 && kobject_get(kobj) && kref_read(&kobj->kref) == 2);
	kobject_del(kobj);
	CHECK(!kobj->state_in_sysfs);
	kobject_put(kobj);
	kobject_put(kobj);
}

static struct kobj_type ktype;
static int kept;

static ssize_t delete_store(struct kobject *kobj, struct attribute *attr, const char *buf,
			    size_t count)
{
	struct kernfs_node *kn = sysfs_break_active_protection(kobj, attr);

	(void)buf;
	CHECK(sysfs_remove_file_self(kobj, attr));
	kobject_put(kobj); /* it stays */
	CHECK(!kept);
	sysfs_unbreak_active_protection(kn);
	return (ssize_t)count;
}
static const struct sysfs_ops ops = { .store = delete_store };

static void object_release(struct kobject *kobj)
{
	(void)kobj;
	kept++;
}

/* A file whose writing deletes it, and what it belongs to. */
static void deletes_itself(void)
{
	static struct kobject kobj;
	struct attribute delete = { "delete", 0200 };

	ktype.sysfs_ops = &ops;
	ktype.release = object_release;
	CHECK(!kobject_init_and_add(&kobj, &ktype, NULL, "deletes"));
	CHECK(!sysfs_create_file(&kobj, &delete) && kobject_get(&kobj));
	CHECK(kmemu_sysfs_write(&kobj, "delete", "1", 1) == 1 && !kept);
	CHECK(kmemu_sysfs_write(&kobj, "delete", "1", 1) == -ENOENT);
	kobject_put(&kobj);
	CHECK(kept == 1);
}

static int nothing(void *unused)
{
	(void)unused;
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static void show_fdinfo(struct seq_file *m, struct file *file)
{
	(void)m;
	(void)file;
}

/* Rows as a module's file has them. */
static const struct dmi_system_id machines[] = {
	{ .matches = { DMI_MATCH(DMI_SYS_VENDOR, "one"), DMI_EXACT_MATCH(DMI_BOARD_NAME, "two") } },
	{ 0 },
};
MODULE_DEVICE_TABLE(dmi, machines);
_Static_assert(sizeof(struct pci_device_id) == 40 && sizeof(struct dmi_strmatch) == 80 &&
		       sizeof(struct i2c_device_id) == 32 && sizeof(struct spi_device_id) == 40,
	       "the layouts that modpost reads");

static int last[3], nr_last;

static int note(struct device *dev, const void *data)
{
	(void)data;
	last[nr_last++] = (int)dev->id;
	return 0;
}

static void children(void)
{
	struct device top = { .init_name = "top", .release = release }, child[3];
	unsigned int i;

	CHECK(!device_register(&top));
	for (i = 0; i < 3; i++) {
		memset(&child[i], 0, sizeof(child[i]));
		child[i].parent = &top;
		child[i].release = release;
		device_initialize(&child[i]);
		child[i].id = i;
		CHECK(!dev_set_name(&child[i], "child%u", i) && !device_add(&child[i]));
	}
	CHECK(!device_for_each_child_reverse_from(&top, NULL, NULL, note) && nr_last == 3);
	CHECK(last[0] == 2 && last[2] == 0);
	nr_last = 0;
	CHECK(!device_for_each_child_reverse_from(&top, &child[1], NULL, note));
	CHECK(nr_last == 1 && last[0] == 0);
	for (i = 0; i < 3; i++)
		device_unregister(&child[i]);
	device_unregister(&top);
}

static int ended;

static int ends(void *unused)
{
	(void)unused;
	WRITE_ONCE(ended, 1);
	do_exit(3);
}

static void numbers(void)
{
	static const int offset = sizeof(int);
	struct resource res = { .start = 0x1000, .end = 0x1fff, .flags = IORESOURCE_SIZEALIGN };
	struct task_struct *t = kthread_create(ends, NULL, "ends");
	char buf[8] = "";

	get_task_struct(t);
	wake_up_process(t);
	while (!READ_ONCE(ended))
		msleep(1);
	CHECK(kthread_stop_put(t) == 3);
	CHECK(num_to_str(buf, 8, 123, 5) == 5 && !memcmp(buf, "  123", 5));
	CHECK(num_to_str(buf, 8, 0, 0) == 1 && buf[0] == '0' && !num_to_str(buf, 2, 123, 0));
	CHECK(!num_to_str(buf, 4, 1, 5) && offset_to_ptr(&offset) == &offset + 1);
	CHECK(machines[0].matches[1].exact_match && machines[0].matches[1].slot == 14);
	CHECK(resource_alignment(&res) == 0x1000);
	res.flags = 0;
	CHECK(!resource_alignment(&res));
}

static void others(void)
{
	static const struct file_operations fops = { .open = generic_file_open,
						     .fsync = noop_fsync,
						     .llseek = no_seek_end_llseek,
						     .fop_flags = FOP_UNSIGNED_OFFSET,
						     .show_fdinfo = show_fdinfo };
	struct task_struct *t = kthread_run(nothing, NULL, "nothing");
	struct file file = { 0 };

	CHECK(kthread_func(t) == (void *)nothing && !kthread_func(current));
	kthread_stop(t);
	CHECK(fops.llseek(&file, 0, SEEK_END) == -EINVAL && fops.llseek(&file, 5, SEEK_SET) == 5);
	CHECK(!fops.open(NULL, &file) && !fops.fsync(&file, 0, 1, 0));
	CHECK(seq_user_ns((struct seq_file *)NULL) == current_user_ns());
	CHECK(get_bitmask_order(16) == 5 && get_bitmask_order(15) == 4);
}

int main(void)
{
	system_bus();
	objects();
	deletes_itself();
	children();
	numbers();
	others();
	return 0;
}
