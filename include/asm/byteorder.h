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

/*
 * Constants of constants, as in the kernel (case htons(3):). libc's functions of these
 * names are declared by <netinet/in.h>, which include/netinet wraps.
 */
#undef htonl
#undef ntohl
#undef htons
#undef ntohs
#define htonl(x) cpu_to_be32(x)
#define ntohl(x) be32_to_cpu(x)
#define htons(x) cpu_to_be16(x)
#define ntohs(x) be16_to_cpu(x)

#define cpu_to_le64s __cpu_to_le64s
#define le64_to_cpus __le64_to_cpus
#define cpu_to_le32s __cpu_to_le32s
#define le32_to_cpus __le32_to_cpus
#define cpu_to_le16s __cpu_to_le16s
#define le16_to_cpus __le16_to_cpus
#define cpu_to_be64s __cpu_to_be64s
#define be64_to_cpus __be64_to_cpus
#define cpu_to_be32s __cpu_to_be32s
#define be32_to_cpus __be32_to_cpus
#define cpu_to_be16s __cpu_to_be16s
#define be16_to_cpus __be16_to_cpus

/* Words of an array, in place. */
#define __KMEMU_ARRAY(order)                                                            \
	static inline void order##32_to_cpu_array(u32 *buf, unsigned int words)         \
	{                                                                               \
		for (; words--; buf++)                                                  \
			*buf = order##32_to_cpu(*buf);                                  \
	}                                                                               \
	static inline void cpu_to_##order##32_array(u32 *buf, unsigned int words)       \
	{                                                                               \
		for (; words--; buf++)                                                  \
			*buf = cpu_to_##order##32(*buf);                                \
	}
__KMEMU_ARRAY(le)
__KMEMU_ARRAY(be)
#undef __KMEMU_ARRAY

#define swab16 __swab16
#define swab32 __swab32
#define swab64 __swab64
#define swahw32 __swahw32
#define swahb32 __swahb32
#define swab16p __swab16p
#define swab32p __swab32p
#define swab64p __swab64p
#define swab16s __swab16s
#define swab32s __swab32s
#define swab64s __swab64s
#define swahw32p __swahw32p
#define swahw32s __swahw32s

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
