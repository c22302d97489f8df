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

KMEMU_EXPORT unsigned long kmemu_jiffies(void)
{
	static u64 start;
	u64 now = os_monotonic_ns(), begin = READ_ONCE(start);

	if (unlikely(!begin)) {
		__atomic_compare_exchange_n(&start, &begin, now, false, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED);
		begin = READ_ONCE(start);
	}
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
