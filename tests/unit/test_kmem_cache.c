// SPDX-License-Identifier: MIT
/*
 * Shows which caches are merged and which are not, what makes no cache, and that a
 * cache which is destroyed in use, or used when it is destroyed, is found.
 */
#include "tests/unit/heap.h"

#include "core/mm/util.h"
#include "core/report/report.h"

static struct kmem_cache *make(const char *name, u32 size, u32 flags)
{
	return kmem_cache_create(name, size, 0, flags, NULL);
}

HEAP_TEST(alike_is_merged, "")
{
	struct kmem_cache *a = make("a", 100, 0), *b = make("b", 104, 0), *c = make("c", 97, 0);
	void *p = kmem_cache_alloc(c, GFP_KERNEL);

	OK(a == b && b == c);
	UNIT_EQ(a->object_size, 104);
	UNIT_EQ(ksize(p), 104);
	kmem_cache_free(b, p);
	UNIT_EQ(kmem_cache_destroy(a), 0);
	UNIT_EQ(kmem_cache_destroy(b), 0);
	OK(!c->gone);
	UNIT_EQ(kmem_cache_destroy(c), 0);
	OK(c->gone);
}

static void construct(void *p)
{
	(void)p;
}

HEAP_TEST(what_differs_is_not, "")
{
	static const u32 flags[] = { KMEMU_SLAB_NO_MERGE,    KMEMU_SLAB_RECLAIM_ACCOUNT,
				     KMEMU_SLAB_CACHE_DMA,   KMEMU_SLAB_TYPESAFE_BY_RCU,
				     KMEMU_SLAB_RED_ZONE,    KMEMU_SLAB_NOLEAKTRACE,
				     KMEMU_SLAB_HWCACHE_ALIGN };
	struct kmemu_cache_args user = { .usersize = 8 };
	struct kmem_cache *a = make("a", 100, 0);

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		OK(make(&"bcdefghij"[i], 100, flags[i]) != a);
	OK(make("k", 96, 0) != a);
	OK(make("l", 105, 0) != a);
	OK(kmem_cache_create("m", 100, 0, 0, construct) != a);
	OK(kmem_cache_create_args("n", 100, &user, 0, NULL) != a);
	OK(kmem_cache_create("o", 100, 64, 0, NULL) != a);
	OK(kmalloc_slab(100, GFP_KERNEL) != make("p", 128, 0));
}

HEAP_TEST(nothing_is_with_slab_nomerge, "slab_nomerge=1")
{
	OK(make("a", 100, 0) != make("b", 100, 0));
}

HEAP_TEST(wrong_arguments, "slab.check=count")
{
	struct kmemu_cache_args outside = { .useroffset = 60, .usersize = 8 };
	struct kmemu_cache_args freeptr = { .freeptr_offset = 8, .use_freeptr_offset = true };
	struct kmem_cache *s;

	OK(!make(NULL, 64, 0));
	OK(!make("a", 0, 0));
	OK(!make("b", (4 << 20) + 1, 0));
	OK(!make("c", 64, 1));
	OK(!make("d", 64, KMEMU_SLAB_SKIP_KFENCE));
	s = kmem_cache_create("less-than-a-word", 64, 3, KMEMU_SLAB_NO_MERGE, NULL); /* 8 it is */
	OK(s);
	kmem_cache_destroy(s);
	OK(!kmem_cache_create("e", 64, 24, 0, NULL));
	OK(!kmem_cache_create_args("f", 64, &freeptr, 0, NULL));
	UNIT_EQ(report_count(REPORT_CACHE_CREATE), 7);
	s = kmem_cache_create_args("g", 64, &freeptr, KMEMU_SLAB_TYPESAFE_BY_RCU, NULL);
	UNIT_EQ(s->size, 64);
	UNIT_EQ(s->offset, 8);
	UNIT_EQ(report_count(REPORT_CACHE_CREATE), 7);
	s = kmem_cache_create_args("h", 64, &outside, 0, NULL);
	OK(s && !s->usersize && !s->useroffset);
	OK(make("h", 200, 0) != NULL);
	OK(make("i j", 300, 0) != NULL);
	UNIT_EQ(report_count(REPORT_CACHE_CREATE), 10);
}

