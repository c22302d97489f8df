// flags: -Iinclude -l:libkmemu.a -pthread
/* Places for mappings, mappings that are made under mmap_lock, advice about them. */
#include <linux/bug.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/types.h>

#include <sys/mman.h>

#include "check.h"

#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define ERR(e) ((unsigned long)-(e))

static unsigned long asked;

static unsigned long place(struct file *file, unsigned long addr, unsigned long len,
			   unsigned long pgoff, unsigned long flags)
{
	CHECK(file && len == PAGE_SIZE && pgoff == 3 && flags == MAP_SHARED);
	return asked + addr;
}

static void places(struct mm_struct *mm)
{
	static const struct file_operations fops = { .get_unmapped_area = place };
	struct file file = { .f_op = &fops };
	unsigned long at, again;

	mmap_write_lock(mm);
	at = get_unmapped_area(NULL, 0, 16 * PAGE_SIZE, 0, ANON);
	CHECK(!IS_ERR_VALUE(at) && !offset_in_page(at));
	again = do_mmap(NULL, at, 16 * PAGE_SIZE, PROT_READ, ANON | MAP_FIXED_NOREPLACE, 0, 0,
			&asked, NULL);
	CHECK(again == at && !asked && find_vma(mm, at)->vm_start <= at);
	/* It is taken: another is found, but where the caller insists. */
	again = get_unmapped_area(NULL, at, PAGE_SIZE, 0, ANON);
	CHECK(!IS_ERR_VALUE(again) && (again < at || again >= at + 16 * PAGE_SIZE));
	CHECK(get_unmapped_area(NULL, at, PAGE_SIZE, 0, ANON | MAP_FIXED) == at);
	CHECK(get_unmapped_area(NULL, at + 1, PAGE_SIZE, 0, ANON | MAP_FIXED) == ERR(EINVAL));
	CHECK(get_unmapped_area(NULL, 0, TASK_SIZE + PAGE_SIZE, 0, ANON) == ERR(ENOMEM));
	asked = 1UL << 30;
	CHECK(get_unmapped_area(&file, PAGE_SIZE, PAGE_SIZE, 3, MAP_SHARED) == asked + PAGE_SIZE);
	asked = ERR(EBUSY);
	CHECK(get_unmapped_area(&file, 0, PAGE_SIZE, 3, MAP_SHARED) == ERR(EBUSY));
	asked = TASK_SIZE;
	CHECK(get_unmapped_area(&file, 0, PAGE_SIZE, 3, MAP_SHARED) == ERR(ENOMEM));
	CHECK(!do_munmap(mm, at, 16 * PAGE_SIZE, NULL));
	mmap_write_unlock(mm);
}

static void makes(struct mm_struct *mm)
{
	unsigned long populate = 7, at, was;

	mmap_write_lock(mm);
	CHECK(do_mmap(NULL, 0, 0, PROT_READ, ANON, 0, 0, &populate, NULL) == ERR(EINVAL));
	CHECK(!populate);
	CHECK(do_mmap(NULL, 0, PAGE_SIZE, PROT_READ, ANON, VM_LOCKED, 0, &populate, NULL) ==
	      ERR(EINVAL));
	at = do_mmap(NULL, 0, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE, ANON | MAP_POPULATE, 0, 0,
		     &populate, NULL);
	CHECK(!IS_ERR_VALUE(at) && populate == 4 * PAGE_SIZE);
	was = do_mmap(NULL, at, PAGE_SIZE, PROT_READ, ANON | MAP_FIXED_NOREPLACE, 0, 0, &populate,
		      NULL);
	CHECK(was == ERR(EEXIST) && !populate);
	mmap_write_unlock(mm);

	*(volatile char *)(at + PAGE_SIZE) = 5;
	CHECK(!do_madvise(mm, at, 4 * PAGE_SIZE, MADV_DONTNEED) && !*(char *)(at + PAGE_SIZE));
	CHECK(do_madvise(mm, at + 1, PAGE_SIZE, MADV_DONTNEED) == -EINVAL);
	CHECK(do_madvise(mm, at, PAGE_SIZE, 12345) == -EINVAL);
	/* The second page and the third anew, the fourth as it was. */
	*(char *)(at + PAGE_SIZE) = *(char *)(at + 3 * PAGE_SIZE) = 7;
	CHECK(!vm_brk_flags(at + PAGE_SIZE, PAGE_SIZE + 1, 0));
	CHECK(!*(char *)(at + PAGE_SIZE) && *(char *)(at + 3 * PAGE_SIZE) == 7);
	*(volatile char *)(at + 2 * PAGE_SIZE) = 1;
	CHECK(vm_brk_flags(at, PAGE_SIZE, VM_SHARED) == -EINVAL && !vm_brk_flags(at, 0, VM_SHARED));
	CHECK(vm_brk_flags(at + 1, PAGE_SIZE, 0) == -EINVAL);
	CHECK(vm_brk_flags(TASK_SIZE, PAGE_SIZE, 0) == -ENOMEM);
	CHECK(!vm_munmap(at, 4 * PAGE_SIZE));
	CHECK(do_madvise(mm, at, PAGE_SIZE, MADV_DONTNEED) == -ENOMEM);
}

