// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Who opens a device and who is sent a signal for it: credentials as the system has them,
 * kept by the file; F_SETOWN, F_SETSIG and FASYNC as a program sets them, and the signals
 * that come. libc's <signal.h> is behind the kernel's headers, and sets are of both.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <linux/capability.h>
#include <linux/cdev.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/uidgid.h>
#include <kmemu/chrdev.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define OTHER 65534

static struct fasync_struct *readers;
static kuid_t opener;
static bool may;

static int dev_open(struct inode *inode, struct file *file)
{
	opener = file->f_cred->uid;
	may = capable(CAP_SYS_ADMIN);
	CHECK(uid_eq(opener, current_uid()) && inode->i_rdev);
	return uid_eq(current_euid(), KUIDT_INIT(OTHER)) && may ? -EPERM : 0;
}

static int dev_fasync(int fd, struct file *file, int on)
{
	return fasync_helper(fd, file, on, &readers);
}

static const struct file_operations fops = { .open = dev_open, .fasync = dev_fasync };
static struct miscdevice misc = { .minor = MISC_DYNAMIC_MINOR, .name = "owned", .fops = &fops };

static struct inode inode;
static struct file file;

static int open_it(void)
{
	return kmemu_chrdev_open(kmemu_chrdev_number("owned"), O_RDWR, &inode, &file);
}

static long fcntl_it(unsigned int cmd, unsigned long arg)
{
	return kmemu_chrdev_fcntl(7, &file, cmd, arg);
}

/* --- signals ----------------------------------------------------------------------- */

static volatile int came, from_fd, code;
static volatile long band;
static volatile pid_t came_to;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	from_fd = info->si_fd;
	band = info->si_band;
	code = info->si_code;
	came_to = (pid_t)syscall(SYS_gettid);
	came = sig;
}

static void handle(int sig)
{
	struct sigaction act;

	memset(&act, 0, sizeof(act));
	act.sa_sigaction = handler;
	act.sa_flags = SA_SIGINFO;
	sigemptyset(&act.sa_mask);
	sigaddset(&act.sa_mask, SIGUSR2);
	CHECK(!sigaction(sig, &act, NULL));
}

static int told(int about)
{
	came = 0;
	kill_fasync(&readers, SIGIO, about);
	return came;
}

static void signals(void)
{
	struct f_owner_ex ex = { F_OWNER_PID, getpid() };

	handle(SIGIO);
	handle(SIGRTMIN + 1);
	CHECK(!open_it() && fcntl_it(F_GETFL, 0) == O_RDWR && !fcntl_it(F_GETOWN, 0));
	CHECK(!told(POLL_IN));
	CHECK(!fcntl_it(F_SETFL, O_RDWR | FASYNC | O_NONBLOCK));
	CHECK(fcntl_it(F_GETFL, 0) == (O_RDWR | FASYNC | O_NONBLOCK) && readers->fa_fd == 7);
	CHECK(!told(POLL_IN)); /* nobody's */
	CHECK(!fcntl_it(F_SETOWN, (unsigned long)getpid()) && fcntl_it(F_GETOWN, 0) == getpid());
	CHECK(told(POLL_IN) == SIGIO);
	CHECK(!fcntl_it(F_SETSIG, (unsigned long)SIGRTMIN + 1));
	CHECK(fcntl_it(F_GETSIG, 0) == SIGRTMIN + 1);
	CHECK(told(POLL_OUT) == SIGRTMIN + 1 && from_fd == 7);
	CHECK(code == POLL_OUT && band == (POLLOUT | POLLWRNORM | POLLWRBAND));
	CHECK(!fcntl_it(F_SETSIG, 0));
	/* a thread, a group, nobody */
	ex.type = F_OWNER_TID;
	CHECK(!fcntl_it(F_SETOWN_EX, (unsigned long)&ex) && told(POLL_IN) == SIGIO);
	CHECK(came_to == getpid());
	ex.type = F_OWNER_PGRP;
	ex.pid = getpgrp();
	CHECK(!fcntl_it(F_SETOWN_EX, (unsigned long)&ex) && told(POLL_IN) == SIGIO);
	CHECK(fcntl_it(F_GETOWN, 0) == -getpgrp());
	memset(&ex, 0, sizeof(ex));
	CHECK(!fcntl_it(F_GETOWN_EX, (unsigned long)&ex) && ex.type == F_OWNER_PGRP);
	CHECK(ex.pid == getpgrp());
	CHECK(!fcntl_it(F_SETOWN, 0) && !told(POLL_IN) && !fcntl_it(F_GETOWN, 0));
	CHECK(fcntl_it(F_SETOWN, 1 << 30) == -ESRCH && fcntl_it(F_SETSIG, 65) == -EINVAL);
	CHECK(fcntl_it(F_SETLK, 0) == -EINVAL);
	CHECK(!fcntl_it(F_SETOWN, (unsigned long)-getpgrp()) && told(POLL_IN) == SIGIO);
	/* SIGURG only by a signal of its own */
	came = 0;
	kill_fasync(&readers, SIGURG, POLL_PRI);
	CHECK(!came && !fcntl_it(F_SETFL, O_RDWR) && !readers && !(file.f_flags & FASYNC));
	CHECK(!told(POLL_IN) && !fcntl_it(F_SETFL, O_RDWR | FASYNC) && readers);
	kmemu_chrdev_close(&file);
	CHECK(!readers && !file.f_owner && !file.f_cred);
}

