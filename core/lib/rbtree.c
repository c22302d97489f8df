/*
 * rbtree.c - red-black trees (kernel: lib/rbtree.c). The colour is bit 0 of the
 * word that holds the parent's address; a node that is linked and not balanced
 * yet is red, with a bit 0 of 0.
 *
 * What holds between calls: the root is black; a red node's children are black
 * (no child counts as black); every way from a node down to a place without a
 * child passes the same number of black nodes. So the depth is at most
 * 2 log2(n + 1).
 *
 * Both sides of a case are written once: a side is an index, and link(node, side)
 * its child's place. Kernel: each case twice, left and right.
 *
 * Readers under rcu_read_lock() may be in the tree while it is changed: a child's
 * place is stored in one piece, and a rotation never makes a circle of child
 * links, so that they end, though they may miss what moves.
 *
 * Augmented trees: rotate is called where a subtree's top changes; erase has more
 * to tell (struct rb_augment_callbacks). A NULL callback is none.
 *
 * This file has what lib/rbtree.c has and no more: a program that brings that file
 * takes this one out of libkmemu.a. What takes a node out, which there is in the
 * header, is rbtree_unlink.c.
 */
#include "core/lib/rbtree.h"

typedef void (*rotate_fn)(struct rb_node *old, struct rb_node *new);

/* top goes down to `side`, its child on the other side comes up. Colours stay. */
static void rotate_down(struct rb_node *top, enum side side, struct rb_root *root,
			rotate_fn rotate)
{
	struct rb_node *up = child(top, !side), *between = child(up, side);
	struct rb_node *parent = parent_of(top);

	WRITE_ONCE(*link_of(top, !side), between);
	if (between)
		set_parent(between, top);
	WRITE_ONCE(*link_of(up, side), top);
	set_parent(up, parent);
	change_child(parent, top, up, root);
	set_parent(top, up);
	if (rotate)
		rotate(top, up);
}

/* node and its parent are red, so there is a grandparent, and it is black. */
static void insert_rotate(struct rb_node *node, struct rb_node *parent, struct rb_node *gparent,
			  struct rb_root *root, rotate_fn rotate)
{
	enum side side = side_of(gparent, parent);

	if (node == child(parent, !side)) {
		rotate_down(parent, side, root, rotate);
		parent = node;
	}
	rotate_down(gparent, !side, root, rotate);
	set_black(parent);
	set_red(gparent);
}

KMEMU_EXPORT void kmemu_rb_insert_augmented(struct rb_node *node, struct rb_root *root,
					    rotate_fn rotate)
{
	struct rb_node *parent, *gparent, *uncle;

	while ((parent = parent_of(node)) && !is_black(parent)) {
		gparent = parent_of(parent);
		uncle = child(gparent, !side_of(gparent, parent));
		if (is_black(uncle)) {
			insert_rotate(node, parent, gparent, root, rotate);
			return;
		}
		set_black(uncle);
		set_black(parent);
		set_red(gparent);
		node = gparent;
	}
	if (!parent)
		set_black(node);
}

/*
 * The ways below parent on `side` have one black node too few, and nothing red at
 * their top. False: now the same is true of parent.
 */
static bool erase_step(struct rb_node *parent, enum side side, struct rb_root *root,
		       rotate_fn rotate)
{
	struct rb_node *sibling = child(parent, !side);

	if (!is_black(sibling)) {
		rotate_down(parent, side, root, rotate);
		set_black(sibling);
		set_red(parent);
		sibling = child(parent, !side);
	}
	if (is_black(child(sibling, !side))) {
		struct rb_node *near = child(sibling, side);

		if (is_black(near)) {
			bool done = !is_black(parent);

			set_red(sibling);
			set_black(parent);
			return done;
		}
		rotate_down(sibling, !side, root, rotate);
		set_black(near);
		set_red(sibling);
		sibling = near;
	}
	rotate_down(parent, side, root, rotate);
	copy_color(sibling, parent);
	set_black(parent);
	set_black(child(sibling, !side));
	return true;
}

/* The side that has a black node too few has none at all: what was there had no child. */
KMEMU_EXPORT void kmemu_rb_erase_color(struct rb_node *parent, struct rb_root *root,
				       rotate_fn rotate)
{
	enum side side = parent->rb_left ? RIGHT : LEFT;

	while (parent && !erase_step(parent, side, root, rotate)) {
		struct rb_node *node = parent;

		parent = parent_of(node);
		if (parent)
			side = side_of(parent, node);
	}
}

KMEMU_EXPORT void kmemu_rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	kmemu_rb_insert_augmented(node, root, NULL);
}

KMEMU_EXPORT void kmemu_rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *rebalance = kmemu_rb_unlink(node, root, NULL);

	if (rebalance)
		kmemu_rb_erase_color(rebalance, root, NULL);
}

/* The last on `side` of the subtree. */
static struct rb_node *outermost(struct rb_node *node, enum side side)
{
	while (node && child(node, side))
		node = child(node, side);
	return node;
}

KMEMU_EXPORT struct rb_node *kmemu_rb_first(const struct rb_root *root)
{
	return outermost(root->rb_node, LEFT);
}

KMEMU_EXPORT struct rb_node *kmemu_rb_last(const struct rb_root *root)
{
	return outermost(root->rb_node, RIGHT);
}

/* The neighbour in order. A node in no tree (its own parent) has none. */
static struct rb_node *step(const struct rb_node *node, enum side side)
{
	struct rb_node *parent;

	if (node->__rb_parent_color == (unsigned long)node)
		return NULL;
	if (child(node, side))
		return outermost(child(node, side), !side);
	while ((parent = parent_of(node)) && node == child(parent, side))
		node = parent;
	return parent;
}

KMEMU_EXPORT struct rb_node *kmemu_rb_next(const struct rb_node *node)
{
	return step(node, RIGHT);
}

KMEMU_EXPORT struct rb_node *kmemu_rb_prev(const struct rb_node *node)
{
	return step(node, LEFT);
}

/* The first leaf below, the left side first. */
static struct rb_node *deepest(const struct rb_node *node)
{
	while (node->rb_left || node->rb_right)
		node = node->rb_left ? node->rb_left : node->rb_right;
	return (struct rb_node *)node;
}

KMEMU_EXPORT struct rb_node *kmemu_rb_first_postorder(const struct rb_root *root)
{
	return root->rb_node ? deepest(root->rb_node) : NULL;
}

KMEMU_EXPORT struct rb_node *kmemu_rb_next_postorder(const struct rb_node *node)
{
	const struct rb_node *parent = node ? parent_of(node) : NULL;

	if (parent && node == parent->rb_left && parent->rb_right)
		return deepest(parent->rb_right);
	return (struct rb_node *)parent;
}

/* Children first: a reader that comes to new_ by them is not led back to victim. */
static void adopt(struct rb_node *victim, struct rb_node *new)
{
	*new = *victim;
	if (victim->rb_left)
		set_parent(victim->rb_left, new);
	if (victim->rb_right)
		set_parent(victim->rb_right, new);
}

KMEMU_EXPORT void kmemu_rb_replace_node(struct rb_node *victim, struct rb_node *new,
					struct rb_root *root)
{
	adopt(victim, new);
	change_child(parent_of(victim), victim, new, root);
}

KMEMU_EXPORT void kmemu_rb_replace_node_rcu(struct rb_node *victim, struct rb_node *new,
					    struct rb_root *root)
{
	adopt(victim, new);
	change_child(parent_of(victim), victim, new, root);
}
