/* SPDX-License-Identifier: MIT */
/*
 * kernel_types.h - types that libc has by the same names and other bases: the kernel's
 * of 64 bits are long long, which is what its formats ("%llu") print. libc's headers
 * come first, and keep theirs: what they declare is the same in size and alignment.
 */
#ifndef KMEMU_KERNEL_TYPES_H
#define KMEMU_KERNEL_TYPES_H

#include <kmemu/libc_begin.h>
#include <inttypes.h>
#include <stdint.h>
#include <sys/types.h>
#include <kmemu/libc_end.h>

#ifndef __cplusplus
#undef loff_t
#define loff_t __kernel_loff_t
#undef dev_t
#define dev_t kmemu_dev_t /* 32 bits: libc's has 64 */
typedef unsigned int kmemu_dev_t;
#define uint64_t unsigned long long
#define int64_t long long
#undef PRId64
#undef PRIi64
#undef PRIu64
#undef PRIx64
#undef PRIX64
#undef PRIo64
#define PRId64 "lld"
#define PRIi64 "lli"
#define PRIu64 "llu"
#define PRIx64 "llx"
#define PRIX64 "llX"
#define PRIo64 "llo"
#endif

#endif /* KMEMU_KERNEL_TYPES_H */
