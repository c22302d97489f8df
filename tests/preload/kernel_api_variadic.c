// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Functions of the kernel's that are functions here, also those with any number of arguments:
 * they have an address of the kernel's type, a member may have their name, and what is wrong
 * is at the program's line.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/compat.h>
#include <linux/cpuhotplug.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/jump_label.h>
#include <linux/kmod.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pgtable.h>
#include <linux/poll.h>
#include <linux/prefetch.h>
#include <linux/printk.h>
#include <linux/proc_fs.h>
#include <linux/sched/clock.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

/* Members of those names: what is a macro with arguments would be expanded in a call of one. */
static const struct api {
	int (*sysfs_emit)(char *buf, const char *fmt, ...);
	int (*sysfs_emit_at)(char *buf, int at, const char *fmt, ...);
	int (*dev_err_probe)(const struct device *dev, int err, const char *fmt, ...);
	int (*dev_warn_probe)(const struct device *dev, int err, const char *fmt, ...);
	struct device *(*device_create)(const struct class *cls, struct device *parent, dev_t devt,
					void *drvdata, const char *fmt, ...);
	struct device *(*device_create_with_groups)(const struct class *cls, struct device *parent,
						    dev_t devt, void *drvdata,
						    const struct attribute_group **groups,
						    const char *fmt, ...);
	struct task_struct *(*kthread_create_on_node)(int (*fn)(void *data), void *data, int node,
						      const char *fmt, ...);
	struct kthread_worker *(*kthread_create_worker_on_cpu)(int cpu, unsigned int flags,
							       const char *fmt, ...);
	void (*set_worker_desc)(const char *fmt, ...);
	struct workqueue_struct *(*alloc_workqueue_lockdep_map)(const char *fmt,
								unsigned int flags, int max,
								struct lockdep_map *map, ...);
	int (*__request_module)(bool wait, const char *name, ...);
	bool (*printk_timed_ratelimit)(unsigned long *last, unsigned int msecs);
	struct proc_dir_entry *(*proc_mkdir)(const char *name, struct proc_dir_entry *parent);
	int (*lock_is_held_type)(const struct lockdep_map *map, int read);
	int (*lock_is_held)(const struct lockdep_map *map);
	void (*lockdep_register_key)(struct lock_class_key *key);
	void *(*kmap_local_page)(struct page *page);
	void (*release_pages)(release_pages_arg pages, int nr);
	void (*might_alloc)(gfp_t flags);
	u64 (*local_clock)(void);
	struct task_struct *(*get_current)(void);
} api = {
	.sysfs_emit = sysfs_emit,
	.sysfs_emit_at = sysfs_emit_at,
	.dev_err_probe = dev_err_probe,
	.dev_warn_probe = dev_warn_probe,
	.device_create = device_create,
	.device_create_with_groups = device_create_with_groups,
	.kthread_create_on_node = kthread_create_on_node,
	.kthread_create_worker_on_cpu = kthread_create_worker_on_cpu,
	.set_worker_desc = set_worker_desc,
	.alloc_workqueue_lockdep_map = alloc_workqueue_lockdep_map,
	.__request_module = __request_module,
	.printk_timed_ratelimit = printk_timed_ratelimit,
	.proc_mkdir = proc_mkdir,
	.lock_is_held_type = lock_is_held_type,
	.lock_is_held = lock_is_held,
	.lockdep_register_key = lockdep_register_key,
	.kmap_local_page = kmap_local_page,
	.release_pages = release_pages,
	.might_alloc = might_alloc,
	.local_clock = local_clock,
	.get_current = get_current,
};

