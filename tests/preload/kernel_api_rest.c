// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that uses the rarest names of the headers it has: waits with a lock and a
 * time, actions of waits for bits, memory of a device in pieces, pages that lie together,
 * work of each CPU, queues that get wider, locks that somebody waits for.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>
#include <linux/cacheflush.h>
#include <linux/hrtimer.h>
#include <linux/io-64-nonatomic-hi-lo.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/io.h>
#include <linux/jump_label.h>
#include <linux/kmsan-checks.h>
#include <linux/kobject.h>
#include <linux/notifier.h>
#include <linux/once.h>
#include <linux/percpu.h>
#include <linux/poll.h>
#include <linux/prefetch.h>
#include <linux/radix-tree.h>
#include <linux/rculist.h>
#include <linux/sched/clock.h>
#include <linux/seqlock.h>
#include <linux/string_helpers.h>
#include <linux/unaligned.h>
#include <linux/units.h>
#include <linux/workqueue.h>

#include "check.h"

static DECLARE_WAIT_QUEUE_HEAD(queue);
static DEFINE_SPINLOCK(lock);
static int state;
static unsigned long word = 1 << 3;
static int actions;

static int other(void *unused)
{
	(void)unused;
	msleep(20);
	spin_lock_irq(&lock);
	state = 1;
	wake_up(&queue);
	spin_unlock_irq(&lock);
	while (!READ_ONCE(actions))
		msleep(1);
	clear_and_wake_up_bit(3, &word);
	msleep(20);
	store_release_wake_up(&state, 2);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static int action(struct wait_bit_key *key, int mode)
{
	CHECK(key->flags == &word && key->bit_nr == 3 && mode == TASK_UNINTERRUPTIBLE);
	actions++;
	schedule();
	return 0;
}

static int refuse(struct wait_bit_key *key, int mode)
{
	(void)key;
	(void)mode;
	return -EAGAIN;
}

static void waits(void)
{
	struct task_struct *t = kthread_run(other, NULL, "other");
	struct wait_queue_entry w;

	CHECK(wait_on_bit_action(&word, 3, refuse, TASK_UNINTERRUPTIBLE) == -EAGAIN);
	spin_lock_irq(&lock);
	CHECK(!wait_event_lock_irq_timeout(queue, state == 7, lock, 1));
	CHECK(wait_event_interruptible_lock_irq_timeout(queue, state == 1, lock, 10 * HZ) > 0);
	CHECK(spin_is_locked(&lock) && irqs_disabled());
	spin_unlock_irq(&lock);
	CHECK(!wait_on_bit_lock_action(&word, 3, action, TASK_UNINTERRUPTIBLE) && word == 8);
	CHECK(actions && !wait_on_bit_action(&word, 4, refuse, TASK_UNINTERRUPTIBLE));
	wait_var_event(&state, state == 2);
	CHECK(!wait_event_state(queue, state == 2, TASK_IDLE));
	CHECK(!wait_event_killable_exclusive(queue, state == 2));
	kthread_stop(t);
	init_waitqueue_entry(&w, current);
	add_wait_queue_priority(&queue, &w);
	CHECK(w.flags == (WQ_FLAG_EXCLUSIVE | WQ_FLAG_PRIORITY) && waitqueue_active(&queue));
	remove_wait_queue(&queue, &w);
	wake_up_pollfree(&queue);
}

static void pieces(void)
{
	struct device dev = { .init_name = "pieces", .coherent_dma_mask = DMA_BIT_MASK(32) };
	struct sg_table *sgt;
	char *p;

	dev.dma_mask = &dev.coherent_dma_mask;
	sgt = dma_alloc_noncontiguous(&dev, 10000, DMA_FROM_DEVICE, GFP_KERNEL, 0);
	CHECK(sgt && sgt->nents == 1 && sg_dma_len(sgt->sgl) == 12288);
	CHECK(sg_dma_address(sgt->sgl) == page_to_phys(sg_page(sgt->sgl)));
	p = dma_vmap_noncontiguous(&dev, 10000, sgt);
	CHECK(p == sg_virt(sgt->sgl));
	memset(p, 1, 10000);
	dma_vunmap_noncontiguous(&dev, p);
	dma_free_noncontiguous(&dev, 10000, sgt, DMA_FROM_DEVICE);
	CHECK(dma_can_mmap(&dev) && dma_dev_need_sync(&dev));
	CHECK(dma_get_seg_boundary_nr_pages(&dev, 12) == 1UL << 52);
}

static void pages(void)
{
	struct page *p = alloc_contig_pages(5, GFP_KERNEL | __GFP_ZERO, 0, NULL);
	struct folio *folio = vma_alloc_folio(GFP_KERNEL, 2, NULL, 0);
	struct scatterlist sg;

	CHECK(p && pages_identical(p, p + 4));
	*(char *)page_address(p + 4) = 1;
	CHECK(!pages_identical(p, p + 4) && memcmp_pages(p + 4, p) > 0);
	CHECK(page_to_pfn(p + 4) == page_to_pfn(p) + 4 && page_count(p + 4) == 1);
	__free_page(p + 2);
	free_contig_range(page_to_pfn(p), 2);
	free_contig_range(page_to_pfn(p + 3), 2);
	CHECK(!alloc_contig_pages(0, GFP_KERNEL, 0, NULL));
	CHECK(folio && folio_nr_pages(folio) == 4 && get_num_physpages());
	sg_init_table(&sg, 1);
	sg_set_folio(&sg, folio, 5000, 4100);
	CHECK(sg_virt(&sg) == (char *)folio_address(folio) + 4100 && sg.length == 5000);
	CHECK(sg_is_last(&sg));
	folio_put(folio);
	p = alloc_page_vma(GFP_KERNEL, NULL, 0);
	__free_page(p);
}

static void rest(void)
{
	kmem_buckets *b = kmem_buckets_create("msg", 0, 0, 64, NULL);
	unsigned long last = 0, user = 0, kernel = 5;
	unsigned int flags = 6;
	loff_t pos = 0;
	void *p = kmem_buckets_alloc(b, 100, GFP_KERNEL), *q = kmem_buckets_valloc(b, 1 << 20,
										 GFP_KERNEL);

	CHECK(p && ksize(p) == 128 && q && is_vmalloc_addr(q));
	kfree(p);
	kvfree(q);
	CHECK(gfp_nested_mask(GFP_KERNEL | __GFP_ZERO | __GFP_COMP) ==
	      (GFP_KERNEL | __GFP_NORETRY | __GFP_NOMEMALLOC | __GFP_NOWARN));
	CHECK(printk_timed_ratelimit(&last, 100000) && !printk_timed_ratelimit(&last, 100000));
	CHECK(bit_clear_unless(&flags, 2, 1) && flags == 4 && !bit_clear_unless(&flags, 4, 4));
	CHECK(single_start(NULL, &pos) == SEQ_START_TOKEN && pos++ == 0);
	CHECK(!single_start(NULL, &pos) && !copy_mc_to_kernel(&user, &kernel, 8) && user == 5);
	if (user_access_begin(&user, sizeof(user))) {
		unsafe_copy_to_user((void __user *)&user, &flags, sizeof(flags), fault);
		user_access_end();
	}
	CHECK(user == 4);
	add_hwgenerator_randomness(&user, sizeof(user), 8, false);
	return;
fault:
	CHECK(false);
}

/* --- threads, works, timers */

static atomic_t ran = ATOMIC_INIT(0);

static void on_each(struct work_struct *work)
{
	(void)work;
	atomic_inc(&ran);
}

static void works(void)
{
	struct workqueue_struct *wq = alloc_workqueue("attrs", WQ_UNBOUND, 0);
	struct workqueue_attrs *attrs = alloc_workqueue_attrs();
	struct hrtimer_sleeper sl;

	CHECK(!schedule_on_each_cpu(on_each) && atomic_read(&ran) == (int)num_online_cpus());
	CHECK(attrs && cpumask_equal(attrs->cpumask, cpu_possible_mask) && !attrs->nice);
	CHECK(!apply_workqueue_attrs(wq, attrs));
	free_workqueue_attrs(attrs);
	destroy_workqueue(wq);
	hrtimer_init_sleeper_on_stack(&sl, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_set_expires(&sl.timer, ktime_get() + 1000);
	CHECK(sl.task == current);
	set_current_state(TASK_UNINTERRUPTIBLE);
	hrtimer_sleeper_start_expires(&sl, HRTIMER_MODE_ABS);
	while (READ_ONCE(sl.task)) {
		schedule();
		set_current_state(TASK_UNINTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	hrtimer_cancel(&sl.timer);
	destroy_hrtimer_on_stack(&sl.timer);
	CHECK(sched_clock_cpu(0) <= cpu_clock(0));
}

static int bit_waiter(void *unused)
{
	struct wait_queue_head *q = bit_waitqueue(&word, 7);
	DEFINE_WAIT_BIT(wait, &word, 7);

	(void)unused;
	CHECK(wait.key.flags == &word && wait.key.bit_nr == 7);
	for (;;) {
		prepare_to_wait(q, &wait.wq_entry, TASK_UNINTERRUPTIBLE);
		if (!test_bit(7, &word))
			break;
		schedule();
	}
	finish_wait(q, &wait.wq_entry);
	while (!kthread_should_stop())
		msleep(1);
	return 7;
}

static void waits_for_a_bit(void)
{
	struct task_struct *t;

	set_bit(7, &word);
	t = kthread_run(bit_waiter, NULL, "bit");
	while (!waitqueue_active(bit_waitqueue(&word, 7)))
		msleep(1);
	clear_and_wake_up_bit(7, &word);
	CHECK(kthread_stop(t) == 7);
}

/* --- structures */

static int notified;

static int note(struct notifier_block *nb, unsigned long action, void *data)
{
	(void)nb;
	notified += (int)action;
	return data ? NOTIFY_BAD : NOTIFY_OK;
}

struct node {
	struct list_head list;
	int n;
};

static void structures(void)
{
	static BLOCKING_NOTIFIER_HEAD(chain);
	static RADIX_TREE(tree, GFP_KERNEL);
	struct notifier_block a = { .notifier_call = note };
	struct node one = { .n = 1 }, two = { .n = 2 }, *n;
	struct radix_tree_iter iter;
	LIST_HEAD(from);
	LIST_HEAD(to);
	void **slot;
	int sum = 0, retried = 0;

	blocking_notifier_chain_register(&chain, &a);
	CHECK(blocking_notifier_call_chain_robust(&chain, 3, 5, NULL) == NOTIFY_OK);
	CHECK(blocking_notifier_call_chain_robust(&chain, 3, 5, &a) == NOTIFY_BAD);
	CHECK(notified == 6); /* who refuses is not told of the end */
	CHECK(!radix_tree_insert(&tree, 5, &one) && !radix_tree_insert(&tree, 9, &two));
	radix_tree_for_each_slot(slot, &tree, &iter, 0)
	{
		sum += ((struct node *)*slot)->n;
		if (iter.index == 5 && !retried++)
			slot = radix_tree_iter_retry(&iter);
	}
	CHECK(sum == 1 + 1 + 2);
	radix_tree_delete(&tree, 5);
	radix_tree_delete(&tree, 9);
	list_add_tail(&one.list, &from);
	list_add_tail(&two.list, &to);
	list_splice_tail_init_rcu(&from, &to, synchronize_rcu);
	CHECK(list_empty(&from) && list_tail_rcu(&to) == &one.list);
	list_splice_init_rcu(&to, &from, synchronize_rcu);
	sum = 0;
	list_for_each_entry(n, &from, list)
		sum = sum * 10 + n->n;
	CHECK(sum == 21 && list_empty(&to));
}

static ssize_t own_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	(void)kobj;
	return sysfs_emit(buf, "%s", attr->attr.name);
}

/* A group that others add to. */
static void groups(struct kobject *kobj)
{
	static struct kobj_attribute one = __ATTR(one, 0444, own_show, NULL),
				     two = __ATTR(two, 0444, own_show, NULL),
				     three = __ATTR(three, 0444, own_show, NULL);
	static struct attribute *first[] = { &one.attr, NULL }, *more[] = { &two.attr, NULL };
	static const struct attribute_group group = { .name = "power", .attrs = first },
					    other = { .name = "power", .attrs = more };
	char buf[8];

	CHECK(sysfs_merge_group(kobj, &other) == -ENOENT);
	CHECK(sysfs_add_file_to_group(kobj, &three.attr, "power") == -ENOENT);
	CHECK(!sysfs_create_group(kobj, &group) && !sysfs_merge_group(kobj, &other));
	CHECK(sysfs_merge_group(kobj, &other) == -EEXIST);
	CHECK(!sysfs_add_file_to_group(kobj, &three.attr, "power"));
	CHECK(sysfs_add_file_to_group(kobj, &two.attr, "power") == -EEXIST);
	CHECK(kmemu_sysfs_read(kobj, "power/one", buf, 8) == 3);
	CHECK(kmemu_sysfs_read(kobj, "power/two", buf, 8) == 3 && !memcmp(buf, "two", 3));
	CHECK(kmemu_sysfs_read(kobj, "power/three", buf, 8) == 5);
	CHECK(kmemu_sysfs_read(kobj, "three", buf, 8) == -ENOENT);
	sysfs_remove_file_from_group(kobj, &three.attr, "power");
	sysfs_unmerge_group(kobj, &other);
	CHECK(kmemu_sysfs_read(kobj, "power/three", buf, 8) == -ENOENT);
	CHECK(kmemu_sysfs_read(kobj, "power/two", buf, 8) == -ENOENT);
	CHECK(kmemu_sysfs_read(kobj, "power/one", buf, 8) == 3);
	sysfs_remove_group(kobj, &group);
}

static void names_of_objects(void)
{
	static struct kobj_type type = { .sysfs_ops = &kobj_sysfs_ops };
	static struct kobject parent, child;
	static const struct kset_uevent_ops no_events = { .filter = NULL };
	struct kset *set = kset_create_and_add("rest", &no_events, NULL);
	char *path;

	kobject_init(&parent, &type);
	kobject_init(&child, &type);
	CHECK(!kobject_add(&parent, &set->kobj, "a") && !kobject_add(&child, &parent, "bcd"));
	path = kobject_get_path(&child, GFP_KERNEL);
	CHECK(path && !strcmp(path, "/rest/a/bcd"));
	kfree(path);
	groups(&child);
	CHECK(kobject_get_unless_zero(&child) == &child && !kobject_get_unless_zero(NULL));
	kobject_put(&child);
	kobject_del(&child);
	kobject_del(&parent);
	kset_unregister(set);
}

static DEFINE_STATIC_KEY_MAYBE(CONFIG_SMP, on);
static DEFINE_STATIC_KEY_MAYBE(CONFIG_NO_SUCH_THING, off);
#define IS_LITERAL_1 1
#define IS_LITERAL_0 0
#define LITERAL(x) __PASTE(IS_LITERAL_, x)

static void latch(void)
{
	static seqcount_t count = SEQCNT_ZERO(count);
	static seqcount_latch_t seq = SEQCNT_LATCH_ZERO(seq);
	static int copy[2];
	unsigned int start = read_seqcount_latch(&seq);

	raw_read_seqcount(&count);
	raw_seqcount_begin(&count);
	CHECK(static_branch_maybe(CONFIG_SMP, &on) && !static_branch_maybe(CONFIG_NO, &off));
	CHECK(LITERAL(IS_REACHABLE(CONFIG_SMP)) && !LITERAL(IS_REACHABLE(CONFIG_NO)));
	CHECK(!(start & 1) && !read_seqcount_latch_retry(&seq, start));
	write_seqcount_latch_begin(&seq);
	copy[0] = 1;
	CHECK(read_seqcount_latch_retry(&seq, start) && (read_seqcount_latch(&seq) & 1));
	write_seqcount_latch(&seq);
	copy[1] = 1;
	write_seqcount_latch_end(&seq);
	CHECK(!(read_seqcount_latch(&seq) & 1) && copy[0] + copy[1] == 2);
}

/* --- numbers and memory */

static DEFINE_PER_CPU(int, percpu_n) = 5;
static int once;

static void count(int by)
{
	once += by;
}

static bool do_it_once(void)
{
	bool first = DO_ONCE(count, 2);

	return DO_ONCE_SLEEPABLE(count, 3) && first;
}

struct wire {
	u8 kind;
	aligned_u64 addr;
	aligned_be64 be;
};

static void numbers(void)
{
	struct sched_param param = { .sched_priority = 1 };
	struct notifier_block fork = { .notifier_call = note };
	u8 bytes[16] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	u64 reg = 0;
	int old = 4;
	unsigned char seed[4] = { 0 };

	/* What nobody looks at the answer of. */
	need_resched();
	sched_setscheduler_nocheck(current, SCHED_FIFO, &param);
	register_random_vmfork_notifier(&fork);
	unregister_random_vmfork_notifier(&fork);
	devm_arch_io_reserve_memtype_wc((struct device *)NULL, 0, 0);
	CHECK(get_unaligned_be48(bytes + 1) == 0x020304050607);
	put_unaligned_be48(0xa1a2a3a4a5a6, bytes);
	CHECK(bytes[0] == 0xa1 && bytes[5] == 0xa6 && bytes[6] == 7);
	CHECK(offsetof(struct wire, be) == 16);
	lo_hi_writeq(0x0102030405060708, &reg);
	CHECK(reg == 0x0102030405060708 && hi_lo_readq(&reg) == reg && lo_hi_readq(&reg) == reg);
	hi_lo_writeq(9ULL << 32 | 8, &reg);
	CHECK(reg == (9ULL << 32 | 8));
	iowrite64be_lo_hi(0x0102030405060708, &reg);
	CHECK(reg == 0x0807060504030201 && ioread64be_hi_lo(&reg) == 0x0102030405060708);
	CHECK(check_signature(&reg, (const u8 *)"\1\2\3", 3) &&
	      !check_signature(&reg, (const u8 *)"\1\2\4", 3));
	migrate_disable();
	CHECK(!this_cpu_try_cmpxchg(percpu_n, &old, 7) && old == 5);
	CHECK(this_cpu_try_cmpxchg(percpu_n, &old, 7) && raw_cpu_xchg(percpu_n, 1) == 7);
	migrate_enable();
	CHECK(do_it_once() && !do_it_once() && once == 5);
	get_random_once(seed, sizeof(seed));
	CHECK(milli_kelvin_to_millicelsius(273150) == 0 && celsius_to_kelvin(27) == 300 &&
	      deci_kelvin_to_celsius(3003) == 27 && 2 * HZ_PER_MHZ == 2 * MEGA);
	CHECK((POLLRDNORM | POLLWRNORM) == (EPOLLRDNORM | EPOLLWRNORM) && POLLRDHUP == EPOLLRDHUP);
}

static void memory(void)
{
	struct page *p = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
	const struct page *tail = p + 1;
	struct device dev = { 0 };
	char **names;
	u32 two[2] = { 1, 2 }, *copy;

	CHECK(page_folio(p) == (struct folio *)p && page_folio(tail) == (const struct folio *)p);
	flush_dcache_page(p);
	prefetch_range(page_address(p), PAGE_SIZE);
	kmsan_unpoison_memory(page_address(p), 4);
	__free_pages(p, 1);
	copy = vmemdup_array_user((const void __user *)two, 2, sizeof(*two));
	CHECK(!IS_ERR(copy) && copy[1] == 2);
	kvfree(copy);
	CHECK(PTR_ERR(vmemdup_array_user(two, SIZE_MAX, 4)) == -EOVERFLOW);
	device_initialize(&dev);
	names = devm_kasprintf_strarray(&dev, "led", 3);
	CHECK(!IS_ERR(names) && !strcmp(names[2], "led-2") && !names[3]);
	devres_release_all(&dev);
}

static DEFINE_PER_CPU(int, cpu_works);
static int wrong;

static void of_this_cpu(struct work_struct *work)
{
	(void)work;
	this_cpu_inc(cpu_works);
}

static struct work_struct on_cpu;
static DECLARE_DELAYED_WORK(late_on_cpu, of_this_cpu);

static void each_cpu(void)
{
	unsigned int cpu, last = num_online_cpus() - 1;

	for (int i = 0; i < 3; i++)
		CHECK(!schedule_on_each_cpu(of_this_cpu));
	for_each_online_cpu(cpu)
		wrong += per_cpu(cpu_works, cpu) != 3;
	CHECK(!wrong);
	INIT_WORK(&on_cpu, of_this_cpu);
	CHECK(queue_work_on((int)last, system_wq, &on_cpu) && (flush_work(&on_cpu), true));
	CHECK(schedule_delayed_work_on((int)last, &late_on_cpu, 1));
	flush_delayed_work(&late_on_cpu);
	CHECK(!mod_delayed_work_on((int)last, system_wq, &late_on_cpu, 0));
	flush_delayed_work(&late_on_cpu);
	CHECK(per_cpu(cpu_works, last) == 6);
	CHECK(queue_work_on(WORK_CPU_UNBOUND, system_wq, &on_cpu));
	flush_work(&on_cpu);
}

static int running;
static struct completion go_on;

static void holds(struct work_struct *work)
{
	(void)work;
	__atomic_fetch_add(&running, 1, __ATOMIC_SEQ_CST);
	wait_for_completion(&go_on);
}

static void active(void)
{
	struct workqueue_struct *wq = alloc_workqueue("narrow", 0, 1);
	struct work_struct w[3];

	init_completion(&go_on);
	for (int i = 0; i < 3; i++) {
		INIT_WORK(&w[i], holds);
		queue_work(wq, &w[i]);
	}
	while (READ_ONCE(running) < 1)
		msleep(1);
	CHECK(workqueue_congested(0, wq) && running == 1);
	workqueue_set_max_active(wq, 3);
	while (READ_ONCE(running) < 3)
		msleep(1);
	CHECK(!workqueue_congested(0, wq));
	complete_all(&go_on);
	workqueue_set_max_active(wq, WQ_MAX_ACTIVE);
	destroy_workqueue(wq);
}

static DEFINE_RWLOCK(rwlock);
static DECLARE_RWSEM(sem);

static int waits_for_all(void *unused)
{
	(void)unused;
	spin_lock(&lock);
	spin_unlock(&lock);
	write_lock(&rwlock);
	write_unlock(&rwlock);
	down_write(&sem);
	up_write(&sem);
	return 0;
}

static void contention(void)
{
	struct task_struct *t = kthread_create(waits_for_all, NULL, "waiter");

	CHECK(!spin_is_contended(&lock) && !rwlock_is_contended(&rwlock));
	spin_lock(&lock);
	read_lock(&rwlock);
	down_read(&sem);
	CHECK(!spin_is_contended(&lock) && !rwsem_is_contended(&sem));
	get_task_struct(t);
	wake_up_process(t);
	while (!spin_is_contended(&lock))
		udelay(10);
	CHECK(spin_needbreak(&lock) && !rwlock_is_contended(&rwlock));
	spin_unlock(&lock);
	while (!rwlock_is_contended(&rwlock))
		udelay(10);
	read_unlock(&rwlock);
	while (!rwsem_is_contended(&sem))
		msleep(1);
	up_read(&sem);
	kthread_stop(t);
	put_task_struct(t);
	CHECK(!rwlock_is_contended(&rwlock) && !rwsem_is_contended(&sem));
}

int main(void)
{
	works();
	waits_for_a_bit();
	structures();
	names_of_objects();
	latch();
	numbers();
	memory();
	each_cpu();
	active();
	contention();
	waits();
	pieces();
	pages();
	rest();
	return 0;
}
