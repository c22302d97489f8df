/*
 * value.c - the types of options: how each is read, checked and printed.
 *
 * The kernel's counterparts are kernel/params.c (param_set_bool and friends)
 * and lib/cmdline.c (memparse). Both are lenient: memparse stops at what it
 * does not know and wraps around on overflow, so "mem=12MB" or a number of 30
 * digits is taken for something. Here a value is taken whole or not at all;
 * the caller says what would have been right (option_expects).
 *
 * Nothing of libc is used: strtoull sets errno and follows the locale, and
 * this runs inside the first malloc of a process.
 *
 * Texts are copied into store[], because the environment is the program's: it
 * overwrites it (setproctitle) or frees it (putenv). The store is in .bss, so
 * pages that no option uses cost nothing.
 */
#include "config/value.h"

#include "config/gfp.h"
#include "config/zones.h"
#include "core/lib/vsprintf.h"
#include "core/os/plan.h"

static char store[VALUE_STORE_BYTES];
static size_t store_used;
static bool store_overflow;

void value_store_reset(void)
{
	store_used = 0;
	store_overflow = false;
}

bool value_store_overflowed(void)
{
	return store_overflow;
}

/* A copy that ends in NUL, or NULL. */
static const char *text_keep(struct text t)
{
	char *copy = store + store_used;

	if (t.n >= sizeof(store) - store_used) {
		store_overflow = true;
		return NULL;
	}
	for (size_t i = 0; i < t.n; i++)
		copy[i] = t.s[i];
	copy[t.n] = '\0';
	store_used += t.n + 1;
	return copy;
}

/* --- text ---------------------------------------------------------------- */

struct text text_of(const char *s)
{
	struct text t = { s, 0 };

	while (s && s[t.n])
		t.n++;
	return t;
}

struct text text_skip(struct text t, size_t n)
{
	n = min(n, t.n);
	return n ? (struct text){ t.s + n, t.n - n } : t; /* s may be NULL */
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct text text_trim(struct text t)
{
	while (t.n && is_blank(t.s[0]))
		t = text_skip(t, 1);
	while (t.n && is_blank(t.s[t.n - 1]))
		t.n--;
	return t;
}

bool text_starts(struct text t, const char *prefix)
{
	for (size_t i = 0; prefix[i]; i++)
		if (i >= t.n || t.s[i] != prefix[i])
			return false;
	return true;
}

bool text_is(struct text t, const char *s)
{
	return t.n == text_of(s).n && text_starts(t, s);
}

static char dash_to_underscore(char c)
{
	return c == '-' ? '_' : c;
}

bool text_is_name(struct text t, const char *name)
{
	size_t i = 0;

	while (i < t.n && name[i] && dash_to_underscore(t.s[i]) == dash_to_underscore(name[i]))
		i++;
	return i == t.n && !name[i];
}

const char *text_show(struct text t, char *buf, size_t size)
{
	size_t n = min(t.n, size - 1);

	for (size_t i = 0; i < n; i++)
		buf[i] = (unsigned char)t.s[i] < ' ' || t.s[i] == 0x7f ? '?' : t.s[i];
	buf[n] = '\0';
	if (n < t.n && n >= 3)
		buf[n - 3] = buf[n - 2] = buf[n - 1] = '.';
	return buf;
}

/* The part of a list up to sep; *list moves behind it. */
static struct text next_word(const char **list, char sep)
{
	struct text word = { *list, 0 };

