/*
 * iov_iter.c - memory that a read or a write goes to or comes from, in pieces (kernel:
 * lib/iov_iter.c).
 *
 * Whatever an iterator is of, iov_next() says what is next and kmemu_iov_iter_advance() goes
 * on; each copy is the two by turns. A copy of a program's memory ends where that is not there,
 * and the iterator stays at that byte. iov_pages.c takes pages out.
 *
 * Different from the kernel: an iterator whose count is more than its pieces have ends behind
 * the last of them, where the kernel reads on; memory that may not be waited for
 * (copy_page_from_iter_atomic()) is there all the same, as the system brings it.
 *
 * Locks: none: an iterator is its user's.
 */
#include "core/kernel/iov_iter.h"

#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "core/lib/usercopy.h"
#include "include/kmemu/lib.h"
#include "include/kmemu/mm.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/xarray.h"

#define MAX_SEGS 1024UL /* UIO_MAXIOV */

static bool is_vec(const struct iov_iter *i)
{
	return i->iter_type == ITER_IOVEC || i->iter_type == ITER_KVEC || i->iter_type == ITER_BVEC;
}

/* --- making ---------------------------------------------------------------- */

static void check_direction(unsigned int direction, const char *file, int line, const void *caller)
{
	if (direction & ~1U)
		kernel_warn(caller, file, line,
			    "an iterator is a source (WRITE) or a destination (READ)");
}

KMEMU_EXPORT void kmemu_iov_iter_init(struct iov_iter *i, unsigned int direction,
				      const struct iovec *iov, unsigned long nr_segs, size_t count)
{
	check_direction(direction, "lib/iov_iter.c", 166, CALLER);
	*i = (struct iov_iter){ .iter_type = ITER_IOVEC,
				.data_source = direction,
				.__iov = iov,
				.count = count,
				.nr_segs = nr_segs };
}

KMEMU_EXPORT void kmemu_iov_iter_ubuf(struct iov_iter *i, unsigned int direction, void *buf,
				      size_t count)
{
	check_direction(direction, "include/linux/uio.h", 368, CALLER);
	*i = (struct iov_iter){ .iter_type = ITER_UBUF,
				.data_source = direction,
				.ubuf = buf,
				.count = count,
				.nr_segs = 1 };
}

KMEMU_EXPORT void kmemu_iov_iter_kvec(struct iov_iter *i, unsigned int direction,
				      const struct kvec *kvec, unsigned long nr_segs, size_t count)
{
	check_direction(direction, "lib/iov_iter.c", 683, CALLER);
	*i = (struct iov_iter){ .iter_type = ITER_KVEC,
				.data_source = direction,
				.kvec = kvec,
				.count = count,
				.nr_segs = nr_segs };
}

KMEMU_EXPORT void kmemu_iov_iter_bvec(struct iov_iter *i, unsigned int direction,
				      const struct bio_vec *bvec, unsigned long nr_segs,
				      size_t count)
{
	check_direction(direction, "lib/iov_iter.c", 699, CALLER);
	*i = (struct iov_iter){ .iter_type = ITER_BVEC,
				.data_source = direction,
				.bvec = bvec,
				.count = count,
				.nr_segs = nr_segs };
}

KMEMU_EXPORT void kmemu_iov_iter_folio_queue(struct iov_iter *i, unsigned int direction,
					     const struct folio_queue *folioq,
					     unsigned int first_slot, unsigned int offset,
					     size_t count)
{
	if (direction & ~1U)
		kmemu_bug("lib/iov_iter.c", 729);
	*i = (struct iov_iter){ .iter_type = ITER_FOLIOQ,
				.data_source = direction,
				.iov_offset = offset,
				.folioq = folioq,
				.count = count,
				.folioq_slot = (u8)first_slot };
}

KMEMU_EXPORT void kmemu_iov_iter_xarray(struct iov_iter *i, unsigned int direction,
					struct xarray *xarray, long long start, size_t count)
{
	if (direction & ~1U)
		kmemu_bug("lib/iov_iter.c", 757);
	*i = (struct iov_iter){ .iter_type = ITER_XARRAY,
				.data_source = direction,
				.xarray = xarray,
				.count = count,
				.xarray_start = start };
}

