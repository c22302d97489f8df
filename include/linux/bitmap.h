/* SPDX-License-Identifier: MIT */
/*
 * <linux/bitmap.h> of Linux 6.12 over <kmemu/bitmap.h>. What is constant and fits a
 * word is computed by the compiler.
 */
#ifndef __LINUX_BITMAP_H
#define __LINUX_BITMAP_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <asm/page.h>
#include <kmemu/bitmap.h>
#include <kmemu/kmemu.h>
#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/find.h>
#include <linux/gfp_types.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>

struct device;

#define BITMAP_FIRST_WORD_MASK(start) (~0ul << ((start) & (BITS_PER_LONG - 1)))
#define BITMAP_LAST_WORD_MASK(nbits) (~0ul >> (-(nbits) & (BITS_PER_LONG - 1)))
#define bitmap_size(nbits) (ALIGN(nbits, BITS_PER_LONG) / BITS_PER_BYTE)
#define BITMAP_FROM_U64(n) (n)

/* --- memory: a NULL is none, and may be freed */

static __always_inline unsigned long *bitmap_alloc(unsigned int nbits, gfp_t flags)
{
	return (unsigned long *)kmemu_kmalloc(BITS_TO_LONGS(nbits) * sizeof(long), flags);
}

static __always_inline unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags)
{
	return (unsigned long *)kmemu_kzalloc(BITS_TO_LONGS(nbits) * sizeof(long), flags);
}

static __always_inline unsigned long *bitmap_alloc_node(unsigned int nbits, gfp_t flags, int node)
{
	(void)node;
	return bitmap_alloc(nbits, flags);
}

static __always_inline unsigned long *bitmap_zalloc_node(unsigned int nbits, gfp_t flags, int node)
{
	(void)node;
	return bitmap_zalloc(nbits, flags);
}

static __always_inline void bitmap_free(const unsigned long *bitmap)
{
	kmemu_kfree(bitmap);
}
DEFINE_FREE(bitmap, unsigned long *, if (_T) bitmap_free(_T))

static __always_inline void bitmap_zero(unsigned long *dst, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = 0;
	else
		__builtin_memset(dst, 0, bitmap_size(nbits));
}

static __always_inline void bitmap_fill(unsigned long *dst, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = ~0ul;
	else
		__builtin_memset(dst, 0xff, bitmap_size(nbits));
}

static __always_inline void bitmap_copy(unsigned long *dst, const unsigned long *src,
					unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = *src;
	else
		__builtin_memcpy(dst, src, bitmap_size(nbits));
}

static inline void bitmap_copy_clear_tail(unsigned long *dst, const unsigned long *src,
					  unsigned int nbits)
{
	bitmap_copy(dst, src, nbits);
	if (nbits % BITS_PER_LONG)
		dst[nbits / BITS_PER_LONG] &= BITMAP_LAST_WORD_MASK(nbits);
}

/* count bits of it, zeroes up to size. */
static inline void bitmap_copy_and_extend(unsigned long *to, const unsigned long *from,
					  unsigned int count, unsigned int size)
{
	bitmap_zero(to + BITS_TO_LONGS(count), size - (unsigned int)ALIGN(count, BITS_PER_LONG));
	bitmap_copy_clear_tail(to, from, count);
}

/* --- whole maps */

/* As the kernel's functions with two underscores: any size. */
#define __kmemu_bitmap_op(what, dst, a, b, nbits) kmemu_bitmap_compute(what, dst, a, b, a, nbits)

static __always_inline bool __bitmap_and(unsigned long *dst, const unsigned long *a,
					 const unsigned long *b, unsigned int nbits)
{
	return !!__kmemu_bitmap_op(KMEMU_BITS_AND, dst, a, b, nbits);
}

static __always_inline bool __bitmap_andnot(unsigned long *dst, const unsigned long *a,
					    const unsigned long *b, unsigned int nbits)
{
	return !!__kmemu_bitmap_op(KMEMU_BITS_ANDNOT, dst, a, b, nbits);
}

static __always_inline void __bitmap_or(unsigned long *dst, const unsigned long *a,
					const unsigned long *b, unsigned int nbits)
{
	(void)__kmemu_bitmap_op(KMEMU_BITS_OR, dst, a, b, nbits);
}

static __always_inline void __bitmap_xor(unsigned long *dst, const unsigned long *a,
					 const unsigned long *b, unsigned int nbits)
{
	(void)__kmemu_bitmap_op(KMEMU_BITS_XOR, dst, a, b, nbits);
}

