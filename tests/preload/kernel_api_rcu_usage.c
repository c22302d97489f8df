// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Right and wrong uses of what 6.12 with PROVE_RCU and PROVE_RCU_LIST looks at. A line that
 * is wrong there ends in WRONG and a word for what the kernel says of it; the others are right.
 * The same file is a module for a kernel, which says the same.
 */
#define CONFIG_PROVE_RCU_LIST 1
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/rculist.h>
#include <linux/rculist_nulls.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

struct item {
	int value;
	struct list_head list;
	struct hlist_node node;
	struct rhash_head head;
	struct rcu_head rcu;
};

static struct item __rcu *shared;
static struct item item = { .value = 1 };
static LIST_HEAD(items);
static HLIST_HEAD(hash);
static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(lock);
static DEFINE_RWLOCK(rw);
static DECLARE_RWSEM(sem);
DEFINE_STATIC_SRCU(domain);
DEFINE_STATIC_SRCU(other);
static DECLARE_COMPLETION(done);
static struct timer_list timer;
static struct work_struct work;
static int sum;

static void use(const struct item *p)
{
	if (p)
		sum += p->value;
}

/* Nothing is held, and a section of the right kind, of each way to read a pointer. */
static void pointers(void)
{
	use(rcu_dereference(shared)); /* WRONG check */
	use(rcu_dereference_bh(shared)); /* WRONG check */
	use(rcu_dereference_sched(shared)); /* WRONG check */
	use(rcu_dereference_check(shared, sum < 0)); /* WRONG check */
	use(rcu_dereference_check(shared, sum >= 0));
	use(rcu_dereference_protected(shared, sum < 0)); /* WRONG protected */
	use(rcu_dereference_protected(shared, 1));
	use(rcu_dereference_raw(shared));
	use(rcu_dereference_raw_check(shared));
	use(rcu_access_pointer(shared));
	rcu_assign_pointer(shared, &item);
	RCU_INIT_POINTER(shared, &item);
	use(rcu_replace_pointer(shared, &item, sum < 0)); /* WRONG protected */
	use(rcu_replace_pointer(shared, &item, 1));
	rcu_read_lock();
	use(rcu_dereference(shared));
	use(rcu_pointer_handoff(rcu_dereference(shared)));
	use(rcu_dereference_check(shared, sum < 0));
	use(rcu_dereference_bh(shared)); /* WRONG check */
	use(rcu_dereference_protected(shared, sum < 0)); /* WRONG protected */
	rcu_read_lock();
	rcu_read_unlock();
	use(rcu_dereference(shared));
	rcu_read_lock_bh();
	use(rcu_dereference(shared));
	use(rcu_dereference_bh(shared));
	rcu_read_unlock();
	use(rcu_dereference_bh(shared));
	use(rcu_dereference(shared)); /* WRONG check */
	rcu_read_unlock_bh();
	for (int i = 0; i < 3; i++)
		use(rcu_dereference(shared)); /* WRONG check */
}

/* Sections of another kind. */
static void flavours(void)
{
	rcu_read_lock_bh();
	use(rcu_dereference_bh(shared));
	use(rcu_dereference_sched(shared));
	use(rcu_dereference_bh_check(shared, 0));
	use(rcu_dereference(shared)); /* WRONG check */
	rcu_read_unlock_bh();
	rcu_read_lock_sched();
	use(rcu_dereference_sched(shared));
	use(rcu_dereference_sched_check(shared, 0));
	use(rcu_dereference(shared)); /* WRONG check */
	use(rcu_dereference_bh(shared)); /* WRONG check */
	rcu_read_unlock_sched();
	local_bh_disable();
	use(rcu_dereference_bh(shared));
	use(rcu_dereference_sched(shared));
	use(rcu_dereference(shared)); /* WRONG check */
	local_bh_enable();
	preempt_disable();
	use(rcu_dereference_sched(shared));
	use(rcu_dereference_bh(shared)); /* WRONG check */
	preempt_enable();
	local_irq_disable();
	use(rcu_dereference_sched(shared));
	use(rcu_dereference_bh(shared));
	use(rcu_dereference(shared)); /* WRONG check */
	local_irq_enable();
	spin_lock(&lock);
	use(rcu_dereference_sched(shared));
	use(rcu_dereference(shared)); /* WRONG check */
	use(rcu_dereference_protected(shared, lockdep_is_held(&lock)));
	use(rcu_dereference_check(shared, lockdep_is_held(&lock)));
	use(rcu_replace_pointer(shared, &item, lockdep_is_held(&lock)));
	spin_unlock(&lock);
	spin_lock_bh(&lock);
	use(rcu_dereference_bh(shared));
	use(rcu_dereference(shared)); /* WRONG check */
	spin_unlock_bh(&lock);
}

