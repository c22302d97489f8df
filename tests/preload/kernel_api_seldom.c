// flags: -Iinclude -l:libkmemu.a -pthread
/* Names that a handful of files of the kernel's use (kernel_api_seldom.sh). */
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/printk.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "check.h"

static void bits(void)
{
	unsigned long a[2] = { 0xf0f0, 7 }, b[2] = { 0xff00, 5 };
	static const rcuref_t one = RCUREF_INIT(1);

	CHECK(__sw_hweight8(0x1ff) == 8 && __sw_hweight16(0xf00f) == 8);
	CHECK(__sw_hweight32(~0U) == 32 && __sw_hweight64(1UL << 63 | 1) == 2);
	CHECK(__bitmap_weight_and(a, b, 128) == 6 && __bitmap_weight_andnot(a, b, 128) == 5);
	CHECK(!atomic_read(&one.refcnt));
}

static void counts(void)
{
	static DEFINE_SPINLOCK(lock);
	static DEFINE_RAW_SPINLOCK(raw);
	atomic_t count = ATOMIC_INIT(2);
	unsigned long flags = 0;

	CHECK(!_atomic_dec_and_lock(&count, &lock) && !spin_is_locked(&lock));
	CHECK(_atomic_dec_and_lock(&count, &lock) && spin_is_locked(&lock));
	spin_unlock(&lock);
	atomic_set(&count, 1);
	CHECK(_atomic_dec_and_lock_irqsave(&count, &lock, &flags) && irqs_disabled());
	spin_unlock_irqrestore(&lock, flags);
	CHECK(!irqs_disabled());
	atomic_set(&count, 1);
	CHECK(_atomic_dec_and_raw_lock(&count, &raw) && raw_spin_is_locked(&raw));
	raw_spin_unlock(&raw);
	atomic_set(&count, 2);
	CHECK(!_atomic_dec_and_raw_lock_irqsave(&count, &raw, &flags) && !irqs_disabled());
	CHECK(_atomic_dec_and_raw_lock_irqsave(&count, &raw, &flags) && irqs_disabled());
	raw_spin_unlock_irqrestore(&raw, flags);
}

static void lists(void)
{
	LIST_HEAD(head);
	struct list_head entry;

	CHECK(__list_add_valid_or_report(&entry, &head, &head));
	list_add(&entry, &head);
	CHECK(__list_del_entry_valid_or_report(&entry));
}

static void copies(void)
{
	char from[8] = "abcdefg", to[8] = "";

	CHECK(!_copy_from_user(to, (const char __user *)from, 8) && !strcmp(to, "abcdefg"));
	CHECK(!_copy_to_user((char __user *)to, from + 1, 7) && !strcmp(to, "bcdefg"));
	CHECK(_copy_from_user(to, (const void __user *)4096UL, 8) == 8 && !to[0] && !to[7]);
	CHECK(_inline_copy_to_user((void __user *)TASK_SIZE_MAX, from, 1) == 1);
}

static void tables(void)
{
	static const struct rhashtable_params params = { .key_len = 4, .min_size = 64 };
	struct rhash_lock_head *bucket;
	struct rhashtable ht;
	struct bucket_table *tbl;

	CHECK(!rhashtable_init(&ht, &params));
	tbl = rht_dereference(ht.tbl, &ht);
	CHECK(!rht_grow_above_75(&ht, tbl) && !rht_grow_above_100(&ht, tbl));
	CHECK(!rht_shrink_below_30(&ht, tbl) && !rht_grow_above_max(&ht, tbl));
	atomic_set(&ht.nelems, (int)(tbl->size / 4 * 3 + 1));
	CHECK(rht_grow_above_75(&ht, tbl) && !rht_grow_above_100(&ht, tbl));
	atomic_set(&ht.nelems, (int)(tbl->size + 1));
	CHECK(rht_grow_above_100(&ht, tbl));
	atomic_set(&ht.nelems, 0);
	INIT_RHT_NULLS_HEAD(bucket);
	CHECK(rht_is_a_nulls(rht_ptr_rcu((struct rhash_lock_head *const *)&bucket)));
	rhashtable_destroy(&ht);
}

static bool is_bound;
static DECLARE_COMPLETION(bound);

static int asks(void *unused)
{
	is_bound = is_percpu_thread();
	complete(&bound);
	return (int)(long)unused;
}

static int sleeper(void *done)
{
	wait_for_completion(done);
	return 0;
}

