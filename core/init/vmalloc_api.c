// SPDX-License-Identifier: MIT
/*
 * vmalloc_api.c - the exported API of vmalloc beyond kmemu.h's (include/kmemu/mm.h):
 * kernel mm/vmalloc.c by its own names. Starts the heap if it must, asks whether
 * the thread may sleep, checks arguments as the kernel does and hands on to core/mm.
 */
#include <errno.h>

#include "core/init/api.h"
#include "core/init/vmalloc_api.h"
#include "core/kernel/mmzone.h"
#include "core/kernel/notifier.h"
#include "core/kernel/vma.h"
#include "core/mm/gfp_check.h"
#include "core/mm/util.h"
#include "core/mm/vm_struct.h"
#include "core/mm/vmap_page.h"

#define PMD_SIZE (2UL << 20)

static void *kmemu_alloc_area(size_t size, size_t align, gfp_t flags, const char *func,
			const void *caller)
{
	enum alloc_how how = flags & __GFP_ZERO ? ALLOC_VZALLOC : ALLOC_VMALLOC;

	RET_IF_NOT_READY(NULL);
	/* Kernel: WARN_ON_ONCE(!size), BUG_ON(!is_power_of_2(align)). */
	if (!size || !align || align & (align - 1)) {
		gfp_warn(func, flags, 0, size ? "alignment is no power of two" : "size 0");
		return NULL;
	}
	if (exceeds_memory(size, flags) || !may_vmalloc(size, flags, func, caller))
		return NULL;
	return told(__vmalloc(size, max(align, PAGE_SIZE), flags), size, how, caller);
}

static void *with_flags(void *p, u32 vm_flags)
{
	if (p)
		vmap_add_flags(p, vm_flags);
	return p;
}

KMEMU_EXPORT void *kmemu___vmalloc_node(size_t size, size_t align, kmemu_gfp_t flags, int node,
					const void *caller)
{
	(void)node;
	return kmemu_alloc_area(size, align, flags, "__vmalloc_node", caller ? caller : CALLER);
}

KMEMU_EXPORT void *kmemu___vmalloc_node_range(size_t size, size_t align, unsigned long start,
					      unsigned long end, kmemu_gfp_t flags,
					      unsigned long vm_flags, const void *caller)
{
	char *p;

	caller = caller ? caller : CALLER;
	p = kmemu_alloc_area(size, align, flags, "__vmalloc_node_range", caller);
	if (p && ((unsigned long)p < start || (unsigned long)p + PAGE_ALIGN(size) > end)) {
		vfree_from("__vmalloc_node_range", p, caller);
		return NULL;
	}
	return p && vm_flags ? with_flags(p, (u32)vm_flags) : p;
}

KMEMU_EXPORT void *kmemu_vmalloc_user(size_t size)
{
	return with_flags(kmemu_alloc_area(size, PAGE_SIZE, GFP_KERNEL | __GFP_ZERO, "vmalloc_user",
				     CALLER), KMEMU_VM_USERMAP);
}

KMEMU_EXPORT void *kmemu_vmalloc_32(size_t size)
{
	return kmemu_alloc_area(size, PAGE_SIZE, GFP_KERNEL | __GFP_DMA32, "vmalloc_32", CALLER);
}

KMEMU_EXPORT void *kmemu_vmalloc_32_user(size_t size)
{
	return with_flags(kmemu_alloc_area(size, PAGE_SIZE, GFP_KERNEL | __GFP_DMA32 | __GFP_ZERO,
					   "vmalloc_32_user", CALLER),
			  KMEMU_VM_USERMAP);
}

KMEMU_EXPORT void *kmemu_vmalloc_huge(size_t size, kmemu_gfp_t flags)
{
	size_t align = size >= PMD_SIZE ? PMD_SIZE : PAGE_SIZE;
	void *p = kmemu_alloc_area(size, align, flags, "vmalloc_huge", CALLER);

	/* Kernel: the fallback to small pages. */
	if (!p && align != PAGE_SIZE)
		p = kmemu_alloc_area(size, PAGE_SIZE, flags, "vmalloc_huge", CALLER);
	return p;
}

/* --- no addresses left --- */

static struct notifier_chain purge_chain;

KMEMU_EXPORT int kmemu_register_vmap_purge_notifier(struct notifier_block *nb)
{
	return notifier_add(&purge_chain, nb);
}

KMEMU_EXPORT int kmemu_unregister_vmap_purge_notifier(struct notifier_block *nb)
{
	return notifier_remove(&purge_chain, nb);
}

