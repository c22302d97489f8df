/* SPDX-License-Identifier: MIT */
/*
 * Entries: as many as there are mappings, whatever is mapped and unmapped in
 * whatever order, by one thread or many, with no finding; what is freed while it is
 * mapped is told of once, by size; a sync anywhere in a mapping finds it.
 */
#include "tests/unit/heap.h"

#include <errno.h>
#include <pthread.h>

#include "core/check/dma_debug.h"
#include "core/mm/armed.h"
#include "include/kmemu/mm.h"
#include "include/kmemu/scatterlist.h"

static unsigned long long mask = ~0ULL;
static struct device devs[2] = { { .init_name = "one", .dma_mask = &mask },
				 { .init_name = "two", .dma_mask = &mask } };

#define SLOTS 256

struct work {
	u64 seed;
	struct {
		struct device *dev;
		char *p;
		u64 addr;
		size_t size;
		enum dma_data_direction dir;
	} of[SLOTS];
};

static void toggle(struct work *w, unsigned int i)
{
	if (w->of[i].p) {
		kmemu_dma_sync_single_for_cpu(w->of[i].dev, w->of[i].addr + w->of[i].size / 2,
					      w->of[i].size / 3 + 1, w->of[i].dir);
		kmemu_dma_unmap_page_attrs(w->of[i].dev, w->of[i].addr, w->of[i].size,
					   w->of[i].dir, 0);
		kmemu_kfree(w->of[i].p);
		w->of[i].p = NULL;
		return;
	}
	w->of[i].dev = &devs[rnd(&w->seed) % 2];
	w->of[i].size = 64 + rnd(&w->seed) % (rnd(&w->seed) % 8 ? 3000 : 100000);
	w->of[i].dir = rnd(&w->seed) % 2 ? DMA_BIDIRECTIONAL : DMA_FROM_DEVICE;
	w->of[i].p = kmemu_kmalloc(w->of[i].size, GFP_KERNEL);
	w->of[i].addr = kmemu_dma_map_single_attrs(w->of[i].dev, w->of[i].p, w->of[i].size,
						   w->of[i].dir, 0);
	OK(!kmemu_dma_mapping_error(w->of[i].dev, w->of[i].addr));
}

static void *run(void *arg)
{
	struct work *w = arg;

	for (int i = 0; i < 4000; i++)
		toggle(w, rnd(&w->seed) % SLOTS);
	for (unsigned int i = 0; i < SLOTS; i++)
		if (w->of[i].p)
			toggle(w, i);
	return NULL;
}

