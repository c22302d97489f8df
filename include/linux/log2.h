/* SPDX-License-Identifier: MIT */
/*
 * <linux/log2.h> of Linux 6.12. Constants give constants, so that they may be the
 * size of an array.
 */
#ifndef _LINUX_LOG2_H
#define _LINUX_LOG2_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bitops.h>
#include <linux/types.h>

static __always_inline bool is_power_of_2(unsigned long n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

/* -1 for 0. */
static __always_inline int __ilog2_u32(u32 n)
{
	return fls(n) - 1;
}

static __always_inline int __ilog2_u64(u64 n)
{
	return fls64(n) - 1;
}

/* clz of a constant is a constant; 0 for n below 2. */
#define const_ilog2(n) ((unsigned long long)(n) < 2 ? 0 : 63 - __builtin_clzll((n) | 1ull))
#define ilog2(n)                                                        \
	(__builtin_constant_p(n) ? const_ilog2(n) :                     \
	 sizeof(n) <= 4		 ? __ilog2_u32((u32)(n)) :              \
				   __ilog2_u64(n))

static __always_inline unsigned long __roundup_pow_of_two(unsigned long n)
{
	return 1ul << fls_long(n - 1);
}

static __always_inline unsigned long __rounddown_pow_of_two(unsigned long n)
{
	return 1ul << (fls_long(n) - 1);
}

#define roundup_pow_of_two(n)                                                   \
	(__builtin_constant_p(n) ?                                              \
		 ((n) == 1 ? 1ul : 1ul << (const_ilog2((n)-1) + 1)) :           \
		 __roundup_pow_of_two(n))
#define rounddown_pow_of_two(n) \
	(__builtin_constant_p(n) ? (1ul << const_ilog2(n)) : __rounddown_pow_of_two(n))

/* Rounded up: the order of 5 is 3. */
static __always_inline int __order_base_2(unsigned long n)
{
	return n > 1 ? (int)fls_long(n - 1) : 0;
}
#define order_base_2(n)                                                         \
	(__builtin_constant_p(n) ? ((n) < 2 ? 0 : const_ilog2((n)-1) + 1) :     \
				   __order_base_2(n))

static __always_inline int __bits_per(unsigned long n)
{
	return n < 2 ? 1 : (int)fls_long(n);
}
#define bits_per(n) \
	(__builtin_constant_p(n) ? ((n) < 2 ? 1 : const_ilog2(n) + 1) : __bits_per(n))

#endif /* __cplusplus */

#endif /* _LINUX_LOG2_H */
