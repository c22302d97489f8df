// SPDX-License-Identifier: MIT
/*
 * vmap_page.c - pages that are mapped at two addresses (kernel: mm/vmalloc.c
 * vmap(), vm_map_ram(), vmalloc_to_page()).
 *
 * What the kernel does: all memory has its place in the direct map, and vmalloc
 * and vmap map frames at a second address by page tables. What is written here
 * is read there.
 *
 * Here a page's memory has one home: a page of the page allocator the direct
 * map, a page of vmalloc its area. It is private memory, as fork wants it. Only
 * what kernel code does map twice is made a shared anonymous mapping, at that
 * moment and at its home, and mremap(2) with a length of 0 makes the second
 * mapping of it (os_share, os_alias). No descriptor is kept. This moment is
 *	vmap(), vm_map_ram()	for the pages that they are given
 *	page_address() of a page of vmalloc, for its whole area (and not already
 *	    vmalloc_to_page(): scatterlists want the frame alone)
 *	remap_vmalloc_range()
 * From then on the pages are shared with fork's child, as no page of a kernel's
 * is copied either. What another thread writes during the move may be lost.
 *
 * Frames of vmalloc are numbers (vmap_pfn.c) without a struct page. Those that
 * vmalloc_to_page() is asked for get one, in mem_map, state PAGE_VMALLOC; it
 * goes with the area. Numbers lie at the end of a zone, where no memory has
 * appeared, and so does their address in the direct map: free for the alias.
 *
 * Freed, memory is private and empty again: page_unshare() and vmap_unshare().
 *
 * Invariants:
 *   PAGE_FLAG_ALIAS of a frame: its home is a shared mapping
 *   it is set => PAGE_FLAG_SHARED of the block's head is
 *   a->twice == VMAP_SHARED: the area is one shared mapping (its home), or others'
 *   a->kind != VMAP_KIND_VMALLOC: resident == 0, pfns are others' frames
 *
 * Locks: vmap_lock for all of it.
 *
 * Cost: two to four system calls for each run of neighbouring pages, and a
 * mapping of its own at each address; vm.max_map_count is 65530.
 */
#include "core/mm/vmap_page.h"

#include <errno.h>
#include <string.h>

#include "core/mm/internal.h"
#include "core/mm/slab.h"
#include "core/os/os.h"

/* --- pages whose home is the direct map ------------------------------------- */

/* Kernel pages of one block that are not shared yet, from `page` on, at most n. */
static u32 private_run(struct page **pages, u32 n)
{
	u32 i;

	for (i = 0; i < n && pages[i] == pages[0] + i && !page_is_vmalloc(pages[i]) &&
		    !(pages[i]->flags & PAGE_FLAG_ALIAS);
	     i++)
		;
	return i;
}

/* The block must come back to us when it is freed: no hit path frees it. */
static void mark_shared(struct page *page)
{
	struct page *head = page_head(page_to_pfn(page));
	unsigned long pfn;

	page->flags |= PAGE_FLAG_ALIAS;
	if (!head)
		return;
	pfn = page_to_pfn(head);
	head->flags |= PAGE_FLAG_SHARED;
	if (head->state == PAGE_LARGE && frame_class[pfn])
		frame_class[pfn] = FRAME_DIRTY;
}

static int share_run(struct page *page, u32 n)
{
	int err = os_share(page_address(page), vmap_bytes(n), vmap_bytes(n));

	for (u32 i = 0; !err && i < n; i++)
		mark_shared(page + i);
	return err;
}

void page_unshare(struct page *head)
{
	unsigned long n = 1UL << head->order;

	/* Refused: the frames stay as they are, which only a fork's child sees. */
	os_map_over(page_address(head), n << PAGE_SHIFT);
	for (unsigned long i = 0; i < n; i++)
		head[i].flags &= (u8)~(PAGE_FLAG_ALIAS | PAGE_FLAG_SHARED);
}

/* --- pages whose home is an area -------------------------------------------- */

