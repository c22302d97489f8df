// SPDX-License-Identifier: MIT
/*
 * A cache of objects with a list_lru and a shrinker.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/shrinker.h>
#include <linux/list_lru.h>
#include <linux/hashtable.h>
#include <linux/stringhash.h>
#include <linux/rwsem.h>
#include <linux/percpu_counter.h>

struct entry {
	struct hlist_node hash;
	struct list_head lru;
	unsigned long referenced;
	spinlock_t lock;
	u64 key;
	void *data;
};

static DEFINE_HASHTABLE(table, 8);
static DEFINE_SPINLOCK(table_lock);
static struct list_lru lru;
static struct kmem_cache *cachep;
static struct shrinker *shrinker;
static struct percpu_counter nr;

static void entry_ctor(void *p)
{
	struct entry *e = p;

	spin_lock_init(&e->lock);
	INIT_LIST_HEAD(&e->lru);
	INIT_HLIST_NODE(&e->hash);
}

static struct entry *lookup(u64 key)
{
	struct entry *e;

	hash_for_each_possible(table, e, hash, key) if (e->key == key) return e;
	return NULL;
}

static int insert(u64 key)
{
	struct entry *e = kmem_cache_alloc(cachep, GFP_NOFS);

	if (!e)
		return -ENOMEM;
	e->key = key;
	e->referenced = 0;
	e->data = kmalloc(512, GFP_NOFS | __GFP_NOWARN | __GFP_RECLAIMABLE);
	if (!e->data) {
		kmem_cache_free(cachep, e);
		return -ENOMEM;
	}
	spin_lock(&table_lock);
	hash_add(table, &e->hash, key);
	spin_unlock(&table_lock);
	list_lru_add_obj(&lru, &e->lru);
	percpu_counter_inc(&nr);
	return 0;
}

static enum lru_status isolate(struct list_head *item, struct list_lru_one *list,
			       spinlock_t *lock, void *arg)
{
	struct entry *e = container_of(item, struct entry, lru);
	struct list_head *freeable = arg;

	if (!spin_trylock(&e->lock))
		return LRU_SKIP;
	if (test_and_clear_bit(0, &e->referenced)) {
		spin_unlock(&e->lock);
		return LRU_ROTATE;
	}
	list_lru_isolate_move(list, item, freeable);
	spin_unlock(&e->lock);
	return LRU_REMOVED;
}

static void dispose(struct list_head *list)
{
	struct entry *e, *n;

	list_for_each_entry_safe(e, n, list, lru) {
		list_del_init(&e->lru);
		spin_lock(&table_lock);
		hash_del(&e->hash);
		spin_unlock(&table_lock);
		kfree(e->data);
		kmem_cache_free(cachep, e);
		percpu_counter_dec(&nr);
	}
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return list_lru_shrink_count(&lru, sc) ?: SHRINK_EMPTY;
}

static unsigned long scan(struct shrinker *s, struct shrink_control *sc)
{
	LIST_HEAD(freeable);
	unsigned long freed;

	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	freed = list_lru_shrink_walk(&lru, sc, isolate, &freeable);
	dispose(&freeable);
	return freed;
}

static int __init cache_init(void)
{
	struct shrink_control sc = { .gfp_mask = GFP_KERNEL, .nr_to_scan = 50 };
	LIST_HEAD(rest);
	int ret, i;

	ret = percpu_counter_init(&nr, 0, GFP_KERNEL);
	if (ret)
		return ret;
	cachep = kmem_cache_create("entries", sizeof(struct entry), 0, SLAB_RECLAIM_ACCOUNT,
				   entry_ctor);
	shrinker = shrinker_alloc(SHRINKER_NUMA_AWARE, "my-entries:%s", "x");
	if (!cachep || !shrinker)
		return -ENOMEM;
	ret = list_lru_init(&lru);
	if (ret)
		return ret;
	shrinker->count_objects = count;
	shrinker->scan_objects = scan;
	shrinker->seeks = DEFAULT_SEEKS;
	shrinker_register(shrinker);
	for (i = 0; i < 200; i++)
		if (insert(i))
			return -ENOMEM;
	set_bit(0, &lookup(0)->referenced);
	if (count(shrinker, &sc) != 200 || scan(shrinker, &sc) != 49)
		return -EINVAL;
	if (!lookup(0) || lookup(10) || percpu_counter_sum(&nr) != 151)
		return -EINVAL;
	list_lru_walk(&lru, isolate, &rest, ULONG_MAX);
	dispose(&rest);
	list_lru_walk(&lru, isolate, &rest, ULONG_MAX);
	dispose(&rest);
	shrinker_free(shrinker);
	list_lru_destroy(&lru);
	kmem_cache_destroy(cachep);
	ret = percpu_counter_sum_positive(&nr) ? -EINVAL : 0;
	percpu_counter_destroy(&nr);
	return ret;
}
late_initcall(cache_init);
MODULE_LICENSE("GPL");
