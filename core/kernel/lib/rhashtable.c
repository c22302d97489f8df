/*
 * rhashtable.c - hash tables that resize themselves (kernel: lib/rhashtable.c).
 *
 * Readers hold no lock. Kernel: writers hold a bit of their bucket, and a worker
 * moves the entries. Here writers hold the table's one lock, and who makes the table
 * too full or too empty moves them, before it lets go: writers never see two
 * tables. Readers may:
 *
 *	1. the new table becomes future_tbl of the old one;
 *	2. each chain is emptied from its end: an entry is put into the new table,
 *	   then taken from the old one. So a reader of the old chain has seen all that
 *	   comes before, or is led into a chain of the new table, whose end is
 *	   another bucket's marker: then it begins anew;
 *	3. the new table becomes ht->tbl; the old one is freed after a grace period.
 *
 * Memory for a table is taken without the lock: the table is made first, and thrown
 * away when it is not needed any more. From a context that may not sleep it is kmalloc
 * memory and may be refused; the chains are longer then until the next writer that
 * may. The kernel nests tables of pages for that.
 *
 * nelems counts chain entries, of an rhltable the keys. Grown above 3/4 of the size,
 * shrunk (automatic_shrinking) below 3/10.
 */
#include "core/os/compiler.h"

#include <errno.h>

#include "core/kernel/lib/rcu.h"
#include "core/kernel/lib/rhashtable.h"
#include "core/kernel/task.h"
#include "core/os/os.h"
#include "include/kmemu/kmemu.h"

#define MIN_SIZE 4u
#define MAX_SIZE (1u << 28)

static void *error_ptr(long error)
{
	return (void *)error;
}

/* --- objects, hashes, chains */

static void *object_of(const struct rhashtable *ht, const struct rhash_head *head)
{
	return (char *)head - ht->p.head_offset;
}

static bool ends(const struct rhash_head *head)
{
	return (unsigned long)head & 1;
}

static unsigned int bucket_of(const struct rhashtable *ht, const struct bucket_table *tbl,
			      const struct rhash_head *head)
{
	const char *obj = object_of(ht, head);
	uint32_t hash = ht->p.obj_hashfn ?
				ht->p.obj_hashfn(obj, ht->p.key_len, tbl->hash_rnd) :
				ht->p.hashfn(obj + ht->p.key_offset, ht->key_len, tbl->hash_rnd);

	return hash & (tbl->size - 1);
}

static struct rhash_head *chain(struct rhash_lock_head **bucket)
{
	struct rhash_head *head = __atomic_load_n((struct rhash_head **)bucket, __ATOMIC_ACQUIRE);

	return head ? head : RHT_NULLS_MARKER(bucket);
}

static void publish(void *place, struct rhash_head *head)
{
	__atomic_store_n((struct rhash_head **)place, head, __ATOMIC_RELEASE);
}

/* The end of a bucket's chain is written as NULL in the bucket itself. */
static void set_chain(struct rhash_lock_head **bucket, struct rhash_head *head)
{
	publish(bucket, ends(head) ? NULL : head);
}

/* Takes what `link` leads to out of the bucket's chain; link NULL: the first. */
static void unlink_after(struct rhash_lock_head **bucket, struct rhash_head *before,
			 struct rhash_head *next)
{
	if (before)
		publish(&before->next, next);
	else
		set_chain(bucket, next);
}

static bool same_key(struct rhashtable *ht, const void *key, const struct rhash_head *head)
{
	struct rhashtable_compare_arg arg = { .ht = ht, .key = key };
	const char *obj = object_of(ht, head);

	if (ht->p.obj_cmpfn)
		return !ht->p.obj_cmpfn(&arg, obj);
	return !__builtin_memcmp(obj + ht->p.key_offset, key, ht->p.key_len);
}

/* --- tables */

static bool may_sleep(void)
{
	return !kmemu_preempt_count() && !kmemu_irqs_disabled() && !kmemu_rcu_preempt_depth();
}

static struct bucket_table *kmemu_new_table(unsigned int size)
{
	size_t bytes = sizeof(struct bucket_table) + size * sizeof(void *);
	struct bucket_table *tbl =
		may_sleep() ?
			kmemu_kvzalloc(bytes, KMEMU_GFP_KERNEL | KMEMU___GFP_NOWARN) :
			kmemu_kzalloc(bytes, KMEMU_GFP_ATOMIC | KMEMU___GFP_NOWARN);

	if (!tbl)
		return NULL;
	tbl->size = size;
	os_random(&tbl->hash_rnd, sizeof(tbl->hash_rnd));
	tbl->walkers.next = tbl->walkers.prev = &tbl->walkers;
	return tbl;
}

static void free_table(struct callback_head *head)
{
	kmemu_kvfree((char *)head - offsetof(struct bucket_table, rcu));
}

