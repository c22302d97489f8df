// SPDX-License-Identifier: MIT
/*
 * A platform driver with a ring of descriptors in coherent memory, buffers mapped for the
 * device, an interrupt and a tasklet; the init function is its device.
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <kmemu/irq.h>

#define RING_SIZE 16
#define REG_CTRL 0x00
#define REG_HEAD 0x04
#define REG_STATUS 0x08
#define CTRL_EN BIT(0)
#define CTRL_LEN GENMASK(15, 8)

struct ring_desc {
	__le64 addr;
	__le32 len;
	__le32 flags;
} __packed __aligned(16);
#define DESC_OWN cpu_to_le32(BIT(31))

struct ring_priv {
	struct device *dev;
	void __iomem *base;
	struct ring_desc *ring;
	dma_addr_t ring_dma;
	void *bufs[RING_SIZE];
	dma_addr_t dma[RING_SIZE];
	unsigned int head, tail;
	spinlock_t lock;
	struct tasklet_struct task;
	struct completion done;
	int irq;
	u64 bytes;
};

static void ring_task(struct tasklet_struct *t)
{
	struct ring_priv *p = from_tasklet(p, t, task);
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags);
	while (p->tail != p->head) {
		unsigned int i = p->tail % RING_SIZE;

		if (p->ring[i].flags & DESC_OWN)
			break;
		dma_rmb();
		dma_unmap_single(p->dev, p->dma[i], le32_to_cpu(p->ring[i].len), DMA_FROM_DEVICE);
		p->bytes += le32_to_cpu(p->ring[i].len);
		kfree(p->bufs[i]);
		p->bufs[i] = NULL;
		p->tail++;
	}
	spin_unlock_irqrestore(&p->lock, flags);
	complete(&p->done);
}

static irqreturn_t ring_irq(int irq, void *data)
{
	struct ring_priv *p = data;
	u32 st = readl(p->base + REG_STATUS);

	if (!st)
		return IRQ_NONE;
	writel(0, p->base + REG_STATUS);
	tasklet_schedule(&p->task);
	return IRQ_HANDLED;
}

static int ring_queue(struct ring_priv *p, size_t len)
{
	unsigned int i;
	unsigned long flags;
	void *buf = kmalloc(len, GFP_KERNEL);
	dma_addr_t dma;

	if (!buf)
		return -ENOMEM;
	dma = dma_map_single(p->dev, buf, len, DMA_FROM_DEVICE);
	if (dma_mapping_error(p->dev, dma)) {
		kfree(buf);
		return -EIO;
	}
	spin_lock_irqsave(&p->lock, flags);
	if (p->head - p->tail >= RING_SIZE) {
		spin_unlock_irqrestore(&p->lock, flags);
		dma_unmap_single(p->dev, dma, len, DMA_FROM_DEVICE);
		kfree(buf);
		return -EBUSY;
	}
	i = p->head % RING_SIZE;
	p->bufs[i] = buf;
	p->dma[i] = dma;
	p->ring[i].addr = cpu_to_le64(dma);
	p->ring[i].len = cpu_to_le32(len);
	dma_wmb();
	p->ring[i].flags = DESC_OWN;
	p->head++;
	writel(p->head, p->base + REG_HEAD);
	spin_unlock_irqrestore(&p->lock, flags);
	return 0;
}

static int ring_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct ring_priv *p;
	u32 val;
	int ret;

	p = devm_kzalloc(dev, sizeof(*p), GFP_KERNEL);
	if (!p)
		return -ENOMEM;
	p->dev = dev;
	spin_lock_init(&p->lock);
	init_completion(&p->done);
	p->base = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(p->base))
		return PTR_ERR(p->base);
	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64));
	if (ret)
		return dev_err_probe(dev, ret, "no usable DMA mask\n");
	p->ring = dmam_alloc_coherent(dev, RING_SIZE * sizeof(*p->ring), &p->ring_dma, GFP_KERNEL);
	if (!p->ring)
		return -ENOMEM;
	tasklet_setup(&p->task, ring_task);
	p->irq = platform_get_irq(pdev, 0);
	if (p->irq < 0)
		return p->irq;
	ret = devm_request_irq(dev, p->irq, ring_irq, IRQF_SHARED, dev_name(dev), p);
	if (ret)
		return ret;
	writel(CTRL_EN | FIELD_PREP(CTRL_LEN, RING_SIZE), p->base + REG_CTRL);
	ret = readl_poll_timeout(p->base + REG_CTRL, val, val & CTRL_EN, 10, 1000);
	if (ret)
		return ret;
	platform_set_drvdata(pdev, p);
	dev_info(dev, "ring at %pad, %u descriptors\n", &p->ring_dma, RING_SIZE);
	return 0;
}

static void ring_remove(struct platform_device *pdev)
{
	struct ring_priv *p = platform_get_drvdata(pdev);

	writel(0, p->base + REG_CTRL);
	tasklet_kill(&p->task);
}

static const struct of_device_id ring_of_match[] = { { .compatible = "acme,ring" }, {} };
MODULE_DEVICE_TABLE(of, ring_of_match);

static struct platform_driver ring_driver = {
	.probe = ring_probe,
	.remove_new = ring_remove,
	.driver = { .name = "acme-ring", .of_match_table = ring_of_match },
};

static struct platform_device *pdev;

static int __init ring_init(void)
{
	struct resource res[] = { DEFINE_RES_MEM(0xfd000000, SZ_4K), DEFINE_RES_IRQ(33) };
	struct ring_priv *p;
	int ret, i;

	ret = platform_driver_register(&ring_driver);
	if (ret)
		return ret;
	pdev = platform_device_register_simple("acme-ring", PLATFORM_DEVID_NONE, res,
					       ARRAY_SIZE(res));
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	p = platform_get_drvdata(pdev);
	if (!p)
		return -ENODEV;
	for (i = 0; i < RING_SIZE; i++) {
		ret = ring_queue(p, 1500);
		if (ret)
			return ret;
	}
	if (ring_queue(p, 100) != -EBUSY)
		return -EINVAL;
	for (i = 0; i < RING_SIZE; i++)
		p->ring[i].flags &= ~DESC_OWN;
	writel(1, p->base + REG_STATUS);
	kmemu_raise_irq(33);
	if (!wait_for_completion_timeout(&p->done, msecs_to_jiffies(1000)))
		return -ETIMEDOUT;
	return p->bytes == 1500 * RING_SIZE ? 0 : -EINVAL;
}

static void __exit ring_exit(void)
{
	platform_device_unregister(pdev);
	platform_driver_unregister(&ring_driver);
}
module_init(ring_init);
module_exit(ring_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("ring");
