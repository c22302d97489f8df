/* SPDX-License-Identifier: MIT */
/*
 * <linux/iopoll.h> of Linux 6.12: reads until a condition holds: 0, or -ETIMEDOUT after
 * timeout_us (0: never), with a last look then. Those that are not _atomic sleep sleep_us
 * at the most between two looks (0: not at all), and may sleep then.
 */
#ifndef _LINUX_IOPOLL_H
#define _LINUX_IOPOLL_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/timekeeping.h>

#define read_poll_timeout(op, val, cond, sleep_us, timeout_us, sleep_before_read, args...)   \
	({                                                                                   \
		u64 __timeout_us = (timeout_us);                                             \
		unsigned long __sleep_us = (sleep_us);                                       \
		ktime_t __end = ktime_add_us(ktime_get(), __timeout_us);                     \
		bool __late;                                                                 \
                                                                                             \
		might_sleep_if(__sleep_us != 0);                                             \
		if ((sleep_before_read) && __sleep_us)                                       \
			usleep_range((__sleep_us >> 2) + 1, __sleep_us);                     \
		for (;;) {                                                                   \
			__late = __timeout_us && ktime_compare(ktime_get(), __end) > 0;      \
			(val) = op(args);                                                    \
			if ((cond) || __late)                                                \
				break;                                                       \
			if (__sleep_us)                                                      \
				usleep_range((__sleep_us >> 2) + 1, __sleep_us);             \
			cpu_relax();                                                         \
		}                                                                            \
		(cond) ? 0 : -ETIMEDOUT;                                                     \
	})

#define read_poll_timeout_atomic(op, val, cond, delay_us, timeout_us, delay_before_read,     \
				 args...)                                                    \
	({                                                                                   \
		u64 __timeout_us = (timeout_us);                                             \
		unsigned long __delay_us = (delay_us);                                       \
		ktime_t __end = ktime_add_us(ktime_get(), __timeout_us);                     \
		bool __late;                                                                 \
                                                                                             \
		if ((delay_before_read) && __delay_us)                                       \
			udelay(__delay_us);                                                  \
		for (;;) {                                                                   \
			__late = __timeout_us && ktime_compare(ktime_get(), __end) > 0;      \
			(val) = op(args);                                                    \
			if ((cond) || __late)                                                \
				break;                                                       \
			if (__delay_us)                                                      \
				udelay(__delay_us);                                          \
			cpu_relax();                                                         \
		}                                                                            \
		(cond) ? 0 : -ETIMEDOUT;                                                     \
	})

#define readx_poll_timeout(op, addr, val, cond, sleep_us, timeout_us) \
	read_poll_timeout(op, val, cond, sleep_us, timeout_us, false, addr)
#define readx_poll_timeout_atomic(op, addr, val, cond, delay_us, timeout_us) \
	read_poll_timeout_atomic(op, val, cond, delay_us, timeout_us, false, addr)

#define readb_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readb, addr, val, cond, sleep_us, timeout_us)
#define readw_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readw, addr, val, cond, sleep_us, timeout_us)
#define readl_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readl, addr, val, cond, sleep_us, timeout_us)
#define readq_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readq, addr, val, cond, sleep_us, timeout_us)
#define readb_relaxed_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readb_relaxed, addr, val, cond, sleep_us, timeout_us)
#define readw_relaxed_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readw_relaxed, addr, val, cond, sleep_us, timeout_us)
#define readl_relaxed_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readl_relaxed, addr, val, cond, sleep_us, timeout_us)
#define readq_relaxed_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readq_relaxed, addr, val, cond, sleep_us, timeout_us)
#define readb_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us) \
	readx_poll_timeout_atomic(readb, addr, val, cond, delay_us, timeout_us)
#define readw_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us) \
	readx_poll_timeout_atomic(readw, addr, val, cond, delay_us, timeout_us)
#define readl_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us) \
	readx_poll_timeout_atomic(readl, addr, val, cond, delay_us, timeout_us)
#define readl_relaxed_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us) \
	readx_poll_timeout_atomic(readl_relaxed, addr, val, cond, delay_us, timeout_us)
#define readq_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us) \
	readx_poll_timeout_atomic(readq, addr, val, cond, delay_us, timeout_us)

#endif /* __cplusplus */

#endif /* _LINUX_IOPOLL_H */
