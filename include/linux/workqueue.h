/* SPDX-License-Identifier: MIT */
/*
 * <linux/workqueue.h> of Linux 6.12. Flags but WQ_BH have no effect. Work that was queued
 * on a CPU runs on a thread of that CPU's number, other work on any.
 */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <kmemu/workqueue.h>
#include <linux/percpu.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/lockdep_types.h>
#include <linux/rcupdate.h>
#include <linux/timer.h>
#include <linux/types.h>

typedef void (*work_func_t)(struct work_struct *work);

enum wq_flags {
	WQ_BH = KMEMU_WQ_BH,
	WQ_UNBOUND = KMEMU_WQ_UNBOUND,
	WQ_FREEZABLE = 1 << 2,
	WQ_MEM_RECLAIM = 1 << 3,
	WQ_HIGHPRI = 1 << 4,
	WQ_CPU_INTENSIVE = 1 << 5,
	WQ_SYSFS = 1 << 6,
	WQ_POWER_EFFICIENT = 1 << 7,
	__WQ_ORDERED = KMEMU_WQ_ORDERED,
	__WQ_LEGACY = 1 << 18
};
#define WQ_MAX_ACTIVE 512
#define WQ_DFL_ACTIVE 256
#define WORK_CPU_UNBOUND 0x40000000

enum { WORKER_DESC_LEN = 32 };
#define WORK_BUSY_PENDING 1
#define WORK_BUSY_RUNNING 2

#define __WORK_INITIALIZER(n, f) \
	{ { 0 }, { NULL, NULL }, (f), NULL, 0, { 0 }, &(n), 0, { 0, NULL, NULL } }
#define __DELAYED_WORK_INITIALIZER(n, f, tflags) \
	{ __WORK_INITIALIZER((n).work, f), __TIMER_INITIALIZER(NULL, (tflags) | TIMER_IRQSAFE), \
	  NULL }
#define DECLARE_WORK(n, f) struct work_struct n = __WORK_INITIALIZER(n, f)
#define DECLARE_DELAYED_WORK(n, f) \
	struct delayed_work n = __DELAYED_WORK_INITIALIZER(n, f, 0)
#define DECLARE_DEFERRABLE_WORK(n, f) \
	struct delayed_work n = __DELAYED_WORK_INITIALIZER(n, f, TIMER_DEFERRABLE)

#define WORK_DATA_INIT() { 0 }
#define WORK_STRUCT_PENDING_BIT 0
#define WORK_STRUCT_PENDING (1 << WORK_STRUCT_PENDING_BIT)
#define work_data_bits(work) ((unsigned long *)(&(work)->data))

/*
 * For who sets up data, func and the map himself: all that the kernel does not have. Its
 * class is that of the map, which lockdep_init_map() is for.
 */
static inline void __init_work(struct work_struct *work, int onstack)
{
	(void)onstack;
	work->wq = NULL;
	work->cpu = 0;
	work->seq = 0;
	work->lock_key = &work->lockdep_map;
}

static __always_inline void __kmemu_init_work(struct work_struct *work, work_func_t func,
					      const struct lock_class_key *key, const char *name,
					      bool on_stack)
{
	if (on_stack)
		kmemu_debug_object_init_on_stack(work, sizeof(*work));
	else
		kmemu_debug_object_init(work, sizeof(*work));
	work->data.counter = 0;
	work->func = func;
	work->wq = NULL;
	work->cpu = 0;
	work->lock_key = key;
	work->seq = 0;
	kmemu_lock_init_key(key, name);
}

/* A class at each place where works are initialized, as there. */
#define __KMEMU_INIT_WORK(work, func, name, on_stack)                         \
	do {                                                                  \
		static struct lock_class_key __key;                           \
		__kmemu_init_work((work), (func), &__key, (name), (on_stack)); \
	} while (0)
