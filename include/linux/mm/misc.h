/* SPDX-License-Identifier: MIT */
/*
 * What <linux/mm.h> of Linux 6.12 has beside the great groups: counts of the program's
 * pages, accounts, flags that say what is not there.
 */
/* First, so that the parts come in its order. */
#include <linux/mm.h>

#ifndef _KMEMU_LINUX_MM_MISC_H
#define _KMEMU_LINUX_MM_MISC_H

#include <linux/pfn.h>
#include <linux/random.h>
#include <linux/sched/signal.h>

#ifndef __cplusplus

/* --- pages of the program's, as the system counts them, and what is added to that */

static inline unsigned long get_mm_counter(struct mm_struct *mm, int member)
{
	return kmemu_mm_counter(mm, member);
}

static __always_inline unsigned long get_mm_counter_sum(struct mm_struct *mm, int member)
{
	return get_mm_counter(mm, member);
}

static inline void add_mm_counter(struct mm_struct *mm, int member, long value)
{
	atomic64_add(value, &mm->rss_stat[member]);
}

static __always_inline void inc_mm_counter(struct mm_struct *mm, int member)
{
	add_mm_counter(mm, member, 1);
}

static __always_inline void dec_mm_counter(struct mm_struct *mm, int member)
{
	add_mm_counter(mm, member, -1);
}

static inline unsigned long get_mm_rss(struct mm_struct *mm)
{
	return get_mm_counter(mm, MM_FILEPAGES) + get_mm_counter(mm, MM_ANONPAGES) +
	       get_mm_counter(mm, MM_SHMEMPAGES);
}

/* Of the one node. */
static inline void si_meminfo_node(struct sysinfo *val, int nid)
{
	(void)nid;
	si_meminfo(val);
}

/* Under mmap_write_lock(). -ENOMEM: RLIMIT_MEMLOCK. */
static __always_inline int __account_locked_vm(struct mm_struct *mm, unsigned long pages, bool inc,
					       struct task_struct *task, bool bypass_rlim)
{
	unsigned long limit = task_rlimit(task, RLIMIT_MEMLOCK) >> PAGE_SHIFT;

	mmap_assert_write_locked(mm);
	if (inc && !bypass_rlim && mm->locked_vm + pages > limit)
		return -ENOMEM;
	if (!inc)
		WARN_ON_ONCE(pages > mm->locked_vm);
	mm->locked_vm += inc ? pages : 0UL - pages;
	return 0;
}

/* Where the system would put a mapping; -ENOMEM: nowhere. */
static inline unsigned long mm_get_unmapped_area(struct mm_struct *mm, struct file *file,
						 unsigned long addr, unsigned long len,
						 unsigned long pgoff, unsigned long flags)
{
	(void)mm;
	(void)file;
	(void)pgoff;
	return kmemu_unmapped_area(addr, len, flags);
}

#define TASK_SIZE_OF(tsk) ((void)(tsk), TASK_SIZE)
#define arch_get_mmap_end(addr, len, flags) (TASK_SIZE)
#define arch_get_mmap_base(addr, base) (base)

static inline unsigned long randomize_stack_top(unsigned long stack_top)
{
	unsigned long below = 0;

	if (current->flags & PF_RANDOMIZE)
		below = (get_random_long() & 0x3fffff) << PAGE_SHIFT;
	return PAGE_ALIGN(stack_top) - below;
}

/* --- pages that are held */

#define GUP_PIN_COUNTING_BIAS (1U << 10)

/* How many; nothing is waited for, none is -EFAULT. Any context. */
static __always_inline int get_user_pages_fast_only(unsigned long start, int nr_pages,
						    unsigned int gup_flags, struct page **pages)
{
	long n = __kmemu_get(start, (unsigned long)nr_pages, gup_flags, KMEMU_GUP_NOW, pages,
			     "get_user_pages_fast_only");

	return n > 0 ? (int)n : 0;
}

static __always_inline bool get_user_page_fast_only(unsigned long addr, unsigned int gup_flags,
						    struct page **pagep)
{
	return get_user_pages_fast_only(addr, 1, gup_flags, pagep) == 1;
}

/* One more pin of a folio that is pinned. */
static inline void folio_add_pin(struct folio *folio)
{
	kmemu_pin_again(&folio->page);
}

static inline void unpin_folio(struct folio *folio)
{
	kmemu_unpin_user_page(&folio->page);
}

static inline void unpin_folios(struct folio **folios, unsigned long nfolios)
{
	while (nfolios--)
		unpin_folio(*folios++);
}

