/* SPDX-License-Identifier: MIT */
/*
 * <asm/pgtable.h> of Linux 6.12 for x86-64: arithmetic of page tables' entries. Nothing here
 * but what sets an entry has an effect: <kmemu/pgtable.h> says which. Any context.
 */
#ifndef _ASM_X86_PGTABLE_H
#define _ASM_X86_PGTABLE_H

#include <asm/page.h>
#include <asm/pgtable_types.h>
#include <linux/compiler.h>
#include <linux/mm_types.h>

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

static __always_inline pteval_t native_pte_val(pte_t pte)
{
	return pte.pte;
}

#define pte_val(x) ((x).pte)
#define pmd_val(x) ((x).pmd)
#define pud_val(x) ((x).pud)
#define p4d_val(x) ((x).p4d)
#define pgd_val(x) ((x).pgd)
#define __pte(x) ((pte_t){ (x) })
#define __pmd(x) ((pmd_t){ (x) })
#define __pud(x) ((pud_t){ (x) })
#define __p4d(x) ((p4d_t){ (x) })
#define __pgd(x) ((pgd_t){ (x) })

/* Of a huge entry the frame has fewer bits. */
static inline unsigned long __kmemu_pfn_mask(unsigned long val, unsigned long huge_mask)
{
	return PTE_PFN_MASK & (val & _PAGE_PSE ? huge_mask : PAGE_MASK);
}

static __always_inline pteval_t pte_flags(pte_t pte)
{
	return pte.pte & PTE_FLAGS_MASK;
}

static __always_inline pmdval_t pmd_flags(pmd_t pmd)
{
	return pmd.pmd & ~__kmemu_pfn_mask(pmd.pmd, PMD_MASK);
}

static __always_inline pudval_t pud_flags(pud_t pud)
{
	return pud.pud & ~__kmemu_pfn_mask(pud.pud, PUD_MASK);
}

static __always_inline p4dval_t p4d_flags(p4d_t p4d)
{
	return p4d.p4d & PTE_FLAGS_MASK;
}

static __always_inline pgdval_t pgd_flags(pgd_t pgd)
{
	return pgd.pgd & PTE_FLAGS_MASK;
}

/* The frame's bits of an entry that is not present are inverted (arch/x86 pgtable-invert.h). */
static inline unsigned long protnone_mask(unsigned long val)
{
	return val && !(val & _PAGE_PRESENT) ? ~0UL : 0;
}

static inline unsigned long __kmemu_make_entry(unsigned long pfn, pgprot_t prot,
					       unsigned long huge_mask)
{
	unsigned long val = (pfn << PAGE_SHIFT) ^ protnone_mask(pgprot_val(prot));

	return (val & PTE_PFN_MASK & huge_mask) | pgprot_val(prot);
}

static inline unsigned long __kmemu_pfn(unsigned long val, unsigned long huge_mask)
{
	return ((val ^ protnone_mask(val)) & __kmemu_pfn_mask(val, huge_mask)) >> PAGE_SHIFT;
}

/* Dirty and not writable is said by another bit. */
static inline unsigned long __kmemu_save_dirty(unsigned long val)
{
	if (!(val & _PAGE_RW) && val & _PAGE_DIRTY)
		val = (val & ~_PAGE_DIRTY) | _PAGE_SAVED_DIRTY;
	else if (val & _PAGE_RW && val & _PAGE_SAVED_DIRTY)
		val = (val & ~_PAGE_SAVED_DIRTY) | _PAGE_DIRTY;
	return val;
}

/* --- entries of pages */

static __always_inline unsigned long pte_pfn(pte_t pte)
{
	return __kmemu_pfn(pte_val(pte), PAGE_MASK);
}

static __always_inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	return __pte(__kmemu_make_entry(pfn, prot, PAGE_MASK));
}

#define mk_pte(page, prot) pfn_pte(page_to_pfn(page), prot)
#define pte_page(pte) pfn_to_page(pte_pfn(pte))
#define pte_pgprot(pte) __pgprot(pte_flags(pte))

