/* SPDX-License-Identifier: MIT */
/*
 * <linux/rbtree_augmented.h> of Linux 6.12: trees whose nodes know something of
 * their subtree. Who inserts brings the values on the way down to date first.
 */
#ifndef _LINUX_RBTREE_AUGMENTED_H
#define _LINUX_RBTREE_AUGMENTED_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/compiler.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>

#define RB_RED 0
#define RB_BLACK 1
#define __rb_parent(pc) ((struct rb_node *)((pc) & ~3ul))
#define __rb_color(pc) ((pc)&1)
#define __rb_is_black(pc) __rb_color(pc)
#define __rb_is_red(pc) (!__rb_color(pc))
#define rb_color(rb) __rb_color((rb)->__rb_parent_color)
#define rb_is_red(rb) __rb_is_red((rb)->__rb_parent_color)
#define rb_is_black(rb) __rb_is_black((rb)->__rb_parent_color)

static inline void rb_set_parent(struct rb_node *rb, struct rb_node *p)
{
	rb->__rb_parent_color = (unsigned long)p + rb_color(rb);
}

static inline void rb_set_parent_color(struct rb_node *rb, struct rb_node *p, int color)
{
	rb->__rb_parent_color = (unsigned long)p + (unsigned long)color;
}

/* Where the parent, or the root, has the link to this child. */
static inline struct rb_node **__kmemu_rb_link(struct rb_node *child, struct rb_node *parent,
					       struct rb_root *root)
{
	if (!parent)
		return &root->rb_node;
	return parent->rb_left == child ? &parent->rb_left : &parent->rb_right;
}

static inline void __rb_change_child(struct rb_node *old, struct rb_node *new_,
				     struct rb_node *parent, struct rb_root *root)
{
	WRITE_ONCE(*__kmemu_rb_link(old, parent, root), new_);
}

static inline void __rb_change_child_rcu(struct rb_node *old, struct rb_node *new_,
					 struct rb_node *parent, struct rb_root *root)
{
	rcu_assign_pointer(*__kmemu_rb_link(old, parent, root), new_);
}

__kmemu_c void __rb_insert_augmented(struct rb_node *node, struct rb_root *root,
				     void (*augment_rotate)(struct rb_node *old,
							    struct rb_node *new_))
	__kmemu_is(kmemu_rb_insert_augmented);
__kmemu_c struct rb_node *__rb_erase_augmented(struct rb_node *node, struct rb_root *root,
					       const struct rb_augment_callbacks *augment)
	__kmemu_is(kmemu_rb_unlink);
__kmemu_c void __rb_erase_color(struct rb_node *parent, struct rb_root *root,
				void (*augment_rotate)(struct rb_node *old, struct rb_node *new_))
	__kmemu_is(kmemu_rb_erase_color);

static inline void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
				       const struct rb_augment_callbacks *augment)
{
	__rb_insert_augmented(node, root, augment->rotate);
}

static inline void rb_insert_augmented_cached(struct rb_node *node, struct rb_root_cached *root,
					      bool newleft,
					      const struct rb_augment_callbacks *augment)
{
	if (newleft)
		root->rb_leftmost = node;
	rb_insert_augmented(node, &root->rb_root, augment);
}

static inline void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
				      const struct rb_augment_callbacks *augment)
{
	kmemu_rb_erase_augmented(node, root, augment);
}

static inline void rb_erase_augmented_cached(struct rb_node *node, struct rb_root_cached *root,
					     const struct rb_augment_callbacks *augment)
{
	if (root->rb_leftmost == node)
		root->rb_leftmost = rb_next(node);
	rb_erase_augmented(node, &root->rb_root, augment);
}

static __always_inline struct rb_node *
rb_add_augmented_cached(struct rb_node *node, struct rb_root_cached *tree,
			bool (*less)(struct rb_node *, const struct rb_node *),
			const struct rb_augment_callbacks *augment)
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
	augment->propagate(parent, NULL);
	rb_insert_augmented_cached(node, tree, leftmost, augment);
	return leftmost ? node : NULL;
}

/*
 * RBCOMPUTE(obj, exit): sets the value of obj; with exit it answers true, and
 * changes nothing, where the value is right already.
 */
#define RB_DECLARE_CALLBACKS(RBSTATIC, RBNAME, RBSTRUCT, RBFIELD, RBAUGMENTED, RBCOMPUTE)       \
	static inline void RBNAME##_propagate(struct rb_node *rb, struct rb_node *stop)         \
	{                                                                                       \
		for (; rb != stop; rb = rb_parent(rb))                                          \
			if (RBCOMPUTE(rb_entry(rb, RBSTRUCT, RBFIELD), true))                   \
				break;                                                          \
	}                                                                                       \
	static inline void RBNAME##_copy(struct rb_node *rb_old, struct rb_node *rb_new)        \
	{                                                                                       \
		rb_entry(rb_new, RBSTRUCT, RBFIELD)->RBAUGMENTED =                              \
			rb_entry(rb_old, RBSTRUCT, RBFIELD)->RBAUGMENTED;                       \
	}                                                                                       \
	static void RBNAME##_rotate(struct rb_node *rb_old, struct rb_node *rb_new)             \
	{                                                                                       \
		RBNAME##_copy(rb_old, rb_new);                                                  \
		RBCOMPUTE(rb_entry(rb_old, RBSTRUCT, RBFIELD), false);                          \
	}                                                                                       \
	RBSTATIC const struct rb_augment_callbacks RBNAME = {                                   \
		.propagate = RBNAME##_propagate,                                                \
		.copy = RBNAME##_copy,                                                          \
		.rotate = RBNAME##_rotate                                                       \
	};

/* The greatest RBCOMPUTE(obj) of the subtree. */
#define RB_DECLARE_CALLBACKS_MAX(RBSTATIC, RBNAME, RBSTRUCT, RBFIELD, RBTYPE, RBAUGMENTED,       \
				 RBCOMPUTE)                                                      \
	static inline bool RBNAME##_compute_max(RBSTRUCT *obj, bool exit)                       \
	{                                                                                       \
		const struct rb_node *children[] = { obj->RBFIELD.rb_left,                       \
						     obj->RBFIELD.rb_right };                    \
		int i;                                                                          \
		RBTYPE greatest = RBCOMPUTE(obj);                                               \
		for (i = 0; i < 2; i++) {                                                       \
			if (children[i] &&                                                      \
			    rb_entry(children[i], RBSTRUCT, RBFIELD)->RBAUGMENTED > greatest)   \
				greatest = rb_entry(children[i], RBSTRUCT, RBFIELD)->RBAUGMENTED; \
		}                                                                               \
		if (exit && obj->RBAUGMENTED == greatest)                                       \
			return true;                                                            \
		obj->RBAUGMENTED = greatest;                                                    \
		return false;                                                                   \
	}                                                                                       \
	RB_DECLARE_CALLBACKS(RBSTATIC, RBNAME, RBSTRUCT, RBFIELD, RBAUGMENTED, RBNAME##_compute_max)

#endif /* __cplusplus */

#endif /* _LINUX_RBTREE_AUGMENTED_H */