	while (word.s[word.n] && word.s[word.n] != sep)
		word.n++;
	*list += word.n + (word.s[word.n] == sep);
	return word;
}

/* Index of t in "a|b|c", or -1. */
static int word_index(const char *words, struct text t)
{
	for (int i = 0; *words; i++) {
		struct text word = next_word(&words, '|');

		if (t.n && word.n == t.n && __builtin_memcmp(word.s, t.s, t.n) == 0)
			return i;
	}
	return -1;
}

/* --- numbers ------------------------------------------------------------- */

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* Digits at the front of *t, decimal or 0x; false: none, or too large. */
static bool parse_digits(struct text *t, u64 *value)
{
	bool hex = text_starts(*t, "0x") || text_starts(*t, "0X");
	int base = hex ? 16 : 10;
	size_t n = 0;

	if (hex)
		*t = text_skip(*t, 2);
	for (*value = 0; n < t->n && digit_value(t->s[n]) < base; n++)
		if (__builtin_mul_overflow(*value, (u64)base, value) ||
		    __builtin_add_overflow(*value, (u64)digit_value(t->s[n]), value))
			return false;
	*t = text_skip(*t, n);
	return n > 0;
}

bool text_number(struct text t, u64 *value)
{
	return parse_digits(&t, value) && t.n == 0;
}

bool text_size(struct text t, u64 *value)
{
	static const char suffix[] = "KMGT";

	if (!parse_digits(&t, value))
		return false;
	if (t.n == 0)
		return true;
	for (int i = 0; suffix[i]; i++) {
		int shift = 10 * (i + 1);

		if ((t.s[0] & ~0x20) != suffix[i])
			continue;
		if (t.n != 1 || *value > UINT64_MAX >> shift)
			return false;
		*value <<= shift;
		return true;
	}
	return false;
}

/* "order:5" is 32 pages, as the page allocator counts. */
static bool parse_pow2(struct text t, u64 *value)
{
	if (!text_starts(t, "order:"))
		return text_size(t, value) && is_power_of_2(*value);
	if (!text_number(text_skip(t, 6), value) || *value > 32)
		return false;
	*value = PAGE_SIZE << *value;
	return true;
}

/* 0 is taken below the range where it is the default ("automatic"). */
static bool in_range(const struct option_row *row, u64 value)
{
	if (value == 0 && text_is(text_of(row->def), "0"))
		return true;
	return value >= row->low && value <= row->high;
}

static bool parse_bool(struct text t, bool *value)
{
	static const char yes[] = "1|y|Y|yes|on|true", no[] = "0|n|N|no|off|false";

	*value = word_index(yes, t) >= 0;
	return *value || word_index(no, t) >= 0;
}

/* "vmalloc", a synonym that `large` has: served by vmalloc, and counted. */
static bool parse_policy(const struct option_row *row, struct text t, enum kmemu_policy *value)
{
	int i = word_index(row->words, t);

	if (i < 0)
		return false;
	if (i >= NR_POLICIES)
		i = text_is(t, "context") ? POLICY_CONTEXT : POLICY_COUNT;
	*value = (enum kmemu_policy)i;
	return true;
}

/* --- texts --------------------------------------------------------------- */

static bool has_nul(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!t.s[i])
			return true;
	return false;
}

static bool is_path(struct text t)
{
	for (size_t i = 0; i < t.n; i++) {
		if (t.s[i] != '%')
			continue;
		if (++i == t.n || word_index("p|e|t|%", (struct text){ t.s + i, 1 }) < 0)
			return false;
	}
	return true;
}

/* Each of a list's words is one of the row's; a row without words takes any. */
static bool are_words(const struct option_row *row, struct text t)
{
	while (row->words[0] && t.n) {
		struct text word = { t.s, 0 };

		while (word.n < t.n && t.s[word.n] != ',')
			word.n++;
		if (word_index(row->words, word) < 0)
			return false;
		t = text_skip(t, word.n + 1);
	}
	return true;
}

/* --- by type ------------------------------------------------------------- */

union value {
	bool b;
	u64 u;
	int i;
	enum kmemu_policy policy;
	struct text t;
};

static bool read_value(const struct option_row *row, struct text t, union value *v)
{
	struct zones_ends zones;
	struct frag_value frag;
	u32 flags;

	switch (row->type) {
	case OPTION_BOOL:
		return parse_bool(t, &v->b);
	case OPTION_SIZE:
		return text_size(t, &v->u) && in_range(row, v->u);
	case OPTION_POW2:
		return parse_pow2(t, &v->u) && in_range(row, v->u);
	case OPTION_UINT:
	case OPTION_LONG:
		return text_number(t, &v->u) && in_range(row, v->u);
	case OPTION_ENUM:
		return (v->i = word_index(row->words, t)) >= 0;
	case OPTION_POLICY:
		return parse_policy(row, t, &v->policy);
	case OPTION_STRING:
	case OPTION_LIST:
		v->t = t;
		return !has_nul(t) && (row->type == OPTION_STRING || are_words(row, t));
	case OPTION_LOG:
		v->t = t;
		return t.n > 0 && !has_nul(t) && is_path(t);
	case OPTION_PATH:
		v->t = t;
		return !has_nul(t) && is_path(t);
	case OPTION_GFP:
		v->t = t;
		return gfp_parse(t, &flags, NULL);
	case OPTION_ZONES:
		v->t = t;
		return zones_parse(t, &zones);
	case OPTION_FRAG:
		v->t = t;
		return frag_parse(t, &frag);
	}
	return false;
}

bool value_is_valid(const struct option_row *row, struct text value)
{
	union value v;

	return read_value(row, value, &v);
}

bool value_parse(const struct option_row *row, struct text value, struct kmemu_options *opts)
{
	void *field = (char *)opts + row->offset;
	const char *copy;
	union value v;

	if (!read_value(row, value, &v))
		return false;
	switch (row->type) {
	case OPTION_BOOL:
		*(bool *)field = v.b;
		break;
	case OPTION_SIZE:
	case OPTION_POW2:
		*(u64 *)field = v.u;
		break;
	case OPTION_UINT:
		*(u32 *)field = (u32)v.u;
		break;
	case OPTION_LONG:
		*(long *)field = (long)v.u;
		break;
	case OPTION_ENUM:
		*(int *)field = v.i;
		break;
	case OPTION_POLICY:
		*(enum kmemu_policy *)field = v.policy;
		break;
	case OPTION_STRING:
	case OPTION_LIST:
	case OPTION_LOG:
	case OPTION_PATH:
	case OPTION_GFP:
	case OPTION_ZONES:
	case OPTION_FRAG:
		copy = v.t.n ? text_keep(v.t) : "";
		if (!copy)
			return false;
		*(const char **)field = copy;
		break;
	}
	return true;
}