static inline int pte_none(pte_t pte)
{
	return !(pte.pte & ~_PAGE_KNL_ERRATUM_MASK);
}

static inline int pte_same(pte_t a, pte_t b)
{
	return a.pte == b.pte;
}

static inline int pte_present(pte_t pte)
{
	return (pte.pte & (_PAGE_PRESENT | _PAGE_PROTNONE)) != 0;
}

static inline bool pte_dirty(pte_t pte)
{
	return pte.pte & _PAGE_DIRTY_BITS;
}

static inline int pte_young(pte_t pte)
{
	return (pte.pte & _PAGE_ACCESSED) != 0;
}

static inline int pte_write(pte_t pte)
{
	return (pte.pte & _PAGE_RW) != 0;
}

static inline int pte_huge(pte_t pte)
{
	return (pte.pte & _PAGE_PSE) != 0;
}

static inline int pte_global(pte_t pte)
{
	return (pte.pte & _PAGE_GLOBAL) != 0;
}

static inline int pte_exec(pte_t pte)
{
	return !(pte.pte & _PAGE_NX);
}

static inline int pte_special(pte_t pte)
{
	return (pte.pte & _PAGE_SPECIAL) != 0;
}

static inline int pte_devmap(pte_t pte)
{
	return (pte.pte & _PAGE_DEVMAP) != 0;
}

/* Kernel: CONFIG_NUMA_BALANCING, and it is not. */
static __always_inline int pte_protnone(pte_t pte)
{
	(void)pte;
	return 0;
}

static __always_inline int pmd_protnone(pmd_t pmd)
{
	(void)pmd;
	return 0;
}

static __always_inline bool pte_accessible(struct mm_struct *mm, pte_t pte)
{
	(void)mm;
	return (pte.pte & _PAGE_PRESENT) != 0;
}

static inline pte_t pte_set_flags(pte_t pte, pteval_t set)
{
	return __pte(pte.pte | set);
}

static inline pte_t pte_clear_flags(pte_t pte, pteval_t clear)
{
	return __pte(pte.pte & ~clear);
}

static __always_inline pte_t pte_mkclean(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_DIRTY_BITS);
}

static __always_inline pte_t pte_mkold(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_ACCESSED);
}

static __always_inline pte_t pte_mkyoung(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_ACCESSED);
}

static __always_inline pte_t pte_mkexec(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_NX);
}

static __always_inline pte_t pte_mkhuge(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_PSE);
}

static __always_inline pte_t pte_clrhuge(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_PSE);
}

static __always_inline pte_t pte_mkglobal(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_GLOBAL);
}

static __always_inline pte_t pte_clrglobal(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_GLOBAL);
}

static __always_inline pte_t pte_mkspecial(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_SPECIAL);
}

static __always_inline pte_t pte_mkdevmap(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_SPECIAL | _PAGE_DEVMAP);
}

static inline pte_t pte_wrprotect(pte_t pte)
{
	return __pte(__kmemu_save_dirty(pte.pte & ~_PAGE_RW));
}

static inline pte_t pte_mkdirty(pte_t pte)
{
	return __pte(__kmemu_save_dirty(pte.pte | _PAGE_DIRTY));
}

static inline pte_t pte_mkwrite_novma(pte_t pte)
{
	return __pte(__kmemu_save_dirty(pte.pte | _PAGE_RW));
}

static inline pte_t pte_mkwrite(pte_t pte, struct vm_area_struct *vma)
{
	(void)vma;
	return pte_mkwrite_novma(pte);
}

/* The frame, what was accessed and how it is cached stay. */
static inline pte_t pte_modify(pte_t pte, pgprot_t newprot)
{
	unsigned long val = (pte.pte & _PAGE_CHG_MASK) | (pgprot_val(newprot) & ~_PAGE_CHG_MASK);

	if (!protnone_mask(pte.pte) != !protnone_mask(val))
		val ^= PTE_PFN_MASK;
	return __pte(__kmemu_save_dirty(val));
}

