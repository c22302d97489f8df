// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * What the kernel's headers say of a name holds to the letter: functions are functions, of
 * the kernel's types, so that a table of pointers may hold them; constants have the type
 * that formats and min() see; what a macro makes of constants is one.
 */
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/* --- constants */

#define IS_OF(type, name) static_assert(__same_type(type, name), #name)
IS_OF(int, VM_READ);
IS_OF(int, VM_READ | VM_WRITE | VM_DONTEXPAND | VM_IO);
IS_OF(int, IRQF_SHARED);
IS_OF(int, IRQF_ONESHOT | IRQF_NO_AUTOEN);
IS_OF(unsigned int, IORESOURCE_BUSY);
IS_OF(unsigned long, SHRINKER_NUMA_AWARE);
IS_OF(long, MAX_JIFFY_OFFSET);
IS_OF(size_t, ARCH_KMALLOC_MINALIGN);
IS_OF(size_t, PAGE_FRAG_CACHE_MAX_SIZE);
IS_OF(u8, GENMASK_U8(7, 4));
IS_OF(u16, GENMASK_U16(15, 0));
IS_OF(u64, GENMASK_U64(40, 3));
static_assert(GENMASK_U8(7, 4) == 0xf0 && GENMASK_U64(63, 62) == 0xc000000000000000ULL);
static_assert(SZ_64G == 64ULL * SZ_1G && SZ_32T == 32ULL * SZ_1T);
static_assert(WQ_MAX_ACTIVE == 512 && MAX_JIFFY_OFFSET == LONG_MAX / 2 - 1);
static_assert(__same_type(dev_t, u32));
static_assert(SMP_CACHE_ALIGN(65) == 128);

static const unsigned long timeouts[] = { secs_to_jiffies(1), secs_to_jiffies(30) };

struct hot {
	__cacheline_group_begin(rx);
	u64 packets, bytes;
	__cacheline_group_end(rx);
	int cold;
};

/* --- functions in tables */

/* Nobody calls these, and nobody is told. */
static inline int unused_one(int x)
{
	return x;
}
static __always_inline int unused_two(int x)
{
	return x;
}
DEFINE_LOCK_GUARD_0(unused_three, barrier(), barrier())

static const struct clock {
	const char *name;
	u64 (*ktime_get_ns)(void); /* a member called like the function */
	time64_t (*seconds)(void);
} clocks[] = {
	{ "mono", ktime_get_ns, ktime_get_seconds },
	{ "raw", ktime_get_raw_ns, NULL },
	{ "boot", ktime_get_boottime_ns, ktime_get_boottime_seconds },
	{ "real", ktime_get_real_ns, ktime_get_real_seconds },
	{ "jiffies", get_jiffies_64, NULL },
};

static const struct side {
	void (*lock)(void), (*unlock)(void);
} sides[] = {
	{ rcu_read_lock, rcu_read_unlock },
	{ rcu_read_lock_bh, rcu_read_unlock_bh },
	{ rcu_read_lock_sched, rcu_read_unlock_sched },
	{ local_bh_disable, local_bh_enable },
	{ irq_enter, irq_exit },
	{ pagefault_disable, pagefault_enable },
};

static int tables(void)
{
	u64 was = 0;

	CACHELINE_ASSERT_GROUP_MEMBER(struct hot, rx, bytes);
	CACHELINE_ASSERT_GROUP_SIZE(struct hot, rx, 16);
	for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
		u64 now = clocks[i].ktime_get_ns();

		if (!now || (clocks[i].seconds && !clocks[i].seconds() && i != 0))
			return 1;
		was += now;
	}
	for (size_t i = 0; i < ARRAY_SIZE(sides); i++) {
		sides[i].lock();
		if (i < 3 && !rcu_read_lock_any_held())
			return 2;
		sides[i].unlock();
		if (in_interrupt() || pagefault_disabled())
			return 3;
	}
	return was ? 0 : 4;
}

static struct percpu_ref ref;
static int confirmed;

static void ref_release(struct percpu_ref *r)
{
	confirmed += r == &ref ? 10 : 0;
}

static void ref_confirm(struct percpu_ref *r)
{
	confirmed += r == &ref;
}

static int switches(void)
{
	void (*to_atomic)(struct percpu_ref *, percpu_ref_func_t *) = percpu_ref_switch_to_atomic;
	bool (*inc)(struct static_key *) = static_key_slow_inc;
	static DEFINE_STATIC_KEY_ARRAY_TRUE(keys, 3);
	bool (*alloc)(cpumask_var_t *, gfp_t) = zalloc_cpumask_var;
	cpumask_var_t mask;

	if (percpu_ref_init(&ref, ref_release, 0, GFP_KERNEL))
		return 1;
	to_atomic(&ref, ref_confirm); /* told when it is atomic, as it is */
	percpu_ref_kill(&ref);
	percpu_ref_exit(&ref);
	if (confirmed != 11)
		return 2;
	if (!static_branch_likely(&keys[2]) || !inc(&keys[2].key) ||
	    static_key_count(&keys[2].key) != 2)
		return 3;
	if (!alloc(&mask, GFP_KERNEL) || !cpumask_empty(mask))
		return 4;
	free_cpumask_var(mask);
	return 0;
}

