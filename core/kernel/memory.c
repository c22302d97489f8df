/*
 * memory.c - pages of drivers' mappings: what is there, what comes at the program's access,
 * what goes (kernel: mm/memory.c do_fault, do_wp_page, zap_page_range_single,
 * unmap_mapping_range).
 *
 * An entry for each page says what the kernel's page tables say, and the system's mapping
 * agrees with it: a page that is not there is PROT_NONE, and one that the program may not
 * write yet is read-only. So an access that the kernel's processor would fault at is a
 * SIGSEGV here, whose handler does what the kernel's does. Copies from and to such memory
 * (copy_to_user()) come here before they fail.
 *
 * An entry that is writable and clean (who looks for what is written cleans it) is read-only, too,
 * and the write makes it dirty, which the driver does not see, as it is the processor's.
 *
 * A write to a private mapping's page makes a copy, as there. Different from the kernel:
 * map_pages() and huge_fault() are not called; each page is asked of fault().
 *
 * Locks: mmap_lock for reading in a fault; unmap_lock keeps mappings of a file that are
 * looked at without mmap_lock; vma_lock for entries and the system's calls
 * about them, never while the driver is called. Cost: nothing until the first mapping.
 */
#include <errno.h>
#include <signal.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "core/kernel/vma.h"
#include "core/lib/usercopy.h"
#include "core/mm/page_ref.h"
#include "core/mm/vmap_page.h"
#include "core/os/fault.h"
#include "core/os/vma.h"
#include "include/kmemu/context.h"
#include "include/kmemu/fs.h"
#include "include/kmemu/lib.h"
#include "include/kmemu/mm.h"
#include "include/kmemu/page.h"
#include "include/kmemu/printk.h"

/* Kernel: enum fault_flag, vm_fault_reason (include/linux/mm_types.h). */
#define FAULT_WRITE	    0x1u
#define FAULT_ALLOW_RETRY   0x4u
#define FAULT_KILLABLE	    0x10u
#define FAULT_TRIED	    0x20u
#define FAULT_USER	    0x40u
#define FAULT_INTERRUPTIBLE 0x200u
#define FAULT_DEFAULT	    (FAULT_ALLOW_RETRY | FAULT_KILLABLE | FAULT_INTERRUPTIBLE)

#define RET_OOM	     0x1u
#define RET_SIGBUS   0x2u
#define RET_SIGSEGV  0x40u
#define RET_NOPAGE   0x100u
#define RET_LOCKED   0x200u
#define RET_RETRY    0x400u
#define RET_DONE_COW 0x1000u
#define RET_ERROR    0x873u

#define PG_LOCKED 0x1UL
#define BATCH	  64

static struct kmemu_mutex unmap_lock __own_mutex;

/* --- what is there ----------------------------------------------------------------- */

static bool has_mkwrite(const struct vm_area_struct *vma, bool counted)
{
	const struct vm_operations_struct *ops = vma->vm_ops;

	return ops && (counted ? ops->page_mkwrite : ops->pfn_mkwrite);
}

/* A page that comes in may be written at once. */
static bool is_writable(const struct vm_area_struct *vma, bool counted)
{
	return vma->vm_flags & VM_WRITE && vma->vm_flags & VM_SHARED &&
	       !has_mkwrite(vma, counted);
}

int area_protect(const struct vm_area_struct *vma, unsigned long addr, unsigned long bytes,
		 bool writable)
{
	unsigned int flags = vma->vm_flags & VM_EXEC ? OS_VMA_EXEC : 0;

	if (vma->vm_flags & VM_ACCESS_FLAGS)
		flags |= OS_VMA_READ | (writable ? OS_VMA_WRITE : 0);
	return os_vma_protect(addr, bytes, flags);
}

int area_may_map(unsigned long addr, unsigned long bytes)
{
	struct area *a = area_at(addr);

	if (!a)
		return 0;
	if (bytes > a->vma.vm_end - addr)
		return -EINVAL;
	for (unsigned long off = 0; off < bytes; off += PAGE_SIZE)
		if (*area_pte(a, addr + off))
			return -EBUSY;
	return 0;
}

