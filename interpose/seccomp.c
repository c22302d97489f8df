/*
 * seccomp.c - a filter on system calls is about to be put on. What a report
 * needs of the system (libelf opened, symbols read, the log's and the events'
 * files open) must be there before, since a filter may kill for an open(). The
 * files stay open for programs that are run under the filter, which may not be
 * able to open them (core/lib/logfile.c). The kernel's side is kernel/seccomp.c;
 * it has no hook either.
 *
 * The ways to a filter are prctl(PR_SET_SECCOMP), and seccomp(2), which libc
 * has no function for, so that libseccomp and everybody else calls
 * syscall(SYS_seccomp). Both are wrapped. A filter put on by an instruction of
 * the program's own is not seen: reports after it may lack names.
 *
 * The heap is brought up, whose start asks for more of the system than its work
 * does, and the filter is noted (os_filter_kills). Reports are prepared only where
 * a check is armed: the profile `plain` opens nothing at any time. Not in a vfork
 * child, which is about to run another program in the parent's memory, nor in a
 * fork child of a process that had threads: one of these may have held the
 * loader's lock, and nobody would release it. What the parent had prepared serves
 * there. A child by a clone() that nobody saw may be one of these, too, so it only
 * notes its filter. Libraries that are loaded after a filter that kills for an open()
 * have no names of functions.
 *
 * The filter is run before (core/os/filter.c); what it kills for is not called from
 * then on. One that kills for what a report needs ends the checked part of the run
 * here, with verdict "unchecked: seccomp": nothing could be said any more.
 *
 * prctl has up to five arguments; the four behind the first are passed on
 * whether they were given or not, as libc's own prctl does. syscall is in
 * syscall_x86_64.S: a compare and a jump, so that it may be called wherever
 * libc's may. ARCH=generic leaves syscall alone, because core uses it itself.
 *
 * Cost: prctl: a compare. syscall: four compares and a jump.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "core/check/buffers.h"
#include "core/init/init.h"
#include "core/lib/printk.h"
#include "core/os/filter.h"
#include "core/os/os.h"
#include "core/os/percpu.h"
#include "core/os/task.h"
#include "core/report/run.h"
#include "core/report/symbols.h"
#include "core/report/unwind.h"
#include "interpose/interpose.h"

/* Behind the entries of calls.def. */
OURS(prctl);

typedef int (*prctl_fn)(int option, ...);
typedef long (*syscall_fn)(long nr, ...);

static prctl_fn real_prctl;
extern __hidden syscall_fn real_syscall;
syscall_fn real_syscall; /* NULL: not looked up yet; read by syscall_x86_64.S */

/* Where it is safe to open things. */
static struct {
	int pid; /* the process that may; a vfork child has another */
	bool never;
} owner;

void seccomp_resolve(void)
{
	real_prctl = (prctl_fn)os_dlsym_next("prctl");
#define NAME(x) #x
	__atomic_store_n(&real_syscall, (syscall_fn)os_dlsym_next(NAME(syscall)), __ATOMIC_RELAXED);
	owner.pid = os_pid();
}

void seccomp_fork_child(bool had_threads)
{
	owner.pid = os_pid();
	owner.never |= had_threads;
}

/* A line or an event may not be worth the program's life. */
static const int needed[] = {
	SYS_write, SYS_newfstatat, SYS_rt_sigprocmask, SYS_rt_sigpending, SYS_getpid, SYS_gettid,
	SYS_getcpu, SYS_geteuid, SYS_prctl,
};

static bool kills_reports(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(needed); i++)
		if (os_filter_kills(needed[i]))
			return true;
	return false;
}

static void prepare(void)
{
	char name[TASK_COMM_LEN];

	if (owner.never)
		return;
	unwind_init();
	signal_end(); /* while it may be asked */
	symbols_prepare();
	os_task_comm(name); /* it remembers */
}

