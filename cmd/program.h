/* program.h - which file a command line names, and whether kmemu can look into it. */
#pragma once

#include "cmd/cmd.h"

/* The file that execvp() would run, to be freed; NULL: *error is ENOENT, EACCES ... */
char *program_find(const char *name, int *error);

/* Why a program cannot be checked; all constants. reason NULL: it can be. */
struct obstacle {
	const char *reason; /* slug, as in the event `unchecked` */
	const char *detail; /* "is linked statically": follows the program's name */
	const char *remedy; /* what to do */
	bool no_preload; /* with LD_PRELOAD it would not even run, or complain */
};

/*
 * Looks at the file: an ELF file, or a script's interpreter. *looked_at, to be
 * freed, is the ELF file that was judged (NULL: none).
 */
struct obstacle program_look(const char *path, char **looked_at);
