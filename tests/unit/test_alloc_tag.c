/*
 * Shows that with leak=count each object that is alive is counted for the
 * address that allocated it, whatever its size, until it is freed; and that
 * nothing is counted without the option.
 */
#include "core/mm/alloc_tag.h"

#include <string.h>

#include "core/mm/slab.h"
#include "core/mm/view.h"
#include "include/kmemu/kmemu.h"
#include "tests/unit/heap.h"

static struct alloc_tag_counters top[64];

static bool read_own(void *ctx, void *dst, unsigned long addr, size_t n)
{
	(void)ctx;
	memcpy(dst, (void *)addr, n);
	return true;
}

static long top_users(void)
{
	const struct view_reader r = { .read = read_own };

	return alloc_tag_top_users(&r, &alloc_tag_roots, top, ARRAY_SIZE(top));
}

static const struct alloc_tag_counters *site_with(u64 calls, u64 bytes)
{
	long i, n = top_users();

	for (i = 0; i < n; i++)
		if (top[i].calls == calls && top[i].bytes == bytes)
			return &top[i];
	return NULL;
}

static const size_t sizes[] = { 8,    16,    40,    64,	   96,	 130,	192,	500,   512,    1000,
				4096, 8192, 8193, 20000, 65536, 131072, 131073, 5000000 };
static const size_t rounded[] = { 8,    16,   64,    64,    96,	   192,	   192,	   512,	   512,
				  1024, 4096, 8192, 16384, 32768, 65536, 131072, 135168, 5001216 };

static __noinline void *one(size_t size)
{
	return kmemu_kvmalloc(size, GFP_KERNEL);
}

HEAP_TEST(each_size_is_counted_until_freed, "leak=count")
{
	static void *p[300];

	/* kmalloc-8's objects are too close for a tag each. */
	for (size_t i = 1; i < ARRAY_SIZE(sizes); i++) {
		for (int k = 0; k < 300; k++)
			p[k] = one(sizes[i]);
		OK(site_with(300, 300 * rounded[i]));
		for (int k = 0; k < 300; k += 3)
			kmemu_kvfree(p[k]);
		OK(site_with(200, 200 * rounded[i]));
		for (int k = 0; k < 300; k++)
			if (k % 3)
				kmemu_kvfree(p[k]);
		UNIT_EQ(top_users(), 0);
	}
}

static __noinline void *here(void)
{
	return kmemu_kmalloc(100, GFP_KERNEL);
}

static __noinline void *there(void)
{
	return kmemu_kmalloc(100, GFP_KERNEL);
}

HEAP_TEST(sites_are_told_apart_most_bytes_first, "leak=count")
{
	for (int i = 0; i < 1000; i++) {
		here();
		if (i % 2)
			there();
	}
	UNIT_EQ(top_users(), 2);
	UNIT_EQ(top[0].calls, 1000);
	UNIT_EQ(top[1].calls, 500);
	UNIT_EQ(top[0].bytes, 128000);
	OK(top[0].pc - (u64)here < 64 && top[1].pc - (u64)there < 64);
}

HEAP_TEST(a_moved_object_is_counted_once, "leak=count")
{
	void *p = here();

	for (size_t size = 200; size < 3000000; size = size * 5 / 3) {
		p = kmemu_krealloc(p, min(size, (size_t)131072), GFP_KERNEL);
		UNIT_EQ(top_users(), 1);
		UNIT_EQ(top[0].calls, 1);
	}
	kmemu_kfree(p);
	UNIT_EQ(top_users(), 0);
}

HEAP_TEST(an_invalid_free_changes_nothing, "leak=count invalid_free=count")
{
	char *p = here();

	kmemu_kfree(p + 16);
	kmemu_kfree(&p);
	UNIT_EQ(top_users(), 1);
	kmemu_kfree(p);
	kmemu_kfree(p);
	UNIT_EQ(top_users(), 0);
}

HEAP_TEST(more_sites_than_there_is_room_for, "leak=count")
{
	void *p = here();

	/* Any address will do as a caller. */
	for (u64 pc = 1; pc < 3 * NR_ALLOC_TAGS; pc++)
		alloc_tag_set(p, (void *)(pc << 4));
	OK(top_users() <= 1);
	alloc_tag_set(p, (void *)(1UL << 4));
	UNIT_EQ(top_users(), 1);
	UNIT_EQ(top[0].pc, 1UL << 4);
}

HEAP_TEST(off_costs_and_says_nothing, "")
{
	here();
	UNIT_EQ(top_users(), 0);
	OK(!alloc_tags_on && !slab_armed);
}

UNIT_MAIN("alloc_tag",
	  UNIT_TEST(each_size_is_counted_until_freed),
	  UNIT_TEST(sites_are_told_apart_most_bytes_first),
	  UNIT_TEST(a_moved_object_is_counted_once),
	  UNIT_TEST(an_invalid_free_changes_nothing),
	  UNIT_TEST(more_sites_than_there_is_room_for),
	  UNIT_TEST(off_costs_and_says_nothing));
