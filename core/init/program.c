/*
 * program.c - what a program's process does at its start and end for whom looks at
 * it: the events and verdict of a checked run, names for reports, counts of what is
 * alive, the file that `kmemu show` reads. The kernel is looked at from outside; its
 * log and /proc are there always.
 *
 * Both products come here: libkmemu.so by its constructor (interpose/start.c), with
 * what takes libc's functions over before and behind; a program that has kmemu inside
 * by that of libkmemu.a (linked.c). Nothing depends on it for being right.
 *
 * Names are looked up here and not in handlers, as that takes the loader's lock: so
 * libelf is opened here, when a check is armed that may report; never by a plain
 * start.
 *
 * Locks: none. Cost: some tests of options; what is armed pays for itself.
 */
#include "core/init/program.h"

#include <string.h>

#include "core/check/advise.h"
#include "core/check/buffers.h"
#include "core/check/context.h"
#include "core/check/functions.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/armed.h"
#include "core/mm/gfp_rules.h"
#include "core/mm/pagemap.h"
#include "core/mm/stat.h"
#include "core/mm/view.h"
#include "core/os/libelf.h"
#include "core/report/funcs.h"
#include "core/report/rules.h"
#include "core/report/run.h"
#include "core/report/symbols.h"
#include "core/report/unwind.h"

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
	judged->others = buffers.others;
	judged->foreign = buffers.foreign;
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
	long nr = 0;
	unsigned int i;

	/* Tags are kept for others, too. */
	if (kmemu_opts.leak != POLICY_OFF)
		nr = alloc_tag_top_users(&own, &alloc_tag_roots, top, min(n, 16U));
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

void program_own_calls(bool begin)
{
	run_own_calls(begin);
	armed_pause_tags(begin);
}

void program_start(void)
{
	run_coverage = coverage;
	run_leaks = leaks;
	program_own_calls(true);
	reports_start();
	rules_start();
	tags_start();
	run_start();
	if (kmemu_opts.advise[0])
		advise_start();
	if (kmemu_opts.contig_verify)
		pagemap_start();
	view_observe_start();
	program_own_calls(false);
}

void program_end(void)
{
	if (gfp_by_caller || context_functions_on)
		rules_end();
	if (kmemu_opts.contig_verify)
		pagemap_end();
	run_end();
	view_observe_stop();
}

void program_fork_child(void)
{
	unwind_fork_child();
	symbols_fork_child();
	funcs_fork_child();
	run_fork_child();
	view_observe_fork_child();
}
