/* SPDX-License-Identifier: MIT */
/*
 * What <linux/mm.h> of Linux 6.12 has about mappings of the program's: those that are looked
 * for, made, filled at the program's access, and taken back. <kmemu/vma.h> says how.
 */
/* First, so that the parts come in its order. */
#include <linux/mm.h>

#ifndef _KMEMU_LINUX_MM_VMA_H
#define _KMEMU_LINUX_MM_VMA_H

/* C alone, as <linux/mmap_lock.h>. */
#ifndef __cplusplus

/* --- mappings of the program that are looked for: <kmemu/vma.h> says what they have */

/* The first that ends behind addr. */
static __always_inline struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	mmap_assert_locked(mm);
	return kmemu_find_vma(mm, addr);
}

static inline struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = kmemu_find_vma(mm, addr);

	return vma && vma->vm_start <= addr ? vma : NULL;
}

static __always_inline struct vm_area_struct *find_vma_intersection(struct mm_struct *mm,
								    unsigned long start_addr,
								    unsigned long end_addr)
{
	struct vm_area_struct *vma;

	mmap_assert_locked(mm);
	vma = kmemu_find_vma(mm, start_addr);
	return vma && vma->vm_start < end_addr ? vma : NULL;
}

static inline struct vm_area_struct *find_exact_vma(struct mm_struct *mm, unsigned long vm_start,
						    unsigned long vm_end)
{
	struct vm_area_struct *vma = vma_lookup(mm, vm_start);

	return vma && vma->vm_start == vm_start && vma->vm_end == vm_end ? vma : NULL;
}

static inline struct vm_area_struct *find_vma_prev(struct mm_struct *mm, unsigned long addr,
						   struct vm_area_struct **pprev)
{
	struct vm_area_struct *vma = kmemu_find_vma(mm, addr);

	*pprev = kmemu_vma_before(mm, vma && vma->vm_start <= addr ? vma->vm_start : addr);
	return vma;
}

/* Where it is: at [index, last], a mapping once one was found. */
struct vma_iterator {
	struct mm_struct *mm;
	unsigned long index, last;
	bool found;
};
#define VMA_ITERATOR(name, __mm, __addr) \
	struct vma_iterator name = { (__mm), (__addr), (__addr), false }

static inline void vma_iter_init(struct vma_iterator *vmi, struct mm_struct *mm,
				 unsigned long addr)
{
	*vmi = (struct vma_iterator){ .mm = mm, .index = addr, .last = addr };
}

static inline void vma_iter_set(struct vma_iterator *vmi, unsigned long addr)
{
	vma_iter_init(vmi, vmi->mm, addr);
}

/* It goes on behind where it is. */
static inline void vma_iter_invalidate(struct vma_iterator *vmi)
{
	vmi->found = true;
}

static inline unsigned long vma_iter_addr(struct vma_iterator *vmi)
{
	return vmi->index;
}

static inline unsigned long vma_iter_end(struct vma_iterator *vmi)
{
	return vmi->last + 1;
}

static inline struct vm_area_struct *__kmemu_vma_iter(struct vma_iterator *vmi,
						      struct vm_area_struct *vma)
{
	if (!vma)
		return NULL;
	vmi->index = vma->vm_start;
	vmi->last = vma->vm_end - 1;
	vmi->found = true;
	return vma;
}

/* The next that begins below max; none: it stays behind the last, for vma_prev(). */
static inline struct vm_area_struct *vma_find(struct vma_iterator *vmi, unsigned long max)
{
	unsigned long from = vmi->found ? vmi->last + 1 : vmi->index;
	struct vm_area_struct *vma = from < max ? kmemu_find_vma(vmi->mm, from) : NULL;

	if (vma && vma->vm_start < max)
		return __kmemu_vma_iter(vmi, vma);
	if (from < max)
		*vmi = (struct vma_iterator){ vmi->mm, max, max - 1, true };
	return NULL;
}

static inline struct vm_area_struct *vma_next(struct vma_iterator *vmi)
{
	return vma_find(vmi, ~0UL);
}

static inline struct vm_area_struct *vma_prev(struct vma_iterator *vmi)
{
	struct vm_area_struct *at = vmi->found ? NULL : vma_lookup(vmi->mm, vmi->index);

	return __kmemu_vma_iter(vmi, kmemu_vma_before(vmi->mm, at ? at->vm_start : vmi->index));
}

#define for_each_vma(__vmi, __vma) while (((__vma) = vma_next(&(__vmi))) != NULL)
#define for_each_vma_range(__vmi, __vma, __end) \
	while (((__vma) = vma_find(&(__vmi), (__end))) != NULL)

static inline bool vma_is_initial_heap(const struct vm_area_struct *vma)
{
	return vma->kmemu_named & KMEMU_VMA_HEAP;
}

