/*
 * ktap.c - reads KTAP line by line.
 *
 * A suite's lines are indented by four blanks, those of a case's parameters by
 * eight. The results of a suite are the lines of four; what stands between them
 * (parameters, "# NAME: ..." and the text of a failed expectation, which is not
 * indented by rule) belongs to the case whose result follows. A time is that since
 * the result before.
 */
#include "cmd/ktap.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static char *append(char *text, const char *line)
{
	char *longer = xasprintf("%s%s\n", text ? text : "", line);

	free(text);
	return longer;
}

static struct ktap_suite *add_suite(struct ktap *k, const char *name)
{
	struct ktap_suite *s;

	k->suites = xrealloc(k->suites, (k->nr + 1) * sizeof(*k->suites));
	s = &k->suites[k->nr++];
	*s = (struct ktap_suite){ .name = xstrdup(name) };
	return s;
}

static struct ktap_suite *open_suite(struct ktap *k)
{
	return k->nr && !k->suites[k->nr - 1].ended ? &k->suites[k->nr - 1] : NULL;
}

static void add_case(struct ktap *k, struct ktap_suite *s, const char *name, size_t length,
		     enum ktap_result result, const char *text)
{
	double t = now();

	s->cases = xrealloc(s->cases, (s->nr + 1) * sizeof(*s->cases));
	s->cases[s->nr++] = (struct ktap_case){
		.name = xasprintf("%.*s", (int)length, name),
		.result = result,
		.text = xstrdup(text ? text : ""),
		.seconds = t - k->since,
	};
	k->since = t;
	free(k->said);
	k->said = NULL;
}

struct result_line {
	bool ok;
	const char *name;
	size_t length;
	const char *skip; /* NULL: it was not */
};

/* "[not ]ok NR [- ]NAME[ # SKIP WHY]" */
static bool parse_result(const char *line, struct result_line *r)
{
	const char *directive;

	r->ok = strncmp(line, "not ", 4) != 0;
	line += r->ok ? 0 : 4;
	if (strncmp(line, "ok ", 3) || !isdigit((unsigned char)line[3]))
		return false;
	line += 3;
	line += strspn(line, "0123456789");
	line += strspn(line, " ");
	if (!strncmp(line, "- ", 2))
		line += 2;
	directive = strstr(line, " # ");
	r->name = line;
	r->length = directive ? (size_t)(directive - line) : strlen(line);
	r->skip = NULL;
	if (directive && !strncasecmp(directive + 3, "skip", 4))
		r->skip = directive + 7 + strspn(directive + 7, " ");
	return true;
}

static void end_suite(struct ktap *k, const struct result_line *r)
{
	struct ktap_suite *s = open_suite(k);

	if (!s)
		s = add_suite(k, "");
	if (!s->name[0]) {
		free(s->name);
		s->name = xasprintf("%.*s", (int)r->length, r->name);
	}
	s->ended = true;
	s->failed = !r->ok;
	s->text = k->said;
	k->said = NULL;
	k->since = now();
}

static bool suite_line(struct ktap *k, const char *line)
{
	struct ktap_suite *s = open_suite(k);
	struct result_line r;

	if (!strncmp(line, "KTAP version ", 13)) {
		add_suite(k, "");
		k->since = now();
	} else if (!strncmp(line, "# Subtest: ", 11) && s) {
		free(s->name);
		s->name = xstrdup(line + 11);
	} else if (!strncmp(line, "1..", 3) && s) {
		s->planned = strtoul(line + 3, NULL, 10);
		free(k->said);
		k->said = NULL;
	} else if (parse_result(line, &r) && s) {
		add_case(k, s, r.name, r.length,
			 r.skip ? KTAP_SKIPPED : r.ok ? KTAP_PASSED : KTAP_FAILED,
			 r.skip ? r.skip : k->said);
	} else {
		return false;
	}
	return true;
}

bool ktap_line(struct ktap *k, const char *line)
{
	struct result_line r;

	if (!strncmp(line, "    ", 4) && line[4] != ' ' && suite_line(k, line + 4))
		return true;
	if (parse_result(line, &r)) {
		end_suite(k, &r);
		return true;
	}
	if (!strncmp(line, "KTAP version ", 13))
		return true;
	if (!strncmp(line, "1..", 3)) {
		k->planned = strtoul(line + 3, NULL, 10);
		return true;
	}
	if (!open_suite(k) && line[0] != '#' && line[0] != ' ')
		return false;
	k->said = append(k->said, line);
	return true;
}

void ktap_end(struct ktap *k, bool crashed)
{
	struct ktap_suite *s = open_suite(k);

	if (!s)
		return;
	if (crashed && s->nr < s->planned)
		add_case(k, s, "(the case that ran)", 19, KTAP_CRASHED, k->said);
	s->ended = s->failed = true;
}

size_t ktap_count(const struct ktap_suite *s, enum ktap_result result)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nr; i++)
		n += s->cases[i].result == result;
	return n;
}
