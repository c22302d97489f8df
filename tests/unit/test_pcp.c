// SPDX-License-Identifier: MIT
/*
 * Shows that the per-CPU page lists hand back the block that was freed last,
 * keep no more than their limit and give half of it back when they are full,
 * count what they keep as used, and never give it where zeroed memory or a
 * certain zone was asked for.
 */
#include "tests/unit/heap.h"

#include <pthread.h>

#include "core/mm/show_mem.h"
#include "core/report/report.h"

static unsigned long cached(unsigned int order)
{
	return percpu_count(CLASS_PCP + order);
}

static void drain(void)
{
	OK(percpu_stop());
	drain_pages();
	percpu_start();
}

static unsigned long used(void)
{
	struct page_stats st;

	page_stats_read(&st);
	return st.used;
}

HEAP_TEST(the_block_freed_last_comes_back, "")
{
	for (unsigned int o = 0; o <= PCP_MAX_ORDER; o++) {
		struct page *a = alloc_pages(GFP_KERNEL, o), *b = alloc_pages(GFP_KERNEL, o);
		unsigned long before = cached(o);

		free_pages(a, o);
		UNIT_EQ(cached(o), before + 1);
		OK(a->state == PAGE_LARGE); /* looks allocated */
		OK(alloc_pages(GFP_ATOMIC, o) == a);
		UNIT_EQ(cached(o), before);
		if (o > 3) /* a list of one in a small heap */
			continue;
		free_pages(a, o);
		free_pages(b, o);
		UNIT_EQ(cached(o), before + 2);
		OK(alloc_pages(GFP_KERNEL, o) == b);
		OK(alloc_pages(GFP_ATOMIC, o) == a);
		free_pages(a, o);
		free_pages(b, o);
	}
}

static int zone_of(const struct page *page)
{
	unsigned long at = page_to_pfn(page) << PAGE_SHIFT;

	return at < 16UL << 20 ? ZONE_DMA : at < 4UL << 30 ? ZONE_DMA32 : ZONE_NORMAL;
}

static struct report_zone zone_now(int zone)
{
	struct report_mem m;

	report_mem_read(&m, GFP_KERNEL);
	return m.zone[zone];
}

/* Mem-Info: what this CPU keeps, in the zone that it is of. */
HEAP_TEST(what_a_cpu_keeps_is_told_by_zone, "")
{
	struct page *a = alloc_pages(GFP_KERNEL, 0), *b = alloc_pages(GFP_KERNEL, 2);
	struct page *dma = alloc_pages(GFP_KERNEL | __GFP_DMA, 1);
	int top = zone_of(a);
	struct report_zone before, after;

	drain();
	before = zone_now(top);
	UNIT_EQ(before.free_pcp, 0);
	free_pages(a, 0);
	free_pages(b, 2);
	after = zone_now(top);
	UNIT_EQ(after.free_pcp, 5);
	UNIT_EQ(after.local_pcp, 5);
	UNIT_EQ(zone_now(ZONE_DMA).free_pcp, 0);
	free_pages(dma, 1);
	UNIT_EQ(zone_now(ZONE_DMA).local_pcp, zone_now(ZONE_DMA).free_pcp);
	UNIT_EQ(zone_now(top).free_pcp, 5);
	drain();
	UNIT_EQ(zone_now(top).free_pcp + zone_now(ZONE_DMA).free_pcp, 0);
}

HEAP_TEST(no_more_than_the_limit_is_kept, "")
{
	static struct page *p[400];

	for (unsigned int o = 0; o <= PCP_MAX_ORDER; o++) {
		unsigned long before = used();

		for (int i = 0; i < 400; i++)
			p[i] = alloc_pages(GFP_KERNEL, o);
		UNIT_EQ(used() - before, 400UL << o);
		for (int i = 0; i < 400; i++)
			free_pages(p[i], o);
		OK(cached(o) > 0 && cached(o) <= 64);
		UNIT_EQ(used() - before, cached(o) << o); /* counted as used */
		drain();
		UNIT_EQ(cached(o), 0);
		UNIT_EQ(used(), before);
		UNIT_EQ(validate_zone(), 0);
	}
}

HEAP_TEST(a_full_list_gives_half_of_it_back, "")
{
	struct page *p[40];
	unsigned long was, most = 0;
	int full = 0;

	drain();
	for (int i = 0; i < 40; i++)
		p[i] = alloc_pages(GFP_KERNEL, 2);
	for (int i = 0; i < 40; i++) {
		was = cached(2);
		most = max(most, was);
		free_pages(p[i], 2);
		if (cached(2) == was + 1)
			continue;
		full++;
		UNIT_EQ(was, most);
		UNIT_EQ(cached(2), was - (was + 1) / 2 + 1);
	}
	OK(full > 5);
	drain();
	UNIT_EQ(validate_zone(), 0);
}

HEAP_TEST(higher_orders_are_not_kept, "")
{
	for (unsigned int o = PCP_MAX_ORDER + 1; o <= MAX_PAGE_ORDER; o++) {
		unsigned long before = used();

		free_pages(alloc_pages(GFP_KERNEL, o), o);
		UNIT_EQ(used(), before);
	}
}

