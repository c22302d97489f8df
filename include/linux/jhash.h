/* SPDX-License-Identifier: MIT */
/*
 * <linux/jhash.h> of Linux 6.12: Bob Jenkins' lookup3, which is in the public
 * domain, with the kernel's initial values, so that hashes are the kernel's.
 */
#ifndef _LINUX_JHASH_H
#define _LINUX_JHASH_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bitops.h>
#include <linux/types.h>

#define jhash_size(n) ((u32)1 << (n))
#define jhash_mask(n) (jhash_size(n) - 1)

#define JHASH_INITVAL 0xdeadbeef

/* One line of lookup3's mix() and of its final(). */
#define __jhash_mix_line(x, y, z, bits) \
	(x) -= (z), (x) ^= rol32(z, bits), (z) += (y)
#define __jhash_final_line(x, y, bits) (x) ^= (y), (x) -= rol32(y, bits)

#define __jhash_mix(a, b, c)                    \
	{                                       \
		__jhash_mix_line(a, b, c, 4);   \
		__jhash_mix_line(b, c, a, 6);   \
		__jhash_mix_line(c, a, b, 8);   \
		__jhash_mix_line(a, b, c, 16);  \
		__jhash_mix_line(b, c, a, 19);  \
		__jhash_mix_line(c, a, b, 4);   \
	}
#define __jhash_final(a, b, c)                  \
	{                                       \
		__jhash_final_line(c, b, 14);   \
		__jhash_final_line(a, c, 11);   \
		__jhash_final_line(b, a, 25);   \
		__jhash_final_line(c, b, 16);   \
		__jhash_final_line(a, c, 4);    \
		__jhash_final_line(b, a, 14);   \
		__jhash_final_line(c, b, 24);   \
	}

/* Up to four bytes, little endian; none is 0. */
static inline u32 __jhash_bytes(const u8 *k, u32 n)
{
	u32 word = 0;

	__builtin_memcpy(&word, k, n > 4 ? 4 : n);
	return word;
}

static inline u32 jhash(const void *key, u32 length, u32 initval)
{
	const u8 *k = (const u8 *)key;
	u32 a = JHASH_INITVAL + length + initval, b = a, c = a;

	for (; length > 12; length -= 12, k += 12) {
		a += __jhash_bytes(k, 4);
		b += __jhash_bytes(k + 4, 4);
		c += __jhash_bytes(k + 8, 4);
		__jhash_mix(a, b, c);
	}
	if (!length)
		return c;
	a += __jhash_bytes(k, length);
	if (length > 4)
		b += __jhash_bytes(k + 4, length - 4);
	if (length > 8)
		c += __jhash_bytes(k + 8, length - 8);
	__jhash_final(a, b, c);
	return c;
}

/* length: in words of 32 bits. */
static inline u32 jhash2(const u32 *k, u32 length, u32 initval)
{
	u32 a = JHASH_INITVAL + (length << 2) + initval, b = a, c = a;

	for (; length > 3; length -= 3, k += 3) {
		a += k[0];
		b += k[1];
		c += k[2];
		__jhash_mix(a, b, c);
	}
	if (!length)
		return c;
	a += k[0];
	b += length > 1 ? k[1] : 0;
	c += length > 2 ? k[2] : 0;
	__jhash_final(a, b, c);
	return c;
}

static inline u32 __jhash_nwords(u32 a, u32 b, u32 c, u32 initval)
{
	a += initval;
	b += initval;
	c += initval;
	__jhash_final(a, b, c);
	return c;
}

static inline u32 jhash_3words(u32 a, u32 b, u32 c, u32 initval)
{
	return __jhash_nwords(a, b, c, initval + JHASH_INITVAL + (3 << 2));
}

static inline u32 jhash_2words(u32 a, u32 b, u32 initval)
{
	return __jhash_nwords(a, b, 0, initval + JHASH_INITVAL + (2 << 2));
}

static inline u32 jhash_1word(u32 a, u32 initval)
{
	return __jhash_nwords(a, 0, 0, initval + JHASH_INITVAL + (1 << 2));
}

#endif /* __cplusplus */

#endif /* _LINUX_JHASH_H */
