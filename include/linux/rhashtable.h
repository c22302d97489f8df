/* SPDX-License-Identifier: MIT */
/*
 * <linux/rhashtable.h> of Linux 6.12. Searches are inline and without a lock, under
 * rcu_read_lock(); what changes a table is in the library, under the table's own
 * lock, and may be called with interrupts off.
 */
#ifndef _LINUX_RHASHTABLE_H
#define _LINUX_RHASHTABLE_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/rculist_nulls.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#define RHT_ELASTICITY 16u

static __always_inline int lockdep_rht_mutex_is_held(struct rhashtable *ht)
{
	return lockdep_is_held(&ht->mutex);
}

/* No bucket has a lock of its own. */
#define rht_dereference(p, ht) rcu_dereference_protected(p, lockdep_rht_mutex_is_held(ht))
#define rht_dereference_rcu(p, ht) rcu_dereference_check(p, lockdep_rht_mutex_is_held(ht))
#define rht_dereference_bucket(p, tbl, hash) (p)
#define rht_dereference_bucket_rcu(p, tbl, hash) rcu_dereference(p)
#define rht_entry(tpos, pos, member) \
	({ (tpos) = container_of(pos, __typeof__(*(tpos)), member); 1; })

static inline bool rht_is_a_nulls(const struct rhash_head *ptr)
{
	return (unsigned long)ptr & 1;
}

static inline void *rht_obj(const struct rhashtable *ht, const struct rhash_head *he)
{
	return (char *)he - ht->p.head_offset;
}

static inline unsigned int rht_bucket_index(const struct bucket_table *tbl, unsigned int hash)
{
	return hash & (tbl->size - 1);
}

static inline struct rhash_lock_head *const *rht_bucket(const struct bucket_table *tbl,
							unsigned int hash)
{
	return &tbl->buckets[hash];
}

/* The first of a bucket; the end of its chain where it is empty. */
static inline struct rhash_head *rht_ptr_rcu(struct rhash_lock_head *const *bkt)
{
	struct rhash_head *head = rcu_dereference(*(struct rhash_head *const *)bkt);

	return head ? head : RHT_NULLS_MARKER(bkt);
}

static inline struct rhash_head *rht_ptr_exclusive(struct rhash_lock_head *const *bkt)
{
	struct rhash_head *head = rcu_dereference_raw(*(struct rhash_head *const *)bkt);

	return head ? head : RHT_NULLS_MARKER(bkt);
}

static __always_inline struct rhash_head *rht_ptr(struct rhash_lock_head * const *bkt,
						  struct bucket_table *tbl, unsigned int hash)
{
	(void)tbl;
	(void)hash;
	return rht_ptr_exclusive(bkt);
}

/* --- hashes */

static inline u32 __kmemu_rht_jhash2(const void *key, u32 length, u32 seed)
{
	return jhash2((const u32 *)key, length / 4, seed);
}

/* The function that the table uses, known to the compiler. */
static __always_inline unsigned int rht_key_get_hash(struct rhashtable *ht, const void *key,
						     const struct rhashtable_params params,
						     unsigned int hash_rnd)
{
	if (params.hashfn)
		return params.hashfn(key, ht->key_len, hash_rnd);
	return params.key_len % 4 ? jhash(key, ht->key_len, hash_rnd) :
				    __kmemu_rht_jhash2(key, ht->key_len, hash_rnd);
}

static __always_inline unsigned int rht_key_hashfn(struct rhashtable *ht,
						   const struct bucket_table *tbl, const void *key,
						   const struct rhashtable_params params)
{
	return rht_bucket_index(tbl, rht_key_get_hash(ht, key, params, tbl->hash_rnd));
}

