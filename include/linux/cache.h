/* SPDX-License-Identifier: MIT */
/* <linux/cache.h> of Linux 6.12: lines of the processor's cache are 64 bytes. */
#ifndef __LINUX_CACHE_H
#define __LINUX_CACHE_H

#include <linux/compiler.h>

#define L1_CACHE_SHIFT 6
#define L1_CACHE_BYTES (1 << L1_CACHE_SHIFT)
#define SMP_CACHE_BYTES L1_CACHE_BYTES
#define ARCH_DMA_MINALIGN 8
#define L1_CACHE_ALIGN(x) (((x) + (L1_CACHE_BYTES - 1)) & ~((__typeof__(x))L1_CACHE_BYTES - 1))

#ifndef __cplusplus
#define cache_line_size() L1_CACHE_BYTES
#define __read_mostly
#define __ro_after_init
#define ____cacheline_aligned __attribute__((__aligned__(SMP_CACHE_BYTES)))
#define ____cacheline_aligned_in_smp ____cacheline_aligned
#define __cacheline_aligned ____cacheline_aligned
#define __cacheline_aligned_in_smp ____cacheline_aligned
#define ____cacheline_internodealigned_in_smp ____cacheline_aligned
#define CACHELINE_PADDING(name) struct { char x[0]; } ____cacheline_aligned name
#define __cacheline_group_begin(GROUP) __u8 __cacheline_group_begin__##GROUP[0]
#define __cacheline_group_end(GROUP) __u8 __cacheline_group_end__##GROUP[0]
#endif

#endif /* __LINUX_CACHE_H */
