/*
 * scatterlist.c - lists of pieces of memory (kernel: lib/scatterlist.c,
 * lib/sg_pool.c).
 *
 * A list is an array, or arrays chained by their last entry. Tables are made of
 * chunks of at most SG_MAX_SINGLE_ALLOC entries, which fill a page: a full one is
 * a page, a smaller one kmalloc memory, as in the kernel, so that freeing needs
 * the same numbers as allocating.
 *
 * Different from the kernel: chained tables come from kmalloc instead of mempools
 * (SG_CHUNK_SIZE entries are a page), so they may fail when memory is out; there
 * is no highmem to be mapped.
 *
 * Locks: none: a list is its user's.
 */
#include <errno.h>
#include <string.h>

#include "core/check/dma_debug.h"
#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "include/kmemu/scatterlist.h"

#define SG_FLAGS	    (KMEMU_SG_CHAIN | KMEMU_SG_END)
#define SG_MAX_SINGLE_ALLOC (PAGE_SIZE / sizeof(struct scatterlist))
#define SG_CHUNK_SIZE	    128U

static struct page *sg_page(const struct scatterlist *sg)
{
	return (struct page *)(sg->page_link & ~SG_FLAGS);
}

static void sg_set_page(struct scatterlist *sg, const struct page *page, unsigned int length,
			unsigned int offset)
{
	sg->page_link = (sg->page_link & SG_FLAGS) | (unsigned long)page;
	sg->offset = offset;
	sg->length = length;
}

static struct scatterlist *sg_chain_ptr(const struct scatterlist *sg)
{
	return (struct scatterlist *)(sg->page_link & ~SG_FLAGS);
}

static void sg_mark_end(struct scatterlist *sg)
{
	sg->page_link = (sg->page_link | KMEMU_SG_END) & ~KMEMU_SG_CHAIN;
}

static void sg_chain(struct scatterlist *list, unsigned int nents, struct scatterlist *next)
{
	struct scatterlist *sg = &list[nents - 1];

	sg->offset = sg->length = 0;
	sg->page_link = ((unsigned long)next | KMEMU_SG_CHAIN) & ~KMEMU_SG_END;
}

KMEMU_EXPORT struct scatterlist *kmemu_sg_next(struct scatterlist *sg)
{
	if (sg->page_link & KMEMU_SG_END)
		return NULL;
	sg++;
	return sg->page_link & KMEMU_SG_CHAIN ? sg_chain_ptr(sg) : sg;
}

KMEMU_EXPORT struct scatterlist *kmemu_sg_last(struct scatterlist *sgl, unsigned int nents)
{
	struct scatterlist *last = NULL;

	for (unsigned int i = 0; i < nents && sgl; i++, sgl = kmemu_sg_next(sgl))
		last = sgl;
	return last;
}

KMEMU_EXPORT int kmemu_sg_nents(struct scatterlist *sg)
{
	int n = 0;

	for (; sg; sg = kmemu_sg_next(sg))
		n++;
	return n;
}

KMEMU_EXPORT int kmemu_sg_nents_for_len(struct scatterlist *sg, unsigned long long len)
{
	unsigned long long total = 0;
	int n = 0;

	for (; len && sg; sg = kmemu_sg_next(sg)) {
		n++;
		total += sg->length;
		if (total >= len)
			return n;
	}
	return len ? -EINVAL : 0;
}

KMEMU_EXPORT void kmemu_sg_init_table(struct scatterlist *sgl, unsigned int nents)
{
	memset(sgl, 0, sizeof(*sgl) * nents);
	sg_mark_end(&sgl[nents - 1]);
}

/* It has no page, which is why this is called. */
KMEMU_EXPORT void kmemu_sg_bad_buf(const void *buf)
{
	if (kernel_is_ready())
		debug_sg_buf(buf, CALLER);
}

/* --- tables ------------------------------------------------------------------ */

static struct scatterlist *sg_alloc(unsigned int nents, gfp_t flags, const void *caller)
{
	struct page *page;

	if (nents != SG_MAX_SINGLE_ALLOC)
		return kmalloc_for(nents * sizeof(struct scatterlist), flags, "sg_alloc_table",
				   caller);
	page = alloc_pages_by(flags, 0, "sg_alloc_table", caller);
	return page ? page_address(page) : NULL;
}

static void sg_free(struct scatterlist *sg, unsigned int nents)
{
	if (nents == SG_MAX_SINGLE_ALLOC)
		free_pages_of(sg);
	else
		kfree_for(sg, NULL);
}

