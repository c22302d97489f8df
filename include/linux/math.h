/* SPDX-License-Identifier: MIT */
/* <linux/math.h> of Linux 6.12: rounding and division. */
#ifndef _LINUX_MATH_H
#define _LINUX_MATH_H

#include <linux/compiler.h>
#include <linux/types.h>

#define __round_mask(x, y) ((__typeof__(x))((y)-1))
#define round_up(x, y) ((((x)-1) | __round_mask(x, y)) + 1)
#define round_down(x, y) ((x) & ~__round_mask(x, y))

#define DIV_ROUND_UP_POW2(n, d) ((n) / (d) + !!((n) & ((d)-1)))
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define DIV_ROUND_DOWN_ULL(ll, d) ((unsigned long long)(ll) / (d))
#define DIV_ROUND_UP_ULL(ll, d) DIV_ROUND_DOWN_ULL((unsigned long long)(ll) + (d)-1, (d))
#define DIV_ROUND_UP_SECTOR_T(ll, d) DIV_ROUND_UP_ULL(ll, d)
#define roundup(x, y)                                                   \
	__extension__({                                                 \
		__typeof__(y) __kmemu_y = (y);                          \
		(((x) + (__kmemu_y - 1)) / __kmemu_y) * __kmemu_y;      \
	})
#define rounddown(x, y)                                                 \
	__extension__({                                                 \
		__typeof__(x) __kmemu_x = (x);                          \
		__kmemu_x - (__kmemu_x % (y));                          \
	})
/* To the nearest; of negative numbers only by positive divisors. */
#define DIV_ROUND_CLOSEST(x, divisor)                                                     \
	__extension__({                                                                   \
		__typeof__(x) __kmemu_x = (x);                                            \
		__typeof__(divisor) __kmemu_d = (divisor);                                \
		((__typeof__(x))-1 > 0 || (__typeof__(divisor))-1 > 0 ||                  \
		 ((__kmemu_x > 0) == (__kmemu_d > 0))) ?                                  \
			((__kmemu_x + (__kmemu_d / 2)) / __kmemu_d) :                     \
			((__kmemu_x - (__kmemu_d / 2)) / __kmemu_d);                      \
	})
#define DIV_ROUND_CLOSEST_ULL(x, divisor) \
	(((unsigned long long)(x) + (divisor) / 2) / (divisor))
#define mult_frac(x, n, d)                                              \
	__extension__({                                                 \
		__typeof__(x) __kmemu_x = (x);                          \
		__typeof__(n) __kmemu_n = (n);                          \
		__typeof__(d) __kmemu_d = (d);                          \
		__typeof__(x) __kmemu_q = __kmemu_x / __kmemu_d;        \
		__typeof__(x) __kmemu_r = __kmemu_x % __kmemu_d;        \
		__kmemu_q *__kmemu_n + __kmemu_r *__kmemu_n / __kmemu_d; \
	})
#define sector_div(a, b)                                \
	__extension__({                                 \
		__typeof__(a) __kmemu_rest = (a) % (b); \
		(a) /= (b);                             \
		__kmemu_rest;                           \
	})

#ifndef __cplusplus
/*
 * Of a type as wide as x; of the lowest number it is that number. libc's <stdlib.h> has a
 * function of this name, so it has to come first.
 */
#define abs(x)                                                                            \
	__extension__({                                                                   \
		__typeof__(x) __kmemu_a = (x);                                            \
		__kmemu_a < 0 ? (__typeof__(x))(0 - __kmemu_a) : __kmemu_a;               \
	})
#define abs_diff(a, b)                                                                    \
	__extension__({                                                                   \
		__typeof__(a) __kmemu_a = (a);                                            \
		__typeof__(b) __kmemu_b = (b);                                            \
		__kmemu_a > __kmemu_b ? (__kmemu_a - __kmemu_b) : (__kmemu_b - __kmemu_a); \
	})
#endif

static __always_inline u32 reciprocal_scale(u32 val, u32 ep_ro)
{
	return (u32)(((u64)val * ep_ro) >> 32);
}

/* The largest number whose square is x at the most. */
static __inline __maybe_unused unsigned long int_sqrt(unsigned long x)
{
	unsigned long root = 0, bit = 1UL << (8 * sizeof(x) - 2);

	for (; bit; bit >>= 2) {
		unsigned long with = root + bit;

		root >>= 1;
		if (x >= with) {
			x -= with;
			root += bit;
		}
	}
	return root;
}
#define int_sqrt64(x) ((u32)int_sqrt(x))
#define int_pow(base, exp)                                              \
	__extension__({                                                 \
		u64 __kmemu_b = (base), __kmemu_p = 1;                  \
		unsigned int __kmemu_e = (exp);                         \
		while (__kmemu_e--)                                     \
			__kmemu_p *= __kmemu_b;                         \
		__kmemu_p;                                              \
	})

#endif /* _LINUX_MATH_H */
