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
#include "core/kernel/pgtable.h"
#include "core/kernel/task.h"
#include "core/kernel/vma.h"
#include "core/mm/vmap_page.h"
#include "core/mm/zone.h"
#include "core/os/vma.h"
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

/* What is mapped in an area without pages; addresses that are no such are passed over. */
static int note_in_area(unsigned long addr, unsigned long pfn, unsigned long nr,
			struct page **pages)
{
	int err = 0;

	if (!is_vmalloc_addr((void *)addr))
		return 0;
	for (unsigned long i = 0; i < nr && !err; i++) {
		unsigned long frame = pages ? page_to_pfn(pages[i]) : pfn + i;

		err = vmap_pte_set((void *)(addr + (i << PAGE_SHIFT)),
				   frame << PAGE_SHIFT | (page_exists(frame) ?
								  KMEMU_PTE_KERNEL :
								  KMEMU_PTE_KERNEL_IO));
	}
	return err == -EINVAL ? 0 : err;
}

/* One page, of either kind. */
static int map_frame(unsigned long pfn, char *to)
{
	struct page *page = page_exists(pfn) ? pfn_to_page(pfn) : NULL;
	void *regs;

	if (page)
		return vmap_map_at(&page, 1, to);
	regs = ioremap_regs((u64)pfn << PAGE_SHIFT, PAGE_SIZE, GFP_ATOMIC);
	return regs ? vmalloc_map_at(regs, PAGE_SIZE, to) : -ENOMEM;
}

int remap_area_pte(unsigned long addr, unsigned long pte)
{
	char *to = (char *)addr;
	int err;

	if (!(pte & KMEMU_PTE_PRESENT)) {
		err = vmap_range_unmap(to, PAGE_SIZE);
		return err || !pte ? err : vmap_pte_set(to, pte);
	}
	err = vmap_pte_set(to, pte);
	if (!err)
		err = map_frame(pte_frame(pte), to);
	if (!err && !(pte & KMEMU_PTE_RW))
		err = os_vma_protect(addr, PAGE_SIZE, OS_VMA_READ);
	if (err)
		vmap_pte_set(to, 0);
	return err;
}

/* Under vma_lock. */
static int remap_vma_pte(struct area *a, unsigned long addr, unsigned long pte)
{
	unsigned long *at = area_pte(a, addr), old = *at;
	bool writable = (pte & PTE_WRITTEN) == PTE_WRITTEN;
	int err = 0;

	pte &= ~PTE_OWN_BITS;
	if (!(pte & PTE_PRESENT)) {
		err = old & PTE_PRESENT ? os_reserve_over((void *)addr, PAGE_SIZE) : 0;
		if (!err)
			*at = 0;
		return err;
	}
	if (!(old & PTE_PRESENT) || old & PTE_COPIED || pte_frame(old) != pte_frame(pte))
		err = map_frame(pte_frame(pte), (char *)addr);
	if (!err)
		err = area_protect(&a->vma, addr, PAGE_SIZE, writable);
	/* A page's reference is the mapping's now, as there. */
	if (!err)
		*at = pte | (pte & KMEMU_PTE_SPECIAL || !page_exists(pte_frame(pte)) ?
				     0 :
				     PTE_COUNTED);
	return err;
}

int remap_user_pte(unsigned long addr, unsigned long pte)
{
	struct area *a;
	int err;

	vma_lock_get();
	a = area_at(addr);
	if (a)
		err = remap_vma_pte(a, addr, pte);
	else if (pte & PTE_PRESENT)
		err = map_frame(pte_frame(pte), (char *)addr);
	else
		err = os_reserve_over((void *)addr, PAGE_SIZE);
	vma_lock_put();
	return err;
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
		err = note_in_area(addr, pfn, bytes >> PAGE_SHIFT, NULL);
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
		err = note_in_area(addr, 0, nr, pages);
	if (!err)
		area_mapped(addr, bytes, 0, pages);
	vma_lock_put();
	return err;
}
