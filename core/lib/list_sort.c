/*
 * list_sort.c - a stable merge sort of a list (kernel: lib/list_sort.c), from the
 * bottom up: a binary counter of sorted runs, run k being of 2^k elements, like the
 * places of a number. One more element is added with carry. No recursion.
 *
 * Runs are linked by next alone and end with NULL. In a merge what came first in the
 * list is `a`, and taken where cmp answers 0 or less: that makes it stable.
 */
#include "core/os/compiler.h"
#include "include/kmemu/lib.h"

typedef int (*cmp_fn)(void *priv, const struct list_head *a, const struct list_head *b)
	__attribute__((__nonnull__(2, 3)));

static struct list_head *merge(void *priv, cmp_fn cmp, struct list_head *a, struct list_head *b)
{
	struct list_head *first, **link = &first;

	while (a && b) {
		struct list_head **less = cmp(priv, a, b) <= 0 ? &a : &b;

		*link = *less;
		link = &(*less)->next;
		*less = *link;
	}
	*link = a ? a : b;
	return first;
}

KMEMU_EXPORT void kmemu_list_sort(void *priv, struct list_head *head, cmp_fn cmp)
{
	struct list_head *runs[64] = { NULL }, *list = head->next, *all = NULL;
	unsigned int k, used = 0;

	head->prev->next = NULL;
	while (list && list != head) {
		struct list_head *run = list;

		list = list->next;
		run->next = NULL;
		for (k = 0; runs[k]; k++) {
			run = merge(priv, cmp, runs[k], run);
			runs[k] = NULL;
		}
		runs[k] = run;
		used = max(used, k + 1);
	}
	for (k = 0; k < used; k++)
		if (runs[k])
			all = all ? merge(priv, cmp, runs[k], all) : runs[k];
	head->next = head;
	for (list = head; all; list = all, all = all->next) {
		list->next = all;
		all->prev = list;
	}
	list->next = head;
	head->prev = list;
}
