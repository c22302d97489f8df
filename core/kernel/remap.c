/*
 * remap.c - frames at an address of the program's own (kernel: mm/memory.c
 * remap_pfn_range, insert_page).
 *
 * What a driver's mmap() maps is seen by who reads the mapping: RAM and ranges that are
 * ioremap()ed are mapped a second time, as vmap() does. The range must be mapped already
 * (a test's mmap() is the program's), and is replaced.
 *
 * Different from the kernel: a range of the device's that nobody has mapped is ioremap()ed
 * for it, and stays; pages have a reference for the mapping where it is vm_mmap()'s
 * (memory.c), since another's end is not seen.
 */
#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "core/kernel/vma.h"
#include "core/mm/vmap_page.h"
#include "core/mm/zone.h"
#include "include/kmemu/dma.h"
#include "include/kmemu/mm.h"

#define BATCH 64

KMEMU_EXPORT unsigned int kmemu_pfn_zonenum(unsigned long pfn)
{
	unsigned int zone = ZONE_DMA;

	while (zone < ZONE_NORMAL && pfn >= zones[zone].end_pfn)
		zone++;
	return zone;
}

static int map_ram(unsigned long pfn, unsigned long nr, char *to)
{
	struct page *pages[BATCH];
	int err = 0;

	while (nr && !err) {
		u32 n = (u32)min(nr, (unsigned long)BATCH);

		for (u32 i = 0; i < n; i++) {
			if (!pfn_valid(pfn + i))
				return -EINVAL;
			pages[i] = pfn_to_page(pfn + i);
		}
		err = vmap_map_at(pages, n, to);
		pfn += n;
		nr -= n;
		to += (unsigned long)n << PAGE_SHIFT;
	}
	return err;
}

/* The frames' registers as pages; a run of frames is one ioremap(), which stays. */
static bool device_pages(const unsigned long *pfns, u32 count, struct page **pages)
{
	u32 run;

	for (u32 i = 0; i < count; i += run) {
		char *p;

		for (run = 1; i + run < count && pfns[i + run] == pfns[i] + run;)
			run++;
		p = kmemu_ioremap((kmemu_phys_addr_t)pfns[i] << PAGE_SHIFT,
				  (size_t)run << PAGE_SHIFT);
		for (u32 k = 0; k < run; k++) {
			pages[i + k] = p ? vmalloc_to_page(p + ((size_t)k << PAGE_SHIFT)) : NULL;
			if (!pages[i + k])
				return false;
		}
	}
	return true;
}

KMEMU_EXPORT void *kmemu_vmap_pfn(unsigned long *pfns, unsigned int count)
{
	struct page **pages;
	void *p = NULL;

	for (u32 i = 0; i < count; i++) {
		if (pfn_valid(pfns[i])) {
			kernel_warn(CALLER, "mm/vmalloc.c", 3551, "");
			return NULL;
		}
	}
	if (!kernel_is_ready() || !count)
		return NULL;
	pages = kmemu_kvmalloc((size_t)count * sizeof(*pages), GFP_KERNEL);
	if (pages && device_pages(pfns, count, pages))
		p = vmap_pages(pages, count, VMAP_KIND_MAP, KMEMU_VM_IOREMAP);
	kmemu_kvfree(pages);
	return p;
}

KMEMU_EXPORT int kmemu_remap_pfn_range(unsigned long addr, unsigned long pfn, unsigned long bytes)
{
	void *regs = NULL;
	bool ram;
	int err;

	bytes = PAGE_ALIGN(bytes);
	if (addr & ~PAGE_MASK || !bytes || !kernel_is_ready())
		return -EINVAL;
	ram = pfn_valid(pfn);
	if (!ram)
		regs = kmemu_ioremap((kmemu_phys_addr_t)pfn << PAGE_SHIFT, bytes);
	if (!ram && !regs)
		return -ENOMEM;
	vma_lock_get();
	err = area_may_map(addr, bytes);
	if (!err)
		err = ram ? map_ram(pfn, bytes >> PAGE_SHIFT, (char *)addr) :
			    vmalloc_map_at(regs, bytes, (char *)addr);
	if (!err)
		area_mapped(addr, bytes, pfn, NULL);
	vma_lock_put();
	return err;
}

KMEMU_EXPORT int kmemu_insert_pages(unsigned long addr, struct page **pages, unsigned int nr)
{
	unsigned long bytes = (unsigned long)nr << PAGE_SHIFT;
	int err;

	if (addr & ~PAGE_MASK || !kernel_is_ready())
		return -EINVAL;
	vma_lock_get();
	err = area_may_map(addr, bytes);
	if (!err)
		err = vmap_map_at(pages, nr, (void *)addr);
	if (!err)
		area_mapped(addr, bytes, 0, pages);
	vma_lock_put();
	return err;
}
