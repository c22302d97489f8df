/* SPDX-License-Identifier: MIT */
/*
 * <linux/sched.h> of Linux 6.12: current, states, schedule(). libc may read the
 * system's through this one.
 *
 * current->flags are read only: memalloc_*_save() changes them. Signals are those that
 * kernel threads have allowed (<linux/sched/signal.h>).
 */
#ifndef _KMEMU_LINUX_SCHED_H
#define _KMEMU_LINUX_SCHED_H

#include_next <linux/sched.h>

#include <asm/page.h>
#include <asm/processor.h>
#include <kmemu/context.h>
#include <kmemu/irq.h>
#include <kmemu/sched.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/signal_types.h>
#include <linux/types.h>
/* struct sched_param is libc's own, as <sched.h> has it. */
#if defined(__has_include) && __has_include(<bits/types/struct_sched_param.h>)
#include <bits/types/struct_sched_param.h>
#else
#include <sched.h>
#endif

#ifndef _NSIG_WORDS
#define _NSIG_WORDS 1
#endif

#define PF_MEMALLOC KMEMU_PF_MEMALLOC
#define PF_MEMALLOC_NOFS KMEMU_PF_MEMALLOC_NOFS
#define PF_MEMALLOC_NOIO KMEMU_PF_MEMALLOC_NOIO
#define PF_MEMALLOC_PIN KMEMU_PF_MEMALLOC_PIN
#define PF_KTHREAD KMEMU_PF_KTHREAD
#define PF_EXITING KMEMU_PF_EXITING
#define PF_WQ_WORKER KMEMU_PF_WQ_WORKER

#define TASK_RUNNING KMEMU_TASK_RUNNING
#define TASK_INTERRUPTIBLE KMEMU_TASK_INTERRUPTIBLE
#define TASK_UNINTERRUPTIBLE KMEMU_TASK_UNINTERRUPTIBLE
#define TASK_PARKED KMEMU_TASK_PARKED
#define TASK_DEAD KMEMU_TASK_DEAD
#define TASK_WAKEKILL KMEMU_TASK_WAKEKILL
#define TASK_NOLOAD 0x00000400
#define TASK_NORMAL KMEMU_TASK_NORMAL
#define TASK_KILLABLE (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)

#define TASK_FREEZABLE 0x00002000
#define TASK_FREEZABLE_UNSAFE TASK_FREEZABLE
#define TASK_FROZEN 0x00008000
#define __TASK_STOPPED 0x00000004
#define __TASK_TRACED 0x00000008
#define EXIT_DEAD 0x00000010
#define EXIT_ZOMBIE 0x00000020
#define EXIT_TRACE (EXIT_ZOMBIE | EXIT_DEAD)
#define TASK_WAKING 0x00000200
#define TASK_NEW KMEMU_TASK_NEW
#define TASK_RTLOCK_WAIT 0x00001000
#define TASK_STOPPED (TASK_WAKEKILL | __TASK_STOPPED)
#define TASK_TRACED __TASK_TRACED

#define PF_VCPU 0x00000001
#define PF_IDLE 0x00000002
#define PF_POSTCOREDUMP 0x00000008
#define PF_IO_WORKER 0x00000010
#define PF_FORKNOEXEC 0x00000040
#define PF_MCE_PROCESS 0x00000080
#define PF_SUPERPRIV 0x00000100
#define PF_DUMPCORE 0x00000200
#define PF_SIGNALED 0x00000400
#define PF_NPROC_EXCEEDED 0x00001000
#define PF_USED_MATH 0x00002000
#define PF_USER_WORKER 0x00004000
#define PF_KCOMPACTD 0x00010000
#define PF_RANDOMIZE 0x00400000
#define PF_MCE_EARLY 0x08000000
#define PF_BLOCK_TS 0x20000000
#define PF_SUSPEND_TASK 0x80000000
#define PF_NOFREEZE 0x00008000
#define PF_KSWAPD 0x00020000
#define PF_LOCAL_THROTTLE 0x00100000
#define PF_NO_SETAFFINITY 0x04000000

#define TASK_COMM_LEN KMEMU_TASK_COMM_LEN
#define MAX_SCHEDULE_TIMEOUT ((long)KMEMU_MAX_SCHEDULE_TIMEOUT)

#ifdef __cplusplus
#define current kmemu_current()
#define get_current kmemu_current
#endif

#define set_current_state(state) kmemu_set_current_state(state)
#define __set_current_state(state) kmemu_set_current_state(state)
#define get_current_state() READ_ONCE(current->__state)
#define task_is_running(task) (READ_ONCE((task)->__state) == TASK_RUNNING)

__kmemu_c void schedule(void) __kmemu_is(kmemu_schedule);
__kmemu_c void io_schedule(void) __kmemu_is(kmemu_schedule);
__kmemu_c long schedule_timeout(long timeout) __kmemu_is(kmemu_schedule_timeout);
__kmemu_c long io_schedule_timeout(long timeout) __kmemu_is(kmemu_schedule_timeout);
__kmemu_c long schedule_timeout_interruptible(long timeout)
	__kmemu_is(kmemu_schedule_timeout_interruptible);
