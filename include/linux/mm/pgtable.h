/* SPDX-License-Identifier: MIT */
/*
 * What <linux/mm.h> of Linux 6.12 has about page tables: entries and their locks, ranges, and
 * pages that entries are of. <kmemu/pgtable.h> says what the tables are.
 */
/* First, so that the parts come in its order. */
#include <linux/mm.h>

#ifndef _KMEMU_LINUX_MM_PGTABLE_H
#define _KMEMU_LINUX_MM_PGTABLE_H

#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#ifndef __cplusplus

/* --- locks: one of an mm's for each level of entries */

static __always_inline spinlock_t *pud_lockptr(struct mm_struct *mm, pud_t *pud)
{
	(void)pud;
	return &mm->page_table_lock;
}

static __always_inline spinlock_t *pmd_lockptr(struct mm_struct *mm, pmd_t *pmd)
{
	(void)pmd;
	return &mm->kmemu_pmd_lock;
}

static __always_inline spinlock_t *pte_lockptr(struct mm_struct *mm, pmd_t *pmd)
{
	(void)pmd;
	return &mm->kmemu_pte_lock;
}

static __always_inline spinlock_t *pmd_lock(struct mm_struct *mm, pmd_t *pmd)
{
	spinlock_t *ptl = pmd_lockptr(mm, pmd);

	spin_lock(ptl);
	return ptl;
}

static __always_inline spinlock_t *pud_lock(struct mm_struct *mm, pud_t *pud)
{
	spinlock_t *ptl = pud_lockptr(mm, pud);

	spin_lock(ptl);
	return ptl;
}

/* NULL: none is huge. */
static __always_inline spinlock_t *pmd_trans_huge_lock(pmd_t *pmd, struct vm_area_struct *vma)
{
	(void)pmd;
	(void)vma;
	return (spinlock_t *)NULL;
}

static __always_inline spinlock_t *pud_trans_huge_lock(pud_t *pud, struct vm_area_struct *vma)
{
	(void)pud;
	(void)vma;
	return (spinlock_t *)NULL;
}

/* --- entries of pages; NULL: there is no table. In an RCU section until pte_unmap(). */

static __always_inline pte_t *pte_offset_map(pmd_t *pmd, unsigned long addr)
{
	pte_t *pte;

	rcu_read_lock();
	pte = pte_offset_kernel(pmd, addr);
	if (!pte)
		rcu_read_unlock();
	return pte;
}

static __always_inline void pte_unmap(pte_t *pte)
{
	(void)pte;
	rcu_read_unlock();
}

static __always_inline pte_t *pte_offset_map_nolock(struct mm_struct *mm, pmd_t *pmd,
						    unsigned long addr, spinlock_t **ptlp)
{
	*ptlp = pte_lockptr(mm, pmd);
	return pte_offset_map(pmd, addr);
}

static __always_inline pte_t *pte_offset_map_lock(struct mm_struct *mm, pmd_t *pmd,
						  unsigned long addr, spinlock_t **ptlp)
{
	pte_t *pte = pte_offset_map_nolock(mm, pmd, addr, ptlp);

	if (pte)
		spin_lock(*ptlp);
	return pte;
}

#define pte_unmap_unlock(pte, ptl)  \
	do {                        \
		spin_unlock(ptl);   \
		pte_unmap(pte);     \
	} while (0)

static __always_inline pte_t *pte_alloc_map(struct mm_struct *mm, pmd_t *pmd, unsigned long address)
{
	return kmemu_pgtable_alloc(mm, &pmd->pmd, address, PAGE_SHIFT) ?
		       pte_offset_map(pmd, address) :
		       NULL;
}

static __always_inline pte_t *pte_alloc_map_lock(struct mm_struct *mm, pmd_t *pmd,
						 unsigned long address, spinlock_t **ptlp)
{
	return kmemu_pgtable_alloc(mm, &pmd->pmd, address, PAGE_SHIFT) ?
		       pte_offset_map_lock(mm, pmd, address, ptlp) :
		       NULL;
}