/* What a table is made of. alloc NULL: sg_alloc(). */
struct sg_chunks {
	unsigned int max_ents;
	struct scatterlist *first;
	unsigned int first_ents;
	kmemu_sg_alloc_fn *alloc;
	const void *caller;
};

static struct scatterlist *chunk_alloc(const struct sg_chunks *c, unsigned int nents, gfp_t flags)
{
	return c->alloc ? c->alloc(nents, flags) : sg_alloc(nents, flags, c->caller);
}

/*
 * On failure the table ends with what was there: the caller frees it. Kernel:
 * __sg_alloc_table().
 */
static int table_alloc(struct sg_table *table, unsigned int nents, const struct sg_chunks *c,
		       gfp_t flags)
{
	unsigned int left = nents, room = c->first_ents ? c->first_ents : c->max_ents;
	unsigned int before = 0;
	struct scatterlist *sg, *prv = NULL, *first = c->first;

	memset(table, 0, sizeof(*table));
	while (left) {
		unsigned int n = min(left, room), used = left > room ? n - 1 : n;

		sg = first ? first : chunk_alloc(c, n, flags);
		first = NULL;
		if (!sg) {
			/* The entry that was to lead here is none that is used. */
			if (prv)
				table->nents = ++table->orig_nents;
			return -ENOMEM;
		}
		left -= used;
		kmemu_sg_init_table(sg, n);
		table->nents = table->orig_nents += used;
		if (prv)
			sg_chain(prv, before, sg);
		else
			table->sgl = sg;
		prv = sg;
		before = room;
		room = c->max_ents;
	}
	return nents ? 0 : -EINVAL;
}

KMEMU_EXPORT int kmemu___sg_alloc_table(struct sg_table *table, unsigned int nents,
					unsigned int max_ents, struct scatterlist *first_chunk,
					unsigned int nents_first_chunk, kmemu_gfp_t flags,
					kmemu_sg_alloc_fn *alloc_fn)
{
	struct sg_chunks c = { max_ents, first_chunk, nents_first_chunk, alloc_fn, CALLER };

	return table_alloc(table, nents, &c, flags);
}

KMEMU_EXPORT void kmemu___sg_free_table(struct sg_table *table, unsigned int max_ents,
					unsigned int nents_first_chunk, kmemu_sg_free_fn *free_fn,
					unsigned int num_ents)
{
	unsigned int room = nents_first_chunk ? nents_first_chunk : max_ents;
	struct scatterlist *sgl = table->sgl, *next;
	bool keep = nents_first_chunk;

	while (sgl && num_ents) {
		unsigned int n = min(num_ents, room);
		unsigned int used = num_ents > room ? n - 1 : n;

		next = num_ents > room ? sg_chain_ptr(&sgl[room - 1]) : NULL;
		num_ents -= used;
		if (!keep)
			free_fn(sgl, n);
		keep = false;
		sgl = next;
		room = max_ents;
	}
	table->sgl = NULL;
}

KMEMU_EXPORT void kmemu_sg_free_table(struct sg_table *table)
{
	kmemu___sg_free_table(table, SG_MAX_SINGLE_ALLOC, 0, sg_free, table->orig_nents);
}

static int alloc_table_for(struct sg_table *table, unsigned int nents, gfp_t flags,
			   const void *caller)
{
	struct sg_chunks c = { .max_ents = SG_MAX_SINGLE_ALLOC, .caller = caller };
	int error = table_alloc(table, nents, &c, flags);

	if (error)
		kmemu_sg_free_table(table);
	return error;
}

KMEMU_EXPORT int kmemu_sg_alloc_table(struct sg_table *table, unsigned int nents,
				      kmemu_gfp_t flags)
{
	return alloc_table_for(table, nents, flags, CALLER);
}

/* Kernel: lib/sg_pool.c. A first chunk of one entry is too short to lead on. */
KMEMU_EXPORT void kmemu_sg_free_table_chained(struct sg_table *table,
					      unsigned int nents_first_chunk)
{
	if (table->orig_nents <= nents_first_chunk)
		return;
	if (nents_first_chunk == 1)
		nents_first_chunk = 0;
	kmemu___sg_free_table(table, SG_CHUNK_SIZE, nents_first_chunk, sg_free,
			      table->orig_nents);
}

