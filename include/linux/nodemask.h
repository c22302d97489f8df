/* SPDX-License-Identifier: MIT */
/* <linux/nodemask.h> of Linux 6.12: sets of nodes, of which there is one. */
#ifndef __LINUX_NODEMASK_H
#define __LINUX_NODEMASK_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bitmap.h>
#include <linux/numa.h>

typedef struct {
	DECLARE_BITMAP(bits, MAX_NUMNODES);
} nodemask_t;

enum node_states {
	N_POSSIBLE,
	N_ONLINE,
	N_NORMAL_MEMORY,
	N_HIGH_MEMORY = N_NORMAL_MEMORY,
	N_MEMORY,
	N_CPU,
	N_GENERIC_INITIATOR,
	NR_NODE_STATES
};

#define NODE_MASK_NONE ((nodemask_t){ { 0 } })
#define NODE_MASK_ALL ((nodemask_t){ { 1 } })
#define nodes_addr(src) ((src).bits)
#define node_set(node, dst) set_bit(node, (dst).bits)
#define node_clear(node, dst) clear_bit(node, (dst).bits)
#define node_isset(node, mask) test_bit(node, (mask).bits)
#define nodes_clear(dst) bitmap_zero((dst).bits, MAX_NUMNODES)
#define nodes_setall(dst) bitmap_fill((dst).bits, MAX_NUMNODES)
#define nodes_empty(src) bitmap_empty((src).bits, MAX_NUMNODES)
#define nodes_weight(mask) bitmap_weight((mask).bits, MAX_NUMNODES)
#define nodes_and(dst, a, b) bitmap_and((dst).bits, (a).bits, (b).bits, MAX_NUMNODES)
#define nodes_or(dst, a, b) bitmap_or((dst).bits, (a).bits, (b).bits, MAX_NUMNODES)
#define nodes_equal(a, b) bitmap_equal((a).bits, (b).bits, MAX_NUMNODES)
#define nodes_xor(dst, a, b) bitmap_xor((dst).bits, (a).bits, (b).bits, MAX_NUMNODES)
#define nodes_andnot(dst, a, b) bitmap_andnot((dst).bits, (a).bits, (b).bits, MAX_NUMNODES)
#define nodes_complement(dst, src) bitmap_complement((dst).bits, (src).bits, MAX_NUMNODES)
#define nodes_intersects(a, b) bitmap_intersects((a).bits, (b).bits, MAX_NUMNODES)
#define nodes_subset(a, b) bitmap_subset((a).bits, (b).bits, MAX_NUMNODES)
#define nodes_full(mask) bitmap_full((mask).bits, MAX_NUMNODES)
#define nodes_shift_left(dst, src, n) bitmap_shift_left((dst).bits, (src).bits, n, MAX_NUMNODES)
#define nodes_shift_right(dst, src, n) bitmap_shift_right((dst).bits, (src).bits, n, MAX_NUMNODES)
#define node_test_and_set(node, mask) test_and_set_bit(node, (mask).bits)
#define nodemask_pr_args(mask) MAX_NUMNODES, (mask)->bits
#define nodelist_parse(buf, dst) bitmap_parselist(buf, (dst).bits, MAX_NUMNODES)
#define first_unset_node(mask) ((int)find_first_zero_bit((mask).bits, MAX_NUMNODES))
#define nodemask_of_node(node)                      \
	__extension__({                             \
		nodemask_t __m = { { 0 } };         \
		node_set(node, __m);                \
		__m;                                \
	})
#define first_node(src) ((int)find_first_bit((src).bits, MAX_NUMNODES))
#define next_node(n, src) ((int)find_next_bit((src).bits, MAX_NUMNODES, (n) + 1))
#define next_node_in(n, src) ((void)(n), first_node(src))
#define for_each_node_mask(node, mask) for_each_set_bit(node, (mask).bits, MAX_NUMNODES)

#define nr_node_ids 1U
#define nr_online_nodes 1U
#define num_possible_nodes() 1
#define num_online_nodes() 1

static __always_inline int num_node_state(enum node_states state)
{
	(void)state;
	return 1;
}

static __always_inline int node_state(int node, enum node_states state)
{
	(void)state;
	return node == 0;
}

#define node_online(node) ((node) == 0)
#define node_possible(node) ((node) == 0)
#define first_online_node 0
#define first_memory_node 0

static __always_inline unsigned int next_online_node(int nid)
{
	(void)nid;
	return MAX_NUMNODES;
}

#define for_each_node_state(node, state) for ((node) = 0; (node) == 0; (node) = 1)
#define for_each_node(node) for_each_node_state(node, N_POSSIBLE)
#define for_each_online_node(node) for_each_node_state(node, N_ONLINE)

#endif /* __cplusplus */

#endif /* __LINUX_NODEMASK_H */
