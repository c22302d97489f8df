/*
 * man.c - the parts of the manual pages that come from the tables
 * (options.def, checks.def, explain.def), as roff for man(7), and text that is
 * wrapped for a terminal. `kmemu options --man` and `kmemu explain --man` are
 * what the Makefile calls; they are for it alone and not listed.
 */
#include "cmd/man.h"

#include <stdbool.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/explain.h"
#include "config/options.h"

void print_wrapped(FILE *f, const char *text, int indent, int width)
{
	int column = 0;

	while (*text) {
		int n = (int)strcspn(text, " ");

		if (column && column + 1 + n > width) {
			fputc('\n', f);
			column = 0;
		}
		column += fprintf(f, "%*s%.*s", column ? 1 : indent, "", n, text);
		text += n;
		text += strspn(text, " ");
	}
	fputc('\n', f);
}

/* A line that begins with . or ' would be a request, a \ an escape. */
static void roff_text(FILE *f, const char *text)
{
	bool line_start = true;

	for (; *text; text++) {
		if (line_start && (*text == '.' || *text == '\''))
			fputs("\\&", f);
		if (*text == '\\')
			fputs("\\e", f);
		else if (*text == '-')
			fputs("\\-", f);
		else
			fputc(*text, f);
		line_start = *text == '\n';
	}
}

static void roff_paragraph(FILE *f, const char *head, const char *text)
{
	if (!text || !text[0])
		return;
	fputs(".PP\n", f);
	if (head)
		fprintf(f, ".I %s\n", head);
	roff_text(f, text);
	fputc('\n', f);
}

static void roff_example(FILE *f, const char *code)
{
	if (!code || !code[0])
		return;
	fputs(".PP\n.nf\n.RS 4\n", f);
	roff_text(f, code);
	fputs(".RE\n.fi\n", f);
}

static void man_option(FILE *f, const struct option_row *row)
{
	const struct option_text *text = option_text(row);
	char variable[64], expects[256];

	option_variable(row, variable, sizeof(variable));
	option_expects(row, expects, sizeof(expects));
	fputs(".TP\n.BR ", f);
	roff_text(f, row->name);
	fputs(" \" (", f);
	roff_text(f, variable);
	fputs(")\"\n", f);
	roff_text(f, text->help);
	fprintf(f, ".\n.br\nExpected: ");
	roff_text(f, expects);
	fputs(". Default: ", f);
	roff_text(f, row->def[0] ? row->def : "none");
	if (text->kernel[0]) {
		fputs(". The kernel's: ", f);
		roff_text(f, text->kernel);
	}
	fputs(row->mark == OPTION_NOT_BUILT ? ". Not built yet.\n" : ".\n", f);
}

int man_options(FILE *f)
{
	for (unsigned int i = 0; i < nr_option_rows; i++)
		if (option_rows[i].mark != OPTION_TEST)
			man_option(f, &option_rows[i]);
	return 0;
}

int man_kinds(FILE *f)
{
	for (int i = 0; i < NR_REPORT_KINDS; i++) {
		const struct explanation *e = &explanations[i];

		fputs(".SS ", f);
		roff_text(f, report_kinds[i].slug);
		fputc('\n', f);
		roff_text(f, e->means ? e->means : report_kind_help[i]);
		fputc('\n', f);
		roff_paragraph(f, "The kernel's rule:", e->rule);
		roff_paragraph(f, "How to mend it:", e->mend);
		roff_paragraph(f, "Under policy fail the call does:", report_kinds[i].fail);
		roff_example(f, e->example);
	}
	return 0;
}
