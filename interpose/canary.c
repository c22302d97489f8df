/*
 * canary.c - does this process's malloc reach us at all? Asked once at start,
 * when the run is checked: a process that is not reached would end "clean"
 * with nothing looked at. The kernel needs no such question.
 *
 * Two cases. The process uses another malloc (peers.c finds out by a block):
 * a program that brings one, or a library preloaded before us. And a program
 * built with a sanitizer, whose runtime answers for malloc or judges the same
 * memory by rules of its own; it is told by the runtime's entry points.
 *
 * Asked by the constructor, so libraries' constructors have run and allocated:
 * whoever serves malloc has been called before. A second allocator under names
 * of its own comes with libraries that are loaded later too, so that is asked
 * at exit (peers.c), counted as foreign-allocator, and no reason for
 * "unchecked": malloc is judged as a whole.
 *
 * Cost: some look-ups of symbols, only when checked.
 */
#include <errno.h>

#include "core/mm/armed.h"
#include "core/os/modules.h"
#include "core/os/os.h"
#include "core/report/run.h"
#include "interpose/interpose.h"

/* Runtimes that have a malloc: not UndefinedBehaviorSanitizer's. */
static const char *const runtimes[] = {
	"__asan_init", "__tsan_init", "__msan_init", "__lsan_init", "__hwasan_init",
};

static const char *sanitizer(void)
{
	int i = os_objects_first_defined(runtimes, ARRAY_SIZE(runtimes));

	return i < 0 ? NULL : runtimes[i];
}

void canary_start(void)
{
	int saved = errno;
	const char *runtime;

	if (!run_is_checked())
		return;
	os_objects_init();
	runtime = sanitizer();
	if (runtime)
		run_unchecked("sanitizer", runtime, "the program is built with a sanitizer",
			      "run it without kmemu, or build it without -fsanitize");
	else if (foreign_allocator_is_malloc())
		run_unchecked("own-malloc", "malloc", "the program has a malloc of its own",
			      "build it so that it uses libc's; preload kmemu before others");
	errno = saved;
}

void canary_end(void)
{
	const char *other = NULL;

	/* A fork child of a process with threads may never get the lock. */
	if (!run_is_checked() || !os_loader_trylock())
		return;
	run_own_calls(true);
	armed_pause_tags(true);
	if (!foreign_allocator_is_malloc())
		other = foreign_allocator();
	armed_pause_tags(false);
	run_own_calls(false);
	os_loader_unlock();
	if (other)
		report_submit(&(struct report){ .kind = REPORT_FOREIGN_ALLOCATOR, .func = other });
}