/* The area becomes one shared mapping. */
static int share_area(struct vmap_area *a)
{
	int err;

	if (a->twice == VMAP_SHARED)
		return 0;
	err = os_share(vmap_addr(a), vmap_bytes(a->cap), vmap_bytes(a->dirty));
	if (!err)
		a->twice = VMAP_SHARED;
	return err;
}

struct page *vmalloc_pfn_to_page(unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);

	if (!pfn_valid(pfn) && !sparse_vmalloc_covered(pfn))
		return NULL;
	return page_is_vmalloc(page) ? page : NULL;
}

bool page_exists(unsigned long pfn)
{
	return pfn_valid(pfn) || vmalloc_pfn_to_page(pfn);
}

static struct page *make_page(struct vmap_area *a, unsigned long pfn, const void *p)
{
	struct page *page = pfn_to_page(pfn);

	if (!pfn_valid(pfn) && !sparse_cover_vmalloc(pfn))
		return NULL;
	if (page_is_vmalloc(page))
		return page;
	*page = (struct page){ .zone = ZONE_NORMAL };
	page->vmalloc = (const void *)((unsigned long)p & PAGE_MASK);
	if (a->twice == VMAP_ONCE)
		a->twice = VMAP_HAS_PAGES;
	__atomic_store_n(&page->state, PAGE_VMALLOC, __ATOMIC_RELEASE);
	return page;
}

struct page *vmalloc_to_page(const void *p)
{
	unsigned long pfn = vmalloc_to_pfn(p);
	struct page *page = NULL;
	struct vmap_area *a;

	if (pfn == PFN_NONE || !vmap_lock_get())
		return NULL;
	a = vmap_find(p);
	if (a && a->kind == VMAP_KIND_AREA)
		page = page_exists(pfn) ? pfn_to_page(pfn) : NULL;
	else if (a && a->kind != VMAP_KIND_VMALLOC)
		page = pfn_to_page(pfn);
	else if (a)
		page = make_page(a, pfn, p);
	vmap_lock_put();
	return page;
}

/* Under the lock. A number's place in the direct map may be somebody else's. */
static bool map_direct(struct page *page)
{
	struct vmap_area *a = vmap_find(page->vmalloc);
	void *to = page_address(page);
	bool is_number = !pfn_valid(page_to_pfn(page));

	if (!a || share_area(a) || (is_number && os_map(to, PAGE_SIZE)))
		return false;
	if (os_alias(page->vmalloc, PAGE_SIZE, to)) {
		if (is_number)
			os_unmap(to, PAGE_SIZE);
		return false;
	}
	page->flags |= PAGE_FLAG_ALIAS;
	return true;
}

bool vmalloc_page_map(struct page *page)
{
	bool ok;

	if (READ_ONCE(page->flags) & PAGE_FLAG_ALIAS)
		return true;
	if (!vmap_lock_get())
		return false;
	ok = page->flags & PAGE_FLAG_ALIAS || map_direct(page);
	vmap_lock_put();
	return ok;
}

bool vmalloc_range_map(unsigned long phys, size_t bytes)
{
	unsigned long pfn = phys >> PAGE_SHIFT;
	unsigned long last = (phys + max(bytes, (size_t)1) - 1) >> PAGE_SHIFT;
	struct page *page;

	if (pfn_valid(pfn) && !page_is_vmalloc(pfn_to_page(pfn)))
		return true;
	for (; pfn <= last; pfn++) {
		page = vmalloc_pfn_to_page(pfn);
		if (!page || !vmalloc_page_map(page))
			return false;
	}
	return true;
}

void vmalloc_page_drop(unsigned long pfn)
{
	struct page *page = vmalloc_pfn_to_page(pfn);

	if (!page)
		return;
	if (page->flags & PAGE_FLAG_ALIAS && pfn_valid(pfn))
		os_map_over(page_address(page), PAGE_SIZE);
	else if (page->flags & PAGE_FLAG_ALIAS)
		os_unmap(page_address(page), PAGE_SIZE);
	page->flags = 0;
	page->refs = 0;
	page->vmalloc = NULL;
	WRITE_ONCE(page->state, PAGE_NONE);
}

