/*
 * kunit.c - `kmemu kunit`: runs a program of KUnit suites (kernel:
 * tools/testing/kunit/kunit.py) and tells what came of them, for people as a table,
 * for CI as JUnit.
 *
 * The program is one that was linked with libkmemu.a and has suites; it writes KTAP
 * to standard output. Its log goes where it always goes. What it writes to standard
 * output beside KTAP is handed on.
 *
 * The exit status is for a script: 0 all that ran passed, 1 a case or a suite
 * failed, or the plan was not kept; 125 to 127 and 128+n as of `kmemu run`.
 */
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/ktap.h"
#include "cmd/outfile.h"
#include "cmd/xml.h"

enum { OPT_FILTER = 256,
       OPT_JUNIT,
       OPT_LIST,
       OPT_KTAP };

struct config {
	const char *filter, *junit;
	bool list, ktap;
	char **argv;
};

/* --- running ------------------------------------------------------------- */

/* The program's words, and behind them those for KUnit. */
static char **arguments(const struct config *c)
{
	size_t n = 0;
	char **argv;

	while (c->argv[n])
		n++;
	argv = xmalloc((n + 3) * sizeof(*argv));
	memcpy(argv, c->argv, n * sizeof(*argv));
	if (c->filter)
		argv[n++] = xasprintf("kunit.filter_glob=%s", c->filter);
	if (c->list)
		argv[n++] = xstrdup("kunit.action=list");
	argv[n] = NULL;
	return argv;
}

static pid_t start(const struct config *c, FILE **out)
{
	char **argv = arguments(c);
	int fd[2], why = 0, failed[2];
	pid_t pid;

	if (pipe(fd) || pipe2(failed, O_CLOEXEC))
		die("a pipe: %m");
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		die("fork: %m");
	if (!pid) {
		dup2(fd[1], 1);
		close(fd[0]), close(fd[1]);
		execvp(argv[0], argv);
		why = errno;
		if (write(failed[1], &why, sizeof(why)) < 0)
			_exit(EXIT_KMEMU);
		_exit(EXIT_CANNOT_RUN);
	}
	close(fd[1]), close(failed[1]);
	if (read(failed[0], &why, sizeof(why)) == sizeof(why)) {
		say("%s: %s", argv[0], strerror(why));
		exit(why == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN);
	}
	close(failed[0]);
	*out = fdopen(fd[0], "r");
	return pid;
}

/* A log's time stamp before a line, as of a kernel's console. */
static const char *without_stamp(const char *line)
{
	const char *s = line;

	if (*s++ != '[')
		return line;
	s += strspn(s, " 0123456789.");
	return s[0] == ']' && s[1] == ' ' ? s + 2 : line;
}

static void read_results(const struct config *c, FILE *out, struct ktap *k)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, out)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (c->ktap || c->list || !ktap_line(k, without_stamp(line)))
			puts(line);
		if (c->ktap)
			ktap_line(k, without_stamp(line));
	}
	free(line);
	fclose(out);
}

/* --- telling ------------------------------------------------------------- */

static const char *word(enum ktap_result result)
{
	static const char *const words[] = { "passed", "FAILED", "skipped", "CRASHED" };

	return words[result];
}

static void print_case(const struct ktap_suite *s, const struct ktap_case *c)
{
	bool bad = c->result == KTAP_FAILED || c->result == KTAP_CRASHED;

	if (c->result == KTAP_PASSED)
		return;
	printf("%s%s%s %s.%s", colour(stdout, bad ? COLOUR_RED : COLOUR_YELLOW), word(c->result),
	       colour(stdout, COLOUR_NONE), printable(s->name), printable(c->name));
	if (bad)
		printf("\n%s", c->text);
	else
		printf(": %s\n", printable(c->text));
}

static double seconds_of(const struct ktap_suite *s)
{
	double sum = 0;

	for (size_t i = 0; i < s->nr; i++)
		sum += s->cases[i].seconds;
	return sum;
}

static size_t failed_of(const struct ktap_suite *s)
{
	return ktap_count(s, KTAP_FAILED) + ktap_count(s, KTAP_CRASHED);
}

static void print_table(const struct ktap *k)
{
	for (size_t i = 0; i < k->nr; i++)
		for (size_t j = 0; j < k->suites[i].nr; j++)
			print_case(&k->suites[i], &k->suites[i].cases[j]);
	printf("%-32s%7s%8s%8s%9s%10s\n", "suite", "cases", "passed", "failed", "skipped",
	       "time");
	for (size_t i = 0; i < k->nr; i++) {
		const struct ktap_suite *s = &k->suites[i];

		printf("%-32s%7zu%8zu%8zu%9zu%9.3fs%s\n", printable(s->name), s->nr,
		       ktap_count(s, KTAP_PASSED), failed_of(s), ktap_count(s, KTAP_SKIPPED),
		       seconds_of(s), s->failed && !failed_of(s) ? "  FAILED" : "");
		if (s->failed && !failed_of(s) && s->text)
			fputs(s->text, stdout);
	}
}

static void junit_case(FILE *f, const struct ktap_suite *s, const struct ktap_case *c)
{
	fputs("    <testcase", f);
	xml_attribute(f, "classname", s->name);
	xml_attribute(f, "name", c->name);
	fprintf(f, " time=\"%.3f\">", c->seconds);
	if (c->result == KTAP_SKIPPED) {
		fputs("<skipped", f);
		xml_attribute(f, "message", c->text);
		fputs("/>", f);
	} else if (c->result != KTAP_PASSED) {
		fputs(c->result == KTAP_CRASHED ? "<error>" : "<failure>", f);
		xml_text(f, c->text);
		fputs(c->result == KTAP_CRASHED ? "</error>" : "</failure>", f);
	}
	fputs("</testcase>\n", f);
}

