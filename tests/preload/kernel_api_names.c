// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that uses the less common names of headers it has: counts of references
 * that tell what they were, attributes that are variables, devices of a driver and of a
 * class, the nearest of a table, work on a CPU, objects by their type.
 */
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/iopoll.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/platform_device.h>
#include <linux/ratelimit.h>
#include <linux/refcount.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/timex.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "check.h"

struct thing {
	int a, n;
	u32 tail[];
};

static void counts(void)
{
	refcount_t r = REFCOUNT_INIT(1);
	unsigned long flags;
	spinlock_t lock;
	atomic_t a = ATOMIC_INIT(2);
	int was = -1;

	spin_lock_init(&lock);
	__refcount_inc(&r, &was);
	CHECK(was == 1 && __refcount_inc_not_zero(&r, &was) && was == 2);
	CHECK(!__refcount_dec_and_test(&r, &was) && was == 3);
	CHECK(!refcount_dec_and_lock_irqsave(&r, &lock, &flags));
	CHECK(refcount_dec_and_lock_irqsave(&r, &lock, &flags) && irqs_disabled());
	spin_unlock_irqrestore(&lock, flags);
	CHECK(!atomic_dec_and_lock_irqsave(&a, &lock, flags));
	CHECK(atomic_dec_and_lock_irqsave(&a, &lock, flags) && spin_is_locked(&lock));
	spin_unlock_irqrestore(&lock, flags);
	CHECK(!irqs_disabled() && !__refcount_inc_not_zero(&r, &was) && !was);
}

static void objects(void)
{
	struct thing *t = kzalloc_flex(*t, tail, 5), *many = kmalloc_objs(*many, 3, GFP_ATOMIC);
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	CHECK(t && !t->tail[4] && ksize(t) >= sizeof(*t) + 20 && many && ksize(many) >= 24);
	kfree(t);
	kfree(many);
	CHECK(!kmalloc_objs(struct thing, SIZE_MAX, GFP_KERNEL | __GFP_NOWARN));
	page_ref_add(page, 3);
	CHECK(page_count(page) == 4 && !PageHighMem(page) && set_page_dirty(page));
	CHECK(!set_page_dirty(page) && folio_try_get(page_folio(page)));
	folio_put_refs(page_folio(page), 4);
	CHECK(page_count(page) == 1);
	ClearPageDirty(page);
	__free_pages(page, 1);
}

static void tables(void)
{
	static const int up[] = { 1, 10, 20, 100 };
	static const int down[] = { 100, 20, 10, 1 };
	struct cpumask mask = CPU_MASK_NONE;
	unsigned long i = 3;
	unsigned int cpu, n = 0;

	CHECK(find_closest(-5, up, ARRAY_SIZE(up)) == 0);
	CHECK(find_closest(15, up, 4) == 1 && find_closest(16, up, 4) == 2);
	CHECK(find_closest(500, up, 4) == 3 && find_closest_descending(500, down, 4) == 0);
	CHECK(find_closest_descending(15, down, 4) == 2);
	CHECK(find_closest_descending(0, down, 4) == 3);
	CHECK(array_index_nospec(i, 4) == 3 && !array_index_nospec(i, 3));
	CHECK(!array_index_nospec(~0UL, 4) && shift_right(-5, 1) == -2);
	cpumask_set_cpu(0, &mask);
	CHECK(cpumask_any_and_but(&mask, cpu_possible_mask, 0) >= nr_cpu_ids);
	CHECK(cpumask_weight_and(&mask, cpu_possible_mask) == 1 && !cpumask_nth(0, &mask));
	CHECK(cpumask_nth(1, &mask) == nr_cpu_ids && node_distance(0, 0) == LOCAL_DISTANCE);
	for_each_cpu_andnot(cpu, cpu_possible_mask, &mask)
		n++;
	CHECK(n == nr_cpu_ids - 1);
}

static unsigned long level = 0x20;
static int count = 7;
static bool on;
static DEVICE_ULONG_ATTR(level, 0644, level);
static DEVICE_INT_ATTR(count, 0644, count);
static DEVICE_BOOL_ATTR(on, 0644, on);
static DEVICE_STRING_ATTR_RO(label, 0444, "abc");
static struct attribute *attrs[] = { &dev_attr_count.attr.attr, &dev_attr_on.attr.attr,
				     &dev_attr_label.attr.attr, &dev_attr_level.attr.attr, NULL };
static const struct attribute_group group = { .attrs = attrs };

static int probe(struct platform_device *pdev)
{
	return devm_device_add_group(&pdev->dev, &group);
}

static struct platform_driver driver = { .probe = probe, .driver = { .name = "names" } };

static int one_more(struct device *dev, void *data)
{
	CHECK(dev->driver == &driver.driver);
	++*(int *)data;
	return 0;
}

