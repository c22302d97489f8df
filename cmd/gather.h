/*
 * gather.h - the events of all processes of a run, made into one account.
 * docs/events.md has the events.
 */
#pragma once

#include <jansson.h>

#include "cmd/cmd.h"
#include "core/report/run.h"

struct process {
	int pid;
	bool ended; /* said so itself; not when killed, or by _exit or exec */
	bool unchecked;
	bool followed; /* false: it said that follow= leaves it out */
	char *comm, *exe; /* of its last program */
	unsigned int *told; /* finding events of that program, by kind; NULL: none */
};

/* A distinct finding, as the first process that had it told it. */
struct finding {
	const char *id, *kind; /* of event */
	json_t *event;
	unsigned long times; /* events of this id, from whichever process */
};

/* What could not be looked at, each reason and thing once. */
struct unchecked {
	char *reason, *what, *detail, *remedy; /* none is NULL */
	unsigned long times;
	int pid; /* of the first process; 0: not known */
	bool by_command; /* not from an event */
	bool said; /* on the log, before the program began */
};

struct leak {
	json_t *site; /* a frame */
	unsigned long blocks, bytes;
};

struct gathered {
	char *lines; /* all events, as they were written */
	size_t bytes;
	struct process *processes;
	size_t nr_processes;
	struct finding *findings;
	size_t nr_findings;
	struct unchecked *unchecked;
	size_t nr_unchecked;
	struct leak *leaks;
	size_t nr_leaks;
	char **unused; /* suppressions that no process had a use for */
	size_t nr_unused;
	char **unmatched; /* rules for functions that matched in no process */
	size_t nr_unmatched;
	/* Where in these arrays what is known by its key is; gather.c. */
	json_t *by_pid, *by_id, *by_reason, *by_place;
	int program_pid;
	unsigned long ends, suppressed, bad_lines, not_followed;
	/* Finding events by kind, and what the ends say there were. */
	unsigned long told[NR_REPORT_KINDS], counted[NR_REPORT_KINDS];
	unsigned long unended[NR_REPORT_KINDS]; /* of told, those of programs without an end */
	struct run_totals totals; /* filled by gather_finish() */
};

/* Reads the file of events; pid is the first process. */
void gather(struct gathered *g, const char *events, int pid);
/* False: the process said its end, or that follow= leaves it out. */
bool gather_may_tell(const struct gathered *g, int pid);
/*
 * Adds what the command itself knows, before gather_finish(); strings are
 * copied. pid 0: one process, which is not known; -1: none in particular.
 */
void gather_unchecked(struct gathered *g, int pid, const char *reason, const char *what,
		      const char *detail, const char *remedy);
/* "REASON: what, why; what to do", to be freed. */
char *unchecked_text(const struct unchecked *u);
/* Makes the totals. */
void gather_finish(struct gathered *g);
/* REPORT_<kind> of a slug, NR_REPORT_KINDS: not known. */
enum report_kind kind_of_slug(const char *slug);

/*
 * Empty ones. jansson's json_object() and json_array() would be those of
 * core/report/json.h, which are in this program as well.
 */
json_t *new_object(void);
json_t *new_array(void);
/* A JSON string of any bytes: what is no UTF-8 becomes '?'. */
json_t *json_text(const char *s);
/* Members of a JSON object with a default. */
const char *member_string(const json_t *object, const char *key, const char *otherwise);
unsigned long member_number(const json_t *object, const char *key);
