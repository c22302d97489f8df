// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Page tables: the arithmetic of their entries is x86-64's, a walk finds what is mapped, and
 * what is written to an entry is mapped.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "check.h"

#define DEVICE 0xfd000000000ull
#define PAGES 4

static sigjmp_buf out;

static void caught(int sig)
{
	(void)sig;
	siglongjmp(out, 1);
}

static bool faults(volatile char *p, bool write)
{
	if (sigsetjmp(out, 1))
		return true;
	if (write)
		*p = *p;
	else
		(void)*p;
	return false;
}

/* --- arithmetic */

static void arithmetic(void)
{
	pte_t pte = pfn_pte(0x12345, PAGE_KERNEL);
	pmd_t pmd = pmd_mkhuge(pfn_pmd(0x12200, PAGE_KERNEL));

	CHECK(pte_val(pte) == 0x8000000012345163UL && pte_pfn(pte) == 0x12345);
	CHECK(pte_present(pte) && pte_write(pte) && pte_dirty(pte) && pte_young(pte));
	CHECK(pte_global(pte) && !pte_exec(pte) && !pte_special(pte) && !pte_none(pte));
	CHECK(pgprot_val(pte_pgprot(pte)) == pgprot_val(PAGE_KERNEL));
	/* Dirty without write is another bit, so that it is no shadow stack's. */
	pte = pte_wrprotect(pte);
	CHECK(!pte_write(pte) && pte_dirty(pte) && !(pte_val(pte) & _PAGE_DIRTY));
	CHECK(pte_val(pte_mkwrite_novma(pte)) == 0x8000000012345163UL);
	CHECK(!pte_dirty(pte_mkclean(pte)) && !pte_young(pte_mkold(pte)));
	CHECK(pte_special(pte_mkspecial(pte)) && pte_exec(pte_mkexec(pte)));
	CHECK(pte_pfn(pte_next_pfn(pte)) == 0x12346);
	CHECK(pte_none(__pte(0)) && !pte_present(__pte(0)) && pte_none(__pte(_PAGE_DIRTY)));
	/* Without a right to it it is present, and the frame is inverted. */
	pte = pfn_pte(0x12345, PAGE_NONE);
	CHECK(pte_val(pte) == (0x120UL | (~0x12345000UL & PTE_PFN_MASK)));
	CHECK(pte_present(pte) && pte_pfn(pte) == 0x12345 && !pte_accessible(&init_mm, pte));
	CHECK(pte_pfn(pte_next_pfn(pte)) == 0x12346);
	CHECK(pte_val(pte_modify(pte, PAGE_READONLY)) == 0x8000000012345025UL);
	pte = pte_modify(pfn_pte(7, pgprot_writecombine(PAGE_SHARED)), PAGE_READONLY);
	CHECK(pte_val(pte) == 0x800000000000702dUL);
	CHECK(pmd_leaf(pmd) && pmd_pfn(pmd) == 0x12200 && pmd_present(pmd) && !pmd_none(pmd));
	CHECK(pmd_bad(pmd) && pmd_write(pmd) && !pmd_write(pmd_wrprotect(pmd)));
	CHECK(pgprot_val(pgprot_noncached(PAGE_KERNEL)) == 0x8000000000000173UL);
	CHECK(pgprot_val(pgprot_writethrough(PAGE_KERNEL)) == 0x80000000000001fbUL);
	CHECK(pgprot_val(PAGE_KERNEL_RO) == 0x8000000000000121UL);
	CHECK(pgprot_val(PAGE_KERNEL_NOCACHE) == 0x800000000000017bUL);
	CHECK(pmd_addr_end(5UL, 7UL) == 7 && pmd_addr_end(5UL, PMD_SIZE + 1) == PMD_SIZE);
	CHECK(pgd_index(0x7fffffffffffUL) == 255 && pte_index(0x3ff000) == 511);
	/* An entry anywhere else is a word. */
	set_pte(&pte, pfn_pte(9, PAGE_KERNEL));
	CHECK(pte_pfn(ptep_get(&pte)) == 9);
	CHECK(pte_pfn(ptep_get_and_clear(&init_mm, 0, &pte)) == 9 && pte_none(pte));
}

/* --- what is mapped */

static pte_t *walk(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d = p4d_offset(pgd, addr);
	pud_t *pud;
	pmd_t *pmd;

	CHECK(pgd && !pgd_none(*pgd) && !pgd_bad(*pgd));
	if (p4d_none(*p4d))
		return NULL;
	CHECK(!p4d_bad(*p4d) && p4d_present(*p4d));
	pud = pud_offset(p4d, addr);
	CHECK(pud - p4d_pgtable(*p4d) == (long)pud_index(addr));
	if (pud_none(*pud))
		return NULL;
	CHECK(!pud_bad(*pud) && !pud_leaf(*pud));
	pmd = pmd_offset(pud, addr);
	CHECK(pmd - pud_pgtable(*pud) == (long)pmd_index(addr));
	if (pmd_none(*pmd))
		return NULL;
	CHECK(!pmd_bad(*pmd) && !pmd_leaf(*pmd));
	return pte_offset_kernel(pmd, addr);
}

