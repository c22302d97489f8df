/*
 * report.h - facts first, words second. A detector fills struct report with
 * what it knows and submits it; report.c looks up the kind's policy, counts,
 * prints, and tells the detector what to do. No detector prints.
 */
#pragma once

#include "config/options.h"
#include "core/os/compiler.h"

enum report_kind {
#define KIND(id, slug, check, each, fail, help) REPORT_##id,
#include "core/check/checks.def"
	NR_REPORT_KINDS
};

enum report_check {
#define CHECK(name, policy, kernel, help) CHECK_##name,
#include "core/check/checks.def"
	NR_REPORT_CHECKS
};

/* report.flags: what `object` is when `cache` is NULL. */
#define REPORT_IN_VMALLOC 0x1u /* a vmalloc area */
#define REPORT_IN_LARGE 0x2u /* a block of kmalloc_large or alloc_pages */

/* Fields that a kind does not need are 0. */
struct report {
	enum report_kind kind;
	const char *func; /* kernel's name of the function: "kfree", "krealloc", "kmalloc" */
	const void *addr; /* as the program gave it */
	size_t size; /* bytes asked for (LARGE) */
	const char *cache; /* name of the cache that addr belongs to */
	const void *object; /* start of the object, area or block around addr; may be NULL */
	size_t object_size; /* its bytes */
	unsigned int flags; /* REPORT_IN_* */
	const void *caller; /* return address in the program; NULL: not known */
};

/*
 * Counts the report and, by the kind's policy, prints it and aborts. Returns
 * the policy: for POLICY_FAIL the caller does what checks.def says, for all
 * others it goes on. Any context; no allocation, no lock but printk's.
 * A report without caller is printed each time.
 */
enum kmemu_policy report_submit(const struct report *r);

/* How often the kind was submitted with a policy other than off. */
unsigned long report_count(enum report_kind kind);
/* Distinct findings (policy warn, fail, panic) of a kind; of all kinds. */
unsigned long report_findings(enum report_kind kind);
unsigned long report_findings_total(void);
/* func of the first report of the kind, NULL if there was none. */
const char *report_first_func(enum report_kind kind);

/*
 * oom=kill: the OOM killer's first and last line (mm/oom_kill.c), then SIGKILL.
 * used_kb is the emulated memory in use; the fields that we have no truth for
 * (file and shmem rss, UID, page tables) are left out. Whether 6.12 would kill
 * (order <= 3, may reclaim, no __GFP_NORETRY) is for mm to know.
 */
void report_oom_kill(unsigned int gfp_flags, unsigned int order, unsigned long used_kb)
	__attribute__((noreturn));

/* --- the tables of checks.def, for summaries, documents and tests --------- */

struct report_check_row {
	const char *name, *kernel, *help;
	const enum kmemu_policy *policy;
};

struct report_kind_row {
	const char *slug, *fail, *help;
	enum report_check check;
	bool once_per_site;
};

extern const struct report_check_row report_checks[NR_REPORT_CHECKS];
extern const struct report_kind_row report_kinds[NR_REPORT_KINDS];

/* The line of a report, without newline; returns its length. */
int report_text(const struct report *r, char *buf, size_t size);
