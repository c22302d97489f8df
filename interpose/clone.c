/*
 * clone.c - clone(2) called directly with CLONE_VM. As a vfork child
 * (core/os/vfork_x86_64.S) the new task runs in our memory without being known
 * to rseq, even when it has a TLS of its own: its CPU number says 0 or nothing
 * true. So sequences are switched off: until the child has released us when
 * CLONE_VFORK is given, for good otherwise, since nobody tells when it ends.
 *
 * libc's own uses (pthread_create, posix_spawn, system, popen) do not pass
 * here, and its threads register with rseq themselves. Raw system calls are
 * not seen.
 *
 * The last three arguments are passed on whether they were given or not, as
 * libc's own clone does.
 */
#include <errno.h>
#include <sched.h>
#include <stdarg.h>

#include "core/os/os.h"
#include "core/os/percpu.h"
#include "interpose/interpose.h"

/* Behind the entries of calls.def. */
OURS(clone);

typedef int (*clone_fn)(int (*)(void *), void *, int, void *, ...);

static clone_fn real_clone;

void clone_resolve(void)
{
	real_clone = (clone_fn)os_dlsym_next("clone");
}

int clone(int (*fn)(void *), void *stack, int flags, void *arg, ...)
{
	void *parent_tid, *tls, *child_tid;
	bool vforks;
	va_list ap;
	int ret;

	va_start(ap, arg);
	parent_tid = va_arg(ap, void *);
	tls = va_arg(ap, void *);
	child_tid = va_arg(ap, void *);
	va_end(ap);
	if (!real_clone)
		clone_resolve();
	if (!real_clone) {
		errno = ENOSYS;
		return -1;
	}
	vforks = (flags & CLONE_VM) && (flags & CLONE_VFORK);
	if (vforks)
		percpu_vfork_enter();
	else if (flags & CLONE_VM)
		percpu_shared_enter();
	ret = real_clone(fn, stack, flags, arg, parent_tid, tls, child_tid);
	if (vforks)
		percpu_vfork_leave();
	else if ((flags & CLONE_VM) && ret < 0)
		percpu_shared_leave();
	return ret;
}
