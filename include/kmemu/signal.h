/* SPDX-License-Identifier: MIT */
/*
 * signal.h - signals to tasks, and struct pid (kernel: kernel/signal.c, kernel/pid.c).
 * <linux/sched/signal.h> and <linux/pid.h> are thin names over these.
 *
 * A kernel thread ignores every signal that it has not allowed; an allowed one is
 * pending until the thread takes or flushes it, and ends its interruptible sleeps. A
 * thread of the program's that has allowed one has it likewise; any other signal to it
 * is a real one: the program's handler runs, or it ends.
 */
#ifndef KMEMU_SIGNAL_H
#define KMEMU_SIGNAL_H

#include "atomic_types.h"
#include "locks.h"
#include "sched.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tty_struct;

/* There is one. */
struct pid_namespace {
	unsigned int level; /* 0 */
	struct task_struct *child_reaper; /* number 1 */
	struct pid_namespace *parent; /* NULL */
};
extern struct pid_namespace kmemu_init_pid_ns;

struct upid {
	int nr;
	struct pid_namespace *ns;
};

/* A number that tasks have, as their own or of their group or session. */
struct pid {
	unsigned int level; /* 0: there is one name space */
	struct upid numbers[1];
};

/* Nobody here takes it. */
extern struct kmemu_rwlock kmemu_tasklist_lock;

#define KMEMU_PIDTYPES 4 /* PIDTYPE_MAX */
#define KMEMU_LIMITS 16 /* RLIM_NLIMITS */

struct kmemu_rlimit {
	unsigned long rlim_cur, rlim_max;
};

/* Of a process. */
struct signal_struct {
	refcount_t sigcnt;
	atomic_t live;
	int nr_threads;
	struct list_head thread_head;
	struct sigpending shared_pending; /* empty: what is pending is the library's */
	int group_exit_code, group_stop_count;
	unsigned int flags;
	unsigned int is_child_subreaper : 1, has_child_subreaper : 1;
	struct pid *pids[KMEMU_PIDTYPES];
	int leader; /* of its session */
	struct tty_struct *tty; /* NULL */
	struct kmemu_rlimit rlim[KMEMU_LIMITS]; /* as of the last refresh */
	short oom_score_adj, oom_score_adj_min;
};

struct sighand_struct {
	struct spinlock siglock;
	refcount_t count;
};

/* What the thread does with a signal, as the kernel's numbers of its handlers. */
#define KMEMU_SIG_DFL 0ul
#define KMEMU_SIG_IGN 1ul
#define KMEMU_SIG_KTHREAD 2ul
#define KMEMU_SIG_KTHREAD_KERNEL 3ul

/*
 * Any context. info: a struct kernel_siginfo, or 0: from a user, 1: from the kernel.
 * group: to the process (of a program's thread). 0, also for one that is ignored; -EINVAL:
 * no such signal; -ESRCH: the task has ended; -EPERM: another process's. force: one to the
 * caller that it does not ignore.
 */
int kmemu_send_signal(struct task_struct *task, int sig, const void *info, int group);
void kmemu_force_signal(int sig);
int kmemu_kill_pid(struct pid *pid, int sig, const void *info); /* pid NULL: -ESRCH */

/* Of the caller's task; action: KMEMU_SIG_*. dequeue: the lowest that is pending, 0: none. */
void kmemu_kernel_sigaction(int sig, unsigned long action);
int kmemu_dequeue_signal(void);
void kmemu_recalc_sigpending(void);
void kmemu_flush_signals(struct task_struct *task);

/*
 * find: NULL: none, else without a reference. The pid of a task is valid as long as the
 * task is; get and put: references, NULL is left alone. task: NULL once it has ended; type:
 * 0 the thread, 1 the process whose first it is, 2 and 3 the first process of the group, of
 * the session; next: the one behind `task`, or NULL. of_type: the task's. A signal to a
 * group goes to those of this process and of its kernel threads: 0, or -ESRCH: none.
 */
struct pid *kmemu_find_pid(int nr);
struct pid *kmemu_task_pid(struct task_struct *task);
struct pid *kmemu_get_pid(struct pid *pid);
void kmemu_put_pid(struct pid *pid);
struct task_struct *kmemu_pid_task(struct pid *pid, int type);
struct task_struct *kmemu_next_pid_task(struct pid *pid, int type, struct task_struct *task);
struct pid *kmemu_task_pid_type(struct task_struct *task, int type);
int kmemu_kill_pgrp(struct pid *pid, int sig, const void *info);
int kmemu_pid_nr(const struct pid *pid); /* pid NULL: 0 */
int kmemu_task_is_alive(const struct task_struct *task);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_SIGNAL_H */