static __always_inline void __bitmap_complement(unsigned long *dst, const unsigned long *src,
						unsigned int nbits)
{
	(void)__kmemu_bitmap_op(KMEMU_BITS_NOT, dst, src, src, nbits);
}

static __always_inline unsigned int __bitmap_weight(const unsigned long *map, unsigned int nbits)
{
	return kmemu_bitmap_weight(KMEMU_BITS, map, map, nbits);
}

static __always_inline unsigned int __bitmap_weight_and(const unsigned long *a,
							const unsigned long *b, unsigned int nbits)
{
	return kmemu_bitmap_weight(KMEMU_BITS_AND, a, b, nbits);
}

static __always_inline unsigned int
__bitmap_weight_andnot(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
	return kmemu_bitmap_weight(KMEMU_BITS_ANDNOT, a, b, nbits);
}

__kmemu_c void __bitmap_set(unsigned long *map, unsigned int start, int len)
	__kmemu_is(kmemu_bitmap_set);
__kmemu_c void __bitmap_clear(unsigned long *map, unsigned int start, int len)
	__kmemu_is(kmemu_bitmap_clear);

static __always_inline bool bitmap_and(unsigned long *dst, const unsigned long *src1,
				       const unsigned long *src2, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return (*dst = *src1 & *src2 & BITMAP_LAST_WORD_MASK(nbits)) != 0;
	return __bitmap_and(dst, src1, src2, nbits);
}

static __always_inline bool bitmap_andnot(unsigned long *dst, const unsigned long *src1,
					  const unsigned long *src2, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return (*dst = *src1 & ~*src2 & BITMAP_LAST_WORD_MASK(nbits)) != 0;
	return __bitmap_andnot(dst, src1, src2, nbits);
}

static __always_inline void bitmap_or(unsigned long *dst, const unsigned long *src1,
				      const unsigned long *src2, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = *src1 | *src2;
	else
		__bitmap_or(dst, src1, src2, nbits);
}

static __always_inline void bitmap_xor(unsigned long *dst, const unsigned long *src1,
				       const unsigned long *src2, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = *src1 ^ *src2;
	else
		__bitmap_xor(dst, src1, src2, nbits);
}

static __always_inline void bitmap_complement(unsigned long *dst, const unsigned long *src,
					      unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = ~*src;
	else
		__bitmap_complement(dst, src, nbits);
}

static __always_inline void bitmap_replace(unsigned long *dst, const unsigned long *old,
					   const unsigned long *new_, const unsigned long *mask,
					   unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = (*old & ~*mask) | (*new_ & *mask);
	else
		kmemu_bitmap_compute(KMEMU_BITS_REPLACE, dst, old, new_, mask, nbits);
}

/* --- questions */

#define __kmemu_none(what, a, b, c, nbits) \
	(kmemu_find_next_bit(what, a, b, c, nbits, 0) >= (nbits))

static __always_inline bool bitmap_equal(const unsigned long *src1, const unsigned long *src2,
					 unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return !((*src1 ^ *src2) & BITMAP_LAST_WORD_MASK(nbits));
	return __kmemu_none(KMEMU_BITS_XOR, src1, src2, src1, nbits);
}

static __always_inline bool bitmap_or_equal(const unsigned long *src1, const unsigned long *src2,
					    const unsigned long *src3, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return !(((*src1 | *src2) ^ *src3) & BITMAP_LAST_WORD_MASK(nbits));
	return __kmemu_none(KMEMU_BITS_OR_XOR, src1, src2, src3, nbits);
}

static __always_inline bool bitmap_intersects(const unsigned long *src1, const unsigned long *src2,
					      unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return (*src1 & *src2 & BITMAP_LAST_WORD_MASK(nbits)) != 0;
	return !__kmemu_none(KMEMU_BITS_AND, src1, src2, src1, nbits);
}

static __always_inline bool bitmap_subset(const unsigned long *src1, const unsigned long *src2,
					  unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return !(*src1 & ~*src2 & BITMAP_LAST_WORD_MASK(nbits));
	return __kmemu_none(KMEMU_BITS_ANDNOT, src1, src2, src1, nbits);
}

static __always_inline bool bitmap_empty(const unsigned long *src, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return !(*src & BITMAP_LAST_WORD_MASK(nbits));
	return find_first_bit(src, nbits) >= nbits;
}

static __always_inline bool bitmap_full(const unsigned long *src, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return !(~*src & BITMAP_LAST_WORD_MASK(nbits));
	return find_first_zero_bit(src, nbits) >= nbits;
}

