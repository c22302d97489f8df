/* SPDX-License-Identifier: MIT */
/*
 * <linux/jiffies.h> of Linux 6.12, HZ 250. jiffies is a variable. A program that reads
 * it has a thread that ticks; get_jiffies_64() and the functions of this header read the
 * clock.
 */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <asm/processor.h>
#include <kmemu/sched.h>
#include <linux/compiler.h>
#include <linux/sched.h>
#include <linux/time64.h>
#include <linux/timex.h>
#include <linux/types.h>

#undef HZ /* <sys/param.h> has one */
#define HZ CONFIG_HZ
#ifdef __cplusplus
#define USER_HZ 100
#endif
#define CLOCKS_PER_SEC_KERNEL USER_HZ
#define TICK_NSEC (1000000000L / HZ)
#define INITIAL_JIFFIES ((unsigned long)(unsigned int)(-300 * HZ))
#define MAX_JIFFY_OFFSET ((__LONG_MAX__ >> 1) - 1)

/* Of libkmemu.a it is a part of its own, which brings the thread. */
extern unsigned long volatile jiffies __asm__("kmemu_jiffies_variable");
extern u64 jiffies_64 __asm__("kmemu_jiffies_variable");

/* libkmemu.so asks the loader whether the object that `in` lies in reads it. */
__kmemu_c void kmemu_jiffies_start(const void *in) __attribute__((__weak__));
/* One in each program and plug-in. */
__attribute__((__weak__, __visibility__("hidden"))) bool kmemu_jiffies_asked;

__attribute__((__constructor__(101), __unused__)) static void kmemu_jiffies_ask(void)
{
	if (kmemu_jiffies_start && !kmemu_jiffies_asked) {
		kmemu_jiffies_asked = true;
		kmemu_jiffies_start(&kmemu_jiffies_asked);
	}
}

static __always_inline u64 get_jiffies_64(void)
{
	return kmemu_jiffies();
}

#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))
#define time_in_range_open(a, b, c) (time_after_eq(a, b) && time_before(a, c))
#define time_after64(a, b) ((s64)((b) - (a)) < 0)
#define time_before64(a, b) time_after64(b, a)
#define time_after_eq64(a, b) ((s64)((a) - (b)) >= 0)
#define time_before_eq64(a, b) time_after_eq64(b, a)
#define time_is_before_jiffies(a) time_after(kmemu_jiffies(), a)
#define time_is_after_jiffies(a) time_before(kmemu_jiffies(), a)
#define time_is_before_eq_jiffies(a) time_after_eq(kmemu_jiffies(), a)
#define time_is_after_eq_jiffies(a) time_before_eq(kmemu_jiffies(), a)

/* Rounded up; a negative number of ms is for ever. */
static __always_inline unsigned long msecs_to_jiffies(const unsigned int m)
{
	return (int)m < 0 ? MAX_JIFFY_OFFSET : ((unsigned long)m * HZ + 999) / 1000;
}

static __always_inline unsigned long usecs_to_jiffies(const unsigned int u)
{
	return ((unsigned long)u * HZ + 999999) / 1000000;
}

/* A constant of a constant, for an initializer. */
#define secs_to_jiffies(s) ((unsigned long)((s) * HZ))

static __always_inline unsigned long nsecs_to_jiffies(u64 n)
{
	return (unsigned long)(n / TICK_NSEC);
}

static __always_inline u64 nsecs_to_jiffies64(u64 n)
{
	return n / TICK_NSEC;
}

static __always_inline unsigned int jiffies_to_msecs(const unsigned long j)
{
	return (unsigned int)(j * (1000 / HZ));
}

static __always_inline unsigned int jiffies_to_usecs(const unsigned long j)
{
	return (unsigned int)(j * (1000000 / HZ));
}

static __always_inline u64 jiffies_to_nsecs(const unsigned long j)
{
	return (u64)j * TICK_NSEC;
}

/* To a second; not to one that is over. Kernel: round_jiffies_common(), on CPU 0. */
static __always_inline unsigned long __kmemu_round_jiffies(unsigned long j, bool up)
{
	unsigned long rest = j % HZ, to = rest < HZ / 4 && !up ? j - rest : j - rest + HZ;

	return time_after(to, kmemu_jiffies()) ? to : j;
}

static __always_inline unsigned long round_jiffies(unsigned long j)
{
	return __kmemu_round_jiffies(j, false);
}

