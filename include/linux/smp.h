/* SPDX-License-Identifier: MIT */
/*
 * <linux/smp.h> of Linux 6.12: a thread's CPU, which is the same for ever, so that with
 * more threads than CPUs several share one; functions called on other CPUs, which run on
 * a thread of that CPU's in hard interrupt context (kernel: kernel/smp.c).
 */
#ifndef __LINUX_SMP_H
#define __LINUX_SMP_H

#include <kmemu/smp.h>
#include <linux/cpumask.h>
#include <linux/irqflags.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/pfn.h>
#include <linux/preempt.h>

#define raw_smp_processor_id() ((int)kmemu_smp_processor_id())
#define smp_processor_id() \
	(__kmemu_check_preemption("smp_processor_id()"), (int)kmemu_smp_processor_id())
#define __smp_processor_id() ((int)kmemu_smp_processor_id())

#define get_cpu()                         \
	({                                \
		preempt_disable();        \
		smp_processor_id();       \
	})
#define put_cpu() preempt_enable()

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

typedef void (*smp_call_func_t)(void *info);
typedef bool (*smp_cond_func_t)(int cpu, void *info);
typedef struct kmemu_call_single_data call_single_data_t;

#define CSD_INIT(_func, _info) \
	(struct kmemu_call_single_data) { .func = (_func), .info = (_info) }
#define INIT_CSD(_csd, _func, _info)               \
	do {                                       \
		*(_csd) = CSD_INIT(_func, _info);  \
	} while (0)

/* 0, or -ENXIO: no such CPU. wait: until it has run. Not with interrupts off. */
__kmemu_c int smp_call_function_single(int cpuid, smp_call_func_t func, void *info, int wait)
	__kmemu_is(kmemu_smp_call_function_single);
/* Any context. -EBUSY: csd is queued. */
__kmemu_c int smp_call_function_single_async(int cpu, call_single_data_t *csd)
	__kmemu_is(kmemu_smp_call_function_single_async);

/* On the CPUs of mask, the caller's own among them, for which cond (NULL: any) is true. */
static __always_inline void on_each_cpu_cond_mask(smp_cond_func_t cond, smp_call_func_t func,
						  void *info, bool wait,
						  const struct cpumask *mask)
{
	kmemu_smp_call_function_many(cond, func, info, wait, cpumask_bits(mask), 1);
}

static __always_inline void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t func,
					     void *info, bool wait)
{
	on_each_cpu_cond_mask(NULL, func, info, wait, mask);
}

static inline void on_each_cpu_cond(smp_cond_func_t cond, smp_call_func_t func, void *info,
				    bool wait)
{
	on_each_cpu_cond_mask(cond, func, info, wait, cpu_online_mask);
}

static inline void on_each_cpu(smp_call_func_t func, void *info, int wait)
{
	on_each_cpu_cond_mask(NULL, func, info, wait, cpu_online_mask);
}

/* All but the caller's own. */
static __always_inline void smp_call_function_many(const struct cpumask *mask, smp_call_func_t func,
						   void *info, bool wait)
{
	kmemu_smp_call_function_many(NULL, func, info, wait, cpumask_bits(mask), 0);
}

static __always_inline void smp_call_function(smp_call_func_t func, void *info, int wait)
{
	kmemu_smp_call_function_many(NULL, func, info, wait, NULL, 0);
}

/* On one CPU of mask, the caller's own if it is there. */
static inline int smp_call_function_any(const struct cpumask *mask, smp_call_func_t func,
					void *info, int wait)
{
	unsigned int cpu = kmemu_smp_processor_id();

	if (!cpumask_test_cpu((int)cpu, mask))
		cpu = cpumask_first(mask);
	return smp_call_function_single((int)cpu, func, info, wait);
}

#endif /* __cplusplus */

#endif /* __LINUX_SMP_H */
