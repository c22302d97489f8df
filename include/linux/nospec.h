/* SPDX-License-Identifier: MIT */
/* <linux/nospec.h> of Linux 6.12: an index that is out of bounds is 0, without a branch. */
#ifndef _LINUX_NOSPEC_H
#define _LINUX_NOSPEC_H

#include <asm/barrier.h>

/* All ones when index < size, else 0; both below LONG_MAX. */
#define array_index_mask_nospec(index, size) \
	(~(long)((unsigned long)(index) | ((size) - 1UL - (unsigned long)(index))) >> 63)

#define array_index_nospec(index, size)                                                     \
	__extension__({                                                                     \
		__typeof__(index) __kmemu_index = (index);                                  \
		unsigned long __kmemu_mask =                                                \
			(unsigned long)array_index_mask_nospec(__kmemu_index, (size));      \
		__asm__("" : "+r"(__kmemu_mask));                                           \
		(__typeof__(__kmemu_index))(__kmemu_index & __kmemu_mask);                  \
	})

#define barrier_nospec() __asm__ __volatile__("" : : : "memory")

#endif /* _LINUX_NOSPEC_H */
