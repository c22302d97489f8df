// SPDX-License-Identifier: MIT
/*
 * page_ref.c - references to pages, and blocks that are freed in parts (kernel:
 * include/linux/page_ref.h, mm/page_alloc.c ___free_pages(), split_page(),
 * mm/swap.c __folio_put()).
 *
 * What the kernel does: the first page of a block is born with _refcount 1.
 * get_page() of any page of a compound page counts in its head; the last
 * put_page() frees it all. A block that is not compound has one count, in its
 * first page, and nothing that says how large it is: __free_pages() knows the
 * order; with a reference left it frees all but the first page, which goes with
 * that reference (lib/test_free_pages.c). put_page() frees one page there.
 *
 * What differs, and why:
 *  - `refs` counts references above the owner's. So 0 is right for every block
 *    that malloc and free hand around, and their hit paths know nothing of it.
 *  - We know each block's order and whether it is allocated. A free that is not
 *    right is a finding (bad-page), at the free and not at the next allocation,
 *    and the memory stays as it is; with another order than it has a block is
 *    freed by its own.
 *  - A slab's pages have no count: get_page() and put_page() do nothing there.
 *
 * Blocks from here are marked PAGE_FLAG_PAGES and are in no class of free()'s,
 * so that kfree() of page memory is looked at (util.c).
 *
 * Invariant: refs == 0 of every page that is in no block in use.
 *
 * Locks: none; refs is atomic. A block is cut up before the reference is dropped,
 * so whoever drops the last one finds one page.
 *
 * Cost: nothing where the API's pages are not used.
 */
#include "core/mm/page_ref.h"

#include "core/mm/slab.h"
#include "core/mm/vmap_page.h"
#include "core/report/report.h"

/* Owner's flags (include/linux/page-flags.h) that are wrong at a free: */
#define PAGE_FLAGS_CHECK_AT_FREE \
	(1UL << 0 /* locked */ | 1UL << 1 /* writeback */ | 1UL << 5 /* lru */ | \
	 1UL << 8 /* active */ | 1UL << 13 /* reserved */ | 1UL << 14 /* private */ | \
	 1UL << 15 /* private_2 */ | 1UL << 18 /* unevictable */ | 1UL << 19 /* mlocked */)

/* --- what a page is -------------------------------------------------------- */

/* Head of the block in use that holds the page; NULL: it is free, or no memory. */
static struct page *block_of(struct page *page)
{
	struct page *head;

	if (page_is_vmalloc(page))
		return page;
	head = page_head(page_to_pfn(page));
	if (!head)
		return NULL;
	switch (__atomic_load_n(&head->state, __ATOMIC_ACQUIRE)) {
	case PAGE_SLAB:
		return head;
	case PAGE_LARGE:
		return is_marked_free(page_address(head), MARK_SHIFT_LARGE) ? NULL : head;
	default:
		return NULL;
	}
}

static bool is_slab(const struct page *head)
{
	return READ_ONCE(head->state) == PAGE_SLAB;
}

bool page_is_compound(const struct page *head)
{
	return head->order && (is_slab(head) || head->requested || head->flags & PAGE_FLAG_COMP);
}

struct page *page_compound_head(struct page *page)
{
	struct page *head = block_of(page);

	return head && head->state != PAGE_VMALLOC && page_is_compound(head) ? head : page;
}

int page_count(struct page *page)
{
	struct page *head = block_of(page);

	if (!head || (head != page && !page_is_compound(head)))
		return 0;
	return is_slab(head) ? 1 : 1 + __atomic_load_n(&head->refs, __ATOMIC_RELAXED);
}

void page_own(struct page *head, gfp_t flags)
{
	unsigned long pfn = page_to_pfn(head);

	head->flags |= PAGE_FLAG_PAGES;
	if (flags & __GFP_COMP && head->order)
		head->flags |= PAGE_FLAG_COMP;
	head->mapping = NULL;
	head->page_flags = head->requested = head->index = head->private = 0;
	if (frame_class[pfn]) /* a page list's class: free() must not hit it */
		frame_class[pfn] = FRAME_DIRTY;
}

void page_disown(struct page *head)
{
	if (head->flags & PAGE_FLAG_SHARED)
		page_unshare(head);
	head->flags &= PAGE_FLAG_EMERGENCY;
	__atomic_store_n(&head->refs, 0, __ATOMIC_RELAXED);
}

/* --- references ------------------------------------------------------------ */

/* kmalloc_large's: from now on kfree() must look at the count, so it is no hit. */
static void adopt(struct page *head)
{
	size_t requested = head->requested;

	page_own(head, __GFP_COMP);
	head->requested = requested;
}

void get_page(struct page *page)
{
	struct page *head = page_compound_head(page);

	if (READ_ONCE(head->state) == PAGE_LARGE && !(head->flags & PAGE_FLAG_PAGES))
		adopt(head);
	if (!is_slab(head))
		__atomic_fetch_add(&head->refs, 1, __ATOMIC_RELAXED);
}

