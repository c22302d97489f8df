// flags: -Iinclude -lkmemu -Wno-use-after-free
/*
 * One misuse of the DMA API, named by the argument, or with a second argument its
 * twin: the same with the mistake mended. For report_kinds.sh, which compares the
 * whole report, and dma_debug.sh.
 */
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/vmalloc.h>

#include "check.h"

#define CASE static noinline void

static bool mended;
static struct device_driver driver = { .name = "nic" };
static struct device_dma_parameters parms = { .max_segment_size = 4096,
					      .segment_boundary_mask = 0xfff };
static u64 mask = ~0ULL;
static struct device device = { .init_name = "0000:00:03.0",
				.driver = &driver,
				.dma_mask = &mask,
				.coherent_dma_mask = ~0ULL };
static struct device *dev = &device;

/* The buffers are kept, so that nothing is said at the end. */
static noinline char *buffer(size_t size)
{
	char *p = kmalloc(size, GFP_KERNEL);

	CHECK(p);
	memset(p, 'b', size);
	return p;
}

static noinline dma_addr_t map(void *p, size_t size, enum dma_data_direction dir)
{
	dma_addr_t addr = dma_map_single(dev, p, size, dir);

	CHECK(!dma_mapping_error(dev, addr));
	return addr;
}

static bool is_mapped(dma_addr_t addr)
{
	return !dma_mapping_error(dev, addr);
}

CASE vmalloc_memory(void)
{
	char *p = mended ? buffer(9000) : vmalloc(9000);
	dma_addr_t addr = dma_map_single(dev, p, 9000, DMA_TO_DEVICE);

	CHECK(is_mapped(addr) == mended);
	if (mended)
		dma_unmap_single(dev, addr, 9000, DMA_TO_DEVICE);
}

CASE stack(void)
{
	char command[64];
	char *p = mended ? buffer(64) : command;
	dma_addr_t addr = dma_map_single(dev, p, 64, DMA_TO_DEVICE);

	CHECK(is_mapped(addr) == mended);
	if (mended)
		dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
}

CASE rodata(void)
{
	static const char command[64] = "reset";
	char *p = mended ? buffer(64) : (char *)command;
	dma_addr_t addr = dma_map_single(dev, p, 64, DMA_TO_DEVICE);

	CHECK(is_mapped(addr) == mended);
	if (mended)
		dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
}

CASE invalid_area(void)
{
	static char command[64];
	char *p = mended ? buffer(64) : command;
	dma_addr_t addr = dma_map_single(dev, p, 64, DMA_TO_DEVICE);

	CHECK(is_mapped(addr) == mended);
	if (mended)
		dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
}

CASE overlap(void)
{
	char *p = buffer(256);
	dma_addr_t a = map(p, 64, DMA_FROM_DEVICE);
	dma_addr_t b = map(p + (mended ? 64 : 0), 64, DMA_FROM_DEVICE);

	dma_unmap_single(dev, b, 64, DMA_FROM_DEVICE);
	dma_unmap_single(dev, a, 64, DMA_FROM_DEVICE);
}

CASE exceeded(void)
{
	char *p = buffer(4096);
	dma_addr_t addr[9];
	int i, n = mended ? 8 : 9;

	for (i = 0; i < n; i++) {
		addr[i] = dma_map_single_attrs(dev, p, 64, DMA_FROM_DEVICE, DMA_ATTR_SKIP_CPU_SYNC);
		CHECK(!dma_mapping_error(dev, addr[i]));
	}
	for (i = 0; i < n; i++)
		dma_unmap_single(dev, addr[i], 64, DMA_FROM_DEVICE);
}

static void one_entry(char *p, unsigned int size)
{
	struct scatterlist sg;

	device.dma_parms = &parms;
	sg_init_one(&sg, p, size);
	CHECK(dma_map_sg(dev, &sg, 1, DMA_TO_DEVICE) == 1);
	dma_unmap_sg(dev, &sg, 1, DMA_TO_DEVICE);
}

CASE segment(void)
{
	one_entry(buffer(8192), mended ? 4096 : 8192);
}

CASE boundary(void)
{
	one_entry(buffer(8192) + (mended ? 0 : 4000), 1000);
}

CASE no_mask(void)
{
	char *p = buffer(64);
	dma_addr_t addr;

	if (!mended)
		device.dma_mask = NULL;
	addr = dma_map_single(dev, p, 64, DMA_TO_DEVICE);
	CHECK(is_mapped(addr) == mended);
	if (mended)
		dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
}

