/* SPDX-License-Identifier: MIT */
/*
 * <linux/pgtable.h> of Linux 6.12: ways down page tables, and entries that are read and
 * changed. <kmemu/pgtable.h> says what the tables are. Any context but handlers of signals.
 */
#ifndef _LINUX_PGTABLE_H
#define _LINUX_PGTABLE_H

#include <asm/pgtable.h>
#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/mm_types.h>
#include <linux/pfn.h>

/* C alone, as <asm/pgtable.h>. */
#ifndef __cplusplus

#define PMD_ORDER (PMD_SHIFT - PAGE_SHIFT)
#define PUD_ORDER (PUD_SHIFT - PAGE_SHIFT)
#define FIRST_USER_ADDRESS 0UL
#define USER_PGTABLES_CEILING 0UL
#define pmd_folio(pmd) page_folio(pmd_page(pmd))

#ifndef init_mm
#define init_mm kmemu_init_mm
#endif

static inline unsigned long pte_index(unsigned long address)
{
	return (address >> PAGE_SHIFT) & (PTRS_PER_PTE - 1);
}

static inline unsigned long pmd_index(unsigned long address)
{
	return (address >> PMD_SHIFT) & (PTRS_PER_PMD - 1);
}

static inline unsigned long pud_index(unsigned long address)
{
	return (address >> PUD_SHIFT) & (PTRS_PER_PUD - 1);
}

static __always_inline unsigned long p4d_index(unsigned long address)
{
	(void)address;
	return 0UL;
}

#define pgd_index(address) (((address) >> PGDIR_SHIFT) & (PTRS_PER_PGD - 1))

/* --- down. Each look makes the table that it looks into agree with what is mapped. */

static inline pgd_t *pgd_offset(struct mm_struct *mm, unsigned long address)
{
	return (pgd_t *)kmemu_pgd_offset(mm, address);
}
#define pgd_offset_k(address) pgd_offset(&init_mm, (address))
#define pgd_offset_gate(mm, address) pgd_offset(mm, address)

static inline p4d_t *p4d_offset(pgd_t *pgd, unsigned long address)
{
	(void)address;
	return (p4d_t *)pgd;
}

static inline pud_t *pud_offset(p4d_t *p4d, unsigned long address)
{
	return (pud_t *)kmemu_pgtable_below(READ_ONCE(p4d->p4d), address, PUD_SHIFT);
}

static inline pmd_t *pmd_offset(pud_t *pud, unsigned long address)
{
	return (pmd_t *)kmemu_pgtable_below(READ_ONCE(pud->pud), address, PMD_SHIFT);
}

static inline pte_t *pte_offset_kernel(pmd_t *pmd, unsigned long address)
{
	return (pte_t *)kmemu_pgtable_below(READ_ONCE(pmd->pmd), address, PAGE_SHIFT);
}

/* NULL: there is no table on the way. */
static inline pmd_t *pmd_off(struct mm_struct *mm, unsigned long va)
{
	p4d_t *p4d = p4d_offset(pgd_offset(mm, va), va);
	pud_t *pud = p4d ? pud_offset(p4d, va) : NULL;

	return pud ? pmd_offset(pud, va) : NULL;
}

static __always_inline pmd_t *pmd_off_k(unsigned long va)
{
	return pmd_off(&init_mm, va);
}

static inline pte_t *virt_to_kpte(unsigned long vaddr)
{
	pmd_t *pmd = pmd_off_k(vaddr);

	return !pmd || pmd_none(*pmd) ? NULL : pte_offset_kernel(pmd, vaddr);
}

/* --- down, with new tables: NULL, no memory */

static inline p4d_t *p4d_alloc(struct mm_struct *mm, pgd_t *pgd, unsigned long address)
{
	(void)mm;
	return p4d_offset(pgd, address);
}

static __always_inline pud_t *pud_alloc(struct mm_struct *mm, p4d_t *p4d, unsigned long address)
{
	return (pud_t *)kmemu_pgtable_alloc(mm, &p4d->p4d, address, PUD_SHIFT);
}

static __always_inline pmd_t *pmd_alloc(struct mm_struct *mm, pud_t *pud, unsigned long address)
{
	return (pmd_t *)kmemu_pgtable_alloc(mm, &pud->pud, address, PMD_SHIFT);
}

static __always_inline pte_t *pte_alloc_kernel(pmd_t *pmd, unsigned long address)
{
	return (pte_t *)kmemu_pgtable_alloc(&init_mm, &pmd->pmd, address, PAGE_SHIFT);
}

/* 0, or -ENOMEM. */
#define pte_alloc(mm, pmd) (pte_alloc_kernel(pmd, 0) ? 0 : -ENOMEM)

/* --- ranges: the end of what one entry spans, or of all */

#define __kmemu_addr_end(addr, end, size)                                      \
	({                                                                     \
		unsigned long __boundary = ((addr) + (size)) & ~((size) - 1);  \
		(__boundary - 1 < (end) - 1) ? __boundary : (end);             \
	})
#define pgd_addr_end(addr, end) __kmemu_addr_end(addr, end, PGDIR_SIZE)
#define p4d_addr_end(addr, end) (end)
#define pud_addr_end(addr, end) __kmemu_addr_end(addr, end, PUD_SIZE)
#define pmd_addr_end(addr, end) __kmemu_addr_end(addr, end, PMD_SIZE)

static __always_inline int pgd_none_or_clear_bad(pgd_t *pgd)
{
	(void)pgd;
	return 0;
}

static __always_inline int p4d_none_or_clear_bad(p4d_t *p4d)
{
	return p4d_none(*p4d);
}

static __always_inline int pud_none_or_clear_bad(pud_t *pud)
{
	return pud_none(*pud);
}

