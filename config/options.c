/*
 * options.c - from the environment to kmemu_opts.
 *
 * The kernel's parse_args() walks its command line once and calls a setter for
 * each word. We have five layers, of which a later one wins:
 *
 *	defaults   the table
 *	profile    config/profiles, chosen by any of the following three
 *	file       KMEMU_CONFIG=PATH or config=PATH; # begins a comment
 *	options    KMEMU_OPTIONS, the syntax of a kernel command line
 *	variables  KMEMU_<NAME>, upper case, dots as underscores
 *
 * The same walk over file, options and variables is made several times, with
 * a step that says what it is for: first to find `config`, then `profile`,
 * then to set all other fields, and last to speak about what was wrong. So
 * nothing has to be kept between finding a mistake and naming it, and a
 * message can tell the value that is in force in the end. The walk is a pure
 * function of its texts: what speaking finds wrong is exactly what setting
 * left out.
 *
 * A word that cannot be taken changes nothing: the lower layer's value stands.
 * It is named, what was expected is said, and it is counted, so that the
 * verdict of the run is not "clean". The same for an option that is not built
 * yet (named once however often it is set).
 *
 * Invariants:
 *	status.bad == messages about words, values, variables and files
 *	every const char * of kmemu_opts points to the store or to a constant
 *
 * No libc function that allocates, looks at the locale or sets errno may be
 * called: this is the first thing that the first malloc does. No locks: there
 * is no second thread yet, or it waits for us to be ready.
 *
 * An own variable that is empty counts as not set, since the shell's way to
 * clear one for a single command is KMEMU_X= command.
 */
#include "config/options.h"

#include <errno.h>
#include <fcntl.h>

#include "config/gfp.h"
#include "config/nearest.h"
#include "config/value.h"
#include "core/lib/printk.h"
#include "core/lib/vsprintf.h"
#include "core/os/os.h"

#define CONFIG_FILE_BYTES (64UL << 10)
#define SHOWN_BYTES 80

struct kmemu_options kmemu_opts;
struct options_status options_status;

/* --- the table ----------------------------------------------------------- */

const struct option_row option_rows[] = {
#define OPTION(field_, name_, type_, def_, low_, high_, words_, mark_, kernel_, help_)             \
	{                                                                                          \
		.name = name_, .def = def_, .words = words_,                                       \
		.low = low_, .high = high_, .offset = offsetof(struct kmemu_options, field_),      \
		.type = OPTION_##type_, .mark = OPTION_##mark_,                                    \
	},
#include "config/options.def"
#undef OPTION
};
const unsigned int nr_option_rows = ARRAY_SIZE(option_rows);

static const char *const profile_texts[NR_PROFILES] = {
	[PROFILE_PLAIN] =
#include "config/profiles/plain.def"
		,
	[PROFILE_AUDIT] =
#include "config/profiles/audit.def"
		,
	[PROFILE_STRICT] =
#include "config/profiles/strict.def"
};

const char *profile_text(unsigned int profile)
{
	return profile < NR_PROFILES ? profile_texts[profile] : NULL;
}

static const struct option_row *find_row(struct text name)
{
	for (unsigned int i = 0; i < nr_option_rows; i++)
		if (text_is_name(name, option_rows[i].name))
			return &option_rows[i];
	return NULL;
}

const struct option_row *option_find(const char *name)
{
	return find_row(text_of(name));
}

