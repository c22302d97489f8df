// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Mistakes with objects, works and bottom halves that 6.12 warns of. The first argument says
 * which.
 */
#include <linux/bottom_half.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/irqflags.h>
#include <linux/kobject.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include <stdlib.h>

static void release(struct kobject *kobj)
{
	(void)kobj;
}

static const struct kobj_type ktype = { .release = release };
static struct kobject kobj;
static struct device dev;
static struct work_struct work;

static void no_init_put(void)
{
	put_device(&dev);
}

static void no_init_get(void)
{
	kobject_get(&kobj);
}

static void init_twice(void)
{
	kobject_init(&kobj, &ktype);
	kobject_init(&kobj, &ktype);
}

static void put_twice(void)
{
	kobject_init(&kobj, &ktype);
	kobject_put(&kobj);
	kobject_put(&kobj);
}

static void get_dead(void)
{
	kobject_init(&kobj, &ktype);
	kobject_put(&kobj);
	kobject_get(&kobj);
}

static void work_no_init(void)
{
	if (schedule_work(&work))
		exit(2);
}

static void bh_irqs_off(void)
{
	local_irq_disable();
	local_bh_disable();
	local_bh_enable();
	local_irq_enable();
}

static void no_region(void)
{
	release_mem_region(0x12345000, 0x1000);
}

/* What is right, and near it. */
static void right(void)
{
	static struct platform_driver drv = { .driver = { .name = "again" } };
	static struct kset kset;
	struct cdev cdev;
	int i;

	for (i = 0; i < 2; i++) {
		if (platform_driver_register(&drv))
			exit(2);
		platform_driver_unregister(&drv);
		cdev_init(&cdev, NULL);
		memset(&kset.kobj, 0, sizeof(kset.kobj));
		kset.kobj.ktype = &ktype;
		if (kobject_set_name(&kset.kobj, "set") || kset_register(&kset))
			exit(2);
		kset_unregister(&kset);
	}
	local_bh_disable();
	local_irq_disable();
	local_irq_enable();
	local_bh_enable();
	kobject_init(&kobj, &ktype);
	kobject_put(kobject_get(&kobj));
	kobject_put(&kobj);
}

int main(int argc, char **argv)
{
	static void (*const what[])(void) = { no_init_put, no_init_get,	 init_twice,  put_twice,
					      get_dead,	   work_no_init, bh_irqs_off, no_region,
					      right };

	what[argc > 1 ? atoi(argv[1]) : 8]();
	return 0;
}
