// SPDX-License-Identifier: MIT
/*
 * Shows that debug caches have the kernel's layout, that each part of an object that
 * is overwritten is found, reported once and mended, that a broken chain of free
 * objects is cut, and that a slab which failed is used no more.
 */
#include "tests/unit/heap.h"
#include "tests/unit/log.h"

#include "core/mm/slub_debug.h"
#include "core/report/report.h"

#define F KMEMU_SLAB_CONSISTENCY_CHECKS
#define Z KMEMU_SLAB_RED_ZONE
#define P KMEMU_SLAB_POISON
#define U KMEMU_SLAB_STORE_USER
#define K KMEMU_SLAB_KMALLOC

static struct kmem_cache *make(u32 size, u32 flags)
{
	struct kmem_cache *s = kmem_cache_create("debug", size, 0, flags, NULL);

	OK(s != NULL);
	return s;
}

static u8 *alloc(struct kmem_cache *s)
{
	u8 *p = kmem_cache_alloc(s, GFP_KERNEL);

	OK(p != NULL);
	return p;
}

/* Kernel: calculate_sizes(), replayed by hand for 6.12. */
HEAP_TEST(layouts, "")
{
	static const struct {
		u32 size, flags, stride, inuse, offset, left;
	} want[] = {
		{ 64, Z, 88, 72, 32, 8 },
		{ 64, P, 72, 64, 64, 0 },
		{ 64, F, 64, 64, 32, 0 },
		{ 64, U, 128, 64, 32, 0 },
		{ 8, F | Z | P | U | K, 112, 16, 16, 8 },
		{ 192, F | Z | P | U | K, 296, 200, 200, 8 },
		{ 32, Z | U | K, 136, 40, 40, 8 },
		{ 5, Z, 24 + 8, 8, 8, 8 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		struct kmem_cache *s = make(want[i].size, want[i].flags);

		UNIT_EQ(s->size, want[i].stride);
		UNIT_EQ(s->inuse, want[i].inuse);
		UNIT_EQ(s->offset, want[i].offset);
		UNIT_EQ(s->red_left_pad, want[i].left);
		UNIT_EQ(kmem_cache_destroy(s), 0);
	}
}

static void errors(struct kmem_cache *s, int want)
{
	unsigned long before = report_count(REPORT_SLAB_CORRUPT);

	UNIT_EQ(validate_slab_cache(s), want);
	UNIT_EQ(report_count(REPORT_SLAB_CORRUPT) - before, want);
	UNIT_EQ(validate_slab_cache(s), 0); /* it was mended */
}

static void broken_at(u32 flags, bool freed, int at)
{
	struct kmem_cache *s = make(64, flags);
	u8 *p = alloc(s), *q = alloc(s);

	if (freed)
		kmem_cache_free(s, p);
	errors(s, 0);
	p[at] ^= 0x55;
	errors(s, 1);
	if (!freed)
		kmem_cache_free(s, p);
	kmem_cache_free(s, q);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

HEAP_TEST(bytes_that_nobody_may_write, "slab.check=count")
{
	broken_at(Z, false, 64);
	broken_at(Z, false, 71);
	broken_at(Z, false, -1);
	broken_at(Z, false, -8);
	broken_at(Z, true, 64);
	broken_at(Z, true, -1);
	broken_at(P, true, 0);
	broken_at(P, true, 50);
	broken_at(P, true, 63);
	broken_at(F | Z | P | U, true, 1);
	broken_at(F | Z | P | U, false, 64 + 8 + 8 + 64); /* the filler */
}

HEAP_TEST(bytes_that_were_not_asked_for, "slab.check=count")
{
	struct kmem_cache *s = make(32, Z | U | K);
	u8 *p = slab_alloc_from(s, GFP_KERNEL, 18, NULL);

	memset(p, 1, 18);
	errors(s, 0);
	p[18] = p[19] = 0xab;
	errors(s, 1);
	kmem_cache_free(s, p);
	p = slab_alloc_from(s, GFP_KERNEL | __GFP_ZERO, 18, NULL);
	for (int i = 0; i < 32; i++)
		UNIT_EQ(p[i], i < 18 ? 0 : 0xcc);
	errors(s, 0);
	kmem_cache_free(s, p);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

HEAP_TEST(new_objects_are_poisoned, "")
{
	struct kmem_cache *s = make(64, Z | P);
	u8 *p = alloc(s);

	for (int i = 0; i < 64; i++)
		UNIT_EQ(p[i], i < 63 ? 0x6b : 0xa5);
	UNIT_EQ(p[-1], 0xcc);
	UNIT_EQ(p[64], 0xcc);
	kmem_cache_free(s, p);
	UNIT_EQ(p[-1], 0xbb);
	UNIT_EQ(p[64], 0xbb);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

/* As the kernel's test_next_pointer. */
HEAP_TEST(broken_chain_is_cut, "slab.check=count")
{
	struct kmem_cache *s = make(64, P);
	u8 *p = alloc(s);
	u64 saved;

	kmem_cache_free(s, p);
	memcpy(&saved, p + s->offset, 8);
	p[s->offset] ^= 0xff;
	errors(s, 2); /* the chain, the count */
	memcpy(p + s->offset, &saved, 8);
	errors(s, 1);
	for (int i = 0; i < 200; i++) /* every object is there */
		OK(alloc(s) != NULL);
}

/* Without consistency checks the kernel would follow it. */
HEAP_TEST(broken_chain_is_not_followed, "slab.check=count")
{
	struct kmem_cache *s = make(64, P);
	u8 *p = alloc(s);

	kmem_cache_free(s, p);
	memset(p + s->offset, 0x41, 8);
	OK(alloc(s) == p);
	UNIT_EQ(report_count(REPORT_SLAB_CORRUPT), 1);
	for (int i = 0; i < 200; i++)
		OK(alloc(s) != p);
}

HEAP_TEST(checked_at_alloc_and_free, "slab.check=count")
{
	struct kmem_cache *s = make(64, F | Z | P);
	u8 *p = alloc(s), *q;

	kmem_cache_free(s, p);
	p[10] = 1; /* use after free */
	q = alloc(s);
	OK(page_head(virt_to_pfn(q)) != page_head(virt_to_pfn(p)));
	UNIT_EQ(report_count(REPORT_SLAB_CORRUPT), 2); /* Poison; all objects used */
	q[64] = 1;
	kmem_cache_free(s, q); /* refused: it stays in use */
	UNIT_EQ(report_count(REPORT_SLAB_CORRUPT), 4);
	kmem_cache_free(s, q);
	UNIT_EQ(report_count(REPORT_SLAB_CORRUPT), 4);
	kmem_cache_free(s, q);
	UNIT_EQ(report_count(REPORT_DOUBLE_FREE), 1);
}

HEAP_TEST(double_free_without_checks, "invalid_free=count")
{
	struct kmem_cache *s = make(24, Z);
	u8 *p = alloc(s);

	kmem_cache_free(s, p);
	kmem_cache_free(s, p);
	kmem_cache_free(s, p + 8);
	UNIT_EQ(report_count(REPORT_DOUBLE_FREE), 1);
	UNIT_EQ(report_count(REPORT_INVALID_FREE) + report_count(REPORT_FREE_FREED_AREA), 1);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

static void construct(void *p)
{
	memset(p, 0x33, 40);
}

HEAP_TEST(constructed_objects_stay, "")
{
	struct kmem_cache *s = kmem_cache_create("ctor", 40, 0, F | Z | P | U, construct);
	u8 *p;

	for (int n = 0; n < 3; n++) {
		p = alloc(s);
		for (int i = 0; i < 40; i++)
			UNIT_EQ(p[i], 0x33);
		kmem_cache_free(s, p);
	}
	UNIT_EQ(validate_slab_cache(s), 0);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

static void any_order(u32 size, u32 flags)
{
	struct kmem_cache *s = make(size, flags);
	u64 seed = size * 31 + flags;
	u8 *p[300] = { NULL };

	for (int n = 0; n < 3000; n++) {
		u8 **at = &p[rnd(&seed) % 300];

		if (*at)
			kmem_cache_free(s, *at);
		*at = *at ? NULL : alloc(s);
		if (*at)
			memset(*at, n, size);
	}
	UNIT_EQ(validate_slab_cache(s), 0);
	for (int i = 0; i < 300; i++)
		kmem_cache_free(s, p[i]);
	UNIT_EQ(s->node.total_objects, s->node.free_objects);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

HEAP_TEST(objects_come_and_go, "")
{
	static const u32 flags[] = { F, Z, P, U, F | Z | P | U, Z | U | K,
				     P | KMEMU_SLAB_TYPESAFE_BY_RCU };

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		for (u32 size = 1; size < 6000; size = size * 5 + 2)
			any_order(size, flags[i]);
	UNIT_EQ(report_count(REPORT_SLAB_CORRUPT), 0);
}

HEAP_TEST(traced_objects, LOGGED)
{
	struct kmem_cache *s = make(20, KMEMU_SLAB_TRACE);
	char want[128];
	const char *text;
	u8 *p = alloc(s);

	snprintf(want, sizeof(want), "TRACE debug alloc 0x%016lx inuse=1 fp=0x",
		 (unsigned long)p);
	text = logged();
	OK(strstr(text, want) && strstr(text, "Call Trace:\n") && !strstr(text, "Object "));
	memset(p, 'k', 20);
	kmem_cache_free(s, p);
	snprintf(want, sizeof(want), "Object %016lx: 6b 6b", (unsigned long)p);
	text = logged();
	OK(strstr(text, "TRACE debug free ") && strstr(text, want));
	OK(strstr(text, "Call Trace:\n"));
	OK(strstr(text, "6b 6b 6b 6b                                      kkkk\n"));
	UNIT_EQ(kmem_cache_destroy(s), 0);
	logged_end();
}

UNIT_MAIN("slub_debug", UNIT_TEST(traced_objects), UNIT_TEST(layouts),
	  UNIT_TEST(bytes_that_nobody_may_write),
	  UNIT_TEST(bytes_that_were_not_asked_for), UNIT_TEST(new_objects_are_poisoned),
	  UNIT_TEST(broken_chain_is_cut), UNIT_TEST(broken_chain_is_not_followed),
	  UNIT_TEST(checked_at_alloc_and_free), UNIT_TEST(double_free_without_checks),
	  UNIT_TEST(constructed_objects_stay), UNIT_TEST(objects_come_and_go));