static __always_inline unsigned int bitmap_weight(const unsigned long *src, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return hweight_long(*src & BITMAP_LAST_WORD_MASK(nbits));
	return __bitmap_weight(src, nbits);
}

static __always_inline unsigned long bitmap_weight_and(const unsigned long *src1,
						       const unsigned long *src2,
						       unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return hweight_long(*src1 & *src2 & BITMAP_LAST_WORD_MASK(nbits));
	return kmemu_bitmap_weight(KMEMU_BITS_AND, src1, src2, nbits);
}

static __always_inline unsigned long bitmap_weight_andnot(const unsigned long *src1,
							  const unsigned long *src2,
							  unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return hweight_long(*src1 & ~*src2 & BITMAP_LAST_WORD_MASK(nbits));
	return kmemu_bitmap_weight(KMEMU_BITS_ANDNOT, src1, src2, nbits);
}

static __always_inline bool __bitmap_equal(const unsigned long *a, const unsigned long *b,
					   unsigned int nbits)
{
	return __kmemu_none(KMEMU_BITS_XOR, a, b, a, nbits);
}

static __always_inline bool __bitmap_or_equal(const unsigned long *a, const unsigned long *b,
					      const unsigned long *c, unsigned int nbits)
{
	return __kmemu_none(KMEMU_BITS_OR_XOR, a, b, c, nbits);
}

static __always_inline bool __bitmap_intersects(const unsigned long *a, const unsigned long *b,
						unsigned int nbits)
{
	return !__kmemu_none(KMEMU_BITS_AND, a, b, a, nbits);
}

static __always_inline bool __bitmap_subset(const unsigned long *a, const unsigned long *b,
					    unsigned int nbits)
{
	return __kmemu_none(KMEMU_BITS_ANDNOT, a, b, a, nbits);
}

static __always_inline void __bitmap_replace(unsigned long *dst, const unsigned long *old,
					     const unsigned long *new_, const unsigned long *mask,
					     unsigned int nbits)
{
	(void)kmemu_bitmap_compute(KMEMU_BITS_REPLACE, dst, old, new_, mask, nbits);
}

__kmemu_c void __bitmap_shift_right(unsigned long *dst, const unsigned long *src,
				    unsigned int shift,
				    unsigned int nbits) __kmemu_is(kmemu_bitmap_shift_right);
__kmemu_c void __bitmap_shift_left(unsigned long *dst, const unsigned long *src, unsigned int shift,
				   unsigned int nbits) __kmemu_is(kmemu_bitmap_shift_left);

/* --- runs of bits */

#define __kmemu_in_one_word(start, nbits)                                               \
	(__builtin_constant_p(start) && __builtin_constant_p(nbits) && (nbits) > 0 &&   \
	 (start) + (nbits) <= BITS_PER_LONG)

static __always_inline void bitmap_set(unsigned long *map, unsigned int start, unsigned int nbits)
{
	if (__kmemu_in_one_word(start, nbits))
		*map |= GENMASK(start + nbits - 1, start);
	else
		__bitmap_set(map, start, (int)nbits);
}

static __always_inline void bitmap_clear(unsigned long *map, unsigned int start, unsigned int nbits)
{
	if (__kmemu_in_one_word(start, nbits))
		*map &= ~GENMASK(start + nbits - 1, start);
	else
		__bitmap_clear(map, start, (int)nbits);
}

static __always_inline void bitmap_shift_right(unsigned long *dst, const unsigned long *src,
					       unsigned int shift, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = (*src & BITMAP_LAST_WORD_MASK(nbits)) >> shift;
	else
		kmemu_bitmap_shift_right(dst, src, shift, nbits);
}

static __always_inline void bitmap_shift_left(unsigned long *dst, const unsigned long *src,
					      unsigned int shift, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = *src << shift & BITMAP_LAST_WORD_MASK(nbits);
	else
		kmemu_bitmap_shift_left(dst, src, shift, nbits);
}

__kmemu_c void bitmap_cut(unsigned long *dst, const unsigned long *src, unsigned int first,
			  unsigned int cut, unsigned int nbits) __kmemu_is(kmemu_bitmap_cut);
__kmemu_c void bitmap_remap(unsigned long *dst, const unsigned long *src, const unsigned long *old,
			    const unsigned long *new_, unsigned int nbits)
	__kmemu_is(kmemu_bitmap_remap);
