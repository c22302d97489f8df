// SPDX-License-Identifier: MIT
/*
 * ring.c - a character driver for a device that receives: the device writes a
 * packet into a buffer by DMA and raises its interrupt; the handler queues the
 * packet in a ring; read() takes the oldest one, and write() sets a key of the table
 * by which the packets are scrambled.
 *
 * examples/ring.c with its three mistakes mended: docs/tutorial.md.
 */
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#include "ring.h"

#define RING_SLOTS 16
#define TABLE_BYTES (64 * 1024)

struct packet {
	unsigned int bytes;
	u8 *data;
};

struct ring {
	spinlock_t lock; /* head, tail, slots */
	unsigned int head, tail;
	struct packet *slots[RING_SLOTS];
	wait_queue_head_t queue;
	struct kmem_cache *packets;
	struct mutex table_lock; /* table */
	u8 *table;
	void *buffer;
	dma_addr_t dma;
	unsigned int received; /* the device's register: bytes in the buffer */
};

static struct ring ring;

static irqreturn_t ring_interrupt(int irq, void *dev)
{
	struct packet *packet;

	(void)irq;
	(void)dev;
	packet = kmem_cache_alloc(ring.packets, GFP_ATOMIC);
	if (!packet)
		return IRQ_HANDLED;
	packet->bytes = ring.received;
	packet->data = kmalloc(packet->bytes, GFP_ATOMIC);
	if (!packet->data) {
		kmem_cache_free(ring.packets, packet);
		return IRQ_HANDLED;
	}
	if (ring.dma)
		dma_sync_single_for_cpu(dev, ring.dma, RING_DMA_BYTES, DMA_FROM_DEVICE);
	memcpy(packet->data, ring.buffer, packet->bytes);
	if (ring.dma)
		dma_sync_single_for_device(dev, ring.dma, RING_DMA_BYTES, DMA_FROM_DEVICE);

	spin_lock(&ring.lock);
	if (ring.head - ring.tail < RING_SLOTS) {
		ring.slots[ring.head++ % RING_SLOTS] = packet;
		packet = NULL;
	}
	spin_unlock(&ring.lock);
	if (packet) {
		kfree(packet->data);
		kmem_cache_free(ring.packets, packet);
	}
	wake_up_interruptible(&ring.queue);
	return IRQ_HANDLED;
}

static struct packet *take(void)
{
	struct packet *packet = NULL;

	spin_lock_irq(&ring.lock);
	if (ring.head != ring.tail)
		packet = ring.slots[ring.tail++ % RING_SLOTS];
	spin_unlock_irq(&ring.lock);
	return packet;
}

static void scramble(struct packet *packet)
{
	unsigned int i;

	mutex_lock(&ring.table_lock);
	for (i = 0; ring.table && i < packet->bytes; i++)
		packet->data[i] ^= ring.table[i % TABLE_BYTES];
	mutex_unlock(&ring.table_lock);
}

static ssize_t ring_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct packet *packet;
	ssize_t ret;

	(void)file;
	(void)pos;
	if (wait_event_interruptible(ring.queue, (packet = take()) != NULL))
		return -ERESTARTSYS;
	scramble(packet);
	ret = (ssize_t)min_t(size_t, count, packet->bytes);
	if (copy_to_user(buf, packet->data, (unsigned long)ret))
		ret = -EFAULT;
	kfree(packet->data);
	kmem_cache_free(ring.packets, packet);
	return ret;
}

/* One byte: the key that the table is made from. */
static ssize_t ring_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	unsigned int i;
	u8 key;

	(void)file;
	(void)pos;
	if (!count || copy_from_user(&key, buf, 1))
		return -EFAULT;
	mutex_lock(&ring.table_lock);
	if (!ring.table)
		ring.table = vmalloc(TABLE_BYTES);
	for (i = 0; ring.table && i < TABLE_BYTES; i++)
		ring.table[i] = (u8)(key * i);
	mutex_unlock(&ring.table_lock);
	return ring.table ? 1 : -ENOMEM;
}

const struct file_operations ring_fops = {
	.owner = THIS_MODULE,
	.read = ring_read,
	.write = ring_write,
};

void ring_device_writes(const void *data, unsigned int bytes)
{
	memcpy(ring.dma ? phys_to_virt(ring.dma) : ring.buffer, data, bytes);
	ring.received = bytes;
	kmemu_raise_irq(RING_IRQ);
}

int ring_probe(struct device *dev)
{
	int err;

	spin_lock_init(&ring.lock);
	mutex_init(&ring.table_lock);
	init_waitqueue_head(&ring.queue);
	ring.packets = kmem_cache_create("ring_packet", sizeof(struct packet), 0, 0, NULL);
	if (!ring.packets)
		return -ENOMEM;
	ring.buffer = kmalloc(RING_DMA_BYTES, GFP_KERNEL);
	if (!ring.buffer) {
		kmem_cache_destroy(ring.packets);
		return -ENOMEM;
	}
	ring.dma = dma_map_single(dev, ring.buffer, RING_DMA_BYTES, DMA_FROM_DEVICE);
	if (dma_mapping_error(dev, ring.dma)) {
		kfree(ring.buffer);
		kmem_cache_destroy(ring.packets);
		return -EIO;
	}
	err = request_irq(RING_IRQ, ring_interrupt, 0, "ring", dev);
	if (!err)
		return 0;
	dma_unmap_single(dev, ring.dma, RING_DMA_BYTES, DMA_FROM_DEVICE);
	kfree(ring.buffer);
	kmem_cache_destroy(ring.packets);
	return err;
}

void ring_remove(struct device *dev)
{
	struct packet *packet;

	free_irq(RING_IRQ, dev);
	dma_unmap_single(dev, ring.dma, RING_DMA_BYTES, DMA_FROM_DEVICE);
	kfree(ring.buffer);
	while ((packet = take())) {
		kfree(packet->data);
		kmem_cache_free(ring.packets, packet);
	}
	vfree(ring.table);
	ring.table = NULL;
	kmem_cache_destroy(ring.packets);
}

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Example: a receiver with a ring of packets");
