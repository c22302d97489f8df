/*
 * smp.c - functions called on other CPUs (kernel: kernel/smp.c
 * smp_call_function_single, smp_call_function_many_cond, flush_smp_call_function_queue).
 *
 * A CPU has a list of calls and, from the first on, a thread that is nowhere else. A
 * call that is waited for lies on its caller's stack, or for many CPUs in a pool, and is
 * the caller's again when LOCK is clear; of others LOCK is cleared before the function
 * is called, so that it may queue the same one again. Who finds the pool empty waits, as
 * the kernel's csd_lock() does for its one call of each CPU.
 *
 * Different from the kernel: a call interrupts no other thread that has the same CPU's
 * number, so a call to a CPU does not wait for interrupts that are off there. Threads of
 * the caller's own CPU are not interrupted either: the function is called directly.
 *
 * Locks: none; lists without locks. Memory: 40 KiB. Cost: nothing until the first call;
 * then a thread for each CPU that is called.
 */
#include "core/kernel/softirq.h"

#include "core/mm/pcpu.h"
#include "core/mm/slab.h"
#include "core/mm/util.h"
#include "core/os/plan.h"
#include "include/kmemu/smp.h"
#include "include/kmemu/workqueue.h"

#define ENXIO_ 6
#define LOCK   0x1u
#define SYNC   0x2u /* its caller waits */
#define POOLED 0x4u
#define CALLS  256

typedef struct kmemu_call_single_data csd_t;

struct cpu {
	csd_t *queue; /* newest first */
	u32 started, word; /* word counts what was queued */
};

static struct cpu *cpus; /* mapped with the first call: who locks memory would hold it */
static csd_t pool[CALLS];
static struct event pool_changed;

static __initial_exec __thread int migration_disabled;

KMEMU_EXPORT void kmemu_migrate(int n)
{
	migration_disabled += n;
}

/* Kernel: check_preemption_disabled(). A worker of a queue that is not unbound stays, too. */
KMEMU_EXPORT void kmemu_check_preemption(const char *what)
{
	const struct task *task = task_mine;

	if (context_preempt_count() || context_irqs_disabled() || migration_disabled ||
	    (task && (task->cpu || (task->wq && !workqueue_is_unbound(task->wq)))))
		return;
	task = task_current();
	kernel_warn_text(CALLER, "lib/smp_processor_id.c", 0,
			 "BUG: using %s in preemptible [%08x] code: %s/%d", what, 0, task->t.comm,
			 task->t.pid);
}

/* One call that many CPUs make, and its caller waits for. */
struct many {
	kmemu_smp_call_func_t func;
	void *info;
	u32 left; /* waited on */
};

static void call_one_of_many(void *arg)
{
	struct many *m = arg;

	m->func(m->info);
	if (!__atomic_sub_fetch(&m->left, 1, __ATOMIC_ACQ_REL))
		os_futex_wake(&m->left, 1);
}

/* What a report of the context names. */
static const void *called(const csd_t *csd)
{
	const struct many *m = csd->info;

	return csd->func == call_one_of_many ? (const void *)m->func : (const void *)csd->func;
}

/* --- the callee ---------------------------------------------------------------- */

static void unlock(csd_t *csd)
{
	bool pooled = READ_ONCE(csd->flags) & POOLED;

	__atomic_store_n(&csd->flags, 0, __ATOMIC_RELEASE);
	/* It may be gone now; a wake-up of somebody else's word does no harm. */
	os_futex_wake(&csd->flags, 1);
	if (pooled)
		event_signal(&pool_changed);
}

static void call(csd_t *csd)
{
	kmemu_smp_call_func_t func = csd->func;
	void *info = csd->info;
	const void *name = called(csd);
	bool sync = READ_ONCE(csd->flags) & SYNC;
	struct interrupt i;

	if (!sync)
		unlock(csd);
	interrupt_enter(&i, RAISE_HARDIRQ, name);
	func(info);
	interrupt_exit(&i, name, "smp: %pS preempt leak: %08x -> %08x");
	if (sync)
		unlock(csd);
}

/* In the order in which they came. */
static bool call_all(struct cpu *cpu)
{
	csd_t *at = __atomic_exchange_n(&cpu->queue, NULL, __ATOMIC_ACQUIRE), *first = NULL;
	bool any = at;

	while (at) {
		csd_t *older = at->next;

		at->next = first;
		first = at;
		at = older;
	}
	while (first) {
		csd_t *next = first->next;

		call(first);
		kernel_irqs_on();
		first = next;
	}
	return any;
}

static int cpu_thread(void *arg)
{
	struct cpu *cpu = arg;

	pcpu_bind((unsigned int)(cpu - cpus));
	for (;;) {
		u32 seen = __atomic_load_n(&cpu->word, __ATOMIC_ACQUIRE);

		if (!call_all(cpu))
			os_futex_wait(&cpu->word, seen);
	}
	return 0;
}

/* --- the caller ---------------------------------------------------------------- */

static struct cpu *cpu_of(unsigned int nr)
{
	struct cpu *all = os_map_once((void **)&cpus, PCPU_MAX_CPUS * sizeof(*all));

	return all ? &all[nr] : NULL;
}

