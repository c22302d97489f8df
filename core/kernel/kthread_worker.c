/*
 * kthread_worker.c - work for a thread of one's own (kernel: kernel/kthread.c).
 *
 * The thread takes the first work of the list, runs it with nothing locked, and sleeps
 * while there is none. A flush is a work of its own that completes, queued behind the
 * one that is waited for, or at the head of the list when that one runs.
 *
 * Different from the kernel: a delayed work that waits for its timer is not in a list
 * of the worker's, but counted.
 *
 * Locks: the worker's, with signals blocked; taken by timers too. Nothing is called
 * under it but the waking of the thread and the arming of a timer.
 */
#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/kthread_worker.h"
#include "include/kmemu/printk.h"

static u64 lock(struct kthread_worker *worker)
{
	return kernel_lock((struct kernel_lock *)&worker->lock);
}

static void unlock(struct kthread_worker *worker, u64 mask)
{
	kernel_unlock((struct kernel_lock *)&worker->lock, mask);
}

static bool is_queued(const struct kthread_work *work)
{
	return work->node.next && work->node.next != &work->node;
}

KMEMU_EXPORT void kmemu_kthread_init_worker(struct kthread_worker *worker)
{
	*worker = (struct kthread_worker){ .lock = KMEMU_LOCK_SET_UP };
	INIT_LIST_HEAD(&worker->work_list);
}

static struct kthread_work *take_work(struct kthread_worker *worker)
{
	struct kthread_work *work = NULL;
	u64 mask = lock(worker);

	worker->current_work = NULL;
	if (worker->work_list.next != &worker->work_list) {
		work = container_of(worker->work_list.next, struct kthread_work, node);
		list_del_init(&work->node);
	}
	worker->current_work = work;
	unlock(worker, mask);
	return work;
}

static void set_task(struct kthread_worker *worker, struct task_struct *task)
{
	u64 mask = lock(worker);

	worker->task = task;
	unlock(worker, mask);
}

KMEMU_EXPORT int kmemu_kthread_worker_fn(void *data)
{
	struct kthread_worker *worker = data;
	struct kthread_work *work;

	set_task(worker, kmemu_current());
	for (;;) {
		kmemu_set_current_state(KMEMU_TASK_INTERRUPTIBLE);
		if (kmemu_kthread_should_stop())
			break;
		work = take_work(worker);
		if (work) {
			kmemu_set_current_state(KMEMU_TASK_RUNNING);
			work->func(work);
		} else {
			kmemu_schedule();
		}
	}
	kmemu_set_current_state(KMEMU_TASK_RUNNING);
	set_task(worker, NULL);
	return 0;
}

static struct kthread_worker *create(int cpu, unsigned int flags, const char *fmt, va_list ap,
				     const char *func, const void *caller)
{
	struct kthread_worker *worker = kmalloc_for(sizeof(*worker), GFP_KERNEL, func, caller);
	struct task_struct *task;
	char name[16];

	if (!worker)
		return (void *)-ENOMEM;
	kmemu_kthread_init_worker(worker);
	worker->flags = flags;
	kmemu_vscnprintf_k(name, sizeof(name), fmt, ap);
	task = kmemu_kthread_create(kmemu_kthread_worker_fn, worker, "%s", name);
	if (is_err(task)) {
		kfree_for(worker, caller);
		return (void *)task;
	}
	if (cpu >= 0)
		kmemu_kthread_bind(task, (unsigned int)cpu);
	worker->task = task;
	kmemu_wake_up_process(task);
	return worker;
}

KMEMU_EXPORT struct kthread_worker *kmemu_kthread_create_worker(unsigned int flags,
								const char *fmt, ...)
{
	struct kthread_worker *worker;
	va_list ap;

	va_start(ap, fmt);
	worker = create(-1, flags, fmt, ap, "kthread_create_worker", CALLER);
	va_end(ap);
	return worker;
}

KMEMU_EXPORT struct kthread_worker *
kmemu_kthread_create_worker_on_cpu(int cpu, unsigned int flags, const char *fmt, ...)
{
	struct kthread_worker *worker;
	va_list ap;

	va_start(ap, fmt);
	worker = create(cpu, flags, fmt, ap, "kthread_create_worker_on_cpu", CALLER);
	va_end(ap);
	return worker;
}

KMEMU_EXPORT void kmemu_kthread_destroy_worker(struct kthread_worker *worker)
{
	struct task_struct *task = worker->task;

	if (!task)
		return;
	kmemu_kthread_flush_worker(worker);
	kmemu_kthread_stop(task);
	if (READ_ONCE(worker->delayed))
		kernel_warn(CALLER, "kernel/kthread.c", 1429, "delayed works wait for timers");
	if (worker->work_list.next != &worker->work_list)
		kernel_warn(CALLER, "kernel/kthread.c", 1430, "works are queued");
	kfree_for(worker, CALLER);
}

/* --- queueing -------------------------------------------------------------- */

/* The lock is held. */
static void insert(struct kthread_worker *worker, struct kthread_work *work,
		   struct list_head *before)
{
	list_add_tail(&work->node, before);
	WRITE_ONCE(work->worker, worker);
	if (worker->task && !worker->current_work)
		task_wake(task_of(worker->task), KMEMU_TASK_NORMAL);
}

/* Kernel: kthread_insert_work_sanity_check(). A work is of one worker, which is set up. */
static void check_worker(struct kthread_worker *worker, const struct kthread_work *work, int line,
			 const void *caller)
{
	const struct kthread_worker *old = READ_ONCE(work->worker);

	lock_check_set_up(&worker->lock, SPIN_BUG, caller);
	if (unlikely(!worker->work_list.next))
		INIT_LIST_HEAD(&worker->work_list);
	if (unlikely(old && old != worker))
		kernel_warn(caller, "kernel/kthread.c", line, "a work of another worker");
}

