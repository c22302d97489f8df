/*
 * options.h - what the environment asked for. struct kmemu_options is made
 * from config/options.def: every row is a field here, under the row's name.
 * Rank 0: all of core may read kmemu_opts; the parser (options.c) has rank 2.
 *
 * kmemu_opts is written by options_init() only, at the first allocation,
 * before there can be a second thread that reads it.
 */
#pragma once

#include "core/os/compiler.h"

/* What is done about a finding of a check (docs: design of checks). */
enum kmemu_policy {
	POLICY_OFF, /* not looked at */
	POLICY_COUNT, /* counted, shown in the summary */
	POLICY_WARN, /* reported once for each call site, goes on */
	POLICY_FAIL, /* reported, and the call fails as the kernel's would */
	POLICY_PANIC, /* reported, then abort() */
	NR_POLICIES,
	POLICY_CONTEXT = NR_POLICIES /* as the option context; never after options_init() */
};

/* Values of the ENUM rows, in the order of their words. */
enum { OOM_FAIL, OOM_KILL };
enum { REPORT_LINE, REPORT_FULL };
enum { PERCPU_RSEQ, PERCPU_GUARDED };
enum { CALLS_OFF, CALLS_KERNEL, CALLS_RT };
enum { LOCKS_SPIN, LOCKS_MUTEX, LOCKS_RWLOCK };
enum { SIGMASK_OFF, SIGMASK_IRQ };
enum { VFREE_REPORT, VFREE_DEFER };
enum { PREEMPT_FULL, PREEMPT_RT };
enum { USERCOPY_SYSCALLS, USERCOPY_ALL };
enum { VERIFY_OFF, VERIFY_PAGEMAP };
enum { PHYS_SMALL, PHYS_HUGE, PHYS_HUGETLB };
enum { PROFILE_PLAIN, PROFILE_AUDIT, PROFILE_STRICT, NR_PROFILES };

#define OPTION_CTYPE_BOOL bool
#define OPTION_CTYPE_SIZE u64
#define OPTION_CTYPE_POW2 u64
#define OPTION_CTYPE_UINT u32
#define OPTION_CTYPE_LONG long
#define OPTION_CTYPE_ENUM int
#define OPTION_CTYPE_POLICY enum kmemu_policy
#define OPTION_CTYPE_STRING const char *
#define OPTION_CTYPE_LIST const char *
#define OPTION_CTYPE_LOG const char *
#define OPTION_CTYPE_PATH const char *
#define OPTION_CTYPE_GFP const char *
#define OPTION_CTYPE_ZONES const char *
#define OPTION_CTYPE_FRAG const char *

struct kmemu_options {
#define OPTION(field, name, type, def, low, high, words, mark, kernel, help)                       \
	OPTION_CTYPE_##type field;
#include "config/options.def"
#undef OPTION
};

extern __hidden struct kmemu_options kmemu_opts;
/* context.lockorder has a policy of its own, or a profile: it looks at pthread's locks, too. */
extern __hidden bool options_lockorder_all;

/*
 * Reads defaults, profile, config file, KMEMU_OPTIONS and KMEMU_<NAME> from
 * envp (may be NULL), later ones winning, then names every bad word on the
 * log, once. Everything but the defaults is ignored in a secure process.
 * Calls no libc function and keeps nothing of envp.
 */
void options_init(char *const *envp);
/* The environment has one of these: KMEMU_OPTIONS, or an option's own variable. */
bool options_are_given(char *const *envp);

/* What options_init() had to say, for the summary and the verdict. */
struct options_status {
	unsigned int bad; /* words and values that could not be taken */
	unsigned int not_built; /* options set that do nothing yet */
	unsigned int words; /* options that were given at all, right or wrong */
	char first_bad[96]; /* the first of them as it was named, or "" */
	char first_not_built[32]; /* name */
};
extern struct options_status options_status;

/* A file that an option names has a mistake, which was said: the verdict is not clean. */
void options_count_bad(const char *shown);

/* --- the table, for `kmemu options`, documents and tests ------------------ */

enum option_type {
	OPTION_BOOL,
	OPTION_SIZE,
	OPTION_POW2,
	OPTION_UINT,
	OPTION_LONG,
	OPTION_ENUM,
	OPTION_POLICY,
	OPTION_STRING,
	OPTION_LIST,
	OPTION_LOG,
	OPTION_PATH,
	OPTION_GFP,
	OPTION_ZONES,
	OPTION_FRAG,
};

enum option_mark { OPTION_BUILT, OPTION_NOT_BUILT, OPTION_TEST };

struct option_row {
	const char *name, *def, *words;
	u64 low, high;
	size_t offset; /* of the field in struct kmemu_options */
	enum option_type type;
	enum option_mark mark;
};

extern const struct option_row option_rows[];
extern const unsigned int nr_option_rows;

/* What is said of each for people, in the same order (option_texts.c). */
struct option_text {
	const char *kernel, *help; /* the kernel's name of it, or "" */
};
extern const struct option_text option_texts[];

static inline const struct option_text *option_text(const struct option_row *row)
{
	return &option_texts[row - option_rows];
}

/* NULL: no such option; '-' and '_' are the same. */
const struct option_row *option_find(const char *name);
/* The words of a profile, one option each, as in a config file. */
const char *profile_text(unsigned int profile);
/* These write a text into buf and return its length. */
int option_variable(const struct option_row *row, char *buf, size_t size);
int option_expects(const struct option_row *row, char *buf, size_t size);
int option_value(const struct option_row *row, char *buf, size_t size); /* value now */
