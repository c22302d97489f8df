/*
 * rhashtable_walk.c - from object to object of a hash table (kernel: lib/rhashtable.c,
 * rhashtable_walk_*). Between stop and start an object may be freed, so what was
 * answered last is only looked for among what is there; if it has gone, the walk goes
 * on by number: `skip` of this slot have been answered.
 *
 * A walker that has stopped is on its table's list, so that a table which is given up
 * can tell it. Locks: ht->lock, for these lists.
 */
#include "core/os/compiler.h"

#include <errno.h>

#include "core/kernel/lib/rhashtable.h"
#include "include/kmemu/kmemu.h"

static void list_init(struct list_head *l)
{
	l->next = l->prev = l;
}

static void list_take(struct list_head *l)
{
	l->prev->next = l->next;
	l->next->prev = l->prev;
	list_init(l);
}

static void list_put(struct list_head *l, struct list_head *head)
{
	l->next = head->next;
	l->prev = head;
	head->next->prev = l;
	head->next = l;
}

static bool ends(const struct rhash_head *head)
{
	return (unsigned long)head & 1;
}

static struct rhash_head *first_of(const struct rhashtable_iter *iter)
{
	struct rhash_lock_head **bucket = &iter->walker.tbl->buckets[iter->slot];
	struct rhash_head *head = __atomic_load_n((struct rhash_head **)bucket, __ATOMIC_ACQUIRE);

	return head ? head : RHT_NULLS_MARKER(bucket);
}

static struct rhash_head *next_of(const struct rhash_head *head)
{
	return __atomic_load_n(&head->next, __ATOMIC_ACQUIRE);
}

static void begin_table(struct rhashtable_iter *iter, struct bucket_table *tbl)
{
	iter->walker.tbl = tbl;
	iter->p = NULL;
	iter->list = NULL;
	iter->slot = iter->skip = 0;
}

KMEMU_EXPORT void kmemu_rhashtable_walk_enter(struct rhashtable *ht, struct rhashtable_iter *iter)
{
	unsigned long flags = rht_lock(ht);

	iter->ht = ht;
	iter->end_of_table = false;
	begin_table(iter, ht->tbl);
	list_put(&iter->walker.list, &ht->tbl->walkers);
	rht_unlock(ht, flags);
}

KMEMU_EXPORT void kmemu_rhashtable_walk_exit(struct rhashtable_iter *iter)
{
	unsigned long flags = rht_lock(iter->ht);

	list_take(&iter->walker.list);
	rht_unlock(iter->ht, flags);
}

/* What was answered last, if it is there still. */
static void find_again(struct rhashtable_iter *iter)
{
	struct rhash_head *h;
	struct rhlist_head *list;

	for (h = first_of(iter); !ends(h); h = next_of(h)) {
		if (!iter->ht->rhlist) {
			if (h == iter->p)
				return;
			continue;
		}
		for (list = (struct rhlist_head *)h; list; list = list->next) {
			if (list != iter->list)
				continue;
			iter->p = h;
			return;
		}
	}
	iter->p = NULL;
	iter->list = NULL;
}

KMEMU_EXPORT int kmemu_rhashtable_walk_start_check(struct rhashtable_iter *iter)
{
	struct rhashtable *ht = iter->ht;
	unsigned long flags;
	bool anew;

	kmemu_rcu_read_lock();
	flags = rht_lock(ht);
	list_take(&iter->walker.list);
	anew = !iter->walker.tbl;
	if (anew)
		begin_table(iter, ht->tbl);
	rht_unlock(ht, flags);
	if (anew) {
		iter->end_of_table = false;
		return -EAGAIN;
	}
	if (iter->p)
		find_again(iter);
	return 0;
}

KMEMU_EXPORT void kmemu_rhashtable_walk_stop(struct rhashtable_iter *iter)
{
	unsigned long flags = rht_lock(iter->ht);

	if (iter->walker.tbl == iter->ht->tbl)
		list_put(&iter->walker.list, &iter->ht->tbl->walkers);
	else
		iter->walker.tbl = NULL;
	rht_unlock(iter->ht, flags);
	kmemu_rcu_read_unlock();
}

static void *answer(const struct rhashtable_iter *iter)
{
	const void *head = iter->ht->rhlist ? (const void *)iter->list : iter->p;

	return (char *)head - iter->ht->p.head_offset;
}

/* This one of the chain; the lists of one key count each. */
static void *take(struct rhashtable_iter *iter, struct rhash_head *h)
{
	iter->p = h;
	iter->list = iter->ht->rhlist ? (struct rhlist_head *)h : NULL;
	iter->skip++;
	return answer(iter);
}

/* The first of the slot that has not been answered, by number. */
static void *by_number(struct rhashtable_iter *iter)
{
	unsigned int n = iter->skip;

	for (struct rhash_head *h = first_of(iter); !ends(h); h = next_of(h)) {
		struct rhlist_head *list = (struct rhlist_head *)h;

		if (!iter->ht->rhlist) {
			if (!n--)
				return take(iter, h);
			continue;
		}
		for (; list; list = list->next) {
			if (n--)
				continue;
			take(iter, h);
			iter->list = list;
			return answer(iter);
		}
	}
	return NULL;
}

/* What follows the last one in its chain. */
static void *by_place(struct rhashtable_iter *iter)
{
	struct rhash_head *h;

	if (iter->list && iter->list->next) {
		iter->list = iter->list->next;
		iter->skip++;
		return answer(iter);
	}
	h = next_of(iter->p);
	return ends(h) ? NULL : take(iter, h);
}

KMEMU_EXPORT void *kmemu_rhashtable_walk_next(struct rhashtable_iter *iter)
{
	struct bucket_table *tbl = iter->walker.tbl;
	void *found;

	if (iter->end_of_table || !tbl)
		return NULL;
	found = iter->p ? by_place(iter) : by_number(iter);
	while (!found) {
		iter->p = NULL;
		iter->list = NULL;
		iter->skip = 0;
		if (++iter->slot >= tbl->size)
			break;
		found = by_number(iter);
	}
	if (found)
		return found;
	tbl = __atomic_load_n(&tbl->future_tbl, __ATOMIC_ACQUIRE);
	if (tbl) {
		begin_table(iter, tbl);
		return (void *)(long)-EAGAIN;
	}
	iter->end_of_table = true;
	return NULL;
}

KMEMU_EXPORT void *kmemu_rhashtable_walk_peek(struct rhashtable_iter *iter)
{
	if (iter->p)
		return answer(iter);
	if (iter->skip)
		iter->skip--;
	return kmemu_rhashtable_walk_next(iter);
}