/* With swiotlb=noforce. */
CASE mask_overflow(void)
{
	char *p = buffer(64);
	dma_addr_t addr;

	CHECK(dma_set_mask(dev, DMA_BIT_MASK(mended ? 64 : 32)) == 0);
	addr = dma_map_single(dev, p, 64, DMA_TO_DEVICE);
	CHECK(is_mapped(addr) == mended);
	if (mended)
		dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
}

CASE bounce_overflow(void)
{
	dma_addr_t addr;

	CHECK(dma_set_mask(dev, DMA_BIT_MASK(mended ? 32 : 24)) == 0);
	addr = dma_map_single(dev, buffer(64), 64, DMA_TO_DEVICE);
	CHECK(is_mapped(addr) == mended);
	if (mended)
		dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
}

CASE bounce_full(void)
{
	size_t size = mended ? 4096 : (256 << 10) + 1;
	char *p = (char *)__get_free_pages(GFP_KERNEL, 7);
	dma_addr_t addr;

	CHECK(p && dma_set_mask(dev, DMA_BIT_MASK(32)) == 0);
	CHECK(dma_max_mapping_size(dev) == 256 << 10);
	addr = dma_map_single(dev, p, size, DMA_TO_DEVICE);
	CHECK(is_mapped(addr) == mended);
	if (mended)
		dma_unmap_single(dev, addr, size, DMA_TO_DEVICE);
}

CASE not_mapped(void)
{
	dma_addr_t addr = map(buffer(64), 64, DMA_TO_DEVICE);

	dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
	if (!mended)
		dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
}

CASE invalid_address(void)
{
	if (!mended)
		dma_unmap_single(dev, DMA_MAPPING_ERROR, 64, DMA_TO_DEVICE);
}

CASE size(void)
{
	dma_addr_t addr = map(buffer(2048), 2048, DMA_FROM_DEVICE);

	dma_unmap_single(dev, addr, mended ? 2048 : 1500, DMA_FROM_DEVICE);
}

CASE function(void)
{
	dma_addr_t addr;
	void *p = dma_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);

	CHECK(p);
	if (mended)
		dma_free_coherent(dev, 4096, p, addr);
	else
		dma_unmap_single(dev, addr, 4096, DMA_BIDIRECTIONAL);
}

CASE cpu_address(void)
{
	dma_addr_t addr;
	char *p = dma_alloc_coherent(dev, 8192, &addr, GFP_KERNEL);

	CHECK(p);
	dma_free_coherent(dev, 8192, mended ? p : p + 4096, addr);
}

CASE direction(void)
{
	dma_addr_t addr = map(buffer(64), 64, DMA_FROM_DEVICE);

	dma_unmap_single(dev, addr, 64, mended ? DMA_FROM_DEVICE : DMA_TO_DEVICE);
}

CASE no_direction(void)
{
	dma_addr_t addr = dma_map_single(dev, buffer(64), 64, mended ? DMA_TO_DEVICE : DMA_NONE);

	CHECK(is_mapped(addr) == mended);
	if (mended)
		dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
}

static void list(struct sg_table *table, enum dma_data_direction dir)
{
	struct scatterlist *sg;
	unsigned int i;

	CHECK(sg_alloc_table(table, 4, GFP_KERNEL) == 0);
	for_each_sgtable_sg(table, sg, i)
		sg_set_buf(sg, buffer(512), 512);
	CHECK(dma_map_sg(dev, table->sgl, 4, dir) == 4);
}

CASE sg_count(void)
{
	struct sg_table table;

	list(&table, DMA_TO_DEVICE);
	dma_unmap_sg(dev, table.sgl, mended ? 4 : 3, DMA_TO_DEVICE);
	sg_free_table(&table);
}

CASE unchecked(void)
{
	dma_addr_t addr = dma_map_single(dev, buffer(64), 64, DMA_TO_DEVICE);

	if (mended)
		CHECK(!dma_mapping_error(dev, addr));
	dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
}

CASE sync_unknown(void)
{
	dma_addr_t addr = map(buffer(64), 64, DMA_FROM_DEVICE);

	if (mended)
		dma_sync_single_for_cpu(dev, addr, 64, DMA_FROM_DEVICE);
	dma_unmap_single(dev, addr, 64, DMA_FROM_DEVICE);
	if (!mended)
		dma_sync_single_for_cpu(dev, addr, 64, DMA_FROM_DEVICE);
}

CASE sync_direction(void)
{
	dma_addr_t addr = map(buffer(64), 64, DMA_FROM_DEVICE);

	dma_sync_single_for_cpu(dev, addr, 64, mended ? DMA_FROM_DEVICE : DMA_TO_DEVICE);
	dma_unmap_single(dev, addr, 64, DMA_FROM_DEVICE);
}

