/*
 * explain.c - `kmemu explain KIND`: what a finding means, what the kernel's
 * rule is, how to mend it, an example. Data: checks.def and explain.def.
 */
#include "cmd/explain.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/gather.h"
#include "cmd/man.h"

const struct explanation explanations[NR_REPORT_KINDS] = {
#define EXPLAIN(id, means_, rule_, mend_, example_)                                                \
	[REPORT_##id] = { .means = means_, .rule = rule_, .mend = mend_, .example = example_ },
#include "cmd/explain.def"
#undef EXPLAIN
};

static const struct option longopts[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "man", no_argument, NULL, 'm' }, /* for the manual pages; not listed */
	{ 0 },
};

static const char help[] =
	"usage: kmemu explain [KIND]\n\n"
	"Tells what a kind of finding means, what the kernel's rule is and where it stands,\n"
	"how to mend it, and shows an example. A finding's id begins with its kind, and an id\n"
	"is taken, too: kmemu explain double-free-1a2b3c4d5e6f7788. Without KIND: lists all.\n";

static void paragraph(const char *head, const char *text)
{
	printf("\n%s%s%s\n", colour(stdout, COLOUR_BOLD), head, colour(stdout, COLOUR_NONE));
	print_wrapped(stdout, text, 3, 80);
}

static void example(const char *code)
{
	const char *end;

	if (!code[0])
		return;
	printf("\n%sExample%s\n", colour(stdout, COLOUR_BOLD), colour(stdout, COLOUR_NONE));
	for (; *code; code = end + 1) {
		end = strchrnul(code, '\n');
		printf(end == code ? "\n" : "   %.*s\n", (int)(end - code), code);
		if (!*end)
			break;
	}
}

static void explain(enum report_kind kind)
{
	const struct report_kind_row *row = &report_kinds[kind];
	const struct report_check_row *check = &report_checks[row->check];
	const struct explanation *e = &explanations[kind];
	char *on_fail = xasprintf("Policy of check %s; under `fail` the call does: %s.",
				  check->name, row->fail[0] ? row->fail : "nothing else");

	printf("%s%s%s: %s\n", colour(stdout, COLOUR_BOLD), row->slug, colour(stdout, COLOUR_NONE),
	       report_kind_help[kind]);
	paragraph("What it means", e->means ? e->means : report_kind_help[kind]);
	paragraph("The kernel's rule", e->rule ? e->rule : report_check_kernel[row->check]);
	if (e->mend)
		paragraph("How to mend it", e->mend);
	paragraph("Here", on_fail);
	example(e->example ? e->example : "");
	free(on_fail);
}

static int list_kinds(void)
{
	for (int i = 0; i < NR_REPORT_KINDS; i++)
		printf("%-24s %s\n", report_kinds[i].slug, report_kind_help[i]);
	return 0;
}

/* The kind of a slug or of an id, which has 16 digits behind it. */
static enum report_kind kind_of_argument(const char *arg)
{
	for (int i = 0; i < NR_REPORT_KINDS; i++) {
		const char *slug = report_kinds[i].slug;
		size_t n = strlen(slug);

		if (strncmp(arg, slug, n) == 0 &&
		    (!arg[n] || (arg[n] == '-' && strspn(arg + n + 1, "0123456789abcdef") == 16 &&
				 !arg[n + 17])))
			return (enum report_kind)i;
	}
	return NR_REPORT_KINDS;
}

static int no_such_kind(const char *arg)
{
	const char *slugs[NR_REPORT_KINDS], *near;

	for (int i = 0; i < NR_REPORT_KINDS; i++)
		slugs[i] = report_kinds[i].slug;
	near = nearest_word(arg, slugs, NR_REPORT_KINDS);
	if (near)
		say("there is no kind '%s'; did you mean '%s'?", arg, near);
	else
		say("there is no kind '%s'; `kmemu explain` lists all", arg);
	return EXIT_KMEMU;
}

int cmd_explain(int argc, char **argv)
{
	enum report_kind kind;
	int opt;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, "+:h", longopts, NULL)) != -1) {
		if (opt == 'h')
			return fputs(help, stdout) < 0;
		if (opt == 'm')
			return man_kinds(stdout);
		return bad_option("explain", argv, opt, longopts);
	}
	if (optind == argc)
		return list_kinds();
	if (optind + 1 < argc) {
		say("explain takes one kind");
		return EXIT_KMEMU;
	}
	kind = kind_of_argument(argv[optind]);
	if (kind == NR_REPORT_KINDS)
		return no_such_kind(argv[optind]);
	explain(kind);
	return 0;
}
