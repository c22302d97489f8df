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

static __always_inline ktime_t ktime_get_raw(void)
{
	return ktime_get();
}

static __always_inline ktime_t ktime_get_coarse(void)
{
	return ktime_get();
}

static __always_inline u64 ktime_get_ns(void)
{
	return (u64)kmemu_ktime_get();
}

static __always_inline u64 ktime_get_real_ns(void)
{
	return (u64)kmemu_ktime_get_real();
}

static __always_inline u64 ktime_get_boottime_ns(void)
{
	return (u64)kmemu_ktime_get_boottime();
}

static __always_inline u64 ktime_get_raw_ns(void)
{
	return ktime_get_ns();
}

static __always_inline u64 ktime_get_mono_fast_ns(void)
{
	return ktime_get_ns();
}

static __always_inline time64_t ktime_get_seconds(void)
{
	return (time64_t)(kmemu_ktime_get() / NSEC_PER_SEC);
}

static __always_inline time64_t ktime_get_real_seconds(void)
{
	return (time64_t)(kmemu_ktime_get_real() / NSEC_PER_SEC);
}

static __always_inline u64 local_clock(void)
{
	return ktime_get_ns();
}

static __always_inline void ktime_get_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(ktime_get());
}

static __always_inline void ktime_get_real_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(ktime_get_real());
}

#ifndef __cplusplus

enum tk_offsets { TK_OFFS_REAL, TK_OFFS_BOOT, TK_OFFS_TAI, TK_OFFS_MAX };

/* TAI is what the clock of the machine makes of it, which is UTC. */

static __always_inline ktime_t ktime_get_clocktai(void)
{
	return ktime_get_real();
}

static __always_inline ktime_t ktime_get_coarse_real(void)
{
	return ktime_get_real();
}

static __always_inline ktime_t ktime_get_coarse_boottime(void)
{
	return ktime_get_boottime();
}

static __always_inline u64 ktime_get_coarse_ns(void)
{
	return ktime_get_ns();
}

static __always_inline u64 ktime_get_coarse_real_ns(void)
{
	return ktime_get_real_ns();
}

static __always_inline u64 ktime_get_coarse_boottime_ns(void)
{
	return ktime_get_boottime_ns();
}

static __always_inline u64 ktime_get_clocktai_ns(void)
{
	return ktime_get_real_ns();
}

static __always_inline u64 ktime_get_real_fast_ns(void)
{
	return ktime_get_real_ns();
}

static __always_inline u64 ktime_get_boot_fast_ns(void)
{
	return ktime_get_boottime_ns();
}

static __always_inline u64 ktime_get_raw_fast_ns(void)
{
	return ktime_get_ns();
}

static __always_inline u64 ktime_get_tai_fast_ns(void)
{
	return ktime_get_real_ns();
}

static __always_inline time64_t ktime_get_boottime_seconds(void)
{
	return (time64_t)(kmemu_ktime_get_boottime() / NSEC_PER_SEC);
}

static __always_inline void ktime_get_boottime_ts64(struct timespec64 *ts)
{
	(void)(*ts = ns_to_timespec64(ktime_get_boottime()));
}

static __always_inline void ktime_get_raw_ts64(struct timespec64 *ts)
{
	ktime_get_ts64(ts);
}

static __always_inline void ktime_get_coarse_ts64(struct timespec64 *ts)
{
	ktime_get_ts64(ts);
}

static __always_inline void ktime_get_coarse_real_ts64(struct timespec64 *ts)
{
	ktime_get_real_ts64(ts);
}

static __always_inline void ktime_get_clocktai_ts64(struct timespec64 *ts)
{
	ktime_get_real_ts64(ts);
}

static __always_inline void getboottime64(struct timespec64 *ts)
{
	(void)(*ts = ns_to_timespec64(ktime_get_real() - ktime_get_boottime()));
}

static inline ktime_t ktime_mono_to_any(ktime_t tmono, enum tk_offsets offs)
{
	ktime_t other = offs == TK_OFFS_BOOT ? ktime_get_boottime() : ktime_get_real();

	return tmono + (other - ktime_get());
}

static __always_inline ktime_t ktime_mono_to_real(ktime_t mono)
{
	return ktime_mono_to_any(mono, TK_OFFS_REAL);
}

#endif /* __cplusplus */

#endif /* _LINUX_TIMEKEEPING_H */
