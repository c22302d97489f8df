/*
 * iov_pages.c - pages of an iterator, for a device or for who keeps them (kernel:
 * lib/iov_iter.c iov_iter_get_pages2, iov_iter_extract_pages; lib/scatterlist.c
 * extract_iter_to_sg).
 *
 * What is taken at once is one piece of a vector, or all that is asked for of folios: pages
 * that follow each other without a hole. A program's are pinned, or got, as gup.c does it.
 *
 * Different from the kernel: kernel memory that has no struct page here (of the program's own,
 * outside the emulated memory) is -EFAULT.
 *
 * Locks: none.
 */
#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kernel/iov_iter.h"
#include "core/kernel/task.h"
#include "include/kmemu/lib.h"
#include "include/kmemu/mm.h"
#include "include/kmemu/mm_struct.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/scatterlist.h"

/* How pages are taken. */
struct taking {
	struct page ***pages; /* *pages NULL: an array is made */
	size_t bytes; /* at most, and pages: */
	unsigned int max;
	bool get; /* a reference of each; else a pin of a program's */
	const char *func;
};

/* How many of them there may be, with an array; 0: no memory. */
static unsigned int room_for(const struct taking *t, size_t bytes, size_t offset)
{
	size_t n = min((bytes + offset + PAGE_SIZE - 1) / PAGE_SIZE, (size_t)t->max);

	if (!*t->pages)
		*t->pages = kmemu_kvmalloc(n * sizeof(**t->pages), GFP_KERNEL);
	return *t->pages ? (unsigned int)n : 0;
}

static struct page *page_of(const struct iov_piece *p)
{
	if (p->page)
		return p->page;
	if (is_vmalloc_addr(p->at))
		return kmemu_vmalloc_to_page(p->at);
	return in_direct_map(p->at) ? pfn_to_page(virt_to_pfn(p->at)) : NULL;
}

static size_t offset_of(const struct iov_piece *p)
{
	return p->at ? (uintptr_t)p->at % PAGE_SIZE : p->offset;
}

/* What is left of a vector's piece; of folios all. */
static size_t rest_of_piece(const struct iov_iter *i, const struct iov_piece *p)
{
	return i->iter_type == ITER_BVEC ? min(i->count, i->bvec->bv_len - i->iov_offset) :
	       i->iter_type == ITER_KVEC ? p->bytes :
					   i->count;
}

static ssize_t take_user(struct iov_iter *i, const struct taking *t, const struct iov_piece *p,
			 size_t *offset)
{
	size_t bytes = min(p->bytes, t->bytes);
	unsigned long start = (unsigned long)p->at & PAGE_MASK;
	unsigned int how = i->data_source ? 0 : KMEMU_GUP_WRITE;
	unsigned int n;
	long got;

	*offset = offset_of(p);
	n = room_for(t, bytes, *offset);
	if (!n)
		return -ENOMEM;
	got = t->get ? kmemu_get_user_pages(start, n, how, *t->pages, t->func) :
		       kmemu_pin_user_pages(start, n, how, *t->pages, t->func);
	if (got <= 0)
		return got;
	bytes = min(bytes, (size_t)got * PAGE_SIZE - *offset);
	kmemu_iov_iter_advance(i, bytes);
	return (ssize_t)bytes;
}

static ssize_t take_kernel(struct iov_iter *i, const struct taking *t, struct iov_piece *p,
			   size_t *offset)
{
	size_t bytes = min(rest_of_piece(i, p), t->bytes), done = 0;
	unsigned int n = 0, max;

	*offset = offset_of(p);
	max = room_for(t, bytes, *offset);
	if (!max)
		return -ENOMEM;
	while (done < bytes && n < max && iov_next(i, p)) {
		struct page *page = page_of(p);
		size_t part = min(min(p->bytes, PAGE_SIZE - offset_of(p)), bytes - done);

		if (!page)
			return done ? (ssize_t)done : -EFAULT;
		if (t->get)
			kmemu_get_page(page);
		(*t->pages)[n++] = page;
		if (t->get)
			iov_went(i, p, part);
		else
			kmemu_iov_iter_advance(i, part);
		done += part;
	}
	return (ssize_t)done;
}

static ssize_t take(struct iov_iter *i, struct taking t, size_t *offset)
{
	struct iov_piece p;

	t.bytes = min(min(t.bytes, i->count), KMEMU_MAX_RW_COUNT);
	if (!t.bytes)
		return 0;
	if (i->iter_type == ITER_DISCARD || (t.get && i->iter_type == ITER_KVEC))
		return -EFAULT;
	if (i->iter_type == ITER_KVEC || i->iter_type == ITER_BVEC)
		kmemu_iov_iter_advance(i, 0); /* over pieces without a byte */
	if (!iov_next(i, &p))
		return 0;
	return p.user ? take_user(i, &t, &p, offset) : take_kernel(i, &t, &p, offset);
}

