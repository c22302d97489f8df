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
 * What a fork's child does with the heap is the program's to say (fork.h); that it is
 * a process of its own is told here.
 *
 * Locks: none. Cost: a look at the environment.
 */
#include "core/check/context.h"
#include "core/check/lock.h"
#include "core/init/init.h"
#include "core/init/program.h"
#include "core/lib/printk.h"
#include "core/lib/string.h"
#include "core/mm/stat.h"
#include "core/os/linked.h"
#include "core/os/plan.h"
#include "core/os/thread.h"
#include "core/report/run.h"

OS_LINKED_NOTE;

extern char **environ;

/* A program has it that is built with ThreadSanitizer. */
extern void __tsan_init(void) __attribute__((weak));

static bool started;

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

__attribute__((constructor(101))) void program_constructor(int argc, char **argv, char **envp)
{
	(void)argc, (void)argv, (void)envp;
	run_is_linked = true;
	restore_preload();
	look_for_tsan();
	if (!options_are_given(environ) || !kmemu_init())
		return;
	started = true;
	if (run_is_checked())
		os_fork_child(program_fork_child);
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