/* The size it should have. */
static unsigned int wanted_size(const struct rhashtable *ht)
{
	unsigned int size = ht->tbl->size, n = (unsigned int)ht->nelems.counter;
	unsigned int most = ht->p.max_size ? ht->p.max_size : MAX_SIZE, wanted = size;

	while (n > wanted / 4 * 3 && wanted < most)
		wanted *= 2;
	if (wanted != size || !ht->p.automatic_shrinking || n >= size * 3 / 10)
		return wanted;
	while (wanted > ht->p.min_size && n < wanted / 2 / 4 * 3)
		wanted /= 2;
	return wanted;
}

static void move_last(struct rhashtable *ht, struct bucket_table *to,
		      struct rhash_lock_head **bucket)
{
	struct rhash_head *before = NULL, *last = chain(bucket), *end;
	struct rhash_lock_head **place;

	while (!ends(last->next)) {
		before = last;
		last = last->next;
	}
	end = last->next;
	place = &to->buckets[bucket_of(ht, to, last)];
	publish(&last->next, chain(place));
	publish(place, last);
	unlink_after(bucket, before, end);
}

/* Who stands in the old table begins anew. */
static void drop_walkers(struct bucket_table *tbl)
{
	struct list_head *pos = tbl->walkers.next, *next;

	for (; pos != &tbl->walkers; pos = next) {
		struct rhashtable_walker *w =
			(void *)((char *)pos - offsetof(struct rhashtable_walker, list));

		next = pos->next;
		pos->next = pos->prev = pos;
		w->tbl = NULL;
	}
	tbl->walkers.next = tbl->walkers.prev = &tbl->walkers;
}

/* The lock is held. */
static void move_all(struct rhashtable *ht, struct bucket_table *to)
{
	struct bucket_table *from = ht->tbl;

	__atomic_store_n(&from->future_tbl, to, __ATOMIC_RELEASE);
	for (unsigned int i = 0; i < from->size; i++)
		while (!ends(chain(&from->buckets[i])))
			move_last(ht, to, &from->buckets[i]);
	__atomic_store_n(&ht->tbl, to, __ATOMIC_RELEASE);
	drop_walkers(from);
}

static void resize(struct rhashtable *ht)
{
	unsigned int size = wanted_size(ht);
	struct bucket_table *tbl = kmemu_new_table(size), *unused = tbl, *old = NULL;
	unsigned long flags;

	if (!tbl)
		return;
	flags = rht_lock(ht);
	if (wanted_size(ht) == size && ht->tbl->size != size) {
		old = ht->tbl;
		move_all(ht, tbl);
		unused = NULL;
	}
	rht_unlock(ht, flags);
	if (old)
		after_grace_period(&old->rcu, free_table);
	if (unused)
		kmemu_kvfree(unused);
}

static unsigned int power_of_2(unsigned int n, bool up)
{
	unsigned int order = n > 1 ? 31 - (unsigned int)__builtin_clz(n) : 0;

	return up && n > 1u << order ? 2u << order : 1u << order;
}

KMEMU_EXPORT int kmemu_rhashtable_init(struct rhashtable *ht,
				       const struct rhashtable_params *params)
{
	unsigned int size = 64;

	might_sleep_in("rhashtable_init", CALLER);
	if ((!params->key_len && !params->obj_hashfn) ||
	    (params->obj_hashfn && !params->obj_cmpfn))
		return -EINVAL;
	__builtin_memset(ht, 0, sizeof(*ht));
	ht->mutex.word = ht->lock.word = KMEMU_LOCK_SET_UP;
	ht->p = *params;
	ht->key_len = params->key_len;
	ht->max_elems = 1u << 31;
	ht->p.min_size = (uint16_t)max(power_of_2(params->min_size, true), MIN_SIZE);
	if (params->max_size) {
		ht->p.max_size = power_of_2(params->max_size, false);
		ht->max_elems = min(ht->max_elems, ht->p.max_size * 2u);
	}
	if (params->nelem_hint)
		size = power_of_2(params->nelem_hint * 4u / 3, true);
	size = max(size, (unsigned int)ht->p.min_size);
	if (ht->p.max_size)
		size = min(size, ht->p.max_size);
	ht->tbl = kmemu_new_table(size);
	return ht->tbl ? 0 : -ENOMEM;
}

/* --- changes; the lock is held */

/* In front of its equals, in the place of their first. */
static void join(struct rhash_lock_head **bucket, struct rhash_head *before,
		 struct rhash_head *first, struct rhash_head *obj)
{
	((struct rhlist_head *)obj)->next = (struct rhlist_head *)first;
	obj->next = first->next;
	unlink_after(bucket, before, obj);
}

