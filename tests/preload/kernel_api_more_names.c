// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that uses names that few use: references to a module, a line of parameters,
 * flags of threads, the wait that waits are made of, queues of one class, paths in a file,
 * lists for each CPU, the console's level.
 */
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/fwnode.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/platform_device.h>
#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/timex.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "check.h"

static void modules(void)
{
	CHECK(module_refcount(THIS_MODULE) == 0 && try_module_get(THIS_MODULE));
	__module_get(THIS_MODULE);
	CHECK(module_refcount(THIS_MODULE) == 2 && try_module_get(NULL));
	module_put(THIS_MODULE);
	module_put(THIS_MODULE);
	module_put(NULL);
	CHECK(module_refcount(THIS_MODULE) == 0 && module_is_live(THIS_MODULE));
	THIS_MODULE->state = MODULE_STATE_GOING;
	CHECK(!try_module_get(THIS_MODULE) && !module_is_live(THIS_MODULE));
	CHECK(module_refcount(THIS_MODULE) == 0);
	THIS_MODULE->state = MODULE_STATE_LIVE;
	CHECK(!is_module_sig_enforced() && !module_requested_async_probing(THIS_MODULE));
}

static int number, unknowns;
static bool flag;
static const struct kernel_param params[] = {
	{ .name = "number", .ops = &param_ops_int, .level = -1, .arg = &number },
	{ .name = "a_flag", .ops = &param_ops_bool, .level = -1, .arg = &flag },
	{ .name = "early", .ops = &param_ops_int, .level = 3, .arg = &number },
};

static int unknown(char *param, char *val, const char *doing, void *arg)
{
	CHECK(!strcmp(doing, "it") && !strcmp(param, "what") && !strcmp(val, "a b"));
	CHECK(arg == &unknowns);
	unknowns++;
	return 0;
}

static char *parse(const char *words, parse_unknown_fn fn)
{
	static char line[80];

	strscpy(line, words);
	return parse_args("it", line, params, ARRAY_SIZE(params), -1, -1, &unknowns, fn);
}

static void lines(void)
{
	char *rest;

	CHECK(!parse("  number=5 a-flag what=\"a b\" early=9", unknown));
	CHECK(number == 5 && flag && unknowns == 1);
	rest = parse("number=6 -- number=7 x", NULL);
	CHECK(rest && !strcmp(rest, "number=7 x") && number == 6);
	console_silent();
	CHECK(PTR_ERR(parse("what=1 number=8", NULL)) == -ENOENT && number == 8);
	CHECK(PTR_ERR(parse("number=x", NULL)) == -EINVAL && number == 8);
	CHECK(PTR_ERR(parse("number", NULL)) == -EINVAL);
}

static void console(void)
{
	CHECK(console_loglevel == CONSOLE_LOGLEVEL_SILENT);
	pr_emerg("nobody sees this\n");
	console_verbose();
	CHECK(console_loglevel == CONSOLE_LOGLEVEL_SILENT); /* silent stays so */
	console_loglevel = CONSOLE_LOGLEVEL_QUIET;
	pr_warn("nor this\n");
	console_verbose();
	CHECK(console_loglevel == CONSOLE_LOGLEVEL_MOTORMOUTH);
	console_loglevel = default_console_loglevel;
	CHECK(console_loglevel == 7 && minimum_console_loglevel == 1);
}