KMEMU_EXPORT int kmemu_sg_alloc_table_chained(struct sg_table *table, int nents,
					      struct scatterlist *first_chunk,
					      unsigned int nents_first_chunk)
{
	struct sg_chunks c = { SG_CHUNK_SIZE, first_chunk, nents_first_chunk, NULL, CALLER };
	int error;

	if (first_chunk && nents_first_chunk && (unsigned int)nents <= nents_first_chunk) {
		table->sgl = first_chunk;
		table->nents = table->orig_nents = (unsigned int)nents;
		kmemu_sg_init_table(first_chunk, (unsigned int)nents);
		return 0;
	}
	if (nents_first_chunk <= 1) {
		c.first = NULL;
		c.first_ents = 0;
	}
	error = table_alloc(table, (unsigned int)nents, &c, GFP_ATOMIC);
	if (error)
		kmemu_sg_free_table_chained(table, nents_first_chunk);
	return error;
}

/* --- from pages ---------------------------------------------------------------- */

/* Pages from `from` on that lie behind each other, in all at most `most` bytes. */
static unsigned int run_of(struct page **pages, unsigned int from, unsigned int n_pages,
			   unsigned int most)
{
	unsigned long bytes = PAGE_SIZE;
	unsigned int i;

	for (i = from + 1; i < n_pages && pages[i] == pages[i - 1] + 1; i++) {
		bytes += PAGE_SIZE;
		if (bytes > most)
			break;
	}
	return i - from;
}

/*
 * Kernel: get_next_sg(): the entry behind cur (NULL: the first), in a new chunk where the
 * last of one must lead on to `needed` more. NULL: no memory.
 */
static struct scatterlist *next_of(struct sg_append_table *t, struct scatterlist *cur,
				   unsigned int needed, gfp_t flags, const void *caller)
{
	struct scatterlist *next = cur ? cur + 1 : NULL, *chunk;
	unsigned int n = min(needed, (unsigned int)SG_MAX_SINGLE_ALLOC);

	if (next && (!(next->page_link & KMEMU_SG_END) || needed == 1))
		return next;
	chunk = sg_alloc(n, flags, caller);
	if (!chunk)
		return NULL;
	kmemu_sg_init_table(chunk, n);
	t->total_nents += n - !!next;
	if (next)
		sg_chain(next, 1, chunk);
	else
		t->sgt.sgl = chunk;
	return chunk;
}

/* Pages that lie behind the last entry, as many as go into it; how many these are. */
static unsigned int merge_into(struct scatterlist *last, struct page **pages, unsigned int n_pages,
			       unsigned int most)
{
	unsigned long end = last->offset + (unsigned long)last->length;
	const struct page *next = sg_page(last) + (end >> PAGE_SHIFT);
	unsigned int n = 0;

	while (!(end & (PAGE_SIZE - 1)) && n < n_pages && pages[n] == next + n &&
	       last->length + PAGE_SIZE <= most) {
		last->length += (unsigned int)PAGE_SIZE;
		n++;
	}
	return n;
}

static int append(struct sg_append_table *t, struct page **pages, unsigned int n_pages,
		  unsigned int offset, unsigned long size, unsigned int most, unsigned int left,
		  gfp_t flags, const void *caller)
{
	unsigned int chunks = 0, added = 0, i, run;
	struct scatterlist *sg = t->prv;

	for (i = 0; i < n_pages; i += run, chunks++)
		run = run_of(pages, i, n_pages, most);
	for (i = 0; i < n_pages; i += run, added++) {
		unsigned long bytes;

		sg = next_of(t, sg, chunks - added + left, flags, caller);
		if (!sg)
			return -ENOMEM;
		run = run_of(pages, i, n_pages, most);
		bytes = min(size, ((unsigned long)run << PAGE_SHIFT) - offset);
		sg_set_page(sg, pages[i], (unsigned int)bytes, offset);
		size -= bytes;
		offset = 0;
	}
	t->sgt.nents += added;
	t->sgt.orig_nents = t->sgt.nents;
	t->prv = sg;
	return 0;
}