static unsigned long frame(struct mm_struct *mm, const void *p)
{
	pte_t *pte = walk(mm, (unsigned long)p);

	return pte && pte_present(*pte) ? pte_pfn(*pte) : 0;
}

static void kernel_memory(void)
{
	char *linear = kmalloc(100, GFP_KERNEL), *area = vmalloc(3 * PAGE_SIZE), *twice, *regs;
	struct page *pages[2] = { alloc_page(GFP_KERNEL), alloc_page(GFP_KERNEL) };
	unsigned long gone;
	pte_t *pte;

	CHECK(frame(&init_mm, linear) == PHYS_PFN(virt_to_phys(linear)));
	CHECK(frame(current->mm, linear) == frame(&init_mm, linear));
	CHECK(frame(&init_mm, area) == vmalloc_to_pfn(area));
	CHECK(frame(&init_mm, area + 2 * PAGE_SIZE) == vmalloc_to_pfn(area + 2 * PAGE_SIZE));
	pte = walk(&init_mm, (unsigned long)area);
	CHECK(pte_val(*pte) == (vmalloc_to_pfn(area) << PAGE_SHIFT | pgprot_val(PAGE_KERNEL)));
	CHECK(pte_page(*pte) == vmalloc_to_page(area));
	CHECK(virt_to_kpte((unsigned long)area) == pte);
	twice = vmap(pages, 2, VM_MAP, PAGE_KERNEL);
	CHECK(frame(&init_mm, twice + PAGE_SIZE) == page_to_pfn(pages[1]));
	regs = ioremap(DEVICE + PAGE_SIZE, PAGE_SIZE);
	CHECK(frame(&init_mm, regs) == (DEVICE >> PAGE_SHIFT) + 1);
	CHECK(pgprot_val(pte_pgprot(*walk(&init_mm, (unsigned long)regs))) ==
	      pgprot_val(pgprot_noncached(PAGE_KERNEL)));
	iounmap(regs);
	/* What is gone is none at the next look. */
	gone = (unsigned long)twice;
	vunmap(twice);
	CHECK(!frame(&init_mm, (void *)gone));
	/* The program's own memory is not the kernel's, and has no frame. */
	CHECK(!frame(&init_mm, &gone) && !frame(current->mm, &gone));
	__free_page(pages[0]);
	__free_page(pages[1]);
	vfree(area);
	kfree(linear);
}

/* --- ranges of the kernel's addresses */

struct job {
	struct page **pages;
	unsigned long pfn, at;
	pgprot_t prot;
	int calls, fail_at;
};

static int map_page(pte_t *pte, unsigned long addr, void *data)
{
	struct job *job = data;

	CHECK(addr == job->at && pte_none(ptep_get(pte)));
	job->at += PAGE_SIZE;
	if (job->calls++ == job->fail_at)
		return -EBUSY;
	set_pte_at(&init_mm, addr, pte, mk_pte(*job->pages++, job->prot));
	return 0;
}

static int map_frame(pte_t *pte, unsigned long addr, void *data)
{
	struct job *job = data;

	set_pte_at(&init_mm, addr, pte, pte_mkspecial(pfn_pte(job->pfn++, job->prot)));
	return 0;
}

static int count(pte_t *pte, unsigned long addr, void *data)
{
	struct job *job = data;

	(void)addr;
	CHECK(pte_present(ptep_get(pte)) && pte_page(*pte) == *job->pages);
	job->pages++;
	job->calls++;
	return 0;
}

static int clear(pte_t *pte, unsigned long addr, void *data)
{
	(void)data;
	ptep_clear(&init_mm, addr, pte);
	return 0;
}

