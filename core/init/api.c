/*
 * api.c - the exported API of include/kmemu/kmemu.h, but for slabs (slab_api.c): each
 * function starts the heap if it must and hands on to mm/. No logic of its own; units,
 * errors and contexts are in the header.
 */
#include "core/init/api.h"

#include "core/init/vmalloc_api.h"
#include "core/mm/gfp_check.h"
#include "core/mm/slab.h"
#include "core/mm/util.h"
#include "core/mm/vmap_page.h"

/* Kernel: __vmalloc_node_range_noprof(), WARN_ON_ONCE(!size). */
static void *vmalloc_nothing(gfp_t flags)
{
	gfp_warn("vmalloc", flags, 0, "size 0");
	return NULL;
}

KMEMU_EXPORT void *kmemu_vmalloc(size_t size)
{
	RET_IF_NOT_READY(NULL);
	if (!size)
		return vmalloc_nothing(GFP_KERNEL);
	if (exceeds_memory(size, GFP_KERNEL) || !may_vmalloc(size, GFP_KERNEL, "vmalloc", CALLER))
		return NULL;
	return told(__vmalloc(size, PAGE_SIZE, GFP_KERNEL), size, ALLOC_VMALLOC, CALLER);
}

KMEMU_EXPORT void *kmemu_vzalloc(size_t size)
{
	RET_IF_NOT_READY(NULL);
	if (!size)
		return vmalloc_nothing(GFP_KERNEL | __GFP_ZERO);
	if (exceeds_memory(size, GFP_KERNEL | __GFP_ZERO) ||
	    !may_vmalloc(size, GFP_KERNEL | __GFP_ZERO, "vzalloc", CALLER))
		return NULL;
	return told(__vmalloc(size, PAGE_SIZE, GFP_KERNEL | __GFP_ZERO), size, ALLOC_VZALLOC,
		    CALLER);
}

/* As 6.12's: size 0 frees; a NULL p allocates; p must start an area. */
KMEMU_EXPORT void *kmemu_vrealloc(const void *p, size_t size, kmemu_gfp_t flags)
{
	u64 block;

	RET_IF_NOT_READY(NULL);
	if (!size) {
		if (may_vfree(p, "vrealloc", CALLER))
			vfree_from("vfree", told_free(p), CALLER);
		return NULL;
	}
	if (exceeds_memory(size, flags))
		return NULL;
	if (unlikely(slab_armed) && (!p || size > vmalloc_size(p)) &&
	    !may_vmalloc(size, flags, "vrealloc", CALLER))
		return NULL;
	if (!p)
		return told(__vmalloc(size, PAGE_SIZE, flags), size, ALLOC_VMALLOC, CALLER);
	if (!vmalloc_size(p))
		return NULL;
	block = armed_resized(p, size, vrealloc_kept, "vrealloc", CALLER);
	return told_realloc(p, vrealloc(p, size, flags), size, block, CALLER);
}

KMEMU_EXPORT void kmemu_vfree(const void *p)
{
	RET_IF_NOT_READY();
	if (may_vfree(p, "vfree", CALLER) && !vfree_mapped(p))
		vfree_from("vfree", told_free(p), CALLER);
}

/* The kernel's leaves it to a work item; there is nothing here that has to wait. */
KMEMU_EXPORT void kmemu_vfree_atomic(const void *p)
{
	RET_IF_NOT_READY();
	if (!vfree_mapped(p))
		vfree_from("vfree", told_free(p), CALLER);
}

KMEMU_EXPORT kmemu_phys_addr_t kmemu_virt_to_phys(const void *p)
{
	return in_direct_map(p) ? (kmemu_phys_addr_t)p - PAGE_OFFSET : ~0UL;
}

KMEMU_EXPORT void *kmemu_phys_to_virt(kmemu_phys_addr_t phys)
{
	return phys < PLAN_BYTES ? (void *)(PAGE_OFFSET + phys) : NULL;
}

KMEMU_EXPORT struct page *kmemu_virt_to_page(const void *p)
{
	unsigned long pfn = virt_to_pfn(p);

	if (!in_direct_map(p))
		return NULL;
	return pfn_valid(pfn) ? pfn_to_page(pfn) : vmalloc_pfn_to_page(pfn);
}

KMEMU_EXPORT unsigned long kmemu_virt_to_pfn(const void *p)
{
	return in_direct_map(p) ? virt_to_pfn(p) : PFN_NONE;
}

KMEMU_EXPORT unsigned long kmemu_vmalloc_to_pfn(const void *p)
{
	RET_IF_NOT_READY(PFN_NONE);
	if (!is_vmalloc_addr(p))
		return PFN_NONE;
	vmalloc_to_page(p); /* pfn_valid() of it is true, pfn_to_page() may be used */
	return vmalloc_to_pfn(p);
}

KMEMU_EXPORT int kmemu_is_vmalloc_addr(const void *p)
{
	return is_vmalloc_addr(p);
}

KMEMU_EXPORT int kmemu_validate(void)
{
	RET_IF_NOT_READY(0);
	return validate_all();
}

KMEMU_EXPORT int kmemu_trim(void)
{
	RET_IF_NOT_READY(0);
	return trim_all();
}
