/*
 * sched.c - tasks, sleeping and waking (kernel: kernel/sched/core.c schedule,
 * try_to_wake_up; include/linux/sched.h).
 *
 * Threads are the system's and so is their scheduling; what is the kernel's is
 * the protocol: a thread sets its state, looks at its condition, and calls
 * schedule(), which sleeps only while the state still is that; a waker makes the
 * condition true and sets the state to TASK_RUNNING. __state is a futex: the wait
 * gives the state that was seen, so that a waker in between is not lost.
 *
 * A task_struct is made when a thread first asks for it and lies in memory that
 * stays mapped, so that one who wakes a thread that has ended writes to no
 * stranger's memory. Those of threads that ended without telling are used again
 * when a chunk is full; one that was in the tree (tasks.c), when nobody is in RCU any more
 * that may stand on it. A fork's child has those of kernel threads, which others may have
 * kept, and its own.
 *
 * Different from the kernel: schedule() in TASK_RUNNING is sched_yield(); a thread
 * in rcu_read_lock() that schedules is told of as one that may not sleep.
 *
 * Invariants: owner != 0 for a task in use; usage > 0.
 * Locks: the tree's, where a task is made. Memory: 64 KiB for some 40 tasks, mapped when first
 * needed. Cost: nothing before; then schedule() and a wake-up are a futex each.
 */
#include <fcntl.h>

#include "core/init/fork.h"
#include "core/kernel/task.h"
#include "core/lib/vsprintf.h"
#include "core/os/task.h"
#include "include/kmemu/mm_struct.h"

#define CHUNK_BYTES (64UL << 10)

struct task_chunk {
	struct task_chunk *next;
	struct task tasks[];
};
#define TASKS_PER_CHUNK ((CHUNK_BYTES - sizeof(struct task_chunk)) / sizeof(struct task))

__thread struct task *task_mine __initial_exec;
__thread struct kunit *task_first_test __initial_exec;
static struct task_chunk *chunks;
static bool have_unasked;
static u64 quiet; /* who left the tree by then is read by nobody */
/* Without memory, all share it. */
static struct task last_resort = { .usage = 1, .t.kmemu_alloc_lock.word = KMEMU_LOCK_SET_UP };

/* --- tasks --------------------------------------------------------------- */

static struct task_chunk *first_chunk(void)
{
	return __atomic_load_n(&chunks, __ATOMIC_ACQUIRE);
}

