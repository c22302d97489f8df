// SPDX-License-Identifier: MIT
/*
 * Shows that struct vm_struct says what an area is, for as long as the area lives,
 * and that VM_MAP_PUT_PAGES leaves pages and array to vfree.
 */
#include "tests/unit/unit.h"

#include "core/init/init.h"
#include "core/mm/slab.h"
#include "core/mm/vm_struct.h"

static int suite_init(void)
{
	return kmemu_init() ? 0 : -1;
}

static unsigned long used(void)
{
	struct page_stats ps;

	trim_all();
	page_stats_read(&ps);
	return ps.used;
}

static void of_vmalloc(void)
{
	char *p = kmemu_vmalloc(3 * PAGE_SIZE + 1);
	struct vm_struct *vm = kmemu_find_vm_area(p + 5000);

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	CU_ASSERT(vm->addr == p && kmemu_find_vm_area(p) == vm);
	UNIT_EQ(vm->size, 5 * PAGE_SIZE);
	UNIT_EQ(vm->nr_pages, 4);
	UNIT_EQ(vm->flags, KMEMU_VM_ALLOC);
	for (int i = 0; i < 4; i++)
		CU_ASSERT(vm->pages[i] == kmemu_vmalloc_to_page(p + i * PAGE_SIZE));
	kmemu_vfree(p);
	CU_ASSERT_PTR_NULL(kmemu_find_vm_area(p));
	CU_ASSERT_PTR_NULL(kmemu_find_vm_area(&vm));
	p = kmemu_vmalloc(PAGE_SIZE);
	UNIT_EQ(kmemu_find_vm_area(p)->nr_pages, 1);
	kmemu_vfree(p);
	UNIT_EQ(kmemu_validate(), 0);
}

static void of_vmap(void)
{
	struct page *page = kmemu_alloc_pages(GFP_KERNEL, 0);
	void *p = kmemu_vmap(&page, 1, KMEMU_VM_MAP);

	UNIT_EQ(kmemu_find_vm_area(p)->flags, KMEMU_VM_MAP);
	UNIT_EQ(kmemu_find_vm_area(p)->nr_pages, 0);
	kmemu_vunmap(p);
	p = kmemu_vm_map_ram(&page, 1);
	CU_ASSERT_PTR_NULL(kmemu_find_vm_area(p));
	kmemu_vm_unmap_ram(p, 1);
	kmemu_free_pages(page, 0);
}

static void put_pages(void)
{
	unsigned long before = used();

	for (int i = 0; i < 200; i++) {
		struct page **pages = kmemu_kvmalloc(4 * sizeof(*pages), GFP_KERNEL);
		char *p;

		for (int j = 0; j < 4; j++)
			pages[j] = kmemu_alloc_pages(GFP_KERNEL, 0);
		p = kmemu_vmap(pages, 4, KMEMU_VM_MAP | KMEMU_VM_MAP_PUT_PAGES);
		CU_ASSERT_PTR_NOT_NULL_FATAL(p);
		p[3 * PAGE_SIZE] = 1;
		kmemu_vfree(p);
	}
	CU_ASSERT(used() <= before + 16);
	UNIT_EQ(kmemu_validate(), 0);
}

UNIT_MAIN_INIT("vm_struct", suite_init, NULL,
	UNIT_TEST(of_vmalloc),
	UNIT_TEST(of_vmap),
	UNIT_TEST(put_pages)
);
