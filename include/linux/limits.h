/* SPDX-License-Identifier: MIT */
/*
 * <linux/limits.h> of Linux 6.12. libc's <limits.h> reads the system's through
 * this one (PATH_MAX and the like), and gets the kernel's as well; the limits of
 * C's types are C's.
 */
#ifndef _KMEMU_LINUX_LIMITS_H
#define _KMEMU_LINUX_LIMITS_H

#include_next <linux/limits.h>

#ifndef __INT_MAX__
#error "the compiler says nothing of its types"
#endif
#ifndef CHAR_BIT
#define CHAR_BIT __CHAR_BIT__
#define SCHAR_MAX __SCHAR_MAX__
#define SCHAR_MIN (-SCHAR_MAX - 1)
#define UCHAR_MAX (SCHAR_MAX * 2 + 1)
#define SHRT_MAX __SHRT_MAX__
#define SHRT_MIN (-SHRT_MAX - 1)
#define USHRT_MAX (SHRT_MAX * 2 + 1)
#define INT_MAX __INT_MAX__
#define INT_MIN (-INT_MAX - 1)
#define UINT_MAX (INT_MAX * 2U + 1U)
#define LONG_MAX __LONG_MAX__
#define LONG_MIN (-LONG_MAX - 1L)
#define ULONG_MAX (LONG_MAX * 2UL + 1UL)
#endif
#ifndef LLONG_MAX
#define LLONG_MAX __LONG_LONG_MAX__
#define LLONG_MIN (-LLONG_MAX - 1LL)
#define ULLONG_MAX (LLONG_MAX * 2ULL + 1ULL)
#endif

#ifndef SIZE_MAX
#define SIZE_MAX __SIZE_MAX__
#endif
#undef SSIZE_MAX
#define SSIZE_MAX __LONG_MAX__
#define PHYS_ADDR_MAX (~(unsigned long long)0)

#define U8_MAX ((unsigned char)~0U)
#define S8_MAX ((signed char)(U8_MAX >> 1))
#define S8_MIN ((signed char)(-S8_MAX - 1))
#define U16_MAX ((unsigned short)~0U)
#define S16_MAX ((short)(U16_MAX >> 1))
#define S16_MIN ((short)(-S16_MAX - 1))
#define U32_MAX (~0U)
#define U32_MIN (0U)
#define S32_MAX ((int)(U32_MAX >> 1))
#define S32_MIN (-S32_MAX - 1)
#define U64_MAX (~0ULL)
#define S64_MAX ((long long)(U64_MAX >> 1))
#define S64_MIN (-S64_MAX - 1)

#endif /* _KMEMU_LINUX_LIMITS_H */
