/* advise.h - what the parts of `kmemu advise` share. */
#pragma once

#include "cmd/run.h"
#include "cmd/settings.h"
#include "core/check/advice.h"
#include "core/check/advise_table.h"

enum advise_sort { SORT_SEVERITY, SORT_BYTES, SORT_CALLS, SORT_ALIVE, SORT_SIZE, SORT_PLACE };

struct advise_config {
	const char *output; /* NULL: not given */
	const char *module, *function; /* globs; NULL: all */
	const char *through; /* NULL: not given */
	enum advise_sort sort;
	unsigned long min_calls, limit; /* limit 0: all */
	bool json, verbose;
	bool all; /* those of libc and its like that no frame of the program asked for */
};

/* A call site, of all processes together. */
struct site {
	json_t *frame; /* path, build_id, module_offset; then file, line, function */
	json_t *callee; /* the same of the runtime's function that was called; NULL: none */
	/* Without arguments and those of templates; NULL: not known. */
	char *name, *callee_name;
	const char *module; /* its name without directories */
	bool runtime; /* no frame of the program's was met */
	struct advise_site s;
	struct advice_facts facts;
	struct advice advice;
};

struct sites {
	struct site *site;
	size_t nr;
	u64 cap, lost;
	unsigned long programs; /* that filled the table */
	bool sees_dma; /* calls that a device would serve were looked at */
};

/* --- advise_read.c --- */

/* What the program's process has to know, in its environment. */
void advise_dress(const struct advise_config *a, struct environment *env, const char *table);
/* An empty table in the file; closes fd. Dies where there is no room. */
void advise_make_table(int fd, const char *path);
/* Reads it: sites with calls, each place once. */
void advise_read(struct sites *all, const char *path);

/* --- advise_tell.c, advise_json.c --- */

/* Tells what the table has; false: it could not be written, which was said. */
bool advise_tell(const struct run_config *c, const struct gathered *g, const char *table,
		 int status, FILE *log);
/* One JSON object; of the sites only the first n, which are shown. */
void advise_write_json(FILE *f, const struct run_config *c, const struct gathered *g,
		       const struct sites *all, size_t n, int status);
/* The contexts that it was seen in, "softirq (SIGALRM)": to be freed. */
char *advise_contexts(const struct advise_site *s);
/* By the allocator; a memset behind it is not seen. */
bool advise_is_zeroed(const struct advise_site *s);
/* "malloc", or the runtime's function that called it. */
const char *advise_now(const struct site *site);
