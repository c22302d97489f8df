/* SPDX-License-Identifier: MIT */
/*
 * <linux/kthread.h> of Linux 6.12: threads of kernel code, which are threads of the
 * process. What binds them to CPUs has no effect.
 */
#ifndef _LINUX_KTHREAD_H
#define _LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/sched.h>

#define kthread_create(threadfn, data, namefmt, arg...) \
	kmemu_kthread_create(threadfn, data, namefmt, ##arg)
#define kthread_create_on_node(threadfn, data, node, namefmt, arg...) \
	((void)(node), kmemu_kthread_create(threadfn, data, namefmt, ##arg))
#define kthread_create_on_cpu(threadfn, data, cpu, namefmt) \
	kmemu_kthread_create(threadfn, data, namefmt, cpu)
#define kthread_run(threadfn, data, namefmt, arg...) \
	kmemu_kthread_run(threadfn, data, namefmt, ##arg)
#define kthread_run_on_cpu(threadfn, data, cpu, namefmt) \
	kmemu_kthread_run(threadfn, data, namefmt, cpu)

__kmemu_c int kthread_stop(struct task_struct *k) __kmemu_is(kmemu_kthread_stop);
__kmemu_c int kthread_park(struct task_struct *k) __kmemu_is(kmemu_kthread_park);
__kmemu_c void kthread_unpark(struct task_struct *k) __kmemu_is(kmemu_kthread_unpark);
__kmemu_c void kthread_parkme(void) __kmemu_is(kmemu_kthread_parkme);
__kmemu_c void *kthread_data(struct task_struct *k) __kmemu_is(kmemu_kthread_data);
__kmemu_c void kthread_exit(long result) __kmemu_is(kmemu_kthread_exit)
	__attribute__((__noreturn__));

static __always_inline bool kthread_should_stop(void)
{
	return kmemu_kthread_should_stop();
}

static __always_inline bool kthread_should_park(void)
{
	return kmemu_kthread_should_park();
}

static __always_inline int kthread_stop_put(struct task_struct *k)
{
	int result = kthread_stop(k);

	put_task_struct(k);
	return result;
}

static __always_inline void kthread_bind(struct task_struct *k, unsigned int cpu)
{
	(void)k;
	(void)cpu;
}

#endif /* _LINUX_KTHREAD_H */
