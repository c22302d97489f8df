/*
 * time.c - jiffies and clocks (kernel: kernel/time/timekeeping.c, jiffies.c).
 *
 * jiffies are the monotonic clock in steps of 1/HZ, HZ 250, the kernel's
 * default. They begin at INITIAL_JIFFIES, 300 s before 32 bits wrap, when first asked
 * for. Functions read the clock. What kernel code reads is a variable, so a thread
 * ticks where some code reads it (jiffies.c and interpose/jiffies.c know); elsewhere
 * nothing does.
 *
 * The variable is never behind what a function of ours has made known: one that tells
 * the time, or has waited, or calls back, writes it before. It only grows.
 *
 * Locks: none. Cost: a clock read, 20 ns; with the variable a thread that wakes HZ
 * times a second.
 */
#include "core/kernel/task.h"

#include "core/lib/printk.h"

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

static unsigned long jiffies_at(u64 ns)
{
	u64 begin = jiffies_begin();

	return INITIAL_JIFFIES + (ns > begin ? (ns - begin) / NS_PER_JIFFY : 0);
}

/* A thread that was held up has an old time. Sanitizers see no race: it is the kernel's. */
__attribute__((no_sanitize("thread"))) static void write_variable(unsigned long now)
{
	volatile unsigned long *to = READ_ONCE(jiffies_variable);
	unsigned long seen = to ? *to : now;

	while (seen < now && !__atomic_compare_exchange_n(to, &seen, now, true, __ATOMIC_RELAXED,
							  __ATOMIC_RELAXED))
		;
}

KMEMU_EXPORT unsigned long kmemu_jiffies(void)
{
	unsigned long now = jiffies_at(os_monotonic_ns());

	write_variable(now);
	return now;
}

/* --- the variable ------------------------------------------------------------- */

volatile unsigned long *jiffies_variable;
u32 jiffies_tid;

/* It is bare. */
static void tick(void)
{
	os_thread_set_name("tick/0");
	for (;;) {
		u64 ns = os_monotonic_ns_bare();
		unsigned long now = jiffies_at(ns);

		write_variable(now);
		os_sleep_ns(jiffies_to_time(now + 1) - ns);
	}
}

/* Also in a fork's child, which has no thread but its own. */
static void start_ticks(void)
{
	int err = os_thread_start_bare(tick);

	WRITE_ONCE(jiffies_tid, err > 0 ? (u32)err : 0);
	if (err < 0)
		printk("kmemu: jiffies stands still, no thread can be had: error %d", err);
}

void jiffies_start(volatile unsigned long *variable)
{
	if (READ_ONCE(jiffies_variable))
		return;
	WRITE_ONCE(jiffies_variable, variable);
	kmemu_jiffies(); /* they begin now, not when the thread first runs */
	os_fork_child(start_ticks);
	start_ticks();
}

/* --- clocks ------------------------------------------------------------------- */

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
