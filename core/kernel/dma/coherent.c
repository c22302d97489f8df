/*
 * coherent.c - memory that a driver and its device share (kernel:
 * kernel/dma/mapping.c dma_alloc_attrs, dma_alloc_pages, and the managed ones).
 *
 * The zone is chosen by the mask, so GFP_DMA in flags is dropped, as there. What
 * is freed is looked up first: a wrong size, function or address is told of, and
 * the block goes back whole; what is no block stays.
 *
 * Locks: none here.
 */
#include <errno.h>

#include "core/kernel/devres.h"
#include "core/kernel/dma/direct.h"

static void say_wordless(enum report_kind kind, const struct dma_mapping *m, const char *why)
{
	struct report_dma facts = { .text = DMA_WORDLESS, .why = why };

	debug_dma_say(kind, m, &facts, NULL);
}

/* Kernel: the WARN_ON_ONCE()s of dma_alloc_attrs() and __dma_alloc_pages(). */
static bool may_alloc(const struct dma_mapping *m, gfp_t flags, gfp_t wrong)
{
	if (!kernel_is_ready())
		return false;
	if (!m->dev || !m->dev->coherent_dma_mask)
		say_wordless(REPORT_DMA_MASK, m, "the device has no coherent_dma_mask");
	if (flags & __GFP_COMP)
		say_wordless(REPORT_DMA_MASK, m, "__GFP_COMP makes no sense here");
	else if (flags & wrong)
		say_wordless(REPORT_DMA_MASK, m, "the mask chooses the zone, not the flags");
	else
		return m->dev;
	return false;
}

static void *alloc(struct dma_mapping *m, gfp_t flags, unsigned long attrs)
{
	struct page *page;

	/* Kernel: get_order(0) is above the highest, which is told of. */
	page = m->size ? dma_direct_alloc(m, flags) :
			 alloc_pages_by(flags, 64 - PAGE_SHIFT, m->func, m->caller);
	if (!page)
		return NULL;
	m->paddr = m->dev_addr = (u64)page_to_pfn(page) << PAGE_SHIFT;
	debug_dma_map(m, page_address(page), attrs);
	return page_address(page);
}

/* func: what the driver called. */
void *dma_alloc_for(struct device *dev, size_t size, kmemu_dma_addr_t *handle, gfp_t flags,
		    unsigned long attrs, const char *func, const void *caller)
{
	struct dma_mapping m = { .dev = dev, .type = dma_debug_coherent, .size = size,
				 .direction = DMA_BIDIRECTIONAL, .func = func,
				 .caller = caller };
	void *p;

	if (!may_alloc(&m, flags, 0))
		return NULL;
	flags &= ~(__GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM);
	if (attrs & KMEMU_DMA_ATTR_NO_WARN)
		flags |= __GFP_NOWARN;
	p = alloc(&m, flags, attrs);
	if (p)
		*handle = m.dev_addr;
	return p;
}

KMEMU_EXPORT void *kmemu_dma_alloc_attrs(struct device *dev, size_t size, kmemu_dma_addr_t *handle,
					 kmemu_gfp_t flags, unsigned long attrs)
{
	return dma_alloc_for(dev, size, handle, flags, attrs, "dma_alloc_coherent", CALLER);
}

static void release(const struct dma_mapping *m, const void *p)
{
	if (kernel_is_ready() && in_direct_map(p) && debug_dma_unmap(m))
		free_pages_of(p);
}

/* Kernel: WARN_ON(irqs_disabled()). */
static void free_coherent(struct device *dev, size_t size, void *p, u64 handle,
			  const void *caller)
{
	struct dma_mapping m = { .dev = dev, .type = dma_debug_coherent, .dev_addr = handle,
				 .size = size, .paddr = (u64)p - PAGE_OFFSET,
				 .direction = DMA_BIDIRECTIONAL, .func = "dma_free_coherent",
				 .caller = caller };

	if (unlikely(!context_is_task()) && context_irqs_disabled())
		say_wordless(REPORT_DMA_CONTEXT, &m, "interrupts are off");
	if (p)
		release(&m, p);
}

