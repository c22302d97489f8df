/* SPDX-License-Identifier: MIT */
/*
 * rhashtable.h - hash tables that grow and shrink by themselves (rhashtable.h and
 * lib/rhashtable.c of 6.12), read without a lock. <linux/rhashtable.h> is the
 * interface. Errors are negative errno, as numbers or as pointers.
 */
#ifndef KMEMU_RHASHTABLE_H
#define KMEMU_RHASHTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "context.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* <linux/rhashtable-types.h> says spinlock_t and atomic_t, which are the same. */
#ifndef KMEMU_RHT_LOCK
#define KMEMU_RHT_LOCK struct kmemu_spinlock
#define KMEMU_RHT_COUNT struct { int counter; }
#endif

/* next: the bucket's own marker at the end of a chain, see RHT_NULLS_MARKER. */
struct rhash_head {
	struct rhash_head *next;
};

/* Objects of one key: the first is in the chain, next leads to the others. */
struct rhlist_head {
	struct rhash_head rhead;
	struct rhlist_head *next;
};

struct rhashtable;

struct rhashtable_compare_arg {
	struct rhashtable *ht;
	const void *key;
};

typedef uint32_t (*rht_hashfn_t)(const void *data, uint32_t len, uint32_t seed);
typedef uint32_t (*rht_obj_hashfn_t)(const void *data, uint32_t len, uint32_t seed);
typedef int (*rht_obj_cmpfn_t)(struct rhashtable_compare_arg *arg, const void *obj);

struct rhashtable_params {
	uint16_t nelem_hint; /* 3/4 of the size wanted at first */
	uint16_t key_len;
	uint16_t key_offset;
	uint16_t head_offset;
	unsigned int max_size;
	uint16_t min_size;
	bool automatic_shrinking;
	rht_hashfn_t hashfn;
	rht_obj_hashfn_t obj_hashfn;
	rht_obj_cmpfn_t obj_cmpfn; /* 0: equal */
};

struct rhash_lock_head;

struct bucket_table {
	unsigned int size;
	unsigned int nest; /* 0: buckets are one array always */
	uint32_t hash_rnd;
	struct list_head walkers; /* that have stopped here; ht->lock */
	struct callback_head rcu;
	struct bucket_table *future_tbl; /* where its entries go */
	struct rhash_lock_head *buckets[];
};

struct rhashtable {
	struct bucket_table *tbl;
	unsigned int key_len; /* for p.hashfn */
	unsigned int max_elems;
	struct rhashtable_params p;
	bool rhlist;
	KMEMU_RHT_LOCK lock; /* of all who change anything */
	KMEMU_RHT_COUNT nelems;
};

struct rhltable {
	struct rhashtable ht;
};

struct rhashtable_walker {
	struct list_head list;
	struct bucket_table *tbl; /* NULL: it is no more, or there was none yet */
};

struct rhashtable_iter {
	struct rhashtable *ht;
	struct rhash_head *p; /* what was answered last; may be freed while stopped */
	struct rhlist_head *list;
	struct rhashtable_walker walker;
	unsigned int slot;
	unsigned int skip; /* how many of the slot have been answered */
	bool end_of_table;
};

/* The end of a chain: an address that is odd, and tells the bucket. */
#define RHT_NULLS_MARKER(ptr) ((struct rhash_head *)((unsigned long)(ptr) | 1))

/* hashfn must be set. -EINVAL, -ENOMEM. */
int kmemu_rhashtable_init(struct rhashtable *ht, const struct rhashtable_params *params);
/*
 * key NULL: equal ones are not looked for. NULL: it is in; the object of this key that
 * is there already (never with rhlist); -E2BIG: max_elems are in.
 */
void *kmemu_rhashtable_insert(struct rhashtable *ht, const void *key, struct rhash_head *obj);
/* -ENOENT. replace: -EINVAL when the hashes differ. */
int kmemu_rhashtable_remove(struct rhashtable *ht, struct rhash_head *obj);
int kmemu_rhashtable_replace(struct rhashtable *ht, struct rhash_head *obj_old,
			     struct rhash_head *obj_new);
/* Nobody uses the table any more. free_fn may be NULL. */
void kmemu_rhashtable_free_and_destroy(struct rhashtable *ht,
				       void (*free_fn)(void *ptr, void *arg), void *arg);

/*
 * Walks. Between start and stop the caller is in rcu_read_lock(). start: -EAGAIN when
 * the table was resized, and it all begins anew. next, peek: an object, NULL at the
 * end, or -EAGAIN. Who walks while others insert may see objects twice.
 */
void kmemu_rhashtable_walk_enter(struct rhashtable *ht, struct rhashtable_iter *iter);
void kmemu_rhashtable_walk_exit(struct rhashtable_iter *iter);
int kmemu_rhashtable_walk_start_check(struct rhashtable_iter *iter);
void *kmemu_rhashtable_walk_next(struct rhashtable_iter *iter);
void *kmemu_rhashtable_walk_peek(struct rhashtable_iter *iter);
void kmemu_rhashtable_walk_stop(struct rhashtable_iter *iter);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_RHASHTABLE_H */
