/* SPDX-License-Identifier: MIT */
/* <linux/rbtree.h> of Linux 6.12 over <kmemu/rbtree.h>. */
#ifndef _LINUX_RBTREE_H
#define _LINUX_RBTREE_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/container_of.h>
#include <linux/rbtree_types.h>
#include <linux/rcupdate.h>

#define rb_parent(r) ((struct rb_node *)((r)->__rb_parent_color & ~3ul))
#define rb_entry(ptr, type, member) container_of(ptr, type, member)
#define rb_entry_safe(ptr, type, member)                                \
	({                                                              \
		__typeof__(ptr) ____ptr = (ptr);                        \
		____ptr ? rb_entry(____ptr, type, member) : NULL;       \
	})

#define RB_EMPTY_ROOT(root) (READ_ONCE((root)->rb_node) == NULL)
/* In no tree is a node that is its own parent. */
#define RB_EMPTY_NODE(node) ((node)->__rb_parent_color == (unsigned long)(node))
#define RB_CLEAR_NODE(node) ((node)->__rb_parent_color = (unsigned long)(node))

__kmemu_c void rb_insert_color(struct rb_node *node, struct rb_root *root)
	__kmemu_is(kmemu_rb_insert_color);
__kmemu_c void rb_erase(struct rb_node *node, struct rb_root *root) __kmemu_is(kmemu_rb_erase);
__kmemu_c struct rb_node *rb_first(const struct rb_root *root) __kmemu_is(kmemu_rb_first);
__kmemu_c struct rb_node *rb_last(const struct rb_root *root) __kmemu_is(kmemu_rb_last);
__kmemu_c struct rb_node *rb_next(const struct rb_node *node) __kmemu_is(kmemu_rb_next);
__kmemu_c struct rb_node *rb_prev(const struct rb_node *node) __kmemu_is(kmemu_rb_prev);
__kmemu_c struct rb_node *rb_first_postorder(const struct rb_root *root)
	__kmemu_is(kmemu_rb_first_postorder);
__kmemu_c struct rb_node *rb_next_postorder(const struct rb_node *node)
	__kmemu_is(kmemu_rb_next_postorder);
__kmemu_c void rb_replace_node(struct rb_node *victim, struct rb_node *new_, struct rb_root *root)
	__kmemu_is(kmemu_rb_replace_node);
__kmemu_c void rb_replace_node_rcu(struct rb_node *victim, struct rb_node *new_,
				   struct rb_root *root) __kmemu_is(kmemu_rb_replace_node_rcu);

static inline void rb_link_node(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
	node->__rb_parent_color = (unsigned long)parent;
	node->rb_left = node->rb_right = NULL;
	*link = node;
}

static inline void rb_link_node_rcu(struct rb_node *node, struct rb_node *parent,
				    struct rb_node **link)
{
	node->__rb_parent_color = (unsigned long)parent;
	node->rb_left = node->rb_right = NULL;
	rcu_assign_pointer(*link, node);
}

#define rbtree_postorder_for_each_entry_safe(pos, n, root, field)                       \
	for (pos = rb_entry_safe(rb_first_postorder(root), __typeof__(*pos), field);    \
	     pos && ({                                                                  \
		     n = rb_entry_safe(rb_next_postorder(&pos->field), __typeof__(*pos), field); \
		     1;                                                                 \
	     });                                                                        \
	     pos = n)

/* --- with the least node at hand */

#define rb_first_cached(root) (root)->rb_leftmost

static inline void rb_insert_color_cached(struct rb_node *node, struct rb_root_cached *root,
					  bool leftmost)
{
	if (leftmost)
		root->rb_leftmost = node;
	rb_insert_color(node, &root->rb_root);
}

/* What is the least afterwards, if that changed. */
static inline struct rb_node *rb_erase_cached(struct rb_node *node, struct rb_root_cached *root)
{
	struct rb_node *leftmost = NULL;

	if (root->rb_leftmost == node)
		leftmost = root->rb_leftmost = rb_next(node);
	rb_erase(node, &root->rb_root);
	return leftmost;
}

static inline void rb_replace_node_cached(struct rb_node *victim, struct rb_node *new_,
					  struct rb_root_cached *root)
{
	if (root->rb_leftmost == victim)
		root->rb_leftmost = new_;
	rb_replace_node(victim, new_, &root->rb_root);
}

/* --- whole searches, by the user's order; equal ones go to the right */

static __always_inline struct rb_node *
rb_add_cached(struct rb_node *node, struct rb_root_cached *tree,
	      bool (*less)(struct rb_node *, const struct rb_node *))
{
	struct rb_node **link = &tree->rb_root.rb_node, *parent = NULL;
	bool leftmost = true;

	while (*link) {
		parent = *link;
		if (less(node, parent)) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			leftmost = false;
		}
	}
	rb_link_node(node, parent, link);
	rb_insert_color_cached(node, tree, leftmost);
	return leftmost ? node : NULL;
}

static __always_inline void rb_add(struct rb_node *node, struct rb_root *tree,
				   bool (*less)(struct rb_node *, const struct rb_node *))
{
	struct rb_node **link = &tree->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = less(node, parent) ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(node, parent, link);
	rb_insert_color(node, tree);
}

/* The equal one that is there already; else NULL, and node is in. */
static __always_inline struct rb_node *
rb_find_add(struct rb_node *node, struct rb_root *tree,
	    int (*cmp)(struct rb_node *, const struct rb_node *))
{
	struct rb_node **link = &tree->rb_node, *parent = NULL;

	while (*link) {
		int c = cmp(node, *link);

		parent = *link;
		if (!c)
			return parent;
		link = c < 0 ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(node, parent, link);
	rb_insert_color(node, tree);
	return NULL;
}

static __always_inline struct rb_node *rb_find(const void *key, const struct rb_root *tree,
					       int (*cmp)(const void *key, const struct rb_node *))
{
	struct rb_node *node = tree->rb_node;

	while (node) {
		int c = cmp(key, node);

		if (!c)
			break;
		node = c < 0 ? node->rb_left : node->rb_right;
	}
	return node;
}

/* The first of those that are equal. */
static __always_inline struct rb_node *
rb_find_first(const void *key, const struct rb_root *tree,
	      int (*cmp)(const void *key, const struct rb_node *))
{
	struct rb_node *node = tree->rb_node, *match = NULL;

	while (node) {
		int c = cmp(key, node);

		if (!c)
			match = node;
		node = c <= 0 ? node->rb_left : node->rb_right;
	}
	return match;
}

static __always_inline struct rb_node *
rb_next_match(const void *key, struct rb_node *node,
	      int (*cmp)(const void *key, const struct rb_node *))
{
	node = rb_next(node);
	return node && !cmp(key, node) ? node : NULL;
}

#define rb_for_each(node, key, tree, cmp) \
	for ((node) = rb_find_first((key), (tree), (cmp)); (node); \
	     (node) = rb_next_match((key), (node), (cmp)))

#endif /* __cplusplus */

#endif /* _LINUX_RBTREE_H */