KMEMU_EXPORT void kmemu_iov_iter_discard(struct iov_iter *i, unsigned int direction, size_t count)
{
	if (direction != ITER_DEST)
		kmemu_bug("lib/iov_iter.c", 780);
	*i = (struct iov_iter){ .iter_type = ITER_DISCARD, .count = count };
}

/* --- what is next ---------------------------------------------------------- */

/* iovec and kvec are alike. */
static size_t seg_bytes(const struct iov_iter *i, long n)
{
	return i->iter_type == ITER_BVEC ? i->bvec[n].bv_len : i->__iov[n].iov_len;
}

static void skip_segs(struct iov_iter *i, long n)
{
	if (i->iter_type == ITER_BVEC)
		i->bvec += n;
	else
		i->__iov += n;
	i->nr_segs -= (unsigned long)n;
}

static void in_page(struct iov_piece *p, struct page *page, size_t offset, size_t bytes)
{
	p->page = page + offset / PAGE_SIZE;
	p->offset = offset % PAGE_SIZE;
	p->bytes = min(bytes, PAGE_SIZE - p->offset);
}

static bool next_seg(const struct iov_iter *i, struct iov_piece *p)
{
	size_t skip = i->iov_offset;
	long n = 0;

	while ((unsigned long)n < i->nr_segs && seg_bytes(i, n) <= skip) {
		n++;
		skip = 0;
	}
	if ((unsigned long)n == i->nr_segs)
		return false;
	p->seg = n;
	p->skip = skip;
	if (i->iter_type == ITER_BVEC) {
		in_page(p, i->bvec[n].bv_page, i->bvec[n].bv_offset + skip,
			i->bvec[n].bv_len - skip);
	} else {
		p->at = (char *)i->__iov[n].iov_base + skip;
		p->bytes = i->__iov[n].iov_len - skip;
	}
	return true;
}

/* The slot that follows; false: it was the last one. */
static bool next_slot(const struct folio_queue **q, unsigned int *slot)
{
	if (++*slot < KMEMU_PAGEVEC_SIZE)
		return true;
	if (!(*q)->next)
		return false;
	*q = (*q)->next;
	*slot = 0;
	return true;
}

static size_t slot_bytes(const struct folio_queue *q, unsigned int slot)
{
	return PAGE_SIZE << q->orders[slot];
}

static bool next_folio(const struct iov_iter *i, struct iov_piece *p)
{
	const struct folio_queue *q = i->folioq;
	unsigned int slot = i->folioq_slot;
	size_t skip = i->iov_offset;

	if (slot >= KMEMU_PAGEVEC_SIZE && !next_slot(&q, &slot))
		return false;
	while (skip >= slot_bytes(q, slot)) {
		skip -= slot_bytes(q, slot);
		if (!next_slot(&q, &slot))
			return false;
	}
	if (!q->vec.folios[slot])
		return false;
	in_page(p, (struct page *)q->vec.folios[slot], skip, slot_bytes(q, slot) - skip);
	return true;
}

/* An entry is a folio, that of its first page. */
static bool next_entry(const struct iov_iter *i, struct iov_piece *p)
{
	size_t pos = (size_t)i->xarray_start + i->iov_offset;
	struct page *page = kmemu_xa_load(i->xarray, pos / PAGE_SIZE);
	size_t folio;

	if (!page || (uintptr_t)page & 3)
		return false;
	folio = PAGE_SIZE << kmemu_compound_order(page);
	in_page(p, page, pos % folio, PAGE_SIZE);
	return true;
}

bool iov_next(const struct iov_iter *i, struct iov_piece *p)
{
	bool there = false;

	*p = (struct iov_piece){ .user = iov_is_user(i) };
	if (!i->count)
		return false;
	if (i->iter_type == ITER_UBUF) {
		p->at = (char *)i->ubuf + i->iov_offset;
		p->bytes = i->count;
		there = true;
	} else if (is_vec(i)) {
		there = next_seg(i, p);
	} else if (i->iter_type == ITER_FOLIOQ) {
		there = next_folio(i, p);
	} else if (i->iter_type == ITER_XARRAY) {
		there = next_entry(i, p);
	}
	p->bytes = min(p->bytes, i->count);
	return there;
}

/* --- on and back ----------------------------------------------------------- */

static void advance_segs(struct iov_iter *i, size_t bytes)
{
	long n = 0;

	bytes += i->iov_offset;
	while ((unsigned long)n < i->nr_segs && bytes >= seg_bytes(i, n))
		bytes -= seg_bytes(i, n++);
	skip_segs(i, n);
	i->iov_offset = bytes;
}

