/* SPDX-License-Identifier: MIT */
/*
 * <linux/list.h> of Linux 6.12: circular doubly linked lists, and lists with a
 * head of one pointer (hlist). What is deleted gets LIST_POISON1 and 2, so that
 * its next use faults. As with CONFIG_DEBUG_LIST, an add or a delete at a place
 * where the list is not whole is a kernel-warning, and leaves the list alone.
 */
#ifndef _LINUX_LIST_H
#define _LINUX_LIST_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/lib.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/poison.h>
#include <linux/types.h>

#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	WRITE_ONCE(list->next, list);
	WRITE_ONCE(list->prev, list);
}

/* The two that become neighbours. */
static inline void __list_del(struct list_head *prev, struct list_head *next)
{
	next->prev = prev;
	WRITE_ONCE(prev->next, next);
}

#define __kmemu_list_add_is_valid(new_, prev, next)                                         \
	(likely((prev) && (next) && (next)->prev == (prev) && (prev)->next == (next) &&     \
		(new_) != (prev) && (new_) != (next)) ||                                    \
	 (kmemu_list_add_corrupt(new_, prev, next), false))
#define __kmemu_list_del_is_valid(entry, prev, next)                                        \
	(likely((prev) && (next) && (next) != LIST_POISON1 && (prev) != LIST_POISON2 &&     \
		(prev)->next == (entry) && (next)->prev == (entry)) ||                      \
	 (kmemu_list_del_corrupt(entry), false))

static __always_inline bool __list_add_valid(struct list_head *new_, struct list_head *prev,
					     struct list_head *next)
{
	return __kmemu_list_add_is_valid(new_, prev, next);
}

static __always_inline bool __list_del_entry_valid(struct list_head *entry)
{
	struct list_head *prev = entry->prev, *next = entry->next;

	return __kmemu_list_del_is_valid(entry, prev, next);
}

static __always_inline void __list_add(struct list_head *new_, struct list_head *prev,
				       struct list_head *next)
{
	if (!__list_add_valid(new_, prev, next))
		return;
	next->prev = new_;
	new_->next = next;
	new_->prev = prev;
	WRITE_ONCE(prev->next, new_);
}

static __always_inline void list_add(struct list_head *new_, struct list_head *head)
{
	__list_add(new_, head, head->next);
}

static __always_inline void list_add_tail(struct list_head *new_, struct list_head *head)
{
	__list_add(new_, head->prev, head);
}

static __always_inline void __list_del_entry(struct list_head *entry)
{
	if (__list_del_entry_valid(entry))
		__list_del(entry->prev, entry->next);
}

static __always_inline void list_del(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->next = (struct list_head *)LIST_POISON1;
	entry->prev = (struct list_head *)LIST_POISON2;
}

static __always_inline void list_del_init(struct list_head *entry)
{
	__list_del_entry(entry);
	INIT_LIST_HEAD(entry);
}

/* Not looked at, as there. */
static inline void __list_del_clearprev(struct list_head *entry)
{
	__list_del(entry->prev, entry->next);
	entry->prev = NULL;
}

static inline void list_replace(struct list_head *old, struct list_head *new_)
{
	*new_ = *old;
	new_->next->prev = new_;
	new_->prev->next = new_;
}

static inline void list_replace_init(struct list_head *old, struct list_head *new_)
{
	list_replace(old, new_);
	INIT_LIST_HEAD(old);
}

static __always_inline void list_move(struct list_head *list, struct list_head *head)
{
	__list_del_entry(list);
	list_add(list, head);
}

static __always_inline void list_move_tail(struct list_head *list, struct list_head *head)
{
	__list_del_entry(list);
	list_add_tail(list, head);
}

/* first .. last, which are in order on one list, to the end of head's. */
static inline void list_bulk_move_tail(struct list_head *head, struct list_head *first,
				       struct list_head *last)
{
	__list_del(first->prev, last->next);
	first->prev = head->prev;
	head->prev->next = first;
	last->next = head;
	head->prev = last;
}

static inline int list_is_head(const struct list_head *list, const struct list_head *head)
{
	return list == head;
}

static inline int list_is_first(const struct list_head *list, const struct list_head *head)
{
	return list->prev == head;
}

static inline int list_is_last(const struct list_head *list, const struct list_head *head)
{
	return list->next == head;
}

static inline int list_empty(const struct list_head *head)
{
	return READ_ONCE(head->next) == head;
}

