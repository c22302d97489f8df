/* SPDX-License-Identifier: MIT */
/*
 * xarray.h - the XArray (include/linux/xarray.h of 6.12): a growing array of
 * pointers, read without a lock. Layout and entries are the kernel's, so that its
 * own lib/xarray.c works on them as well; <linux/xarray.h> is the interface.
 *
 * An entry is, by its lowest bits: 00 a pointer, x1 a value of 63 bits or a tagged
 * pointer, 10 internal: 0 to 62 the slot whose sibling this is, 256 a retry, 257 a
 * zero (reserved), -1 to -4095 an error, above 4096 a node.
 *
 * A state (xa_state) remembers where a walk stands. Its xa_node is a node, NULL
 * (the head is the only entry), or by its lowest bits: 1 out of bounds, 3 to be
 * started anew, 10 an error.
 */
#ifndef KMEMU_XARRAY_H
#define KMEMU_XARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "context.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* <linux/xarray.h> says spinlock_t, which is the same and nothing else. */
#ifndef KMEMU_XA_LOCK
#define KMEMU_XA_LOCK struct kmemu_spinlock
#endif

#define XA_CHUNK_SHIFT 6
#define XA_CHUNK_SIZE (1UL << XA_CHUNK_SHIFT)
#define XA_CHUNK_MASK (XA_CHUNK_SIZE - 1)
#define XA_MAX_MARKS 3
#define XA_MARK_LONGS 1

typedef unsigned int xa_mark_t;

#define XA_MARK_0 ((xa_mark_t)0U)
#define XA_MARK_1 ((xa_mark_t)1U)
#define XA_MARK_2 ((xa_mark_t)2U)
#define XA_PRESENT ((xa_mark_t)8U)
#define XA_MARK_MAX XA_MARK_2
#define XA_FREE_MARK XA_MARK_0

#define XA_FLAGS_LOCK_IRQ 1u
#define XA_FLAGS_LOCK_BH 2u
#define XA_FLAGS_TRACK_FREE 4u /* mark 0: there is a free slot below */
#define XA_FLAGS_ZERO_BUSY 8u /* index 0 is never given out */
#define XA_FLAGS_ALLOC_WRAPPED 16u
#define XA_FLAGS_ACCOUNT 32u
/* A mark of any entry; bit 27 is the first that is no GFP flag. */
#define XA_FLAGS_MARK(mark) ((1u << 27) << (mark))

struct xarray {
	KMEMU_XA_LOCK xa_lock;
	unsigned int xa_flags;
	void *xa_head;
};

struct xa_node {
	unsigned char shift; /* of an index, by which a slot is found */
	unsigned char offset; /* in the parent */
	unsigned char count; /* slots that are not NULL */
	unsigned char nr_values; /* of them values and their siblings */
	struct xa_node *parent; /* NULL: it is the head */
	struct xarray *array;
	union {
		struct list_head private_list; /* the user's */
		struct callback_head rcu_head; /* when it is freed */
	};
	void *slots[XA_CHUNK_SIZE];
	union {
		unsigned long tags[XA_MAX_MARKS][XA_MARK_LONGS];
		unsigned long marks[XA_MAX_MARKS][XA_MARK_LONGS];
	};
};

typedef void (*xa_update_node_t)(struct xa_node *node);

struct list_lru;

struct xa_state {
	struct xarray *xa;
	unsigned long xa_index;
	unsigned char xa_shift; /* of the entry that is meant, and how many siblings */
	unsigned char xa_sibs;
	unsigned char xa_offset; /* in xa_node */
	unsigned char xa_pad;
	struct xa_node *xa_node;
	struct xa_node *xa_alloc; /* nodes at hand, linked by parent */
	xa_update_node_t xa_update;
	struct list_lru *xa_lru;
};

struct xa_limit {
	uint32_t max;
	uint32_t min;
};

/* --- entries */

static inline void *xa_mk_value(unsigned long v)
{
	return (void *)((v << 1) | 1);
}

static inline unsigned long xa_to_value(const void *entry)
{
	return (unsigned long)entry >> 1;
}

static inline bool xa_is_value(const void *entry)
{
	return (unsigned long)entry & 1;
}

static inline void *xa_mk_internal(unsigned long v)
{
	return (void *)((v << 2) | 2);
}

static inline unsigned long xa_to_internal(const void *entry)
{
	return (unsigned long)entry >> 2;
}

static inline bool xa_is_internal(const void *entry)
{
	return ((unsigned long)entry & 3) == 2;
}

#define XA_RETRY_ENTRY xa_mk_internal(256)
#define XA_ZERO_ENTRY xa_mk_internal(257)

