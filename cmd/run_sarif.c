/*
 * run_sarif.c - --sarif: SARIF 2.1.0, for GitHub code scanning and the like.
 *
 *	rules		one for each kind of checks.def, with the texts of
 *			explain.def as its help
 *	results		one for each distinct finding: its place in the source
 *			(file:line from debug information), its function, its
 *			stacks; partialFingerprints holds the finding's id, which
 *			is the same in the next run
 *	invocations	one: command line, exit status, and what could not be
 *			looked at as notifications. executionSuccessful is false
 *			when something could not: no results is not "clean" then
 *
 * A file below the working directory is given relative to it (uriBaseId
 * %SRCROOT%), since that is how a repository's files are found again.
 */
#include "cmd/run.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cmd/explain.h"
#include "cmd/lines.h"

/* --- places -------------------------------------------------------------- */

/* Percent-encoded, as a URI wants it; `dir`: a "/" is added. */
static char *uri(const char *scheme, const char *path, const char *end)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-._~/+";
	char *buf = xmalloc(strlen(scheme) + 3 * strlen(path) + strlen(end) + 1);
	char *p = stpcpy(buf, scheme);

	for (; *path; path++)
		p += sprintf(p, strchr(plain, *path) ? "%c" : "%%%02X", (unsigned char)*path);
	strcpy(p, end);
	return buf;
}

/* "/a/./b/../c" is "/a/c": compilers leave such names in debug information. */
static char *normalised(const char *path)
{
	char *out = xmalloc(strlen(path) + 2), *copy = xstrdup(path), *rest = copy, *part;
	size_t n = 0;

	while ((part = strsep(&rest, "/"))) {
		if (!*part || strcmp(part, ".") == 0)
			continue;
		if (strcmp(part, "..") == 0) {
			while (n && out[--n] != '/')
				;
			continue;
		}
		if (n || path[0] == '/')
			out[n++] = '/';
		n = (size_t)(stpcpy(out + n, part) - out);
	}
	out[n] = '\0';
	free(copy);
	return out;
}

static json_t *artifact(const char *file)
{
	char dir[PATH_MAX], *path = normalised(file), *text;
	json_t *location = new_object();
	size_t n;

	if (!getcwd(dir, sizeof(dir)))
		dir[0] = '\0';
	n = strlen(dir);
	if (n && strncmp(path, dir, n) == 0 && path[n] == '/') {
		text = uri("", path + n + 1, "");
		json_object_set_new(location, "uriBaseId", json_string("%SRCROOT%"));
	} else {
		text = uri(path[0] == '/' ? "file://" : "", path, "");
	}
	json_object_set_new(location, "uri", json_text(text));
	free(text);
	free(path);
	return location;
}

static json_t *source_roots(void)
{
	char dir[PATH_MAX], *text;
	json_t *roots;

	if (!getcwd(dir, sizeof(dir)))
		return new_object();
	text = uri("file://", dir, "/");
	roots = json_pack("{s:{s:o}}", "%SRCROOT%", "uri", json_text(text));
	free(text);
	return roots;
}

static json_t *message(const char *text)
{
	return json_pack("{s:o}", "text", json_text(text));
}

/* Where a frame is: source file and line, else the module. */
static json_t *location_of(const json_t *frame)
{
	const char *file = member_string(frame, "file", NULL);
	const char *path = member_string(frame, "path", NULL);
	const char *function = member_string(frame, "function", NULL);
	const char *module = member_string(frame, "module", NULL);
	json_t *location = new_object();

	if (file)
		json_object_set_new(location, "physicalLocation",
				    json_pack("{s:o, s:{s:I}}", "artifactLocation", artifact(file),
					      "region", "startLine",
					      (json_int_t)member_number(frame, "line")));
	else if (path)
		json_object_set_new(location, "physicalLocation",
				    json_pack("{s:o}", "artifactLocation", artifact(path)));
	if (function) {
		json_t *name = json_pack("{s:o, s:s}", "name", json_text(function), "kind",
					 "function");

		if (module)
			json_object_set_new(name, "fullyQualifiedName",
					    json_text(xasprintf("%s!%s", module, function)));
		json_object_set_new(location, "logicalLocations", json_pack("[o]", name));
	}
	return location;
}

