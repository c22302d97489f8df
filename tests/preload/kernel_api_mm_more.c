// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * What kernel code does with a program's mappings beside page tables: pages that were
 * written to are found, one mapping is locked, faults are made; and addresses that drivers
 * give back when there are none left.
 */
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <fcntl.h>
#include <sys/mman.h>

#include "check.h"

#define PAGES 4

static struct page *pages[PAGES];
static volatile int faults, written;

static vm_fault_t fault(struct vm_fault *vmf)
{
	faults++;
	if (vmf->flags & FAULT_FLAG_ALLOW_RETRY && !(vmf->flags & FAULT_FLAG_TRIED) &&
	    vmf->pgoff == 2) {
		mmap_read_unlock(vmf->vma->vm_mm);
		return VM_FAULT_RETRY;
	}
	if (vmf->pgoff == 3)
		return VM_FAULT_OOM;
	get_page(pages[vmf->pgoff]);
	vmf->page = pages[vmf->pgoff];
	return 0;
}

static vm_fault_t mkwrite(struct vm_fault *vmf)
{
	(void)vmf;
	written++;
	return 0;
}

static const struct vm_operations_struct ops = { .fault = fault };
static const struct vm_operations_struct careful_ops = { .fault = fault, .page_mkwrite = mkwrite };
static const struct vm_operations_struct *use;

static int map(struct file *file, struct vm_area_struct *vma)
{
	(void)file;
	vma->vm_ops = use;
	return 0;
}

static const struct file_operations fops = { .mmap = map };
static struct address_space mapping;
static struct file file = { .f_op = &fops, .f_mode = FMODE_READ | FMODE_WRITE,
			    .f_mapping = &mapping };

static unsigned long mapped(const struct vm_operations_struct *with)
{
	unsigned long at;

	use = with;
	at = vm_mmap(&file, 0, PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	CHECK(!IS_ERR_VALUE(at));
	faults = written = 0;
	return at;
}

/* Written again: the driver is asked again. */
static void protected(void)
{
	unsigned long at = mapped(&careful_ops);
	volatile char *user = (volatile char *)at;

	(void)user[0];
	user[PAGE_SIZE] = 1;
	CHECK(faults == 2 && written == 1);
	CHECK(wp_shared_mapping_range(&mapping, 0, PAGES) == 1);
	CHECK(!wp_shared_mapping_range(&mapping, 0, PAGES));
	user[PAGE_SIZE] = 2;
	CHECK(faults == 2 && written == 2);
	CHECK(!wp_shared_mapping_range(&mapping, 2, 1));
	CHECK(wp_shared_mapping_range(&mapping, 1, 1) == 1);
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE));
}

/* Written again: only the entry knows. */
static void recorded(void)
{
	unsigned long bits[1] = { 0 }, start = 0, end = 0, at = mapped(&careful_ops);
	volatile char *user = (volatile char *)at;

	(void)user[0];
	user[PAGE_SIZE] = 1;
	CHECK(clean_record_shared_mapping_range(&mapping, 0, PAGES, 0, bits, &start, &end) == 1);
	CHECK(bits[0] == 2 && start == 1 && end == 2);
	CHECK(!clean_record_shared_mapping_range(&mapping, 0, PAGES, 0, bits, &start, &end));
	CHECK(start == 1 && end == 2);
	bits[0] = 0;
	(void)user[PAGE_SIZE];
	CHECK(!clean_record_shared_mapping_range(&mapping, 0, PAGES, 0, bits, &start, &end));
	user[PAGE_SIZE] = 2;
	user[0] = 1;
	CHECK(written == 2 && faults == 2); /* the first of page 0, no more of page 1 */
	start = end = 0;
	CHECK(clean_record_shared_mapping_range(&mapping, 0, PAGES, 0, bits, &start, &end) == 2);
	CHECK(bits[0] == 3 && start == 0 && end == 2);
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE));
}

