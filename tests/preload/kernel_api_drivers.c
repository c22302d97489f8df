// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * What drivers do beside memory: a bus with a driver whose probe takes all by devm_*, a
 * class with attributes, regions, numbers, notifiers, workers, sets of CPUs. What they
 * allocate is counted, so nothing may be left in the end (kernel_api_drivers.sh).
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/idr.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time.h>
#include <linux/wait.h>

#include "check.h"

static char text[4096];

static const char *attribute(struct kobject *kobj, const char *name)
{
	ssize_t n = kmemu_sysfs_read(kobj, name, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* --- a bus, its driver and devices */

struct toy {
	struct device dev;
	struct resource mem;
	unsigned int irq;
};

struct toy_state {
	void __iomem *regs;
	int interrupts, level;
};

static int probes, removes, releases, fails;
static bool clock_is_there;

static int toy_match(struct device *dev, const struct device_driver *drv)
{
	return !strncmp(dev_name(dev), drv->name, strlen(drv->name));
}

static const struct bus_type toy_bus = { .name = "toy", .match = toy_match };

static irqreturn_t toy_handler(int irq, void *data)
{
	struct toy_state *s = data;

	(void)irq;
	s->interrupts++;
	return IRQ_HANDLED;
}

static ssize_t level_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct toy_state *s = dev_get_drvdata(dev);

	(void)attr;
	return sysfs_emit(buf, "%d\n", s->level);
}

static ssize_t level_store(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t count)
{
	struct toy_state *s = dev_get_drvdata(dev);
	int err = kstrtoint(buf, 0, &s->level);

	(void)attr;
	return err ? err : (ssize_t)count;
}
static DEVICE_ATTR_RW(level);

static ssize_t secret_store(struct device *dev, struct device_attribute *attr, const char *buf,
			    size_t count)
{
	(void)dev;
	(void)attr;
	return buf[count] ? -EINVAL : (ssize_t)count;
}
static DEVICE_ATTR_WO(secret);

static struct attribute *toy_attrs[] = { &dev_attr_level.attr, &dev_attr_secret.attr, NULL };
ATTRIBUTE_GROUPS(toy);

static int toy_probe(struct device *dev)
{
	struct toy *toy = container_of(dev, struct toy, dev);
	struct toy_state *s;
	int err;

	probes++;
	if (!clock_is_there)
		return -EPROBE_DEFER;
	s = devm_kzalloc(dev, sizeof(*s), GFP_KERNEL);
	if (!s)
		return -ENOMEM;
	s->regs = devm_ioremap_resource(dev, &toy->mem);
	if (IS_ERR(s->regs)) {
		fails++;
		return PTR_ERR(s->regs);
	}
	err = devm_request_irq(dev, toy->irq, toy_handler, 0, NULL, s);
	if (err)
		return err;
	writel(0x600d, s->regs + 4);
	dev_set_drvdata(dev, s);
	return 0;
}

static int toy_remove(struct device *dev)
{
	struct toy_state *s = dev_get_drvdata(dev);

	CHECK(s && s->interrupts == 2);
	removes++;
	return 0;
}

static struct device_driver toy_driver = {
	.name = "toy",
	.bus = &toy_bus,
	.probe = toy_probe,
	.remove = toy_remove,
	.dev_groups = toy_groups,
};

static int clock_probe(struct device *dev)
{
	(void)dev;
	clock_is_there = true;
	return 0;
}
static struct device_driver clock_driver = { .name = "clock", .bus = &toy_bus,
					     .probe = clock_probe };

static void toy_release(struct device *dev)
{
	releases++;
	kfree(container_of(dev, struct toy, dev));
}

static struct toy *toy_new(const char *name, u64 start)
{
	struct toy *toy = kzalloc(sizeof(*toy), GFP_KERNEL);

	CHECK(toy);
	device_initialize(&toy->dev);
	toy->dev.bus = &toy_bus;
	toy->dev.release = toy_release;
	toy->mem = DEFINE_RES_MEM(start, 0x100);
	toy->irq = 40;
	CHECK(dev_set_name(&toy->dev, "%s", name) == 0);
	CHECK(device_add(&toy->dev) == 0);
	return toy;
}

static void bus(void)
{
	const u64 at = 0xfe000000000;
	struct toy *toy, *clock, *other;
	struct device *found;

	CHECK(bus_register(&toy_bus) == 0);
	CHECK(driver_register(&toy_driver) == 0);
	CHECK(driver_register(&clock_driver) == 0);
	CHECK(driver_find("toy", &toy_bus) == &toy_driver);
	toy = toy_new("toy.0", at);
	CHECK(probes == 1 && !toy->dev.driver);
	other = toy_new("unknown", at);
	CHECK(!other->dev.driver);
	clock = toy_new("clock", at);
	CHECK(clock->dev.driver == &clock_driver && probes == 2);
	CHECK(toy->dev.driver == &toy_driver && device_is_bound(&toy->dev));

	CHECK(kmemu_raise_irq(40) == 0 && kmemu_raise_irq(40) == 0);
	CHECK(kmemu_sysfs_write(&toy->dev.kobj, "level", "0x2a\n", 5) == 5);
	CHECK(!strcmp(attribute(&toy->dev.kobj, "level"), "42\n"));
	CHECK(kmemu_sysfs_write(&toy->dev.kobj, "level", "x", 1) == -EINVAL);
	CHECK(kmemu_sysfs_read(&toy->dev.kobj, "secret", text, 1) == -EACCES);
	CHECK(kmemu_sysfs_write(&toy->dev.kobj, "secret", "abc", 3) == 3);
	CHECK(kmemu_sysfs_read(&toy->dev.kobj, "none", text, 1) == -ENOENT);
	CHECK(!request_mem_region(at + 0x80, 0x10, "other"));
	found = bus_find_device_by_name(&toy_bus, NULL, "toy.0");
	CHECK(found == &toy->dev);
	put_device(found);

	driver_unregister(&toy_driver);
	CHECK(removes == 1 && !toy->dev.driver && kmemu_raise_irq(40) == -EINVAL);
	CHECK(request_mem_region(at + 0x80, 0x10, "other"));
	CHECK(driver_register(&toy_driver) == 0); /* its region is not free: told, not bound */
	CHECK(!toy->dev.driver && fails == 1);
	release_mem_region(at + 0x80, 0x10);
	device_unregister(&toy->dev);
	device_unregister(&clock->dev);
	device_unregister(&other->dev);
	CHECK(releases == 3);
	driver_unregister(&toy_driver);
	driver_unregister(&clock_driver);
	bus_unregister(&toy_bus);
}

/* --- classes and objects */

static int count_child(struct device *dev, void *data)
{
	CHECK(dev->parent);
	++*(int *)data;
	return 0;
}

static int unregister_child(struct device *dev, void *data)
{
	(void)data;
	device_unregister(dev);
	return 0;
}

static void classes(void)
{
	struct class *cls = class_create("toys");
	struct device *root = root_device_register("root"), *a, *b;
	int n = 0;

	CHECK(!IS_ERR(cls) && !IS_ERR(root));
	a = device_create(cls, root, MKDEV(7, 1), &n, "toy%d", 1);
	b = device_create(cls, root, MKDEV(7, 2), NULL, "toy%d", 2);
	CHECK(!IS_ERR(a) && !IS_ERR(b) && dev_get_drvdata(a) == &n);
	CHECK(!strcmp(dev_name(b), "toy2") && MAJOR(b->devt) == 7 && MINOR(b->devt) == 2);
	CHECK(device_for_each_child(root, &n, count_child) == 0 && n == 2);
	device_destroy(cls, MKDEV(7, 1));
	n = 0;
	CHECK(device_for_each_child(root, &n, count_child) == 0 && n == 1);
	device_for_each_child(root, NULL, unregister_child);
	CHECK(!device_find_child_by_name(root, "toy2"));
	root_device_unregister(root);
	class_destroy(cls);
}

static int value = 3;

static ssize_t value_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	int at = sysfs_emit(buf, "%s/", kobject_name(kobj));

	return at + sysfs_emit_at(buf, at, "%s=%d\n", attr->attr.name, value);
}
static struct kobj_attribute value_attribute = __ATTR_RO(value);
static struct attribute *sub_attrs[] = { &value_attribute.attr, NULL };
static const struct attribute_group sub_group = { .name = "sub", .attrs = sub_attrs };