CASE sync_readonly(void)
{
	dma_addr_t addr = map(buffer(64), 64, DMA_TO_DEVICE);

	if (mended)
		dma_sync_single_for_device(dev, addr, 64, DMA_TO_DEVICE);
	else
		dma_sync_single_for_cpu(dev, addr, 64, DMA_BIDIRECTIONAL);
	dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
}

CASE sync_writeonly(void)
{
	dma_addr_t addr = map(buffer(64), 64, DMA_FROM_DEVICE);

	if (mended)
		dma_sync_single_for_device(dev, addr, 64, DMA_FROM_DEVICE);
	else
		dma_sync_single_for_device(dev, addr, 64, DMA_BIDIRECTIONAL);
	dma_unmap_single(dev, addr, 64, DMA_FROM_DEVICE);
}

CASE sync_sg(void)
{
	struct sg_table table;

	list(&table, DMA_FROM_DEVICE);
	dma_sync_sg_for_cpu(dev, table.sgl, mended ? 4 : 3, DMA_FROM_DEVICE);
	dma_unmap_sg(dev, table.sgl, 4, DMA_FROM_DEVICE);
	sg_free_table(&table);
}

CASE in_flight(void)
{
	char *p = buffer(2048);
	dma_addr_t addr = map(p, 2048, DMA_FROM_DEVICE);

	if (!mended)
		kfree(p);
	dma_unmap_single(dev, addr, 2048, DMA_FROM_DEVICE);
	if (mended)
		kfree(p);
}

/* Seen when it is unmapped: free() is a hit, and knows nothing. */
CASE in_flight_free(void)
{
	char *p = malloc(2048);
	dma_addr_t addr;

	CHECK(p);
	addr = map(p, 2048, DMA_FROM_DEVICE);
	if (!mended)
		free(p);
	dma_unmap_single(dev, addr, 2048, DMA_FROM_DEVICE);
	if (mended)
		free(p);
}

CASE objects(void)
{
	char *p = buffer(100);
	dma_addr_t addr = map(p, mended ? 128 : 129, DMA_FROM_DEVICE);

	dma_unmap_single(dev, addr, mended ? 128 : 129, DMA_FROM_DEVICE);
}

CASE objects_of_list(void)
{
	struct scatterlist sg[2];
	int i;

	sg_init_table(sg, 2);
	for (i = 0; i < 2; i++)
		sg_set_buf(&sg[i], buffer(512), i == 0 || mended ? 512 : 1024);
	CHECK(dma_map_sg(dev, sg, 2, DMA_TO_DEVICE) == 2);
	dma_unmap_sg(dev, sg, 2, DMA_TO_DEVICE);
}

CASE free_object(void)
{
	char *p = buffer(64);
	dma_addr_t addr;

	if (!mended)
		kfree(p);
	addr = map(p, 64, DMA_TO_DEVICE);
	dma_unmap_single(dev, addr, 64, DMA_TO_DEVICE);
}

/* Of pages the last is free. */
CASE free_page_behind(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	dma_addr_t addr;

	CHECK(page);
	split_page(page, 1);
	if (!mended)
		__free_page(page + 1);
	addr = dma_map_page(dev, page, 0, 2 * PAGE_SIZE, DMA_TO_DEVICE);
	CHECK(is_mapped(addr));
	dma_unmap_page(dev, addr, 2 * PAGE_SIZE, DMA_TO_DEVICE);
}

CASE leak(void)
{
	dma_addr_t addr;
	void *p = mended ? dmam_alloc_coherent(dev, 4096, &addr, GFP_KERNEL) :
			   dma_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);

	CHECK(p);
	device_release_driver(dev);
}

static struct dma_pool *pool(void)
{
	struct dma_pool *p = dma_pool_create("descriptors", dev, 64, 64, 0);

	CHECK(p);
	return p;
}

CASE pool_busy(void)
{
	struct dma_pool *descriptors = pool();
	dma_addr_t addr;
	void *p = dma_pool_alloc(descriptors, GFP_KERNEL, &addr);

	CHECK(p);
	if (mended)
		dma_pool_free(descriptors, p, addr);
	dma_pool_destroy(descriptors);
}

CASE pool_corrupted(void)
{
	struct dma_pool *descriptors = pool();
	dma_addr_t addr;
	char *p = dma_pool_alloc(descriptors, GFP_KERNEL, &addr);

	CHECK(p);
	dma_pool_free(descriptors, p, addr);
	if (!mended) {
		memset(p, 0, 16); /* what is told of does not depend on addresses */
		memcpy(p + 40, "late", 4);
	}
	p = mended ? dma_pool_alloc(descriptors, GFP_KERNEL, &addr) :
		     dma_pool_zalloc(descriptors, GFP_KERNEL, &addr);
	CHECK(p);
}

