/* SPDX-License-Identifier: MIT */
/*
 * phys.h - the physical memory behind any buffer: what owns it, and in which
 * physically contiguous runs it lies. The kernel has no such call; its drivers
 * put it together from is_vmalloc_addr(), virt_to_phys() and vmalloc_to_page().
 */
#ifndef KMEMU_PHYS_H
#define KMEMU_PHYS_H

#include "kmemu.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a buffer's first byte lies in. Only the first three have emulated
 * frames; the last four are the program's own memory, and have none.
 */
enum kmemu_phys_kind {
	KMEMU_PHYS_SLAB, /* linear: an object of a slab cache, in use */
	KMEMU_PHYS_PAGES, /* linear: a block of pages in use (kmalloc_large, alloc_pages) */
	KMEMU_PHYS_VMALLOC, /* a vmalloc area in use */
	KMEMU_PHYS_FREE, /* linear, and nobody's: free, or between objects */
	KMEMU_PHYS_VMALLOC_FREE, /* addresses of vmalloc, no area in use */
	KMEMU_PHYS_STACK, /* a thread's stack (of other threads: those that libpthread started) */
	KMEMU_PHYS_STATIC, /* a module's text, data or bss */
	KMEMU_PHYS_FOREIGN, /* anything else: mmap, another heap, a stack that nobody told of */
	KMEMU_NR_PHYS_KINDS
};

struct kmemu_phys_buffer {
	enum kmemu_phys_kind kind;
	const void *object; /* what owns the first byte: its start; NULL: nobody, or not known */
	size_t object_size; /* bytes usable from there (bucket, block, area's pages, module) */
	const char *name; /* the cache's, or the module's path ("" the program); else NULL */
};

struct kmemu_phys_run {
	kmemu_phys_addr_t phys;
	size_t bytes;
};

/*
 * kmemu_phys_runs: the physically contiguous runs of [p, p + bytes), in order,
 * at most max of them into runs, and what p lies in into buffer (either may be
 * NULL). Returns the number of all runs, which may be above max. It ends at
 * the first byte that has no emulated frame, so the runs' bytes add up to less
 * then; 0: already the first has none. A vmalloc area's frames get their numbers
 * by this.
 *
 * Thread-safe. In a signal handler that interrupted vmalloc, frames of an area
 * that has no numbers yet cannot be told: 0. The first call of a process may
 * take the loader's lock, so make it outside of handlers.
 */
size_t kmemu_phys_runs(const void *p, size_t bytes, struct kmemu_phys_buffer *buffer,
		       struct kmemu_phys_run *runs, size_t max);
/*
 * kmemu_virt_addr_valid, kmemu_pfn_valid (arch/x86/mm/physaddr.c,
 * include/linux/mmzone.h): 1 when the address is linear and there is emulated memory
 * behind it; the program's own memory is not (the kernel's image is). pfn_to_page
 * and page_to_pfn are arithmetic and check nothing, as in the kernel
 * (include/asm-generic/memory_model.h); a page of an invalid pfn must not be used.
 */
int kmemu_virt_addr_valid(const void *p);
int kmemu_pfn_valid(unsigned long pfn);
struct page *kmemu_pfn_to_page(unsigned long pfn);
unsigned long kmemu_page_to_pfn(const struct page *page);

/* The machine's own memory behind a buffer, by /proc/self/pagemap. */
struct kmemu_real_runs {
	size_t pages; /* that the buffer touches */
	size_t present; /* of these, in memory; the others have no frame now */
	size_t runs; /* of present pages that lie one behind the other */
	size_t largest_pages; /* the longest of them */
};

/*
 * kmemu_real_runs: 0, or a negative errno: -EPERM the frames are hidden (they
 * need CAP_SYS_ADMIN; then pages and present are right, runs and largest_pages 0), others
 * /proc/self/pagemap cannot be read. Touches no page. Some system calls; any context.
 * With contig.verify=pagemap the buffer is counted for the line at exit.
 */
int kmemu_real_runs(const void *p, size_t bytes, struct kmemu_real_runs *real);

/* "SLUB object", "page alloc", "vmalloc", ...: for reports. */
const char *kmemu_phys_kind_name(enum kmemu_phys_kind kind);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_PHYS_H */
