/*
 * decode.c - `kmemu decode [FILE]`: a log of findings with file and line added.
 *
 * The kernel has scripts/decode_stacktrace.sh for this; here it is libdw. Two
 * kinds of lines are understood, and all others go through as they are:
 *
 *	func+0x1d/0x60 [module]	becomes	func+0x1d/0x60 [module] (dir/file.c:12)
 *	module+0x1189 (build-id)	the same, with the function
 *	{"kmemu":1,...}		frames get "file" and "line" ("function" where
 *				it was null)
 *
 * JSON tells each module's path and build-id. Text tells file names only, so
 * the file is looked for: what --module named, paths that the input itself
 * showed, the directories of programs and libraries, the working directory;
 * with --sysroot all of that below it, as on the machine where it ran, and a
 * file of that name anywhere below it. A build-id leads to
 * /usr/lib/debug/.build-id, and rejects a file that is not the one that ran.
 */
#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/gather.h"
#include "cmd/lines.h"

static const struct option longopts[] = {
	{ "sysroot", required_argument, NULL, 's' },
	{ "module", required_argument, NULL, 'm' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const char help[] =
	"usage: kmemu decode [--sysroot=DIR] [--module=FILE]... [FILE...]\n\n"
	"Adds file and line to the frames of a log or of JSON lines, from FILEs or standard\n"
	"input, and prints everything on standard output. Debug information is taken from the\n"
	"programs themselves or from /usr/lib/debug.\n\n"
	"      --sysroot=DIR  programs, libraries and debug files are below DIR, in the places\n"
	"                     they had or, by name, anywhere\n"
	"  -m, --module=FILE  a program or library that the log names without its directory\n"
	"  -h, --help         this\n";

/* --- where modules are ---------------------------------------------------- */

static const char *sysroot = "";
static char **known; /* paths of modules, without sysroot */
static size_t nr_known;

static void know(const char *path)
{
	for (size_t i = 0; i < nr_known; i++)
		if (strcmp(known[i], path) == 0)
			return;
	known = xrealloc(known, (nr_known + 1) * sizeof(*known));
	known[nr_known++] = xstrdup(path);
}

static bool is_there(const char *path)
{
	char *file = xasprintf("%s%s", sysroot, path);
	bool is = access(file, R_OK) == 0;

	free(file);
	return is;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* NULL: nowhere. */
static const char *find_module(const char *name)
{
	static const char *const dirs[] = {
		".", "/usr/bin", "/bin", "/usr/sbin", "/usr/local/bin", "/usr/lib", "/lib",
		"/usr/local/lib", "/lib64", "/usr/lib64", "/usr/lib/x86_64-linux-gnu",
		"/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
	};

	for (size_t i = 0; i < nr_known; i++)
		if (strcmp(base_name(known[i]), name) == 0)
			return known[i];
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		char *path = xasprintf("%s/%s", dirs[i], name);
		bool there = is_there(path);

		if (there)
			know(path);
		free(path);
		if (there)
			return known[nr_known - 1];
	}
	if (!sysroot[0] || !lines_have_file(name))
		return NULL;
	know(name);
	return known[nr_known - 1];
}

/* Its debug file, by build-id; NULL: none. */
static const char *find_build_id(const char *build_id)
{
	char *path;

	if (strlen(build_id) < 4)
		return NULL;
	path = xasprintf("/usr/lib/debug/.build-id/%.2s/%s.debug", build_id, build_id + 2);
	if (is_there(path))
		return path;
	free(path);
	return NULL;
}

/* --- JSON ---------------------------------------------------------------- */

static void know_modules(const json_t *value)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_object(value)) {
		const char *path = member_string(value, "path", NULL);

		if (path)
			know(path);
		json_object_foreach((json_t *)value, key, member) {
			know_modules(member);
		}
	} else {
		json_array_foreach((json_t *)value, i, member) {
			know_modules(member);
		}
	}
}

