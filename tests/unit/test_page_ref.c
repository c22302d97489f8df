// SPDX-License-Identifier: MIT
/*
 * Shows that references are counted as the kernel counts them, that a block which is
 * not compound is freed in parts around a reference, that nothing of it is lost,
 * and that each wrong free is a report and harms nothing.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "config/options.h"
#include "core/init/init.h"
#include "core/mm/page_ref.h"
#include "core/mm/slab.h"
#include "core/mm/util.h"
#include "core/report/report.h"
#include "include/kmemu/mm.h"

static int suite_init(void)
{
	kmemu_options_init();
	kmemu_opts.invalid_free = POLICY_COUNT;
	return kmemu_init() ? 0 : -1;
}

/* Frames handed out; what the CPUs keep is given back first. */
static unsigned long used(void)
{
	struct page_stats ps;

	trim_all();
	page_stats_read(&ps);
	return ps.used;
}

static unsigned long bad(void)
{
	return report_count(REPORT_BAD_PAGE);
}

static void block_in_parts(void)
{
	unsigned long before = used();

	for (unsigned int order = 0; order <= MAX_PAGE_ORDER; order++) {
		struct page *page = kmemu_alloc_pages(GFP_KERNEL, order);

		CU_ASSERT_PTR_NOT_NULL_FATAL(page);
		UNIT_EQ(kmemu_page_count(page), 1);
		kmemu_get_page(page);
		UNIT_EQ(kmemu_page_count(page), 2);
		kmemu_free_pages(page, order);
		UNIT_EQ(kmemu_page_count(page), 1);
		UNIT_EQ(page->order, 0);
		UNIT_EQ(used(), before + 1);
		kmemu_put_page(page);
		UNIT_EQ(kmemu_page_count(page), 0);
	}
	UNIT_EQ(used(), before);
	UNIT_EQ(bad(), 0);
	UNIT_EQ(kmemu_validate(), 0);
}

static void compound_block(void)
{
	unsigned long before = used();
	struct page *page = kmemu_alloc_pages(GFP_KERNEL | __GFP_COMP, 3);

	UNIT_EQ(kmemu_compound_order(page + 5), 3);
	CU_ASSERT(kmemu_compound_head(page + 5) == page);
	kmemu_get_page(page + 5); /* counts in the head */
	UNIT_EQ(kmemu_page_count(page), 2);
	kmemu_free_pages(page, 3);
	UNIT_EQ(kmemu_compound_order(page), 3);
	kmemu_put_page(page + 7);
	UNIT_EQ(used(), before);
	UNIT_EQ(bad(), 0);
}

static void single_pages(void)
{
	unsigned long before = used();
	struct page *page = kmemu_alloc_pages(GFP_KERNEL, 4);
	char *p;

	UNIT_EQ(kmemu_page_count(page + 3), 0);
	kmemu_split_page(page, 4);
	for (int i = 0; i < 16; i++)
		UNIT_EQ(kmemu_page_count(page + i), 1);
	for (int i = 0; i < 16; i++)
		kmemu_free_pages(page + (i * 5) % 16, 0);
	UNIT_EQ(used(), before);

	p = kmemu_alloc_pages_exact(5 * PAGE_SIZE - 1, GFP_KERNEL);
	UNIT_EQ(used(), before + 5);
	memset(p, 1, 5 * PAGE_SIZE - 1);
	kmemu_free_pages_exact(p, 5 * PAGE_SIZE - 1);
	UNIT_EQ(used(), before);
	CU_ASSERT_PTR_NULL(kmemu_alloc_pages_exact(0, GFP_KERNEL));
	UNIT_EQ(bad(), 0);
}

static void bulk(void)
{
	struct page *pages[5] = { NULL }, *own = kmemu_alloc_pages(GFP_KERNEL, 0);

	pages[2] = own;
	UNIT_EQ(kmemu_alloc_pages_bulk(GFP_KERNEL, 5, NULL, pages), 5);
	CU_ASSERT(pages[2] == own);
	for (int i = 0; i < 5; i++)
		kmemu_free_pages(pages[i], 0);
	UNIT_EQ(bad(), 0);
}

static void wrong_frees(void)
{
	unsigned long before = used(), n = bad();
	struct page *page = kmemu_alloc_pages(GFP_KERNEL, 2), *slab;
	void *object = kmemu_kmalloc(64, GFP_KERNEL);

	kmemu_free_pages(page + 1, 0);
	UNIT_EQ(bad(), ++n);
	kmemu_free_pages(page, 1); /* freed all the same, by its own order */
	UNIT_EQ(bad(), ++n);
	kmemu_free_pages(page, 2);
	UNIT_EQ(bad(), ++n);
	kmemu_put_page(page);
	UNIT_EQ(bad(), ++n);
	slab = kmemu_virt_to_page(object);
	kmemu_free_pages(slab, 0);
	UNIT_EQ(bad(), ++n);
	memset(object, 1, 64);
	kmemu_kfree(object);
	page = kmemu_alloc_pages(GFP_KERNEL, 0);
	page->mapping = (void *)page;
	kmemu_free_pages(page, 0);
	UNIT_EQ(bad(), ++n);
	UNIT_EQ(used() - before <= 8, 1); /* the object's slab may stay */
	UNIT_EQ(kmemu_validate(), 0);
}

static void owner_words(void)
{
	struct page *page = kmemu_alloc_pages(GFP_KERNEL, 0);

	UNIT_EQ(page->private, 0);
	UNIT_EQ(page->page_flags, 0);
	page->private = page->index = 77;
	page->page_flags = 1UL << 3; /* uptodate */
	kmemu_free_pages(page, 0);
	for (int i = 0; i < 20; i++) {
		page = kmemu_alloc_pages(GFP_KERNEL, 0);
		UNIT_EQ(page->private + page->index + page->page_flags, 0);
		kmemu_free_pages(page, 0);
	}
}

static void kfree_of_pages(void)
{
	unsigned long n = report_count(REPORT_INVALID_FREE), before = used();
	struct page *page = kmemu_alloc_pages(GFP_KERNEL | __GFP_COMP, 2);

	kmemu_kfree(page_address(page)); /* as kmalloc_large's: right */
	UNIT_EQ(report_count(REPORT_INVALID_FREE), n);
	page = kmemu_alloc_pages(GFP_KERNEL, 2);
	kmemu_kfree(page_address(page));
	UNIT_EQ(report_count(REPORT_INVALID_FREE), n + 1);
	UNIT_EQ(used() <= before + 3, 1);
	kmemu_free_pages_addr(0x1000, 0);
	UNIT_EQ(report_count(REPORT_FOREIGN_FREE), 1);
}

UNIT_MAIN_INIT("page_ref", suite_init, NULL,
	UNIT_TEST(block_in_parts),
	UNIT_TEST(compound_block),
	UNIT_TEST(single_pages),
	UNIT_TEST(bulk),
	UNIT_TEST(owner_words),
	UNIT_TEST(kfree_of_pages),
	UNIT_TEST(wrong_frees)
);
