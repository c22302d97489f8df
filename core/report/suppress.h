/*
 * suppress.h - findings that are known and not to be reported: the files of
 * option suppress=. docs/suppressions.md has the syntax, suppress.c the theory.
 */
#pragma once

#include "config/value.h"
#include "core/report/finding.h"

#define SUPPRESS_MAX 1000 /* rules of all files */
#define SUPPRESS_FILE_BYTES (1UL << 20)

struct suppression {
	const char *file; /* as given */
	unsigned int line; /* where it begins */
	const char *kind; /* glob of slugs */
	unsigned long matched; /* reports it took, repeats included */
};

/* Reads the files of a list a,b,...; names each bad line once. At start. */
void suppress_load(const char *list);
/*
 * The same of a text that stays where it is and may be changed; bad lines are
 * named as `file`. Returns how many there were. For tests.
 */
unsigned int suppress_parse(char *text, size_t n, const char *file);

/* Forgets all rules; for tests. */
void suppress_reset(void);

/* Number of the first rule that matches, from 1; 0: none does. Any context. */
unsigned int suppress_find(const struct finding *f);
void suppress_hit(unsigned int number);

/* All rules, from 1; for the end of the run, which names those that matched nothing. */
unsigned int suppress_count(void);
const struct suppression *suppress_rule(unsigned int number);

/* '*' any text, '?' any character. */
bool glob_match(const char *glob, const char *text);
/* One of the globs a,b,... does. */
bool glob_match_list(const char *list, const char *text);
