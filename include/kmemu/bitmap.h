/* SPDX-License-Identifier: MIT */
/*
 * bitmap.h - arrays of bits (include/linux/bitmap.h and find.h, lib/bitmap.c,
 * bitmap-str.c and find_bit.c of 6.12): bit n is bit n % 64 of word n / 64. Sizes
 * and positions are in bits. Bits of the last word behind the size are not read as
 * part of the map; functions that write whole words may change them.
 */
#ifndef KMEMU_BITMAP_H
#define KMEMU_BITMAP_H

#ifdef __cplusplus
extern "C" {
#endif

/* What is looked at: words made of up to three maps a, b, c. */
enum kmemu_bits {
	KMEMU_BITS, /* a */
	KMEMU_BITS_NOT, /* ~a */
	KMEMU_BITS_AND, /* a & b */
	KMEMU_BITS_OR, /* a | b */
	KMEMU_BITS_XOR, /* a ^ b */
	KMEMU_BITS_ANDNOT, /* a & ~b */
	KMEMU_BITS_AND_AND, /* a & b & c */
	KMEMU_BITS_AND_ANDNOT, /* a & b & ~c */
	KMEMU_BITS_OR_XOR, /* (a | b) ^ c */
	KMEMU_BITS_REPLACE /* (a & ~c) | (b & c) */
};

/*
 * The first that is set at offset or behind it, the last, the n-th (from 0); at
 * least size when there is none. How many are set.
 */
unsigned long kmemu_find_next_bit(enum kmemu_bits what, const unsigned long *a,
				  const unsigned long *b, const unsigned long *c,
				  unsigned long size, unsigned long offset);
unsigned long kmemu_find_last_bit(const unsigned long *map, unsigned long size);
unsigned long kmemu_find_nth_bit(enum kmemu_bits what, const unsigned long *a,
				 const unsigned long *b, const unsigned long *c,
				 unsigned long size, unsigned long n);
unsigned int kmemu_bitmap_weight(enum kmemu_bits what, const unsigned long *a,
				 const unsigned long *b, unsigned int nbits);

/* dst becomes it, whole words; answers 1 if a bit within nbits is set. */
int kmemu_bitmap_compute(enum kmemu_bits what, unsigned long *dst, const unsigned long *a,
			 const unsigned long *b, const unsigned long *c, unsigned int nbits);
void kmemu_bitmap_set(unsigned long *map, unsigned int start, int len);
void kmemu_bitmap_clear(unsigned long *map, unsigned int start, int len);
/* Towards bit 0, and away from it. Zeroes come in. shift is below nbits. */
void kmemu_bitmap_shift_right(unsigned long *dst, const unsigned long *src, unsigned int shift,
			      unsigned int nbits);
void kmemu_bitmap_shift_left(unsigned long *dst, const unsigned long *src, unsigned int shift,
			     unsigned int nbits);
/* cut bits from first on are taken out, and what is behind moves down. */
void kmemu_bitmap_cut(unsigned long *dst, const unsigned long *src, unsigned int first,
		      unsigned int cut, unsigned int nbits);
/* nr zeroes in a row, whose position + align_offset is a multiple of align_mask + 1. */
unsigned long kmemu_bitmap_find_next_zero_area_off(unsigned long *map, unsigned long size,
						   unsigned long start, unsigned int nr,
						   unsigned long align_mask,
						   unsigned long align_offset);
/* The n-th of old becomes the n-th of new_, modulo its weight; others stay where they are. */
void kmemu_bitmap_remap(unsigned long *dst, const unsigned long *src, const unsigned long *old,
			const unsigned long *new_, unsigned int nbits);
int kmemu_bitmap_bitremap(int oldbit, const unsigned long *old, const unsigned long *new_,
			  int nbits);
/* Bit n of orig becomes the n-th that is set in relmap. */
void kmemu_bitmap_onto(unsigned long *dst, const unsigned long *orig, const unsigned long *relmap,
		       unsigned int nbits);
/* Modulo sz. */
void kmemu_bitmap_fold(unsigned long *dst, const unsigned long *orig, unsigned int sz,
		       unsigned int nbits);

/*
 * Text. parse: hexadecimal in chunks of 32 bits with commas between them. parselist:
 * "0-4,7,8-31:2/4", N is the last bit, all is all. 0, else -EINVAL, -EOVERFLOW or
 * (parselist) -ERANGE. buflen: at most so many bytes; the text may end before by
 * 0 or a line feed.
 * print: up to size bytes of the text from byte skip on, not terminated; answers
 * how many bytes the whole text has. list: as parselist reads, else as parse.
 */
int kmemu_bitmap_parse(const char *buf, unsigned int buflen, unsigned long *map, int nbits);
int kmemu_bitmap_parselist(const char *buf, unsigned long *map, int nbits);
unsigned long kmemu_bitmap_print(int list, char *buf, unsigned long size, unsigned long skip,
				 const unsigned long *map, unsigned int nbits);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_BITMAP_H */
