// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that has some functions itself that the library has, as the kernel's own
 * lib/llist.c: they are the ones that are called, and the others of the library's file are
 * there beside them. A work and a tree whose owner sets up what the kernel's macros do.
 */
#include <linux/bitmap.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/llist.h>
#include <linux/lockdep.h>
#include <linux/rbtree_augmented.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "check.h"

static int added, copied, set;

bool llist_add_batch(struct llist_node *new_first, struct llist_node *new_last,
		     struct llist_head *head)
{
	added++;
	new_last->next = head->first;
	head->first = new_first;
	return !new_last->next;
}

void __ioread32_copy(void *to, const void __iomem *from, size_t count)
{
	copied++;
	memcpy(to, from, count * 4);
}

void __bitmap_set(unsigned long *map, unsigned int start, int len)
{
	set++;
	while (len--)
		__set_bit(start + (unsigned int)len, map);
}

static void of_lists(void)
{
	struct llist_node a, b, c;
	LLIST_HEAD(head);

	CHECK(llist_add(&a, &head) && !llist_add(&b, &head) && !llist_add(&c, &head));
	CHECK(added == 3);
	CHECK(llist_del_first(&head) == &c && !llist_del_first_this(&head, &a));
	CHECK(llist_del_first_this(&head, &b) && !llist_add(&c, &head));
	CHECK(llist_reverse_order(llist_del_all(&head)) == &a && a.next == &c && !c.next);
}

static void of_registers(void)
{
	void __iomem *io = ioremap(0xfe000000000, 64);
	u32 words[4] = { 0 }, more[4] = { 1, 2, 3, 4 };

	CHECK(io);
	__iowrite32_copy(io, more, 4);
	__ioread32_copy(words, io, 4);
	CHECK(copied == 1 && !memcmp(words, more, sizeof(words)));
	__iowrite64_copy(io + 32, more, 2);
	CHECK(readq(io + 40) == (4ull << 32 | 3));
	CHECK(check_signature(io + 32, (const unsigned char *)more, 16) == 1);
	CHECK(check_signature(io + 32, (const unsigned char *)"x", 1) == 0);
	iounmap(io);
}

static void of_maps(void)
{
	unsigned int n = (unsigned int)(size_t)opaque((void *)200);
	DECLARE_BITMAP(map, 256) = { 0 };
	int evens[] = { 2, 4 }, odds[] = { 1, 3 };
	int *a[] = { &evens[0], &evens[1], NULL }, *b[] = { &odds[0], NULL }, **both;

	bitmap_set(map, 10, n);
	CHECK(set == 1 && bitmap_weight(map, 256) == 200);
	__bitmap_clear(map, 20, 150);
	CHECK(bitmap_weight(map, 256) == 50);
	both = memcat_p(a, b);
	CHECK(both && both[1] == &evens[1] && both[2] == &odds[0] && !both[3]);
	kfree(both);
}

static int ran;

static void run(struct work_struct *work)
{
	ran++;
	kfree(work);
}

/* As rust/helpers/workqueue.c does. */
static void of_works(void)
{
	struct work_struct *work = kmalloc(sizeof(*work), GFP_KERNEL);
	static struct lock_class_key key;

	CHECK(work);
	memset(work, 0x5a, sizeof(*work));
	__init_work(work, false);
	work->data = (atomic_long_t)WORK_DATA_INIT();
	lockdep_init_map(&work->lockdep_map, "own", &key, 0);
	INIT_LIST_HEAD(&work->entry);
	work->func = run;
	CHECK(!work_pending(work) && !work_busy(work));
	CHECK(!test_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work)));
	CHECK(queue_work(system_wq, work));
	flush_workqueue(system_wq);
	CHECK(ran == 1);
}

static int black_height(struct rb_node *node)
{
	int left, right;

	if (!node)
		return 1;
	if (rb_is_red(node))
		CHECK(!(node->rb_left && rb_is_red(node->rb_left)) &&
		      !(node->rb_right && rb_is_red(node->rb_right)));
	left = black_height(node->rb_left);
	right = black_height(node->rb_right);
	CHECK(left == right);
	return left + (rb_color(node) == RB_BLACK);
}

static void nothing(struct rb_node *node, struct rb_node *stop)
{
	(void)node;
	(void)stop;
}

/* Erase by its halves, as lib/rbtree.c does: nodes go in order, by thirds and by sevenths. */
static void of_trees(void)
{
	static const struct rb_augment_callbacks none = { nothing, nothing, nothing };
	static struct rb_node nodes[210];
	struct rb_root root = RB_ROOT;
	struct rb_node *parent = NULL, **link = &root.rb_node;

	for (int i = 0; i < 210; i++) {
		parent = rb_last(&root);
		link = parent ? &parent->rb_right : &root.rb_node;
		rb_link_node(&nodes[i], parent, link);
		__rb_insert_augmented(&nodes[i], &root, nothing);
	}
	for (int step = 3; step <= 7; step += 4)
		for (int i = 0; i < 210; i += step) {
			struct rb_node *rebalance;

			if (step == 7 && i % 3 == 0)
				continue;
			rebalance = __rb_erase_augmented(&nodes[i], &root, &none);
			if (rebalance)
				__rb_erase_color(rebalance, &root, nothing);
			black_height(root.rb_node);
		}
	CHECK(rb_first(&root) == &nodes[1] && rb_next(&nodes[5]) == &nodes[8]);
	CHECK(__rb_parent(nodes[1].__rb_parent_color) == rb_parent(&nodes[1]));
	rb_set_parent_color(&nodes[0], &nodes[2], RB_BLACK);
	rb_set_parent(&nodes[0], &nodes[3]);
	CHECK(rb_parent(&nodes[0]) == &nodes[3] && rb_is_black(&nodes[0]));
}

int main(void)
{
	of_lists();
	of_registers();
	of_maps();
	of_works();
	of_trees();
	return 0;
}
