// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that maps frames and pages into a program: who reads the mapping sees what
 * the driver writes. And pieces of pages, and how much memory there is.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <sys/mman.h>

#include "check.h"

#define BASE 0xfc000000000ull
#define PAGES 4

/* As mmap() makes one for a driver: shared and for writing. */
static struct vm_area_struct area(char **p)
{
	struct vm_area_struct vma = { 0 };

	*p = mmap(NULL, PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		  -1, 0);
	CHECK(*p != MAP_FAILED);
	vma.vm_start = (unsigned long)*p;
	vma.vm_end = vma.vm_start + PAGES * PAGE_SIZE;
	vma.vm_flags = VM_SHARED | VM_MAYWRITE | VM_WRITE;
	return vma;
}

static void end(char *p)
{
	CHECK(!munmap(p, PAGES * PAGE_SIZE));
}

static void ram(void)
{
	char *user, *p = (char *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 2);
	struct vm_area_struct vma = area(&user);
	unsigned long pfn = PHYS_PFN(virt_to_phys(p));

	CHECK(p);
	strcpy(p, "one");
	strcpy(p + 3 * PAGE_SIZE, "two");
	CHECK(remap_pfn_range(&vma, vma.vm_start, pfn, PAGES * PAGE_SIZE + 1, PAGE_KERNEL) ==
	      -EINVAL);
	CHECK(!remap_pfn_range(&vma, vma.vm_start, pfn, PAGES * PAGE_SIZE, PAGE_KERNEL));
	CHECK((vma.vm_flags & (VM_IO | VM_PFNMAP)) == (VM_IO | VM_PFNMAP));
	CHECK(!strcmp(user, "one") && !strcmp(user + 3 * PAGE_SIZE, "two"));
	strcpy(user + PAGE_SIZE, "back");
	CHECK(!strcmp(p + PAGE_SIZE, "back"));
	vma.vm_flags = VM_MAYWRITE;
	CHECK(remap_pfn_range(&vma, vma.vm_start, pfn, PAGE_SIZE, PAGE_KERNEL) == -EINVAL);
	CHECK(!remap_pfn_range(&vma, vma.vm_start, pfn, PAGES * PAGE_SIZE, PAGE_KERNEL));
	CHECK(vma.vm_pgoff == pfn);
	end(user);
	free_pages((unsigned long)p, 2);
}

static void device(void)
{
	char *user, *regs = ioremap(BASE, PAGES * PAGE_SIZE);
	struct vm_area_struct vma = area(&user);

	CHECK(regs);
	CHECK(vm_iomap_memory(&vma, BASE, 3 * PAGE_SIZE) == -EINVAL);
	CHECK(!vm_iomap_memory(&vma, BASE, PAGES * PAGE_SIZE));
	writel(0x1234, regs + PAGE_SIZE);
	CHECK(*(int *)(user + PAGE_SIZE) == 0x1234);
	end(user);
	iounmap(regs);

	vma = area(&user);
	vma.vm_pgoff = 1; /* nobody has mapped it before */
	CHECK(!vm_iomap_memory(&vma, BASE + (1 << 20), (PAGES + 1) * PAGE_SIZE));
	*(int *)user = 5;
	regs = ioremap(BASE + (1 << 20) + PAGE_SIZE, PAGE_SIZE);
	CHECK(readl(regs) == 5);
	iounmap(regs);
	end(user);
}

