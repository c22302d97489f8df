/*
 * task.h - what core/kernel shares: the tasks behind current, its lock, and the
 * checks of what may sleep. sched.c has the theory.
 */
#pragma once

#include "core/check/context.h"
#include "core/init/init.h"
#include "core/lib/list.h"
#include "core/lib/word_lock.h"
#include "core/os/files.h"
#include "core/os/os.h"
#include "core/os/thread.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/sched.h"
#include "include/kmemu/signal.h"

/* Of who called the exported function that this is used in. */
#define CALLER __builtin_return_address(0)
#define CALLER_SP ((unsigned long)__builtin_dwarf_cfa())

#define ESRCH_	   3
#define EINTR_	   4
#define EAGAIN_	   11
#define ENOMEM_	   12
#define EBUSY_	   16
#define EINVAL_	   22
#define ENOSYS_	   38
#define ETIME_	   62
#define ERESTARTSYS_ 512
#define NS_PER_SEC 1000000000UL
#define NS_PER_JIFFY (NS_PER_SEC / KMEMU_HZ)

#define NR_IRQS 256 /* lines; kernel: as many as the machine has */

/* Bits of struct task's kthread_flags. */
#define KTHREAD_SHOULD_STOP 0x1u
#define KTHREAD_SHOULD_PARK 0x2u
#define KTHREAD_PARKED	    0x4u

struct work_struct;

/* Kernel: task_struct, with struct kthread and what is per CPU there. */
struct task {
	struct task_struct t; /* the part that programs see */
	u32 owner; /* tid, 0: free */
	u32 usage;
	/* rcu.c: the grace period in which its section began, odd; 0: in none */
	u64 rcu_section;
	u32 rcu_nesting;
	u32 pagefaults_off; /* kernel: pagefault_disabled */
	/* irq.c, softirq.c: raised while this thread had them off */
	u32 softirqs_pending; /* a bit each */
	u32 in_irq; /* handlers of ours that run */
	u32 in_hardirq; /* functions of ours that run as in one, handlers too */
	u32 irqs_came_on; /* the one that runs enabled interrupts */
	u64 irqs_pending[NR_IRQS / 64];
	struct irq_work *irq_works; /* newest first */
	/* kthread.c */
	int (*fn)(void *data);
	void *data;
	void **exit_jump; /* where its end is */
	u32 kthread_flags;
	u32 cpu; /* that it is bound to, + 1; 0: none */
	struct kmemu_completion created, exited, parked;
	unsigned long private_data; /* of who runs on it: workqueue.c's worker */
	const struct workqueue_struct *wq; /* whose work it runs */
	const void *work_func; /* the work's */
	u32 asleep; /* 1: in schedule(); 2: in a wait that sets no state */
	unsigned long nvcsw; /* how often it was */
	/* signal.c */
	u32 signals; /* moves with each; waited on */
	u32 unasked; /* found by its number: its thread has not asked for it yet */
	unsigned long shared_pending; /* a bit each, as of the next ones */
	u64 sig_allowed, sig_from_kernel, sig_default; /* the others are ignored */
	struct pid as_pid;
	/* cred.c: kernel code has committed credentials of its own */
	u32 own_cred;
	/* tasks.c */
	u32 in_tree, seen; /* linked; at which look at the system's threads */
	u32 other, child; /* another process's; the program's child */
	u32 outside; /* a kernel thread that a fork's child has not */
	u64 gone; /* when it was taken out of the tree */
	struct signal_struct sig; /* of the process whose first it is */
	struct sighand_struct sighand;
};

/* The calling thread's task; NULL: it has none yet. */
extern __hidden __thread struct task *task_mine __initial_exec;
/* Until there is one: its kunit_test. */
extern __hidden __thread struct kunit *task_first_test __initial_exec;
/* The same, made if there is none. Any context. Never NULL. */
struct task *task_current(void);
/* A task for a thread that will be; NULL: no memory. Under tasks_lock(). */
struct task *task_new(void);
/* Each task that is in use, newest chunk first, until fn is false. */
void task_for_each(bool (*fn)(struct task *task, void *arg), void *arg);

/*
 * sched.c: the task of a thread of this process, made if it has none; NULL: no such thread, or
 * no memory. Under tasks_lock().
 */
struct task *task_find(u32 tid);

/*
 * tasks.c, the tree. join: a thread of the program's is in it. find: also another process's
 * task; NULL: none. gone: counts those that were taken out.
 */
extern __hidden u64 tasks_gone;
void tasks_join(struct task *task);
void tasks_init_kthread(struct task *task);
void tasks_add_kthread(struct task *task);
void tasks_remove(struct task *task);
void __tasks_remove(struct task *task); /* under tasks_lock() */
struct task *tasks_find_or_make(int pid);
void tasks_fork_child(void);
u64 tasks_lock(void);
void tasks_unlock(u64 mask);
void task_set_ids(struct task *task, int pid, int tgid);
bool task_is_alive(const struct task *task);

/* rcu.c: nobody is in a section of any kind, the caller included. */
bool rcu_nobody_reads(void);
/* time.c: the thread that writes jiffies; 0: none, or not known. */
extern __hidden u32 jiffies_tid;

static inline struct task *task_of(struct task_struct *t)
{
	return container_of(t, struct task, t);
}