/* --- results ------------------------------------------------------------- */

static json_t *stack_of(const char *name, const json_t *frames)
{
	json_t *list = new_array(), *frame;
	size_t i;

	json_array_foreach((json_t *)frames, i, frame) {
		json_t *f = json_pack("{s:o}", "location", location_of(frame));
		const char *module = member_string(frame, "module", NULL);

		if (module)
			json_object_set_new(f, "module", json_text(module));
		json_array_append_new(list, f);
	}
	return json_pack("{s:o, s:o}", "message", message(name), "frames", list);
}

static json_t *stacks_of(const json_t *event)
{
	json_t *stacks = new_array(), *frames;
	const char *name;

	json_object_foreach(json_object_get(event, "stacks"), name, frames) {
		if (json_array_size(frames))
			json_array_append_new(stacks, stack_of(name, frames));
	}
	return stacks;
}

/* Invalid frees corrupt memory; what else is found is a warning unless it failed. */
static const char *level_of(enum report_kind kind, const char *policy)
{
	if (strcmp(policy, "fail") == 0 || strcmp(policy, "panic") == 0)
		return "error";
	return kind < NR_REPORT_KINDS && report_kinds[kind].check == CHECK_invalid_free ? "error" :
										   "warning";
}

/* GitHub takes no result without a file: where the site is in none, the program is it. */
static json_t *place_of(const struct gathered *g, const json_t *site)
{
	json_t *location = site ? location_of(site) : new_object();
	const char *exe = g->nr_processes ? g->processes[0].exe : NULL;

	if (!json_object_get(location, "physicalLocation"))
		json_object_set_new(location, "physicalLocation",
				    json_pack("{s:o}", "artifactLocation",
					      artifact(exe ? exe : "unknown")));
	return location;
}

static json_t *result_of(const struct gathered *g, const struct finding *f)
{
	enum report_kind kind = kind_of_slug(f->kind);
	const json_t *site = call_site(f->event);
	json_t *stacks = stacks_of(f->event);
	json_t *result = json_pack("{s:o, s:s, s:o, s:I, s:{s:o}}", "ruleId", json_text(f->kind),
				   "level", level_of(kind, member_string(f->event, "policy", "")),
				   "message", message(member_string(f->event, "message", f->kind)),
				   "occurrenceCount", (json_int_t)f->times, "partialFingerprints",
				   "kmemuFindingId/v1", json_text(f->id));

	if (kind < NR_REPORT_KINDS)
		json_object_set_new(result, "ruleIndex", json_integer(kind));
	json_object_set_new(result, "locations", json_pack("[o]", place_of(g, site)));
	if (json_array_size(stacks))
		json_object_set_new(result, "stacks", stacks);
	else
		json_decref(stacks);
	return result;
}

static json_t *results_of(const struct gathered *g)
{
	json_t *results = new_array();

	for (size_t i = 0; i < g->nr_findings; i++)
		json_array_append_new(results, result_of(g, &g->findings[i]));
	return results;
}

/* --- the tool ------------------------------------------------------------ */

/* "double-free": "DoubleFree". */
static char *pascal_case(const char *slug)
{
	char *name = xmalloc(strlen(slug) + 1), *p = name;

	for (bool up = true; *slug; slug++) {
		if (*slug != '-')
			*p++ = (char)(up ? toupper((unsigned char)*slug) : *slug);
		up = *slug == '-';
	}
	*p = '\0';
	return name;
}

