/* SPDX-License-Identifier: MIT */
/* <linux/rculist_nulls.h> of Linux 6.12: list_nulls.h with readers under RCU. */
#ifndef _LINUX_RCULIST_NULLS_H
#define _LINUX_RCULIST_NULLS_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/list_nulls.h>
#include <linux/rcupdate.h>

#define hlist_nulls_first_rcu(head) (*((struct hlist_nulls_node **)&(head)->first))
#define hlist_nulls_next_rcu(node) (*((struct hlist_nulls_node **)&(node)->next))

static inline void hlist_nulls_del_rcu(struct hlist_nulls_node *n)
{
	hlist_nulls_del(n);
}

static inline void hlist_nulls_del_init_rcu(struct hlist_nulls_node *n)
{
	if (!hlist_nulls_unhashed(n)) {
		__hlist_nulls_del(n);
		WRITE_ONCE(n->pprev, NULL);
	}
}

static inline void hlist_nulls_add_head_rcu(struct hlist_nulls_node *n,
					    struct hlist_nulls_head *h)
{
	struct hlist_nulls_node *first = h->first;

	WRITE_ONCE(n->next, first);
	WRITE_ONCE(n->pprev, &h->first);
	rcu_assign_pointer(hlist_nulls_first_rcu(h), n);
	if (!is_a_nulls(first))
		WRITE_ONCE(first->pprev, &n->next);
}

static inline void hlist_nulls_add_tail_rcu(struct hlist_nulls_node *n,
					    struct hlist_nulls_head *h)
{
	struct hlist_nulls_node *i, *last = NULL;

	for (i = h->first; !is_a_nulls(i); i = i->next)
		last = i;
	if (!last) {
		hlist_nulls_add_head_rcu(n, h);
		return;
	}
	WRITE_ONCE(n->next, last->next);
	n->pprev = &last->next;
	rcu_assign_pointer(hlist_nulls_next_rcu(last), n);
}

#define hlist_nulls_for_each_entry_rcu(tpos, pos, head, member)                   \
	for (pos = rcu_dereference_raw(hlist_nulls_first_rcu(head));              \
	     (!is_a_nulls(pos)) &&                                                \
	     ({ tpos = hlist_nulls_entry(pos, __typeof__(*tpos), member); 1; });  \
	     pos = rcu_dereference_raw(hlist_nulls_next_rcu(pos)))
#define hlist_nulls_for_each_entry_safe(tpos, pos, head, member)                  \
	for (pos = rcu_dereference_raw(hlist_nulls_first_rcu(head));              \
	     (!is_a_nulls(pos)) &&                                                \
	     ({ tpos = hlist_nulls_entry(pos, __typeof__(*tpos), member);         \
		pos = rcu_dereference_raw(hlist_nulls_next_rcu(pos)); 1; });)

#endif /* __cplusplus */

#endif /* _LINUX_RCULIST_NULLS_H */
