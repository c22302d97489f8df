/* SPDX-License-Identifier: MIT */
/*
 * dma.h - memory that a device reads and writes (kernel:
 * include/linux/dma-mapping.h, kernel/dma/mapping.c, mm/dmapool.c). A device
 * address is a physical address: there is no IOMMU. What dma-debug says about
 * the calls is option dma_debug=. Sizes are bytes.
 */
#ifndef KMEMU_DMA_H
#define KMEMU_DMA_H

#include "scatterlist.h"

#ifdef __cplusplus
extern "C" {
#endif

enum dma_data_direction {
	DMA_BIDIRECTIONAL = 0,
	DMA_TO_DEVICE = 1,
	DMA_FROM_DEVICE = 2,
	DMA_NONE = 3,
};

#define KMEMU_DMA_MAPPING_ERROR (~(kmemu_dma_addr_t)0)
#define KMEMU_DMA_ATTR_SKIP_CPU_SYNC (1UL << 5)
#define KMEMU_DMA_ATTR_NO_WARN (1UL << 8)

struct dma_pool;

/*
 * Streaming mappings. map: KMEMU_DMA_MAPPING_ERROR, or 0 entries, when the
 * device cannot reach the memory; dma_mapping_error() must be asked. Memory
 * beyond the device's mask goes through a bounce buffer (option swiotlb=). Any
 * context. map_sgtable: 0, -EINVAL, -ENOMEM or -EIO.
 */
kmemu_dma_addr_t kmemu_dma_map_single_attrs(struct device *dev, void *p, size_t size,
					    enum dma_data_direction dir, unsigned long attrs);
kmemu_dma_addr_t kmemu_dma_map_page_attrs(struct device *dev, struct page *page, size_t offset,
					  size_t size, enum dma_data_direction dir,
					  unsigned long attrs);
void kmemu_dma_unmap_page_attrs(struct device *dev, kmemu_dma_addr_t addr, size_t size,
				enum dma_data_direction dir, unsigned long attrs);
unsigned int kmemu_dma_map_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
				    enum dma_data_direction dir, unsigned long attrs);
int kmemu_dma_map_sgtable(struct device *dev, struct sg_table *sgt, enum dma_data_direction dir,
			  unsigned long attrs);
void kmemu_dma_unmap_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
			      enum dma_data_direction dir, unsigned long attrs);
kmemu_dma_addr_t kmemu_dma_map_resource(struct device *dev, kmemu_dma_addr_t phys, size_t size,
					enum dma_data_direction dir, unsigned long attrs);
void kmemu_dma_unmap_resource(struct device *dev, kmemu_dma_addr_t addr, size_t size,
			      enum dma_data_direction dir, unsigned long attrs);
/* -ENOMEM for KMEMU_DMA_MAPPING_ERROR, else 0. */
int kmemu_dma_mapping_error(struct device *dev, kmemu_dma_addr_t addr);
void kmemu_dma_sync_single_for_cpu(struct device *dev, kmemu_dma_addr_t addr, size_t size,
				   enum dma_data_direction dir);
void kmemu_dma_sync_single_for_device(struct device *dev, kmemu_dma_addr_t addr, size_t size,
				      enum dma_data_direction dir);
void kmemu_dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sg, int nents,
			       enum dma_data_direction dir);
void kmemu_dma_sync_sg_for_device(struct device *dev, struct scatterlist *sg, int nents,
				  enum dma_data_direction dir);

/*
 * Coherent memory: zeroed, whole pages, below dev->coherent_dma_mask; NULL when
 * there is none. alloc: as flags say; the zone is chosen by the mask. free: not
 * with interrupts off. dmam_*: freed with the device.
 */
void *kmemu_dma_alloc_attrs(struct device *dev, size_t size, kmemu_dma_addr_t *handle,
			    kmemu_gfp_t flags, unsigned long attrs);
