// SPDX-License-Identifier: MIT
/*
 * Shows that the XArray holds what was stored, like an array of pointers, and that
 * its nodes count right: random stores, erasures, entries of several indices, marks,
 * indices that are given out. lib/test_xarray.c of the kernel is the great test.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/heap.h"

#include "include/kmemu/xarray.h"

#define N 5000

static void *model[N];
static bool marked[N];

static void *value(unsigned long i)
{
	return xa_mk_value(i);
}

/* Of a node and all below. */
static int bad_counts(const struct xa_node *node)
{
	int count = 0, values = 0, bad = 0;
	const void *owner = NULL;

	for (unsigned int i = 0; i < XA_CHUNK_SIZE; i++) {
		const void *entry = node->slots[i];

		if (!xa_is_sibling(entry))
			owner = entry;
		count += entry != NULL;
		values += xa_is_value(owner);
		if (!node->shift || !xa_is_node(entry))
			continue;
		bad += bad_counts(xa_to_node(entry));
		bad += xa_to_node(entry)->parent != node || xa_to_node(entry)->offset != i;
		for (xa_mark_t m = 0; m < XA_MAX_MARKS; m++)
			bad += (node->marks[m][0] >> i & 1) !=
			       (xa_to_node(entry)->marks[m][0] != 0);
	}
	return bad + (count != node->count) + (values != node->nr_values);
}

static void check(struct xarray *xa)
{
	unsigned long index = 0, bad = 0, n = 0;

	for (unsigned long i = 0; i < N; i++) {
		bad += kmemu_xa_load(xa, i) != model[i];
		bad += kmemu_xa_get_mark(xa, i, XA_MARK_1) != (model[i] && marked[i]);
		n += model[i] != NULL;
	}
	for (void *e = kmemu_xa_find(xa, &index, ~0ul, XA_PRESENT); e;
	     e = kmemu_xa_find_after(xa, &index, ~0ul, XA_PRESENT)) {
		bad += index >= N || model[index] != e;
		n--;
	}
	UNIT_EQ(bad, 0);
	UNIT_EQ(n, 0);
	if (xa_is_node(xa->xa_head))
		UNIT_EQ(bad_counts(xa_to_node(xa->xa_head)), 0);
}

static void like_an_array(void)
{
	struct xarray xa = { .xa_flags = 0 };

	srand((unsigned int)unit_seed());
	memset(model, 0, sizeof(model));
	memset(marked, 0, sizeof(marked));
	for (int i = 0; i < 20000; i++) {
		unsigned long index = (unsigned long)rand() % (i % 3 ? N : 70);
		void *entry = rand() % 2 ? value((unsigned long)i) : NULL;

		CU_ASSERT(kmemu_xa_store(&xa, index, entry, KMEMU_GFP_KERNEL) == model[index]);
		marked[index] = marked[index] && model[index] && entry;
		model[index] = entry;
		if (entry && rand() % 4 == 0) {
			kmemu_xa_set_mark(&xa, index, XA_MARK_1);
			marked[index] = true;
		}
		if (i % 4000 == 0)
			check(&xa);
	}
	check(&xa);
	for (unsigned long i = 0; i < N; i++)
		CU_ASSERT(kmemu_xa_erase(&xa, i) == model[i]);
	CU_ASSERT(!xa.xa_head);
}

static void entries_of_several_indices(void)
{
	struct xarray xa = { .xa_flags = 0 };
	unsigned long index = 0;

	CU_ASSERT(!kmemu_xa_store_range(&xa, 100, 300, value(7), KMEMU_GFP_KERNEL));
	CU_ASSERT(!kmemu_xa_load(&xa, 99) && !kmemu_xa_load(&xa, 301));
	for (unsigned long i = 100; i <= 300; i++)
		CU_ASSERT(kmemu_xa_load(&xa, i) == value(7));
	UNIT_EQ(bad_counts(xa_to_node(xa.xa_head)), 0);
	CU_ASSERT(kmemu_xa_find(&xa, &index, ~0ul, XA_PRESENT) == value(7));
	UNIT_EQ(index, 100);
	UNIT_EQ(kmemu_xa_get_order(&xa, 128), 7);
	CU_ASSERT(!kmemu_xa_store_range(&xa, 0, ~0ul, value(8), KMEMU_GFP_KERNEL));
	CU_ASSERT(kmemu_xa_load(&xa, 0) == value(8) && kmemu_xa_load(&xa, ~0ul) == value(8));
	kmemu_xa_destroy(&xa);
	CU_ASSERT(!xa.xa_head);
}

static void indices_are_given_out(void)
{
	struct xarray xa = { .xa_flags = XA_FLAGS_TRACK_FREE | XA_FLAGS_MARK(XA_FREE_MARK) };
	struct xa_limit few = { .min = 5, .max = 7 };
	uint32_t id = 99, next = 6;

	UNIT_EQ(kmemu___xa_alloc_cyclic(&xa, &id, value(1), few, &next, KMEMU_GFP_NOWAIT), 0);
	UNIT_EQ(id, 6);
	UNIT_EQ(kmemu___xa_alloc_cyclic(&xa, &id, value(1), few, &next, KMEMU_GFP_NOWAIT), 0);
	UNIT_EQ(id, 7);
	UNIT_EQ(kmemu___xa_alloc_cyclic(&xa, &id, value(1), few, &next, KMEMU_GFP_NOWAIT), 1);
	UNIT_EQ(id, 5);
	UNIT_EQ(kmemu___xa_alloc(&xa, &id, value(1), few, KMEMU_GFP_NOWAIT), -EBUSY);
	kmemu_xa_erase(&xa, 6);
	UNIT_EQ(kmemu___xa_alloc(&xa, &id, NULL, few, KMEMU_GFP_NOWAIT), 0);
	UNIT_EQ(id, 6);
	CU_ASSERT(!kmemu_xa_load(&xa, 6));
	UNIT_EQ(kmemu___xa_insert(&xa, 6, value(2), KMEMU_GFP_NOWAIT), -EBUSY);
	kmemu_xa_destroy(&xa);
}

static void answers(void)
{
	struct xarray xa = { .xa_flags = 0 };
	void *got[4];

	CU_ASSERT(!kmemu___xa_cmpxchg(&xa, 9, NULL, value(1), KMEMU_GFP_NOWAIT));
	CU_ASSERT(kmemu___xa_cmpxchg(&xa, 9, NULL, value(2), KMEMU_GFP_NOWAIT) == value(1));
	CU_ASSERT(kmemu___xa_cmpxchg(&xa, 9, value(1), value(3), KMEMU_GFP_NOWAIT) == value(1));
	UNIT_EQ(xa_err(kmemu___xa_store(&xa, 0, xa_mk_internal(5), KMEMU_GFP_NOWAIT)), -EINVAL);
	UNIT_EQ(kmemu_xa_extract(&xa, got, 0, ~0ul, 4, XA_PRESENT), 1);
	CU_ASSERT(got[0] == value(3));
	kmemu_xa_set_mark(&xa, 10, XA_MARK_2);
	CU_ASSERT(!kmemu_xa_get_mark(&xa, 10, XA_MARK_2));
	kmemu_xa_destroy(&xa);
}

UNIT_MAIN("xarray", UNIT_TEST(like_an_array), UNIT_TEST(entries_of_several_indices),
	  UNIT_TEST(indices_are_given_out), UNIT_TEST(answers));
