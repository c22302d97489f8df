/*
 * advise.c - `kmemu advise`: a program is run once, and each of its allocating
 * call sites is told with what it should be in the kernel.
 *
 * The run is that of `kmemu run` (run.c), with nothing armed but the table of
 * call sites: the program's output and status are its own, and no finding is
 * told. The advice for people goes to standard error, as with strace, time and perf
 * stat, since standard output is the program's; JSON, which somebody wants to
 * read from a pipe, to standard output behind all that the program wrote. -o
 * names a file for either.
 */
#include "cmd/advise.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/outfile.h"

enum { OPT_JSON = 256, OPT_OPTIONS, OPT_SORT, OPT_MODULE, OPT_FUNCTION, OPT_MIN_CALLS, OPT_LIMIT,
       OPT_FOLLOW, OPT_THROUGH };

static const struct option longopts[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "sort", required_argument, NULL, OPT_SORT },
	{ "module", required_argument, NULL, OPT_MODULE },
	{ "function", required_argument, NULL, OPT_FUNCTION },
	{ "min-calls", required_argument, NULL, OPT_MIN_CALLS },
	{ "limit", required_argument, NULL, OPT_LIMIT },
	{ "through", required_argument, NULL, OPT_THROUGH },
	{ "all", no_argument, NULL, 'a' },
	{ "follow", required_argument, NULL, OPT_FOLLOW },
	{ "options", required_argument, NULL, OPT_OPTIONS },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const char help[] =
	"usage: kmemu advise [OPTIONS] [--] PROGRAM [ARGUMENTS]\n\n"
	"Runs PROGRAM and its children once, then tells for each call site that allocates\n"
	"what it should be in the kernel: the function, the GFP flags, and why. What no\n"
	"flags can mend comes first.\n\n"
	"  -o, --output=FILE      where the advice goes; - is standard output. Without it text\n"
	"                         goes to standard error, JSON to standard output\n"
	"      --json             as JSON (docs/advice.md has the members)\n"
	"      --sort=KEY         severity (default), bytes, calls, alive, size or place\n"
	"      --module=GLOB      call sites in these modules only; the program's own is one\n"
	"      --function=GLOB    call sites in these functions only\n"
	"      --min-calls=N      call sites with at least N calls\n"
	"      --limit=N          the first N of what is left\n"
	"      --through=NAMES    functions of the program's own that only hand on, separated by\n"
	"                         commas, with * and ?: the site is their caller (xmalloc)\n"
	"  -a, --all              also what libc and its like allocate for themselves\n"
	"      --follow=WHICH     as of `kmemu run`: yes, no, or names of programs\n"
	"      --options='WORDS'  options of the library (`kmemu options` lists them)\n"
	"  -q, --quiet            no last line, and nothing of what could not be looked at\n"
	"  -v, --verbose          calls, sizes, what was alive, and contexts of each\n"
	"  -h, --help             this\n\n"
	"Exit status: the program's own; 128+n if signal n killed it. 125: kmemu failed; 126:\n"
	"PROGRAM cannot be run; 127: PROGRAM was not found.\n";

static enum advise_sort sort_key(const char *name)
{
	static const char *const keys[] = { [SORT_SEVERITY] = "severity", [SORT_BYTES] = "bytes",
					    [SORT_CALLS] = "calls",	  [SORT_ALIVE] = "alive",
					    [SORT_SIZE] = "size",	  [SORT_PLACE] = "place" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (strcmp(name, keys[i]) == 0)
			return (enum advise_sort)i;
	die("--sort=%s: expected severity, bytes, calls, alive, size or place", name);
}

static unsigned long number(const char *name, const char *text)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || end == text || *end || text[0] == '-')
		die("--%s=%s: expected a number", name, text);
	return n;
}

static void take_option(struct advise_config *a, struct run_config *c, int opt)
{
	switch (opt) {
	case 'o':
		a->output = optarg;
		break;
	case 'a':
		a->all = true;
		break;
	case 'q':
		c->quiet = true;
		break;
	case 'v':
		a->verbose = c->verbose = true;
		break;
	case OPT_JSON:
		a->json = true;
		break;
	case OPT_SORT:
		a->sort = sort_key(optarg);
		break;
	case OPT_MODULE:
		a->module = optarg;
		break;
	case OPT_FUNCTION:
		a->function = optarg;
		break;
	case OPT_MIN_CALLS:
		a->min_calls = number("min-calls", optarg);
		break;
	case OPT_LIMIT:
		a->limit = number("limit", optarg);
		break;
	case OPT_FOLLOW:
		c->follow = optarg;
		break;
	case OPT_THROUGH:
		a->through = optarg;
		break;
	case OPT_OPTIONS:
		run_add_words(c, optarg);
		break;
	}
}

int cmd_advise(int argc, char **argv)
{
	static struct advise_config a;
	static struct run_config c = { .error_exitcode = -1, .unchecked_exitcode = -1,
				       .advise = &a };
	int opt;

	c.words = xstrdup("contig=count"); /* its calls tell whose memory comes to a device */
	opterr = 0;
	while ((opt = getopt_long(argc, argv, "+:o:aqvh", longopts, NULL)) != -1) {
		if (opt == '?' || opt == ':')
			return bad_option("advise", argv, opt, longopts);
		if (opt == 'h')
			return fputs(help, stdout) < 0 ? EXIT_KMEMU : 0;
		if (optarg && !optarg[0])
			die("an option of `kmemu advise` needs a value; --help tells which");
		take_option(&a, &c, opt);
	}
	if (optind >= argc) {
		say("no program to run; `kmemu advise --help` tells how");
		return EXIT_KMEMU;
	}
	c.argv = argv + optind;
	if (a.output && !outfile_possible(a.output))
		return EXIT_KMEMU;
	return run(&c);
}
