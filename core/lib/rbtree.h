/*
 * rbtree.h - nodes of red-black trees, for rbtree.c and rbtree_unlink.c, which has
 * the theory's other half.
 */
#pragma once

#include "core/os/compiler.h"
#include "include/kmemu/rbtree.h"

enum side { LEFT,
	    RIGHT };

static inline struct rb_node **link_of(struct rb_node *node, enum side side)
{
	return side == LEFT ? &node->rb_left : &node->rb_right;
}

static inline struct rb_node *child(const struct rb_node *node, enum side side)
{
	return side == LEFT ? node->rb_left : node->rb_right;
}

static inline struct rb_node *parent_of(const struct rb_node *node)
{
	return (struct rb_node *)(node->__rb_parent_color & ~3ul);
}

static inline bool is_black(const struct rb_node *node)
{
	return !node || (node->__rb_parent_color & 1);
}

static inline void set_parent(struct rb_node *node, struct rb_node *parent)
{
	node->__rb_parent_color = (unsigned long)parent | (node->__rb_parent_color & 1);
}

static inline void set_black(struct rb_node *node)
{
	node->__rb_parent_color |= 1;
}

static inline void set_red(struct rb_node *node)
{
	node->__rb_parent_color &= ~1ul;
}

static inline void copy_color(struct rb_node *to, const struct rb_node *from)
{
	to->__rb_parent_color =
		(to->__rb_parent_color & ~1ul) | (from->__rb_parent_color & 1);
}

static inline enum side side_of(const struct rb_node *parent, const struct rb_node *node)
{
	return parent->rb_left == node ? LEFT : RIGHT;
}

/* What pointed at old points at new. */
static inline void change_child(struct rb_node *parent, const struct rb_node *old,
				struct rb_node *new, struct rb_root *root)
{
	struct rb_node **link = parent ? link_of(parent, side_of(parent, old)) : &root->rb_node;

	__atomic_store_n(link, new, __ATOMIC_RELEASE); /* readers may walk: ..._replace_node_rcu */
}
