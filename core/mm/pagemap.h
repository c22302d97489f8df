/*
 * pagemap.h - the machine's frames behind a buffer, and whether they are as
 * contiguous as the emulated ones (contig.verify=pagemap). pagemap.c has the theory.
 */
#pragma once

#include "include/kmemu/phys.h"

#include "core/os/compiler.h"

/* See kmemu_real_runs(). */
int real_runs_read(const void *p, size_t bytes, struct kmemu_real_runs *real);

/* A buffer of a judged call, in the model and on the machine. */
struct phys_verified {
	struct kmemu_real_runs real;
	size_t model_runs; /* 0: no emulated memory, nothing to compare */
	int err; /* of real_runs_read() */
	bool agrees; /* all is there, and in as few runs as in the model */
};

/*
 * For the checks of calls: compares, and counts for the line at the end. With
 * contig.verify=off nothing is done and false returned.
 */
bool phys_verify(const void *p, size_t bytes, struct phys_verified *v);
/* With phys=huge or hugetlb: a line on the log, what the system gave. */
void phys_show_huge(void);
/* With contig.verify=pagemap, at start: says when nothing can be read. */
void pagemap_start(void);
/* The same at the end: what was compared, a line or two on the log. */
void pagemap_end(void);
