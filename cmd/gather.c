/*
 * gather.c - many processes, one account.
 *
 * All processes of a run append their events to one file, a line each. A line
 * is one write(2), so lines are whole, in the order in which they were written;
 * one that is not (the disk was full) makes the run unchecked, since what it
 * said is lost. Who cannot write takes the end of the last line away
 * (core/lib/logfile.c), so two events in a line say the same.
 *
 * Processes are told apart by pid and order: `start` for a pid that has said
 * `end` is a new process that got an old number; `start` for one that has not
 * is the next program of the same process (exec). A process counts once, as
 * checked or, if any event says that it could not be looked at, as unchecked.
 *
 * A finding has an id made from its kind and its place in the program's files,
 * so it is the same in every process, and in the next run. It is counted once,
 * however many processes had it; with report.dedup=0 as often as it was told. Counts
 * by kind (repeats, what is only counted) are in the `end` events; a program that was
 * killed, or left by _exit or exec, has none, so what was seen of it is what it wrote
 * when it happened.
 *
 *	findings == distinct ids + findings that a process counted, but whose
 *		event did not arrive (then the run is unchecked as well)
 *	kind_reports[k] >= finding events of kind k
 *
 * A process that follow= leaves out says so in its `start` and nothing else
 * (core/report/follow.c); it is told as one that was not followed.
 */
#include "cmd/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/report/rules.h"

/* --- small ones ---------------------------------------------------------- */

const char *member_string(const json_t *object, const char *key, const char *otherwise)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : otherwise;
}

unsigned long member_number(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	return n > 0 ? (unsigned long)n : 0;
}

json_t *new_object(void)
{
	return json_pack("{}");
}

json_t *new_array(void)
{
	return json_pack("[]");
}

