// flags: -Iinclude -lkmemu
/*
 * For dma_first.sh, which links it with libkmemu.a: a misuse by the first call that a
 * program makes to the API is found as any later one is.
 */
#include <linux/dma-mapping.h>
#include <linux/io.h>

#include "check.h"

static u64 mask = DMA_BIT_MASK(32);
static struct device device = { .init_name = "nic0", .dma_mask = &mask };
static char on_nothing[64];

static void resource(void)
{
	CHECK(dma_map_resource(&device, 1ULL << 40, 4096, DMA_TO_DEVICE, 0) == DMA_MAPPING_ERROR);
}

static void unmap(void)
{
	dma_unmap_single(&device, 4096, 64, DMA_TO_DEVICE);
}

static void unmap_error(void)
{
	dma_unmap_page(&device, DMA_MAPPING_ERROR, 64, DMA_TO_DEVICE);
}

static void sync_unknown(void)
{
	dma_sync_single_for_cpu(&device, 4096, 64, DMA_FROM_DEVICE);
}

static void coherent(void)
{
	dma_addr_t handle;

	CHECK(!dma_alloc_coherent(&device, 4096, &handle, GFP_KERNEL));
}

static void pages(void)
{
	dma_free_pages(&device, 4096, pfn_to_page(4096), 4096 << PAGE_SHIFT, DMA_TO_DEVICE);
}

static void list(void)
{
	struct scatterlist sg;

	sg_init_one(&sg, on_nothing, sizeof(on_nothing));
}

static void phys(void)
{
	CHECK(virt_to_phys(on_nothing) == ~0UL);
}

static void unmap_registers(void)
{
	iounmap((void *)on_nothing);
}

static const struct {
	const char *name;
	void (*func)(void);
} cases[] = {
	{ "resource", resource }, { "unmap", unmap },
	{ "unmap_error", unmap_error }, { "sync", sync_unknown },
	{ "coherent", coherent }, { "free_pages", pages },
	{ "list", list }, { "phys", phys },
	{ "unmap_registers", unmap_registers },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (argc > 1 && strcmp(cases[i].name, argv[1]) == 0)
			cases[i].func();
	return 0;
}
