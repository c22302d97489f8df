/*
 * fcntl.c - who is sent a signal for a file, and fcntl(2) of a file that a test opened
 * (kernel: fs/fcntl.c).
 *
 * A driver's fasync() puts the file into the driver's list, and kill_fasync() sends each
 * file's owner what it asked for: SIGIO, or F_SETSIG's with siginfo. The signal is the
 * system's, to a thread of this process or all of it.
 *
 * Different from the kernel: an entry is freed at once, as kill_fasync() has the lock of the
 * lists. F_SETOWN's own process is sent to; another one is not (-EPERM, signal.c).
 *
 * Locks: fasync_lock, over all lists and owners, before those of signals and of the tree.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include "core/kernel/alloc.h"
#include "core/kernel/char_dev.h"
#include "core/kernel/task.h"
#include "include/kmemu/chrdev.h"
#include "include/kmemu/cred.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/lib.h"

#define FASYNC_MAGIC 0x4601
/* O_DIRECT and O_NOATIME by their numbers. */
#define SETFL_MASK ((unsigned int)(O_APPEND | O_NONBLOCK | 040000 | 01000000))
#define F_SETOWN_ 8
#define F_GETOWN_ 9
#define F_SETSIG_ 10
#define F_GETSIG_ 11
#define F_SETOWN_EX_ 15
#define F_GETOWN_EX_ 16

static struct kernel_lock fasync_lock __own_word;

/* --- the lists --------------------------------------------------------------------- */

static struct fasync_struct **find(struct fasync_struct **at, const struct file *file)
{
	while (*at && (*at)->fa_file != file)
		at = &(*at)->fa_next;
	return at;
}

static int list_add_file(int fd, struct file *file, struct fasync_struct **fapp,
			 struct fasync_struct *fa)
{
	struct fasync_struct *old = *find(fapp, file);

	if (old) {
		old->fa_fd = fd;
		return 0;
	}
	*fa = (struct fasync_struct){
		.fa_lock.word = KMEMU_LOCK_SET_UP, .magic = FASYNC_MAGIC,
		.fa_fd = fd, .fa_next = *fapp, .fa_file = file
	};
	*fapp = fa;
	file->f_flags |= KMEMU_FASYNC;
	return 1;
}

static struct fasync_struct *list_remove_file(struct file *file, struct fasync_struct **fapp)
{
	struct fasync_struct **at = find(fapp, file), *fa = *at;

	if (!fa)
		return NULL;
	*at = fa->fa_next;
	file->f_flags &= ~KMEMU_FASYNC;
	return fa;
}

KMEMU_EXPORT int kmemu_fasync_helper(int fd, struct file *file, int on,
				     struct fasync_struct **fapp)
{
	struct fasync_struct *fa = NULL;
	int ret;
	u64 mask;

	if (on) {
		fa = kmalloc_for(sizeof(*fa), GFP_KERNEL, "fasync_helper", CALLER);
		if (!fa)
			return -ENOMEM;
	}
	kmemu_spin_lock(&file->f_lock.rlock);
	mask = kernel_lock(&fasync_lock);
	if (on) {
		ret = list_add_file(fd, file, fapp, fa);
		if (ret)
			fa = NULL;
	} else {
		fa = list_remove_file(file, fapp);
		ret = !!fa;
	}
	kernel_unlock(&fasync_lock, mask);
	kmemu_spin_unlock(&file->f_lock.rlock);
	kfree_for(fa, NULL);
	return ret;
}

/* --- sending ------------------------------------------------------------------------ */

/* Kernel: sigio_perm(). */
static bool may_send(const struct task_struct *t, const struct fown_struct *owner)
{
	const struct cred *cred = READ_ONCE(t->real_cred);
	u32 uid = owner->uid.val, euid = owner->euid.val;

	return !euid || euid == cred->suid.val || euid == cred->uid.val ||
	       uid == cred->suid.val || uid == cred->uid.val;
}

static bool has_own_codes(int sig)
{
	return sig == SIGILL || sig == SIGFPE || sig == SIGSEGV || sig == SIGBUS ||
	       sig == SIGTRAP || sig == SIGCHLD || sig == SIGSYS;
}