static __always_inline unsigned long thp_size(struct page *page)
{
	return PAGE_SIZE << thp_order(page);
}

/* --- frames by fault() */

static inline vm_fault_t vmf_insert_mixed(struct vm_area_struct *vma, unsigned long addr,
					  pfn_t pfn)
{
	return vmf_insert_pfn(vma, addr, pfn.val & ~0UL >> PAGE_SHIFT);
}

static __always_inline vm_fault_t vmf_insert_mixed_mkwrite(struct vm_area_struct *vma,
							   unsigned long addr, pfn_t pfn)
{
	return vmf_insert_mixed(vma, addr, pfn);
}

static __always_inline int remap_pfn_range_notrack(struct vm_area_struct *vma, unsigned long addr,
						   unsigned long pfn, unsigned long size,
						   pgprot_t prot)
{
	return remap_pfn_range(vma, addr, pfn, size, prot);
}

#ifndef EHWPOISON
#define EHWPOISON 133
#endif
static inline int vm_fault_to_errno(vm_fault_t vm_fault, int foll_flags)
{
	if (vm_fault & VM_FAULT_OOM)
		return -ENOMEM;
	if (vm_fault & (VM_FAULT_HWPOISON | VM_FAULT_HWPOISON_LARGE))
		return foll_flags & FOLL_HWPOISON ? -EHWPOISON : -EFAULT;
	return vm_fault & (VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV) ? -EFAULT : 0;
}

enum mf_flags {
	MF_COUNT_INCREASED = 1 << 0,
	MF_ACTION_REQUIRED = 1 << 1,
	MF_MUST_KILL = 1 << 2,
	MF_SOFT_OFFLINE = 1 << 3,
	MF_UNPOISON = 1 << 4,
	MF_SW_SIMULATED = 1 << 5,
	MF_NO_RETRY = 1 << 6,
	MF_MEM_PRE_REMOVE = 1 << 7,
};

/* --- flags of mappings: x86-64's with protection keys, without those of others */

#define VM_HIGH_ARCH_BIT_0 32
#define VM_PKEY_SHIFT VM_HIGH_ARCH_BIT_0
#define VM_PKEY_BIT0 BIT(32)
#define VM_PKEY_BIT1 BIT(33)
#define VM_PKEY_BIT2 BIT(34)
#define VM_PKEY_BIT3 BIT(35)
#define VM_PKEY_BIT4 0
#define VM_SEALED BIT(63)
#define VM_MTE VM_NONE
#define VM_MTE_ALLOWED VM_NONE
#define VM_ARCH_CLEAR VM_NONE
#define VM_STACK_EARLY 0
#define VM_STACK_INCOMPLETE_SETUP (VM_RAND_READ | VM_SEQ_READ | VM_STACK_EARLY)
#define VM_DATA_FLAGS_NON_EXEC (VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC)
#define VM_DATA_FLAGS_EXEC (VM_DATA_FLAGS_NON_EXEC | VM_EXEC)
#define VM_DATA_DEFAULT_FLAGS VM_DATA_FLAGS_NON_EXEC
#define VM_STACK_DEFAULT_FLAGS VM_DATA_DEFAULT_FLAGS
#define VM_STACK_FLAGS (VM_STACK | VM_STACK_DEFAULT_FLAGS | VM_ACCOUNT)
#define MAPCOUNT_ELF_CORE_MARGIN 5
#define DEFAULT_MAX_MAP_COUNT (65535 - MAPCOUNT_ELF_CORE_MARGIN)

static inline void vma_init(struct vm_area_struct *vma, struct mm_struct *mm)
{
	static const struct vm_operations_struct none;

	*vma = (struct vm_area_struct){ .vm_mm = mm, .vm_ops = &none };
}

/* --- what this kernel is not built with */

static __always_inline bool debug_pagealloc_enabled(void)
{
	return false;
}

static __always_inline const char *arch_vma_name(struct vm_area_struct *vma)
{
	(void)vma;
	return (const char *)NULL;
}

static __always_inline bool arch_is_platform_page(u64 paddr)
{
	(void)paddr;
	return false;
}

static __always_inline bool pfn_is_unaccepted_memory(unsigned long pfn)
{
	(void)pfn;
	return false;
}

static __always_inline bool range_contains_unaccepted_memory(phys_addr_t start, unsigned long size)
{
	(void)start;
	(void)size;
	return false;
}

static __always_inline void accept_memory(phys_addr_t start, unsigned long size)
{
	(void)start;
	(void)size;
}

#endif /* __cplusplus */

#endif /* _KMEMU_LINUX_MM_MISC_H */
