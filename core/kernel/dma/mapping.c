/*
 * mapping.c - the DMA API (kernel: kernel/dma/mapping.c).
 *
 * A call does what the device asks for (direct.c), and dma_debug.c is told of it
 * and judges it, as in the kernel: a mapping after it was made, an unmapping after
 * it is gone, a list's before.
 *
 * A page of vmalloc gets its bytes in the direct map (vmap_page.c) when it is mapped for a
 * device, since that is where a device finds them.
 *
 * Different from the kernel: what BUG_ON() and WARN_ON_ONCE() catch there (no
 * direction, no mask, flags that make no sense) is a finding, and the call fails
 * without harm; memory without a physical address is refused (dma_debug.c).
 *
 * Locks: none here. Cost: dma_debug.c's.
 */
#include <errno.h>

#include "core/kernel/dma/direct.h"

#define SG_FLAGS (KMEMU_SG_CHAIN | KMEMU_SG_END)

/* --- what makes no sense -------------------------------------------------------- */

static void say_wordless(enum report_kind kind, const struct dma_mapping *m, const char *why)
{
	struct report_dma facts = { .text = DMA_WORDLESS, .why = why };

	debug_dma_say(kind, m, &facts, NULL);
}

/* Kernel: BUG_ON(!valid_dma_direction(dir)). Any of these calls may be a program's first one. */
static bool has_direction(const struct dma_mapping *m)
{
	if (!kernel_is_ready())
		return false;
	if (likely((unsigned int)m->direction < DMA_NONE))
		return true;
	say_wordless(REPORT_DMA_DIRECTION, m, "no direction is given");
	return false;
}

/* Kernel: WARN_ON_ONCE(!dev->dma_mask). */
static bool has_mask(const struct dma_mapping *m)
{
	if (likely(m->dev && m->dev->dma_mask))
		return true;
	say_wordless(REPORT_DMA_MASK, m, "the device has no dma_mask");
	return false;
}

static bool is_right(const struct dma_mapping *m)
{
	return has_direction(m) && has_mask(m);
}

/* --- single and page -------------------------------------------------------------- */

/* p: where the memory is, in the direct map. */
static u64 map(struct dma_mapping *m, const void *p, unsigned long attrs)
{
	m->paddr = (u64)p - PAGE_OFFSET;
	if (!vmalloc_range_map(m->paddr, m->size)) {
		debug_dma_map_single(m, NULL);
		return KMEMU_DMA_MAPPING_ERROR;
	}
	m->dev_addr = dma_direct_map(m, m->paddr, attrs);
	if (m->dev_addr == KMEMU_DMA_MAPPING_ERROR || debug_dma_map(m, p, attrs))
		return m->dev_addr;
	dma_direct_unmap(m, KMEMU_DMA_ATTR_SKIP_CPU_SYNC);
	return KMEMU_DMA_MAPPING_ERROR;
}

KMEMU_EXPORT kmemu_dma_addr_t kmemu_dma_map_single_attrs(struct device *dev, void *p, size_t size,
							 enum dma_data_direction dir,
							 unsigned long attrs)
{
	struct dma_mapping m = { .dev = dev, .size = size, .direction = dir,
				 .func = "dma_map_single", .caller = CALLER };

	if (!kernel_is_ready() || !debug_dma_map_single(&m, p) || !is_right(&m))
		return KMEMU_DMA_MAPPING_ERROR;
	return map(&m, p, attrs);
}

static bool is_page(const struct page *page)
{
	return (unsigned long)page - VMEMMAP_BASE < MAX_PLAN_PFN * sizeof(*page) &&
	       page_exists(page_to_pfn(page));
}

KMEMU_EXPORT kmemu_dma_addr_t kmemu_dma_map_page_attrs(struct device *dev, struct page *page,
						       size_t offset, size_t size,
						       enum dma_data_direction dir,
						       unsigned long attrs)
{
	struct dma_mapping m = { .dev = dev, .size = size, .direction = dir,
				 .func = "dma_map_page", .caller = CALLER };

	if (!is_right(&m))
		return KMEMU_DMA_MAPPING_ERROR;
	if (!is_page(page)) {
		debug_dma_map_single(&m, NULL);
		return KMEMU_DMA_MAPPING_ERROR;
	}
	return map(&m, (char *)page_address(page) + offset, attrs);
}

