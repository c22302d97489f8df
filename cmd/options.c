/*
 * options.c - `kmemu options`: the table of options (config/options.def) for
 * people, with the values that a program started here and now would have.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/man.h"
#include "cmd/settings.h"

extern char **environ;

static const struct option longopts[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "options", required_argument, NULL, 'o' },
	{ "profile", required_argument, NULL, 'p' },
	{ "names", no_argument, NULL, 'n' }, /* for completion; not listed */
	{ "man", no_argument, NULL, 'm' }, /* for the manual pages; not listed */
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const char help[] =
	"usage: kmemu options [-a] [-o 'WORDS'] [--profile=NAME] [NAME...]\n\n"
	"Lists the options of the library with their values: those that a program would have\n"
	"that is started from here with LD_PRELOAD (`kmemu run` adds --profile=audit). With\n"
	"NAME, all about that option; a variable's name (KMEMU_MEM) is taken, too.\n\n"
	"  -a, --all                also those that are not built yet\n"
	"  -o, --options='WORDS'    as if WORDS were appended to KMEMU_OPTIONS\n"
	"      --profile=NAME       as if KMEMU_PROFILE were NAME\n"
	"  -h, --help               this\n";

static const char *const type_names[] = {
	[OPTION_BOOL] = "flag", [OPTION_SIZE] = "size", [OPTION_POW2] = "size",
	[OPTION_UINT] = "number", [OPTION_LONG] = "number", [OPTION_ENUM] = "word",
	[OPTION_POLICY] = "policy", [OPTION_STRING] = "text", [OPTION_LIST] = "list",
	[OPTION_LOG] = "path", [OPTION_PATH] = "path",
	[OPTION_GFP] = "flags", [OPTION_ZONES] = "sizes", [OPTION_FRAG] = "number",
};

static const char *or_dash(const char *s)
{
	return s[0] ? s : "-";
}

static void list_row(const struct option_row *row)
{
	const char *help = option_text(row)->help;
	char value[256];

	option_value(row, value, sizeof(value));
	printf("%-24s %-7s %-10s %-10s %s%s\n", row->name, type_names[row->type], or_dash(row->def),
	       or_dash(value), help, row->mark == OPTION_NOT_BUILT ? " (not built yet)" : "");
}

static void list_rows(bool all)
{
	printf("%s%-24s %-7s %-10s %-10s %s%s\n", colour(stdout, COLOUR_BOLD), "NAME", "TYPE",
	       "DEFAULT", "NOW", "MEANING", colour(stdout, COLOUR_NONE));
	for (unsigned int i = 0; i < nr_option_rows; i++)
		if (option_rows[i].mark == OPTION_BUILT ||
		    (all && option_rows[i].mark == OPTION_NOT_BUILT))
			list_row(&option_rows[i]);
}

static void list_names(void)
{
	for (unsigned int i = 0; i < nr_option_rows; i++)
		if (option_rows[i].mark == OPTION_BUILT)
			puts(option_rows[i].name);
}

static void tell_row(const struct option_row *row)
{
	char variable[64], expects[256], value[256];

	option_variable(row, variable, sizeof(variable));
	option_expects(row, expects, sizeof(expects));
	option_value(row, value, sizeof(value));
	printf("%s%s%s\n", colour(stdout, COLOUR_BOLD), row->name, colour(stdout, COLOUR_NONE));
	print_wrapped(stdout, option_text(row)->help, 4, 80);
	printf("    variable      %s\n", variable);
	printf("    type          %s\n", type_names[row->type]);
	printf("    expected      %s\n", expects);
	printf("    default       %s\n", or_dash(row->def));
	printf("    now           %s\n", or_dash(value));
	printf("    the kernel's  %s\n", or_dash(option_text(row)->kernel));
	if (row->mark == OPTION_NOT_BUILT)
		printf("    Not built yet: setting it does nothing but make a run unchecked.\n");
}

/* By name, or by the variable's. */
static const struct option_row *row_of(const char *name)
{
	char variable[64];

	for (unsigned int i = 0; i < nr_option_rows; i++) {
		option_variable(&option_rows[i], variable, sizeof(variable));
		if (strcmp(variable, name) == 0)
			return &option_rows[i];
	}
	return option_find(name);
}

static int no_such_option(const char *name)
{
	const char **names = xmalloc(nr_option_rows * sizeof(*names)), *near;

	for (unsigned int i = 0; i < nr_option_rows; i++)
		names[i] = option_rows[i].name;
	near = nearest_word(name, names, nr_option_rows);
	if (near)
		say("there is no option '%s'; did you mean '%s'?", name, near);
	else
		say("there is no option '%s'; `kmemu options -a` lists all", name);
	free(names);
	return EXIT_KMEMU;
}

/* Makes kmemu_opts what a program would have, and says what is wrong with it. */
static void read_settings(const char *words, const char *profile)
{
	struct environment env = environment_copy(environ);
	const char *old = environment_get(&env, "KMEMU_OPTIONS");
	char *text;

	if (words)
		environment_set(&env, "KMEMU_OPTIONS",
				xasprintf("%s %s", old ? old : "", words));
	if (profile)
		environment_set(&env, "KMEMU_PROFILE", profile);
	text = settings_read(env.vars);
	fputs(text, stderr);
	free(text);
}

int cmd_options(int argc, char **argv)
{
	const char *words = NULL, *profile = NULL;
	bool all = false;
	int opt, status = 0;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, "+:ao:h", longopts, NULL)) != -1) {
		switch (opt) {
		case 'a': all = true; break;
		case 'o': words = optarg; break;
		case 'p': profile = optarg; break;
		case 'n': list_names(); return 0;
		case 'm': return man_options(stdout);
		case 'h': return fputs(help, stdout) < 0;
		default: return bad_option("options", argv, opt, longopts);
		}
	}
	read_settings(words, profile);
	if (optind == argc)
		list_rows(all);
	for (; optind < argc; optind++) {
		const struct option_row *row = row_of(argv[optind]);

		if (row)
			tell_row(row);
		else
			status = no_such_option(argv[optind]);
	}
	return status;
}
