/* SPDX-License-Identifier: MIT */
/* <linux/uuid.h> of Linux 6.12: 16 bytes; a guid_t has its first three fields little-endian. */
#ifndef _LINUX_UUID_H_
#define _LINUX_UUID_H_

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/hex.h>
#include <linux/random.h>
#include <linux/string.h>
#include <linux/types.h>

#define UUID_SIZE 16
#define UUID_STRING_LEN 36

typedef struct {
	__u8 b[UUID_SIZE];
} guid_t;
typedef struct {
	__u8 b[UUID_SIZE];
} uuid_t;

#define GUID_INIT(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                                 \
	((guid_t){ { (a) & 0xff, ((a) >> 8) & 0xff, ((a) >> 16) & 0xff, ((a) >> 24) & 0xff, \
		     (b) & 0xff, ((b) >> 8) & 0xff, (c) & 0xff, ((c) >> 8) & 0xff, (d0),    \
		     (d1), (d2), (d3), (d4), (d5), (d6), (d7) } })
#define UUID_INIT(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                                 \
	((uuid_t){ { ((a) >> 24) & 0xff, ((a) >> 16) & 0xff, ((a) >> 8) & 0xff, (a) & 0xff, \
		     ((b) >> 8) & 0xff, (b) & 0xff, ((c) >> 8) & 0xff, (c) & 0xff, (d0),    \
		     (d1), (d2), (d3), (d4), (d5), (d6), (d7) } })

static const __u8 guid_index[16] __maybe_unused = { 3, 2, 1, 0, 5, 4, 7, 6,
						    8, 9, 10, 11, 12, 13, 14, 15 };
static const __u8 uuid_index[16] __maybe_unused = { 0, 1, 2, 3, 4, 5, 6, 7,
						    8, 9, 10, 11, 12, 13, 14, 15 };
static const guid_t guid_null __maybe_unused = { { 0 } };
static const uuid_t uuid_null __maybe_unused = { { 0 } };

#define __KMEMU_UUID(name)                                                                \
	static inline bool name##_equal(const name##_t *u1, const name##_t *u2)           \
	{                                                                                 \
		return memcmp(u1, u2, sizeof(name##_t)) == 0;                             \
	}                                                                                 \
	static inline void name##_copy(name##_t *dst, const name##_t *src)                \
	{                                                                                 \
		memcpy(dst, src, sizeof(name##_t));                                       \
	}                                                                                 \
	static inline bool name##_is_null(const name##_t *u)                              \
	{                                                                                 \
		return name##_equal(u, &name##_null);                                     \
	}                                                                                 \
	static inline void import_##name(name##_t *dst, const __u8 *src)                  \
	{                                                                                 \
		memcpy(dst, src, sizeof(name##_t));                                       \
	}                                                                                 \
	static inline void export_##name(__u8 *dst, const name##_t *src)                  \
	{                                                                                 \
		memcpy(dst, src, sizeof(name##_t));                                       \
	}
__KMEMU_UUID(guid)
__KMEMU_UUID(uuid)
#undef __KMEMU_UUID

static inline void generate_random_uuid(unsigned char uuid[16])
{
	get_random_bytes(uuid, 16);
	uuid[6] = (uuid[6] & 0x0f) | 0x40; /* version 4 */
	uuid[8] = (uuid[8] & 0x3f) | 0x80;
}

static inline void generate_random_guid(unsigned char guid[16])
{
	get_random_bytes(guid, 16);
	guid[7] = (guid[7] & 0x0f) | 0x40;
	guid[8] = (guid[8] & 0x3f) | 0x80;
}

static inline void uuid_gen(uuid_t *u)
{
	generate_random_uuid(u->b);
}

static inline void guid_gen(guid_t *u)
{
	generate_random_guid(u->b);
}

/* xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx; what follows is not looked at. */
static inline bool __must_check uuid_is_valid(const char *uuid)
{
	unsigned int i;

	for (i = 0; i < UUID_STRING_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? uuid[i] != '-' : hex_to_bin((unsigned char)uuid[i]) < 0)
			return false;
	}
	return true;
}

static inline int __kmemu_uuid_parse(const char *s, __u8 b[16], const __u8 ei[16])
{
	static const __u8 at[16] = { 0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34 };
	unsigned int i;

	if (!uuid_is_valid(s))
		return -EINVAL;
	for (i = 0; i < 16; i++)
		b[ei[i]] = (__u8)(hex_to_bin((unsigned char)s[at[i]]) << 4 |
				  hex_to_bin((unsigned char)s[at[i] + 1]));
	return 0;
}

static inline int guid_parse(const char *uuid, guid_t *u)
{
	return __kmemu_uuid_parse(uuid, u->b, guid_index);
}

static inline int uuid_parse(const char *uuid, uuid_t *u)
{
	return __kmemu_uuid_parse(uuid, u->b, uuid_index);
}

#endif /* __cplusplus */

#endif /* _LINUX_UUID_H_ */
