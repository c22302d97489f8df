/* SPDX-License-Identifier: MIT */
/*
 * <linux/smp.h> of Linux 6.12, as far as per-CPU memory needs it. A thread's CPU
 * is the same for ever; with more threads than CPUs several share one.
 */
#ifndef __LINUX_SMP_H
#define __LINUX_SMP_H

#include <linux/cpumask.h>
#include <linux/irqflags.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/pfn.h>
#include <linux/preempt.h>

#define raw_smp_processor_id() ((int)kmemu_smp_processor_id())
#define smp_processor_id() ((int)kmemu_smp_processor_id())
#define __smp_processor_id() ((int)kmemu_smp_processor_id())

#define get_cpu()                         \
	({                                \
		preempt_disable();        \
		smp_processor_id();       \
	})
#define put_cpu() preempt_enable()

#endif /* __LINUX_SMP_H */
