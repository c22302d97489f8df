// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Objects on a list_lru: what a walk does with each answer, and a cache whose shrinker
 * gives those back that nobody used lately (kernel_api_list_lru.sh).
 */
#include <linux/list_lru.h>
#include <linux/module.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

#include "check.h"

struct object {
	struct list_head lru;
	int number;
	bool used;
};

static struct list_lru lru;
static struct object objects[6];
static enum lru_status answers[12];
static int seen[12], n_seen;
static LIST_HEAD(dispose);

static enum lru_status answer(struct list_head *item, struct list_lru_one *list,
			      spinlock_t *lock, void *arg)
{
	enum lru_status status = answers[n_seen];

	CHECK(arg == &lru && spin_is_locked(lock) && n_seen < 12);
	seen[n_seen++] = container_of(item, struct object, lru)->number;
	if (status == LRU_REMOVED)
		list_lru_isolate_move(list, item, &dispose);
	if (status == LRU_REMOVED_RETRY || status == LRU_RETRY) {
		if (status == LRU_REMOVED_RETRY)
			list_lru_isolate(list, item);
		spin_unlock(lock);
		if (status == LRU_RETRY) /* somebody else took it */
			CHECK(list_lru_del_obj(&lru, item));
		spin_lock(lock);
	}
	return status;
}

static void walks(void)
{
	static const enum lru_status say[] = { LRU_SKIP,   LRU_ROTATE,	LRU_REMOVED,
					       LRU_RETRY,  LRU_SKIP,	LRU_REMOVED_RETRY,
					       LRU_SKIP,   LRU_STOP };
	static const int want[] = { 0, 1, 2, 3, 0, 4, 0, 5 };
	int i;

	CHECK(!list_lru_init(&lru) && !list_lru_count(&lru));
	for (i = 0; i < 6; i++) {
		objects[i].number = i;
		INIT_LIST_HEAD(&objects[i].lru);
		CHECK(!list_lru_del_obj(&lru, &objects[i].lru));
		CHECK(list_lru_add_obj(&lru, &objects[i].lru));
		CHECK(!list_lru_add(&lru, &objects[i].lru, 0, NULL));
	}
	CHECK(list_lru_count(&lru) == 6 && list_lru_count_one(&lru, 0, NULL) == 6);
	memcpy(answers, say, sizeof(say));
	CHECK(list_lru_walk(&lru, answer, &lru, 100) == 2); /* 2 and 4 */
	CHECK(n_seen == 8 && !memcmp(seen, want, sizeof(want)));
	CHECK(list_lru_count(&lru) == 3 && list_empty(&objects[3].lru));
	CHECK(!list_empty(&dispose) && dispose.next == &objects[2].lru);
	memset(answers, 0, sizeof(answers)); /* LRU_REMOVED */
	n_seen = 0;
	CHECK(list_lru_walk(&lru, answer, &lru, 1) == 1 && seen[0] == 0);
	CHECK(list_lru_walk(&lru, answer, &lru, 100) == 2 && seen[1] == 5 && seen[2] == 1);
	CHECK(!list_lru_count(&lru) && !list_lru_walk(&lru, answer, &lru, 100));
	list_lru_destroy(&lru);
	list_lru_destroy(&lru);
}

/* --- a cache */

static int given_back;

static unsigned long count(struct shrinker *shrinker, struct shrink_control *sc)
{
	(void)shrinker;
	return list_lru_shrink_count(&lru, sc);
}

static enum lru_status isolate(struct list_head *item, struct list_lru_one *list,
			       spinlock_t *lock, void *head)
{
	struct object *o = container_of(item, struct object, lru);

	(void)lock;
	if (o->used) {
		o->used = false;
		return LRU_ROTATE;
	}
	list_lru_isolate_move(list, item, head);
	return LRU_REMOVED;
}

static unsigned long scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct object *o, *next;
	unsigned long freed;
	LIST_HEAD(head);

	(void)shrinker;
	freed = list_lru_shrink_walk(&lru, sc, isolate, &head);
	list_for_each_entry_safe(o, next, &head, lru) {
		given_back++;
		kfree(o);
	}
	return freed;
}

static void cache(void)
{
	struct shrink_control sc = { .gfp_mask = GFP_KERNEL, .nr_to_scan = 10 };
	struct shrinker *shrinker = shrinker_alloc(0, "objects");
	int i;

	CHECK(shrinker && !list_lru_init_memcg(&lru, shrinker));
	shrinker->count_objects = count;
	shrinker->scan_objects = scan;
	shrinker_register(shrinker);
	for (i = 0; i < 20; i++) {
		struct object *o = kzalloc(sizeof(*o), GFP_KERNEL);

		CHECK(o);
		INIT_LIST_HEAD(&o->lru);
		o->number = i;
		o->used = i % 2;
		CHECK(list_lru_add_obj(&lru, &o->lru));
	}
	CHECK(count(shrinker, &sc) == 20 && scan(shrinker, &sc) == 5 && given_back == 5);
	sc.nr_to_scan = 100;
	CHECK(scan(shrinker, &sc) == 15 && !count(shrinker, &sc));
	shrinker_free(shrinker);
	list_lru_destroy(&lru);
}

static int __init list_lru_test_init(void)
{
	walks();
	cache();
	return 0;
}
module_init(list_lru_test_init);
MODULE_LICENSE("Dual MIT/GPL");