static void send_to(struct task_struct *t, const struct fown_struct *owner, int fd, int band)
{
	static const short bands[] = { POLLIN | POLLRDNORM, POLLOUT | POLLWRNORM | POLLWRBAND,
				       POLLIN | POLLRDNORM | 0x400, POLLERR,
				       POLLPRI | POLLRDBAND, POLLHUP | POLLERR };
	int sig = READ_ONCE(owner->signum), group = owner->pid_type > 0;
	siginfo_t info;

	if (!may_send(t, owner))
		return;
	if (sig) {
		__builtin_memset(&info, 0, sizeof(info));
		info.si_signo = sig;
		info.si_code = sig != SIGIO && has_own_codes(sig) ? SI_SIGIO : band;
		info.si_band = band >= POLL_IN && band <= POLL_HUP ? bands[band - POLL_IN] : ~0L;
		info.si_fd = fd;
		if (!kmemu_send_signal(t, sig, &info, group))
			return;
	}
	kmemu_send_signal(t, SIGIO, (const void *)1, group);
}

static void send_sigio(const struct fown_struct *owner, int fd, int band)
{
	struct task_struct *t = NULL;

	if (!owner->pid)
		return;
	if (owner->pid_type < 2) {
		t = kmemu_pid_task(owner->pid, 0);
		if (t)
			send_to(t, owner, fd, band);
		return;
	}
	while ((t = kmemu_next_pid_task(owner->pid, (int)owner->pid_type, t)) != NULL)
		send_to(t, owner, fd, band);
}

KMEMU_EXPORT void kmemu_send_sigio(struct fown_struct *owner, int fd, int band)
{
	u64 mask = kernel_lock(&fasync_lock);

	send_sigio(owner, fd, band);
	kernel_unlock(&fasync_lock, mask);
}

KMEMU_EXPORT void kmemu_kill_fasync(struct fasync_struct **fapp, int sig, int band)
{
	u64 mask;

	if (!READ_ONCE(*fapp))
		return;
	mask = kernel_lock(&fasync_lock);
	for (const struct fasync_struct *fa = *fapp; fa; fa = fa->fa_next) {
		const struct fown_struct *owner = fa->fa_file->f_owner;

		if (owner && !(sig == SIGURG && !owner->signum))
			send_sigio(owner, fa->fa_fd, band);
	}
	kernel_unlock(&fasync_lock, mask);
}

/* --- owners -------------------------------------------------------------------------- */

KMEMU_EXPORT int kmemu_owner_allocate(struct file *file)
{
	struct fown_struct *owner, *none = NULL;

	if (__atomic_load_n(&file->f_owner, __ATOMIC_ACQUIRE))
		return 0;
	owner = kmalloc_for(sizeof(*owner), GFP_KERNEL | __GFP_ZERO, "file_f_owner_allocate",
			    CALLER);
	if (!owner)
		return -ENOMEM;
	owner->file = file;
	owner->lock.word = KMEMU_LOCK_SET_UP;
	if (!__atomic_compare_exchange_n(&file->f_owner, &none, owner, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE))
		kfree_for(owner, NULL);
	return 0;
}

KMEMU_EXPORT void kmemu_set_owner(struct file *file, struct pid *pid, unsigned int type,
				  int force)
{
	struct fown_struct *owner = file->f_owner;
	const struct cred *cred = kmemu_current_cred();
	u64 mask;

	if (!owner) {
		kernel_warn(CALLER, "fs/fcntl.c", 116, NULL);
		return;
	}
	mask = kernel_lock(&fasync_lock);
	if (force || !owner->pid) {
		kmemu_put_pid(owner->pid);
		owner->pid = kmemu_get_pid(pid);
		owner->pid_type = type;
		if (pid) {
			owner->uid = cred->uid;
			owner->euid = cred->euid;
		}
	}
	kernel_unlock(&fasync_lock, mask);
}

/* A group's number. */
static struct pid *find_group(int nr)
{
	struct task_struct *t = kmemu_current();
	struct pid *own = kmemu_task_pid_type(t, 2);

	return kmemu_pid_nr(own) == nr ? own : kmemu_find_pid(nr);
}

