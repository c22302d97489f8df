/*
 * funcs_name.c - does a pattern mean this module, this function? The kernel's
 * counterpart is ftrace's set_ftrace_filter: globs over kallsyms' names, `:mod:`
 * for a module.
 *
 * A C++ function may be written as its symbol, demangled with parameters, or
 * without: "net::rx_one(int)", "net::rx_one". A template's name begins with what
 * it returns ("void run<int>(int)"), which may be left out as well.
 *
 * Locks: none; any context. Stack: 1 KiB and what demangle() takes.
 * Cost: about 20 ns a symbol, 1 us for one of C++.
 */
#include <string.h>

#include "core/report/demangle.h"
#include "core/report/funcs.h"
#include "core/report/suppress.h"

#define NAME_BYTES 1024

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

static bool cxx_matches(const char *pattern, const char *symbol)
{
	char name[NAME_BYTES], *open;

	if (!demangle(symbol, name, sizeof(name)))
		return false;
	if (glob_match(pattern, name))
		return true;
	open = parameters(name);
	if (!open)
		return false;
	*open = '\0';
	return glob_match(pattern, name) || glob_match(pattern, behind_type(name));
}

bool func_name_matches(const char *pattern, const char *symbol)
{
	if (glob_match(pattern, symbol))
		return true;
	return symbol[0] == '_' && symbol[1] == 'Z' && cxx_matches(pattern, symbol);
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
