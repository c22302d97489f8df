/*
 * signal.c - signals of kernel threads, and struct pid (kernel: kernel/signal.c,
 * kernel/pid.c).
 *
 * A task has a bit for each signal that is pending, those sent to it and those sent to
 * its process apart, since a killed thread is one to which SIGKILL was sent itself. That
 * one is pending at all is a flag of thread_info's, which is all that is looked at where
 * none is. Who sleeps in a state is woken by it; who sleeps on a lock's word or on a
 * completion waits for the counter task->signals too, which moves with each signal.
 *
 * A struct pid is its task by another name: a reference to one is one to the other.
 *
 * Different from the kernel: a signal to a thread of the program's that has not allowed
 * it is sent by the system, and ends no wait of kernel code's, since its handler runs at
 * once. No siginfo is kept, as none is for kernel threads there.
 *
 * Locks: signals_lock, with signals blocked. Cost: where no signal is pending a wait
 * that may be interrupted tests a word.
 */
#include <errno.h>
#include <signal.h>

#include "core/kernel/task.h"
#include "core/os/proc.h"
#include "core/os/task.h"
#include "include/kmemu/signal.h"

#define NR_SIGNALS 64
#define BIT_OF(sig) (1UL << ((sig) - 1))

#define FAULTS                                                                       \
	(BIT_OF(SIGSEGV) | BIT_OF(SIGBUS) | BIT_OF(SIGILL) | BIT_OF(SIGTRAP) |       \
	 BIT_OF(SIGFPE) | BIT_OF(SIGSYS))
#define DUMPS (FAULTS | BIT_OF(SIGQUIT) | BIT_OF(SIGABRT) | BIT_OF(SIGXCPU) | BIT_OF(SIGXFSZ))
#define STOPS (BIT_OF(SIGSTOP) | BIT_OF(SIGTSTP) | BIT_OF(SIGTTIN) | BIT_OF(SIGTTOU))
#define IGNORED (BIT_OF(SIGCONT) | BIT_OF(SIGCHLD) | BIT_OF(SIGWINCH) | BIT_OF(SIGURG))

static struct kernel_lock signals_lock __own_word;

static bool is_kthread(const struct task *task)
{
	return task->t.flags & KMEMU_PF_KTHREAD;
}

bool task_is_alive(const struct task *task)
{
	if (!READ_ONCE(task->owner))
		return false;
	if (task->other)
		return task->in_tree && os_process_exists(task->t.pid);
	if (READ_ONCE(task->t.__state) == KMEMU_TASK_DEAD)
		return false;
	return is_kthread(task) || os_thread_exists((u32)task->t.pid);
}

/* --- what is pending --------------------------------------------------------- */

bool task_signal_ends(const struct task *task, u32 state)
{
	if (!(state & (KMEMU_TASK_INTERRUPTIBLE | KMEMU_TASK_WAKEKILL)))
		return false;
	return state & KMEMU_TASK_INTERRUPTIBLE ||
	       READ_ONCE(task->t.pending.signal.sig[0]) & BIT_OF(SIGKILL);
}

static u64 deliverable(const struct task *task)
{
	return (task->t.pending.signal.sig[0] | task->shared_pending) & ~task->t.blocked.sig[0];
}

static void set_flag(struct task *task)
{
	__atomic_fetch_or(&task->t.thread_info.flags, TASK_SIGPENDING, __ATOMIC_SEQ_CST);
}

static void clear_flag(struct task *task)
{
	__atomic_fetch_and(&task->t.thread_info.flags, ~TASK_SIGPENDING, __ATOMIC_SEQ_CST);
}

static void recalc(struct task *task)
{
	if (deliverable(task))
		set_flag(task);
	else
		clear_flag(task);
}

static void forget(struct task *task, u64 signals)
{
	task->t.pending.signal.sig[0] &= ~signals;
	task->shared_pending &= ~signals;
}

KMEMU_EXPORT void kmemu_recalc_sigpending(void)
{
	struct task *task = task_current();
	u64 mask = kernel_lock(&signals_lock);

	recalc(task);
	kernel_unlock(&signals_lock, mask);
}

KMEMU_EXPORT void kmemu_flush_signals(struct task_struct *t)
{
	u64 mask = kernel_lock(&signals_lock);

	clear_flag(task_of(t));
	forget(task_of(t), ~0UL);
	kernel_unlock(&signals_lock, mask);
}

