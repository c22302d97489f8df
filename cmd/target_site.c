/*
 * target_site.c - a call site in a target, by the file that is mapped there: its
 * line and function by libdw (lines.c), for allocinfo and vmallocinfo.
 *
 * The kernel knows file and line at build time. Here a program may be without
 * debug information: then the file is ?? and the line 0, as addr2line has it, and
 * the function is the offset in the module. The program itself is no module.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/lines.h"
#include "cmd/target.h"

static const struct target_map *find_map(const struct target *t, u64 addr)
{
	for (size_t i = 0; i < t->nr_maps; i++)
		if (addr >= t->maps[i].start && addr < t->maps[i].end)
			return &t->maps[i];
	return NULL;
}

/* The mapping of the file's start, the nearest at or below this one. */
static const struct target_map *find_start(const struct target *t, const struct target_map *map)
{
	const struct target_map *at = map;

	while (at > t->maps && at->offset && !strcmp(at[-1].path, map->path))
		at--;
	return at->offset ? NULL : at;
}

/* The mapping that came first is the program's, but for its interpreter's. */
static bool is_program(const struct target *t, const struct target_map *map)
{
	return !strcmp(map->path, t->maps[0].path);
}

/* What the file's addresses have been moved by. */
static u64 load_bias(struct target *t, const struct target_map *start)
{
	Elf64_Ehdr h;

	if (t->fetch(t, &h, start->start, sizeof(h)) && h.e_type == ET_EXEC)
		return 0;
	return start->start;
}

static void print_site(const struct target *t, const struct target_map *map, u64 offset,
		       const struct line *line, char *buf, size_t size)
{
	const char *module = strrchr(map->path, '/');
	bool program = is_program(t, map);
	int n;

	n = snprintf(buf, size, "%s:%d %s%s%sfunc:", line->file ? line->file : "??", line->line,
		     program ? "" : "[", program ? "" : module ? module + 1 : map->path,
		     program ? "" : "] ");
	if (n < 0 || (size_t)n >= size)
		return;
	if (line->function)
		snprintf(buf + n, size - (size_t)n, "%s", line->function);
	else
		snprintf(buf + n, size - (size_t)n, "0x%lx", (unsigned long)offset);
}

/* The mapping of pc and the place in its file, *offset; NULL: in no file. */
static const struct target_map *find_place(struct target *t, unsigned long pc, u64 *offset)
{
	const struct target_map *map = find_map(t, pc - 1);
	const struct target_map *start = map ? find_start(t, map) : NULL;

	*offset = start ? pc - load_bias(t, start) : 0;
	return start ? map : NULL;
}

void target_site(void *ctx, unsigned long pc, char *buf, size_t size)
{
	struct target *t = ctx;
	struct line line = { .line = 0 };
	struct place_in_function f;
	u64 offset;
	const struct target_map *map = find_place(t, pc, &offset);

	if (!map) {
		snprintf(buf, size, "??:0 func:0x%lx", pc);
		return;
	}
	if (!lines_find(map->path, NULL, offset, &line))
		line = (struct line){ .line = 0 };
	if (!line.function && lines_find_place(map->path, offset, &f))
		line.function = f.function;
	print_site(t, map, offset, &line, buf, size);
	free(line.file);
	free(line.function);
}

void target_caller(void *ctx, unsigned long pc, char *buf, size_t size)
{
	struct target *t = ctx;
	struct place_in_function f;
	u64 offset;
	const struct target_map *map = find_place(t, pc, &offset);
	const char *module = map ? strrchr(map->path, '/') : NULL;
	bool program = map && is_program(t, map);

	if (!map || !lines_find_place(map->path, offset, &f)) {
		snprintf(buf, size, "0x%lx", pc);
		return;
	}
	snprintf(buf, size, "%s+0x%lx/0x%lx%s%s%s", f.function, f.offset, f.size,
		 program ? "" : " [", program ? "" : module ? module + 1 : map->path,
		 program ? "" : "]");
	free(f.function);
}
