// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Platform devices: a driver for two kinds of them, with registers, an interrupt and data;
 * who gets which resource; drivers for what is there already (kernel_api_platform.sh).
 */
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "check.h"

static bool mistakes;
module_param(mistakes, bool, 0444);

/* --- the driver */

struct port {
	void __iomem *regs;
	int irq, interrupts;
};
struct port_data {
	u32 speed;
};

static struct port *last; /* that was probed */
static int removed;

static irqreturn_t port_interrupt(int irq, void *data)
{
	struct port *p = data;

	(void)irq;
	p->interrupts++;
	writel(readl(p->regs) + 1, p->regs);
	return IRQ_HANDLED;
}

static int port_probe(struct platform_device *pdev)
{
	const struct port_data *data = dev_get_platdata(&pdev->dev);
	struct port *p = devm_kzalloc(&pdev->dev, sizeof(*p), GFP_KERNEL);
	int err;

	if (!p)
		return -ENOMEM;
	p->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(p->regs))
		return PTR_ERR(p->regs);
	p->irq = platform_get_irq(pdev, 0);
	if (p->irq < 0)
		return p->irq;
	err = devm_request_irq(&pdev->dev, p->irq, port_interrupt, 0, dev_name(&pdev->dev), p);
	if (err)
		return err;
	writel(data ? data->speed : (u32)platform_get_device_id(pdev)->driver_data, p->regs);
	platform_set_drvdata(pdev, p);
	last = p;
	return 0;
}

static void port_remove(struct platform_device *pdev)
{
	removed += platform_get_drvdata(pdev) != NULL;
}

static const struct platform_device_id port_ids[] = {
	{ "port-slow", 10 },
	{ "port-fast", 1000 },
	{},
};
MODULE_DEVICE_TABLE(platform, port_ids);

static const struct of_device_id port_of_match[] = {
	{ .compatible = "vendor,port" },
	{},
};
MODULE_DEVICE_TABLE(of, port_of_match);

static struct platform_driver port_driver = {
	.probe = port_probe,
	.remove = port_remove,
	.id_table = port_ids,
	.driver = { .name = "port", .of_match_table = port_of_match },
};
module_platform_driver(port_driver);

/* --- devices */

static const struct resource fast_res[] = {
	DEFINE_RES_MEM_NAMED(0xfe100000000ULL, 0x1000, "regs"),
	DEFINE_RES_IRQ_NAMED(7, "event"),
};
static const struct resource slow_res[] = {
	DEFINE_RES_IRQ(8),
	DEFINE_RES_MEM(0xfe100001000ULL, 0x1000),
};

static void two_kinds(void)
{
	struct platform_device *fast, *slow, *none;
	struct port_data data = { 77 };
	struct resource *r;
	char buf[64];

	fast = platform_device_register_simple("port-fast", 0, fast_res, 2);
	CHECK(!IS_ERR(fast) && last && last->irq == 7 && readl(last->regs) == 1000);
	CHECK(!strcmp(dev_name(&fast->dev), "port-fast.0") && dev_is_platform(&fast->dev));
	CHECK(to_platform_device(&fast->dev) == fast && fast->dev.parent == &platform_bus);
	CHECK(platform_get_device_id(fast) == &port_ids[1]);
	CHECK(kmemu_sysfs_read(&fast->dev.kobj, "modalias", buf, sizeof(buf)) == 19);
	CHECK(!memcmp(buf, "platform:port-fast\n", 19));
	CHECK(!kmemu_raise_irq(7) && last->interrupts == 1 && readl(last->regs) == 1001);
	CHECK(dma_get_mask(&fast->dev) == DMA_BIT_MASK(32));
	r = platform_get_resource_byname(fast, IORESOURCE_MEM, "regs");
	CHECK(r && r == platform_get_resource(fast, IORESOURCE_MEM, 0) && r != fast_res);
	CHECK(r->parent == &iomem_resource && r->child && r == platform_get_mem_or_io(fast, 0));
	CHECK(!platform_get_resource(fast, IORESOURCE_MEM, 1));
	CHECK(platform_get_irq_byname(fast, "event") == 7 && platform_irq_count(fast) == 1);
	CHECK(platform_get_irq_optional(fast, 1) == -ENXIO);

	slow = platform_device_register_resndata(NULL, "port-slow", PLATFORM_DEVID_AUTO, slow_res,
						 2, &data, sizeof(data));
	CHECK(!IS_ERR(slow) && last->irq == 8 && readl(last->regs) == 77);
	CHECK(!strcmp(dev_name(&slow->dev), "port-slow.0.auto"));
	none = platform_device_register_simple("port", PLATFORM_DEVID_NONE, NULL, 0);
	CHECK(!IS_ERR(none) && !none->dev.driver); /* the table is what counts */
	CHECK(!strcmp(dev_name(&none->dev), "port"));
	platform_device_unregister(none);
	platform_device_unregister(slow);
	CHECK(removed == 1);
	platform_device_unregister(fast);
	CHECK(removed == 2 && kmemu_raise_irq(7) < 0);
	CHECK(!lookup_resource(&iomem_resource, fast_res[0].start));
}

