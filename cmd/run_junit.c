/*
 * run_junit.c - --junit: what CI systems show as tests. One case for each
 * check of checks.def, each of its findings a failure in it. A check that was
 * off, or everything when the run is unchecked and nothing was found, is
 * skipped: it did not pass.
 */
#include "cmd/run.h"

#include "cmd/lines.h"
#include "cmd/xml.h"

/* --- cases --------------------------------------------------------------- */

static bool is_of_check(const struct finding *f, int check)
{
	enum report_kind kind = kind_of_slug(f->kind);

	return kind < NR_REPORT_KINDS && (int)report_kinds[kind].check == check;
}

static unsigned long failures_of(const struct gathered *g, int check)
{
	unsigned long n = 0;

	for (size_t i = 0; i < g->nr_findings; i++)
		n += is_of_check(&g->findings[i], check);
	return n;
}

/* Why the case did not run, NULL: it did. */
static const char *why_skipped(const struct gathered *g, int check)
{
	if (failures_of(g, check))
		return NULL;
	if (*report_checks[check].policy == POLICY_OFF)
		return "the check is off";
	return g->nr_unchecked ? g->totals.unchecked_reason : NULL;
}

static void write_failure(FILE *f, const struct finding *finding)
{
	const json_t *site = call_site(finding->event);
	const char *file = member_string(site, "file", NULL);

	fputs("      <failure", f);
	xml_attribute(f, "type", finding->kind);
	xml_attribute(f, "message", member_string(finding->event, "message", finding->kind));
	fputc('>', f);
	xml_text(f, finding->id);
	if (file) {
		fputs(" at ", f);
		xml_text(f, file);
		fprintf(f, ":%lu", member_number(site, "line"));
	}
	fputc('\n', f);
	xml_text(f, member_string(finding->event, "text", ""));
	fputs("</failure>\n", f);
}

static void write_case(FILE *f, const struct gathered *g, int check)
{
	const char *skipped = why_skipped(g, check);

	fputs("    <testcase classname=\"kmemu\" time=\"0\"", f);
	xml_attribute(f, "name", report_checks[check].name);
	fputs(">\n", f);
	for (size_t i = 0; i < g->nr_findings; i++)
		if (is_of_check(&g->findings[i], check))
			write_failure(f, &g->findings[i]);
	if (skipped) {
		fputs("      <skipped", f);
		xml_attribute(f, "message", skipped);
		fputs("/>\n", f);
	}
	fputs("    </testcase>\n", f);
}

/* Findings of kinds that this command does not know. */
static void write_unknown(FILE *f, const struct gathered *g)
{
	for (size_t i = 0; i < g->nr_findings; i++) {
		if (kind_of_slug(g->findings[i].kind) < NR_REPORT_KINDS)
			continue;
		fputs("    <testcase classname=\"kmemu\" time=\"0\" name=\"unknown\">\n", f);
		write_failure(f, &g->findings[i]);
		fputs("    </testcase>\n", f);
	}
}

struct counts {
	unsigned long tests, failures, skipped;
};

static struct counts count(const struct gathered *g)
{
	struct counts n = { .tests = NR_REPORT_CHECKS };

	for (int check = 0; check < NR_REPORT_CHECKS; check++) {
		n.failures += failures_of(g, check) != 0;
		n.skipped += why_skipped(g, check) != NULL;
	}
	for (size_t i = 0; i < g->nr_findings; i++) {
		bool unknown = kind_of_slug(g->findings[i].kind) == NR_REPORT_KINDS;

		n.tests += unknown;
		n.failures += unknown;
	}
	return n;
}

static void write_counts(FILE *f, const struct counts *n)
{
	fprintf(f, " tests=\"%lu\" failures=\"%lu\" errors=\"0\" skipped=\"%lu\" time=\"0\">\n",
		n->tests, n->failures, n->skipped);
}

static void write_suite(FILE *f, const struct run_config *c, const struct gathered *g,
			const struct counts *n)
{
	fputs("  <testsuite", f);
	xml_attribute(f, "name", c->argv[0]);
	write_counts(f, n);
	fputs("    <properties>\n      <property name=\"verdict\"", f);
	xml_attribute(f, "value", verdict_of(g));
	fputs("/>\n    </properties>\n", f);
	for (int check = 0; check < NR_REPORT_CHECKS; check++)
		write_case(f, g, check);
	write_unknown(f, g);
	fputs("  </testsuite>\n", f);
}

void write_junit(FILE *f, const struct run_config *c, const struct gathered *g)
{
	struct counts n = count(g);

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"kmemu\"", f);
	write_counts(f, &n);
	write_suite(f, c, g, &n);
	fputs("</testsuites>\n", f);
}
