/*
 * linked.c - kmemu inside a program (libkmemu.a). It is in the archive only, and comes
 * with init.c. Malloc and libc's calls stay as they are; kernel code is looked at.
 *
 * The constructor does nothing where no option is given, as a program may yet set its
 * own. Else it reads them and does what libkmemu.so does at its start: so `kmemu run`
 * and verdict=1 have their verdict.
 *
 * The note says that kmemu is in here, so that a preloaded libkmemu.so stays out
 * (interpose/aside.c): it starts the program anew without itself, and what
 * LD_PRELOAD was comes in KMEMU_LD_PRELOAD. The program and its children find it
 * where it was.
 *
 * A fork is heard of by handlers (fork.c) that are registered here, before the program
 * registers any: so ours are behind its own before the fork and before them after it,
 * and those may allocate. The children of _Fork() and of raw calls are not seen.
 *
 * Locks: none. Cost: a look at the environment, and a call.
 */
#include <signal.h>

#include "core/check/context.h"
#include "core/check/lock.h"
#include "core/init/fork.h"
#include "core/init/init.h"
#include "core/init/program.h"
#include "core/lib/printk.h"
#include "core/lib/string.h"
#include "core/mm/stat.h"
#include "core/os/linked.h"
#include "core/os/plan.h"
#include "core/os/thread.h"
#include "core/report/run.h"
#include "core/report/symbols.h"

OS_LINKED_NOTE;

extern char **environ;

/* A program has it that is built with ThreadSanitizer. */
extern void __tsan_init(void) __attribute__((weak));

static bool started;
static sigset_t saved_mask; /* the forking thread's; guarded by what prepare takes */

/* The one entry becomes the other; what is left of that goes. */
static void restore_preload(void)
{
	char **carried = NULL, **to;

	for (char **e = environ; e && *e; e++)
		if (str_has_prefix(*e, OS_LINKED_PRELOAD "="))
			carried = e;
	if (!carried)
		return;
	for (char **e = to = environ; *e; e++)
		if (!str_has_prefix(*e, "LD_PRELOAD="))
			*to++ = e == carried ? *e + sizeof(OS_LINKED_CARRIES) - 1 : *e;
	*to = NULL;
}

/* Its shadow lies where the plan is, unless this library was built for it (plan.h). */
static void look_for_tsan(void)
{
	if (&__tsan_init && PAGE_OFFSET > 1UL << 39)
		printk("kmemu: the emulated memory has no place beside ThreadSanitizer: no "
		       "allocation succeeds; link build/tsan/libkmemu.a of make SANITIZE=thread");
}

/* --- forks ------------------------------------------------------------------ */

static void before_fork(void)
{
	sigset_t all, old;

	if (kmemu_is_ready())
		symbols_fork_prepare();
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	kmemu_fork_prepare();
	saved_mask = old;
}

static void after_fork(void)
{
	sigset_t old = saved_mask;

	kmemu_fork_parent();
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	symbols_fork_parent();
}

static void after_fork_in_child(void)
{
	sigset_t old = saved_mask;

	kmemu_fork_child();
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (kmemu_is_ready())
		program_fork_child();
}

/* --- the start and the end -------------------------------------------------- */

__attribute__((constructor(101))) void program_constructor(int argc, char **argv, char **envp)
{
	(void)argc, (void)argv, (void)envp;
	run_is_linked = true;
	restore_preload();
	look_for_tsan();
	os_at_fork(before_fork, after_fork, after_fork_in_child);
	if (!options_are_given(environ) || !kmemu_init())
		return;
	started = true;
	program_start();
}

/* The last of the program's own; those of its libraries are behind it. */
__attribute__((destructor(101))) static void linked_end(void)
{
	if (!started)
		return;
	if (context_armed)
		lock_thread_end();
	if (kmemu_opts.summary)
		show_summary();
	program_end();
}
