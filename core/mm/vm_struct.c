// SPDX-License-Identifier: MIT
/*
 * vm_struct.c - struct vm_struct (kernel: include/linux/vmalloc.h, mm/vmalloc.c
 * find_vm_area(), vfree()).
 *
 * The kernel makes one for each area, with the array of its pages. Here nobody
 * needs them but kernel code that asks (find_vm_area) or leaves its pages to an
 * area (VM_MAP_PUT_PAGES), so they are made then, and kept on a list; the area's
 * flag VMAP_LISTED spares all others the search at vfree().
 *
 * Locks: vmap_lock for the list; memory is taken and freed without it.
 */
#include "core/mm/vm_struct.h"

#include "core/mm/slab.h"
#include "core/mm/vmap_page.h"

static struct vm_struct *vm_list;

/* Under the lock. */
static struct vm_struct **find_link(const void *start)
{
	struct vm_struct **link = &vm_list;

	while (*link && (*link)->addr != start)
		link = &(*link)->next;
	return link;
}

static struct vm_struct *find_listed(const void *start)
{
	struct vm_struct *vm = NULL;

	if (vmap_lock_get()) {
		vm = *find_link(start);
		vmap_lock_put();
	}
	return vm;
}

static struct page **pages_of(const char *p, u32 nr)
{
	struct page **pages = kvmalloc(nr * sizeof(*pages), GFP_KERNEL);

	for (u32 i = 0; pages && i < nr; i++) {
		pages[i] = vmalloc_to_page(p + vmap_bytes(i));
		if (!pages[i]) {
			kvfree(pages);
			return NULL;
		}
	}
	return pages;
}

static void vm_list_add(struct vm_struct *vm)
{
	if (!vmap_lock_get())
		return;
	vm->next = vm_list;
	vm_list = vm;
	vmap_lock_put();
	vmap_add_flags(vm->addr, VMAP_LISTED);
}

static struct vm_struct *vm_struct_new(void *start, size_t bytes, u32 vm_flags)
{
	struct vm_struct *vm = kmalloc(sizeof(*vm), GFP_KERNEL | __GFP_ZERO);

	if (!vm)
		return NULL;
	vm->addr = start;
	vm->size = bytes + PAGE_SIZE;
	vm->flags = vm_flags & ~(VMAP_LISTED | VMAP_ZONED);
	return vm;
}

struct vm_struct *find_vm_area(const void *p)
{
	struct vm_struct *vm;
	enum vmap_kind kind;
	size_t bytes = 0;
	u32 vm_flags;
	void *start = is_vmalloc_addr(p) ? vmalloc_area_start(p, &bytes) : NULL;

	kind = vmap_kind_of(p, &vm_flags);
	if (!start || kind == VMAP_KIND_RAM)
		return NULL;
	if (vm_flags & VMAP_LISTED)
		return find_listed(start);
	vm = vm_struct_new(start, bytes, vm_flags);
	if (!vm)
		return NULL;
	if (kind == VMAP_KIND_VMALLOC) {
		vm->flags |= KMEMU_VM_ALLOC;
		vm->nr_pages = (unsigned int)(bytes >> PAGE_SHIFT);
		vm->pages = pages_of(start, vm->nr_pages);
		if (!vm->pages) {
			vm_struct_free(vm, NULL);
			return NULL;
		}
	}
	vm_list_add(vm);
	return vm;
}

bool vm_struct_own_pages(const void *p, struct page **pages, u32 nr)
{
	struct vm_struct *vm = vm_struct_new((void *)p, vmap_bytes(nr),
					     KMEMU_VM_MAP | KMEMU_VM_MAP_PUT_PAGES);

	if (!vm)
		return false;
	vm->pages = pages;
	vm->nr_pages = nr;
	vm_list_add(vm);
	return true;
}

struct vm_struct *vm_struct_take(const void *p)
{
	struct vm_struct *vm = NULL, **link;
	u32 vm_flags;

	vmap_kind_of(p, &vm_flags);
	if (likely(!(vm_flags & VMAP_LISTED)) || !vmap_lock_get())
		return NULL;
	link = find_link(p);
	vm = *link;
	if (vm)
		*link = vm->next;
	vmap_lock_put();
	return vm;
}

void vm_struct_free(struct vm_struct *vm, void (*put_page)(struct page *page))
{
	if (vm->flags & KMEMU_VM_MAP_PUT_PAGES && put_page)
		for (unsigned int i = 0; i < vm->nr_pages; i++)
			put_page(vm->pages[i]);
	/* The caller's array, or ours; vmap's owner may have set its own otherwise. */
	if (vm->flags & (KMEMU_VM_MAP_PUT_PAGES | KMEMU_VM_ALLOC))
		kvfree(vm->pages);
	kvfree(vm);
}
