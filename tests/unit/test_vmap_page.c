// SPDX-License-Identifier: MIT
/*
 * Shows that what is mapped twice has the same bytes at both addresses: pages by
 * vmap and vm_map_ram, in any order and more than once, pages of vmalloc in the
 * direct map and by vmap; that contents survive the move; that freed memory is
 * private and empty again; that the failure of any system call leaks nothing.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/options.h"
#include "core/init/init.h"
#include "core/mm/mm.h"
#include "core/os/os.h"
#include "include/kmemu/mm.h"

#define NR 16

static int suite_init(void)
{
	kmemu_options_init();
	kmemu_opts.invalid_free = POLICY_COUNT;
	return kmemu_init() ? 0 : -1;
}

static void get_pages(struct page **pages, int nr)
{
	for (int i = 0; i < nr; i++) {
		pages[i] = kmemu_alloc_pages(GFP_KERNEL, 0);
		memset(kmemu_page_address(pages[i]), i + 1, PAGE_SIZE);
	}
}

static void put_pages(struct page **pages, int nr)
{
	for (int i = 0; i < nr; i++)
		kmemu_free_pages(pages[i], 0);
}

/* Both ways: what is at p, and what is written there. */
static int differ(char *p, struct page **pages, int nr)
{
	int bad = 0;

	for (int i = 0; i < nr; i++) {
		char *direct = kmemu_page_address(pages[i]);

		bad += memcmp(direct, p + i * PAGE_SIZE, PAGE_SIZE) != 0;
		p[i * PAGE_SIZE + 9]++;
		bad += direct[9] != p[i * PAGE_SIZE + 9];
	}
	return bad;
}

static void same_bytes(void)
{
	struct page *pages[NR], *some[3];
	char *p, *q;

	get_pages(pages, NR);
	p = kmemu_vmap(pages, NR, KMEMU_VM_MAP);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	UNIT_EQ(p[0], 1);
	UNIT_EQ(p[NR * PAGE_SIZE - 1], NR);
	UNIT_EQ(differ(p, pages, NR), 0);
	some[0] = pages[5];
	some[1] = pages[2];
	some[2] = pages[5];
	q = kmemu_vm_map_ram(some, 3);
	UNIT_EQ(differ(q, some, 3), 0);
	q[1] = 99;
	UNIT_EQ(q[2 * PAGE_SIZE + 1], 99);
	UNIT_EQ(p[5 * PAGE_SIZE + 1], 99);
	for (int i = 0; i < NR; i++) {
		CU_ASSERT(kmemu_vmalloc_to_page(p + i * PAGE_SIZE + 17) == pages[i]);
		UNIT_EQ(kmemu_vmalloc_to_pfn(p + i * PAGE_SIZE), page_to_pfn(pages[i]));
	}
	UNIT_EQ(kmemu_validate(), 0);
	kmemu_vm_unmap_ram(q, 3);
	kmemu_vunmap(p);
	UNIT_EQ(((char *)kmemu_page_address(pages[5]))[1], 99);
	put_pages(pages, NR);
	UNIT_EQ(kmemu_validate(), 0);
}

/* A block, its neighbours, and the middle of it. */
static void blocks(void)
{
	struct page *head = kmemu_alloc_pages(GFP_KERNEL | __GFP_ZERO, 4), *pages[NR];
	char *p, *q;

	for (int i = 0; i < NR; i++)
		pages[i] = head + i;
	q = kmemu_vmap(pages + 4, 3, KMEMU_VM_MAP);
	p = kmemu_vmap(pages, NR, KMEMU_VM_MAP);
	UNIT_EQ(differ(p, pages, NR), 0);
	UNIT_EQ(differ(q, pages + 4, 3), 0);
	kmemu_vunmap(q);
	kmemu_vunmap(p);
	kmemu_free_pages(head, 4);
	UNIT_EQ(kmemu_validate(), 0);
}

/* A child has a copy of what is not shared any more. */
static void private_when_freed(void)
{
	struct page *page = kmemu_alloc_pages(GFP_KERNEL, 0), *got[64];
	char *p = kmemu_vmap(&page, 1, KMEMU_VM_MAP);
	int seen = 0, status = 1;

	p[0] = 5;
	kmemu_vunmap(p);
	kmemu_free_pages(page, 0);
	get_pages(got, 64);
	for (int i = 0; i < 64; i++) {
		char *at = kmemu_page_address(got[i]);

		seen += got[i] == page;
		if (!fork()) {
			*at = 77;
			_exit(0);
		}
		wait(&status);
		UNIT_EQ(*at, i + 1);
	}
	UNIT_EQ(seen, 1);
	put_pages(got, 64);
}

static void slab_page(void)
{
	char *object = kmemu_kmalloc(512, GFP_KERNEL), *p;
	struct page *page = kmemu_virt_to_page(object);
	size_t offset = (unsigned long)object % PAGE_SIZE;

	strcpy(object, "object");
	p = kmemu_vmap(&page, 1, KMEMU_VM_MAP);
	CU_ASSERT_STRING_EQUAL(p + offset, "object");
	strcpy(p + offset, "other");
	CU_ASSERT_STRING_EQUAL(object, "other");
	kmemu_vunmap(p);
	kmemu_kfree(object);
	kmemu_trim();
	UNIT_EQ(kmemu_validate(), 0);
}