static __always_inline int pmd_none_or_clear_bad(pmd_t *pmd)
{
	return pmd_none(*pmd);
}

/* --- entries, read and changed */

static inline pte_t ptep_get(pte_t *ptep)
{
	return __pte(READ_ONCE(ptep->pte));
}

static __always_inline pte_t ptep_get_lockless(pte_t *ptep)
{
	return ptep_get(ptep);
}

static inline pmd_t pmdp_get(pmd_t *pmdp)
{
	return __pmd(READ_ONCE(pmdp->pmd));
}

static __always_inline pmd_t pmdp_get_lockless(pmd_t *pmdp)
{
	return pmdp_get(pmdp);
}

static __always_inline void pmdp_get_lockless_sync(void)
{
}

static inline pud_t pudp_get(pud_t *pudp)
{
	return __pud(READ_ONCE(pudp->pud));
}

static inline p4d_t p4dp_get(p4d_t *p4dp)
{
	return __p4d(READ_ONCE(p4dp->p4d));
}

static inline pgd_t pgdp_get(pgd_t *pgdp)
{
	return __pgd(READ_ONCE(pgdp->pgd));
}

/* What was mapped there is not any more; its page's reference is the caller's. */
static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long address, pte_t *ptep)
{
	(void)mm;
	(void)address;
	return __pte(kmemu_set_pte(&ptep->pte, 0));
}

static __always_inline void ptep_clear(struct mm_struct *mm, unsigned long address, pte_t *ptep)
{
	ptep_get_and_clear(mm, address, ptep);
}

static __always_inline pte_t ptep_get_and_clear_full(struct mm_struct *mm, unsigned long address,
						     pte_t *ptep, int full)
{
	(void)full;
	return ptep_get_and_clear(mm, address, ptep);
}

static __always_inline pte_t ptep_clear_flush(struct vm_area_struct *vma, unsigned long address,
					      pte_t *ptep)
{
	return ptep_get_and_clear(vma->vm_mm, address, ptep);
}

static inline void ptep_set_wrprotect(struct mm_struct *mm, unsigned long address, pte_t *ptep)
{
	set_pte_at(mm, address, ptep, pte_wrprotect(ptep_get(ptep)));
}

static inline void wrprotect_ptes(struct mm_struct *mm, unsigned long addr, pte_t *ptep,
				  unsigned int nr)
{
	while (nr--)
		ptep_set_wrprotect(mm, addr, ptep++);
}

static inline int ptep_test_and_clear_young(struct vm_area_struct *vma, unsigned long address,
					    pte_t *ptep)
{
	pte_t pte = ptep_get(ptep);

	if (!pte_young(pte))
		return 0;
	set_pte_at(vma->vm_mm, address, ptep, pte_mkold(pte));
	return 1;
}

static __always_inline int ptep_clear_flush_young(struct vm_area_struct *vma, unsigned long address,
						  pte_t *ptep)
{
	return ptep_test_and_clear_young(vma, address, ptep);
}

/* Whether it changed. */
static inline int ptep_set_access_flags(struct vm_area_struct *vma, unsigned long address,
					pte_t *ptep, pte_t entry, int dirty)
{
	int changed = !pte_same(ptep_get(ptep), entry);

	if (changed && dirty)
		set_pte_at(vma->vm_mm, address, ptep, entry);
	return changed;
}

/* The entry stays between the two, while the second says what it shall be. */
static inline pte_t ptep_modify_prot_start(struct vm_area_struct *vma, unsigned long addr,
					   pte_t *ptep)
{
	(void)vma;
	(void)addr;
	return ptep_get(ptep);
}

static inline void ptep_modify_prot_commit(struct vm_area_struct *vma, unsigned long addr,
					   pte_t *ptep, pte_t old_pte, pte_t pte)
{
	(void)old_pte;
	set_pte_at(vma->vm_mm, addr, ptep, pte);
}

/* Addresses' translations are the system's: nothing is kept that would be old. */
static __always_inline void update_mmu_cache(struct vm_area_struct *vma, unsigned long addr,
					     pte_t *ptep)
{
	(void)vma;
	(void)addr;
	(void)ptep;
}

static __always_inline void update_mmu_cache_range(struct vm_fault *vmf, struct vm_area_struct *vma,
						   unsigned long addr, pte_t *ptep, unsigned int nr)
{
	(void)vmf;
	(void)vma;
	(void)addr;
	(void)ptep;
	(void)nr;
}

static __always_inline void update_mmu_tlb(struct vm_area_struct *vma, unsigned long addr,
					   pte_t *ptep)
{
	(void)vma;
	(void)addr;
	(void)ptep;
}

#define arch_enter_lazy_mmu_mode() do { } while (0)
#define arch_leave_lazy_mmu_mode() do { } while (0)
#define arch_flush_lazy_mmu_mode() do { } while (0)

/* Kernel code's own all-zero page: no program has it mapped. */
#define ZERO_PAGE(vaddr) ((void)(vaddr), kmemu_zero_page())

static __always_inline unsigned long my_zero_pfn(unsigned long addr)
{
	return page_to_pfn(ZERO_PAGE(addr));
}

static __always_inline int is_zero_pfn(unsigned long pfn)
{
	return (pfn == my_zero_pfn(0));
}

typedef unsigned int pgtbl_mod_mask;
#define PGTBL_PGD_MODIFIED BIT(0)
#define PGTBL_P4D_MODIFIED BIT(1)
#define PGTBL_PUD_MODIFIED BIT(2)
#define PGTBL_PMD_MODIFIED BIT(3)
#define PGTBL_PTE_MODIFIED BIT(4)

#endif /* __cplusplus */

#endif /* _LINUX_PGTABLE_H */
