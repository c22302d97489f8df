/* SPDX-License-Identifier: MIT */
/* ring.h - the driver of examples/ring.c as its test sees it. */
#ifndef RING_H
#define RING_H

#include <linux/fs.h>

#define RING_IRQ 9
#define RING_DMA_BYTES 4096

struct device;

extern const struct file_operations ring_fops;

int ring_probe(struct device *dev);
void ring_remove(struct device *dev);
/* What the device has written into the DMA buffer since the last interrupt. */
void ring_device_writes(const void *data, unsigned int bytes);

#endif /* RING_H */
