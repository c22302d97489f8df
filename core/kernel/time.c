/*
 * time.c - jiffies and clocks (kernel: kernel/time/timekeeping.c, jiffies.c).
 *
 * jiffies are the monotonic clock in steps of 1/HZ, HZ 250, the kernel's
 * default. Nothing ticks: the clock is read where jiffies are. They begin at
 * INITIAL_JIFFIES, 300 s before 32 bits wrap, when first asked for.
 *
 * Locks: none. Cost: a clock read, 20 ns.
 */
#include "core/kernel/task.h"

#define INITIAL_JIFFIES ((u64)(u32)(-300 * KMEMU_HZ))

u64 jiffies_to_ns(u64 jiffies)
{
	return jiffies > ~0UL / NS_PER_JIFFY / 2 ? ~0UL / 2 : jiffies * NS_PER_JIFFY;
}

u64 ns_to_jiffies(u64 ns)
{
	return DIV_ROUND_UP(ns, NS_PER_JIFFY);
}

/* When jiffies were INITIAL_JIFFIES. */
static u64 jiffies_begin(void)
{
	static u64 begin;
	u64 none = 0;

	if (unlikely(!READ_ONCE(begin)))
		__atomic_compare_exchange_n(&begin, &none, os_monotonic_ns(), false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	return READ_ONCE(begin);
}

u64 jiffies_to_time(u64 jiffies)
{
	s64 since = (s64)(jiffies - INITIAL_JIFFIES), most = (1L << 62) / (s64)NS_PER_JIFFY;

	return since > 0 ? jiffies_begin() + (u64)min(since, most) * NS_PER_JIFFY : 0;
}

KMEMU_EXPORT unsigned long kmemu_loops_per_jiffy = 1UL << 12;

KMEMU_EXPORT unsigned long kmemu_jiffies(void)
{
	u64 begin = jiffies_begin(), now = os_monotonic_ns();

	return INITIAL_JIFFIES + (now > begin ? (now - begin) / NS_PER_JIFFY : 0);
}

KMEMU_EXPORT unsigned long long kmemu_ktime_get(void)
{
	return os_monotonic_ns();
}

KMEMU_EXPORT unsigned long long kmemu_ktime_get_real(void)
{
	return os_realtime_ns();
}

KMEMU_EXPORT unsigned long long kmemu_ktime_get_boottime(void)
{
	return os_boottime_ns();
}

KMEMU_EXPORT unsigned long kmemu_get_cycles(void)
{
	return os_cycles();
}