/* What an updater holds. */
static void updaters(void)
{
	use(rcu_dereference_protected(shared, lockdep_is_held(&mutex))); /* WRONG protected */
	use(rcu_dereference_check(shared, lockdep_is_held(&mutex))); /* WRONG check */
	use(rcu_dereference_protected(shared, lockdep_is_held(&lock))); /* WRONG protected */
	use(rcu_dereference_protected(shared, lockdep_is_held(&sem))); /* WRONG protected */
	mutex_lock(&mutex);
	use(rcu_dereference_protected(shared, lockdep_is_held(&mutex)));
	use(rcu_dereference_check(shared, lockdep_is_held(&mutex)));
	use(rcu_dereference(shared)); /* WRONG check */
	mutex_unlock(&mutex);
	down_read(&sem);
	use(rcu_dereference_protected(shared, lockdep_is_held(&sem)));
	up_read(&sem);
	down_write(&sem);
	use(rcu_dereference_protected(shared, lockdep_is_held(&sem)));
	up_write(&sem);
	read_lock(&rw);
	use(rcu_dereference_protected(shared, lockdep_is_held(&rw)));
	read_unlock(&rw);
	mutex_lock(&mutex);
	use(rcu_dereference_protected(shared, lock_is_held(&mutex.dep_map)));
	mutex_unlock(&mutex);
}

static void domains(void)
{
	int idx, idx2;

	use(srcu_dereference(shared, &domain)); /* WRONG check */
	use(srcu_dereference_check(shared, &domain, sum >= 0));
	idx = srcu_read_lock(&domain);
	use(srcu_dereference(shared, &domain));
	use(srcu_dereference(shared, &other)); /* WRONG check */
	use(rcu_dereference(shared)); /* WRONG check */
	use(rcu_dereference_sched(shared)); /* WRONG check */
	use(rcu_dereference_check(shared, srcu_read_lock_held(&domain)));
	idx2 = srcu_read_lock(&domain);
	srcu_read_unlock(&domain, idx2);
	use(srcu_dereference(shared, &domain));
	srcu_read_unlock(&domain, idx);
	use(srcu_dereference_check(shared, &domain, 0)); /* WRONG check */
	idx = srcu_down_read(&domain);
	use(srcu_dereference(shared, &domain)); /* WRONG check */
	srcu_up_read(&domain, idx);
	rcu_read_lock();
	use(srcu_dereference(shared, &domain)); /* WRONG check */
	rcu_read_unlock();
}

