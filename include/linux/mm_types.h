/* SPDX-License-Identifier: MIT */
/*
 * <linux/mm_types.h> of Linux 6.12, as far as it is built: struct page, struct
 * folio (the same memory), and of a user mapping what remap_vmalloc_range() reads.
 */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <kmemu/page.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

typedef unsigned long vm_flags_t;
typedef struct {
	unsigned long pgprot;
} pgprot_t;

#define pgprot_val(x) ((x).pgprot)
#define __pgprot(x) ((pgprot_t){ (x) })
#define PAGE_KERNEL __pgprot(0x8000000000000163UL)
#define PAGE_KERNEL_RO __pgprot(0x8000000000000161UL)
#define PAGE_KERNEL_EXEC __pgprot(0x163UL)
#define PAGE_KERNEL_NOCACHE __pgprot(0x800000000000017bUL)

struct folio {
	struct page page;
};

struct vm_operations_struct;
struct file;

struct vm_area_struct {
	unsigned long vm_start, vm_end; /* bytes of the user mapping */
	unsigned long vm_pgoff; /* in pages */
	vm_flags_t vm_flags;
	pgprot_t vm_page_prot;
	const struct vm_operations_struct *vm_ops;
	struct file *vm_file;
	void *vm_private_data;
};

#ifndef __cplusplus
static inline void set_page_private(struct page *page, unsigned long private)
{
	page->private = private;
}

#define page_private(page) ((page)->private)

static inline void *folio_get_private(struct folio *folio)
{
	return (void *)folio->page.private;
}
#endif

#endif /* _LINUX_MM_TYPES_H */
