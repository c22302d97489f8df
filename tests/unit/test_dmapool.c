/* SPDX-License-Identifier: MIT */
/*
 * Pools: blocks are aligned, cross no boundary, do not overlap, and their device
 * address is theirs; what cannot be is NULL. Kernel: mm/dmapool_test.c's shapes.
 */
#include "tests/unit/heap.h"

#include "core/kernel/dma/direct.h"

static unsigned long long mask = ~0ULL;
static struct device dev = { .init_name = "pool", .dma_mask = &mask, .coherent_dma_mask = ~0ULL };

HEAP_TEST(rules_of_create, "")
{
	struct dma_pool *pool;

	OK(!kmemu_dma_pool_create("a", NULL, 64, 0, 0));
	OK(!kmemu_dma_pool_create("a", &dev, 0, 0, 0));
	OK(!kmemu_dma_pool_create("a", &dev, 1UL << 32, 0, 0));
	OK(!kmemu_dma_pool_create("a", &dev, 64, 48, 0));
	OK(!kmemu_dma_pool_create("a", &dev, 64, 0, 32));
	OK(!kmemu_dma_pool_create("a", &dev, 64, 0, 96));
	pool = kmemu_dma_pool_create("a name that is longer than there is room for", &dev, 1, 0, 0);
	OK(pool);
	kmemu_dma_pool_destroy(pool);
	kmemu_dma_pool_destroy(NULL);
	OK(!dev.kmemu_pools);
}

#define BLOCKS 600

static void shape(size_t size, size_t align, size_t boundary)
{
	struct dma_pool *pool = kmemu_dma_pool_create("test", &dev, size, align, boundary);
	static kmemu_dma_addr_t addr[BLOCKS];
	static u8 *p[BLOCKS];

	OK(pool);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < BLOCKS; i++) {
			p[i] = kmemu_dma_pool_alloc(pool, GFP_KERNEL, &addr[i]);
			OK(p[i] && (u64)p[i] - PAGE_OFFSET == addr[i]);
			UNIT_EQ(addr[i] % max(align, 1UL), 0);
			if (boundary)
				UNIT_EQ(addr[i] / boundary, (addr[i] + size - 1) / boundary);
			memset(p[i], i, size);
		}
		for (int i = 0; i < BLOCKS; i++) {
			OK(p[i][0] == (u8)i && p[i][size - 1] == (u8)i);
			kmemu_dma_pool_free(pool, p[i], addr[i]);
		}
	}
	p[0] = kmemu_dma_pool_alloc(pool, GFP_KERNEL | __GFP_ZERO, &addr[0]);
	UNIT_EQ(p[0][size - 1], 0);
	kmemu_dma_pool_free(pool, p[0], addr[0]);
	kmemu_dma_pool_destroy(pool);
}

static void shapes(void)
{
	shape(16, 16, 0);
	shape(64, 64, 0);
	shape(256, 256, 0);
	shape(1024, 1024, 0);
	shape(4096, 4096, 0);
	shape(68, 32, 4096);
	shape(1000, 8, 2048);
	shape(20, 0, 0);
	shape(9000, 0, 0);
	UNIT_EQ(debug_dma_entries(), 0);
	UNIT_EQ(report_findings_total(), 0);
}

HEAP_TEST(blocks, "dma_debug=warn")
{
	shapes();
}

HEAP_TEST(blocks_unchecked, "dma_debug=off")
{
	shapes();
}

HEAP_TEST(managed, "dma_debug=warn")
{
	kmemu_dma_addr_t addr;
	struct dma_pool *pool = kmemu_dmam_pool_create("managed", &dev, 64, 0, 0);
	struct dma_pool *other = kmemu_dmam_pool_create("other", &dev, 64, 0, 0);
	void *p = kmemu_dma_pool_alloc(pool, GFP_KERNEL, &addr);

	kmemu_dma_pool_free(pool, p, addr);
	kmemu_dmam_pool_destroy(other);
	kmemu_device_release_driver(&dev);
	OK(!dev.kmemu_pools && !dev.kmemu_devres);
	UNIT_EQ(report_findings_total(), 0);
}

/* An address inside of a block is none of a block, and its neighbour is not written to. */
HEAP_TEST(inside_of_a_block, "dma_debug=warn")
{
	kmemu_dma_addr_t addr, next;
	struct dma_pool *pool = kmemu_dma_pool_create("inside", &dev, 64, 64, 0);
	char *p = kmemu_dma_pool_alloc(pool, GFP_KERNEL, &addr);
	char *q = kmemu_dma_pool_alloc(pool, GFP_KERNEL, &next);

	memset(q, 'q', 64);
	kmemu_dma_pool_free(pool, p + 8, addr + 8);
	UNIT_EQ(report_findings_total(), 1);
	for (int i = 0; i < 64; i++)
		OK(q[i] == 'q');
	kmemu_dma_pool_free(pool, p, addr);
	kmemu_dma_pool_free(pool, q, next);
	kmemu_dma_pool_destroy(pool);
	UNIT_EQ(report_findings_total(), 1);
}

UNIT_MAIN("dmapool", UNIT_TEST(rules_of_create), UNIT_TEST(blocks), UNIT_TEST(blocks_unchecked),
	  UNIT_TEST(managed), UNIT_TEST(inside_of_a_block));
