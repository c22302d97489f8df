/*
 * direct.c - mappings and coherent memory without an IOMMU (kernel:
 * kernel/dma/direct.c): the device's address of memory is its physical one, and
 * what the device's mask does not reach goes through a bounce buffer, or fails.
 *
 * Coherent memory comes from the zone that the mask falls into, and when a page
 * from there is out of reach, from the next lower one. It is zeroed, always.
 *
 * Different from the kernel: no CMA, no pools for atomic requests (x86-64 needs
 * none), nothing is not coherent.
 *
 * Locks: none here.
 */
#include "core/kernel/dma/direct.h"

#include <string.h>

#include "core/mm/zone.h"

unsigned long dma_max_pfn(void)
{
	for (int i = MAX_NR_ZONES - 1; i >= 0; i--)
		if (zones[i].end_pfn > zones[i].start_pfn)
			return zones[i].end_pfn;
	return 1;
}

u64 dma_direct_required_mask(void)
{
	u64 last = (u64)(dma_max_pfn() - 1) << PAGE_SHIFT;

	return (1UL << (fls64(last) - 1)) * 2 - 1;
}

/* Kernel: dma_direct_supported(). */
bool dma_direct_supported(u64 mask)
{
	u64 last = (u64)(dma_max_pfn() - 1) << PAGE_SHIFT;

	return mask >= dma_bit_mask(32) || mask >= min(last, dma_bit_mask(24));
}

static void say_overflow(const struct dma_mapping *m, enum dma_text text, u64 addr)
{
	struct report_dma facts = { .text = text, .dev_addr = addr, .size = m->size,
				    .other = *m->dev->dma_mask, .paddr = m->dev->bus_dma_limit };

	debug_dma_say(REPORT_DMA_MASK, m, &facts, (const void *)(PAGE_OFFSET + addr));
}

/* Kernel: dma_direct_map_page(). */
u64 dma_direct_map(const struct dma_mapping *m, u64 phys, unsigned long attrs)
{
	u64 addr;

	if (kmemu_opts.swiotlb != SWIOTLB_FORCE && likely(dma_capable(m->dev, phys, m->size)))
		return phys;
	if (!swiotlb_is_active()) {
		say_overflow(m, DMA_OVERFLOW, phys);
		return KMEMU_DMA_MAPPING_ERROR;
	}
	addr = swiotlb_map(m, phys, attrs);
	if (addr == KMEMU_DMA_MAPPING_ERROR || dma_capable(m->dev, addr, m->size))
		return addr;
	say_overflow(m, DMA_BOUNCE_OVERFLOW, addr);
	swiotlb_unmap(&(struct dma_mapping){ .dev_addr = addr, .size = m->size,
					     .direction = m->direction },
		      KMEMU_DMA_ATTR_SKIP_CPU_SYNC);
	return KMEMU_DMA_MAPPING_ERROR;
}

void dma_direct_unmap(const struct dma_mapping *m, unsigned long attrs)
{
	swiotlb_unmap(m, attrs);
}

/* Kernel: dma_direct_optimal_gfp_mask(). */
static gfp_t zone_for(u64 limit)
{
	if (limit <= dma_bit_mask(24))
		return __GFP_DMA;
	return limit <= dma_bit_mask(32) ? __GFP_DMA32 : 0;
}

/* Kernel: __dma_direct_alloc_pages(). */
struct page *dma_direct_alloc(const struct dma_mapping *m, gfp_t flags)
{
	u64 limit = min_not_zero(m->dev->coherent_dma_mask, m->dev->bus_dma_limit);
	gfp_t zone = zone_for(limit);
	size_t size = PAGE_ALIGN(m->size);
	struct page *page;

	for (;;) {
		page = alloc_pages_of((flags & ~__GFP_ZERO) | zone, get_order(size), m->size,
				      m->func, m->caller);
		if (!page)
			return NULL;
		if ((page_to_pfn(page) << PAGE_SHIFT) + size - 1 <= limit)
			break;
		free_pages_of(page_address(page));
		if (zone == __GFP_DMA)
			return NULL;
		zone = zone ? __GFP_DMA : __GFP_DMA32;
	}
	memset(page_address(page), 0, size);
	return page;
}
