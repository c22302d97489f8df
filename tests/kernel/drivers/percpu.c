// SPDX-License-Identifier: MIT
/*
 * References, counters and a cache of memory by CPU, under locks of these.
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/percpu-refcount.h>
#include <linux/percpu_counter.h>
#include <linux/percpu-rwsem.h>
#include <linux/local_lock.h>
#include <linux/refcount.h>
#include <linux/kthread.h>
#include <linux/cpu.h>
#include <linux/smp.h>
#include <linux/slab.h>
#include <linux/srcu.h>

struct pool {
	local_lock_t lock;
	unsigned int n;
	void *items[8];
};
static DEFINE_PER_CPU(struct pool, pools) = { .lock = INIT_LOCAL_LOCK(lock) };
static DEFINE_PER_CPU_ALIGNED(unsigned long, hits);
static struct percpu_counter total;
static struct percpu_ref ref;
static DECLARE_COMPLETION(dead);
DEFINE_STATIC_PERCPU_RWSEM(rwsem);
DEFINE_STATIC_SRCU(srcu);
static int __percpu *levels;

static void *pool_get(gfp_t gfp)
{
	struct pool *p;
	void *item = NULL;

	local_lock(&pools.lock);
	p = this_cpu_ptr(&pools);
	if (p->n)
		item = p->items[--p->n];
	local_unlock(&pools.lock);
	this_cpu_inc(hits);
	return item ?: kmalloc(64, gfp);
}

static void pool_put(void *item)
{
	struct pool *p;
	unsigned long flags;

	local_lock_irqsave(&pools.lock, flags);
	p = this_cpu_ptr(&pools);
	if (p->n < ARRAY_SIZE(p->items)) {
		p->items[p->n++] = item;
		item = NULL;
	}
	local_unlock_irqrestore(&pools.lock, flags);
	kfree(item);
}

static void ref_release(struct percpu_ref *r)
{
	complete(&dead);
}

static int user(void *arg)
{
	int i, idx;

	for (i = 0; i < 1000; i++) {
		void *p;

		if (!percpu_ref_tryget_live(&ref))
			return -ENODEV;
		p = pool_get(GFP_KERNEL);
		if (!p)
			return -ENOMEM;
		percpu_down_read(&rwsem);
		percpu_counter_add(&total, 2);
		percpu_up_read(&rwsem);
		idx = srcu_read_lock(&srcu);
		*get_cpu_ptr(levels) += 1;
		put_cpu_ptr(levels);
		srcu_read_unlock(&srcu, idx);
		pool_put(p);
		percpu_ref_put(&ref);
	}
	return 0;
}

static void drain(void *info)
{
	struct pool *p = this_cpu_ptr(&pools);

	while (p->n)
		kfree(p->items[--p->n]);
}

static int __init pc_init(void)
{
	struct task_struct *t[3];
	unsigned long n = 0;
	int i, cpu, ret, l = 0;

	ret = percpu_counter_init(&total, 0, GFP_KERNEL) ?:
	      percpu_ref_init(&ref, ref_release, PERCPU_REF_ALLOW_REINIT, GFP_KERNEL);
	if (ret)
		return ret;
	levels = alloc_percpu(int);
	if (!levels)
		return -ENOMEM;
	for (i = 0; i < 3; i++) {
		t[i] = kthread_create(user, NULL, "user%d", i);
		if (IS_ERR(t[i]))
			return PTR_ERR(t[i]);
		get_task_struct(t[i]); /* it ends by itself */
		wake_up_process(t[i]);
	}
	for (i = 0; i < 3; i++) {
		while (percpu_counter_sum(&total) < 6000 && !READ_ONCE(ret))
			schedule_timeout_uninterruptible(1);
	}
	percpu_down_write(&rwsem);
	percpu_up_write(&rwsem);
	for (i = 0; i < 3; i++)
		ret = kthread_stop_put(t[i]) ?: ret;
	synchronize_srcu(&srcu);
	percpu_ref_kill(&ref);
	wait_for_completion(&dead);
	if (percpu_ref_tryget(&ref))
		ret = -EINVAL;
	percpu_ref_exit(&ref);
	cpus_read_lock();
	for_each_online_cpu(cpu)
	{
		n += per_cpu(hits, cpu);
		l += *per_cpu_ptr(levels, cpu);
	}
	cpus_read_unlock();
	on_each_cpu(drain, NULL, 1);
	free_percpu(levels);
	percpu_counter_destroy(&total);
	return ret ?: n == 3000 && l <= 3000 && l > 0 ? 0 : -EINVAL;
}
module_init(pc_init);
MODULE_LICENSE("GPL");