static ssize_t data_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			 char *buf, loff_t pos, size_t count)
{
	CHECK(!file && !strcmp(kobject_name(kobj), "one"));
	return memory_read_from_buffer(buf, count, &pos, "\0\1\2\3", attr->size);
}
static const BIN_ATTR_RO(data, 4);

static void objects(void)
{
	struct kset *kset = kset_create_and_add("set", NULL, NULL);
	struct kobject *k = kobject_create_and_add("one", NULL), *found;

	CHECK(kset && k);
	CHECK(sysfs_create_file(k, &value_attribute.attr) == 0);
	CHECK(sysfs_create_file(k, &value_attribute.attr) == -EEXIST);
	CHECK(sysfs_create_group(k, &sub_group) == 0);
	CHECK(sysfs_create_bin_file(k, &bin_attr_data) == 0);
	CHECK(!strcmp(attribute(k, "value"), "one/value=3\n"));
	CHECK(!strcmp(attribute(k, "sub/value"), "one/value=3\n"));
	CHECK(kmemu_sysfs_read(k, "data", text, 100) == 4 && !memcmp(text, "\0\1\2\3", 4));
	sysfs_remove_file(k, &value_attribute.attr);
	CHECK(kmemu_sysfs_read(k, "value", text, 10) == -ENOENT);
	found = kset_find_obj(kset, "one");
	CHECK(!found);
	kobject_put(k);
	kset_unregister(kset);
}