static __always_inline unsigned int rht_head_hashfn(struct rhashtable *ht,
						    const struct bucket_table *tbl,
						    const struct rhash_head *he,
						    const struct rhashtable_params params)
{
	const char *obj = (const char *)rht_obj(ht, he);

	if (params.obj_hashfn)
		return rht_bucket_index(tbl, params.obj_hashfn(obj, ht->p.key_len, tbl->hash_rnd));
	return rht_key_hashfn(ht, tbl, obj + params.key_offset, params);
}

/* --- loops */

#define rht_for_each_from(pos, head, tbl, hash) \
	for (pos = head; !rht_is_a_nulls(pos); pos = pos->next)
#define rht_for_each(pos, tbl, hash) \
	rht_for_each_from (pos, rht_ptr_exclusive(rht_bucket(tbl, hash)), tbl, hash)
#define rht_for_each_rcu_from(pos, head, tbl, hash) \
	for (pos = head; !rht_is_a_nulls(pos); pos = rcu_dereference_raw(pos->next))
#define rht_for_each_rcu(pos, tbl, hash) \
	rht_for_each_rcu_from (pos, rht_ptr_rcu(rht_bucket(tbl, hash)), tbl, hash)
#define rht_for_each_entry_rcu(tpos, pos, tbl, hash, member)                            \
	rht_for_each_entry_rcu_from (tpos, pos, rht_ptr_rcu(rht_bucket(tbl, hash)), tbl, hash,  \
				     member)
#define rht_for_each_entry_rcu_from(tpos, pos, head, tbl, hash, member)                 \
	for (pos = head;                                                                \
	     !rht_is_a_nulls(pos) && rht_entry(tpos, pos, member);                      \
	     pos = rht_dereference_bucket_rcu(pos->next, tbl, hash))
#define rht_for_each_entry(tpos, pos, tbl, hash, member)                                \
	for (pos = rht_ptr_exclusive(rht_bucket(tbl, hash));                            \
	     !rht_is_a_nulls(pos) && rht_entry(tpos, pos, member); pos = (pos)->next)
#define rhl_for_each_rcu(pos, list) for (pos = list; pos; pos = rcu_dereference_raw(pos->next))
#define rhl_for_each_entry_rcu(tpos, pos, list, member) \
	for (pos = list; pos && rht_entry(tpos, pos, member); pos = rcu_dereference_raw(pos->next))

/* --- searches */

static inline int rhashtable_compare(struct rhashtable_compare_arg *arg, const void *obj)
{
	return memcmp((const char *)obj + arg->ht->p.key_offset, arg->key, arg->ht->p.key_len);
}

/*
 * Behind the end of a chain that is not the bucket's own: an entry was moved below us.
 * Behind the right end: entries may be in the table that replaces this one.
 */
static __always_inline struct rhash_head *
__rhashtable_lookup(struct rhashtable *ht, const void *key, const struct rhashtable_params params)
{
	struct rhashtable_compare_arg arg = { .ht = ht, .key = key };
	const struct bucket_table *tbl = rht_dereference_rcu(ht->tbl, ht);

	do { /* a table that nobody set up is an oops, as in the kernel */
		unsigned int hash = rht_key_hashfn(ht, tbl, key, params);
		struct rhash_lock_head *const *bkt = rht_bucket(tbl, hash);
		struct rhash_head *he;

		do {
			rht_for_each_rcu_from(he, rht_ptr_rcu(bkt), tbl, hash)
			{
				if (!(params.obj_cmpfn ? params.obj_cmpfn(&arg, rht_obj(ht, he)) :
							 rhashtable_compare(&arg, rht_obj(ht, he))))
					return he;
			}
		} while (he != RHT_NULLS_MARKER(bkt));
		tbl = rht_dereference_rcu(tbl->future_tbl, ht);
	} while (tbl);
	return NULL;
}

static __always_inline void *rhashtable_lookup(struct rhashtable *ht, const void *key,
					       const struct rhashtable_params params)
{
	struct rhash_head *he = __rhashtable_lookup(ht, key, params);

	return he ? rht_obj(ht, he) : NULL;
}

