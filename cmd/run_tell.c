/*
 * run_tell.c - the end of a run in words, on the log:
 *
 *	each finding with its place in the source and its id, once
 *	what could not be looked at, why, and what to do
 *	with -v: stacks, processes, blocks alive at exit, unused suppressions
 *	--gen-suppressions
 *	by kind, coverage, verdict: run_print_end() of core/report, in the words
 *	that a process alone prints with verdict=1
 *
 * With -q only the verdict. Lists are cut after SHOWN lines unless -v.
 */
#include "cmd/run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/lines.h"
#include "config/options.h"

#define SHOWN 20

/* --- findings ------------------------------------------------------------ */

/* "func+0x1d/0x60 [prog] (dir/file.c:12)", what is known of it. */
static void tell_frame(FILE *f, const json_t *frame)
{
	const char *function = printable(member_string(frame, "function", NULL));
	const char *module = printable(member_string(frame, "module", "?"));
	const char *file = printable(member_string(frame, "file", NULL));

	if (function)
		fprintf(f, "%s+%#lx/%#lx [%s]", function, member_number(frame, "offset"),
			member_number(frame, "size"), module);
	else
		fprintf(f, "%s+%s", module, member_string(frame, "module_offset", "?"));
	if (file)
		fprintf(f, " (%s:%lu)", file, member_number(frame, "line"));
}

static void tell_stacks(FILE *f, const struct finding *finding)
{
	const char *name;
	json_t *stack, *frame;
	size_t i;

	json_object_foreach(json_object_get(finding->event, "stacks"), name, stack) {
		if (json_array_size(stack))
			fprintf(f, "kmemu:   %s:\n", name);
		json_array_foreach(stack, i, frame) {
			fputs("kmemu:     ", f);
			tell_frame(f, frame);
			fputc('\n', f);
		}
	}
}

static void tell_finding(FILE *f, const struct finding *finding, bool verbose)
{
	const json_t *site = call_site(finding->event);

	fprintf(f, "kmemu: %s%s%s", colour(f, COLOUR_RED), finding->id, colour(f, COLOUR_NONE));
	if (site) {
		fputs(" at ", f);
		tell_frame(f, site);
	}
	fputc('\n', f);
	if (verbose)
		tell_stacks(f, finding);
}

static size_t shown(const struct run_config *c, size_t n)
{
	return c->verbose || n <= SHOWN ? n : SHOWN;
}

static void tell_rest(FILE *f, size_t n, size_t told)
{
	if (told < n)
		fprintf(f, "kmemu: ... and %zu more (-v lists all)\n", n - told);
}

static void tell_findings(FILE *f, const struct run_config *c, const struct gathered *g)
{
	size_t n = shown(c, g->nr_findings);

	for (size_t i = 0; i < n; i++)
		tell_finding(f, &g->findings[i], c->verbose);
	tell_rest(f, g->nr_findings, n);
}

/* --- what could not be looked at ------------------------------------------ */

void tell_unchecked(FILE *f, const struct run_config *c, const struct gathered *g)
{
	size_t n = shown(c, g->nr_unchecked);

	for (size_t i = 0; i < n; i++) {
		const struct unchecked *u = &g->unchecked[i];
		char *text;

		if (u->said)
			continue;
		text = unchecked_text(u);
		fprintf(f, "kmemu: unchecked: %s\n", printable(text));
		free(text);
	}
	tell_rest(f, g->nr_unchecked, n);
}

/* --- more, with -v -------------------------------------------------------- */

static void tell_processes(FILE *f, const struct gathered *g)
{
	for (size_t i = 0; i < g->nr_processes; i++) {
		const struct process *p = &g->processes[i];

		fprintf(f, "kmemu: process %d: %s%s%s\n", p->pid, p->exe ? printable(p->exe) : "?",
			!p->followed ? ", not followed" : p->unchecked ? ", unchecked" : "",
			p->ended || !p->followed ? "" : ", did not end by exit");
	}
}

static void tell_leaks(FILE *f, const struct gathered *g)
{
	for (size_t i = 0; i < g->nr_leaks; i++) {
		unsigned long blocks = g->leaks[i].blocks;

		fprintf(f, "kmemu: alive at exit: %lu bytes in %lu block%s from ",
			g->leaks[i].bytes, blocks, blocks == 1 ? "" : "s");
		tell_frame(f, g->leaks[i].site);
		fputc('\n', f);
	}
}

static void tell_suppressions(FILE *f, const struct gathered *g)
{
	if (g->suppressed)
		fprintf(f, "kmemu: suppressed: %lu\n", g->suppressed);
	for (size_t i = 0; i < g->nr_unused; i++)
		fprintf(f, "kmemu: suppression without use: %s\n", g->unused[i]);
	if (g->not_followed)
		fprintf(f, "kmemu: processes not followed (--follow=%s): %lu\n",
			kmemu_opts.follow, g->not_followed);
}

/* --- the verdict --------------------------------------------------------- */

static FILE *put_file;
static bool put_verdict_only;

static const char *verdict_colour(const char *verdict)
{
	if (strncmp(verdict, "findings", 8) == 0)
		return colour(put_file, COLOUR_RED);
	return colour(put_file, strncmp(verdict, "clean", 5) == 0 ? COLOUR_GREEN : COLOUR_YELLOW);
}

static void put_line(const char *line)
{
	static const char verdict[] = "kmemu: verdict: ";
	size_t n = strlen(verdict);

	if (strncmp(line, verdict, n) == 0)
		fprintf(put_file, "%s%s%s%s\n", verdict, verdict_colour(line + n), line + n,
			colour(put_file, COLOUR_NONE));
	else if (!put_verdict_only)
		fprintf(put_file, "%s\n", line);
}

void run_tell(const struct run_config *c, const struct gathered *g, FILE *f)
{
	if (!c->quiet) {
		tell_findings(f, c, g);
		tell_unchecked(f, c, g);
		tell_suppressions(f, g);
	}
	if (c->verbose) {
		tell_leaks(f, g);
		tell_processes(f, g);
	}
	if (c->gen_suppressions)
		write_suppressions(f, g);
	put_file = f;
	put_verdict_only = c->quiet;
	run_print_end(&g->totals, put_line);
}
