/* SPDX-License-Identifier: MIT */
/*
 * <linux/mm.h> of Linux 6.12, as far as it is built: addresses of pages,
 * references, compound pages and folios. Any context, but where memory is mapped
 * (page_address() of a page of vmalloc, vmalloc_to_page()).
 */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <kmemu/lib.h>
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/mmap_lock.h>
#include <linux/mmdebug.h>
#include <linux/overflow.h>
#include <linux/page-flags.h>
#include <linux/percpu.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>
#include <linux/rbtree.h>
#include <linux/sched.h>
#include <linux/shrinker.h>
#include <linux/sizes.h>
#include <linux/sysinfo.h>
#include <linux/slab.h>
#include <linux/timex.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#define PAGE_ALIGN(addr) (((addr) + PAGE_SIZE - 1) & PAGE_MASK)
#define PAGE_ALIGN_DOWN(addr) ((addr) & PAGE_MASK)
#define PAGE_ALIGNED(addr) (((unsigned long)(addr) & ~PAGE_MASK) == 0)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)

static __always_inline struct page *virt_to_head_page(const void *p)
{
	return compound_head(virt_to_page(p));
}

/* --- references, compound pages -------------------------------------------- */

__kmemu_c void get_page(struct page *page) __kmemu_is(kmemu_get_page);
__kmemu_c void put_page(struct page *page) __kmemu_is(kmemu_put_page);
__kmemu_c int page_count(const struct page *page) __kmemu_is(kmemu_page_count);
__kmemu_c void split_page(struct page *page, unsigned int order) __kmemu_is(kmemu_split_page);
__kmemu_c unsigned int compound_order(struct page *page) __kmemu_is(kmemu_compound_order);

static __always_inline int page_ref_count(const struct page *page)
{
	return page_count(page);
}

static __always_inline unsigned long compound_nr(struct page *page)
{
	return 1UL << compound_order(page);
}

static __always_inline unsigned long page_size(struct page *page)
{
	return PAGE_SIZE << compound_order(page);
}

static __always_inline unsigned int page_shift(struct page *page)
{
	return PAGE_SHIFT + compound_order(page);
}

static __always_inline unsigned int thp_order(struct page *page)
{
	return compound_order(page);
}

#define page_maybe_dma_pinned(page) kmemu_page_is_pinned(page)

/* False: it is free. */
static __always_inline bool get_page_unless_zero(struct page *page)
{
	if (!kmemu_page_count(page))
		return false;
	kmemu_get_page(page);
	return true;
}

static __always_inline bool try_get_page(struct page *page)
{
	return get_page_unless_zero(page);
}

static __always_inline void lock_page_flag_only(struct page *page, bool lock)
{
	if (lock)
		SetPageLocked(page);
	else
		ClearPageLocked(page);
}

static __always_inline int trylock_page(struct page *page)
{
	return !TestSetPageLocked(page);
}

#define unlock_page(page) lock_page_flag_only(page, false)

/* Frees the pages of a list (page->lru). */
static __always_inline void put_pages_list(struct list_head *pages)
{
	struct list_head *at = pages->next, *next;

	for (; at != pages; at = next) {
		next = at->next;
		put_page((struct page *)((char *)at - offsetof(struct page, lru)));
	}
	pages->next = pages->prev = pages;
}

/* An array of pages or of folios. */
#ifdef __cplusplus
union release_pages_arg {
	struct page **pages;
	struct folio **folios;
	release_pages_arg(struct page **p) : pages(p)
	{
	}
	release_pages_arg(struct folio **p) : folios(p)
	{
	}
};
#else
typedef union {
	struct page **pages;
	struct folio **folios;
} release_pages_arg __attribute__((__transparent_union__));
#endif

static inline void release_pages(release_pages_arg arg, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		put_page(arg.pages[i]);
}

/* --- folios ---------------------------------------------------------------- */

static __always_inline struct folio *virt_to_folio(const void *p)
{
	return (struct folio *)compound_head(virt_to_page(p));
}

#define folio_page_idx(folio, p) ((p) - &(folio)->page)

static __always_inline void *folio_address(const struct folio *folio)
{
	return page_address(&folio->page);
}

static __always_inline unsigned long folio_pfn(struct folio *folio)
{
	return page_to_pfn(&folio->page);
}