static __always_inline void *rhashtable_lookup_fast(struct rhashtable *ht, const void *key,
						    const struct rhashtable_params params)
{
	void *obj;

	rcu_read_lock();
	obj = rhashtable_lookup(ht, key, params);
	rcu_read_unlock();
	return obj;
}

static __always_inline struct rhlist_head *rhltable_lookup(struct rhltable *hlt, const void *key,
							   const struct rhashtable_params params)
{
	struct rhash_head *he = __rhashtable_lookup(&hlt->ht, key, params);

	return he ? container_of(he, struct rhlist_head, rhead) : NULL;
}

/* --- changes */

static __always_inline int rhashtable_init(struct rhashtable *ht,
					   const struct rhashtable_params *params)
{
	struct rhashtable_params p = *params;

	if (!p.hashfn)
		p.hashfn = p.key_len % 4 ? jhash : __kmemu_rht_jhash2;
	return kmemu_rhashtable_init(ht, &p);
}

static __always_inline int rhltable_init(struct rhltable *hlt,
					 const struct rhashtable_params *params)
{
	int err = rhashtable_init(&hlt->ht, params);

	hlt->ht.rhlist = true;
	return err;
}
#define rhashtable_init_noprof rhashtable_init
#define rhltable_init_noprof rhltable_init

/* NULL, what is there already, or an error. */
__kmemu_c void *rhashtable_insert_slow(struct rhashtable *ht, const void *key,
				       struct rhash_head *obj) __kmemu_is(kmemu_rhashtable_insert);

static inline int __kmemu_rht_result(void *ret)
{
	return IS_ERR(ret) ? (int)PTR_ERR(ret) : ret ? -EEXIST : 0;
}

static __always_inline int rhashtable_insert_fast(struct rhashtable *ht, struct rhash_head *obj,
						  const struct rhashtable_params params)
{
	(void)params;
	return __kmemu_rht_result(kmemu_rhashtable_insert(ht, NULL, obj));
}

static __always_inline int rhltable_insert_key(struct rhltable *hlt, const void *key,
					       struct rhlist_head *list,
					       const struct rhashtable_params params)
{
	(void)params;
	return __kmemu_rht_result(kmemu_rhashtable_insert(&hlt->ht, key, &list->rhead));
}

static inline int rhltable_insert(struct rhltable *hlt, struct rhlist_head *list,
				  const struct rhashtable_params params)
{
	const char *obj = (const char *)rht_obj(&hlt->ht, &list->rhead);

	return rhltable_insert_key(hlt, obj + params.key_offset, list, params);
}

static __always_inline void *
rhashtable_lookup_get_insert_fast(struct rhashtable *ht, struct rhash_head *obj,
				  const struct rhashtable_params params)
{
	return kmemu_rhashtable_insert(ht, (char *)rht_obj(ht, obj) + params.key_offset, obj);
}

static __always_inline int rhashtable_lookup_insert_fast(struct rhashtable *ht,
							 struct rhash_head *obj,
							 const struct rhashtable_params params)
{
	return __kmemu_rht_result(rhashtable_lookup_get_insert_fast(ht, obj, params));
}

static __always_inline void *rhashtable_lookup_get_insert_key(struct rhashtable *ht,
							      const void *key,
							      struct rhash_head *obj,
							      const struct rhashtable_params params)
{
	(void)params;
	return kmemu_rhashtable_insert(ht, key, obj);
}

static __always_inline int rhashtable_lookup_insert_key(struct rhashtable *ht, const void *key,
							struct rhash_head *obj,
							const struct rhashtable_params params)
{
	return __kmemu_rht_result(rhashtable_lookup_get_insert_key(ht, key, obj, params));
}

static __always_inline int rhashtable_remove_fast(struct rhashtable *ht, struct rhash_head *obj,
						  const struct rhashtable_params params)
{
	(void)params;
	return kmemu_rhashtable_remove(ht, obj);
}

