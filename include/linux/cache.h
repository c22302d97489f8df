/* SPDX-License-Identifier: MIT */
/* <linux/cache.h> of Linux 6.12: lines of the processor's cache are 64 bytes. */
#ifndef __LINUX_CACHE_H
#define __LINUX_CACHE_H

#include <linux/compiler.h>

#define L1_CACHE_SHIFT 6
#define L1_CACHE_BYTES (1 << L1_CACHE_SHIFT)
#define SMP_CACHE_BYTES L1_CACHE_BYTES
#define ARCH_DMA_MINALIGN __alignof__(unsigned long long)
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
#define SMP_CACHE_ALIGN(x) L1_CACHE_ALIGN(x)
#define __kmemu_group_at(TYPE, GROUP, which) \
	__builtin_offsetof(TYPE, __cacheline_group_##which##__##GROUP)
#define CACHELINE_ASSERT_GROUP_MEMBER(TYPE, GROUP, MEMBER)                                     \
	_Static_assert(                                                                        \
		__builtin_offsetof(TYPE, MEMBER) >= __kmemu_group_at(TYPE, GROUP, begin) &&    \
			__builtin_offsetof(TYPE, MEMBER) + sizeof(((TYPE *)0)->MEMBER) <=      \
				__kmemu_group_at(TYPE, GROUP, end),                            \
		#MEMBER " of " #GROUP)
#define CACHELINE_ASSERT_GROUP_SIZE(TYPE, GROUP, SIZE)                                         \
	_Static_assert(__kmemu_group_at(TYPE, GROUP, end) -                                    \
			       __kmemu_group_at(TYPE, GROUP, begin) <= (SIZE), #GROUP)
#define CACHELINE_PADDING(name) struct { char x[0]; } ____cacheline_aligned name
#define __cacheline_group_begin(GROUP) __u8 __cacheline_group_begin__##GROUP[0]
#define __cacheline_group_end(GROUP) __u8 __cacheline_group_end__##GROUP[0]
#endif

#endif /* __LINUX_CACHE_H */
