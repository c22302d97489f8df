// SPDX-License-Identifier: MIT
/*
 * Shows that a red-black tree stays one, sorted and with the right greatest values of
 * subtrees, over random insertions and deletions, beside a plain array.
 */
#include <stdlib.h>

#include "include/kmemu/rbtree.h"
#include "tests/unit/unit.h"

#define N 300

struct node {
	struct rb_node rb;
	unsigned int key, value, greatest;
	int in;
};

static struct node nodes[N];
static struct rb_root root;

static struct node *of(struct rb_node *rb)
{
	return (struct node *)rb;
}

static struct rb_node *parent(const struct rb_node *rb)
{
	return (struct rb_node *)(rb->__rb_parent_color & ~3ul);
}

static unsigned int greatest_of(struct node *n)
{
	unsigned int g = n->value;

	if (n->rb.rb_left && of(n->rb.rb_left)->greatest > g)
		g = of(n->rb.rb_left)->greatest;
	if (n->rb.rb_right && of(n->rb.rb_right)->greatest > g)
		g = of(n->rb.rb_right)->greatest;
	return g;
}

static void propagate(struct rb_node *rb, struct rb_node *stop)
{
	for (; rb != stop; rb = parent(rb))
		of(rb)->greatest = greatest_of(of(rb));
}

static void copy(struct rb_node *old, struct rb_node *new)
{
	of(new)->greatest = of(old)->greatest;
}

static void rotate(struct rb_node *old, struct rb_node *new)
{
	copy(old, new);
	of(old)->greatest = greatest_of(of(old));
}

static const struct rb_augment_callbacks callbacks = { propagate, copy, rotate };

static void insert(struct node *n, int augmented)
{
	struct rb_node **link = &root.rb_node, *p = NULL;

	while (*link) {
		p = *link;
		if (of(p)->greatest < n->value)
			of(p)->greatest = n->value;
		link = n->key < of(p)->key ? &p->rb_left : &p->rb_right;
	}
	n->rb.__rb_parent_color = (unsigned long)p;
	n->rb.rb_left = n->rb.rb_right = NULL;
	n->greatest = n->value;
	*link = &n->rb;
	n->in = 1;
	if (augmented)
		kmemu_rb_insert_augmented(&n->rb, &root, rotate);
	else
		kmemu_rb_insert_color(&n->rb, &root);
}

static void erase(struct node *n, int augmented)
{
	n->in = 0;
	if (augmented)
		kmemu_rb_erase_augmented(&n->rb, &root, &callbacks);
	else
		kmemu_rb_erase(&n->rb, &root);
}

/* Black nodes down from here, -1 when it is no red-black tree. */
static int height(struct rb_node *rb, int parent_red)
{
	int black, left, right;

	if (!rb)
		return 0;
	black = rb->__rb_parent_color & 1;
	left = height(rb->rb_left, !black);
	right = height(rb->rb_right, !black);
	if (left < 0 || left != right || (!black && parent_red))
		return -1;
	return left + black;
}

static void check(int augmented)
{
	unsigned int n = 0, in = 0, key = 0, bad = 0;

	CU_ASSERT(height(root.rb_node, 1) >= 0);
	for (struct rb_node *rb = kmemu_rb_first(&root); rb; rb = kmemu_rb_next(rb), n++) {
		bad += of(rb)->key < key || !of(rb)->in;
		bad += augmented && of(rb)->greatest != greatest_of(of(rb));
		key = of(rb)->key;
	}
	for (struct rb_node *rb = kmemu_rb_last(&root); rb; rb = kmemu_rb_prev(rb))
		bad += of(rb)->key > key, key = of(rb)->key;
	for (int i = 0; i < N; i++)
		in += nodes[i].in;
	UNIT_EQ(n, in);
	UNIT_EQ(bad, 0);
}

static void run(int augmented)
{
	srand((unsigned int)unit_seed());
	root.rb_node = NULL;
	for (int i = 0; i < N; i++) {
		nodes[i].in = 0;
		nodes[i].key = (unsigned int)rand() % 100;
		nodes[i].value = (unsigned int)rand();
	}
	for (int i = 0; i < 3000; i++) {
		struct node *n = &nodes[rand() % N];

		if (n->in)
			erase(n, augmented);
		else
			insert(n, augmented);
		if (i % 37 == 0)
			check(augmented);
	}
	check(augmented);
}

static void random_tree(void)
{
	run(0);
}

static void random_augmented_tree(void)
{
	run(1);
}

static void children_come_before_parents(void)
{
	int seen = 0, bad = 0;

	run(0);
	for (int i = 0; i < N; i++)
		nodes[i].value = 0;
	for (struct rb_node *rb = kmemu_rb_first_postorder(&root); rb;
	     rb = kmemu_rb_next_postorder(rb), seen++) {
		bad += (rb->rb_left && !of(rb->rb_left)->value) ||
		       (rb->rb_right && !of(rb->rb_right)->value);
		of(rb)->value = 1;
	}
	for (int i = 0; i < N; i++)
		seen -= nodes[i].in;
	UNIT_EQ(seen, 0);
	UNIT_EQ(bad, 0);
}

static void a_replaced_node_is_out(void)
{
	struct node other = { .key = 1 };
	struct rb_node *victim;

	run(0);
	victim = kmemu_rb_next(kmemu_rb_first(&root));
	kmemu_rb_replace_node(victim, &other.rb, &root);
	CU_ASSERT(kmemu_rb_next(kmemu_rb_first(&root)) == &other.rb);
	kmemu_rb_replace_node_rcu(&other.rb, victim, &root);
	check(0);
}

static void ends_have_no_neighbour(void)
{
	struct rb_node lone = { .__rb_parent_color = (unsigned long)&lone };

	root.rb_node = NULL;
	CU_ASSERT(!kmemu_rb_first(&root) && !kmemu_rb_last(&root));
	CU_ASSERT(!kmemu_rb_first_postorder(&root) && !kmemu_rb_next_postorder(NULL));
	CU_ASSERT(!kmemu_rb_next(&lone) && !kmemu_rb_prev(&lone));
}

UNIT_MAIN("rbtree", UNIT_TEST(random_tree), UNIT_TEST(random_augmented_tree),
	  UNIT_TEST(children_come_before_parents), UNIT_TEST(a_replaced_node_is_out),
	  UNIT_TEST(ends_have_no_neighbour));