static void threads(void)
{
	char comm[TASK_COMM_LEN];
	unsigned long then, now;

	CHECK(!test_tsk_thread_flag(current, TIF_NOTIFY_RESUME));
	set_tsk_thread_flag(current, TIF_NOTIFY_RESUME);
	CHECK(test_thread_flag(TIF_NOTIFY_RESUME) && !test_thread_flag(TIF_SIGPENDING));
	CHECK(read_thread_flags() == 1 << TIF_NOTIFY_RESUME);
	CHECK(test_and_clear_tsk_thread_flag(current, TIF_NOTIFY_RESUME));
	update_thread_flag(TIF_MEMDIE, true);
	CHECK(read_task_thread_flags(current) == 1 << TIF_MEMDIE);
	clear_tsk_thread_flag(current, TIF_MEMDIE);
	CHECK(!read_ti_thread_flags(current_thread_info()));
	__set_task_comm(current, "a name that is too long", false);
	get_kthread_comm(comm, sizeof(comm), current);
	CHECK(!strcmp(comm, "a name that is "));
	CHECK(task_state_index(current) == 0 && task_state_to_char(current) == 'R');
	__set_current_state(TASK_UNINTERRUPTIBLE);
	CHECK(task_state_to_char(current) == 'D');
	__set_current_state(TASK_IDLE);
	CHECK(task_state_to_char(current) == 'I');
	__set_current_state(TASK_PARKED);
	CHECK(task_state_to_char(current) == 'P');
	__set_current_state(TASK_RUNNING);
	CHECK(TASK_REPORT == 0x7f && TASK_REPORT_MAX == 0x100);
	CHECK(!kthread_blkcg() && perf_invalid_context == -1 && perf_sw_context == 1);
	CHECK(!read_current_timer(&then) && !read_current_timer(&now) && now >= then);
	CHECK(LATCH == 4773 && SHIFT_HZ == 8 && __msecs_to_jiffies(8) == 2);
}

static DECLARE_WAIT_QUEUE_HEAD(queue);
static int sleeps, ready;

static int waker(void *unused)
{
	(void)unused;
	WRITE_ONCE(ready, 1);
	wake_up(&queue);
	return 0;
}

static void waits(void)
{
	struct task_struct *k = kthread_run(waker, NULL, "waker");

	CHECK(!IS_ERR(k));
	__wait_event(queue, READ_ONCE(ready));
	CHECK(!__wait_event_interruptible(queue, ready));
	ready = 0;
	CHECK(___wait_event(queue, ready, TASK_UNINTERRUPTIBLE, 1, 7,
			    sleeps++;
			    __set_current_state(TASK_RUNNING); ready = sleeps == 2) == 7);
	CHECK(sleeps == 2 && !waitqueue_active(&queue));
	__io_wait_event(queue, ready);
}

static struct lockdep_map shared = STATIC_LOCKDEP_MAP_INIT("shared", &shared);
static int works;

static void work_fn(struct work_struct *work)
{
	(void)work;
	works++;
}

static void queues(void)
{
	struct workqueue_struct *wq;
	static struct lock_class_key key;
	DECLARE_WORK(work, work_fn);

	lockdep_init_map(&shared, "shared", &key, 0);
	for (int i = 0; i < 2; i++) {
		wq = alloc_ordered_workqueue_lockdep_map("shared%d", WQ_MEM_RECLAIM, &shared, i);
		CHECK(wq && queue_work(wq, &work));
		flush_workqueue(wq);
		destroy_workqueue(wq);
	}
	CHECK(works == 2 && !current_is_workqueue_rescuer() && WORKER_DESC_LEN == 32);
}

static int tasklets;

static void tasklet_fn(struct tasklet_struct *t)
{
	(void)t;
	tasklets++;
}

static void interrupts(void)
{
	DECLARE_TASKLET(t, tasklet_fn);

	CHECK(!test_and_set_bit(TASKLET_STATE_SCHED, &t.state));
	tasklet_schedule(&t); /* it is, as far as that tells */
	__tasklet_schedule(&t);
	tasklet_kill(&t);
	CHECK(tasklets == 1);
	CHECK(no_action(1, NULL) == IRQ_NONE && prepare_percpu_nmi(1) == -EINVAL);
}

static int told;

static int tell(struct notifier_block *nb, unsigned long action, void *data)
{
	CHECK(!action && !data);
	told = told * 10 + nb->priority;
	return NOTIFY_OK;
}

static void randoms(void)
{
	struct notifier_block low = { .notifier_call = tell, .priority = 1 };
	struct notifier_block high = { .notifier_call = tell, .priority = 2 };

	CHECK(!register_random_vmfork_notifier(&low) && !register_random_vmfork_notifier(&high));
	add_vmfork_randomness("copy", 4);
	CHECK(told == 21 && !unregister_random_vmfork_notifier(&low));
	CHECK(unregister_random_vmfork_notifier(&low) == -ENOENT);
	add_vmfork_randomness("copy", 4);
	CHECK(told == 212 && !unregister_random_vmfork_notifier(&high));
	CHECK(!execute_with_initialized_rng(&low) && told == 2121);
	CHECK(__get_random_u32_below(1) == 0);
}

