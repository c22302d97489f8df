/*
 * rbtree_unlink.c - takes a node out of a red-black tree (kernel:
 * __rb_erase_augmented() of include/linux/rbtree_augmented.h); colours are put right
 * by kmemu_rb_erase_color() of rbtree.c, which tells what holds.
 */
#include "core/lib/rbtree.h"

/* A place in the tree that lost a node, and from where on values are others now. */
struct hole {
	struct rb_node *parent, *changed;
	bool was_black;
};

/* node has one child at most. */
static struct hole take_out(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *only = node->rb_left ? node->rb_left : node->rb_right;
	struct hole hole = { .parent = parent_of(node), .was_black = is_black(node) };

	hole.changed = hole.parent;
	if (only) {
		/* It is red, and node black. */
		only->__rb_parent_color = node->__rb_parent_color;
		hole.was_black = false;
	}
	change_child(hole.parent, node, only, root);
	return hole;
}

/* node has two children: its successor, which has no left one, takes its place. */
static struct hole replace_by_next(struct rb_node *node, struct rb_root *root,
				   const struct rb_augment_callbacks *augment)
{
	struct rb_node *next = node->rb_right, *right;
	struct hole hole;

	/* cppcheck-suppress nullPointerRedundantCheck; node has two children */
	while (next->rb_left)
		next = next->rb_left;
	hole = take_out(next, root);
	if (hole.parent == node)
		hole.parent = next;
	right = node->rb_right; /* may have been next alone */
	if (right)
		set_parent(right, next);
	WRITE_ONCE(next->rb_right, right);
	WRITE_ONCE(next->rb_left, node->rb_left);
	set_parent(node->rb_left, next);
	next->__rb_parent_color = node->__rb_parent_color;
	change_child(parent_of(node), node, next, root);
	hole.changed = next;
	if (augment) {
		augment->copy(node, next);
		augment->propagate(hole.parent, next);
	}
	return hole;
}

KMEMU_EXPORT struct rb_node *kmemu_rb_unlink(struct rb_node *node, struct rb_root *root,
					     const struct rb_augment_callbacks *augment)
{
	struct hole hole;

	if (node->rb_left && node->rb_right)
		hole = replace_by_next(node, root, augment);
	else
		hole = take_out(node, root);
	if (augment)
		augment->propagate(hole.changed, NULL);
	return hole.was_black ? hole.parent : NULL;
}

KMEMU_EXPORT void kmemu_rb_erase_augmented(struct rb_node *node, struct rb_root *root,
					   const struct rb_augment_callbacks *augment)
{
	struct rb_node *rebalance = kmemu_rb_unlink(node, root, augment);

	if (rebalance)
		kmemu_rb_erase_color(rebalance, root, augment ? augment->rotate : NULL);
}
