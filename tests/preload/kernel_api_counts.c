// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that asks how much the program has, accounts for what it locks, takes pages
 * without waiting, and truncates files that have no pages.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pfn_t.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>

#include <sys/mman.h>
#include <sys/resource.h>

#include "check.h"

#define RW (PROT_READ | PROT_WRITE)
#define PAGES 1000

static DEFINE_SPINLOCK(lock);

static char *user_pages(size_t n, int flags)
{
	char *p = mmap(NULL, n * PAGE_SIZE, RW, flags | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

static void counters(struct mm_struct *mm)
{
	unsigned long anon = get_mm_counter(mm, MM_ANONPAGES), rss = get_mm_rss(mm);
	unsigned long shared = get_mm_counter(mm, MM_SHMEMPAGES);
	char *p = user_pages(PAGES, MAP_PRIVATE), *q = user_pages(PAGES, MAP_SHARED);

	CHECK(rss > anon && anon > 0);
	memset(p, 1, PAGES * PAGE_SIZE);
	memset(q, 1, PAGES * PAGE_SIZE);
	/* The system counts by the thread and adds up late: it is off by some 64. */
	CHECK(get_mm_counter(mm, MM_ANONPAGES) >= anon + PAGES - 200);
	CHECK(get_mm_counter(mm, MM_SHMEMPAGES) >= shared + PAGES - 200);
	CHECK(get_mm_rss(mm) >= rss + 2 * PAGES - 400);
	munmap(p, PAGES * PAGE_SIZE);
	munmap(q, PAGES * PAGE_SIZE);
	CHECK(get_mm_counter(mm, MM_ANONPAGES) <= anon + 200);
	add_mm_counter(mm, MM_FILEPAGES, 100000);
	CHECK(get_mm_counter(mm, MM_FILEPAGES) >= 100000);
	add_mm_counter(mm, MM_FILEPAGES, -100000);
	CHECK(get_mm_counter(mm, MM_FILEPAGES) < 100000);
}

static void accounts(struct mm_struct *mm)
{
	struct rlimit limit = { 8 * PAGE_SIZE, RLIM_INFINITY };
	struct sysinfo all, node;

	getrlimit(RLIMIT_MEMLOCK, &limit);
	limit.rlim_cur = limit.rlim_max < 8 * PAGE_SIZE ? limit.rlim_max : 8 * PAGE_SIZE;
	CHECK(!setrlimit(RLIMIT_MEMLOCK, &limit));
	mmap_write_lock(mm);
	CHECK(!__account_locked_vm(mm, 1, true, current, false) && mm->locked_vm == 1);
	CHECK(__account_locked_vm(mm, 8, true, current, false) == -ENOMEM && mm->locked_vm == 1);
	CHECK(!__account_locked_vm(mm, 8, true, current, true) && mm->locked_vm == 9);
	CHECK(!__account_locked_vm(mm, 9, false, current, false) && !mm->locked_vm);
	mmap_write_unlock(mm);
	si_meminfo(&all);
	si_meminfo_node(&node, 0);
	CHECK(node.totalram == all.totalram && node.mem_unit == PAGE_SIZE);
	CHECK(mm_access(current, 0) == mm && atomic_read(&mm->mm_users) == 2);
	mmput(mm);
}

static void addresses(struct mm_struct *mm)
{
	unsigned long at = mm_get_unmapped_area(mm, NULL, 0, 3 * PAGE_SIZE, 0, 0);

	CHECK(!IS_ERR_VALUE(at) && PAGE_ALIGNED(at) && at < TASK_SIZE_OF(current));
	CHECK(!find_vma_intersection(mm, at, at + 3 * PAGE_SIZE));
	CHECK(mm_get_unmapped_area(mm, NULL, at, PAGE_SIZE, 0, 0) == at);
	CHECK(mm_get_unmapped_area(mm, NULL, 0, 1UL << 60, 0, 0) == (unsigned long)-ENOMEM);
	CHECK(arch_get_mmap_end(at, PAGE_SIZE, 0) == TASK_SIZE && arch_get_mmap_base(0, 5) == 5);
	CHECK(randomize_stack_top(PAGE_SIZE + 1) == 2 * PAGE_SIZE);
}

static void without_waiting(void)
{
	char *p = user_pages(2, MAP_PRIVATE);
	struct page *pages[3], *pinned;

	munmap(p + PAGE_SIZE, PAGE_SIZE);
	memset(p, 'a', PAGE_SIZE);
	spin_lock(&lock);
	CHECK(get_user_pages_fast_only((unsigned long)p, 3, FOLL_WRITE, pages) == 1);
	CHECK(!get_user_page_fast_only(8, 0, pages + 1));
	*(char *)page_address(pages[0]) = 'b';
	put_page(pages[0]);
	spin_unlock(&lock);
	CHECK(*p == 'b' && pin_user_pages_fast((unsigned long)p, 1, FOLL_WRITE, &pinned) == 1);
	folio_add_pin(page_folio(pinned));
	unpin_user_page(pinned);
	CHECK(page_maybe_dma_pinned(pinned));
	*(char *)page_address(pinned) = 'c';
	unpin_folio(page_folio(pinned));
	CHECK(*p == 'c' && !page_maybe_dma_pinned(pinned));
	copy_user_page(p, memset(user_pages(1, MAP_PRIVATE), 'd', PAGE_SIZE), 0, NULL);
	CHECK(p[PAGE_SIZE - 1] == 'd');
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	unsigned long pfn = *(unsigned long *)vmf->vma->vm_private_data;

	return vmf->pgoff ? filemap_fault(vmf) :
			    vmf_insert_mixed(vmf->vma, vmf->address, __pfn_to_pfn_t(pfn, PFN_DEV));
}

static int map(struct file *file, struct vm_area_struct *vma)
{
	static const struct vm_operations_struct ops = { .fault = fault,
							 .map_pages = filemap_map_pages };

	vma->vm_private_data = file->private_data;
	vma->vm_ops = &ops;
	vm_flags_set(vma, VM_MIXEDMAP);
	return 0;
}

/* What the program has mapped of a file is shorter after a truncation. */
static void truncation(void)
{
	static const struct file_operations fops = { .mmap = map };
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO), *seen;
	unsigned long pfn = page_to_pfn(page), at;
	struct inode inode = { .i_mode = S_IFREG, .i_size = 10, .i_mapping = &inode.i_data };
	struct file file = { .f_op = &fops, .f_mode = FMODE_READ | FMODE_WRITE,
			     .f_inode = &inode, .f_mapping = &inode.i_data,
			     .private_data = &pfn };
	struct follow_pfnmap_args args = { 0 };

	at = vm_mmap(&file, 0, 2 * PAGE_SIZE, RW, MAP_SHARED, 0);
	CHECK(!IS_ERR_VALUE(at));
	*(volatile char *)at = 'm';
	CHECK(*(char *)page_address(page) == 'm' && page_count(page) == 1);
	mmap_read_lock(current->mm);
	args.vma = vma_lookup(current->mm, at);
	args.address = at;
	CHECK(follow_pfnmap_start(&args) == -EINVAL); /* neither VM_IO nor VM_PFNMAP */
	vm_flags_set(args.vma, VM_IO);
	CHECK(!follow_pfnmap_start(&args) && args.pfn == pfn);
	truncate_setsize(&inode, 100);
	CHECK(i_size_read(&inode) == 100 && !follow_pfnmap_start(&args));
	truncate_pagecache_range(&inode, 5, 2 * PAGE_SIZE);
	CHECK(!follow_pfnmap_start(&args));
	truncate_setsize(&inode, 0);
	CHECK(!i_size_read(&inode) && follow_pfnmap_start(&args) == -EINVAL);
	CHECK(handle_mm_fault(args.vma, at + PAGE_SIZE, 0, NULL) == VM_FAULT_SIGBUS);
	CHECK(!handle_mm_fault(args.vma, at, 0, NULL) && !follow_pfnmap_start(&args));
	truncate_pagecache_range(&inode, 0, PAGE_SIZE - 1);
	CHECK(follow_pfnmap_start(&args) == -EINVAL);
	/* Frames are none of the program's pages. */
	CHECK(get_user_pages(at, 1, 0, &seen) == -EFAULT);
	mmap_read_unlock(current->mm);
	truncate_inode_pages(&inode.i_data, 0);
	truncate_inode_pages_final(&inode.i_data);
	CHECK(generic_error_remove_folio(&inode.i_data, page_folio(page)) == -EIO);
	CHECK(!vm_munmap(at, 2 * PAGE_SIZE));
	__free_page(page);
}

static void words(void)
{
	CHECK(vm_fault_to_errno(VM_FAULT_OOM, 0) == -ENOMEM && !vm_fault_to_errno(0, 0));
	CHECK(vm_fault_to_errno(VM_FAULT_HWPOISON, FOLL_HWPOISON) == -EHWPOISON);
	CHECK(vm_fault_to_errno(VM_FAULT_SIGBUS, 0) == -EFAULT);
	CHECK(fault_flag_allow_retry_first(FAULT_FLAG_DEFAULT));
	CHECK(!fault_flag_allow_retry_first(FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_TRIED));
	CHECK(MF_MEM_PRE_REMOVE == 128 && GUP_PIN_COUNTING_BIAS == 1024);
	CHECK(VM_STACK_FLAGS == 0x100173 && VM_DATA_DEFAULT_FLAGS == 0x73);
	CHECK(pfn_t_to_pfn(__pfn_to_pfn_t(77, PFN_DEV | PFN_MAP)) == 77);
	CHECK(pfn_t_has_page(pfn_to_pfn_t(7)) && !pfn_t_has_page(__pfn_to_pfn_t(7, PFN_DEV)));
}

int main(void)
{
	struct mm_struct *mm = current->mm;

	counters(mm);
	accounts(mm);
	mmap_read_lock(mm);
	addresses(mm);
	mmap_read_unlock(mm);
	without_waiting();
	truncation();
	words();
	return 0;
}
