/* SPDX-License-Identifier: MIT */
/* <linux/align.h> of Linux 6.12. */
#ifndef _LINUX_ALIGN_H
#define _LINUX_ALIGN_H

/* __ALIGN_KERNEL() and __ALIGN_KERNEL_MASK() are the system's. */
#include <linux/const.h>

#define ALIGN(x, a) __ALIGN_KERNEL((x), (a))
#define ALIGN_DOWN(x, a) __ALIGN_KERNEL((x) - ((a)-1), (a))
#define __ALIGN_MASK(x, mask) __ALIGN_KERNEL_MASK((x), (mask))
#define PTR_ALIGN(p, a) ((__typeof__(p))ALIGN((unsigned long)(p), (a)))
#define PTR_ALIGN_DOWN(p, a) ((__typeof__(p))ALIGN_DOWN((unsigned long)(p), (a)))
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a)-1)) == 0)

#endif /* _LINUX_ALIGN_H */