/* Kernel: next_signal(); what the processor told of comes first. */
static u32 lowest(u64 signals)
{
	if (signals & FAULTS)
		signals &= FAULTS;
	return signals ? (u32)__builtin_ctzl(signals) + 1 : 0;
}

static u32 take_one(unsigned long *pending, u64 blocked)
{
	u32 sig = lowest(*pending & ~blocked);

	if (sig)
		*pending &= ~BIT_OF(sig);
	return sig;
}

KMEMU_EXPORT int kmemu_dequeue_signal(void)
{
	struct task *task = task_current();
	u64 mask = kernel_lock(&signals_lock);
	u64 blocked = task->t.blocked.sig[0];
	u32 sig = take_one(task->t.pending.signal.sig, blocked);

	if (!sig)
		sig = take_one(&task->shared_pending, blocked);
	recalc(task);
	kernel_unlock(&signals_lock, mask);
	return (int)sig;
}

/* --- what is done with it ------------------------------------------------------ */

static void set_action(struct task *task, u64 bit, unsigned long action)
{
	task->sig_default &= ~bit;
	task->sig_allowed &= ~bit;
	task->sig_from_kernel &= ~bit;
	if (action == KMEMU_SIG_DFL)
		task->sig_default |= bit;
	else if (action == KMEMU_SIG_KTHREAD_KERNEL)
		task->sig_from_kernel |= bit;
	else if (action != KMEMU_SIG_IGN)
		task->sig_allowed |= bit;
}

KMEMU_EXPORT void kmemu_kernel_sigaction(int sig, unsigned long action)
{
	struct task *task = task_current();
	u64 mask;

	if (sig < 1 || sig > NR_SIGNALS)
		return;
	mask = kernel_lock(&signals_lock);
	set_action(task, BIT_OF(sig), action);
	if (action == KMEMU_SIG_IGN) {
		forget(task, BIT_OF(sig));
		recalc(task);
	}
	kernel_unlock(&signals_lock, mask);
}

/* Kernel: sig_ignored(). */
static bool takes(const struct task *task, u64 bit, bool from_kernel)
{
	if (task->t.blocked.sig[0] & bit)
		return true;
	return task->sig_allowed & bit || (from_kernel && task->sig_from_kernel & bit) ||
	       (task->sig_default & bit & ~IGNORED);
}

/* Kernel: send_signal_locked(), complete_signal(). The states from which it wakes; 0: none. */
static u32 make_pending(struct task *task, int sig, bool from_kernel, bool group)
{
	unsigned long *pending = group ? &task->shared_pending : task->t.pending.signal.sig;
	u64 bit = BIT_OF(sig);

	if (bit & STOPS)
		forget(task, BIT_OF(SIGCONT));
	else if (sig == SIGCONT)
		forget(task, STOPS);
	if (!takes(task, bit, from_kernel) || *pending & bit)
		return 0;
	*pending |= bit;
	if (task->t.blocked.sig[0] & bit)
		return 0;
	if (task->sig_default & bit & ~(DUMPS | STOPS)) {
		task->t.pending.signal.sig[0] |= BIT_OF(SIGKILL);
		sig = SIGKILL;
	}
	set_flag(task);
	return KMEMU_TASK_INTERRUPTIBLE | (sig == SIGKILL ? KMEMU_TASK_WAKEKILL : 0);
}

static void wake(struct task *task, u32 states)
{
	if (!states)
		return;
	__atomic_fetch_add(&task->signals, 1, __ATOMIC_SEQ_CST);
	os_futex_wake(&task->signals, 1);
	task_wake(task, states);
}

/* Kernel: set_notify_signal(). */
void task_notify(struct task *task)
{
	__atomic_fetch_or(&task->t.thread_info.flags, TASK_NOTIFY_SIGNAL, __ATOMIC_SEQ_CST);
	wake(task, KMEMU_TASK_INTERRUPTIBLE);
}

/* --- sending ------------------------------------------------------------------- */

/* A thread of the program's handles what it has not asked for as the program says. */
static bool is_for_us(const struct task *task, int sig)
{
	u64 ours = task->sig_allowed | task->sig_from_kernel | task->sig_default;

	return is_kthread(task) || ours & BIT_OF(sig);
}