static void locked(void)
{
	unsigned long at = mapped(&ops);
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, at + 5);
	bool unlocked = false;

	CHECK(vma && vma->vm_start == at);
	vma_assert_locked(vma);
	vma_end_read(vma);
	mmap_write_lock(mm);
	CHECK(!lock_vma_under_rcu(mm, at));
	vma_start_write(vma);
	mmap_write_unlock(mm);
	CHECK(!lock_vma_under_rcu(mm, 0x1000));
	mmap_read_lock(mm);
	CHECK(!fixup_user_fault(mm, at + PAGE_SIZE, FAULT_FLAG_WRITE, &unlocked) && !unlocked);
	CHECK(page_count(pages[1]) == 2);
	CHECK(!fixup_user_fault(mm, at + 2 * PAGE_SIZE, 0, &unlocked) && unlocked);
	CHECK(page_count(pages[2]) == 2);
	CHECK(fixup_user_fault(mm, at + 3 * PAGE_SIZE, 0, NULL) == -ENOMEM);
	CHECK(fixup_user_fault(mm, 0x1000, 0, NULL) == -EFAULT);
	CHECK(!fixup_user_fault(mm, (unsigned long)&at, FAULT_FLAG_WRITE, NULL));
	mmap_read_unlock(mm);
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE));
	at = mapped(&ops);
	mm_populate(at, 2 * PAGE_SIZE);
	CHECK(faults == 2 && page_count(pages[0]) == 2);
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE) && page_count(pages[0]) == 1);
}

static void own_mm(void)
{
	struct mm_struct *mm = mm_alloc();
	void *area = vmalloc(10);

	CHECK(mm && mm != current->mm && !process_shares_mm(current, mm));
	CHECK(process_shares_mm(current, current->mm));
	mmap_read_lock(mm);
	CHECK(!find_vma(mm, 0));
	mmap_read_unlock(mm);
	CHECK(pgd_present(*pgd_offset(mm, (unsigned long)area)));
	CHECK(pmd_off(mm, (unsigned long)area));
	CHECK(mm_pgtables_bytes(mm));
	mmgrab(mm);
	mmput(mm);
	mmdrop(mm);
	vfree(area);
}

static void dump(void)
{
	char *own = mmap(NULL, 2 * PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char line[200], want[200];
	struct page *page;
	int n, fd = open("/proc/self/cmdline", O_RDONLY);
	unsigned long most = 0;

	CHECK(!mprotect(own, PAGE_SIZE, PROT_READ | PROT_WRITE));
	strcpy(own, "dumped");
	page = get_dump_page((unsigned long)own);
	CHECK(page && !strcmp(page_address(page), "dumped"));
	put_page(page);
	CHECK(!munmap(own, 2 * PAGE_SIZE) && !get_dump_page((unsigned long)own));
	n = (int)read(fd, want, sizeof(want));
	CHECK(n > 0 && get_cmdline(current, line, sizeof(line)) == n && !memcmp(line, want, n));
	CHECK(get_cmdline(current, line, 3) == 3 && !memcmp(line, want, 3));
	close(fd);
	reset_mm_hiwater_rss(current->mm);
	setmax_mm_hiwater_rss(&most, current->mm);
	CHECK(most && get_mm_hiwater_rss(current->mm) >= most);
	CHECK(!get_mm_exe_file(current->mm) && sysctl_overcommit_memory == 0);
	CHECK(!__vm_enough_memory(current->mm, 10, 0));
	CHECK(__vm_enough_memory(current->mm, (long)totalram_pages() + 1, 0) == -ENOMEM);
}

static int asked;
static struct vm_struct *spare;

static int purge(struct notifier_block *nb, unsigned long action, void *data)
{
	(void)nb;
	CHECK(!action);
	asked++;
	if (!spare)
		return NOTIFY_DONE;
	*(unsigned long *)data += get_vm_area_size(spare) >> PAGE_SHIFT;
	free_vm_area(spare);
	spare = NULL;
	return NOTIFY_OK;
}

static struct notifier_block purger = { .notifier_call = purge };

static void addresses(void)
{
	unsigned long start, too_many = (VMALLOC_TOTAL >> 1) + PAGE_SIZE;
	char *p;

	CHECK(!register_vmap_purge_notifier(&purger));
	CHECK(!get_vm_area(too_many, VM_MAP) && asked == 1);
	spare = get_vm_area(PAGE_SIZE, VM_MAP);
	CHECK(!get_vm_area(too_many, VM_MAP) && asked == 3 && !spare);
	CHECK(!unregister_vmap_purge_notifier(&purger));
	CHECK(unregister_vmap_purge_notifier(&purger) == -ENOENT);
	CHECK(!get_vm_area(too_many, VM_MAP) && asked == 3);
	p = __vmalloc_node_range(3 * PAGE_SIZE, 1, VMALLOC_START, VMALLOC_END,
				 GFP_KERNEL | __GFP_ZERO, PAGE_KERNEL, VM_USERMAP, NUMA_NO_NODE,
				 __builtin_return_address(0));
	CHECK(p && !p[2 * PAGE_SIZE] && find_vm_area(p)->flags & VM_USERMAP);
	start = (unsigned long)p;
	vfree(p);
	CHECK(!__vmalloc_node_range(PAGE_SIZE, 1, 0, start < VMALLOC_END ? 4096 : 0, GFP_KERNEL,
				    PAGE_KERNEL, 0, NUMA_NO_NODE, NULL));
}

static unsigned long left = 300;

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	(void)s;
	(void)sc;
	return left;
}