static void *insert(struct rhashtable *ht, const void *key, struct rhash_head *obj)
{
	struct rhash_lock_head **bucket = &ht->tbl->buckets[bucket_of(ht, ht->tbl, obj)];
	struct rhash_head *before = NULL;

	for (struct rhash_head *h = chain(bucket); key && !ends(h); before = h, h = h->next) {
		if (!same_key(ht, key, h))
			continue;
		if (!ht->rhlist)
			return object_of(ht, h);
		join(bucket, before, h, obj);
		return NULL;
	}
	if ((unsigned int)ht->nelems.counter >= ht->max_elems)
		return error_ptr(-E2BIG);
	if (ht->rhlist)
		((struct rhlist_head *)obj)->next = NULL;
	obj->next = chain(bucket);
	publish(bucket, obj);
	__atomic_store_n(&ht->nelems.counter, ht->nelems.counter + 1, __ATOMIC_RELAXED);
	return NULL;
}

KMEMU_EXPORT void *kmemu_rhashtable_insert(struct rhashtable *ht, const void *key,
					   struct rhash_head *obj)
{
	unsigned long flags = rht_lock(ht);
	void *found = insert(ht, key, obj);
	bool grow = wanted_size(ht) > ht->tbl->size;

	rht_unlock(ht, flags);
	if (grow)
		resize(ht);
	return found;
}

/* Out of those of one key, of which first is in the chain. */
static bool leave(struct rhash_head *first, const struct rhash_head *obj)
{
	struct rhlist_head *list = (struct rhlist_head *)first;

	for (; list->next; list = list->next) {
		if (&list->next->rhead != obj)
			continue;
		__atomic_store_n(&list->next, list->next->next, __ATOMIC_RELEASE);
		return true;
	}
	return false;
}

/* 1: an entry of the chain has gone. */
static int take_out(struct rhashtable *ht, struct rhash_head *obj)
{
	struct rhash_lock_head **bucket = &ht->tbl->buckets[bucket_of(ht, ht->tbl, obj)];
	struct rhash_head *before = NULL, *h;

	for (h = chain(bucket); !ends(h); before = h, h = h->next) {
		struct rhlist_head *second;

		if (h != obj) {
			if (ht->rhlist && leave(h, obj))
				return 0;
			continue;
		}
		second = ht->rhlist ? ((struct rhlist_head *)h)->next : NULL;
		if (second)
			publish(&second->rhead.next, h->next);
		unlink_after(bucket, before, second ? &second->rhead : h->next);
		return !second;
	}
	return -ENOENT;
}

KMEMU_EXPORT int kmemu_rhashtable_remove(struct rhashtable *ht, struct rhash_head *obj)
{
	unsigned long flags = rht_lock(ht);
	int gone = take_out(ht, obj);
	bool shrink = false;

	if (gone > 0) {
		__atomic_store_n(&ht->nelems.counter, ht->nelems.counter - 1, __ATOMIC_RELAXED);
		shrink = ht->p.automatic_shrinking && wanted_size(ht) < ht->tbl->size;
	}
	rht_unlock(ht, flags);
	if (shrink)
		resize(ht);
	return min(gone, 0);
}

KMEMU_EXPORT int kmemu_rhashtable_replace(struct rhashtable *ht, struct rhash_head *obj_old,
					  struct rhash_head *obj_new)
{
	unsigned long flags = rht_lock(ht);
	unsigned int i = bucket_of(ht, ht->tbl, obj_old);
	struct rhash_lock_head **bucket = &ht->tbl->buckets[i];
	struct rhash_head *before = NULL, *h;
	int error = i == bucket_of(ht, ht->tbl, obj_new) ? -ENOENT : -EINVAL;

	for (h = chain(bucket); error == -ENOENT && !ends(h); before = h, h = h->next) {
		if (h != obj_old)
			continue;
		obj_new->next = h->next;
		unlink_after(bucket, before, obj_new);
		error = 0;
	}
	rht_unlock(ht, flags);
	return error;
}

KMEMU_EXPORT void kmemu_rhashtable_free_and_destroy(struct rhashtable *ht,
						    void (*free_fn)(void *, void *), void *arg)
{
	might_sleep_in("rhashtable_destroy", CALLER);
	for (unsigned int i = 0; free_fn && i < ht->tbl->size; i++) {
		struct rhash_head *h = chain(&ht->tbl->buckets[i]), *next;

		for (; !ends(h); h = next) {
			struct rhlist_head *list = ht->rhlist ? (void *)h : NULL, *other;

			next = h->next;
			for (; list; list = other) {
				other = list->next;
				free_fn(object_of(ht, &list->rhead), arg);
			}
			if (!ht->rhlist)
				free_fn(object_of(ht, h), arg);
		}
	}
	kmemu_kvfree(ht->tbl);
	ht->tbl = NULL;
}
