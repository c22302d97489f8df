// SPDX-License-Identifier: MIT
/*
 * Shows that the list functions keep both directions whole and the order that
 * their names promise, by single cases and by a run against an array.
 */
#include "tests/unit/heap.h"

#include "core/lib/list.h"

struct item {
	int id;
	struct list_head node;
};

static bool is(struct list_head *head, const int *ids, int n)
{
	struct item *it;
	int i = 0;

	list_for_each_entry(it, head, node) {
		if (i >= n || it->id != ids[i++] || it->node.next->prev != &it->node ||
		    it->node.prev->next != &it->node)
			return false;
	}
	return i == n && head->next->prev == head && head->prev->next == head;
}

static void empty_list_is_empty(void)
{
	struct list_head head = LIST_HEAD_INIT(head), other;

	INIT_LIST_HEAD(&other);
	CU_ASSERT(list_empty(&head));
	CU_ASSERT(list_empty(&other));
	CU_ASSERT(is(&head, NULL, 0));
}

static void add_is_a_stack_and_add_tail_a_queue(void)
{
	struct item a = { .id = 1 }, b = { .id = 2 }, c = { .id = 3 };
	struct list_head head = LIST_HEAD_INIT(head);

	list_add(&a.node, &head);
	CU_ASSERT(!list_empty(&head));
	list_add(&b.node, &head);
	list_add_tail(&c.node, &head);
	CU_ASSERT(is(&head, (int[]){ 2, 1, 3 }, 3));
	CU_ASSERT_PTR_EQUAL(list_first_entry(&head, struct item, node), &b);
	CU_ASSERT_PTR_EQUAL(list_last_entry(&head, struct item, node), &c);
}

static void move_goes_to_either_end(void)
{
	struct item a = { .id = 1 }, b = { .id = 2 }, c = { .id = 3 };
	struct list_head head = LIST_HEAD_INIT(head), other = LIST_HEAD_INIT(other);

	list_add_tail(&a.node, &head);
	list_add_tail(&b.node, &head);
	list_add_tail(&c.node, &head);
	list_move(&c.node, &head);
	CU_ASSERT(is(&head, (int[]){ 3, 1, 2 }, 3));
	list_move_tail(&c.node, &head);
	CU_ASSERT(is(&head, (int[]){ 1, 2, 3 }, 3));
	list_move(&b.node, &other);
	CU_ASSERT(is(&head, (int[]){ 1, 3 }, 2));
	CU_ASSERT(is(&other, (int[]){ 2 }, 1));
}

static void safe_iteration_allows_deletion(void)
{
	struct list_head head = LIST_HEAD_INIT(head);
	struct item it[6], *pos, *next;
	int i;

	for (i = 0; i < 6; i++) {
		it[i].id = i;
		list_add_tail(&it[i].node, &head);
	}
	list_for_each_entry_safe(pos, next, &head, node) {
		if (pos->id % 2 == 0) {
			list_del(&pos->node);
			memset(pos, 0xff, sizeof(*pos)); /* nobody may follow it */
		}
	}
	CU_ASSERT(is(&head, (int[]){ 1, 3, 5 }, 3));
}

#define ITEMS 32

/* The model: ids in order. */
static int array_find(const int *ids, int n, int id)
{
	int i;

	for (i = 0; i < n && ids[i] != id; i++)
		;
	return i;
}

static void array_insert(int *ids, int *n, int at, int id)
{
	memmove(ids + at + 1, ids + at, (size_t)(*n - at) * sizeof(int));
	ids[at] = id;
	(*n)++;
}

static void array_remove(int *ids, int *n, int at)
{
	(*n)--;
	memmove(ids + at, ids + at + 1, (size_t)(*n - at) * sizeof(int));
}

static void model_step(u64 *rng, struct list_head *head, struct item *items, int *ids, int *n)
{
	int id = (int)(rnd(rng) % ITEMS), at = array_find(ids, *n, id);
	bool tail = rnd(rng) & 1, present = at < *n;

	if (present)
		array_remove(ids, n, at);
	if (present && rnd(rng) % 2) {
		list_del(&items[id].node);
		return;
	}
	if (present)
		(tail ? list_move_tail : list_move)(&items[id].node, head);
	else
		(tail ? list_add_tail : list_add)(&items[id].node, head);
	array_insert(ids, n, tail ? *n : 0, id);
}

static void random_operations_match_an_array(void)
{
	struct list_head head = LIST_HEAD_INIT(head);
	u64 rng = unit_seed() * 2 + 1;
	struct item items[ITEMS];
	int ids[ITEMS], n = 0, i;

	for (i = 0; i < ITEMS; i++)
		items[i].id = i;
	for (i = 0; i < 20000; i++) {
		model_step(&rng, &head, items, ids, &n);
		if (!is(&head, ids, n))
			break;
	}
	UNIT_EQ(i, 20000);
}

UNIT_MAIN("list",
	  UNIT_TEST(empty_list_is_empty),
	  UNIT_TEST(add_is_a_stack_and_add_tail_a_queue),
	  UNIT_TEST(move_goes_to_either_end),
	  UNIT_TEST(safe_iteration_allows_deletion),
	  UNIT_TEST(random_operations_match_an_array));