/* --- waits and works that only have another name */

static DECLARE_WAIT_QUEUE_HEAD(queue);
static DEFINE_SPINLOCK(lock);
static int stage, commands;
static void dwork_fn(struct kthread_work *work);
static DEFINE_KTHREAD_DELAYED_WORK(dwork, dwork_fn);

static void dwork_fn(struct kthread_work *work)
{
	if (work == &dwork.work)
		WRITE_ONCE(stage, 1);
	wake_up(&queue);
}

static int waits(void)
{
	struct kthread_worker *worker = kthread_create_worker(0, "exact");

	if (IS_ERR(worker))
		return 1;
	kthread_queue_delayed_work(worker, &dwork, 1);
	wait_event_exclusive_cmd(queue, READ_ONCE(stage), commands++, commands++);
	wait_event_idle_exclusive(queue, stage);
	if (wait_event_idle_exclusive_timeout(queue, stage == 2, 1) != 0 ||
	    wait_event_freezable_exclusive(queue, stage) != 0)
		return 2;
	spin_lock_irq(&lock);
	if (wait_event_interruptible_lock_irq_cmd(queue, stage, lock, commands += 100) != 0)
		return 3;
	spin_unlock_irq(&lock);
	kthread_destroy_worker(worker);
	return commands % 2 || commands > 90 ? 4 : 0;
}

/* --- what slab.h alone brings along */

static DEFINE_SEQLOCK(seq);
static DEFINE_PER_CPU(local_lock_t, local) = INIT_LOCAL_LOCK(local);
static DECLARE_SWAIT_QUEUE_HEAD(swq);
static struct hlist_nulls_head nulls;
static struct percpu_counter counter;

static int brought(void)
{
	nodemask_t a = nodemask_of_node(0), b = NODE_MASK_NONE;
	struct range r = { 1, 9 };
	uuid_t id;

	nodes_complement(b, a);
	if (nodes_intersects(a, b) || !nodes_subset(a, a) || range_len(&r) != 9)
		return 1;
	local_lock(&local);
	local_unlock(&local);
	INIT_HLIST_NULLS_HEAD(&nulls, 1);
	if (read_seqretry(&seq, read_seqbegin(&seq)) || swait_active(&swq) ||
	    !hlist_nulls_empty(&nulls) || percpu_counter_init(&counter, 3, GFP_KERNEL))
		return 2;
	uuid_gen(&id);
	percpu_counter_destroy(&counter);
	return uuid_is_null(&id) || IS_ERR_PCPU(alloc_percpu(int) + 0) ? 3 : 0;
}

/* --- a group of attributes that is there as a whole, or not */

static bool there;
static ssize_t one_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s %s\n", dev_name(dev), attr->attr.name);
}
static DEVICE_ATTR_RO(one);
static struct attribute *opt_attrs[] = { &dev_attr_one.attr, NULL };
static bool opt_group_visible(struct kobject *kobj)
{
	return there && kobj;
}
DEFINE_SIMPLE_SYSFS_GROUP_VISIBLE(opt);
static const struct attribute_group opt_group = {
	.name = "opt",
	.attrs = opt_attrs,
	.is_visible = SYSFS_GROUP_VISIBLE(opt),
};

static int groups(void)
{
	struct device *dev = root_device_register("exact");
	char buf[32];
	int ret = 0;
	ssize_t got;

	if (IS_ERR(dev))
		return 1;
	for (int i = 0; i < 2 && !ret; i++) {
		there = i;
		if (device_add_group(dev, &opt_group))
			ret = 2;
		got = kmemu_sysfs_read(&dev->kobj, "opt/one", buf, sizeof(buf));
		if (there ? got <= 0 : got != -ENOENT)
			ret = 3 + i;
		device_remove_group(dev, &opt_group);
	}
	root_device_unregister(dev);
	return ret;
}

/* --- locks that the last reference takes */

static int last_ones(void)
{
	static DEFINE_RAW_SPINLOCK(raw);
	static DEFINE_RWLOCK(rw);
	atomic_t refs = ATOMIC_INIT(2);
	unsigned long flags;

	if (atomic_dec_and_raw_lock(&refs, &raw) || !atomic_dec_and_raw_lock(&refs, &raw))
		return 1;
	raw_spin_unlock(&raw);
	atomic_set(&refs, 1);
	if (!atomic_dec_and_raw_lock_irqsave(&refs, &raw, flags) || !irqs_disabled())
		return 2;
	raw_spin_unlock_irqrestore(&raw, flags);
	if (!write_trylock_irqsave(&rw, flags))
		return 3;
	write_unlock_irqrestore(&rw, flags);
	return irqs_disabled() ? 4 : 0;
}

int main(void)
{
	int err = tables();

	if (err)
		return err;
	err = switches();
	if (err)
		return 10 + err;
	err = waits();
	if (err)
		return 20 + err;
	err = brought();
	if (err)
		return 30 + err;
	err = groups();
	if (err)
		return 40 + err;
	err = last_ones();
	if (err)
		return 50 + err;
	return timeouts[1] == 30 * HZ ? 0 : 60;
}