static __always_inline unsigned long round_jiffies_relative(unsigned long j)
{
	unsigned long now = kmemu_jiffies();

	return round_jiffies(now + j) - now;
}

static __always_inline unsigned long round_jiffies_up(unsigned long j)
{
	return __kmemu_round_jiffies(j, true);
}

static __always_inline clock_t jiffies_to_clock_t(unsigned long x)
{
	return (clock_t)((u64)x * TICK_NSEC / (NSEC_PER_SEC / USER_HZ));
}

static __always_inline unsigned long clock_t_to_jiffies(unsigned long x)
{
	return x >= ~0UL / (HZ / 50) * 2 ? ~0UL : x * HZ / USER_HZ;
}

static __always_inline clock_t jiffies_delta_to_clock_t(long delta)
{
	return jiffies_to_clock_t(delta > 0 ? (unsigned long)delta : 0);
}

#ifndef __cplusplus

#define SHIFT_HZ 8
#define LATCH ((CLOCK_TICK_RATE + HZ / 2) / HZ)

static __always_inline unsigned long __msecs_to_jiffies(const unsigned int m)
{
	return msecs_to_jiffies(m);
}

static __always_inline unsigned long __usecs_to_jiffies(const unsigned int u)
{
	return usecs_to_jiffies(u);
}
#define TICK_USEC ((USEC_PER_SEC + HZ / 2) / HZ)
#define USER_TICK_USEC ((1000000UL + USER_HZ / 2) / USER_HZ)
#define MAX_SEC_IN_JIFFIES (MAX_JIFFY_OFFSET / HZ)
#define time_is_before_jiffies64(a) time_after64(get_jiffies_64(), a)
#define time_is_after_jiffies64(a) time_before64(get_jiffies_64(), a)
#define time_is_before_eq_jiffies64(a) time_after_eq64(get_jiffies_64(), a)
#define time_is_after_eq_jiffies64(a) time_before_eq64(get_jiffies_64(), a)
#define time_in_range64(a, b, c) (time_after_eq64(a, b) && time_before_eq64(a, c))
#define time_after32(a, b) ((s32)((u32)(b) - (u32)(a)) < 0)
#define time_before32(b, a) time_after32(a, b)
#define preset_lpj 0UL

static inline u64 jiffies64_to_nsecs(u64 j)
{
	return j * TICK_NSEC;
}

static inline u64 jiffies64_to_msecs(u64 j)
{
	return j * (1000 / HZ);
}

static inline unsigned int jiffies_delta_to_msecs(long delta)
{
	return jiffies_to_msecs(delta > 0 ? (unsigned long)delta : 0);
}

static inline void jiffies_to_timespec64(const unsigned long j, struct timespec64 *value)
{
	*value = ns_to_timespec64((s64)jiffies_to_nsecs(j));
}

static inline unsigned long timespec64_to_jiffies(const struct timespec64 *value)
{
	u64 sec = (u64)value->tv_sec;

	if (sec >= (u64)MAX_SEC_IN_JIFFIES)
		return MAX_JIFFY_OFFSET;
	return sec * HZ + ((u64)value->tv_nsec + TICK_NSEC - 1) / TICK_NSEC;
}

static inline u64 jiffies_64_to_clock_t(u64 x)
{
	return x * TICK_NSEC / (NSEC_PER_SEC / USER_HZ);
}

static inline u64 nsec_to_clock_t(u64 x)
{
	return x / (NSEC_PER_SEC / USER_HZ);
}

static inline unsigned long round_jiffies_up_relative(unsigned long j)
{
	unsigned long now = kmemu_jiffies();

	return round_jiffies_up(now + j) - now;
}

static inline unsigned long __round_jiffies(unsigned long j, int cpu)
{
	(void)cpu;
	return round_jiffies(j);
}

static inline unsigned long __round_jiffies_relative(unsigned long j, int cpu)
{
	(void)cpu;
	return round_jiffies_relative(j);
}

static inline unsigned long __round_jiffies_up(unsigned long j, int cpu)
{
	(void)cpu;
	return round_jiffies_up(j);
}

static inline unsigned long __round_jiffies_up_relative(unsigned long j, int cpu)
{
	(void)cpu;
	return round_jiffies_up_relative(j);
}

#endif /* __cplusplus */

#endif /* _LINUX_JIFFIES_H */