static void areas(void)
{
	struct vm_struct *area = get_vm_area(PAGES * PAGE_SIZE, VM_MAP);
	unsigned long at = (unsigned long)area->addr;
	struct page *pages[PAGES];
	struct job job = { .pages = pages, .at = at, .prot = PAGE_KERNEL, .fail_at = -1 };
	char *p = area->addr, *regs;
	int i;

	for (i = 0; i < PAGES; i++)
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
	CHECK(!apply_to_existing_page_range(&init_mm, at, PAGES * PAGE_SIZE, count, &job));
	CHECK(!job.calls && faults(p, false));
	CHECK(!apply_to_page_range(&init_mm, at, PAGES * PAGE_SIZE, map_page, &job));
	CHECK(job.calls == PAGES);
	strcpy(p + PAGE_SIZE, "there");
	CHECK(!strcmp(page_address(pages[1]), "there"));
	CHECK(vmalloc_to_page(p + 3 * PAGE_SIZE + 1) == pages[3]);
	job = (struct job){ .pages = pages };
	CHECK(!apply_to_existing_page_range(&init_mm, at, PAGES * PAGE_SIZE, count, &job));
	CHECK(job.calls == PAGES);
	/* Parts of it: nothing again, and read-only. */
	CHECK(!apply_to_page_range(&init_mm, at + PAGE_SIZE, PAGE_SIZE, clear, NULL));
	CHECK(faults(p + PAGE_SIZE, false) && !faults(p, true));
	CHECK(!faults(p + 2 * PAGE_SIZE, true));
	CHECK(!vmalloc_to_page(p + PAGE_SIZE) && !strcmp(page_address(pages[1]), "there"));
	job = (struct job){ .pages = pages + 1, .at = at + PAGE_SIZE, .prot = PAGE_KERNEL_RO,
			    .fail_at = -1 };
	CHECK(!apply_to_page_range(&init_mm, at + PAGE_SIZE, PAGE_SIZE, map_page, &job));
	CHECK(!strcmp(p + PAGE_SIZE, "there") && faults(p + PAGE_SIZE, true));
	/* Others' functions are of the same tables. */
	vunmap_range(at, at + PAGES * PAGE_SIZE);
	CHECK(!frame(&init_mm, p) && faults(p, false));
	CHECK(!vmap_page_range(at, at + PAGE_SIZE, PFN_PHYS(page_to_pfn(pages[2])), PAGE_KERNEL));
	CHECK(frame(&init_mm, p) == page_to_pfn(pages[2]));
	vunmap_range(at, at + PAGE_SIZE);
	job = (struct job){ .pages = pages, .at = at, .prot = PAGE_KERNEL, .fail_at = 2 };
	CHECK(apply_to_page_range(&init_mm, at, PAGES * PAGE_SIZE, map_page, &job) == -EBUSY);
	CHECK(job.calls == 3 && !faults(p + PAGE_SIZE, true) && faults(p + 2 * PAGE_SIZE, false));
	/* Frames of a device. */
	regs = ioremap(DEVICE, PAGES * PAGE_SIZE);
	job = (struct job){ .pfn = DEVICE >> PAGE_SHIFT, .prot = pgprot_noncached(PAGE_KERNEL) };
	CHECK(!apply_to_page_range(&init_mm, at, PAGES * PAGE_SIZE, map_frame, &job));
	writel(0x1234, regs + 2 * PAGE_SIZE);
	CHECK(readl(p + 2 * PAGE_SIZE) == 0x1234);
	CHECK(frame(&init_mm, p + PAGE_SIZE) == (DEVICE >> PAGE_SHIFT) + 1);
	CHECK(vmalloc_to_pfn(p + PAGE_SIZE) == (DEVICE >> PAGE_SHIFT) + 1);
	free_vm_area(area);
	iounmap(regs);
	for (i = 0; i < PAGES; i++)
		__free_page(pages[i]);
}

/* --- a driver's mapping */

static struct page *mine[PAGES];
static volatile int fault_calls;

static vm_fault_t fault(struct vm_fault *vmf)
{
	fault_calls++;
	get_page(mine[vmf->pgoff]);
	vmf->page = mine[vmf->pgoff];
	if (vmf->pgoff == 1) {
		vm_fault_t ret = finish_fault(vmf);

		CHECK(!ret);
		return VM_FAULT_NOPAGE;
	}
	return 0;
}

static const struct vm_operations_struct ops = { .fault = fault };

static int map(struct file *file, struct vm_area_struct *vma)
{
	(void)file;
	vma->vm_ops = &ops;
	return 0;
}

/* As a driver maps frames of its own in a vma (i915's remap_pfn()). */
static int special(pte_t *pte, unsigned long addr, void *data)
{
	unsigned long *pfn = data;

	CHECK(in_atomic());
	set_pte_at(current->mm, addr, pte, pte_mkspecial(pfn_pte((*pfn)++, PAGE_SHARED)));
	return 0;
}

static const struct file_operations fops = { .mmap = map };
static struct file file = { .f_op = &fops, .f_mode = FMODE_READ | FMODE_WRITE };

static pte_t *locked(unsigned long addr, spinlock_t **ptl)
{
	pmd_t *pmd = pmd_off(current->mm, addr);

	return pmd ? pte_offset_map_lock(current->mm, pmd, addr, ptl) : NULL;
}

