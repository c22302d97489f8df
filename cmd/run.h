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
	const struct advise_config *advise; /* of `kmemu advise`; NULL: it is `kmemu run` */
	char **argv; /* the program's */
};

/* Runs the program and tells; the exit status. Once. */
int run(const struct run_config *c);
/* 0, or the status to end with; -1: --help was answered. */
int run_parse(struct run_config *c, int argc, char **argv);

/* The end of a run, in words: findings, what could not be checked, the verdict. */
void run_tell(const struct run_config *c, const struct gathered *g, FILE *f);

/* The part of it that names what could not be looked at. */
void tell_unchecked(FILE *f, const struct run_config *c, const struct gathered *g);
/* Adds words of -o; wrong ones end the command. */
void run_add_words(struct run_config *c, const char *words);

/* --gen-suppressions. */
void write_suppressions(FILE *f, const struct gathered *g);

/* "findings", "unchecked" or "clean". */
const char *verdict_of(const struct gathered *g);

/* The machine formats. */
void write_json(FILE *f, const struct gathered *g, int status);
void write_sarif(FILE *f, const struct run_config *c, const struct gathered *g, int status);
void write_junit(FILE *f, const struct run_config *c, const struct gathered *g);