static void who_is_in_the_way(void)
{
	struct platform_device *pdev, *other;
	struct resource across = DEFINE_RES_MEM(0xfe100000800ULL, 0x1000);

	pdev = platform_device_register_simple("a", 0, fast_res, 2);
	CHECK(!IS_ERR(pdev) && !pdev->dev.driver);
	other = platform_device_register_simple("b", PLATFORM_DEVID_AUTO, &across, 1);
	CHECK(PTR_ERR(other) == -EBUSY); /* told */
	other = platform_device_register_simple("c", PLATFORM_DEVID_AUTO, NULL, 0);
	CHECK(!IS_ERR(other) && !strcmp(dev_name(&other->dev), "c.0.auto"));
	CHECK(IS_ERR(devm_platform_ioremap_resource(other, 0))); /* told */
	CHECK(platform_get_irq(other, 0) == -ENXIO); /* told */
	platform_device_unregister(other);
	platform_device_unregister(pdev);
}

static void by_hand(void)
{
	struct platform_device *pdev = platform_device_alloc("port-slow", 3);
	struct resource zero = DEFINE_RES_IRQ(0);
	struct port_data data = { 5 };

	CHECK(pdev && !platform_device_add_resources(pdev, slow_res, 2));
	CHECK(!platform_device_add_data(pdev, &data, sizeof(data)));
	CHECK(!platform_device_add(pdev) && readl(last->regs) == 5);
	platform_device_del(pdev);
	CHECK(removed == 3 && !pdev->dev.driver);
	platform_device_put(pdev);
	platform_device_put(NULL);
	pdev = platform_device_alloc("never added", 0);
	CHECK(pdev && !platform_device_add_resources(pdev, &zero, 1));
	if (mistakes)
		CHECK(platform_get_irq_optional(pdev, 0) == -EINVAL);
	platform_device_put(pdev);
}

static int probes;

static int late_probe(struct platform_device *pdev)
{
	probes++;
	return pdev->num_resources ? 0 : -EPROBE_DEFER;
}

/* A driver that is for what is there. */
static void once(void)
{
	static struct platform_driver drv = { .driver = { .name = "once" } };
	static struct resource irq = DEFINE_RES_IRQ(9);
	struct platform_device *pdev, *late;

	CHECK(platform_driver_probe(&drv, late_probe) == -ENODEV && !probes);
	pdev = platform_device_register_simple("once", 0, &irq, 1);
	CHECK(!IS_ERR(pdev) && !platform_driver_probe(&drv, late_probe) && probes == 1);
	late = platform_device_register_simple("once", 1, &irq, 1);
	CHECK(!IS_ERR(late) && probes == 1 && !late->dev.driver);
	platform_driver_unregister(&drv);
	platform_device_unregister(late);
	platform_device_unregister(pdev);
	pdev = platform_create_bundle(&drv, late_probe, &irq, 1, NULL, 0);
	CHECK(!IS_ERR(pdev) && probes == 2 && pdev->dev.driver == &drv.driver);
	platform_driver_unregister(&drv);
	platform_device_unregister(pdev);
	pdev = platform_create_bundle(&drv, late_probe, NULL, 0, NULL, 0);
	CHECK(PTR_ERR(pdev) == -ENODEV && probes == 3); /* deferral is told */
}

static int __init devices_init(void)
{
	two_kinds();
	who_is_in_the_way();
	by_hand();
	once();
	return 0;
}
late_initcall(devices_init);
MODULE_LICENSE("Dual MIT/GPL");
