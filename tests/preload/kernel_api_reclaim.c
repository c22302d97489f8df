// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * A cache of inodes that its shrinker gives to call_rcu(), twice as large as the memory:
 * with mem= it goes on, with no shrinker it does not.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct node {
	struct list_head lru;
	struct rcu_head rcu;
	char name[160];
};

static bool shrinks = true;
module_param(shrinks, bool, 0);
static struct kmem_cache *nodes;
static LIST_HEAD(lru);
static unsigned long nr;
static DEFINE_SPINLOCK(lock);

static void node_free(struct rcu_head *head)
{
	kmem_cache_free(nodes, container_of(head, struct node, rcu));
}

static unsigned long node_count(struct shrinker *s, struct shrink_control *sc)
{
	(void)s;
	(void)sc;
	return READ_ONCE(nr);
}

static unsigned long evict(unsigned long max)
{
	struct node *n, *next;
	unsigned long freed = 0;

	spin_lock(&lock);
	list_for_each_entry_safe_reverse(n, next, &lru, lru) {
		if (freed == max)
			break;
		list_del(&n->lru);
		nr--;
		freed++;
		call_rcu(&n->rcu, node_free);
	}
	spin_unlock(&lock);
	return freed;
}

static unsigned long node_scan(struct shrinker *s, struct shrink_control *sc)
{
	(void)s;
	return evict(sc->nr_to_scan);
}

static int __init reclaim_init(void)
{
	struct shrinker *shrinker = shrinker_alloc(0, "nodes");
	unsigned long i;
	int err = 0;

	nodes = kmem_cache_create("nodes", sizeof(struct node), 0, SLAB_RECLAIM_ACCOUNT, NULL);
	if (!nodes || !shrinker)
		return -EINVAL;
	shrinker->count_objects = node_count;
	shrinker->scan_objects = node_scan;
	if (shrinks)
		shrinker_register(shrinker);
	for (i = 0; i < 40000 && !err; i++) { /* 8 MiB */
		struct node *n = kmem_cache_alloc(nodes, GFP_KERNEL);

		if (!n) {
			err = -ENOMEM;
			break;
		}
		spin_lock(&lock);
		list_add(&n->lru, &lru);
		nr++;
		spin_unlock(&lock);
	}
	shrinker_free(shrinker);
	evict(~0UL);
	rcu_barrier();
	kmem_cache_destroy(nodes);
	return err;
}
module_init(reclaim_init);
MODULE_LICENSE("Dual MIT/GPL");
