/*
 * exit.c - the end of a run: the summary (summary=1), and the end of a checked
 * one (core/report/run.c). As late as can be: other objects' destructors still
 * allocate and free, and their memory is the run's too.
 *
 * A destructor of ours would be early, since a preloaded object's run before
 * those of the libraries. exit() calls registered functions last in, first out,
 * and libc's start code registers the loader's _dl_fini, which runs all
 * destructors. Our constructor runs before that code, so what it registers is
 * called after _dl_fini. It is registered for no object (NULL): with ours it
 * would be called by our own destructors. The object stays mapped (nodelete),
 * and the heap works before, during and after: malloc and free have no state
 * that is ever torn down.
 *
 * quick_exit has a list of its own and is served too. Nothing is printed after
 * _exit, _Exit, abort, a fatal signal, or exec: there is no way to be called,
 * and wrapping _exit would print for each child of a shell and in the middle of
 * a vfork. A child of fork which calls exit prints an end of its own.
 *
 * Cost: nothing before exit.
 */
#include <stdlib.h>

#include "config/options.h"
#include "core/check/context.h"
#include "core/check/lock.h"
#include "core/init/init.h"
#include "core/init/program.h"
#include "core/lib/printk.h"
#include "core/mm/slab.h"
#include "core/mm/stat.h"
#include "core/os/os.h"
#include "interpose/interpose.h"

/* The C++ ABI's; no header of libc declares them. */
int __cxa_atexit(void (*fn)(void *), void *arg, void *dso);

/* Zeros would look like an answer: who serves nobody says only that. */
static void print_summary(void)
{
	const char *other = foreign_allocator();

	if (other)
		printk("allocator: %s\n", other);
	if (foreign_allocator_is_malloc())
		return;
	if (foreign_passed())
		printk("allocator: %lu blocks of glibc's came to free and were passed on\n",
		       foreign_passed());
	show_summary();
}

/* Debug builds: what the program did to the heap, and we ourselves, is looked at. */
static void validate(void)
{
	int bad = validate_all();

	if (!bad)
		return;
	printk("kmemu: the heap has %d inconsistencies\n", bad);
	abort();
}

static void at_exit(void *unused)
{
	static u32 shown;

	(void)unused;
	if (__atomic_exchange_n(&shown, 1, __ATOMIC_RELAXED))
		return;
	if (context_armed)
		lock_thread_end();
	if (kmemu_opts.summary)
		print_summary();
	canary_end();
	if (context_armed)
		signal_end();
	program_end();
	if (DEBUG_BUILD && kmemu_is_ready())
		validate();
}

void exit_register(void)
{
	int (*at_quick_exit)(void (*)(void *), void *) = os_dlsym_next("__cxa_at_quick_exit");

	__cxa_atexit(at_exit, NULL, NULL);
	if (at_quick_exit)
		at_quick_exit(at_exit, NULL);
}
