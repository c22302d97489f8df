/*
 * ktap.h - the results in a stream of KTAP, version 1 (kernel:
 * Documentation/dev-tools/ktap.rst).
 */
#pragma once

#include "cmd/cmd.h"

enum ktap_result { KTAP_PASSED, KTAP_FAILED, KTAP_SKIPPED, KTAP_CRASHED };

struct ktap_case {
	char *name;
	enum ktap_result result;
	char *text; /* why it was skipped; what a failed one said */
	double seconds;
};

struct ktap_suite {
	char *name;
	size_t planned;
	struct ktap_case *cases;
	size_t nr;
	bool ended;
	bool failed; /* by its own line */
	char *text; /* lines that belong to no case */
};

struct ktap {
	struct ktap_suite *suites;
	size_t nr, planned;
	double since; /* when the last result came, in seconds */
	char *said; /* lines since then */
};

/* One line, without its newline. False: it is no KTAP, and not within a case. */
bool ktap_line(struct ktap *k, const char *line);
/* No more lines come: a case that was not told of is the one that ended the run. */
void ktap_end(struct ktap *k, bool crashed);
size_t ktap_count(const struct ktap_suite *s, enum ktap_result result);
