/* SPDX-License-Identifier: MIT */
/* <linux/math64.h> of Linux 6.12 where a long has 64 bits and 128 can be computed with. */
#ifndef _LINUX_MATH64_H
#define _LINUX_MATH64_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bits.h>
#include <linux/math.h>
#include <linux/types.h>

#define div64_long(x, y) div64_s64((x), (y))
#define div64_ul(x, y) div64_u64((x), (y))

static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *remainder)
{
	*remainder = (u32)(dividend % divisor);
	return dividend / divisor;
}

static inline s64 div_s64_rem(s64 dividend, s32 divisor, s32 *remainder)
{
	*remainder = (s32)(dividend % divisor);
	return dividend / divisor;
}

static inline u64 div64_u64_rem(u64 dividend, u64 divisor, u64 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

static inline u64 div64_u64(u64 dividend, u64 divisor)
{
	return dividend / divisor;
}

static inline s64 div64_s64(s64 dividend, s64 divisor)
{
	return dividend / divisor;
}

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

static inline s64 div_s64(s64 dividend, s32 divisor)
{
	return dividend / divisor;
}

static inline u32 iter_div_u64_rem(u64 dividend, u32 divisor, u64 *remainder)
{
	*remainder = dividend % divisor;
	return (u32)(dividend / divisor);
}

static inline u64 mul_u32_u32(u32 a, u32 b)
{
	return (u64)a * b;
}

static inline u64 mul_u64_u32_shr(u64 a, u32 mul, unsigned int shift)
{
	return (u64)((unsigned __int128)a * mul >> shift);
}

static inline u64 mul_u64_u64_shr(u64 a, u64 mul, unsigned int shift)
{
	return (u64)((unsigned __int128)a * mul >> shift);
}

static inline u64 mul_s64_u64_shr(s64 a, u64 b, unsigned int shift)
{
	u64 abs_a = a < 0 ? -(u64)a : (u64)a, product = mul_u64_u64_shr(abs_a, b, shift);

	return a < 0 ? -product : product;
}

/* As the instruction: ~0 where the quotient has more than 64 bits. */
static inline u64 mul_u64_u64_div_u64(u64 a, u64 mul, u64 div)
{
	unsigned __int128 quotient = (unsigned __int128)a * mul / div;

	return quotient >> 64 ? ~0ull : (u64)quotient;
}

static inline u64 mul_u64_u32_div(u64 a, u32 mul, u32 divisor)
{
	return (u64)((unsigned __int128)a * mul / divisor);
}

#define DIV64_U64_ROUND_UP(ll, d)                               \
	({                                                      \
		u64 __ru_d = (d);                               \
		div64_u64((ll) + __ru_d - 1, __ru_d);           \
	})
#define DIV_U64_ROUND_UP(ll, d)                                 \
	({                                                      \
		u32 __ru_d = (d);                               \
		div_u64((ll) + __ru_d - 1, __ru_d);             \
	})
#define DIV64_U64_ROUND_CLOSEST(dividend, divisor)              \
	({                                                      \
		u64 __rc_d = (divisor);                         \
		div64_u64((dividend) + __rc_d / 2, __rc_d);     \
	})
#define DIV_U64_ROUND_CLOSEST(dividend, divisor)                \
	({                                                      \
		u32 __rc_d = (divisor);                         \
		div_u64((u64)(dividend) + __rc_d / 2, __rc_d);  \
	})
#define DIV_S64_ROUND_CLOSEST(dividend, divisor)                        \
	({                                                              \
		s64 __rc_x = (dividend);                                \
		s32 __rc_d = (divisor);                                 \
		(__rc_x > 0) == (__rc_d > 0) ?                          \
			div_s64(__rc_x + __rc_d / 2, __rc_d) :          \
			div_s64(__rc_x - __rc_d / 2, __rc_d);           \
	})

static inline u64 roundup_u64(u64 x, u32 y)
{
	return DIV_U64_ROUND_UP(x, y) * y;
}

#endif /* __cplusplus */

#endif /* _LINUX_MATH64_H */
