/* SPDX-License-Identifier: MIT */
/*
 * <linux/percpu_counter.h> of Linux 6.12: a sum whose parts lie with the CPUs, and go
 * to the sum when they reach a batch. init may sleep, by its flags.
 */
#ifndef _LINUX_PERCPU_COUNTER_H
#define _LINUX_PERCPU_COUNTER_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct percpu_counter {
	raw_spinlock_t lock; /* of count */
	s64 count;
	s32 __percpu *counters;
};

#define percpu_counter_batch max(32, (int)nr_cpu_ids * 2)

static __always_inline int percpu_counter_init_many(struct percpu_counter *fbc, s64 amount,
						    gfp_t gfp, u32 nr_counters)
{
	u32 i;

	for (i = 0; i < nr_counters; i++) {
		raw_spin_lock_init(&fbc[i].lock);
		fbc[i].count = amount;
		fbc[i].counters = alloc_percpu_gfp(s32, gfp);
		if (!fbc[i].counters)
			break;
	}
	if (i == nr_counters)
		return 0;
	while (i--) {
		free_percpu(fbc[i].counters);
		fbc[i].counters = NULL;
	}
	return -ENOMEM;
}
#define percpu_counter_init(fbc, value, gfp) percpu_counter_init_many(fbc, value, gfp, 1)

static __always_inline void percpu_counter_destroy_many(struct percpu_counter *fbc, u32 nr_counters)
{
	u32 i;

	for (i = 0; i < nr_counters; i++) {
		free_percpu(fbc[i].counters);
		fbc[i].counters = NULL;
	}
}

static __always_inline void percpu_counter_destroy(struct percpu_counter *fbc)
{
	percpu_counter_destroy_many(fbc, 1);
}

static __always_inline void percpu_counter_set(struct percpu_counter *fbc, s64 amount)
{
	unsigned long flags;
	int cpu;

	raw_spin_lock_irqsave(&fbc->lock, flags);
	for_each_possible_cpu(cpu)
		*per_cpu_ptr(fbc->counters, cpu) = 0;
	fbc->count = amount;
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
}

static __always_inline void percpu_counter_add_batch(struct percpu_counter *fbc, s64 amount,
						     s32 batch)
{
	unsigned long flags;
	s64 count;

	preempt_disable();
	count = (s64)this_cpu_read(*fbc->counters) + amount;
	if (count < batch && count > -batch) {
		this_cpu_add(*fbc->counters, (s32)amount);
	} else {
		raw_spin_lock_irqsave(&fbc->lock, flags);
		fbc->count += this_cpu_xchg(*fbc->counters, 0) + amount;
		raw_spin_unlock_irqrestore(&fbc->lock, flags);
	}
	preempt_enable();
}

static __always_inline void percpu_counter_add(struct percpu_counter *fbc, s64 amount)
{
	percpu_counter_add_batch(fbc, amount, percpu_counter_batch);
}

static __always_inline void percpu_counter_add_local(struct percpu_counter *fbc, s64 amount)
{
	percpu_counter_add_batch(fbc, amount, INT_MAX);
}

static __always_inline s64 __percpu_counter_sum(struct percpu_counter *fbc)
{
	unsigned long flags;
	s64 sum;
	int cpu;

	raw_spin_lock_irqsave(&fbc->lock, flags);
	sum = fbc->count;
	for_each_online_cpu(cpu)
		sum += *per_cpu_ptr(fbc->counters, cpu);
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
	return sum;
}

static __always_inline s64 percpu_counter_sum(struct percpu_counter *fbc)
{
	return __percpu_counter_sum(fbc);
}

static __always_inline void percpu_counter_inc(struct percpu_counter *fbc)
{
	percpu_counter_add(fbc, 1);
}

static __always_inline void percpu_counter_dec(struct percpu_counter *fbc)
{
	percpu_counter_add(fbc, -1);
}

static __always_inline void percpu_counter_sub(struct percpu_counter *fbc, s64 amount)
{
	percpu_counter_add(fbc, -amount);
}

static __always_inline void percpu_counter_sub_local(struct percpu_counter *fbc, s64 amount)
{
	percpu_counter_add_local(fbc, -amount);
}

static __always_inline void percpu_counter_sync(struct percpu_counter *fbc)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&fbc->lock, flags);
	fbc->count += this_cpu_xchg(*fbc->counters, 0);
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
}

/* Without the parts of the CPUs. */
static inline s64 percpu_counter_read(struct percpu_counter *fbc)
{
	return READ_ONCE(fbc->count);
}

static __always_inline s64 percpu_counter_read_positive(struct percpu_counter *fbc)
{
	s64 count = percpu_counter_read(fbc);

	return count >= 0 ? count : 0;
}

static __always_inline s64 percpu_counter_sum_positive(struct percpu_counter *fbc)
{
	s64 sum = percpu_counter_sum(fbc);

	return sum < 0 ? 0 : sum;
}

static inline bool percpu_counter_initialized(struct percpu_counter *fbc)
{
	return fbc->counters != NULL;
}

static __always_inline int __percpu_counter_compare(struct percpu_counter *fbc, s64 rhs, s32 batch)
{
	s64 count = percpu_counter_read(fbc), off = (s64)batch * (s64)num_online_cpus();

	if (count - rhs <= off && count - rhs >= -off)
		count = percpu_counter_sum(fbc);
	return count > rhs ? 1 : count < rhs ? -1 : 0;
}

static __always_inline int percpu_counter_compare(struct percpu_counter *fbc, s64 rhs)
{
	return __percpu_counter_compare(fbc, rhs, percpu_counter_batch);
}

/* False: the sum would be above limit (below it, for an amount under 0). */
static __always_inline bool percpu_counter_limited_add(struct percpu_counter *fbc, s64 limit,
						       s64 amount)
{
	unsigned long flags;
	s64 sum = amount;
	bool good;
	int cpu;

	if (!amount)
		return true;
	raw_spin_lock_irqsave(&fbc->lock, flags);
	sum += fbc->count;
	for_each_online_cpu(cpu)
		sum += *per_cpu_ptr(fbc->counters, cpu);
	good = amount > 0 ? sum <= limit : sum >= limit;
	if (good)
		fbc->count += amount;
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
	return good;
}

#endif /* __cplusplus */

#endif /* _LINUX_PERCPU_COUNTER_H */