static __always_inline unsigned int folio_order(const struct folio *folio)
{
	return kmemu_compound_order(&folio->page);
}

static __always_inline long folio_nr_pages(const struct folio *folio)
{
	return 1L << folio_order(folio);
}

static __always_inline size_t folio_size(const struct folio *folio)
{
	return PAGE_SIZE << folio_order(folio);
}

static __always_inline bool folio_test_slab(const struct folio *folio)
{
	return PageSlab(&folio->page);
}

static __always_inline int folio_ref_count(const struct folio *folio)
{
	return page_count(&folio->page);
}

static __always_inline void folio_get(struct folio *folio)
{
	get_page(&folio->page);
}

static __always_inline void folio_put(struct folio *folio)
{
	put_page(&folio->page);
}

/* --- mappings of a program, as far as a driver looks at them */

#define VM_READ 0x00000001
#define VM_WRITE 0x00000002
#define VM_EXEC 0x00000004
#define VM_SHARED 0x00000008
#define VM_MAYREAD 0x00000010
#define VM_MAYWRITE 0x00000020
#define VM_MAYEXEC 0x00000040
#define VM_MAYSHARE 0x00000080
#define VM_PFNMAP 0x00000400
#define VM_LOCKED 0x00002000
#define VM_IO 0x00004000
#define VM_DONTCOPY 0x00020000
#define VM_DONTEXPAND 0x00040000
#define VM_NORESERVE 0x00200000
#define VM_DONTDUMP 0x04000000
#define VM_MIXEDMAP 0x10000000

static __always_inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}

static __always_inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}

static __always_inline void vm_flags_mod(struct vm_area_struct *vma, vm_flags_t set,
					 vm_flags_t clear)
{
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
}

static __always_inline unsigned long vma_pages(struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

static inline bool is_cow_mapping(vm_flags_t flags)
{
	return (flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE;
}

static inline bool range_in_vma(struct vm_area_struct *vma, unsigned long start,
				unsigned long end)
{
	return vma && vma->vm_start <= start && end <= vma->vm_end && start <= end;
}

/* --- frames and pages in a program's mapping, which must be there (a test's mmap()) */

/*
 * 0; -EINVAL: addr is not a page's (a WARN), it reaches out of the vma, or a private
 * mapping that is written to is not mapped as a whole; -ENOMEM (kernel: mm/memory.c).
 */
static __maybe_unused int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
					  unsigned long pfn, unsigned long size, pgprot_t prot)
{
	unsigned long end = addr + PAGE_ALIGN(size);

	(void)prot;
	if (WARN_ON_ONCE(!PAGE_ALIGNED(addr)) || !range_in_vma(vma, addr, end))
		return -EINVAL;
	if (is_cow_mapping(vma->vm_flags)) {
		if (addr != vma->vm_start || end != vma->vm_end)
			return -EINVAL;
		vma->vm_pgoff = pfn;
	}
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	return kmemu_remap_pfn_range(addr, pfn, size);
}

static __always_inline int io_remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
					      unsigned long pfn, unsigned long size, pgprot_t prot)
{
	return remap_pfn_range(vma, addr, pfn, size, prot);
}

