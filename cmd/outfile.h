/*
 * outfile.h - a file that is there whole or not at all. It is written to a
 * temporary name beside it and renamed; "-" is standard output, and what is no
 * regular file (a FIFO, /dev/null) is written to as it is.
 */
#pragma once

#include "cmd/cmd.h"

/*
 * Of --json=FILE and its like: %p is this process, %e the program's name, %% one %. Tests
 * that run at the same time (ctest -j) need files of their own. NULL: NULL.
 */
char *outfile_name(const char *spec, const char *program);
/* Before the run: false if it could not be written, which has been said. */
bool outfile_possible(const char *path);

struct outfile {
	FILE *f;
	char *path, *temporary; /* temporary NULL: written in place */
};

/* Dies when it cannot be opened. */
struct outfile outfile_open(const char *path);
/* False: it could not be written, which has been said; the old one stands. */
bool outfile_close(struct outfile *out);
