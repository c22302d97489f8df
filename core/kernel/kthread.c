/*
 * kthread.c - threads of kernel code (kernel: kernel/kthread.c).
 *
 * A kthread is a thread of the system's with a task of its own. As in the kernel
 * it waits, uninterruptible, for its first wake-up, and runs its function only
 * when nobody has asked it to stop by then. Signals are the program's, so they
 * are blocked there.
 *
 * The thread is made here, not by kthreadd: what libc allocates for it is
 * no finding, also where a work is queued in atomic context and needs the first
 * worker.
 *
 * Different from the kernel: priorities have no effect. A thread that is bound has the
 * CPU's number, which says whose per-CPU memory is its own, and runs anywhere.
 *
 * Locks: none; flags are atomic. Cost: a thread, 20 us.
 */
#include "core/kernel/task.h"

#include "core/check/lock.h"
#include "core/kernel/cred.h"
#include "core/lib/vsprintf.h"
#include "core/mm/pcpu.h"

/* Kernel: do_exit(). */
static void kthread_end(struct task *task, long result)
{
	task->t.exit_code = (int)result;
	cred_exit(task);
	lock_thread_end();
	context_thread_exit();
	WRITE_ONCE(task->t.__state, KMEMU_TASK_DEAD);
	tasks_remove(task);
	kmemu_complete_all(&task->exited);
	task_mine = NULL;
	kmemu_put_task_struct(&task->t);
}

/* Kernel: kthread(). */
static long run(struct task *task)
{
	void *jump[5];

	task->exit_jump = jump;
	if (__builtin_setjmp(jump))
		return task_mine->t.exit_code;
	if (READ_ONCE(task->kthread_flags) & KTHREAD_SHOULD_STOP)
		return -EINTR_;
	return task->fn(task->data);
}

static void kthread_main(void *arg)
{
	struct task *task = arg;

	task_mine = task;
	WRITE_ONCE(task->owner, os_tid());
	task_set_ids(task, (int)os_tid(), (int)os_tid());
	tasks_add_kthread(task);
	os_thread_set_name(task->t.comm);
	kmemu_complete(&task->created);
	task_sleep(task, SLEEP_FOREVER);
	if (task->cpu)
		pcpu_bind(task->cpu - 1);
	kthread_end(task, run(task));
}

/* libc's allocations and pthread_create() itself are nobody's finding. */
static int start_thread(struct task *task)
{
	struct raise ignore = { .kind = RAISE_IGNORE, .sp = CALLER_SP, .pc = CALLER };
	bool raised = !context_is_task() && context_raise(&ignore);
	int err = os_thread_start(kthread_main, task);

	if (raised)
		context_drop(RAISE_IGNORE, NULL, NULL);
	return err;
}

static struct task *create(int (*fn)(void *data), void *data, const char *fmt, va_list ap)
{
	u64 mask = tasks_lock();
	struct task *task = task_new();

	tasks_unlock(mask);
	if (!task)
		return NULL;
	kmemu_vscnprintf(task->t.comm, sizeof(task->t.comm), fmt, ap);
	task->t.flags = KMEMU_PF_KTHREAD;
	task->t.__state = KMEMU_TASK_UNINTERRUPTIBLE;
	task->fn = fn;
	task->data = data;
	tasks_init_kthread(task);
	if (start_thread(task)) {
		kmemu_put_task_struct(&task->t);
		return NULL;
	}
	completion_wait(&task->created, SLEEP_FOREVER);
	return task;
}

struct task *kthread_start(int (*fn)(void *data), void *data, const char *fmt, ...)
{
	struct task *task;
	va_list ap;

	va_start(ap, fmt);
	task = create(fn, data, fmt, ap);
	va_end(ap);
	if (task)
		task_wake(task, KMEMU_TASK_NORMAL);
	return task;
}

KMEMU_EXPORT struct task_struct *kmemu_kthread_create(int (*fn)(void *data), void *data,
						      const char *fmt, ...)
{
	struct task *task;
	va_list ap;

	might_sleep_in("kthread_create", CALLER);
	va_start(ap, fmt);
	task = create(fn, data, fmt, ap);
	va_end(ap);
	return task ? &task->t : (struct task_struct *)-ENOMEM_;
}

KMEMU_EXPORT struct task_struct *kmemu_kthread_create_on_node(int (*fn)(void *data), void *data,
							      int node, const char *fmt, ...)
{
	struct task *task;
	va_list ap;

	(void)node;
	might_sleep_in("kthread_create_on_node", CALLER);
	va_start(ap, fmt);
	task = create(fn, data, fmt, ap);
	va_end(ap);
	return task ? &task->t : (struct task_struct *)-ENOMEM_;
}

