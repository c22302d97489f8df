/*
 * run_suppress.c - --gen-suppressions: for each finding a rule that hides it,
 * ready to paste into a file of option suppress= (docs/suppressions.md).
 *
 * A rule has the frames that made the finding distinct (report.dedup, from the
 * call site on), by function and module without offsets, so that it still fits
 * when the program is built anew. A wild character in a C++ name (operator*)
 * matches itself, and the ? that stands for a control character matches it.
 */
#include "cmd/run.h"

#include "config/options.h"

#define USUAL_FRAMES 3

static unsigned int frames_of_rule(void)
{
	return kmemu_opts.report_dedup ? kmemu_opts.report_dedup : USUAL_FRAMES;
}

static void write_frame(FILE *f, const json_t *frame)
{
	const char *function = printable(member_string(frame, "function", NULL));
	const char *module = printable(member_string(frame, "module", NULL));

	if (function && module)
		fprintf(f, "\tfun:%s mod:%s\n", function, module);
	else if (module)
		fprintf(f, "\tmod:%s\n", module);
	else
		fputs("\t*\n", f);
}

static void write_rule(FILE *f, const struct finding *finding)
{
	const json_t *here = json_object_get(json_object_get(finding->event, "stacks"), "here");
	unsigned long site = member_number(finding->event, "site");
	unsigned int written = 0;
	const json_t *frame;
	size_t i;

	fprintf(f, "# %s\n%s {\n", finding->id, finding->kind);
	json_array_foreach((json_t *)here, i, frame) {
		if (i >= site && written++ < frames_of_rule())
			write_frame(f, frame);
	}
	if (!written)
		fputs("\t...\n", f);
	fputs("}\n", f);
}

void write_suppressions(FILE *f, const struct gathered *g)
{
	for (size_t i = 0; i < g->nr_findings; i++)
		write_rule(f, &g->findings[i]);
}