/* --- numbers for pointers */

static DEFINE_IDR(idr);
static DEFINE_IDA(ida);
static DEFINE_SPINLOCK(idr_lock);

static void numbers(void)
{
	int id, n = 0;
	int *entry;

	for (int i = 0; i < 100; i++)
		CHECK(idr_alloc(&idr, &value, 10, 0, GFP_KERNEL) == 10 + i);
	CHECK(idr_alloc(&idr, &value, 10, 110, GFP_KERNEL) == -ENOSPC);
	CHECK(idr_alloc(&idr, NULL, 500, 501, GFP_KERNEL) == 500);
	CHECK(idr_alloc(&idr, &n, 500, 501, GFP_KERNEL) == -ENOSPC);
	CHECK(!idr_find(&idr, 500) && idr_replace(&idr, &n, 500) == NULL);
	CHECK(idr_find(&idr, 500) == &n && idr_replace(&idr, &n, 501) == ERR_PTR(-ENOENT));
	idr_for_each_entry (&idr, entry, id)
		n++;
	CHECK(n == 101);
	CHECK(idr_remove(&idr, 42) == &value && !idr_remove(&idr, 42));
	idr_preload(GFP_KERNEL);
	spin_lock(&idr_lock);
	CHECK(idr_alloc(&idr, &value, 0, 0, GFP_NOWAIT) == 0);
	CHECK(idr_alloc_cyclic(&idr, &value, 600, 602, GFP_NOWAIT) == 600);
	CHECK(idr_alloc_cyclic(&idr, &value, 600, 602, GFP_NOWAIT) == 601);
	idr_remove(&idr, 600);
	CHECK(idr_alloc_cyclic(&idr, &value, 600, 602, GFP_NOWAIT) == 600);
	spin_unlock(&idr_lock);
	idr_preload_end();
	idr_destroy(&idr);
	CHECK(idr_is_empty(&idr));
	idr_lock(&idr);
	CHECK(idr_alloc(&idr, &value, 0, 0, GFP_ATOMIC) == 0);
	CHECK(idr_replace(&idr, &n, 0) == &value && idr_remove(&idr, 0) == &n);
	idr_unlock(&idr);
	idr_destroy(&idr);

	CHECK(ida_alloc(&ida, GFP_KERNEL) == 0 && ida_alloc(&ida, GFP_KERNEL) == 1);
	CHECK(ida_alloc_range(&ida, 1, 2, GFP_ATOMIC) == 2);
	CHECK(ida_alloc_max(&ida, 2, GFP_KERNEL) == -ENOSPC);
	ida_free(&ida, 1);
	CHECK(ida_alloc(&ida, GFP_KERNEL) == 1);
	ida_destroy(&ida);
	CHECK(ida_is_empty(&ida));
}

/* --- notifiers */

static char order[8];

static int note(struct notifier_block *nb, unsigned long action, void *data)
{
	(void)data;
	order[strlen(order)] = (char)('0' + nb->priority);
	return action == (unsigned long)nb->priority ? notifier_from_errno(-EBUSY) : NOTIFY_OK;
}

static BLOCKING_NOTIFIER_HEAD(blocking);
static ATOMIC_NOTIFIER_HEAD(atomic_chain);

