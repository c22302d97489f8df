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
#define topology_die_id(cpu) ((void)(cpu), 0)
#define topology_die_cpumask(cpu) ((void)(cpu), cpu_possible_mask)
#define topology_cluster_cpumask(cpu) cpumask_of(cpu)
#define cpu_smt_mask(cpu) cpumask_of(cpu)
#define cpumask_of_node(node) ((void)(node), cpu_possible_mask)
#define nr_cpus_node(node) ((void)(node), nr_cpu_ids)
#define for_each_node_with_cpus(node) for ((node) = 0; (node) < 1; (node)++)
#define LOCAL_DISTANCE 10
#define REMOTE_DISTANCE 20
#define RECLAIM_DISTANCE 30
#define node_reclaim_distance RECLAIM_DISTANCE
#define node_distance(from, to) ((from) == (to) ? LOCAL_DISTANCE : REMOTE_DISTANCE)

#endif /* _LINUX_TOPOLOGY_H */