/* Only their types. */
static const struct pair {
	const void *fn;
	int ok;
} types[] = {
#define IS(name, type) { (const void *)name, __same_type(&name, type) }
	IS(copy_from_user, unsigned long (*)(void *, const void __user *, unsigned long)),
	IS(copy_to_user, unsigned long (*)(void __user *, const void *, unsigned long)),
	IS(__copy_from_user, unsigned long (*)(void *, const void __user *, unsigned long)),
	IS(__copy_to_user, unsigned long (*)(void __user *, const void *, unsigned long)),
	IS(raw_copy_from_user, unsigned long (*)(void *, const void __user *, unsigned long)),
	IS(raw_copy_to_user, unsigned long (*)(void __user *, const void *, unsigned long)),
	IS(kill_fasync, void (*)(struct fasync_struct **, int, int)),
	IS(kmap_atomic, void *(*)(struct page *)),
	IS(kmap_local_folio, void *(*)(struct folio *, size_t)),
	IS(kmap_to_page, struct page *(*)(void *)),
	IS(kunmap, void (*)(struct page *)),
	IS(clear_highpage, void (*)(struct page *)),
	IS(copy_highpage, void (*)(struct page *, struct page *)),
	IS(my_zero_pfn, unsigned long (*)(unsigned long)),
	IS(native_pte_val, pteval_t (*)(pte_t)),
	IS(proc_mkdir_mode,
	   struct proc_dir_entry *(*)(const char *, umode_t, struct proc_dir_entry *)),
	IS(proc_create, struct proc_dir_entry *(*)(const char *, umode_t, struct proc_dir_entry *,
						   const struct proc_ops *)),
	IS(cpuhp_remove_state_nocalls_cpuslocked, void (*)(enum cpuhp_state)),
	IS(debugfs_create_file_unsafe,
	   struct dentry *(*)(const char *, umode_t, struct dentry *, void *,
			      const struct file_operations *)),
	IS(kunit_enabled, bool (*)(void)),
	IS(kunit_kstrdup_const, const char *(*)(struct kunit *, const char *, gfp_t)),
	IS(kunit_deactivate_static_stub, void (*)(struct kunit *, void *)),
	IS(mangle_poll, __u16 (*)(__poll_t)),
	IS(demangle_poll, __poll_t (*)(__u16)),
	IS(in_compat_syscall, bool (*)(void)),
	IS(rwsem_assert_held, void (*)(const struct rw_semaphore *)),
	IS(mutex_lock_io_nested, void (*)(struct mutex *, unsigned int)),
	IS(synchronize_rcu_tasks_rude, void (*)(void)),
	IS(__round_jiffies_up, unsigned long (*)(unsigned long, int)),
	IS(early_printk, void (*)(const char *, ...)),
	IS(prefetch_page_address, void (*)(struct page *)),
	IS(jump_label_init, void (*)(void)),
	IS(lock_set_subclass, void (*)(struct lockdep_map *, unsigned int, unsigned long)),
	IS(lockdep_copy_map, void (*)(struct lockdep_map *, struct lockdep_map *)),
	IS(lockdep_free_key_range, void (*)(void *, unsigned long)),
	IS(debug_check_no_locks_freed, void (*)(const void *, unsigned long)),
	IS(debug_check_no_locks_held, void (*)(void)),
	IS(lockdep_init_map_waits,
	   void (*)(struct lockdep_map *, const char *, struct lock_class_key *, int, u8, u8)),
};

static int fail_at(int line)
{
	pr_err("wrong at line %d\n", line);
	return -EINVAL;
}
#define MUST(cond)                                \
	do {                                      \
		if (!(cond))                      \
			return fail_at(__LINE__); \
	} while (0)

static void dev_release(struct device *dev)
{
	(void)dev;
}

static struct device dev = { .init_name = "dev", .release = dev_release };
static int cpu_seen = -1;
static void on_cpu(struct kthread_work *work)
{
	(void)work;
	cpu_seen = raw_smp_processor_id();
}

static int text(void)
{
	char *page = (char *)__get_free_page(GFP_KERNEL);
	unsigned long last = 0;

	MUST(page);
	MUST(api.sysfs_emit(page, "%d %s\n", 7, "seven") == 8 && !strcmp(page, "7 seven\n"));
	MUST(api.sysfs_emit_at(page, 8, "%c", 'x') == 1 && !strcmp(page, "7 seven\nx"));
	MUST(sysfs_emit_at(page, PAGE_SIZE - 3, "abcdef") == 2);
	MUST(api.dev_err_probe(&dev, -EINVAL, "text %d\n", 1) == -EINVAL); /* said */
	MUST(api.dev_warn_probe(&dev, -EIO, "text %d\n", 2) == -EIO); /* said */
	MUST(dev_err_probe(&dev, -EPROBE_DEFER, "text %d\n", 3) == -EPROBE_DEFER);
	MUST(dev_err_probe(&dev, -ENOMEM, "text %d\n", 4) == -ENOMEM);
	MUST(PTR_ERR(dev_err_ptr_probe(&dev, -EIO, "text %d\n", 5)) == -EIO); /* said */
	MUST(api.printk_timed_ratelimit(&last, 60000) && last);
	MUST(!printk_timed_ratelimit(&last, 60000));
	MUST(api.__request_module(false, "%s-%d", "m", 1) == -ENOSYS && request_module("m"));
	api.set_worker_desc("%d", 1);
	free_page((unsigned long)page);
	return 0;
}

