// SPDX-License-Identifier: MIT
/*
 * Shows that shrinkers are asked before an allocation that may sleep fails, with
 * the pressure that the kernel's formula gives, that what they free serves the
 * request, and that one which is freed is asked no more.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "config/options.h"
#include "core/init/init.h"
#include "core/mm/shrinker.h"
#include "core/mm/slab.h"

#define MAX_BLOCKS 8192

static void *cached[MAX_BLOCKS];
static unsigned long nr_cached, scans, scanned, largest;

static int suite_init(void)
{
	kmemu_options_init();
	kmemu_opts.mem = 64UL << 20;
	kmemu_opts.page_alloc = POLICY_COUNT;
	return kmemu_init() ? 0 : -1;
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	CU_ASSERT(sc->gfp_mask & __GFP_DIRECT_RECLAIM);
	CU_ASSERT_STRING_EQUAL(s->name, "blocks");
	return nr_cached;
}

static unsigned long scan(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long freed = 0;

	scans++;
	scanned += sc->nr_to_scan;
	largest = max(largest, sc->nr_to_scan);
	CU_ASSERT_PTR_NOT_NULL(s->private_data);
	while (freed < sc->nr_to_scan && nr_cached) {
		kmemu_kfree(cached[--nr_cached]);
		freed++;
	}
	return freed;
}

static struct shrinker *make(void)
{
	struct shrinker *s = kmemu_shrinker_alloc(0, "blocks");

	s->count_objects = count;
	s->scan_objects = scan;
	s->private_data = s;
	return s;
}

static void fill(gfp_t flags)
{
	void *p;

	while (nr_cached < MAX_BLOCKS &&
	       (p = kmemu_kmalloc(64 << 10, flags | __GFP_NOWARN)))
		cached[nr_cached++] = p;
}

static void drop_all(void)
{
	while (nr_cached)
		kmemu_kfree(cached[--nr_cached]);
}

static void serves(void)
{
	struct shrinker *s;
	void *p, *v;

	fill(GFP_KERNEL);
	CU_ASSERT_FATAL(nr_cached > 100 && nr_cached < MAX_BLOCKS);
	CU_ASSERT_PTR_NULL(kmemu_kmalloc(128 << 10, GFP_KERNEL));
	s = make();
	kmemu_shrinker_register(s);
	CU_ASSERT_PTR_NULL(kmemu_kmalloc(128 << 10, GFP_NOWAIT));
	UNIT_EQ(scans, 0);
	p = kmemu_kmalloc(128 << 10, GFP_KERNEL);
	CU_ASSERT_PTR_NOT_NULL(p);
	CU_ASSERT(scans > 0);
	fill(GFP_NOWAIT); /* which asks no shrinker */
	v = kmemu_vmalloc(1 << 20);
	CU_ASSERT_PTR_NOT_NULL(v);
	kmemu_vfree(v);
	kmemu_kfree(p);
	kmemu_shrinker_free(s);
	fill(GFP_KERNEL);
	scans = 0;
	CU_ASSERT_PTR_NULL(kmemu_kmalloc(128 << 10, GFP_KERNEL));
	UNIT_EQ(scans, 0);
	drop_all();
}

/* freeable >> priority, times 4, by seeks; in batches; what is left is kept. */
static void pressure(void)
{
	struct shrinker *s = make();

	for (nr_cached = 0; nr_cached < 1000; nr_cached++)
		cached[nr_cached] = kmemu_kmalloc(64, GFP_KERNEL);
	scanned = largest = 0;
	kmemu_shrinker_register(s);
	UNIT_EQ(kmemu_shrink_slab(GFP_KERNEL, 12), 0);
	UNIT_EQ(kmemu_shrink_slab(GFP_KERNEL, 2), 500 / 128 * 128);
	UNIT_EQ(largest, 128);
	UNIT_EQ(s->nr_deferred, 500 % 128);
	s->batch = 10;
	s->nr_deferred = 0;
	UNIT_EQ(kmemu_shrink_slab(GFP_KERNEL, 3), (1000 - 384) / 8 * 2 / 10 * 10);
	UNIT_EQ(kmemu_shrink_slab(GFP_KERNEL, 0), (unsigned long)1000 - 384 - 150);
	UNIT_EQ(nr_cached, 0);
	UNIT_EQ(kmemu_shrink_slab(GFP_KERNEL, 0), 0);
	kmemu_shrinker_free(s);
	kmemu_shrinker_free(NULL);
}

UNIT_MAIN_INIT("shrinker", suite_init, NULL,
	UNIT_TEST(serves),
	UNIT_TEST(pressure)
);
