// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Devices that need others: a consumer waits for its supplier's driver and goes before it;
 * interfaces of a class; attributes of classes and buses; other names and parents.
 */
#include <linux/device.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "check.h"

static char order[64];

static void note(const char *what, struct device *dev)
{
	size_t n = strlen(order);

	snprintf(order + n, sizeof(order) - n, "%s%s ", what, dev_name(dev));
}

static int probe(struct platform_device *pdev)
{
	note("+", &pdev->dev);
	return 0;
}

static void gone(struct platform_device *pdev)
{
	note("-", &pdev->dev);
}

static struct platform_driver supplier = { .probe = probe, .remove = gone, .driver.name = "sup" };
static struct platform_driver consumer = { .probe = probe, .remove = gone, .driver.name = "con" };

static int bind(struct platform_driver *drv)
{
	order[0] = '\0';
	return platform_driver_register(drv);
}

static void unbind(struct platform_driver *drv)
{
	order[0] = '\0';
	platform_driver_unregister(drv);
}

static struct platform_device *sup, *con;

static void make(void)
{
	sup = platform_device_register_simple("sup", -1, NULL, 0);
	con = platform_device_register_simple("con", -1, NULL, 0);
	CHECK(!IS_ERR(sup) && !IS_ERR(con));
}

static void destroy(void)
{
	platform_device_unregister(con);
	platform_device_unregister(sup);
}

static void managed(void)
{
	struct device_link *link;

	make();
	CHECK(!device_link_add(&con->dev, &con->dev, 0) && !device_link_add(NULL, &con->dev, 0));
	CHECK(!device_link_add(&con->dev, &sup->dev,
			       DL_FLAG_STATELESS | DL_FLAG_AUTOREMOVE_CONSUMER));
	CHECK(!device_link_add(&con->dev, &sup->dev, DL_FLAG_MANAGED));
	link = device_link_add(&con->dev, &sup->dev, DL_FLAG_PM_RUNTIME);
	CHECK(link && link->status == DL_STATE_DORMANT && device_link_test(link, DL_FLAG_MANAGED));
	CHECK(link == device_link_add(&con->dev, &sup->dev, 0));
	CHECK(!device_link_add(&sup->dev, &con->dev, 0)); /* a circle */
	CHECK(!bind(&consumer) && !*order);
	CHECK(!bind(&supplier) && !strcmp(order, "+sup +con "));
	CHECK(link->status == DL_STATE_ACTIVE);
	unbind(&supplier);
	CHECK(!strcmp(order, "-con -sup ") && link->status == DL_STATE_DORMANT);
	CHECK(!con->dev.driver);
	CHECK(!bind(&supplier) && !strcmp(order, "+sup "));
	CHECK(link->status == DL_STATE_AVAILABLE);
	CHECK(!device_driver_attach(&consumer.driver, &con->dev));
	CHECK(device_driver_attach(&consumer.driver, &con->dev) == -EBUSY);
	CHECK(link->status == DL_STATE_ACTIVE);
	unbind(&consumer);
	CHECK(!strcmp(order, "-con ") && link->status == DL_STATE_AVAILABLE);
	unbind(&supplier);
	destroy(); /* the link goes with its devices */
}

static void removed(void)
{
	struct device_link *link;

	make();
	CHECK(!bind(&supplier) && !bind(&consumer));
	CHECK(device_link_add(&con->dev, &sup->dev, DL_FLAG_AUTOREMOVE_CONSUMER));
	unbind(&consumer);
	unbind(&supplier);
	/* The link went with the consumer's driver: it waits for nobody. */
	CHECK(!bind(&consumer) && !strcmp(order, "+con "));
	unbind(&consumer);
	link = device_link_add(&con->dev, &sup->dev, DL_FLAG_AUTOPROBE_CONSUMER);
	CHECK(link && !bind(&consumer) && !bind(&supplier));
	unbind(&supplier);
	CHECK(!bind(&supplier) && !strcmp(order, "+sup +con "));
	unbind(&supplier);
	unbind(&consumer);
	destroy();

	make();
	link = device_link_add(&con->dev, &sup->dev, DL_FLAG_STATELESS);
	CHECK(link && link->status == DL_STATE_NONE);
	CHECK(link == device_link_add(&con->dev, &sup->dev, DL_FLAG_STATELESS));
	CHECK(!bind(&consumer) && !strcmp(order, "+con "));
	device_link_del(link);
	device_link_remove(&con->dev, &sup->dev);
	device_link_remove(&con->dev, &sup->dev); /* none is left */
	CHECK(device_link_add(&sup->dev, &con->dev, DL_FLAG_STATELESS));
	unbind(&consumer);
	destroy();
}

static int added, taken;

static int add_dev(struct device *dev)
{
	CHECK(dev->class);
	added++;
	return 0;
}

static void remove_dev(struct device *dev)
{
	CHECK(dev->class);
	taken++;
}