HEAP_TEST(right_use_is_silent, "dma_debug=warn")
{
	static struct work w[4];
	pthread_t threads[4];

	w[0].seed = unit_seed() | 1;
	for (unsigned int i = 0; i < 100; i++)
		toggle(&w[0], i);
	UNIT_EQ(debug_dma_entries(), 100);
	run(&w[0]);
	UNIT_EQ(debug_dma_entries(), 0);
	for (int i = 0; i < 4; i++) {
		w[i].seed = (unit_seed() + (u64)i) | 1;
		pthread_create(&threads[i], NULL, run, &w[i]);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	UNIT_EQ(debug_dma_entries(), 0);
	UNIT_EQ(report_findings_total(), 0);
}

static u64 map(void *p, size_t size)
{
	u64 addr = kmemu_dma_map_single_attrs(&devs[0], p, size, DMA_TO_DEVICE, 0);

	kmemu_dma_mapping_error(&devs[0], addr);
	return addr;
}

static void map_pages(struct page *page, size_t offset, size_t size)
{
	u64 addr = kmemu_dma_map_page_attrs(&devs[0], page, offset, size, DMA_TO_DEVICE, 0);

	kmemu_dma_mapping_error(&devs[0], addr);
	kmemu_dma_unmap_page_attrs(&devs[0], addr, size, DMA_TO_DEVICE, 0);
}

static void map_list(struct page *page, unsigned int size)
{
	struct scatterlist sg;

	kmemu_sg_init_table(&sg, 1);
	sg.page_link |= (unsigned long)page;
	sg.length = size;
	UNIT_EQ(kmemu_dma_map_sg_attrs(&devs[0], &sg, 1, DMA_TO_DEVICE, 0), 1);
	kmemu_dma_unmap_sg_attrs(&devs[0], &sg, 1, DMA_TO_DEVICE, 0);
}

/* What the heap gave for it, however it was cut, and what lies behind it and is somebody's. */
HEAP_TEST(owners_that_are_right, "dma_debug=warn")
{
	struct page *pages = kmemu_alloc_pages(GFP_KERNEL, 3), *split;
	struct page *comp = kmemu_alloc_pages(GFP_KERNEL | __GFP_COMP, 2);
	char *p = kmemu_kmalloc(100, GFP_KERNEL), *area = kmemu_vmalloc(9 * PAGE_SIZE);
	char *large = kmemu_kmalloc(20000, GFP_KERNEL);

	map(p, 100);
	map(p + 64, 64); /* the whole bucket */
	map(large, 32768);
	map_pages(pages + 3, 100, 3 * PAGE_SIZE);
	map_pages(comp + 1, 0, 3 * PAGE_SIZE);
	map_list(comp, 4 * PAGE_SIZE);
	for (int i = 0; i < 9; i++)
		map_list(kmemu_vmalloc_to_page(area + i * PAGE_SIZE), PAGE_SIZE);
	split = kmemu_alloc_pages(GFP_KERNEL, 2);
	kmemu_split_page(split, 2);
	map_pages(split, 0, 4 * PAGE_SIZE);
	UNIT_EQ(report_findings_total(), 0);
}

HEAP_TEST(owners_that_are_wrong, "dma_debug=count")
{
	struct page *comp = kmemu_alloc_pages(GFP_KERNEL | __GFP_COMP, 2);
	struct page *split = kmemu_alloc_pages(GFP_KERNEL, 2);
	char *p = kmemu_kmalloc(100, GFP_KERNEL), *large = kmemu_kmalloc(20000, GFP_KERNEL);

	map(p + 64, 65);
	map(large + 1, 32768);
	map_pages(comp + 1, 0, 4 * PAGE_SIZE);
	UNIT_EQ(report_count(REPORT_DMA_OBJECTS), 3);
	kmemu_kfree(large);
	map(large, 1);
	kmemu_split_page(split, 2);
	kmemu_free_pages(split + 3, 0);
	map_pages(split, 0, 3 * PAGE_SIZE);
	UNIT_EQ(report_count(REPORT_DMA_FREE), 1);
	map_pages(split, 0, 3 * PAGE_SIZE + 1);
	UNIT_EQ(report_count(REPORT_DMA_FREE), 2);
	kmemu_dma_map_resource(&devs[0], (u64)large - PAGE_OFFSET, 64, DMA_TO_DEVICE, 0);
	UNIT_EQ(report_count(REPORT_DMA_FREE), 3);
	UNIT_EQ(report_count(REPORT_DMA_OBJECTS), 3);
}

HEAP_TEST(in_flight, "dma_debug=count")
{
	char *p = kmemu_kmalloc(4096, GFP_KERNEL), *other = kmemu_kmalloc(4096, GFP_KERNEL);
	char *large = kmemu_kmalloc(100000, GFP_KERNEL);
	struct page *page = kmemu_alloc_pages(GFP_KERNEL, 3);

	map(p + 1000, 10);
	map(p + 2000, 10);
	map(large + 50000, 10);
	map((char *)page_address(page) + 3 * PAGE_SIZE, 10);
	kmemu_kfree(other);
	UNIT_EQ(report_count(REPORT_DMA_IN_FLIGHT), 0);
	p = kmemu_krealloc(p, 3000, GFP_KERNEL); /* stays */
	UNIT_EQ(report_count(REPORT_DMA_IN_FLIGHT), 0);
	p = kmemu_krealloc(p, 9000, GFP_KERNEL); /* moves */
	UNIT_EQ(report_count(REPORT_DMA_IN_FLIGHT), 1);
	kmemu_kfree(p);
	UNIT_EQ(report_count(REPORT_DMA_IN_FLIGHT), 1);
	kmemu_kfree(large);
	UNIT_EQ(report_count(REPORT_DMA_IN_FLIGHT), 2);
	kmemu_free_pages(page, 3);
	UNIT_EQ(report_count(REPORT_DMA_IN_FLIGHT), 3);
}

/* A free() that was a hit: nobody was told of it. */
HEAP_TEST(freed_by_a_hit, "dma_debug=count")
{
	char *p[2] = { kmemu_kmalloc(4096, GFP_KERNEL), kmemu_kmalloc(4096, GFP_KERNEL) };
	u64 addr[2] = { map(p[0], 64), map(p[1], 64) };

	armed_mapped = NULL;
	kmemu_kfree(p[0]);
	kmemu_dma_sync_single_for_device(&devs[0], addr[1], 64, DMA_TO_DEVICE);
	UNIT_EQ(report_findings_total(), 0);
	for (int i = 0; i < 2; i++) {
		kmemu_dma_sync_single_for_device(&devs[0], addr[0] + 32, 32, DMA_TO_DEVICE);
		UNIT_EQ(report_count(REPORT_DMA_IN_FLIGHT), 1);
	}
	kmemu_dma_unmap_page_attrs(&devs[0], addr[0], 64, DMA_TO_DEVICE, 0);
	UNIT_EQ(report_count(REPORT_DMA_IN_FLIGHT), 1);
	kmemu_kfree(p[1]);
	kmemu_dma_unmap_page_attrs(&devs[0], addr[1], 64, DMA_TO_DEVICE, 0);
	UNIT_EQ(report_count(REPORT_DMA_IN_FLIGHT), 2);
}

HEAP_TEST(a_sync_far_inside, "dma_debug=count")
{
	struct page *page = kmemu_alloc_pages(GFP_KERNEL, 10);
	u64 addr = map(page_address(page), 4 << 20);

	kmemu_dma_sync_single_for_device(&devs[0], addr + (4 << 20) - 64, 64, DMA_TO_DEVICE);
	UNIT_EQ(report_count(REPORT_DMA_NOT_MAPPED), 0);
	kmemu_dma_sync_single_for_device(&devs[0], addr + (4 << 20) - 64, 65, DMA_TO_DEVICE);
	UNIT_EQ(report_count(REPORT_DMA_NOT_MAPPED), 1);
	kmemu_dma_sync_single_for_device(&devs[1], addr, 64, DMA_TO_DEVICE);
	UNIT_EQ(report_count(REPORT_DMA_NOT_MAPPED), 2);
	kmemu_device_release_driver(&devs[1]);
	UNIT_EQ(report_count(REPORT_DMA_LEAK), 0);
	kmemu_device_release_driver(&devs[0]);
	UNIT_EQ(report_count(REPORT_DMA_LEAK), 1);
	UNIT_EQ(debug_dma_entries(), 0);
}

/* One address mapped many times: the one that fits is unmapped. */
HEAP_TEST(the_best_fit, "dma_debug=count")
{
	char *p = kmemu_kmalloc(4096, GFP_KERNEL);
	u64 addr[3] = { map(p, 100), map(p, 200), map(p, 300) };

	kmemu_dma_unmap_page_attrs(&devs[0], addr[1], 200, DMA_TO_DEVICE, 0);
	kmemu_dma_unmap_page_attrs(&devs[0], addr[2], 300, DMA_TO_DEVICE, 0);
	kmemu_dma_unmap_page_attrs(&devs[0], addr[0], 100, DMA_TO_DEVICE, 0);
	UNIT_EQ(debug_dma_entries(), 0);
	UNIT_EQ(report_count(REPORT_DMA_SIZE) + report_count(REPORT_DMA_NOT_MAPPED), 0);
}

/* Kernel: __dma_map_sg_attrs() warns, and dma_map_sgtable() says -EIO. */
HEAP_TEST(a_list_of_nothing, "dma_debug=count")
{
	struct scatterlist sg = { .length = 0 };
	struct sg_table table = { .sgl = &sg };

	UNIT_EQ(kmemu_dma_map_sg_attrs(&devs[0], &sg, 0, DMA_TO_DEVICE, 0), 0);
	UNIT_EQ(report_count(REPORT_DMA_SG_COUNT), 1);
	UNIT_EQ(kmemu_dma_map_sgtable(&devs[0], &table, DMA_TO_DEVICE, 0), -EIO);
	UNIT_EQ(debug_dma_entries(), 0);
}

UNIT_MAIN("dma_debug", UNIT_TEST(right_use_is_silent), UNIT_TEST(owners_that_are_right),
	  UNIT_TEST(owners_that_are_wrong), UNIT_TEST(in_flight), UNIT_TEST(freed_by_a_hit),
	  UNIT_TEST(a_sync_far_inside), UNIT_TEST(the_best_fit), UNIT_TEST(a_list_of_nothing));
