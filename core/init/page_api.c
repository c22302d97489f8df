// SPDX-License-Identifier: MIT
/*
 * page_api.c - the exported API of pages (include/kmemu/mm.h, kmemu.h): starts
 * the heap if it must, asks whether the thread may sleep, tells what is armed,
 * and hands on to core/mm. Units, errors and contexts are in the headers.
 *
 * alloc_pages_exact() and alloc_pages_bulk() are the kernel's (mm/page_alloc.c)
 * in full, since they are no more than calls of the others.
 */
#include <errno.h>

#include "core/init/api.h"
#include "core/mm/gfp_check.h"
#include "core/mm/page_ref.h"
#include "core/mm/util.h"
#include "core/mm/vmap_page.h"
#include "include/kmemu/mm.h"

static struct page *kmemu_alloc_pages_for(gfp_t flags, unsigned int order, const void *caller)
{
	struct page *page;

	RET_IF_NOT_READY(NULL);
	if (unlikely(slab_armed) && order <= MAX_PAGE_ORDER &&
	    !might_alloc(PAGE_SIZE << order, flags, false, "alloc_pages", caller))
		return NULL;
	page = alloc_pages(flags, order);
	if (!page)
		return NULL;
	page_own(page, flags);
	told(page_address(page), PAGE_SIZE << order, ALLOC_PAGES, caller);
	return page;
}

/* The last reference of a block is gone. */
static void free_owned(struct page *page, const char *func, const void *caller)
{
	void *p = page_address(page);

	may_free(p, false, func, caller);
	told_free(p);
	page_disown(page);
	free_pages(page, page->order);
}

void kmemu_free_pages_for(struct page *page, unsigned int order, const char *func,
			   const void *caller)
{
	RET_IF_NOT_READY();
	page = page_free(page, order, func, caller);
	if (page)
		free_owned(page, func, caller);
}

KMEMU_EXPORT struct page *kmemu_alloc_pages(kmemu_gfp_t flags, unsigned int order)
{
	return kmemu_alloc_pages_for(flags, order, CALLER);
}

KMEMU_EXPORT unsigned long kmemu_get_free_pages(kmemu_gfp_t flags, unsigned int order)
{
	struct page *page = kmemu_alloc_pages_for(flags & ~__GFP_HIGHMEM, order, CALLER);

	return page ? (unsigned long)page_address(page) : 0;
}

KMEMU_EXPORT void kmemu_free_pages(struct page *page, unsigned int order)
{
	if (page)
		kmemu_free_pages_for(page, order, "__free_pages", CALLER);
}

/* Kernel: VM_BUG_ON(!virt_addr_valid(addr)). */
static void free_addr(unsigned long addr, unsigned int order, const char *func,
		      const void *caller)
{
	const void *p = (const void *)addr;

	if (!addr)
		return;
	if (in_direct_map(p) && pfn_valid(virt_to_pfn(p)))
		kmemu_free_pages_for(pfn_to_page(virt_to_pfn(p)), order, func, caller);
	else
		report_wrong_free(func, p, caller);
}

KMEMU_EXPORT void kmemu_free_pages_addr(unsigned long addr, unsigned int order)
{
	free_addr(addr, order, "free_pages", CALLER);
}

KMEMU_EXPORT void *kmemu_page_address(const struct page *page)
{
	if (unlikely(page_is_vmalloc(page)) && !vmalloc_page_map((struct page *)page))
		return NULL;
	return page_address(page);
}

KMEMU_EXPORT void kmemu_get_page(struct page *page)
{
	get_page(page);
}

KMEMU_EXPORT void kmemu_put_page(struct page *page)
{
	page = page_put(page, CALLER);
	if (page)
		free_owned(page, "put_page", CALLER);
}

KMEMU_EXPORT int kmemu_page_count(const struct page *page)
{
	return page_count((struct page *)page);
}

KMEMU_EXPORT struct page *kmemu_compound_head(const struct page *page)
{
	return page_compound_head((struct page *)page);
}

KMEMU_EXPORT unsigned int kmemu_compound_order(const struct page *page)
{
	page = page_compound_head((struct page *)page);
	return page->state != PAGE_VMALLOC && page_is_compound(page) ? page->order : 0;
}

KMEMU_EXPORT int kmemu_page_is_slab(const struct page *page)
{
	return READ_ONCE(page_compound_head((struct page *)page)->state) == PAGE_SLAB;
}

KMEMU_EXPORT void kmemu_split_page(struct page *page, unsigned int order)
{
	split_page(page, order, CALLER);
}

/* Kernel: make_alloc_exact(). */
static void *keep_exact(struct page *page, unsigned int order, size_t size, const void *caller)
{
	if (!split_page(page, order, caller))
		return NULL;
	page_free_single(page, PAGE_ALIGN(size) >> PAGE_SHIFT, 1UL << order);
	return page_address(page);
}

KMEMU_EXPORT void *kmemu_alloc_pages_exact(size_t size, kmemu_gfp_t flags)
{
	unsigned int order = get_order(size);
	struct page *page;

	if (flags & (__GFP_COMP | __GFP_HIGHMEM)) {
		if (!gfp_warn("alloc_pages_exact", flags, order, "__GFP_COMP or __GFP_HIGHMEM"))
			return NULL;
		flags &= ~(__GFP_COMP | __GFP_HIGHMEM);
	}
	page = size ? kmemu_alloc_pages_for(flags, order, CALLER) : NULL;
	return page ? keep_exact(page, order, size, CALLER) : NULL;
}

/* Kernel: __alloc_contig_verify_gfp_mask(); no block of the range is one page here. */
KMEMU_EXPORT int kmemu_alloc_contig_range(unsigned long start, unsigned long end,
					  kmemu_gfp_t flags)
{
	int err;

	RET_IF_NOT_READY(-ENOMEM);
	if (flags & __GFP_COMP)
		return -EINVAL;
	if (unlikely(slab_armed) &&
	    !might_alloc((end - start) << PAGE_SHIFT, flags, false, "alloc_contig_range", CALLER))
		return -ENOMEM;
	err = alloc_contig_range(start, end, flags);
	for (; !err && start < end; start++) {
		page_own(pfn_to_page(start), flags);
		told(pfn_to_virt(start), PAGE_SIZE, ALLOC_PAGES, CALLER);
	}
	return err;
}

KMEMU_EXPORT void kmemu_free_pages_exact(void *p, size_t size)
{
	char *end = (char *)p + PAGE_ALIGN(size), *at;

	for (at = p; at < end; at += PAGE_SIZE)
		free_addr((unsigned long)at, 0, "free_pages_exact", CALLER);
}

KMEMU_EXPORT unsigned long kmemu_alloc_pages_bulk(kmemu_gfp_t flags, unsigned long nr,
						  struct list_head *list, struct page **array)
{
	unsigned long i;

	for (i = 0; i < nr; i++) {
		struct page *page;

		if (array && array[i])
			continue;
		page = kmemu_alloc_pages_for(flags, 0, CALLER);
		if (!page)
			break;
		if (array)
			array[i] = page;
		else
			list_add(&page->lru, list);
	}
	return i;
}
