/* SPDX-License-Identifier: MIT */
/* <linux/cpu.h> of Linux 6.12: CPUs neither come nor go. */
#ifndef _LINUX_CPU_H_
#define _LINUX_CPU_H_

#include <kmemu/locks.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/smp.h>

/* May sleep. */
static __always_inline void cpus_read_lock(void)
{
	kmemu_might_sleep_in("cpus_read_lock");
}

static __always_inline void cpus_read_unlock(void)
{
}

static __always_inline int cpus_read_trylock(void)
{
	return 1;
}

#ifndef __cplusplus
DEFINE_LOCK_GUARD_0(cpus_read_lock, cpus_read_lock(), cpus_read_unlock())
#endif

static __always_inline void lockdep_assert_cpus_held(void)
{
}

/* May sleep. */
static __always_inline void cpu_hotplug_disable(void)
{
	kmemu_might_sleep_in("cpu_hotplug_disable");
}

static __always_inline void cpu_hotplug_enable(void)
{
	kmemu_might_sleep_in("cpu_hotplug_enable");
}

#endif /* _LINUX_CPU_H_ */
