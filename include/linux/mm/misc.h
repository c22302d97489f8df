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

static inline unsigned long get_mm_hiwater_rss(struct mm_struct *mm)
{
	unsigned long rss = get_mm_rss(mm);

	return mm->hiwater_rss > rss ? mm->hiwater_rss : rss;
}

static inline void update_hiwater_rss(struct mm_struct *mm)
{
	mm->hiwater_rss = get_mm_hiwater_rss(mm);
}

static inline void reset_mm_hiwater_rss(struct mm_struct *mm)
{
	mm->hiwater_rss = get_mm_rss(mm);
}

static inline void setmax_mm_hiwater_rss(unsigned long *maxrss, struct mm_struct *mm)
{
	unsigned long rss = get_mm_hiwater_rss(mm);

	if (*maxrss < rss)
		*maxrss = rss;
}

static inline bool process_shares_mm(const struct task_struct *p, const struct mm_struct *mm)
{
	return READ_ONCE(p->mm) == mm;
}

/* The program's file is the system's, which is no struct file. */
static __always_inline struct file *get_mm_exe_file(struct mm_struct *mm)
{
	(void)mm;
	return (struct file *)NULL;
}

static __always_inline struct file *get_task_exe_file(struct task_struct *task)
{
	(void)task;
	return (struct file *)NULL;
}

/*
 * The command line of the program that task is of, each argument with its 0: bytes, at most
 * buflen; 0: a kthread's. May sleep.
 */
static inline int get_cmdline(struct task_struct *task, char *buffer, int buflen)
{
	return task->flags & PF_KTHREAD || buflen <= 0 ? 0 : kmemu_get_cmdline(buffer, buflen);
}

/* As OVERCOMMIT_GUESS says: no more at once than there is. */
#define sysctl_overcommit_memory kmemu_sysctl_overcommit_memory
static inline int __vm_enough_memory(struct mm_struct *mm, long pages, int cap_sys_admin)
{
	(void)mm;
	(void)cap_sys_admin;
	return sysctl_overcommit_memory != 1 && pages > (long)totalram_pages() ? -ENOMEM : 0;
}

/* Shrinkers free what they can, as by /proc/sys/vm/drop_caches. May sleep. */
static __always_inline void drop_slab(void)
{
	int shift = 0;

	while (kmemu_shrink_slab(GFP_KERNEL, 0) >> shift++ > 1)
		;
}

static inline void get_pfn_range_for_nid(unsigned int nid, unsigned long *start_pfn,
					 unsigned long *end_pfn)
{
	*start_pfn = *end_pfn = 0;
	if (nid)
		return;
	*start_pfn = node_start_pfn(0);
	*end_pfn = node_end_pfn(0);
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
static __always_inline unsigned long mm_get_unmapped_area(struct mm_struct *mm, struct file *file,
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

static __always_inline void unpin_folio(struct folio *folio)
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
/* For a dump of the program's memory, with a reference; NULL: it is not there. May sleep. */
static __always_inline struct page *get_dump_page(unsigned long addr)
{
	struct page *page;

	return __kmemu_get(addr & PAGE_MASK, 1, 0, 0, &page, "get_dump_page") == 1 ? page : NULL;
}

/* What is mapped there comes in. May sleep. */
static __always_inline void mm_populate(unsigned long addr, unsigned long len)
{
	unsigned long end = PAGE_ALIGN(addr + len);
	char byte;

	for (addr &= PAGE_MASK; addr < end; addr += PAGE_SIZE)
		if (kmemu_copy_user(&byte, (const void *)addr, 1))
			return;
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

enum mf_result {
	MF_IGNORED,
	MF_FAILED,
	MF_DELAYED,
	MF_RECOVERED,
};

/* No frame goes bad here, and none is taken out of use. -ENXIO: there is none. */
static inline int memory_failure(unsigned long pfn, int flags)
{
	(void)flags;
	return kmemu_page_exists(pfn) ? -EOPNOTSUPP : -ENXIO;
}

/* -EOPNOTSUPP: nor does one of a file on persistent memory. */
static inline int mf_dax_kill_procs(struct address_space *mapping, pgoff_t index,
				    unsigned long count, int mf_flags)
{
	(void)mapping;
	(void)index;
	(void)count;
	(void)mf_flags;
	return -EOPNOTSUPP;
}

static __always_inline int soft_offline_page(unsigned long pfn, int flags)
{
	return memory_failure(pfn, flags);
}

static __always_inline void memory_failure_queue(unsigned long pfn, int flags)
{
	(void)pfn;
	(void)flags;
}

static __always_inline void memory_failure_queue_kick(int cpu)
{
	(void)cpu;
}

static __always_inline void num_poisoned_pages_inc(unsigned long pfn)
{
	(void)pfn;
}

static __always_inline void num_poisoned_pages_sub(unsigned long pfn, long i)
{
	(void)pfn;
	(void)i;
}

static __always_inline void memblk_nr_poison_inc(unsigned long pfn)
{
	(void)pfn;
}

static __always_inline void memblk_nr_poison_sub(unsigned long pfn, long i)
{
	(void)pfn;
	(void)i;
}

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

static __always_inline bool page_poisoning_enabled(void)
{
	return false;
}

static __always_inline bool page_poisoning_enabled_static(void)
{
	return false;
}

static __always_inline bool page_pool_page_is_pp(const struct page *page)
{
	(void)page;
	return false;
}

static __always_inline bool is_nommu_shared_mapping(vm_flags_t flags)
{
	(void)flags;
	return false;
}

static __always_inline struct vm_area_struct *get_gate_vma(struct mm_struct *mm)
{
	(void)mm;
	return (struct vm_area_struct *)NULL;
}

static __always_inline int in_gate_area(struct mm_struct *mm, unsigned long addr)
{
	(void)mm;
	(void)addr;
	return 0;
}

static __always_inline void setup_nr_node_ids(void)
{
}

/* Nothing was reserved by name at the boot. */
static __always_inline int reserve_mem_find_by_name(const char *name, phys_addr_t *start,
						    phys_addr_t *size)
{
	(void)name;
	(void)start;
	(void)size;
	return 0;
}

#endif /* __cplusplus */

#endif /* _KMEMU_LINUX_MM_MISC_H */
