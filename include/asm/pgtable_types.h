/* SPDX-License-Identifier: MIT */
/*
 * <asm/pgtable_types.h> of Linux 6.12 for x86-64, with page_types.h and pgtable_64_types.h:
 * entries of page tables, their bits and protections. Four levels; no encryption of memory. Of a
 * protection kmemu looks at _PAGE_PRESENT and _PAGE_RW, where an entry is written
 * (<kmemu/pgtable.h>).
 */
#ifndef _ASM_X86_PGTABLE_DEFS_H
#define _ASM_X86_PGTABLE_DEFS_H

#include <kmemu/pgtable.h>
#include <linux/compiler.h>
#include <linux/types.h>

typedef unsigned long pteval_t;
typedef unsigned long pmdval_t;
typedef unsigned long pudval_t;
typedef unsigned long p4dval_t;
typedef unsigned long pgdval_t;
typedef unsigned long pgprotval_t;

/* pte_t, pgd_t and pgprot_t are <kmemu/types.h>'s. */
typedef struct {
	pmdval_t pmd;
} pmd_t;
typedef struct {
	pudval_t pud;
} pud_t;
typedef struct {
	p4dval_t p4d;
} p4d_t;
typedef struct page *pgtable_t;

#define PMD_SHIFT 21
#define PMD_SIZE (1UL << PMD_SHIFT)
#define PMD_MASK (~(PMD_SIZE - 1))
#define PUD_SHIFT 30
#define PUD_SIZE (1UL << PUD_SHIFT)
#define PUD_MASK (~(PUD_SIZE - 1))
/* A p4d is the pgd's entry itself. */
#define P4D_SHIFT 39
#define P4D_SIZE (1UL << P4D_SHIFT)
#define P4D_MASK (~(P4D_SIZE - 1))
#define PGDIR_SHIFT 39
#define PGDIR_SIZE (1UL << PGDIR_SHIFT)
#define PGDIR_MASK (~(PGDIR_SIZE - 1))
#define PTRS_PER_PTE 512
#define PTRS_PER_PMD 512
#define PTRS_PER_PUD 512
#define PTRS_PER_P4D 1
#define PTRS_PER_PGD 512
#define pgtable_l5_enabled() 0

#define __PHYSICAL_MASK_SHIFT 52
#define __PHYSICAL_MASK ((phys_addr_t)((1ULL << __PHYSICAL_MASK_SHIFT) - 1))
#define PHYSICAL_PAGE_MASK KMEMU_PTE_FRAME
#define PTE_PFN_MASK ((pteval_t)PHYSICAL_PAGE_MASK)
#define PTE_FLAGS_MASK (~PTE_PFN_MASK)

#define _PAGE_BIT_PRESENT 0
#define _PAGE_BIT_RW 1
#define _PAGE_BIT_USER 2
#define _PAGE_BIT_PWT 3
#define _PAGE_BIT_PCD 4
#define _PAGE_BIT_ACCESSED 5
#define _PAGE_BIT_DIRTY 6
#define _PAGE_BIT_PSE 7
#define _PAGE_BIT_PAT 7
#define _PAGE_BIT_GLOBAL 8
#define _PAGE_BIT_SOFTW1 9
#define _PAGE_BIT_SOFTW2 10
#define _PAGE_BIT_SOFTW3 11
#define _PAGE_BIT_PAT_LARGE 12
#define _PAGE_BIT_SOFTW4 57
#define _PAGE_BIT_SOFTW5 58
#define _PAGE_BIT_PKEY_BIT0 59
#define _PAGE_BIT_PKEY_BIT1 60
#define _PAGE_BIT_PKEY_BIT2 61
#define _PAGE_BIT_PKEY_BIT3 62
#define _PAGE_BIT_NX 63
#define _PAGE_BIT_SPECIAL _PAGE_BIT_SOFTW1
#define _PAGE_BIT_DEVMAP _PAGE_BIT_SOFTW4
#define _PAGE_BIT_SAVED_DIRTY _PAGE_BIT_SOFTW5
#define _PAGE_BIT_PROTNONE _PAGE_BIT_GLOBAL