static int set_owner(struct file *file, int who, unsigned int type, int force)
{
	struct pid *pid = NULL;
	int err = kmemu_owner_allocate(file);

	if (err)
		return err;
	if (who) {
		pid = type == 2 ? find_group(who) : kmemu_find_pid(who);
		if (!pid)
			return -ESRCH;
	}
	kmemu_set_owner(file, pid, type, force);
	return 0;
}

KMEMU_EXPORT int kmemu_setown(struct file *file, int who, int force)
{
	might_sleep_in("f_setown", CALLER);
	if (who == (int)(1U << 31))
		return -EINVAL;
	return who < 0 ? set_owner(file, -who, 2, force) : set_owner(file, who, 1, force);
}

KMEMU_EXPORT int kmemu_getown(struct file *file)
{
	const struct fown_struct *owner = file->f_owner;
	int nr = 0;
	u64 mask;

	if (!owner)
		return 0;
	mask = kernel_lock(&fasync_lock);
	if (kmemu_pid_task(owner->pid, (int)owner->pid_type))
		nr = kmemu_pid_nr(owner->pid);
	if (owner->pid_type == 2)
		nr = -nr;
	kernel_unlock(&fasync_lock, mask);
	return nr;
}

void file_owner_release(struct file *file)
{
	if (!file->f_owner)
		return;
	kmemu_put_pid(file->f_owner->pid);
	kfree_for(file->f_owner, NULL);
	file->f_owner = NULL;
}

/* --- fcntl(2) ------------------------------------------------------------------------- */

static int set_flags(int fd, struct file *file, unsigned int arg)
{
	int err = 0;

	if (file->f_op->check_flags)
		err = file->f_op->check_flags((int)arg);
	if (err)
		return err;
	if ((arg ^ file->f_flags) & KMEMU_FASYNC && file->f_op->fasync)
		err = file->f_op->fasync(fd, file, (arg & KMEMU_FASYNC) != 0);
	if (err < 0)
		return err;
	kmemu_spin_lock(&file->f_lock.rlock);
	file->f_flags = (arg & SETFL_MASK) | (file->f_flags & ~SETFL_MASK);
	kmemu_spin_unlock(&file->f_lock.rlock);
	return 0;
}

/* struct f_owner_ex's types are PIDTYPE_PID, _TGID and _PGID. */
static int set_owner_ex(struct file *file, unsigned long arg)
{
	int owner[2];

	if (kmemu_copy_user(owner, (const void *)arg, sizeof(owner)))
		return -EFAULT;
	if (owner[0] < 0 || owner[0] > 2)
		return -EINVAL;
	return set_owner(file, owner[1], (unsigned int)owner[0], 1);
}

static int get_owner_ex(struct file *file, unsigned long arg)
{
	int nr = kmemu_getown(file), owner[2];

	owner[0] = file->f_owner ? (int)file->f_owner->pid_type : 0;
	owner[1] = nr < 0 ? -nr : nr;
	return kmemu_copy_user((void *)arg, owner, sizeof(owner)) ? -EFAULT : 0;
}

static int set_signal(struct file *file, unsigned long sig)
{
	int err;

	if (sig > 64)
		return -EINVAL;
	err = kmemu_owner_allocate(file);
	if (!err)
		WRITE_ONCE(file->f_owner->signum, (int)sig);
	return err;
}

KMEMU_EXPORT long kmemu_chrdev_fcntl(int fd, struct file *file, unsigned int cmd,
				     unsigned long arg)
{
	switch (cmd) {
	case F_GETFL:
		return (long)file->f_flags;
	case F_SETFL:
		return set_flags(fd, file, (unsigned int)arg);
	case F_SETOWN_:
		return kmemu_setown(file, (int)arg, 1);
	case F_GETOWN_:
		return kmemu_getown(file);
	case F_SETSIG_:
		return set_signal(file, arg);
	case F_GETSIG_:
		return file->f_owner ? file->f_owner->signum : 0;
	case F_SETOWN_EX_:
		return set_owner_ex(file, arg);
	case F_GETOWN_EX_:
		return get_owner_ex(file, arg);
	default:
		return -EINVAL;
	}
}