/* The order that list_del_init_careful() and list_empty_careful() agree on: prev last. */
static __always_inline void list_del_init_careful(struct list_head *entry)
{
	__list_del_entry(entry);
	WRITE_ONCE(entry->prev, entry);
	__atomic_store_n(&entry->next, entry, __ATOMIC_RELEASE);
}

static inline int list_empty_careful(const struct list_head *head)
{
	struct list_head *next = __atomic_load_n(&head->next, __ATOMIC_ACQUIRE);

	return list_is_head(next, head) && next == READ_ONCE(head->prev);
}

static inline int list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

static __always_inline void list_rotate_left(struct list_head *head)
{
	if (!list_empty(head))
		list_move_tail(head->next, head);
}

/* list becomes the first: the head goes before it. */
static __always_inline void list_rotate_to_front(struct list_head *list, struct list_head *head)
{
	list_move_tail(head, list);
}

/* Where entry1 was, entry2 will be, neighbours or not. */
static __always_inline void list_swap(struct list_head *entry1, struct list_head *entry2)
{
	struct list_head *before = entry2->prev;

	__list_del_entry(entry2);
	list_replace(entry1, entry2);
	list_add(entry1, before == entry1 ? entry2 : before);
}

/* All of list between prev and next. */
static inline void __list_splice(const struct list_head *list, struct list_head *prev,
				 struct list_head *next)
{
	struct list_head *first = list->next, *last = list->prev;

	first->prev = prev;
	prev->next = first;
	last->next = next;
	next->prev = last;
}

static inline void list_splice(const struct list_head *list, struct list_head *head)
{
	if (!list_empty(list))
		__list_splice(list, head, head->next);
}

static inline void list_splice_tail(struct list_head *list, struct list_head *head)
{
	if (!list_empty(list))
		__list_splice(list, head->prev, head);
}

static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

static inline void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
	list_splice_tail(list, head);
	INIT_LIST_HEAD(list);
}

/* All up to entry go to list, which loses what it had; entry may be head: none. */
/* entry is an element of head's. */
static inline void __list_cut_position(struct list_head *list, struct list_head *head,
				       struct list_head *entry)
{
	struct list_head *rest = entry->next;

	list->next = head->next;
	list->next->prev = list;
	list->prev = entry;
	entry->next = list;
	head->next = rest;
	rest->prev = head;
}

static inline void list_cut_position(struct list_head *list, struct list_head *head,
				     struct list_head *entry)
{
	if (list_empty(head))
		return;
	if (list_is_singular(head) && entry != head && entry != head->next)
		return;
	if (entry == head) {
		INIT_LIST_HEAD(list);
		return;
	}
	__list_cut_position(list, head, entry);
}

/* The same without entry itself. */
static inline void list_cut_before(struct list_head *list, struct list_head *head,
				   struct list_head *entry)
{
	if (head->next == entry) {
		INIT_LIST_HEAD(list);
		return;
	}
	list->next = head->next;
	list->next->prev = list;
	list->prev = entry->prev;
	list->prev->next = list;
	head->next = entry;
	entry->prev = head;
}

#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(ptr, type, member) list_entry((ptr)->next, type, member)
#define list_last_entry(ptr, type, member) list_entry((ptr)->prev, type, member)
#define list_first_entry_or_null(ptr, type, member)                                     \
	({                                                                              \
		struct list_head *__first_head = (ptr);                                 \
		struct list_head *__first = READ_ONCE(__first_head->next);              \
		__first != __first_head ? list_entry(__first, type, member) : NULL;     \
	})
#define list_next_entry(pos, member) list_entry((pos)->member.next, __typeof__(*(pos)), member)
#define list_prev_entry(pos, member) list_entry((pos)->member.prev, __typeof__(*(pos)), member)
#define list_next_entry_circular(pos, head, member)                                     \
	(list_is_last(&(pos)->member, head) ?                                           \
		 list_first_entry(head, __typeof__(*(pos)), member) :                   \
		 list_next_entry(pos, member))
#define list_prev_entry_circular(pos, head, member)                                     \
	(list_is_first(&(pos)->member, head) ?                                          \
		 list_last_entry(head, __typeof__(*(pos)), member) :                    \
		 list_prev_entry(pos, member))
#define list_entry_is_head(pos, head, member) list_is_head(&(pos)->member, (head))

#define list_for_each(pos, head) \
	for (pos = (head)->next; !list_is_head(pos, (head)); pos = pos->next)