static DEFINE_PER_CPU(struct hlist_head, heads);
static char *text;

static int path_show(struct seq_file *m, void *v)
{
	(void)v;
	CHECK(seq_file_path(m, (struct file *)m->file, " \\") > 0);
	seq_putc(m, '\n');
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(path);

static ssize_t str_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	CHECK(debugfs_real_fops(file)->read == str_read);
	return debugfs_read_file_str(file, buf, count, ppos);
}

static void files(void)
{
	static const struct file_operations str = { .open = simple_open, .read = str_read };
	struct dentry *top = debugfs_create_dir("top", NULL), *dir;
	struct hlist_node nodes[3], *at;
	char buf[64] = "", mangled[20] = "....a b\\";
	loff_t pos = 0;
	int cpu = -1, n = 0;

	dir = debugfs_create_dir("a dir", top);
	debugfs_create_file("path", 0444, dir, NULL, &path_fops);
	CHECK(kmemu_debugfs_read("top/a dir/path", buf, sizeof(buf)) > 0);
	CHECK(!strcmp(buf, "/top/a\\040dir/path\n"));
	text = "hello";
	debugfs_create_file("text", 0444, dir, &text, &str);
	memset(buf, 0, sizeof(buf));
	CHECK(kmemu_debugfs_read("top/a dir/text", buf, sizeof(buf)) == 6);
	CHECK(!strcmp(buf, "hello\n"));
	debugfs_remove(top);
	CHECK(mangle_path(mangled, mangled + 4, " ") == mangled + 7);
	CHECK(!memcmp(mangled, "a\\040b\\", 7));
	strcpy(mangled, "a b");
	CHECK(!mangle_path(mangled, mangled, " "));

	for (int i = 0; i < 3; i++)
		hlist_add_head(&nodes[i], per_cpu_ptr(&heads, (i && nr_cpu_ids > 1) ? 1 : 0));
	for (at = seq_hlist_start_percpu(&heads, &cpu, 0); at;
	     at = seq_hlist_next_percpu(at, &heads, &cpu, &pos)) {
		CHECK(cpu == ((at == &nodes[0] || nr_cpu_ids == 1) ? 0 : 1));
		n++;
	}
	CHECK(n == 3 && pos == 3);
	CHECK(seq_hlist_start_percpu(&heads, &cpu, 3) == NULL);
}

/* A file that is read until it is removed. */
static struct completion reads, ends;

static void end_it(struct dentry *dentry, void *data)
{
	CHECK(!strcmp((const char *)dentry->d_name.name, "slow"));
	complete(data);
}

static ssize_t slow_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	struct debugfs_cancellation c = { .cancel = end_it, .cancel_data = &ends };

	(void)buf;
	(void)count;
	(void)ppos;
	debugfs_enter_cancellation(file, &c);
	complete(&reads);
	wait_for_completion(&ends);
	debugfs_leave_cancellation(file, &c);
	return -ECANCELED;
}

static int reader(void *unused)
{
	char buf[4];

	(void)unused;
	return (int)kmemu_debugfs_read("slow", buf, sizeof(buf));
}

static void cancelled(void)
{
	static const struct file_operations slow = { .open = simple_open, .read = slow_read };
	struct dentry *file = debugfs_create_file("slow", 0444, NULL, NULL, &slow);
	struct task_struct *k;

	init_completion(&reads);
	init_completion(&ends);
	k = kthread_create(reader, NULL, "reader");
	CHECK(!IS_ERR(k));
	get_task_struct(k);
	wake_up_process(k);
	wait_for_completion(&reads);
	debugfs_remove(file);
	CHECK(kthread_stop_put(k) == -ECANCELED);
}

struct written_by_device {
	u64 mine;
	__dma_from_device_group_begin(buf);
	u8 buf[64];
	__dma_from_device_group_end(buf);
};

struct object {
	struct rhash_head node;
	int key;
};