KMEMU_EXPORT void kmemu_kthread_bind(struct task_struct *t, unsigned int cpu)
{
	if (READ_ONCE(t->__state) != KMEMU_TASK_UNINTERRUPTIBLE)
		kernel_warn(CALLER, "kernel/kthread.c", 525, NULL);
	else if (cpu < pcpu_nr_cpus())
		task_of(t)->cpu = cpu + 1;
}

KMEMU_EXPORT int kmemu_is_percpu_thread(void)
{
	return task_mine && task_mine->cpu;
}

KMEMU_EXPORT struct task_struct *kmemu_kthread_run(int (*fn)(void *data), void *data,
						   const char *fmt, ...)
{
	struct task *task;
	va_list ap;

	might_sleep_in("kthread_run", CALLER);
	va_start(ap, fmt);
	task = create(fn, data, fmt, ap);
	va_end(ap);
	if (!task)
		return (struct task_struct *)-ENOMEM_;
	task_wake(task, KMEMU_TASK_NORMAL);
	return &task->t;
}

KMEMU_EXPORT int kmemu_kthread_stop(struct task_struct *t)
{
	struct task *task = task_of(t);
	int result;

	might_sleep_in("kthread_stop", CALLER);
	if (!task_get(task, CALLER)) {
		kmemu_put_task_struct(t);
		return -EINTR_;
	}
	__atomic_fetch_or(&task->kthread_flags, KTHREAD_SHOULD_STOP, __ATOMIC_SEQ_CST);
	kmemu_kthread_unpark(t);
	task_notify(task);
	task_wake(task, KMEMU_TASK_NORMAL);
	completion_wait(&task->exited, SLEEP_FOREVER);
	result = t->exit_code;
	kmemu_put_task_struct(t);
	return result;
}

static bool has_flag(u32 flag)
{
	return __atomic_load_n(&task_current()->kthread_flags, __ATOMIC_ACQUIRE) & flag;
}

KMEMU_EXPORT int kmemu_kthread_should_stop(void)
{
	return has_flag(KTHREAD_SHOULD_STOP);
}

KMEMU_EXPORT int kmemu_kthread_should_park(void)
{
	return has_flag(KTHREAD_SHOULD_PARK);
}

KMEMU_EXPORT void *kmemu_kthread_data(struct task_struct *t)
{
	return task_of(t)->data;
}

KMEMU_EXPORT void *kmemu_kthread_func(struct task_struct *t)
{
	return (void *)task_of(t)->fn;
}

KMEMU_EXPORT void kmemu_kthread_exit(long result)
{
	task_current()->t.exit_code = (int)result;
	__builtin_longjmp(task_mine->exit_jump, 1);
}

/* --- parking --------------------------------------------------------------- */

KMEMU_EXPORT int kmemu_kthread_park(struct task_struct *t)
{
	struct task *task = task_of(t);

	might_sleep_in("kthread_park", CALLER);
	if (READ_ONCE(t->__state) & KMEMU_TASK_DEAD) {
		kernel_warn(CALLER, "kernel/kthread.c", 659, NULL);
		return -ENOSYS_;
	}
	if (READ_ONCE(task->kthread_flags) & KTHREAD_SHOULD_PARK) {
		kernel_warn(CALLER, "kernel/kthread.c", 662, NULL);
		return -EBUSY_;
	}
	WRITE_ONCE(task->parked.done, 0);
	__atomic_fetch_or(&task->kthread_flags, KTHREAD_SHOULD_PARK, __ATOMIC_SEQ_CST);
	if (task == task_mine)
		return 0;
	task_wake(task, KMEMU_TASK_NORMAL);
	completion_wait(&task->parked, SLEEP_FOREVER);
	return 0;
}

KMEMU_EXPORT void kmemu_kthread_unpark(struct task_struct *t)
{
	__atomic_fetch_and(&task_of(t)->kthread_flags, ~KTHREAD_SHOULD_PARK, __ATOMIC_SEQ_CST);
	task_wake(task_of(t), KMEMU_TASK_PARKED);
}

KMEMU_EXPORT void kmemu_kthread_parkme(void)
{
	struct task *task = task_current();

	for (;;) {
		kmemu_set_current_state(KMEMU_TASK_PARKED);
		if (!has_flag(KTHREAD_SHOULD_PARK))
			break;
		kmemu_complete(&task->parked);
		task_sleep(task, SLEEP_FOREVER);
	}
	kmemu_set_current_state(KMEMU_TASK_RUNNING);
}
