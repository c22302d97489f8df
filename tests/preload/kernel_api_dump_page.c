// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that dumps pages: of its own with a flag set, of a block's tail, of a slab.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "check.h"

int main(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	struct page *block = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
	char *object = kmalloc(64, GFP_KERNEL);

	get_page(page);
	SetPageDirty(page);
	dump_page(page, "why not");
	put_page(page);
	ClearPageDirty(page);
	__free_pages(page, 2);
	dump_page(block + 1, NULL);
	VM_BUG_ON_PAGE(page_count(block) != 1, block);
	__free_pages(block, 1);
	dump_page(virt_to_page(object), "slab");
	kfree(object);
	return 0;
}
