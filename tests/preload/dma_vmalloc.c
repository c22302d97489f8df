// flags: -Iinclude -lkmemu -Wno-use-after-free
/*
 * For dma_vmalloc.sh: pages of vmalloc memory go to a device by a scatter list, as
 * drivers do it. "list": mapped, read and written by the device, unmapped; with "bounce" through
 * a device of 32 bits. "freed": the area goes while they are mapped.
 */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/vmalloc.h>

#include "check.h"

#define NR 16

static u64 mask = ~0ULL;
static struct device device = { .init_name = "0000:00:03.0", .dma_mask = &mask,
				.coherent_dma_mask = ~0ULL };
static struct page *pages[NR];

static char *area(void)
{
	char *p = vmalloc(NR * PAGE_SIZE);

	CHECK(p);
	for (int i = 0; i < NR; i++) {
		memset(p + i * PAGE_SIZE, 'a' + i, PAGE_SIZE);
		pages[i] = vmalloc_to_page(p + i * PAGE_SIZE);
		CHECK(pages[i]);
		CHECK(pfn_valid(page_to_pfn(pages[i])));
		CHECK(pfn_valid(vmalloc_to_pfn(p + i * PAGE_SIZE)));
		CHECK(pfn_to_page(vmalloc_to_pfn(p + i * PAGE_SIZE)) == pages[i]);
	}
	return p;
}

/* The device adds one to each byte. */
static void device_works(struct sg_table *sgt)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_dma_sg(sgt, sg, i)
	{
		char *byte = phys_to_virt(sg_dma_address(sg));

		for (unsigned int j = 0; j < sg_dma_len(sg); j++)
			byte[j]++;
	}
}

static void list(void)
{
	char *p = area();
	struct sg_table sgt;

	CHECK(!sg_alloc_table_from_pages(&sgt, pages, NR, 0, NR * PAGE_SIZE, GFP_KERNEL));
	CHECK(!dma_map_sgtable(&device, &sgt, DMA_BIDIRECTIONAL, 0));
	device_works(&sgt);
	dma_unmap_sgtable(&device, &sgt, DMA_BIDIRECTIONAL, 0);
	for (int i = 0; i < NR * (int)PAGE_SIZE; i++)
		CHECK(p[i] == 'b' + i / (int)PAGE_SIZE);
	sg_free_table(&sgt);
	vfree(p);
}

static void one_page(void)
{
	char *p = area();
	dma_addr_t addr = dma_map_page(&device, pages[3], 8, 100, DMA_TO_DEVICE);

	CHECK(!dma_mapping_error(&device, addr));
	CHECK(*(char *)phys_to_virt(addr) == 'a' + 3);
	dma_unmap_page(&device, addr, 100, DMA_TO_DEVICE);
	CHECK(virt_addr_valid(page_address(pages[3])));
	vfree(p);
}

static void freed(void)
{
	char *p = area();
	dma_addr_t addr = dma_map_page(&device, pages[3], 8, 100, DMA_FROM_DEVICE);

	CHECK(!dma_mapping_error(&device, addr));
	vfree(p);
	dma_unmap_page(&device, addr, 100, DMA_FROM_DEVICE);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 0;
	if (argc > 2)
		CHECK(!dma_set_mask(&device, DMA_BIT_MASK(32)));
	if (!strcmp(argv[1], "list")) {
		list();
		one_page();
	} else {
		freed();
	}
	return 0;
}
