// flags: -Iinclude -lkmemu
/*
 * For not_managed.sh: a devm_ or dmam_ function that ends the life of what the device does
 * not manage, named by the argument; with a second one its twin, which gives it what
 * the device manages.
 */
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/interrupt.h>
#include <linux/ioport.h>

#include "check.h"

static u64 mask = ~0ULL;
static struct device device = { .init_name = "nic0", .dma_mask = &mask,
				.coherent_dma_mask = ~0ULL };
static struct device *dev = &device;
static bool managed;
static dma_addr_t handle;

static void coherent(void)
{
	char *p = managed ? dmam_alloc_coherent(dev, 100, &handle, GFP_KERNEL) :
			    dma_alloc_coherent(dev, 100, &handle, GFP_KERNEL);

	dmam_free_coherent(dev, 100, p, handle);
}

static void pool(void)
{
	struct dma_pool *p = managed ? dmam_pool_create("p", dev, 64, 64, 0) :
				       dma_pool_create("p", dev, 64, 64, 0);

	dmam_pool_destroy(p);
}

static void nothing(void *data)
{
	(void)data;
}

static void removed(void)
{
	if (managed)
		CHECK(!devm_add_action(dev, nothing, &handle));
	devm_remove_action(dev, nothing, &handle);
}

static void released(void)
{
	if (managed)
		CHECK(!devm_add_action(dev, nothing, &handle));
	devm_release_action(dev, nothing, &handle);
}

static irqreturn_t handler(int irq, void *data)
{
	(void)irq;
	(void)data;
	return IRQ_HANDLED;
}

/* It is freed all the same, so that it can be asked for again. */
static void interrupt(void)
{
	for (int i = 0; i < 2; i++) {
		CHECK(!(managed ? devm_request_irq(dev, 5, handler, 0, "nic", dev) :
				  request_irq(5, handler, 0, "nic", dev)));
		devm_free_irq(dev, 5, dev);
	}
}

static void region(void)
{
	CHECK(managed ? devm_request_mem_region(dev, 0xfe000000, 4096, "nic") :
			request_mem_region(0xfe000000, 4096, "nic"));
	devm_release_mem_region(dev, 0xfe000000, 4096);
}

static const struct {
	const char *name;
	void (*func)(void);
} cases[] = {
	{ "dmam_free_coherent", coherent },
	{ "dmam_pool_destroy", pool },
	{ "devm_remove_action", removed },
	{ "devm_release_action", released },
	{ "devm_free_irq", interrupt },
	{ "devm_release_region", region },
};

int main(int argc, char **argv)
{
	managed = argc > 2;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (argc == 1)
			puts(cases[i].name);
		else if (strcmp(cases[i].name, argv[1]) == 0)
			cases[i].func();
	}
	return 0;
}
