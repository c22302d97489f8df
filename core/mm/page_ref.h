/* SPDX-License-Identifier: MIT */
/*
 * page_ref.h - pages as the kernel's own code has them: references, compound
 * pages, split blocks. page_ref.c has the theory.
 */
#pragma once

#include "core/mm/mm.h"

/* Marks a block from alloc_pages() as the caller's, with the caller's words 0. */
void page_own(struct page *head, gfp_t flags);
/* The opposite, before it is freed: flags, and what is mapped twice. */
void page_disown(struct page *head);

/* Head of a compound page or slab; page itself for all others. */
struct page *page_compound_head(struct page *page);
bool page_is_compound(const struct page *head);
/* References: 0 when it is free, or a tail of a block that is not compound. */
int page_count(struct page *page);
void get_page(struct page *page);
/* Of PAGE_FLAG_USER: one reference less. Set by who makes them. */
extern void (*page_put_user)(struct page *page, const void *caller);
/*
 * One reference less. The block to be freed when it was the last one, else NULL.
 * page_put: of put_page(). page_free: of __free_pages(), which says the order;
 * what is not so is reported for caller.
 */
struct page *page_put(struct page *page, const void *caller);
struct page *page_free(struct page *page, unsigned int order, const char *func,
		       const void *caller);
/* A block of pages of their own; false (reported): it is none, or compound. */
bool split_page(struct page *page, unsigned int order, const void *caller);
/* Frees [from, upto) of a block that was split to single pages. */
void page_free_single(struct page *page, unsigned long from, unsigned long upto);
