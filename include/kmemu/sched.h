/* SPDX-License-Identifier: MIT */
/*
 * sched.h - tasks: current, schedule() and wake-ups, threads of kernel code
 * (kernel: include/linux/sched.h, kthread.h, kernel/sched/core.c,
 * kernel/kthread.c). <linux/sched.h>, <linux/kthread.h>, <linux/delay.h> and their
 * like are thin names over these.
 *
 * Each thread of the process has a task_struct from its first question on. A
 * thread sleeps in schedule() while its __state is not TASK_RUNNING, as in the
 * kernel: a waker that comes between the state and schedule() is not lost.
 *
 * A time in jiffies counts HZ (250) a second. What may sleep is judged (option
 * context=) where it is called.
 */
#ifndef KMEMU_SCHED_H
#define KMEMU_SCHED_H

#include "sigset.h"
#include <stddef.h>

#include "context.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define KMEMU_HZ 250
#define KMEMU_TASK_COMM_LEN 16

/* __state (include/linux/sched.h). */
#define KMEMU_TASK_RUNNING 0x0000u
#define KMEMU_TASK_INTERRUPTIBLE 0x0001u
#define KMEMU_TASK_UNINTERRUPTIBLE 0x0002u
#define KMEMU_TASK_PARKED 0x0040u
#define KMEMU_TASK_DEAD 0x0080u
#define KMEMU_TASK_WAKEKILL 0x0100u
#define KMEMU_TASK_NEW 0x0800u
#define KMEMU_TASK_NORMAL (KMEMU_TASK_INTERRUPTIBLE | KMEMU_TASK_UNINTERRUPTIBLE)

#define KMEMU_EXIT_DEAD 0x0010u
#define KMEMU_EXIT_ZOMBIE 0x0020u

#define KMEMU_PF_EXITING 0x00000004u
#define KMEMU_PF_WQ_WORKER 0x00000020u
#define KMEMU_PF_KTHREAD 0x00200000u

#define KMEMU_MAX_SCHEDULE_TIMEOUT (~0ul >> 1)

struct mm_struct;

/* Kernel: include/asm/thread_info.h. */
struct thread_info {
	unsigned long flags; /* TIF_SIGPENDING, and what kernel code sets */
};

struct sigpending {
	struct list_head list; /* empty: no siginfo is kept */
	struct kmemu_sigset signal;
};

struct cred;
struct pid;
struct signal_struct;
struct sighand_struct;

/*
 * What is read with others' tasks in mind is right behind kmemu_tasks_refresh(). Members
 * of the tree are read in RCU.
 */
struct task_struct {
	unsigned int __state; /* KMEMU_TASK_*; waited on */
	unsigned int flags; /* KMEMU_PF_*, as of when current was asked; writing has no effect */
	int pid, tgid; /* of the thread, of the process */
	int exit_state, exit_code, exit_signal;
	int prio, static_prio, normal_prio;
	unsigned int rt_priority; /* 0 */
	char comm[KMEMU_TASK_COMM_LEN];
	struct mm_struct *mm; /* NULL: a kthread, or another process's */
	struct mm_struct *active_mm;
	unsigned int policy; /* SCHED_NORMAL */
	unsigned int ptrace; /* 0 */
	struct task_struct *real_parent, *parent, *group_leader;
	struct list_head tasks; /* of processes, from init_task on */
	struct list_head children, sibling;
	struct list_head thread_node; /* of its process's, from signal->thread_head on */
	struct pid *thread_pid;
	const struct cred *real_cred, *cred;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	unsigned long long start_time, start_boottime; /* ns; of the first current */
	void *journal_info; /* a file system's */
	struct thread_info thread_info;
	struct kmemu_sigset blocked; /* signals that wait, a kernel thread's: none */
	struct sigpending pending;
	struct kmemu_spinlock kmemu_alloc_lock; /* task_lock() */
	struct kunit *kunit_test; /* the test that this thread is of, or NULL; may be written */
};

/*
 * current: never NULL. Valid until the thread ends, a kthread's until its last
 * reference is put. get and put: references (get_task_struct, put_task_struct).
 */
struct task_struct *kmemu_current(void);
/* The process's thread, or the process, of that number; NULL: none. */
struct task_struct *kmemu_find_task(int pid);
/*
 * The root of all tasks, number 0, and the list of processes: kernel threads below kthreadd,
 * this one below its ancestors, its children, and others that were looked for. refresh: as
 * the system has them now, its threads among them; init_task: the same, and the root. Any
 * context.
 */
struct task_struct *kmemu_init_task(void);
struct task_struct *kmemu_root_task(void) __attribute__((__const__)); /* without a refresh */
struct task_struct *kmemu_tasks_refresh(void);
/* refresh, of this process's threads alone; the task. */
struct task_struct *kmemu_threads_refresh(struct task_struct *task);
struct task_struct *kmemu_get_task_struct(struct task_struct *task);
void kmemu_put_task_struct(struct task_struct *task);