static bool start(struct cpu *cpu)
{
	u32 none = 0;

	if (likely(READ_ONCE(cpu->started)))
		return true;
	if (!__atomic_compare_exchange_n(&cpu->started, &none, 1, false, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return true;
	if (kthread_start(cpu_thread, cpu, "swapper/%u", (unsigned int)(cpu - cpus)))
		return true;
	WRITE_ONCE(cpu->started, 0);
	return false;
}

/* Without a thread that could be had the CPU is called here. */
static void send(unsigned int nr, csd_t *csd)
{
	struct cpu *cpu = cpu_of(nr);

	if (!cpu || !start(cpu)) {
		call(csd);
		return;
	}
	csd->next = __atomic_load_n(&cpu->queue, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&cpu->queue, &csd->next, csd, true, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
	__atomic_fetch_add(&cpu->word, 1, __ATOMIC_RELEASE);
	os_futex_wake(&cpu->word, 1);
}

static void wait_for(csd_t *csd)
{
	u32 flags;

	while ((flags = __atomic_load_n(&csd->flags, __ATOMIC_ACQUIRE)) & LOCK)
		os_futex_wait(&csd->flags, flags);
}

/* Kernel: the local part of smp_call_function_many_cond(). */
static void call_here(kmemu_smp_call_func_t func, void *info)
{
	struct raise off = { .kind = RAISE_IRQS_OFF,
			     .sp = CALLER_SP,
			     .pc = (const void *)func,
			     .what = (const void *)func };
	bool raised = context_raise(&off);

	func(info);
	if (raised)
		context_drop(RAISE_IRQS_OFF, NULL, NULL);
	kernel_irqs_on();
}

static csd_t *from_pool(void)
{
	for (;;) {
		u32 seen = event_read(&pool_changed);

		for (u32 i = 0; i < CALLS; i++) {
			u32 none = 0;

			if (!READ_ONCE(pool[i].flags) &&
			    __atomic_compare_exchange_n(&pool[i].flags, &none, LOCK | POOLED, false,
							__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
				return &pool[i];
		}
		os_futex_wait(&pool_changed.word, seen);
	}
}

static void check_context(const void *caller, int line)
{
	if (context_has(1U << RAISE_IRQS_OFF | 1U << RAISE_HARDIRQ | 1U << RAISE_SOFTIRQ |
			1U << RAISE_NMI))
		kernel_warn(caller, "kernel/smp.c", line,
			    "a function of another CPU is called with interrupts off");
}

KMEMU_EXPORT int kmemu_smp_call_function_single(int cpu, kmemu_smp_call_func_t func, void *info,
						int wait)
{
	csd_t mine = { .flags = LOCK | SYNC, .func = func, .info = info }, *csd = &mine;

	check_context(CALLER, 652);
	if ((unsigned int)cpu == pcpu_this_cpu()) {
		call_here(func, info);
		return 0;
	}
	if ((unsigned int)cpu >= pcpu_nr_cpus())
		return -ENXIO_;
	if (!wait) {
		csd = from_pool();
		csd->func = func;
		csd->info = info;
	}
	send((unsigned int)cpu, csd);
	if (wait)
		wait_for(csd);
	return 0;
}

KMEMU_EXPORT int kmemu_smp_call_function_single_async(int cpu, csd_t *csd)
{
	u32 none = 0;

	if ((unsigned int)cpu >= pcpu_nr_cpus())
		return -ENXIO_;
	if (!__atomic_compare_exchange_n(&csd->flags, &none, LOCK, false, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return -EBUSY_;
	if ((unsigned int)cpu == pcpu_this_cpu()) {
		unlock(csd);
		call_here(csd->func, csd->info);
	} else {
		send((unsigned int)cpu, csd);
	}
	return 0;
}

static void send_pooled(unsigned int cpu, kmemu_smp_call_func_t func, void *info)
{
	csd_t *csd = from_pool();

	csd->func = func;
	csd->info = info;
	send(cpu, csd);
}

KMEMU_EXPORT void kmemu_smp_call_function_many(bool (*cond)(int cpu, void *info),
					       kmemu_smp_call_func_t func, void *info, int wait,
					       const unsigned long *mask, int self)
{
	struct many m = { func, info, 1 };
	unsigned int me = pcpu_this_cpu();
	u32 left;

	check_context(CALLER, 815);
	for (unsigned int cpu = 0; cpu < pcpu_nr_cpus(); cpu++) {
		if (cpu == me || (mask && !(mask[cpu / 64] >> cpu % 64 & 1)) ||
		    (cond && !cond((int)cpu, info)))
			continue;
		if (!wait) {
			send_pooled(cpu, func, info);
			continue;
		}
		__atomic_fetch_add(&m.left, 1, __ATOMIC_RELAXED);
		send_pooled(cpu, call_one_of_many, &m);
	}
	if (self && (!mask || mask[me / 64] >> me % 64 & 1) && (!cond || cond((int)me, info)))
		call_here(func, info);
	__atomic_sub_fetch(&m.left, 1, __ATOMIC_ACQ_REL);
	while ((left = __atomic_load_n(&m.left, __ATOMIC_ACQUIRE)))
		os_futex_wait(&m.left, left);
}

/* Kernel: kernel/workqueue.c. */
KMEMU_EXPORT int kmemu_schedule_on_each_cpu(void (*func)(struct work_struct *work))
{
	struct workqueue_struct *wq = kmemu_system_wq(0);
	unsigned int nr = pcpu_nr_cpus();
	struct work_struct *works;

	might_sleep_in("schedule_on_each_cpu", CALLER);
	works = kmemu_is_ready() || kmemu_init() ? kmalloc(nr * sizeof(*works), GFP_KERNEL) : NULL;
	if (!works)
		return -ENOMEM_;
	for (unsigned int cpu = 0; cpu < nr; cpu++) {
		works[cpu] = (struct work_struct){ .func = func };
		kmemu_queue_work_on((int)cpu, wq, &works[cpu]);
	}
	for (unsigned int cpu = 0; cpu < nr; cpu++)
		flush_work_for(&works[cpu], "schedule_on_each_cpu", CALLER);
	kvfree_from("schedule_on_each_cpu", works, CALLER);
	return 0;
}
