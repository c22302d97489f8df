/*
 * mmap.c - the program maps a driver's file, and takes that back (kernel: mm/mmap.c do_mmap,
 * mm/vma.c: __split_vma, do_vmi_align_munmap).
 *
 * A mapping of a driver's is address space of the system's that nobody may access, and a
 * vma; the driver's mmap() puts pages into it, or its fault() does (memory.c).
 *
 * Different from the kernel: of the flags MAP_LOCKED, MAP_POPULATE and their like do
 * nothing for a driver's file. A fork's child has the vma and open() is not called.
 *
 * Locks: mmap_lock for writing is the caller's; vma_lock for the list, not while the driver
 * is called.
 */
#include <errno.h>
#include <sys/mman.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "core/kernel/vma.h"
#include "core/os/vma.h"
#include "include/kmemu/fs.h"

#define VM_PROTS (PROT_READ | PROT_WRITE | PROT_EXEC) /* the same bits of vm_flags */

/* vm_flags, or -errno. */
static long flags_of(const struct file *file, unsigned long prot, unsigned long flags)
{
	unsigned long vm_flags = (prot & VM_PROTS) | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;
	unsigned long type = flags & MAP_TYPE;

	if (type == MAP_SHARED || type == MAP_SHARED_VALIDATE) {
		if (prot & PROT_WRITE && !(file->f_mode & KMEMU_FMODE_WRITE))
			return -EACCES;
		vm_flags |= VM_SHARED | VM_MAYSHARE;
		if (!(file->f_mode & KMEMU_FMODE_WRITE))
			vm_flags &= ~(VM_MAYWRITE | VM_SHARED);
	} else if (type != MAP_PRIVATE) {
		return -EINVAL;
	}
	if (!(file->f_mode & KMEMU_FMODE_READ))
		return -EACCES;
	if (!file->f_op || !file->f_op->mmap)
		return -ENODEV;
	return flags & MAP_GROWSDOWN ? -EINVAL : (long)vm_flags;
}

/* Address space for it, or -errno. */
static long take_range(struct file *file, unsigned long addr, unsigned long len,
		       unsigned long flags, unsigned long pgoff)
{
	unsigned long mine = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);

	if (file->f_op->get_unmapped_area) {
		addr = file->f_op->get_unmapped_area(file, addr, len, pgoff, flags);
		if (is_err((void *)addr))
			return (long)addr;
		mine |= MAP_FIXED_NOREPLACE;
	}
	return os_vma_map(addr, len, PROT_NONE, mine | MAP_PRIVATE | MAP_NORESERVE);
}

static long map_file(struct file *file, unsigned long addr, unsigned long len,
		     unsigned long vm_flags, unsigned long pgoff)
{
	struct area *a = area_new(len >> PAGE_SHIFT);
	long err;

	if (!a)
		return -ENOMEM;
	a->vma = (struct vm_area_struct){ .vm_start = addr,
					  .vm_end = addr + len,
					  .vm_pgoff = pgoff,
					  .vm_flags = vm_flags,
					  .vm_page_prot = kmemu_page_prot(vm_flags),
					  .vm_file = file,
					  .vm_mm = &kmemu_mm };
	vma_lock_get();
	area_insert(a);
	vma_lock_put();
	err = file->f_op->mmap(file, &a->vma);
	if (!err)
		return (long)addr;
	vma_lock_get();
	area_remove(a);
	vma_lock_put();
	area_wait_unused();
	area_put_pages(a, addr, addr + len);
	area_free(a);
	return err;
}

static bool any_area(unsigned long start, unsigned long end)
{
	const struct area *a;

	vma_lock_get();
	a = area_behind(start);
	vma_lock_put();
	return a && a->vma.vm_start < end;
}