static int append_pages(struct sg_append_table *t, struct page **pages, unsigned int n_pages,
			unsigned int offset, unsigned long size, unsigned int max_segment,
			unsigned int left, gfp_t flags, const void *caller)
{
	unsigned int most = (unsigned int)ALIGN_DOWN((unsigned long)max_segment, PAGE_SIZE);
	unsigned int length = t->prv ? t->prv->length : 0, merged = 0;
	int error;

	if (most < PAGE_SIZE || (t->prv && offset)) {
		kernel_warn(caller, "lib/scatterlist.c", most < PAGE_SIZE ? 470 : 480, NULL);
		return -EINVAL;
	}
	if (!n_pages || (t->prv && t->prv->page_link & KMEMU_SG_END))
		return -EINVAL;
	if (t->prv)
		merged = merge_into(t->prv, pages, n_pages, most);
	error = append(t, pages + merged, n_pages - merged, offset,
		       size - min(size, (unsigned long)merged << PAGE_SHIFT), most, left, flags,
		       caller);
	if (error && t->prv)
		t->prv->length = length;
	if (!error && !left)
		sg_mark_end(t->prv);
	return error;
}

KMEMU_EXPORT int kmemu_sg_alloc_append_table_from_pages(struct sg_append_table *table,
							struct page **pages, unsigned int n_pages,
							unsigned int offset, unsigned long size,
							unsigned int max_segment,
							unsigned int left_pages, kmemu_gfp_t flags)
{
	return append_pages(table, pages, n_pages, offset, size, max_segment, left_pages, flags,
			    CALLER);
}

KMEMU_EXPORT void kmemu_sg_free_append_table(struct sg_append_table *table)
{
	kmemu___sg_free_table(&table->sgt, SG_MAX_SINGLE_ALLOC, 0, sg_free, table->total_nents);
}

KMEMU_EXPORT int kmemu_sg_alloc_table_from_pages_segment(struct sg_table *table,
							 struct page **pages, unsigned int n_pages,
							 unsigned int offset, unsigned long size,
							 unsigned int max_segment,
							 kmemu_gfp_t flags)
{
	struct sg_append_table t = { 0 };
	int error = append_pages(&t, pages, n_pages, offset, size, max_segment, 0, flags, CALLER);

	if (error)
		kmemu_sg_free_append_table(&t);
	*table = t.sgt;
	return error;
}

KMEMU_EXPORT void kmemu_sgl_free_n_order(struct scatterlist *sgl, int nents, int order)
{
	struct scatterlist *sg = sgl;

	(void)order;
	for (int i = 0; sg && i < nents && sg_page(sg); i++, sg = kmemu_sg_next(sg))
		free_pages_of(page_address(sg_page(sg)));
	kfree_for(sgl, CALLER);
}

KMEMU_EXPORT struct scatterlist *kmemu_sgl_alloc_order(unsigned long long length,
						       unsigned int order, bool chainable,
						       kmemu_gfp_t flags, unsigned int *nents_p)
{
	unsigned long long each = PAGE_SIZE << order, n = DIV_ROUND_UP(length, each);
	struct scatterlist *sgl, *sg;

	if (n << order < n || n + chainable > ~0U / sizeof(*sgl))
		return NULL;
	sgl = kmalloc_for((n + chainable) * sizeof(*sgl), flags & ~__GFP_DMA, "sgl_alloc_order",
			  CALLER);
	if (!sgl)
		return NULL;
	kmemu_sg_init_table(sgl, (unsigned int)(n + chainable));
	for (sg = sgl; length; sg++) {
		struct page *page = alloc_pages_by(flags, order, "sgl_alloc_order", CALLER);

		if (!page) {
			kmemu_sgl_free_n_order(sgl, (int)n, (int)order);
			return NULL;
		}
		sg_set_page(sg, page, (unsigned int)min(each, length), 0);
		length -= sg->length;
	}
	if (nents_p)
		*nents_p = (unsigned int)n;
	return sgl;
}

/* --- page by page ---------------------------------------------------------------- */

KMEMU_EXPORT void kmemu___sg_page_iter_start(struct sg_page_iter *iter, struct scatterlist *sgl,
					     unsigned int nents, unsigned long pgoffset)
{
	iter->__pg_advance = 0;
	iter->__nents = nents;
	iter->sg = sgl;
	iter->sg_pgoffset = (unsigned int)pgoffset;
}

static bool iter_next(struct sg_page_iter *iter, bool dma)
{
	if (!iter->__nents || !iter->sg)
		return false;
	iter->sg_pgoffset += (unsigned int)iter->__pg_advance;
	iter->__pg_advance = 1;
	for (;;) {
		unsigned int bytes = dma ? iter->sg->dma_length : iter->sg->length;
		unsigned int pages = (unsigned int)(PAGE_ALIGN((u64)iter->sg->offset + bytes) >>
						    PAGE_SHIFT);

		if (iter->sg_pgoffset < pages)
			return true;
		iter->sg_pgoffset -= pages;
		iter->sg = kmemu_sg_next(iter->sg);
		if (!--iter->__nents || !iter->sg)
			return false;
	}
}

