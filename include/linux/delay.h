/* SPDX-License-Identifier: MIT */
/* <linux/delay.h> of Linux 6.12. */
#ifndef _LINUX_DELAY_H
#define _LINUX_DELAY_H

#include <kmemu/sched.h>
#include <linux/compiler.h>
#include <linux/jiffies.h>

/*
 * Kernel: init/main.c; loops of a delay that counts them. These go by the clock, so it
 * keeps what it is before a kernel calibrates it.
 */
__kmemu_c unsigned long loops_per_jiffy __kmemu_is(kmemu_loops_per_jiffy);

__kmemu_c void ndelay(unsigned long nsecs) __kmemu_is(kmemu_ndelay);
__kmemu_c void udelay(unsigned long usecs) __kmemu_is(kmemu_udelay);
__kmemu_c void msleep(unsigned int msecs) __kmemu_is(kmemu_msleep);
__kmemu_c unsigned long msleep_interruptible(unsigned int msecs)
	__kmemu_is(kmemu_msleep_interruptible);
__kmemu_c void usleep_range(unsigned long min, unsigned long max) __kmemu_is(kmemu_usleep_range);

#define mdelay(n) udelay((n) * 1000UL)

static __always_inline void usleep_range_state(unsigned long min, unsigned long max,
					       unsigned int state)
{
	(void)state;
	usleep_range(min, max);
}

static __always_inline void usleep_idle_range(unsigned long min, unsigned long max)
{
	usleep_range(min, max);
}

static __always_inline void ssleep(unsigned int seconds)
{
	msleep(seconds * 1000);
}

static __always_inline void fsleep(unsigned long usecs)
{
	if (usecs <= 10)
		udelay(usecs);
	else if (usecs <= 20000)
		usleep_range(usecs, 2 * usecs);
	else
		msleep((unsigned int)((usecs + 999) / 1000));
}

#ifndef __cplusplus

#define MAX_UDELAY_MS 5

/* Delays read the clock: a loop's length is nothing that they need. */
static inline void calibrate_delay(void)
{
}

#endif /* __cplusplus */

#endif /* _LINUX_DELAY_H */