__kmemu_c long schedule_timeout_killable(long timeout)
	__kmemu_is(kmemu_schedule_timeout_killable);
__kmemu_c long schedule_timeout_uninterruptible(long timeout)
	__kmemu_is(kmemu_schedule_timeout_uninterruptible);
__kmemu_c long schedule_timeout_idle(long timeout)
	__kmemu_is(kmemu_schedule_timeout_uninterruptible);
__kmemu_c void yield(void) __kmemu_is(kmemu_yield);
__kmemu_c int cond_resched(void) __kmemu_is(kmemu_cond_resched);
__kmemu_c int wake_up_process(struct task_struct *task) __kmemu_is(kmemu_wake_up_process);
__kmemu_c int wake_up_state(struct task_struct *task, unsigned int state)
	__kmemu_is(kmemu_wake_up_state);

static __always_inline bool need_resched(void)
{
	return 0;
}

#define might_yield() might_sleep()

static __always_inline void cond_resched_rcu(void)
{
	cond_resched();
}

#define cond_resched_lock(lock)                                    \
	__extension__({                                            \
		spin_unlock(lock);                                 \
		cond_resched();                                    \
		spin_lock(lock);                                   \
		1;                                                 \
	})

/* TIF_SIGPENDING, TIF_NOTIFY_SIGNAL of <linux/thread_info.h>. */
static __always_inline int task_sigpending(struct task_struct *task)
{
	return (READ_ONCE(task->thread_info.flags) & (1UL << 2)) != 0;
}

static __always_inline int signal_pending(struct task_struct *task)
{
	return unlikely((READ_ONCE(task->thread_info.flags) & (1UL << 2 | 1UL << 17)) != 0);
}

static __always_inline int __fatal_signal_pending(struct task_struct *task)
{
	return (READ_ONCE(task->pending.signal.sig[0]) & (1UL << (SIGKILL - 1))) != 0;
}

static __always_inline int fatal_signal_pending(struct task_struct *task)
{
	return task_sigpending(task) && __fatal_signal_pending(task);
}

static __always_inline int signal_pending_state(unsigned int state, struct task_struct *task)
{
	if (!(state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)) || !signal_pending(task))
		return 0;
	return state & TASK_INTERRUPTIBLE || __fatal_signal_pending(task);
}

static __always_inline int task_pid_nr(struct task_struct *task)
{
	return task->pid;
}

static __always_inline int task_tgid_nr(struct task_struct *task)
{
	return task->tgid;
}

#include <linux/sched/task.h>

#ifndef __cplusplus

#include <linux/sched/prio.h>
#include <linux/thread_info.h>

/* Said, and without effect: the system's scheduler is asked for nothing. */
static inline void set_user_nice(struct task_struct *p, long nice)
{
	(void)p;
	(void)nice;
}

static __always_inline int task_nice(const struct task_struct *p)
{
	(void)p;
	return 0;
}

static __always_inline void sched_set_fifo(struct task_struct *p)
{
	(void)p;
}

static __always_inline void sched_set_fifo_low(struct task_struct *p)
{
	(void)p;
}

static __always_inline void sched_set_normal(struct task_struct *p, int nice)
{
	(void)p;
	(void)nice;
}

static inline int sched_setscheduler_nocheck(struct task_struct *p, int policy,
					     const struct sched_param *param)
{
	(void)p;
	(void)policy;
	(void)param;
	return 0;
}

struct cpumask;
static inline int set_cpus_allowed_ptr(struct task_struct *p, const struct cpumask *new_mask)
{
	(void)p;
	(void)new_mask;
	return 0;
}

static __always_inline bool is_idle_task(const struct task_struct *p)
{
	(void)p;
	return false;
}

static __always_inline bool task_is_runnable(struct task_struct *p)
{
	return task_is_running(p);
}

static __always_inline int idle_cpu(int cpu)
{
	(void)cpu;
	return 0;
}

static __always_inline int test_tsk_need_resched(struct task_struct *p)
{
	(void)p;
	return 0;
}

static __always_inline void schedule_preempt_disabled(void)
{
	preempt_enable();
	schedule();
	preempt_disable();
}

static inline char *__get_task_comm(char *buf, size_t size, struct task_struct *p)
{
	__builtin_memcpy(buf, p->comm, size < TASK_COMM_LEN ? size : TASK_COMM_LEN);
	buf[(size < TASK_COMM_LEN ? size : TASK_COMM_LEN) - 1] = '\0';
	return buf;
}
#define get_task_comm(buf, p) __get_task_comm(buf, sizeof(buf), p)

static __always_inline pid_t task_pid_vnr(struct task_struct *p)
{
	return task_pid_nr(p);
}

static __always_inline pid_t task_tgid_vnr(struct task_struct *p)
{
	return task_tgid_nr(p);
}


static __always_inline pid_t task_pid_nr_ns(struct task_struct *p, struct pid_namespace *ns)
{
	(void)ns;
	return task_pid_nr(p);
}

static __always_inline pid_t task_tgid_nr_ns(struct task_struct *p, struct pid_namespace *ns)
{
	(void)ns;
	return task_tgid_nr(p);
}

