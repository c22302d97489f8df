/* SPDX-License-Identifier: MIT */
/*
 * <linux/minmax.h> of Linux 6.12. Each argument is evaluated once. The kernel also
 * refuses to compare signed with unsigned; that is left to -Wsign-compare.
 */
#ifndef _LINUX_MINMAX_H
#define _LINUX_MINMAX_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

/* What both become when they are compared: as pointers, too. */
#define __kmemu_common(x, y) __typeof__(1 ? (x) : (y))

#define __kmemu_cmp(type, op, x, y)                     \
	({                                              \
		type __cmp_x = (type)(x); \
		type __cmp_y = (type)(y);               \
		__cmp_x op __cmp_y ? __cmp_x : __cmp_y; \
	})

#define min(x, y) __kmemu_cmp(__kmemu_common(x, y), <, x, y)
#define max(x, y) __kmemu_cmp(__kmemu_common(x, y), >, x, y)
#define min_t(type, x, y) __kmemu_cmp(type, <, x, y)
#define max_t(type, x, y) __kmemu_cmp(type, >, x, y)
/* Both not below 0, whatever their types. */
#define umin(x, y) min((x) + 0u + 0ul + 0ull, (y) + 0u + 0ul + 0ull)
#define umax(x, y) max((x) + 0u + 0ul + 0ull, (y) + 0u + 0ul + 0ull)
#define min3(x, y, z) min(min(x, y), z)
#define max3(x, y, z) max(max(x, y), z)
#define min_not_zero(x, y)                                                      \
	({                                                                      \
		__typeof__(x) __nz_x = (x);                                     \
		__typeof__(y) __nz_y = (y);                                     \
		__nz_x == 0 ? __nz_y : __nz_y == 0 ? __nz_x : min(__nz_x, __nz_y); \
	})

#define __kmemu_clamp(type, val, lo, hi)                                        \
	({                                                                      \
		type __c_val = (type)(val);                                     \
		type __c_lo = (type)(lo), __c_hi = (type)(hi);                  \
		__c_val >= __c_hi ? __c_hi : __c_val <= __c_lo ? __c_lo : __c_val; \
	})
#define clamp(val, lo, hi) __kmemu_clamp(__typeof__(val), val, lo, hi)
#define clamp_t(type, val, lo, hi) __kmemu_clamp(type, val, lo, hi)
#define clamp_val(val, lo, hi) __kmemu_clamp(__typeof__(val), val, lo, hi)

#define min_array(array, len)                                                   \
	({                                                                      \
		__typeof__(&(array)[0]) __array = (array);                      \
		__typeof__(len) __len = (len);                                  \
		__typeof__(__array[0] + 0) __best = __array[--__len];           \
		while (__len--)                                                 \
			__best = __array[__len] < __best ? __array[__len] : __best; \
		__best;                                                         \
	})
#define max_array(array, len)                                                   \
	({                                                                      \
		__typeof__(&(array)[0]) __array = (array);                      \
		__typeof__(len) __len = (len);                                  \
		__typeof__(__array[0] + 0) __best = __array[--__len];           \
		while (__len--)                                                 \
			__best = __array[__len] > __best ? __array[__len] : __best; \
		__best;                                                         \
	})

static inline bool in_range64(u64 val, u64 start, u64 len)
{
	return (val - start) < len;
}

static inline bool in_range32(u32 val, u32 start, u32 len)
{
	return (val - start) < len;
}

#define in_range(val, start, len)                                               \
	((sizeof(start) | sizeof(len) | sizeof(val)) <= sizeof(u32) ?           \
		 in_range32(val, start, len) :                                  \
		 in_range64(val, start, len))

#define swap(a, b)                              \
	do {                                    \
		__typeof__(a) __swap = (a);     \
		(a) = (b);                      \
		(b) = __swap;                   \
	} while (0)

/* For constants: evaluated twice. */
#undef MIN
#undef MAX
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN_T(type, a, b) MIN((type)(a), (type)(b))
#define MAX_T(type, a, b) MAX((type)(a), (type)(b))

#endif /* __cplusplus */

#endif /* _LINUX_MINMAX_H */
