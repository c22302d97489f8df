// SPDX-License-Identifier: MIT
/*
 * Shows that jiffies begin five minutes before they wrap at 32 bits, go by HZ, never
 * back, and that clocks are the system's.
 */
#include "tests/unit/heap.h"

#include <time.h>

#include "core/kernel/task.h"

HEAP_TEST(jiffies_go_by_hz, "")
{
	unsigned long begin = kmemu_jiffies(), last = begin;
	unsigned long long at = kmemu_ktime_get();

	OK(begin - (u32)(-300 * KMEMU_HZ) < 10 * KMEMU_HZ);
	while (kmemu_jiffies() < begin + 5) {
		OK(kmemu_jiffies() >= last);
		last = kmemu_jiffies();
	}
	OK(kmemu_ktime_get() - at >= 16 * 1000000); /* four whole ones of 4 ms */
}

HEAP_TEST(jiffies_and_ns, "")
{
	UNIT_EQ(jiffies_to_ns(3), 12 * 1000000);
	UNIT_EQ(ns_to_jiffies(1), 1);
	UNIT_EQ(ns_to_jiffies(4000000), 1);
	UNIT_EQ(ns_to_jiffies(4000001), 2);
	OK(jiffies_to_ns(~0UL) > 1UL << 62); /* no wrap */
	OK(jiffies_to_time(kmemu_jiffies() + KMEMU_HZ) > kmemu_ktime_get());
	UNIT_EQ(jiffies_to_time(0), 0);
}

HEAP_TEST(clocks_are_the_systems, "")
{
	struct timespec mono, real;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	OK(kmemu_ktime_get() - ((u64)mono.tv_sec * NS_PER_SEC + (u64)mono.tv_nsec) <
	   10 * NS_PER_SEC);
	clock_gettime(CLOCK_REALTIME, &real);
	OK(kmemu_ktime_get_real() - ((u64)real.tv_sec * NS_PER_SEC + (u64)real.tv_nsec) <
	   10 * NS_PER_SEC);
	OK(kmemu_ktime_get_boottime() + NS_PER_SEC > kmemu_ktime_get());
	OK(kmemu_get_cycles() <= kmemu_get_cycles());
}

UNIT_MAIN("time", UNIT_TEST(jiffies_go_by_hz), UNIT_TEST(jiffies_and_ns),
	  UNIT_TEST(clocks_are_the_systems));
