/* SPDX-License-Identifier: MIT */
/*
 * <linux/llist.h> of Linux 6.12: lists that any number add to without a lock, and
 * that are taken whole. Taking the first alone (llist_del_first) is for one
 * consumer at a time.
 */
#ifndef LLIST_H
#define LLIST_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/llist.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/types.h>

#define LLIST_HEAD_INIT(name) { NULL }
#define LLIST_HEAD(name) struct llist_head name = LLIST_HEAD_INIT(name)

static inline void init_llist_head(struct llist_head *list)
{
	list->first = NULL;
}

/* On no list is a node that points to itself. */
static inline void init_llist_node(struct llist_node *node)
{
	WRITE_ONCE(node->next, node);
}

static inline bool llist_on_list(const struct llist_node *node)
{
	return READ_ONCE(node->next) != node;
}

#define llist_entry(ptr, type, member) container_of(ptr, type, member)
#define __llist_entry_is_real(ptr, member) \
	((unsigned long)(ptr) + offsetof(__typeof__(*(ptr)), member) != 0)
#define __llist_entry(ptr, type, member) ((type *)((unsigned long)(ptr)-offsetof(type, member)))
#define llist_for_each(pos, node) for ((pos) = (node); pos; (pos) = (pos)->next)
#define llist_for_each_safe(pos, n, node) \
	for ((pos) = (node); (pos) && ((n) = (pos)->next, true); (pos) = (n))
#define llist_for_each_entry(pos, node, member)                                         \
	for ((pos) = __llist_entry((node), __typeof__(*(pos)), member);                 \
	     __llist_entry_is_real(pos, member);                                        \
	     (pos) = __llist_entry((pos)->member.next, __typeof__(*(pos)), member))
#define llist_for_each_entry_safe(pos, n, node, member)                                 \
	for (pos = __llist_entry((node), __typeof__(*pos), member);                     \
	     __llist_entry_is_real(pos, member) &&                                      \
	     (n = __llist_entry(pos->member.next, __typeof__(*n), member), true);       \
	     pos = n)

static inline bool llist_empty(const struct llist_head *head)
{
	return !READ_ONCE(head->first);
}

static inline struct llist_node *llist_next(struct llist_node *node)
{
	return node->next;
}

__kmemu_c bool llist_add_batch(struct llist_node *new_first, struct llist_node *new_last,
			       struct llist_head *head) __kmemu_is(kmemu_llist_add_batch);
__kmemu_c struct llist_node *llist_del_first(struct llist_head *head)
	__kmemu_is(kmemu_llist_del_first);
__kmemu_c bool llist_del_first_this(struct llist_head *head, struct llist_node *this_)
	__kmemu_is(kmemu_llist_del_first_this);
__kmemu_c struct llist_node *llist_reverse_order(struct llist_node *head)
	__kmemu_is(kmemu_llist_reverse_order);

static inline bool __llist_add_batch(struct llist_node *new_first, struct llist_node *new_last,
				     struct llist_head *head)
{
	new_last->next = head->first;
	head->first = new_first;
	return !new_last->next;
}

static inline bool llist_add(struct llist_node *new_, struct llist_head *head)
{
	return llist_add_batch(new_, new_, head);
}

static inline bool __llist_add(struct llist_node *new_, struct llist_head *head)
{
	return __llist_add_batch(new_, new_, head);
}

static inline struct llist_node *llist_del_all(struct llist_head *head)
{
	return __atomic_exchange_n(&head->first, NULL, __ATOMIC_SEQ_CST);
}

static inline struct llist_node *__llist_del_all(struct llist_head *head)
{
	struct llist_node *first = head->first;

	head->first = NULL;
	return first;
}

static inline struct llist_node *llist_del_first_init(struct llist_head *head)
{
	struct llist_node *first = llist_del_first(head);

	if (first)
		init_llist_node(first);
	return first;
}

#endif /* __cplusplus */

#endif /* LLIST_H */
