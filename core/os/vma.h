/*
 * vma.h - mappings of this process, as the system has them. vma.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

#define OS_VMA_READ   0x01u
#define OS_VMA_WRITE  0x02u
#define OS_VMA_EXEC   0x04u
#define OS_VMA_SHARED 0x08u
#define OS_VMA_FILE   0x10u /* of a file, or shared memory */
#define OS_VMA_HEAP   0x20u
#define OS_VMA_STACK  0x40u /* of the first thread */

struct os_vma {
	unsigned long start, end;
	unsigned long offset; /* bytes, in the file */
	unsigned int flags; /* OS_VMA_* */
};

/* The first mapping that ends behind addr; false: none, or there is no /proc. */
bool os_vma_find(unsigned long addr, struct os_vma *vma);

/* PROT_* are the system's. 0 or -errno. */
int os_vma_protect(unsigned long addr, unsigned long bytes, unsigned int flags);
/*
 * mmap(2) of anonymous memory, or the address space of it alone (flags are MAP_*, of a
 * file's mapping). The address or -errno.
 */
int os_vma_advise(unsigned long addr, unsigned long bytes, int behavior);
long os_vma_map(unsigned long addr, unsigned long bytes, unsigned long prot, unsigned long flags);

/* Pages of the process: of files, anonymous, swapped, shared memory. False: no /proc. */
bool os_rss(unsigned long pages[4]);
