/* SPDX-License-Identifier: MIT */
/*
 * contig: each kind of memory, in the order of the rules; masks; static data in
 * strict alone.
 */
#include "tests/unit/heap.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>

#include "core/check/buffers.h"
#include "core/lib/stackdepot.h"
#include "core/mm/phys.h"

static char in_bss[4096];

/* The errno, and that it was told when there is one. */
static int judge(const void *at, size_t bytes)
{
	struct buffer_part p = { .call = "read", .fd = -1, .way = WAY_IN, .direct = true,
				 .at = at, .bytes = bytes, .of = 1 };
	struct buffer_wrong wrong = { .elements.nr = 0 };
	bool told = false;
	int err;

	buffer_look(&p, &wrong);
	err = buffer_tell(&wrong, &told);
	UNIT_EQ(told, err != 0);
	return err;
}

#define FAIL "contig=fail report=line log=/dev/null "

HEAP_TEST(kinds_of_memory, FAIL)
{
	char *p = kmalloc(4096, GFP_KERNEL), *area = __vmalloc(200000, PAGE_SIZE, GFP_KERNEL);
	char *own = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char stack[64];

	phys_init();
	UNIT_EQ(judge(p, 4096), 0);
	UNIT_EQ(judge(p + 4000, 96), 0);
	UNIT_EQ(judge(p, 0), 0);
	UNIT_EQ(judge(own, 4096), 0);
	UNIT_EQ(judge(in_bss, 4096), 0);
	UNIT_EQ(judge(p, 4097), EIO);
	UNIT_EQ(report_count(REPORT_CONTIG_OBJECTS), 1);
	UNIT_EQ(judge(area, 1), EIO);
	UNIT_EQ(report_count(REPORT_CONTIG_VMALLOC), 1);
	UNIT_EQ(judge(stack, 64), EIO);
	UNIT_EQ(report_count(REPORT_CONTIG_STACK), 1);
	kvfree(p);
	UNIT_EQ(judge(p, 64), EIO);
	UNIT_EQ(report_count(REPORT_CONTIG_FREE), 1);
}

/* ld.so maps the main thread's descriptor where mmap places its mappings. */
HEAP_TEST(mapping_below_thread_descriptor, FAIL)
{
	char *tp = (char *)ALIGN_DOWN((unsigned long)pthread_self(), PAGE_SIZE), *own = MAP_FAILED;
	unsigned long at;

	phys_init();
	for (at = 1; own == MAP_FAILED && at < 2048; at++)
		own = mmap(tp - at * PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (own != MAP_FAILED) /* a sanitizer may have all of it */
		UNIT_EQ(judge(own, 4096), 0);
}

/* The coverage line says so. */
HEAP_TEST(what_is_not_known_is_counted, FAIL)
{
	void *own = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);
	u64 before = buffer_counted.foreign;

	phys_init();
	UNIT_EQ(judge(own, 4096), 0);
	UNIT_EQ(judge(kmalloc(64, GFP_KERNEL), 64), 0);
	UNIT_EQ(buffer_counted.foreign, before + 1);
}

HEAP_TEST(static_data_in_strict, "profile=strict " FAIL)
{
	phys_init();
	UNIT_EQ(judge(in_bss, 4096), EIO);
	UNIT_EQ(report_count(REPORT_CONTIG_STATIC), 1);
}

HEAP_TEST(masks, "dma.mask=24 " FAIL)
{
	char *p = kmalloc(4096, GFP_KERNEL), *low = kmalloc(4096, GFP_KERNEL | __GFP_DMA);

	UNIT_EQ(judge(p, 4096), EIO);
	UNIT_EQ(report_count(REPORT_CONTIG_MASK), 1);
	UNIT_EQ(judge(low, 4096), 0);
}

/* The allocation's stack where the cache keeps it. */
HEAP_TEST(stack_of_a_debug_cache, FAIL)
{
	struct kmem_cache *s = kmem_cache_create("c", 64, 0, KMEMU_SLAB_STORE_USER, NULL);
	struct buffer_part part = { .call = "read", .fd = -1 };
	const unsigned long *entries;
	struct phys_buffer b;
	struct report_io io;
	struct report r;

	part.at = kmem_cache_alloc(s, GFP_KERNEL);
	phys_lookup(part.at, &b);
	buffer_facts(&part, &b, &r, &io);
	OK(r.allocated && stack_depot_fetch(r.allocated, &entries) > 1);
}

UNIT_MAIN("contig", UNIT_TEST(kinds_of_memory), UNIT_TEST(mapping_below_thread_descriptor),
	  UNIT_TEST(static_data_in_strict), UNIT_TEST(what_is_not_known_is_counted),
	  UNIT_TEST(masks),
	  UNIT_TEST(stack_of_a_debug_cache));