static int print_size(u64 v, char *buf, size_t size)
{
	static const char suffix[] = "\0KMGT";
	int i = 0;

	while (i < 4 && v && (v & 1023) == 0) {
		v >>= 10;
		i++;
	}
	return kmemu_scnprintf(buf, size, "%llu%.1s", (unsigned long long)v, suffix + i);
}

static int print_word(const char *words, int index, char *buf, size_t size)
{
	struct text word = { "", 0 };

	for (int i = 0; i <= index && *words; i++)
		word = next_word(&words, '|');
	return kmemu_scnprintf(buf, size, "%.*s", (int)word.n, word.s);
}

int value_print(const struct option_row *row, const struct kmemu_options *opts, char *buf,
		size_t size)
{
	const void *field = (const char *)opts + row->offset;

	switch (row->type) {
	case OPTION_BOOL:
		return kmemu_scnprintf(buf, size, "%d", *(const bool *)field);
	case OPTION_SIZE:
	case OPTION_POW2:
		return print_size(*(const u64 *)field, buf, size);
	case OPTION_UINT:
		return kmemu_scnprintf(buf, size, "%u", *(const u32 *)field);
	case OPTION_LONG:
		return kmemu_scnprintf(buf, size, "%ld", *(const long *)field);
	case OPTION_ENUM:
		return print_word(row->words, *(const int *)field, buf, size);
	case OPTION_POLICY:
		return print_word(row->words, (int)*(const enum kmemu_policy *)field, buf, size);
	case OPTION_STRING:
	case OPTION_LIST:
	case OPTION_LOG:
	case OPTION_PATH:
	case OPTION_GFP:
	case OPTION_ZONES:
	case OPTION_FRAG:
		return kmemu_scnprintf(buf, size, "%s", *(const char *const *)field);
	}
	return 0;
}

/* --- what would be right ------------------------------------------------- */

/* "a, b or c" */
static int print_choice(const char *words, char *buf, size_t size)
{
	const char *sep = "";
	int n = 0;

	while (*words) {
		struct text word = next_word(&words, '|');

		n += kmemu_scnprintf(buf + n, size - (size_t)n, "%s%.*s", sep, (int)word.n, word.s);
		sep = __builtin_strchr(words, '|') ? ", " : " or ";
	}
	return n;
}

static int print_bounds(const struct option_row *row, const char *what, char *buf, size_t size)
{
	bool zero = row->low > 0 && text_is(text_of(row->def), "0");
	char low[24], high[24];

	if (row->type == OPTION_UINT || row->type == OPTION_LONG) {
		kmemu_scnprintf(low, sizeof(low), "%llu", (unsigned long long)row->low);
		kmemu_scnprintf(high, sizeof(high), "%llu", (unsigned long long)row->high);
	} else {
		print_size(row->low, low, sizeof(low));
		print_size(row->high, high, sizeof(high));
	}
	return kmemu_scnprintf(buf, size, "%s from %s to %s%s", what, low, high,
			       zero ? ", or 0" : "");
}

int option_expects(const struct option_row *row, char *buf, size_t size)
{
	int n;

	switch (row->type) {
	case OPTION_BOOL:
		return kmemu_scnprintf(buf, size, "0 or 1");
	case OPTION_SIZE:
		return print_bounds(row, "a size", buf, size);
	case OPTION_POW2:
		return print_bounds(row, "a power of two", buf, size);
	case OPTION_UINT:
	case OPTION_LONG:
		return print_bounds(row, "a number", buf, size);
	case OPTION_ENUM:
	case OPTION_POLICY:
		return print_choice(row->words, buf, size);
	case OPTION_STRING:
		return kmemu_scnprintf(buf, size, "a text");
	case OPTION_LIST:
		n = kmemu_scnprintf(buf, size, row->words[0] ? "a list of " : "a list a,b,...");
		return n + print_choice(row->words, buf + n, size - (size_t)n);
	case OPTION_LOG:
		return kmemu_scnprintf(buf, size,
				       "stderr or a path, in it %%p pid, %%e program, %%t time");
	case OPTION_PATH:
		return kmemu_scnprintf(buf, size, "a path, in it %%p pid, %%e program, %%t time");
	case OPTION_GFP:
		return kmemu_scnprintf(buf, size, "auto or names of GFP flags joined by |, &, ~");
	case OPTION_ZONES:
		return kmemu_scnprintf(buf, size, "ends in steps of 4M, rising: DMA:16M,DMA32:4G");
	case OPTION_FRAG:
		return kmemu_scnprintf(buf, size, "PERCENT[,SEED], 0 to 100");
	}
	return 0;
}
