/*
 * task.c - the calling thread as a report names it.
 *
 * The kernel has `current`; a thread asks: prctl for its name (no descriptor
 * as for /proc/thread-self/comm), getcpu, geteuid. By system calls and not by
 * libc's functions, which may be interposed or set errno.
 *
 * Where a call fails (a seccomp filter) the answer is the name that was known
 * last, of whatever thread, or 0: reports come nevertheless.
 */
#include "core/os/task.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "core/os/filter.h"
#include "core/os/os.h"

void os_task_comm(char comm[TASK_COMM_LEN])
{
	static u64 last[TASK_COMM_LEN / sizeof(u64)];
	u64 name[ARRAY_SIZE(last)] = { 0 };
	bool known = !os_call(SYS_prctl, PR_GET_NAME, (long)name, 0, 0, 0, 0);

	for (size_t i = 0; i < ARRAY_SIZE(last); i++) {
		if (known)
			WRITE_ONCE(last[i], name[i]);
		else
			name[i] = READ_ONCE(last[i]);
	}
	__builtin_memcpy(comm, name, TASK_COMM_LEN);
	comm[TASK_COMM_LEN - 1] = '\0';
}

unsigned int os_task_cpu(void)
{
	unsigned int cpu = 0;

	os_call(SYS_getcpu, (long)&cpu, 0, 0, 0, 0, 0);
	return cpu;
}

unsigned int os_task_uid(void)
{
	long uid = os_call(SYS_geteuid, 0, 0, 0, 0, 0, 0);

	return uid < 0 ? 0 : (unsigned int)uid;
}

const char *os_sched_class(void)
{
	static const char *const name[] = { "other", "fifo", "rr",      "batch",
					    "",	     "idle", "deadline" };
	long policy = os_call(SYS_sched_getscheduler, 0, 0, 0, 0, 0, 0);

	policy &= ~0x40000000L; /* SCHED_RESET_ON_FORK */
	return policy >= 0 && policy < (long)ARRAY_SIZE(name) ? name[policy] : "other";
}

u64 os_signals_blocked(void)
{
	u64 mask = 0;

	os_call(SYS_rt_sigprocmask, SIG_BLOCK, 0, (long)&mask, sizeof(mask), 0, 0);
	return mask;
}

/* What the kernel knows a signal's action as; what an architecture lacks is at its end. */
struct action {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	u64 mask;
};

bool os_signal_is_handled(int signo)
{
	struct action act;

	if (os_filter_kills(SYS_rt_sigaction) ||
	    os_call(SYS_rt_sigaction, signo, 0, (long)&act, sizeof(act.mask), 0, 0))
		return true;
	return act.handler != SIG_DFL && act.handler != SIG_IGN;
}

bool os_signals_all_blocked(void)
{
	u64 none = 1UL << (SIGKILL - 1) | 1UL << (SIGSTOP - 1) | 3UL << (32 - 1);

	return !~(os_signals_blocked() | none);
}

bool os_path_id(const char *path, u64 *dev, u64 *ino)
{
	struct stat st;

	if (os_call(SYS_newfstatat, AT_FDCWD, (long)path, (long)&st, AT_SYMLINK_NOFOLLOW, 0, 0))
		return false;
	*dev = st.st_dev;
	*ino = st.st_ino;
	return true;
}

void os_fd_inherit(int fd)
{
	os_call(SYS_fcntl, fd, F_SETFD, 0, 0, 0, 0);
}

bool os_wait_writable(int fd, int ms)
{
	struct pollfd p = { fd, POLLOUT, 0 };
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	if (os_filter_kills(SYS_ppoll))
		return false;
	return os_call(SYS_ppoll, (long)&p, 1, (long)&ts, 0, 0, 0) == 1 && p.revents & POLLOUT;
}

void os_file_cut(int fd)
{
	struct stat st;

	if (os_filter_kills(SYS_ftruncate) || os_call(SYS_fstat, fd, (long)&st, 0, 0, 0, 0))
		return;
	if (S_ISREG(st.st_mode) && st.st_size > 0)
		os_call(SYS_ftruncate, fd, st.st_size - 1, 0, 0, 0, 0);
}

bool os_is_stream(int fd)
{
	struct stat st;

	if (os_call(SYS_fstat, fd, (long)&st, 0, 0, 0, 0))
		return false;
	return S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || S_ISCHR(st.st_mode);
}

static int send_info(u32 tid, int sig, siginfo_t *info)
{
	int ret;

	if (tid)
		ret = (int)os_call(SYS_rt_tgsigqueueinfo, os_pid(), tid, sig, (long)info, 0, 0);
	else
		ret = (int)os_call(SYS_rt_sigqueueinfo, os_pid(), sig, (long)info, 0, 0, 0);
	if (ret != -EPERM || info->si_code == SI_QUEUE)
		return ret;
	info->si_code = SI_QUEUE; /* another one's may be the kernel's only */
	return send_info(tid, sig, info);
}

int os_signal(u32 tid, int sig, const void *info)
{
	siginfo_t copy;

	if (info) {
		__builtin_memcpy(&copy, info, sizeof(copy));
		return send_info(tid, sig, &copy);
	}
	if (tid)
		return (int)os_call(SYS_tgkill, os_pid(), tid, sig, 0, 0, 0);
	return (int)os_call(SYS_kill, os_pid(), sig, 0, 0, 0, 0);
}

void os_force_signal(int sig)
{
	struct action act = { .handler = SIG_DFL };
	u64 bit = 1UL << (sig - 1);

	os_call(SYS_rt_sigaction, sig, 0, (long)&act, sizeof(act.mask), 0, 0);
	if (os_signals_blocked() & bit || act.handler == SIG_IGN) {
		act = (struct action){ .handler = SIG_DFL };
		os_call(SYS_rt_sigaction, sig, (long)&act, 0, sizeof(act.mask), 0, 0);
		os_call(SYS_rt_sigprocmask, SIG_UNBLOCK, (long)&bit, 0, sizeof(bit), 0, 0);
	}
	os_kill_self(sig);
}
