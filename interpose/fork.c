/*
 * fork.c - core/init/fork.c (the theory of the locks) hung into libc's fork.
 *
 * By atfork handlers, not by wrapping fork: libc's fork runs the program's
 * handlers first, and these allocate and wait for locks of their own, whose
 * owners may be waiting for ours. So ours must be taken after the last of them,
 * which a wrapper cannot do. Prepare handlers run in the reverse order of their
 * registration, so ours has to be the first registered. A constructor is not
 * early enough: libraries are initialized before what was preloaded. Hence
 * __register_atfork, which pthread_atfork in each object calls, is wrapped only
 * to register ours before; and malloc's first call registers too.
 *
 * Handlers are registered without an object (NULL), as libc would remove them
 * when this object's destructors have run, and other libraries may fork later.
 *
 * stdio's list lock. libc's fork takes it after all handlers, that is while we
 * hold the heap's locks; but a thread that flushes all files holds it and waits
 * for a file, whose owner in getline waits for the heap. libc has it before its
 * own heap for this very reason (posix/fork.c). So prepare takes the list lock
 * first. It is recursive: libc's fork takes it once more. In the child libc
 * resets it. Like libc we leave it alone in a process of one thread, where fork
 * may be called in a handler.
 *
 * Signals are blocked meanwhile: a handler that allocated while its own thread
 * has all locks would have to take the emergency way. libc's fork does the same
 * around the system call itself.
 *
 * _Fork runs no handlers and may be called in a signal handler: it is wrapped.
 * libc's fork does not come through our _Fork. Raw system calls are not seen:
 * in their child a lock that another thread held stays taken for ever.
 *
 * Cost: nothing but at fork.
 */
#include <errno.h>
#include <signal.h>
#include <sys/single_threaded.h>
#include <unistd.h>

#include "core/init/fork.h"
#include "core/init/init.h"
#include "core/os/dl.h"
#include "core/os/os.h"
#include "core/report/run.h"
#include "core/report/symbols.h"
#include "interpose/interpose.h"

typedef int (*register_fn)(void (*)(void), void (*)(void), void (*)(void), void *);

int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *dso);
pid_t _Fork(void);
OURS(_Fork);

static register_fn real_register;
static pid_t (*real_Fork)(void);
static void (*list_lock)(void), (*list_unlock)(void), (*list_resetlock)(void);
static u32 list_locked; /* by prepare; guarded by that very lock */
static bool had_threads; /* the forking process; guarded by the heap's locks */
static sigset_t saved_mask; /* the forking thread's; guarded by the heap's locks */

static void lock_heap(sigset_t *old)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, old);
	kmemu_init(); /* so that no child is born into the middle of it */
	kmemu_fork_prepare();
}

static void unlock_heap(bool in_child, const sigset_t *old)
{
	if (in_child)
		kmemu_fork_child();
	else
		kmemu_fork_parent();
	pthread_sigmask(SIG_SETMASK, old, NULL);
}

static void prepare(void)
{
	sigset_t old;

	if (list_lock && !__libc_single_threaded) {
		list_lock();
		list_locked++;
	}
	if (run_is_armed())
		symbols_fork_prepare();
	lock_heap(&old);
	saved_mask = old;
	had_threads = !__libc_single_threaded;
}

static void parent(void)
{
	sigset_t old = saved_mask;

	unlock_heap(false, &old);
	symbols_fork_parent();
	if (list_locked) {
		list_locked--;
		list_unlock();
	}
}

static void child(void)
{
	sigset_t old = saved_mask;

	unlock_heap(true, &old);
	if (list_locked) {
		list_locked = 0;
		list_resetlock();
	}
	interpose_fork_child(had_threads);
}

void fork_resolve(void)
{
	const struct os_module *libc = os_dl_libc();

	list_unlock = os_module_symbol(libc, "_IO_list_unlock");
	list_resetlock = os_module_symbol(libc, "_IO_list_resetlock");
	/* Set last: with it, the others are there. */
	if (list_unlock && list_resetlock)
		list_lock = os_module_symbol(libc, "_IO_list_lock");
	real_Fork = (pid_t(*)(void))os_dlsym_next("_Fork");
}

static register_fn find_register(void)
{
	register_fn fn = __atomic_load_n(&real_register, __ATOMIC_RELAXED);

	if (!fn) {
		fn = (register_fn)os_dlsym_next("__register_atfork");
		__atomic_store_n(&real_register, fn, __ATOMIC_RELAXED);
	}
	return fn;
}

void fork_register(void)
{
	static u32 done;
	register_fn fn;

	if (__atomic_load_n(&done, __ATOMIC_RELAXED))
		return;
	/* Before the look-up, which may call malloc and so come here again. */
	if (__atomic_exchange_n(&done, 1, __ATOMIC_RELAXED))
		return;
	fn = find_register();
	if (fn)
		fn(prepare, parent, child, NULL);
}

KMEMU_EXPORT int __register_atfork(void (*before)(void), void (*in_parent)(void),
				   void (*in_child)(void), void *dso)
{
	register_fn fn = find_register();

	fork_register();
	return fn ? fn(before, in_parent, in_child, dso) : ENOMEM;
}

pid_t _Fork(void)
{
	sigset_t old;
	pid_t pid;

	if (!real_Fork)
		fork_resolve();
	if (!real_Fork) {
		errno = ENOSYS;
		return -1;
	}
	lock_heap(&old);
	pid = real_Fork();
	unlock_heap(pid == 0, &old);
	if (pid == 0)
		interpose_fork_child(!__libc_single_threaded);
	return pid;
}
