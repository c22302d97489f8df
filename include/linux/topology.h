/* SPDX-License-Identifier: MIT */
/* <linux/topology.h> of Linux 6.12: one node. */
#ifndef _LINUX_TOPOLOGY_H
#define _LINUX_TOPOLOGY_H

#include <linux/page-flags.h>
#include <linux/random.h>
#include <linux/smp.h>

static __always_inline int numa_node_id(void)
{
	return 0;
}

static __always_inline int numa_mem_id(void)
{
	return 0;
}

/* One package of CPUs that are alone on their cores. */
#define topology_physical_package_id(cpu) ((void)(cpu), 0)
#define topology_core_id(cpu) ((int)(cpu))
#define topology_sibling_cpumask(cpu) cpumask_of(cpu)
#define topology_core_cpumask(cpu) ((void)(cpu), cpu_possible_mask)

static __always_inline int cpu_to_node(int cpu)
{
	(void)cpu;
	return 0;
}

static __always_inline int cpu_to_mem(int cpu)
{
	(void)cpu;
	return 0;
}

#define topology_die_id(cpu) ((void)(cpu), 0)
#define topology_die_cpumask(cpu) ((void)(cpu), cpu_possible_mask)
#define topology_cluster_cpumask(cpu) cpumask_of(cpu)

#ifndef __cplusplus
static __always_inline const struct cpumask *cpu_smt_mask(int cpu)
{
	return cpumask_of(cpu);
}

static __always_inline const struct cpumask *cpumask_of_node(int node)
{
	(void)node;
	return cpu_possible_mask;
}
#endif

#define nr_cpus_node(node) ((void)(node), nr_cpu_ids)
#define for_each_node_with_cpus(node) for ((node) = 0; (node) < 1; (node)++)
#define LOCAL_DISTANCE 10
#define REMOTE_DISTANCE 20
#define RECLAIM_DISTANCE 30
#define node_reclaim_distance RECLAIM_DISTANCE
#define node_distance(from, to) ((from) == (to) ? LOCAL_DISTANCE : REMOTE_DISTANCE)

#endif /* _LINUX_TOPOLOGY_H */
