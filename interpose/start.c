/*
 * start.c - the one constructor. Nothing depends on it for being right: malloc
 * works before it, and each wrapper looks its function up itself if it must.
 * It is for what is better done early and outside of signal handlers: looking
 * symbols up takes the loader's lock. So libelf is opened here, when a check is
 * armed that may report; never by a plain preload.
 *
 * Constructors of libraries run before those of a preloaded object, so the few
 * things that want to be first (interpose_early) are done at malloc's first
 * call as well.
 */
#include <errno.h>
#include <string.h>

#include "core/check/advise.h"
#include "core/check/buffers.h"
#include "core/check/context.h"
#include "core/check/functions.h"
#include "core/init/init.h"
#include "core/lib/preempt.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/armed.h"
#include "core/mm/gfp_rules.h"
#include "core/mm/pagemap.h"
#include "core/mm/stat.h"
#include "core/mm/view.h"
#include "core/os/libelf.h"
#include "core/report/funcs.h"
#include "core/report/run.h"
#include "core/report/symbols.h"
#include "core/report/unwind.h"
#include "interpose/interpose.h"

void interpose_early(void)
{
	static bool done;
	int saved = errno;

	if (done)
		return;
	done = true;
	fork_register();
	foreign_init();
	errno = saved;
}

/* What the end of a checked run says was judged; core/report is below core/mm. */
static void coverage(struct run_counters *judged)
{
	struct context_counts contexts;
	struct buffer_counts buffers;
	struct coverage c;

	coverage_read(&c);
	context_counts_read(&contexts);
	judged->allocations = c.allocs;
	judged->frees = c.frees;
	judged->large = c.large;
	judged->handlers = contexts.handlers;
	judged->sections = contexts.sections;
	buffer_counts_read(&buffers);
	judged->direct = buffers.direct;
	judged->async = buffers.async;
	judged->registered = buffers.registered;
	judged->copies = buffers.copies;
}

static bool read_own(void *ctx, void *dst, unsigned long addr, size_t n)
{
	(void)ctx;
	memcpy(dst, (void *)addr, n);
	return true;
}

static unsigned int leaks(struct run_leak *leaks, unsigned int n)
{
	const struct view_reader own = { .read = read_own };
	struct alloc_tag_counters top[16];
	long nr = alloc_tag_top_users(&own, &alloc_tag_roots, top, min(n, 16U));
	unsigned int i;

	for (i = 0; nr > 0 && i < min((unsigned int)nr, min(n, 16U)); i++)
		leaks[i] = (struct run_leak){ top[i].pc, top[i].calls, top[i].bytes };
	return i;
}

/* leak= looks through libraries, by their names and by unwinding. */
static void tags_start(void)
{
	if (!alloc_tags_on)
		return;
	if (!run_is_armed()) {
		symbols_init();
		unwind_init();
	}
	alloc_tag_start();
}

/* What reports need, while it may still be had in peace. */
static void reports_start(void)
{
	if (!run_is_armed())
		return;
	unwind_init();
	symbols_init();
	/*
	 * Now, since what dlopen allocates comes from the program's heap: in a
	 * report on an object just freed it would be that object.
	 */
	libelf_open();
}

/* Rules for functions need the symbols of what is loaded; later modules come by themselves. */
static void rules_start(void)
{
	if (!gfp_by_caller && !context_functions_on)
		return;
	libelf_open();
	funcs_refresh();
}

/*
 * Calls of malloc are judged from here on. A handler that counts is told of when it is
 * installed (signal.c), so this is in none.
 */
static void raise_comes(void)
{
	static bool done;

	if (READ_ONCE(done))
		return;
	WRITE_ONCE(done, true);
	slab_arm();
	direct_calls();
}

/*
 * Without contexts these look up what they stand before when it is called: each
 * name that is looked up makes pages of libc's tables resident.
 */
static void contexts_start(void)
{
	context_may_come = raise_comes;
	signal_resolve();
	jump_resolve();
	ucontext_resolve();
	malloc_text_init();
	spin_resolve();
	locks_resolve();
	thread_start();
}

static void buffers_led(void)
{
	buffers_start();
	buffers_lead_slots();
}

static void own_calls(bool begin)
{
	run_own_calls(begin);
	alloc_tags_paused = begin;
}

__attribute__((constructor(101))) static void interpose_start(void)
{
	/*
	 * First a look-up, before anything is mapped: in a program with clang's
	 * MemorySanitizer it brings that up, which wants the place of the plan.
	 */
	fork_resolve();
	/* A program with a malloc of its own never calls ours: options are read here. */
	kmemu_init();
	interpose_early();
	calls_resolve();
	deepbind_resolve();
	clone_resolve();
	dlclose_resolve();
	exec_resolve();
	seccomp_resolve();
	if (context_armed)
		contexts_start();
	direct_calls();
	if (buffers_armed)
		buffers_led();
	exit_register();
	run_coverage = coverage;
	run_leaks = leaks;
	own_calls(true);
	reports_start();
	rules_start();
	tags_start();
	run_start();
	if (kmemu_opts.advise[0])
		advise_start();
	if (kmemu_opts.contig_verify)
		pagemap_start();
	canary_start();
	view_observe_start();
	own_calls(false);
}

void interpose_fork_child(bool had_threads)
{
	symbols_fork_child();
	funcs_fork_child();
	if (buffers_armed)
		flight_fork_child();
	seccomp_fork_child(had_threads);
	run_fork_child();
	view_observe_fork_child();
}

/*
 * Named in LD_AUDIT by mistake, the object lives in a namespace of its own and
 * serves nobody. Without this answer the loader would try to unload it, which
 * -z nodelete forbids, and die.
 */
unsigned int la_version(unsigned int version);

KMEMU_EXPORT unsigned int la_version(unsigned int version)
{
	return version;
}