HEAP_TEST(usercopy_region, "")
{
	struct kmemu_cache_args args = { .useroffset = 16, .usersize = 48 };
	struct kmem_cache *s = kmem_cache_create_args("u", 64, &args, 0, NULL);

	UNIT_EQ(s->useroffset, 16);
	UNIT_EQ(s->usersize, 48);
	UNIT_EQ(kmalloc_slab(64, GFP_KERNEL)->usersize, 64);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

static void left(u32 flags)
{
	struct kmem_cache *s = make("left", 64, flags | KMEMU_SLAB_NO_MERGE);
	void *p = kmem_cache_alloc(s, GFP_KERNEL), *q = kmem_cache_alloc(s, GFP_KERNEL);
	unsigned long before = report_count(REPORT_OBJECTS_REMAINING);

	kmem_cache_free(s, q);
	OK(kmem_cache_destroy(s) < 0);
	UNIT_EQ(report_count(REPORT_OBJECTS_REMAINING), before + 1);
	OK(!s->gone);
	OK(kmem_cache_check(s, "test", NULL)); /* told, and it goes on */
	kmem_cache_free(s, p);
	UNIT_EQ(kmem_cache_destroy(s), 0);
	UNIT_EQ(report_count(REPORT_OBJECTS_REMAINING), before + 1);
	OK(s->gone);
}

HEAP_TEST(objects_that_are_left, "slab.check=count")
{
	left(0);
	left(KMEMU_SLAB_RED_ZONE);
	left(KMEMU_SLAB_STORE_USER | KMEMU_SLAB_POISON);
	UNIT_EQ(report_count(REPORT_DESTROYED_CACHE), 3);
}

HEAP_TEST(cache_that_is_gone, "slab.check=count")
{
	struct kmem_cache *s = make("gone", 64, 0);

	OK(kmem_cache_check(s, "test", NULL));
	UNIT_EQ(kmem_cache_destroy(s), 0);
	OK(!kmem_cache_check(s, "test", NULL));
	UNIT_EQ(kmem_cache_destroy(s), 0);
	UNIT_EQ(report_count(REPORT_DESTROYED_CACHE), 2);
	for (int i = 0; i < 200; i++) /* more than are remembered */
		UNIT_EQ(kmem_cache_destroy(make("next", 64, 0)), 0);
}

HEAP_TEST(usable_bytes, "")
{
	struct kmem_cache *plain = make("p", 33, 0);
	struct kmem_cache *red = make("r", 33, KMEMU_SLAB_RED_ZONE);
	struct kmem_cache *user = make("s", 33, KMEMU_SLAB_STORE_USER);

	UNIT_EQ(ksize(kmem_cache_alloc(plain, GFP_KERNEL)), 40);
	UNIT_EQ(ksize(kmem_cache_alloc(red, GFP_KERNEL)), 33);
	UNIT_EQ(ksize(kmem_cache_alloc(user, GFP_KERNEL)), 40);
}

static void all_are(const u8 *p, size_t n, u8 value)
{
	for (size_t i = 0; i < n; i++)
		OK(p[i] == value);
}

static void dirty_and_free(size_t size)
{
	u8 *p = kmalloc(size, GFP_KERNEL);

	memset(p, 0x9e, size);
	kvfree(p);
}

HEAP_TEST(zeroed_when_allocated, "init_on_alloc=1")
{
	for (size_t size = 8; size <= 131072; size *= 2) {
		u8 *p;

		dirty_and_free(size);
		p = kmalloc(size, GFP_KERNEL);
		all_are(p, size, 0);
		memset(p, 0x9e, size);
		if (size < 8192) {
			OK(krealloc(p, size - 3, GFP_KERNEL) == p);
			all_are(p + size - 3, 3, 0);
		}
		kvfree(p);
	}
}

HEAP_TEST(zeroed_when_freed, "init_on_free=1")
{
	for (size_t size = 8; size <= 8192; size *= 2) {
		u8 *p = kmalloc(size, GFP_KERNEL);

		kmalloc(size, GFP_KERNEL); /* its slab stays */
		memset(p, 0x9e, size);
		kvfree(p);
		all_are(p, size, 0);
	}
}

UNIT_MAIN("kmem_cache", UNIT_TEST(alike_is_merged), UNIT_TEST(what_differs_is_not),
	  UNIT_TEST(nothing_is_with_slab_nomerge), UNIT_TEST(wrong_arguments),
	  UNIT_TEST(usercopy_region), UNIT_TEST(objects_that_are_left),
	  UNIT_TEST(cache_that_is_gone), UNIT_TEST(usable_bytes),
	  UNIT_TEST(zeroed_when_allocated), UNIT_TEST(zeroed_when_freed));