/* False: the line is no event. */
static bool decode_event(const char *line)
{
	json_t *event = line[0] == '{' ? json_loads(line, 0, NULL) : NULL;

	if (!event || !json_object_get(event, "kmemu")) {
		json_decref(event);
		return false;
	}
	know_modules(event);
	lines_add(event);
	json_dumpf(event, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(event);
	return true;
}

/* --- text ---------------------------------------------------------------- */

/* A place in a line of text; the pieces point into it. */
struct place {
	const char *function, *module; /* function NULL: module+0xoff */
	int function_bytes, module_bytes;
	const char *build_id;
	int build_id_bytes;
	unsigned long offset, size;
	const char *end; /* behind the place */
};

static bool take_hex(const char **s, unsigned long *n)
{
	char *end;

	if (strncmp(*s, "0x", 2) != 0 || !isxdigit((unsigned char)(*s)[2]))
		return false;
	*n = strtoul(*s, &end, 16);
	*s = end;
	return true;
}

/* " [module]" behind func+0xoff/0xsize; a place of the program itself may lack it. */
static bool take_module(const char **s, struct place *p)
{
	const char *close;

	if (strncmp(*s, " [", 2) != 0)
		return false;
	close = strchr(*s, ']');
	if (!close)
		return false;
	p->module = *s + 2;
	p->module_bytes = (int)(close - p->module);
	*s = close + 1;
	return true;
}

/* " (build-id)". */
static void take_build_id(const char **s, struct place *p)
{
	size_t n;

	if (strncmp(*s, " (", 2) != 0)
		return;
	n = strspn(*s + 2, "0123456789abcdef");
	if (n < 8 || (*s)[2 + n] != ')')
		return;
	p->build_id = *s + 2;
	p->build_id_bytes = (int)n;
	*s += n + 3;
}

/* Where the name before the '+' at `plus` begins: a C++ name may have blanks in brackets. */
static const char *name_start(const char *line, const char *plus)
{
	const char *s = plus;
	int depth = 0;

	while (s > line) {
		char c = s[-1];

		if (c == ')' || c == '>' || c == '}')
			depth++;
		else if ((c == '(' || c == '<' || c == '{') && depth)
			depth--;
		else if ((c == ' ' || c == '\t' || c == '(') && !depth)
			break;
		s--;
	}
	return s;
}

/* The next place in line, at or behind `from`. */
static bool next_place(const char *line, const char *from, struct place *p)
{
	const char *plus = from;

	while ((plus = strstr(plus, "+0x"))) {
		const char *s = plus + 1, *name = name_start(line, plus);

		*p = (struct place){ 0 };
		if (name == plus || !take_hex(&s, &p->offset)) {
			plus++;
			continue;
		}
		if (*s == '/' && (s++, take_hex(&s, &p->size)) && take_module(&s, p)) {
			p->function = name;
			p->function_bytes = (int)(plus - name);
		} else if (!p->size) {
			p->module = name;
			p->module_bytes = (int)(plus - name);
			take_build_id(&s, p);
		} else {
			plus++;
			continue;
		}
		p->end = s;
		return true;
	}
	return false;
}

static bool find_line(const struct place *p, struct line *out)
{
	char *module = xasprintf("%.*s", p->module_bytes, p->module);
	char *function = p->function ? xasprintf("%.*s", p->function_bytes, p->function) : NULL;
	char *build_id = xasprintf("%.*s", p->build_id_bytes, p->build_id ? p->build_id : "");
	const char *path = find_module(module);
	bool found = false;

	*out = (struct line){ 0 };
	if (path && function)
		found = lines_find_function(path, function, p->offset, p->size, out);
	else if (path)
		found = lines_find(path, build_id, p->offset, out);
	if (!found && !function && (path = find_build_id(build_id)))
		found = lines_find(path, build_id, p->offset, out);
	free(module);
	free(function);
	free(build_id);
	return found;
}

/* " (dir/file.c:12)" stands behind it already. */
static bool is_decoded(const char *behind)
{
	const char *close = strncmp(behind, " (", 2) == 0 ? strchr(behind, ')') : NULL;
	const char *digit = close;

	while (digit && isdigit((unsigned char)digit[-1]))
		digit--;
	return digit != close && digit[-1] == ':';
}

static void decode_text(const char *line)
{
	const char *done = line;
	struct place p;
	struct line l;

	while (next_place(line, done, &p)) {
		printf("%.*s", (int)(p.end - done), done);
		done = p.end;
		if (is_decoded(done) || !find_line(&p, &l))
			continue;
		if (!p.function && l.function)
			printf(" %s", l.function);
		printf(" (%s:%d)", l.file, l.line);
		free(l.file);
		free(l.function);
	}
	puts(done);
}

/* Not text; n bytes, of which the last was the newline or is the file's last. */
static void pass_through(const char *line, size_t n)
{
	fwrite(line, 1, n - !line[n - 1], stdout);
	putchar('\n');
}

/* --- the command --------------------------------------------------------- */

static int decode(FILE *f, const char *name)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, f)) >= 0) {
		if (n && line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (memchr(line, '\0', (size_t)n - 1))
			pass_through(line, (size_t)n);
		else if (!decode_event(line))
			decode_text(line);
	}
	free(line);
	if (!ferror(f))
		return 0;
	say("%s cannot be read: %m", name);
	return EXIT_KMEMU;
}

static int decode_file(const char *path)
{
	FILE *f;
	int status;

	if (strcmp(path, "-") == 0)
		return decode(stdin, "standard input");
	f = fopen(path, "re");
	if (!f) {
		say("%s cannot be read: %m", path);
		return EXIT_KMEMU;
	}
	status = decode(f, path);
	fclose(f);
	return status;
}

static void set_sysroot(const char *dir)
{
	char real[PATH_MAX];

	if (!realpath(dir, real))
		die("--sysroot=%s: %m", dir);
	sysroot = strcmp(real, "/") == 0 ? "" : xstrdup(real);
	lines_set_sysroot(sysroot);
}

int cmd_decode(int argc, char **argv)
{
	int opt, status = 0;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, "+:m:h", longopts, NULL)) != -1) {
		switch (opt) {
		case 's': set_sysroot(optarg); break;
		case 'm': know(optarg); break;
		case 'h': return fputs(help, stdout) < 0;
		default: return bad_option("decode", argv, opt, longopts);
		}
	}
	for (size_t i = 0; i < nr_known; i++)
		if (!lines_use_file(known[i]))
			die("--module=%s: %m", known[i]);
	if (optind == argc)
		status = decode(stdin, "standard input");
	for (; optind < argc; optind++)
		if (decode_file(argv[optind]))
			status = EXIT_KMEMU;
	return status;
}
