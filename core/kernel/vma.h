/*
 * vma.h - mappings of drivers' files, which vma.c keeps, mmap.c makes and memory.c fills.
 */
#pragma once

#include "core/os/compiler.h"
#include "include/kmemu/pgtable.h"
#include "include/kmemu/vma.h"

/* Of vm_flags (kernel: include/linux/mm.h). */
#define VM_READ		0x1UL
#define VM_WRITE	0x2UL
#define VM_EXEC		0x4UL
#define VM_SHARED	0x8UL
#define VM_MAYREAD	0x10UL
#define VM_MAYWRITE	0x20UL
#define VM_MAYEXEC	0x40UL
#define VM_MAYSHARE	0x80UL
#define VM_GROWSDOWN	0x100UL
#define VM_PFNMAP	0x400UL
#define VM_IO		0x4000UL
#define VM_ACCESS_FLAGS (VM_READ | VM_WRITE | VM_EXEC)

/* A page's entry is as x86-64's. 0: it is not there. These are in bits of software's. */
#define PTE_PRESENT  KMEMU_PTE_PRESENT
#define PTE_WRITABLE KMEMU_PTE_RW
#define PTE_COUNTED  (1UL << 10) /* with a reference of its struct page */
#define PTE_COPIED   (1UL << 11) /* a private page, which has no frame */
/* The system's mapping may be written to. */
#define PTE_WRITTEN  (PTE_WRITABLE | KMEMU_PTE_DIRTY)
#define PTE_OWN_BITS (PTE_COUNTED | PTE_COPIED)

static inline unsigned long pte_frame(unsigned long pte)
{
	return (pte & KMEMU_PTE_FRAME) >> 12;
}

struct area {
	struct vm_area_struct vma;
	struct area *next; /* by vm_start */
	unsigned long *ptes; /* one for each page, under vma_lock */
	void *table; /* where they are */
	size_t table_bytes;
};

/* Of the list, and of entries. The system is called under it, the driver never. */
void vma_lock_get(void);
void vma_lock_put(void);
/* Under the lock. The first that ends behind addr. */
struct area *area_behind(unsigned long addr);
static inline struct area *area_at(unsigned long addr)
{
	struct area *a = area_behind(addr);

	return a && a->vma.vm_start <= addr ? a : NULL;
}
/* By its vma; NULL: it is none of these. */
struct area *area_of(const struct vm_area_struct *vma);
/* Outside of the lock; NULL: no memory. free: of what was removed. */
struct area *area_new(unsigned long pages);
void area_free(struct area *a);
void area_insert(struct area *a);
void area_remove(struct area *a);

static inline unsigned long *area_pte(struct area *a, unsigned long addr)
{
	return a->ptes + ((addr - a->vma.vm_start) >> 12);
}

/* --- memory.c */

/* From now on the program's accesses are faults of drivers. */
void catch_user_faults(void);
/* Behind area_remove(): nobody looks at what was in the list any more. */
void area_wait_unused(void);
/* What the pages of a range were is forgotten, without the lock. */
void area_put_pages(struct area *a, unsigned long from, unsigned long to);
/*
 * Of vma_lock's holder, when [addr, addr + bytes) gets frames: whether it may, -EBUSY; and
 * that it has. What is no driver's mapping is passed over. pages NULL: frames from pfn on.
 */
int area_may_map(unsigned long addr, unsigned long bytes);
void area_mapped(unsigned long addr, unsigned long bytes, unsigned long pfn,
		 struct page **pages);
/* fn of each mapping of the file, of the addresses of its pages from first on. May sleep. */
struct address_space;
void area_for_each(const struct address_space *mapping, unsigned long first, unsigned long nr,
		   void (*fn)(struct area *a, unsigned long from, unsigned long to, void *arg),
		   void *arg);
/* The system's mapping is as vm_flags say, and written to if writable. 0 or -errno. */
int area_protect(const struct vm_area_struct *vma, unsigned long addr, unsigned long bytes,
		 bool writable);
/*
 * The page that a driver has put there, or is asked for, with a reference; how: KMEMU_GUP_*.
 * -ENOENT: memory of the program's own; -EFAULT.
 */
int area_get_page(unsigned long addr, unsigned int how, struct page **page);
