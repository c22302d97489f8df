/* SPDX-License-Identifier: MIT */
/*
 * pgtable.h - page tables of x86-64 with four levels (kernel: arch/x86/include/asm/
 * pgtable_types.h, mm/memory.c apply_to_page_range).
 *
 * The memory is the system's, and so are its page tables. What kernel code walks are tables
 * made for it, in pages of the emulation, and their entries are what is mapped by the
 * library: linear memory, areas of vmalloc, vmap and ioremap, what was mapped in an area
 * without pages, and drivers' mappings of a program's. They are made, and made true again,
 * by each look down from a higher level, for all of a table; tables stay. An
 * entry that is set maps and unmaps at once in areas without pages (get_vm_area()) and in
 * mappings of drivers'; elsewhere it is refused, and told of.
 */
#ifndef KMEMU_PGTABLE_H
#define KMEMU_PGTABLE_H

#include "mm_struct.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define KMEMU_PTE_PRESENT 0x1UL
#define KMEMU_PTE_RW 0x2UL
#define KMEMU_PTE_USER 0x4UL
#define KMEMU_PTE_ACCESSED 0x20UL
#define KMEMU_PTE_DIRTY 0x40UL
#define KMEMU_PTE_SPECIAL 0x200UL
#define KMEMU_PTE_FRAME 0x000ffffffffff000UL /* of the entry's bits */
#define KMEMU_PTE_KERNEL 0x8000000000000163UL /* PAGE_KERNEL */
#define KMEMU_PTE_KERNEL_IO 0x8000000000000173UL /* ioremap()'s: PAGE_KERNEL, UC- */
#define KMEMU_PTE_TABLE 0x67UL /* _PAGE_TABLE */

/* The kernel's own; each other mm has its addresses, too. */
extern struct mm_struct kmemu_init_mm;

/*
 * Entries. pgd: of the highest table. below: in the table that `parent` (its value) is
 * the entry of; NULL: there is none. alloc: the same, of the entry at parent, with a new
 * table if there is none; NULL: no memory. shift: of the entry that is asked for. Any context
 * but handlers of signals.
 */
unsigned long *kmemu_pgd_offset(struct mm_struct *mm, unsigned long addr);
unsigned long *kmemu_pgtable_below(unsigned long parent, unsigned long addr, unsigned int shift);
unsigned long *kmemu_pgtable_alloc(struct mm_struct *mm, unsigned long *parent,
				   unsigned long addr, unsigned int shift);
/* The entry becomes val, anywhere; what it was. */
unsigned long kmemu_set_pte(unsigned long *ptep, unsigned long val);

/* The frame has a struct page: of memory in use or free, or of vmalloc's that was asked for. */
bool kmemu_page_exists(unsigned long pfn);
/* A page of zeroes, for who only reads; made at the first call, NULL: no memory. */
struct page *kmemu_zero_page(void);

/*
 * fn of each page's entry, under the lock of the mm's entries but for init_mm; existing: of
 * those that are not none alone. 0, what fn returned, or -ENOMEM.
 */
int kmemu_apply_to_page_range(struct mm_struct *mm, unsigned long addr, unsigned long size,
			      int (*fn)(pte_t *pte, unsigned long addr, void *data), void *data,
			      bool existing);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_PGTABLE_H */