static void notifiers(void)
{
	struct notifier_block a = { note, NULL, 1 }, b = { note, NULL, 3 }, c = { note, NULL, 2 };
	struct notifier_block d = { note, NULL, 2 };

	CHECK(blocking_notifier_chain_register(&blocking, &a) == 0);
	CHECK(blocking_notifier_chain_register(&blocking, &b) == 0);
	CHECK(blocking_notifier_chain_register(&blocking, &c) == 0);
	CHECK(blocking_notifier_call_chain(&blocking, 0, NULL) == NOTIFY_OK);
	CHECK(!strcmp(order, "321"));
	memset(order, 0, sizeof(order));
	CHECK(notifier_to_errno(blocking_notifier_call_chain(&blocking, 2, NULL)) == -EBUSY);
	CHECK(!strcmp(order, "32"));
	CHECK(blocking_notifier_chain_unregister(&blocking, &c) == 0);
	CHECK(blocking_notifier_chain_unregister(&blocking, &c) == -ENOENT);
	memset(order, 0, sizeof(order));
	CHECK(atomic_notifier_chain_register(&atomic_chain, &c) == 0);
	CHECK(atomic_notifier_chain_register_unique_prio(&atomic_chain, &d) == -EBUSY);
	d.priority--;
	CHECK(atomic_notifier_chain_register_unique_prio(&atomic_chain, &d) == 0);
	CHECK(atomic_notifier_chain_unregister(&atomic_chain, &d) == 0);
	CHECK(blocking_notifier_chain_register_unique_prio(&blocking, &d) == -EBUSY);
	CHECK(atomic_notifier_call_chain(&atomic_chain, 0, NULL) == NOTIFY_OK);
	CHECK(!strcmp(order, "2"));
	CHECK(atomic_notifier_chain_unregister(&atomic_chain, &c) == 0);
}

/* --- a worker of one's own */

struct job {
	struct kthread_work work;
	int nr;
};
static atomic_t ran;
static int last_job;

static void do_job(struct kthread_work *work)
{
	struct job *job = container_of(work, struct job, work);

	CHECK(in_task() && current->flags & PF_KTHREAD && last_job < job->nr);
	last_job = job->nr;
	msleep(1);
	atomic_inc(&ran);
}

static void late(struct kthread_work *work)
{
	(void)work;
	atomic_add(100, &ran);
}

static struct kthread_worker *again_worker;
static struct kthread_delayed_work again;
static atomic_t runs;

static void do_again(struct kthread_work *work)
{
	(void)work;
	atomic_inc(&runs);
	kthread_queue_delayed_work(again_worker, &again, 1);
}

/* A work that queues itself is over once it was canceled. */
static void canceled(void)
{
	again_worker = kthread_create_worker(0, "again");
	CHECK(!IS_ERR(again_worker));
	kthread_init_delayed_work(&again, do_again);
	for (int i = 0; i < 5000; i++) {
		int before = atomic_read(&runs);

		kthread_queue_delayed_work(again_worker, &again, 0);
		while (atomic_read(&runs) == before)
			barrier();
		for (int n = 0; n < i * 37 % 3000; n++)
			barrier();
		kthread_cancel_delayed_work_sync(&again);
		CHECK(!timer_pending(&again.timer));
	}
	kthread_destroy_worker(again_worker);
}

static void workers(void)
{
	struct kthread_worker *worker = kthread_create_worker(0, "worker/%d", 1);
	static struct kthread_delayed_work delayed;
	struct job jobs[5];

	CHECK(!IS_ERR(worker));
	for (int i = 0; i < 5; i++) {
		kthread_init_work(&jobs[i].work, do_job);
		jobs[i].nr = i + 1;
		CHECK(kthread_queue_work(worker, &jobs[i].work));
	}
	kthread_flush_work(&jobs[2].work);
	CHECK(atomic_read(&ran) >= 3);
	kthread_flush_worker(worker);
	CHECK(atomic_read(&ran) == 5);
	kthread_init_delayed_work(&delayed, late);
	CHECK(kthread_queue_delayed_work(worker, &delayed, HZ * 1000));
	CHECK(!kthread_queue_delayed_work(worker, &delayed, 1));
	CHECK(kthread_cancel_delayed_work_sync(&delayed));
	CHECK(!kthread_cancel_delayed_work_sync(&delayed));
	CHECK(kthread_queue_delayed_work(worker, &delayed, HZ * 1000));
	CHECK(kthread_mod_delayed_work(worker, &delayed, 1));
	for (int i = 0; i < 10000 && atomic_read(&ran) < 105; i++)
		msleep(1);
	CHECK(atomic_read(&ran) == 105);
	last_job = 0;
	CHECK(kthread_queue_work(worker, &jobs[0].work));
	kthread_destroy_worker(worker); /* runs it first */
	CHECK(atomic_read(&ran) == 106);
}