/* All of the vma, from its offset on, of len bytes at start. */
static inline int vm_iomap_memory(struct vm_area_struct *vma, phys_addr_t start,
				  unsigned long len)
{
	unsigned long pages, first = (unsigned long)start >> PAGE_SHIFT;

	if (start + len < start)
		return -EINVAL;
	pages = (unsigned long)(PAGE_ALIGN(start + len) >> PAGE_SHIFT) - first;
	if (vma->vm_pgoff > pages || vma_pages(vma) > pages - vma->vm_pgoff)
		return -EINVAL;
	return remap_pfn_range(vma, vma->vm_start, first + vma->vm_pgoff,
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}

/*
 * 0; -EFAULT: not in the vma; -EINVAL: nobody has a reference of the page, or the vma has
 * frames (VM_PFNMAP); -EBUSY: vm_mmap()'s has a page there. It takes a reference for such
 * a vma; another's end is not seen.
 */
static __always_inline int vm_insert_page(struct vm_area_struct *vma, unsigned long addr,
					  struct page *page)
{
	if (addr < vma->vm_start || addr >= vma->vm_end)
		return -EFAULT;
	if (!page_count(page) || WARN_ON_ONCE(vma->vm_flags & VM_PFNMAP))
		return -EINVAL;
	vm_flags_set(vma, VM_MIXEDMAP);
	return kmemu_insert_pages(addr, &page, 1);
}

/* num pages, from the vma's offset on: -ENXIO, they do not suffice. */
static inline int vm_map_pages(struct vm_area_struct *vma, struct page **pages, unsigned long num)
{
	unsigned long i, n = vma_pages(vma), from = vma->vm_pgoff;
	int err = 0;

	if (from >= num || n > num - from)
		return -ENXIO;
	for (i = 0; i < n && !err; i++)
		err = vm_insert_page(vma, vma->vm_start + (i << PAGE_SHIFT), pages[from + i]);
	return err;
}

static inline int vm_map_pages_zero(struct vm_area_struct *vma, struct page **pages,
				    unsigned long num)
{
	unsigned long i, n = vma_pages(vma);
	int err = 0;

	if (n > num)
		return -ENXIO;
	for (i = 0; i < n && !err; i++)
		err = vm_insert_page(vma, vma->vm_start + (i << PAGE_SHIFT), pages[i]);
	return err;
}

/* Of a fault() handler: one page. */
static __always_inline vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long addr,
						 unsigned long pfn)
{
	int err = range_in_vma(vma, addr, addr + PAGE_SIZE) ?
			  kmemu_remap_pfn_range(addr, pfn, PAGE_SIZE) :
			  -EFAULT;

	if (!err || err == -EBUSY)
		return VM_FAULT_NOPAGE;
	return err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
}

static inline vm_fault_t vmf_insert_page(struct vm_area_struct *vma, unsigned long addr,
					 struct page *page)
{
	int err = vm_insert_page(vma, addr, page);

	if (!err || err == -EBUSY)
		return VM_FAULT_NOPAGE;
	return err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
}

/* --- where a page lies: below 16 MiB, below 4 GiB, above, or as zones= says */

#ifndef __cplusplus
static inline enum zone_type page_zonenum(const struct page *page)
{
	return (enum zone_type)kmemu_pfn_zonenum(page_to_pfn(page));
}

static __always_inline enum zone_type folio_zonenum(const struct folio *folio)
{
	return page_zonenum(&folio->page);
}

static inline struct zone *page_zone(const struct page *page)
{
	return &NODE_DATA(0)->node_zones[page_zonenum(page)];
}

static __always_inline struct zone *folio_zone(const struct folio *folio)
{
	return page_zone(&folio->page);
}

static __always_inline struct pglist_data *page_pgdat(const struct page *page)
{
	(void)page;
	return NODE_DATA(0);
}

static __always_inline struct pglist_data *folio_pgdat(const struct folio *folio)
{
	return page_pgdat(&folio->page);
}

static __always_inline void adjust_managed_page_count(struct page *page, long count)
{
	kmemu_adjust_managed_page_count(page, count);
}

static __always_inline void __show_mem(unsigned int flags, nodemask_t *nodemask, int max_zone_idx)
{
	(void)flags;
	(void)nodemask;
	kmemu_show_mem(max_zone_idx);
}

/* Mem-Info, to the log. */
static __always_inline void show_mem(void)
{
	kmemu_show_mem(MAX_NR_ZONES - 1);
}

#endif

#define offset_in_folio(folio, p) ((unsigned long)(p) & (folio_size(folio) - 1))

/* --- how much there is ----------------------------------------------------- */

__kmemu_c unsigned long totalram_pages(void) __kmemu_is(kmemu_totalram_pages);
#define nr_free_pages() kmemu_nr_free_pages()
__kmemu_c unsigned long nr_free_buffer_pages(void) __kmemu_is(kmemu_nr_free_pages);

static __always_inline long si_mem_available(void)
{
	return (long)kmemu_nr_free_pages();
}

/* Nothing is shared, buffered or high. */
static inline void si_meminfo(struct sysinfo *val)
{
	val->totalram = totalram_pages();
	val->freeram = nr_free_pages();
	val->sharedram = val->bufferram = val->totalhigh = val->freehigh = 0;
	val->mem_unit = PAGE_SIZE;
}

