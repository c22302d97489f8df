// SPDX-License-Identifier: MIT
/*
 * Shows that bitmaps do the same as an array of booleans: searches, sums, changes,
 * and text that is read back.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "include/kmemu/bitmap.h"
#include "tests/unit/unit.h"

#define BITS  200
#define WORDS 4

static unsigned long a[WORDS], b[WORDS], c[WORDS], d[WORDS];

static int bit(const unsigned long *m, unsigned int i)
{
	return m[i / 64] >> i % 64 & 1;
}

static void fill(unsigned long *m)
{
	for (int i = 0; i < WORDS; i++)
		m[i] = (unsigned long)rand() << 40 ^ (unsigned long)rand() << 20 ^
		       (unsigned long)rand();
}

static int made_of(enum kmemu_bits what, unsigned int i)
{
	int x = bit(a, i), y = bit(b, i), z = bit(c, i);

	switch (what) {
	case KMEMU_BITS:
		return x;
	case KMEMU_BITS_NOT:
		return !x;
	case KMEMU_BITS_AND:
		return x && y;
	case KMEMU_BITS_OR:
		return x || y;
	case KMEMU_BITS_XOR:
		return x != y;
	case KMEMU_BITS_ANDNOT:
		return x && !y;
	case KMEMU_BITS_AND_AND:
		return x && y && z;
	case KMEMU_BITS_AND_ANDNOT:
		return x && y && !z;
	case KMEMU_BITS_OR_XOR:
		return (x || y) != z;
	case KMEMU_BITS_REPLACE:
		return z ? y : x;
	}
	return -1;
}

static void check_kind(enum kmemu_bits what, unsigned int size)
{
	unsigned int next = size, sum = 0, bad = 0;
	int any = kmemu_bitmap_compute(what, d, a, b, c, size);

	for (unsigned int i = size; i--;) {
		if (made_of(what, i))
			next = i, sum++;
		bad += kmemu_find_next_bit(what, a, b, c, size, i) != next;
		bad += bit(d, i) != made_of(what, i);
	}
	UNIT_EQ(any, sum != 0);
	for (unsigned int i = 0, n = 0; i < size; i++)
		if (made_of(what, i))
			bad += kmemu_find_nth_bit(what, a, b, c, size, n++) != i;
	bad += kmemu_find_nth_bit(what, a, b, c, size, sum) < size;
	if (what < KMEMU_BITS_AND_AND)
		bad += kmemu_bitmap_weight(what, a, b, size) != sum;
	UNIT_EQ(bad, 0);
}

static void all_kinds(void)
{
	srand((unsigned int)unit_seed());
	for (int round = 0; round < 20; round++) {
		fill(a), fill(b), fill(c);
		for (int what = KMEMU_BITS; what <= KMEMU_BITS_REPLACE; what++)
			check_kind((enum kmemu_bits)what, 1 + (unsigned int)rand() % BITS);
	}
}

static void runs_and_shifts(void)
{
	unsigned int bad = 0;

	srand((unsigned int)unit_seed());
	for (int round = 0; round < 300; round++) {
		unsigned int size = 1 + (unsigned int)rand() % BITS,
			     from = (unsigned int)rand() % size;
		unsigned int n = (unsigned int)rand() % (size - from + 1);

		fill(a);
		memcpy(b, a, sizeof(b)), memcpy(c, a, sizeof(c));
		kmemu_bitmap_set(b, from, n);
		kmemu_bitmap_clear(c, from, n);
		for (unsigned int i = 0; i < BITS; i++) {
			int within = i >= from && i < from + n;

			bad += bit(b, i) != (within || bit(a, i));
			bad += bit(c, i) != (!within && bit(a, i));
		}
		kmemu_bitmap_shift_right(b, a, from, size);
		kmemu_bitmap_shift_left(c, a, from, size);
		for (unsigned int i = 0; i < size; i++) {
			bad += bit(b, i) != (i + from < size && bit(a, i + from));
			bad += bit(c, i) != (i >= from && bit(a, i - from));
		}
	}
	UNIT_EQ(bad, 0);
}

static void moved_bits(void)
{
	unsigned long old[1] = { 0xf0 }, new[1] = { 0x3000 }, src[1] = { 0x91 }, to[1];

	kmemu_bitmap_remap(to, src, old, new, 64);
	UNIT_EQ(to[0], 0x3001); /* bit 4: the 0th, bit 7: the 3rd, modulo 2 */
	UNIT_EQ(kmemu_bitmap_bitremap(5, old, new, 64), 13);
	UNIT_EQ(kmemu_bitmap_bitremap(1, old, new, 64), 1);
	kmemu_bitmap_onto(to, src, old, 64);
	UNIT_EQ(to[0], 0x10);
	kmemu_bitmap_fold(to, src, 4, 64);
	UNIT_EQ(to[0], 0x9);
	kmemu_bitmap_cut(to, src, 1, 3, 64);
	UNIT_EQ(to[0], 0x13);
}

