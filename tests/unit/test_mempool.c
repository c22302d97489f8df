// SPDX-License-Identifier: MIT
/*
 * Shows the reserve of a mempool: used when memory is out, filled first by frees, waited
 * for where that is allowed, and resized.
 */
#include "tests/unit/heap.h"

#include <errno.h>
#include <pthread.h>

#include "core/report/report.h"
#include "include/kmemu/mempool.h"

static bool out; /* of memory */
static int live;

static void *element(kmemu_gfp_t flags, void *data)
{
	void *p = out ? NULL : kmemu_kmalloc((size_t)data, flags);

	live += p != NULL;
	return p;
}

static void give_back(void *p, void *data)
{
	(void)data;
	live--;
	kmemu_kfree(p);
}

static struct kmemu_mempool *make(int nr)
{
	return kmemu_mempool_create(nr, element, give_back, (void *)100, KMEMU_GFP_KERNEL);
}

HEAP_TEST(reserve, "")
{
	struct kmemu_mempool *pool = make(4);
	void *p[5];

	UNIT_EQ(pool->curr_nr, 4);
	p[4] = kmemu_mempool_alloc(pool, KMEMU_GFP_ATOMIC);
	UNIT_EQ(pool->curr_nr, 4); /* memory first */
	out = true;
	for (int i = 0; i < 4; i++)
		OK((p[i] = kmemu_mempool_alloc(pool, KMEMU_GFP_ATOMIC)));
	OK(!kmemu_mempool_alloc(pool, KMEMU_GFP_ATOMIC));
	OK(!kmemu_mempool_alloc_preallocated(pool));
	UNIT_EQ(live, 5);
	for (int i = 0; i < 5; i++)
		kmemu_mempool_free(p[i], pool);
	kmemu_mempool_free(NULL, pool);
	UNIT_EQ(pool->curr_nr, 4);
	UNIT_EQ(live, 4);
	OK((p[0] = kmemu_mempool_alloc_preallocated(pool)));
	kmemu_mempool_free(p[0], pool);
	kmemu_mempool_destroy(pool);
	UNIT_EQ(live, 0);
}

HEAP_TEST(no_memory_no_pool, "")
{
	struct kmemu_mempool pool;

	out = true;
	OK(!make(1));
	UNIT_EQ(kmemu_mempool_init(&pool, 1, element, give_back, (void *)8, KMEMU_GFP_KERNEL),
		-ENOMEM);
	OK(!pool.elements);
	kmemu_mempool_exit(&pool);
	kmemu_mempool_destroy(NULL);
}

static void *free_later(void *arg)
{
	void **what = arg;

	usleep(50000);
	kmemu_mempool_free(what[0], what[1]);
	return NULL;
}

HEAP_TEST(waits_for_a_free, "")
{
	struct kmemu_mempool *pool = make(1);
	void *what[2] = { NULL, pool };
	pthread_t t;

	out = true;
	what[0] = kmemu_mempool_alloc(pool, KMEMU_GFP_KERNEL);
	OK(!pthread_create(&t, NULL, free_later, what));
	OK(kmemu_mempool_alloc(pool, KMEMU_GFP_KERNEL) == what[0]);
	pthread_join(t, NULL);
}

HEAP_TEST(resized, "")
{
	struct kmemu_mempool *pool = make(2);

	UNIT_EQ(kmemu_mempool_resize(pool, 10), 0);
	UNIT_EQ(pool->curr_nr, 10);
	UNIT_EQ(kmemu_mempool_resize(pool, 3), 0);
	UNIT_EQ(live, 3);
	out = true;
	UNIT_EQ(kmemu_mempool_resize(pool, 5), 0); /* filled by frees */
	UNIT_EQ(pool->min_nr, 5);
	UNIT_EQ(pool->curr_nr, 3);
	UNIT_EQ(kmemu_mempool_resize(pool, 0), -EINVAL);
	kmemu_mempool_destroy(pool);
	UNIT_EQ(live, 0);
}

static void use(struct kmemu_mempool *pool)
{
	void *p = kmemu_mempool_alloc(pool, KMEMU_GFP_KERNEL);

	OK(p != NULL);
	kmemu_mempool_free(p, pool);
	kmemu_mempool_destroy(pool);
}

HEAP_TEST(kinds_of_elements, "")
{
	struct kmem_cache *s = kmemu_kmem_cache_create("pool", 80, 0, 0, NULL);

	use(kmemu_mempool_create(3, kmemu_mempool_alloc_slab, kmemu_mempool_free_slab, s,
				 KMEMU_GFP_KERNEL));
	use(kmemu_mempool_create(3, kmemu_mempool_kmalloc, kmemu_mempool_kfree, (void *)500,
				 KMEMU_GFP_KERNEL));
	use(kmemu_mempool_create(3, kmemu_mempool_kvmalloc, kmemu_mempool_kvfree,
				 (void *)500000, KMEMU_GFP_KERNEL));
	use(kmemu_mempool_create(3, kmemu_mempool_alloc_pages, kmemu_mempool_free_pages, (void *)2,
				 KMEMU_GFP_KERNEL));
	UNIT_EQ(kmemu_kmem_cache_destroy(s), 0);
}

HEAP_TEST(zero_is_a_finding, "gfp.check=count")
{
	struct kmemu_mempool *pool = make(1);

	OK(kmemu_mempool_alloc(pool, KMEMU_GFP_KERNEL | KMEMU___GFP_ZERO) != NULL);
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 1);
}

UNIT_MAIN("mempool", UNIT_TEST(reserve), UNIT_TEST(no_memory_no_pool),
	  UNIT_TEST(waits_for_a_free), UNIT_TEST(resized), UNIT_TEST(kinds_of_elements),
	  UNIT_TEST(zero_is_a_finding));