KMEMU_EXPORT bool kmemu___sg_page_iter_next(struct sg_page_iter *iter)
{
	return iter_next(iter, false);
}

KMEMU_EXPORT bool kmemu___sg_page_iter_dma_next(struct sg_dma_page_iter *iter)
{
	return iter_next(&iter->base, true);
}

KMEMU_EXPORT void kmemu_sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl,
				       unsigned int nents, unsigned int flags)
{
	memset(miter, 0, sizeof(*miter));
	kmemu___sg_page_iter_start(&miter->piter, sgl, nents, 0);
	miter->__flags = flags;
}

static bool miter_page(struct sg_mapping_iter *miter)
{
	struct scatterlist *sg;
	unsigned long left;

	if (miter->__remaining)
		return true;
	if (!iter_next(&miter->piter, false))
		return false;
	sg = miter->piter.sg;
	miter->__offset = miter->piter.sg_pgoffset ? 0 : sg->offset;
	miter->piter.sg_pgoffset += miter->__offset >> PAGE_SHIFT;
	miter->__offset &= PAGE_SIZE - 1;
	left = (unsigned long)sg->offset + sg->length -
	       ((unsigned long)miter->piter.sg_pgoffset << PAGE_SHIFT) - miter->__offset;
	miter->__remaining = (unsigned int)min(left, PAGE_SIZE - miter->__offset);
	return true;
}

KMEMU_EXPORT void kmemu_sg_miter_stop(struct sg_mapping_iter *miter)
{
	if (!miter->addr)
		return;
	miter->__offset += (unsigned int)miter->consumed;
	miter->__remaining -= (unsigned int)miter->consumed;
	miter->page = NULL;
	miter->addr = NULL;
	miter->length = miter->consumed = 0;
}

KMEMU_EXPORT bool kmemu_sg_miter_skip(struct sg_mapping_iter *miter, off_t offset)
{
	kmemu_sg_miter_stop(miter);
	while (offset) {
		unsigned int n;

		if (!miter_page(miter))
			return false;
		n = (unsigned int)min(offset, (off_t)miter->__remaining);
		miter->__offset += n;
		miter->__remaining -= n;
		offset -= n;
	}
	return true;
}

KMEMU_EXPORT bool kmemu_sg_miter_next(struct sg_mapping_iter *miter)
{
	kmemu_sg_miter_stop(miter);
	if (!miter_page(miter))
		return false;
	miter->page = sg_page(miter->piter.sg) + miter->piter.sg_pgoffset;
	miter->consumed = miter->length = miter->__remaining;
	miter->addr = (char *)page_address(miter->page) + miter->__offset;
	return true;
}

/* --- copies ---------------------------------------------------------------------- */

enum copy { COPY_FROM_LIST,
	    COPY_TO_LIST,
	    COPY_ZERO };

static size_t copy_list(struct scatterlist *sgl, unsigned int nents, u8 *buf, size_t buflen,
			off_t skip, enum copy how)
{
	struct sg_mapping_iter miter;
	size_t done = 0;

	kmemu_sg_miter_start(&miter, sgl, nents, 0);
	if (!kmemu_sg_miter_skip(&miter, skip))
		return 0;
	while (done < buflen && kmemu_sg_miter_next(&miter)) {
		size_t n = min(miter.length, buflen - done);

		if (how == COPY_FROM_LIST)
			memcpy(buf + done, miter.addr, n);
		else if (how == COPY_TO_LIST)
			memcpy(miter.addr, buf + done, n);
		else
			memset(miter.addr, 0, n);
		done += n;
	}
	kmemu_sg_miter_stop(&miter);
	return done;
}

KMEMU_EXPORT size_t kmemu_sg_copy_buffer(struct scatterlist *sgl, unsigned int nents, void *buf,
					 size_t buflen, off_t skip, bool to_buffer)
{
	return copy_list(sgl, nents, buf, buflen, skip,
			 to_buffer ? COPY_FROM_LIST : COPY_TO_LIST);
}

KMEMU_EXPORT size_t kmemu_sg_zero_buffer(struct scatterlist *sgl, unsigned int nents,
					 size_t buflen, off_t skip)
{
	return copy_list(sgl, nents, NULL, buflen, skip, COPY_ZERO);
}