__kmemu_c int bitmap_bitremap(int oldbit, const unsigned long *old, const unsigned long *new_,
			      int bits) __kmemu_is(kmemu_bitmap_bitremap);
__kmemu_c void bitmap_onto(unsigned long *dst, const unsigned long *orig,
			   const unsigned long *relmap, unsigned int bits)
	__kmemu_is(kmemu_bitmap_onto);
__kmemu_c void bitmap_fold(unsigned long *dst, const unsigned long *orig, unsigned int sz,
			   unsigned int nbits) __kmemu_is(kmemu_bitmap_fold);
__kmemu_c unsigned long bitmap_find_next_zero_area_off(unsigned long *map, unsigned long size,
						       unsigned long start, unsigned int nr,
						       unsigned long align_mask,
						       unsigned long align_offset)
	__kmemu_is(kmemu_bitmap_find_next_zero_area_off);

static __always_inline unsigned long bitmap_find_next_zero_area(unsigned long *map,
								unsigned long size,
								unsigned long start,
								unsigned int nr,
								unsigned long align_mask)
{
	return bitmap_find_next_zero_area_off(map, size, start, nr, align_mask, 0);
}

/* Bit n of src to the n-th place of mask, and back. */
static inline void bitmap_scatter(unsigned long *dst, const unsigned long *src,
				  const unsigned long *mask, unsigned int nbits)
{
	unsigned int place, n = 0;

	bitmap_zero(dst, nbits);
	for_each_set_bit(place, mask, nbits) {
		if (test_bit(n, src))
			__set_bit(place, dst);
		n++;
	}
}

static inline void bitmap_gather(unsigned long *dst, const unsigned long *src,
				 const unsigned long *mask, unsigned int nbits)
{
	unsigned int place, n = 0;

	bitmap_zero(dst, nbits);
	for_each_set_bit(place, mask, nbits) {
		if (test_bit(place, src))
			__set_bit(n, dst);
		n++;
	}
}

static inline void bitmap_next_set_region(unsigned long *bitmap, unsigned int *rs,
					  unsigned int *re, unsigned int end)
{
	*rs = find_next_bit(bitmap, end, *rs);
	*re = find_next_zero_bit(bitmap, end, *rs + 1);
}

/* --- 2^order bits, aligned to their size */

static inline void bitmap_release_region(unsigned long *bitmap, unsigned int pos, int order)
{
	bitmap_clear(bitmap, pos, 1u << order);
}

static inline int bitmap_allocate_region(unsigned long *bitmap, unsigned int pos, int order)
{
	unsigned int end = pos + (1u << order);

	if (find_next_bit(bitmap, end, pos) < end)
		return -EBUSY;
	bitmap_set(bitmap, pos, end - pos);
	return 0;
}

static __always_inline int bitmap_find_free_region(unsigned long *bitmap, unsigned int bits,
						   int order)
{
	unsigned int len = 1u << order, pos;

	for (pos = 0; pos + len <= bits; pos += len)
		if (!bitmap_allocate_region(bitmap, pos, order))
			return (int)pos;
	return -ENOMEM;
}

/* --- numbers in a map: the bits of an int or two are those of a long, little endian */

static inline void bitmap_from_u64(unsigned long *dst, u64 mask)
{
	*dst = mask;
}

static inline void bitmap_from_arr64(unsigned long *bitmap, const u64 *buf, unsigned int nbits)
{
	bitmap_copy_clear_tail(bitmap, (const unsigned long *)buf, nbits);
}

static inline void bitmap_to_arr64(u64 *buf, const unsigned long *bitmap, unsigned int nbits)
{
	bitmap_copy_clear_tail((unsigned long *)buf, bitmap, nbits);
}

static inline void bitmap_from_arr32(unsigned long *bitmap, const u32 *buf, unsigned int nbits)
{
	unsigned int words = BITS_TO_U32(nbits), i;

	for (i = 0; i < words; i += 2)
		bitmap[i / 2] = buf[i] | (i + 1 < words ? (unsigned long)buf[i + 1] << 32 : 0);
	if (nbits % BITS_PER_LONG)
		bitmap[nbits / BITS_PER_LONG] &= BITMAP_LAST_WORD_MASK(nbits);
}

static inline void bitmap_to_arr32(u32 *buf, const unsigned long *bitmap, unsigned int nbits)
{
	unsigned int words = BITS_TO_U32(nbits), i;

	for (i = 0; i < words; i++)
		buf[i] = (u32)(bitmap[i / 2] >> i % 2 * 32);
	if (nbits % 32)
		buf[words - 1] &= ~0u >> (32 - nbits % 32);
}

