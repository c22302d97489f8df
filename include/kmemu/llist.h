/* SPDX-License-Identifier: MIT */
/*
 * llist.h - lists that any number add to without a lock (kernel: lib/llist.c of 6.12).
 * <linux/llist.h> is thin names over these. Any context; no memory is taken.
 */
#ifndef KMEMU_LLIST_H
#define KMEMU_LLIST_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct llist_node {
	struct llist_node *next;
};

struct llist_head {
	struct llist_node *first;
};

/* new_first to new_last are linked already. True: the list was empty. */
bool kmemu_llist_add_batch(struct llist_node *new_first, struct llist_node *new_last,
			   struct llist_head *head);
/* The newest, or NULL. One at a time may take. */
struct llist_node *kmemu_llist_del_first(struct llist_head *head);
/* Takes the newest if it is this one; more may take at a time, each its own. */
bool kmemu_llist_del_first_this(struct llist_head *head, struct llist_node *this_);
/* Of a list that was taken: the oldest, from which on it goes by age. */
struct llist_node *kmemu_llist_reverse_order(struct llist_node *head);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_LLIST_H */
