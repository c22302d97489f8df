/* SPDX-License-Identifier: MIT */
/*
 * <linux/page-flags.h> of Linux 6.12: the flags that a page's owner sets, and
 * questions. They belong to pages of alloc_pages() and vmalloc; of pages of slabs
 * only PageSlab() and PageCompound() say something. Each access is atomic, but of
 * __SetPageX() and __ClearPageX(). A page is freed with none of locked, lru,
 * private, private_2, writeback, reserved, active, unevictable (finding bad-page).
 */
#ifndef PAGE_FLAGS_H
#define PAGE_FLAGS_H

#include <kmemu/mm.h>
#include <linux/compiler.h>
#include <linux/mm_types.h>
#include <linux/types.h>

enum pageflags {
	PG_locked,
	PG_writeback,
	PG_referenced,
	PG_uptodate,
	PG_dirty,
	PG_lru,
	PG_head,
	PG_waiters,
	PG_active,
	PG_workingset,
	PG_owner_priv_1,
	PG_owner_2,
	PG_arch_1,
	PG_reserved,
	PG_private,
	PG_private_2,
	PG_reclaim,
	PG_swapbacked,
	PG_unevictable,
	PG_mlocked,
	PG_hwpoison,
	__NR_PAGEFLAGS,

	PG_readahead = PG_reclaim,
	PG_swapcache = PG_owner_priv_1,
	PG_checked = PG_owner_priv_1,
};

static inline bool __kmemu_page_flag(const struct page *page, unsigned int bit)
{
	return __atomic_load_n(&page->page_flags, __ATOMIC_RELAXED) >> bit & 1;
}

static inline bool __kmemu_page_flag_on(struct page *page, unsigned int bit)
{
	return __atomic_fetch_or(&page->page_flags, 1UL << bit, __ATOMIC_SEQ_CST) >> bit & 1;
}

static inline bool __kmemu_page_flag_off(struct page *page, unsigned int bit)
{
	return __atomic_fetch_and(&page->page_flags, ~(1UL << bit), __ATOMIC_SEQ_CST) >> bit & 1;
}

#define __KMEMU_PAGE_FLAG(Name, name, answer)                             \
	static inline answer Page##Name(const struct page *page)          \
	{                                                                 \
		return __kmemu_page_flag(page, PG_##name);                \
	}                                                                 \
	static inline void SetPage##Name(struct page *page)               \
	{                                                                 \
		__kmemu_page_flag_on(page, PG_##name);                    \
	}                                                                 \
	static inline void ClearPage##Name(struct page *page)             \
	{                                                                 \
		__kmemu_page_flag_off(page, PG_##name);                   \
	}                                                                 \
	static inline void __SetPage##Name(struct page *page)             \
	{                                                                 \
		page->page_flags |= 1UL << PG_##name;                     \
	}                                                                 \
	static inline void __ClearPage##Name(struct page *page)           \
	{                                                                 \
		page->page_flags &= ~(1UL << PG_##name);                  \
	}                                                                 \
	static inline int TestSetPage##Name(struct page *page)            \
	{                                                                 \
		return __kmemu_page_flag_on(page, PG_##name);             \
	}                                                                 \
	static inline int TestClearPage##Name(struct page *page)          \
	{                                                                 \
		return __kmemu_page_flag_off(page, PG_##name);            \
	}                                                                 \
	static inline bool folio_test_##name(const struct folio *folio)   \
	{                                                                 \
		return __kmemu_page_flag(&folio->page, PG_##name);        \
	}                                                                 \
	static inline void folio_set_##name(struct folio *folio)          \
	{                                                                 \
		__kmemu_page_flag_on(&folio->page, PG_##name);            \
	}                                                                 \
	static inline void folio_clear_##name(struct folio *folio)        \
	{                                                                 \
		__kmemu_page_flag_off(&folio->page, PG_##name);           \
	}

__KMEMU_PAGE_FLAG(Locked, locked, int)
__KMEMU_PAGE_FLAG(Writeback, writeback, int)
__KMEMU_PAGE_FLAG(Referenced, referenced, int)
__KMEMU_PAGE_FLAG(Uptodate, uptodate, bool)
__KMEMU_PAGE_FLAG(Dirty, dirty, int)
__KMEMU_PAGE_FLAG(LRU, lru, int)
__KMEMU_PAGE_FLAG(Active, active, int)
__KMEMU_PAGE_FLAG(Workingset, workingset, int)
__KMEMU_PAGE_FLAG(Checked, checked, int)
__KMEMU_PAGE_FLAG(Reserved, reserved, int)
__KMEMU_PAGE_FLAG(Private, private, int)
__KMEMU_PAGE_FLAG(Private2, private_2, int)
__KMEMU_PAGE_FLAG(Reclaim, reclaim, int)
__KMEMU_PAGE_FLAG(SwapBacked, swapbacked, int)
__KMEMU_PAGE_FLAG(Unevictable, unevictable, int)
__KMEMU_PAGE_FLAG(HWPoison, hwpoison, int)

#define PAGEFLAGS_MASK ((1UL << __NR_PAGEFLAGS) - 1)
#define compound_head(page) kmemu_compound_head(page)

#define page_folio(p)                                                   \
	_Generic((p), const struct page *: (const struct folio *)compound_head(p), \
		 struct page *: (struct folio *)compound_head(p))
#define folio_page(folio, n) (&(folio)->page + (n))

static __always_inline bool folio_test_large(const struct folio *folio)
{
	return kmemu_compound_order(&folio->page) > 0;
}

static inline bool PageSlab(const struct page *page)
{
	return kmemu_page_is_slab(page);
}

static inline int PageCompound(const struct page *page)
{
	return kmemu_compound_order(page) > 0;
}

static inline int PageHead(const struct page *page)
{
	return PageCompound(page) && kmemu_compound_head(page) == page;
}

static inline int PageTail(const struct page *page)
{
	return kmemu_compound_head(page) != page;
}

#ifndef __cplusplus

/* All have an address, and no program maps them. */

static __always_inline int PageHighMem(const struct page *page)
{
	(void)page;
	return 0;
}

static __always_inline bool PageAnon(const struct page *page)
{
	(void)page;
	return 0;
}

static __always_inline bool folio_test_anon(const struct folio *folio)
{
	(void)folio;
	return false;
}

static __always_inline bool folio_test_hugetlb(const struct folio *folio)
{
	(void)folio;
	return false;
}

static __always_inline bool folio_test_ksm(const struct folio *folio)
{
	(void)folio;
	return false;
}

static __always_inline bool folio_test_highmem(const struct folio *folio)
{
	(void)folio;
	return false;
}

static __always_inline int PageTransCompound(const struct page *page)
{
	return PageCompound(page);
}

static __always_inline void folio_mark_uptodate(struct folio *folio)
{
	folio_set_uptodate(folio);
}

static __always_inline void __folio_mark_uptodate(struct folio *folio)
{
	folio_set_uptodate(folio);
}

static __always_inline int folio_has_private(const struct folio *folio)
{
	return folio_test_private(folio) || folio_test_private_2(folio);
}

static __always_inline bool folio_contain_hwpoisoned_page(struct folio *folio)
{
	return folio_test_hwpoison(folio);
}

static __always_inline int PageAnonExclusive(const struct page *page)
{
	(void)page;
	return 0;
}

#endif /* __cplusplus */

#endif /* PAGE_FLAGS_H */