void area_mapped(unsigned long addr, unsigned long bytes, unsigned long pfn, struct page **pages)
{
	struct area *a = area_at(addr);
	unsigned long prot;
	bool writable;

	if (!a)
		return;
	prot = a->vma.vm_page_prot.pgprot & ~(KMEMU_PTE_FRAME | PTE_WRITABLE | PTE_OWN_BITS);
	prot |= PTE_PRESENT | KMEMU_PTE_ACCESSED;
	writable = is_writable(&a->vma, pages != NULL);
	for (unsigned long i = 0; i < bytes >> PAGE_SHIFT; i++) {
		unsigned long frame = pages ? page_to_pfn(pages[i]) : pfn + i;

		if (pages)
			get_page(pages[i]);
		*area_pte(a, addr + (i << PAGE_SHIFT)) =
			frame << PAGE_SHIFT | prot |
			(pages ? PTE_COUNTED : KMEMU_PTE_SPECIAL) |
			(writable ? PTE_WRITTEN : 0);
	}
	if (!writable || a->vma.vm_flags & VM_EXEC)
		area_protect(&a->vma, addr, bytes, writable);
}

KMEMU_EXPORT bool kmemu_vma_pfn(struct vm_area_struct *vma, unsigned long addr,
				unsigned long *pfn, bool *writable)
{
	unsigned long pte = 0;
	struct area *a;

	vma_lock_get();
	a = area_of(vma);
	if (a && addr >= vma->vm_start && addr < vma->vm_end)
		pte = *area_pte(a, addr);
	vma_lock_put();
	*pfn = pte_frame(pte);
	*writable = pte & PTE_WRITABLE;
	return pte & PTE_PRESENT && !(pte & PTE_COPIED);
}

/* --- what goes --------------------------------------------------------------------- */

/* Takes up to BATCH entries from *at on; their counted frames, and how many these are. */
static unsigned int take(struct area *a, unsigned long *at, unsigned long to,
			 bool even_cows, bool map, unsigned long *pfns)
{
	unsigned long end = min(to, *at + BATCH * PAGE_SIZE);
	unsigned int n = 0;

	vma_lock_get();
	for (; *at < end; *at += PAGE_SIZE) {
		unsigned long *pte = area_pte(a, *at), old = *pte;

		if (!old || (old & PTE_COPIED && !even_cows))
			continue;
		if (map && os_reserve_over((void *)*at, PAGE_SIZE))
			continue;
		*pte = 0;
		if (old & PTE_COUNTED)
			pfns[n++] = pte_frame(old);
	}
	vma_lock_put();
	return n;
}

static void take_all(struct area *a, unsigned long from, unsigned long to, bool even_cows,
		     bool map)
{
	unsigned long pfns[BATCH];

	while (from < to) {
		unsigned int n = take(a, &from, to, even_cows, map, pfns);

		while (n--)
			kmemu_put_page(pfn_to_page(pfns[n]));
	}
}

void area_put_pages(struct area *a, unsigned long from, unsigned long to)
{
	take_all(a, from, to, true, false);
}

KMEMU_EXPORT void kmemu_zap(struct vm_area_struct *vma, unsigned long addr, unsigned long bytes)
{
	unsigned long end = PAGE_ALIGN(addr + bytes);
	struct area *a;

	addr &= PAGE_MASK;
	vma_lock_get();
	a = area_of(vma);
	vma_lock_put();
	if (a)
		take_all(a, addr, end, true, true);
	else if (end > addr)
		os_reserve_over((void *)addr, end - addr);
}