static void threads(void)
{
	static DECLARE_COMPLETION(done);
	struct task_struct *t = kthread_create(asks, NULL, "bound");

	kthread_bind(t, 0);
	wake_up_process(t);
	wait_for_completion(&bound);
	CHECK(is_bound && !is_percpu_thread() && !vcpu_is_preempted(0));
	CHECK(owner_on_cpu(current) && yield_to(current, true) == 0);
	t = kthread_create(sleeper, &done, "sleeper");
	get_task_struct(t);
	wake_up_process(t);
	while (owner_on_cpu(t))
		msleep(1);
	CHECK(wait_task_inactive(t, TASK_UNINTERRUPTIBLE));
	CHECK(!wait_task_inactive(t, TASK_INTERRUPTIBLE));
	complete(&done);
	kthread_stop(t);
	put_task_struct(t);
}

static void interrupts(void)
{
	struct irq_affinity_desc desc = { .is_managed = 0 };
	unsigned long flags;

	cpumask_set_cpu(0, &desc.mask);
	CHECK(!irq_update_affinity_desc(7, &desc));
	CHECK(irq_update_affinity_desc(NR_IRQS, &desc) == -EINVAL);
	CHECK(!strcmp(softirq_to_name[NET_RX_SOFTIRQ], "NET_RX"));
	CHECK(!strcmp(softirq_to_name[RCU_SOFTIRQ], "RCU"));
	local_irq_save(flags);
	safe_halt();
	CHECK(!irqs_disabled());
	local_irq_restore(flags);
}

static int lines[2];

static irqreturn_t counts_line(int irq, void *dev)
{
	(void)irq;
	++*(int *)dev;
	return IRQ_HANDLED;
}

static void suspended(void)
{
	CHECK(!request_irq(20, counts_line, 0, "stops", &lines[0]));
	CHECK(!request_irq(21, counts_line, IRQF_NO_SUSPEND, "goes on", &lines[1]));
	suspend_device_irqs();
	suspend_device_irqs();
	kmemu_raise_irq(20);
	kmemu_raise_irq(21);
	CHECK(!lines[0] && lines[1] == 1);
	resume_device_irqs();
	CHECK(lines[0] == 1);
	kmemu_raise_irq(20);
	CHECK(lines[0] == 2);
	resume_device_irqs(); /* no line is enabled twice */
	free_irq(20, &lines[0]);
	free_irq(21, &lines[1]);
}