/* True: it was the last. refs stays 0 then. */
static bool put_page_testzero(struct page *head)
{
	int refs = __atomic_load_n(&head->refs, __ATOMIC_RELAXED);

	while (refs > 0)
		if (__atomic_compare_exchange_n(&head->refs, &refs, refs - 1, false,
						__ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			return false;
	return true;
}

/* --- blocks in parts ------------------------------------------------------- */

/* A block of its own, cut out of the one that `from` heads. */
static struct page *make_block(const struct page *from, struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);

	if (frame_class[pfn])
		frame_class[pfn] = FRAME_DIRTY;
	mark_used(pfn_to_virt(pfn), MARK_SHIFT_LARGE);
	page->zone = from->zone;
	page->flags = (page->flags & PAGE_FLAG_ALIAS) | PAGE_FLAG_PAGES |
		      (from->flags & (PAGE_FLAG_EMERGENCY | PAGE_FLAG_SHARED));
	if (page != from) {
		page->refs = 0;
		page->slab_cache = NULL;
		page->page_flags = page->requested = page->index = page->private = 0;
	}
	WRITE_ONCE(page->order, (u8)order);
	__atomic_store_n(&page->state, PAGE_LARGE, __ATOMIC_RELEASE);
	return page;
}

static void free_part(struct page *page)
{
	page_disown(page);
	free_pages(page, page->order);
}

/* All but the first page are freed (kernel: ___free_pages()). */
static void free_behind_first(struct page *page)
{
	unsigned int order = page->order;

	while (order-- > 0)
		free_part(make_block(page, page + (1UL << order), order));
	make_block(page, page, 0);
}

static void split_block(struct page *page)
{
	unsigned long i, n = 1UL << page->order;

	for (i = n - 1; i; i--)
		make_block(page, page + i, 0);
	make_block(page, page, 0);
}

void page_free_single(struct page *page, unsigned long from, unsigned long upto)
{
	for (; from < upto; from++)
		free_part(page + from);
}

/* --- frees ----------------------------------------------------------------- */

/* Kernel: bad_page(). */
static enum kmemu_policy bad_page(struct page *page, const char *reason, int refcount,
				  const char *func, const void *caller)
{
	struct report_page facts = { .pfn = page_to_pfn(page), .refcount = refcount };
	struct report r = { .kind = REPORT_BAD_PAGE, .func = func, .addr = page_address(page),
			    .rule = reason, .page = &facts, .caller = caller };

	if (READ_ONCE(page->state) == PAGE_LARGE) {
		facts.mapping = page->mapping;
		facts.index = page->index;
		facts.order = page_is_compound(page) ? page->order : 0;
	}
	return report_submit(&r);
}

/* The last reference of a block is gone: it is right, or NULL. */
static struct page *checked(struct page *head, const char *func, const void *caller)
{
	const char *reason = NULL;

	if (head->state == PAGE_VMALLOC)
		return NULL; /* the area's; kernel: the page would go, the area stay */
	if (!(head->flags & PAGE_FLAG_PAGES))
		return head;
	if (head->mapping)
		reason = "non-NULL mapping";
	if (head->page_flags & PAGE_FLAGS_CHECK_AT_FREE)
		reason = "PAGE_FLAGS_CHECK_AT_FREE flag(s) set";
	if (reason && bad_page(head, reason, 0, func, caller) == POLICY_FAIL)
		return NULL;
	return head;
}

void (*page_put_user)(struct page *page, const void *caller);

struct page *page_put(struct page *page, const void *caller)
{
	struct page *head = block_of(page);

	if (!head || (head != page && !page_is_compound(head))) {
		bad_page(page, "nonzero _refcount", -1, "put_page", caller);
		return NULL;
	}
	if (unlikely(head->flags & PAGE_FLAG_USER) && head->state == PAGE_LARGE) {
		page_put_user(head, caller);
		return NULL;
	}
	if (is_slab(head) || !put_page_testzero(head))
		return NULL;
	/* One page goes, and nobody has the others: a leak, as there. */
	if (head->order && !page_is_compound(head))
		split_block(head);
	return checked(head, "put_page", caller);
}

struct page *page_free(struct page *page, unsigned int order, const char *func,
		       const void *caller)
{
	struct page *head = block_of(page);
	const char *reason = NULL;

	if (!head || head != page)
		reason = "nonzero _refcount";
	else if (is_slab(head))
		reason = "nonzero mapcount";
	if (reason) {
		bad_page(page, reason, head && is_slab(head) ? 0 : -1, func, caller);
		return NULL;
	}
	if (head->state == PAGE_LARGE && head->order != order) {
		reason = page_is_compound(head) ? "compound && compound_order(page) != order" :
						  "freed with another order than allocated";
		if (bad_page(page, reason, 0, func, caller) == POLICY_FAIL)
			return NULL;
	}
	if (head->order && !page_is_compound(head) &&
	    __atomic_load_n(&head->refs, __ATOMIC_RELAXED) > 0)
		free_behind_first(head);
	return put_page_testzero(head) ? checked(head, func, caller) : NULL;
}

bool split_page(struct page *page, unsigned int order, const void *caller)
{
	struct page *head = block_of(page);

	if (head != page || !head || page->state != PAGE_LARGE || page->order != order ||
	    page_is_compound(page)) {
		bad_page(page, head && page_is_compound(head) ? "PageCompound(page)" :
								"!page_count(page)",
			 head == page ? 1 : 0, "split_page", caller);
		return false;
	}
	split_block(page);
	return true;
}
