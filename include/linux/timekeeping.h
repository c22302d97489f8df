/* SPDX-License-Identifier: MIT */
/* <linux/timekeeping.h> of Linux 6.12. */
#ifndef _LINUX_TIMEKEEPING_H
#define _LINUX_TIMEKEEPING_H

#include <kmemu/sched.h>
#include <linux/compiler.h>
#include <linux/ktime.h>

static __always_inline ktime_t ktime_get(void)
{
	return (ktime_t)kmemu_ktime_get();
}

static __always_inline ktime_t ktime_get_real(void)
{
	return (ktime_t)kmemu_ktime_get_real();
}

static __always_inline ktime_t ktime_get_boottime(void)
{
	return (ktime_t)kmemu_ktime_get_boottime();
}

#define ktime_get_raw() ktime_get()
#define ktime_get_coarse() ktime_get()
#define ktime_get_ns() ((u64)kmemu_ktime_get())
#define ktime_get_real_ns() ((u64)kmemu_ktime_get_real())
#define ktime_get_boottime_ns() ((u64)kmemu_ktime_get_boottime())
#define ktime_get_raw_ns() ktime_get_ns()
#define ktime_get_mono_fast_ns() ktime_get_ns()
#define ktime_get_seconds() ((time64_t)(kmemu_ktime_get() / NSEC_PER_SEC))
#define ktime_get_real_seconds() ((time64_t)(kmemu_ktime_get_real() / NSEC_PER_SEC))
#define local_clock() ktime_get_ns()

static __always_inline void ktime_get_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(ktime_get());
}

static __always_inline void ktime_get_real_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(ktime_get_real());
}

#endif /* _LINUX_TIMEKEEPING_H */