static bool queue_work(struct kthread_worker *worker, struct kthread_work *work)
{
	u64 mask = lock(worker);
	bool queued = !is_queued(work) && !work->canceling;

	if (queued)
		insert(worker, work, &worker->work_list);
	unlock(worker, mask);
	return queued;
}

KMEMU_EXPORT bool kmemu_kthread_queue_work(struct kthread_worker *worker,
					   struct kthread_work *work)
{
	check_worker(worker, work, 994, CALLER);
	return queue_work(worker, work);
}

static bool del_timer(struct kthread_worker *worker, struct timer_list *timer)
{
	bool was = kmemu_del_timer_sync(timer);

	if (was && worker)
		__atomic_fetch_sub(&worker->delayed, 1, __ATOMIC_RELAXED);
	return was;
}

KMEMU_EXPORT void kmemu_kthread_delayed_work_timer_fn(struct timer_list *timer)
{
	struct kthread_work *work = &container_of(timer, struct kthread_delayed_work, timer)->work;
	struct kthread_worker *worker = READ_ONCE(work->worker);

	if (!worker)
		return;
	__atomic_fetch_sub(&worker->delayed, 1, __ATOMIC_RELAXED);
	queue_work(worker, work);
}

/* Armed under the lock, so that a cancel sees the work or the timer. */
static bool queue_delayed(struct kthread_worker *worker, struct kthread_delayed_work *dwork,
			  unsigned long delay, bool modify)
{
	struct kthread_work *work = &dwork->work;
	u64 mask;
	bool pending, free;

	if (!delay) {
		pending = modify && del_timer(READ_ONCE(work->worker), &dwork->timer);
		if (!modify && kmemu_timer_pending(&dwork->timer))
			return false;
		free = queue_work(worker, work);
		return modify ? pending || !free : free;
	}
	mask = lock(worker);
	pending = is_queued(work) || kmemu_timer_pending(&dwork->timer);
	free = !work->canceling && (modify || !pending);
	if (free && is_queued(work))
		list_del_init(&work->node);
	if (free) {
		if (dwork->timer.function) /* else it is told of, and not armed */
			__atomic_fetch_add(&worker->delayed, 1, __ATOMIC_RELAXED);
		if (kmemu_mod_timer(&dwork->timer, kmemu_jiffies() + delay))
			__atomic_fetch_sub(&work->worker->delayed, 1, __ATOMIC_RELAXED);
		WRITE_ONCE(work->worker, worker);
	}
	unlock(worker, mask);
	return modify ? pending : free;
}

KMEMU_EXPORT bool kmemu_kthread_queue_delayed_work(struct kthread_worker *worker,
						   struct kthread_delayed_work *dwork,
						   unsigned long delay)
{
	check_worker(worker, &dwork->work, 1064, CALLER);
	return queue_delayed(worker, dwork, delay, false);
}

KMEMU_EXPORT bool kmemu_kthread_mod_delayed_work(struct kthread_worker *worker,
						 struct kthread_delayed_work *dwork,
						 unsigned long delay)
{
	check_worker(worker, &dwork->work, 1284, CALLER);
	return queue_delayed(worker, dwork, delay, true);
}

/* --- waiting --------------------------------------------------------------- */

struct flush {
	struct kthread_work work;
	struct kmemu_completion done;
};

static void flushed(struct kthread_work *work)
{
	kmemu_complete(&container_of(work, struct flush, work)->done);
}

KMEMU_EXPORT void kmemu_kthread_flush_work(struct kthread_work *work)
{
	struct flush flush = { .work = { .func = flushed } };
	struct kthread_worker *worker = READ_ONCE(work->worker);
	bool waits = true;
	u64 mask;

	might_sleep_in("kthread_flush_work", CALLER);
	if (!worker)
		return;
	mask = lock(worker);
	if (is_queued(work))
		insert(worker, &flush.work, work->node.next);
	else if (worker->current_work == work)
		insert(worker, &flush.work, worker->work_list.next);
	else
		waits = false;
	unlock(worker, mask);
	if (waits)
		completion_wait(&flush.done, SLEEP_FOREVER);
}

KMEMU_EXPORT void kmemu_kthread_flush_worker(struct kthread_worker *worker)
{
	struct flush flush = { .work = { .func = flushed } };

	might_sleep_in("kthread_flush_worker", CALLER);
	queue_work(worker, &flush.work);
	completion_wait(&flush.done, SLEEP_FOREVER);
}

static bool cancel(struct kthread_work *work, struct timer_list *timer)
{
	struct kthread_worker *worker = READ_ONCE(work->worker);
	bool was;
	u64 mask;

	if (!worker)
		return false;
	mask = lock(worker);
	work->canceling++;
	unlock(worker, mask);
	was = timer && del_timer(worker, timer);
	mask = lock(worker);
	if (is_queued(work)) {
		list_del_init(&work->node);
		was = true;
	}
	unlock(worker, mask);
	kmemu_kthread_flush_work(work);
	mask = lock(worker);
	work->canceling--;
	unlock(worker, mask);
	return was;
}

KMEMU_EXPORT bool kmemu_kthread_cancel_work_sync(struct kthread_work *work)
{
	might_sleep_in("kthread_cancel_work_sync", CALLER);
	return cancel(work, NULL);
}

KMEMU_EXPORT bool kmemu_kthread_cancel_delayed_work_sync(struct kthread_delayed_work *dwork)
{
	might_sleep_in("kthread_cancel_delayed_work_sync", CALLER);
	return cancel(&dwork->work, &dwork->timer);
}
