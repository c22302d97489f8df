// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that maps several pages into a program, looks at a mapping's frames as a
 * debugger does, and handles folios by their own names.
 */
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <sys/mman.h>

#include "check.h"

#define PAGES 3

static unsigned long user_memory(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	return (unsigned long)p;
}

static struct vm_area_struct area(size_t size)
{
	unsigned long start = user_memory(size);

	return (struct vm_area_struct){ .vm_start = start,
					.vm_end = start + size,
					.vm_flags = VM_READ | VM_WRITE | VM_SHARED,
					.vm_mm = current->mm };
}

static void several_pages(void)
{
	struct vm_area_struct vma = area(PAGES * PAGE_SIZE);
	struct page *pages[PAGES];
	unsigned long left = PAGES;
	int i;

	for (i = 0; i < PAGES; i++) {
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		CHECK(pages[i]);
	}
	CHECK(vm_insert_pages(&vma, vma.vm_start + PAGE_SIZE, pages, &left) == -EFAULT);
	CHECK(left == PAGES && !vm_insert_pages(&vma, vma.vm_start, pages, &left) && !left);
	*(int *)(vma.vm_start + PAGE_SIZE) = 7;
	CHECK(*(int *)page_address(pages[1]) == 7 && !*(int *)page_address(pages[2]));
	munmap((void *)vma.vm_start, PAGES * PAGE_SIZE);
	for (i = 0; i < PAGES; i++)
		__free_page(pages[i]);
}

static void frames(void)
{
	struct vm_area_struct vma = area(PAGE_SIZE);
	char *block = (char *)__get_free_page(GFP_KERNEL), buf[8] = "";

	CHECK(generic_access_phys(&vma, vma.vm_start, buf, 8, 0) == -EINVAL);
	memcpy(block, "0123456", 8);
	CHECK(!remap_pfn_range(&vma, vma.vm_start, virt_to_pfn(block), PAGE_SIZE,
			       vma.vm_page_prot));
	CHECK(generic_access_phys(&vma, vma.vm_start, buf, 8, 0) == 8 && !strcmp(buf, "0123456"));
	CHECK(generic_access_phys(&vma, vma.vm_end - 4, buf, 8, 1) == 4);
	CHECK(!memcmp(block + PAGE_SIZE - 4, "0123", 4));
	CHECK(generic_access_phys(&vma, vma.vm_end, buf, 8, 1) == -EINVAL);
	CHECK(access_process_vm(current, vma.vm_start, buf, 4, 0) == 4 && !memcmp(buf, "0123", 4));
	CHECK(access_process_vm(current, vma.vm_start + 1, "x", 1, FOLL_WRITE) == 1);
	CHECK(block[1] == 'x' && !access_process_vm(current, 0, buf, 4, 0));
	munmap((void *)vma.vm_start, PAGE_SIZE);
	free_page((unsigned long)block);
}

static vm_fault_t mkwrite(struct vm_fault *vmf)
{
	return vmf->flags & FAULT_FLAG_WRITE ? VM_FAULT_LOCKED : VM_FAULT_MAJOR;
}

static const char *name(struct vm_area_struct *vma)
{
	return vma_is_anonymous(vma) ? "none" : "[ours]";
}

static void what_a_driver_fills(void)
{
	static const struct vm_operations_struct ops = { .page_mkwrite = mkwrite,
							 .pfn_mkwrite = mkwrite,
							 .name = name };
	struct vm_area_struct vma = area(PAGE_SIZE);
	struct vm_fault vmf = { .vma = &vma, .flags = FAULT_FLAG_DEFAULT | FAULT_FLAG_WRITE };

	vma.vm_ops = &ops;
	CHECK(ops.page_mkwrite(&vmf) == VM_FAULT_LOCKED && !strcmp(ops.name(&vma), "[ours]"));
	vma_set_anonymous(&vma);
	CHECK(!strcmp(name(&vma), "none") && !vma_is_shared_maywrite(&vma));
	vma_set_page_prot(&vma);
	CHECK(pgprot_val(vma.vm_page_prot) == pgprot_val(PAGE_SHARED));
	CHECK(pgprot_val(vm_get_page_prot(VM_READ | VM_WRITE)) == pgprot_val(PAGE_COPY));
	CHECK(pgprot_val(vm_get_page_prot(VM_NONE)) == pgprot_val(PAGE_NONE));
	CHECK(vmf_fs_error(0) == VM_FAULT_LOCKED && vmf_fs_error(-EAGAIN) == VM_FAULT_NOPAGE);
	CHECK(vmf_fs_error(-EIO) == VM_FAULT_SIGBUS && vmf_fs_error(-ENOMEM) == VM_FAULT_OOM);
	CHECK(VM_FAULT_ERROR & VM_FAULT_SIGSEGV && !(VM_FAULT_ERROR & VM_FAULT_MAJOR));
	munmap((void *)vma.vm_start, PAGE_SIZE);
}

static void folios(void)
{
	struct folio *a = page_folio(alloc_pages(GFP_KERNEL | __GFP_COMP, 1));
	struct folio *b = page_folio(alloc_pages(GFP_KERNEL | __GFP_COMP, 1));

	memset(folio_address(a), 'a', folio_size(a));
	folio_copy(b, a);
	CHECK(((char *)folio_address(b))[folio_size(b) - 1] == 'a');
	folio_zero_user(b, 0);
	CHECK(!memchr_inv(folio_address(b), 0, folio_size(b)));
	folio_fill_tail(b, 8, "tail", 4);
	CHECK(!memcmp((char *)folio_address(b) + 8, "tail\0", 5));
	folio_fill_tail(a, 8, "tail", 4);
	CHECK(!((char *)folio_address(a))[folio_size(a) - 1]);
	a->index = 5;
	a->private = b;
	folio_set_dirty(a);
	folio_set_private(a);
	CHECK(a->page.index == 5 && folio_get_private(a) == b && test_bit(PG_dirty, &a->flags));
	CHECK(folio_has_private(a) && !folio_has_private(b) && folio_is_longterm_pinnable(a));
	folio_clear_private(a);
	folio_clear_dirty(a);
	CHECK(!(a->flags & PAGEFLAGS_MASK));
	folio_put(a);
	folio_put(b);
	CHECK(gfp_zone(GFP_DMA) == ZONE_DMA && gfp_zone(GFP_KERNEL) == ZONE_NORMAL);
}

int main(void)
{
	several_pages();
	frames();
	what_a_driver_fills();
	folios();
	return 0;
}
