/* SPDX-License-Identifier: MIT */
/*
 * <linux/siphash.h> of Linux 6.12 for 64 bits: SipHash-2-4, and SipHash-1-3 cut to 32
 * bits (hsiphash) for tables. Any context.
 */
#ifndef _LINUX_SIPHASH_H
#define _LINUX_SIPHASH_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/lib.h>
#include <linux/kernel.h>
#include <linux/types.h>

#define SIPHASH_ALIGNMENT __alignof__(u64)
#define HSIPHASH_ALIGNMENT __alignof__(unsigned long)

typedef struct {
	u64 key[2];
} siphash_key_t;

typedef struct {
	unsigned long key[2];
} hsiphash_key_t;

#define siphash_aligned_key_t siphash_key_t __aligned(16)

static inline bool siphash_key_is_zero(const siphash_key_t *key)
{
	return !(key->key[0] | key->key[1]);
}

static inline u64 siphash(const void *data, size_t len, const siphash_key_t *key)
{
	return kmemu_siphash(data, len, key);
}

static inline u32 hsiphash(const void *data, size_t len, const hsiphash_key_t *key)
{
	return kmemu_hsiphash(data, len, key);
}

/* Numbers, as their bytes one behind the other. */
static inline u64 siphash_1u64(const u64 a, const siphash_key_t *key)
{
	return siphash(&a, sizeof(a), key);
}

static inline u64 siphash_2u64(const u64 a, const u64 b, const siphash_key_t *key)
{
	const u64 in[] = { a, b };

	return siphash(in, sizeof(in), key);
}

static inline u64 siphash_3u64(const u64 a, const u64 b, const u64 c, const siphash_key_t *key)
{
	const u64 in[] = { a, b, c };

	return siphash(in, sizeof(in), key);
}

static inline u64 siphash_4u64(const u64 a, const u64 b, const u64 c, const u64 d,
			       const siphash_key_t *key)
{
	const u64 in[] = { a, b, c, d };

	return siphash(in, sizeof(in), key);
}

#define __KMEMU_SIPHASH_U32(ret, name)                                                           \
	static inline ret name##_1u32(const u32 a, const name##_key_t *key)                      \
	{                                                                                        \
		return name(&a, sizeof(a), key);                                                 \
	}                                                                                        \
	static inline ret name##_2u32(const u32 a, const u32 b, const name##_key_t *key)         \
	{                                                                                        \
		const u32 in[] = { a, b };                                                       \
                                                                                                 \
		return name(in, sizeof(in), key);                                                \
	}                                                                                        \
	static inline ret name##_3u32(const u32 a, const u32 b, const u32 c,                     \
				      const name##_key_t *key)                                   \
	{                                                                                        \
		const u32 in[] = { a, b, c };                                                    \
                                                                                                 \
		return name(in, sizeof(in), key);                                                \
	}                                                                                        \
	static inline ret name##_4u32(const u32 a, const u32 b, const u32 c, const u32 d,        \
				      const name##_key_t *key)                                   \
	{                                                                                        \
		const u32 in[] = { a, b, c, d };                                                 \
                                                                                                 \
		return name(in, sizeof(in), key);                                                \
	}
__KMEMU_SIPHASH_U32(u64, siphash)
__KMEMU_SIPHASH_U32(u32, hsiphash)
#undef __KMEMU_SIPHASH_U32

#endif /* __cplusplus */

#endif /* _LINUX_SIPHASH_H */
