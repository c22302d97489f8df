/* SPDX-License-Identifier: MIT */
/*
 * <linux/timex.h> of Linux 6.12: get_cycles(). The system's header of that name does
 * not go with libc's <sys/time.h>; libc's <sys/timex.h> does without it.
 */
#ifndef _LINUX_TIMEX_H
#define _LINUX_TIMEX_H

#include <asm/timex.h>
#include <linux/time.h>

#ifndef __cplusplus

#define PIT_TICK_RATE 1193182ul

/* What udelay() counts by; 0. */
static inline int read_current_timer(unsigned long *timer_val)
{
	*timer_val = (unsigned long)get_cycles();
	return 0;
}
#define ARCH_HAS_READ_CURRENT_TIMER 1

/* Towards 0, for a signed x. */
#define shift_right(x, s)                                     \
	({                                                    \
		__typeof__(x) __x = (x);                      \
		__typeof__(s) __s = (s);                      \
		__x < 0 ? -(-__x >> __s) : __x >> __s;        \
	})

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/sched.h>
#endif

#endif /* _LINUX_TIMEX_H */