/* nbits: 1 to 64; else 0, and nothing is written. */
static inline unsigned long bitmap_read(const unsigned long *map, unsigned long start,
					unsigned long nbits)
{
	unsigned long offset = start % BITS_PER_LONG, value;

	if (nbits - 1 >= BITS_PER_LONG)
		return 0;
	map += BIT_WORD(start);
	value = map[0] >> offset;
	if (offset + nbits > BITS_PER_LONG)
		value |= map[1] << (BITS_PER_LONG - offset);
	return value & BITMAP_LAST_WORD_MASK(nbits);
}

static inline void bitmap_write(unsigned long *map, unsigned long value, unsigned long start,
				unsigned long nbits)
{
	unsigned long offset = start % BITS_PER_LONG, mask = BITMAP_LAST_WORD_MASK(nbits), moved;

	if (nbits - 1 >= BITS_PER_LONG)
		return;
	map += BIT_WORD(start);
	value &= mask;
	map[0] = (map[0] & ~(mask << offset)) | value << offset;
	if (offset + nbits <= BITS_PER_LONG)
		return;
	moved = BITS_PER_LONG - offset;
	map[1] = (map[1] & ~(mask >> moved)) | value >> moved;
}

#define bitmap_get_value8(map, start) bitmap_read(map, start, BITS_PER_BYTE)
#define bitmap_set_value8(map, value, start) bitmap_write(map, value, start, BITS_PER_BYTE)

/* --- text */

__kmemu_c int bitmap_parse(const char *buf, unsigned int buflen, unsigned long *dst, int nbits)
	__kmemu_is(kmemu_bitmap_parse);
__kmemu_c int bitmap_parselist(const char *buf, unsigned long *maskp, int nmaskbits)
	__kmemu_is(kmemu_bitmap_parselist);

static __always_inline int bitmap_parse_user(const char __user *ubuf, unsigned int ulen,
					     unsigned long *dst, int nbits)
{
	return bitmap_parse(ubuf, ulen, dst, nbits);
}

static __always_inline int bitmap_parselist_user(const char __user *ubuf, unsigned int ulen,
						 unsigned long *dst, int nbits)
{
	(void)ulen;
	return bitmap_parselist(ubuf, dst, nbits);
}

/* Text, line feed and 0, of which `count` bytes from `off` on. */
static inline int __kmemu_bitmap_text(bool list, char *buf, const unsigned long *maskp, int nbits,
				      unsigned long off, unsigned long count)
{
	unsigned long len = kmemu_bitmap_print(list, buf, count, off, maskp, nbits);

	if (len + 2 <= off)
		return 0;
	if (len >= off && len - off < count)
		buf[len - off] = '\n';
	if (len + 1 - off < count)
		buf[len + 1 - off] = '\0';
	return (int)(len + 2 - off < count ? len + 2 - off : count);
}

static inline int bitmap_print_bitmask_to_buf(char *buf, const unsigned long *maskp, int nmaskbits,
					      long long off, size_t count)
{
	return __kmemu_bitmap_text(false, buf, maskp, nmaskbits, off, count);
}

static inline int bitmap_print_list_to_buf(char *buf, const unsigned long *maskp, int nmaskbits,
					   long long off, size_t count)
{
	return __kmemu_bitmap_text(true, buf, maskp, nmaskbits, off, count);
}

/* buf: in a page, to whose end there is room. */
static inline int bitmap_print_to_pagebuf(bool list, char *buf, const unsigned long *mask,
					  int nbits)
{
	unsigned long room = PAGE_SIZE - ((unsigned long)buf & ~PAGE_MASK);
	int len = __kmemu_bitmap_text(list, buf, mask, nbits, 0, room);

	buf[len - 1] = '\0';
	return len - 1;
}

__kmemu_c void *__kmemu_devm_bits(struct device *dev, size_t size, gfp_t flags)
	__kmemu_is(kmemu_devm_kmalloc);

static __always_inline unsigned long *devm_bitmap_alloc(struct device *dev, unsigned int nbits,
							gfp_t flags)
{
	return (unsigned long *)__kmemu_devm_bits(dev, bitmap_size(nbits), flags);
}

static __always_inline unsigned long *devm_bitmap_zalloc(struct device *dev, unsigned int nbits,
							 gfp_t flags)
{
	return devm_bitmap_alloc(dev, nbits, flags | __GFP_ZERO);
}

#endif /* __cplusplus */

#endif /* __LINUX_BITMAP_H */
