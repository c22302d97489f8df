/* SPDX-License-Identifier: MIT */
/* <linux/sched/clock.h> of Linux 6.12: what there is of it is in <linux/sched.h>. */
#ifndef _LINUX_SCHED_CLOCK_H
#define _LINUX_SCHED_CLOCK_H

#include <linux/sched.h>
#include <linux/timekeeping.h>

static __always_inline u64 sched_clock(void)
{
	return ktime_get_ns();
}

static __always_inline u64 sched_clock_cpu(int cpu)
{
	(void)cpu;
	return sched_clock();
}

static __always_inline u64 cpu_clock(int cpu)
{
	return sched_clock_cpu(cpu);
}

#endif /* _LINUX_SCHED_CLOCK_H */