/* thread_info's flags (TIF_SIGPENDING, TIF_NOTIFY_SIGNAL). */
#define TASK_SIGPENDING 0x4UL
#define TASK_NOTIFY_SIGNAL (1UL << 17)
#define TASK_SIGNALS	(TASK_SIGPENDING | TASK_NOTIFY_SIGNAL)

/* signal.c: the signal that is pending ends a sleep in that state. */
bool task_signal_ends(const struct task *task, u32 state);

/* A signal is pending that none is: interruptible sleeps end. */
void task_notify(struct task *task);

/* Kernel: signal_pending_state(). */
static inline bool task_signalled(const struct task *task, u32 state)
{
	return unlikely(READ_ONCE(task->t.thread_info.flags) & TASK_SIGNALS) &&
	       task_signal_ends(task, state);
}

/* Sleeps until the state is TASK_RUNNING or the time is up; false: it was. */
bool task_sleep(struct task *task, u64 ns);
bool task_wake(struct task *task, u32 mask);
/* One reference more. False, and told: the thread has ended, and nobody kept it. */
bool task_get(struct task *task, const void *caller);
#define SLEEP_FOREVER (~0UL)

/* Without the question whether it may sleep. False: the time was up. */
bool completion_wait(struct kmemu_completion *x, u64 ns);

/* Likewise, of workqueue.c's. Whether it had to wait. */
bool flush_work_for(struct work_struct *work, const char *func, const void *caller);

/* Of ours, which a function of the API takes for its caller. */
void mutex_lock_for(struct kmemu_mutex *lock, const char *func, const void *caller);

/* As kmemu_kthread_create() and a wake-up, in any context but a signal handler. NULL: failed. */
struct task *kthread_start(int (*fn)(void *data), void *data, const char *fmt, ...) __printf(3, 4);

#define INITIAL_JIFFIES ((unsigned long)(u32)(-300 * KMEMU_HZ))

/* What kernel code reads as jiffies; NULL: no code here does. */
extern __hidden volatile unsigned long *jiffies_variable;
/* It ticks from now on. Once, in process context. */
void jiffies_start(volatile unsigned long *variable);

/* Behind what took time, and before a callback. */
static inline void jiffies_catch_up(void)
{
	if (unlikely(READ_ONCE(jiffies_variable)))
		kmemu_jiffies();
}

u64 jiffies_to_ns(u64 jiffies);
/* The monotonic time, ns, at which jiffies are that. */
u64 jiffies_to_time(u64 jiffies);
/* Rounded up. */
u64 ns_to_jiffies(u64 ns);

/* --- may it sleep -------------------------------------------------------- */

void kernel_might_sleep(const char *func, const void *caller);
void kernel_might_schedule(const char *func, const void *caller);
/* Kernel: __might_sleep(): what blocks sets the state, and what the caller waits for is lost. */
void kernel_sleeps_in_state(const char *func, const void *caller);

static __always_inline void might_sleep_in(const char *func, const void *caller)
{
	if (unlikely(!context_is_task()))
		kernel_might_sleep(func, caller);
	if (unlikely(task_mine && READ_ONCE(task_mine->t.__state) != KMEMU_TASK_RUNNING))
		kernel_sleeps_in_state(func, caller);
}

static __always_inline void might_schedule(const char *func, const void *caller)
{
	if (unlikely(!context_is_task()))
		kernel_might_schedule(func, caller);
}

/* lockdep_map.c: contexts are armed; how: LOCK_* of core/check/lock.h. */
void lock_map_acquire(const void *map, unsigned int how, const void *caller, unsigned long sp);

/*
 * locking.c. Kernel: CONFIG_DEBUG_SPINLOCK and CONFIG_DEBUG_MUTEXES, of a lock that was
 * never set up, or whose owner is gone: who waits for it waits for ever. word is the
 * lock's, of word_lock.h.
 */
void lock_check_owner(const u32 *word, const char *file, int line, const char *text,
		      const void *caller);
void __lock_not_set_up(u32 *word, const char *file, int line, const char *text,
		       const void *caller);

#define SPIN_BUG "kernel/locking/spinlock_debug.c", 112, "BUG: spinlock bad magic"

/* Before the lock is taken. Told once; then it is taken for set up. */
static __always_inline void lock_check_set_up(u32 *word, const char *file, int line,
					      const char *text, const void *caller)
{
	if (unlikely(!word_set_up(word)))
		__lock_not_set_up(word, file, line, text, caller);
}

/* panic.c: a WARN of the kernel's own code, about its caller; file and line are 6.12's. */
void kernel_warn(const void *caller, const char *file, int line, const char *text);
void kernel_warn_text(const void *caller, const char *file, int line, const char *fmt, ...);

/* --- the lock of core/kernel's own lists ----------------------------------- */

/*
 * Kernel: raw_spinlock_t with interrupts off. Signals are, since handlers may wake
 * and queue. Nothing is called under one that takes another, allocates or sleeps.
 */
struct kernel_lock {
	u32 word;
};

static inline u64 kernel_lock(struct kernel_lock *lock)
{
	u64 mask = os_signals_block();

	word_lock(&lock->word, os_tid());
	return mask;
}

static inline void kernel_unlock(struct kernel_lock *lock, u64 mask)
{
	word_unlock(&lock->word);
	os_signals_restore(mask);
}

static inline void list_del_init(struct list_head *n)
{
	list_del(n);
	INIT_LIST_HEAD(n);
}
