// SPDX-License-Identifier: MIT
/*
 * vmap_pfn.c - the frames behind vmalloc memory.
 *
 * In the kernel an area is made of frames, and vmalloc_to_page() walks the page
 * tables to them. Here the memory is the system's; the emulated frames are only
 * counted when an area is made (page_charge) and get their numbers at the first
 * question about one of its pages, all at once, in an array of u32 that lies
 * outside of all heaps. They are handed out in a shuffled order: in the kernel
 * neighbouring pages of an area are in general not neighbouring frames, and a
 * program that relies on it must not get away with it here either.
 *
 * An area that nobody asks about costs nothing. One of GFP_DMA or GFP_DMA32 has its
 * numbers from the beginning: they are of that zone, and its watermarks are obeyed.
 */
#include <string.h>

#include "core/mm/vm_struct.h"
#include "core/mm/vmap_page.h"
#include "core/os/os.h"
#include "include/kmemu/pgtable.h"

static u64 shuffle_state;

static u32 shuffle_below(u32 n)
{
	if (!shuffle_state)
		os_random(&shuffle_state, sizeof(shuffle_state));
	shuffle_state |= 1;
	shuffle_state ^= shuffle_state << 13;
	shuffle_state ^= shuffle_state >> 7;
	shuffle_state ^= shuffle_state << 17;
	return (u32)((shuffle_state >> 32) * n >> 32);
}

static size_t pfns_bytes(u32 nr)
{
	return PAGE_ALIGN(nr * sizeof(u32));
}

static void pfns_free(u32 *pfns, u32 nr)
{
	if (pfns && os_unmap(pfns, pfns_bytes(nr)))
		os_discard(pfns, pfns_bytes(nr));
}

void vmap_pfns_drop(struct vmap_area *a, u32 keep)
{
	while (a->nr_pfns > keep) {
		u32 pfn = a->pfns[--a->nr_pfns];

		if (a->kind != VMAP_KIND_VMALLOC)
			continue;
		if (unlikely(a->twice))
			vmalloc_page_drop(pfn);
		vmalloc_frame_free(pfn, a->vm_flags & VMAP_ZONED);
	}
	if (!keep) {
		pfns_free(a->pfns, a->max_pfns);
		a->pfns = NULL;
		a->max_pfns = 0;
	}
}

static bool pfns_room(struct vmap_area *a)
{
	u32 *pfns;

	if (a->pages <= a->max_pfns)
		return true;
	pfns = os_map_any(pfns_bytes(a->pages));
	if (!pfns)
		return false;
	if (a->nr_pfns)
		memcpy(pfns, a->pfns, a->nr_pfns * sizeof(u32));
	pfns_free(a->pfns, a->max_pfns);
	a->pfns = pfns;
	a->max_pfns = a->pages;
	return true;
}

bool vmap_ptes_room(struct vmap_area *a)
{
	if (!a->ptes) {
		a->ptes = os_map_any(pfns_bytes(2 * a->pages));
		a->max_pfns = a->ptes ? 2 * a->pages : 0;
	}
	return a->ptes;
}

bool vmap_pfns_set(struct vmap_area *a, struct page **pages)
{
	if (!pfns_room(a))
		return false;
	for (u32 i = 0; i < a->pages; i++)
		a->pfns[i] = (u32)page_to_pfn(pages[i]);
	a->nr_pfns = a->pages;
	return true;
}

/* Numbers for all pages that have none yet; false: out of frames. */
static bool pfns_assign(struct vmap_area *a, gfp_t flags)
{
	u32 first = a->nr_pfns, i, j, tmp;

	if (!pfns_room(a))
		return false;
	while (a->nr_pfns < a->pages) {
		unsigned long pfn = vmalloc_frame_alloc(flags);

		if (pfn == PFN_NONE) {
			vmap_pfns_drop(a, first);
			return false;
		}
		a->pfns[a->nr_pfns++] = (u32)pfn;
	}
	for (i = a->pages - 1; i > first; i--) {
		j = first + shuffle_below(i - first + 1);
		tmp = a->pfns[i];
		a->pfns[i] = a->pfns[j];
		a->pfns[j] = tmp;
	}
	return true;
}

/* twice: vrealloc leaves it where it is, as vmap_add_flags() says. */
bool vmap_pfns_of_zone(struct vmap_area *a, gfp_t flags)
{
	a->vm_flags |= VMAP_ZONED;
	a->twice = VMAP_HAS_PAGES;
	if (!pfns_assign(a, flags))
		return false;
	page_charge_numbered();
	return true;
}

/* What kernel code has mapped there. */
static unsigned long area_pfn(const struct vmap_area *a, u32 page)
{
	u64 pte = a->ptes && page < a->pages ? a->ptes[page] : 0;

	return pte & KMEMU_PTE_PRESENT ? (pte & KMEMU_PTE_FRAME) >> PAGE_SHIFT : PFN_NONE;
}

static unsigned long pfn_of(const void *p, bool assign)
{
	unsigned long pfn = PFN_NONE;
	bool locked = vmap_lock_get();
	struct vmap_area *a = vmap_find(p);
	u32 page;

	if (a && a->state == VMAP_LIVE) {
		page = (u32)(((unsigned long)p - (unsigned long)vmap_addr(a)) >> PAGE_SHIFT);
		assign = assign && locked && a->kind == VMAP_KIND_VMALLOC;
		if (a->kind == VMAP_KIND_AREA)
			pfn = area_pfn(a, page);
		else if (page < a->pages &&
			 (page < a->nr_pfns || (assign && pfns_assign(a, GFP_KERNEL))))
			pfn = a->pfns[page];
	}
	if (locked)
		vmap_lock_put();
	return pfn;
}

unsigned long vmalloc_to_pfn(const void *p)
{
	return pfn_of(p, true);
}

unsigned long vmalloc_known_pfn(const void *p)
{
	return pfn_of(p, false);
}