static void advance_folios(struct iov_iter *i, size_t bytes)
{
	const struct folio_queue *q = i->folioq;
	unsigned int slot = i->folioq_slot;
	bool more = slot < KMEMU_PAGEVEC_SIZE || next_slot(&q, &slot);

	bytes += i->iov_offset;
	while (more && bytes && bytes >= slot_bytes(q, slot)) {
		bytes -= slot_bytes(q, slot);
		more = next_slot(&q, &slot);
	}
	i->folioq = q;
	i->folioq_slot = (u8)slot;
	i->iov_offset = bytes;
}

KMEMU_EXPORT void kmemu_iov_iter_advance(struct iov_iter *i, size_t bytes)
{
	bytes = min(bytes, i->count);
	if (!i->count)
		return;
	i->count -= bytes;
	if (is_vec(i))
		advance_segs(i, bytes);
	else if (i->iter_type == ITER_FOLIOQ)
		advance_folios(i, bytes);
	else if (i->iter_type != ITER_DISCARD)
		i->iov_offset += bytes;
}

void iov_went(struct iov_iter *i, const struct iov_piece *p, size_t bytes)
{
	if (!is_vec(i)) {
		kmemu_iov_iter_advance(i, bytes);
		return;
	}
	i->count -= bytes;
	skip_segs(i, p->seg);
	i->iov_offset = p->skip + bytes;
	if (i->iov_offset < seg_bytes(i, 0))
		return;
	skip_segs(i, 1);
	i->iov_offset = 0;
}

/* The bytes before the piece that is next, which is there from its beginning. */
static void revert_segs(struct iov_iter *i, size_t bytes)
{
	long n = -1;

	while (bytes > seg_bytes(i, n))
		bytes -= seg_bytes(i, n--);
	i->iov_offset = seg_bytes(i, n) - bytes;
	skip_segs(i, n);
}

static void revert_folios(struct iov_iter *i, size_t bytes)
{
	const struct folio_queue *q = i->folioq;
	unsigned int slot = i->folioq_slot;

	for (;;) {
		if (!slot) {
			q = q->prev;
			slot = KMEMU_PAGEVEC_SIZE;
		}
		slot--;
		if (bytes <= slot_bytes(q, slot))
			break;
		bytes -= slot_bytes(q, slot);
	}
	i->folioq = q;
	i->folioq_slot = (u8)slot;
	i->iov_offset = slot_bytes(q, slot) - bytes;
}

KMEMU_EXPORT void kmemu_iov_iter_revert(struct iov_iter *i, size_t bytes)
{
	if (!bytes)
		return;
	if (bytes > KMEMU_MAX_RW_COUNT) {
		kernel_warn(CALLER, "lib/iov_iter.c", 615,
			    "iov_iter_revert(): more than a read or write can have moved");
		return;
	}
	i->count += bytes;
	if (i->iter_type == ITER_DISCARD)
		return;
	if (bytes <= i->iov_offset) {
		i->iov_offset -= bytes;
		return;
	}
	bytes -= i->iov_offset;
	if (is_vec(i))
		revert_segs(i, bytes);
	else if (i->iter_type == ITER_FOLIOQ)
		revert_folios(i, bytes);
	else /* it never was there */
		kmemu_bug("lib/iov_iter.c", 626);
}

KMEMU_EXPORT void kmemu_iov_iter_restore(struct iov_iter *i, const struct iov_iter_state *state)
{
	bool may = i->iter_type == ITER_UBUF || i->iter_type == ITER_IOVEC ||
		   i->iter_type == ITER_BVEC;

	if (!may)
		kernel_warn(CALLER, "lib/iov_iter.c", 1553,
			    "iov_iter_restore(): not of an iterator of this type");
	if (!may && i->iter_type != ITER_KVEC)
		return;
	i->iov_offset = state->iov_offset;
	i->count = state->count;
	if (is_vec(i))
		skip_segs(i, (long)i->nr_segs - (long)state->nr_segs);
}

/* --- copies ---------------------------------------------------------------- */

enum op { TO, FROM, ZERO };