#ifndef __cplusplus
#include <linux/bit_spinlock.h>
#include <linux/cred.h>
#include <linux/idr.h>
#include <linux/ioport.h>
#include <linux/jump_label.h>
#include <linux/kobject.h>
#include <linux/local_lock.h>
#include <linux/nodemask.h>
#include <linux/percpu-refcount.h>
#include <linux/percpu-rwsem.h>
#include <linux/percpu_counter.h>
#include <linux/radix-tree.h>
#include <linux/range.h>
#include <linux/seqlock.h>
#include <linux/wait_bit.h>
#endif

#ifndef __cplusplus

/* --- counts of references, as those who take many at once have them */

static inline void page_ref_add(struct page *page, int nr)
{
	while (nr-- > 0)
		get_page(page);
}

static inline void page_ref_sub(struct page *page, int nr)
{
	while (nr-- > 0)
		put_page(page);
}

static __always_inline void page_ref_inc(struct page *page)
{
	get_page(page);
}

static __always_inline void page_ref_dec(struct page *page)
{
	put_page(page);
}

static __always_inline void folio_ref_add(struct folio *folio, int nr)
{
	page_ref_add(&folio->page, nr);
}

static __always_inline void folio_ref_sub(struct folio *folio, int nr)
{
	page_ref_sub(&folio->page, nr);
}

static __always_inline void folio_put_refs(struct folio *folio, int refs)
{
	page_ref_sub(&folio->page, refs);
}

static __always_inline void folio_ref_inc(struct folio *folio)
{
	folio_get(folio);
}

static __always_inline bool folio_try_get(struct folio *folio)
{
	return get_page_unless_zero(&folio->page);
}

static __always_inline struct folio *pfn_folio(unsigned long pfn)
{
	return (struct folio *)compound_head(pfn_to_page(pfn));
}

static __always_inline unsigned int folio_shift(const struct folio *folio)
{
	return PAGE_SHIFT + folio_order(folio);
}

static __always_inline int folio_nid(const struct folio *folio)
{
	(void)folio;
	return 0;
}

static __always_inline int early_pfn_to_nid(unsigned long pfn)
{
	(void)pfn;
	return 0;
}

/* No program has them in its page tables, nothing is swapped, and all have an address. */

static __always_inline bool folio_mapped(const struct folio *folio)
{
	(void)folio;
	return false;
}

static __always_inline int folio_mapcount(const struct folio *folio)
{
	(void)folio;
	return 0;
}

static __always_inline bool page_mapped(const struct page *page)
{
	(void)page;
	return false;
}

static __always_inline bool folio_maybe_dma_pinned(struct folio *folio)
{
	return page_maybe_dma_pinned(&folio->page);
}

/* Reserves are not handed out. */

static __always_inline bool page_is_pfmemalloc(const struct page *page)
{
	(void)page;
	return false;
}

/* True: it was clean. There are no files to write it to. */
static inline bool set_page_dirty(struct page *page)
{
	return !TestSetPageDirty(page);
}

static __always_inline int set_page_dirty_lock(struct page *page)
{
	return set_page_dirty(page);
}

static __always_inline bool folio_mark_dirty(struct folio *folio)
{
	return set_page_dirty(&folio->page);
}

#define folio_mark_dirty_lock(folio) set_page_dirty(&(folio)->page)

static inline bool want_init_on_alloc(gfp_t flags)
{
	return flags & __GFP_ZERO;
}

/* Memory that is freed is poisoned by init_on_free=, out of the caller's sight. */
static inline bool want_init_on_free(void)
{
	return false;
}

#define VM_ACCESS_FLAGS (VM_READ | VM_WRITE | VM_EXEC)
#define VM_GROWSDOWN 0x00000100
#define VM_LOCKONFAULT 0x00080000
#define VM_SEQ_READ 0x00008000
#define VM_RAND_READ 0x00010000
#define VM_ACCOUNT 0x00100000
#define VM_HUGETLB 0x00400000
#define VM_WIPEONFORK 0x02000000
#define VM_SOFTDIRTY 0x08000000
#define VM_HUGEPAGE 0x20000000
#define VM_NOHUGEPAGE 0x40000000
#define VM_SPECIAL (VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP)

static inline void vm_flags_reset(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags = flags;
}

