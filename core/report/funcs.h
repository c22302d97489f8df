/*
 * funcs.h - functions that the user names, as ranges of addresses. funcs.c has
 * the theory.
 *
 * A pattern is FUNCTION or MODULE!FUNCTION, both with * and ?:
 *
 *	MODULE	  `main`: the program; else the file's name, with or without what
 *		  follows ".so" (libnet.so is libnet.so.1.2, too), or, where the
 *		  pattern has a '/', its path. Left out: any module but this library.
 *	FUNCTION  the name in the file's symbol table, static ones too; of C++ the
 *		  demangled name with or without parameters, "ns::Class::run" or
 *		  "ns::Class::run(int)". `*`: all of the module; without MODULE also
 *		  code in no module at all.
 *
 * The first pattern that matches an address gives its value.
 */
#pragma once

#include "core/os/compiler.h"

#define FUNC_RULES_MAX 512

struct func_rule {
	const char *module, *function; /* module NULL: any */
	u32 value;
	bool is_matched; /* something matched it, once */
	bool is_hidden; /* `*` stands before it */
	bool is_behind; /* what it matches, an earlier rule matches, too */
};

struct func_table;

struct func_rules {
	const char *option; /* whose they are, for messages */
	struct func_rule *rule; /* FUNC_RULES_MAX of them, mapped with the first */
	unsigned int nr;
	const struct func_table *table; /* the one in force; NULL: none is made yet */
	struct func_table *tables; /* all that were made */
	struct func_rules *next;
};

/* 0, -EINVAL: no pattern, -ENOSPC: too many, -ENOMEM. At start, one thread. */
int func_rules_add(struct func_rules *rules, const char *pattern, size_t n, u32 value);

/*
 * Which value an address has, by the modules of the last look at them. pc is a
 * return address: what lies before it counts. A binary search, in any context.
 */
bool func_rules_find(const struct func_rules *rules, unsigned long pc, u32 *value);
/* The same where files may be read, if symbols_may_load(): a module not seen yet is looked at. */
bool func_rules_find_now(const struct func_rules *rules, unsigned long pc, u32 *value);

/*
 * Looks at the modules that are loaded and makes new tables of all rules where
 * they changed. At start, when libelf is open, and after a dlclose; not in a
 * handler, nor with a lock of ours. Another thread that is at it does it all.
 */
void funcs_refresh(void);
/* In a fork child. */
void funcs_fork_child(void);

/* The next pattern from *i on that has matched nothing so far, NULL: no more. */
const struct func_rule *func_rules_unmatched(const struct func_rules *rules, unsigned int *i);
/* All that have rules, linked by next. */
const struct func_rules *func_rules_all(void);
/*
 * A pattern of the list means this function, as rules would: C++'s without parameters
 * as well. name: demangled; it is shortened.
 */
bool func_name_in_list(const char *list, char *name);
/* As it was written; the length. */
int func_rule_print(const struct func_rule *rule, char *buf, size_t size);