KMEMU_EXPORT void kmemu_dma_unmap_page_attrs(struct device *dev, kmemu_dma_addr_t addr,
					     size_t size, enum dma_data_direction dir,
					     unsigned long attrs)
{
	struct dma_mapping m = { .dev = dev, .dev_addr = addr, .size = size, .direction = dir,
				 .func = "dma_unmap_page", .caller = CALLER };

	if (has_direction(&m) && debug_dma_unmap(&m))
		dma_direct_unmap(&m, attrs);
}

KMEMU_EXPORT int kmemu_dma_mapping_error(struct device *dev, kmemu_dma_addr_t addr)
{
	debug_dma_mapping_error(dev, addr);
	return addr == KMEMU_DMA_MAPPING_ERROR ? -ENOMEM : 0;
}

KMEMU_EXPORT kmemu_dma_addr_t kmemu_dma_map_resource(struct device *dev, kmemu_dma_addr_t phys,
						     size_t size, enum dma_data_direction dir,
						     unsigned long attrs)
{
	struct dma_mapping m = { .dev = dev, .type = dma_debug_resource, .dev_addr = phys,
				 .size = size, .paddr = phys, .direction = dir,
				 .func = "dma_map_resource", .caller = CALLER };
	struct report_dma facts = { .text = DMA_OVERFLOW, .dev_addr = phys, .size = size };

	if (!is_right(&m))
		return KMEMU_DMA_MAPPING_ERROR;
	if (!dma_capable(dev, phys, size)) {
		facts.other = *dev->dma_mask;
		facts.paddr = dev->bus_dma_limit;
		debug_dma_say(REPORT_DMA_MASK, &m, &facts, NULL);
		return KMEMU_DMA_MAPPING_ERROR;
	}
	if (!debug_dma_map(&m, (const void *)(PAGE_OFFSET + phys), attrs))
		return KMEMU_DMA_MAPPING_ERROR;
	return phys;
}

KMEMU_EXPORT void kmemu_dma_unmap_resource(struct device *dev, kmemu_dma_addr_t addr, size_t size,
					   enum dma_data_direction dir, unsigned long attrs)
{
	struct dma_mapping m = { .dev = dev, .type = dma_debug_resource, .dev_addr = addr,
				 .size = size, .direction = dir, .func = "dma_unmap_resource",
				 .caller = CALLER };

	(void)attrs;
	if (has_direction(&m))
		debug_dma_unmap(&m);
}

static void sync_single(struct device *dev, u64 addr, size_t size, int dir, bool to_cpu,
			const void *caller)
{
	struct dma_mapping m = { .dev = dev, .dev_addr = addr, .size = size, .direction = dir,
				 .caller = caller };

	m.func = to_cpu ? "dma_sync_single_for_cpu" : "dma_sync_single_for_device";
	if (!has_direction(&m))
		return;
	swiotlb_sync(&m, to_cpu);
	debug_dma_sync(&m, to_cpu);
}

KMEMU_EXPORT void kmemu_dma_sync_single_for_cpu(struct device *dev, kmemu_dma_addr_t addr,
						size_t size, enum dma_data_direction dir)
{
	sync_single(dev, addr, size, dir, true, CALLER);
}

KMEMU_EXPORT void kmemu_dma_sync_single_for_device(struct device *dev, kmemu_dma_addr_t addr,
						   size_t size, enum dma_data_direction dir)
{
	sync_single(dev, addr, size, dir, false, CALLER);
}

/* --- lists -------------------------------------------------------------------------- */

static const struct page *sg_page(const struct scatterlist *sg)
{
	return (const struct page *)(sg->page_link & ~SG_FLAGS);
}

static void *sg_virt(const struct scatterlist *sg)
{
	return (char *)page_address(sg_page(sg)) + sg->offset;
}

/* The entry as the call names it; 0 mapped bytes where it was never mapped. */
static void of_entry(struct dma_mapping *m, const struct scatterlist *sg)
{
	m->paddr = (u64)sg_virt(sg) - PAGE_OFFSET;
	m->dev_addr = sg->dma_address;
	m->size = sg->dma_length;
}