static void lists(void)
{
	struct item *p;
	int idx;

	list_for_each_entry_rcu(p, &items, list) /* WRONG reader */
		use(p);
	list_for_each_entry_rcu(p, &items, list, lockdep_is_held(&mutex)) /* WRONG reader */
		use(p);
	list_for_each_entry_rcu(p, &items, list, true)
		use(p);
	list_for_each_entry_srcu(p, &items, list, srcu_read_lock_held(&domain)) /* WRONG lock */
		use(p);
	list_for_each_entry_lockless(p, &items, list)
		use(p);
	p = list_first_or_null_rcu(&items, struct item, list);
	use(p);
	list_for_each_entry_from_rcu(p, &items, list)
		use(p);
	hlist_for_each_entry_rcu(p, &hash, node) /* WRONG reader */
		use(p);
	hlist_for_each_entry_rcu(p, &hash, node, sum < 0) /* WRONG reader */
		use(p);
	hlist_for_each_entry_rcu_notrace(p, &hash, node)
		use(p);
	hlist_for_each_entry_srcu(p, &hash, node, srcu_read_lock_held(&domain)) /* WRONG lock */
		use(p);
	rcu_read_lock();
	list_for_each_entry_rcu(p, &items, list)
		use(p);
	hlist_for_each_entry_rcu(p, &hash, node)
		use(p);
	list_for_each_entry_srcu(p, &items, list, srcu_read_lock_held(&domain)) /* WRONG lock */
		use(p);
	rcu_read_unlock();
	rcu_read_lock_bh();
	list_for_each_entry_rcu(p, &items, list)
		use(p);
	hlist_for_each_entry_rcu_bh(p, &hash, node)
		use(p);
	rcu_read_unlock_bh();
	rcu_read_lock_sched();
	hlist_for_each_entry_rcu(p, &hash, node)
		use(p);
	rcu_read_unlock_sched();
	spin_lock(&lock);
	list_for_each_entry_rcu(p, &items, list)
		use(p);
	spin_unlock(&lock);
	local_irq_disable();
	list_for_each_entry_rcu(p, &items, list)
		use(p);
	local_irq_enable();
	mutex_lock(&mutex);
	list_for_each_entry_rcu(p, &items, list, lockdep_is_held(&mutex))
		use(p);
	list_for_each_entry_rcu(p, &items, list) /* WRONG reader */
		use(p);
	mutex_unlock(&mutex);
	idx = srcu_read_lock(&domain);
	list_for_each_entry_srcu(p, &items, list, srcu_read_lock_held(&domain))
		use(p);
	list_for_each_entry_rcu(p, &items, list) /* WRONG reader */
		use(p);
	srcu_read_unlock(&domain, idx);
}

static void warn_itself(void)
{
	RCU_LOCKDEP_WARN(sum < 0, "is not");
	RCU_LOCKDEP_WARN(sum >= 0, "the own words"); /* WRONG own */
	RCU_LOCKDEP_WARN(!rcu_read_lock_any_held(), "none"); /* WRONG none */
}

static struct item *inlined(void)
{
	return rcu_dereference(shared); /* WRONG check */
}

static void once(void)
{
	use(inlined());
	sum++;
	use(inlined());
	sum++;
	use(inlined());
}

static void expired(struct timer_list *t)
{
	(void)t;
	use(rcu_dereference(shared)); /* WRONG check */
	use(rcu_dereference_bh(shared));
	use(rcu_dereference_sched(shared));
	rcu_read_lock();
	use(rcu_dereference(shared));
	rcu_read_unlock();
	complete(&done);
}

static void works(struct work_struct *w)
{
	(void)w;
	use(rcu_dereference(shared)); /* WRONG check */
	use(rcu_dereference_sched(shared)); /* WRONG check */
	complete(&done);
}

static void called(struct rcu_head *head)
{
	(void)head;
	use(rcu_dereference(shared)); /* WRONG check */
	use(rcu_dereference_bh(shared));
	complete(&done);
}

static void tasklet(struct tasklet_struct *t)
{
	(void)t;
	use(rcu_dereference(shared)); /* WRONG check */
	use(rcu_dereference_bh(shared));
	complete(&done);
}
static DECLARE_TASKLET(softirq, tasklet);