static inline bool xa_is_retry(const void *entry)
{
	return entry == XA_RETRY_ENTRY;
}

static inline bool xa_is_zero(const void *entry)
{
	return entry == XA_ZERO_ENTRY;
}

static inline bool xa_is_err(const void *entry)
{
	return xa_is_internal(entry) && (unsigned long)entry >= (unsigned long)-4095 * 4 + 2;
}

static inline int xa_err(void *entry)
{
	return xa_is_err(entry) ? (int)((long)entry >> 2) : 0;
}

/* What only xas_store() may store. */
static inline bool xa_is_advanced(const void *entry)
{
	return xa_is_internal(entry) && entry <= XA_RETRY_ENTRY;
}

static inline void *xa_mk_node(const struct xa_node *node)
{
	return (void *)((unsigned long)node | 2);
}

static inline struct xa_node *xa_to_node(const void *entry)
{
	return (struct xa_node *)((unsigned long)entry - 2);
}

static inline bool xa_is_node(const void *entry)
{
	return xa_is_internal(entry) && (unsigned long)entry > 4096;
}

static inline void *xa_mk_sibling(unsigned int offset)
{
	return xa_mk_internal(offset);
}

static inline unsigned long xa_to_sibling(const void *entry)
{
	return xa_to_internal(entry);
}

static inline bool xa_is_sibling(const void *entry)
{
	return xa_is_internal(entry) && entry < xa_mk_sibling(XA_CHUNK_SIZE - 1);
}

/* --- states */

#define XA_ERROR(errno) ((struct xa_node *)(((unsigned long)(errno) << 2) | 2UL))
#define XAS_BOUNDS ((struct xa_node *)1UL)
#define XAS_RESTART ((struct xa_node *)3UL)

static inline bool xa_marked(const struct xarray *xa, xa_mark_t mark)
{
	return xa->xa_flags & XA_FLAGS_MARK(mark);
}

static inline void *xa_head(const struct xarray *xa)
{
	return __atomic_load_n(&xa->xa_head, __ATOMIC_ACQUIRE);
}

static inline void *xa_entry(const struct xarray *xa, const struct xa_node *node,
			     unsigned int offset)
{
	(void)xa;
	return __atomic_load_n(&node->slots[offset], __ATOMIC_ACQUIRE);
}

static inline struct xa_node *xa_parent(const struct xarray *xa, const struct xa_node *node)
{
	(void)xa;
	return __atomic_load_n(&node->parent, __ATOMIC_ACQUIRE);
}

/* The lock is held. */
static inline void *xa_head_locked(const struct xarray *xa)
{
	return xa->xa_head;
}

static inline void *xa_entry_locked(const struct xarray *xa, const struct xa_node *node,
				    unsigned int offset)
{
	(void)xa;
	return node->slots[offset];
}

static inline struct xa_node *xa_parent_locked(const struct xarray *xa, const struct xa_node *node)
{
	(void)xa;
	return node->parent;
}

static inline int xas_error(const struct xa_state *xas)
{
	return xa_err(xas->xa_node);
}

static inline void xas_set_err(struct xa_state *xas, long err)
{
	xas->xa_node = XA_ERROR(err);
}

static inline bool xas_invalid(const struct xa_state *xas)
{
	return (unsigned long)xas->xa_node & 3;
}

static inline bool xas_valid(const struct xa_state *xas)
{
	return !xas_invalid(xas);
}

static inline bool xas_is_node(const struct xa_state *xas)
{
	return xas_valid(xas) && xas->xa_node;
}

/* Of an xa_node: no node; to be started anew or an error; the head, bounds or anew. */
static inline bool xas_not_node(struct xa_node *node)
{
	return ((unsigned long)node & 3) || !node;
}

static inline bool xas_frozen(struct xa_node *node)
{
	return (unsigned long)node & 2;
}

static inline bool xas_top(struct xa_node *node)
{
	return node <= XAS_RESTART;
}

static inline void xas_reset(struct xa_state *xas)
{
	xas->xa_node = XAS_RESTART;
}

static inline bool xas_retry(struct xa_state *xas, const void *entry)
{
	if (xa_is_retry(entry))
		xas_reset(xas);
	return xa_is_retry(entry) || xa_is_zero(entry);
}

static inline void xas_set(struct xa_state *xas, unsigned long index)
{
	xas->xa_index = index;
	xas->xa_node = XAS_RESTART;
}

