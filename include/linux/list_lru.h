/* SPDX-License-Identifier: MIT */
/*
 * <linux/list_lru.h> of Linux 6.12 with one node and without memory cgroups: lists of
 * objects that a shrinker gives back, the one that was added first at first (mm/list_lru.c).
 */
#ifndef _LRU_LIST_H
#define _LRU_LIST_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/nodemask.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct mem_cgroup;
struct lock_class_key;

/* What the function of a walk answers; under the lock, which it may drop where it says so. */
enum lru_status {
	LRU_REMOVED, /* by list_lru_isolate() or _move() */
	LRU_REMOVED_RETRY, /* and the lock was dropped and taken again */
	LRU_ROTATE, /* to the end, for another time */
	LRU_SKIP,
	LRU_RETRY, /* the lock was dropped and taken again */
	LRU_STOP,
};

struct list_lru_one {
	struct list_head list;
	long nr_items;
};

struct list_lru_node {
	spinlock_t lock;
	struct list_lru_one lru;
};

struct list_lru {
	struct list_lru_node *node; /* NULL: not initialized, or destroyed */
};

typedef enum lru_status (*list_lru_walk_cb)(struct list_head *item, struct list_lru_one *list,
					    spinlock_t *lock, void *cb_arg);

/* 0 or -ENOMEM; may sleep. */
static __always_inline int __list_lru_init(struct list_lru *lru, bool memcg_aware,
					   struct lock_class_key *key, struct shrinker *shrinker)
{
	(void)memcg_aware;
	(void)shrinker;
	lru->node = kzalloc(sizeof(*lru->node), GFP_KERNEL);
	if (!lru->node)
		return -ENOMEM;
	spin_lock_init(&lru->node->lock);
	if (key)
		lockdep_set_class(&lru->node->lock, key);
	INIT_LIST_HEAD(&lru->node->lru.list);
	return 0;
}
#define list_lru_init(lru) __list_lru_init((lru), false, NULL, NULL)
#define list_lru_init_memcg(lru, shrinker) __list_lru_init((lru), true, NULL, shrinker)

static __always_inline void list_lru_destroy(struct list_lru *lru)
{
	kfree(lru->node);
	lru->node = NULL;
}

/* False: it is on a list. An item that is on none points to itself. */
static __always_inline bool list_lru_add(struct list_lru *lru, struct list_head *item, int nid,
					 struct mem_cgroup *memcg)
{
	struct list_lru_node *n = &lru->node[nid];
	bool added;

	(void)memcg;
	spin_lock(&n->lock);
	added = list_empty(item);
	if (added) {
		list_add_tail(item, &n->lru.list);
		n->lru.nr_items++;
	}
	spin_unlock(&n->lock);
	return added;
}

static inline bool list_lru_add_obj(struct list_lru *lru, struct list_head *item)
{
	return list_lru_add(lru, item, 0, NULL);
}

/* False: it was on no list. */
static __always_inline bool list_lru_del(struct list_lru *lru, struct list_head *item, int nid,
					 struct mem_cgroup *memcg)
{
	struct list_lru_node *n = &lru->node[nid];
	bool deleted;

	(void)memcg;
	spin_lock(&n->lock);
	deleted = !list_empty(item);
	if (deleted) {
		list_del_init(item);
		n->lru.nr_items--;
	}
	spin_unlock(&n->lock);
	return deleted;
}

static inline bool list_lru_del_obj(struct list_lru *lru, struct list_head *item)
{
	return list_lru_del(lru, item, 0, NULL);
}

static inline unsigned long list_lru_count_node(struct list_lru *lru, int nid)
{
	return (unsigned long)READ_ONCE(lru->node[nid].lru.nr_items);
}

static inline unsigned long list_lru_count_one(struct list_lru *lru, int nid,
					       struct mem_cgroup *memcg)
{
	(void)memcg;
	return list_lru_count_node(lru, nid);
}

static inline unsigned long list_lru_count(struct list_lru *lru)
{
	return list_lru_count_node(lru, 0);
}

static inline unsigned long list_lru_shrink_count(struct list_lru *lru,
						  struct shrink_control *sc)
{
	return list_lru_count_node(lru, sc->nid);
}