static int nothing(void *data)
{
	(void)data;
	return 0;
}

static int objects(void)
{
	static struct lockdep_map map = STATIC_LOCKDEP_MAP_INIT("map", &map);
	struct class *cls = class_create("variadic");
	struct page *pages[2] = { alloc_page(GFP_KERNEL), alloc_page(GFP_KERNEL) };
	DEFINE_KTHREAD_WORK(work, on_cpu);
	struct workqueue_struct *wq;
	struct kthread_worker *worker;
	struct task_struct *task;
	struct device *d;

	MUST(!IS_ERR(cls) && pages[0] && pages[1]);
	d = api.device_create(cls, NULL, MKDEV(9, 1), &dev, "d%d", 1);
	MUST(!IS_ERR(d) && !strcmp(dev_name(d), "d1") && dev_get_drvdata(d) == &dev);
	MUST(PTR_ERR(device_create(NULL, NULL, MKDEV(9, 1), NULL, "x")) == -ENODEV);
	device_destroy(cls, MKDEV(9, 1));
	class_destroy(cls);
	task = api.kthread_create_on_node(nothing, NULL, NUMA_NO_NODE, "node/%d", 5);
	MUST(!IS_ERR(task) && !strcmp(task->comm, "node/5") && kthread_stop(task) == -EINTR);
	worker = api.kthread_create_worker_on_cpu(nr_cpu_ids - 1, 0, "w/%d", 1);
	MUST(!IS_ERR(worker) && kthread_queue_work(worker, &work));
	kthread_flush_work(&work);
	MUST(cpu_seen == (int)nr_cpu_ids - 1);
	kthread_destroy_worker(worker);
	wq = api.alloc_workqueue_lockdep_map("wq%d", 0, 0, &map, 1);
	MUST(wq);
	destroy_workqueue(wq);
	MUST(api.kmap_local_page(pages[0]) == page_address(pages[0]));
	api.release_pages(pages, 2);
	MUST(api.local_clock() <= local_clock() && api.get_current() == current);
	return 0;
}

static int mistakes(void)
{
	static DEFINE_SPINLOCK(lock);
	static char buf[16] __aligned(16);
	struct task_struct *task;
	struct device *d;

	MUST(sysfs_emit(buf + 1, "x") == 0); /* HERE kernel-warning */
	MUST(sysfs_emit_at(buf + 1, 0, "x") == 0); /* HERE kernel-warning */
	spin_lock(&lock);
	might_alloc(GFP_KERNEL); /* HERE sleep-in-atomic */
	request_module("x"); /* HERE sleep-in-atomic */
	task = kthread_create_on_node(nothing, NULL, 0, "x"); /* HERE sleep-in-atomic */
	d = device_create(ERR_PTR(-EIO), NULL, 0, NULL, "x"); /* not looked at */
	spin_unlock(&lock);
	MUST(IS_ERR(d) && !IS_ERR(task) && kthread_stop(task) == -EINTR);
	return 0;
}

static bool wrong;
module_param(wrong, bool, 0);

static int __init variadic_init(void)
{
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (!types[i].ok || !types[i].fn)
			return fail_at((int)i);
	MUST(!device_register(&dev));
	err = text();
	if (!err)
		err = objects();
	if (!err && wrong)
		err = mistakes();
	device_unregister(&dev);
	return err;
}

static void __exit variadic_exit(void)
{
}

module_init(variadic_init);
module_exit(variadic_exit);
MODULE_LICENSE("GPL");
