/* SPDX-License-Identifier: MIT */
/*
 * <asm/types.h> of Linux 6.12. libc's headers read the system's through this one, by
 * <linux/types.h>.
 */
#ifndef _KMEMU_ASM_TYPES_H
#define _KMEMU_ASM_TYPES_H

#include_next <asm/types.h>

typedef __s8 s8;
typedef __u8 u8;
typedef __s16 s16;
typedef __u16 u16;
typedef __s32 s32;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;

#endif /* _KMEMU_ASM_TYPES_H */