json_t *json_text(const char *s)
{
	json_t *string = json_string(s);
	char *ascii;

	if (string)
		return string;
	ascii = xstrdup(s);
	for (char *c = ascii; *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	string = json_string(ascii);
	free(ascii);
	return string;
}

enum report_kind kind_of_slug(const char *slug)
{
	int kind = 0;

	while (kind < NR_REPORT_KINDS && strcmp(report_kinds[kind].slug, slug) != 0)
		kind++;
	return (enum report_kind)kind;
}

/* Room for one more of an array, which doubles; returns it, zeroed. */
static void *add(void *array, size_t *n, size_t size)
{
	void **p = array;

	if (!(*n & (*n - 1)))
		*p = xrealloc(*p, (*n ? *n * 2 : 1) * size);
	return memset((char *)*p + (*n)++ * size, 0, size);
}

/*
 * Where in an array what has this key is: an object of JSON, which is a hash
 * table. At most one key a process and a finding: a run may have many of them.
 */
static void index_set(json_t **index, const char *key, size_t at)
{
	if (!*index)
		*index = new_object();
	json_object_set_new_nocheck(*index, key, json_integer((json_int_t)at));
}

/* False: there is none. */
static bool index_get(const json_t *index, const char *key, size_t *at)
{
	const json_t *n = json_object_get(index, key);

	*at = n ? (size_t)json_integer_value(n) : 0;
	return n != NULL;
}

/* --- processes ----------------------------------------------------------- */

static struct process *process_of(const struct gathered *g, int pid)
{
	char key[16];
	size_t at;

	snprintf(key, sizeof(key), "%d", pid);
	return index_get(g->by_pid, key, &at) ? &g->processes[at] : NULL;
}

static struct process *add_process(struct gathered *g, int pid)
{
	struct process *p = add(&g->processes, &g->nr_processes, sizeof(*p));
	char key[16];

	snprintf(key, sizeof(key), "%d", pid);
	index_set(&g->by_pid, key, g->nr_processes - 1);
	p->pid = pid;
	return p;
}

bool gather_may_tell(const struct gathered *g, int pid)
{
	const struct process *p = process_of(g, pid);

	return !p || (p->followed && !p->ended);
}

static void replace(char **s, const char *by)
{
	free(*s);
	*s = xstrdup(by);
}

/* Told at the start, since a process may have no end. */
static void take_checks(struct gathered *g, const json_t *event)
{
	g->totals.contexts |= json_is_true(json_object_get(event, "contexts"));
	g->totals.buffers |= json_is_true(json_object_get(event, "buffers"));
}

static void forget_told(struct process *p)
{
	free(p->told);
	p->told = NULL;
}

static void take_start(struct gathered *g, const json_t *event)
{
	int pid = (int)member_number(event, "pid");
	struct process *p = process_of(g, pid);

	if (!p || p->ended)
		p = add_process(g, pid);
	forget_told(p);
	replace(&p->comm, member_string(event, "comm", "?"));
	replace(&p->exe, member_string(event, "exe", "?"));
	p->followed = !json_is_false(json_object_get(event, "followed"));
	if (p->followed)
		take_checks(g, event);
}

/* NULL: it is left out. */
static struct process *followed_process(struct gathered *g, int pid)
{
	struct process *p = process_of(g, pid);

	if (!p) {
		p = add_process(g, pid);
		p->followed = true;
	}
	return p->followed ? p : NULL;
}

/* --- findings ------------------------------------------------------------ */

static struct finding *finding_of(struct gathered *g, const char *id)
{
	size_t at;

	return index_get(g->by_id, id, &at) ? &g->findings[at] : NULL;
}

static void count_told(struct gathered *g, struct process *p, enum report_kind kind)
{
	if (!p->told)
		p->told = memset(xmalloc(NR_REPORT_KINDS * sizeof(*p->told)), 0,
				 NR_REPORT_KINDS * sizeof(*p->told));
	p->told[kind]++;
	g->told[kind]++;
	g->unended[kind]++;
}

static void take_finding(struct gathered *g, struct process *p, json_t *event)
{
	const char *id = member_string(event, "id", NULL);
	struct finding *f = id && kmemu_opts.report_dedup ? finding_of(g, id) : NULL;
	enum report_kind kind = kind_of_slug(member_string(event, "kind", "?"));

	if (kind < NR_REPORT_KINDS)
		count_told(g, p, kind);
	if (!f) {
		f = add(&g->findings, &g->nr_findings, sizeof(*f));
		f->event = json_incref(event);
		f->id = id ? id : "?";
		if (id)
			index_set(&g->by_id, id, g->nr_findings - 1);
		f->kind = member_string(event, "kind", "?");
	}
	f->times++;
}

/* --- what could not be looked at ------------------------------------------ */

static char *unchecked_key(const char *reason, const char *what)
{
	return xasprintf("%s\n%s", reason, what);
}

static struct unchecked *unchecked_of(struct gathered *g, const char *reason, const char *what)
{
	char *key = unchecked_key(reason, what);
	size_t at;
	bool known = index_get(g->by_reason, key, &at);

	free(key);
	return known ? &g->unchecked[at] : NULL;
}

static struct unchecked *new_unchecked(struct gathered *g, const char *reason, const char *what)
{
	struct unchecked *u = add(&g->unchecked, &g->nr_unchecked, sizeof(*u));
	char *key = unchecked_key(reason, what);

	u->reason = xstrdup(reason);
	u->what = xstrdup(what);
	index_set(&g->by_reason, key, g->nr_unchecked - 1);
	free(key);
	return u;
}

/* pid 0: a child whose pid was not known to who told it. */
static void mark_unchecked(struct gathered *g, int pid)
{
	struct process *p = pid ? process_of(g, pid) : NULL;

	if (!p)
		p = add_process(g, pid);
	p->followed = true;
	p->unchecked = true;
}

static struct unchecked *add_unchecked(struct gathered *g, int pid, const char *reason,
				       const char *what, const char *detail, const char *remedy)
{
	struct unchecked *u = unchecked_of(g, reason, what ? what : "");

	if (pid >= 0)
		mark_unchecked(g, pid);
	if (!u) {
		u = new_unchecked(g, reason, what ? what : "");
		u->detail = xstrdup(detail ? detail : "");
		u->remedy = xstrdup(remedy ? remedy : "");
		u->pid = pid > 0 ? pid : 0;
	}
	u->times++;
	return u;
}

void gather_unchecked(struct gathered *g, int pid, const char *reason, const char *what,
		      const char *detail, const char *remedy)
{
	struct unchecked *u = add_unchecked(g, pid, reason, what, detail, remedy);

	u->by_command |= u->times == 1;
}

/* The library's details are sentences of their own, the command's go on with the name. */
char *unchecked_text(const struct unchecked *u)
{
	const char *between = !u->what[0] ? "" : u->by_command ? " " : ": ";

	return xasprintf("%s: %s%s%s%s%s", u->reason, u->what, between, u->detail,
			 u->remedy[0] ? "; " : "", u->remedy);
}

static void take_unchecked(struct gathered *g, const json_t *event)
{
	int pid = (int)member_number(event, "pid");
	const struct process *p = process_of(g, pid);

	if (p && !p->followed)
		return;
	add_unchecked(g, pid, member_string(event, "reason", "unknown"),
		      member_string(event, "what", NULL), member_string(event, "detail", NULL),
		      member_string(event, "remedy", NULL));
}

/* --- ends ---------------------------------------------------------------- */

static void take_kinds(struct gathered *g, const json_t *kinds)
{
	const char *slug;
	json_t *counts;

	json_object_foreach((json_t *)kinds, slug, counts) {
		enum report_kind kind = kind_of_slug(slug);

		if (kind == NR_REPORT_KINDS)
			continue;
		g->totals.kind_reports[kind] += member_number(counts, "reports");
		g->counted[kind] += member_number(counts, "findings");
	}
}

/* Addresses differ from process to process; places in files do not. */
static struct leak *leak_at(struct gathered *g, json_t *site)
{
	char *key = xasprintf("%s %s", member_string(site, "module_offset", ""),
			      member_string(site, "path", ""));
	size_t at;

	if (!index_get(g->by_place, key, &at)) {
		struct leak *l = add(&g->leaks, &g->nr_leaks, sizeof(*l));

		l->site = json_incref(site);
		at = g->nr_leaks - 1;
		index_set(&g->by_place, key, at);
	}
	free(key);
	return &g->leaks[at];
}

static void take_leaks(struct gathered *g, const json_t *leaks)
{
	size_t i;
	json_t *leak;

	json_array_foreach((json_t *)leaks, i, leak) {
		struct leak *l = leak_at(g, json_object_get(leak, "site"));

		l->blocks += member_number(leak, "blocks");
		l->bytes += member_number(leak, "bytes");
	}
}

static bool has_line(const json_t *list, const char *line)
{
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)list, i, one) {
		if (json_string_value(one) && strcmp(json_string_value(one), line) == 0)
			return true;
	}
	return false;
}

