/* SPDX-License-Identifier: MIT */
/*
 * <linux/ioport.h> of Linux 6.12: who has which addresses, in a tree as there. A region
 * that is shared by turns (muxed) is one that is taken.
 */
#ifndef _LINUX_IOPORT_H
#define _LINUX_IOPORT_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/device.h>
#include <kmemu/resource.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define IORESOURCE_BITS 0x000000ff
#define IORESOURCE_TYPE_BITS 0x00001f00
#define IORESOURCE_IO 0x00000100
#define IORESOURCE_MEM 0x00000200
#define IORESOURCE_REG 0x00000300
#define IORESOURCE_IRQ 0x00000400
#define IORESOURCE_DMA 0x00000800
#define IORESOURCE_BUS 0x00001000
#define IORESOURCE_PREFETCH 0x00002000
#define IORESOURCE_READONLY 0x00004000
#define IORESOURCE_CACHEABLE 0x00008000
#define IORESOURCE_SIZEALIGN 0x00040000
#define IORESOURCE_STARTALIGN 0x00080000
#define IORESOURCE_MEM_64 0x00100000
#define IORESOURCE_WINDOW 0x00200000
#define IORESOURCE_MUXED 0x00400000
#define IORESOURCE_EXCLUSIVE 0x08000000
#define IORESOURCE_DISABLED 0x10000000
#define IORESOURCE_UNSET 0x20000000
#define IORESOURCE_AUTO 0x40000000
#define IORESOURCE_BUSY 0x80000000 /* KMEMU_IORESOURCE_BUSY, unsigned int */
#define IORESOURCE_EXT_TYPE_BITS 0x01000000
#define IORESOURCE_SYSRAM 0x01000000
#define IORESOURCE_SYSRAM_DRIVER_MANAGED 0x02000000
#define IORESOURCE_SYSRAM_MERGEABLE 0x04000000
#define IORESOURCE_SYSTEM_RAM (IORESOURCE_MEM | IORESOURCE_SYSRAM)
#define IORESOURCE_RANGELENGTH 0x00010000
#define IORESOURCE_SHADOWABLE 0x00020000
#define IORESOURCE_IRQ_SHAREABLE (1 << 4)
#define IORESOURCE_IRQ_OPTIONAL (1 << 5)
#define IORESOURCE_IRQ_WAKECAPABLE (1 << 6)
#define IORESOURCE_DMA_TYPE_MASK (3 << 0)
#define IORESOURCE_DMA_8BIT (0 << 0)
#define IORESOURCE_DMA_8AND16BIT (1 << 0)
#define IORESOURCE_DMA_16BIT (2 << 0)
#define IORESOURCE_DMA_MASTER (1 << 2)
#define IORESOURCE_DMA_BYTE (1 << 3)
#define IORESOURCE_DMA_WORD (1 << 4)
#define IORESOURCE_DMA_SPEED_MASK (3 << 6)
#define IORESOURCE_DMA_COMPATIBLE (0 << 6)
#define IORESOURCE_DMA_TYPEA (1 << 6)
#define IORESOURCE_DMA_TYPEB (2 << 6)
#define IORESOURCE_DMA_TYPEF (3 << 6)
#define IORESOURCE_MEM_WRITEABLE (1 << 0)
#define IORESOURCE_MEM_CACHEABLE (1 << 1)
#define IORESOURCE_IO_16BIT_ADDR (1 << 0)
#define IORESOURCE_IO_FIXED (1 << 1)
#define IORESOURCE_IO_SPARSE (1 << 2)
#define IORESOURCE_ROM_ENABLE (1 << 0)
#define IORESOURCE_ROM_SHADOW (1 << 1)
#define IORESOURCE_PCI_FIXED (1 << 4)
#define IORESOURCE_IRQ_HIGHEDGE (1 << 0)
#define IORESOURCE_IRQ_LOWEDGE (1 << 1)
#define IORESOURCE_IRQ_HIGHLEVEL (1 << 2)
#define IORESOURCE_IRQ_LOWLEVEL (1 << 3)

/* What it is, beside its flags. */
enum {
	IORES_DESC_NONE,
	IORES_DESC_CRASH_KERNEL,
	IORES_DESC_ACPI_TABLES,
	IORES_DESC_ACPI_NV_STORAGE,
	IORES_DESC_PERSISTENT_MEMORY,
	IORES_DESC_PERSISTENT_MEMORY_LEGACY,
	IORES_DESC_DEVICE_PRIVATE_MEMORY,
	IORES_DESC_RESERVED,
	IORES_DESC_SOFT_RESERVED,
	IORES_DESC_CXL,
};