/* What bstr_printf() prints later is what snprintf() prints now. */
#define SAME(fmt, ...)                                                              \
	do {                                                                        \
		memset(bin, 0xee, sizeof(bin));                                     \
		n = bprintf(bin, ARRAY_SIZE(bin), fmt, ##__VA_ARGS__);              \
		CHECK(n >= 0 && (size_t)n < ARRAY_SIZE(bin) && bin[n] == 0xeeeeeeee); \
		len = snprintf(now, sizeof(now), fmt, ##__VA_ARGS__);               \
		CHECK(bstr_printf(then, sizeof(then), fmt, bin) == len);            \
		CHECK(!strcmp(now, then));                                          \
	} while (0)

static void kept(void)
{
	static u32 bin[64];
	char now[200], then[200], name[8] = "a name";
	struct seq_file m = { .buf = then, .size = sizeof(then) };
	int n, len;

	SAME("plain, 100%%\n");
	SAME("%d %5u|%-8x|%#o %c%hhd", -3, 7U, 255U, 8U, 'x', (signed char)-1);
	SAME("%ld %llx %zu %lu", -1L, 1ULL << 40, (size_t)9, ~0UL);
	SAME("%s, %-10s| %.3s %*d", "text", "left", "cut off", 6, 42);
	SAME("%.*s %*.*s|", 2, "two", 8, 3, "both");
	SAME("%p %px %pS %20ps|", (void *)&n, (void *)name, (void *)kept, (void *)kept);
	SAME("%*ph %pM", 3, "abc", "\001\002\003\004\005\006");
	CHECK(bprintf(bin, 64, "%s %d", name, 5) == 3);
	name[0] = 'A'; /* it was copied */
	CHECK(bstr_printf(then, 4, "%s %d", bin) == 8 && !strcmp(then, "a n"));
	CHECK(bprintf(bin, 1, "%d %s", 1, "too long for it") == 5);
	bprintf(bin, 64, "%d-%d", 1, 2);
	seq_bprintf(&m, "%d-%d", bin);
	CHECK(m.count == 3 && !memcmp(then, "1-2", 3));
	m.size = m.count + 3;
	seq_bprintf(&m, "%d-%d", bin);
	CHECK(seq_has_overflowed(&m));
}

static int n_shut, shut[4];

static void shuts(struct platform_device *pdev)
{
	shut[n_shut++] = pdev->id;
}

static int binds(struct platform_device *pdev)
{
	return pdev->id > 2 ? -ENODEV : 0;
}

static struct platform_driver driver = {
	.probe = binds,
	.shutdown = shuts,
	.driver = { .name = "shuts" },
};

/* The newest first, those that are bound, each once. */
static void shut_down(void)
{
	struct platform_device *pdev[3];
	int i;

	CHECK(!platform_driver_register(&driver));
	for (i = 0; i < 3; i++) {
		pdev[i] = platform_device_register_simple("shuts", i + 1, NULL, 0);
		CHECK(!IS_ERR(pdev[i]));
	}
	device_shutdown();
	CHECK(n_shut == 2 && shut[0] == 2 && shut[1] == 1);
	device_shutdown();
	CHECK(n_shut == 2);
	for (i = 0; i < 3; i++)
		platform_device_unregister(pdev[i]);
	platform_driver_unregister(&driver);
}

static struct task_struct *softirqd;
static DECLARE_COMPLETION(ran);

static void in_tasklet(struct tasklet_struct *t)
{
	(void)t;
	softirqd = current == this_cpu_ksoftirqd() ? current : NULL;
	complete(&ran);
}
static DECLARE_TASKLET(tasklet, in_tasklet);

static void softirqs(void)
{
	CHECK(current != this_cpu_ksoftirqd());
	tasklet_schedule(&tasklet);
	wait_for_completion(&ran);
	CHECK(softirqd && !strncmp(softirqd->comm, "ksoftirqd", 9));
}

static void command_line(char **argv)
{
	CHECK(saved_command_line_len == strlen(saved_command_line));
	if (argv[1])
		CHECK(!strcmp(saved_command_line, "one two=3 four") &&
		      !strcmp(boot_command_line, "one two=3 four"));
	else
		CHECK(!saved_command_line_len);
}

static int a_setup(char *rest)
{
	return !rest;
}
__setup_param("seldom=", a_setup_param, a_setup, 0);

static ssize_t version_show(struct module_attribute *attr, struct module_kobject *mk, char *buf)
{
	return sprintf(buf, "%s of %s\n", attr->attr.name, kobject_name(&mk->kobj));
}
static struct module_attribute version = { .attr = { "version", 0444 }, .show = version_show };

static void modules(void)
{
	char buf[4096];
	enum wq_flags queue = WQ_UNBOUND | WQ_HIGHPRI;
	struct module_kobject *mk = lookup_or_create_module_kobject("seldom");
	struct kobject *found = kset_find_obj(module_kset, "seldom");

	CHECK(mk && found == &mk->kobj && mk->kobj.kset == module_kset);
	CHECK(lookup_or_create_module_kobject("seldom") == mk && to_module_kobject(found) == mk);
	CHECK(!sysfs_create_file(found, &version.attr));
	CHECK(kmemu_sysfs_read(found, "version", buf, sizeof(buf)) == 18);
	CHECK(!strncmp(buf, "version of seldom\n", 18));
	sysfs_remove_file(found, &version.attr);
	kobject_put(found);
	kobject_put(found);
	kobject_put(found); /* each look-up's; the first reference keeps it */
	found = kset_find_obj(module_kset, "seldom");
	CHECK(found == &mk->kobj);
	kobject_put(found);
	kobject_put(found);
	CHECK(!kset_find_obj(module_kset, "seldom"));

	CHECK(kernel_text_address((unsigned long)modules));
	CHECK(kernel_text_address((unsigned long)schedule));
	CHECK(!kernel_text_address((unsigned long)&queue) && !kernel_text_address(1));
	CHECK(devtmpfs_mount() == 0 && !no_hash_pointers_enable(NULL));
	calibrate_delay();
}

static int emit(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vprintk_emit(0, LOGLEVEL_WARNING, NULL, fmt, args);
	va_end(args);
	return n;
}

static void says(struct work_struct *work)
{
	(void)work;
	print_worker_info(KERN_WARNING, current);
}
static DECLARE_WORK(work, says);

static void words(void)
{
	print_worker_info(KERN_WARNING, current); /* none */
	schedule_work(&work);
	flush_work(&work);
	suppress_printk = 1;
	CHECK(!printk(KERN_ERR "this is not said\n"));
	suppress_printk = 0;
	CHECK(emit("%s level\n", "its") == 10);
	dump_stack_set_arch_desc("a board of %d", 2);
	dump_stack_print_info(KERN_WARNING);
	pr_warn("%.2s|\n", linux_proc_banner);
}

int main(int argc, char **argv)
{
	(void)argc;
	bits();
	counts();
	lists();
	copies();
	tables();
	threads();
	interrupts();
	suspended();
	kept();
	shut_down();
	softirqs();
	command_line(argv);
	modules();
	words();
	return 0;
}