static unsigned long scan(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long n = min(left, sc->nr_to_scan);

	(void)s;
	left -= n;
	return n;
}

static void rest(void)
{
	struct shrinker *s = shrinker_alloc(0, "more");
	u64 mask = DMA_BIT_MASK(32);
	struct device dev = { .init_name = "more", .dma_mask = &mask, .coherent_dma_mask = mask };
	struct vm_area_struct vma = { .vm_flags = VM_SHARED | VM_MAYWRITE | VM_WRITE };
	struct sg_table *sgt;
	char *user;

	s->count_objects = count;
	s->scan_objects = scan;
	shrinker_register(s);
	drop_slab();
	CHECK(!left);
	shrinker_free(s);
	sgt = dma_alloc_noncontiguous(&dev, 2 * PAGE_SIZE, DMA_BIDIRECTIONAL, GFP_KERNEL, 0);
	user = mmap(NULL, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	vma.vm_start = (unsigned long)user;
	vma.vm_end = vma.vm_start + 2 * PAGE_SIZE;
	CHECK(!dma_mmap_noncontiguous(&dev, &vma, 2 * PAGE_SIZE, sgt));
	strcpy(dma_vmap_noncontiguous(&dev, 2 * PAGE_SIZE, sgt), "seen");
	CHECK(!strcmp(user, "seen"));
	CHECK(dma_mmap_noncontiguous(&dev, &vma, PAGE_SIZE, sgt) == -ENXIO);
	CHECK(!munmap(user, 2 * PAGE_SIZE));
	dma_free_noncontiguous(&dev, 2 * PAGE_SIZE, sgt, DMA_BIDIRECTIONAL);
	CHECK(KMALLOC_NOT_NORMAL_BITS & __GFP_DMA && !(KMALLOC_NOT_NORMAL_BITS & GFP_KERNEL));
	CHECK(memory_failure(~0UL >> PAGE_SHIFT, 0) == -ENXIO);
	CHECK(memory_failure(page_to_pfn(pages[0]), 0) == -EOPNOTSUPP);
	CHECK(!is_nommu_shared_mapping(VM_MAYSHARE));
}

int main(void)
{
	int i;

	for (i = 0; i < PAGES; i++)
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
	protected();
	recorded();
	locked();
	own_mm();
	dump();
	addresses();
	rest();
	for (i = 0; i < PAGES; i++) {
		CHECK(page_count(pages[i]) == 1);
		__free_page(pages[i]);
	}
	return 0;
}
