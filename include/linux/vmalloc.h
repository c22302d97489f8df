/* SPDX-License-Identifier: MIT */
/*
 * <linux/vmalloc.h> of Linux 6.12: virtually contiguous memory, pages at two
 * addresses. Sizes are bytes, rounded up to pages. All may sleep, vfree too; only
 * vfree_atomic() does not. NULL is no memory; a size of 0 is a finding.
 */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <asm/page.h>
#include <linux/gfp.h>
#include <linux/mm_types.h>

#define VM_IOREMAP 0x00000001
#define VM_ALLOC 0x00000002
#define VM_MAP 0x00000004
#define VM_USERMAP 0x00000008
#define VM_DMA_COHERENT 0x00000010
#define VM_UNINITIALIZED 0x00000020
#define VM_NO_GUARD 0x00000040
#define VM_KASAN 0x00000080
#define VM_FLUSH_RESET_PERMS 0x00000100
#define VM_MAP_PUT_PAGES 0x00000200
#define VM_ALLOW_HUGE_VMAP 0x00000400
#define VM_SPARSE 0x00001000

#define VMALLOC_START kmemu_vmalloc_start()
#define VMALLOC_END kmemu_vmalloc_end()
__kmemu_c unsigned long vmalloc_nr_pages(void) __kmemu_is(kmemu_vmalloc_nr_pages);
#define VMALLOC_TOTAL (VMALLOC_END - VMALLOC_START)

__kmemu_c void *vmalloc(unsigned long size) __kmemu_is(kmemu_vmalloc);
__kmemu_c void *vzalloc(unsigned long size) __kmemu_is(kmemu_vzalloc);
__kmemu_c void *vmalloc_user(unsigned long size) __kmemu_is(kmemu_vmalloc_user);
__kmemu_c void *vmalloc_32(unsigned long size) __kmemu_is(kmemu_vmalloc_32);
__kmemu_c void *vmalloc_32_user(unsigned long size) __kmemu_is(kmemu_vmalloc_32_user);
__kmemu_c void *vmalloc_huge(unsigned long size, gfp_t flags) __kmemu_is(kmemu_vmalloc_huge);
__kmemu_c void *__vmalloc_node(unsigned long size, unsigned long align, gfp_t flags, int node,
			       const void *caller) __kmemu_is(kmemu___vmalloc_node);

/* No addresses but those of all vmalloc's are looked for. */
static __always_inline void *__vmalloc_node_range(unsigned long size, unsigned long align,
						  unsigned long start, unsigned long end,
						  gfp_t gfp_mask, pgprot_t prot,
						  unsigned long vm_flags, int node,
						  const void *caller)
{
	(void)prot;
	(void)node;
	return kmemu___vmalloc_node_range(size, align, start, end, gfp_mask, vm_flags, caller);
}
#define __vmalloc_node_range_noprof __vmalloc_node_range

static __always_inline void *vmalloc_node(unsigned long size, int node)
{
	(void)node;
	return kmemu_vmalloc(size);
}

static __always_inline void *vzalloc_node(unsigned long size, int node)
{
	(void)node;
	return kmemu_vzalloc(size);
}

static __always_inline void *__vmalloc(unsigned long size, gfp_t flags)
{
	return kmemu___vmalloc_node(size, 1, flags, NUMA_NO_NODE, NULL);
}

static __always_inline void *__vmalloc_array(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : __vmalloc(bytes, flags);
}

static __always_inline void *vmalloc_array(size_t n, size_t size)
{
	return __vmalloc_array(n, size, GFP_KERNEL);
}

static __always_inline void *__vcalloc(size_t n, size_t size, gfp_t flags)
{
	return __vmalloc_array(n, size, flags | __GFP_ZERO);
}

static __always_inline void *vcalloc(size_t n, size_t size)
{
	return __vcalloc(n, size, GFP_KERNEL);
}

__kmemu_c void *vrealloc(const void *p, size_t size, gfp_t flags) __kmemu_is(kmemu_vrealloc);
__kmemu_c void vfree(const void *p) __kmemu_is(kmemu_vfree);
__kmemu_c void vfree_atomic(const void *p) __kmemu_is(kmemu_vfree_atomic);

/* --- pages at two addresses ------------------------------------------------- */

static __always_inline void *vmap(struct page **pages, unsigned int count, unsigned long flags,
				  pgprot_t prot)
{
	(void)prot;
	return kmemu_vmap(pages, count, flags);
}

/* Frames of a device; a frame of RAM is a WARN. */
static __always_inline void *vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot)
{
	(void)prot;
	return kmemu_vmap_pfn(pfns, count);
}

__kmemu_c void vunmap(const void *p) __kmemu_is(kmemu_vunmap);

static __always_inline void *vm_map_ram(struct page **pages, unsigned int count, int node)
{
	(void)node;
	return kmemu_vm_map_ram(pages, count);
}