/* The locks are another thread's, who is in a section as well. */
static int thread(void *unused)
{
	(void)unused;
	use(rcu_dereference_protected(shared, lockdep_is_held(&sem))); /* WRONG protected */
	use(srcu_dereference(shared, &domain)); /* WRONG check */
	use(rcu_dereference_protected(shared, lockdep_is_held(&mutex))); /* WRONG protected */
	use(rcu_dereference(shared)); /* WRONG check */
	complete(&done);
	return 0;
}

static void elsewhere(void)
{
	struct task_struct *task;
	int idx;

	timer_setup(&timer, expired, 0);
	mod_timer(&timer, jiffies);
	wait_for_completion(&done);
	INIT_WORK(&work, works);
	schedule_work(&work);
	wait_for_completion(&done);
	call_rcu(&item.rcu, called);
	wait_for_completion(&done);
	tasklet_schedule(&softirq);
	wait_for_completion(&done);
	mutex_lock(&mutex);
	down_read(&sem);
	idx = srcu_read_lock(&domain);
	task = kthread_run(thread, NULL, "thread");
	if (!IS_ERR(task))
		wait_for_completion(&done);
	srcu_read_unlock(&domain, idx);
	up_read(&sem);
	mutex_unlock(&mutex);
}

static const struct rhashtable_params params = {
	.key_len = sizeof(int),
	.key_offset = offsetof(struct item, value),
	.head_offset = offsetof(struct item, head),
};

static void tables(void)
{
	static struct rhashtable table;
	struct rhashtable_iter iter;
	int key = 1;

	if (rhashtable_init(&table, &params))
		return;
	if (rhashtable_insert_fast(&table, &item.head, params))
		pr_info("not inserted\n");
	use(rhashtable_lookup_fast(&table, &key, params));
	rcu_read_lock();
	use(rhashtable_lookup(&table, &key, params));
	rcu_read_unlock();
	rhashtable_walk_enter(&table, &iter);
	rhashtable_walk_start(&iter);
	use(rhashtable_walk_next(&iter));
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	if (rhashtable_remove_fast(&table, &item.head, params))
		pr_info("not removed\n");
	pr_info("a table is searched outside of a section\n");
	use(rhashtable_lookup(&table, &key, params));
	rhashtable_destroy(&table);
}

static int event(struct notifier_block *nb, unsigned long what, void *data)
{
	(void)nb;
	(void)what;
	(void)data;
	return NOTIFY_OK;
}

static void chains(void)
{
	static struct notifier_block block = { .notifier_call = event };
	static ATOMIC_NOTIFIER_HEAD(atomic);
	static BLOCKING_NOTIFIER_HEAD(blocking);
	static RAW_NOTIFIER_HEAD(raw);

	atomic_notifier_chain_register(&atomic, &block);
	atomic_notifier_call_chain(&atomic, 1, NULL);
	atomic_notifier_chain_unregister(&atomic, &block);
	blocking_notifier_chain_register(&blocking, &block);
	blocking_notifier_call_chain(&blocking, 1, NULL);
	blocking_notifier_chain_unregister(&blocking, &block);
	raw_notifier_chain_register(&raw, &block);
	raw_notifier_call_chain(&raw, 1, NULL);
	raw_notifier_chain_unregister(&raw, &block);
}

static int __init rcu_usage_init(void)
{
	list_add_rcu(&item.list, &items);
	hlist_add_head_rcu(&item.node, &hash);
	rcu_assign_pointer(shared, &item);
	pointers();
	flavours();
	updaters();
	domains();
	lists();
	warn_itself();
	once();
	elsewhere();
	chains();
	tables();
	list_del_rcu(&item.list);
	hlist_del_rcu(&item.node);
	synchronize_rcu();
	return 0;
}

static void __exit rcu_usage_exit(void)
{
	pr_info("sum %d\n", sum > 0);
}

module_init(rcu_usage_init);
module_exit(rcu_usage_exit);
MODULE_DESCRIPTION("uses of RCU, right and wrong");
MODULE_LICENSE("GPL");