enum {
	REGION_INTERSECTS = KMEMU_REGION_INTERSECTS,
	REGION_DISJOINT = KMEMU_REGION_DISJOINT,
	REGION_MIXED = KMEMU_REGION_MIXED,
};

#define DEFINE_RES_NAMED(_start, _size, _name, _flags)                          \
	(struct resource)                                                       \
	{                                                                       \
		.start = (_start), .end = (_start) + (_size)-1, .name = (_name), \
		.flags = (_flags),                                              \
	}
#define DEFINE_RES_MEM_NAMED(_start, _size, _name) \
	DEFINE_RES_NAMED(_start, _size, _name, IORESOURCE_MEM)
#define DEFINE_RES_MEM(_start, _size) DEFINE_RES_MEM_NAMED(_start, _size, NULL)
#define DEFINE_RES_IO_NAMED(_start, _size, _name) \
	DEFINE_RES_NAMED(_start, _size, _name, IORESOURCE_IO)
#define DEFINE_RES_IO(_start, _size) DEFINE_RES_IO_NAMED(_start, _size, NULL)
#define DEFINE_RES_IRQ_NAMED(_irq, _name) DEFINE_RES_NAMED(_irq, 1, _name, IORESOURCE_IRQ)
#define DEFINE_RES_IRQ(_irq) DEFINE_RES_IRQ_NAMED(_irq, NULL)
#define DEFINE_RES_DMA_NAMED(_dma, _name) DEFINE_RES_NAMED(_dma, 1, _name, IORESOURCE_DMA)
#define DEFINE_RES_DMA(_dma) DEFINE_RES_DMA_NAMED(_dma, NULL)
#define DEFINE_RES_REG_NAMED(_start, _size, _name) \
	DEFINE_RES_NAMED(_start, _size, _name, IORESOURCE_REG)
#define DEFINE_RES_REG(_start, _size) DEFINE_RES_REG_NAMED(_start, _size, NULL)

__kmemu_c struct resource ioport_resource __kmemu_is(kmemu_ioport_resource);
__kmemu_c struct resource iomem_resource __kmemu_is(kmemu_iomem_resource);

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

static inline unsigned long resource_type(const struct resource *res)
{
	return res->flags & IORESOURCE_TYPE_BITS;
}

static inline bool resource_contains(const struct resource *r1, const struct resource *r2)
{
	return resource_type(r1) == resource_type(r2) && r1->start <= r2->start &&
	       r1->end >= r2->end;
}

static inline bool resource_overlaps(const struct resource *r1, const struct resource *r2)
{
	return r1->start <= r2->end && r1->end >= r2->start;
}

__kmemu_c int request_resource(struct resource *root, struct resource *new_)
	__kmemu_is(kmemu_request_resource);
__kmemu_c struct resource *request_resource_conflict(struct resource *root, struct resource *new_)
	__kmemu_is(kmemu_request_resource_conflict);
__kmemu_c int release_resource(struct resource *old) __kmemu_is(kmemu_release_resource);
typedef resource_size_t (*resource_alignf)(void *data, const struct resource *res,
					   resource_size_t size, resource_size_t align);
/* NULL, or who is in the way. */
__kmemu_c struct resource *insert_resource_conflict(struct resource *parent,
						    struct resource *new_)
	__kmemu_is(kmemu_insert_resource);
__kmemu_c int remove_resource(struct resource *old) __kmemu_is(kmemu_remove_resource);
__kmemu_c int allocate_resource(struct resource *root, struct resource *new_,
				resource_size_t size, resource_size_t min, resource_size_t max,
				resource_size_t align, resource_alignf alignf, void *alignf_data)
	__kmemu_is(kmemu_allocate_resource);
__kmemu_c struct resource *lookup_resource(struct resource *root, resource_size_t start)
	__kmemu_is(kmemu_lookup_resource);
__kmemu_c int devm_request_resource(struct device *dev, struct resource *root,
				    struct resource *new_)
	__kmemu_is(kmemu_devm_request_resource);
__kmemu_c void devm_release_resource(struct device *dev, struct resource *new_)
	__kmemu_is(kmemu_devm_release_resource);

static inline int insert_resource(struct resource *parent, struct resource *new_)
{
	return insert_resource_conflict(parent, new_) ? -EBUSY : 0;
}

__kmemu_c struct resource *__request_region(struct resource *root, resource_size_t start,
					    resource_size_t n, const char *name, int flags)
	__kmemu_is(kmemu_request_region);
__kmemu_c void __release_region(struct resource *root, resource_size_t start, resource_size_t n)
	__kmemu_is(kmemu_release_region);
__kmemu_c struct resource *__devm_request_region(struct device *dev, struct resource *root,
						 resource_size_t start, resource_size_t n,
						 const char *name)
	__kmemu_is(kmemu_devm_request_region);