#define cond_resched_rwlock_read(lock)  \
	({                              \
		read_unlock(lock);      \
		cond_resched();         \
		read_lock(lock);        \
		1;                      \
	})
#define cond_resched_rwlock_write(lock) \
	({                              \
		write_unlock(lock);     \
		cond_resched();         \
		write_lock(lock);       \
		1;                      \
	})

#define SCHED_CAPACITY_SHIFT 10
#define SCHED_CAPACITY_SCALE (1L << SCHED_CAPACITY_SHIFT)

static __always_inline unsigned int task_cpu(const struct task_struct *p)
{
	(void)p;
	return kmemu_smp_processor_id();
}

/* The number of its place in "RSDTtXZPI". */
static inline unsigned int task_state_index(struct task_struct *p)
{
	unsigned int state = READ_ONCE(p->__state), reported = state | (unsigned int)p->exit_state;

	if ((state & TASK_IDLE) == TASK_IDLE)
		return 8;
	if (state & (TASK_RTLOCK_WAIT | TASK_FROZEN))
		return 2;
	reported &= 0x7f;
	return reported ? 32 - (unsigned int)__builtin_clz(reported) : 0;
}

static inline char task_index_to_char(unsigned int state)
{
	return "RSDTtXZPI"[state];
}

static __always_inline char task_state_to_char(struct task_struct *p)
{
	return task_index_to_char(task_state_index(p));
}

#define TASK_ANY 0xffff
#define TASK_REPORT                                                                          \
	(TASK_RUNNING | TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE | __TASK_STOPPED |         \
	 __TASK_TRACED | EXIT_DEAD | EXIT_ZOMBIE | TASK_PARKED)
#define TASK_REPORT_IDLE (TASK_REPORT + 1)
#define TASK_REPORT_MAX (TASK_REPORT_IDLE << 1)
#define MAX_LOCK_DEPTH 48UL
#define TASK_SIZE_OF(tsk) ((void)(tsk), TASK_SIZE)

/* struct pmu's task_ctx_nr. */
enum perf_event_task_context {
	perf_invalid_context = -1,
	perf_hw_context = 0,
	perf_sw_context,
	perf_nr_task_contexts,
};

/* With TASK_RUNNING's wake-ups shut out, there; a state of ours is exchanged. */
#define set_special_state(state) set_current_state(state)

static __always_inline int task_curr(const struct task_struct *p)
{
	return p == current;
}

static __always_inline int task_prio(const struct task_struct *p)
{
	return p->prio - MAX_RT_PRIO;
}

static __always_inline int can_nice(const struct task_struct *p, const int nice)
{
	(void)p;
	(void)nice;
	return 1;
}

static __always_inline int io_schedule_prepare(void)
{
	return 0;
}

static __always_inline void io_schedule_finish(int token)
{
	(void)token;
}

/* The name that current->comm tells; the system's own stays. */
static inline void set_task_comm(struct task_struct *p, const char *from)
{
	size_t n = __builtin_strlen(from);

	n = n < TASK_COMM_LEN ? n : TASK_COMM_LEN - 1;
	__builtin_memcpy(p->comm, from, n);
	__builtin_memset(p->comm + n, 0, TASK_COMM_LEN - n);
}

static __always_inline void __set_task_comm(struct task_struct *p, const char *from, bool exec)
{
	(void)exec;
	set_task_comm(p, from);
}

/* NULL: none; the caller is in RCU. */
static __always_inline struct task_struct *find_task_by_pid_ns(pid_t nr, struct pid_namespace *ns)
{
	(void)ns;
	RCU_LOCKDEP_WARN(!rcu_read_lock_held(),
			 "find_task_by_pid_ns() needs rcu_read_lock() protection");
	return kmemu_find_task(nr);
}

static __always_inline struct task_struct *find_task_by_vpid(pid_t nr)
{
	return find_task_by_pid_ns(nr, NULL);
}

/* With a reference. */
static __always_inline struct task_struct *find_get_task_by_vpid(pid_t nr)
{
	struct task_struct *p = kmemu_find_task(nr);

	return p ? kmemu_get_task_struct(p) : NULL;
}

__kmemu_c unsigned long wait_task_inactive(struct task_struct *p, unsigned int match_state)
	__kmemu_is(kmemu_wait_task_inactive);

/* 0, as of a task that runs: where another thread sleeps is not known. */
static inline unsigned long get_wchan(struct task_struct *p)
{
	(void)p;
	return 0;
}

static inline bool is_percpu_thread(void)
{
	return kmemu_is_percpu_thread() != 0;
}

static inline bool vcpu_is_preempted(long cpu)
{
	(void)cpu;
	return false;
}

/* Whom the system has preempted counts as on a CPU. */
static inline bool owner_on_cpu(struct task_struct *owner)
{
	return kmemu_task_on_cpu(owner);
}

/* 0: the system gives the CPU to whom it likes. */
static inline int yield_to(struct task_struct *p, bool preempt)
{
	(void)p;
	(void)preempt;
	yield();
	return 0;
}

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/jump_label.h>
#endif

#endif /* _KMEMU_LINUX_SCHED_H */
