/*
 * suppress.c - which findings are not reported.
 *
 * The kernel has nothing like it (it is mended instead). The syntax is that of
 * valgrind and the sanitizers made simple, see docs/suppressions.md:
 *
 *	KIND:GLOB		any frame's function, module or file matches
 *	KIND {			frames from the innermost on:
 *		fun:GLOB mod:GLOB file:GLOB	all that are given match
 *		*				any one frame
 *		...				any number of frames, also none
 *	}
 *
 * What stands behind the last frame of a rule is free, as in valgrind. The
 * first frame is the innermost of the stack, or the call site (finding.c), so
 * that operator delete or strdup need not be written.
 *
 * A file is read once, at start, into memory of its own, and its lines are cut
 * into strings in place; rules and frames point into it. A line that cannot be
 * taken is named with file and line, its rule is dropped as a whole, and the
 * run's verdict is not clean: who misspells a rule learns it before the
 * findings come back.
 *
 * Matching is by name, so frames without symbols are matched by module and file
 * only. It is done once for each distinct stack (report.c remembers).
 *
 * Locks: none; rules don't change after the start, `matched` is atomic.
 * Cost: nothing without rules; else rules x frames look-ups for a new finding.
 */
#include "core/report/suppress.h"

#include <errno.h>
#include <fcntl.h>

#include "core/lib/printk.h"
#include "core/lib/vsprintf.h"
#include "core/os/os.h"

#define MAX_FRAMES 8192 /* of all rules */
#define NAME_BYTES 512

enum frame_type { FRAME_NAMED, FRAME_ANY, FRAME_DOTS };

struct frame {
	enum frame_type type;
	const char *fun, *mod, *file; /* globs; NULL: anything */
};

struct rule {
	struct suppression s;
	const char *anywhere; /* KIND:GLOB; then it has no frames */
	unsigned int first, nr; /* of frames[] */
};

/* Mapped with the first rule: a program that locks its memory would hold it. */
static struct {
	struct rule rule[SUPPRESS_MAX];
	struct frame frame[MAX_FRAMES];
	unsigned int nr_rules, nr_frames;
} *set;

/* --- globs --------------------------------------------------------------- */

