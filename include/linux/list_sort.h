/* SPDX-License-Identifier: MIT */
/*
 * <linux/list_sort.h> of Linux 6.12: a stable merge sort. cmp answers above 0 when
 * a belongs behind b.
 */
#ifndef _LINUX_LIST_SORT_H
#define _LINUX_LIST_SORT_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/types.h>

typedef int __attribute__((__nonnull__(2, 3)))
(*list_cmp_func_t)(void *priv, const struct list_head *a, const struct list_head *b);

__kmemu_c void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp)
	__kmemu_is(kmemu_list_sort);

#endif /* __cplusplus */

#endif /* _LINUX_LIST_SORT_H */