static struct task *claim_in(struct task_chunk *chunk, u32 tid)
{
	for (size_t i = 0; i < TASKS_PER_CHUNK; i++) {
		struct task *task = &chunk->tasks[i];
		u32 nobody = 0;

		if (!READ_ONCE(task->owner) && READ_ONCE(task->gone) <= READ_ONCE(quiet) &&
		    __atomic_compare_exchange_n(&task->owner, &nobody, tid, false,
						__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return task;
	}
	return NULL;
}

/* Threads that are no kthreads say nothing when they end. */
static bool forget_if_gone(struct task *task, void *arg)
{
	u32 tid = READ_ONCE(task->owner);

	(void)arg;
	if (tid && !(task->t.flags & KMEMU_PF_KTHREAD) && READ_ONCE(task->usage) <= 1 &&
	    !task->other && !os_thread_exists(tid)) {
		__tasks_remove(task);
		__atomic_compare_exchange_n(&task->owner, &tid, 0, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED);
	}
	return true;
}

static struct task *claim_mapped(u32 tid)
{
	struct task *task = NULL;

	for (struct task_chunk *c = first_chunk(); c && !task; c = c->next)
		task = claim_in(c, tid);
	return task;
}

/* The threads of the others are not there. */
static bool outlive(struct task *task, void *arg)
{
	(void)arg;
	if (task == task_mine) {
		task_set_ids(task, (int)os_tid(), os_pid());
		WRITE_ONCE(task->owner, os_tid());
		return true;
	}
	task->rcu_section = 0;
	task->rcu_nesting = 0;
	if (!(task->t.flags & KMEMU_PF_KTHREAD) && task->usage <= 1)
		WRITE_ONCE(task->owner, 0);
	return true;
}

static void task_fork_child(void)
{
	tasks_fork_child();
	task_for_each(outlive, NULL);
}

static struct task *claim_new(u32 tid)
{
	struct task_chunk *chunk = os_map_any(CHUNK_BYTES);

	if (!chunk)
		return NULL;
	WRITE_ONCE(kernel_fork_child, task_fork_child);
	chunk->tasks[0].owner = tid;
	chunk->next = READ_ONCE(chunks);
	while (!__atomic_compare_exchange_n(&chunks, &chunk->next, chunk, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
	return &chunk->tasks[0];
}

static void clear(struct task *task)
{
	size_t from = offsetof(struct task, rcu_section);

	__builtin_memset(&task->t, 0, sizeof(task->t));
	__builtin_memset((char *)task + from, 0, sizeof(*task) - from);
	WRITE_ONCE(task->usage, 1);
	task->t.kmemu_alloc_lock.word = KMEMU_LOCK_SET_UP;
	task->t.prio = task->t.static_prio = task->t.normal_prio = 120;
	INIT_LIST_HEAD(&task->t.children);
	INIT_LIST_HEAD(&task->t.pending.list);
	task->t.start_time = os_monotonic_ns();
	task->t.start_boottime = kmemu_ktime_get_boottime();
	task->t.tgid = os_pid();
}

static struct task *task_claim(void)
{
	u32 tid = os_tid();
	struct task *task = claim_mapped(tid);

	if (!task && first_chunk()) {
		u64 gone;

		task_for_each(forget_if_gone, NULL);
		gone = READ_ONCE(tasks_gone);
		if (gone != READ_ONCE(quiet) && rcu_nobody_reads())
			WRITE_ONCE(quiet, gone);
		task = claim_mapped(tid);
	}
	return task ? task : claim_new(tid);
}

struct task *task_new(void)
{
	struct task *task = task_claim();

	if (task)
		clear(task);
	return task;
}

void task_for_each(bool (*fn)(struct task *task, void *arg), void *arg)
{
	for (struct task_chunk *c = first_chunk(); c; c = c->next)
		for (size_t i = 0; i < TASKS_PER_CHUNK; i++)
			if (READ_ONCE(c->tasks[i].owner) && !fn(&c->tasks[i], arg))
				return;
}

struct wanted_task {
	int pid;
	struct task *found;
};

static bool is_not_unasked(struct task *task, void *arg)
{
	struct wanted_task *w = arg;

	if (READ_ONCE(task->unasked) && READ_ONCE(task->owner) == (u32)w->pid)
		w->found = task;
	return !w->found;
}

/* What kmemu_find_task() made for the calling thread. */
static struct task *found_before(void)
{
	struct wanted_task w = { .pid = (int)os_tid() };

	if (READ_ONCE(have_unasked))
		task_for_each(is_not_unasked, &w);
	if (w.found)
		WRITE_ONCE(w.found->unasked, 0);
	return w.found;
}

static __noinline struct task *make_mine(void)
{
	u64 mask = tasks_lock();
	struct task *task = task_mine;

	if (!task) {
		task = found_before();
		if (!task)
			task = task_new();
		if (!task)
			task = &last_resort;
		task_set_ids(task, (int)os_tid(), os_pid());
		task->t.mm = task->t.active_mm = &kmemu_mm;
		task->t.kunit_test = task_first_test;
		os_task_comm(task->t.comm);
		WRITE_ONCE(task_mine, task);
	}
	tasks_unlock(mask);
	return task;
}

struct task *task_current(void)
{
	return likely(task_mine) ? task_mine : make_mine();
}

KMEMU_EXPORT struct task_struct *kmemu_current(void)
{
	struct task *task = task_current();

	if (unlikely(task->t.pid != (int)os_tid())) { /* in a fork child */
		task_set_ids(task, (int)os_tid(), os_pid());
		WRITE_ONCE(task->owner, os_tid());
	}
	if (unlikely(!READ_ONCE(task->t.real_parent)))
		tasks_join(task);
	task->t.flags = (task->t.flags & (KMEMU_PF_KTHREAD | KMEMU_PF_WQ_WORKER)) | current_flags;
	return &task->t;
}

static bool is_not_wanted(struct task *task, void *arg)
{
	struct wanted_task *w = arg;

	if (task->t.pid == w->pid && !task->other && task_is_alive(task))
		w->found = task;
	return !w->found;
}

static void read_comm(u32 tid, char comm[KMEMU_TASK_COMM_LEN])
{
	char path[40];
	ssize_t n;
	int fd;

	kmemu_scnprintf(path, sizeof(path), "/proc/self/task/%u/comm", tid);
	fd = os_open(path, O_RDONLY, 0);
	if (fd < 0)
		return;
	n = os_read(fd, comm, KMEMU_TASK_COMM_LEN);
	os_close(fd);
	comm[n > 0 ? n - 1 : 0] = '\0'; /* in place of the newline */
}

/* A kernel thread that has said that it is dead, and which the system still has. */
static bool is_dying_kthread(int tid)
{
	for (struct task_chunk *c = first_chunk(); c; c = c->next)
		for (size_t i = 0; i < TASKS_PER_CHUNK; i++) {
			const struct task_struct *t = &c->tasks[i].t;

			if (t->pid == tid && t->flags & KMEMU_PF_KTHREAD &&
			    READ_ONCE(t->__state) == KMEMU_TASK_DEAD)
				return true;
		}
	return false;
}

/* One that has not asked for its task yet. */
static struct task *task_for_thread(u32 tid)
{
	struct task *task;

	if (is_dying_kthread((int)tid) || os_signal(tid, 0, NULL))
		return NULL;
	task = task_new();

	if (!task)
		return NULL;
	task_set_ids(task, (int)tid, os_pid());
	task->t.mm = task->t.active_mm = &kmemu_mm;
	read_comm(tid, task->t.comm);
	WRITE_ONCE(have_unasked, true);
	WRITE_ONCE(task->unasked, 1);
	__atomic_store_n(&task->owner, tid, __ATOMIC_RELEASE);
	return task;
}

struct task *task_find(u32 tid)
{
	struct wanted_task w = { .pid = (int)tid };

	task_for_each(is_not_wanted, &w);
	return w.found ? w.found : task_for_thread(tid);
}

KMEMU_EXPORT struct task_struct *kmemu_find_task(int pid)
{
	struct wanted_task w = { .pid = pid };

	if (pid <= 0)
		return NULL;
	if ((u32)pid == os_tid())
		return kmemu_current();
	task_for_each(is_not_wanted, &w);
	if (!w.found || !READ_ONCE(w.found->t.real_parent))
		w.found = tasks_find_or_make(pid);
	return w.found ? &w.found->t : NULL;
}

bool task_get(struct task *task, const void *caller)
{
	if (__atomic_fetch_add(&task->usage, 1, __ATOMIC_RELAXED) || task == &last_resort)
		return true;
	kernel_warn(caller, "lib/refcount.c", 25, "refcount_t: addition on 0; use-after-free.");
	return false;
}

KMEMU_EXPORT struct task_struct *kmemu_get_task_struct(struct task_struct *t)
{
	task_get(task_of(t), CALLER);
	return t;
}

/* A kthread's; others are found to be nobody's. */
KMEMU_EXPORT void kmemu_put_task_struct(struct task_struct *t)
{
	struct task *task = task_of(t);

	if (__atomic_sub_fetch(&task->usage, 1, __ATOMIC_ACQ_REL) || task == &last_resort)
		return;
	__atomic_store_n(&task->owner, 0, __ATOMIC_RELEASE);
}

/* --- may it sleep -------------------------------------------------------- */

static bool is_armed(void)
{
	return (kmemu_is_ready() || kmemu_init()) && context_armed;
}

__noinline void kernel_might_sleep(const char *func, const void *caller)
{
	if (is_armed())
		__might_sleep_in(func, caller);
}

__noinline void kernel_might_schedule(const char *func, const void *caller)
{
	if (is_armed())
		__might_schedule(func, caller);
}

/* Of the wait macros, which may have set the state. */
KMEMU_EXPORT void kmemu_might_sleep_in(const char *func)
{
	if (unlikely(!context_is_task()))
		kernel_might_sleep(func, CALLER);
}

/* --- sleeping and waking --------------------------------------------------- */

static void sleeps_in_state(const char *func, const void *caller)
{
	if (READ_ONCE(task_current()->t.__state) != KMEMU_TASK_RUNNING)
		kernel_sleeps_in_state(func, caller);
}

/* The allocators look closer meanwhile. */
static void note_state(unsigned int state)
{
	if (state != KMEMU_TASK_RUNNING && is_armed()) {
		WRITE_ONCE(context_sleeps_in_state, sleeps_in_state);
		context_set_in_state(true);
	} else if (context_in_state()) {
		context_set_in_state(false);
	}
}

KMEMU_EXPORT void kmemu_set_current_state(unsigned int state)
{
	__atomic_exchange_n(&task_current()->t.__state, state, __ATOMIC_SEQ_CST);
	os_smp_mb();
	note_state(state);
}

static bool __task_sleep(struct task *task, u64 ns)
{
	u64 end = ns == SLEEP_FOREVER ? 0 : os_monotonic_ns() + ns;
	u32 state;

	while ((state = __atomic_load_n(&task->t.__state, __ATOMIC_ACQUIRE))) {
		u64 now;

		if (!end) {
			os_futex_wait(&task->t.__state, state);
			continue;
		}
		now = os_monotonic_ns();
		if (now >= end)
			return false;
		os_futex_wait_ns(&task->t.__state, state, end - now);
	}
	return true;
}

bool task_sleep(struct task *task, u64 ns)
{
	bool woken;

	context_rests(true);
	WRITE_ONCE(task->nvcsw, task->nvcsw + 1);
	__atomic_store_n(&task->asleep, 1, __ATOMIC_RELEASE);
	woken = __task_sleep(task, ns);
	__atomic_store_n(&task->asleep, 0, __ATOMIC_RELEASE);
	context_rests(false);
	jiffies_catch_up();
	return woken;
}

/* Kernel: try_to_wake_up(). */
bool task_wake(struct task *task, u32 mask)
{
	u32 state;

	os_smp_mb(); /* the condition is seen before the state is looked at */
	state = __atomic_load_n(&task->t.__state, __ATOMIC_SEQ_CST);
	do {
		if (!(state & mask))
			return false;
	} while (!__atomic_compare_exchange_n(&task->t.__state, &state, KMEMU_TASK_RUNNING, true,
					      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	os_futex_wake(&task->t.__state, 1);
	return true;
}

KMEMU_EXPORT int kmemu_wake_up_process(struct task_struct *t)
{
	return task_wake(task_of(t), KMEMU_TASK_NORMAL | KMEMU_TASK_NEW);
}

KMEMU_EXPORT int kmemu_wake_up_state(struct task_struct *t, unsigned int state)
{
	return task_wake(task_of(t), state);
}

KMEMU_EXPORT int kmemu_task_on_cpu(struct task_struct *t)
{
	return !READ_ONCE(t->__state) && READ_ONCE(task_of(t)->asleep) != 2;
}

KMEMU_EXPORT unsigned long kmemu_wait_task_inactive(struct task_struct *t, unsigned int match)
{
	struct task *task = task_of(t);

	might_sleep_in("wait_task_inactive", CALLER);
	for (;;) {
		u32 asleep = __atomic_load_n(&task->asleep, __ATOMIC_ACQUIRE);
		u32 state = asleep == 2 ? KMEMU_TASK_UNINTERRUPTIBLE : READ_ONCE(t->__state);

		if (state ? !(state & match) : match && match != ~0U)
			return 0;
		if ((asleep && state) || state & KMEMU_TASK_DEAD)
			return READ_ONCE(task->nvcsw) | 1UL << 63;
		os_sleep_ns(NS_PER_JIFFY);
	}
}

/* Kernel: __schedule(), schedule_timeout(). */
static long sleep_jiffies(long timeout, const void *caller)
{
	struct task *task = task_current();
	u64 begin = os_monotonic_ns(), ns, spent;

	if (task_signalled(task, READ_ONCE(task->t.__state)))
		WRITE_ONCE(task->t.__state, KMEMU_TASK_RUNNING);
	if (READ_ONCE(task->t.__state) == KMEMU_TASK_RUNNING)
		os_yield();
	if (timeout == (long)KMEMU_MAX_SCHEDULE_TIMEOUT) {
		task_sleep(task, SLEEP_FOREVER);
		note_state(KMEMU_TASK_RUNNING);
		return timeout;
	}
	if (unlikely(timeout < 0)) {
		kernel_warn_text(caller, "kernel/time/timer.c", 2604,
				 "schedule_timeout: wrong timeout value %lx", timeout);
		kmemu_set_current_state(KMEMU_TASK_RUNNING);
		return 0;
	}
	ns = timeout > 0 ? jiffies_to_ns((u64)timeout) : 0;
	if (!task_sleep(task, ns))
		WRITE_ONCE(task->t.__state, KMEMU_TASK_RUNNING);
	note_state(KMEMU_TASK_RUNNING);
	spent = os_monotonic_ns() - begin;
	return spent >= ns ? 0 : (long)ns_to_jiffies(ns - spent);
}

KMEMU_EXPORT void kmemu_schedule(void)
{
	might_schedule("schedule", CALLER);
	sleep_jiffies((long)KMEMU_MAX_SCHEDULE_TIMEOUT, CALLER);
}

KMEMU_EXPORT long kmemu_schedule_timeout(long timeout)
{
	might_schedule("schedule_timeout", CALLER);
	return sleep_jiffies(timeout, CALLER);
}

KMEMU_EXPORT long kmemu_wait_schedule(long timeout)
{
	return sleep_jiffies(timeout, CALLER);
}

static long sleep_in_state(u32 state, long timeout, const void *caller)
{
	might_schedule("schedule_timeout", caller);
	kmemu_set_current_state(state);
	return sleep_jiffies(timeout, caller);
}

KMEMU_EXPORT long kmemu_schedule_timeout_interruptible(long timeout)
{
	return sleep_in_state(KMEMU_TASK_INTERRUPTIBLE, timeout, CALLER);
}

KMEMU_EXPORT long kmemu_schedule_timeout_killable(long timeout)
{
	return sleep_in_state(KMEMU_TASK_UNINTERRUPTIBLE | KMEMU_TASK_WAKEKILL, timeout, CALLER);
}

KMEMU_EXPORT long kmemu_schedule_timeout_uninterruptible(long timeout)
{
	return sleep_in_state(KMEMU_TASK_UNINTERRUPTIBLE, timeout, CALLER);
}

KMEMU_EXPORT void kmemu_yield(void)
{
	might_schedule("yield", CALLER);
	os_yield();
}

KMEMU_EXPORT int kmemu_cond_resched(void)
{
	if (unlikely(!context_is_task())) /* in any state, as there */
		kernel_might_sleep("cond_resched", CALLER);
	return 0;
}

/* --- delays ---------------------------------------------------------------- */

static void sleep_ns(u64 ns)
{
	os_sleep_ns(ns);
	jiffies_catch_up();
}

KMEMU_EXPORT void kmemu_msleep(unsigned int ms)
{
	might_schedule("msleep", CALLER);
	sleep_ns((u64)ms * 1000000);
}

KMEMU_EXPORT unsigned long kmemu_msleep_interruptible(unsigned int ms)
{
	u64 end = os_monotonic_ns() + (u64)ms * 1000000;
	struct task *task = task_current();

	might_schedule("msleep_interruptible", CALLER);
	while (!(READ_ONCE(task->t.thread_info.flags) & TASK_SIGNALS)) {
		u64 now = os_monotonic_ns();

		if (now >= end)
			return 0;
		kmemu_set_current_state(KMEMU_TASK_INTERRUPTIBLE);
		if (!task_signalled(task, KMEMU_TASK_INTERRUPTIBLE))
			task_sleep(task, end - now);
		kmemu_set_current_state(KMEMU_TASK_RUNNING);
	}
	end -= min(end, os_monotonic_ns());
	return (end + 999999) / 1000000;
}

KMEMU_EXPORT void kmemu_usleep_range(unsigned long min_us, unsigned long max_us)
{
	(void)max_us;
	might_schedule("usleep_range", CALLER);
	sleep_ns(min_us * 1000);
}

KMEMU_EXPORT void kmemu_ndelay(unsigned long ns)
{
	u64 end = os_monotonic_ns() + ns;

	while (os_monotonic_ns() < end)
		cpu_relax();
	jiffies_catch_up();
}

KMEMU_EXPORT void kmemu_udelay(unsigned long us)
{
	kmemu_ndelay(us * 1000);
}

/* --- faults: what copies from user memory says whether it may sleep -------------- */

KMEMU_EXPORT void kmemu_pagefault_disable(void)
{
	task_current()->pagefaults_off++;
	context_order();
}

KMEMU_EXPORT void kmemu_pagefault_enable(void)
{
	struct task *task = task_current();

	context_order();
	if (task->pagefaults_off)
		task->pagefaults_off--;
}

KMEMU_EXPORT unsigned int kmemu_pagefault_disabled(void)
{
	return task_mine ? task_mine->pagefaults_off : 0;
}
