/* SPDX-License-Identifier: MIT */
/*
 * Shows who makes, uses and ends the reserve for atomic requests of high orders, that
 * it is at most 1 % of a zone, what the views say of it, and by random requests near
 * the end of memory that lists and counters stay right. And that a thread of a
 * real-time class may use half of min.
 */
#include "tests/unit/heap.h"

#include <sched.h>

#include "core/mm/view.h"
#include "core/mm/zone.h"

#define NORETRY	   (GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN)
#define MAX_BLOCKS 140000
#define MEM	   "mem=512M page_alloc=count "

static struct zone *const z = &zones[ZONE_DMA32];
static struct page *blocks[MAX_BLOCKS];
static unsigned int nr;

static struct page *take(gfp_t flags, unsigned int order)
{
	struct page *page = alloc_pages(flags, order);

	if (page && nr < MAX_BLOCKS)
		blocks[nr++] = page;
	return page;
}

/* All of it, by orders that leave nothing. */
static void use_up(gfp_t flags)
{
	for (int o = 5; o >= 0; o--)
		while (take(flags, (unsigned int)o))
			;
}

/* Frees what lies in the pageblock of block i, which is in the middle of memory. */
static void free_pageblock(unsigned int i)
{
	unsigned long start = ALIGN_DOWN(page_to_pfn(blocks[i]), PAGEBLOCK_FRAMES);

	for (i = 0; i < nr; i++) {
		struct page *page = blocks[i];

		if (!page || page_to_pfn(page) - start >= PAGEBLOCK_FRAMES)
			continue;
		free_block(page, page->order);
		blocks[i] = NULL;
	}
}

/* Only one pageblock is free, which is less than min; then it is reserved. */
static struct page *reserved(void)
{
	struct page *page;

	use_up(NORETRY | __GFP_MEMALLOC);
	free_pageblock(nr / 4);
	OK(!take(NORETRY, 0));
	OK(take(GFP_ATOMIC, 0) != NULL);
	UNIT_EQ(z->nr_reserved_highatomic, 0); /* order 0 reserves nothing */
	page = take(GFP_ATOMIC, 1);
	OK(page != NULL);
	UNIT_EQ(z->nr_reserved_highatomic, PAGEBLOCK_FRAMES);
	OK(z->nr_free_highatomic > 400);
	UNIT_EQ(validate_zone(), 0);
	return page;
}

HEAP_TEST(kept_for_its_like, MEM)
{
	struct page *page = reserved(), *more;
	unsigned long block = ALIGN_DOWN(page_to_pfn(page), PAGEBLOCK_FRAMES);
	unsigned long free = z->nr_free_highatomic, n = 0;

	free_pageblock(nr / 3);
	free_pageblock(nr / 2);
	for (; take(NORETRY, 0); n++) /* from the others, and what is free counts for nobody */
		;
	OK(n > 0);
	UNIT_EQ(z->nr_free_highatomic, free);
	more = take(GFP_ATOMIC, 3);
	OK(more && page_to_pfn(more) - block < PAGEBLOCK_FRAMES);
	UNIT_EQ(z->nr_free_highatomic, free - 8);
	more = take(GFP_ATOMIC | __GFP_NOMEMALLOC, 3);
	OK(!more || page_to_pfn(more) - block >= PAGEBLOCK_FRAMES);
	UNIT_EQ(validate_zone(), 0);
	/* Last of all, who may not wait. */
	while (take(GFP_ATOMIC, 0))
		;
	OK(z->nr_free_highatomic < free - 8);
	UNIT_EQ(validate_zone(), 0);
}

HEAP_TEST(given_back_before_a_request_fails, MEM)
{
	reserved();
	while (z->nr_reserved_highatomic)
		if (!take(GFP_KERNEL | __GFP_NOWARN, 0))
			break;
	UNIT_EQ(z->nr_reserved_highatomic, 0);
	UNIT_EQ(z->nr_free_highatomic, 0);
	UNIT_EQ(validate_zone(), 0);
}

HEAP_TEST(given_back_for_vmalloc, MEM)
{
	reserved();
	while (z->nr_reserved_highatomic)
		if (!__vmalloc(65536, PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN))
			break;
	UNIT_EQ(z->nr_reserved_highatomic, 0);
}