KMEMU_EXPORT unsigned long kmemu_mmap(struct file *file, unsigned long addr, unsigned long len,
				      unsigned long prot, unsigned long flags,
				      unsigned long pgoff)
{
	unsigned long bytes = PAGE_ALIGN(len);
	long vm_flags, got;

	if (!len || !kernel_is_ready())
		return (unsigned long)-EINVAL;
	if (!bytes)
		return (unsigned long)-ENOMEM;
	if (pgoff + (bytes >> PAGE_SHIFT) < pgoff)
		return (unsigned long)-EOVERFLOW;
	vm_flags = file ? flags_of(file, prot, flags) : 0;
	if (vm_flags < 0)
		return (unsigned long)vm_flags;
	if (flags & MAP_FIXED && any_area(addr, addr + bytes)) {
		int err = kmemu_munmap(addr, bytes);

		if (err)
			return (unsigned long)(long)err;
	}
	if (!file)
		return (unsigned long)os_vma_map(addr, bytes, prot, flags);
	catch_user_faults();
	addr = (unsigned long)take_range(file, addr, bytes, flags, pgoff);
	if (is_err((void *)addr))
		return addr;
	got = map_file(file, addr, bytes, (unsigned long)vm_flags, pgoff);
	if (got < 0)
		os_unmap((void *)addr, bytes);
	return (unsigned long)got;
}

KMEMU_EXPORT int kmemu_madvise(unsigned long addr, unsigned long len, int behavior)
{
	unsigned long end = addr + PAGE_ALIGN(len);

	if (addr < end && kernel_is_ready() && any_area(addr, end))
		return -EINVAL;
	return os_vma_advise(addr, len, behavior);
}

/* --- back -------------------------------------------------------------------------- */

/* What is below addr, or from there on, becomes a mapping of its own; 0 or -errno. */
static int split(struct area *a, unsigned long addr, bool below)
{
	const struct vm_operations_struct *ops = a->vma.vm_ops;
	unsigned long before = (addr - a->vma.vm_start) >> PAGE_SHIFT;
	unsigned long after = (a->vma.vm_end - addr) >> PAGE_SHIFT;
	int err = ops && ops->may_split ? ops->may_split(&a->vma, addr) : 0;
	struct area *new = err ? NULL : area_new(below ? before : after);

	if (!new)
		return err ? err : -ENOMEM;
	vma_lock_get();
	new->vma = a->vma;
	if (below) {
		__builtin_memcpy(new->ptes, a->ptes, before * sizeof(*a->ptes));
		new->vma.vm_end = a->vma.vm_start = addr;
		a->vma.vm_pgoff += before;
		a->ptes += before;
	} else {
		__builtin_memcpy(new->ptes, a->ptes + before, after * sizeof(*a->ptes));
		new->vma.vm_start = a->vma.vm_end = addr;
		new->vma.vm_pgoff += before;
	}
	area_insert(new);
	vma_lock_put();
	if (ops && ops->open)
		ops->open(&new->vma);
	return 0;
}

static struct area *first_in(unsigned long start, unsigned long end)
{
	struct area *a;

	vma_lock_get();
	a = area_behind(start);
	if (a && a->vma.vm_start >= end)
		a = NULL;
	vma_lock_put();
	return a;
}

static int split_at_ends(unsigned long start, unsigned long end)
{
	struct area *a = first_in(start, start + 1);
	int err = 0;

	if (a && a->vma.vm_start < start)
		err = split(a, start, true);
	a = err ? NULL : first_in(end - 1, end);
	if (a && a->vma.vm_end > end)
		err = split(a, end, false);
	return err;
}

static void close_area(struct area *a)
{
	area_put_pages(a, a->vma.vm_start, a->vma.vm_end);
	if (a->vma.vm_ops && a->vma.vm_ops->close)
		a->vma.vm_ops->close(&a->vma);
	area_free(a);
}

KMEMU_EXPORT int kmemu_munmap(unsigned long addr, unsigned long len)
{
	unsigned long end = addr + PAGE_ALIGN(len);
	struct area *gone = NULL, *a;
	int err;

	if (addr & ~PAGE_MASK || end <= addr || !kernel_is_ready())
		return -EINVAL;
	err = split_at_ends(addr, end);
	if (err)
		return err;
	vma_lock_get();
	while ((a = area_behind(addr)) != NULL && a->vma.vm_start < end) {
		area_remove(a);
		a->next = gone;
		gone = a;
	}
	vma_lock_put();
	if (gone)
		area_wait_unused();
	err = os_unmap((void *)addr, end - addr);
	while (gone) {
		a = gone;
		gone = a->next;
		close_area(a);
	}
	return err;
}
