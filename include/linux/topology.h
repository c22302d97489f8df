/* SPDX-License-Identifier: MIT */
/* <linux/topology.h> of Linux 6.12: one node. */
#ifndef _LINUX_TOPOLOGY_H
#define _LINUX_TOPOLOGY_H

#include <linux/page-flags.h>
#include <linux/random.h>
#include <linux/smp.h>

#define numa_node_id() 0
#define numa_mem_id() 0
#define cpu_to_node(cpu) ((void)(cpu), 0)
#define cpu_to_mem(cpu) ((void)(cpu), 0)

#endif /* _LINUX_TOPOLOGY_H */
