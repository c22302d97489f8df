/*
 * vread.c - the bytes of vmalloc's addresses, whoever has them (kernel: mm/vmalloc.c
 * vread_iter, for /proc/kcore).
 *
 * What no area is at, and what an area has no memory for (guard pages, a device's frames),
 * reads as 0. An area may go away meanwhile, so bytes are copied like a program's.
 *
 * Locks: those of vmalloc, for each piece. Cost: a look-up for each piece.
 */
#include "core/kernel/alloc.h"
#include "core/kernel/iov_iter.h"
#include "core/mm/vmap_page.h"
#include "include/kmemu/lib.h"
#include "include/kmemu/mm.h"

/* How many of the first n bytes there were room for. */
static size_t read_area(struct iov_iter *i, const char *addr, size_t n)
{
	char piece[512];

	n = min(n, sizeof(piece));
	n = min(n, PAGE_SIZE - (uintptr_t)addr % PAGE_SIZE);
	if (kmemu_copy_user(piece, addr, n))
		return iov_zero(n, i);
	return iov_copy_to(piece, n, i);
}

static size_t read_piece(struct iov_iter *i, const char *addr, size_t n)
{
	unsigned long live = vmap_next_live((unsigned long)addr);
	u32 flags;

	if (live != (unsigned long)addr)
		return iov_zero(min(n, live - (unsigned long)addr), i);
	vmap_kind_of(addr, &flags);
	if (flags & KMEMU_VM_IOREMAP)
		return iov_zero(min(n, PAGE_SIZE - (uintptr_t)addr % PAGE_SIZE), i);
	return read_area(i, addr, n);
}

KMEMU_EXPORT long kmemu_vread_iter(struct iov_iter *i, const char *addr, size_t bytes)
{
	size_t done = 0, n = 1;

	bytes = min(bytes, 0 - (size_t)addr);
	while (done < bytes && n) {
		n = read_piece(i, addr + done, bytes - done);
		done += n;
	}
	return (long)done;
}
