/* SPDX-License-Identifier: MIT */
/*
 * vmap_page.h - pages that are mapped at two addresses. vmap_page.c has the
 * theory.
 */
#pragma once

#include "core/mm/vmalloc.h"

/* A frame of a vmalloc area, with a struct page that vmalloc_to_page() made. */
static inline bool page_is_vmalloc(const struct page *page)
{
	return READ_ONCE(page->state) == PAGE_VMALLOC;
}

/* The block's frames are private memory again, and empty. Before it is freed. */
void page_unshare(struct page *head);
/* NULL: p is in no area, or no memory. Not in a handler that interrupted vmalloc. */
struct page *vmalloc_to_page(const void *p);
/* A struct page that vmalloc_to_page() made, of this frame; NULL: it did not. */
struct page *vmalloc_pfn_to_page(unsigned long pfn);
/* There is a struct page: of the page allocator's memory, or as above. */
bool page_exists(unsigned long pfn);
/* The frame's bytes can be seen at page_address() from now on; false: they cannot. */
bool vmalloc_page_map(struct page *page);

/*
 * Bytes that begin in a page of vmalloc can be seen in the direct map from now on, and
 * so can any other memory's; false: some is none of these, or cannot be mapped.
 */
bool vmalloc_range_map(unsigned long phys, size_t bytes);

/*
 * Maps nr pages one behind the other; kind VMAP_KIND_MAP or VMAP_KIND_RAM;
 * pages NULL and VMAP_KIND_AREA: nothing is mapped. NULL:
 * no memory. They stay the caller's. vmap_flags: of the area, VM_* of vmalloc.h.
 */
void *vmap_pages(struct page **pages, u32 nr, enum vmap_kind kind, u32 vm_flags);
/* Part of an area that was taken without pages (pages NULL) is a hole again; 0 or -errno. */
int vmap_range_unmap(void *start, size_t bytes);
/*
 * What is mapped at p in such an area, as an entry of x86-64's page tables (0: nothing). set:
 * who has mapped it says so; -EINVAL: p is in no such area, -ENOMEM.
 */
int vmap_pte_set(const void *p, u64 pte);
u64 vmap_pte(const void *p);
/* The first address from addr on that is in an area in use; ~0: none. */
unsigned long vmap_next_live(unsigned long addr);
/* Undoes vmap_pages() at p; false: p starts no such area of this kind. */
bool vmap_unmap(const void *p, enum vmap_kind kind);
/* What p's area is, and its flags; VMAP_KIND_VMALLOC if there is none. */
enum vmap_kind vmap_kind_of(const void *p, u32 *vm_flags);
static inline bool vmap_is_mapped(const void *p)
{
	u32 vm_flags;

	return vmap_kind_of(p, &vm_flags) != VMAP_KIND_VMALLOC;
}

/* Adds flags to those of the area that p starts. */
void vmap_add_flags(const void *p, u32 vm_flags);
/* Maps bytes of an area from p on at another address as well; 0 or -errno. */
int vmalloc_map_at(const void *p, size_t bytes, void *to);

/* Maps nr pages one behind the other at an address as well; 0, or -errno: some may be. */
int vmap_map_at(struct page **pages, u32 nr, void *to);

/* --- of the lock's holder: hooks of vmalloc.c and vmap_pfn.c ---------------- */

/* Before the area is freed: its frames are private and empty, or it is no more. */
bool vmap_unshare(struct vmap_area *a);
/* Before the number goes back: it has no struct page any more. */
void vmalloc_page_drop(unsigned long pfn);
