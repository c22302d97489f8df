/*
 * run.h - a checked run: its processes in the event stream, and its end on the
 * log. run.c has the theory.
 */
#pragma once

#include "core/report/report.h"

/* What was judged: X(field of struct run_counters and of events, words of the coverage line). */
#define RUN_COUNTERS(X)                   \
	X(allocations, "allocations")     \
	X(frees, "frees")                 \
	X(large, "large blocks")          \
	X(handlers, "handlers")           \
	X(sections, "atomic sections")    \
	X(direct, "O_DIRECT calls")       \
	X(async, "asynchronous requests") \
	X(registered, "registered buffers") \
	X(others, "other calls to devices") \
	X(foreign, "buffers in memory that is not emulated") \
	X(copies, "copies")

struct run_counters {
#define X(field, words) u64 field;
	RUN_COUNTERS(X)
#undef X
};

/* What is known at the end, of one process or of all that `kmemu run` gathered. */
struct run_totals {
	struct run_counters judged;
	bool contexts; /* they were looked at: judged.handlers and .sections mean something */
	bool buffers; /* the same of memory at calls: judged.direct to .copies */
	unsigned long processes, unchecked; /* checked; could not be looked at */
	unsigned long linked; /* of the processes: with kmemu inside, malloc is libc's */
	unsigned long uncounted; /* of the processes: did not end by exit, so judged lacks theirs */
	unsigned long findings; /* distinct ones */
	unsigned long kind_findings[NR_REPORT_KINDS]; /* distinct, by kind */
	unsigned long kind_reports[NR_REPORT_KINDS]; /* with repeats and what is only counted */
	const char *unchecked_reason; /* the first slug; NULL: all was looked at */
};

/*
 * Gives put() the lines, without newline: the summary by kind (only kinds that
 * have reports), what was looked at, and last of all "kmemu: verdict:
 * findings=N", else "kmemu: verdict: unchecked: REASON", else "kmemu: verdict:
 * clean". Allocates nothing.
 */
void run_print_end(const struct run_totals *t, void (*put)(const char *line));

/* True: somebody wants events or a verdict (json=, verdict=1). */
bool run_is_checked(void);
/* True: whole reports may be printed (report=full), or the run is checked. Not in plain. */
bool run_is_armed(void);

/* The process begins: its start event. Once, when options are read. */
void run_start(void);
/* Calls between begin and end are kmemu's own, by dlopen and the like: not covered. */
void run_own_calls(bool begin);
/* In a fork child, when the heap's locks are free again: a process of its own. */
void run_fork_child(void);
/* The process ends orderly: its end event; with verdict=1 the end on the log. Once. */
void run_end(void);
/*
 * A report ends the process by abort(): its end as in run_end(), no leaks in it. Any
 * context. Who survives that has another end.
 */
void run_panic(void);
/*
 * Something could not be looked at: an event, and this process's verdict is
 * "unchecked: REASON" unless it has findings. reason, detail and remedy are
 * constants; `what` (a path or a name; may be NULL) is copied. Any context, a
 * vfork child among them; less than 2 KiB of stack.
 *
 * reasons: static, machine, setuid, no-glibc, own-malloc, sanitizer,
 * dropped-preload, dropped-options, bad-option, not-built-option, seccomp,
 * unmatched-name, no-pagemap, two-kmemu
 */
void run_unchecked(const char *reason, const char *what, const char *detail, const char *remedy);
/* The same of another process; pid 0: a child whose pid is not known. */
void run_unchecked_process(int pid, const char *reason, const char *what, const char *detail,
			   const char *remedy);

/* No file can be opened from now on: what would be is opened, or done without. */
void run_seal(void);
/*
 * From now on no word can be said, as in run_unchecked(): the end is told now,
 * and what would be reported is counted only.
 */
void run_give_up(const char *reason, const char *what, const char *detail, const char *remedy);

/*
 * kmemu is inside the program (libkmemu.a): malloc and libc's calls are not seen. Set
 * before run_start().
 */
extern bool run_is_linked;
/*
 * Where the counts come from; set before run_start(). core/mm, which has
 * them, is above this rank. NULL: zeros.
 */
extern void (*run_coverage)(struct run_counters *c);

/* What is alive of one call site. */
struct run_leak {
	unsigned long pc, blocks, bytes;
};
/* The same for what is alive at the end: up to n sites, how many were written. */
extern unsigned int (*run_leaks)(struct run_leak *leaks, unsigned int n);
