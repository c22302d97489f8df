/* SPDX-License-Identifier: MIT */
/* <linux/numa.h> of Linux 6.12: one node, 0. */
#ifndef _LINUX_NUMA_H
#define _LINUX_NUMA_H

#include <linux/compiler.h>
#include <linux/types.h>

#define NODES_SHIFT 0
#define MAX_NUMNODES (1 << NODES_SHIFT)
#define NUMA_NO_NODE (-1)

static __always_inline bool numa_valid_node(int nid)
{
	return nid == 0;
}

#define numa_map_to_online_node(node) ((void)(node), 0)

static __always_inline int memory_add_physaddr_to_nid(u64 start)
{
	(void)start;
	return 0;
}

static __always_inline int phys_to_target_node(u64 start)
{
	(void)start;
	return 0;
}

static __always_inline int numa_nearest_node(int node, unsigned int state)
{
	(void)state;
	(void)node;
	return 0;
}

#endif /* _LINUX_NUMA_H */