static bool is_special(const void *info)
{
	return (uintptr_t)info <= 1;
}

KMEMU_EXPORT int kmemu_send_signal(struct task_struct *t, int sig, const void *info, int group)
{
	struct task *task = task_of(t);
	u32 states;
	u64 mask;

	if (sig < 0 || sig > NR_SIGNALS)
		return -EINVAL_;
	if (!task_is_alive(task))
		return -ESRCH_;
	if (task->other)
		return sig ? -EPERM : 0;
	if (!sig)
		return 0;
	if (!is_for_us(task, sig))
		return os_signal(group ? 0 : (u32)t->pid, sig, is_special(info) ? NULL : info);
	mask = kernel_lock(&signals_lock);
	states = make_pending(task, sig, (uintptr_t)info == 1, group);
	kernel_unlock(&signals_lock, mask);
	wake(task, states);
	return 0;
}

/* Kernel: force_sig_info_to_task(). */
KMEMU_EXPORT void kmemu_force_signal(int sig)
{
	struct task *task = task_current();
	u64 bit, mask;
	u32 states;

	if (sig < 1 || sig > NR_SIGNALS)
		return;
	if (!is_for_us(task, sig)) {
		os_force_signal(sig);
		return;
	}
	bit = BIT_OF(sig);
	mask = kernel_lock(&signals_lock);
	if (task->t.blocked.sig[0] & bit ||
	    !((task->sig_allowed | task->sig_from_kernel) & bit)) {
		task->t.blocked.sig[0] &= ~bit;
		set_action(task, bit, KMEMU_SIG_DFL);
	}
	states = make_pending(task, sig, true, false);
	kernel_unlock(&signals_lock, mask);
	wake(task, states);
}

/* --- struct pid ------------------------------------------------------------------ */

static struct task *task_of_pid(const struct pid *pid)
{
	return container_of(pid, struct task, as_pid);
}

KMEMU_EXPORT struct pid *kmemu_task_pid(struct task_struct *t)
{
	return &task_of(t)->as_pid;
}

KMEMU_EXPORT struct pid *kmemu_find_pid(int nr)
{
	struct task_struct *t = kmemu_find_task(nr);

	return t ? kmemu_task_pid(t) : NULL;
}

KMEMU_EXPORT struct pid *kmemu_get_pid(struct pid *pid)
{
	if (pid)
		task_get(task_of_pid(pid), CALLER);
	return pid;
}

KMEMU_EXPORT void kmemu_put_pid(struct pid *pid)
{
	if (pid)
		kmemu_put_task_struct(&task_of_pid(pid)->t);
}

KMEMU_EXPORT int kmemu_task_is_alive(const struct task_struct *t)
{
	return task_is_alive(container_of(t, struct task, t));
}

KMEMU_EXPORT struct task_struct *kmemu_pid_task(struct pid *pid, int type)
{
	struct task *task = pid ? task_of_pid(pid) : NULL;

	if (task && type > 1)
		return kmemu_next_pid_task(pid, type, NULL);
	if (!task || !task->as_pid.numbers[0].nr || !task_is_alive(task) ||
	    (type == 1 && task->t.pid != task->t.tgid))
		return NULL;
	return &task->t;
}

KMEMU_EXPORT int kmemu_pid_nr(const struct pid *pid)
{
	return pid ? pid->numbers[0].nr : 0;
}

KMEMU_EXPORT int kmemu_kill_pid(struct pid *pid, int sig, const void *info)
{
	struct task_struct *t = kmemu_pid_task(pid, 0);

	return t ? kmemu_send_signal(t, sig, info, 1) : -ESRCH_;
}

/* Kernel: __kill_pgrp_info(). Only here is who gets it. */
KMEMU_EXPORT int kmemu_kill_pgrp(struct pid *pid, int sig, const void *info)
{
	struct task_struct *t = NULL;
	int ret = -ESRCH_;

	while (pid && (t = kmemu_next_pid_task(pid, 2, t)) != NULL) {
		int err = task_of(t)->other ? -ESRCH_ : kmemu_send_signal(t, sig, info, 1);

		if (ret)
			ret = err;
	}
	return ret;
}
