// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that relies on what a header of the kernel's brings along: each name here
 * is behind one of these, in 6.12 as well.
 */
#include <linux/spinlock.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/device.h>

static int index = 3; /* libc has a function of this name */
static struct percpu_counter counter;
static struct percpu_ref ref;
static RADIX_TREE(tree, GFP_KERNEL);
static DEFINE_STATIC_KEY_FALSE(key);
static DEFINE_SEQLOCK(seq);
static u64 pair[2] ____cacheline_aligned __read_mostly;
static int released, calls;

static void ref_release(struct percpu_ref *r)
{
	released = r == &ref;
}

static int nop_suspend(struct device *dev)
{
	return dev_get_drvdata(dev) ? ++calls : -EIO;
}
static DEFINE_SIMPLE_DEV_PM_OPS(pm_ops, nop_suspend, NULL);

static int counts(void)
{
	int err = percpu_counter_init(&counter, 5, GFP_KERNEL);

	if (err)
		return err;
	for (int i = 0; i < 1000; i++)
		percpu_counter_inc(&counter);
	percpu_counter_sub(&counter, 4);
	err = percpu_counter_sum(&counter) != 1001 ||
	      percpu_counter_limited_add(&counter, 1001, 1) ||
	      !percpu_counter_limited_add(&counter, 1002, 1);
	percpu_counter_destroy(&counter);
	if (err || percpu_ref_init(&ref, ref_release, 0, GFP_KERNEL))
		return 1;
	percpu_ref_get(&ref);
	percpu_ref_kill(&ref);
	if (released || percpu_ref_tryget_live(&ref) || !percpu_ref_tryget(&ref))
		return 2;
	percpu_ref_put_many(&ref, 2);
	percpu_ref_exit(&ref);
	return released ? 0 : 3;
}

static int trees(void)
{
	struct radix_tree_iter iter;
	void **slot, *found[4];
	unsigned long sum = 0;

	for (unsigned long i = 0; i < 4; i++)
		if (radix_tree_insert(&tree, i * 1000, &pair[i & 1]))
			return 1;
	if (radix_tree_insert(&tree, 1000, pair) != -EEXIST ||
	    radix_tree_lookup(&tree, 2000) != &pair[0] ||
	    radix_tree_gang_lookup(&tree, found, 1, 4) != 3)
		return 2;
	radix_tree_for_each_slot(slot, &tree, &iter, 1000)
	{
		sum += iter.index + (*slot == &pair[1]);
		radix_tree_iter_delete(&tree, &iter, slot);
	}
	if (radix_tree_delete(&tree, 0) != &pair[0])
		return 3;
	return sum == 6002 && radix_tree_empty(&tree) ? 0 : 4;
}

static int sequences(void)
{
	unsigned int start = read_seqbegin(&seq), loops = 0;

	write_seqlock(&seq);
	pair[0] = pair[1] = 7;
	if (!(preempt_count() & 0xff))
		return 1;
	write_sequnlock(&seq);
	if (!read_seqretry(&seq, start))
		return 2;
	do
		start = read_seqbegin(&seq);
	while (read_seqretry(&seq, start) && ++loops);
	return loops || pair[0] != 7 ? 3 : 0;
}

static int devices(void)
{
	struct device dev = { .init_name = "reach" };
	uuid_t uuid;

	device_init_wakeup(&dev, true);
	if (!device_may_wakeup(&dev) || pm_ops.suspend(&dev) != -EIO)
		return 1;
	dev_set_drvdata(&dev, &dev);
	if (pm_ops.freeze(&dev) != 1 || pm_ops.resume)
		return 2;
	if (uuid_parse("00112233-4455-6677-8899-aabbccddeeff", &uuid) ||
	    uuid.b[4] != 0x44 || !uuid_parse("00112233-4455-6677-8899-aabbccddeef", &uuid))
		return 3;
	return 0;
}

static int __init reach_init(void)
{
	void *p = kmalloc(100, GFP_KERNEL);
	ktime_t t = 0;
	ssize_t size = 0;

	if (!p || !virt_addr_valid(p) || virt_to_page(p) != pfn_to_page(PHYS_PFN(__pa(p))) ||
	    __va(__pa(p)) != p)
		return -EFAULT;
	kfree(p);
	static_branch_enable(&key);
	if (!static_branch_unlikely(&key) || current->pid <= 0 || HZ < 100 || index != 3)
		return -EINVAL;
	cpu_relax();
	prefetch(&tree);
	if (t || size || counts() || trees() || sequences() || devices())
		return -EIO;
	return 0;
}
module_init(reach_init);
MODULE_LICENSE("GPL");