static __always_inline void vm_flags_init(struct vm_area_struct *vma, vm_flags_t flags)
{
	vm_flags_reset(vma, flags);
}

static __always_inline bool vma_is_anonymous(struct vm_area_struct *vma)
{
	return !vma->vm_ops;
}

static __always_inline bool vma_is_accessible(struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_ACCESS_FLAGS) != 0;
}

static inline vm_fault_t vmf_error(int err)
{
	return err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
}

/* Of a file system's fault(). */
static inline vm_fault_t vmf_fs_error(int err)
{
	if (!err)
		return VM_FAULT_LOCKED;
	if (err == -EFAULT || err == -EAGAIN)
		return VM_FAULT_NOPAGE;
	return vmf_error(err);
}

#define __pa_symbol(x) __pa(x)
#define high_memory ((void *)kmemu_vmalloc_start())

static __always_inline void free_reserved_page(struct page *page)
{
	__free_page(page);
}

static __always_inline int page_is_ram(unsigned long pfn)
{
	return pfn_valid(pfn);
}

/*
 * --- pages of the program's: <kmemu/mm_struct.h> says how. How many, or -errno. May sleep.
 * Without FOLL_WRITE what is written to them is lost.
 */

#define FOLL_PIN (1 << 19)

static __always_inline long __kmemu_pin(unsigned long start, unsigned long nr_pages,
					unsigned int gup_flags, unsigned int how,
					struct page **pages, const char *func)
{
	if (WARN_ON_ONCE(gup_flags & FOLL_GET) || !pages)
		return -EINVAL;
	return kmemu_pin_user_pages(start, nr_pages, (gup_flags & FOLL_WRITE) | how, pages,
				    func);
}

static __always_inline int pin_user_pages_fast(unsigned long start, int nr_pages,
					       unsigned int gup_flags, struct page **pages)
{
	return (int)__kmemu_pin(start, (unsigned long)nr_pages, gup_flags, 0, pages,
				"pin_user_pages_fast");
}

/* The caller has mmap_read_lock(). */
static __always_inline long pin_user_pages(unsigned long start, unsigned long nr_pages,
					   unsigned int gup_flags, struct page **pages)
{
	mmap_assert_locked(current->mm);
	return __kmemu_pin(start, nr_pages, gup_flags, KMEMU_GUP_LOCKED, pages,
			   "pin_user_pages");
}

static __always_inline long pin_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
						    struct page **pages, unsigned int gup_flags)
{
	return __kmemu_pin(start, nr_pages, gup_flags, 0, pages,
			   "pin_user_pages_unlocked");
}

static __always_inline long pin_user_pages_remote(struct mm_struct *mm, unsigned long start,
						  unsigned long nr_pages, unsigned int gup_flags,
						  struct page **pages, int *locked)
{
	(void)mm;
	(void)locked;
	return __kmemu_pin(start, nr_pages, gup_flags, KMEMU_GUP_LOCKED, pages,
			   "pin_user_pages_remote");
}

/* By a reference of each, for put_page(). */
static __always_inline long __kmemu_get(unsigned long start, unsigned long nr_pages,
					unsigned int gup_flags, unsigned int how,
					struct page **pages, const char *func)
{
	if (WARN_ON_ONCE(gup_flags & FOLL_PIN) || !pages)
		return -EINVAL;
	return kmemu_get_user_pages(start, nr_pages, (gup_flags & FOLL_WRITE) | how, pages,
				    func);
}

static __always_inline int get_user_pages_fast(unsigned long start, int nr_pages,
					       unsigned int gup_flags, struct page **pages)
{
	return (int)__kmemu_get(start, (unsigned long)nr_pages, gup_flags, 0, pages,
				"get_user_pages_fast");
}

/* The caller has mmap_read_lock(). */
static __always_inline long get_user_pages(unsigned long start, unsigned long nr_pages,
					   unsigned int gup_flags, struct page **pages)
{
	mmap_assert_locked(current->mm);
	return __kmemu_get(start, nr_pages, gup_flags, KMEMU_GUP_LOCKED, pages,
			   "get_user_pages");
}

static __always_inline long get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
						    struct page **pages, unsigned int gup_flags)
{
	return __kmemu_get(start, nr_pages, gup_flags, 0, pages,
			   "get_user_pages_unlocked");
}