#define list_for_each_rcu(pos, head)                                                    \
	for (pos = READ_ONCE((head)->next); !list_is_head(pos, (head)); pos = READ_ONCE(pos->next))
#define list_for_each_continue(pos, head) \
	for (pos = pos->next; !list_is_head(pos, (head)); pos = pos->next)
#define list_for_each_reverse(pos, head) list_for_each_prev(pos, head)
#define list_for_each_prev(pos, head) \
	for (pos = (head)->prev; !list_is_head(pos, (head)); pos = pos->prev)
#define list_for_each_safe(pos, n, head)                                                \
	for (pos = (head)->next, n = pos->next; !list_is_head(pos, (head)); pos = n, n = pos->next)
#define list_for_each_prev_safe(pos, n, head)                                           \
	for (pos = (head)->prev, n = pos->prev; !list_is_head(pos, (head)); pos = n, n = pos->prev)

static inline size_t list_count_nodes(struct list_head *head)
{
	struct list_head *pos;
	size_t count = 0;

	list_for_each (pos, head)
		count++;
	return count;
}

/* From pos on, as far as the head: forward, and backward. */
#define __list_for_each_from(pos, head, member) \
	!list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member)
#define __list_for_each_back(pos, head, member) \
	!list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member)

#define list_for_each_entry(pos, head, member)                                          \
	for (pos = list_first_entry(head, __typeof__(*pos), member);                    \
	     __list_for_each_from(pos, head, member))
#define list_for_each_entry_reverse(pos, head, member)                                  \
	for (pos = list_last_entry(head, __typeof__(*pos), member);                     \
	     __list_for_each_back(pos, head, member))
#define list_prepare_entry(pos, head, member) \
	((pos) ?: list_entry(head, __typeof__(*pos), member))
#define list_for_each_entry_continue(pos, head, member) \
	for (pos = list_next_entry(pos, member); __list_for_each_from(pos, head, member))
#define list_for_each_entry_continue_reverse(pos, head, member) \
	for (pos = list_prev_entry(pos, member); __list_for_each_back(pos, head, member))
#define list_for_each_entry_from(pos, head, member) \
	for (; __list_for_each_from(pos, head, member))
#define list_for_each_entry_from_reverse(pos, head, member) \
	for (; __list_for_each_back(pos, head, member))

/* The same where pos may be deleted: n is what comes after it. */
#define __list_for_each_from_safe(pos, n, head, member) \
	!list_entry_is_head(pos, head, member); pos = n, n = list_next_entry(n, member)

#define list_for_each_entry_safe(pos, n, head, member)                                  \
	for (pos = list_first_entry(head, __typeof__(*pos), member),                    \
	    n = list_next_entry(pos, member);                                           \
	     __list_for_each_from_safe(pos, n, head, member))
#define list_for_each_entry_safe_continue(pos, n, head, member)                         \
	for (pos = list_next_entry(pos, member), n = list_next_entry(pos, member);      \
	     __list_for_each_from_safe(pos, n, head, member))
#define list_for_each_entry_safe_from(pos, n, head, member) \
	for (n = list_next_entry(pos, member); __list_for_each_from_safe(pos, n, head, member))
#define list_for_each_entry_safe_reverse(pos, n, head, member)                          \
	for (pos = list_last_entry(head, __typeof__(*pos), member),                     \
	    n = list_prev_entry(pos, member);                                           \
	     !list_entry_is_head(pos, head, member); pos = n, n = list_prev_entry(n, member))
#define list_safe_reset_next(pos, n, member) n = list_next_entry(pos, member)

/* --- hlist: pprev is the pointer that points here */

#define HLIST_HEAD_INIT { .first = NULL }
#define HLIST_HEAD(name) struct hlist_head name = { .first = NULL }
#define INIT_HLIST_HEAD(ptr) ((ptr)->first = NULL)

static inline void INIT_HLIST_NODE(struct hlist_node *h)
{
	h->next = NULL;
	h->pprev = NULL;
}

static inline int hlist_unhashed(const struct hlist_node *h)
{
	return !h->pprev;
}

static inline int hlist_unhashed_lockless(const struct hlist_node *h)
{
	return !READ_ONCE(h->pprev);
}

static inline int hlist_empty(const struct hlist_head *h)
{
	return !READ_ONCE(h->first);
}

static inline void __hlist_del(struct hlist_node *n)
{
	WRITE_ONCE(*n->pprev, n->next);
	if (n->next)
		WRITE_ONCE(n->next->pprev, n->pprev);
}