__kmemu_c void __devm_release_region(struct device *dev, struct resource *root,
				     resource_size_t start, resource_size_t n)
	__kmemu_is(kmemu_devm_release_region);

#define request_region(start, n, name) __request_region(&ioport_resource, (start), (n), (name), 0)
#define request_muxed_region(start, n, name) request_region(start, n, name)
#define request_mem_region(start, n, name) \
	__request_region(&iomem_resource, (start), (n), (name), 0)
#define request_mem_region_exclusive(start, n, name) \
	__request_region(&iomem_resource, (start), (n), (name), IORESOURCE_EXCLUSIVE)
#define release_region(start, n) __release_region(&ioport_resource, (start), (n))
#define release_mem_region(start, n) __release_region(&iomem_resource, (start), (n))
#define devm_request_region(dev, start, n, name) \
	__devm_request_region(dev, &ioport_resource, (start), (n), (name))
#define devm_request_mem_region(dev, start, n, name) \
	__devm_request_region(dev, &iomem_resource, (start), (n), (name))
#define devm_release_region(dev, start, n) \
	__devm_release_region(dev, &ioport_resource, (start), (n))
#define devm_release_mem_region(dev, start, n) \
	__devm_release_region(dev, &iomem_resource, (start), (n))

static inline int region_intersects(resource_size_t offset, size_t size, unsigned long flags,
				    unsigned long desc)
{
	return kmemu_region_intersects(&iomem_resource, offset, size, flags, desc);
}

__kmemu_c struct resource *alloc_free_mem_region(struct resource *base, unsigned long size,
						 unsigned long align, const char *name)
	__kmemu_is(kmemu_alloc_free_mem_region);
__kmemu_c int adjust_resource(struct resource *res, resource_size_t start, resource_size_t size)
	__kmemu_is(kmemu_adjust_resource);
__kmemu_c int walk_iomem_res_desc(unsigned long desc, unsigned long flags, u64 start, u64 end,
				  void *arg, int (*func)(struct resource *, void *))
	__kmemu_is(kmemu_walk_iomem_res_desc);

/* Somebody has it and let no program map it. */
static inline bool iomem_is_exclusive(u64 addr)
{
	return region_intersects(addr & ~0xfffULL, 4096, IORESOURCE_EXCLUSIVE | IORESOURCE_BUSY,
				 IORES_DESC_NONE) != REGION_DISJOINT;
}

static inline bool resource_intersection(const struct resource *r1, const struct resource *r2,
					 struct resource *r)
{
	if (!resource_overlaps(r1, r2))
		return false;
	r->start = max(r1->start, r2->start);
	r->end = min(r1->end, r2->end);
	return true;
}

static inline bool resource_union(const struct resource *r1, const struct resource *r2,
				  struct resource *r)
{
	if (!resource_overlaps(r1, r2))
		return false;
	r->start = min(r1->start, r2->start);
	r->end = max(r1->end, r2->end);
	return true;
}

#define IORESOURCE_MEM_RANGELENGTH (1 << 2)
#define IORESOURCE_MEM_TYPE_MASK (3 << 3)
#define IORESOURCE_MEM_8BIT (0 << 3)
#define IORESOURCE_MEM_16BIT (1 << 3)
#define IORESOURCE_MEM_8AND16BIT (2 << 3)
#define IORESOURCE_MEM_32BIT (3 << 3)
#define IORESOURCE_MEM_SHADOWABLE (1 << 5)
#define IORESOURCE_MEM_EXPANSIONROM (1 << 6)
#define IORESOURCE_MEM_NONPOSTED (1 << 7)
#define request_mem_region_muxed(start, n, name) request_mem_region(start, n, name)

static inline void resource_set_range(struct resource *res, resource_size_t start,
				      resource_size_t size)
{
	res->start = start;
	res->end = start + size - 1;
}

static inline void irqresource_disabled(struct resource *res, u32 irq)
{
	res->start = res->end = irq;
	res->flags |= IORESOURCE_IRQ | IORESOURCE_DISABLED | IORESOURCE_UNSET;
}

static inline resource_size_t resource_alignment(struct resource *res)
{
	switch (res->flags & (IORESOURCE_SIZEALIGN | IORESOURCE_STARTALIGN)) {
	case IORESOURCE_SIZEALIGN:
		return resource_size(res);
	case IORESOURCE_STARTALIGN:
		return res->start;
	default:
		return 0;
	}
}
#define __request_mem_region(start, n, name, excl) \
	__request_region(&iomem_resource, (start), (n), (name), excl)

#endif /* __cplusplus */

#endif /* _LINUX_IOPORT_H */