/* --- CPUs, counts, waits, dates */

static unsigned int one_cpu(unsigned int cpu, struct cpumask *mask)
{
	cpumask_set_cpu(cpu, mask);
	CHECK(cpumask_weight(cpumask_of(cpu)) == 1);
	CHECK(cpumask_test_cpu((int)cpu, cpumask_of(cpu)));
	return 1;
}

static void cpus(void)
{
	cpumask_var_t mask;
	unsigned int cpu, n = 0;

	CHECK(zalloc_cpumask_var(&mask, GFP_KERNEL));
	CHECK(cpumask_empty(mask) && cpumask_weight(cpu_possible_mask) == nr_cpu_ids);
	for_each_cpu(cpu, cpu_online_mask)
		n += one_cpu(cpu, mask);
	CHECK(n == num_online_cpus() && cpumask_full(mask) && cpumask_equal(mask, cpu_all_mask));
	cpumask_clear_cpu(0, mask);
	CHECK(cpumask_first(mask) == 1 && !cpumask_intersects(mask, cpumask_of(0)));
	CHECK(cpumask_empty(cpu_none_mask) && cpumask_any_but(cpumask_of(0), 0) >= nr_cpu_ids);
	free_cpumask_var(mask);
}

static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(lock);
static DECLARE_WAIT_QUEUE_HEAD(queue);
static bool ready;

static int make_ready(void *data)
{
	(void)data;
	spin_lock_irq(&lock);
	ready = true;
	spin_unlock_irq(&lock);
	wake_up(&queue);
	return 0;
}

static time64_t of(const struct tm *tm, unsigned int mon, unsigned int day)
{
	return mktime64((unsigned int)(tm->tm_year + 1900), mon, day, (unsigned int)tm->tm_hour,
			(unsigned int)tm->tm_min, (unsigned int)tm->tm_sec);
}

static void date(time64_t t)
{
	struct tm tm;

	time64_to_tm(t, 0, &tm);
	CHECK(of(&tm, (unsigned int)(tm.tm_mon + 1), (unsigned int)tm.tm_mday) == t);
	CHECK((t - of(&tm, 1, 1)) / 86400 == tm.tm_yday);
}

static void others(void)
{
	refcount_t r = REFCOUNT_INIT(2);
	struct task_struct *task = kthread_create(make_ready, NULL, "ready");
	struct tm tm;
	int n, minus;
	u8 byte;

	CHECK(!refcount_dec_and_mutex_lock(&r, &mutex) && refcount_dec_and_mutex_lock(&r, &mutex));
	CHECK(mutex_is_locked(&mutex));
	mutex_unlock(&mutex);
	CHECK(!IS_ERR(task));
	spin_lock_irq(&lock);
	wake_up_process(task);
	wait_event_lock_irq(queue, ready, lock);
	CHECK(ready && irqs_disabled());
	spin_unlock_irq(&lock);
	/* libc's <stdio.h> comes after the kernel's headers here, so sscanf() is its own */
	CHECK(kmemu_sscanf("0x1f,-5 word]", "%4i,%d %3s", &n, &minus, text) == 3);
	CHECK(n == 0x1f && minus == -5 && !strcmp(text, "wor"));
	CHECK(kmemu_sscanf("0x12", "%2i%d", &n, &minus) == 2 && n == 0 && minus == 12);
	CHECK(kstrtou8_from_user("200\n", 4, 10, &byte) == 0 && byte == 200);
	CHECK(kstrtou8_from_user("256", 3, 10, &byte) == -ERANGE);
	CHECK(kstrtou8_from_user((const char __user *)8, 3, 10, &byte) == -EFAULT);
	CHECK(mktime64(2000, 2, 29, 23, 59, 59) == 951868799);
	for (time64_t t = -2000000000; t < 200000000000; t += 86400 * 29 + 12345)
		date(t);
	time64_to_tm(951868799, 3600, &tm);
	CHECK(tm.tm_mday == 1 && tm.tm_mon == 2 && tm.tm_hour == 0 && tm.tm_wday == 3);
	CHECK(tm.tm_yday == 60);
}

int main(void)
{
	bus();
	classes();
	objects();
	numbers();
	notifiers();
	workers();
	canceled();
	cpus();
	others();
	return 0;
}