static json_t *help_of(enum report_kind kind)
{
	const struct explanation *e = &explanations[kind];
	const char *means = e->means ? e->means : report_kind_help[kind];
	const char *rule = e->rule ? e->rule : "", *mend = e->mend ? e->mend : "";
	const char *code = e->example ? e->example : "";
	char *text = xasprintf("%s\n\nThe kernel's rule: %s\n\nHow to mend it: %s", means, rule,
			       mend);
	char *markdown = xasprintf("%s\n\n**The kernel's rule:** %s\n\n"
				   "**How to mend it:** %s%s%s%s", means, rule, mend,
				   *code ? "\n\n```c\n" : "", code, *code ? "```" : "");
	json_t *help = json_pack("{s:o, s:o}", "text", json_text(text), "markdown",
				 json_text(markdown));

	free(text);
	free(markdown);
	return help;
}

static json_t *rule_of(enum report_kind kind)
{
	const struct report_kind_row *row = &report_kinds[kind];
	const struct explanation *e = &explanations[kind];
	const char *help = report_kind_help[kind];
	char *name = pascal_case(row->slug);
	json_t *rule = json_pack("{s:s, s:o, s:o, s:o, s:{s:s}, s:{s:[s,s]}}", "id", row->slug,
				 "shortDescription", message(help), "fullDescription",
				 message(e->means ? e->means : help), "help", help_of(kind),
				 "defaultConfiguration", "level", level_of(kind, ""), "properties",
				 "tags", "memory", report_checks[row->check].name);

	if (strcasecmp(name, row->slug)) /* a name is not the id once more (SARIF1001) */
		json_object_set_new(rule, "name", json_string(name));
	free(name);
	return rule;
}

static json_t *driver(void)
{
	json_t *rules = new_array();

	for (int kind = 0; kind < NR_REPORT_KINDS; kind++)
		json_array_append_new(rules, rule_of((enum report_kind)kind));
	return json_pack("{s:{s:s, s:s, s:s, s:o}}", "driver", "name", "kmemu", "version",
			 KMEMU_VERSION, "semanticVersion", KMEMU_VERSION, "rules", rules);
}

/* --- the invocation ------------------------------------------------------ */

static json_t *notifications(const struct gathered *g)
{
	json_t *list = new_array();

	for (size_t i = 0; i < g->nr_unchecked; i++) {
		const struct unchecked *u = &g->unchecked[i];
		char *reason = unchecked_text(u), *text = xasprintf("unchecked: %s", reason);

		json_array_append_new(list, json_pack("{s:s, s:o}", "level", "warning", "message",
						      message(text)));
		free(reason);
		free(text);
	}
	return list;
}

static json_t *invocation(const struct run_config *c, const struct gathered *g, int status)
{
	json_t *arguments = new_array(), *object;
	char *line = xstrdup(c->argv[0]), *longer;

	for (char **arg = c->argv + 1; *arg; arg++) {
		json_array_append_new(arguments, json_text(*arg));
		longer = xasprintf("%s %s", line, *arg);
		free(line);
		line = longer;
	}
	object = json_pack("{s:b,s:o,s:o,s:i,s:o,s:{s:s,s:I,s:I}}", "executionSuccessful",
			   g->nr_unchecked == 0, "commandLine", json_text(line), "arguments",
			       arguments, "exitCode", status, "toolExecutionNotifications",
			       notifications(g), "properties", "verdict", verdict_of(g),
			       "processesChecked", (json_int_t)g->totals.processes,
			       "processesUnchecked", (json_int_t)g->totals.unchecked);
	free(line);
	return object;
}

void write_sarif(FILE *f, const struct run_config *c, const struct gathered *g, int status)
{
	json_t *run = json_pack("{s:o, s:o, s:[o], s:o, s:s}", "tool", driver(),
				"originalUriBaseIds", source_roots(), "invocations",
				invocation(c, g, status), "results", results_of(g), "columnKind",
				"utf16CodeUnits");
	json_t *log = json_pack("{s:s, s:s, s:[o]}", "$schema",
				"https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0",
				"runs", run);

	json_dumpf(log, f, JSON_INDENT(2));
	fputc('\n', f);
	json_decref(log);
}