static void drivers_mapping(void)
{
	char *frames = (char *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 1);
	unsigned long at, pfn = PHYS_PFN(virt_to_phys(frames));
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	spinlock_t *ptl;
	pte_t *pte;
	volatile char *user;
	int i;

	for (i = 0; i < PAGES; i++)
		mine[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
	at = vm_mmap(&file, 0, PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	CHECK(!IS_ERR_VALUE(at));
	user = (volatile char *)at;
	mmap_read_lock(mm);
	vma = vma_lookup(mm, at);
	pte = locked(at, &ptl);
	CHECK(!pte || pte_none(*pte));
	if (pte)
		pte_unmap_unlock(pte, ptl);
	mmap_read_unlock(mm);
	user[0] = user[PAGE_SIZE] = 'a';
	CHECK(fault_calls == 2 && page_count(mine[0]) == 2 && page_count(mine[1]) == 2);
	mmap_read_lock(mm);
	pte = locked(at, &ptl);
	CHECK(pte && pte_present(pte[0]) && pte_page(pte[0]) == mine[0] && in_atomic());
	CHECK(pte_write(pte[0]) && !pte_special(pte[0]) && pte_none(pte[2]));
	CHECK(vm_normal_page(vma, at, pte[1]) == mine[1]);
	CHECK(vm_normal_folio(vma, at, pte[0]) == page_folio(mine[0]));
	/* Who takes it out has its reference, who puts one in gives it. */
	CHECK(pte_page(ptep_get_and_clear(mm, at, pte)) == mine[0] && page_count(mine[0]) == 2);
	set_pte_at(mm, at + 2 * PAGE_SIZE, pte + 2, mk_pte(mine[0], vma->vm_page_prot));
	ptep_set_wrprotect(mm, at + PAGE_SIZE, pte + 1);
	pte_unmap_unlock(pte, ptl);
	mmap_read_unlock(mm);
	CHECK(user[2 * PAGE_SIZE] == 'a' && fault_calls == 2);
	user[0] = 'b';
	CHECK(fault_calls == 3 && page_count(mine[0]) == 3);
	user[PAGE_SIZE] = 'c'; /* written to again by a fault */
	CHECK(*(volatile char *)page_address(mine[1]) == 'c' && fault_calls == 3);
	zap_page_range_single(vma, at, PAGES * PAGE_SIZE, NULL);
	CHECK(page_count(mine[0]) == 1 && page_count(mine[1]) == 1);
	/* Frames that are not counted. */
	strcpy(frames + PAGE_SIZE, "frame");
	CHECK(!apply_to_page_range(mm, at + PAGE_SIZE, 2 * PAGE_SIZE, special, &pfn));
	CHECK(!strcmp((char *)user + 2 * PAGE_SIZE, "frame") && fault_calls == 3);
	mmap_read_lock(mm);
	pte = locked(at, &ptl);
	CHECK(pte_special(pte[2]) && !vm_normal_page(vma, at, pte[2]));
	CHECK(pte_pfn(pte[1]) == PHYS_PFN(virt_to_phys(frames)) && !faults(user + PAGE_SIZE, true));
	pte_unmap_unlock(pte, ptl);
	mmap_read_unlock(mm);
	CHECK(mm_pgtables_bytes(mm) && !(mm_pgtables_bytes(mm) % PAGE_SIZE));
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE));
	CHECK(!frame(mm, (char *)at));
	free_pages((unsigned long)frames, 1);
	for (i = 0; i < PAGES; i++) {
		CHECK(page_count(mine[i]) == 1);
		__free_page(mine[i]);
	}
}

/* A vma that a test has filled in for its own mapping. */
static void tests_mapping(void)
{
	char *user = mmap(NULL, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *frames = (char *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 1);
	unsigned long pfn = PHYS_PFN(virt_to_phys(frames));

	strcpy(frames + PAGE_SIZE, "two");
	CHECK(!apply_to_page_range(current->mm, (unsigned long)user, 2 * PAGE_SIZE, special, &pfn));
	CHECK(!strcmp(user + PAGE_SIZE, "two"));
	CHECK(!munmap(user, 2 * PAGE_SIZE));
	free_pages((unsigned long)frames, 1);
}

static void zeroes(void)
{
	struct page *page = ZERO_PAGE(0), *other = alloc_page(GFP_KERNEL);

	CHECK(page && page == ZERO_PAGE(0) && is_zero_folio(page_folio(page)));
	CHECK(!memchr_inv(page_address(page), 0, PAGE_SIZE) && !is_zero_page(other));
	__free_page(other);
}

int main(void)
{
	signal(SIGSEGV, caught);
	signal(SIGBUS, caught);
	arithmetic();
	kernel_memory();
	areas();
	signal(SIGSEGV, SIG_DFL); /* the first mapping of a driver's sets its own */
	drivers_mapping();
	tests_mapping();
	zeroes();
	return 0;
}