/* The kernel takes a filter from who gives up gaining rights, or is privileged. */
static bool may_filter(const void *prog)
{
	return !prog || os_call(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0, 0) == 1 ||
	       os_call(SYS_geteuid, 0, 0, 0, 0, 0, 0) == 0;
}

/* prog: a struct sock_fprog; NULL: strict mode. */
static void before_filter(const void *prog)
{
	int saved = errno;
	bool armed = run_is_armed(), known = owner.pid == os_pid(), seals;

	kmemu_init(); /* while its system calls are allowed */
	if ((known || !percpu_is_shared()) && may_filter(prog)) {
		if (armed && known) {
			prepare();
			printk_prepare();
		}
		seals = os_filter_add(prog) && os_filter_kills(SYS_openat);
		if (armed && seals)
			run_seal();
		if (armed && kills_reports())
			run_give_up("seccomp", "a filter on system calls",
				    "it kills for what a report needs: none comes after it",
				    "let it answer with an errno, or allow what a line needs");
		else if (buffers_armed && os_filter_kills(SYS_fcntl))
			run_unchecked("seccomp", "a filter on system calls",
				      "it kills for fcntl(F_GETFL), which tells of O_DIRECT: "
				      "buffers are not looked at behind it",
				      "let it answer with an errno, or allow fcntl");
		os_filter_begin();
	}
	errno = saved;
}

/* A filter of NULL is a question whether there are filters at all. */
static void before_prctl(unsigned long mode, unsigned long prog)
{
	if (mode == SECCOMP_MODE_STRICT)
		before_filter(NULL);
	else if (mode == SECCOMP_MODE_FILTER && prog)
		before_filter((const void *)prog);
}

/* libseccomp asks what the kernel can do by calls that are bound to fail. */
static void before_seccomp(unsigned int operation, unsigned int flags, unsigned long prog)
{
	if (operation == SECCOMP_SET_MODE_STRICT && !flags && !prog)
		before_filter(NULL);
	else if (operation == SECCOMP_SET_MODE_FILTER && prog)
		before_filter((const void *)prog);
}

int prctl(int option, ...)
{
	unsigned long a, b, c, d;
	va_list ap;

	va_start(ap, option);
	a = va_arg(ap, unsigned long);
	b = va_arg(ap, unsigned long);
	c = va_arg(ap, unsigned long);
	d = va_arg(ap, unsigned long);
	va_end(ap);
	if (unlikely(option == PR_SET_SECCOMP))
		before_prctl(a, b);
	if (unlikely(!real_prctl))
		seccomp_resolve();
	if (likely(real_prctl))
		return real_prctl(option, a, b, c, d);
	errno = ENOSYS;
	return -1;
}

/* --- for syscall_x86_64.S ------------------------------------------------- */

static long no_such_call(long nr, ...)
{
	(void)nr;
	errno = ENOSYS;
	return -1;
}

__hidden syscall_fn syscall_look(int nr, long a, long b, long c, long d, long e);

/* The kernel looks at 32 bits of nr. */
syscall_fn syscall_look(int nr, long a, long b, long c, long d, long e)
{
	int saved = errno;

	if (nr == SYS_prctl && (int)a == PR_SET_SECCOMP)
		before_prctl((unsigned long)b, (unsigned long)c);
	else if (nr == SYS_seccomp)
		before_seccomp((unsigned int)a, (unsigned int)b, (unsigned long)c);
	else if (nr == SYS_execve)
		exec_look_at(AT_FDCWD, (const char *)a, (char *const *)c);
	else if (nr == SYS_execveat && !((int)e & AT_EMPTY_PATH))
		exec_look_at((int)a, (const char *)b, (char *const *)d);
	else if (nr == SYS_execveat)
		exec_look_at_fd((int)a, (char *const *)d);
	if (!real_syscall)
		seccomp_resolve();
	errno = saved;
	return real_syscall ? real_syscall : no_such_call;
}