static inline void hlist_del(struct hlist_node *n)
{
	__hlist_del(n);
	n->next = (struct hlist_node *)LIST_POISON1;
	n->pprev = (struct hlist_node **)LIST_POISON2;
}

static inline void hlist_del_init(struct hlist_node *n)
{
	if (hlist_unhashed(n))
		return;
	__hlist_del(n);
	INIT_HLIST_NODE(n);
}

/* n where *place points, before what was there. */
static inline void __hlist_insert(struct hlist_node *n, struct hlist_node **place)
{
	struct hlist_node *next = *place;

	WRITE_ONCE(n->next, next);
	WRITE_ONCE(n->pprev, place);
	if (next)
		WRITE_ONCE(next->pprev, &n->next);
	WRITE_ONCE(*place, n);
}

static inline void hlist_add_head(struct hlist_node *n, struct hlist_head *h)
{
	__hlist_insert(n, &h->first);
}

static inline void hlist_add_before(struct hlist_node *n, struct hlist_node *next)
{
	__hlist_insert(n, next->pprev);
}

static inline void hlist_add_behind(struct hlist_node *n, struct hlist_node *prev)
{
	__hlist_insert(n, &prev->next);
}

/* On no list, but hlist_del() works. */
static inline void hlist_add_fake(struct hlist_node *n)
{
	n->pprev = &n->next;
}

static inline bool hlist_fake(struct hlist_node *h)
{
	return h->pprev == &h->next;
}

static inline bool hlist_is_singular_node(struct hlist_node *n, struct hlist_head *h)
{
	return !n->next && n->pprev == &h->first;
}

static inline void hlist_move_list(struct hlist_head *old, struct hlist_head *new_)
{
	new_->first = old->first;
	if (new_->first)
		new_->first->pprev = &new_->first;
	old->first = NULL;
}

static inline void hlist_splice_init(struct hlist_head *from, struct hlist_node *last,
				     struct hlist_head *to)
{
	if (to->first)
		to->first->pprev = &last->next;
	last->next = to->first;
	to->first = from->first;
	from->first->pprev = &to->first;
	from->first = NULL;
}

#define hlist_entry(ptr, type, member) container_of(ptr, type, member)
#define hlist_entry_safe(ptr, type, member)                                             \
	({                                                                              \
		__typeof__(ptr) ____ptr = (ptr);                                        \
		____ptr ? hlist_entry(____ptr, type, member) : NULL;                    \
	})
#define hlist_for_each(pos, head) for (pos = (head)->first; pos; pos = pos->next)
#define hlist_for_each_safe(pos, n, head) \
	for (pos = (head)->first; pos && ({ n = pos->next; 1; }); pos = n)
#define __hlist_next_entry(pos, member) \
	hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member)
#define hlist_for_each_entry(pos, head, member)                                         \
	for (pos = hlist_entry_safe((head)->first, __typeof__(*(pos)), member); pos;    \
	     pos = __hlist_next_entry(pos, member))
#define hlist_for_each_entry_continue(pos, member) \
	for (pos = __hlist_next_entry(pos, member); pos; pos = __hlist_next_entry(pos, member))
#define hlist_for_each_entry_from(pos, member) \
	for (; pos; pos = __hlist_next_entry(pos, member))
#define hlist_for_each_entry_safe(pos, n, head, member)                                 \
	for (pos = hlist_entry_safe((head)->first, __typeof__(*pos), member);           \
	     pos && ({ n = pos->member.next; 1; });                                     \
	     pos = hlist_entry_safe(n, __typeof__(*pos), member))

static inline size_t hlist_count_nodes(struct hlist_head *head)
{
	struct hlist_node *pos;
	size_t count = 0;

	hlist_for_each (pos, head)
		count++;
	return count;
}

#define __list_valid_slowpath
__kmemu_inline_of_ours bool __list_add_valid_or_report(struct list_head *new_,
						      struct list_head *prev,
						      struct list_head *next)
{
	return __kmemu_list_add_is_valid(new_, prev, next);
}

__kmemu_inline_of_ours bool __list_del_entry_valid_or_report(struct list_head *entry)
{
	struct list_head *prev = entry->prev, *next = entry->next;

	return __kmemu_list_del_is_valid(entry, prev, next);
}

#endif /* __cplusplus */

#endif /* _LINUX_LIST_H */
