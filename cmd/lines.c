/*
 * lines.c - from a module and an offset to FILE:LINE.
 *
 * The library prints functions; it can read symbol tables in any state of the
 * process, but not debug information. The command has all the time: libdw
 * finds the line table in the file itself, in a separate debug file (by
 * .gnu_debuglink or build-id under /usr/lib/debug), and reads it.
 *
 * A file that was built anew since it ran would give wrong lines, which is
 * worse than none: the build-id decides. Each module is opened once.
 *
 * What is looked up is a return address less one, so that the line is the
 * call's, also where the call is the last instruction of its line.
 */
#include "cmd/lines.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/gather.h"
#include "cmd/symtab.h"
#include "core/report/demangle.h"

struct module {
	struct module *next;
	char *path;
	Dwfl *dwfl; /* NULL: it could not be opened */
	Dwfl_Module *mod;
	struct symtab *symtab;
	GElf_Addr bias;
	char build_id[2 * 64 + 1];
};

static struct module *modules;
static const char *sysroot = "";

void lines_set_sysroot(const char *dir)
{
	sysroot = dir;
}

/* --- files --------------------------------------------------------------- */

static char **given; /* lines_use_file() */
static size_t nr_given;

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Takes `file` if it can be read, else frees it. */
static char *readable(char *file)
{
	if (access(file, R_OK) == 0)
		return file;
	free(file);
	return NULL;
}

static char *below_sysroot(const char *path)
{
	return readable(xasprintf("%s%s%s", sysroot, sysroot[0] && path[0] != '/' ? "/" : "",
				  path));
}

bool lines_use_file(const char *path)
{
	char *file = below_sysroot(path);

	if (!file)
		file = readable(xstrdup(path));
	if (!file)
		return false;
	given = xrealloc(given, (nr_given + 1) * sizeof(*given));
	given[nr_given++] = file;
	return true;
}

static const char *wanted;
static char *found;

static int look_at(const char *file, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	if (type != FTW_F || strcmp(file + walk->base, wanted) != 0)
		return 0;
	found = xstrdup(file);
	return 1;
}

/*
 * The file of a module on this machine: one that was given, its path below
 * sysroot, or, since people copy files and not trees, a file of its name
 * anywhere below. NULL: none.
 */
static char *file_of(const char *path)
{
	char *file;

	for (size_t i = 0; i < nr_given; i++)
		if (strcmp(base_name(given[i]), base_name(path)) == 0)
			return xstrdup(given[i]);
	file = below_sysroot(path);
	if (file || !sysroot[0])
		return file;
	wanted = base_name(path);
	found = NULL;
	nftw(sysroot, look_at, 32, FTW_PHYS);
	return found;
}

bool lines_have_file(const char *path)
{
	char *file = file_of(path);

	free(file);
	return file != NULL;
}

/* --- modules ------------------------------------------------------------- */

static Dwfl *new_dwfl(void)
{
	static char *debug_path;
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address,
		.debuginfo_path = &debug_path,
	};

	if (!debug_path)
		debug_path = xasprintf(":.debug:%s/usr/lib/debug", sysroot);
	return dwfl_begin(&callbacks);
}

static void read_build_id(struct module *m)
{
	const unsigned char *bits;
	GElf_Addr where;
	int n = dwfl_module_build_id(m->mod, &bits, &where);

	for (int i = 0; i < n && i < 64; i++)
		sprintf(m->build_id + 2 * i, "%02x", bits[i]);
}

static void open_module(struct module *m)
{
	char *file = file_of(m->path);

	if (!file)
		return;
	m->dwfl = new_dwfl();
	if (m->dwfl) {
		dwfl_report_begin(m->dwfl);
		m->mod = dwfl_report_offline(m->dwfl, "", file, -1);
		dwfl_report_end(m->dwfl, NULL, NULL);
	}
	if (m->mod && dwfl_module_getelf(m->mod, &m->bias)) {
		read_build_id(m);
		m->symtab = symtab_new(m->mod);
	} else {
		m->mod = NULL;
	}
	free(file);
}

/* NULL: there is no such file, or it is another one by now. */
static struct module *module_of(const char *path, const char *build_id)
{
	struct module *m;