/* Bytes that were not moved. */
static size_t move_user(char *user, char *mem, size_t bytes, enum op op)
{
	if (!user_range_ok(user, bytes))
		return bytes;
	if (op == ZERO)
		return kmemu_clear_user(user, bytes);
	return op == TO ? kmemu_copy_user(user, mem, bytes) : kmemu_copy_user(mem, user, bytes);
}

static size_t move_kernel(const struct iov_piece *p, char *mem, size_t bytes, enum op op)
{
	char *at = p->at ? p->at : kmemu_page_address(p->page);

	if (!at)
		return bytes;
	at += p->offset;
	if (op == ZERO)
		memset(at, 0, bytes);
	else if (op == TO)
		memcpy(at, mem, bytes);
	else
		memcpy(mem, at, bytes);
	return 0;
}

static size_t move(struct iov_iter *i, char *mem, size_t bytes, enum op op)
{
	size_t done = 0, left = 0;
	struct iov_piece p;

	bytes = min(bytes, i->count);
	if (i->iter_type == ITER_DISCARD)
		done = bytes;
	i->count -= done;
	while (done < bytes && !left && iov_next(i, &p)) {
		size_t n = min(p.bytes, bytes - done);

		left = p.user ? move_user(p.at, mem, n, op) : move_kernel(&p, mem, n, op);
		iov_went(i, &p, n - left);
		done += n - left;
		mem = op == ZERO ? mem : mem + n;
	}
	return done;
}

size_t iov_copy_to(const void *addr, size_t bytes, struct iov_iter *i)
{
	return move(i, (char *)addr, bytes, TO);
}

size_t iov_copy_from(void *addr, size_t bytes, struct iov_iter *i)
{
	return move(i, addr, bytes, FROM);
}

size_t iov_zero(size_t bytes, struct iov_iter *i)
{
	return move(i, NULL, bytes, ZERO);
}

/* Kernel: might_fault(). */
static void might_fault_in(const struct iov_iter *i, const char *func, const void *caller)
{
	if (iov_is_user(i) && !kmemu_pagefault_disabled())
		might_sleep_in(func, caller);
}

/* False, and told: it is the other way round. */
static bool is_way(const struct iov_iter *i, bool source, const char *func, int line,
		   const void *caller)
{
	if (i->data_source == source)
		return true;
	kernel_warn_text(caller, "lib/iov_iter.c", line, "%s(): the iterator is a %s", func,
			 source ? "destination (READ)" : "source (WRITE)");
	return false;
}

KMEMU_EXPORT size_t kmemu_copy_to_iter(const void *addr, size_t bytes, struct iov_iter *i)
{
	if (!is_way(i, false, "copy_to_iter", 181, CALLER))
		return 0;
	might_fault_in(i, "copy_to_iter", CALLER);
	return iov_copy_to(addr, bytes, i);
}

KMEMU_EXPORT size_t kmemu_copy_from_iter(void *addr, size_t bytes, struct iov_iter *i)
{
	if (!is_way(i, true, "copy_from_iter", 255, CALLER))
		return 0;
	might_fault_in(i, "copy_from_iter", CALLER);
	return iov_copy_from(addr, bytes, i);
}

KMEMU_EXPORT size_t kmemu_copy_from_iter_nocache(void *addr, size_t bytes, struct iov_iter *i)
{
	return is_way(i, true, "copy_from_iter_nocache", 273, CALLER) ?
		       iov_copy_from(addr, bytes, i) :
		       0;
}

KMEMU_EXPORT size_t kmemu_iov_iter_zero(size_t bytes, struct iov_iter *i)
{
	might_fault_in(i, "iov_iter_zero", CALLER);
	return iov_zero(bytes, i);
}

/* --- copies of pages ------------------------------------------------------- */

/* Kernel: page_copy_sane(). */
static bool is_in_block(const struct page *page, size_t offset, size_t bytes, const void *caller)
{
	size_t end;
	const struct page *head;

	if (!__builtin_add_overflow(offset, bytes, &end) && end <= PAGE_SIZE)
		return true;
	head = kmemu_compound_head(page);
	if (end >= bytes && end + (size_t)(page - head) * PAGE_SIZE <=
				    PAGE_SIZE << kmemu_compound_order(head))
		return true;
	kernel_warn_text(caller, "lib/iov_iter.c", 344,
			 "%zu bytes at %zu are more than the page has", bytes, offset);
	return false;
}

static size_t move_pages(struct iov_iter *i, struct page *page, size_t offset, size_t bytes,
			 enum op op)
{
	size_t done = 0, n, got = 0;

