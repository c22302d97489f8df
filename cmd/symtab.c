/*
 * symtab.c - the functions of a module (kernel: scripts/kallsyms.c, which sorts the
 * symbols once so that kallsyms_lookup() can search).
 *
 * libdwfl merges .symtab and .dynsym, of the file and of its separate debug file,
 * but looks at each symbol for each question. A log may ask ten thousand times about
 * a library of a hundred thousand symbols, so they are sorted here, once by address
 * and once, if it is asked, by name.
 *
 * Of two symbols at one address the one that tells more comes last, and is taken: with
 * a size before without, global before weak before local. A symbol without a size
 * (assembly) reaches to the next one.
 */
#include "cmd/symtab.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "core/report/demangle.h"

#define LOOK_BACK 16 /* symbols within a function: labels, cold parts */

struct symbol {
	struct symtab_function f;
	int rank;
};

struct symtab {
	Dwfl_Module *mod;
	struct symbol *by_addr;
	struct symtab_function **by_name;
	size_t n;
};

struct symtab *symtab_new(Dwfl_Module *mod)
{
	struct symtab *t = xmalloc(sizeof(*t));

	*t = (struct symtab){ .mod = mod };
	return t;
}

/* --- reading --------------------------------------------------------------- */

static bool is_function(const GElf_Sym *sym)
{
	int type = GELF_ST_TYPE(sym->st_info);

	return sym->st_shndx != SHN_UNDEF &&
	       (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE);
}

static int rank_of(const GElf_Sym *sym)
{
	int bind = GELF_ST_BIND(sym->st_info);

	return (sym->st_size ? 4 : 0) + (GELF_ST_TYPE(sym->st_info) == STT_NOTYPE ? 0 : 8) +
	       (bind == STB_GLOBAL ? 2 : bind == STB_WEAK);
}

static int compare_addr(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->f.addr != y->f.addr)
		return x->f.addr < y->f.addr ? -1 : 1;
	return x->rank != y->rank ? x->rank - y->rank : strcmp(y->f.name, x->f.name);
}

static void read_symbols(struct symtab *t)
{
	int nr = t->by_addr ? 0 : dwfl_module_getsymtab(t->mod);

	if (t->by_addr)
		return;
	t->by_addr = xmalloc((size_t)(nr > 0 ? nr : 1) * sizeof(*t->by_addr));
	for (int i = 0; i < nr; i++) {
		GElf_Sym sym;
		GElf_Addr addr;
		const char *name = dwfl_module_getsym_info(t->mod, i, &sym, &addr, NULL, NULL,
							   NULL);

		if (name && *name && is_function(&sym))
			t->by_addr[t->n++] = (struct symbol){ { addr, sym.st_size, name },
							      rank_of(&sym) };
	}
	qsort(t->by_addr, t->n, sizeof(*t->by_addr), compare_addr);
}

/* --- by address ------------------------------------------------------------- */

/* Symbols that begin at or before addr. */
static size_t begun(const struct symtab *t, GElf_Addr addr)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;

		if (t->by_addr[middle].f.addr <= addr)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

const struct symtab_function *symtab_at(struct symtab *t, GElf_Addr addr)
{
	size_t n;

	read_symbols(t);
	n = begun(t, addr);
	for (size_t i = n; i > 0 && n - i < LOOK_BACK; i--) {
		const struct symtab_function *f = &t->by_addr[i - 1].f;

		if (f->size ? addr - f->addr < f->size : i == n)
			return f;
	}
	return NULL;
}

/* --- by name ------------------------------------------------------------------ */

static int compare_name(const void *a, const void *b)
{
	const struct symtab_function *x = *(struct symtab_function *const *)a;
	const struct symtab_function *y = *(struct symtab_function *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : x->addr < y->addr ? -1 : x->addr > y->addr;
}

static void sort_names(struct symtab *t)
{
	char nice[512];

	t->by_name = xmalloc((t->n + 1) * sizeof(*t->by_name));
	for (size_t i = 0; i < t->n; i++) {
		struct symtab_function *f = &t->by_addr[i].f;

		if (strncmp(f->name, "_Z", 2) == 0 && demangle(f->name, nice, sizeof(nice)))
			f->name = xstrdup(nice);
		t->by_name[i] = f;
	}
	qsort(t->by_name, t->n, sizeof(struct symtab_function *), compare_name);
}

const struct symtab_function *symtab_named(struct symtab *t, const char *name, GElf_Xword size)
{
	size_t lo = 0, hi;

	read_symbols(t);
	if (!t->by_name)
		sort_names(t);
	hi = t->n;
	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;

		if (strcmp(t->by_name[middle]->name, name) < 0)
			lo = middle + 1;
		else
			hi = middle;
	}
	for (; lo < t->n && strcmp(t->by_name[lo]->name, name) == 0; lo++)
		if (!size || t->by_name[lo]->size == size)
			return t->by_name[lo];
	return NULL;
}
