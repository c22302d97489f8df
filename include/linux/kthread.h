/* SPDX-License-Identifier: MIT */
/*
 * <linux/kthread.h> of Linux 6.12: threads of kernel code, which are threads of the
 * process. One that is bound to a CPU has its number, wherever it runs.
 */
#ifndef _LINUX_KTHREAD_H
#define _LINUX_KTHREAD_H

#include <kmemu/mm_struct.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/timer.h>

#define kthread_create(threadfn, data, namefmt, arg...) \
	kmemu_kthread_create(threadfn, data, namefmt, ##arg)
/* node: there is one. */
__kmemu_c struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data,
						     int node, const char *namefmt, ...)
	__kmemu_is(kmemu_kthread_create_on_node) __printf(4, 5);
#define kthread_run(threadfn, data, namefmt, arg...) \
	kmemu_kthread_run(threadfn, data, namefmt, ##arg)

__kmemu_c int kthread_stop(struct task_struct *k) __kmemu_is(kmemu_kthread_stop);
__kmemu_c void kthread_bind(struct task_struct *k, unsigned int cpu)
	__kmemu_is(kmemu_kthread_bind);
/* namefmt: with a conversion for the CPU's number. */
static __always_inline struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data),
								 void *data, unsigned int cpu,
								 const char *namefmt)
{
	struct task_struct *k = kmemu_kthread_create(threadfn, data, namefmt, cpu);

	if (!IS_ERR(k))
		kthread_bind(k, cpu);
	return k;
}

static __always_inline struct task_struct *kthread_run_on_cpu(int (*threadfn)(void *data),
							      void *data, unsigned int cpu,
							      const char *namefmt)
{
	struct task_struct *k = kthread_create_on_cpu(threadfn, data, cpu, namefmt);

	if (!IS_ERR(k))
		wake_up_process(k);
	return k;
}

__kmemu_c int kthread_park(struct task_struct *k) __kmemu_is(kmemu_kthread_park);
__kmemu_c void kthread_unpark(struct task_struct *k) __kmemu_is(kmemu_kthread_unpark);
__kmemu_c void kthread_parkme(void) __kmemu_is(kmemu_kthread_parkme);
__kmemu_c void *kthread_data(struct task_struct *k) __kmemu_is(kmemu_kthread_data);
__kmemu_c void *kthread_func(struct task_struct *k) __kmemu_is(kmemu_kthread_func);
__kmemu_c void kthread_exit(long result) __kmemu_is(kmemu_kthread_exit)
	__attribute__((__noreturn__));

static inline void __attribute__((__noreturn__)) kthread_complete_and_exit(struct completion *done,
									   long result)
{
	if (done)
		complete(done);
	kthread_exit(result);
}

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

static __always_inline void kthread_bind_mask(struct task_struct *k, const struct cpumask *mask)
{
	(void)k;
	(void)mask;
}

static __always_inline void kthread_set_per_cpu(struct task_struct *k, int cpu)
{
	(void)k;
	(void)cpu;
}

static __always_inline bool kthread_is_per_cpu(struct task_struct *k)
{
	(void)k;
	return false;
}

/* --- work for a thread of one's own */

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/kthread_worker.h>

enum { KTW_FREEZABLE = 1 << 0 };

#define KTHREAD_WORKER_INIT(worker)                                              \
	{                                                                        \
		.lock = KMEMU_LOCK_SET_UP,                                       \
		.work_list = { &(worker).work_list, &(worker).work_list },       \
	}
#define KTHREAD_WORK_INIT(work, fn) { .node = { &(work).node, &(work).node }, .func = (fn) }
#define DEFINE_KTHREAD_WORKER(worker) struct kthread_worker worker = KTHREAD_WORKER_INIT(worker)
#define DEFINE_KTHREAD_WORK(work, fn) struct kthread_work work = KTHREAD_WORK_INIT(work, fn)
#define KTHREAD_DELAYED_WORK_INIT(dwork, fn)                                              \
	{                                                                                 \
		.work = KTHREAD_WORK_INIT((dwork).work, (fn)),                            \
		.timer = __TIMER_INITIALIZER(kthread_delayed_work_timer_fn, TIMER_IRQSAFE), \
	}