static __always_inline int rhltable_remove(struct rhltable *hlt, struct rhlist_head *list,
					   const struct rhashtable_params params)
{
	(void)params;
	return kmemu_rhashtable_remove(&hlt->ht, &list->rhead);
}

static __always_inline int rhashtable_replace_fast(struct rhashtable *ht,
						   struct rhash_head *obj_old,
						   struct rhash_head *obj_new,
						   const struct rhashtable_params params)
{
	(void)params;
	return kmemu_rhashtable_replace(ht, obj_old, obj_new);
}

__kmemu_c void rhashtable_free_and_destroy(struct rhashtable *ht,
					   void (*free_fn)(void *ptr, void *arg), void *arg)
	__kmemu_is(kmemu_rhashtable_free_and_destroy);

static __always_inline void rhashtable_destroy(struct rhashtable *ht)
{
	rhashtable_free_and_destroy(ht, NULL, NULL);
}

static __always_inline void rhltable_free_and_destroy(struct rhltable *hlt,
						      void (*free_fn)(void *ptr, void *arg),
						      void *arg)
{
	rhashtable_free_and_destroy(&hlt->ht, free_fn, arg);
}

static inline void rhltable_destroy(struct rhltable *hlt)
{
	rhltable_free_and_destroy(hlt, NULL, NULL);
}

/* --- walks */

__kmemu_c void rhashtable_walk_enter(struct rhashtable *ht, struct rhashtable_iter *iter)
	__kmemu_is(kmemu_rhashtable_walk_enter);
__kmemu_c void rhashtable_walk_exit(struct rhashtable_iter *iter)
	__kmemu_is(kmemu_rhashtable_walk_exit);
__kmemu_c int rhashtable_walk_start_check(struct rhashtable_iter *iter)
	__kmemu_is(kmemu_rhashtable_walk_start_check);
__kmemu_c void *rhashtable_walk_next(struct rhashtable_iter *iter)
	__kmemu_is(kmemu_rhashtable_walk_next);
__kmemu_c void *rhashtable_walk_peek(struct rhashtable_iter *iter)
	__kmemu_is(kmemu_rhashtable_walk_peek);
__kmemu_c void rhashtable_walk_stop(struct rhashtable_iter *iter)
	__kmemu_is(kmemu_rhashtable_walk_stop);

static __always_inline void rhashtable_walk_start(struct rhashtable_iter *iter)
{
	(void)rhashtable_walk_start_check(iter);
}

static __always_inline void rhltable_walk_enter(struct rhltable *hlt, struct rhashtable_iter *iter)
{
	rhashtable_walk_enter(&hlt->ht, iter);
}

/* --- what makes a table too small or too large */

static inline bool rht_grow_above_75(const struct rhashtable *ht, const struct bucket_table *tbl)
{
	return (unsigned int)atomic_read(&ht->nelems) > tbl->size / 4 * 3 &&
	       (!ht->p.max_size || tbl->size < ht->p.max_size);
}

static inline bool rht_shrink_below_30(const struct rhashtable *ht,
				       const struct bucket_table *tbl)
{
	return (unsigned int)atomic_read(&ht->nelems) < tbl->size * 3 / 10 &&
	       tbl->size > ht->p.min_size;
}

static inline bool rht_grow_above_100(const struct rhashtable *ht,
				      const struct bucket_table *tbl)
{
	return (unsigned int)atomic_read(&ht->nelems) > tbl->size &&
	       (!ht->p.max_size || tbl->size < ht->p.max_size);
}

static inline bool rht_grow_above_max(const struct rhashtable *ht, const struct bucket_table *tbl)
{
	(void)tbl;
	return (unsigned int)atomic_read(&ht->nelems) >= ht->max_elems;
}

#define INIT_RHT_NULLS_HEAD(ptr) ((ptr) = NULL)

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/bit_spinlock.h>
#endif

#endif /* _LINUX_RHASHTABLE_H */
