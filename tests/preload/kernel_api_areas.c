// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that takes addresses of the vmalloc range and maps something there itself:
 * registers of a device, pages of its own, nothing again.
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include <setjmp.h>
#include <signal.h>

#include "check.h"

#define DEVICE 0xfe000000000ull

static sigjmp_buf out;

static void caught(int sig)
{
	(void)sig;
	siglongjmp(out, 1);
}

static bool faults(const volatile char *p)
{
	if (sigsetjmp(out, 1))
		return true;
	(void)*p;
	return false;
}

static void addresses(void)
{
	struct vm_struct *area = get_vm_area(3 * PAGE_SIZE - 5, VM_IOREMAP);
	unsigned long at = (unsigned long)area->addr;
	u32 *regs = ioremap(DEVICE, PAGE_SIZE);

	CHECK(area && is_vmalloc_addr(area->addr) && get_vm_area_size(area) == 3 * PAGE_SIZE);
	CHECK(find_vm_area(area->addr + PAGE_SIZE) == area && area->flags == VM_IOREMAP);
	CHECK(faults(area->addr) && !vmalloc_to_page(area->addr) && !area->pages);
	CHECK(!vmap_page_range(at + PAGE_SIZE, at + 2 * PAGE_SIZE, DEVICE, PAGE_KERNEL));
	writel(0x1234, regs);
	CHECK(readl(area->addr + PAGE_SIZE) == 0x1234 && faults((char *)area->addr));
	vunmap_range(at + PAGE_SIZE, at + 2 * PAGE_SIZE);
	CHECK(faults(area->addr + PAGE_SIZE));
	free_vm_area(area);
	CHECK(!find_vm_area((void *)at) && readl(regs) == 0x1234);
	iounmap(regs);
	CHECK(!get_vm_area(0, VM_MAP));
}

static void sparse(void)
{
	struct vm_struct *area = get_vm_area(8 * PAGE_SIZE, VM_SPARSE);
	unsigned long at = (unsigned long)area->addr;
	struct page *pages[2] = { alloc_page(GFP_KERNEL), alloc_page(GFP_KERNEL) };
	u8 *mem = area->addr;

	CHECK(!vm_area_map_pages(area, at + 4 * PAGE_SIZE, at + 6 * PAGE_SIZE, pages));
	mem[5 * PAGE_SIZE] = 7;
	CHECK(*(u8 *)page_address(pages[1]) == 7 && faults((char *)mem + 3 * PAGE_SIZE));
	CHECK(vm_area_map_pages(area, at, at + 9 * PAGE_SIZE, pages) == -ERANGE);
	vm_area_unmap_pages(area, at + 4 * PAGE_SIZE, at + 6 * PAGE_SIZE);
	CHECK(faults((char *)mem + 5 * PAGE_SIZE) && *(u8 *)page_address(pages[1]) == 7);
	free_vm_area(area);
	__free_page(pages[0]);
	__free_page(pages[1]);
}

static void frames(void)
{
	unsigned long pfns[] = { (DEVICE >> PAGE_SHIFT) + 8, (DEVICE >> PAGE_SHIFT) + 9,
				 (DEVICE >> PAGE_SHIFT) + 4 };
	u8 *low = ioremap(DEVICE + 4 * PAGE_SIZE, PAGE_SIZE), *p = vmap_pfn(pfns, 3, PAGE_KERNEL);

	CHECK(p && is_vmalloc_addr(p));
	p[2 * PAGE_SIZE + 1] = 9;
	CHECK(readb(low + 1) == 9);
	writeb(8, low + 2);
	CHECK(p[2 * PAGE_SIZE + 2] == 8 && !p[PAGE_SIZE]);
	vunmap(p);
	CHECK(readb(low + 1) == 9);
	iounmap(low);
}

int main(void)
{
	void *again[16];
	int i;

	signal(SIGSEGV, caught);
	signal(SIGBUS, caught);
	addresses();
	sparse();
	frames();
	/* What was a hole is memory again. */
	for (i = 0; i < 16; i++) {
		again[i] = vmalloc((unsigned long)(i % 8 + 1) * PAGE_SIZE);
		memset(again[i], i, PAGE_SIZE);
	}
	for (i = 0; i < 16; i++) {
		CHECK(*(u8 *)again[i] == i);
		vfree(again[i]);
	}
	return 0;
}
