/* SPDX-License-Identifier: MIT */
/* <linux/prefetch.h> of Linux 6.12: memory that is wanted soon; any address will do. */
#ifndef _LINUX_PREFETCH_H
#define _LINUX_PREFETCH_H

#include <asm/processor.h>
#include <linux/cache.h>
#include <linux/types.h>

#define PREFETCH_STRIDE (4 * L1_CACHE_BYTES)

#ifndef __cplusplus

static inline void prefetch_range(void *addr, size_t len)
{
	size_t at;

	for (at = 0; at < len; at += PREFETCH_STRIDE)
		prefetch((char *)addr + at);
}

struct page;

static inline void prefetch_page_address(struct page *page)
{
	(void)page;
}

#endif /* __cplusplus */

#endif /* _LINUX_PREFETCH_H */
