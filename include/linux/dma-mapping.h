/* SPDX-License-Identifier: MIT */
/*
 * <linux/dma-mapping.h> of Linux 6.12. Device addresses are physical ones; what
 * dma-debug says is option dma_debug=, bounce buffers are swiotlb=.
 */
#ifndef _LINUX_DMA_MAPPING_H
#define _LINUX_DMA_MAPPING_H

#include <kmemu/dma.h>
#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/err.h>
#include <linux/scatterlist.h>

#define DMA_ATTR_WEAK_ORDERING (1UL << 1)
#define DMA_ATTR_WRITE_COMBINE (1UL << 2)
#define DMA_ATTR_NO_KERNEL_MAPPING (1UL << 4)
#define DMA_ATTR_SKIP_CPU_SYNC (1UL << 5)
#define DMA_ATTR_FORCE_CONTIGUOUS (1UL << 6)
#define DMA_ATTR_ALLOC_SINGLE_PAGES (1UL << 7)
#define DMA_ATTR_NO_WARN (1UL << 8)
#define DMA_ATTR_PRIVILEGED (1UL << 9)

#define DMA_MAPPING_ERROR KMEMU_DMA_MAPPING_ERROR
#define DMA_BIT_MASK(n) (((n) == 64) ? ~0ULL : ((1ULL << ((n) & 63)) - 1))

/* --- streaming mappings */

__kmemu_c dma_addr_t dma_map_single_attrs(struct device *dev, void *ptr, size_t size,
					  enum dma_data_direction dir, unsigned long attrs)
	__kmemu_is(kmemu_dma_map_single_attrs);
__kmemu_c void dma_unmap_single_attrs(struct device *dev, dma_addr_t addr, size_t size,
				      enum dma_data_direction dir, unsigned long attrs)
	__kmemu_is(kmemu_dma_unmap_page_attrs);
__kmemu_c dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page, size_t offset,
					size_t size, enum dma_data_direction dir,
					unsigned long attrs) __kmemu_is(kmemu_dma_map_page_attrs);
__kmemu_c void dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size,
				    enum dma_data_direction dir, unsigned long attrs)
	__kmemu_is(kmemu_dma_unmap_page_attrs);
__kmemu_c unsigned int dma_map_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
					enum dma_data_direction dir, unsigned long attrs)
	__kmemu_is(kmemu_dma_map_sg_attrs);
__kmemu_c void dma_unmap_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
				  enum dma_data_direction dir, unsigned long attrs)
	__kmemu_is(kmemu_dma_unmap_sg_attrs);
__kmemu_c int dma_map_sgtable(struct device *dev, struct sg_table *sgt,
			      enum dma_data_direction dir, unsigned long attrs)
	__kmemu_is(kmemu_dma_map_sgtable);
__kmemu_c dma_addr_t dma_map_resource(struct device *dev, phys_addr_t phys_addr, size_t size,
				      enum dma_data_direction dir, unsigned long attrs)
	__kmemu_is(kmemu_dma_map_resource);
__kmemu_c void dma_unmap_resource(struct device *dev, dma_addr_t addr, size_t size,
				  enum dma_data_direction dir, unsigned long attrs)
	__kmemu_is(kmemu_dma_unmap_resource);
__kmemu_c int dma_mapping_error(struct device *dev, dma_addr_t dma_addr)
	__kmemu_is(kmemu_dma_mapping_error);

#define dma_map_single(d, a, s, r) dma_map_single_attrs(d, a, s, r, 0)
#define dma_unmap_single(d, a, s, r) dma_unmap_single_attrs(d, a, s, r, 0)
#define dma_map_page(d, p, o, s, r) dma_map_page_attrs(d, p, o, s, r, 0)
#define dma_unmap_page(d, a, s, r) dma_unmap_page_attrs(d, a, s, r, 0)
#define dma_map_sg(d, s, n, r) dma_map_sg_attrs(d, s, n, r, 0)
#define dma_unmap_sg(d, s, n, r) dma_unmap_sg_attrs(d, s, n, r, 0)

static __always_inline void dma_unmap_sgtable(struct device *dev, struct sg_table *sgt,
					      enum dma_data_direction dir, unsigned long attrs)
{
	dma_unmap_sg_attrs(dev, sgt->sgl, (int)sgt->orig_nents, dir, attrs);
}

/* --- whose the buffer is */

__kmemu_c void dma_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
				       enum dma_data_direction dir)
	__kmemu_is(kmemu_dma_sync_single_for_cpu);
__kmemu_c void dma_sync_single_for_device(struct device *dev, dma_addr_t addr, size_t size,
					  enum dma_data_direction dir)
	__kmemu_is(kmemu_dma_sync_single_for_device);
