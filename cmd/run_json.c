/*
 * run_json.c - --json: the events of the run (docs/events.md), a line each, as
 * they were written but for two things. A finding stands once, as its first
 * process told it, and its frames have "file" and "line" where they are known.
 * At the end come what only the command could know (`unchecked`) and the
 * event `verdict`.
 */
#include "cmd/run.h"

#include <string.h>

#include "cmd/lines.h"

static void write_event(FILE *f, const json_t *event)
{
	json_dumpf(event, f, JSON_COMPACT | JSON_ENSURE_ASCII);
	fputc('\n', f);
}

/* The finding that this very line was the first of, NULL: it was said before. */
static const struct finding *first_told(const struct gathered *g, const json_t *event, size_t *next)
{
	const struct finding *f = *next < g->nr_findings ? &g->findings[*next] : NULL;

	if (!f || strcmp(f->id, member_string(event, "id", "?")) != 0)
		return NULL;
	++*next;
	return f;
}

static void write_line(FILE *f, const struct gathered *g, const char *line, size_t n, size_t *next)
{
	json_t *event = json_loadb(line, n, 0, NULL);
	const char *name = event ? member_string(event, "event", "") : "";

	if (strcmp(name, "finding") == 0) {
		const struct finding *first = first_told(g, event, next);

		if (first)
			write_event(f, first->event);
	} else if (event) {
		lines_add(event);
		write_event(f, event);
	}
	json_decref(event);
}

static void write_own_unchecked(FILE *f, const struct gathered *g)
{
	for (size_t i = 0; i < g->nr_unchecked; i++) {
		const struct unchecked *u = &g->unchecked[i];
		json_t *event;

		if (!u->by_command)
			continue;
		event = json_pack("{s:i, s:s, s:i, s:s, s:o, s:o, s:o}", "kmemu", 1, "event",
				  "unchecked", "pid", u->pid, "reason", u->reason, "what",
				  json_text(u->what), "detail", json_text(u->detail), "remedy",
				  json_text(u->remedy));
		write_event(f, event);
		json_decref(event);
	}
}

const char *verdict_of(const struct gathered *g)
{
	return g->totals.findings ? "findings" : g->nr_unchecked ? "unchecked" : "clean";
}

static json_t *kinds_found(const struct run_totals *t)
{
	json_t *kinds = new_object();

	for (int kind = 0; kind < NR_REPORT_KINDS; kind++)
		if (t->kind_findings[kind] || t->kind_reports[kind])
			json_object_set_new(kinds, report_kinds[kind].slug,
					    json_pack("{s:I, s:I}", "findings",
						      (json_int_t)t->kind_findings[kind], "reports",
						      (json_int_t)t->kind_reports[kind]));
	return kinds;
}

static void write_verdict(FILE *f, const struct gathered *g, int status)
{
	const struct run_totals *t = &g->totals;
	json_t *event = json_pack("{s:i,s:s,s:i,s:s,s:s?,s:I,s:I,s:I,s:I,s:b,s:b,s:i,s:o}",
				  "kmemu", 1, "event", "verdict", "pid", g->program_pid, "verdict",
				  verdict_of(g), "reason", t->unchecked_reason, "findings",
				  (json_int_t)t->findings, "processes", (json_int_t)t->processes,
				  "unchecked", (json_int_t)t->unchecked, "linked",
				  (json_int_t)t->linked, "contexts", t->contexts, "buffers",
				  t->buffers, "status", status, "kinds", kinds_found(t));

#define X(field, words) \
	json_object_set_new(event, #field, json_integer((json_int_t)t->judged.field));
	RUN_COUNTERS(X)
#undef X
	write_event(f, event);
	json_decref(event);
}

void write_json(FILE *f, const struct gathered *g, int status)
{
	const char *line = g->lines, *stop = g->lines + g->bytes, *end;
	size_t next = 0;

	for (; line < stop; line = end + 1) {
		end = memchr(line, '\n', (size_t)(stop - line));
		if (!end)
			break;
		write_line(f, g, line, (size_t)(end - line), &next);
	}
	write_own_unchecked(f, g);
	write_verdict(f, g, status);
}
