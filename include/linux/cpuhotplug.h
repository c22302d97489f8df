/* SPDX-License-Identifier: MIT */
/*
 * <linux/cpuhotplug.h> of Linux 6.12: <kmemu/cpuhp.h> says when the functions are called.
 * Of the states that have a name those for memory and the general ones.
 */
#ifndef __CPUHOTPLUG_H
#define __CPUHOTPLUG_H

#include <kmemu/cpuhp.h>
#include <linux/types.h>

#ifndef __cplusplus

enum cpuhp_state {
	CPUHP_INVALID = -1,
	CPUHP_OFFLINE = 0,
	CPUHP_CREATE_THREADS,
	CPUHP_PERF_PREPARE,
	CPUHP_SLUB_DEAD,
	CPUHP_MM_WRITEBACK_DEAD,
	CPUHP_MM_VMSTAT_DEAD,
	CPUHP_SOFTIRQ_DEAD,
	CPUHP_IRQ_POLL_DEAD,
	CPUHP_BLOCK_SOFTIRQ_DEAD,
	CPUHP_BIO_DEAD,
	CPUHP_PAGE_ALLOC,
	CPUHP_NET_DEV_DEAD,
	CPUHP_IOMMU_IOVA_DEAD,
	CPUHP_RADIX_DEAD,
	CPUHP_PERCPU_CNT_DEAD,
	CPUHP_PADATA_DEAD,
	CPUHP_RANDOM_PREPARE,
	CPUHP_WORKQUEUE_PREP,
	CPUHP_POWER_NUMA_PREPARE,
	CPUHP_HRTIMERS_PREPARE,
	CPUHP_X2APIC_PREPARE,
	CPUHP_SMPCFD_PREPARE,
	CPUHP_RELAY_PREPARE,
	CPUHP_RCUTREE_PREP,
	CPUHP_TIMERS_PREPARE,
	CPUHP_ZCOMP_PREPARE,
	CPUHP_BP_PREPARE_DYN = KMEMU_CPUHP_PREPARE_DYN,
	CPUHP_BP_PREPARE_DYN_END = KMEMU_CPUHP_PREPARE_DYN_END,
	CPUHP_BRINGUP_CPU,
	CPUHP_AP_IDLE_DEAD = KMEMU_CPUHP_AP,
	CPUHP_AP_OFFLINE,
	CPUHP_AP_SMPCFD_DYING,
	CPUHP_AP_ONLINE,
	CPUHP_TEARDOWN_CPU,
	CPUHP_AP_ONLINE_IDLE,
	CPUHP_AP_SMPBOOT_THREADS,
	CPUHP_AP_IRQ_AFFINITY_ONLINE,
	CPUHP_AP_PERF_ONLINE,
	CPUHP_AP_WATCHDOG_ONLINE,
	CPUHP_AP_WORKQUEUE_ONLINE,
	CPUHP_AP_RANDOM_ONLINE,
	CPUHP_AP_RCUTREE_ONLINE,
	CPUHP_AP_ONLINE_DYN = KMEMU_CPUHP_ONLINE_DYN,
	CPUHP_AP_ONLINE_DYN_END = KMEMU_CPUHP_ONLINE_DYN_END,
	CPUHP_AP_ACTIVE,
	CPUHP_ONLINE = KMEMU_CPUHP_STATES - 1,
};

static __always_inline int cpuhp_setup_state(enum cpuhp_state state, const char *name,
					     int (*startup)(unsigned int cpu),
					     int (*teardown)(unsigned int cpu))
{
	return kmemu_cpuhp_setup_state(state, name, true, startup, teardown, false);
}

static __always_inline int cpuhp_setup_state_nocalls(enum cpuhp_state state, const char *name,
						     int (*startup)(unsigned int cpu),
						     int (*teardown)(unsigned int cpu))
{
	return kmemu_cpuhp_setup_state(state, name, false, startup, teardown, false);
}

static __always_inline int cpuhp_setup_state_multi(enum cpuhp_state state, const char *name,
						   int (*startup)(unsigned int cpu,
						   struct hlist_node *node),
						   int (*teardown)(unsigned int cpu,
						   struct hlist_node *node))
{
	return kmemu_cpuhp_setup_state(state, name, false,
				       (int (*)(unsigned int cpu))(void *)startup,
				       (int (*)(unsigned int cpu))(void *)teardown, true);
}

static __always_inline int cpuhp_state_add_instance(enum cpuhp_state state, struct hlist_node *node)
{
	return kmemu_cpuhp_state_add_instance(state, node, true);
}

static __always_inline int cpuhp_state_add_instance_nocalls(enum cpuhp_state state,
							    struct hlist_node *node)
{
	return kmemu_cpuhp_state_add_instance(state, node, false);
}

static __always_inline int cpuhp_state_remove_instance(enum cpuhp_state state,
						       struct hlist_node *node)
{
	return kmemu_cpuhp_state_remove_instance(state, node, true);
}

static __always_inline int cpuhp_state_remove_instance_nocalls(enum cpuhp_state state,
							       struct hlist_node *node)
{
	return kmemu_cpuhp_state_remove_instance(state, node, false);
}

static __always_inline void cpuhp_remove_state(enum cpuhp_state state)
{
	kmemu_cpuhp_remove_state(state, true);
}

static __always_inline void cpuhp_remove_state_nocalls(enum cpuhp_state state)
{
	kmemu_cpuhp_remove_state(state, false);
}

static __always_inline void cpuhp_remove_multi_state(enum cpuhp_state state)
{
	kmemu_cpuhp_remove_state(state, false);
}

/* The caller has cpus_read_lock(). */
static __always_inline int cpuhp_setup_state_cpuslocked(enum cpuhp_state state, const char *name,
							int (*startup)(unsigned int cpu),
							int (*teardown)(unsigned int cpu))
{
	return cpuhp_setup_state(state, name, startup, teardown);
}

static __always_inline int cpuhp_setup_state_nocalls_cpuslocked(enum cpuhp_state state,
								const char *name,
								int (*startup)(unsigned int cpu),
								int (*teardown)(unsigned int cpu))
{
	return cpuhp_setup_state_nocalls(state, name, startup, teardown);
}

static __always_inline int cpuhp_state_add_instance_nocalls_cpuslocked(enum cpuhp_state state,
								       struct hlist_node *node)
{
	return cpuhp_state_add_instance_nocalls(state, node);
}

static __always_inline void cpuhp_remove_state_nocalls_cpuslocked(enum cpuhp_state state)
{
	cpuhp_remove_state_nocalls(state);
}

#endif /* __cplusplus */

#endif /* __CPUHOTPLUG_H */
