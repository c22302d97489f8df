/*
 * settings.h - kmemu's options as the command sees them: read by the library's
 * own parser, from words or from an environment that a program will have.
 */
#pragma once

#include "cmd/cmd.h"
#include "config/options.h"

/*
 * Sets kmemu_opts and options_status from envp, as libkmemu.so in a process
 * with this environment would. Returns what it had to say (lines), to be freed.
 */
char *settings_read(char *const *envp);
/* The same of words (-o) alone. False: one is wrong; then it has been said. */
bool settings_words_are_right(const char *words);

/* --- an environment to be changed ----------------------------------------- */

struct environment {
	char **vars; /* NULL at the end */
	size_t n;
};

struct environment environment_copy(char *const *envp);
const char *environment_get(const struct environment *env, const char *name);
void environment_set(struct environment *env, const char *name, const char *value);