#define __KMEMU_INIT_DELAYED_WORK(_work, _func, on_stack)                           \
	do {                                                                        \
		__KMEMU_INIT_WORK(&(_work)->work, (_func),                          \
				  "(work_completion)(&(" #_work ")->work)", on_stack); \
		__kmemu_timer_setup_at(&(_work)->timer, NULL, TIMER_IRQSAFE, on_stack); \
	} while (0)
#define __INIT_WORK(work, func, on_stack) \
	__KMEMU_INIT_WORK((work), (func), "(work_completion)(" #work ")", (on_stack))
#define INIT_WORK(work, func) \
	__KMEMU_INIT_WORK((work), (func), "(work_completion)(" #work ")", false)
#define INIT_WORK_ONSTACK(work, func) \
	__KMEMU_INIT_WORK((work), (func), "(work_completion)(" #work ")", true)
#define INIT_WORK_ONSTACK_KEY(work, func, key) __kmemu_init_work(work, func, key, #work, true)
#define INIT_DELAYED_WORK(_work, _func) __KMEMU_INIT_DELAYED_WORK(_work, _func, false)
#define INIT_DELAYED_WORK_ONSTACK(_work, _func) __KMEMU_INIT_DELAYED_WORK(_work, _func, true)
#define INIT_DEFERRABLE_WORK(_work, _func) INIT_DELAYED_WORK(_work, _func)
#define INIT_DEFERRABLE_WORK_ONSTACK(work, func) INIT_DELAYED_WORK_ONSTACK(work, func)
#define INIT_RCU_WORK(_work, _func)                                                 \
	__KMEMU_INIT_WORK(&(_work)->work, (_func), "(work_completion)(&(" #_work ")->work)", \
			  false)
#define INIT_RCU_WORK_ONSTACK(_work, _func)                                         \
	__KMEMU_INIT_WORK(&(_work)->work, (_func), "(work_completion)(&(" #_work ")->work)", \
			  true)

static __always_inline void destroy_work_on_stack(struct work_struct *work)
{
	kmemu_debug_object_free(work, sizeof(*work));
}

static __always_inline void destroy_delayed_work_on_stack(struct delayed_work *work)
{
	destroy_timer_on_stack(&work->timer);
	destroy_work_on_stack(&work->work);
}

#define from_work(var, callback_work, work_fieldname) \
	container_of(callback_work, __typeof__(*var), work_fieldname)

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return (struct delayed_work *)((char *)work -
				       __builtin_offsetof(struct delayed_work, work));
}

static inline struct rcu_work *to_rcu_work(struct work_struct *work)
{
	return (struct rcu_work *)((char *)work - __builtin_offsetof(struct rcu_work, work));
}

#define work_pending(w) ((READ_ONCE((w)->data.counter) & KMEMU_WORK_PENDING) != 0)
#define delayed_work_pending(w) work_pending(&(w)->work)

#define system_wq kmemu_system_wq(0)
#define system_highpri_wq kmemu_system_wq(1)
#define system_long_wq kmemu_system_wq(2)
#define system_unbound_wq kmemu_system_wq(3)
#define system_freezable_wq kmemu_system_wq(4)
#define system_power_efficient_wq kmemu_system_wq(5)
#define system_freezable_power_efficient_wq kmemu_system_wq(6)
#define system_bh_wq kmemu_system_wq(7)
#define system_bh_highpri_wq kmemu_system_wq(8)

__kmemu_c struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags,
						   int max_active, ...)
	__kmemu_is(kmemu_alloc_workqueue) __printf(1, 4);
#define alloc_ordered_workqueue(fmt, flags, args...) \
	kmemu_alloc_workqueue(fmt, (flags) | KMEMU_WQ_ORDERED, 1, ##args)
/* The queue's class is the map's: queues that come and go may share one. */
__kmemu_c struct workqueue_struct *
alloc_workqueue_lockdep_map(const char *fmt, unsigned int flags, int max_active,
			    struct lockdep_map *lockdep_map, ...)
	__kmemu_is(kmemu_alloc_workqueue_map) __printf(1, 5);
#define alloc_ordered_workqueue_lockdep_map(fmt, flags, lockdep_map, args...) \
	kmemu_alloc_workqueue_map(fmt, (flags) | KMEMU_WQ_ORDERED, 1, lockdep_map, ##args)
/* No thread waits for memory to become free: there is no rescuer. */

static __always_inline bool current_is_workqueue_rescuer(void)
{
	return false;
}

#define create_workqueue(name) alloc_workqueue("%s", WQ_MEM_RECLAIM, 1, (name))
#define create_singlethread_workqueue(name) \
	alloc_ordered_workqueue("%s", WQ_MEM_RECLAIM, name)
#define create_freezable_workqueue(name) alloc_workqueue("%s", WQ_FREEZABLE, 1, (name))

__kmemu_c void destroy_workqueue(struct workqueue_struct *wq)
	__kmemu_is(kmemu_destroy_workqueue);
__kmemu_c void __flush_workqueue(struct workqueue_struct *wq) __kmemu_is(kmemu_flush_workqueue);
__kmemu_c void drain_workqueue(struct workqueue_struct *wq) __kmemu_is(kmemu_drain_workqueue);
__kmemu_c unsigned int work_busy(struct work_struct *work) __kmemu_is(kmemu_work_busy);
__kmemu_c struct work_struct *current_work(void) __kmemu_is(kmemu_current_work);
struct task_struct;
static inline void print_worker_info(const char *log_lvl, struct task_struct *task)
{
	kmemu_print_worker_info(log_lvl, task);
}

#define flush_workqueue(wq) __flush_workqueue(wq)
#define flush_scheduled_work() __flush_workqueue(system_wq)

/* Functions whose int is the kernel's bool. */
#define __kmemu_work_fn(name, type)                       \
	static __always_inline bool name(type *work)      \
	{                                                 \
		return kmemu_##name(work);                \
	}
__kmemu_work_fn(flush_work, struct work_struct)
__kmemu_work_fn(cancel_work, struct work_struct)
__kmemu_work_fn(cancel_work_sync, struct work_struct)
__kmemu_work_fn(flush_delayed_work, struct delayed_work)
__kmemu_work_fn(cancel_delayed_work, struct delayed_work)
__kmemu_work_fn(cancel_delayed_work_sync, struct delayed_work)
__kmemu_work_fn(flush_rcu_work, struct rcu_work)
__kmemu_work_fn(disable_work, struct work_struct)
__kmemu_work_fn(disable_work_sync, struct work_struct)
__kmemu_work_fn(disable_delayed_work, struct delayed_work)
__kmemu_work_fn(disable_delayed_work_sync, struct delayed_work)
__kmemu_work_fn(enable_work, struct work_struct)
#undef __kmemu_work_fn

static __always_inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return kmemu_queue_work(wq, work);
}

static __always_inline bool queue_work_on(int cpu, struct workqueue_struct *wq,
					  struct work_struct *work)
{
	return kmemu_queue_work_on(cpu, wq, work);
}

static __always_inline bool queue_delayed_work(struct workqueue_struct *wq,
					       struct delayed_work *work, unsigned long delay)
{
	return kmemu_queue_delayed_work(wq, work, delay);
}

static __always_inline bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq,
						  struct delayed_work *work, unsigned long delay)
{
	return kmemu_queue_delayed_work_on(cpu, wq, work, delay);
}

static __always_inline bool mod_delayed_work(struct workqueue_struct *wq,
					     struct delayed_work *work, unsigned long delay)
{
	return kmemu_mod_delayed_work(wq, work, delay);
}

static __always_inline bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq,
						struct delayed_work *work, unsigned long delay)
{
	return kmemu_mod_delayed_work_on(cpu, wq, work, delay);
}

static __always_inline bool enable_delayed_work(struct delayed_work *work)
{
	return kmemu_enable_work(&work->work);
}

/* True: it is enabled, and queued. */
static __always_inline bool enable_and_queue_work(struct workqueue_struct *wq,
						  struct work_struct *work)
{
	if (!kmemu_enable_work(work))
		return false;
	kmemu_queue_work(wq, work);
	return true;
}

static __always_inline bool queue_rcu_work(struct workqueue_struct *wq, struct rcu_work *work)
{
	return kmemu_queue_rcu_work(wq, work);
}

static __always_inline bool schedule_work(struct work_struct *work)
{
	return kmemu_queue_work(system_wq, work);
}

static __always_inline bool schedule_work_on(int cpu, struct work_struct *work)
{
	return kmemu_queue_work_on(cpu, system_wq, work);
}

static __always_inline bool schedule_delayed_work(struct delayed_work *work, unsigned long delay)
{
	return kmemu_queue_delayed_work(system_wq, work, delay);
}

static __always_inline bool schedule_delayed_work_on(int cpu, struct delayed_work *work,
						     unsigned long delay)
{
	return kmemu_queue_delayed_work_on(cpu, system_wq, work, delay);
}

#ifndef __cplusplus

/* Kernel: enum wq_flags, work_flags and so on are anonymous numbers to drivers. */
#define WQ_UNBOUND_MAX_ACTIVE WQ_MAX_ACTIVE
#define WQ_PERCPU (1 << 8)
#define system_percpu_wq system_wq
#define system_dfl_wq system_unbound_wq

struct execute_work {
	struct work_struct work;
};

/* At once where it may sleep, else by a work; 0, or 1 then. */
static __always_inline int execute_in_process_context(work_func_t fn, struct execute_work *ew)
{
	if (!in_interrupt()) {
		fn(&ew->work);
		return 0;
	}
	INIT_WORK(&ew->work, fn);
	schedule_work(&ew->work);
	return 1;
}

struct __kmemu_work_for_cpu {
	struct work_struct work;
	long (*fn)(void *arg);
	void *arg;
	long ret;
};

static __maybe_unused void __kmemu_work_for_cpu_fn(struct work_struct *work)
{
	struct __kmemu_work_for_cpu *wfc = from_work(wfc, work, work);

	wfc->ret = wfc->fn(wfc->arg);
}

/* Waits for it. */
static __always_inline long work_on_cpu_key(int cpu, long (*fn)(void *arg), void *arg,
					    struct lock_class_key *key)
{
	struct __kmemu_work_for_cpu wfc = { .fn = fn, .arg = arg };

	__kmemu_init_work(&wfc.work, __kmemu_work_for_cpu_fn, key, "(work_completion)(&wfc.work)",
			  true);
	schedule_work_on(cpu, &wfc.work);
	flush_work(&wfc.work);
	return wfc.ret;
}
/* A class at each place, as there: fn may call it for another function. */
#define work_on_cpu(cpu, fn, arg)                            \
	({                                                   \
		static struct lock_class_key __key;          \
		work_on_cpu_key((cpu), (fn), (arg), &__key); \
	})
#define work_on_cpu_safe(cpu, fn, arg) work_on_cpu(cpu, fn, arg)

static inline bool queue_work_node(int node, struct workqueue_struct *wq, struct work_struct *work)
{
	(void)node;
	return queue_work(wq, work);
}

__kmemu_c int schedule_on_each_cpu(work_func_t func) __kmemu_is(kmemu_schedule_on_each_cpu);
__kmemu_c void workqueue_set_max_active(struct workqueue_struct *wq, int max_active)
	__kmemu_is(kmemu_workqueue_set_max_active);

enum wq_affn_scope {
	WQ_AFFN_DFL,
	WQ_AFFN_CPU,
	WQ_AFFN_SMT,
	WQ_AFFN_CACHE,
	WQ_AFFN_NUMA,
	WQ_AFFN_SYSTEM,
	WQ_AFFN_NR_TYPES
};

/* What workers of an unbound queue are like; nothing heeds it. */
struct workqueue_attrs {
	int nice;
	cpumask_var_t cpumask;
	bool affn_strict;
	enum wq_affn_scope affn_scope;
	bool ordered;
};

static __always_inline void free_workqueue_attrs(struct workqueue_attrs *attrs)
{
	if (attrs)
		free_cpumask_var(attrs->cpumask);
	kmemu_kfree(attrs);
}

static __always_inline struct workqueue_attrs *alloc_workqueue_attrs(void)
{
	struct workqueue_attrs *attrs =
		(struct workqueue_attrs *)kmemu_kzalloc(sizeof(*attrs), KMEMU_GFP_KERNEL);

	if (!attrs)
		return NULL;
	if (!alloc_cpumask_var(&attrs->cpumask, KMEMU_GFP_KERNEL)) {
		kmemu_kfree(attrs);
		return NULL;
	}
	cpumask_copy(attrs->cpumask, cpu_possible_mask);
	attrs->affn_strict = false;
	return attrs;
}

static __always_inline int apply_workqueue_attrs(struct workqueue_struct *wq,
						 const struct workqueue_attrs *attrs)
{
	(void)wq;
	(void)attrs;
	might_sleep();
	return 0;
}

/* Nobody prints it. */
static inline __printf(1, 2) void set_worker_desc(const char *fmt, ...)
{
	(void)fmt;
}

/* The CPU is not looked at. */

static __always_inline bool workqueue_congested(int cpu, struct workqueue_struct *wq)
{
	(void)cpu;
	return kmemu_workqueue_congested(wq) != 0;
}

#endif /* __cplusplus */

#endif /* _LINUX_WORKQUEUE_H */