#define DEFINE_KTHREAD_DELAYED_WORK(dwork, fn) \
	struct kthread_delayed_work dwork = KTHREAD_DELAYED_WORK_INIT(dwork, fn)
#define kthread_init_worker(worker) kmemu_kthread_init_worker(worker)
#define kthread_worker_fn kmemu_kthread_worker_fn
__kmemu_c struct kthread_worker *kthread_create_worker(unsigned int flags, const char *namefmt,
						       ...)
	__kmemu_is(kmemu_kthread_create_worker) __printf(2, 3);
__kmemu_c struct kthread_worker *kthread_create_worker_on_cpu(int cpu, unsigned int flags,
							      const char *namefmt, ...)
	__kmemu_is(kmemu_kthread_create_worker_on_cpu) __printf(3, 4);
#define kthread_delayed_work_timer_fn kmemu_kthread_delayed_work_timer_fn

static inline void kthread_init_work(struct kthread_work *work, kthread_work_func_t fn)
{
	work->node.next = work->node.prev = &work->node;
	work->func = fn;
	work->worker = NULL;
	work->canceling = 0;
}

#define kthread_init_delayed_work(dwork, fn)                                         \
	do {                                                                         \
		kthread_init_work(&(dwork)->work, (fn));                             \
		timer_setup(&(dwork)->timer, kthread_delayed_work_timer_fn, TIMER_IRQSAFE); \
	} while (0)

__kmemu_c void kthread_destroy_worker(struct kthread_worker *worker)
	__kmemu_is(kmemu_kthread_destroy_worker);
__kmemu_c bool kthread_queue_work(struct kthread_worker *worker, struct kthread_work *work)
	__kmemu_is(kmemu_kthread_queue_work);
__kmemu_c bool kthread_queue_delayed_work(struct kthread_worker *worker,
					  struct kthread_delayed_work *dwork,
					  unsigned long delay)
	__kmemu_is(kmemu_kthread_queue_delayed_work);
__kmemu_c bool kthread_mod_delayed_work(struct kthread_worker *worker,
					struct kthread_delayed_work *dwork, unsigned long delay)
	__kmemu_is(kmemu_kthread_mod_delayed_work);
__kmemu_c void kthread_flush_work(struct kthread_work *work)
	__kmemu_is(kmemu_kthread_flush_work);
__kmemu_c void kthread_flush_worker(struct kthread_worker *worker)
	__kmemu_is(kmemu_kthread_flush_worker);
__kmemu_c bool kthread_cancel_work_sync(struct kthread_work *work)
	__kmemu_is(kmemu_kthread_cancel_work_sync);
__kmemu_c bool kthread_cancel_delayed_work_sync(struct kthread_delayed_work *work)
	__kmemu_is(kmemu_kthread_cancel_delayed_work_sync);

/* Nothing freezes: false when it was not asked. */
static inline bool kthread_freezable_should_stop(bool *was_frozen)
{
	if (was_frozen)
		*was_frozen = false;
	return kthread_should_stop();
}

/* A kthread that copies from and to the program has its memory meanwhile. */
static __always_inline void kthread_use_mm(struct mm_struct *mm)
{
	WARN_ON_ONCE(!(current->flags & PF_KTHREAD) || current->mm);
	atomic_inc(&mm->mm_count);
	current->mm = mm;
}

static __always_inline void kthread_unuse_mm(struct mm_struct *mm)
{
	WARN_ON_ONCE(!(current->flags & PF_KTHREAD) || current->mm != mm);
	current->mm = NULL;
	WARN_ON_ONCE(atomic_dec_return(&mm->mm_count) < 1);
}

static inline void get_kthread_comm(char *buf, size_t buf_size, struct task_struct *tsk)
{
	__get_task_comm(buf, buf_size, tsk);
}

/* As without CONFIG_BLK_CGROUP. */
struct cgroup_subsys_state;
static inline void kthread_associate_blkcg(struct cgroup_subsys_state *css)
{
	(void)css;
}

static inline struct cgroup_subsys_state *kthread_blkcg(void)
{
	return NULL;
}

#endif /* __cplusplus */

#endif /* _LINUX_KTHREAD_H */