int vmalloc_map_at(const void *p, size_t bytes, void *to)
{
	struct vmap_area *a;
	int err = -EINVAL;

	if (!vmap_lock_get())
		return -EAGAIN;
	a = vmap_find(p);
	if (a && a->state == VMAP_LIVE && a->kind == VMAP_KIND_VMALLOC) {
		err = share_area(a);
		if (!err)
			err = os_alias(p, bytes, to);
	}
	vmap_lock_put();
	return err;
}

/* --- vmap ------------------------------------------------------------------- */

/* Maps a run of pages at `to`; how many, 0 or -errno. */
static int map_run(struct page **pages, u32 n, void *to)
{
	u32 run = private_run(pages, n);
	int err;

	if (run) {
		err = share_run(pages[0], run);
		if (!err)
			err = os_alias(page_address(pages[0]), vmap_bytes(run), to);
		return err ? err : (int)run;
	}
	if (page_is_vmalloc(pages[0])) {
		struct vmap_area *a = vmap_find(pages[0]->vmalloc);

		err = a ? share_area(a) : -EINVAL;
		if (!err)
			err = os_alias(pages[0]->vmalloc, PAGE_SIZE, to);
	} else {
		err = os_alias(page_address(pages[0]), PAGE_SIZE, to);
	}
	return err ? err : 1;
}

int vmap_map_at(struct page **pages, u32 nr, void *to)
{
	u32 done = 0;
	int n = 0;

	if (!vmap_lock_get())
		return -EAGAIN;
	while (done < nr) {
		n = map_run(pages + done, nr - done, (char *)to + vmap_bytes(done));
		if (n <= 0)
			break;
		done += (u32)n;
	}
	vmap_lock_put();
	if (done == nr)
		return 0;
	return n ? n : -ENOMEM;
}

/* a is BUSY and claimed; as far as it gets, which a->dirty says. */
static bool map_pages(struct vmap_area *a, struct page **pages, u32 nr)
{
	a->twice = VMAP_SHARED;
	a->dirty = 0;
	while (a->dirty < nr) {
		void *to = vmap_page_addr(a->start + a->dirty);
		int n = map_run(pages + a->dirty, nr - a->dirty, to);

		if (n <= 0)
			return false;
		a->dirty += (u32)n;
	}
	return true;
}

/* Private and empty; else the addresses are given up. */
bool vmap_unshare(struct vmap_area *a)
{
	int err = a->twice == VMAP_SHARED ? os_map_over(vmap_addr(a), vmap_bytes(a->cap)) : 0;

	if (a->twice == VMAP_SHARED) {
		vmap_uncharge(a, a->resident);
		a->dirty = 0;
	}
	a->twice = VMAP_ONCE;
	a->kind = VMAP_KIND_VMALLOC;
	a->vm_flags = 0;
	if (!err)
		return true;
	vmap.nr_holes -= a->guard == GUARD_HOLE;
	vmap.pieces -= a->pieces;
	a->cap = a->filled = a->pieces = a->pages = 0;
	a->guard = GUARD_NONE;
	a->state = VMAP_HOLE;
	return false;
}

/* A hole: who reads there before something is mapped faults, as in the kernel. */
static bool reserve(struct vmap_area *a, u32 nr)
{
	a->twice = VMAP_SHARED;
	a->dirty = nr;
	return !os_reserve_over(vmap_addr(a), vmap_bytes(nr));
}

/* pages NULL: none. */
static struct vmap_area *take_mapped(struct page **pages, u32 nr)
{
	struct vmap_area *a;
	int err;

	if (vmap_start())
		return NULL;
	a = vmap_take(nr, 1, 0, true, &err);
	if (!a)
		return NULL;
	if ((pages ? map_pages(a, pages, nr) : reserve(a, nr)) && !vmap_claim_end(a))
		return a;
	a->claimed = false;
	a->mapped = true;
	if (vmap_unshare(a))
		vmap_give_back(a);
	return NULL;
}