static __always_inline long get_user_pages_remote(struct mm_struct *mm, unsigned long start,
						  unsigned long nr_pages, unsigned int gup_flags,
						  struct page **pages, int *locked)
{
	(void)mm;
	(void)locked;
	return __kmemu_get(start, nr_pages, gup_flags, KMEMU_GUP_LOCKED, pages,
			   "get_user_pages_remote");
}

static __always_inline void unpin_user_page(struct page *page)
{
	kmemu_unpin_user_page(page);
}

static __always_inline void unpin_user_pages(struct page **pages, unsigned long npages)
{
	while (npages--)
		kmemu_unpin_user_page(*pages++);
}

static __always_inline void unpin_user_pages_dirty_lock(struct page **pages, unsigned long npages,
							bool make_dirty)
{
	for (; npages--; pages++) {
		if (make_dirty)
			set_page_dirty_lock(*pages);
		kmemu_unpin_user_page(*pages);
	}
}

static __always_inline void unpin_user_page_range_dirty_lock(struct page *page,
							     unsigned long npages, bool make_dirty)
{
	for (; npages--; page++) {
		if (make_dirty)
			set_page_dirty_lock(page);
		kmemu_unpin_user_page(page);
	}
}

/* Pages that a driver keeps locked: no limit is set here. */
static __always_inline int account_locked_vm(struct mm_struct *mm, unsigned long pages, bool inc)
{
	if (!mm || !pages)
		return 0;
	mmap_write_lock(mm);
	mm->locked_vm += inc ? pages : 0UL - pages;
	mmap_write_unlock(mm);
	return 0;
}

static __always_inline bool can_do_mlock(void)
{
	return true;
}

/* To the log: references, what its owner made of the block, and why. Any context. */
static __maybe_unused void dump_page(const struct page *page, const char *reason)
{
	const struct page *head = kmemu_compound_head(page);
	bool slab = PageSlab(page);
	unsigned long flags = (unsigned long)page_zonenum(page) << 56 |
			      (slab ? 0 : head->page_flags) |
			      (kmemu_compound_order(page) ? 1UL << PG_head : 0);

	pr_warn("page: refcount:%d mapcount:0 mapping:%p index:%#lx pfn:%#lx\n",
		page_count(page), slab ? NULL : (void *)head->mapping, slab ? 0 : head->index,
		page_to_pfn(page));
	if (kmemu_compound_order(page))
		pr_warn("head: order:%u mapcount:0 entire_mapcount:0 nr_pages_mapped:0 "
			"pincount:0\n",
			kmemu_compound_order(page));
	pr_warn("flags: %pGp\n", &flags);
	if (slab)
		pr_warn("page_type: f5(slab)\n");
	if (reason)
		pr_warn("page dumped because: %s\n", reason);
}

/* The rest of a line that the caller has begun. Any context. */
static inline void mem_dump_obj(void *object)
{
	kmemu_mem_dump_obj(object);
}

static inline unsigned long get_num_physpages(void)
{
	return totalram_pages();
}

static inline int memcmp_pages(struct page *a, struct page *b)
{
	return memcmp(page_address(a), page_address(b), PAGE_SIZE);
}

static inline int pages_identical(struct page *a, struct page *b)
{
	return !memcmp_pages(a, b);
}

#define lm_alias(x) (x)

/* Of a thread of this process: bytes. May sleep. */
static __always_inline int access_process_vm(struct task_struct *tsk, unsigned long addr, void *buf,
					     int len, unsigned int gup_flags)
{
	bool write = gup_flags & FOLL_WRITE;
	unsigned long left;

	if (!tsk->mm)
		return 0;
	left = kmemu_copy_user(write ? (void *)addr : buf, write ? buf : (const void *)addr,
			       (unsigned long)len);
	return len - (int)left;
}

static __always_inline int access_remote_vm(struct mm_struct *mm, unsigned long addr, void *buf,
					    int len, unsigned int gup_flags)
{
	(void)mm;
	return access_process_vm(current, addr, buf, len, gup_flags);
}