static void pages_of(void)
{
	struct page *pages[PAGES + 1], *free_one = alloc_page(GFP_KERNEL);
	struct vm_area_struct vma;
	char *user;
	int i;

	for (i = 0; i <= PAGES; i++) {
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		CHECK(pages[i]);
		*(char *)page_address(pages[i]) = (char)('a' + i);
	}
	vma = area(&user);
	vma.vm_pgoff = 1;
	CHECK(!vm_map_pages(&vma, pages, PAGES + 1) && vma.vm_flags & VM_MIXEDMAP);
	CHECK(user[0] == 'b' && user[3 * PAGE_SIZE] == 'e');
	CHECK(vm_map_pages(&vma, pages, PAGES) == -ENXIO);
	CHECK(!vm_map_pages_zero(&vma, pages, PAGES) && user[0] == 'a');
	CHECK(!vm_insert_page(&vma, vma.vm_start + PAGE_SIZE, pages[4]));
	CHECK(user[PAGE_SIZE] == 'e' && user[2 * PAGE_SIZE] == 'c');
	CHECK(vm_insert_page(&vma, vma.vm_end, pages[0]) == -EFAULT);
	CHECK(vmf_insert_pfn(&vma, vma.vm_start, page_to_pfn(pages[2])) == VM_FAULT_NOPAGE);
	CHECK(user[0] == 'c');
	CHECK(vmf_insert_pfn(&vma, vma.vm_end, 0) == VM_FAULT_SIGBUS);
	__free_page(free_one);
	CHECK(vm_insert_page(&vma, vma.vm_start, free_one) == -EINVAL);
	end(user);
	for (i = 0; i <= PAGES; i++)
		__free_page(pages[i]);
}

static void coherent(void)
{
	u64 mask = DMA_BIT_MASK(32);
	struct device dev = { .init_name = "maps", .dma_mask = &mask };
	struct vm_area_struct vma;
	dma_addr_t dma;
	char *user, *p;

	dev.coherent_dma_mask = mask;
	p = dma_alloc_coherent(&dev, (PAGES + 1) * PAGE_SIZE, &dma, GFP_KERNEL);
	CHECK(p);
	vma = area(&user);
	vma.vm_pgoff = 2;
	CHECK(dma_mmap_coherent(&dev, &vma, p, dma, (PAGES + 1) * PAGE_SIZE) == -ENXIO);
	vma.vm_pgoff = 1;
	CHECK(!dma_mmap_coherent(&dev, &vma, p, dma, (PAGES + 1) * PAGE_SIZE));
	p[PAGE_SIZE] = 'x';
	CHECK(user[0] == 'x');
	end(user);
	dma_free_coherent(&dev, (PAGES + 1) * PAGE_SIZE, p, dma);
}

static void pieces(void)
{
	struct page_frag_cache nc = { 0 };
	char *p[40], *q;
	int i;

	for (i = 0; i < 40; i++) {
		p[i] = page_frag_alloc(&nc, 2000, GFP_KERNEL);
		CHECK(p[i]);
		memset(p[i], i, 2000);
	}
	for (i = 0; i < 40; i++)
		CHECK(p[i][0] == i && p[i][1999] == i);
	q = page_frag_alloc_align(&nc, 100, GFP_KERNEL, 64);
	CHECK(q && !((unsigned long)q & 63));
	CHECK(!page_frag_alloc(&nc, PAGE_FRAG_CACHE_MAX_SIZE + 1, GFP_KERNEL));
	page_frag_free(q);
	for (i = 0; i < 40; i++)
		page_frag_free(p[i]);
	page_frag_cache_drain(&nc);
	CHECK(!nc.va);
}

static void zones(void)
{
	struct page *dma = alloc_page(GFP_DMA), *dma32 = alloc_page(GFP_DMA32);
	struct page *any = alloc_page(GFP_KERNEL);
	struct folio *folio = folio_alloc(GFP_KERNEL, 1);
	struct sysinfo info;
	char from[4];

	CHECK(page_zonenum(dma) == ZONE_DMA && page_zonenum(dma32) <= ZONE_DMA32);
	CHECK(page_zonenum(any) <= ZONE_NORMAL);
	__free_page(dma);
	__free_page(dma32);
	__free_page(any);
	si_meminfo(&info);
	CHECK(info.mem_unit == PAGE_SIZE && info.totalram == totalram_pages());
	CHECK(info.freeram <= info.totalram && info.freeram);
	memcpy_to_folio(folio, PAGE_SIZE - 2, "abcd", 4);
	folio_zero_segments(folio, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, PAGE_SIZE + 2);
	memcpy_from_folio(from, folio, PAGE_SIZE - 2, 4);
	CHECK(!memcmp(from, "a\0c", 4));
	folio_put(folio);
}

int main(void)
{
	ram();
	device();
	pages_of();
	coherent();
	pieces();
	zones();
	return 0;
}
