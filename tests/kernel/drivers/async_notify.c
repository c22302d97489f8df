// SPDX-License-Identifier: MIT
/*
 * A device that tells by a signal that there is something to read (fasync), to owners that
 * are kernel threads here; and sets of signals.
 */
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/slab.h>

#define MUST(cond)                                                   \
	do {                                                         \
		if (!(cond)) {                                       \
			pr_err("%d: " #cond "\n", __LINE__);         \
			return -EINVAL;                              \
		}                                                    \
	} while (0)

static struct fasync_struct *readers;

static int notify_fasync(int fd, struct file *file, int on)
{
	return fasync_helper(fd, file, on, &readers);
}

static const struct file_operations notify_fops = {
	.owner = THIS_MODULE,
	.fasync = notify_fasync,
};

struct owner {
	struct task_struct *task;
	int ready, taken[4], n;
};

static int owner_fn(void *data)
{
	struct owner *o = data;

	allow_signal(SIGIO);
	allow_signal(SIGUSR1);
	WRITE_ONCE(o->ready, 1);
	while (!kthread_should_stop()) {
		schedule_timeout_interruptible(1);
		if (signal_pending(current) && o->n < 4) {
			o->taken[o->n] = kernel_dequeue_signal();
			smp_store_release(&o->n, o->n + 1);
		}
	}
	return 0;
}

static int begin(struct owner *o)
{
	o->task = kthread_run(owner_fn, o, "owner");
	if (IS_ERR(o->task))
		return PTR_ERR(o->task);
	while (!READ_ONCE(o->ready))
		schedule_timeout_uninterruptible(1);
	return 0;
}

/* Whether the signal came as the n-th. */
static bool came(struct owner *o, int n, int sig)
{
	int tries = 1000;

	while (smp_load_acquire(&o->n) < n && tries--)
		schedule_timeout_uninterruptible(1);
	return o->n == n && o->taken[n - 1] == sig;
}

static int tell(struct file *file, struct owner *o)
{
	kill_fasync(&readers, SIGIO, POLL_IN); /* nobody is in the list */
	MUST(notify_fasync(3, file, 1) == 1 && file->f_flags & FASYNC && readers);
	MUST(notify_fasync(4, file, 1) == 0 && readers->fa_fd == 4);
	kill_fasync(&readers, SIGIO, POLL_IN); /* nobody is the owner */
	MUST(f_setown(file, o->task->pid, 1) == 0);
	MUST(file->f_owner->pid == task_pid(o->task) && !file->f_owner->signum);
	MUST(uid_eq(file->f_owner->euid, current_euid()));
	kill_fasync(&readers, SIGIO, POLL_IN);
	MUST(came(o, 1, SIGIO));
	file->f_owner->signum = SIGUSR1; /* F_SETSIG */
	kill_fasync(&readers, SIGIO, POLL_OUT);
	MUST(came(o, 2, SIGUSR1));
	__f_setown(file, NULL, PIDTYPE_TGID, 1);
	kill_fasync(&readers, SIGIO, POLL_IN);
	MUST(!file->f_owner->pid);
	MUST(f_setown(file, 1 << 30, 1) == -ESRCH);
	MUST(notify_fasync(-1, file, 0) == 1 && !(file->f_flags & FASYNC) && !readers);
	MUST(notify_fasync(-1, file, 0) == 0);
	return 0;
}

static int send(struct owner *o)
{
	MUST(kill_pid(task_pid(o->task), SIGUSR1, 1) == 0 && came(o, 3, SIGUSR1));
	MUST(send_sig(SIGIO, o->task, 0) == 0 && came(o, 4, SIGIO));
	MUST(send_sig(0, o->task, 0) == 0 && kill_pid(task_pid(o->task), 99, 1) == -EINVAL);
	return 0;
}

static int sets(void)
{
	sigset_t a, b, c;

	sigemptyset(&a);
	MUST(sigisemptyset(&a));
	sigaddset(&a, SIGTERM);
	sigaddset(&a, SIGUSR1);
	sigdelset(&a, SIGTERM);
	MUST(sigismember(&a, SIGUSR1) && !sigismember(&a, SIGTERM));
	MUST(a.sig[0] == sigmask(SIGUSR1) && sigtestsetmask(&a, sigmask(SIGUSR1)));
	siginitsetinv(&b, sigmask(SIGKILL) | sigmask(SIGUSR1));
	MUST(!sigismember(&b, SIGKILL) && sigismember(&b, SIGHUP));
	sigorsets(&c, &a, &b);
	MUST(sigismember(&c, SIGUSR1) && !sigismember(&c, SIGKILL));
	sigandsets(&c, &a, &b);
	MUST(sigisemptyset(&c) && !sigequalsets(&a, &c));
	sigandnsets(&c, &a, &b);
	MUST(sigequalsets(&a, &c));
	signotset(&c);
	sigaddsetmask(&c, sigmask(SIGUSR1));
	sigdelsetmask(&c, sigmask(SIGHUP));
	MUST(sigismember(&c, SIGUSR1) && !sigismember(&c, SIGHUP));
	sigfillset(&c);
	b = current->blocked;
	MUST(sigismember(&c, SIGHUP) && !sigismember(&b, SIGKILL));
	return 0;
}

static int __init async_notify_init(void)
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);
	struct owner owner = { 0 };
	int err = file ? begin(&owner) : -ENOMEM;

	if (!err) {
		spin_lock_init(&file->f_lock);
		file->f_op = &notify_fops;
		err = tell(file, &owner) ?: send(&owner) ?: sets();
		kthread_stop(owner.task);
		kfree(file->f_owner);
	}
	kfree(file);
	return err;
}

static void __exit async_notify_exit(void)
{
}

module_init(async_notify_init);
module_exit(async_notify_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("tells by signals");
