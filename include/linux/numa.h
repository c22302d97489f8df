/* SPDX-License-Identifier: MIT */
/* <linux/numa.h> of Linux 6.12: one node, 0. */
#ifndef _LINUX_NUMA_H
#define _LINUX_NUMA_H

#define NODES_SHIFT 0
#define MAX_NUMNODES (1 << NODES_SHIFT)
#define NUMA_NO_NODE (-1)

#define numa_valid_node(nid) ((nid) == 0)
#define numa_map_to_online_node(node) ((void)(node), 0)
#define memory_add_physaddr_to_nid(start) ((void)(start), 0)
#define phys_to_target_node(start) ((void)(start), 0)
#define numa_nearest_node(node, state) ((void)(node), 0)

#endif /* _LINUX_NUMA_H */
