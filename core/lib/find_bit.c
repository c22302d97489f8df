/*
 * find_bit.c - searches in bitmaps (kernel: lib/find_bit.c). One loop for each
 * kind of search; which words it looks at, made of one to three maps, is a
 * constant in each of the copies that the compiler makes of it. Kernel: the same
 * by macros.
 */
#include "core/os/compiler.h"

#include "include/kmemu/bitmap.h"

#define WORD_BITS 64ul

struct maps {
	const unsigned long *a, *b, *c;
};

static __always_inline unsigned long word_of(enum kmemu_bits what, struct maps m, unsigned long i)
{
	switch (what) {
	case KMEMU_BITS:
		return m.a[i];
	case KMEMU_BITS_NOT:
		return ~m.a[i];
	case KMEMU_BITS_AND:
		return m.a[i] & m.b[i];
	case KMEMU_BITS_OR:
		return m.a[i] | m.b[i];
	case KMEMU_BITS_XOR:
		return m.a[i] ^ m.b[i];
	case KMEMU_BITS_ANDNOT:
		return m.a[i] & ~m.b[i];
	case KMEMU_BITS_AND_AND:
		return m.a[i] & m.b[i] & m.c[i];
	case KMEMU_BITS_AND_ANDNOT:
		return m.a[i] & m.b[i] & ~m.c[i];
	case KMEMU_BITS_OR_XOR:
		return (m.a[i] | m.b[i]) ^ m.c[i];
	case KMEMU_BITS_REPLACE:
		return (m.a[i] & ~m.c[i]) | (m.b[i] & m.c[i]);
	}
	return 0;
}

/* Of the word at position `at`, those that are below size. */
static __always_inline unsigned long below(unsigned long word, unsigned long at, unsigned long size)
{
	return size - at >= WORD_BITS ? word : word & ((1ul << (size - at)) - 1);
}

static __always_inline unsigned long next_bit(enum kmemu_bits what, struct maps m,
					      unsigned long size, unsigned long offset)
{
	unsigned long i = offset / WORD_BITS, word;

	if (offset >= size)
		return size;
	word = word_of(what, m, i) & (~0ul << (offset % WORD_BITS));
	while (!word) {
		if (++i * WORD_BITS >= size)
			return size;
		word = word_of(what, m, i);
	}
	return min(i * WORD_BITS + __builtin_ctzl(word), size);
}

static __always_inline unsigned long nth_bit(enum kmemu_bits what, struct maps m,
					     unsigned long size, unsigned long n)
{
	for (unsigned long at = 0; at < size; at += WORD_BITS) {
		unsigned long word = below(word_of(what, m, at / WORD_BITS), at, size);
		unsigned long here = __builtin_popcountl(word);

		if (n >= here) {
			n -= here;
			continue;
		}
		while (n--)
			word &= word - 1;
		return at + __builtin_ctzl(word);
	}
	return size;
}

static __always_inline unsigned int weight(enum kmemu_bits what, struct maps m, unsigned long size)
{
	unsigned int sum = 0;

	for (unsigned long at = 0; at < size; at += WORD_BITS)
		sum += __builtin_popcountl(below(word_of(what, m, at / WORD_BITS), at, size));
	return sum;
}

static __always_inline int compute(enum kmemu_bits what, unsigned long *dst, struct maps m,
				   unsigned long size)
{
	unsigned long any = 0;

	for (unsigned long at = 0; at < size; at += WORD_BITS) {
		dst[at / WORD_BITS] = word_of(what, m, at / WORD_BITS);
		any |= below(dst[at / WORD_BITS], at, size);
	}
	return any != 0;
}

/* One copy of func for each. */
#define FOR_EACH_KIND(func, ...)                                                  \
	switch (what) {                                                           \
	case KMEMU_BITS:                                                          \
		return func(KMEMU_BITS, __VA_ARGS__);                             \
	case KMEMU_BITS_NOT:                                                      \
		return func(KMEMU_BITS_NOT, __VA_ARGS__);                         \
	case KMEMU_BITS_AND:                                                      \
		return func(KMEMU_BITS_AND, __VA_ARGS__);                         \
	case KMEMU_BITS_ANDNOT:                                                   \
		return func(KMEMU_BITS_ANDNOT, __VA_ARGS__);                      \
	case KMEMU_BITS_OR:                                                       \
		return func(KMEMU_BITS_OR, __VA_ARGS__);                          \
	default:                                                                  \
		return func(what, __VA_ARGS__);                                   \
	}

KMEMU_EXPORT unsigned long kmemu_find_next_bit(enum kmemu_bits what, const unsigned long *a,
					       const unsigned long *b, const unsigned long *c,
					       unsigned long size, unsigned long offset)
{
	struct maps m = { a, b, c };

	FOR_EACH_KIND(next_bit, m, size, offset);
}

KMEMU_EXPORT unsigned long kmemu_find_nth_bit(enum kmemu_bits what, const unsigned long *a,
					      const unsigned long *b, const unsigned long *c,
					      unsigned long size, unsigned long n)
{
	struct maps m = { a, b, c };

	return nth_bit(what, m, size, n);
}

KMEMU_EXPORT unsigned long kmemu_find_last_bit(const unsigned long *map, unsigned long size)
{
	for (unsigned long at = ALIGN(size, WORD_BITS); at; at -= WORD_BITS) {
		unsigned long word = below(map[at / WORD_BITS - 1], at - WORD_BITS, size);

		if (word)
			return at - 1 - __builtin_clzl(word);
	}
	return size;
}

KMEMU_EXPORT unsigned int kmemu_bitmap_weight(enum kmemu_bits what, const unsigned long *a,
					      const unsigned long *b, unsigned int nbits)
{
	struct maps m = { a, b, a };

	FOR_EACH_KIND(weight, m, nbits);
}

KMEMU_EXPORT int kmemu_bitmap_compute(enum kmemu_bits what, unsigned long *dst,
				      const unsigned long *a, const unsigned long *b,
				      const unsigned long *c, unsigned int nbits)
{
	struct maps m = { a, b, c };

	FOR_EACH_KIND(compute, dst, m, nbits);
}