	page += offset / PAGE_SIZE;
	offset %= PAGE_SIZE;
	for (n = 0; done < bytes && got == n; page++, offset = 0) {
		char *at = kmemu_page_address(page);

		n = min(PAGE_SIZE - offset, bytes - done);
		got = at ? move(i, at + offset, n, op) : 0;
		done += got;
	}
	return done;
}

KMEMU_EXPORT size_t kmemu_copy_page_to_iter(struct page *page, size_t offset, size_t bytes,
					    struct iov_iter *i)
{
	if (!is_in_block(page, offset, bytes, CALLER) ||
	    !is_way(i, false, "copy_page_to_iter", 355, CALLER))
		return 0;
	might_fault_in(i, "copy_page_to_iter", CALLER);
	return move_pages(i, page, offset, bytes, TO);
}

KMEMU_EXPORT size_t kmemu_copy_page_to_iter_nofault(struct page *page, unsigned int offset,
						    size_t bytes, struct iov_iter *i)
{
	return is_in_block(page, offset, bytes, CALLER) &&
			       is_way(i, false, "copy_page_to_iter_nofault", 385, CALLER) ?
		       move_pages(i, page, offset, bytes, TO) :
		       0;
}

KMEMU_EXPORT size_t kmemu_copy_page_from_iter(struct page *page, size_t offset, size_t bytes,
					      struct iov_iter *i)
{
	if (!is_in_block(page, offset, bytes, CALLER) ||
	    !is_way(i, true, "copy_page_from_iter", 255, CALLER))
		return 0;
	might_fault_in(i, "copy_page_from_iter", CALLER);
	return move_pages(i, page, offset, bytes, FROM);
}

KMEMU_EXPORT size_t kmemu_copy_page_from_iter_atomic(struct page *page, size_t offset,
						     size_t bytes, struct iov_iter *i)
{
	return is_in_block(page, offset, bytes, CALLER) &&
			       is_way(i, true, "copy_page_from_iter_atomic", 469, CALLER) ?
		       move_pages(i, page, offset, bytes, FROM) :
		       0;
}

/* --- what a program's memory is -------------------------------------------- */

static bool is_there(char *user, bool write)
{
	bool (*in)(const void *p, bool write) = READ_ONCE(user_fault_in);
	char byte;

	if (!write)
		return !kmemu_copy_user(&byte, user, 1);
	return os_is_writable(user) || (in && in(user, true));
}

/* Of n bytes that are there, those before the first page that is not. */
static size_t there(char *user, size_t bytes, bool write)
{
	char *at = user, *end = user + bytes;

	if (!user_range_ok(user, bytes))
		return 0;
	while (at < end && is_there(at, write))
		at = (char *)(((uintptr_t)at & PAGE_MASK) + PAGE_SIZE);
	return min((size_t)(at - user), bytes);
}

static size_t fault_in(struct iov_iter i, size_t bytes, bool write)
{
	struct iov_piece p;
	size_t n = 0, got = 0;

	if (!iov_is_user(&i))
		return 0;
	while (bytes && got == n && iov_next(&i, &p)) {
		n = min(p.bytes, bytes);
		got = there(p.at, n, write);
		kmemu_iov_iter_advance(&i, got);
		bytes -= got;
	}
	return bytes;
}

KMEMU_EXPORT size_t kmemu_fault_in_iov_iter_readable(const struct iov_iter *i, size_t bytes)
{
	return fault_in(*i, bytes, false);
}

KMEMU_EXPORT size_t kmemu_fault_in_iov_iter_writeable(const struct iov_iter *i, size_t bytes)
{
	if (iov_is_user(i))
		might_sleep_in("fault_in_iov_iter_writeable", CALLER);
	return fault_in(*i, bytes, true);
}

/* --- what it is like ------------------------------------------------------- */

KMEMU_EXPORT size_t kmemu_iov_iter_single_seg_count(const struct iov_iter *i)
{
	if (is_vec(i) && i->nr_segs > 1)
		return min(i->count, seg_bytes(i, 0) - i->iov_offset);
	if (i->iter_type == ITER_FOLIOQ)
		return min(i->count, slot_bytes(i->folioq, i->folioq_slot));
	return i->count;
}

