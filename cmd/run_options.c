/*
 * run_options.c - the command line of `kmemu run`. What is wrong with it is
 * known before anything runs: options, words of -o, numbers, file names.
 */
#include "cmd/run.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/outfile.h"
#include "cmd/settings.h"

enum { OPT_PROFILE = 256, OPT_LOG, OPT_JSON, OPT_SARIF, OPT_JUNIT, OPT_ERROR, OPT_UNCHECKED,
       OPT_FOLLOW, OPT_SUPPRESSIONS, OPT_VERSION };

static const struct option longopts[] = {
	{ "options", required_argument, NULL, 'o' },
	{ "profile", required_argument, NULL, OPT_PROFILE },
	{ "log", required_argument, NULL, OPT_LOG },
	{ "json", required_argument, NULL, OPT_JSON },
	{ "sarif", required_argument, NULL, OPT_SARIF },
	{ "junit", required_argument, NULL, OPT_JUNIT },
	{ "error-exitcode", required_argument, NULL, OPT_ERROR },
	{ "unchecked-exitcode", required_argument, NULL, OPT_UNCHECKED },
	{ "follow", required_argument, NULL, OPT_FOLLOW },
	{ "gen-suppressions", no_argument, NULL, OPT_SUPPRESSIONS },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ 0 },
};

static const char help[] =
	"usage: kmemu [run] [OPTIONS] [--] PROGRAM [ARGUMENTS]\n\n"
	"Runs PROGRAM and its children with kmemu's library preloaded and profile audit,\n"
	"then tells on standard error what was found, what was looked at, and the verdict:\n"
	"findings=N, else unchecked: REASON, else clean.\n\n"
	"  -o, --options='WORDS'      options of the library (`kmemu options` lists them);\n"
	"                             appended to KMEMU_OPTIONS; may be given several times\n"
	"      --profile=NAME         plain, audit (default) or strict\n"
	"      --log=FILE             reports and verdict are appended to FILE; %p in it is the\n"
	"                             pid, %e the program (the verdict is on standard error then)\n"
	"      --json=FILE            what happened as JSON lines; FILE - is standard output\n"
	"      --sarif=FILE           findings as SARIF 2.1.0\n"
	"      --junit=FILE           checks and findings as JUnit; %p in these three is the pid\n"
	"                             of kmemu, %e PROGRAM's name, %% one %\n"
	"      --error-exitcode=N     status N if there are findings\n"
	"      --unchecked-exitcode=N status N if there are none, and something could not be\n"
	"                             looked at\n"
	"      --follow=WHICH         programs that children run and that are looked at: yes\n"
	"                             (all, default), no (PROGRAM alone, its forks included), or\n"
	"                             names separated by commas, with * and ?; what others do is\n"
	"                             in no output, count or verdict\n"
	"      --gen-suppressions     prints a suppression for each finding, ready to paste\n"
	"  -q, --quiet                the verdict only; reports go to the file of --log, if any\n"
	"  -v, --verbose              also stacks, processes, and blocks alive at exit\n"
	"  -h, --help                 this\n"
	"      --version\n\n"
	"Exit status: the program's own, or as the two options above say; 128+n if signal n\n"
	"killed it. 125: kmemu failed (wrong options, FILE not writable); 126: PROGRAM cannot\n"
	"be run; 127: PROGRAM was not found.\n";

static int number(const char *name, const char *text)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < 0 || n > 255)
		die("--%s=%s: expected a number from 0 to 255", name, text);
	return (int)n;
}

void run_add_words(struct run_config *c, const char *words)
{
	char *all = xasprintf("%s%s%s", c->words, *c->words ? " " : "", words);

	if (!settings_words_are_right(words))
		die("-o: nothing was run; `kmemu options` lists the options");
	free(c->words);
	c->words = all;
}

static void set_profile(struct run_config *c, const char *name)
{
	char *word = xasprintf("profile=%s", name);

	if (!*name || strpbrk(name, " \t\n\"") || !settings_words_are_right(word))
		die("--profile=%s: expected plain, audit or strict", name);
	free(word);
	c->profile = name;
}

static const char *not_empty(const char *name, const char *value)
{
	if (!value[0])
		die("--%s= needs a value", name);
	return value;
}

static void take_option(struct run_config *c, int opt)
{
	switch (opt) {
	case 'o':
		run_add_words(c, optarg);
		break;
	case 'q':
		c->quiet = true;
		break;
	case 'v':
		c->verbose = true;
		break;
	case OPT_PROFILE:
		set_profile(c, optarg);
		break;
	case OPT_LOG:
		c->log = not_empty("log", optarg);
		break;
	case OPT_JSON:
		c->json = not_empty("json", optarg);
		break;
	case OPT_SARIF:
		c->sarif = not_empty("sarif", optarg);
		break;
	case OPT_JUNIT:
		c->junit = not_empty("junit", optarg);
		break;
	case OPT_ERROR:
		c->error_exitcode = number("error-exitcode", optarg);
		break;
	case OPT_UNCHECKED:
		c->unchecked_exitcode = number("unchecked-exitcode", optarg);
		break;
	case OPT_FOLLOW:
		c->follow = not_empty("follow", optarg);
		break;
	case OPT_SUPPRESSIONS:
		c->gen_suppressions = true;
		break;
	}
}

int run_parse(struct run_config *c, int argc, char **argv)
{
	int opt;

	*c = (struct run_config){ .words = xstrdup(""), .error_exitcode = -1,
				  .unchecked_exitcode = -1 };
	opterr = 0;
	while ((opt = getopt_long(argc, argv, "+:o:qvh", longopts, NULL)) != -1) {
		if (opt == '?' || opt == ':')
			return bad_option("run", argv, opt, longopts);
		if (opt == 'h')
			return fputs(help, stdout) < 0 ? EXIT_KMEMU : -1;
		if (opt == OPT_VERSION)
			return puts("kmemu " KMEMU_VERSION) < 0 ? EXIT_KMEMU : -1;
		take_option(c, opt);
	}
	if (optind >= argc) {
		say("no program to run; `kmemu run --help` tells how");
		return EXIT_KMEMU;
	}
	c->argv = argv + optind;
	c->json = outfile_name(c->json, c->argv[0]);
	c->sarif = outfile_name(c->sarif, c->argv[0]);
	c->junit = outfile_name(c->junit, c->argv[0]);
	return 0;
}
