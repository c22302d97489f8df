/* SPDX-License-Identifier: MIT */
/* <linux/cacheflush.h> of Linux 6.12: caches are coherent, as on x86. */
#ifndef _LINUX_CACHEFLUSH_H
#define _LINUX_CACHEFLUSH_H

#include <linux/highmem.h>

#endif /* _LINUX_CACHEFLUSH_H */
