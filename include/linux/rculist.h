/* SPDX-License-Identifier: MIT */
/*
 * <linux/rculist.h> of Linux 6.12: lists that are read under rcu_read_lock() while
 * one writer at a time changes them. A node is whole before it is published, and
 * a deleted one still leads on.
 */
#ifndef _LINUX_RCULIST_H
#define _LINUX_RCULIST_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/list.h>
#include <linux/rcupdate.h>

#define list_next_rcu(list) ((list)->next)
#define hlist_first_rcu(head) ((head)->first)
#define hlist_next_rcu(node) ((node)->next)
#define hlist_pprev_rcu(node) (*((node)->pprev))

static inline void INIT_LIST_HEAD_RCU(struct list_head *list)
{
	INIT_LIST_HEAD(list);
}

static __always_inline void __list_add_rcu(struct list_head *new_, struct list_head *prev,
					   struct list_head *next)
{
	if (!__list_add_valid(new_, prev, next))
		return;
	new_->next = next;
	new_->prev = prev;
	rcu_assign_pointer(prev->next, new_);
	next->prev = new_;
}

static __always_inline void list_add_rcu(struct list_head *new_, struct list_head *head)
{
	__list_add_rcu(new_, head, head->next);
}

static __always_inline void list_add_tail_rcu(struct list_head *new_, struct list_head *head)
{
	__list_add_rcu(new_, head->prev, head);
}

static __always_inline void list_del_rcu(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->prev = (struct list_head *)LIST_POISON2;
}

static inline void list_replace_rcu(struct list_head *old, struct list_head *new_)
{
	new_->next = old->next;
	new_->prev = old->prev;
	rcu_assign_pointer(new_->prev->next, new_);
	new_->next->prev = new_;
	old->prev = (struct list_head *)LIST_POISON2;
}

static inline void hlist_del_rcu(struct hlist_node *n)
{
	__hlist_del(n);
	WRITE_ONCE(n->pprev, (struct hlist_node **)LIST_POISON2);
}

static inline void hlist_del_init_rcu(struct hlist_node *n)
{
	if (hlist_unhashed(n))
		return;
	__hlist_del(n);
	WRITE_ONCE(n->pprev, NULL);
}

static inline void __hlist_insert_rcu(struct hlist_node *n, struct hlist_node **place)
{
	struct hlist_node *next = *place;

	n->next = next;
	WRITE_ONCE(n->pprev, place);
	rcu_assign_pointer(*place, n);
	if (next)
		WRITE_ONCE(next->pprev, &n->next);
}

static inline void hlist_add_head_rcu(struct hlist_node *n, struct hlist_head *h)
{
	__hlist_insert_rcu(n, &h->first);
}

static inline void hlist_add_before_rcu(struct hlist_node *n, struct hlist_node *next)
{
	__hlist_insert_rcu(n, next->pprev);
}

static inline void hlist_add_behind_rcu(struct hlist_node *n, struct hlist_node *prev)
{
	__hlist_insert_rcu(n, &prev->next);
}

static inline void hlist_add_tail_rcu(struct hlist_node *n, struct hlist_head *h)
{
	struct hlist_node **place = &h->first;

	while (*place)
		place = &(*place)->next;
	__hlist_insert_rcu(n, place);
}

static inline void hlist_replace_rcu(struct hlist_node *old, struct hlist_node *new_)
{
	new_->next = old->next;
	WRITE_ONCE(new_->pprev, old->pprev);
	rcu_assign_pointer(*new_->pprev, new_);
	if (new_->next)
		WRITE_ONCE(new_->next->pprev, &new_->next);
	WRITE_ONCE(old->pprev, (struct hlist_node **)LIST_POISON2);
}

#define list_entry_rcu(ptr, type, member) container_of(READ_ONCE(ptr), type, member)
#define list_entry_lockless(ptr, type, member) list_entry_rcu(ptr, type, member)
#define list_first_or_null_rcu(ptr, type, member)                                       \
	({                                                                              \
		struct list_head *__rcu_head = (ptr);                                   \
		struct list_head *__rcu_first = READ_ONCE(__rcu_head->next);            \
		__rcu_first != __rcu_head ? list_entry_rcu(__rcu_first, type, member) : NULL; \
	})
#define list_next_or_null_rcu(head, ptr, type, member)                                  \
	({                                                                              \
		struct list_head *__rcu_next = READ_ONCE((ptr)->next);                  \
		__rcu_next != (head) ? list_entry_rcu(__rcu_next, type, member) : NULL; \
	})

/*
 * dummy: in front of a condition that need not be there. Off without the option, as in most
 * kernels: the updaters' own walks, under their mutex, seldom say so.
 */
#ifdef CONFIG_PROVE_RCU_LIST
#define __list_check_rcu(dummy, cond, ...)                          \
	__extension__({                                             \
		RCU_LOCKDEP_WARN(!(cond) && !rcu_read_lock_any_held(), \
				 "RCU-list traversed in non-reader section!"); \
	})
