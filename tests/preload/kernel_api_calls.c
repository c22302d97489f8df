// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that calls functions on other CPUs: each runs there, once, in hard
 * interrupt context, and who waits finds it done.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/hardirq.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "check.h"

static DEFINE_PER_CPU(int, calls);
static atomic_t all;
static int irqs, nested;

static void count(void *info)
{
	this_cpu_inc(calls);
	if (in_hardirq())
		__atomic_fetch_add(&irqs, 1, __ATOMIC_SEQ_CST);
	CHECK(info == &all);
	atomic_inc(&all);
}

static bool is_even(int cpu, void *info)
{
	return info && cpu % 2 == 0;
}

static int calls_of(int cpu)
{
	return per_cpu(calls, cpu);
}

static call_single_data_t again;

static void requeue(void *info)
{
	(void)info;
	if (!nested++)
		CHECK(!smp_call_function_single_async(smp_processor_id(), &again));
}

int main(void)
{
	int cpus = (int)num_online_cpus(), me = get_cpu(), other = me ? 0 : 1, n = 0, cpu;
	bool checked = getenv("KMEMU_CONTEXT");

	on_each_cpu(count, &all, 1);
	CHECK(atomic_read(&all) == cpus);
	for_each_online_cpu(cpu)
		CHECK(calls_of(cpu) == 1);
	CHECK(!checked || irqs == cpus - 1);

	smp_call_function(count, &all, 1);
	CHECK(atomic_read(&all) == 2 * cpus - 1 && calls_of(me) == 1);

	on_each_cpu_cond(is_even, count, &all, true);
	for_each_online_cpu(cpu)
		n += calls_of(cpu);
	CHECK(n == 2 * cpus - 1 + (cpus + 1) / 2);

	CHECK(smp_call_function_single((int)nr_cpu_ids, count, &all, 1) == -ENXIO);
	n = calls_of(me);
	CHECK(!smp_call_function_any(cpumask_of((unsigned int)me), count, &all, 1));
	CHECK(calls_of(me) == n + 1);
	put_cpu();
	if (cpus == 1)
		return 0;

	n = calls_of(other);
	for (int i = 0; i < 1000; i++)
		CHECK(!smp_call_function_single(other, count, &all, 0));
	CHECK(!smp_call_function_single(other, count, &all, 1)); /* behind the others */
	CHECK(calls_of(other) == n + 1001);

	INIT_CSD(&again, requeue, NULL);
	CHECK(!smp_call_function_single_async(other, &again));
	while (READ_ONCE(nested) != 2)
		msleep(1);
	return 0;
}
