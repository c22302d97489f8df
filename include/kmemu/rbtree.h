/* SPDX-License-Identifier: MIT */
/*
 * rbtree.h - red-black trees (include/linux/rbtree.h, lib/rbtree.c of 6.12): the
 * nodes are in the user's objects, the user searches, the library balances.
 * <linux/rbtree.h> and <linux/rbtree_augmented.h> are thin names over these.
 * Nothing here takes a lock or memory; all may be called from a signal handler.
 */
#ifndef KMEMU_RBTREE_H
#define KMEMU_RBTREE_H

#ifdef __cplusplus
extern "C" {
#endif

/* The parent's address; bit 0: the node is black. */
struct rb_node {
	unsigned long __rb_parent_color;
	struct rb_node *rb_right;
	struct rb_node *rb_left;
} __attribute__((aligned(sizeof(long))));

struct rb_root {
	struct rb_node *rb_node;
};

/*
 * What keeps a value of each subtree: propagate computes it anew from node up to
 * stop (not included; NULL: to the root); copy gives new_ the value of old;
 * rotate: new_ took the place of old, which is below it now.
 */
struct rb_augment_callbacks {
	void (*propagate)(struct rb_node *node, struct rb_node *stop);
	void (*copy)(struct rb_node *old, struct rb_node *new_);
	void (*rotate)(struct rb_node *old, struct rb_node *new_);
};

/* The node is linked (rb_link_node), red; balances. */
void kmemu_rb_insert_color(struct rb_node *node, struct rb_root *root);
void kmemu_rb_erase(struct rb_node *node, struct rb_root *root);
/* The same, which keep an augmented tree's values. */
void kmemu_rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			       void (*rotate)(struct rb_node *old, struct rb_node *new_));
void kmemu_rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			      const struct rb_augment_callbacks *augment);
/*
 * The halves of erase. unlink takes the node out and answers the one below which a
 * black node is missing now, or NULL; erase_color balances there.
 */
struct rb_node *kmemu_rb_unlink(struct rb_node *node, struct rb_root *root,
				const struct rb_augment_callbacks *augment);
void kmemu_rb_erase_color(struct rb_node *parent, struct rb_root *root,
			  void (*rotate)(struct rb_node *old, struct rb_node *new_));

/* In order; NULL at the end. */
struct rb_node *kmemu_rb_first(const struct rb_root *root);
struct rb_node *kmemu_rb_last(const struct rb_root *root);
struct rb_node *kmemu_rb_next(const struct rb_node *node);
struct rb_node *kmemu_rb_prev(const struct rb_node *node);
/* Children before their parent: each may be freed when the next is known. */
struct rb_node *kmemu_rb_first_postorder(const struct rb_root *root);
struct rb_node *kmemu_rb_next_postorder(const struct rb_node *node);
/* new_ takes victim's place; nothing is balanced, so it must be equal. rcu: for readers. */
void kmemu_rb_replace_node(struct rb_node *victim, struct rb_node *new_, struct rb_root *root);
void kmemu_rb_replace_node_rcu(struct rb_node *victim, struct rb_node *new_, struct rb_root *root);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_RBTREE_H */