static char variable_char(char c)
{
	if (c == '.' || c == '-')
		return '_';
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

int option_variable(const struct option_row *row, char *buf, size_t size)
{
	int n = kmemu_scnprintf(buf, size, "KMEMU_%s", row->name);

	for (int i = 0; i < n; i++)
		buf[i] = variable_char(buf[i]);
	return n;
}

int option_value(const struct option_row *row, char *buf, size_t size)
{
	return value_print(row, &kmemu_opts, buf, size);
}

static bool is_variable_of(struct text name, const struct option_row *row)
{
	char variable[64];

	option_variable(row, variable, sizeof(variable));
	return text_is(name, variable);
}

static const struct option_row *find_variable(struct text name)
{
	for (unsigned int i = 0; i < nr_option_rows; i++)
		if (is_variable_of(name, &option_rows[i]))
			return &option_rows[i];
	return NULL;
}

/* --- the nearest name ---------------------------------------------------- */

/* NULL: nothing resembles it. */
static __noinline const struct option_row *nearest(struct text name, bool variable)
{
	struct nearest n;

	nearest_begin(&n, name);
	for (unsigned int i = 0; i < nr_option_rows; i++) {
		const struct option_row *row = &option_rows[i];
		char candidate[64];

		kmemu_scnprintf(candidate, sizeof(candidate), "%s",
				row->mark == OPTION_TEST ? "" : row->name);
		if (variable && candidate[0])
			option_variable(row, candidate, sizeof(candidate));
		nearest_offer(&n, text_skip(text_of(candidate), variable ? 6 : 0));
	}
	return n.best >= 0 ? &option_rows[n.best] : NULL;
}

/* --- speaking ------------------------------------------------------------ */

enum step { STEP_CONFIG, STEP_PROFILE, STEP_REST, STEP_SPEAK };

struct walk {
	enum step step;
	const char *file; /* NULL: not in the config file */
	unsigned int line;
};

/* One option as it was written. */
struct word {
	struct text all, name, value;
	bool has_value, open_quote;
};

/* Which not-built rows have been named. */
static u64 said[2];
_Static_assert(ARRAY_SIZE(option_rows) <= 8 * sizeof(said), "one bit a row");

static bool say_once(const struct option_row *row)
{
	unsigned int i = (unsigned int)(row - option_rows);
	bool first = !(said[i / 64] >> i % 64 & 1);

	said[i / 64] |= 1ULL << i % 64;
	return first;
}

void options_count_bad(const char *shown)
{
	if (options_status.bad++ == 0)
		kmemu_scnprintf(options_status.first_bad, sizeof(options_status.first_bad), "%s",
				shown);
}

/* "FILE:LINE: " of a word in the config file, else "". */
static const char *place(const struct walk *w, char *buf, size_t size)
{
	char shown[SHOWN_BYTES];

	buf[0] = '\0';
	if (w->file)
		kmemu_scnprintf(buf, size, "%s:%u: ",
				text_show(text_of(w->file), shown, sizeof(shown)), w->line);
	return buf;
}

static void speak(const struct walk *w, struct text all, const char *what)
{
	char where[SHOWN_BYTES + 16], shown[SHOWN_BYTES];

	options_count_bad(text_show(all, shown, sizeof(shown)));
	printk("kmemu: %s%s: %s", place(w, where, sizeof(where)), shown, what);
}

static __noinline void speak_unknown(const struct walk *w, struct text name)
{
	char where[SHOWN_BYTES + 16], shown[SHOWN_BYTES];
	const struct option_row *row = nearest(name, false);

	options_count_bad(text_show(name, shown, sizeof(shown)));
	place(w, where, sizeof(where));
	if (row)
		printk("kmemu: %sunknown option '%s'; did you mean '%s'?", where, shown, row->name);
	else
		printk("kmemu: %sunknown option '%s'; ignored", where, shown);
}

static void speak_unknown_variable(struct text name)
{
	char shown[SHOWN_BYTES], right[64];
	const struct option_row *row = nearest(text_skip(name, 6), true);

	options_count_bad(text_show(name, shown, sizeof(shown)));
	if (!row) {
		printk("kmemu: unknown variable %s; ignored", shown);
		return;
	}
	option_variable(row, right, sizeof(right));
	printk("kmemu: unknown variable %s; did you mean %s?", shown, right);
}

/* " (the word that is wrong)" where the type knows, else "". */
/* It goes on as other tools' lists do: profile=audit,summary=1. */
static bool goes_on(struct text value)
{
	for (size_t i = 0; i < value.n; i++) {
		struct text name = text_skip(value, i + 1);
		size_t n = 0;

		if (value.s[i] != ',' && value.s[i] != ':' && value.s[i] != ';')
			continue;
		while (n < name.n && name.s[n] != '=')
			n++;
		if (n < name.n && find_row((struct text){ name.s, n }))
			return true;
	}
	return false;
}

static const char *why_not(const struct option_row *row, struct text value, char buf[128])
{
	struct gfp_error error;
	char why[112];
	u32 flags;

	buf[0] = '\0';
	if (goes_on(value))
		kmemu_scnprintf(buf, 128, " (blanks separate options)");
	if (row->type == OPTION_GFP && !gfp_parse(value, &flags, &error)) {
		gfp_error_text(&error, why, sizeof(why));
		kmemu_scnprintf(buf, 128, " (%s)", why);
	}
	return buf;
}

static __noinline void speak_value(const struct walk *w, const struct option_row *row,
				  const struct word *word)
{
	char expected[96], value[64], why[128], what[320];

	option_expects(row, expected, sizeof(expected));
	why_not(row, word->value, why);
	if (option_value(row, value, sizeof(value)))
		kmemu_scnprintf(what, sizeof(what), "expected %s%s; using %s", expected, why,
				value);
	else
		kmemu_scnprintf(what, sizeof(what), "expected %s%s; ignored", expected, why);
	speak(w, word->all, what);
}

static void speak_not_built(const struct option_row *row)
{
	if (!say_once(row))
		return;
	if (options_status.not_built++ == 0)
		kmemu_scnprintf(options_status.first_not_built,
				sizeof(options_status.first_not_built), "%s", row->name);
	printk("kmemu: option '%s' is not built yet; ignored", row->name);
}

/* --- one word ------------------------------------------------------------ */

static enum step step_of(const struct option_row *row)
{
	if (row == option_find("config"))
		return STEP_CONFIG;
	return row == option_find("profile") ? STEP_PROFILE : STEP_REST;
}

/* A flag may stand alone, as on the kernel's command line. */
static struct text value_of(const struct option_row *row, const struct word *word)
{
	return !word->has_value && row->type == OPTION_BOOL ? text_of("1") : word->value;
}

static bool word_is_valid(const struct option_row *row, const struct word *word)
{
	struct text value = value_of(row, word);

	return value.n > 0 && value_is_valid(row, value);
}

static __noinline void check_word(const struct walk *w, const struct option_row *row,
				 const struct word *word)
{
	if (word->open_quote)
		speak(w, word->all, "expected quotes around the whole value; ignored");
	else if (!row)
		speak_unknown(w, word->name);
	else if (row->mark == OPTION_NOT_BUILT)
		speak_not_built(row);
	else if (!word_is_valid(row, word))
		speak_value(w, row, word);
	else if (w->file && step_of(row) == STEP_CONFIG)
		speak(w, word->all, "cannot be set in a config file; ignored");
}

static void take_word(const struct walk *w, const struct option_row *row, const struct word *word)
{
	if (w->step == STEP_SPEAK) {
		options_status.words++;
		check_word(w, row, word);
		return;
	}
	if (!row || word->open_quote || row->mark == OPTION_NOT_BUILT || step_of(row) != w->step)
		return;
	if (word_is_valid(row, word))
		value_parse(row, value_of(row, word), &kmemu_opts);
}

/* --- a text of words ----------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Takes quotes off the front and, if they are there, off the end. */
static struct text unquote(struct text t)
{
	if (t.n == 0 || t.s[0] != '"')
		return t;
	t = text_skip(t, 1);
	if (t.n && t.s[t.n - 1] == '"')
		t.n--;
	return t;
}

static bool has_quote(struct text t)
{
	return t.n && __builtin_memchr(t.s, '"', t.n);
}

/*
 * The next word of *rest, by the rules of the kernel's next_arg(): blanks
 * separate, unless in double quotes; quotes go around the value or around the
 * whole word. A quote left open, or in the middle, makes the word a bad one.
 */
static bool next_option(struct text *rest, struct word *word)
{
	struct text all, bare;
	bool quoted = false;
	size_t n = 0, equals = 0;

	while (rest->n && is_blank(rest->s[0]))
		*rest = text_skip(*rest, 1);
	while (n < rest->n && (quoted || !is_blank(rest->s[n])))
		quoted ^= rest->s[n++] == '"';
	all = (struct text){ rest->s, n };
	*rest = text_skip(*rest, n);
	bare = unquote(all);
	while (equals < bare.n && bare.s[equals] != '=')
		equals++;
	*word = (struct word){
		.all = all,
		.name = { bare.s, equals },
		.value = unquote(text_skip(bare, equals + 1)),
		.has_value = equals < bare.n,
	};
	word->open_quote = quoted || has_quote(word->name) || has_quote(word->value);
	return n > 0;
}

static void walk_words(const struct walk *w, struct text words)
{
	struct word word;

	while (next_option(&words, &word)) {
		if (w->file && word.all.s[0] == '#')
			return;
		take_word(w, find_row(word.name), &word);
	}
}

static void walk_lines(struct walk *w, struct text lines)
{
	for (w->line = 1; lines.n; w->line++) {
		size_t n = 0;

		while (n < lines.n && lines.s[n] != '\n')
			n++;
		walk_words(w, (struct text){ lines.s, n });
		lines = text_skip(lines, n + 1);
	}
}

/* --- variables ----------------------------------------------------------- */

/* Of the tests and the tools around us; not options, not mistakes. */
static bool is_ignored_variable(struct text name)
{
	return text_is(name, "KMEMU_LIB") || text_is(name, "KMEMU_FIRST") ||
	       text_is(name, "KMEMU_LD_PRELOAD") ||
	       text_is(name, "KMEMU_STRESS_SECONDS") || text_is(name, "KMEMU_SEED") ||
	       text_starts(name, "KMEMU_TEST_");
}

/* False: not a variable of ours. */
static bool split_variable(const char *entry, struct word *word)
{
	size_t n = 0;

	word->all = text_of(entry);
	if (!text_starts(word->all, "KMEMU_"))
		return false;
	while (n < word->all.n && entry[n] != '=')
		n++;
	word->name = (struct text){ entry, n };
	word->value = text_skip(word->all, n + 1);
	word->has_value = true;
	word->open_quote = false;
	return !is_ignored_variable(word->name);
}

static struct text options_text(char *const *envp)
{
	struct word word;

	for (; envp && *envp; envp++)
		if (split_variable(*envp, &word) && text_is(word.name, "KMEMU_OPTIONS"))
			return word.value;
	return text_of(NULL);
}

bool options_are_given(char *const *envp)
{
	struct word word;

	for (; envp && *envp; envp++)
		if (split_variable(*envp, &word))
			return true;
	return false;
}

static void walk_variables(const struct walk *w, char *const *envp)
{
	struct word word;

	for (; envp && *envp; envp++) {
		const struct option_row *row;

		if (!split_variable(*envp, &word) || text_is(word.name, "KMEMU_OPTIONS"))
			continue;
		row = find_variable(word.name);
		if (row && word.value.n)
			take_word(w, row, &word);
		else if (!row && w->step == STEP_SPEAK)
			speak_unknown_variable(word.name);
	}
}

/* --- the config file ----------------------------------------------------- */

struct config_file {
	char *map; /* CONFIG_FILE_BYTES, or NULL */
	size_t bytes;
	int error; /* -errno */
};

static int read_all(int fd, struct config_file *f)
{
	ssize_t n;

	while (f->bytes < CONFIG_FILE_BYTES) {
		n = os_read(fd, f->map + f->bytes, CONFIG_FILE_BYTES - f->bytes);
		if (n == 0)
			return 0;
		if (n > 0)
			f->bytes += (size_t)n;
		else if (n != -EINTR)
			return (int)n;
	}
	return -EFBIG;
}

/* O_NONBLOCK: a FIFO must not hold up the first malloc. */
static void load_config(struct config_file *f)
{
	int fd = os_open(kmemu_opts.config, O_RDONLY | O_NONBLOCK, 0);

	if (fd < 0) {
		f->error = fd;
		return;
	}
	f->map = os_map_any(CONFIG_FILE_BYTES);
	f->error = f->map ? read_all(fd, f) : -ENOMEM;
	if (f->error)
		f->bytes = 0;
	os_close(fd);
}

static const char *error_text(int error, char *buf, size_t size)
{
	switch (error) {
	case -ENOENT:
		return "no such file";
	case -EACCES:
		return "permission denied";
	case -EISDIR:
		return "is a directory";
	case -EFBIG:
		return "more than 64K";
	}
	kmemu_scnprintf(buf, size, "error %d", -error);
	return buf;
}

static void speak_config(const struct config_file *f)
{
	char shown[SHOWN_BYTES], number[24];

	if (!f->error)
		return;
	options_count_bad("config");
	printk("kmemu: config=%s: cannot be read (%s); ignored",
	       text_show(text_of(kmemu_opts.config), shown, sizeof(shown)),
	       error_text(f->error, number, sizeof(number)));
}

/* --- all layers ---------------------------------------------------------- */

static void walk_layers(enum step step, const struct config_file *f, char *const *envp)
{
	struct walk in_file = { .step = step, .file = kmemu_opts.config };
	struct walk w = { .step = step };

	if (f->bytes)
		walk_lines(&in_file, (struct text){ f->map, f->bytes });
	walk_words(&w, options_text(envp));
	walk_variables(&w, envp);
}

static void set_defaults(void)
{
	value_store_reset();
	options_status = (struct options_status){ 0 };
	said[0] = said[1] = 0;
	for (unsigned int i = 0; i < nr_option_rows; i++)
		value_parse(&option_rows[i], text_of(option_rows[i].def), &kmemu_opts);
}

static void set_profile(void)
{
	struct walk w = { .step = STEP_REST };

	walk_lines(&w, text_of(profile_texts[kmemu_opts.profile]));
}

static void speak_all(const struct config_file *f, char *const *envp)
{
	speak_config(f);
	walk_layers(STEP_SPEAK, f, envp);
	if (!value_store_overflowed())
		return;
	options_count_bad("values");
	printk("kmemu: more than %d bytes of values; some options are ignored", VALUE_STORE_BYTES);
}

bool options_lockorder_all;

/* The parts of the check of contexts that were given no policy have its own. */
static void inherit_context(void)
{
	enum kmemu_policy *part[] = { &kmemu_opts.context_sleep,   &kmemu_opts.context_vmalloc,
				      &kmemu_opts.context_blocking, &kmemu_opts.context_reentry,
				      &kmemu_opts.context_irqlock,  &kmemu_opts.context_balance,
				      &kmemu_opts.context_lockorder, &kmemu_opts.context_rcu };

	options_lockorder_all = kmemu_opts.context_lockorder != POLICY_CONTEXT ||
				kmemu_opts.profile != PROFILE_PLAIN;
	for (size_t i = 0; i < ARRAY_SIZE(part); i++)
		if (*part[i] == POLICY_CONTEXT)
			*part[i] = kmemu_opts.context;
}

void options_init(char *const *envp)
{
	struct config_file f = { 0 };

	printk_init();
	set_defaults();
	if (os_secure_exec()) {
		inherit_context();
		return;
	}
	walk_layers(STEP_CONFIG, &f, envp);
	if (kmemu_opts.config[0])
		load_config(&f);
	walk_layers(STEP_PROFILE, &f, envp);
	set_profile();
	walk_layers(STEP_REST, &f, envp);
	inherit_context();
	speak_all(&f, envp);
	if (f.map)
		os_unmap(f.map, CONFIG_FILE_BYTES);
}
