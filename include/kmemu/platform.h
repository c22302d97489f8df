/* SPDX-License-Identifier: MIT */
/*
 * platform.h - devices that nothing enumerates (kernel: include/linux/platform_device.h,
 * drivers/base/platform.c), for include/linux/platform_device.h. A test registers the
 * device; the bus is there from the start.
 */
#ifndef KMEMU_PLATFORM_H
#define KMEMU_PLATFORM_H

#include "device.h"
#include "resource.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mfd_cell;
struct property_entry;

struct platform_device_id {
	char name[20];
	unsigned long driver_data;
};

struct platform_device {
	const char *name;
	int id; /* -1: none, -2: any */
	bool id_auto;
	struct device dev;
	unsigned long long platform_dma_mask;
	struct device_dma_parameters dma_parms;
	unsigned int num_resources;
	struct resource *resource;
	const struct platform_device_id *id_entry; /* that matched */
	struct mfd_cell *mfd_cell;
};

struct platform_driver {
	int (*probe)(struct platform_device *pdev);
	union {
		void (*remove)(struct platform_device *pdev);
		void (*remove_new)(struct platform_device *pdev);
	};
	void (*shutdown)(struct platform_device *pdev);
	int (*suspend)(struct platform_device *pdev, pm_message_t state);
	int (*resume)(struct platform_device *pdev);
	struct device_driver driver;
	const struct platform_device_id *id_table; /* NULL: by the driver's name */
	bool prevent_deferred_probe;
	bool driver_managed_dma;
};

struct platform_device_info {
	struct device *parent;
	struct fwnode_handle *fwnode;
	bool of_node_reused;
	const char *name;
	int id;
	const struct resource *res;
	unsigned int num_res;
	const void *data;
	size_t size_data;
	unsigned long long dma_mask;
	const struct property_entry *properties; /* nobody reads them */
};

extern const struct bus_type kmemu_platform_bus_type;
extern struct device kmemu_platform_bus;

/*
 * alloc: kmalloc memory, freed at the last put; NULL: none. add_resources, add_data: of a
 * copy; 0 or -ENOMEM. setup_dma: a mask of 32 bits, unless there is one. add: 0, what
 * device_add() says, -EBUSY (somebody has one of the resources), -ENOSPC (1,024 of any
 * id). register_full: all of it; an error pointer. May sleep.
 */
struct platform_device *kmemu_platform_device_alloc(const char *name, int id);
int kmemu_platform_device_add_resources(struct platform_device *pdev, const struct resource *res,
					unsigned int num);
int kmemu_platform_device_add_data(struct platform_device *pdev, const void *data, size_t size);
void kmemu_platform_device_setup_dma(struct platform_device *pdev);
int kmemu_platform_device_add(struct platform_device *pdev);
void kmemu_platform_device_del(struct platform_device *pdev);
struct platform_device *
kmemu_platform_device_register_full(const struct platform_device_info *info);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_PLATFORM_H */
