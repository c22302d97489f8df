/* SPDX-License-Identifier: MIT */
/*
 * <linux/mm_types.h> of Linux 6.12, as far as it is built: struct page, struct
 * folio (the same memory), and of a user mapping what remap_vmalloc_range() reads.
 */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <asm/page.h>
#include <kmemu/mm_struct.h>
#include <kmemu/page.h>
#include <linux/types.h>

typedef unsigned long vm_flags_t;
struct folio {
	struct page page;
};

struct file;
struct vm_area_struct;

typedef unsigned int vm_fault_t;

/* What an mmap() handler says; nothing faults here, tests call them. */
struct vm_fault {
	struct vm_area_struct *vma;
	gfp_t gfp_mask;
	unsigned long pgoff, address;
	unsigned int flags;
	struct page *page;
};

struct vm_operations_struct {
	void (*open)(struct vm_area_struct *area);
	void (*close)(struct vm_area_struct *area);
	vm_fault_t (*fault)(struct vm_fault *vmf);
	int (*access)(struct vm_area_struct *vma, unsigned long addr, void *buf, int len,
		      int write);
};

/* How pages of a program's are taken; but for WRITE and GET nothing here depends on it. */
enum {
	FOLL_WRITE = 1 << 0,
	FOLL_GET = 1 << 1,
	FOLL_DUMP = 1 << 2,
	FOLL_FORCE = 1 << 3,
	FOLL_NOWAIT = 1 << 4,
	FOLL_NOFAULT = 1 << 5,
	FOLL_HWPOISON = 1 << 6,
	FOLL_ANON = 1 << 7,
	FOLL_LONGTERM = 1 << 8,
	FOLL_SPLIT_PMD = 1 << 9,
	FOLL_PCI_P2PDMA = 1 << 10,
	FOLL_INTERRUPTIBLE = 1 << 11,
	FOLL_HONOR_NUMA_FAULT = 1 << 12,
};

#define PAGE_FRAG_CACHE_MAX_SIZE (32 * 1024)
#define PAGE_FRAG_CACHE_MAX_ORDER 3

/* Pieces of one block, each with a reference; all 0 is ready. */
struct page_frag_cache {
	void *va;
	unsigned int offset, size; /* what is left are the bytes below offset */
};

struct page_frag {
	struct page *page;
	unsigned int offset, size;
};

enum {
	VM_FAULT_OOM = 0x000001,
	VM_FAULT_SIGBUS = 0x000002,
	VM_FAULT_NOPAGE = 0x000100,
	VM_FAULT_LOCKED = 0x000200,
	VM_FAULT_RETRY = 0x000400,
};
#define VM_FAULT_ERROR (VM_FAULT_OOM | VM_FAULT_SIGBUS)

struct vm_area_struct {
	unsigned long vm_start, vm_end; /* bytes of the user mapping */
	unsigned long vm_pgoff; /* in pages */
	vm_flags_t vm_flags;
	pgprot_t vm_page_prot;
	const struct vm_operations_struct *vm_ops;
	struct file *vm_file;
	struct mm_struct *vm_mm; /* who calls mmap() sets it */
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

#include <linux/wait.h>
#include <linux/workqueue.h>

#endif /* _LINUX_MM_TYPES_H */
