// SPDX-License-Identifier: MIT
/*
 * A table that is read under RCU while others insert and remove.
 */
#include <linux/module.h>
#include <linux/rhashtable.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/kthread.h>
#include <linux/delay.h>
#include <linux/jhash.h>
#include <linux/seqlock.h>

struct flow_key {
	__be32 saddr, daddr;
	__be16 sport, dport;
} __packed;

struct flow {
	struct rhash_head node;
	struct flow_key key;
	struct rcu_head rcu;
	struct list_head list;
	u64 packets;
	seqcount_t seq;
};

static const struct rhashtable_params params = {
	.key_len = sizeof_field(struct flow, key),
	.key_offset = offsetof(struct flow, key),
	.head_offset = offsetof(struct flow, node),
	.automatic_shrinking = true,
	.min_size = 16,
};

static struct rhashtable flows;
static LIST_HEAD(all);
static DEFINE_MUTEX(lock);
static unsigned long found;
static struct config {
	int limit;
	struct rcu_head rcu;
} __rcu *config;

static struct flow *add(u32 n)
{
	struct flow *f = kzalloc(sizeof(*f), GFP_KERNEL), *old;

	if (!f)
		return ERR_PTR(-ENOMEM);
	f->key.saddr = htonl(n);
	f->key.dport = htons(n & 0xffff);
	seqcount_init(&f->seq);
	old = rhashtable_lookup_get_insert_fast(&flows, &f->node, params);
	if (old) {
		kfree(f);
		return IS_ERR(old) ? old : ERR_PTR(-EEXIST);
	}
	mutex_lock(&lock);
	list_add_tail_rcu(&f->list, &all);
	mutex_unlock(&lock);
	return f;
}

static int reader(void *arg)
{
	struct flow_key key = {};
	u32 i = 0;

	while (!kthread_should_stop()) {
		struct flow *f;

		key.saddr = htonl(i);
		key.dport = htons(i & 0xffff);
		i = (i + 1) % 500;
		rcu_read_lock();
		f = rhashtable_lookup(&flows, &key, params);
		if (f) {
			unsigned int s;
			u64 p;

			do {
				s = read_seqcount_begin(&f->seq);
				p = f->packets;
			} while (read_seqcount_retry(&f->seq, s));
			found += p + 1;
		}
		if (rcu_dereference(config)->limit < 0)
			pr_err("limit\n");
		rcu_read_unlock();
		if (!i)
			cond_resched();
	}
	return 0;
}

static void free_flow(void *ptr, void *arg)
{
	kfree(ptr);
	(*(int *)arg)++;
}

static int __init flow_init(void)
{
	struct config *c = kzalloc(sizeof(*c), GFP_KERNEL), *old;
	struct rhashtable_iter iter;
	struct task_struct *t[2];
	struct flow *f, *tmp;
	int i, n = 0, freed = 0, ret;

	rcu_assign_pointer(config, c);
	ret = rhashtable_init(&flows, &params);
	if (ret)
		return ret;
	for (i = 0; i < 2; i++) {
		t[i] = kthread_run(reader, NULL, "reader/%d", i);
		if (IS_ERR(t[i]))
			return PTR_ERR(t[i]);
	}
	for (i = 0; i < 500; i++)
		if (IS_ERR(add(i)))
			return -EINVAL;
	if (PTR_ERR(add(3)) != -EEXIST)
		return -EINVAL;
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	old = rcu_replace_pointer(config, c, true);
	kfree_rcu(old, rcu);
	rhashtable_walk_enter(&flows, &iter);
	rhashtable_walk_start(&iter);
	while ((f = rhashtable_walk_next(&iter))) {
		if (IS_ERR(f))
			continue;
		preempt_disable();
		write_seqcount_begin(&f->seq);
		f->packets = 5;
		write_seqcount_end(&f->seq);
		preempt_enable();
		n++;
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	mutex_lock(&lock);
	list_for_each_entry_safe(f, tmp, &all, list) {
		if (ntohl(f->key.saddr) % 2)
			continue;
		list_del_rcu(&f->list);
		if (rhashtable_remove_fast(&flows, &f->node, params))
			ret = -ENOENT;
		kfree_rcu(f, rcu);
	}
	mutex_unlock(&lock);
	msleep(20);
	for (i = 0; i < 2; i++)
		kthread_stop(t[i]);
	synchronize_rcu();
	rhashtable_free_and_destroy(&flows, free_flow, &freed);
	rcu_barrier();
	kfree(rcu_dereference_protected(config, 1));
	return ret ?: n >= 500 && freed == 250 && found ? 0 : -EINVAL;
}
module_init(flow_init);
MODULE_LICENSE("GPL");