#define VM_NONE 0x00000000
#define VM_UFFD_MISSING 0x00000200
#define VM_UFFD_WP 0x00001000
#define VM_UFFD_MINOR VM_NONE
#define VM_SYNC 0x00800000
#define VM_ARCH_1 0x01000000
#define VM_MERGEABLE 0x80000000UL
#define VM_SHADOW_STACK VM_NONE
#define VM_STACK VM_GROWSDOWN
#define VM_LOCKED_MASK (VM_LOCKED | VM_LOCKONFAULT)
#define VM_ALLOW_ANY_UNCACHED (1UL << 39)
#define VM_DROPPABLE (1UL << 40)

/* x86's, of a program's mapping. */
static inline pgprot_t vm_get_page_prot(unsigned long vm_flags)
{
	bool exec = vm_flags & VM_EXEC, shared = vm_flags & VM_SHARED;

	if (!(vm_flags & VM_ACCESS_FLAGS))
		return PAGE_NONE;
	if (vm_flags & VM_WRITE && shared)
		return exec ? PAGE_SHARED_EXEC : PAGE_SHARED;
	return exec ? PAGE_READONLY_EXEC : PAGE_READONLY;
}

static inline void vma_set_page_prot(struct vm_area_struct *vma)
{
	vma->vm_page_prot = vm_get_page_prot(vma->vm_flags);
}

static inline void vma_set_anonymous(struct vm_area_struct *vma)
{
	vma->vm_ops = NULL;
}

static inline bool is_shared_maywrite(vm_flags_t vm_flags)
{
	return (vm_flags & (VM_SHARED | VM_MAYWRITE)) == (VM_SHARED | VM_MAYWRITE);
}

static __always_inline bool vma_is_shared_maywrite(struct vm_area_struct *vma)
{
	return is_shared_maywrite(vma->vm_flags);
}

/* *num: how many are left when one fails. */
static inline int vm_insert_pages(struct vm_area_struct *vma, unsigned long addr,
				  struct page **pages, unsigned long *num)
{
	int err = 0;

	if (*num && (addr < vma->vm_start || addr + ((*num - 1) << PAGE_SHIFT) >= vma->vm_end))
		return -EFAULT;
	for (; *num && !err; addr += PAGE_SIZE) {
		err = vm_insert_page(vma, addr, *pages++);
		*num -= !err;
	}
	return err;
}

static __always_inline vm_fault_t vmf_insert_pfn_prot(struct vm_area_struct *vma,
						      unsigned long addr, unsigned long pfn,
						      pgprot_t prot)
{
	(void)prot;
	return vmf_insert_pfn(vma, addr, pfn);
}

/* The ->access() of frames that remap_pfn_range() has mapped: they are there. Bytes. */
static __maybe_unused int generic_access_phys(struct vm_area_struct *vma, unsigned long addr,
					      void *buf, int len, int write)
{
	if (!(vma->vm_flags & VM_PFNMAP) || addr < vma->vm_start || addr >= vma->vm_end)
		return -EINVAL;
	if ((unsigned long)len > vma->vm_end - addr)
		len = (int)(vma->vm_end - addr);
	memcpy(write ? (void *)addr : buf, write ? buf : (const void *)addr, (size_t)len);
	return len;
}

/* --- what folios are used for */

static inline void folio_copy(struct folio *dst, struct folio *src)
{
	memcpy(folio_address(dst), folio_address(src), folio_size(src));
}

static inline void folio_zero_user(struct folio *folio, unsigned long addr_hint)
{
	(void)addr_hint;
	memset(folio_address(folio), 0, folio_size(folio));
}

static __always_inline void unpin_user_folio(struct folio *folio, unsigned long npages)
{
	while (npages--)
		kmemu_unpin_user_page(&folio->page);
}

/* No program maps them, and none is moved. */

static __always_inline int folio_entire_mapcount(const struct folio *folio)
{
	(void)folio;
	return 0;
}

static __always_inline bool folio_likely_mapped_shared(struct folio *folio)
{
	(void)folio;
	return false;
}

static __always_inline bool folio_is_longterm_pinnable(struct folio *folio)
{
	(void)folio;
	return true;
}

#include <linux/mm/misc.h>
#include <linux/mm/pgtable.h>
#include <linux/mm/truncate.h>
#include <linux/mm/vma.h>

#endif /* __cplusplus */

#endif /* _LINUX_MM_H */
