/* SPDX-License-Identifier: MIT */
/*
 * <linux/find.h> of Linux 6.12. What is not there is answered by size or more. A
 * size that is constant and fits a word needs no call.
 *
 * Functions of two or three maps look at one word that is made of theirs; which,
 * is the enum that they give to the library.
 */
#ifndef __LINUX_FIND_H_
#define __LINUX_FIND_H_

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/bitmap.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/typecheck.h>

#define small_const_nbits(nbits) \
	(__builtin_constant_p(nbits) && (nbits) <= BITS_PER_LONG && (nbits) > 0)

/* The first of bits from offset on, size if none. */
static __always_inline unsigned long __kmemu_first(unsigned long bits, unsigned long size,
						   unsigned long offset)
{
	if (offset >= size)
		return size;
	bits &= GENMASK(size - 1, offset);
	return bits ? __ffs(bits) : size;
}

static __always_inline unsigned long find_next_bit(const unsigned long *addr, unsigned long size,
						   unsigned long offset)
{
	if (small_const_nbits(size))
		return __kmemu_first(*addr, size, offset);
	return kmemu_find_next_bit(KMEMU_BITS, addr, addr, addr, size, offset);
}

static __always_inline unsigned long find_next_and_bit(const unsigned long *addr1,
						       const unsigned long *addr2,
						       unsigned long size, unsigned long offset)
{
	if (small_const_nbits(size))
		return __kmemu_first(*addr1 & *addr2, size, offset);
	return kmemu_find_next_bit(KMEMU_BITS_AND, addr1, addr2, addr1, size, offset);
}

static __always_inline unsigned long find_next_andnot_bit(const unsigned long *addr1,
							  const unsigned long *addr2,
							  unsigned long size, unsigned long offset)
{
	if (small_const_nbits(size))
		return __kmemu_first(*addr1 & ~*addr2, size, offset);
	return kmemu_find_next_bit(KMEMU_BITS_ANDNOT, addr1, addr2, addr1, size, offset);
}

static __always_inline unsigned long find_next_or_bit(const unsigned long *addr1,
						      const unsigned long *addr2,
						      unsigned long size, unsigned long offset)
{
	if (small_const_nbits(size))
		return __kmemu_first(*addr1 | *addr2, size, offset);
	return kmemu_find_next_bit(KMEMU_BITS_OR, addr1, addr2, addr1, size, offset);
}

static __always_inline unsigned long find_next_zero_bit(const unsigned long *addr,
							unsigned long size, unsigned long offset)
{
	if (small_const_nbits(size))
		return __kmemu_first(~*addr, size, offset);
	return kmemu_find_next_bit(KMEMU_BITS_NOT, addr, addr, addr, size, offset);
}

static __always_inline unsigned long find_first_bit(const unsigned long *addr, unsigned long size)
{
	return find_next_bit(addr, size, 0);
}

static __always_inline unsigned long find_first_zero_bit(const unsigned long *addr,
							 unsigned long size)
{
	return find_next_zero_bit(addr, size, 0);
}

static __always_inline unsigned long find_first_and_bit(const unsigned long *addr1,
							const unsigned long *addr2,
							unsigned long size)
{
	return find_next_and_bit(addr1, addr2, size, 0);
}

static __always_inline unsigned long find_first_and_and_bit(const unsigned long *addr1,
							    const unsigned long *addr2,
							    const unsigned long *addr3,
							    unsigned long size)
{
	if (small_const_nbits(size))
		return __kmemu_first(*addr1 & *addr2 & *addr3, size, 0);
	return kmemu_find_next_bit(KMEMU_BITS_AND_AND, addr1, addr2, addr3, size, 0);
}

static __always_inline unsigned long find_last_bit(const unsigned long *addr, unsigned long size)
{
	if (small_const_nbits(size)) {
		unsigned long bits = *addr & GENMASK(size - 1, 0);

		return bits ? __fls(bits) : size;
	}
	return kmemu_find_last_bit(addr, size);
}

static __always_inline unsigned long find_nth_bit(const unsigned long *addr, unsigned long size,
						  unsigned long n)
{
	return kmemu_find_nth_bit(KMEMU_BITS, addr, addr, addr, size, n);
}

static __always_inline unsigned long find_nth_and_bit(const unsigned long *addr1,
						      const unsigned long *addr2,
						      unsigned long size, unsigned long n)
{
	return kmemu_find_nth_bit(KMEMU_BITS_AND, addr1, addr2, addr1, size, n);
}

static __always_inline unsigned long find_nth_andnot_bit(const unsigned long *addr1,
							 const unsigned long *addr2,
							 unsigned long size, unsigned long n)
{
	return kmemu_find_nth_bit(KMEMU_BITS_ANDNOT, addr1, addr2, addr1, size, n);
}

static __always_inline unsigned long find_nth_and_andnot_bit(const unsigned long *addr1,
							     const unsigned long *addr2,
							     const unsigned long *addr3,
							     unsigned long size, unsigned long n)
{
	return kmemu_find_nth_bit(KMEMU_BITS_AND_ANDNOT, addr1, addr2, addr3, size, n);
}

/* From offset on, then from the beginning up to offset. */
static __always_inline unsigned long find_next_bit_wrap(const unsigned long *addr,
							unsigned long size, unsigned long offset)
{
	unsigned long bit = find_next_bit(addr, size, offset);

	if (bit >= size && offset) {
		bit = find_first_bit(addr, offset);
		bit = bit < offset ? bit : size;
	}
	return bit;
}