static void devices(void)
{
	struct platform_device *a = platform_device_register_simple("names", 1, NULL, 0);
	struct platform_device *b = platform_device_register_simple("names", 2, NULL, 0);
	struct class *cls = class_create("cls");
	struct class_dev_iter iter;
	struct device *dev;
	char buf[32];
	int n = 0;

	CHECK(!IS_ERR(a) && !IS_ERR(b) && !platform_driver_register(&driver));
	CHECK(kmemu_sysfs_read(&a->dev.kobj, "count", buf, 32) == 2 && !strncmp(buf, "7\n", 2));
	CHECK(kmemu_sysfs_read(&a->dev.kobj, "label", buf, 32) == 4 && !strncmp(buf, "abc", 3));
	CHECK(kmemu_sysfs_read(&a->dev.kobj, "level", buf, 32) == 3 && !strncmp(buf, "20", 2));
	CHECK(kmemu_sysfs_write(&b->dev.kobj, "on", "y\n", 2) == 2 && on);
	CHECK(kmemu_sysfs_write(&b->dev.kobj, "count", "5000000000", 10) == -EINVAL);
	CHECK(!driver_for_each_device(&driver.driver, NULL, &n, one_more) && n == 2);
	dev = driver_find_device_by_name(&driver.driver, "names.2");
	CHECK(dev == &b->dev);
	put_device(dev);
	platform_driver_unregister(&driver);
	CHECK(kmemu_sysfs_read(&a->dev.kobj, "count", buf, 32) < 0);
	CHECK(!driver_find_device_by_name(&driver.driver, "names.2"));
	platform_device_unregister(a);
	platform_device_unregister(b);

	CHECK(!IS_ERR(device_create(cls, NULL, MKDEV(9, 1), NULL, "one")));
	CHECK(!IS_ERR(device_create(cls, NULL, MKDEV(9, 2), NULL, "two")));
	class_dev_iter_init(&iter, cls, NULL, NULL);
	for (n = 0; (dev = class_dev_iter_next(&iter)); n++)
		CHECK(!strcmp(dev_name(dev), n ? "two" : "one"));
	class_dev_iter_exit(&iter);
	dev = class_find_device_by_devt(cls, MKDEV(9, 2));
	CHECK(n == 2 && dev && !strcmp(dev_name(dev), "two"));
	put_device(dev);
	device_destroy(cls, MKDEV(9, 1));
	device_destroy(cls, MKDEV(9, 2));
	class_destroy(cls);
}

static DECLARE_COMPLETION(woken);

static irqreturn_t hard(int irq, void *dev)
{
	(void)irq;
	(void)dev;
	return IRQ_HANDLED;
}

static irqreturn_t thread(int irq, void *dev)
{
	(void)irq;
	(void)dev;
	CHECK(!in_interrupt());
	complete(&woken);
	return IRQ_HANDLED;
}

static long square(void *arg)
{
	CHECK(current->flags & PF_WQ_WORKER);
	return *(int *)arg * *(int *)arg;
}

static void work(struct work_struct *w)
{
	(void)w;
	count++;
}

static enum hrtimer_restart never(struct hrtimer *t)
{
	(void)t;
	return HRTIMER_NORESTART;
}

static void contexts(void)
{
	struct execute_work ew;
	struct hrtimer timer;
	int n = 12;

	CHECK(!irq_has_action(7) && !request_threaded_irq(7, hard, thread, 0, "names", &n));
	CHECK(irq_has_action(7));
	irq_wake_thread(7, &timer); /* nobody's */
	CHECK(!wait_for_completion_timeout(&woken, 1));
	irq_wake_thread(7, &n);
	wait_for_completion(&woken);
	free_irq(7, &n);
	CHECK(request_any_context_irq(8, hard, 0, "names", &n) == IRQC_IS_HARDIRQ);
	free_irq(8, &n);
	CHECK(work_on_cpu(0, square, &n) == 144);
	CHECK(!execute_in_process_context(work, &ew) && count == 8);
	irq_enter();
	CHECK(execute_in_process_context(work, &ew) == 1);
	irq_exit();
	flush_work(&ew.work);
	CHECK(count == 9);
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer.function = never;
	hrtimer_start(&timer, ms_to_ktime(100000), HRTIMER_MODE_REL);
	CHECK(hrtimer_is_queued(&timer) && hrtimer_expires_remaining(&timer) > 0);
	CHECK(hrtimer_cancel(&timer) && !hrtimer_is_queued(&timer));
	hrtimer_start_expires(&timer, HRTIMER_MODE_ABS);
	CHECK(hrtimer_is_queued(&timer) && hrtimer_cancel(&timer));
}

static int looks;

static int look(int *p)
{
	looks++;
	return ++*p;
}

static void polls(void)
{
	int at = 0, val;
	ktime_t begin = ktime_get();

	CHECK(!readx_poll_timeout(look, &at, val, val == 5, 100, 1000000) && val == 5);
	CHECK(!readx_poll_timeout_atomic(look, &at, val, val == 9, 1, 0) && looks == 9);
	CHECK(readx_poll_timeout(look, &at, val, val < 0, 1000, 5000) == -ETIMEDOUT);
	CHECK(ktime_us_delta(ktime_get(), begin) >= 5000 && looks > 10);
	preempt_disable();
	CHECK(readx_poll_timeout_atomic(look, &at, val, val < 0, 10, 100) == -ETIMEDOUT);
	preempt_enable();
}

static int options_show(struct seq_file *m, void *v)
{
	(void)v;
	seq_show_option(m, "mode", "a,b c");
	seq_show_option(m, "plain", NULL);
	return 0;
}

static void texts(void)
{
	char page[64] = "";
	struct seq_file m = { .buf = page, .size = sizeof(page) };

	options_show(&m, NULL);
	CHECK(!strcmp(page, ",mode=a\\054b\\040c,plain"));
	CHECK(printk_get_level(KERN_ERR "x") == '3' && *printk_skip_level(KERN_ERR "x") == 'x');
	CHECK(!printk_get_level("3x"));
}

int main(void)
{
	counts();
	objects();
	tables();
	devices();
	contexts();
	polls();
	texts();
	return 0;
}