KMEMU_EXPORT void kmemu_dma_free_attrs(struct device *dev, size_t size, void *p,
				       kmemu_dma_addr_t handle, unsigned long attrs)
{
	(void)attrs;
	free_coherent(dev, size, p, handle, CALLER);
}

KMEMU_EXPORT struct page *kmemu_dma_alloc_pages(struct device *dev, size_t size,
						kmemu_dma_addr_t *handle,
						enum dma_data_direction dir, kmemu_gfp_t flags)
{
	struct dma_mapping m = { .dev = dev, .type = dma_debug_noncoherent, .size = size,
				 .direction = dir, .func = "dma_alloc_pages", .caller = CALLER };
	void *p;

	if (!may_alloc(&m, flags, __GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM))
		return NULL;
	p = alloc(&m, flags, 0);
	if (!p)
		return NULL;
	*handle = m.dev_addr;
	return pfn_to_page(virt_to_pfn(p));
}

KMEMU_EXPORT void kmemu_dma_free_pages(struct device *dev, size_t size, struct page *page,
				       kmemu_dma_addr_t handle, enum dma_data_direction dir)
{
	struct dma_mapping m = { .dev = dev, .type = dma_debug_noncoherent, .dev_addr = handle,
				 .size = size, .direction = dir, .func = "dma_free_pages",
				 .caller = CALLER };

	m.paddr = (u64)page_to_pfn(page) << PAGE_SHIFT;
	release(&m, page_address(page));
}

/* Kernel: dma_common_get_sgtable(). */
KMEMU_EXPORT int kmemu_dma_get_sgtable(struct device *dev, struct sg_table *sgt, void *p,
				       kmemu_dma_addr_t handle, size_t size, unsigned long attrs)
{
	int error = kmemu_sg_alloc_table(sgt, 1, GFP_KERNEL);

	(void)dev;
	(void)handle;
	(void)attrs;
	if (error)
		return error;
	sgt->sgl->page_link |= (unsigned long)pfn_to_page(virt_to_pfn(p));
	sgt->sgl->length = (unsigned int)PAGE_ALIGN(size);
	return 0;
}

/* --- managed -------------------------------------------------------------------------- */

struct dma_devres {
	size_t size;
	void *p;
	u64 handle;
};

static void dmam_release(struct device *dev, void *res)
{
	struct dma_devres *r = res;

	free_coherent(dev, r->size, r->p, r->handle, NULL);
}

static int dmam_match(struct device *dev, void *res, void *match)
{
	const struct dma_devres *r = res, *m = match;

	(void)dev;
	return r->p == m->p;
}

KMEMU_EXPORT void *kmemu_dmam_alloc_attrs(struct device *dev, size_t size,
					  kmemu_dma_addr_t *handle, kmemu_gfp_t flags,
					  unsigned long attrs)
{
	struct dma_devres *r = kmemu_devres_alloc(dmam_release, sizeof(*r), flags);
	void *p = r ? dma_alloc_for(dev, size, handle, flags, attrs, "dmam_alloc_coherent",
				    CALLER) :
		      NULL;

	if (!p) {
		kmemu_devres_free(r);
		return NULL;
	}
	*r = (struct dma_devres){ size, p, *handle };
	kmemu_devres_add(dev, r);
	return p;
}

KMEMU_EXPORT void kmemu_dmam_free_coherent(struct device *dev, size_t size, void *p,
					   kmemu_dma_addr_t handle)
{
	struct dma_devres match = { size, p, handle };

	if (kmemu_devres_destroy(dev, dmam_release, dmam_match, &match))
		devres_not_managed(p, "dmam_free_coherent", CALLER);
	free_coherent(dev, size, p, handle, CALLER);
}
