/* SPDX-License-Identifier: MIT */
/*
 * device.h - struct device, as far as memory for devices needs one (kernel:
 * include/linux/device.h, drivers/base/core.c, devres.c). It may be made from
 * nothing: all zero is a device without a name, a driver and masks.
 *
 * Different from the kernel: there is no sysfs, no bus that probes, and no lock
 * of the device's: who releases it takes care that nobody uses it.
 */
#ifndef KMEMU_DEVICE_H
#define KMEMU_DEVICE_H

#include "kmemu.h"
#include <stdarg.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned long long kmemu_dma_addr_t; /* the kernel's u64 */

struct bus_type {
	const char *name, *dev_name;
};

struct device;

struct device_driver {
	const char *name;
	const struct bus_type *bus;
	int (*probe)(struct device *dev);
	int (*remove)(struct device *dev);
};

struct device_dma_parameters {
	unsigned int max_segment_size; /* bytes; 0: 64 KiB */
	unsigned int min_align_mask; /* low bits that a bounce buffer keeps */
	unsigned long segment_boundary_mask; /* 0: none */
};

struct device {
	struct device *parent;
	const char *init_name; /* the name, until dev_set_name() */
	const struct bus_type *bus;
	struct device_driver *driver;
	void *platform_data, *driver_data;
	unsigned long long *dma_mask; /* NULL: it does no DMA */
	unsigned long long coherent_dma_mask, bus_dma_limit; /* 0: no limit of the bus */
	struct device_dma_parameters *dma_parms;
	const void *dma_ops; /* ignored: all devices are directly mapped */
	int numa_node;
	unsigned int id;
	unsigned int devt;
	void (*release)(struct device *dev); /* at the last put_device() */
	/* private */
	char *kmemu_name;
	unsigned int kmemu_refs;
	void *kmemu_devres, *kmemu_pools;
};

/* dev_name(): NULL without one, as the kernel's. */
static inline const char *kmemu_dev_name(const struct device *dev)
{
	return dev->init_name ? dev->init_name : dev->kmemu_name;
}

/* dev_driver_string(): the driver, or the bus, or "". */
static inline const char *kmemu_dev_driver_string(const struct device *dev)
{
	if (dev->driver)
		return dev->driver->name;
	return dev->bus ? dev->bus->name : "";
}

/*
 * Life of a device (drivers/base/core.c). set_name: 0 or -ENOMEM; the name is
 * copied. add: 0, or -EINVAL without a name. del is what unbinding the driver
 * does: what devm_* manages is released, newest first, then dma-debug looks for
 * mappings that are left (kind dma-leak). put: the last one calls release.
 */
void kmemu_device_initialize(struct device *dev);
int kmemu_dev_set_name(struct device *dev, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int kmemu_device_add(struct device *dev);
int kmemu_device_register(struct device *dev);
void kmemu_device_del(struct device *dev);
void kmemu_device_unregister(struct device *dev);
struct device *kmemu_get_device(struct device *dev);
void kmemu_put_device(struct device *dev);
void kmemu_device_release_driver(struct device *dev);

/*
 * A line of the log: "driver name: text" (drivers/base/core.c, dev_printk_emit).
 * level: the digit of KERN_ERR and so on. dev may be NULL. Any context.
 */
void kmemu_dev_printk(int level, const struct device *dev, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Managed resources (drivers/base/devres.c): data of `size` bytes, released by
 * `release` when the device is unbound. alloc: zeroed; NULL: no memory. find,
 * remove, destroy, release: the newest that matches (match NULL: any);
 * destroy frees without a release, both return 0 or -ENOENT.
 */
typedef void (*kmemu_dr_release_t)(struct device *dev, void *res);
typedef int (*kmemu_dr_match_t)(struct device *dev, void *res, void *match_data);
void *kmemu_devres_alloc(kmemu_dr_release_t release, size_t size, kmemu_gfp_t flags);
void kmemu_devres_free(void *res);
void kmemu_devres_add(struct device *dev, void *res);
void *kmemu_devres_find(struct device *dev, kmemu_dr_release_t release, kmemu_dr_match_t match,
			void *match_data);
void *kmemu_devres_remove(struct device *dev, kmemu_dr_release_t release, kmemu_dr_match_t match,
			  void *match_data);
int kmemu_devres_destroy(struct device *dev, kmemu_dr_release_t release, kmemu_dr_match_t match,
			 void *match_data);
int kmemu_devres_release(struct device *dev, kmemu_dr_release_t release, kmemu_dr_match_t match,
			 void *match_data);
/* How many there were. */
int kmemu_devres_release_all(struct device *dev);

/*
 * devm_kmalloc and its kin: as kmalloc. krealloc: p managed, NULL, or a string
 * constant's copy. kfree: what is not managed is kind not-managed.
 */
void *kmemu_devm_kmalloc(struct device *dev, size_t size, kmemu_gfp_t flags);
void *kmemu_devm_krealloc(struct device *dev, void *p, size_t new_size, kmemu_gfp_t flags);
void kmemu_devm_kfree(struct device *dev, const void *p);
char *kmemu_devm_kstrdup(struct device *dev, const char *s, kmemu_gfp_t flags);
void *kmemu_devm_kmemdup(struct device *dev, const void *src, size_t size, kmemu_gfp_t flags);
char *kmemu_devm_kvasprintf(struct device *dev, kmemu_gfp_t flags, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));
char *kmemu_devm_kasprintf(struct device *dev, kmemu_gfp_t flags, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
unsigned long kmemu_devm_get_free_pages(struct device *dev, kmemu_gfp_t flags, unsigned int order);
void kmemu_devm_free_pages(struct device *dev, unsigned long addr);
/* 0 or -ENOMEM; or_reset calls the action at once when it fails. */
int kmemu_devm_add_action(struct device *dev, void (*action)(void *), void *data);
int kmemu_devm_add_action_or_reset(struct device *dev, void (*action)(void *), void *data);
void kmemu_devm_remove_action(struct device *dev, void (*action)(void *), void *data);
void kmemu_devm_release_action(struct device *dev, void (*action)(void *), void *data);

#ifdef __cplusplus
}
#endif

#endif
