/* SPDX-License-Identifier: MIT */
/* <linux/bsearch.h> of Linux 6.12. */
#ifndef _LINUX_BSEARCH_H
#define _LINUX_BSEARCH_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/compiler.h>
#include <linux/sort.h>

/* libc's is the same function, but for the type of cmp. */
#include <kmemu/libc_begin.h>
#include <stdlib.h>
#include <kmemu/libc_end.h>

static __always_inline void *__inline_bsearch(const void *key, const void *base, size_t num,
					      size_t size, cmp_func_t cmp)
{
	const char *low = (const char *)base;

	while (num) {
		const char *pivot = low + (num / 2) * size;
		int result = cmp(key, pivot);

		if (!result)
			return (void *)pivot;
		if (result > 0) {
			low = pivot + size;
			num--;
		}
		num /= 2;
	}
	return NULL;
}

#endif /* __cplusplus */

#endif /* _LINUX_BSEARCH_H */