/* Kernel: alloc_vmap_area(): drivers unmap what they can do without. */
static void *map_or_purge(struct page **pages, u32 count, enum vmap_kind kind, u32 vm_flags)
{
	void *p = vmap_pages(pages, count, kind, vm_flags);
	unsigned long freed;

	while (!p && READ_ONCE(purge_chain.first)) {
		freed = 0;
		notifier_call(&purge_chain, 0, &freed);
		if (!freed)
			break;
		p = vmap_pages(pages, count, kind, vm_flags);
	}
	return p;
}

/* --- mapped twice --- */

static void *kmemu_map_pages(struct page **pages, unsigned int count, enum vmap_kind kind,
			     u32 vm_flags, const char *func, const void *caller)
{
	RET_IF_NOT_READY(NULL);
	if (!may_vmalloc((size_t)count << PAGE_SHIFT, GFP_KERNEL, func, caller))
		return NULL;
	if (!count || count > kmemu_totalram_pages())
		return NULL;
	return map_or_purge(pages, count, kind, vm_flags);
}

KMEMU_EXPORT void *kmemu_vmap(struct page **pages, unsigned int count, unsigned long flags)
{
	void *p;

	if (flags & KMEMU_VM_FLUSH_RESET_PERMS) {
		gfp_warn("vmap", GFP_KERNEL, 0, "VM_FLUSH_RESET_PERMS");
		return NULL;
	}
	if (flags & KMEMU_VM_NO_GUARD && !gfp_warn("vmap", GFP_KERNEL, 0, "VM_NO_GUARD"))
		return NULL;
	p = kmemu_map_pages(pages, count, VMAP_KIND_MAP, (u32)flags & ~KMEMU_VM_NO_GUARD, "vmap",
		      CALLER);
	if (!p || !(flags & KMEMU_VM_MAP_PUT_PAGES) || vm_struct_own_pages(p, pages, count))
		return p;
	vmap_unmap(p, VMAP_KIND_MAP);
	return NULL;
}

/* Of an area that vmap made: its pages stay, but for VM_MAP_PUT_PAGES at vfree. */
static bool unmap_area(const void *p, bool put)
{
	struct vm_struct *vm = vm_struct_take(p);
	bool ok = vmap_unmap(p, VMAP_KIND_MAP) || vmap_unmap(p, VMAP_KIND_AREA);

	if (!vm)
		return ok;
	if (!put) /* kernel: vunmap() frees the struct, and what it had is lost */
		vm->flags = 0;
	vm_struct_free(vm, put ? kmemu_put_page : NULL);
	return ok;
}

bool vfree_mapped(const void *p)
{
	struct vm_struct *vm;
	u32 vm_flags;

	if (!is_vmalloc_addr(p))
		return false;
	switch (vmap_kind_of(p, &vm_flags)) {
	case VMAP_KIND_MAP:
	case VMAP_KIND_AREA:
		return unmap_area(p, true);
	default:
		break;
	}
	vm = vm_struct_take(p);
	if (vm)
		vm_struct_free(vm, NULL);
	return false;
}

KMEMU_EXPORT void kmemu_vunmap(const void *p)
{
	u32 vm_flags;

	RET_IF_NOT_READY();
	if (!p || !may_vfree(p, "vunmap", CALLER) || unmap_area(p, false))
		return;
	if (!is_vmalloc_addr(p)) {
		vfree_from("vunmap", p, CALLER);
		return;
	}
	/*
	 * Kernel: an area of vmalloc's goes, and its pages are lost; one of vm_map_ram()'s is
	 * a nonexistent one. Here the former is told of and goes with its pages.
	 */
	report_wrong_free("vunmap", p, CALLER);
	if (vmalloc_size(p) && kmemu_opts.invalid_free < POLICY_FAIL &&
	    vmap_kind_of(p, &vm_flags) == VMAP_KIND_VMALLOC)
		vfree_from("vunmap", told_free(p), CALLER);
}

/* Kernel: __get_vm_area_node(): no memory, but for the struct. */
KMEMU_EXPORT struct vm_struct *kmemu_get_vm_area(size_t size, unsigned long flags)
{
	struct vm_struct *vm;
	void *p;

	RET_IF_NOT_READY(NULL);
	size = PAGE_ALIGN(size);
	if (!size || !may_vmalloc(size, GFP_KERNEL, "get_vm_area", CALLER))
		return NULL;
	p = map_or_purge(NULL, (u32)min(size >> PAGE_SHIFT, (size_t)~0u), VMAP_KIND_AREA,
			 (u32)flags);
	vm = p ? find_vm_area(p) : NULL;
	if (p && !vm)
		vmap_unmap(p, VMAP_KIND_AREA);
	return vm;
}