KMEMU_EXPORT ssize_t kmemu_iov_iter_get_pages2(struct iov_iter *i, struct page **pages,
					       size_t bytes, unsigned int max, size_t *offset)
{
	if (!max)
		return 0;
	if (!pages)
		kmemu_bug("lib/iov_iter.c", 1217);
	return take(i, (struct taking){ &pages, bytes, max, true, "iov_iter_get_pages2" }, offset);
}

KMEMU_EXPORT ssize_t kmemu_iov_iter_get_pages_alloc2(struct iov_iter *i, struct page ***pages,
						     size_t bytes, size_t *offset)
{
	ssize_t got;

	*pages = NULL;
	got = take(i, (struct taking){ pages, bytes, ~0U, true, "iov_iter_get_pages_alloc2" },
		   offset);
	if (got <= 0) {
		kmemu_kvfree(*pages);
		*pages = NULL;
	}
	return got;
}

/* flags: ITER_ALLOW_P2PDMA; no page here is a device's. */
KMEMU_EXPORT ssize_t kmemu_iov_iter_extract_pages(struct iov_iter *i, struct page ***pages,
						  size_t bytes, unsigned int max,
						  unsigned int flags, size_t *offset)
{
	(void)flags;
	return take(i, (struct taking){ pages, bytes, max, false, "iov_iter_extract_pages" },
		    offset);
}

/* --- to a scatterlist ------------------------------------------------------ */

static void add_entry(struct sg_table *sgt, const struct page *page, size_t bytes, size_t offset)
{
	struct scatterlist *sg = sgt->sgl + sgt->nents++;

	sg->page_link = (sg->page_link & (KMEMU_SG_CHAIN | KMEMU_SG_END)) | (unsigned long)page;
	sg->offset = (unsigned int)offset;
	sg->length = (unsigned int)bytes;
}

/* A page an entry. */
static ssize_t user_to_sg(struct iov_iter *i, size_t bytes, struct sg_table *sgt,
			  unsigned int max)
{
	struct page *some[16], **pages = some;
	size_t done = 0;

	while (done < bytes && max) {
		size_t offset, left;
		ssize_t got = kmemu_iov_iter_extract_pages(i, &pages, bytes - done,
							   min(max, 16U), 0, &offset);

		if (got <= 0) {
			while (sgt->nents > sgt->orig_nents) {
				struct scatterlist *sg = sgt->sgl + --sgt->nents;

				kmemu_unpin_user_page((struct page *)(sg->page_link & ~3UL));
			}
			return got;
		}
		left = (size_t)got;
		for (unsigned int n = 0; left; n++, max--, offset = 0) {
			size_t part = min(PAGE_SIZE - offset, left);

			add_entry(sgt, some[n], part, offset);
			left -= part;
		}
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/* It goes on in the piece of pages, or the folio, that the last entry is of. */
static bool goes_on(const struct iov_iter *i, const struct iov_piece *p)
{
	if (i->iter_type == ITER_KVEC || p->offset)
		return false;
	return i->iter_type == ITER_XARRAY ? kmemu_compound_head(p->page) != p->page :
					     i->iov_offset != 0;
}

/* As the kernel says it: by the first page of what it is in. */
static void add_first(struct sg_table *sgt, const struct iov_iter *i, const struct iov_piece *p,
		      struct page *page, size_t bytes)
{
	struct page *first = page;

	if (i->iter_type == ITER_BVEC)
		first = i->bvec[p->seg].bv_page;
	else if (i->iter_type != ITER_KVEC)
		first = kmemu_compound_head(page);
	add_entry(sgt, first, bytes, (size_t)(page - first) * PAGE_SIZE + offset_of(p));
}

static ssize_t kernel_to_sg(struct iov_iter *i, size_t bytes, struct sg_table *sgt,
			    unsigned int max)
{
	size_t done = 0;
	struct iov_piece p;

	while (done < bytes && iov_next(i, &p)) {
		struct page *page = page_of(&p);
		size_t part = min(min(p.bytes, PAGE_SIZE - offset_of(&p)), bytes - done);

		if (!page)
			return done ? (ssize_t)done : -EFAULT;
		if (done && goes_on(i, &p)) {
			sgt->sgl[sgt->nents - 1].length += (unsigned int)part;
		} else {
			if (!max--)
				break;
			add_first(sgt, i, &p, page, part);
		}
		kmemu_iov_iter_advance(i, part);
		done += part;
	}
	return (ssize_t)done;
}

KMEMU_EXPORT ssize_t kmemu_extract_iter_to_sg(struct iov_iter *i, size_t bytes,
					      struct sg_table *sgt, unsigned int max,
					      unsigned int flags)
{
	(void)flags;
	if (!bytes || !max)
		return 0;
	if (i->iter_type == ITER_DISCARD) {
		kernel_warn(CALLER, "lib/scatterlist.c", 1429,
			    "extract_iter_to_sg(): not of an iterator of this type");
		return -EIO;
	}
	return iov_is_user(i) ? user_to_sg(i, bytes, sgt, max) : kernel_to_sg(i, bytes, sgt, max);
}