static void tables(void)
{
	static const struct rhashtable_params rp = { .key_len = sizeof(int),
						     .key_offset = offsetof(struct object, key),
						     .head_offset = offsetof(struct object, node) };
	struct object o = { .key = 5 }, *found;
	const struct bucket_table *tbl;
	struct rhash_head *pos;
	struct rhashtable ht;
	int n = 0;

	CHECK(!rhashtable_init(&ht, &rp) && !rhashtable_insert_fast(&ht, &o.node, rp));
	rcu_read_lock();
	tbl = rht_dereference_rcu(ht.tbl, &ht);
	for (unsigned int i = 0; i < tbl->size; i++)
		rht_for_each_entry_rcu_from(found, pos, rht_ptr_rcu(rht_bucket(tbl, i)), tbl, i,
					    node)
			n += found == &o;
	rcu_read_unlock();
	CHECK(n == 1);
	rhashtable_destroy(&ht);
}

static void addresses(void)
{
	static int here;
	int on_stack;

	CHECK(is_module_address((unsigned long)&here) && is_module_address((unsigned long)files));
	CHECK(!is_module_address((unsigned long)&on_stack));
	CHECK(within_module((unsigned long)files, THIS_MODULE) && !within_module(0, THIS_MODULE));
}

static void locks(void)
{
	spinlock_t *all;
	unsigned int mask;
	struct list_head head, cut, a, b;

	CHECK(!alloc_bucket_spinlocks(&all, &mask, 16, 0, GFP_KERNEL) && mask == 15);
	spin_lock(&all[15]);
	spin_unlock(&all[15]);
	free_bucket_spinlocks(all);
	CHECK(!alloc_bucket_spinlocks(&all, &mask, 2, 2, GFP_KERNEL) && mask == 1);
	free_bucket_spinlocks(all);
	INIT_LIST_HEAD(&head);
	list_add_tail(&a, &head);
	list_add_tail(&b, &head);
	__list_cut_position(&cut, &head, &a);
	CHECK(list_is_singular(&cut) && cut.next == &a && list_is_singular(&head));
	rcu_read_lock_dont_migrate();
	CHECK(rcu_read_lock_held());
	rcu_read_unlock_migrate();
}

static void pages(void)
{
	unsigned long before = vmalloc_nr_pages();
	char *a = vmalloc(3 * PAGE_SIZE), *b = vmalloc(PAGE_SIZE);

	CHECK(a && b && vmalloc_nr_pages() == before + 4);
	memset(b, 7, PAGE_SIZE);
	copy_user_page(a, b, 0, NULL);
	CHECK(a[PAGE_SIZE - 1] == 7);
	vfree(a);
	vfree(b);
	CHECK(vmalloc_nr_pages() == before);
}

static void nodes(void)
{
	struct fwnode_handle first, second;
	struct device dev = { .fwnode = NULL };

	fwnode_init(&first, NULL);
	fwnode_init(&second, NULL);
	set_secondary_fwnode(&dev, &second);
	CHECK(dev.fwnode == &second && PTR_ERR(second.secondary) == -ENODEV);
	set_primary_fwnode(&dev, &first);
	CHECK(dev.fwnode == &first && first.secondary == &second);
	set_primary_fwnode(&dev, NULL);
	CHECK(dev.fwnode == &second && !first.secondary);
	set_primary_fwnode(&dev, NULL);
	CHECK(!dev.fwnode && !get_dev_from_fwnode(&first));
}

static void devices(void)
{
	struct platform_device *pdev = platform_device_register_simple("more", -1, NULL, 0);
	static struct lock_class_key key;
	struct device *dev = &pdev->dev;

	CHECK(!IS_ERR(pdev));
	device_lock(dev);
	device_lock_set_class(dev, &key);
	device_lock_reset_class(dev);
	device_unlock(dev);
	CHECK(!dev_has_sync_state(dev) && !dev_has_sync_state(NULL) && !dev_num_vf(dev));
	CHECK(offsetof(struct written_by_device, buf) == 8);
	device_initial_probe(dev);
	CHECK(!dev->driver);
	CHECK(!dev_pm_smart_suspend(dev) && ENOGRACE == 531);
	platform_device_unregister(pdev);
}

int main(void)
{
	DECLARE_COMPLETION_ONSTACK_MAP(done, shared);

	complete(&done);
	wait_for_completion(&done);
	modules();
	lines();
	console();
	threads();
	waits();
	queues();
	interrupts();
	randoms();
	files();
	cancelled();
	addresses();
	locks();
	nodes();
	pages();
	tables();
	devices();
	return 0;
}
