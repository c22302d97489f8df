/* SPDX-License-Identifier: MIT */
/*
 * <linux/cpumask.h> of Linux 6.12, as far as per-CPU memory needs it: the CPUs
 * are those of the machine, numbered from 0, and all of them are always there.
 */
#ifndef __LINUX_CPUMASK_H
#define __LINUX_CPUMASK_H

#include <asm/div64.h>
#include <kmemu/mm.h>
#include <linux/bitmap.h>
#include <linux/gfp_types.h>
#include <linux/kernel.h>
#include <linux/types.h>

#define nr_cpu_ids kmemu_nr_cpu_ids()
#define num_possible_cpus() nr_cpu_ids
#define num_present_cpus() nr_cpu_ids
#define num_online_cpus() nr_cpu_ids
#define num_active_cpus() nr_cpu_ids
#define cpu_possible(cpu) ((unsigned int)(cpu) < nr_cpu_ids)
#define cpu_present(cpu) cpu_possible(cpu)
#define cpu_online(cpu) cpu_possible(cpu)
#define cpu_active(cpu) cpu_possible(cpu)

#define for_each_possible_cpu(cpu) for ((cpu) = 0; (unsigned int)(cpu) < nr_cpu_ids; (cpu)++)
#define for_each_present_cpu(cpu) for_each_possible_cpu(cpu)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)

#endif /* __LINUX_CPUMASK_H */