static inline pgprot_t pgprot_modify(pgprot_t oldprot, pgprot_t newprot)
{
	return __pgprot((pgprot_val(oldprot) & _PAGE_CHG_MASK) | pgprot_val(newprot));
}

static __always_inline pte_t pte_advance_pfn(pte_t pte, unsigned long nr)
{
	nr <<= PAGE_SHIFT;
	return __pte(protnone_mask(pte.pte) ? pte.pte - nr : pte.pte + nr);
}

#define pte_next_pfn(pte) pte_advance_pfn(pte, 1)

/* --- upper entries. None is huge, but what kernel code makes itself. */

static __always_inline unsigned long pmd_pfn(pmd_t pmd)
{
	return __kmemu_pfn(pmd_val(pmd), PMD_MASK);
}

static __always_inline unsigned long pud_pfn(pud_t pud)
{
	return __kmemu_pfn(pud_val(pud), PUD_MASK);
}

static __always_inline unsigned long p4d_pfn(p4d_t p4d)
{
	return (p4d_val(p4d) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

static __always_inline unsigned long pgd_pfn(pgd_t pgd)
{
	return (pgd_val(pgd) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

static __always_inline pmd_t pfn_pmd(unsigned long pfn, pgprot_t prot)
{
	return __pmd(__kmemu_make_entry(pfn, prot, PMD_MASK));
}

static __always_inline pud_t pfn_pud(unsigned long pfn, pgprot_t prot)
{
	return __pud(__kmemu_make_entry(pfn, prot, PUD_MASK));
}

#define mk_pmd(page, prot) pfn_pmd(page_to_pfn(page), prot)
#define pmd_page(pmd) pfn_to_page(pmd_pfn(pmd))
#define pud_page(pud) pfn_to_page(pud_pfn(pud))
#define p4d_page(p4d) pfn_to_page(p4d_pfn(p4d))
#define pgd_page(pgd) pfn_to_page(pgd_pfn(pgd))
#define pmd_pgtable(pmd) pmd_page(pmd)
#define pmd_pgprot(pmd) __pgprot(pmd_flags(pmd))
#define pud_pgprot(pud) __pgprot(pud_flags(pud))

static __always_inline unsigned long pmd_page_vaddr(pmd_t pmd)
{
	return ((unsigned long)__va(pmd_pfn(pmd) << PAGE_SHIFT));
}

static __always_inline pmd_t *pud_pgtable(pud_t pud)
{
	return ((pmd_t *)__va(pud_pfn(pud) << PAGE_SHIFT));
}

static __always_inline pud_t *p4d_pgtable(p4d_t p4d)
{
	return ((pud_t *)__va(p4d_pfn(p4d) << PAGE_SHIFT));
}

static __always_inline unsigned long pgd_page_vaddr(pgd_t pgd)
{
	return ((unsigned long)__va(pgd_pfn(pgd) << PAGE_SHIFT));
}

static inline int pmd_none(pmd_t pmd)
{
	return !(pmd.pmd & ~_PAGE_KNL_ERRATUM_MASK);
}

static inline int pud_none(pud_t pud)
{
	return !(pud.pud & ~_PAGE_KNL_ERRATUM_MASK);
}

static inline int p4d_none(p4d_t p4d)
{
	return !(p4d.p4d & ~_PAGE_KNL_ERRATUM_MASK);
}
/* With four levels a pgd is there. */
static __always_inline int pgd_none(pgd_t pgd)
{
	(void)pgd;
	return 0;
}

static __always_inline int pgd_present(pgd_t pgd)
{
	(void)pgd;
	return 1;
}

static __always_inline int pgd_bad(pgd_t pgd)
{
	(void)pgd;
	return 0;
}

#define pgd_leaf(pgd) ((void)(pgd), false)

static __always_inline bool p4d_leaf(p4d_t p4d)
{
	(void)p4d;
	return false;
}

static inline int pmd_present(pmd_t pmd)
{
	return (pmd.pmd & (_PAGE_PRESENT | _PAGE_PROTNONE | _PAGE_PSE)) != 0;
}

static inline int pud_present(pud_t pud)
{
	return (pud.pud & _PAGE_PRESENT) != 0;
}

static inline int p4d_present(p4d_t p4d)
{
	return (p4d.p4d & _PAGE_PRESENT) != 0;
}

static inline bool pmd_leaf(pmd_t pmd)
{
	return pmd.pmd & _PAGE_PSE;
}

static inline bool pud_leaf(pud_t pud)
{
	return (pud.pud & (_PAGE_PSE | _PAGE_PRESENT)) == (_PAGE_PSE | _PAGE_PRESENT);
}

static inline int pmd_bad(pmd_t pmd)
{
	return (pmd.pmd & ~PTE_PFN_MASK & ~(_PAGE_USER | _PAGE_ACCESSED | _PAGE_NX)) !=
	       (_KERNPG_TABLE & ~_PAGE_ACCESSED);
}

static inline int pud_bad(pud_t pud)
{
	return (pud.pud & ~PTE_PFN_MASK & ~(_KERNPG_TABLE | _PAGE_USER | _PAGE_NX)) != 0;
}

static inline int p4d_bad(p4d_t p4d)
{
	return (p4d.p4d & ~PTE_PFN_MASK & ~(_KERNPG_TABLE | _PAGE_USER | _PAGE_NX)) != 0;
}

static inline bool pmd_dirty(pmd_t pmd)
{
	return pmd.pmd & _PAGE_DIRTY_BITS;
}

static inline int pmd_young(pmd_t pmd)
{
	return (pmd.pmd & _PAGE_ACCESSED) != 0;
}

static inline int pmd_write(pmd_t pmd)
{
	return (pmd.pmd & _PAGE_RW) != 0;
}

static inline int pud_write(pud_t pud)
{
	return (pud.pud & _PAGE_RW) != 0;
}

static inline int pmd_same(pmd_t a, pmd_t b)
{
	return a.pmd == b.pmd;
}

static __always_inline pmd_t pmd_mkold(pmd_t pmd)
{
	return __pmd(pmd_val(pmd) & ~_PAGE_ACCESSED);
}

static __always_inline pmd_t pmd_mkclean(pmd_t pmd)
{
	return __pmd(pmd_val(pmd) & ~_PAGE_DIRTY_BITS);
}

static __always_inline pmd_t pmd_mkyoung(pmd_t pmd)
{
	return __pmd(pmd_val(pmd) | _PAGE_ACCESSED);
}

static __always_inline pmd_t pmd_mkhuge(pmd_t pmd)
{
	return __pmd(pmd_val(pmd) | _PAGE_PSE);
}

static __always_inline pmd_t pmd_mkdevmap(pmd_t pmd)
{
	return __pmd(pmd_val(pmd) | _PAGE_DEVMAP);
}

static __always_inline pmd_t pmd_wrprotect(pmd_t pmd)
{
	return __pmd(__kmemu_save_dirty(pmd_val(pmd) & ~_PAGE_RW));
}

static __always_inline pmd_t pmd_mkdirty(pmd_t pmd)
{
	return __pmd(__kmemu_save_dirty(pmd_val(pmd) | _PAGE_DIRTY));
}

static __always_inline pmd_t pmd_mkwrite_novma(pmd_t pmd)
{
	return __pmd(__kmemu_save_dirty(pmd_val(pmd) | _PAGE_RW));
}

static __always_inline pmd_t pmd_mkwrite(pmd_t pmd, struct vm_area_struct *vma)
{
	(void)vma;
	return pmd_mkwrite_novma(pmd);
}

/* What this kernel is not built with: huge pages of programs', userfaultfd, soft-dirty. */
static __always_inline int pmd_trans_huge(pmd_t pmd)
{
	(void)pmd;
	return 0;
}

static __always_inline int pud_trans_huge(pud_t pud)
{
	(void)pud;
	return 0;
}

static __always_inline int pmd_devmap(pmd_t pmd)
{
	(void)pmd;
	return 0;
}

static __always_inline int pud_devmap(pud_t pud)
{
	(void)pud;
	return 0;
}

static __always_inline int pgd_devmap(pgd_t pgd)
{
	(void)pgd;
	return 0;
}

static __always_inline int pte_uffd_wp(pte_t pte)
{
	(void)pte;
	return 0;
}

static __always_inline int pmd_uffd_wp(pmd_t pmd)
{
	(void)pmd;
	return 0;
}

static __always_inline pte_t pte_mkuffd_wp(pte_t pte)
{
	return pte;
}

static __always_inline pmd_t pmd_mkuffd_wp(pmd_t pmd)
{
	return pmd;
}

static __always_inline pte_t pte_clear_uffd_wp(pte_t pte)
{
	return pte;
}

static __always_inline pmd_t pmd_clear_uffd_wp(pmd_t pmd)
{
	return pmd;
}

static __always_inline int pte_soft_dirty(pte_t pte)
{
	(void)pte;
	return 0;
}

static __always_inline int pmd_soft_dirty(pmd_t pmd)
{
	(void)pmd;
	return 0;
}

static __always_inline pte_t pte_mksoft_dirty(pte_t pte)
{
	return pte;
}

static __always_inline pmd_t pmd_mksoft_dirty(pmd_t pmd)
{
	return pmd;
}

static __always_inline pte_t pte_clear_soft_dirty(pte_t pte)
{
	return pte;
}

static __always_inline pmd_t pmd_clear_soft_dirty(pmd_t pmd)
{
	return pmd;
}

static __always_inline int pte_swp_soft_dirty(pte_t pte)
{
	(void)pte;
	return 0;
}

static __always_inline int pmd_swp_soft_dirty(pmd_t pmd)
{
	(void)pmd;
	return 0;
}

static __always_inline pte_t pte_swp_clear_soft_dirty(pte_t pte)
{
	return pte;
}

static __always_inline pmd_t pmd_swp_clear_soft_dirty(pmd_t pmd)
{
	return pmd;
}

static __always_inline int pte_swp_uffd_wp(pte_t pte)
{
	(void)pte;
	return 0;
}

static __always_inline int pmd_swp_uffd_wp(pmd_t pmd)
{
	(void)pmd;
	return 0;
}

static __always_inline pte_t pte_swp_mkuffd_wp(pte_t pte)
{
	return pte;
}

static __always_inline pmd_t pmd_swp_mkuffd_wp(pmd_t pmd)
{
	return pmd;
}

#define has_transparent_hugepage() 0

/* --- entries that are set: those of pages have an effect */

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	kmemu_set_pte(&ptep->pte, pte.pte);
}

static inline void set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	WRITE_ONCE(pmdp->pmd, pmd.pmd);
}

static inline void set_pud(pud_t *pudp, pud_t pud)
{
	WRITE_ONCE(pudp->pud, pud.pud);
}

static inline void set_p4d(p4d_t *p4dp, p4d_t p4d)
{
	WRITE_ONCE(p4dp->p4d, p4d.p4d);
}

static inline void set_pgd(pgd_t *pgdp, pgd_t pgd)
{
	WRITE_ONCE(pgdp->pgd, pgd.pgd);
}

/* nr entries one behind the other, of frames that are. */
static inline void set_ptes(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte,
			    unsigned int nr)
{
	(void)mm;
	(void)addr;
	for (; nr--; ptep++, pte = pte_next_pfn(pte))
		set_pte(ptep, pte);
}
#define set_pte_at(mm, addr, ptep, pte) set_ptes(mm, addr, ptep, pte, 1)

static __always_inline void pte_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	set_pte_at(mm, addr, ptep, __pte(0));
}

static __always_inline void pmd_clear(pmd_t *pmdp)
{
	set_pmd(pmdp, __pmd(0));
}

static __always_inline void pud_clear(pud_t *pudp)
{
	set_pud(pudp, __pud(0));
}

static __always_inline void p4d_clear(p4d_t *p4dp)
{
	set_p4d(p4dp, __p4d(0));
}

#endif /* __cplusplus */

#endif /* _ASM_X86_PGTABLE_H */