#define _PAGE_PRESENT ((pteval_t)KMEMU_PTE_PRESENT)
#define _PAGE_RW ((pteval_t)KMEMU_PTE_RW)
#define _PAGE_USER ((pteval_t)KMEMU_PTE_USER)
#define _PAGE_PWT ((pteval_t)1 << _PAGE_BIT_PWT)
#define _PAGE_PCD ((pteval_t)1 << _PAGE_BIT_PCD)
#define _PAGE_ACCESSED ((pteval_t)KMEMU_PTE_ACCESSED)
#define _PAGE_DIRTY ((pteval_t)KMEMU_PTE_DIRTY)
#define _PAGE_PSE ((pteval_t)1 << _PAGE_BIT_PSE)
#define _PAGE_PAT ((pteval_t)1 << _PAGE_BIT_PAT)
#define _PAGE_GLOBAL ((pteval_t)1 << _PAGE_BIT_GLOBAL)
#define _PAGE_SOFTW1 ((pteval_t)1 << _PAGE_BIT_SOFTW1)
#define _PAGE_SOFTW2 ((pteval_t)1 << _PAGE_BIT_SOFTW2)
#define _PAGE_SOFTW3 ((pteval_t)1 << _PAGE_BIT_SOFTW3)
#define _PAGE_SOFTW4 ((pteval_t)1 << _PAGE_BIT_SOFTW4)
#define _PAGE_SPECIAL ((pteval_t)KMEMU_PTE_SPECIAL)
#define _PAGE_PAT_LARGE ((pteval_t)1 << _PAGE_BIT_PAT_LARGE)
#define _PAGE_DEVMAP ((pteval_t)1 << _PAGE_BIT_DEVMAP)
#define _PAGE_SAVED_DIRTY ((pteval_t)1 << _PAGE_BIT_SAVED_DIRTY)
#define _PAGE_DIRTY_BITS (_PAGE_DIRTY | _PAGE_SAVED_DIRTY)
#define _PAGE_PKEY_MASK ((pteval_t)0xf << _PAGE_BIT_PKEY_BIT0)
#define _PAGE_NX ((pteval_t)1 << _PAGE_BIT_NX)
#define _PAGE_PROTNONE ((pteval_t)1 << _PAGE_BIT_PROTNONE)
#define _PAGE_KNL_ERRATUM_MASK (_PAGE_DIRTY | _PAGE_ACCESSED)
#define _PAGE_TABLE (KMEMU_PTE_TABLE)
#define _KERNPG_TABLE (_PAGE_TABLE & ~_PAGE_USER)
/* What this kernel is not built with. */
#define _PAGE_SOFT_DIRTY ((pteval_t)0)
#define _PAGE_UFFD_WP ((pteval_t)0)
#define _PAGE_ENC ((pteval_t)0)

enum page_cache_mode {
	_PAGE_CACHE_MODE_WB = 0,
	_PAGE_CACHE_MODE_WC = 1,
	_PAGE_CACHE_MODE_UC_MINUS = 2,
	_PAGE_CACHE_MODE_UC = 3,
	_PAGE_CACHE_MODE_WT = 4,
	_PAGE_CACHE_MODE_WP = 5,
	_PAGE_CACHE_MODE_NUM = 8
};
#define _PAGE_CACHE_MASK (_PAGE_PWT | _PAGE_PCD | _PAGE_PAT)
#define _PAGE_LARGE_CACHE_MASK (_PAGE_PWT | _PAGE_PCD | _PAGE_PAT_LARGE)
/* Of a processor with PAT. */
static __always_inline unsigned long cachemode2protval(enum page_cache_mode pcm)
{
	switch (pcm) {
	case _PAGE_CACHE_MODE_WC:
		return _PAGE_PWT;
	case _PAGE_CACHE_MODE_UC_MINUS:
		return _PAGE_PCD;
	case _PAGE_CACHE_MODE_UC:
		return _PAGE_PCD | _PAGE_PWT;
	case _PAGE_CACHE_MODE_WT:
		return _PAGE_PAT | _PAGE_PCD | _PAGE_PWT;
	case _PAGE_CACHE_MODE_WP:
		return _PAGE_PAT | _PAGE_PWT;
	default:
		return 0;
	}
}
#define _PAGE_NOCACHE (_PAGE_PCD | _PAGE_PWT)

