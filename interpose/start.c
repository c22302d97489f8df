/*
 * start.c - the one constructor. Nothing depends on it for being right: malloc
 * works before it, and each wrapper looks its function up itself if it must.
 * It is for what is better done early and outside of signal handlers: looking
 * symbols up takes the loader's lock. What libkmemu.a does as well is in
 * core/init/program.c.
 *
 * Constructors of libraries run before those of a preloaded object, so the few
 * things that want to be first (interpose_early) are done at malloc's first
 * call as well.
 */
#include <errno.h>

#include "core/check/buffers.h"
#include "core/check/context.h"
#include "core/init/init.h"
#include "core/init/program.h"
#include "core/mm/armed.h"
#include "core/os/dl.h"
#include "interpose/buffers.h"
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

/* Calls of malloc are judged from here on. Any context. */
static void raise_comes(void)
{
	static bool done;

	slab_arm();
	if (READ_ONCE(done))
		return;
	WRITE_ONCE(done, true);
	direct_calls_late();
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

static void buffers_begin(void)
{
	buffers_start();
	buffers_lead_slots();
}

/*
 * A process that asks for no block should be no larger than it must: a bare
 * preload brings the heap up with the first of them. Whoever gave an option may
 * want to know of the heap at any time.
 */
static void start_heap(void)
{
	kmemu_init_done = interpose_early;
	kmemu_options_init(); /* a program with a malloc of its own never calls ours */
	foreign_init();
	if (kmemu_is_ready() || options_status.words) {
		kmemu_init();
		interpose_early();
	}
}

__attribute__((constructor(101))) void program_constructor(int argc, char **argv, char **envp)
{
	(void)argc;
	if (unlikely(os_program_is_linked()))
		step_aside(argv, envp);
	/*
	 * First a look-up, before anything is mapped: in a program with clang's
	 * MemorySanitizer it brings that up, which wants the place of the plan.
	 */
	fork_resolve();
	start_heap();
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
		buffers_begin();
	exit_register();
	program_start();
	program_own_calls(true);
	aside_tell();
	canary_start();
	program_own_calls(false);
}

void interpose_fork_child(bool had_threads)
{
	if (buffers_armed)
		flight_fork_child();
	seccomp_fork_child(had_threads);
	program_fork_child();
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