/*
 * current->__state = state, with a full barrier (set_current_state()). What allocates
 * and may sleep is told of ("do not call blocking ops when !TASK_RUNNING") where the
 * state was set by this, with context= on.
 */
void kmemu_set_current_state(unsigned int state);

/*
 * kmemu_schedule: gives the CPU up; sleeps while __state is not TASK_RUNNING.
 * kmemu_schedule_timeout: the same for at most that many jiffies, returns those
 * that were left, and __state is TASK_RUNNING. The _interruptible and so on set
 * the state before. kmemu_io_schedule() is schedule().
 * kmemu_cond_resched: may sleep; 0.
 * In a context that may not sleep: "BUG: scheduling while atomic".
 */
void kmemu_schedule(void);
long kmemu_schedule_timeout(long timeout);
long kmemu_schedule_timeout_interruptible(long timeout);
long kmemu_schedule_timeout_killable(long timeout);
long kmemu_schedule_timeout_uninterruptible(long timeout);
void kmemu_yield(void);
int kmemu_cond_resched(void);

/* Any context. 1: it slept (or was about to), and runs now. */
int kmemu_wake_up_process(struct task_struct *task);
int kmemu_wake_up_state(struct task_struct *task, unsigned int state);

/*
 * Waits until the thread sleeps in one of these states (~0: in any): not 0, and another
 * number once it has run in between; 0: it is in another one. May sleep.
 */
int kmemu_task_on_cpu(struct task_struct *task); /* it neither sleeps nor is about to */
unsigned long kmemu_wait_task_inactive(struct task_struct *task, unsigned int match);

/*
 * kmemu_msleep: "scheduling while atomic" where it may not sleep, as 6.12's;
 * interruptible: the rest, 0 if no signal ended it. kmemu_udelay and kmemu_ndelay spin,
 * any context.
 */
void kmemu_msleep(unsigned int ms);
unsigned long kmemu_msleep_interruptible(unsigned int ms);
void kmemu_usleep_range(unsigned long min_us, unsigned long max_us);
void kmemu_ndelay(unsigned long ns);
void kmemu_udelay(unsigned long us);

/*
 * Time. jiffies begin 300 s before they wrap at 32 bits, as the kernel's.
 * Nanoseconds: CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME.
 */
unsigned long kmemu_jiffies(void);
unsigned long long kmemu_ktime_get(void);
unsigned long long kmemu_ktime_get_real(void);
unsigned long long kmemu_ktime_get_boottime(void);
unsigned long kmemu_get_cycles(void);

/*
 * Threads (kernel/kthread.c). create: the thread waits for its first wake-up;
 * an ERR_PTR (-ENOMEM ...) on failure; may sleep. fmt is the kernel's for the
 * name. stop: asks it to end, wakes it, waits and returns what fn did (-EINTR when
 * it never ran); who stops a thread that may end by itself holds a reference.
 * exit: does not return. bind: before its first wake-up; it has that CPU's number and memory.
 */
struct task_struct *kmemu_kthread_create(int (*fn)(void *data), void *data, const char *fmt, ...)
	__attribute__((__format__(__printf__, 3, 4)));
struct task_struct *kmemu_kthread_create_on_node(int (*fn)(void *data), void *data, int node,
						 const char *fmt, ...)
	__attribute__((__format__(__printf__, 4, 5)));
struct task_struct *kmemu_kthread_run(int (*fn)(void *data), void *data, const char *fmt, ...);
int kmemu_kthread_stop(struct task_struct *task);
int kmemu_kthread_should_stop(void);
void *kmemu_kthread_data(struct task_struct *task);
void *kmemu_kthread_func(struct task_struct *task); /* NULL: no kthread */
void kmemu_kthread_exit(long result) __attribute__((__noreturn__));
void kmemu_kthread_bind(struct task_struct *task, unsigned int cpu);
int kmemu_is_percpu_thread(void); /* the caller is bound to a CPU */
int kmemu_kthread_park(struct task_struct *task);
void kmemu_kthread_unpark(struct task_struct *task);
void kmemu_kthread_parkme(void);
int kmemu_kthread_should_park(void);

/*
 * Random numbers (drivers/char/random.c), any context. below: uniform in
 * [0, ceil), or any number for ceil 0.
 */
unsigned int kmemu_get_random_u32(void);
unsigned long kmemu_get_random_u64(void);
void kmemu_get_random_bytes(void *buf, size_t len);
unsigned int kmemu_get_random_u32_below(unsigned int ceil);
/*
 * Chains of who is told that the machine is a copy (may sleep; -EEXIST, -ENOENT); rng:
 * the generator is ready, so nb is called at once.
 */
struct notifier_block;
int kmemu_register_random_vmfork_notifier(struct notifier_block *nb);
int kmemu_unregister_random_vmfork_notifier(struct notifier_block *nb);
void kmemu_add_vmfork_randomness(const void *unique_vm_id, size_t len);
int kmemu_execute_with_initialized_rng(struct notifier_block *nb);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_SCHED_H */