#define _PAGE_CHG_MASK                                                             \
	(PTE_PFN_MASK | _PAGE_PCD | _PAGE_PWT | _PAGE_PAT | _PAGE_SPECIAL |        \
	 _PAGE_ACCESSED | _PAGE_DIRTY_BITS | _PAGE_DEVMAP)

#define pgprot_val(x) ((x).pgprot)
#define __pgprot(x) ((pgprot_t){ (x) })
#define __pg(x) __pgprot(x)

#define __PAGE_KERNEL KMEMU_PTE_KERNEL
#define __PAGE_KERNEL_EXEC (__PAGE_KERNEL & ~_PAGE_NX)
#define __PAGE_KERNEL_RO (__PAGE_KERNEL & ~(_PAGE_RW | _PAGE_DIRTY))
#define __PAGE_KERNEL_ROX (__PAGE_KERNEL_RO & ~_PAGE_NX)
#define __PAGE_KERNEL_NOCACHE (__PAGE_KERNEL | _PAGE_NOCACHE)
#define PAGE_KERNEL __pgprot(__PAGE_KERNEL)
#define PAGE_KERNEL_RO __pgprot(__PAGE_KERNEL_RO)
#define PAGE_KERNEL_ROX __pgprot(__PAGE_KERNEL_ROX)
#define PAGE_KERNEL_EXEC __pgprot(__PAGE_KERNEL_EXEC)
#define PAGE_KERNEL_NOCACHE __pgprot(__PAGE_KERNEL_NOCACHE)
#define PAGE_KERNEL_NOENC PAGE_KERNEL
#define PAGE_KERNEL_IO PAGE_KERNEL
#define PAGE_KERNEL_IO_NOCACHE PAGE_KERNEL_NOCACHE

#define PAGE_NONE __pgprot(_PAGE_ACCESSED | _PAGE_PROTNONE)
#define PAGE_READONLY_EXEC __pgprot(_PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED)
#define PAGE_READONLY __pgprot(pgprot_val(PAGE_READONLY_EXEC) | _PAGE_NX)
#define PAGE_SHARED_EXEC __pgprot(pgprot_val(PAGE_READONLY_EXEC) | _PAGE_RW)
#define PAGE_SHARED __pgprot(pgprot_val(PAGE_READONLY) | _PAGE_RW)
#define PAGE_COPY PAGE_READONLY
#define PAGE_COPY_NOEXEC PAGE_READONLY
#define PAGE_COPY_EXEC PAGE_READONLY_EXEC

#define pgprot_noncached(prot) \
	__pgprot(pgprot_val(prot) | cachemode2protval(_PAGE_CACHE_MODE_UC_MINUS))

static __always_inline pgprot_t pgprot_writecombine(pgprot_t prot)
{
	return __pgprot(pgprot_val(prot) | cachemode2protval(_PAGE_CACHE_MODE_WC));
}

static __always_inline pgprot_t pgprot_writethrough(pgprot_t prot)
{
	return __pgprot(pgprot_val(prot) | cachemode2protval(_PAGE_CACHE_MODE_WT));
}

static __always_inline pgprot_t pgprot_nx(pgprot_t prot)
{
	return __pgprot(pgprot_val(prot) | _PAGE_NX);
}

#define pgprot_device(prot) pgprot_noncached(prot)
#define pgprot_decrypted(prot) (prot)
#define pgprot_encrypted(prot) (prot)
#define pgprot_mhp(prot) (prot)

#endif /* _ASM_X86_PGTABLE_DEFS_H */
