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

#include <stdlib.h>
#include <string.h>

#include "config/options.h"

#define USUAL_FRAMES 3
#define NAME_BYTES 160

static unsigned int frames_of_rule(void)
{
	return kmemu_opts.report_dedup ? kmemu_opts.report_dedup : USUAL_FRAMES;
}

/*
 * Names of templates have no end, and the library keeps so much of one; the
 * rest is anything.
 */
static void write_name(FILE *f, const char *name)
{
	bool cut = strlen(name) > NAME_BYTES;

	fprintf(f, "\tfun:%.*s%s", NAME_BYTES, name, cut ? "*" : "");
}

static void write_frame(FILE *f, const json_t *frame)
{
	const char *function = printable(member_string(frame, "function", NULL));
	const char *module = printable(member_string(frame, "module", NULL));

	if (function && module) {
		write_name(f, function);
		fprintf(f, " mod:%s\n", module);
	} else if (module) {
		fprintf(f, "\tmod:%s\n", module);
	} else {
		fputs("\t*\n", f);
	}
}

static char *rule_of(const struct finding *finding)
{
	const json_t *here = json_object_get(json_object_get(finding->event, "stacks"), "here");
	unsigned long site = member_number(finding->event, "site");
	unsigned int written = 0;
	const json_t *frame;
	char *text = NULL;
	size_t i, bytes;
	FILE *f = open_memstream(&text, &bytes);

	if (!f)
		die("out of memory");
	fprintf(f, "%s {\n", finding->kind);
	json_array_foreach((json_t *)here, i, frame) {
		if (i >= site && written++ < frames_of_rule())
			write_frame(f, frame);
	}
	fputs(written ? "}\n" : "\t...\n}\n", f);
	fclose(f);
	return text;
}

/* Places in the same functions have the same rule, which is written once, with all their ids. */
void write_suppressions(FILE *f, const struct gathered *g)
{
	char **rules = xmalloc(g->nr_findings * sizeof(*rules));

	for (size_t i = 0; i < g->nr_findings; i++)
		rules[i] = rule_of(&g->findings[i]);
	for (size_t i = 0; i < g->nr_findings; i++) {
		char *rule = rules[i];

		for (size_t k = i; rule && k < g->nr_findings; k++) {
			if (!rules[k] || strcmp(rules[k], rule) != 0)
				continue;
			fprintf(f, "# %s\n", g->findings[k].id);
			if (k > i)
				free(rules[k]);
			rules[k] = NULL;
		}
		fputs(rule ? rule : "", f);
		free(rule);
	}
	free(rules);
}