static inline bool vma_is_initial_stack(const struct vm_area_struct *vma)
{
	return vma->kmemu_named & KMEMU_VMA_STACK;
}

static __always_inline int vma_is_stack_for_current(struct vm_area_struct *vma)
{
	unsigned long sp = (unsigned long)__builtin_frame_address(0);

	return vma->vm_start <= sp && vma->vm_end >= sp;
}

#define VM_GROWSUP VM_NONE
#define stack_guard_gap (256UL << PAGE_SHIFT)

static inline unsigned long vm_start_gap(struct vm_area_struct *vma)
{
	unsigned long gap = vma->vm_flags & VM_GROWSDOWN ? stack_guard_gap : 0;

	return gap > vma->vm_start ? 0 : vma->vm_start - gap;
}

static inline unsigned long vm_end_gap(struct vm_area_struct *vma)
{
	return vma->vm_end;
}

/* --- mappings that are made, and taken back */

/* The address, or -errno: of a driver's file (its f_op->mmap()), or anonymous. */
static __always_inline unsigned long vm_mmap(struct file *file, unsigned long addr,
					     unsigned long len, unsigned long prot,
					     unsigned long flag, unsigned long offset)
{
	struct mm_struct *mm = current->mm;
	unsigned long ret;

	if (offset + PAGE_ALIGN(len) < offset || offset_in_page(offset))
		return (unsigned long)-EINVAL;
	if (mmap_write_lock_killable(mm))
		return (unsigned long)-EINTR;
	ret = kmemu_mmap(file, addr, len, prot, flag, offset >> PAGE_SHIFT);
	mmap_write_unlock(mm);
	return ret;
}

/*
 * As vm_mmap() (kernel: mm/mmap.c do_mmap); the caller has mmap_write_lock(). populate: the
 * bytes for mm_populate(), 0 of a driver's file. -EINVAL for vm_flags: none are the system's
 * to be asked for. uf: nobody listens.
 */
static inline unsigned long do_mmap(struct file *file, unsigned long addr, unsigned long len,
				    unsigned long prot, unsigned long flags, vm_flags_t vm_flags,
				    unsigned long pgoff, unsigned long *populate,
				    struct list_head *uf)
{
	unsigned long ret;

	(void)uf;
	*populate = 0;
	mmap_assert_write_locked(current->mm);
	if (vm_flags)
		return (unsigned long)-EINVAL;
	ret = kmemu_mmap(file, addr, len, prot, flags, pgoff);
	if (!IS_ERR_VALUE(ret) && !file &&
	    (flags & KMEMU_MAP_LOCKED ||
	     (flags & (KMEMU_MAP_POPULATE | KMEMU_MAP_NONBLOCK)) == KMEMU_MAP_POPULATE))
		*populate = len;
	return ret;
}

/*
 * Where len bytes are free in the program, or -errno (kernel: mm/mmap.c
 * __get_unmapped_area): what the file's get_unmapped_area() says, or where the system would
 * map. The program can take it before the caller does: mmap_lock holds off kernel code.
 */
static inline unsigned long __get_unmapped_area(struct file *file, unsigned long addr,
						unsigned long len, unsigned long pgoff,
						unsigned long flags, vm_flags_t vm_flags)
{
	unsigned long at;

	(void)vm_flags;
	mmap_assert_write_locked(current->mm);
	if (len > TASK_SIZE)
		return (unsigned long)-ENOMEM;
	if (file && file->f_op && file->f_op->get_unmapped_area) {
		at = file->f_op->get_unmapped_area(file, addr, len, pgoff, flags);
	} else if (flags & KMEMU_MAP_FIXED) {
		at = addr;
	} else {
		at = kmemu_mmap(NULL, addr, len, 0, KMEMU_MAP_ANONYMOUS | KMEMU_MAP_NORESERVE, 0);
		if (!IS_ERR_VALUE(at))
			kmemu_munmap(at, len);
	}
	if (IS_ERR_VALUE(at))
		return at;
	if (at > TASK_SIZE - len)
		return (unsigned long)-ENOMEM;
	return offset_in_page(at) ? (unsigned long)-EINVAL : at;
}

static inline unsigned long get_unmapped_area(struct file *file, unsigned long addr,
					      unsigned long len, unsigned long pgoff,
					      unsigned long flags)
{
	return __get_unmapped_area(file, addr, len, pgoff, flags, 0);
}

/*
 * Zeroed memory at addr in place of what was there, to be read and written, with VM_EXEC also
 * run; 0 or -errno (-EINVAL: other flags). The caller does not have mmap_lock.
 */
