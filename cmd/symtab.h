/*
 * symtab.h - the functions of a module, by address and by name. symtab.c has the
 * theory.
 */
#pragma once

#include <elfutils/libdwfl.h>

struct symtab;

struct symtab_function {
	GElf_Addr addr;
	GElf_Xword size; /* 0: not known */
	const char *name; /* of the file; C++ in clear once symtab_named() was asked */
};

/* Read at the first question. */
struct symtab *symtab_new(Dwfl_Module *mod);
/* The function that addr is in; NULL: none. */
const struct symtab_function *symtab_at(struct symtab *t, GElf_Addr addr);
/* The first of this name, as a report has it, and of this size (0: any); NULL: none. */
const struct symtab_function *symtab_named(struct symtab *t, const char *name, GElf_Xword size);