static __always_inline unsigned long find_next_and_bit_wrap(const unsigned long *addr1,
							    const unsigned long *addr2,
							    unsigned long size,
							    unsigned long offset)
{
	unsigned long bit = find_next_and_bit(addr1, addr2, size, offset);

	if (bit >= size && offset) {
		bit = find_first_and_bit(addr1, addr2, offset);
		bit = bit < offset ? bit : size;
	}
	return bit;
}

/* The next for for_each_set_bit_wrap(): n >= start before the end, below it after. */
static inline unsigned long __for_each_wrap(const unsigned long *bitmap,
						     unsigned long size, unsigned long start,
						     unsigned long n)
{
	if (n > start) {
		n = find_next_bit(bitmap, size, n);
		return n < size ? n : __for_each_wrap(bitmap, size, start, 0);
	}
	n = find_next_bit(bitmap, start, n);
	return n < start ? n : size;
}

/* The next byte that is not 0, and where it begins. */
static inline unsigned long find_next_clump8(unsigned long *clump, const unsigned long *addr,
					     unsigned long size, unsigned long offset)
{
	offset = find_next_bit(addr, size, offset);
	if (offset >= size)
		return size;
	offset &= ~7ul;
	*clump = addr[BIT_WORD(offset)] >> (offset % BITS_PER_LONG) & 0xff;
	return offset;
}
#define find_first_clump8(clump, bits, size) find_next_clump8((clump), (bits), (size), 0)

static __always_inline unsigned long find_next_zero_bit_le(const void *addr, unsigned long size,
							   unsigned long offset)
{
	return find_next_zero_bit((const unsigned long *)addr, size, offset);
}

static __always_inline unsigned long find_next_bit_le(const void *addr, unsigned long size,
						      unsigned long offset)
{
	return find_next_bit((const unsigned long *)addr, size, offset);
}

static __always_inline unsigned long find_first_zero_bit_le(const void *addr, unsigned long size)
{
	return find_first_zero_bit((const unsigned long *)addr, size);
}

#define for_each_set_bit(bit, addr, size) \
	for ((bit) = 0; (bit) = find_next_bit((addr), (size), (bit)), (bit) < (size); (bit)++)
#define for_each_and_bit(bit, addr1, addr2, size)                                       \
	for ((bit) = 0; (bit) = find_next_and_bit((addr1), (addr2), (size), (bit)),     \
	    (bit) < (size);                                                             \
	     (bit)++)
#define for_each_andnot_bit(bit, addr1, addr2, size)                                    \
	for ((bit) = 0; (bit) = find_next_andnot_bit((addr1), (addr2), (size), (bit)),  \
	    (bit) < (size);                                                             \
	     (bit)++)
#define for_each_or_bit(bit, addr1, addr2, size)                                        \
	for ((bit) = 0; (bit) = find_next_or_bit((addr1), (addr2), (size), (bit)),      \
	    (bit) < (size);                                                             \
	     (bit)++)
#define for_each_set_bit_from(bit, addr, size) \
	for (; (bit) = find_next_bit((addr), (size), (bit)), (bit) < (size); (bit)++)
#define for_each_clear_bit(bit, addr, size) \
	for ((bit) = 0; (bit) = find_next_zero_bit((addr), (size), (bit)), (bit) < (size); (bit)++)
#define for_each_clear_bit_from(bit, addr, size) \
	for (; (bit) = find_next_zero_bit((addr), (size), (bit)), (bit) < (size); (bit)++)

/* Runs [b, e). */
#define for_each_set_bitrange_from(b, e, addr, size)                                    \
	for (; (b) = find_next_bit((addr), (size), (b)),                                \
	    (e) = find_next_zero_bit((addr), (size), (b) + 1), (b) < (size);            \
	     (b) = (e) + 1)
#define for_each_set_bitrange(b, e, addr, size) \
	for ((b) = 0; (b) = find_next_bit((addr), (size), (b)), \
	    (e) = find_next_zero_bit((addr), (size), (b) + 1), (b) < (size); \
	     (b) = (e) + 1)
#define for_each_clear_bitrange(b, e, addr, size)                                       \
	for ((b) = 0; (b) = find_next_zero_bit((addr), (size), (b)),                    \
	    (e) = find_next_bit((addr), (size), (b) + 1), (b) < (size);                 \
	     (b) = (e) + 1)
#define for_each_clear_bitrange_from(b, e, addr, size)                                  \
	for (; (b) = find_next_zero_bit((addr), (size), (b)),                           \
	    (e) = find_next_bit((addr), (size), (b) + 1), (b) < (size);                 \
	     (b) = (e) + 1)
#define for_each_set_bit_wrap(bit, addr, size, start)                                   \
	for ((bit) = find_next_bit_wrap((addr), (size), (start)); (bit) < (size);       \
	     (bit) = __for_each_wrap((addr), (size), (start), (bit) + 1))
#define for_each_set_clump8(start, clump, bits, size)                                   \
	for ((start) = find_first_clump8(&(clump), (bits), (size)); (start) < (size);   \
	     (start) = find_next_clump8(&(clump), (bits), (size), (start) + 8))

#endif /* __cplusplus */

#endif /* __LINUX_FIND_H_ */