static inline int vm_brk_flags(unsigned long addr, unsigned long request, unsigned long flags)
{
	unsigned long len = PAGE_ALIGN(request), at;
	struct mm_struct *mm = current->mm;

	if (len < request)
		return -ENOMEM;
	if (!len)
		return 0;
	if (flags & ~(unsigned long)VM_EXEC)
		return -EINVAL;
	if (mmap_write_lock_killable(mm))
		return -EINTR;
	at = get_unmapped_area(NULL, addr, len, 0, KMEMU_MAP_FIXED);
	if (!IS_ERR_VALUE(at))
		at = kmemu_mmap(NULL, addr, len, VM_READ | VM_WRITE | flags,
				KMEMU_MAP_ANONYMOUS | KMEMU_MAP_FIXED, 0);
	mmap_write_unlock(mm);
	return IS_ERR_VALUE(at) ? (int)(long)at : 0;
}

#define VM_UNMAPPED_AREA_TOPDOWN 1
/* length and the others in bytes. */
struct vm_unmapped_area_info {
	unsigned long flags;
	unsigned long length;
	unsigned long low_limit;
	unsigned long high_limit;
	unsigned long align_mask;
	unsigned long align_offset;
	unsigned long start_gap;
};

/*
 * The lowest free place in the limits, or with VM_UNMAPPED_AREA_TOPDOWN the highest; -ENOMEM:
 * none (kernel: mm/mmap.c vm_unmapped_area). The caller has mmap_lock.
 */
static inline unsigned long vm_unmapped_area(struct vm_unmapped_area_info *info)
{
	unsigned long len = info->length, low = info->low_limit, high = info->high_limit, at;
	bool down = info->flags & VM_UNMAPPED_AREA_TOPDOWN;
	struct vm_area_struct *vma;

	while (low <= high && high - low >= len && high - low - len >= info->start_gap) {
		at = down ? high - len : low + info->start_gap;
		if (down)
			at -= (at - info->align_offset) & info->align_mask;
		else
			at += (info->align_offset - at) & info->align_mask;
		if (at < low + info->start_gap || at > high - len)
			break;
		vma = find_vma(current->mm, at - info->start_gap);
		if (!vma || at + len <= vm_start_gap(vma))
			return at;
		if (down)
			high = vm_start_gap(vma);
		else
			low = vm_end_gap(vma);
	}
	return (unsigned long)-ENOMEM;
}

/* madvise(2); -ENOMEM of an mm of mm_alloc(), where nothing is mapped. May sleep. */
static inline int do_madvise(struct mm_struct *mm, unsigned long start, size_t len_in, int behavior)
{
	might_sleep();
	return mm == current->mm ? kmemu_madvise(start, len_in, behavior) : -ENOMEM;
}

/* As without CONFIG_SCHED_MM_CID. */

static inline void sched_mm_cid_before_execve(struct task_struct *t)
{
	(void)t;
}

static inline void sched_mm_cid_after_execve(struct task_struct *t)
{
	(void)t;
}

/* The caller has mmap_write_lock(). */
static __always_inline int do_munmap(struct mm_struct *mm, unsigned long start, size_t len,
				     struct list_head *uf)
{
	(void)uf;
	mmap_assert_write_locked(mm);
	return kmemu_munmap(start, len);
}

static __always_inline int vm_munmap(unsigned long start, size_t len)
{
	struct mm_struct *mm = current->mm;
	int ret;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	ret = kmemu_munmap(start, len);
	mmap_write_unlock(mm);
	return ret;
}

/* Files are not counted here. */
static inline void vma_set_file(struct vm_area_struct *vma, struct file *file)
{
	vma->vm_file = file;
}

/* Frames alone (remap_pfn_range()); the program's next access is a fault. */
static __always_inline void zap_vma_ptes(struct vm_area_struct *vma, unsigned long address,
					 unsigned long size)
{
	if (range_in_vma(vma, address, address + size) && vma->vm_flags & VM_PFNMAP)
		kmemu_zap(vma, address, size);
}

struct zap_details;
static __always_inline void zap_page_range_single(struct vm_area_struct *vma, unsigned long address,
						  unsigned long size, struct zap_details *details)
{
	(void)details;
	kmemu_zap(vma, address, size);
}

static __always_inline void unmap_mapping_pages(struct address_space *mapping, pgoff_t start,
						pgoff_t nr, bool even_cows)
{
	might_sleep();
	kmemu_unmap_mapping(mapping, start, nr, even_cows);
}

/* Bytes of the file; holelen 0: to its end. */
static inline void unmap_mapping_range(struct address_space *mapping, loff_t const holebegin,
				       loff_t const holelen, int even_cows)
{
	unmap_mapping_pages(mapping, (pgoff_t)holebegin >> PAGE_SHIFT,
			    ((pgoff_t)holelen + PAGE_SIZE - 1) >> PAGE_SHIFT, even_cows);
}