static void undo_sg(struct dma_mapping *m, struct scatterlist *sg, int n)
{
	for (int i = 0; i < n; i++, sg = kmemu_sg_next(sg)) {
		of_entry(m, sg);
		dma_direct_unmap(m, KMEMU_DMA_ATTR_SKIP_CPU_SYNC);
	}
}

/* Entries, or -errno. Kernel: dma_direct_map_sg(). */
static int map_entries(struct dma_mapping *m, struct scatterlist *sgl, int nents,
		       unsigned long attrs)
{
	struct scatterlist *sg = sgl;

	for (int i = 0; i < nents; i++, sg = kmemu_sg_next(sg)) {
		m->sg_entry = i;
		m->size = sg ? sg->length : 0;
		m->dev_addr = KMEMU_DMA_MAPPING_ERROR;
		if (sg && is_page(sg_page(sg)) &&
		    vmalloc_range_map((u64)sg_virt(sg) - PAGE_OFFSET, m->size))
			m->dev_addr = dma_direct_map(m, (u64)sg_virt(sg) - PAGE_OFFSET, attrs);
		else
			debug_dma_map_single(m, NULL);
		if (m->dev_addr == KMEMU_DMA_MAPPING_ERROR) {
			undo_sg(m, sgl, i);
			return -EIO;
		}
		sg->dma_address = m->dev_addr;
		sg->dma_length = sg->length;
	}
	return nents;
}

/* False: policy fail. Entries before the one that must fail stay noted until here. */
static bool note_entries(struct dma_mapping *m, struct scatterlist *sgl, int nents,
			 unsigned long attrs)
{
	struct scatterlist *sg = sgl;
	int i;

	for (i = 0; i < nents; i++, sg = kmemu_sg_next(sg)) {
		m->sg_entry = i;
		of_entry(m, sg);
		if (!debug_dma_sg_segment(m, sg->length) || !debug_dma_map(m, sg_virt(sg), attrs))
			break;
	}
	if (i == nents)
		return true;
	for (sg = sgl; i-- > 0; sg = kmemu_sg_next(sg)) {
		of_entry(m, sg);
		debug_dma_unmap(m);
	}
	return false;
}

static int map_sg(struct device *dev, struct scatterlist *sgl, int nents, int dir,
		  unsigned long attrs, const void *caller)
{
	struct dma_mapping m = { .dev = dev, .type = dma_debug_sg, .direction = dir,
				 .sg_call_ents = nents, .sg_mapped_ents = nents,
				 .func = "dma_map_sg", .caller = caller };
	int n;

	if (!is_right(&m))
		return 0;
	n = map_entries(&m, sgl, nents, attrs);
	if (n == 0) { /* kernel: WARN_ON_ONCE(), ents is no error */
		say_wordless(REPORT_DMA_SG_COUNT, &m, "the list has no entries");
		return -EIO;
	}
	if (n < 0 || kmemu_opts.dma_debug == POLICY_OFF || note_entries(&m, sgl, n, attrs))
		return n;
	undo_sg(&m, sgl, n);
	return -EINVAL;
}

KMEMU_EXPORT unsigned int kmemu_dma_map_sg_attrs(struct device *dev, struct scatterlist *sg,
						 int nents, enum dma_data_direction dir,
						 unsigned long attrs)
{
	int n = map_sg(dev, sg, nents, dir, attrs, CALLER);

	return n < 0 ? 0 : (unsigned int)n;
}

KMEMU_EXPORT int kmemu_dma_map_sgtable(struct device *dev, struct sg_table *sgt,
				       enum dma_data_direction dir, unsigned long attrs)
{
	int n = map_sg(dev, sgt->sgl, (int)sgt->orig_nents, dir, attrs, CALLER);

	if (n < 0)
		return n;
	sgt->nents = (unsigned int)n;
	return 0;
}

/* Kernel: debug_dma_unmap_sg(), debug_dma_sync_sg_*(): entries to be looked at. */
static int entries_of(struct dma_mapping *m, const struct scatterlist *sgl)
{
	of_entry(m, sgl);
	return debug_dma_mapped_ents(m);
}