	for (m = modules; m && strcmp(m->path, path) != 0; m = m->next)
		;
	if (!m) {
		m = xmalloc(sizeof(*m));
		*m = (struct module){ .next = modules, .path = xstrdup(path) };
		modules = m;
		open_module(m);
	}
	if (!m->mod || (build_id && build_id[0] && strcmp(build_id, m->build_id) != 0))
		return NULL;
	return m;
}

/* --- lines --------------------------------------------------------------- */

/* The kernel's API, and C++'s library: what inline functions do is done by who calls them. */
static bool is_api_header(const char *file)
{
	return strstr(file, "/include/linux/") || strstr(file, "/include/kmemu/") ||
	       strstr(file, "/include/asm/") || strncmp(file, "include/asm/", 12) == 0 ||
	       strstr(file, "/include/kmemu-kernel/") || strstr(file, "/include/c++/") ||
	       strncmp(file, "include/linux/", 14) == 0;
}

/*
 * The unit that addr's code is of. The table of addresses (.debug_aranges) may have
 * some units only, as clang writes none and is linked with what gcc made; then a
 * neighbour is answered.
 */
static Dwarf_Die *unit_at(struct module *m, GElf_Addr addr, Dwarf_Addr *bias)
{
	Dwarf_Die *near = dwfl_module_addrdie(m->mod, addr, bias), *cu = NULL;

	if (near && dwarf_haspc(near, addr - *bias) > 0)
		return near;
	while ((cu = dwfl_module_nextcu(m->mod, cu, bias)))
		if (dwarf_haspc(cu, addr - *bias) > 0)
			return cu;
	return near;
}

/* Where the inlined function that `scope` is was called; NULL: it is none. */
static const char *called_at(Dwarf_Die *cu, Dwarf_Die *scope, int *line)
{
	Dwarf_Attribute attr;
	Dwarf_Word file_nr, line_nr;
	Dwarf_Files *files;

	if (dwarf_tag(scope) != DW_TAG_inlined_subroutine ||
	    dwarf_formudata(dwarf_attr(scope, DW_AT_call_file, &attr), &file_nr) ||
	    dwarf_formudata(dwarf_attr(scope, DW_AT_call_line, &attr), &line_nr) ||
	    dwarf_getsrcfiles(cu, &files, NULL))
		return NULL;
	*line = (int)line_nr;
	return dwarf_filesrc(files, file_nr, NULL, NULL);
}

/*
 * What is inlined at addr, innermost first, then the function that holds it all:
 * dwarf_getscopes() itself goes on from the first to where that one was written.
 */
static int inlined_at(Dwarf_Die *cu, Dwarf_Addr addr, Dwarf_Die **chain)
{
	Dwarf_Die *scopes = NULL;
	int n = dwarf_getscopes(cu, addr, &scopes);

	*chain = NULL;
	n = n > 0 ? dwarf_getscopes_die(&scopes[0], chain) : 0;
	free(scopes);
	return n;
}

static const char *outside_of_api(struct module *m, GElf_Addr addr, const char *file, int *line)
{
	Dwarf_Addr bias;
	Dwarf_Die *cu = unit_at(m, addr, &bias), *chain = NULL;
	int n = cu ? inlined_at(cu, addr - bias, &chain) : 0;

	for (int i = 0; i < n && is_api_header(file); i++) {
		const char *caller = called_at(cu, &chain[i], line);

		file = caller ? caller : file;
	}
	free(chain);
	return file;
}

static bool line_at(struct module *m, GElf_Addr addr, struct line *out)
{
	Dwarf_Addr bias;
	Dwarf_Die *cu = unit_at(m, addr, &bias);
	Dwarf_Line *line = cu ? dwarf_getsrc_die(cu, addr - bias) : NULL;
	const char *file = line && !dwarf_lineno(line, &out->line) ?
			   dwarf_linesrc(line, NULL, NULL) : NULL;
	Dwarf_Attribute attr;
	const char *dir = cu ? dwarf_formstring(dwarf_attr(cu, DW_AT_comp_dir, &attr)) : NULL;

	if (file && is_api_header(file))
		file = outside_of_api(m, addr, file, &out->line);

	if (!file || out->line <= 0) {
		*out = (struct line){ 0 };
		return false;
	}
	out->file = file[0] == '/' || !dir ? xstrdup(file) : xasprintf("%s/%s", dir, file);
	return true;
}