static ssize_t version_show(const struct class *cls, const struct class_attribute *attr,
			    char *buf)
{
	CHECK(!strcmp(cls->name, "things") && !strcmp(attr->attr.name, "version"));
	return sysfs_emit(buf, "%d\n", 7);
}
static CLASS_ATTR_RO(version);
static CLASS_ATTR_STRING(motto, 0444, "more is more");

static int scanned;

static ssize_t rescan_store(const struct bus_type *bus, const char *buf, size_t count)
{
	CHECK(!strcmp(bus->name, "things") && *buf == '1');
	scanned++;
	return count;
}
static BUS_ATTR_WO(rescan);
static struct attribute *bus_attrs[] = { &bus_attr_rescan.attr, NULL };
ATTRIBUTE_GROUPS(bus);

static int switched;

static int switch_it(struct device *dev)
{
	CHECK(dev);
	return switched++ == 3 ? -EIO : 0;
}

static struct bus_type bus = { .name = "things",
			       .bus_groups = bus_groups,
			       .online = switch_it,
			       .offline = switch_it };

static void classes(void)
{
	struct class *cls = class_create("things");
	struct class_interface intf = { .class = cls, .add_dev = add_dev,
					.remove_dev = remove_dev };
	struct device *a = device_create(cls, NULL, 0, NULL, "a"), *b;
	char buf[32];

	CHECK(!class_interface_register(&intf) && added == 1);
	b = device_create(cls, a, 0, NULL, "b");
	CHECK(added == 2 && !taken);
	device_unregister(b);
	CHECK(taken == 1);
	class_interface_unregister(&intf);
	CHECK(taken == 2 && !device_rename(a, "a2") && !strcmp(dev_name(a), "a2"));
	CHECK(!class_create_file(cls, &class_attr_version));
	CHECK(!class_create_file(cls, &class_attr_motto.attr));
	CHECK(kmemu_sysfs_read(kmemu_class_kobj(cls), "version", buf, 32) == 2 && *buf == '7');
	CHECK(kmemu_sysfs_read(kmemu_class_kobj(cls), "motto", buf, 32) == 13);
	class_remove_file(cls, &class_attr_version);
	CHECK(kmemu_sysfs_read(kmemu_class_kobj(cls), "version", buf, 32) == -ENOENT);
	device_unregister(a);
	CHECK(taken == 2);
	class_destroy(cls);
	intf.class = NULL;
	CHECK(class_interface_register(&intf) == -ENODEV);
}

static int one_driver(struct device_driver *drv, void *data)
{
	CHECK(drv->bus == &bus);
	return ++*(int *)data == 2 ? 5 : 0;
}

static void free_dev(struct device *dev)
{
	kfree(dev);
}

static void buses(void)
{
	struct device_driver a = { .name = "a", .bus = &bus }, b = { .name = "b", .bus = &bus };
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	struct device *root = root_device_register("root");
	int *p, n = 0;

	CHECK(!bus_register(&bus) && !driver_register(&a) && !driver_register(&b));
	CHECK(kmemu_sysfs_write(kmemu_bus_kobj(&bus), "rescan", "1", 1) == 1 && scanned == 1);
	CHECK(bus_for_each_drv(&bus, NULL, &n, one_driver) == 5 && n == 2);
	CHECK(!bus_for_each_drv(&bus, &a, (n = 0, &n), one_driver) && n == 1);
	driver_unregister(&a);
	driver_unregister(&b);

	dev->bus = &bus;
	dev->release = free_dev;
	dev_set_name(dev, "dev");
	CHECK(!device_register(dev) && !device_move(dev, root, DPM_ORDER_DEV_AFTER_PARENT));
	CHECK(dev->parent == root && device_offline(root) == -EBUSY);
	CHECK(!device_offline(dev) && dev->offline && device_offline(dev) == 1);
	CHECK(!device_offline(root) && !device_online(dev) && device_online(dev) == 1);
	CHECK(!device_offline(dev) && device_online(dev) == -EIO && dev->offline);
	CHECK(!strcmp(dev_bus_name(dev), "things") && !bus_get_dev_root(&bus));
	p = (int *)devm_alloc_percpu(dev, int);
	CHECK(p && !*this_cpu_ptr(p) && devm_alloc_percpu(dev, int));
	devm_free_percpu(dev, p); /* the other goes with the device */
	p = devm_kmemdup_array(dev, &n, 1, sizeof(n), GFP_KERNEL);
	CHECK(p && *p == n && !devm_kmemdup_array(dev, &n, SIZE_MAX, 2, GFP_KERNEL));
	CHECK(!strcmp(devm_kstrdup_const(dev, "x", GFP_KERNEL), "x"));
	device_unregister(dev);
	root_device_unregister(root);
	bus_unregister(&bus);
}

int main(void)
{
	managed();
	removed();
	classes();
	buses();
	return 0;
}
