/* SPDX-License-Identifier: MIT */
/* <linux/sort.h> of Linux 6.12: heapsort, in place, not stable, no memory taken. */
#ifndef _LINUX_SORT_H
#define _LINUX_SORT_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/types.h>

typedef void (*swap_r_func_t)(void *a, void *b, int size, const void *priv);
typedef void (*swap_func_t)(void *a, void *b, int size);
typedef int (*cmp_r_func_t)(const void *a, const void *b, const void *priv);
typedef int (*cmp_func_t)(const void *a, const void *b);

/* swap_func NULL: bytes are exchanged. */
__kmemu_c void sort_r(void *base, size_t num, size_t size, cmp_r_func_t cmp_func,
		      swap_r_func_t swap_func, const void *priv) __kmemu_is(kmemu_sort_r);
__kmemu_c void sort(void *base, size_t num, size_t size, cmp_func_t cmp_func,
		    swap_func_t swap_func) __kmemu_is(kmemu_sort);

#endif /* __cplusplus */

#endif /* _LINUX_SORT_H */
