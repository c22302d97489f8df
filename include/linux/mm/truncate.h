/* SPDX-License-Identifier: MIT */
/*
 * What <linux/mm.h> of Linux 6.12 has about pages of files. The page cache is empty: files of
 * kernel code are in memory alone, so that no page is ever in a mapping. There is nothing
 * that truncation removes, which is right, and not left out; what programs have mapped
 * of a driver's file is taken back as there.
 */
/* First, so that the parts come in its order. */
#include <linux/mm.h>

#ifndef _KMEMU_LINUX_MM_TRUNCATE_H
#define _KMEMU_LINUX_MM_TRUNCATE_H

#include <linux/math.h>
#include <linux/mm/vma.h>

#ifndef __cplusplus

static __always_inline void truncate_inode_pages_range(struct address_space *mapping, loff_t lstart,
						       loff_t lend)
{
	(void)mapping;
	(void)lstart;
	(void)lend;
	might_sleep();
}

static inline void truncate_inode_pages(struct address_space *mapping, loff_t lstart)
{
	truncate_inode_pages_range(mapping, lstart, (loff_t)-1);
}

static inline void truncate_inode_pages_final(struct address_space *mapping)
{
	truncate_inode_pages(mapping, 0);
}

static inline void truncate_pagecache(struct inode *inode, loff_t newsize)
{
	unmap_mapping_range(inode->i_mapping, round_up(newsize, (loff_t)PAGE_SIZE), 0, 1);
	truncate_inode_pages(inode->i_mapping, newsize);
}

static __always_inline void pagecache_isize_extended(struct inode *inode, loff_t from, loff_t to)
{
	(void)from;
	WARN_ON(to > inode->i_size);
}

static __always_inline void truncate_setsize(struct inode *inode, loff_t newsize)
{
	loff_t oldsize = inode->i_size;

	i_size_write(inode, newsize);
	if (newsize > oldsize)
		pagecache_isize_extended(inode, oldsize, newsize);
	truncate_pagecache(inode, newsize);
}

/* Whole pages of [lstart, lend]. */
static inline void truncate_pagecache_range(struct inode *inode, loff_t lstart, loff_t lend)
{
	loff_t start = round_up(lstart, (loff_t)PAGE_SIZE);
	loff_t end = round_down(lend + 1, (loff_t)PAGE_SIZE);

	if (end > start)
		unmap_mapping_range(inode->i_mapping, start, end - start, 0);
	truncate_inode_pages_range(inode->i_mapping, lstart, lend);
}

/* No folio is one of the mapping's. */
static inline int generic_error_remove_folio(struct address_space *mapping, struct folio *folio)
{
	(void)folio;
	return mapping ? -EIO : -EINVAL;
}

/* Of a file without pages. */
static inline vm_fault_t filemap_fault(struct vm_fault *vmf)
{
	(void)vmf;
	return VM_FAULT_SIGBUS;
}

static inline vm_fault_t filemap_map_pages(struct vm_fault *vmf, unsigned long start_pgoff,
					   unsigned long end_pgoff)
{
	(void)vmf;
	(void)start_pgoff;
	(void)end_pgoff;
	return 0;
}

/* A page that the driver's fault() has put into the mapping is dirty, and locked, now. */
static __always_inline vm_fault_t filemap_page_mkwrite(struct vm_fault *vmf)
{
	struct page *page = vmf->page;

	might_sleep();
	while (!trylock_page(page))
		cond_resched();
	if (page->mapping != vmf->vma->vm_file->f_mapping) {
		unlock_page(page);
		return VM_FAULT_NOPAGE;
	}
	set_page_dirty(page);
	return VM_FAULT_LOCKED;
}

#endif /* __cplusplus */

#endif /* _KMEMU_LINUX_MM_TRUNCATE_H */
