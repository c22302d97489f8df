/* SPDX-License-Identifier: MIT */
/* <linux/math.h> of Linux 6.12: rounding, division, absolute values. */
#ifndef _LINUX_MATH_H
#define _LINUX_MATH_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/compiler.h>
#include <linux/log2.h>
#include <linux/types.h>

/* First, since its abs is another one. */
#include <kmemu/libc_begin.h>
#include <stdlib.h>
#include <kmemu/libc_end.h>

#define __round_mask(x, y) ((__typeof__(x))((y)-1))
/* y is a power of two. */
#define round_up(x, y) ((((x)-1) | __round_mask(x, y)) + 1)
#define round_down(x, y) ((x) & ~__round_mask(x, y))

#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define DIV_ROUND_UP_POW2(n, d) ((n) / (d) + !!((n) & ((d)-1)))
#define DIV_ROUND_DOWN_ULL(ll, d) ((unsigned long long)(ll) / (d))
#define DIV_ROUND_UP_ULL(ll, d) DIV_ROUND_DOWN_ULL((unsigned long long)(ll) + (d)-1, (d))
#define DIV_ROUND_UP_SECTOR_T(ll, d) DIV_ROUND_UP(ll, d)
/* Halves away from 0; a negative divisor is not meant. */
#define DIV_ROUND_CLOSEST(x, divisor)                                                   \
	({                                                                              \
		__typeof__(x) __rc_x = (x);                                             \
		__typeof__(divisor) __rc_d = (divisor);                                 \
		((__typeof__(x))-1) > 0 || ((__typeof__(divisor))-1) > 0 ||             \
				((__rc_x > 0) == (__rc_d > 0)) ?                        \
			(__rc_x + (__rc_d / 2)) / __rc_d :                              \
			(__rc_x - (__rc_d / 2)) / __rc_d;                               \
	})
#define DIV_ROUND_CLOSEST_ULL(x, divisor)                                               \
	({                                                                              \
		__typeof__(divisor) __rc_d = (divisor);                                 \
		((unsigned long long)(x) + __rc_d / 2) / __rc_d;                        \
	})

#undef roundup
#define roundup(x, y)                                                                   \
	({                                                                              \
		__typeof__(y) __round_y = (y);                                          \
		(((x) + (__round_y - 1)) / __round_y) * __round_y;                      \
	})
#define rounddown(x, y)                                                                 \
	({                                                                              \
		__typeof__(x) __round_x = (x);                                          \
		__round_x - (__round_x % (y));                                          \
	})

#define mult_frac(x, n, d)                                                              \
	({                                                                              \
		__typeof__(x) __mf_x = (x);                                             \
		__typeof__(n) __mf_n = (n);                                             \
		__typeof__(d) __mf_d = (d);                                             \
		__mf_x / __mf_d * __mf_n + __mf_x % __mf_d * __mf_n / __mf_d;           \
	})

/* n becomes the quotient, the value is the rest. */
#define do_div(n, base)                                                                 \
	({                                                                              \
		u32 __dd_base = (base), __dd_rem = (u32)((u64)(n) % __dd_base);         \
		(n) = (u64)(n) / __dd_base;                                             \
		__dd_rem;                                                               \
	})
#define sector_div(a, b) do_div(a, b)

/* The kernel's is of the argument's own type (char: signed char), never unsigned. */
#define __kmemu_abs(type, x)                            \
	({                                              \
		type __abs_x = (type)(x);               \
		__abs_x < 0 ? (type)-__abs_x : __abs_x; \
	})
#define abs(x)                                                  \
	__builtin_choose_expr(                                  \
		sizeof(x) == sizeof(u8), __kmemu_abs(signed char, x), \
		__builtin_choose_expr(                          \
			sizeof(x) == sizeof(u16), __kmemu_abs(short, x), \
			__builtin_choose_expr(                  \
				sizeof(x) == sizeof(u32), __kmemu_abs(int, x), \
				__kmemu_abs(long long, x))))
#define abs_diff(a, b)                                                  \
	({                                                              \
		__typeof__(a) __ad_a = (a);                             \
		__typeof__(b) __ad_b = (b);                             \
		__ad_a > __ad_b ? __ad_a - __ad_b : __ad_b - __ad_a;    \
	})

static inline u32 reciprocal_scale(u32 val, u32 ep_ro)
{
	return (u32)((u64)val * ep_ro >> 32);
}

#define __STRUCT_FRACT(type)            \
	struct type##_fract {           \
		__##type numerator;     \
		__##type denominator;   \
	};
__STRUCT_FRACT(s8)
__STRUCT_FRACT(u8)
__STRUCT_FRACT(s16)
__STRUCT_FRACT(u16)
__STRUCT_FRACT(s32)
__STRUCT_FRACT(u32)
#undef __STRUCT_FRACT

__kmemu_c u64 int_pow(u64 base, unsigned int exp) __kmemu_is(kmemu_int_pow);
__kmemu_c unsigned long int_sqrt(unsigned long x) __kmemu_is(kmemu_int_sqrt);

static inline u32 int_sqrt64(u64 x)
{
	return (u32)int_sqrt(x);
}

#endif /* __cplusplus */

#endif /* _LINUX_MATH_H */