/* 16 pages, of which 2 to 3 and 8 are mapped. */
static void gaps(struct mm_struct *mm)
{
	char *p = mmap(NULL, 16 * PAGE_SIZE, PROT_NONE, ANON, -1, 0);
	unsigned long at = (unsigned long)p;
	struct vm_unmapped_area_info info = {
		.length = 2 * PAGE_SIZE,
		.low_limit = at,
		.high_limit = at + 16 * PAGE_SIZE,
	};

	CHECK(!munmap(p, 2 * PAGE_SIZE) && !munmap(p + 4 * PAGE_SIZE, 4 * PAGE_SIZE));
	CHECK(!munmap(p + 9 * PAGE_SIZE, 7 * PAGE_SIZE));
	mmap_write_lock(mm);
	CHECK(vm_unmapped_area(&info) == at);
	info.length = 3 * PAGE_SIZE;
	CHECK(vm_unmapped_area(&info) == at + 4 * PAGE_SIZE);
	info.length = 5 * PAGE_SIZE;
	CHECK(vm_unmapped_area(&info) == at + 9 * PAGE_SIZE);
	info.length = 8 * PAGE_SIZE;
	CHECK(vm_unmapped_area(&info) == ERR(ENOMEM));
	info.length = 2 * PAGE_SIZE;
	info.start_gap = PAGE_SIZE;
	CHECK(vm_unmapped_area(&info) == at + 5 * PAGE_SIZE);
	info.start_gap = 0;
	info.flags = VM_UNMAPPED_AREA_TOPDOWN;
	CHECK(vm_unmapped_area(&info) == at + 14 * PAGE_SIZE);
	info.high_limit = at + 10 * PAGE_SIZE;
	CHECK(vm_unmapped_area(&info) == at + 6 * PAGE_SIZE);
	info.high_limit = at + 5 * PAGE_SIZE;
	CHECK(vm_unmapped_area(&info) == at);
	info.low_limit = at + PAGE_SIZE;
	CHECK(vm_unmapped_area(&info) == ERR(ENOMEM));
	/* At multiples of four pages and one page. */
	info.length = PAGE_SIZE;
	info.low_limit = at + 4 * PAGE_SIZE;
	info.high_limit = at + 16 * PAGE_SIZE;
	info.align_mask = 4 * PAGE_SIZE - 1;
	info.align_offset = PAGE_SIZE;
	at = vm_unmapped_area(&info);
	CHECK((at & info.align_mask) == PAGE_SIZE && at > info.high_limit - 5 * PAGE_SIZE);
	info.flags = 0;
	at = vm_unmapped_area(&info);
	CHECK((at & info.align_mask) == PAGE_SIZE && at >= info.low_limit &&
	      at < info.low_limit + 4 * PAGE_SIZE);
	mmap_write_unlock(mm);
	munmap(p, 16 * PAGE_SIZE);
}

static int is_it(struct device *dev, void *res, void *data)
{
	return dev && *(void **)res == data;
}

/* A driver that looks for what devm_ioremap() noted. */
static void managed(void)
{
	struct platform_device *pdev = platform_device_register_simple("areas", -1, NULL, 0);
	void __iomem *p = devm_ioremap(&pdev->dev, 0xfebc0000, PAGE_SIZE);

	CHECK(p && devres_find(&pdev->dev, devm_ioremap_release, is_it, (void *)p));
	CHECK(!devres_release(&pdev->dev, devm_ioremap_release, is_it, (void *)p));
	CHECK(devres_release(&pdev->dev, devm_ioremap_release, is_it, (void *)p) == -ENOENT);
	CHECK(!dev_to_psd(NULL) && !dev_to_psd(&pdev->dev));
	platform_device_unregister(pdev);
}

static void without(void)
{
	debugfs_automount_t mount = NULL;
	const char *file = "";
	unsigned int line = 1;
	mqd_t queue = -1;

	CHECK(PTR_ERR(debugfs_create_automount("a", NULL, mount, NULL)) == -ENODEV && queue < 0);
	CHECK(!find_bug((unsigned long)without) && !is_valid_bugaddr((unsigned long)without));
	CHECK(report_bug(1, NULL) == BUG_TRAP_TYPE_BUG);
	bug_get_file_line(NULL, &file, &line);
	CHECK(!file && !line);
	CHECK(match_devname_and_update_preferred_console("", "ttyS", 0) == -EINVAL);
	CHECK(match_devname_and_update_preferred_console("a:0", "ttyS", -1) == -EINVAL);
	CHECK(match_devname_and_update_preferred_console("a:0", "ttyS", 0) == -ENOENT);
	CHECK(mf_dax_kill_procs(NULL, 0, 1, 0) == -EOPNOTSUPP && !get_wchan(current));
	CHECK(!find_kallsyms_symbol_value(THIS_MODULE, "without") && !is_module_sig_enforced());
}

int main(void)
{
	struct mm_struct *mm = current->mm, *other = mm_alloc();

	places(mm);
	makes(mm);
	gaps(mm);
	CHECK(do_madvise(other, PAGE_SIZE, PAGE_SIZE, MADV_DONTNEED) == -ENOMEM);
	mmput(other);
	managed();
	without();
	return 0;
}
