/* SPDX-License-Identifier: MIT */
/*
 * <linux/radix-tree.h> of Linux 6.12: the older names of an xarray. As in the kernel the
 * tree is its user's to lock, and readers may be under RCU. Preloading is not needed:
 * what is under a spinlock has a tree whose flags do not let it sleep.
 */
#ifndef _LINUX_RADIX_TREE_H
#define _LINUX_RADIX_TREE_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct radix_tree_root {
	struct xarray xa;
	gfp_t gfp_mask; /* of what an insertion allocates */
};

#define RADIX_TREE_MAX_TAGS XA_MAX_MARKS
#define RADIX_TREE_MAP_SHIFT XA_CHUNK_SHIFT
#define RADIX_TREE_MAP_SIZE (1UL << RADIX_TREE_MAP_SHIFT)

#define RADIX_TREE_INIT(name, mask) { .xa = XARRAY_INIT((name).xa, 0), .gfp_mask = (mask) }
#define RADIX_TREE(name, mask) struct radix_tree_root name = RADIX_TREE_INIT(name, mask)
#define INIT_RADIX_TREE(root, mask)           \
	do {                                  \
		xa_init(&(root)->xa);         \
		(root)->gfp_mask = (mask);    \
	} while (0)

struct radix_tree_iter {
	unsigned long index;
	unsigned long next_index;
	unsigned int tag;
	void *entry; /* the slot of radix_tree_for_each_slot() */
};

static inline bool radix_tree_empty(const struct radix_tree_root *root)
{
	return xa_empty(&root->xa);
}

/* 0, -EEXIST or -ENOMEM. May sleep as the flags of the tree say. */
static __always_inline int radix_tree_insert(struct radix_tree_root *root, unsigned long index,
					     void *item)
{
	int err = xa_insert(&root->xa, index, item, root->gfp_mask);

	return err == -EBUSY ? -EEXIST : err;
}

static __always_inline void *radix_tree_lookup(const struct radix_tree_root *root,
					       unsigned long index)
{
	return xa_load((struct xarray *)&root->xa, index);
}

static __always_inline void *radix_tree_delete(struct radix_tree_root *root, unsigned long index)
{
	return xa_erase(&root->xa, index);
}

static __always_inline void *radix_tree_delete_item(struct radix_tree_root *root,
						    unsigned long index, void *item)
{
	if (item && xa_load(&root->xa, index) != item)
		return NULL;
	return xa_erase(&root->xa, index);
}

static __always_inline unsigned int radix_tree_gang_lookup(const struct radix_tree_root *root,
							   void **results,
							   unsigned long first_index,
							   unsigned int max_items)
{
	return xa_extract((struct xarray *)&root->xa, results, first_index, ULONG_MAX, max_items,
			  XA_PRESENT);
}

static __always_inline void *radix_tree_tag_set(struct radix_tree_root *root, unsigned long index,
						unsigned int tag)
{
	xa_set_mark(&root->xa, index, (__force xa_mark_t)tag);
	return xa_load(&root->xa, index);
}

static __always_inline void *radix_tree_tag_clear(struct radix_tree_root *root, unsigned long index,
						  unsigned int tag)
{
	xa_clear_mark(&root->xa, index, (__force xa_mark_t)tag);
	return xa_load(&root->xa, index);
}

static inline int radix_tree_tag_get(const struct radix_tree_root *root, unsigned long index,
				     unsigned int tag)
{
	return xa_get_mark((struct xarray *)&root->xa, index, (__force xa_mark_t)tag);
}

static __always_inline int radix_tree_tagged(const struct radix_tree_root *root, unsigned int tag)
{
	return xa_marked(&root->xa, (__force xa_mark_t)tag);
}

static __always_inline unsigned int radix_tree_gang_lookup_tag(const struct radix_tree_root *root,
							       void **results,
							       unsigned long first_index,
							       unsigned int max_items,
							       unsigned int tag)
{
	return xa_extract((struct xarray *)&root->xa, results, first_index, ULONG_MAX, max_items,
			  (__force xa_mark_t)tag);
}

/* As in the kernel they leave preemption off, if they succeed. */
static __always_inline int radix_tree_preload(gfp_t gfp_mask)
{
	might_alloc(gfp_mask);
	preempt_disable();
	return 0;
}

static __always_inline int radix_tree_maybe_preload(gfp_t gfp_mask)
{
	return radix_tree_preload(gfp_mask);
}

static inline void radix_tree_preload_end(void)
{
	preempt_enable();
}

/* slot is where the entry lies while the loop is at it; radix_tree_iter_delete() may be used. */
static __always_inline void **__kmemu_radix_next(const struct radix_tree_root *root,
						 struct radix_tree_iter *iter, xa_mark_t filter)
{
	unsigned long index = iter->next_index;

	if (iter->tag)
		return NULL; /* the last index was seen */
	iter->entry = xa_find((struct xarray *)&root->xa, &index, ULONG_MAX, filter);
	iter->index = index;
	iter->next_index = index + 1;
	iter->tag = index == ULONG_MAX;
	return iter->entry ? &iter->entry : NULL;
}

static inline void __kmemu_radix_start(struct radix_tree_iter *iter, unsigned long start)
{
	iter->next_index = start;
	iter->tag = 0;
}

static __always_inline void radix_tree_iter_delete(struct radix_tree_root *root,
						   struct radix_tree_iter *iter, void **slot)
{
	(void)slot;
	xa_erase(&root->xa, iter->index);
}

/* The loop comes to the same index again. */
static inline void **radix_tree_iter_retry(struct radix_tree_iter *iter)
{
	iter->next_index = iter->index;
	iter->tag = 0;
	return NULL;
}

static __always_inline void *radix_tree_deref_slot(void **slot)
{
	return *slot;
}

static __always_inline void *radix_tree_deref_slot_protected(void **slot, spinlock_t *lock)
{
	(void)lock;
	return *slot;
}

static __always_inline int radix_tree_deref_retry(void *arg)
{
	(void)arg;
	return 0;
}

static __always_inline int radix_tree_exception(void *arg)
{
	return xa_is_value(arg);
}

static __always_inline void **radix_tree_iter_resume(void **slot, struct radix_tree_iter *iter)
{
	(void)iter;
	return slot;
}

#define radix_tree_for_each_slot(slot, root, iter, start)                         \
	for (__kmemu_radix_start(iter, start);                                    \
	     (slot = __kmemu_radix_next(root, iter, XA_PRESENT));)
#define radix_tree_for_each_tagged(slot, root, iter, start, tag)                  \
	for (__kmemu_radix_start(iter, start);                                    \
	     (slot = __kmemu_radix_next(root, iter, (__force xa_mark_t)(tag)));)

#endif /* __cplusplus */

#endif /* _LINUX_RADIX_TREE_H */
