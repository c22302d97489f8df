/* SPDX-License-Identifier: MIT */
/* <asm/byteorder.h> of Linux 6.12: the system's, and the names without underscores. */
#ifndef _KMEMU_ASM_BYTEORDER_H
#define _KMEMU_ASM_BYTEORDER_H

#include_next <asm/byteorder.h>

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/stddef.h>
#include <linux/types.h>

#define cpu_to_le64 __cpu_to_le64
#define le64_to_cpu __le64_to_cpu
#define cpu_to_le32 __cpu_to_le32
#define le32_to_cpu __le32_to_cpu
#define cpu_to_le16 __cpu_to_le16
#define le16_to_cpu __le16_to_cpu
#define cpu_to_be64 __cpu_to_be64
#define be64_to_cpu __be64_to_cpu
#define cpu_to_be32 __cpu_to_be32
#define be32_to_cpu __be32_to_cpu
#define cpu_to_be16 __cpu_to_be16
#define be16_to_cpu __be16_to_cpu
#define cpu_to_le64p __cpu_to_le64p
#define le64_to_cpup __le64_to_cpup
#define cpu_to_le32p __cpu_to_le32p
#define le32_to_cpup __le32_to_cpup
#define cpu_to_le16p __cpu_to_le16p
#define le16_to_cpup __le16_to_cpup
#define cpu_to_be64p __cpu_to_be64p
#define be64_to_cpup __be64_to_cpup
#define cpu_to_be32p __cpu_to_be32p
#define be32_to_cpup __be32_to_cpup
#define cpu_to_be16p __cpu_to_be16p
#define be16_to_cpup __be16_to_cpup

#define swab16(x) __builtin_bswap16(x)
#define swab32(x) __builtin_bswap32(x)
#define swab64(x) __builtin_bswap64(x)

/* *var += val, in that order of bytes. */
#define __KMEMU_ADD_CPU(order, bits)                                                    \
	static inline void order##bits##_add_cpu(__##order##bits *var, u##bits val)     \
	{                                                                               \
		*var = cpu_to_##order##bits((u##bits)(order##bits##_to_cpu(*var) + val)); \
	}
__KMEMU_ADD_CPU(le, 16)
__KMEMU_ADD_CPU(le, 32)
__KMEMU_ADD_CPU(le, 64)
__KMEMU_ADD_CPU(be, 16)
__KMEMU_ADD_CPU(be, 32)
__KMEMU_ADD_CPU(be, 64)
#undef __KMEMU_ADD_CPU

#endif /* __cplusplus */

#endif /* _KMEMU_ASM_BYTEORDER_H */
