/*
 * cmd.h - what the files of the `kmemu` command share. cmd/ is an ordinary
 * program: it uses libc, links libkmemu.a for the tables (options, checks) and
 * for reading values, and never runs on the allocator itself.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/os/compiler.h"

/* Our own failures, in the manner of env and timeout. */
#define EXIT_KMEMU 125 /* kmemu itself failed; wrong options */
#define EXIT_CANNOT_RUN 126 /* the program was found, but cannot be run */
#define EXIT_NOT_FOUND 127
#define EXIT_SIGNAL 128 /* + the signal that ended the program */

/*
 * A command: argv[0] is its name ("show"), the rest as getopt_long() wants
 * it. Returns the exit status. Each answers --help itself (help_asked()).
 */
int cmd_run(int argc, char **argv);
int cmd_advise(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_options(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_decode(int argc, char **argv);
int cmd_kunit(int argc, char **argv);
int cmd_selftest(int argc, char **argv);

struct command {
	const char *name;
	const char *help; /* one line */
	int (*run)(int argc, char **argv);
};
extern const struct command commands[];
extern const unsigned int nr_commands;

/* "kmemu: TEXT\n" on standard error. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same, then exit(EXIT_KMEMU). */
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/* malloc that cannot fail; strings by asprintf that cannot fail. */
void *xmalloc(size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* For one line of text: control characters as '?'. NULL: NULL. Not to be freed. */
const char *printable(const char *s);
/* From the root; as it is when it is empty or the working directory has no name. */
char *absolute_path(const char *path);

/*
 * For getopt_long() that returned '?' or ':' (opterr = 0, optstring begins
 * with ':'): names the wrong option and the nearest right one, points to
 * --help. Returns EXIT_KMEMU, to be returned.
 */
struct option;
int bad_option(const char *command, char **argv, int c, const struct option *longopts);
/* The nearest of n words (by edits, at most 2), NULL: nothing resembles it. */
const char *nearest_word(const char *word, const char *const *words, size_t n);

/* The path of libkmemu.so: beside the command, or ../lib; NULL: not found. */
const char *library_path(void);

/* ESC sequences, or "" where the stream is no terminal or NO_COLOR is set. */
enum colour { COLOUR_NONE, COLOUR_BOLD, COLOUR_RED, COLOUR_GREEN, COLOUR_YELLOW };
const char *colour(FILE *f, enum colour c);