HEAP_TEST(at_most_one_percent, MEM)
{
	unsigned long most = ALIGN(zone_managed(z) / 100, PAGEBLOCK_FRAMES);

	use_up(NORETRY | __GFP_MEMALLOC);
	for (unsigned int i = 1; i < 10; i++) {
		free_pageblock(nr / 11 * i);
		OK(take(GFP_ATOMIC, 1) != NULL);
		OK(z->nr_reserved_highatomic <= most);
		while (take(GFP_ATOMIC, 4) || take(GFP_ATOMIC, 0))
			;
	}
	UNIT_EQ(z->nr_reserved_highatomic, most);
	UNIT_EQ(zones[ZONE_DMA].nr_reserved_highatomic, 0); /* 1 % is less than one there */
}

HEAP_TEST(views_show_it, MEM)
{
	static char text[8192];
	unsigned long high = 0;
	const char *row;

	reserved();
	OK(view_print_own("pagetypeinfo", text, sizeof(text)) > 0);
	row = strstr(text, "zone    DMA32, type   HighAtomic");
	OK(row != NULL);
	row += strlen("zone    DMA32, type   HighAtomic");
	for (unsigned int o = 0; o < NR_PAGE_ORDERS; o++)
		high += strtoul(row, (char **)&row, 10) << o;
	UNIT_EQ(high, z->nr_free_highatomic);
	row = strstr(text, "Node 0, zone    DMA32 ");
	OK(row != NULL);
	OK(strstr(row, " 1            0 \n") != NULL);
}

/* --- random requests near the end --- */

static u64 seed;

static void one_step(void)
{
	static const gfp_t flags[] = { GFP_ATOMIC, GFP_ATOMIC, NORETRY, GFP_NOWAIT,
				       GFP_KERNEL | __GFP_NOWARN, GFP_ATOMIC | __GFP_NOMEMALLOC,
				       GFP_ATOMIC | __GFP_DMA };
	unsigned int i = (unsigned int)(rnd(&seed) % MAX_BLOCKS);

	/* Near the end: only below low the reserve is made. */
	if (rnd(&seed) % 2 && nr && zone_managed(z) - z->used < z->wmark[WMARK_LOW]) {
		i %= nr;
		if (blocks[i])
			free_pages(blocks[i], blocks[i]->order);
		blocks[i] = NULL;
		return;
	}
	i = nr ? (unsigned int)(rnd(&seed) % nr) : 0;
	if (nr < MAX_BLOCKS && (!nr || blocks[i]))
		i = nr++;
	else if (blocks[i])
		return;
	blocks[i] = alloc_pages(flags[rnd(&seed) % ARRAY_SIZE(flags)],
				(unsigned int)(rnd(&seed) % (rnd(&seed) % 8 ? 4 : 11)));
}

HEAP_TEST(random_requests, MEM)
{
	u64 until = os_monotonic_ms() + property_ms(1);
	unsigned long reserved_most = 0;

	seed = unit_seed() | 1;
	use_up(NORETRY);
	for (unsigned int i = 0; i < nr; i += 3)
		if (blocks[i] && rnd(&seed) % 200 == 0) {
			free_block(blocks[i], blocks[i]->order);
			blocks[i] = NULL;
		}
	while (os_monotonic_ms() < until) {
		for (int i = 0; i < 200; i++) {
			one_step();
			reserved_most = max(reserved_most, z->nr_reserved_highatomic);
		}
		UNIT_EQ(validate_zone(), 0);
	}
	OK(reserved_most > 0);
}

HEAP_TEST(real_time_threads_use_half_of_min, "mem=64M page_alloc=count")
{
	struct sched_param param = { .sched_priority = 1 };
	unsigned long n = 0;

	use_up(NORETRY);
	OK(!take(NORETRY, 0));
	if (sched_setscheduler(0, SCHED_FIFO, &param))
		return; /* not allowed here */
	while (take(NORETRY, 0))
		n++;
	param.sched_priority = 0;
	sched_setscheduler(0, SCHED_OTHER, &param);
	/* In each of the two zones half of min. */
	OK(n >= z->wmark[WMARK_MIN] / 2 && n <= z->wmark[WMARK_MIN] + 2);
	OK(!take(NORETRY, 0));
}

UNIT_MAIN("highatomic",
	  UNIT_TEST(kept_for_its_like),
	  UNIT_TEST(given_back_before_a_request_fails),
	  UNIT_TEST(given_back_for_vmalloc),
	  UNIT_TEST(at_most_one_percent),
	  UNIT_TEST(views_show_it),
	  UNIT_TEST(random_requests),
	  UNIT_TEST(real_time_threads_use_half_of_min));