bool glob_match(const char *glob, const char *text)
{
	const char *star = NULL, *from = NULL;

	while (*text) {
		if (*glob == '*') {
			star = ++glob;
			from = text;
		} else if (*glob == '?' || *glob == *text) {
			glob++;
			text++;
		} else if (star) {
			glob = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		glob++;
	return !*glob;
}

bool glob_match_list(const char *list, const char *text)
{
	char glob[256];

	while (*list) {
		size_t n = 0;

		for (; *list && *list != ','; list++)
			if (n < sizeof(glob) - 1)
				glob[n++] = *list;
		list += *list == ',';
		glob[n] = '\0';
		if (n && glob_match(glob, text))
			return true;
	}
	return false;
}

static bool glob_is(const char *glob, const char *text)
{
	return !glob || (text && glob_match(glob, text));
}

/* --- matching ------------------------------------------------------------ */

static bool frame_matches(const struct frame *frame, unsigned long pc)
{
	char name[NAME_BYTES];
	struct symbol sym;

	if (frame->type == FRAME_ANY)
		return true;
	if (!symbol_lookup(pc, &sym, name, sizeof(name)))
		return false;
	return glob_is(frame->fun, sym.name) && glob_is(frame->mod, sym.module) &&
	       glob_is(frame->file, sym.path);
}

/* As glob_match(), over frames. */
static bool frames_match(const struct frame *want, unsigned int nr_want,
			 const unsigned long *pc, unsigned int nr)
{
	unsigned int w = 0, i = 0, after_dots = nr_want + 1, from = 0;

	while (w < nr_want) {
		if (want[w].type == FRAME_DOTS) {
			after_dots = ++w;
			from = i;
		} else if (i < nr && frame_matches(&want[w], pc[i])) {
			w++;
			i++;
		} else if (after_dots <= nr_want && from < nr) {
			w = after_dots;
			i = ++from;
		} else {
			return false;
		}
	}
	return true;
}

static bool anywhere_matches(const char *glob, const struct stacktrace *st)
{
	char name[NAME_BYTES];
	struct symbol sym;

	for (unsigned int i = 0; i < st->nr; i++)
		if (symbol_lookup(st->entries[i], &sym, name, sizeof(name)) &&
		    ((sym.name && glob_match(glob, sym.name)) || glob_match(glob, sym.module) ||
		     glob_is(glob, sym.path)))
			return true;
	return false;
}

static bool rule_matches(const struct rule *rule, const struct finding *f)
{
	const struct frame *want = &set->frame[rule->first];
	const struct stacktrace *st = &f->here;

	if (!glob_match(rule->s.kind, report_kinds[f->r.kind].slug))
		return false;
	if (rule->anywhere)
		return anywhere_matches(rule->anywhere, st);
	return frames_match(want, rule->nr, st->entries, st->nr) ||
	       (f->site && frames_match(want, rule->nr, st->entries + f->site, st->nr - f->site));
}

unsigned int suppress_find(const struct finding *f)
{
	for (unsigned int i = 0; i < suppress_count(); i++)
		if (rule_matches(&set->rule[i], f))
			return i + 1;
	return 0;
}

void suppress_hit(unsigned int number)
{
	__atomic_fetch_add(&set->rule[number - 1].s.matched, 1, __ATOMIC_RELAXED);
}

unsigned int suppress_count(void)
{
	return set ? set->nr_rules : 0;
}

const struct suppression *suppress_rule(unsigned int number)
{
	return &set->rule[number - 1].s;
}

/* --- the parser ---------------------------------------------------------- */

struct parser {
	const char *file;
	unsigned int line, bad;
	bool in_block;
	bool drop; /* the block has a bad line */
	struct rule *rule; /* being made */
};

static __noinline __printf(2, 3) void complain(struct parser *p, const char *fmt, ...)
{
	char what[192];
	va_list ap;

	va_start(ap, fmt);
	kmemu_vscnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	p->bad++;
	p->drop = true;
	printk("kmemu: suppress=%s:%u: %s", p->file, p->line, what);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* s without blanks at both ends; cut in place. */
static char *trim(char *s)
{
	size_t n;

	while (is_blank(*s))
		s++;
	for (n = __builtin_strlen(s); n && is_blank(s[n - 1]); n--)
		;
	s[n] = '\0';
	return s;
}

static bool starts(const char *s, const char *prefix)
{
	return __builtin_strncmp(s, prefix, __builtin_strlen(prefix)) == 0;
}

static bool is_known_kind(const char *glob)
{
	for (int k = 0; k < NR_REPORT_KINDS; k++)
		if (glob_match(glob, report_kinds[k].slug))
			return true;
	return false;
}

static struct rule *add_rule(struct parser *p, const char *kind)
{
	static struct rule spare; /* for a rule that is only looked at */
	struct rule *rule = &spare;

	if (!is_known_kind(kind))
		complain(p, "'%.60s' is no kind of report", kind);
	else if (set->nr_rules == SUPPRESS_MAX)
		complain(p, "more than %d rules", SUPPRESS_MAX);
	else
		rule = &set->rule[set->nr_rules];
	*rule = (struct rule){ .s = { p->file, p->line, kind, 0 }, .first = set->nr_frames };
	return rule;
}

static void one_line_rule(struct parser *p, char *kind, char *glob)
{
	struct rule *rule;

	p->drop = false;
	rule = add_rule(p, kind);
	rule->anywhere = glob;
	if (!*glob)
		complain(p, "nothing behind '%.60s:'; a function, module or file is expected",
			 kind);
	set->nr_rules += !p->drop;
}

static void head(struct parser *p, char *s)
{
	size_t n = __builtin_strlen(s);
	char *colon = __builtin_strchr(s, ':');

	if (s[n - 1] == '{') {
		s[n - 1] = '\0';
		p->drop = false;
		p->in_block = true;
		p->rule = add_rule(p, trim(s));
	} else if (colon && !starts(s, "fun:") && !starts(s, "mod:") && !starts(s, "file:")) {
		*colon = '\0';
		one_line_rule(p, trim(s), trim(colon + 1));
	} else {
		complain(p, "'%.60s': KIND:GLOB or KIND { is expected", s);
	}
}

/* The start of a further "mod:" or "file:" of this frame, or the end. */
static char *next_key(char *s)
{
	for (; *s; s++)
		if (is_blank(s[0]) &&
		    (starts(s + 1, "fun:") || starts(s + 1, "mod:") || starts(s + 1, "file:")))
			break;
	return s;
}

static bool set_key(struct frame *frame, char *s)
{
	const char **field = starts(s, "fun:") ? &frame->fun :
			     starts(s, "mod:") ? &frame->mod :
			     starts(s, "file:") ? &frame->file :
						  NULL;

	if (!field || *field)
		return false;
	*field = trim(__builtin_strchr(s, ':') + 1);
	return **field;
}

static bool parse_frame(struct frame *frame, char *s)
{
	*frame = (struct frame){ .type = FRAME_NAMED };
	if (__builtin_strcmp(s, "*") == 0)
		frame->type = FRAME_ANY;
	else if (__builtin_strcmp(s, "...") == 0)
		frame->type = FRAME_DOTS;
	while (frame->type == FRAME_NAMED && *s) {
		char *end = next_key(s), *next = *end ? end + 1 : end;

		*end = '\0';
		if (!set_key(frame, s))
			return false;
		s = next;
	}
	return true;
}

static void block_end(struct parser *p)
{
	p->in_block = false;
	if (!p->drop && !p->rule->nr)
		complain(p, "a rule without frames; '...' alone matches all");
	if (p->drop)
		set->nr_frames = p->rule->first;
	set->nr_rules += !p->drop;
}

static void body(struct parser *p, char *s)
{
	char shown[64];

	if (__builtin_strcmp(s, "}") == 0) {
		block_end(p);
		return;
	}
	kmemu_scnprintf(shown, sizeof(shown), "%s", s);
	if (set->nr_frames == MAX_FRAMES) {
		if (!p->drop)
			complain(p, "more than %d frames", MAX_FRAMES);
	} else if (!parse_frame(&set->frame[set->nr_frames], s)) {
		complain(p, "'%s': fun:GLOB, mod:GLOB, file:GLOB, * or ... is expected", shown);
	} else {
		set->nr_frames++;
		p->rule->nr++;
	}
}

static void parse_line(struct parser *p, char *s)
{
	s = trim(s);
	if (!*s || *s == '#')
		return;
	if (p->in_block)
		body(p, s);
	else
		head(p, s);
}

/* A NUL in the text ends its line's text. */
unsigned int suppress_parse(char *text, size_t n, const char *file)
{
	struct parser p = { .file = file };
	char *end = text + n;

	if (!set && !(set = os_map_any(sizeof(*set)))) {
		complain(&p, "no memory for rules");
		return p.bad;
	}
	while (text < end) {
		char *newline = __builtin_memchr(text, '\n', (size_t)(end - text));

		p.line++;
		if (!newline)
			newline = end;
		*newline = '\0';
		parse_line(&p, text);
		text = newline + 1;
	}
	if (p.in_block) {
		complain(&p, "no '}' at the end of the file");
		block_end(&p);
	}
	return p.bad;
}

void suppress_reset(void)
{
	if (set)
		set->nr_rules = set->nr_frames = 0;
}

/* --- files --------------------------------------------------------------- */

/* The whole file, and room for a NUL; -errno. */
static ssize_t read_file(const char *path, char **text)
{
	int fd = os_open(path, O_RDONLY | O_NONBLOCK, 0);
	size_t have = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	*text = os_map_any(SUPPRESS_FILE_BYTES);
	n = *text ? 1 : -ENOMEM;
	while (n > 0 && have < SUPPRESS_FILE_BYTES - 1) {
		n = os_read(fd, *text + have, SUPPRESS_FILE_BYTES - 1 - have);
		have += n > 0 ? (size_t)n : 0;
	}
	os_close(fd);
	if (n < 0)
		return n;
	return have == SUPPRESS_FILE_BYTES - 1 ? -EFBIG : (ssize_t)have;
}

static const char *error_text(ssize_t error)
{
	switch (error) {
	case -ENOENT: return "no such file";
	case -EACCES: return "permission denied";
	case -EISDIR: return "is a directory";
	case -EFBIG: return "larger than 1M";
	default: return "an error";
	}
}

/* path is kept: messages and rules name it. */
static void load_file(const char *path)
{
	unsigned int bad = 1;
	char *text = NULL;
	ssize_t n = read_file(path, &text);

	if (n >= 0)
		bad = suppress_parse(text, (size_t)n, path);
	else
		printk("kmemu: suppress=%s: cannot be read (%s, %d); ignored", path, error_text(n),
		       (int)-n);
	while (bad--)
		options_count_bad("suppress");
}

void suppress_load(const char *list)
{
	static char paths[4096];
	size_t n = (size_t)kmemu_scnprintf(paths, sizeof(paths), "%s", list);
	char *word = paths;

	for (size_t i = 0; i <= n; i++) {
		if (paths[i] && paths[i] != ',')
			continue;
		paths[i] = '\0';
		if (*word)
			load_file(word);
		word = paths + i + 1;
	}
}