__kmemu_c void dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sg, int nelems,
				   enum dma_data_direction dir)
	__kmemu_is(kmemu_dma_sync_sg_for_cpu);
__kmemu_c void dma_sync_sg_for_device(struct device *dev, struct scatterlist *sg, int nelems,
				      enum dma_data_direction dir)
	__kmemu_is(kmemu_dma_sync_sg_for_device);
__kmemu_c bool dma_need_sync(struct device *dev, dma_addr_t dma_addr)
	__kmemu_is(kmemu_dma_need_sync);

static __always_inline void dma_sync_single_range_for_cpu(struct device *dev, dma_addr_t addr,
							  unsigned long offset, size_t size,
							  enum dma_data_direction dir)
{
	dma_sync_single_for_cpu(dev, addr + offset, size, dir);
}

static __always_inline void dma_sync_single_range_for_device(struct device *dev, dma_addr_t addr,
							     unsigned long offset, size_t size,
							     enum dma_data_direction dir)
{
	dma_sync_single_for_device(dev, addr + offset, size, dir);
}

static __always_inline void dma_sync_sgtable_for_cpu(struct device *dev, struct sg_table *sgt,
						     enum dma_data_direction dir)
{
	dma_sync_sg_for_cpu(dev, sgt->sgl, (int)sgt->orig_nents, dir);
}

static __always_inline void dma_sync_sgtable_for_device(struct device *dev, struct sg_table *sgt,
							enum dma_data_direction dir)
{
	dma_sync_sg_for_device(dev, sgt->sgl, (int)sgt->orig_nents, dir);
}

/* --- coherent memory */

__kmemu_c void *dma_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle,
				gfp_t flag, unsigned long attrs)
	__kmemu_is(kmemu_dma_alloc_attrs);
__kmemu_c void dma_free_attrs(struct device *dev, size_t size, void *cpu_addr,
			      dma_addr_t dma_handle, unsigned long attrs)
	__kmemu_is(kmemu_dma_free_attrs);
__kmemu_c void *dmam_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle,
				 gfp_t gfp, unsigned long attrs)
	__kmemu_is(kmemu_dmam_alloc_attrs);
__kmemu_c void dmam_free_coherent(struct device *dev, size_t size, void *vaddr,
				  dma_addr_t dma_handle) __kmemu_is(kmemu_dmam_free_coherent);
__kmemu_c struct page *dma_alloc_pages(struct device *dev, size_t size, dma_addr_t *dma_handle,
				       enum dma_data_direction dir, gfp_t gfp)
	__kmemu_is(kmemu_dma_alloc_pages);
__kmemu_c void dma_free_pages(struct device *dev, size_t size, struct page *page,
			      dma_addr_t dma_handle, enum dma_data_direction dir)
	__kmemu_is(kmemu_dma_free_pages);
__kmemu_c int dma_get_sgtable_attrs(struct device *dev, struct sg_table *sgt, void *cpu_addr,
				    dma_addr_t dma_addr, size_t size, unsigned long attrs)
	__kmemu_is(kmemu_dma_get_sgtable);

#define dma_get_sgtable(d, t, v, h, s) dma_get_sgtable_attrs(d, t, v, h, s, 0)