CASE pool_free(void)
{
	struct dma_pool *descriptors = pool();
	dma_addr_t addr;
	void *p = dma_pool_alloc(descriptors, GFP_KERNEL, &addr);

	dma_pool_free(descriptors, p, addr);
	if (!mended)
		dma_pool_free(descriptors, p, addr);
	dma_pool_destroy(descriptors);
}

CASE pool_bad(void)
{
	struct dma_pool *descriptors = pool();
	dma_addr_t addr;
	void *p = dma_pool_alloc(descriptors, GFP_KERNEL, &addr);

	dma_pool_free(descriptors, p, mended ? addr : addr + 65536);
	if (!mended)
		dma_pool_free(descriptors, p, addr);
	dma_pool_destroy(descriptors);
}

CASE irqs_off(void)
{
	unsigned long flags = 0;
	dma_addr_t addr;
	void *p = dma_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);

	if (!mended)
		local_irq_save(flags);
	dma_free_coherent(dev, 4096, p, addr);
	if (!mended)
		local_irq_restore(flags);
}

CASE not_managed(void)
{
	char *p = mended ? devm_kmalloc(dev, 64, GFP_KERNEL) : buffer(64);

	devm_kfree(dev, p);
}

CASE not_linear(void)
{
	char *p = mended ? buffer(9000) : vmalloc(9000);

	CHECK((virt_to_phys(p) != ~0ULL) == mended);
}

CASE not_linear_page(void)
{
	char area[32], *p = mended ? buffer(32) : area;

	CHECK(!virt_to_page(p) == !mended);
}

CASE not_linear_list(void)
{
	char key[32];
	struct scatterlist sg;

	sg_init_one(&sg, mended ? buffer(32) : key, 32);
}

CASE ioremap_ram(void)
{
	phys_addr_t phys = mended ? 1ULL << 50 : virt_to_phys(buffer(64));

	CHECK(!ioremap(phys, 64) == !mended);
}

CASE iounmap_bad(void)
{
	char *registers = ioremap(1ULL << 50, 64);

	CHECK(registers);
	iounmap(registers);
	if (!mended)
		iounmap(registers);
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "dma-vmalloc", vmalloc_memory },
	{ "dma-stack", stack },
	{ "dma-rodata", rodata },
	{ "dma-invalid-area", invalid_area },
	{ "dma-overlap", overlap },
	{ "dma-exceeded", exceeded },
	{ "dma-segment", segment },
	{ "dma-boundary", boundary },
	{ "dma-no-mask", no_mask },
	{ "dma-mask-overflow", mask_overflow },
	{ "dma-bounce-overflow", bounce_overflow },
	{ "dma-bounce-full", bounce_full },
	{ "dma-not-mapped", not_mapped },
	{ "dma-invalid-address", invalid_address },
	{ "dma-size", size },
	{ "dma-function", function },
	{ "dma-cpu-address", cpu_address },
	{ "dma-direction", direction },
	{ "dma-no-direction", no_direction },
	{ "dma-sg-count", sg_count },
	{ "dma-unchecked", unchecked },
	{ "dma-sync-unknown", sync_unknown },
	{ "dma-sync-direction", sync_direction },
	{ "dma-sync-readonly", sync_readonly },
	{ "dma-sync-writeonly", sync_writeonly },
	{ "dma-sync-sg", sync_sg },
	{ "dma-in-flight", in_flight },
	{ "dma-in-flight-free", in_flight_free },
	{ "dma-objects", objects },
	{ "dma-objects-list", objects_of_list },
	{ "dma-free", free_object },
	{ "dma-free-page", free_page_behind },
	{ "dma-leak", leak },
	{ "dma-pool-busy", pool_busy },
	{ "dma-pool-corrupted", pool_corrupted },
	{ "dma-pool-free", pool_free },
	{ "dma-pool-bad", pool_bad },
	{ "dma-irqs-off", irqs_off },
	{ "not-managed", not_managed },
	{ "not-linear", not_linear },
	{ "not-linear-page", not_linear_page },
	{ "not-linear-list", not_linear_list },
	{ "ioremap-ram", ioremap_ram },
	{ "iounmap-bad", iounmap_bad },
};

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2)
		return 0;
	mended = argc > 2;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(argv[1], cases[i].name))
			continue;
		cases[i].run();
		printf("went on\n");
		return 0;
	}
	fprintf(stderr, "no case %s\n", argv[1]);
	return 2;
}