/* What is kept was in the list of every process that has ended. */
static void take_common(const struct gathered *g, char ***lines, size_t *nr, const json_t *list)
{
	size_t i, kept = 0;
	json_t *line;

	if (g->ends == 1) {
		json_array_foreach((json_t *)list, i, line) {
			*(char **)add(lines, nr, sizeof(char *)) =
				xstrdup(json_string_value(line) ? json_string_value(line) : "?");
		}
		return;
	}
	for (i = 0; i < *nr; i++) {
		if (has_line(list, (*lines)[i]))
			(*lines)[kept++] = (*lines)[i];
		else
			free((*lines)[i]);
	}
	*nr = kept;
}

static void take_end(struct gathered *g, struct process *p, const json_t *event)
{
	p->ended = true;
	g->ends++;
	for (int kind = 0; p->told && kind < NR_REPORT_KINDS; kind++)
		g->unended[kind] -= p->told[kind];
	forget_told(p);
#define X(field, words) g->totals.judged.field += member_number(event, #field);
	RUN_COUNTERS(X)
#undef X
	take_checks(g, event);
	g->totals.linked += json_is_true(json_object_get(event, "linked"));
	g->suppressed += member_number(event, "suppressed");
	take_kinds(g, json_object_get(event, "kinds"));
	take_leaks(g, json_object_get(event, "leaks"));
	take_common(g, &g->unused, &g->nr_unused, json_object_get(event, "unused_suppressions"));
	take_common(g, &g->unmatched, &g->nr_unmatched, json_object_get(event, "unmatched_names"));
}

/* --- the file ------------------------------------------------------------ */

static void take_event(struct gathered *g, json_t *event)
{
	const char *name = member_string(event, "event", "");
	int pid = (int)member_number(event, "pid");
	struct process *p;

	if (strcmp(name, "start") == 0) {
		take_start(g, event);
	} else if (strcmp(name, "unchecked") == 0) {
		take_unchecked(g, event);
	} else if ((p = followed_process(g, pid)) != NULL) {
		if (strcmp(name, "finding") == 0)
			take_finding(g, p, event);
		else if (strcmp(name, "end") == 0)
			take_end(g, p, event);
	} else if (strcmp(name, "end") == 0) {
		process_of(g, pid)->ended = true;
	}
}