__kmemu_c void vm_unmap_ram(const void *p, unsigned int count) __kmemu_is(kmemu_vm_unmap_ram);

/* Here nothing is unmapped lazily that would have to be seen. */
static __always_inline void vm_unmap_aliases(void)
{
}

static inline void flush_kernel_vmap_range(void *p, int size)
{
	(void)p;
	(void)size;
}

static inline void invalidate_kernel_vmap_range(void *p, int size)
{
	(void)p;
	(void)size;
}

struct iov_iter;
__kmemu_c long vread_iter(struct iov_iter *iter, const char *addr, size_t count)
	__kmemu_is(kmemu_vread_iter);
__kmemu_c struct page *vmalloc_to_page(const void *p) __kmemu_is(kmemu_vmalloc_to_page);
__kmemu_c unsigned long vmalloc_to_pfn(const void *p) __kmemu_is(kmemu_vmalloc_to_pfn);

static __always_inline bool is_vmalloc_addr(const void *p)
{
	return kmemu_is_vmalloc_addr(p);
}

static __always_inline int is_vmalloc_or_module_addr(const void *p)
{
	return is_vmalloc_addr(p);
}

/* Of drivers that unmap something when there are no addresses left. 0 or -errno. May sleep. */
__kmemu_c int register_vmap_purge_notifier(struct notifier_block *nb)
	__kmemu_is(kmemu_register_vmap_purge_notifier);
__kmemu_c int unregister_vmap_purge_notifier(struct notifier_block *nb)
	__kmemu_is(kmemu_unregister_vmap_purge_notifier);

/* --- areas ------------------------------------------------------------------ */

__kmemu_c struct vm_struct *find_vm_area(const void *p) __kmemu_is(kmemu_find_vm_area);

/* Addresses without memory: NULL, no place. What is mapped there goes with the area. */
__kmemu_c struct vm_struct *get_vm_area(unsigned long size, unsigned long flags)
	__kmemu_is(kmemu_get_vm_area);
__kmemu_c void free_vm_area(struct vm_struct *area) __kmemu_is(kmemu_free_vm_area);

static __always_inline struct vm_struct *get_vm_area_caller(unsigned long size,
							    unsigned long flags,
							    const void *caller)
{
	(void)caller;
	return get_vm_area(size, flags);
}

/* pages one behind the other at start, in an area of VM_SPARSE. */
static __always_inline int vm_area_map_pages(struct vm_struct *area, unsigned long start,
					     unsigned long end, struct page **pages)
{
	if (!(area->flags & VM_SPARSE) || start < (unsigned long)area->addr || start >= end ||
	    end > (unsigned long)area->addr + area->size - PAGE_SIZE)
		return -34; /* ERANGE */
	return kmemu_insert_pages(start, pages, (unsigned int)((end - start) >> PAGE_SHIFT));
}

static __always_inline void vm_area_unmap_pages(struct vm_struct *area, unsigned long start,
						unsigned long end)
{
	(void)area;
	kmemu_vm_area_unmap(start, end);
}

static __always_inline void vunmap_range(unsigned long addr, unsigned long end)
{
	kmemu_vm_area_unmap(addr, end);
}

/* Frames of a device, or of RAM, in an area of get_vm_area(). */
static __always_inline int vmap_page_range(unsigned long addr, unsigned long end,
					   phys_addr_t phys_addr, pgprot_t prot)
{
	(void)prot;
	return kmemu_remap_pfn_range(addr, (unsigned long)(phys_addr >> PAGE_SHIFT), end - addr);
}

static __always_inline int ioremap_page_range(unsigned long addr, unsigned long end,
					      phys_addr_t phys_addr, pgprot_t prot)
{
	return vmap_page_range(addr, end, phys_addr, prot);
}

static __always_inline size_t get_vm_area_size(const struct vm_struct *area)
{
	return area->size - (area->flags & VM_NO_GUARD ? 0 : PAGE_SIZE);
}

static __always_inline int remap_vmalloc_range_partial(struct vm_area_struct *vma,
						       unsigned long uaddr, void *kaddr,
						       unsigned long pgoff, unsigned long size)
{
	(void)vma;
	return kmemu_remap_vmalloc_range_partial(uaddr, kaddr, pgoff, size);
}

static __always_inline int remap_vmalloc_range(struct vm_area_struct *vma, void *addr,
					       unsigned long pgoff)
{
	return kmemu_remap_vmalloc_range_partial(vma->vm_start, addr, pgoff,
						 vma->vm_end - vma->vm_start);
}

#define vmalloc_noprof vmalloc
#define vzalloc_noprof vzalloc
#define vmalloc_node_noprof vmalloc_node
#define vzalloc_node_noprof vzalloc_node
#define vmalloc_user_noprof vmalloc_user
#define vmalloc_array_noprof vmalloc_array
#define vcalloc_noprof vcalloc
#define __vmalloc_noprof __vmalloc
#define vmalloc_32_noprof vmalloc_32

#endif /* _LINUX_VMALLOC_H */
