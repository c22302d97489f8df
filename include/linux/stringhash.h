/* SPDX-License-Identifier: MIT */
/*
 * <linux/stringhash.h> of Linux 6.12, without CONFIG_DCACHE_WORD_ACCESS: byte by
 * byte. The kernel's values differ from one configuration to another, too.
 */
#ifndef __LINUX_STRINGHASH_H
#define __LINUX_STRINGHASH_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/hash.h>

#define init_name_hash(salt) (unsigned long)(salt)

static inline unsigned long partial_name_hash(unsigned long c, unsigned long prevhash)
{
	return 11 * (prevhash + (c << 4) + (c >> 4));
}

static inline unsigned int end_name_hash(unsigned long hash)
{
	return hash_long(hash, 32);
}

/* The hash below, the length above. */
#define hashlen_hash(hashlen) ((u32)(hashlen))
#define hashlen_len(hashlen) ((u32)((hashlen) >> 32))
#define hashlen_create(hash, len) ((u64)(len) << 32 | (u32)(hash))

static inline unsigned int full_name_hash(const void *salt, const char *name, unsigned int len)
{
	unsigned long hash = init_name_hash(salt);

	while (len--)
		hash = partial_name_hash((unsigned char)*name++, hash);
	return end_name_hash(hash);
}

static inline u64 hashlen_string(const void *salt, const char *name)
{
	unsigned int len = __builtin_strlen(name);

	return hashlen_create(full_name_hash(salt, name, len), len);
}

#endif /* __cplusplus */

#endif /* __LINUX_STRINGHASH_H */