void kmemu_dma_free_attrs(struct device *dev, size_t size, void *p, kmemu_dma_addr_t handle,
			  unsigned long attrs);
void *kmemu_dmam_alloc_attrs(struct device *dev, size_t size, kmemu_dma_addr_t *handle,
			     kmemu_gfp_t flags, unsigned long attrs);
void kmemu_dmam_free_coherent(struct device *dev, size_t size, void *p, kmemu_dma_addr_t handle);
struct page *kmemu_dma_alloc_pages(struct device *dev, size_t size, kmemu_dma_addr_t *handle,
				   enum dma_data_direction dir, kmemu_gfp_t flags);
void kmemu_dma_free_pages(struct device *dev, size_t size, struct page *page,
			  kmemu_dma_addr_t handle, enum dma_data_direction dir);
int kmemu_dma_get_sgtable(struct device *dev, struct sg_table *sgt, void *p,
			  kmemu_dma_addr_t handle, size_t size, unsigned long attrs);

/* Masks: 0, or -EIO for a device without a mask, or one below ZONE_DMA's 24 bits. */
int kmemu_dma_set_mask(struct device *dev, unsigned long long mask);
int kmemu_dma_set_coherent_mask(struct device *dev, unsigned long long mask);
/* Of all of the emulated memory. */
unsigned long long kmemu_dma_get_required_mask(struct device *dev);
bool kmemu_dma_addressing_limited(struct device *dev);
/* 256 KiB where bounce buffers may be needed, else no limit. */
size_t kmemu_dma_max_mapping_size(struct device *dev);
bool kmemu_dma_need_sync(struct device *dev, kmemu_dma_addr_t addr);

/*
 * Pools of coherent blocks (mm/dmapool.c). create: NULL on bad arguments. alloc
 * may sleep when flags say so and the pool must grow; free never does.
 */
struct dma_pool *kmemu_dma_pool_create(const char *name, struct device *dev, size_t size,
				       size_t align, size_t boundary);
void kmemu_dma_pool_destroy(struct dma_pool *pool);
void *kmemu_dma_pool_alloc(struct dma_pool *pool, kmemu_gfp_t flags, kmemu_dma_addr_t *handle);
void kmemu_dma_pool_free(struct dma_pool *pool, void *p, kmemu_dma_addr_t addr);
struct dma_pool *kmemu_dmam_pool_create(const char *name, struct device *dev, size_t size,
					size_t align, size_t boundary);
void kmemu_dmam_pool_destroy(struct dma_pool *pool);

/* What inb() and outb() are for; 3 bytes more for who reads 4 at the last. */
extern unsigned char kmemu_io_ports[65536 + 3];
/* Registers in units of 64 and 32 bits; 1: at io_addr are these bytes. Any context. */
void kmemu_iowrite64_copy(void *to, const void *from, size_t count);
void kmemu_ioread32_copy(void *to, const void *from, size_t count);
int kmemu_check_signature(const volatile void *io_addr, const unsigned char *signature, int length);
/*
 * Registers: zeroed memory for physical addresses that are no RAM, the same for
 * the same ones (core/kernel/ioremap.c). NULL: RAM, no memory, or 256 ranges are
 * in use. May sleep.
 */
void *kmemu_ioremap(kmemu_phys_addr_t phys, size_t size);
void kmemu_iounmap(volatile void *addr);
void kmemu_devm_ioremap_release(struct device *dev, void *res);
void *kmemu_devm_ioremap(struct device *dev, unsigned long long phys, unsigned long long size);
/* RAM by its own address, else as ioremap (kernel/iomem.c); flags 0 or a failure: -ENXIO. */
void *kmemu_devm_memremap(struct device *dev, unsigned long long phys, size_t size,
			  unsigned long flags);
void kmemu_devm_memunmap(struct device *dev, void *addr);
void kmemu_devm_iounmap(struct device *dev, volatile void *addr);

#ifdef __cplusplus
}
#endif

#endif