void *vmap_pages(struct page **pages, u32 nr, enum vmap_kind kind, u32 vm_flags)
{
	struct vmap_area *a;
	void *p = NULL;

	if (!nr || nr > VMALLOC_MAX_BYTES >> PAGE_SHIFT || !vmap_lock_get())
		return NULL;
	a = take_mapped(pages, nr);
	if (a) {
		a->kind = (u8)kind;
		a->vm_flags = vm_flags;
		vmap.allocs++;
		vmap_make_live(a, nr);
		if (!pages || vmap_pfns_set(a, pages))
			p = vmap_addr(a);
		else
			vmap_free(a);
	}
	vmap_lock_put();
	return p;
}

static u32 page_of(const struct vmap_area *a, const void *p)
{
	return (u32)(((unsigned long)p - (unsigned long)vmap_addr(a)) >> PAGE_SHIFT);
}

int vmap_range_unmap(void *start, size_t bytes)
{
	struct vmap_area *a;
	int err = -EINVAL;

	if (!vmap_lock_get())
		return -EAGAIN;
	a = vmap_find(start);
	if (a && a->state == VMAP_LIVE && a->kind == VMAP_KIND_AREA)
		err = os_reserve_over(start, bytes);
	for (size_t off = 0; !err && a->ptes && off < bytes; off += PAGE_SIZE)
		if (vmap_find((char *)start + off) == a)
			a->ptes[page_of(a, (char *)start + off)] = 0;
	vmap_lock_put();
	return err;
}

int vmap_pte_set(const void *p, u64 pte)
{
	struct vmap_area *a;
	int err = -EINVAL;

	if (!vmap_lock_get())
		return -EAGAIN;
	a = vmap_find(p);
	if (a && a->state == VMAP_LIVE && a->kind == VMAP_KIND_AREA &&
	    page_of(a, p) < a->pages) {
		err = vmap_ptes_room(a) ? 0 : -ENOMEM;
		if (!err)
			a->ptes[page_of(a, p)] = pte;
	}
	vmap_lock_put();
	return err;
}

u64 vmap_pte(const void *p)
{
	struct vmap_area *a;
	u64 pte = 0;

	if (!vmap_lock_get())
		return 0;
	a = vmap_find(p);
	if (a && a->state == VMAP_LIVE && a->kind == VMAP_KIND_AREA && a->ptes &&
	    page_of(a, p) < a->pages)
		pte = a->ptes[page_of(a, p)];
	vmap_lock_put();
	return pte;
}

unsigned long vmap_next_live(unsigned long addr)
{
	unsigned long next = ~0UL;

	if (!vmap_lock_get())
		return next;
	for (u32 i = 1; i < vmap.nr_areas; i++) {
		const struct vmap_area *a = vmap_areas + i;
		unsigned long start = (unsigned long)vmap_addr(a);

		if (a->state == VMAP_LIVE && start + vmap_bytes(a->pages) > addr)
			next = min(next, max(start, addr));
	}
	vmap_lock_put();
	return next;
}

bool vmap_unmap(const void *p, enum vmap_kind kind)
{
	struct vmap_area *a;
	bool ok;

	if (!vmap_lock_get())
		return false;
	a = vmap_live(p);
	ok = a && a->kind == kind;
	if (ok)
		vmap_free(a);
	vmap_lock_put();
	return ok;
}

enum vmap_kind vmap_kind_of(const void *p, u32 *vm_flags)
{
	struct vmap_area *a = vmap_find(p);
	bool live = a && READ_ONCE(a->state) == VMAP_LIVE;

	*vm_flags = live ? a->vm_flags : 0;
	return live ? (enum vmap_kind)a->kind : VMAP_KIND_VMALLOC;
}

/* twice: so that vrealloc leaves it where it is, and the flags go with the area. */
void vmap_add_flags(const void *p, u32 vm_flags)
{
	struct vmap_area *a;

	if (!vmap_lock_get())
		return;
	a = vmap_live(p);
	if (a) {
		a->vm_flags |= vm_flags;
		if (a->twice == VMAP_ONCE)
			a->twice = VMAP_HAS_PAGES;
	}
	vmap_lock_put();
}
