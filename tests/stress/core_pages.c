/* SPDX-License-Identifier: MIT */
/*
 * core_pages.c - the page allocator and vmalloc from several threads, by the
 * API alone.
 *
 * Blocks of all orders from all zones, naturally aligned and with frames in
 * their zone; vmalloc areas that grow and shrink, whose frames are all their
 * own (two areas with one frame would spoil each other's pattern); kvmalloc on
 * both sides of the cap.
 */
#include "tests/stress/core.h"

static const struct {
	unsigned int flags;
	uint64_t below;
} zones[] = {
	{ KMEMU_GFP_KERNEL, UINT64_MAX },
	{ KMEMU_GFP_HIGHUSER_MOVABLE, UINT64_MAX },
	{ KMEMU_GFP_ATOMIC, UINT64_MAX },
	{ KMEMU_GFP_DMA32 | KMEMU_GFP_KERNEL, 4ull << 30 },
	{ KMEMU_GFP_DMA | KMEMU_GFP_KERNEL, 16ull << 20 },
};

/* ZONE_DMA may be full, and an atomic request may be told to wait. */
static bool may_be_out(unsigned int flags)
{
	return flags & KMEMU___GFP_DMA || !(flags & KMEMU___GFP_DIRECT_RECLAIM);
}

static void check_pages(const struct item *it, uint64_t below)
{
	uint64_t phys = kmemu_virt_to_phys(it->p);
	struct page *page = kmemu_virt_to_page(it->p);

	check_align(it->p, it->size, "alloc_pages");
	if (phys % it->size || phys + it->size > below)
		die("alloc_pages(%#x, %u): physical address %#llx", it->flags, it->order,
		    (unsigned long long)phys);
	if (!page || kmemu_page_address(page) != it->p)
		die("page_address(virt_to_page(%p)) is another address", (void *)it->p);
	if (kmemu_virt_to_pfn(it->p) != phys / 4096)
		die("virt_to_pfn(%p) is not its physical address / 4096", (void *)it->p);
}

static unsigned int random_order(struct rng *r)
{
	if (rng_one_in(r, 40))
		return rng_range(r, 6, 10);
	return rng_one_in(r, 2) ? 0 : rng_range(r, 0, 5);
}

static bool get_pages(struct item *it, struct rng *r)
{
	unsigned int z = rng_one_in(r, 4) ? rng_range(r, 2, 4) : rng_range(r, 0, 1);
	bool zero = rng_one_in(r, 3);
	struct page *page;

	it->order = random_order(r);
	it->flags = zones[z].flags | (zero ? KMEMU___GFP_ZERO : 0) |
		    (rng_one_in(r, 2) ? KMEMU___GFP_COMP : 0);
	it->size = 4096ul << it->order;
	if (rng_one_in(r, 2)) {
		it->p = (void *)kmemu_get_free_pages(it->flags, it->order);
	} else {
		page = kmemu_alloc_pages(it->flags, it->order);
		it->p = page ? kmemu_page_address(page) : NULL;
	}
	if (!it->p && !may_be_out(it->flags))
		die("alloc_pages(%#x, %u): NULL", it->flags, it->order);
	if (!it->p)
		return false;
	if (zero)
		check_zero(it->p, it->size, "alloc_pages(__GFP_ZERO)");
	check_pages(it, zones[z].below);
	return true;
}

static void put_pages(struct item *it, struct rng *r)
{
	if (rng_one_in(r, 2))
		kmemu_free_pages(kmemu_virt_to_page(it->p), it->order);
	else
		kmemu_free_pages_addr((uintptr_t)it->p, it->order);
}

/* ----------------------------------------------------------------- vmalloc */

static size_t area_size(struct rng *r)
{
	if (rng_one_in(r, 100))
		return rng_range(r, 1, 16 << 20);
	if (rng_one_in(r, 3))
		return rng_range(r, 1, 600000);
	return rng_range(r, 1, 16) * 4096 - rng_below(r, 2);
}

static void check_area(const struct item *it)
{
	size_t last = it->size - 1;

	check_align(it->p, 4096, "vmalloc");
	if (!kmemu_is_vmalloc_addr(it->p) || !kmemu_is_vmalloc_addr(it->p + last))
		die("is_vmalloc_addr(%p) is false", (void *)it->p);
	for (size_t at = 0; at <= last; at += 4096)
		if (kmemu_vmalloc_to_pfn(it->p + at) == ~0ul)
			die("vmalloc_to_pfn(%p + %zu of %zu): no frame", (void *)it->p, at,
			    it->size);
	if (it->size > 4096 &&
	    kmemu_vmalloc_to_pfn(it->p) == kmemu_vmalloc_to_pfn(it->p + last))
		die("first and last page of area %p have one frame", (void *)it->p);
	if (kmemu_virt_to_phys(it->p) != UINT64_MAX)
		die("virt_to_phys takes a vmalloc address, %p", (void *)it->p);
}

static bool get_area(struct item *it, struct rng *r)
{
	bool zero = rng_one_in(r, 3);

	it->size = area_size(r);
	it->p = zero ? kmemu_vzalloc(it->size) : kmemu_vmalloc(it->size);
	if (!it->p)
		die("vmalloc(%zu): NULL", it->size);
	if (zero)
		check_zero(it->p, it->size, "vzalloc");
	check_area(it);
	return true;
}

static void change_area(struct item *it, struct rng *r)
{
	size_t size = rng_one_in(r, 2) ? area_size(r) : it->size + it->size / 2 + 1;
	void *p;

	if (size > (24u << 20))
		size = 4096;
	p = kmemu_vrealloc(it->p, size, KMEMU_GFP_KERNEL);
	if (!p)
		die("vrealloc(%p, %zu): NULL", (void *)it->p, size);
	item_check(it, p, size < it->size ? size : it->size, "after vrealloc");
	it->p = p;
	it->size = size;
	check_area(it);
}

static void put_area(struct item *it, struct rng *r)
{
	if (rng_one_in(r, 3))
		kmemu_kvfree(it->p);
	else
		kmemu_vfree(it->p);
}

/* ---------------------------------------------------------------- kvmalloc */

static bool get_either(struct item *it, struct rng *r)
{
	bool zero = rng_one_in(r, 3);

	it->size = random_size(r) % (2u << 20) + 1;
	it->p = zero ? kmemu_kvzalloc(it->size, KMEMU_GFP_KERNEL) :
		       kmemu_kvmalloc(it->size, KMEMU_GFP_KERNEL);
	if (!it->p)
		die("kvmalloc(%zu): NULL", it->size);
	if (zero)
		check_zero(it->p, it->size, "kvzalloc");
	if (kmemu_is_vmalloc_addr(it->p) != (it->size > (128u << 10)))
		die("kvmalloc(%zu): %p is on the wrong side of the cap", it->size, (void *)it->p);
	return true;
}

static void put_either(struct item *it, struct rng *r)
{
	(void)r;
	kmemu_kvfree(it->p);
}

static const struct kind kinds[] = {
	{ "pages", 50, get_pages, NULL, put_pages },
	{ "area", 30, get_area, change_area, put_area },
	{ "kvmalloc", 20, get_either, NULL, put_either },
};

int main(void)
{
	if (kmemu_alloc_pages(KMEMU_GFP_KERNEL | KMEMU___GFP_NOWARN, 11))
		die("alloc_pages(order 11) is not NULL");
	core_stress(kinds, sizeof(kinds) / sizeof(kinds[0]));
	kmemu_trim();
	if (kmemu_validate())
		die("kmemu_validate after kmemu_trim");
	return 0;
}
