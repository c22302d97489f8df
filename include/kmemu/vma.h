/* SPDX-License-Identifier: MIT */
/*
 * vma.h - mappings of the program's (kernel: include/linux/mm_types.h: vm_area_struct;
 * mm/mmap.c, mm/memory.c).
 *
 * A look-up finds what the system has mapped, and what it returns stays until nobody has
 * mmap_lock any more. Its vm_flags are protections, VM_MAY*, VM_SHARED and, of the first
 * thread's stack, VM_GROWSDOWN; vm_file is NULL, as a file is the system's (vm_ops is
 * then not NULL). A shared mapping of a file that is not writable has no VM_MAYWRITE.
 *
 * What kmemu_vm_mmap() maps of a driver's file is a mapping that the driver knows: look-ups
 * find the one its mmap() got. Pages come in by vm_insert_page() and its like, or by
 * its fault() at the program's first access, and have a reference meanwhile. SIGSEGV is
 * such an access, unless the program sets a handler of its own behind the first mapping.
 */
#ifndef KMEMU_VMA_H
#define KMEMU_VMA_H

#include "kmemu.h"
#include "mm_struct.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct address_space;
struct file;
struct page;

struct vm_area_struct {
	unsigned long vm_start, vm_end; /* bytes of the user mapping */
	unsigned long vm_pgoff; /* in pages */
	unsigned long vm_flags;
	pgprot_t vm_page_prot;
	const struct vm_operations_struct *vm_ops;
	struct file *vm_file;
	struct mm_struct *vm_mm; /* who calls mmap() sets it */
	void *vm_private_data;
	unsigned int kmemu_named; /* KMEMU_VMA_* of the system's name */
};
#define KMEMU_VMA_HEAP 0x20u
#define KMEMU_VMA_STACK 0x40u

/* What a fault() handler says. */
struct vm_fault {
	struct vm_area_struct *vma;
	kmemu_gfp_t gfp_mask;
	unsigned long pgoff, address, real_address;
	unsigned int flags; /* FAULT_FLAG_* */
	struct page *cow_page, *page;
};

struct vm_operations_struct {
	void (*open)(struct vm_area_struct *area);
	void (*close)(struct vm_area_struct *area);
	int (*may_split)(struct vm_area_struct *area, unsigned long addr);
	int (*mremap)(struct vm_area_struct *area);
	int (*mprotect)(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			unsigned long newflags);
	unsigned int (*fault)(struct vm_fault *vmf);
	unsigned int (*huge_fault)(struct vm_fault *vmf, unsigned int order);
	unsigned int (*map_pages)(struct vm_fault *vmf, unsigned long start, unsigned long end);
	unsigned long (*pagesize)(struct vm_area_struct *area);
	unsigned int (*page_mkwrite)(struct vm_fault *vmf);
	unsigned int (*pfn_mkwrite)(struct vm_fault *vmf);
	int (*access)(struct vm_area_struct *vma, unsigned long addr, void *buf, int len,
		      int write);
	const char *(*name)(struct vm_area_struct *vma);
	struct page *(*find_special_page)(struct vm_area_struct *vma, unsigned long addr);
};

/* The first that ends behind addr, the last that ends at or before it; NULL: none. */
struct vm_area_struct *kmemu_find_vma(struct mm_struct *mm, unsigned long addr);
struct vm_area_struct *kmemu_vma_before(struct mm_struct *mm, unsigned long addr);
/* Behind each unlock of mmap_lock: what was looked up goes with the last one. */
void kmemu_vmas_put(void);
pgprot_t kmemu_page_prot(unsigned long vm_flags);

/*
 * With mmap_lock for writing; prot and flags as mmap(2)'s, file NULL: anonymous memory.
 * The address or -errno: -EACCES (the file's f_mode), -ENODEV (no mmap()), or what the
 * file's mmap() says. munmap: driver's mappings are split where it wants a part
 * (may_split(), open()), and closed. A real munmap(2) of a driver's is not seen.
 */
enum {
	/* mmap(2)'s; <sys/mman.h> has the others. */
	KMEMU_MAP_ANONYMOUS = 0x22, /* and MAP_PRIVATE */
	KMEMU_MAP_FIXED = 0x10,
	KMEMU_MAP_LOCKED = 0x2000,
	KMEMU_MAP_NORESERVE = 0x4000,
	KMEMU_MAP_POPULATE = 0x8000,
	KMEMU_MAP_NONBLOCK = 0x10000,
};
unsigned long kmemu_mmap(struct file *file, unsigned long addr, unsigned long len,
			 unsigned long prot, unsigned long flags, unsigned long pgoff);
int kmemu_munmap(unsigned long addr, unsigned long len);
/*
 * madvise(2) of the program's memory: 0 or its -errno, and -EINVAL where a driver's file is
 * mapped, as of VM_PFNMAP. May sleep; mmap_lock is not the caller's.
 */
int kmemu_madvise(unsigned long addr, unsigned long len, int behavior);

/*
 * zap: pages go out of a mapping, and the next access of the program is a fault. unmap: of
 * all mappings of driver's files that have this f_mapping, of its pages from first on; even_cows:
 * what the program has a copy of, too. fault: the program's access, with
 * mmap_lock; VM_FAULT_*. pfn: the frame at addr; false: none is mapped there.
 */
void kmemu_zap(struct vm_area_struct *vma, unsigned long addr, unsigned long bytes);
void kmemu_unmap_mapping(struct address_space *mapping, unsigned long first, unsigned long nr,
			 bool even_cows);
/*
 * Of pages of a file's shared mappings (mm/mapping_dirty_helpers.c): wp: those that may be
 * written to may not, until a fault; clean: those that were written to are clean, and their
 * bits set, from the file's page pgoff on; start and end of bits that are. How many. May sleep.
 */
unsigned long kmemu_wp_mapping(struct address_space *mapping, unsigned long first,
			       unsigned long nr);
unsigned long kmemu_clean_mapping(struct address_space *mapping, unsigned long first,
				  unsigned long nr, unsigned long pgoff, unsigned long *bitmap,
				  unsigned long *start, unsigned long *end);
/* One that kmemu_mmap() made of a driver's file. */
bool kmemu_is_drivers_vma(const struct vm_area_struct *vma);
unsigned int kmemu_handle_fault(struct vm_area_struct *vma, unsigned long addr,
				unsigned int flags);
bool kmemu_vma_pfn(struct vm_area_struct *vma, unsigned long addr, unsigned long *pfn,
		   bool *writable);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_VMA_H */