#ifndef __cplusplus
/* Into a program's mapping, from its offset on: 0, -ENXIO, or as remap_pfn_range(). */
static inline int dma_mmap_attrs(struct device *dev, struct vm_area_struct *vma, void *cpu_addr,
				 dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	unsigned long count = PAGE_ALIGN(size) >> PAGE_SHIFT, off = vma->vm_pgoff;

	(void)dev;
	(void)dma_addr;
	(void)attrs;
	if (off >= count || vma_pages(vma) > count - off)
		return -ENXIO;
	return remap_pfn_range(vma, vma->vm_start, page_to_pfn(virt_to_page(cpu_addr)) + off,
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}

static inline int dma_mmap_pages(struct device *dev, struct vm_area_struct *vma, size_t size,
				 struct page *page)
{
	return dma_mmap_attrs(dev, vma, page_address(page), 0, size, 0);
}

#define dma_mmap_coherent(d, v, c, h, s) dma_mmap_attrs(d, v, c, h, s, 0)

static __always_inline int dma_mmap_wc(struct device *d, struct vm_area_struct *v, void *c,
				       dma_addr_t h, size_t s)
{
	return dma_mmap_attrs(d, v, c, h, s, DMA_ATTR_WRITE_COMBINE);
}

#endif

static __always_inline void *dma_alloc_coherent(struct device *dev, size_t size,
						dma_addr_t *dma_handle, gfp_t gfp)
{
	return dma_alloc_attrs(dev, size, dma_handle, gfp,
			       gfp & __GFP_NOWARN ? DMA_ATTR_NO_WARN : 0);
}

static __always_inline void dma_free_coherent(struct device *dev, size_t size, void *cpu_addr,
					      dma_addr_t dma_handle)
{
	dma_free_attrs(dev, size, cpu_addr, dma_handle, 0);
}

static __always_inline void *dma_alloc_wc(struct device *dev, size_t size, dma_addr_t *dma_addr,
					  gfp_t gfp)
{
	return dma_alloc_attrs(dev, size, dma_addr, gfp,
			       DMA_ATTR_WRITE_COMBINE |
				       (gfp & __GFP_NOWARN ? DMA_ATTR_NO_WARN : 0));
}

static __always_inline void dma_free_wc(struct device *dev, size_t size, void *cpu_addr,
					dma_addr_t dma_addr)
{
	dma_free_attrs(dev, size, cpu_addr, dma_addr, DMA_ATTR_WRITE_COMBINE);
}

static __always_inline void *dmam_alloc_coherent(struct device *dev, size_t size,
						 dma_addr_t *dma_handle, gfp_t gfp)
{
	return dmam_alloc_attrs(dev, size, dma_handle, gfp,
				gfp & __GFP_NOWARN ? DMA_ATTR_NO_WARN : 0);
}

static __always_inline void *dma_alloc_noncoherent(struct device *dev, size_t size,
						   dma_addr_t *dma_handle,
						   enum dma_data_direction dir, gfp_t gfp)
{
	struct page *page = dma_alloc_pages(dev, size, dma_handle, dir, gfp);

	return page ? page_address(page) : NULL;
}

static __always_inline void dma_free_noncoherent(struct device *dev, size_t size, void *vaddr,
						 dma_addr_t dma_handle,
						 enum dma_data_direction dir)
{
	dma_free_pages(dev, size, virt_to_page(vaddr), dma_handle, dir);
}

/* --- what the device reaches */

__kmemu_c int dma_set_mask(struct device *dev, u64 mask) __kmemu_is(kmemu_dma_set_mask);
__kmemu_c int dma_set_coherent_mask(struct device *dev, u64 mask)
	__kmemu_is(kmemu_dma_set_coherent_mask);
__kmemu_c u64 dma_get_required_mask(struct device *dev) __kmemu_is(kmemu_dma_get_required_mask);
__kmemu_c bool dma_addressing_limited(struct device *dev)
	__kmemu_is(kmemu_dma_addressing_limited);
__kmemu_c size_t dma_max_mapping_size(struct device *dev)
	__kmemu_is(kmemu_dma_max_mapping_size);

static __always_inline size_t dma_opt_mapping_size(struct device *dev)
{
	return dma_max_mapping_size(dev);
}

static __always_inline unsigned long dma_get_merge_boundary(struct device *dev)
{
	(void)dev;
	return 0; /* nothing is merged without an IOMMU */
}

static __always_inline bool dma_can_mmap(struct device *dev)
{
	(void)dev;
	return true;
}

static __always_inline bool dma_pci_p2pdma_supported(struct device *dev)
{
	(void)dev;
	return false;
}

static __always_inline int dma_set_mask_and_coherent(struct device *dev, u64 mask)
{
	int rc = dma_set_mask(dev, mask);

	if (rc == 0)
		dma_set_coherent_mask(dev, mask);
	return rc;
}

static __always_inline int dma_coerce_mask_and_coherent(struct device *dev, u64 mask)
{
	dev->dma_mask = &dev->coherent_dma_mask;
	return dma_set_mask_and_coherent(dev, mask);
}

static __always_inline u64 dma_get_mask(struct device *dev)
{
	return dev->dma_mask && *dev->dma_mask ? *dev->dma_mask : DMA_BIT_MASK(32);
}

static __always_inline unsigned int dma_get_max_seg_size(struct device *dev)
{
	return dev->dma_parms && dev->dma_parms->max_segment_size ?
		       dev->dma_parms->max_segment_size : 65536;
}

static __always_inline void dma_set_max_seg_size(struct device *dev, unsigned int size)
{
	if (dev->dma_parms)
		dev->dma_parms->max_segment_size = size;
}

static __always_inline unsigned long dma_get_seg_boundary(struct device *dev)
{
	return dev->dma_parms && dev->dma_parms->segment_boundary_mask ?
		       dev->dma_parms->segment_boundary_mask : ~0UL;
}

static __always_inline unsigned long dma_get_seg_boundary_nr_pages(struct device *dev,
								   unsigned int page_shift)
{
	return ((dev ? dma_get_seg_boundary(dev) : 0xffffffffUL) >> page_shift) + 1;
}

static __always_inline void dma_set_seg_boundary(struct device *dev, unsigned long mask)
{
	if (dev->dma_parms)
		dev->dma_parms->segment_boundary_mask = mask;
}

static __always_inline unsigned int dma_get_min_align_mask(struct device *dev)
{
	return dev->dma_parms ? dev->dma_parms->min_align_mask : 0;
}

static __always_inline void dma_set_min_align_mask(struct device *dev,
						   unsigned int min_align_mask)
{
	if (dev->dma_parms)
		dev->dma_parms->min_align_mask = min_align_mask;
}

static __always_inline int dma_get_cache_alignment(void)
{
	return 1; /* x86-64 is coherent */
}

/* --- what a driver keeps to unmap */

#define DEFINE_DMA_UNMAP_ADDR(ADDR_NAME) dma_addr_t ADDR_NAME
#define DEFINE_DMA_UNMAP_LEN(LEN_NAME) __u32 LEN_NAME
#define dma_unmap_addr(PTR, ADDR_NAME) ((PTR)->ADDR_NAME)
#define dma_unmap_addr_set(PTR, ADDR_NAME, VAL) (((PTR)->ADDR_NAME) = (VAL))
#define dma_unmap_len(PTR, LEN_NAME) ((PTR)->LEN_NAME)
#define dma_unmap_len_set(PTR, LEN_NAME, VAL) (((PTR)->LEN_NAME) = (VAL))

#ifndef __cplusplus

/* --- memory in pieces: of devices that are directly mapped it is one */

/* Freed with the same size and direction; NULL: no memory. May sleep as gfp says. */
static __always_inline struct sg_table *dma_alloc_noncontiguous(struct device *dev, size_t size,
								enum dma_data_direction dir,
								gfp_t gfp, unsigned long attrs)
{
	struct sg_table *sgt = (struct sg_table *)kmalloc(sizeof(*sgt), gfp);
	struct page *page;
	dma_addr_t addr;

	(void)attrs;
	if (!sgt)
		return NULL;
	if (sg_alloc_table(sgt, 1, gfp))
		goto free_sgt;
	page = dma_alloc_pages(dev, PAGE_ALIGN(size), &addr, dir, gfp);
	if (!page)
		goto free_table;
	sg_set_page(sgt->sgl, page, PAGE_ALIGN(size), 0);
	sg_dma_address(sgt->sgl) = addr;
	sg_dma_len(sgt->sgl) = PAGE_ALIGN(size);
	sgt->nents = 1;
	return sgt;
free_table:
	sg_free_table(sgt);
free_sgt:
	kfree(sgt);
	return NULL;
}

static __always_inline void dma_free_noncontiguous(struct device *dev, size_t size,
						   struct sg_table *sgt,
						   enum dma_data_direction dir)
{
	dma_free_pages(dev, PAGE_ALIGN(size), sg_page(sgt->sgl), sg_dma_address(sgt->sgl), dir);
	sg_free_table(sgt);
	kfree(sgt);
}

/* All of it, from the vma's offset on; -ENXIO: it is less. */
static inline int dma_mmap_noncontiguous(struct device *dev, struct vm_area_struct *vma,
					 size_t size, struct sg_table *sgt)
{
	return dma_mmap_pages(dev, vma, size, sg_page(sgt->sgl));
}

static inline void *dma_vmap_noncontiguous(struct device *dev, size_t size, struct sg_table *sgt)
{
	(void)dev;
	(void)size;
	return page_address(sg_page(sgt->sgl));
}

static inline void dma_vunmap_noncontiguous(struct device *dev, void *vaddr)
{
	(void)dev;
	(void)vaddr;
}

static __always_inline void __dma_sync_single_for_device(struct device *dev, dma_addr_t addr,
							 size_t size, enum dma_data_direction dir)
{
	dma_sync_single_for_device(dev, addr, size, dir);
}

/* A bounce buffer may be between, so drivers sync. */

static __always_inline bool dma_dev_need_sync(const struct device *dev)
{
	(void)dev;
	return true;
}

/* Around members that a device writes; its caches are those of the processor. */
#define __dma_from_device_group_begin(GROUP) __cacheline_group_begin(GROUP)
#define __dma_from_device_group_end(GROUP) __cacheline_group_end(GROUP)

#endif /* __cplusplus */

#endif /* _LINUX_DMA_MAPPING_H */