static void zero_areas(void)
{
	memset(a, 0, sizeof(a));
	kmemu_bitmap_set(a, 3, 5);
	UNIT_EQ(kmemu_bitmap_find_next_zero_area_off(a, BITS, 0, 3, 0, 0), 0);
	UNIT_EQ(kmemu_bitmap_find_next_zero_area_off(a, BITS, 0, 4, 0, 0), 8);
	UNIT_EQ(kmemu_bitmap_find_next_zero_area_off(a, BITS, 0, 4, 15, 0), 16);
	CU_ASSERT(kmemu_bitmap_find_next_zero_area_off(a, BITS, 0, 193, 0, 0) > BITS);
	UNIT_EQ(kmemu_find_last_bit(a, BITS), 7);
	UNIT_EQ(kmemu_find_last_bit(a, 3), 3);
}

static void text_is_read_back(void)
{
	char buf[1000];

	srand((unsigned int)unit_seed());
	for (int round = 0; round < 50; round++) {
		unsigned int size = 1 + (unsigned int)rand() % BITS;

		for (int list = 0; list < 2; list++) {
			fill(a);
			for (int i = 0; list && i < WORDS; i++)
				a[i] &= a[i] << 7;
			memset(buf, 0, sizeof(buf));
			kmemu_bitmap_print(list, buf, sizeof(buf), 0, a, size);
			UNIT_EQ(list ? kmemu_bitmap_parselist(buf, b, (int)size) :
				       kmemu_bitmap_parse(buf, sizeof(buf), b, (int)size),
				0);
			UNIT_EQ(kmemu_find_next_bit(KMEMU_BITS_XOR, a, b, a, size, 0), size);
		}
	}
}

static void text_has_the_kernels_form(void)
{
	char buf[64] = "";

	memset(a, 0, sizeof(a));
	kmemu_bitmap_set(a, 0, 3);
	kmemu_bitmap_set(a, 40, 1);
	UNIT_EQ(kmemu_bitmap_print(1, buf, sizeof(buf), 0, a, 50), 6);
	CU_ASSERT_STRING_EQUAL(buf, "0-2,40");
	kmemu_bitmap_print(0, buf, sizeof(buf), 0, a, 50);
	CU_ASSERT(!strncmp(buf, "00100,00000007", 14));
	memset(buf, 0, sizeof(buf));
	kmemu_bitmap_print(1, buf, 3, 2, a, 50);
	CU_ASSERT_STRING_EQUAL(buf, "2,4");
}

static void bad_text_is_refused(void)
{
	UNIT_EQ(kmemu_bitmap_parselist("0-15:2/4,N", a, 64), 0);
	UNIT_EQ(a[0], 0x8000000000003333ul);
	UNIT_EQ(kmemu_bitmap_parselist("all", a, 10), 0);
	UNIT_EQ(a[0], 0x3ff);
	UNIT_EQ(kmemu_bitmap_parselist("64", a, 64), -ERANGE);
	UNIT_EQ(kmemu_bitmap_parselist("5-3", a, 64), -EINVAL);
	UNIT_EQ(kmemu_bitmap_parselist("0-3:5/4", a, 64), -EINVAL);
	UNIT_EQ(kmemu_bitmap_parselist("4294967296", a, 64), -EOVERFLOW);
	UNIT_EQ(kmemu_bitmap_parselist("1-", a, 64), -EINVAL);
	UNIT_EQ(kmemu_bitmap_parse("123456789", 9, a, 64), -EOVERFLOW);
	UNIT_EQ(kmemu_bitmap_parse("1,0g", 4, a, 64), -EINVAL);
	UNIT_EQ(kmemu_bitmap_parse("1ff", 3, a, 8), -EOVERFLOW);
	UNIT_EQ(kmemu_bitmap_parse("1,,2\n", 99, a, 64), 0);
	UNIT_EQ(a[0], 0x100000002ul);
}

UNIT_MAIN("bitmap", UNIT_TEST(all_kinds), UNIT_TEST(runs_and_shifts), UNIT_TEST(moved_bits),
	  UNIT_TEST(zero_areas), UNIT_TEST(text_is_read_back), UNIT_TEST(text_has_the_kernels_form),
	  UNIT_TEST(bad_text_is_refused));