KMEMU_EXPORT void kmemu_dma_unmap_sg_attrs(struct device *dev, struct scatterlist *sgl, int nents,
					   enum dma_data_direction dir, unsigned long attrs)
{
	struct dma_mapping m = { .dev = dev, .type = dma_debug_sg, .direction = dir,
				 .sg_call_ents = nents, .func = "dma_unmap_sg",
				 .caller = CALLER };
	struct scatterlist *sg = sgl;
	int known;

	if (nents <= 0 || !has_direction(&m))
		return;
	known = entries_of(&m, sgl);
	for (int i = 0; i < nents && sg; i++, sg = kmemu_sg_next(sg)) {
		m.sg_entry = i;
		of_entry(&m, sg);
		if ((!known || i < known) && !debug_dma_unmap(&m))
			continue;
		dma_direct_unmap(&m, attrs);
	}
}

static void sync_sg(struct dma_mapping *m, struct scatterlist *sg, int nents, bool to_cpu)
{
	int known;

	m->type = dma_debug_sg;
	m->sg_call_ents = nents;
	m->func = to_cpu ? "dma_sync_sg_for_cpu" : "dma_sync_sg_for_device";
	if (nents <= 0 || !has_direction(m))
		return;
	known = entries_of(m, sg);
	for (int i = 0; i < nents && sg; i++, sg = kmemu_sg_next(sg)) {
		m->sg_entry = i;
		of_entry(m, sg);
		swiotlb_sync(m, to_cpu);
		if (i < max(known, 1))
			debug_dma_sync(m, to_cpu);
	}
}

KMEMU_EXPORT void kmemu_dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sg, int nents,
					    enum dma_data_direction dir)
{
	struct dma_mapping m = { .dev = dev, .direction = dir, .caller = CALLER };

	sync_sg(&m, sg, nents, true);
}

KMEMU_EXPORT void kmemu_dma_sync_sg_for_device(struct device *dev, struct scatterlist *sg,
					       int nents, enum dma_data_direction dir)
{
	struct dma_mapping m = { .dev = dev, .direction = dir, .caller = CALLER };

	sync_sg(&m, sg, nents, false);
}

/* --- masks -------------------------------------------------------------------------- */

KMEMU_EXPORT int kmemu_dma_set_mask(struct device *dev, unsigned long long mask)
{
	if (!kernel_is_ready() || !dev->dma_mask || !dma_direct_supported(mask))
		return -EIO;
	*dev->dma_mask = mask;
	return 0;
}

KMEMU_EXPORT int kmemu_dma_set_coherent_mask(struct device *dev, unsigned long long mask)
{
	if (!kernel_is_ready() || !dma_direct_supported(mask))
		return -EIO;
	dev->coherent_dma_mask = mask;
	return 0;
}

KMEMU_EXPORT unsigned long long kmemu_dma_get_required_mask(struct device *dev)
{
	(void)dev;
	return kernel_is_ready() ? dma_direct_required_mask() : 0;
}

/* Kernel: dma_get_mask(). */
static u64 mask_of(const struct device *dev)
{
	return dev->dma_mask && *dev->dma_mask ? *dev->dma_mask : dma_bit_mask(32);
}

KMEMU_EXPORT bool kmemu_dma_addressing_limited(struct device *dev)
{
	return min_not_zero(mask_of(dev), dev->bus_dma_limit) < kmemu_dma_get_required_mask(dev);
}

KMEMU_EXPORT size_t kmemu_dma_max_mapping_size(struct device *dev)
{
	if (kernel_is_ready() && swiotlb_is_active() &&
	    (kmemu_dma_addressing_limited(dev) || kmemu_opts.swiotlb == SWIOTLB_FORCE))
		return swiotlb_max_mapping_size(dev);
	return SIZE_MAX;
}

KMEMU_EXPORT bool kmemu_dma_need_sync(struct device *dev, kmemu_dma_addr_t addr)
{
	(void)dev;
	return kmemu_opts.dma_debug != POLICY_OFF || swiotlb_holds(addr);
}