static void groups(void)
{
	struct pid *own = task_pgrp(current);

	came = 0;
	CHECK(!kill_pgrp(own, SIGIO, 1) && came == SIGIO);
	CHECK(!kill_pgrp(own, 0, 1) && kill_pgrp(own, 99, 1) == -EINVAL);
	CHECK(kill_pgrp(find_vpid(1 << 30), SIGIO, 1) == -ESRCH);
	came = 0;
	CHECK(!kill_pid(task_tgid(current), SIGIO, 1) && came == SIGIO);
}

static void sets(void)
{
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	CHECK(sigismember(&set, SIGIO) && !sigisemptyset(&set) && sigmask(SIGIO) == 1ul << 28);
	CHECK(!sigprocmask(SIG_BLOCK, &set, &old));
	came = 0;
	raise(SIGIO);
	CHECK(!came && !sigprocmask(SIG_SETMASK, &old, NULL) && came == SIGIO);
	siginitsetinv(&set, sigmask(SIGIO) | sigmask(SIGKILL));
	CHECK(!sigismember(&set, SIGIO) && sigismember(&set, SIGTERM));
	sigaddset(&current->blocked, SIGHUP);
	CHECK(sigismember(&current->blocked, SIGHUP));
	sigdelset(&current->blocked, SIGHUP);
}

/* --- credentials --------------------------------------------------------------------- */

static void as_another(void)
{
	const struct cred *before = get_current_cred(), *kept;
	struct cred *mine;
	gid_t list[3] = { 30, 10, 20 };

	CHECK(!open_it() && uid_eq(opener, KUIDT_INIT(getuid())));
	kept = file.f_cred;
	if (!geteuid()) {
		CHECK(may && !syscall(SYS_setgroups, 3, list));
		CHECK(in_group_p(KGIDT_INIT(20)) && !in_group_p(KGIDT_INIT(21)));
		CHECK(!setresgid(OTHER, OTHER, OTHER) && !setresuid(OTHER, OTHER, OTHER));
		CHECK(uid_eq(current_uid(), KUIDT_INIT(OTHER)) && !capable(CAP_SYS_ADMIN));
		CHECK(gid_eq(current_egid(), KGIDT_INIT(OTHER)) && current_cred() != before);
		CHECK(uid_eq(file.f_cred->uid, GLOBAL_ROOT_UID) && file.f_cred == kept);
		CHECK(cap_raised(file.f_cred->cap_effective, CAP_SYS_ADMIN));
		CHECK(uid_eq(current_user()->uid, KUIDT_INIT(OTHER)));
		CHECK(uid_eq(task_uid(current), KUIDT_INIT(OTHER)));
	}
	kmemu_chrdev_close(&file);
	put_cred(before);
	/* what kernel code takes on, the system does not know */
	mine = prepare_creds();
	mine->euid = mine->uid = KUIDT_INIT(4711);
	mine->cap_effective = CAP_FULL_SET;
	CHECK(!commit_creds(mine) && uid_eq(current_uid(), KUIDT_INIT(4711)));
	CHECK(capable(CAP_SYS_ADMIN) && getuid() != 4711);
	CHECK(!open_it() && uid_eq(file.f_cred->uid, KUIDT_INIT(4711)));
	mine = prepare_creds();
	mine->uid = KUIDT_INIT(4712);
	CHECK(!commit_creds(mine) && uid_eq(file.f_cred->uid, KUIDT_INIT(4711)));
	kmemu_chrdev_close(&file);
}

static void credentials(void)
{
	pid_t child = fork();
	int status;

	if (!child) {
		as_another();
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child && !status);
	CHECK(uid_eq(current_uid(), make_kuid(&init_user_ns, getuid())));
	CHECK(uid_eq(init_task.cred->uid, GLOBAL_ROOT_UID) && kernel_cred() == init_task.cred);
}

int main(void)
{
	CHECK(!misc_register(&misc));
	credentials();
	signals();
	groups();
	sets();
	misc_deregister(&misc);
	return 0;
}
