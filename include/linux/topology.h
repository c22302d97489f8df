/* SPDX-License-Identifier: MIT */
/* <linux/topology.h> of Linux 6.12: one node. */
#ifndef _LINUX_TOPOLOGY_H
#define _LINUX_TOPOLOGY_H

#include <linux/page-flags.h>
#include <linux/random.h>
#include <linux/smp.h>

#define numa_node_id() 0
#define numa_mem_id() 0
/* One package of CPUs that are alone on their cores. */
#define topology_physical_package_id(cpu) ((void)(cpu), 0)
#define topology_core_id(cpu) ((int)(cpu))
#define topology_sibling_cpumask(cpu) cpumask_of(cpu)
#define topology_core_cpumask(cpu) ((void)(cpu), cpu_possible_mask)
#define cpu_to_node(cpu) ((void)(cpu), 0)
#define cpu_to_mem(cpu) ((void)(cpu), 0)

#endif /* _LINUX_TOPOLOGY_H */