static inline void unmap_shared_mapping_range(struct address_space *mapping,
					      loff_t const holebegin, loff_t const holelen)
{
	unmap_mapping_range(mapping, holebegin, holelen, 0);
}

/* The program's access, of a driver's mapping: 0, or VM_FAULT_*. */
struct pt_regs;
static __always_inline vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
						  unsigned int flags, struct pt_regs *regs)
{
	(void)regs;
	mmap_assert_locked(vma->vm_mm);
	return kmemu_handle_fault(vma, address, flags);
}

static inline bool fault_flag_allow_retry_first(enum fault_flag flags)
{
	return flags & FAULT_FLAG_ALLOW_RETRY && !(flags & FAULT_FLAG_TRIED);
}

/* The same by an address; *unlocked: the lock was given up meanwhile. 0 or -errno. */
static __always_inline int fixup_user_fault(struct mm_struct *mm, unsigned long address,
					    unsigned int fault_flags, bool *unlocked)
{
	bool write = fault_flags & FAULT_FLAG_WRITE;
	vm_fault_t ret;

	if (unlocked)
		fault_flags |= FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_KILLABLE;
	for (;;) {
		struct vm_area_struct *vma = vma_lookup(mm, address);

		if (!vma || !(vma->vm_flags & (write ? VM_WRITE : VM_READ)))
			return -EFAULT;
		/* What no driver has mapped is the system's, which brings it in itself. */
		if (!kmemu_is_drivers_vma(vma))
			return 0;
		ret = handle_mm_fault(vma, address, fault_flags, NULL);
		if (ret & VM_FAULT_ERROR)
			return ret & VM_FAULT_OOM ? -ENOMEM : -EFAULT;
		if (!(ret & VM_FAULT_RETRY))
			return 0;
		mmap_read_lock(mm);
		*unlocked = true;
		fault_flags |= FAULT_FLAG_TRIED;
	}
}

/* --- one mapping's lock, which is the mm's for reading. NULL: it is taken for writing. */

static __always_inline void vma_end_read(struct vm_area_struct *vma)
{
	mmap_read_unlock(vma->vm_mm);
}

static __always_inline struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm,
								 unsigned long address)
{
	struct vm_area_struct *vma;

	if (!mmap_read_trylock(mm))
		return NULL;
	vma = vma_lookup(mm, address);
	if (!vma)
		mmap_read_unlock(mm);
	return vma;
}

static __always_inline void vma_start_write(struct vm_area_struct *vma)
{
	mmap_assert_write_locked(vma->vm_mm);
}

static __always_inline void vma_assert_write_locked(struct vm_area_struct *vma)
{
	mmap_assert_write_locked(vma->vm_mm);
}

static __always_inline void vma_assert_locked(struct vm_area_struct *vma)
{
	mmap_assert_locked(vma->vm_mm);
}

static __always_inline void assert_fault_locked(struct vm_fault *vmf)
{
	mmap_assert_locked(vmf->vma->vm_mm);
}

static __always_inline void release_fault_lock(struct vm_fault *vmf)
{
	mmap_read_unlock(vmf->vma->vm_mm);
}

/* --- what was written to: pages of a file's shared mappings. How many. May sleep. */

/* They may not be written to, until a fault allows it. */
static __always_inline unsigned long wp_shared_mapping_range(struct address_space *mapping,
							     pgoff_t first_index, pgoff_t nr)
{
	might_sleep();
	return kmemu_wp_mapping(mapping, first_index, nr);
}

/* They are clean; a bit for each that was not, and which bits are set. */
static __always_inline unsigned long
clean_record_shared_mapping_range(struct address_space *mapping, pgoff_t first_index, pgoff_t nr,
				  pgoff_t bitmap_pgoff, unsigned long *bitmap, pgoff_t *start,
				  pgoff_t *end)
{
	might_sleep();
	return kmemu_clean_mapping(mapping, first_index, nr, bitmap_pgoff, bitmap, start, end);
}

/* What is at an address of a driver's mapping, until the end. */
struct follow_pfnmap_args {
	struct vm_area_struct *vma;
	unsigned long address;
	unsigned long pfn;
	pgprot_t pgprot;
	bool writable, special;
};

static __always_inline int follow_pfnmap_start(struct follow_pfnmap_args *args)
{
	struct vm_area_struct *vma = args->vma;

	mmap_assert_locked(vma->vm_mm);
	if (!(vma->vm_flags & (VM_IO | VM_PFNMAP)) ||
	    !kmemu_vma_pfn(vma, args->address, &args->pfn, &args->writable))
		return -EINVAL;
	args->pgprot = vma->vm_page_prot;
	args->special = true;
	return 0;
}

static inline void follow_pfnmap_end(struct follow_pfnmap_args *args)
{
	(void)args;
}

#endif /* __cplusplus */

#endif /* _KMEMU_LINUX_MM_VMA_H */
