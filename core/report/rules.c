/*
 * rules.c - options that are rules for functions: how their text is split, and
 * what is said about it. The kernel's counterpart is the parsing of
 * set_ftrace_filter and of dyndbg= (lib/dynamic_debug.c), where a bad part is
 * named and the others stand.
 *
 * A semicolon or a comma separates, as people remember one for the other; a comma
 * only outside of parentheses and angle brackets, since C++ names have commas
 * there. In a file, where lines separate too, # begins a comment.
 *
 * Locks: none; at start and at the end. Cost: for a file one mapping that is
 * given back.
 */
#include "core/report/rules.h"

#include <errno.h>

#include "config/options.h"
#include "core/lib/printk.h"
#include "core/lib/vsprintf.h"
#include "core/os/files.h"
#include "core/os/os.h"
#include "core/report/follow.h"
#include "core/report/json.h"
#include "core/report/run.h"

struct reading {
	const struct func_rules *rules;
	const char *file; /* NULL: the option's own value */
	unsigned int line;
	rules_parse_fn parse;
};

static void complain(const struct reading *r, struct text rule, const char *what)
{
	char shown[96], place[128] = "";

	text_show(rule, shown, sizeof(shown));
	if (r->file)
		kmemu_scnprintf(place, sizeof(place), "%.100s:%u: ", r->file, r->line);
	options_count_bad(r->rules->option);
	printk("kmemu: %s: %s'%s': %s; ignored", r->rules->option, place, shown, what);
}

static void read_rule(const struct reading *r, struct text rule)
{
	char what[160] = "";

	rule = text_trim(rule);
	if (rule.n && !r->parse(rule, what, sizeof(what)))
		complain(r, rule, what);
}

/* Where the rule at t's start ends: at a separator, a comma in no brackets, or t.n. */
static size_t rule_end(struct text t)
{
	size_t i;
	int depth = 0;

	for (i = 0; i < t.n; i++) {
		depth += t.s[i] == '(' || t.s[i] == '<';
		depth -= depth && (t.s[i] == ')' || t.s[i] == '>');
		if (t.s[i] == ';' || t.s[i] == '\n' || (t.s[i] == ',' && !depth))
			break;
	}
	return i;
}

static void read_rules(const struct reading *r, struct text t)
{
	while (t.n) {
		size_t n = rule_end(t);

		read_rule(r, (struct text){ t.s, n });
		t = text_skip(t, n + 1);
	}
}

static void read_lines(struct reading *r, struct text t)
{
	for (r->line = 1; t.n; r->line++) {
		struct text line = { t.s, 0 };

		while (line.n < t.n && t.s[line.n] != '\n')
			line.n++;
		t = text_skip(t, line.n + 1);
		for (size_t i = 0; i < line.n; i++)
			if (line.s[i] == '#')
				line.n = i;
		read_rules(r, line);
	}
}

static const char *error_text(ssize_t error)
{
	switch (error) {
	case -ENOENT: return "no such file";
	case -EACCES: return "permission denied";
	case -EINVAL: return "no regular file";
	case -EFBIG: return "larger than 256K";
	default: return "an error";
	}
}

/* All of it at `to`; its length or -errno. */
static ssize_t read_whole(const char *path, char *to)
{
	struct os_file f;
	ssize_t n = os_file_open(&f, path);

	if (n)
		return n;
	n = f.bytes > RULES_FILE_BYTES ? -EFBIG : os_file_read(&f, to, f.bytes, 0);
	os_file_close(&f);
	return n;
}

static void read_file(struct reading *r)
{
	char *bytes = os_map_any(RULES_FILE_BYTES);
	ssize_t n = bytes ? read_whole(r->file, bytes) : -ENOMEM;

	if (n >= 0) {
		read_lines(r, (struct text){ bytes, (size_t)n });
	} else {
		options_count_bad(r->rules->option);
		printk("kmemu: %s: %.200s: cannot be read (%s, %d); ignored", r->rules->option,
		       r->file, error_text(n), (int)-n);
	}
	if (bytes)
		os_unmap(bytes, RULES_FILE_BYTES);
}

void rules_read(const struct func_rules *rules, const char *value, rules_parse_fn parse)
{
	struct reading r = { .rules = rules, .parse = parse };

	if (!value)
		return;
	if (value[0] == '@') {
		r.file = value + 1;
		read_file(&r);
	} else {
		read_rules(&r, text_of(value));
	}
}

bool rules_add(struct func_rules *rules, struct text pattern, u32 value, char *what, size_t size)
{
	int err;

	pattern = text_trim(pattern);
	err = func_rules_add(rules, pattern.s, pattern.n, value);
	if (err == -ENOSPC)
		kmemu_scnprintf(what, size, "more than %d rules", FUNC_RULES_MAX);
	else if (err == -EINVAL)
		kmemu_scnprintf(what, size, "the name of a function is missing");
	else if (err)
		kmemu_scnprintf(what, size, "no memory");
	return !err;
}

int rules_unmatched_text(const struct func_rules *rules, const struct func_rule *rule, char *buf,
			 size_t size)
{
	const char *what = "matches no function";
	char name[160];

	func_rule_print(rule, name, sizeof(name));
	if (rule->is_hidden)
		what = "is behind '*', which matches everything";
	else if (READ_ONCE(rule->is_behind))
		what = "is behind another rule, which matches the same";
	return kmemu_scnprintf(buf, size, "%s: '%s' %s", rules->option, name, what);
}

static void say_unmatched(const struct func_rules *rules)
{
	const struct func_rule *rule;
	unsigned int i = 0;
	char text[256];

	while ((rule = func_rules_unmatched(rules, &i))) {
		rules_unmatched_text(rules, rule, text, sizeof(text));
		printk("kmemu: %s", text);
		run_unchecked(RULES_UNMATCHED, text, RULES_UNMATCHED_DETAIL,
			      RULES_UNMATCHED_REMEDY);
	}
}

void rules_end(void)
{
	const struct func_rules *rules;

	if (events_on() || !follow_is_first())
		return;
	for (rules = func_rules_all(); rules; rules = rules->next)
		say_unmatched(rules);
}