/* The area from `from` on that is of the file, with the pages in question; NULL: none. */
static struct area *next_of(const struct address_space *mapping, unsigned long first,
			    unsigned long last, unsigned long from)
{
	struct area *a;

	vma_lock_get();
	for (a = area_behind(from); a; a = a->next) {
		const struct vm_area_struct *vma = &a->vma;
		unsigned long pages = (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;

		if (vma->vm_file && vma->vm_file->f_mapping == mapping &&
		    vma->vm_pgoff <= last && vma->vm_pgoff + pages > first)
			break;
	}
	vma_lock_put();
	return a;
}

void area_for_each(const struct address_space *mapping, unsigned long first, unsigned long nr,
		   void (*fn)(struct area *a, unsigned long from, unsigned long to, void *arg),
		   void *arg)
{
	unsigned long last = first + nr - 1, from = 0;
	struct area *a;

	if (last < first)
		last = ~0UL;
	kmemu_mutex_lock(&unmap_lock);
	while (mapping && (a = next_of(mapping, first, last, from)) != NULL) {
		const struct vm_area_struct *vma = &a->vma;
		unsigned long pages = (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
		unsigned long lo = first > vma->vm_pgoff ? first - vma->vm_pgoff : 0;
		unsigned long hi = last - vma->vm_pgoff < pages ? last - vma->vm_pgoff + 1 : pages;

		from = vma->vm_end;
		fn(a, vma->vm_start + (lo << PAGE_SHIFT), vma->vm_start + (hi << PAGE_SHIFT), arg);
	}
	kmemu_mutex_unlock(&unmap_lock);
}

static void unmap_range(struct area *a, unsigned long from, unsigned long to, void *even_cows)
{
	take_all(a, from, to, *(bool *)even_cows, true);
}

KMEMU_EXPORT void kmemu_unmap_mapping(struct address_space *mapping, unsigned long first,
				      unsigned long nr, bool even_cows)
{
	area_for_each(mapping, first, nr, unmap_range, &even_cows);
}

void area_wait_unused(void)
{
	kmemu_mutex_lock(&unmap_lock);
	kmemu_mutex_unlock(&unmap_lock);
}

/* --- what comes -------------------------------------------------------------------- */

static void unlock_page(struct page *page)
{
	__atomic_and_fetch(&page_compound_head(page)->page_flags, ~PG_LOCKED, __ATOMIC_RELEASE);
}

static unsigned int ret_of(int err)
{
	if (!err || err == -EBUSY) /* another thread was faster */
		return RET_NOPAGE;
	return err == -ENOMEM ? RET_OOM : RET_SIGBUS;
}

/* Private memory with the page's bytes, or zeroes, at its place. */
static unsigned int copy_private(struct area *a, unsigned long addr)
{
	char *new = os_map_any(PAGE_SIZE);
	unsigned long *pte, old;
	int err = 0;

	if (!new)
		return RET_OOM;
	vma_lock_get();
	pte = area_pte(a, addr);
	old = *pte;
	if (old)
		kmemu_copy_user(new, (void *)addr, PAGE_SIZE);
	if (!(old & PTE_COPIED)) {
		err = os_move(new, PAGE_SIZE, (void *)addr);
		if (!err)
			*pte = PTE_PRESENT | PTE_COPIED | PTE_WRITTEN;
	}
	vma_lock_put();
	os_unmap(new, PAGE_SIZE);
	if (!err && old & PTE_COUNTED)
		kmemu_put_page(pfn_to_page(pte_frame(old)));
	return err ? RET_OOM : RET_NOPAGE;
}

/* The first write to a page that is there. */
static unsigned int write_fault(struct area *a, struct vm_fault *vmf, unsigned long pte)
{
	const struct vm_operations_struct *ops = a->vma.vm_ops;
	bool counted = pte & PTE_COUNTED;
	unsigned int ret = 0;
	int err = 0;

	if (!(a->vma.vm_flags & VM_SHARED))
		return copy_private(a, vmf->address);
	if (has_mkwrite(&a->vma, counted)) {
		vmf->page = counted ? pfn_to_page(pte_frame(pte)) : NULL;
		ret = counted ? ops->page_mkwrite(vmf) : ops->pfn_mkwrite(vmf);
		if (ret & RET_LOCKED && counted)
			unlock_page(vmf->page);
	}
	if (ret & (RET_ERROR | RET_NOPAGE | RET_RETRY))
		return ret;
	vma_lock_get();
	if (*area_pte(a, vmf->address) == pte) {
		err = area_protect(&a->vma, vmf->address, PAGE_SIZE, true);
		if (!err)
			*area_pte(a, vmf->address) |= PTE_WRITTEN;
	}
	vma_lock_put();
	return err ? RET_OOM : RET_NOPAGE;
}

/* The first access to a page. */
static unsigned int first_fault(struct area *a, struct vm_fault *vmf)
{
	const struct vm_operations_struct *ops = a->vma.vm_ops;
	unsigned int ret;

	if (!ops && !(a->vma.vm_flags & VM_SHARED))
		return copy_private(a, vmf->address);
	if (!ops || !ops->fault)
		return RET_SIGBUS;
	ret = ops->fault(vmf);
	if (ret & (RET_ERROR | RET_NOPAGE | RET_RETRY | RET_DONE_COW))
		return ret;
	if (!vmf->page)
		return RET_SIGBUS;
	if (ret & RET_LOCKED)
		unlock_page(vmf->page);
	ret = ret_of(kmemu_insert_pages(vmf->address, &vmf->page, 1));
	kmemu_put_page(vmf->page);
	return ret;
}

static unsigned long pte_at(struct area *a, unsigned long addr)
{
	unsigned long pte;

	vma_lock_get();
	pte = *area_pte(a, addr);
	vma_lock_put();
	return pte;
}

/* What processors do, in any context: the first write to an entry that is writable. */
static bool make_dirty(unsigned long addr)
{
	bool done = false;
	struct area *a;

	vma_lock_get();
	a = area_at(addr);
	if (a && (*area_pte(a, addr) & PTE_WRITTEN) == PTE_WRITABLE) {
		done = !area_protect(&a->vma, addr & PAGE_MASK, PAGE_SIZE, true);
		if (done)
			*area_pte(a, addr) |= PTE_WRITTEN;
	}
	vma_lock_put();
	return done;
}

static unsigned int fault_in(struct area *a, unsigned long addr, unsigned int flags)
{
	bool write = flags & FAULT_WRITE;
	struct vm_fault vmf = { .vma = &a->vma,
				.gfp_mask = GFP_KERNEL,
				.address = addr & PAGE_MASK,
				.real_address = addr,
				.flags = flags };
	unsigned int ret = RET_NOPAGE;
	unsigned long pte;

	if (!(a->vma.vm_flags & (write ? VM_WRITE : VM_ACCESS_FLAGS)))
		return RET_SIGSEGV;
	vmf.pgoff = a->vma.vm_pgoff + ((vmf.address - a->vma.vm_start) >> PAGE_SHIFT);
	pte = pte_at(a, vmf.address);
	if (!pte)
		ret = first_fault(a, &vmf);
	if (write && ret == RET_NOPAGE) {
		pte = pte_at(a, vmf.address);
		if (pte & PTE_WRITABLE)
			ret = pte & KMEMU_PTE_DIRTY || make_dirty(addr) ? RET_NOPAGE : RET_OOM;
		else if (pte)
			ret = write_fault(a, &vmf, pte);
	}
	return ret;
}

KMEMU_EXPORT bool kmemu_is_drivers_vma(const struct vm_area_struct *vma)
{
	bool is;

	vma_lock_get();
	is = area_of(vma) != NULL;
	vma_lock_put();
	return is;
}

KMEMU_EXPORT unsigned int kmemu_handle_fault(struct vm_area_struct *vma, unsigned long addr,
					     unsigned int flags)
{
	unsigned int ret;
	struct area *a;

	vma_lock_get();
	a = area_of(vma);
	vma_lock_put();
	if (!a || addr < vma->vm_start || addr >= vma->vm_end)
		return RET_SIGSEGV;
	ret = fault_in(a, addr, flags);
	return ret == RET_NOPAGE ? 0 : ret;
}

static struct area *driver_area(unsigned long addr)
{
	struct area *a;

	vma_lock_get();
	a = area_at(addr);
	vma_lock_put();
	return a;
}

/* 0: it is there now; -EFAULT: it is no driver's. Else VM_FAULT_*. */
static int user_access(unsigned long addr, bool write)
{
	unsigned int flags = FAULT_DEFAULT | FAULT_USER | (write ? FAULT_WRITE : 0);
	unsigned int ret = 0;
	struct area *a;

	if (write && make_dirty(addr))
		return 0;
	/* Kernel: faulthandler_disabled(). */
	if (!driver_area(addr) || kmemu_pagefault_disabled() || kmemu_preempt_count())
		return -EFAULT;
	do {
		kmemu_down_read(&kmemu_mm.mmap_lock.sem);
		a = driver_area(addr);
		ret = a ? fault_in(a, addr, flags) : RET_SIGSEGV;
		/* With RETRY the driver has released it. */
		if (!(ret & RET_RETRY))
			kmemu_up_read(&kmemu_mm.mmap_lock.sem);
		flags |= FAULT_TRIED;
	} while (ret & RET_RETRY);
	kmemu_vmas_put();
	return ret & RET_ERROR ? (int)ret : 0;
}

/* The driver is asked, by who has mmap_lock or not. */
static bool is_there(struct area *a, unsigned long addr, unsigned int how)
{
	bool write = how & KMEMU_GUP_WRITE;

	if (how & KMEMU_GUP_NOW)
		return true;
	if (!(how & KMEMU_GUP_LOCKED))
		return !user_access(addr, write);
	return !(fault_in(a, addr, write ? FAULT_WRITE : 0) & RET_ERROR);
}

int area_get_page(unsigned long addr, unsigned int how, struct page **page)
{
	struct area *a = driver_area(addr);
	unsigned long pte = 0;

	if (!a)
		return -ENOENT;
	if (a->vma.vm_flags & (VM_IO | VM_PFNMAP))
		return -EFAULT;
	if (!is_there(a, addr, how))
		return -EFAULT;
	vma_lock_get();
	a = area_at(addr);
	if (a)
		pte = *area_pte(a, addr);
	if (pte & PTE_COUNTED && (pte & PTE_WRITABLE || !(how & KMEMU_GUP_WRITE))) {
		*page = pfn_to_page(pte_frame(pte));
		get_page(*page);
	} else {
		*page = NULL;
	}
	vma_lock_put();
	if (*page)
		return 0;
	return pte & PTE_COPIED ? -ENOENT : -EFAULT;
}

/* Kernel: pagefault_out_of_memory(). */
static void tell_of_no_memory(void)
{
	static struct kmemu_ratelimit state = { .interval = KMEMU_RATELIMIT_INTERVAL,
						.burst = KMEMU_RATELIMIT_BURST };

	if (kmemu_ratelimit(&state, "pagefault_out_of_memory"))
		kmemu_printk("\0014Huh VM_FAULT_OOM leaked out to the #PF handler. Retrying PF\n");
}

/* 0: the instruction is done again; else the signal. */
static int on_user_fault(const struct os_fault *f)
{
	int ret = -EFAULT;

	if (f->signo == SIGSEGV && f->trap == TRAP_PF)
		ret = user_access(f->address, f->error & PF_WRITE);
	if (ret <= 0)
		return ret ? f->signo : 0;
	if (ret & RET_OOM) {
		tell_of_no_memory();
		return 0;
	}
	return ret & RET_SIGSEGV ? SIGSEGV : SIGBUS;
}

static bool on_user_copy(const void *p, bool write)
{
	return !user_access((unsigned long)p, write);
}

void catch_user_faults(void)
{
	WRITE_ONCE(user_fault_in, on_user_copy);
	os_fault_mend(on_user_fault);
}