/* Events that a later version adds are passed over; what is no event is bad. */
static size_t take_one(struct gathered *g, const char *line, size_t n)
{
	json_error_t error;
	json_t *event = json_loadb(line, n, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK,
				   &error);
	size_t taken = event ? (size_t)error.position : n;

	if (!event || member_number(event, "kmemu") != 1 || !json_object_get(event, "event") ||
	    !json_object_get(event, "pid"))
		g->bad_lines++;
	else
		take_event(g, event);
	json_decref(event);
	return taken;
}

/* Two in a line: one between them was lost (logfile_mark_lost). */
static void take_line(struct gathered *g, const char *line, size_t n)
{
	size_t taken = take_one(g, line, n);

	while (taken < n) {
		g->bad_lines++;
		taken += take_one(g, line + taken, n - taken);
	}
}

static void read_file(struct gathered *g, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st))
		die("%s: the events of the run cannot be read: %m", path);
	g->lines = xmalloc((size_t)st.st_size + 1);
	while (g->bytes < (size_t)st.st_size) {
		n = read(fd, g->lines + g->bytes, (size_t)st.st_size - g->bytes);
		if (n <= 0)
			break;
		g->bytes += (size_t)n;
	}
	close(fd);
}

void gather(struct gathered *g, const char *events, int pid)
{
	const char *line, *end;

	*g = (struct gathered){ .program_pid = pid };
	read_file(g, events);
	for (line = g->lines; line < g->lines + g->bytes; line = end + 1) {
		end = memchr(line, '\n', g->bytes - (size_t)(line - g->lines));
		if (!end) {
			g->bad_lines++;
			end = g->lines + g->bytes;
		}
		take_line(g, line, (size_t)(end - line));
	}
}

/* --- totals -------------------------------------------------------------- */

static void count_processes(struct gathered *g)
{
	for (size_t i = 0; i < g->nr_processes; i++) {
		const struct process *p = &g->processes[i];

		if (!p->followed) {
			g->not_followed++;
		} else if (p->unchecked) {
			g->totals.unchecked++;
		} else {
			g->totals.processes++;
			g->totals.uncounted += !p->ended;
		}
	}
}

/* Findings that a process counted and whose events did not arrive. */
static unsigned long lost_findings(const struct gathered *g, int kind)
{
	return g->counted[kind] > g->told[kind] ? g->counted[kind] - g->told[kind] : 0;
}

static void look_for_losses(struct gathered *g)
{
	unsigned long lost = g->bad_lines;

	for (int kind = 0; kind < NR_REPORT_KINDS; kind++)
		lost += lost_findings(g, kind);
	if (lost)
		gather_unchecked(g, -1, "lost-events", "", "some events of the run did not arrive",
				 "is the disk of TMPDIR full, or did the program change its root "
				 "directory?");
}

static void count_findings(struct gathered *g)
{
	struct run_totals *t = &g->totals;

	for (size_t i = 0; i < g->nr_findings; i++) {
		enum report_kind kind = kind_of_slug(g->findings[i].kind);

		if (kind < NR_REPORT_KINDS)
			t->kind_findings[kind]++;
	}
	t->findings = g->nr_findings;
	for (int kind = 0; kind < NR_REPORT_KINDS; kind++) {
		t->kind_findings[kind] += lost_findings(g, kind);
		t->kind_reports[kind] += g->unended[kind];
		t->findings += lost_findings(g, kind);
		if (t->kind_reports[kind] < t->kind_findings[kind])
			t->kind_reports[kind] = t->kind_findings[kind];
	}
}

/* A name that one process of the run has is no mistake, though others do not have it. */
static void look_for_unmatched(struct gathered *g)
{
	for (size_t i = 0; i < g->nr_unmatched; i++)
		add_unchecked(g, -1, RULES_UNMATCHED, g->unmatched[i], RULES_UNMATCHED_DETAIL,
			      RULES_UNMATCHED_REMEDY);
}

void gather_finish(struct gathered *g)
{
	look_for_losses(g);
	look_for_unmatched(g);
	count_processes(g);
	count_findings(g);
	if (g->nr_unchecked)
		g->totals.unchecked_reason = g->unchecked[0].reason;
}