#define __list_check_srcu(cond)                                     \
	__extension__({                                             \
		RCU_LOCKDEP_WARN(!(cond),                           \
				 "RCU-list traversed without holding the required lock!"); \
	})
#else
#define __list_check_rcu(dummy, cond, ...) __extension__({})
#define __list_check_srcu(cond) __extension__({})
#endif

#define __kmemu_list_from(pos, head, member)                                            \
	pos = list_entry_rcu((head)->next, __typeof__(*pos), member);                   \
	&pos->member != (head);                                                         \
	pos = list_entry_rcu(pos->member.next, __typeof__(*pos), member)
#define list_for_each_entry_rcu(pos, head, member, ...) \
	for (__list_check_rcu(dummy, ##__VA_ARGS__, 0), __kmemu_list_from(pos, head, member))
#define list_for_each_entry_srcu(pos, head, member, cond) \
	for (__list_check_srcu(cond), __kmemu_list_from(pos, head, member))
#define list_for_each_entry_lockless(pos, head, member) \
	for (__kmemu_list_from(pos, head, member))
#define list_for_each_entry_continue_rcu(pos, head, member)                             \
	for (pos = list_entry_rcu(pos->member.next, __typeof__(*pos), member);          \
	     &pos->member != (head);                                                    \
	     pos = list_entry_rcu(pos->member.next, __typeof__(*pos), member))
#define list_for_each_entry_from_rcu(pos, head, member)                                 \
	for (; &pos->member != (head);                                                  \
	     pos = list_entry_rcu(pos->member.next, __typeof__(*pos), member))
#define __hlist_for_each_rcu(pos, head) \
	for (pos = rcu_dereference((head)->first); pos; pos = rcu_dereference(pos->next))
#define __hlist_entry_rcu(ptr, type, member) \
	hlist_entry_safe(rcu_dereference_raw(ptr), type, member)
#define __hlist_entry_rcu_bh(ptr, type, member) \
	hlist_entry_safe(rcu_dereference_bh(ptr), type, member)
#define __kmemu_hlist_from(pos, head, member)                                           \
	pos = __hlist_entry_rcu((head)->first, __typeof__(*(pos)), member);             \
	pos;                                                                            \
	pos = __hlist_entry_rcu((pos)->member.next, __typeof__(*(pos)), member)
#define hlist_for_each_entry_rcu(pos, head, member, ...) \
	for (__list_check_rcu(dummy, ##__VA_ARGS__, 0), __kmemu_hlist_from(pos, head, member))
#define hlist_for_each_entry_srcu(pos, head, member, cond) \
	for (__list_check_srcu(cond), __kmemu_hlist_from(pos, head, member))
#define hlist_for_each_entry_rcu_notrace(pos, head, member) \
	for (__kmemu_hlist_from(pos, head, member))
#define hlist_for_each_entry_rcu_bh(pos, head, member)                                  \
	for (pos = __hlist_entry_rcu_bh((head)->first, __typeof__(*(pos)), member); pos; \
	     pos = __hlist_entry_rcu_bh((pos)->member.next, __typeof__(*(pos)), member))
#define hlist_for_each_entry_continue_rcu_bh(pos, member)                               \
	for (pos = __hlist_entry_rcu_bh((pos)->member.next, __typeof__(*(pos)), member); pos; \
	     pos = __hlist_entry_rcu_bh((pos)->member.next, __typeof__(*(pos)), member))
#define hlist_for_each_entry_continue_rcu(pos, member)                                  \
	for (pos = __hlist_entry_rcu((pos)->member.next, __typeof__(*(pos)), member); pos; \
	     pos = __hlist_entry_rcu((pos)->member.next, __typeof__(*(pos)), member))
#define hlist_for_each_entry_from_rcu(pos, member)                                      \
	for (; pos; pos = __hlist_entry_rcu((pos)->member.next, __typeof__(*(pos)), member))

/* sync: a grace period, after which nobody is on his way through list by its old ends. */
static inline void __kmemu_splice_rcu(struct list_head *list, struct list_head *prev,
				      struct list_head *next, void (*sync)(void))
{
	struct list_head *first = list->next, *last = list->prev;

	if (list_empty(list))
		return;
	INIT_LIST_HEAD(list);
	sync();
	last->next = next;
	rcu_assign_pointer(prev->next, first);
	first->prev = prev;
	next->prev = last;
}

static inline void list_splice_init_rcu(struct list_head *list, struct list_head *head,
					void (*sync)(void))
{
	__kmemu_splice_rcu(list, head, head->next, sync);
}

static inline void list_splice_tail_init_rcu(struct list_head *list, struct list_head *head,
					     void (*sync)(void))
{
	__kmemu_splice_rcu(list, head->prev, head, sync);
}

#define list_tail_rcu(head) (*((struct list_head __rcu **)(&(head)->prev)))

#endif /* __cplusplus */

#endif /* _LINUX_RCULIST_H */
