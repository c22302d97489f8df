/*
 * lines.h - file and line of a place in a program's file, by libdw.
 */
#pragma once

#include <jansson.h>

#include "cmd/cmd.h"

struct line {
	char *file; /* absolute as far as the debug information says; to be freed */
	int line;
	char *function; /* without debug information from the symbol table; may be NULL */
};

/* Directory below which all files are; "": none. Before the first use. */
void lines_set_sysroot(const char *dir);
/* This file, below sysroot or as it is, stands for each module of its name. False: not there. */
bool lines_use_file(const char *file);
/* Is there a file for the module (a path, or its name alone)? */
bool lines_have_file(const char *path);

/*
 * module_offset is a return address less the load bias: what lies before it is
 * looked up. build_id (hexadecimal; NULL or "": not known) must be the file's,
 * else nothing is told. False: no line is known; then out is empty.
 */
bool lines_find(const char *path, const char *build_id, unsigned long module_offset,
		struct line *out);
/* The same of an offset in a function, as in "func+0x1d/0x60". */
bool lines_find_function(const char *path, const char *function, unsigned long offset,
			 unsigned long size, struct line *out);

/* As func+0x1d/0x60 has it. */
struct place_in_function {
	char *function; /* to be freed */
	unsigned long offset, size;
};
/* The function before module_offset, by symbol tables alone; false: none is known. */
bool lines_find_place(const char *path, unsigned long module_offset, struct place_in_function *out);

/* Adds "file" and "line" to each frame in a finding's stacks and a leak's site. */
void lines_add(json_t *event);
/* The same for one frame. */
void lines_add_to_frame(json_t *frame);
/* The frame of a finding that shows where in the source it is; NULL: none. */
const json_t *call_site(const json_t *event);