static inline void xas_set_order(struct xa_state *xas, unsigned long index, unsigned int order)
{
	xas_set(xas, order < 64 ? index >> order << order : 0);
	xas->xa_shift = (unsigned char)(order - order % XA_CHUNK_SHIFT);
	xas->xa_sibs = (unsigned char)((1u << order % XA_CHUNK_SHIFT) - 1);
}

/* What the state's place holds now; it must be valid. */
static inline void *xas_reload(struct xa_state *xas)
{
	struct xa_node *node = xas->xa_node;
	void *entry;

	if (!node)
		return xa_head(xas->xa);
	entry = xa_entry(xas->xa, node, xas->xa_index >> node->shift & XA_CHUNK_MASK);
	return xa_is_sibling(entry) ? xa_entry(xas->xa, node, xa_to_sibling(entry)) : entry;
}

#define __XA_STATE(array, index, shift, sibs) \
	{ array, index, shift, sibs, 0, 0, XAS_RESTART, NULL, NULL, NULL }
#define XA_STATE(name, array, index) struct xa_state name = __XA_STATE(array, index, 0, 0)
#define XA_STATE_ORDER(name, array, index, order)                                         \
	struct xa_state name = __XA_STATE(array, (index) >> (order) << (order),           \
					  (order) - ((order) % XA_CHUNK_SHIFT),           \
					  (1U << ((order) % XA_CHUNK_SHIFT)) - 1)

/* --- functions: without the prefix, they are those of the kernel */

void *kmemu_xas_load(struct xa_state *xas);
void *kmemu_xas_store(struct xa_state *xas, void *entry);
void *kmemu_xas_find(struct xa_state *xas, unsigned long max);
void *kmemu_xas_find_conflict(struct xa_state *xas);
bool kmemu_xas_get_mark(const struct xa_state *xas, xa_mark_t mark);
void kmemu_xas_set_mark(const struct xa_state *xas, xa_mark_t mark);
void kmemu_xas_clear_mark(const struct xa_state *xas, xa_mark_t mark);
void *kmemu_xas_find_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark);
void kmemu_xas_init_marks(const struct xa_state *xas);
bool kmemu_xas_nomem(struct xa_state *xas, unsigned int gfp);
void kmemu_xas_destroy(struct xa_state *xas);
void kmemu_xas_pause(struct xa_state *xas);
void kmemu_xas_create_range(struct xa_state *xas);
int kmemu_xa_get_order(struct xarray *xa, unsigned long index);
int kmemu_xas_get_order(struct xa_state *xas);
void kmemu_xas_split(struct xa_state *xas, void *entry, unsigned int order);
void kmemu_xas_split_alloc(struct xa_state *xas, void *entry, unsigned int order, unsigned int gfp);
void *kmemu___xas_next(struct xa_state *xas);
void *kmemu___xas_prev(struct xa_state *xas);
void kmemu_xa_delete_node(struct xa_node *node, xa_update_node_t update);

void *kmemu_xa_load(struct xarray *xa, unsigned long index);
void *kmemu_xa_store(struct xarray *xa, unsigned long index, void *entry, unsigned int gfp);
void *kmemu_xa_erase(struct xarray *xa, unsigned long index);
void *kmemu_xa_store_range(struct xarray *xa, unsigned long first, unsigned long last, void *entry,
			   unsigned int gfp);
bool kmemu_xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void kmemu_xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void kmemu_xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void *kmemu_xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter);
void *kmemu_xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max,
			  xa_mark_t filter);
unsigned int kmemu_xa_extract(struct xarray *xa, void **dst, unsigned long start, unsigned long max,
			      unsigned int n, xa_mark_t filter);
void kmemu_xa_destroy(struct xarray *xa);
/* The lock is held; it is dropped where gfp may sleep. */
void *kmemu___xa_erase(struct xarray *xa, unsigned long index);
void *kmemu___xa_store(struct xarray *xa, unsigned long index, void *entry, unsigned int gfp);
void *kmemu___xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry,
			 unsigned int gfp);
int kmemu___xa_insert(struct xarray *xa, unsigned long index, void *entry, unsigned int gfp);
int kmemu___xa_alloc(struct xarray *xa, uint32_t *id, void *entry, struct xa_limit limit,
		     unsigned int gfp);
int kmemu___xa_alloc_cyclic(struct xarray *xa, uint32_t *id, void *entry, struct xa_limit limit,
			    uint32_t *next, unsigned int gfp);
void kmemu___xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void kmemu___xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);

/* lib/radix-tree.c: the cache of the nodes, and how one goes back to it. */
struct kmem_cache;
struct kmem_cache *kmemu_radix_tree_node_cache(void);
void kmemu_radix_tree_node_rcu_free(struct callback_head *head);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_XARRAY_H */
