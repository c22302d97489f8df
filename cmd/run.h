/* run.h - what the parts of `kmemu run` share. */
#pragma once

#include "cmd/cmd.h"
#include "cmd/gather.h"

struct run_config {
	char *words; /* of all -o, separated by blanks; "" */
	const char *profile, *log, *json, *sarif, *junit; /* NULL: not given */
	const char *follow;
	int error_exitcode, unchecked_exitcode; /* -1: the program's own */
	bool gen_suppressions, quiet, verbose;
	char **argv; /* the program's */
};

/* 0, or the status to end with; -1: --help was answered. */
int run_parse(struct run_config *c, int argc, char **argv);

/* The end of a run, in words: findings, what could not be checked, the verdict. */
void run_tell(const struct run_config *c, const struct gathered *g, FILE *f);

/* --gen-suppressions. */
void write_suppressions(FILE *f, const struct gathered *g);

/* "findings", "unchecked" or "clean". */
const char *verdict_of(const struct gathered *g);

/* The machine formats. */
void write_json(FILE *f, const struct gathered *g, int status);
void write_sarif(FILE *f, const struct run_config *c, const struct gathered *g, int status);
void write_junit(FILE *f, const struct run_config *c, const struct gathered *g);