static void vmalloc_pages(void)
{
	struct page *pages[NR];
	char *p = kmemu_vmalloc(NR * PAGE_SIZE), *q, *r;

	for (int i = 0; i < NR; i++) {
		memset(p + i * PAGE_SIZE, i + 1, PAGE_SIZE);
		pages[i] = kmemu_vmalloc_to_page(p + i * PAGE_SIZE);
		CU_ASSERT_PTR_NOT_NULL_FATAL(pages[i]);
		UNIT_EQ(kmemu_page_count(pages[i]), 1);
	}
	UNIT_EQ(differ(p, pages, NR), 0);
	CU_ASSERT(kmemu_virt_to_page(kmemu_page_address(pages[3])) == pages[3]);
	q = kmemu_vmap(pages, NR, KMEMU_VM_MAP);
	UNIT_EQ(differ(q, pages, NR), 0);
	q[7] = 33;
	UNIT_EQ(p[7], 33);
	kmemu_vunmap(q);
	r = kmemu_vrealloc(p, 2 * NR * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	UNIT_EQ(r[7], 33);
	UNIT_EQ(r[NR * PAGE_SIZE], 0);
	kmemu_vfree(r);
	CU_ASSERT_PTR_NULL(kmemu_vmalloc_to_page(r));
	UNIT_EQ(kmemu_validate(), 0);
}

static void user_range(void)
{
	size_t bytes = 3 * PAGE_SIZE;
	char *p = kmemu_vmalloc_user(bytes), *plain = kmemu_vmalloc(bytes);
	char *user = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned long at = (unsigned long)user;

	strcpy(p + PAGE_SIZE, "table");
	UNIT_EQ(kmemu_remap_vmalloc_range_partial(at, plain, 0, bytes) < 0, 1);
	UNIT_EQ(kmemu_remap_vmalloc_range_partial(at + 1, p, 0, bytes) < 0, 1);
	UNIT_EQ(kmemu_remap_vmalloc_range_partial(at, p, 1, bytes) < 0, 1);
	UNIT_EQ(kmemu_remap_vmalloc_range_partial(at, p, 0, bytes), 0);
	CU_ASSERT_STRING_EQUAL(user + PAGE_SIZE, "table");
	user[1] = 1;
	UNIT_EQ(p[1], 1);
	munmap(user, bytes);
	kmemu_vfree(p);
	kmemu_vfree(plain);
	UNIT_EQ(kmemu_validate(), 0);
}

static void low_frames(void)
{
	char *p = kmemu_vmalloc_32(50 * PAGE_SIZE);

	for (int i = 0; i < 50; i++)
		CU_ASSERT(kmemu_vmalloc_to_pfn(p + i * PAGE_SIZE) < 1UL << 20);
	kmemu_vfree(p);
}

static void calls_fail(void)
{
	struct page *pages[4];

	get_pages(pages, 4);
	for (int n = 1; n < 40; n++) {
		struct page *page;
		char *p, *v;

		os_fail_nth = n;
		p = kmemu_vmap(pages, 4, KMEMU_VM_MAP);
		v = kmemu_vmalloc(2 * PAGE_SIZE);
		page = v ? kmemu_vmalloc_to_page(v) : NULL;
		if (page && kmemu_page_address(page)) {
			strcpy(v, "both");
			CU_ASSERT_STRING_EQUAL((char *)kmemu_page_address(page), "both");
		}
		if (p)
			UNIT_EQ(differ(p, pages, 4), 0);
		kmemu_vfree(v);
		kmemu_vunmap(p);
		os_fail_nth = 0;
		UNIT_EQ(kmemu_validate(), 0);
	}
	for (int i = 0; i < 4; i++)
		UNIT_EQ(((char *)kmemu_page_address(pages[i]))[100], i + 1);
	put_pages(pages, 4);
}

/* The area's accounts, while it is there and when it is memory again. */
static void addresses_alone(void)
{
	struct page *pages[2];

	get_pages(pages, 2);
	for (int i = 1; i < 40; i++) {
		struct vm_struct *vm = kmemu_get_vm_area((size_t)(i % 7 + 1) << PAGE_SHIFT, 4);
		char *p = vm->addr;

		CU_ASSERT(!validate_vmap() && !kmemu_vmalloc_to_page(p) && !vm->nr_pages);
		UNIT_EQ(kmemu_insert_pages((unsigned long)p, pages, i % 7 ? 2 : 1), 0);
		UNIT_EQ(p[0], 1);
		UNIT_EQ(kmemu_vm_area_unmap((unsigned long)p, (unsigned long)p + PAGE_SIZE), 0);
		UNIT_EQ(kmemu_vm_area_unmap((unsigned long)p, (unsigned long)p), -22);
		if (i & 1)
			kmemu_free_vm_area(vm);
		else
			kmemu_vfree(p);
		CU_ASSERT(!validate_vmap());
		p = kmemu_vzalloc((size_t)(i % 5 + 1) << PAGE_SHIFT);
		UNIT_EQ(p[0], 0);
		UNIT_EQ(kmemu_vm_area_unmap((unsigned long)p, (unsigned long)p + PAGE_SIZE), -22);
		kmemu_vfree(p);
	}
	UNIT_EQ(*(char *)kmemu_page_address(pages[1]), 2);
	put_pages(pages, 2);
}

UNIT_MAIN_INIT("vmap_page", suite_init, NULL,
	UNIT_TEST(same_bytes),
	UNIT_TEST(blocks),
	UNIT_TEST(private_when_freed),
	UNIT_TEST(slab_page),
	UNIT_TEST(vmalloc_pages),
	UNIT_TEST(user_range),
	UNIT_TEST(low_frames),
	UNIT_TEST(addresses_alone),
	UNIT_TEST(calls_fail)
);