/* Bytes of an mm's tables of pages. */
static inline unsigned long mm_pgtables_bytes(const struct mm_struct *mm)
{
	return (unsigned long)atomic64_read(&mm->pgtables_bytes);
}

static inline void mm_inc_nr_ptes(struct mm_struct *mm)
{
	atomic64_add(PTRS_PER_PTE * sizeof(pte_t), &mm->pgtables_bytes);
}

static inline void mm_dec_nr_ptes(struct mm_struct *mm)
{
	atomic64_sub(PTRS_PER_PTE * sizeof(pte_t), &mm->pgtables_bytes);
}

/* --- ranges */

typedef int (*pte_fn_t)(pte_t *pte, unsigned long addr, void *data);

/*
 * fn of the entry of each page of whole pages, in order, until it returns something else than
 * 0, which is returned; with a spinlock held where mm is not init_mm. -ENOMEM: no memory
 * for tables. What fn sets is mapped at once (kernel: mm/memory.c). fn NULL: tables alone.
 */
static __always_inline int apply_to_page_range(struct mm_struct *mm, unsigned long addr,
					       unsigned long size, pte_fn_t fn, void *data)
{
	if (WARN_ON(addr >= addr + size))
		return -EINVAL;
	return kmemu_apply_to_page_range(mm, addr, size, fn, data, false);
}

/* The same of the entries alone that are not none. */
static __always_inline int apply_to_existing_page_range(struct mm_struct *mm, unsigned long addr,
							unsigned long size, pte_fn_t fn, void *data)
{
	if (WARN_ON(addr >= addr + size))
		return -EINVAL;
	return kmemu_apply_to_page_range(mm, addr, size, fn, data, true);
}

/* --- pages that entries are of: NULL, frames that nobody counts */

static inline struct page *vm_normal_page(struct vm_area_struct *vma, unsigned long addr,
					  pte_t pte)
{
	if (pte_special(pte)) {
		if (vma->vm_ops && vma->vm_ops->find_special_page)
			return vma->vm_ops->find_special_page(vma, addr);
		return NULL;
	}
	return kmemu_page_exists(pte_pfn(pte)) ? pte_page(pte) : NULL;
}

static inline struct folio *vm_normal_folio(struct vm_area_struct *vma, unsigned long addr,
					    pte_t pte)
{
	struct page *page = vm_normal_page(vma, addr, pte);

	return page ? page_folio(page) : NULL;
}

/* No entry of a table of tables is a page's. */
static __always_inline struct page *vm_normal_page_pmd(struct vm_area_struct *vma,
						       unsigned long addr, pmd_t pmd)
{
	(void)vma;
	(void)addr;
	(void)pmd;
	return (struct page *)NULL;
}

static __always_inline struct folio *vm_normal_folio_pmd(struct vm_area_struct *vma,
							 unsigned long addr, pmd_t pmd)
{
	(void)vma;
	(void)addr;
	(void)pmd;
	return (struct folio *)NULL;
}

static inline bool is_zero_page(const struct page *page)
{
	return is_zero_pfn(page_to_pfn(page));
}

static inline bool is_zero_folio(const struct folio *folio)
{
	return is_zero_page(&folio->page);
}

/* Of a fault() of one's own: its page is mapped, and the reference is the mapping's. */
static __always_inline vm_fault_t finish_fault(struct vm_fault *vmf)
{
	struct page *page = vmf->page;
	int err = kmemu_insert_pages(vmf->address, &page, 1);

	if (!err)
		put_page(page);
	if (err == -EBUSY)
		return VM_FAULT_NOPAGE;
	return !err ? 0 : err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
}

#endif /* __cplusplus */

#endif /* _KMEMU_LINUX_MM_PGTABLE_H */