/* In clear; NULL: none is known. */
static char *function_name(const struct symtab_function *f)
{
	char nice[512];

	return f ? xstrdup(demangle(f->name, nice, sizeof(nice)) ? nice : f->name) : NULL;
}

bool lines_find(const char *path, const char *build_id, unsigned long module_offset,
		struct line *out)
{
	struct module *m = module_of(path, build_id);

	*out = (struct line){ 0 };
	if (!m || !module_offset || !line_at(m, m->bias + module_offset - 1, out))
		return false;
	out->function = function_name(symtab_at(m->symtab, m->bias + module_offset - 1));
	return true;
}

bool lines_find_function(const char *path, const char *function, unsigned long offset,
			 unsigned long size, struct line *out)
{
	struct module *m = module_of(path, NULL);
	const struct symtab_function *f = m ? symtab_named(m->symtab, function, size) : NULL;

	*out = (struct line){ 0 };
	return f && line_at(m, f->addr + offset - 1, out);
}

static bool place_at(struct module *m, unsigned long module_offset, struct place_in_function *out)
{
	GElf_Addr addr = m->bias + module_offset - 1;
	const struct symtab_function *f = symtab_at(m->symtab, addr);

	if (!f)
		return false;
	*out = (struct place_in_function){ function_name(f), addr - f->addr + 1, f->size };
	return true;
}

bool lines_find_place(const char *path, unsigned long module_offset, struct place_in_function *out)
{
	struct module *m = module_of(path, NULL);

	return m && module_offset && place_at(m, module_offset, out);
}

/* --- events -------------------------------------------------------------- */

static const char *text_of_member(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* The library had no symbols at hand (report=line): then those of the file. */
static void add_function(json_t *frame, struct module *m, unsigned long offset)
{
	struct place_in_function f;

	if (!place_at(m, offset, &f))
		return;
	json_object_set_new(frame, "function", json_text(f.function));
	json_object_set_new(frame, "offset", json_integer((json_int_t)f.offset));
	json_object_set_new(frame, "size", json_integer((json_int_t)f.size));
	free(f.function);
}

void lines_add_to_frame(json_t *frame)
{
	const char *path = text_of_member(frame, "path");
	unsigned long offset = strtoul(member_string(frame, "module_offset", "0"), NULL, 16);
	struct module *m = path && offset ?
			   module_of(path, text_of_member(frame, "build_id")) : NULL;
	struct line l;

	if (!m || json_object_get(frame, "line"))
		return;
	if (line_at(m, m->bias + offset - 1, &l)) {
		json_object_set_new(frame, "file", json_text(l.file));
		json_object_set_new(frame, "line", json_integer(l.line));
	}
	if (!text_of_member(frame, "function"))
		add_function(frame, m, offset);
	free(l.file);
}

static void add_to_frames(json_t *frames)
{
	json_t *frame;
	size_t i;

	json_array_foreach(frames, i, frame) {
		lines_add_to_frame(frame);
	}
}

void lines_add(json_t *event)
{
	json_t *stacks = json_object_get(event, "stacks"), *stack, *leak;
	const char *name;
	size_t i;

	json_object_foreach(stacks, name, stack) {
		add_to_frames(stack);
	}
	json_array_foreach(json_object_get(event, "leaks"), i, leak) {
		lines_add_to_frame(json_object_get(leak, "site"));
	}
}

/* What calls main and threads: a place in it says nothing. */
static bool is_libc(const json_t *frame)
{
	const char *module = member_string(frame, "module", "");

	return strncmp(module, "libc.so.", 8) == 0 || strncmp(module, "ld-linux", 8) == 0;
}

/*
 * The library tells which frame it is ("site"): what only hands on (operator
 * delete, strdup, our API) is looked through. Where the site's line is not known, a
 * caller's is better than none, but ours, which calls a module's init.
 */
const json_t *call_site(const json_t *event)
{
	const json_t *here = json_object_get(json_object_get(event, "stacks"), "here");
	size_t site = (size_t)json_integer_value(json_object_get(event, "site")), i;

	for (i = site; i < json_array_size(here); i++) {
		const json_t *frame = json_array_get(here, i);

		if (i > site && (is_libc(frame) || json_object_get(frame, "own")))
			continue;
		if (json_object_get(frame, "line"))
			return frame;
	}
	return json_array_get(here, site);
}