KMEMU_EXPORT void kmemu_free_vm_area(struct vm_struct *area)
{
	RET_IF_NOT_READY();
	if (may_vfree(area->addr, "free_vm_area", CALLER) && !unmap_area(area->addr, false))
		report_wrong_free("free_vm_area", area->addr, CALLER);
}

KMEMU_EXPORT int kmemu_vm_area_unmap(unsigned long start, unsigned long end)
{
	RET_IF_NOT_READY(-EINVAL);
	if ((start | end) & ~PAGE_MASK || start >= end)
		return -EINVAL;
	return vmap_range_unmap((void *)start, end - start);
}

KMEMU_EXPORT void *kmemu_vm_map_ram(struct page **pages, unsigned int count)
{
	return kmemu_map_pages(pages, count, VMAP_KIND_RAM, 0, "vm_map_ram", CALLER);
}

/* Kernel: BUG_ON(!addr), WARN_ON_ONCE(!va); with another count it goes wrong. */
KMEMU_EXPORT void kmemu_vm_unmap_ram(const void *p, unsigned int count)
{
	RET_IF_NOT_READY();
	if (!may_vfree(p, "vm_unmap_ram", CALLER))
		return;
	if (vmalloc_size(p) != (size_t)count << PAGE_SHIFT || !vmap_unmap(p, VMAP_KIND_RAM))
		report_wrong_free("vm_unmap_ram", p, CALLER);
}

KMEMU_EXPORT struct page *kmemu_vmalloc_to_page(const void *p)
{
	RET_IF_NOT_READY(NULL);
	return is_vmalloc_addr(p) ? vmalloc_to_page(p) : NULL;
}

KMEMU_EXPORT struct vm_struct *kmemu_find_vm_area(const void *p)
{
	RET_IF_NOT_READY(NULL);
	return find_vm_area(p);
}

KMEMU_EXPORT int kmemu_remap_vmalloc_range_partial(unsigned long uaddr, void *kaddr,
						   unsigned long pgoff, unsigned long bytes)
{
	size_t area_bytes = 0, off = pgoff << PAGE_SHIFT;
	u32 vm_flags;
	char *start;
	int err;

	RET_IF_NOT_READY(-EINVAL);
	bytes = PAGE_ALIGN(bytes);
	if (((unsigned long)kaddr | uaddr) & ~PAGE_MASK || !is_vmalloc_addr(kaddr))
		return -EINVAL;
	start = vmalloc_area_start(kaddr, &area_bytes);
	vmap_kind_of(kaddr, &vm_flags);
	if (!start || !(vm_flags & (KMEMU_VM_USERMAP | KMEMU_VM_DMA_COHERENT)) ||
	    off >> PAGE_SHIFT != pgoff)
		return -EINVAL;
	area_bytes -= (size_t)((char *)kaddr - start);
	if (bytes > area_bytes || off > area_bytes - bytes)
		return -EINVAL;
	vma_lock_get();
	err = area_may_map(uaddr, bytes);
	if (!err)
		err = vmalloc_map_at((char *)kaddr + off, bytes, (void *)uaddr);
	if (!err)
		area_mapped(uaddr, bytes, 0, NULL);
	vma_lock_put();
	return err;
}

/* Kernel: nr_vmalloc_pages. */
KMEMU_EXPORT unsigned long kmemu_vmalloc_nr_pages(void)
{
	return READ_ONCE(vmap.live);
}

KMEMU_EXPORT unsigned long kmemu_vmalloc_start(void)
{
	return VMALLOC_START;
}

KMEMU_EXPORT unsigned long kmemu_vmalloc_end(void)
{
	return VMALLOC_END;
}

KMEMU_EXPORT unsigned long kmemu_page_offset(void)
{
	return PAGE_OFFSET;
}

KMEMU_EXPORT struct page *kmemu_mem_map(void)
{
	return mem_map;
}

KMEMU_EXPORT unsigned long kmemu_totalram_pages(void)
{
	struct page_stats ps;

	RET_IF_NOT_READY(0);
	page_stats_read(&ps);
	return ps.managed + (unsigned long)managed_pages_added();
}

KMEMU_EXPORT unsigned long kmemu_nr_free_pages(void)
{
	struct page_stats ps;
	unsigned long taken;

	RET_IF_NOT_READY(0);
	page_stats_read(&ps);
	taken = ps.used + ps.vmalloc + ps.held;
	return ps.managed > taken ? ps.managed - taken : 0;
}