static unsigned long seg_start(const struct iov_iter *i, long n)
{
	return i->iter_type == ITER_BVEC ? i->bvec[n].bv_offset :
					   (unsigned long)i->__iov[n].iov_base;
}

/* Of what is no vector: where it begins, as far as alignment goes. */
static unsigned long start_of(const struct iov_iter *i)
{
	if (i->iter_type == ITER_UBUF)
		return (unsigned long)i->ubuf + i->iov_offset;
	if (i->iter_type == ITER_XARRAY)
		return (unsigned long)i->xarray_start + i->iov_offset;
	return i->iter_type == ITER_FOLIOQ ? i->iov_offset : 0;
}

/* All that starts and lengths have of low bits; empty: the start of what has no bytes, too. */
static void alignment(const struct iov_iter *i, bool empty, unsigned long *starts,
		      unsigned long *lengths)
{
	size_t left = i->count, skip = i->iov_offset;

	*starts = *lengths = 0;
	if (!is_vec(i)) {
		*starts = start_of(i);
		*lengths = i->iter_type == ITER_DISCARD ? 0 : left;
		return;
	}
	for (long n = 0; (unsigned long)n < i->nr_segs && (left || !n); n++, skip = 0) {
		size_t all = seg_bytes(i, n) - skip, bytes = min(all, left);

		if (all || empty)
			*starts |= seg_start(i, n) + skip;
		*lengths |= bytes;
		left -= bytes;
	}
}

KMEMU_EXPORT bool kmemu_iov_iter_is_aligned(const struct iov_iter *i, unsigned int addr_mask,
					    unsigned int len_mask)
{
	unsigned long starts, lengths;

	alignment(i, true, &starts, &lengths);
	return !(starts & addr_mask) && !(lengths & len_mask);
}

KMEMU_EXPORT unsigned long kmemu_iov_iter_alignment(const struct iov_iter *i)
{
	unsigned long starts, lengths;

	if (i->iter_type == ITER_UBUF && !i->count)
		return 0;
	alignment(i, i->iter_type == ITER_BVEC, &starts, &lengths);
	return starts | lengths;
}

/* From the end of each piece to the start of the next. */
KMEMU_EXPORT unsigned long kmemu_iov_iter_gap_alignment(const struct iov_iter *i)
{
	size_t left = i->count;
	unsigned long gaps = 0, end = 0;

	if (i->iter_type == ITER_UBUF)
		return 0;
	if (i->iter_type != ITER_IOVEC) {
		kernel_warn(CALLER, "lib/iov_iter.c", 964,
			    "iov_iter_gap_alignment(): not of a program's memory");
		return ~0U;
	}
	for (unsigned long n = 0; n < i->nr_segs; n++) {
		const struct iovec *v = i->__iov + n;

		if (!v->iov_len)
			continue;
		if (end)
			gaps |= end | (unsigned long)v->iov_base;
		end = (unsigned long)v->iov_base + v->iov_len;
		if (left <= v->iov_len)
			break;
		left -= v->iov_len;
	}
	return gaps;
}

static size_t pages_of(unsigned long start, size_t bytes)
{
	return (start % PAGE_SIZE + bytes + PAGE_SIZE - 1) / PAGE_SIZE;
}

KMEMU_EXPORT int kmemu_iov_iter_npages(const struct iov_iter *i, int max)
{
	size_t left = i->count, skip = i->iov_offset, pages = 0;

	if (!is_vec(i) && i->iter_type != ITER_DISCARD && left)
		pages = pages_of(start_of(i), left);
	for (long n = 0; is_vec(i) && (unsigned long)n < i->nr_segs && left; n++, skip = 0) {
		size_t bytes = min(seg_bytes(i, n) - skip, left);

		if (bytes || i->iter_type == ITER_BVEC)
			pages += pages_of(seg_start(i, n) + skip, bytes);
		left -= bytes;
	}
	return (int)min(pages, (size_t)max);
}

/* --- copies of the iterator, and what a program says ----------------------- */

KMEMU_EXPORT const void *kmemu_dup_iter(struct iov_iter *copy, const struct iov_iter *i,
					kmemu_gfp_t flags)
{
	size_t bytes = i->nr_segs * sizeof(struct iovec);
	void *pieces;

	_Static_assert(sizeof(struct bio_vec) == sizeof(struct iovec), "pieces are alike");
	*copy = *i;
	if (!is_vec(i))
		return NULL;
	pieces = kmalloc_for(bytes, flags, "dup_iter", CALLER);
	if (pieces)
		memcpy(pieces, i->__iov, bytes);
	copy->__iov = pieces;
	return pieces;
}

