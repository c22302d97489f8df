// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that dumps pages: of its own with a flag set, of a block's tail, of a slab;
 * and says what is known of an address.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "check.h"

static void dump(const char *what, void *p)
{
	pr_info("%s:", what);
	mem_dump_obj(p);
}

static __attribute__((__noinline__, __noclone__)) void objects(void)
{
	struct kmem_cache *s = kmem_cache_create("dumped", 100, 0, SLAB_STORE_USER | SLAB_RED_ZONE,
						 NULL);
	char *object = kmalloc(64, GFP_KERNEL), *mine = kmem_cache_alloc(s, GFP_KERNEL);
	char *area = vmalloc(3 * PAGE_SIZE), *page = (char *)__get_free_page(GFP_KERNEL);

	dump("object", object + 5);
	dump("mine", mine + 7);
	kmem_cache_free(s, mine);
	dump("freed", mine);
	dump("area", area + PAGE_SIZE + 1);
	dump("page", page);
	dump("stack", &s);
	dump("null", NULL);
	dump("empty", kmalloc(0, GFP_KERNEL));
	vfree(area);
	CHECK(!kmem_dump_obj(page) && !kmem_dump_obj(NULL));
	dump("gone", area);
	free_page((unsigned long)page);
	kfree(object);
	kmem_cache_destroy(s);
}

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
	objects();
	barrier();
	return 0;
}
