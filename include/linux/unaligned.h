/* SPDX-License-Identifier: MIT */
/* <linux/unaligned.h> of Linux 6.12: numbers at any address, in either order of bytes. */
#ifndef __LINUX_UNALIGNED_H
#define __LINUX_UNALIGNED_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define get_unaligned(ptr)                                              \
	({                                                              \
		const struct {                                          \
			__typeof__(*(ptr)) x;                           \
		} __packed *__pptr = (const void *)(ptr);               \
		__pptr->x;                                              \
	})
#define put_unaligned(val, ptr)                                         \
	do {                                                            \
		struct {                                                \
			__typeof__(*(ptr)) x;                           \
		} __packed *__pptr = (void *)(ptr);                     \
		__pptr->x = (val);                                      \
	} while (0)

#define __KMEMU_UNALIGNED(order, bits)                                          \
	static inline u##bits get_unaligned_##order##bits(const void *p)        \
	{                                                                       \
		__##order##bits x;                                              \
                                                                                \
		__builtin_memcpy(&x, p, sizeof(x));                             \
		return order##bits##_to_cpu(x);                                 \
	}                                                                       \
	static inline void put_unaligned_##order##bits(u##bits val, void *p)    \
	{                                                                       \
		__##order##bits x = cpu_to_##order##bits(val);                  \
                                                                                \
		__builtin_memcpy(p, &x, sizeof(x));                             \
	}
__KMEMU_UNALIGNED(le, 16)
__KMEMU_UNALIGNED(le, 32)
__KMEMU_UNALIGNED(le, 64)
__KMEMU_UNALIGNED(be, 16)
__KMEMU_UNALIGNED(be, 32)
__KMEMU_UNALIGNED(be, 64)
#undef __KMEMU_UNALIGNED

static inline u32 get_unaligned_le24(const void *p)
{
	const u8 *b = (const u8 *)p;

	return b[0] | (u32)b[1] << 8 | (u32)b[2] << 16;
}

static inline u32 get_unaligned_be24(const void *p)
{
	const u8 *b = (const u8 *)p;

	return (u32)b[0] << 16 | (u32)b[1] << 8 | b[2];
}

static inline void put_unaligned_be24(u32 val, void *p)
{
	u8 *b = (u8 *)p;

	b[0] = (u8)(val >> 16);
	b[1] = (u8)(val >> 8);
	b[2] = (u8)val;
}

static inline void put_unaligned_le24(u32 val, void *p)
{
	u8 *b = (u8 *)p;

	b[0] = (u8)val;
	b[1] = (u8)(val >> 8);
	b[2] = (u8)(val >> 16);
}

static inline u64 get_unaligned_be48(const void *p)
{
	return (u64)get_unaligned_be24(p) << 24 | get_unaligned_be24((const u8 *)p + 3);
}

static inline void put_unaligned_be48(u64 val, void *p)
{
	put_unaligned_be24((u32)(val >> 24), p);
	put_unaligned_be24((u32)val, (u8 *)p + 3);
}

#endif /* __cplusplus */

#endif /* __LINUX_UNALIGNED_H */
