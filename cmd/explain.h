/* explain.h - what each kind of finding means, for people. */
#pragma once

#include "core/report/report.h"

struct explanation {
	const char *means; /* what happened */
	const char *rule; /* the kernel's rule, and where it stands */
	const char *mend; /* how to mend it */
	const char *example; /* C, lines separated by \n */
};

/* By kind; a kind that explain.def does not have has NULLs. */
extern const struct explanation explanations[NR_REPORT_KINDS];
