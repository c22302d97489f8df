/*
 * funcs_table.h - how funcs.c makes a table: names are compared (funcs_name.c),
 * and ranges that overlap become pieces that do not (funcs_table.c). For these
 * and their tests only.
 */
#pragma once

#include "core/os/compiler.h"
#include "core/report/funcs.h"

#define FUNC_NONE 0xffffffffU /* in a module, no rule */
#define FUNC_OUTSIDE 0xfffffffeU /* in no module that was seen */

/* From start to the next one's start. */
struct func_piece {
	u64 start;
	u64 rule;
};

struct func_table {
	struct func_table *next;
	u64 nr;
	struct func_piece piece[];
};

/* A range begins or ends. */
struct func_event {
	u64 at;
	u32 rule;
	bool is_end;
};

/* Both grow by mapping; failed: there was no memory, the contents are not whole. */
struct func_pieces {
	struct func_piece *piece;
	u32 nr, room;
	bool failed;
};

struct func_events {
	struct func_event *event;
	u32 nr, room;
	bool failed;
};

/* In rising order; one that starts where the last did takes its place. */
void func_pieces_add(struct func_pieces *p, u64 start, u32 rule);
void func_pieces_free(struct func_pieces *p);

void func_events_add(struct func_events *e, u64 start, u64 end, u32 rule);
void func_events_sort(struct func_events *e);
/* Where no range is, base; where several are, the least rule. */
void func_events_sweep(const struct func_events *e, u32 base, struct func_pieces *to);
void func_events_free(struct func_events *e);

/* --- names --- */

#define FUNC_NAME_BYTES 1024

/* A symbol that is compared with several patterns. */
struct func_name {
	const char *symbol;
	bool is_cxx; /* it looks so, or (is_read) it is */
	bool is_read;
	char full[FUNC_NAME_BYTES], bare[FUNC_NAME_BYTES]; /* bare: without parameters */
};

void func_name_begin(struct func_name *n, const char *symbol);
bool func_name_matches(struct func_name *n, const char *pattern);
/* pattern NULL: any. */
bool func_module_matches(const char *pattern, const char *name, const char *path, bool is_program);
