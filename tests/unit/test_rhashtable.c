// SPDX-License-Identifier: MIT
/*
 * Shows that a hash table finds what is in it while it grows and shrinks, walks over
 * each object once, and lists what has the same key.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/heap.h"

#include "include/kmemu/rhashtable.h"

#define N 5000

struct object {
	int key;
	struct rhlist_head node;
	int seen;
};

static struct object objects[N];

static uint32_t hash(const void *data, uint32_t len, uint32_t seed)
{
	(void)len;
	return (*(const uint32_t *)data ^ seed) * 0x61c88647u >> 3;
}

static struct rhashtable_params params = {
	.key_len = sizeof(int),
	.key_offset = offsetof(struct object, key),
	.head_offset = offsetof(struct object, node),
	.hashfn = hash,
	.automatic_shrinking = true,
};

static struct object *find(struct rhashtable *ht, int key)
{
	for (unsigned int i = 0; i < ht->tbl->size; i++) {
		struct rhash_head *h = (struct rhash_head *)ht->tbl->buckets[i];

		for (; h && !((unsigned long)h & 1); h = h->next) {
			struct object *o = (void *)((char *)h - params.head_offset);

			if (o->key == key)
				return o;
		}
	}
	return NULL;
}

static int walk(struct rhashtable *ht, bool stop_often)
{
	struct rhashtable_iter iter;
	struct object *o;
	int n = 0;

	kmemu_rhashtable_walk_enter(ht, &iter);
	kmemu_rhashtable_walk_start_check(&iter);
	while ((o = kmemu_rhashtable_walk_next(&iter))) {
		o->seen++;
		n++;
		if (!stop_often || n % 3)
			continue;
		kmemu_rhashtable_walk_stop(&iter);
		CU_ASSERT(kmemu_rhashtable_walk_start_check(&iter) == 0);
		CU_ASSERT(kmemu_rhashtable_walk_peek(&iter) == o);
	}
	kmemu_rhashtable_walk_stop(&iter);
	kmemu_rhashtable_walk_exit(&iter);
	return n;
}

static void grows_and_shrinks(void)
{
	struct object seven = { .key = 7 };
	struct rhashtable ht;
	unsigned int greatest;

	UNIT_EQ(kmemu_rhashtable_init(&ht, &params), 0);
	for (int i = 0; i < N; i++) {
		objects[i] = (struct object){ .key = i };
		CU_ASSERT(!kmemu_rhashtable_insert(&ht, &objects[i].key, &objects[i].node.rhead));
	}
	greatest = ht.tbl->size;
	CU_ASSERT(greatest >= N && greatest <= 4 * N);
	CU_ASSERT(kmemu_rhashtable_insert(&ht, &seven.key, &seven.node.rhead) == &objects[7]);
	UNIT_EQ(walk(&ht, false), N);
	UNIT_EQ(walk(&ht, true), N);
	for (int i = 0; i < N; i++)
		UNIT_EQ(objects[i].seen, 2);
	for (int i = 0; i < N; i += 500)
		CU_ASSERT(find(&ht, i) == &objects[i]);
	for (int i = 10; i < N; i++)
		UNIT_EQ(kmemu_rhashtable_remove(&ht, &objects[i].node.rhead), 0);
	UNIT_EQ(kmemu_rhashtable_remove(&ht, &objects[10].node.rhead), -ENOENT);
	CU_ASSERT(ht.tbl->size < greatest / 8);
	UNIT_EQ(ht.nelems.counter, 10);
	UNIT_EQ(walk(&ht, false), 10);
	kmemu_rhashtable_free_and_destroy(&ht, NULL, NULL);
}

static void count_free(void *obj, void *arg)
{
	(void)obj;
	*(int *)arg += 1;
}

static void one_key_many_objects(void)
{
	struct rhashtable ht;
	int freed = 0;

	UNIT_EQ(kmemu_rhashtable_init(&ht, &params), 0);
	ht.rhlist = true;
	for (int i = 0; i < 30; i++) {
		objects[i] = (struct object){ .key = i % 10 };
		CU_ASSERT(!kmemu_rhashtable_insert(&ht, &objects[i].key, &objects[i].node.rhead));
	}
	UNIT_EQ(ht.nelems.counter, 10);
	UNIT_EQ(walk(&ht, true), 30);
	UNIT_EQ(kmemu_rhashtable_remove(&ht, &objects[15].node.rhead), 0);
	UNIT_EQ(kmemu_rhashtable_remove(&ht, &objects[25].node.rhead), 0);
	UNIT_EQ(ht.nelems.counter, 10);
	UNIT_EQ(kmemu_rhashtable_remove(&ht, &objects[5].node.rhead), 0);
	UNIT_EQ(ht.nelems.counter, 9);
	kmemu_rhashtable_free_and_destroy(&ht, count_free, &freed);
	UNIT_EQ(freed, 27);
}

static void limits_and_replacement(void)
{
	struct rhashtable_params small = params;
	struct object other = { .key = 3 };
	struct rhashtable ht;

	small.max_size = 4;
	UNIT_EQ(kmemu_rhashtable_init(&ht, &small), 0);
	for (int i = 0; i < 8; i++) {
		objects[i] = (struct object){ .key = i };
		CU_ASSERT(!kmemu_rhashtable_insert(&ht, NULL, &objects[i].node.rhead));
	}
	UNIT_EQ((long)kmemu_rhashtable_insert(&ht, NULL, &objects[8].node.rhead), -E2BIG);
	UNIT_EQ(kmemu_rhashtable_replace(&ht, &objects[3].node.rhead, &other.node.rhead), 0);
	CU_ASSERT(find(&ht, 3) == &other);
	UNIT_EQ(kmemu_rhashtable_replace(&ht, &objects[3].node.rhead, &other.node.rhead), -ENOENT);
	kmemu_rhashtable_free_and_destroy(&ht, NULL, NULL);
	small.key_len = 0;
	UNIT_EQ(kmemu_rhashtable_init(&ht, &small), -EINVAL);
}

UNIT_MAIN("rhashtable", UNIT_TEST(grows_and_shrinks), UNIT_TEST(one_key_many_objects),
	  UNIT_TEST(limits_and_replacement));