/* A 32-bit program's. */
struct compat_iovec {
	u32 base;
	int len;
};

static int read_vec(struct iovec *to, const void *from, unsigned long nr, bool compat)
{
	size_t size = compat ? sizeof(struct compat_iovec) : sizeof(struct iovec);

	if (!user_range_ok(from, nr * size))
		return -EFAULT;
	for (unsigned long n = 0; n < nr; n++) {
		const char *at = (const char *)from + n * size;
		struct compat_iovec small;

		if (kmemu_copy_user(compat ? (void *)&small : to + n, at, size))
			return -EFAULT;
		if (compat)
			to[n] = (struct iovec){ (void *)(uintptr_t)small.base,
						(size_t)(ssize_t)small.len };
		if ((ssize_t)to[n].iov_len < 0)
			return -EINVAL;
	}
	return 0;
}

static struct iovec *vec_from_user(const struct iovec *from, unsigned long nr,
				   unsigned long nr_fast, struct iovec *fast, bool compat,
				   const char *func, const void *caller)
{
	struct iovec *vec = fast;
	int err;

	if (!nr)
		return vec;
	if (nr > MAX_SEGS)
		return (void *)-EINVAL;
	if (nr > nr_fast)
		vec = kmalloc_for(nr * sizeof(*vec), GFP_KERNEL, func, caller);
	if (!vec)
		return (void *)-ENOMEM;
	err = read_vec(vec, from, nr, compat);
	if (!err)
		return vec;
	if (vec != fast)
		kfree_for(vec, caller);
	return (void *)(intptr_t)err;
}

KMEMU_EXPORT struct iovec *kmemu_iovec_from_user(const struct iovec *from, unsigned long nr,
						 unsigned long nr_fast, struct iovec *fast,
						 bool compat)
{
	return vec_from_user(from, nr, nr_fast, fast, compat, "iovec_from_user", CALLER);
}

KMEMU_EXPORT int kmemu_import_ubuf(int direction, void *buf, size_t len, struct iov_iter *i)
{
	len = min(len, KMEMU_MAX_RW_COUNT);
	if (!user_range_ok(buf, len))
		return -EFAULT;
	kmemu_iov_iter_ubuf(i, (unsigned int)direction, buf, len);
	return 0;
}

/* What is beyond the most that a read moves is cut off. -EFAULT: it is not a program's. */
static ssize_t add_up(struct iovec *vec, unsigned long nr)
{
	size_t total = 0;

	for (unsigned long n = 0; n < nr; n++) {
		if (!user_range_ok(vec[n].iov_base, vec[n].iov_len))
			return -EFAULT;
		vec[n].iov_len = min(vec[n].iov_len, KMEMU_MAX_RW_COUNT - total);
		total += vec[n].iov_len;
	}
	return (ssize_t)total;
}

KMEMU_EXPORT ssize_t kmemu___import_iovec(int direction, const struct iovec *from,
					  unsigned int nr, unsigned int nr_fast,
					  struct iovec **iovp, struct iov_iter *i, bool compat)
{
	struct iovec *fast = *iovp, *vec, one;
	ssize_t total;

	*iovp = NULL;
	if (nr == 1) {
		total = read_vec(&one, from, 1, compat);
		if (!total)
			total = kmemu_import_ubuf(direction, one.iov_base, one.iov_len, i);
		return total ? total : (ssize_t)i->count;
	}
	vec = vec_from_user(from, nr, nr_fast, fast, compat, "import_iovec", CALLER);
	if (is_err(vec))
		return (ssize_t)(intptr_t)vec;
	total = add_up(vec, nr);
	if (total >= 0) {
		kmemu_iov_iter_init(i, (unsigned int)direction, vec, nr, (size_t)total);
		*iovp = vec == fast ? NULL : vec;
	} else if (vec != fast) {
		kfree_for(vec, CALLER);
	}
	return total;
}

KMEMU_EXPORT ssize_t kmemu_import_iovec(int direction, const struct iovec *from, unsigned int nr,
					unsigned int nr_fast, struct iovec **iovp,
					struct iov_iter *i)
{
	return kmemu___import_iovec(direction, from, nr, nr_fast, iovp, i, false);
}
