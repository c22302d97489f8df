/* SPDX-License-Identifier: MIT */
/*
 * <linux/hash.h> of Linux 6.12: multiplicative hashing; the high bits of the product
 * are the best mixed.
 */
#ifndef _LINUX_HASH_H
#define _LINUX_HASH_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define GOLDEN_RATIO_32 0x61C88647
#define GOLDEN_RATIO_64 0x61C8864680B583EBull
#define GOLDEN_RATIO_PRIME GOLDEN_RATIO_64

static inline u32 __hash_32_generic(u32 val)
{
	return val * GOLDEN_RATIO_32;
}
#define __hash_32 __hash_32_generic

static inline u32 hash_32(u32 val, unsigned int bits)
{
	return __hash_32(val) >> (32 - bits);
}

static __always_inline u32 hash_64_generic(u64 val, unsigned int bits)
{
	return (u32)(val * GOLDEN_RATIO_64 >> (64 - bits));
}
#define hash_64 hash_64_generic
#define hash_long(val, bits) hash_64(val, bits)

static inline u32 hash_ptr(const void *ptr, unsigned int bits)
{
	return hash_long((unsigned long)ptr, bits);
}

static inline u32 hash32_ptr(const void *ptr)
{
	unsigned long val = (unsigned long)ptr;

	return (u32)(val ^ val >> 32);
}

#endif /* __cplusplus */

#endif /* _LINUX_HASH_H */