static void junit_suite(FILE *f, const struct ktap_suite *s)
{
	bool broken = s->failed && !failed_of(s);

	fputs("  <testsuite", f);
	xml_attribute(f, "name", s->name);
	fprintf(f, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", s->nr + broken,
		ktap_count(s, KTAP_FAILED), ktap_count(s, KTAP_CRASHED) + broken);
	fprintf(f, " skipped=\"%zu\" time=\"%.3f\">\n", ktap_count(s, KTAP_SKIPPED), seconds_of(s));
	for (size_t i = 0; i < s->nr; i++)
		junit_case(f, s, &s->cases[i]);
	if (broken) {
		fputs("    <testcase name=\"(suite)\"", f);
		xml_attribute(f, "classname", s->name);
		fputs(" time=\"0\"><error>", f);
		xml_text(f, s->text ? s->text : "");
		fputs("</error></testcase>\n", f);
	}
	fputs("  </testsuite>\n", f);
}

static bool write_junit_file(const struct config *c, const struct ktap *k)
{
	struct outfile out = outfile_open(c->junit);

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out.f);
	xml_attribute(out.f, "name", c->argv[0]);
	fputs(">\n", out.f);
	for (size_t i = 0; i < k->nr; i++)
		junit_suite(out.f, &k->suites[i]);
	fputs("</testsuites>\n", out.f);
	return outfile_close(&out);
}

/* --- the command --------------------------------------------------------- */

static bool all_well(const struct ktap *k)
{
	if (!k->nr || k->nr != k->planned)
		return false;
	for (size_t i = 0; i < k->nr; i++)
		if (k->suites[i].failed || failed_of(&k->suites[i]) ||
		    k->suites[i].nr < k->suites[i].planned)
			return false;
	return true;
}

#define STATUS_USAGE 2 /* of the program: a parameter or a filter that it does not know */

static int judge(const struct config *c, const struct ktap *k, int status)
{
	if (WIFSIGNALED(status)) {
		say("%s: killed by %s", c->argv[0], strsignal(WTERMSIG(status)));
		return EXIT_SIGNAL + WTERMSIG(status);
	}
	if (c->list)
		return WEXITSTATUS(status);
	if (!k->nr) {
		if (WEXITSTATUS(status) == STATUS_USAGE) /* it has said why */
			return STATUS_USAGE;
		say("%s: no results; was it linked with libkmemu.a, and has it suites?",
		    c->argv[0]);
		return WEXITSTATUS(status) ? WEXITSTATUS(status) : EXIT_KMEMU;
	}
	return all_well(k) && !WEXITSTATUS(status) ? 0 : 1;
}

static int kunit(const struct config *c)
{
	struct ktap k = { .nr = 0 };
	FILE *out;
	pid_t pid;
	int status, result;

	if (c->junit && !outfile_possible(c->junit))
		return EXIT_KMEMU;
	pid = start(c, &out);
	read_results(c, out, &k);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	ktap_end(&k, WIFSIGNALED(status) || WEXITSTATUS(status));
	if (k.nr && !c->ktap)
		print_table(&k);
	result = judge(c, &k, status);
	if (c->junit && !write_junit_file(c, &k))
		return EXIT_KMEMU;
	return result;
}

static int usage(FILE *f, int status)
{
	fputs("usage: kmemu kunit [OPTIONS] [--] PROGRAM [ARGUMENTS]\n\n"
	      "Runs a program of KUnit suites, one that was compiled with the kernel's headers\n"
	      "of kmemu and libkmemu.a, and tells what passed. ARGUMENTS are module parameters;\n"
	      "options may follow them, unless -- is before PROGRAM.\n"
	      "Status: 0 all passed, 1 something failed, 128+n a signal ended it.\n\n"
	      "  --filter=GLOB   suites, or SUITE.CASE, with * and ?\n"
	      "  --junit=FILE    the results as JUnit, too; %p is the pid, %e PROGRAM's name\n"
	      "  --ktap          the program's KTAP instead of the table\n"
	      "  --list          names the cases, runs none\n",
	      f);
	return status;
}

int cmd_kunit(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "filter", required_argument, NULL, OPT_FILTER },
		{ "junit", required_argument, NULL, OPT_JUNIT },
		{ "ktap", no_argument, NULL, OPT_KTAP },
		{ "list", no_argument, NULL, OPT_LIST },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct config cfg = { .filter = NULL };
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":h", longopts, NULL)) != -1) {
		if (c == OPT_FILTER)
			cfg.filter = optarg;
		else if (c == OPT_JUNIT)
			cfg.junit = optarg;
		else if (c == OPT_KTAP)
			cfg.ktap = true;
		else if (c == OPT_LIST)
			cfg.list = true;
		else if (c == 'h')
			return usage(stdout, 0);
		else
			return bad_option("kunit", argv, c, longopts);
	}
	if (optind == argc)
		return usage(stderr, EXIT_KMEMU);
	cfg.argv = argv + optind;
	cfg.junit = outfile_name(cfg.junit, cfg.argv[0]);
	return kunit(&cfg);
}
