// flags: -Iinclude -lkmemu
/*
 * For dma_alloc.sh: "pool": a pool asks for a page under a spinlock, which is one finding of one
 * call. "large", "nothing": coherent memory of an order that there is not.
 */
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/spinlock.h>

#include "check.h"

static u64 mask = ~0ULL;
static struct device device = { .init_name = "nic0", .dma_mask = &mask,
				.coherent_dma_mask = ~0ULL };
static DEFINE_SPINLOCK(lock);

static void pool(void)
{
	struct dma_pool *p = dma_pool_create("p", &device, 64, 64, 0);
	dma_addr_t handle;
	void *block;

	spin_lock(&lock);
	block = dma_pool_alloc(p, GFP_KERNEL, &handle);
	spin_unlock(&lock);
	CHECK(block);
	dma_pool_free(p, block, handle);
	dma_pool_destroy(p);
}

int main(int argc, char **argv)
{
	dma_addr_t handle;

	CHECK(argc == 2);
	if (strcmp(argv[1], "pool") == 0)
		pool();
	else
		CHECK(!dma_alloc_coherent(&device, argv[1][0] == 'l' ? (4 << 20) + 1 : 0, &handle,
					  GFP_KERNEL));
	return 0;
}
