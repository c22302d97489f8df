/*
 * iov_iter.h - what iov_iter.c has for those who read and write by iterators.
 */
#pragma once

#include "core/mm/mm.h"
#include "include/kmemu/uio.h"

/* What is next, in one go: of pages not beyond the end of one. */
struct iov_piece {
	char *at; /* of a program's memory (user) or of the kernel's; else NULL, */
	struct page *page; /* and it is at the offset of that page */
	size_t offset;
	size_t bytes;
	long seg; /* of a vector: how many before it are empty, */
	size_t skip; /* and what of it is done */
	bool user;
};

/* False: nothing is next. */
bool iov_next(const struct iov_iter *i, struct iov_piece *p);
/* Behind the first bytes of p, and, unlike an advance, before empty pieces that follow. */
void iov_went(struct iov_iter *i, const struct iov_piece *p, size_t bytes);

static inline bool iov_is_user(const struct iov_iter *i)
{
	return i->iter_type == ITER_UBUF || i->iter_type == ITER_IOVEC;
}

/* Kernel: access_ok(). */
static inline bool user_range_ok(const void *p, size_t bytes)
{
	const unsigned long end = (1UL << 47) - PAGE_SIZE; /* TASK_SIZE_MAX */

	return bytes <= end && (unsigned long)p <= end - bytes;
}

/* Copies without the question whether that may sleep. */
size_t iov_copy_to(const void *addr, size_t bytes, struct iov_iter *i);
size_t iov_copy_from(void *addr, size_t bytes, struct iov_iter *i);
size_t iov_zero(size_t bytes, struct iov_iter *i);
