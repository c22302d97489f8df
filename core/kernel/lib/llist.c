/*
 * llist.c - what lib/llist.c has, and no more: a program may bring that file instead.
 *
 * A node may be added in any context. Between the look at the first node and its
 * exchange it may not leave and come back with another behind it, so one alone takes
 * the first, or each takes a node of its own.
 */
#include "core/os/compiler.h"
#include "include/kmemu/llist.h"

KMEMU_EXPORT_WEAK bool kmemu_llist_add_batch(struct llist_node *new_first,
					     struct llist_node *new_last,
					     struct llist_head *head)
{
	struct llist_node *first = READ_ONCE(head->first);

	do {
		new_last->next = first;
	} while (!__atomic_compare_exchange_n(&head->first, &first, new_first, false,
					      __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
	return !first;
}

KMEMU_EXPORT_WEAK struct llist_node *kmemu_llist_del_first(struct llist_head *head)
{
	struct llist_node *first = __atomic_load_n(&head->first, __ATOMIC_ACQUIRE);

	while (first && !__atomic_compare_exchange_n(&head->first, &first, READ_ONCE(first->next),
						     false, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE))
		;
	return first;
}

/* Others may add meanwhile, and then it is not the first any more. */
KMEMU_EXPORT_WEAK bool kmemu_llist_del_first_this(struct llist_head *head, struct llist_node *this_)
{
	struct llist_node *first = this_;

	return __atomic_load_n(&head->first, __ATOMIC_ACQUIRE) == this_ &&
	       __atomic_compare_exchange_n(&head->first, &first, READ_ONCE(this_->next), false,
					   __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

KMEMU_EXPORT_WEAK struct llist_node *kmemu_llist_reverse_order(struct llist_node *head)
{
	struct llist_node *reversed = NULL;

	while (head) {
		struct llist_node *next = head->next;

		head->next = reversed;
		reversed = head;
		head = next;
	}
	return reversed;
}
