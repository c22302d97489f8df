/*
 * bitmap.c - what changes bitmaps (kernel: lib/bitmap.c). Searches and the
 * operations of Boole are in find_bit.c, text in bitmap-str.c, runs of bits in
 * bitmap_set.c.
 *
 * Maps may be the same one (dst and src); no function takes memory.
 */
#include "core/os/compiler.h"

#include "include/kmemu/bitmap.h"

#define WORD_BITS    64u
#define WORDS(nbits) (((nbits) + WORD_BITS - 1) / WORD_BITS)

static inline bool test(const unsigned long *map, unsigned int bit)
{
	return map[bit / WORD_BITS] >> bit % WORD_BITS & 1;
}

static inline void set(unsigned long *map, unsigned int bit)
{
	map[bit / WORD_BITS] |= 1ul << bit % WORD_BITS;
}

static void zero(unsigned long *map, unsigned int nbits)
{
	for (unsigned int i = 0; i < WORDS(nbits); i++)
		map[i] = 0;
}

/* 64 bits of the map from position `at` on; behind nbits are zeroes. */
static unsigned long bits_at(const unsigned long *map, unsigned long at, unsigned int nbits)
{
	unsigned long i = at / WORD_BITS, word;

	if (at >= nbits)
		return 0;
	word = map[i] >> at % WORD_BITS;
	if (at % WORD_BITS && i + 1 < WORDS(nbits))
		word |= map[i + 1] << (WORD_BITS - at % WORD_BITS);
	return nbits - at < WORD_BITS ? word & ((1ul << (nbits - at)) - 1) : word;
}

KMEMU_EXPORT void kmemu_bitmap_shift_right(unsigned long *dst, const unsigned long *src,
					   unsigned int shift, unsigned int nbits)
{
	for (unsigned int i = 0; i < WORDS(nbits); i++)
		dst[i] = bits_at(src, (unsigned long)i * WORD_BITS + shift, nbits);
}

KMEMU_EXPORT void kmemu_bitmap_shift_left(unsigned long *dst, const unsigned long *src,
					  unsigned int shift, unsigned int nbits)
{
	unsigned int off = shift / WORD_BITS, rem = shift % WORD_BITS;

	for (unsigned int i = WORDS(nbits); i--;) {
		unsigned long word = i >= off ? src[i - off] << rem : 0;

		if (rem && i > off)
			word |= src[i - off - 1] >> (WORD_BITS - rem);
		dst[i] = word;
	}
}

KMEMU_EXPORT void kmemu_bitmap_cut(unsigned long *dst, const unsigned long *src,
				   unsigned int first, unsigned int cut, unsigned int nbits)
{
	unsigned int i = first / WORD_BITS, all = WORDS(nbits) * WORD_BITS;
	unsigned long keep = (1ul << first % WORD_BITS) - 1;

	for (unsigned int k = 0; k < i; k++)
		dst[k] = src[k];
	for (; i < WORDS(nbits); i++, keep = 0) {
		unsigned long moved = bits_at(src, (unsigned long)i * WORD_BITS + cut, all);

		dst[i] = (src[i] & keep) | (moved & ~keep);
	}
}

KMEMU_EXPORT unsigned long
kmemu_bitmap_find_next_zero_area_off(unsigned long *map, unsigned long size, unsigned long start,
				     unsigned int nr, unsigned long align_mask,
				     unsigned long align_offset)
{
	for (;;) {
		unsigned long at = kmemu_find_next_bit(KMEMU_BITS_NOT, map, map, map, size, start);
		unsigned long taken;

		at = ((at + align_offset + align_mask) & ~align_mask) - align_offset;
		if (at + nr > size)
			return at + nr;
		taken = kmemu_find_next_bit(KMEMU_BITS, map, map, map, at + nr, at);
		if (taken >= at + nr)
			return at;
		start = taken + 1;
	}
}

/* How many of map are set below bit; -1 when bit itself is not. */
static int ordinal(const unsigned long *map, unsigned int bit, unsigned int nbits)
{
	if (bit >= nbits || !test(map, bit))
		return -1;
	return (int)kmemu_bitmap_weight(KMEMU_BITS, map, map, bit);
}

KMEMU_EXPORT int kmemu_bitmap_bitremap(int oldbit, const unsigned long *old,
				       const unsigned long *new, int nbits)
{
	int w = (int)kmemu_bitmap_weight(KMEMU_BITS, new, new, nbits);
	int n = ordinal(old, oldbit, nbits);

	if (n < 0 || !w)
		return oldbit;
	return (int)kmemu_find_nth_bit(KMEMU_BITS, new, new, new, nbits, n % w);
}

KMEMU_EXPORT void kmemu_bitmap_remap(unsigned long *dst, const unsigned long *src,
				     const unsigned long *old, const unsigned long *new,
				     unsigned int nbits)
{
	if (dst == src)
		return;
	zero(dst, nbits);
	for (unsigned int bit = 0; bit < nbits; bit++)
		if (test(src, bit))
			set(dst, kmemu_bitmap_bitremap(bit, old, new, nbits));
}

KMEMU_EXPORT void kmemu_bitmap_onto(unsigned long *dst, const unsigned long *orig,
				    const unsigned long *relmap, unsigned int nbits)
{
	unsigned int n = 0;

	if (dst == orig)
		return;
	zero(dst, nbits);
	for (unsigned int bit = 0; bit < nbits; bit++) {
		if (!test(relmap, bit))
			continue;
		if (test(orig, n++))
			set(dst, bit);
	}
}

KMEMU_EXPORT void kmemu_bitmap_fold(unsigned long *dst, const unsigned long *orig,
				    unsigned int sz, unsigned int nbits)
{
	if (dst == orig)
		return;
	zero(dst, nbits);
	for (unsigned int bit = 0; bit < nbits; bit++)
		if (test(orig, bit))
			set(dst, bit % sz);
}
