/*
 * funcs_name.c - does a pattern mean this module, this function? The kernel's
 * counterpart is ftrace's set_ftrace_filter: globs over kallsyms' names, `:mod:`
 * for a module.
 *
 * A C++ function may be written as its symbol, demangled with parameters, or
 * without: "net::rx_one(int)", "net::rx_one". A template's name begins with what
 * it returns ("void run<int>(int)"), which may be left out as well.
 *
 * A symbol is demangled once for all rules, and not for those before which one in
 * C's spelling matches.
 *
 * Locks: none; any context. Stack: what demangle() takes.
 * Cost: about 20 ns a symbol, 1 us for one of C++.
 */
#include <string.h>

#include "core/report/demangle.h"
#include "core/report/funcs_table.h"
#include "core/report/suppress.h"

/* Where the parameters of a demangled name begin, NULL: it has none. */
static char *parameters(char *name)
{
	char *end = strrchr(name, ')');
	int depth = 0;

	for (; end && end >= name; end--) {
		depth += *end == ')';
		depth -= *end == '(';
		if (!depth)
			return end > name ? end : NULL;
	}
	return NULL;
}

/* Behind what a template returns; the name itself where it returns nothing. */
static const char *behind_type(const char *name)
{
	const char *at = name;
	int depth = 0;

	if (strstr(name, "operator"))
		return name;
	for (const char *s = name; *s; s++) {
		depth += *s == '<' || *s == '(';
		depth -= *s == '>' || *s == ')';
		if (*s == ' ' && depth == 0)
			at = s + 1;
	}
	return at;
}

void func_name_begin(struct func_name *n, const char *symbol)
{
	n->symbol = symbol;
	n->is_cxx = symbol[0] == '_' && symbol[1] == 'Z';
	n->is_read = false;
}

/* Both spellings, when the first rule asks for them. */
static void read_cxx(struct func_name *n)
{
	char *open;

	n->is_read = true;
	n->is_cxx = demangle(n->symbol, n->full, sizeof(n->full));
	if (!n->is_cxx)
		return;
	strcpy(n->bare, n->full);
	open = parameters(n->bare);
	if (open)
		*open = '\0';
}

bool func_name_matches(struct func_name *n, const char *pattern)
{
	if (glob_match(pattern, n->symbol))
		return true;
	if (n->is_cxx && !n->is_read)
		read_cxx(n);
	return n->is_cxx && (glob_match(pattern, n->full) || glob_match(pattern, n->bare) ||
			     glob_match(pattern, behind_type(n->bare)));
}

bool func_name_in_list(const char *list, char *name)
{
	char *open;

	if (glob_match_list(list, name))
		return true;
	open = parameters(name);
	if (!open)
		return false;
	*open = '\0';
	return glob_match_list(list, name) || glob_match_list(list, behind_type(name));
}

/* "libnet.so.1.2" -> "libnet.so"; false: there is nothing to cut. */
static bool without_version(const char *name, char *buf, size_t size)
{
	const char *so = strstr(name, ".so.");
	size_t n = so ? (size_t)(so + 3 - name) : 0;

	if (!n || n >= size)
		return false;
	memcpy(buf, name, n);
	buf[n] = '\0';
	return true;
}

bool func_module_matches(const char *pattern, const char *name, const char *path, bool is_program)
{
	char bare[256];

	if (!pattern || (is_program && !strcmp(pattern, "main")))
		return true;
	if (strchr(pattern, '/'))
		return glob_match(pattern, path);
	return glob_match(pattern, name) ||
	       (without_version(name, bare, sizeof(bare)) && glob_match(pattern, bare));
}
