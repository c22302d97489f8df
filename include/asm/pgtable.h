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

#define native_pte_val(x) ((x).pte)
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

#define pte_flags(x) (pte_val(x) & PTE_FLAGS_MASK)
#define pmd_flags(x) (pmd_val(x) & ~__kmemu_pfn_mask(pmd_val(x), PMD_MASK))
#define pud_flags(x) (pud_val(x) & ~__kmemu_pfn_mask(pud_val(x), PUD_MASK))
#define p4d_flags(x) (p4d_val(x) & PTE_FLAGS_MASK)
#define pgd_flags(x) (pgd_val(x) & PTE_FLAGS_MASK)

/* Of a huge entry the frame has fewer bits. */
static inline unsigned long __kmemu_pfn_mask(unsigned long val, unsigned long huge_mask)
{
	return PTE_PFN_MASK & (val & _PAGE_PSE ? huge_mask : PAGE_MASK);
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

#define pte_pfn(pte) __kmemu_pfn(pte_val(pte), PAGE_MASK)
#define pfn_pte(pfn, prot) __pte(__kmemu_make_entry(pfn, prot, PAGE_MASK))
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
#define pte_protnone(pte) ((void)(pte), 0)
#define pmd_protnone(pmd) ((void)(pmd), 0)
#define pte_accessible(mm, pte) ((void)(mm), (pte_flags(pte) & _PAGE_PRESENT) != 0)

static inline pte_t pte_set_flags(pte_t pte, pteval_t set)
{
	return __pte(pte.pte | set);
}

static inline pte_t pte_clear_flags(pte_t pte, pteval_t clear)
{
	return __pte(pte.pte & ~clear);
}

#define pte_mkclean(pte) pte_clear_flags(pte, _PAGE_DIRTY_BITS)
#define pte_mkold(pte) pte_clear_flags(pte, _PAGE_ACCESSED)
#define pte_mkyoung(pte) pte_set_flags(pte, _PAGE_ACCESSED)
#define pte_mkexec(pte) pte_clear_flags(pte, _PAGE_NX)
#define pte_mkhuge(pte) pte_set_flags(pte, _PAGE_PSE)
#define pte_clrhuge(pte) pte_clear_flags(pte, _PAGE_PSE)
#define pte_mkglobal(pte) pte_set_flags(pte, _PAGE_GLOBAL)
#define pte_clrglobal(pte) pte_clear_flags(pte, _PAGE_GLOBAL)
#define pte_mkspecial(pte) pte_set_flags(pte, _PAGE_SPECIAL)
#define pte_mkdevmap(pte) pte_set_flags(pte, _PAGE_SPECIAL | _PAGE_DEVMAP)

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

#define pte_advance_pfn(pte, nr) \
	(protnone_mask(pte_val(pte)) ? __pte(pte_val(pte) - ((unsigned long)(nr) << PAGE_SHIFT)) : \
				       __pte(pte_val(pte) + ((unsigned long)(nr) << PAGE_SHIFT)))
#define pte_next_pfn(pte) pte_advance_pfn(pte, 1)

/* --- upper entries. None is huge, but what kernel code makes itself. */

#define pmd_pfn(pmd) __kmemu_pfn(pmd_val(pmd), PMD_MASK)
#define pud_pfn(pud) __kmemu_pfn(pud_val(pud), PUD_MASK)
#define p4d_pfn(p4d) ((p4d_val(p4d) & PTE_PFN_MASK) >> PAGE_SHIFT)
#define pgd_pfn(pgd) ((pgd_val(pgd) & PTE_PFN_MASK) >> PAGE_SHIFT)
#define pfn_pmd(pfn, prot) __pmd(__kmemu_make_entry(pfn, prot, PMD_MASK))
#define pfn_pud(pfn, prot) __pud(__kmemu_make_entry(pfn, prot, PUD_MASK))
#define mk_pmd(page, prot) pfn_pmd(page_to_pfn(page), prot)
#define pmd_page(pmd) pfn_to_page(pmd_pfn(pmd))
#define pud_page(pud) pfn_to_page(pud_pfn(pud))
#define p4d_page(p4d) pfn_to_page(p4d_pfn(p4d))
#define pgd_page(pgd) pfn_to_page(pgd_pfn(pgd))
#define pmd_pgtable(pmd) pmd_page(pmd)
#define pmd_pgprot(pmd) __pgprot(pmd_flags(pmd))
#define pud_pgprot(pud) __pgprot(pud_flags(pud))
#define pmd_page_vaddr(pmd) ((unsigned long)__va(pmd_pfn(pmd) << PAGE_SHIFT))
#define pud_pgtable(pud) ((pmd_t *)__va(pud_pfn(pud) << PAGE_SHIFT))
#define p4d_pgtable(p4d) ((pud_t *)__va(p4d_pfn(p4d) << PAGE_SHIFT))
#define pgd_page_vaddr(pgd) ((unsigned long)__va(pgd_pfn(pgd) << PAGE_SHIFT))

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
#define pgd_none(pgd) ((void)(pgd), 0)
#define pgd_present(pgd) ((void)(pgd), 1)
#define pgd_bad(pgd) ((void)(pgd), 0)
#define pgd_leaf(pgd) ((void)(pgd), false)
#define p4d_leaf(p4d) ((void)(p4d), false)

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

#define pmd_mkold(pmd) __pmd(pmd_val(pmd) & ~_PAGE_ACCESSED)
#define pmd_mkclean(pmd) __pmd(pmd_val(pmd) & ~_PAGE_DIRTY_BITS)
#define pmd_mkyoung(pmd) __pmd(pmd_val(pmd) | _PAGE_ACCESSED)
#define pmd_mkhuge(pmd) __pmd(pmd_val(pmd) | _PAGE_PSE)
#define pmd_mkdevmap(pmd) __pmd(pmd_val(pmd) | _PAGE_DEVMAP)
#define pmd_wrprotect(pmd) __pmd(__kmemu_save_dirty(pmd_val(pmd) & ~_PAGE_RW))
#define pmd_mkdirty(pmd) __pmd(__kmemu_save_dirty(pmd_val(pmd) | _PAGE_DIRTY))
#define pmd_mkwrite_novma(pmd) __pmd(__kmemu_save_dirty(pmd_val(pmd) | _PAGE_RW))
#define pmd_mkwrite(pmd, vma) ((void)(vma), pmd_mkwrite_novma(pmd))

/* What this kernel is not built with: huge pages of programs', userfaultfd, soft-dirty. */
#define pmd_trans_huge(pmd) ((void)(pmd), 0)
#define pud_trans_huge(pud) ((void)(pud), 0)
#define pmd_devmap(pmd) ((void)(pmd), 0)
#define pud_devmap(pud) ((void)(pud), 0)
#define pgd_devmap(pgd) ((void)(pgd), 0)
#define pte_uffd_wp(pte) ((void)(pte), 0)
#define pmd_uffd_wp(pmd) ((void)(pmd), 0)
#define pte_mkuffd_wp(pte) (pte)
#define pmd_mkuffd_wp(pmd) (pmd)
#define pte_clear_uffd_wp(pte) (pte)
#define pmd_clear_uffd_wp(pmd) (pmd)
#define pte_soft_dirty(pte) ((void)(pte), 0)
#define pmd_soft_dirty(pmd) ((void)(pmd), 0)
#define pte_mksoft_dirty(pte) (pte)
#define pmd_mksoft_dirty(pmd) (pmd)
#define pte_clear_soft_dirty(pte) (pte)
#define pmd_clear_soft_dirty(pmd) (pmd)
#define pte_swp_soft_dirty(pte) ((void)(pte), 0)
#define pmd_swp_soft_dirty(pmd) ((void)(pmd), 0)
#define pte_swp_clear_soft_dirty(pte) (pte)
#define pmd_swp_clear_soft_dirty(pmd) (pmd)
#define pte_swp_uffd_wp(pte) ((void)(pte), 0)
#define pmd_swp_uffd_wp(pmd) ((void)(pmd), 0)
#define pte_swp_mkuffd_wp(pte) (pte)
#define pmd_swp_mkuffd_wp(pmd) (pmd)
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
#define pte_clear(mm, addr, ptep) set_pte_at(mm, addr, ptep, __pte(0))
#define pmd_clear(pmdp) set_pmd(pmdp, __pmd(0))
#define pud_clear(pudp) set_pud(pudp, __pud(0))
#define p4d_clear(p4dp) set_p4d(p4dp, __p4d(0))

#endif /* __cplusplus */

#endif /* _ASM_X86_PGTABLE_H */
