/* SPDX-License-Identifier: MIT */
/* <linux/bits.h> of Linux 6.12: bits and runs of bits as masks. */
#ifndef __LINUX_BITS_H
#define __LINUX_BITS_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/overflow.h>
#include <linux/types.h>

#define BITS_PER_BYTE 8
#ifndef BITS_PER_LONG
#define BITS_PER_LONG 64
#endif
#define BITS_PER_LONG_LONG 64

#define BIT(nr) (1ul << (nr))
#define BIT_ULL(nr) (1ull << (nr))
#define BIT_MASK(nr) (1ul << ((nr) % BITS_PER_LONG))
#define BIT_WORD(nr) ((nr) / BITS_PER_LONG)
#define BIT_ULL_MASK(nr) (1ull << ((nr) % BITS_PER_LONG_LONG))
#define BIT_ULL_WORD(nr) ((nr) / BITS_PER_LONG_LONG)
#define BITS_PER_TYPE(type) (sizeof(type) * BITS_PER_BYTE)

/* 0; constants in the wrong order are a bit-field of a width below 0. */
#define __genmask_wrong(h, l) ((long long)(l) > (long long)(h))
#define GENMASK_INPUT_CHECK(h, l)                                                       \
	(0 * sizeof(struct {                                                            \
		 int : (__builtin_choose_expr(__is_constexpr(__genmask_wrong(h, l)),    \
					      __genmask_wrong(h, l), 0) ? -1 : 1);      \
	 }))

#define __GENMASK(h, l) (((~0ul) << (l)) & (~0ul >> (BITS_PER_LONG - 1 - (h))))
#define __GENMASK_ULL(h, l) (((~0ull) << (l)) & (~0ull >> (BITS_PER_LONG_LONG - 1 - (h))))
#define GENMASK(h, l) (GENMASK_INPUT_CHECK(h, l) + __GENMASK(h, l))
#define GENMASK_ULL(h, l) (GENMASK_INPUT_CHECK(h, l) + __GENMASK_ULL(h, l))
#define __GENMASK_U128(h, l) \
	((((unsigned __int128)~0ull << 64 | ~0ull) << (l)) & \
	 (((unsigned __int128)~0ull << 64 | ~0ull) >> (127 - (h))))
#define __kmemu_genmask(type, h, l)                                                            \
	((type)(GENMASK_INPUT_CHECK(h, l) + 0 * sizeof(char[(h) < BITS_PER_TYPE(type) ? 1 : -1]) + \
		__GENMASK_ULL(h, l)))
#define GENMASK_U8(h, l) __kmemu_genmask(u8, h, l)
#define GENMASK_U16(h, l) __kmemu_genmask(u16, h, l)
#define GENMASK_U32(h, l) __kmemu_genmask(u32, h, l)
#define GENMASK_U64(h, l) __kmemu_genmask(u64, h, l)
#define GENMASK_U128(h, l) (GENMASK_INPUT_CHECK(h, l) + __GENMASK_U128(h, l))

#endif /* __cplusplus */

#endif /* __LINUX_BITS_H */