HEAP_TEST(zeroed_blocks_come_from_elsewhere, "")
{
	for (unsigned int o = 0; o <= PCP_MAX_ORDER; o++) {
		struct page *a = alloc_pages(GFP_KERNEL, o), *b;
		unsigned int wrong = 0;
		char *c;

		memset(page_address(a), 0xff, PAGE_SIZE << o);
		free_pages(a, o);
		b = alloc_pages(GFP_KERNEL | __GFP_ZERO, o);
		c = page_address(b);
		for (unsigned long i = 0; i < PAGE_SIZE << o; i++)
			wrong += c[i] != 0;
		UNIT_EQ(wrong, 0);
		free_pages(b, o);
	}
}

HEAP_TEST(other_zones_are_not_mixed_in, "mem=6G")
{
	for (unsigned int o = 0; o <= PCP_MAX_ORDER; o++) {
		struct page *dma = alloc_pages(GFP_KERNEL | __GFP_DMA, o), *normal;

		free_pages(alloc_pages(GFP_KERNEL, o), o);
		free_pages(dma, o);
		OK(page_to_pfn(alloc_pages(GFP_KERNEL | __GFP_DMA, o)) < 4096);
		OK(page_to_pfn(alloc_pages(GFP_KERNEL | __GFP_DMA32, o)) < 1 << 20);
		normal = alloc_pages(GFP_KERNEL, o);
		OK(page_to_pfn(normal) >= 1 << 20);
	}
}

HEAP_TEST(slabs_and_large_blocks_share_them, "")
{
	struct kmem_cache *s = kmem_cache_create("share", 8192, 0, 0, NULL);
	char *p = kmalloc(32768, GFP_KERNEL), *q;

	OK(s->order == 3);
	kvfree(p);
	q = kmem_cache_alloc(s, GFP_KERNEL); /* a slab in the same block */
	OK(page_head(virt_to_pfn(q)) == page_head(virt_to_pfn(p)));
	memset(q, 1, 8192);
	UNIT_EQ(ksize(q), 8192);
	kmem_cache_free(s, q);
	UNIT_EQ(kmem_cache_destroy(s), 0);
	q = kmalloc(30000, GFP_KERNEL);
	OK(q == p);
	UNIT_EQ(ksize(q), 32768);
	kvfree(q);
}

/* All orders, not only those whose blocks carry a marker. */
HEAP_TEST(double_frees_are_found, "invalid_free=count")
{
	for (unsigned int o = 0; o <= PCP_MAX_ORDER; o++) {
		void *p = page_address(alloc_pages(GFP_KERNEL, o));

		kvfree(p);
		kvfree(p);
		UNIT_EQ(report_count(REPORT_DOUBLE_FREE), 2 * o + 1);
		kvfree(p);
		UNIT_EQ(report_count(REPORT_DOUBLE_FREE), 2 * o + 2);
		OK(alloc_pages(GFP_KERNEL, o) != alloc_pages(GFP_KERNEL, o));
	}
}

/* --- threads --- */

static u32 stop_threads;

struct worker {
	pthread_t thread;
	u64 rng;
	unsigned long errors;
	struct page *at[64];
	u8 order[64];
};

static void worker_step(struct worker *w)
{
	u64 r = rnd(&w->rng);
	unsigned int i = r % 64, o = (r >> 8) % 4;
	u64 *p;

	if (w->at[i]) {
		p = page_address(w->at[i]);
		w->errors += p[0] != (u64)w || p[2] != i;
		free_pages(w->at[i], w->order[i]);
		w->at[i] = NULL;
		return;
	}
	w->at[i] = alloc_pages(GFP_KERNEL, o);
	w->order[i] = (u8)o;
	p = page_address(w->at[i]);
	p[0] = (u64)w;
	p[2] = i;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;

	while (!__atomic_load_n(&stop_threads, __ATOMIC_RELAXED))
		worker_step(w);
	for (int i = 0; i < 64; i++)
		if (w->at[i])
			free_pages(w->at[i], w->order[i]);
	return NULL;
}

static void threads_run(void)
{
	u64 end = os_monotonic_ms() + property_ms(2);
	static struct worker w[4];

	for (int i = 0; i < 4; i++) {
		w[i].rng = (unit_seed() + (u64)i) * 2 + 1;
		pthread_create(&w[i].thread, NULL, worker_main, &w[i]);
	}
	while (os_monotonic_ms() < end) {
		drain();
		UNIT_EQ(validate_zone(), 0);
		usleep(500);
	}
	__atomic_store_n(&stop_threads, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 4; i++) {
		pthread_join(w[i].thread, NULL);
		UNIT_EQ(w[i].errors, 0);
	}
	drain();
	UNIT_EQ(used(), 0);
}

HEAP_TEST(threads_lose_nothing, "")
{
	threads_run();
}

HEAP_TEST(threads_lose_nothing_on_the_guarded_way, "percpu=guarded")
{
	threads_run();
}

UNIT_MAIN("pcp",
	  UNIT_TEST(the_block_freed_last_comes_back),
	  UNIT_TEST(what_a_cpu_keeps_is_told_by_zone), UNIT_TEST(no_more_than_the_limit_is_kept),
	  UNIT_TEST(a_full_list_gives_half_of_it_back),
	  UNIT_TEST(higher_orders_are_not_kept),
	  UNIT_TEST(zeroed_blocks_come_from_elsewhere),
	  UNIT_TEST(other_zones_are_not_mixed_in),
	  UNIT_TEST(slabs_and_large_blocks_share_them),
	  UNIT_TEST(double_frees_are_found),
	  UNIT_TEST(threads_lose_nothing),
	  UNIT_TEST(threads_lose_nothing_on_the_guarded_way));