/* Of a walk's function. */
static inline void list_lru_isolate(struct list_lru_one *list, struct list_head *item)
{
	list_del_init(item);
	list->nr_items--;
}

static inline void list_lru_isolate_move(struct list_lru_one *list, struct list_head *item,
					 struct list_head *head)
{
	list_move(item, head);
	list->nr_items--;
}

/* False: the walk ends. *next may be gone: it begins anew. */
static __always_inline bool __kmemu_lru_step(struct list_lru_node *n, struct list_head *item,
					     struct list_head **next, enum lru_status status,
					     unsigned long *isolated)
{
	if (status != LRU_REMOVED && status != LRU_ROTATE && status != LRU_SKIP)
		assert_spin_locked(&n->lock);
	switch (status) {
	case LRU_REMOVED_RETRY:
		*next = n->lru.list.next;
		fallthrough;
	case LRU_REMOVED:
		++*isolated;
		return true;
	case LRU_ROTATE:
		list_move_tail(item, &n->lru.list);
		return true;
	case LRU_SKIP:
		return true;
	case LRU_RETRY:
		*next = n->lru.list.next;
		return true;
	case LRU_STOP:
		return false;
	}
	BUG();
}

static inline unsigned long __kmemu_lru_walk(struct list_lru_node *n, list_lru_walk_cb isolate,
					     void *cb_arg, unsigned long *nr_to_walk)
{
	struct list_head *item, *next;
	unsigned long isolated = 0;

	for (item = n->lru.list.next; item != &n->lru.list && *nr_to_walk; item = next) {
		enum lru_status status;

		--*nr_to_walk;
		next = item->next;
		status = isolate(item, &n->lru, &n->lock, cb_arg);
		if (!__kmemu_lru_step(n, item, &next, status, &isolated))
			break;
	}
	return isolated;
}

/* At most *nr_to_walk items, which is counted down; how many were removed. */
static __always_inline unsigned long list_lru_walk_one(struct list_lru *lru, int nid,
						       struct mem_cgroup *memcg,
						       list_lru_walk_cb isolate, void *cb_arg,
						       unsigned long *nr_to_walk)
{
	struct list_lru_node *n = &lru->node[nid];
	unsigned long isolated;

	(void)memcg;
	spin_lock(&n->lock);
	isolated = __kmemu_lru_walk(n, isolate, cb_arg, nr_to_walk);
	spin_unlock(&n->lock);
	return isolated;
}

static __always_inline unsigned long list_lru_walk_one_irq(struct list_lru *lru, int nid,
							   struct mem_cgroup *memcg,
							   list_lru_walk_cb isolate, void *cb_arg,
							   unsigned long *nr_to_walk)
{
	struct list_lru_node *n = &lru->node[nid];
	unsigned long isolated;

	(void)memcg;
	spin_lock_irq(&n->lock);
	isolated = __kmemu_lru_walk(n, isolate, cb_arg, nr_to_walk);
	spin_unlock_irq(&n->lock);
	return isolated;
}

static inline unsigned long list_lru_walk_node(struct list_lru *lru, int nid,
					       list_lru_walk_cb isolate, void *cb_arg,
					       unsigned long *nr_to_walk)
{
	return list_lru_walk_one(lru, nid, NULL, isolate, cb_arg, nr_to_walk);
}

static inline unsigned long list_lru_walk(struct list_lru *lru, list_lru_walk_cb isolate,
					  void *cb_arg, unsigned long nr_to_walk)
{
	return list_lru_walk_node(lru, 0, isolate, cb_arg, &nr_to_walk);
}

static inline unsigned long list_lru_shrink_walk(struct list_lru *lru, struct shrink_control *sc,
						 list_lru_walk_cb isolate, void *cb_arg)
{
	return list_lru_walk_node(lru, sc->nid, isolate, cb_arg, &sc->nr_to_scan);
}

static inline unsigned long list_lru_shrink_walk_irq(struct list_lru *lru,
						     struct shrink_control *sc,
						     list_lru_walk_cb isolate, void *cb_arg)
{
	return list_lru_walk_one_irq(lru, sc->nid, NULL, isolate, cb_arg, &sc->nr_to_scan);
}

#endif /* __cplusplus */

#endif /* _LRU_LIST_H */
