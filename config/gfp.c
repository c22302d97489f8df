/*
 * gfp.c - allocation flags as words (kernel: include/linux/gfp_types.h; the
 * printer's table is include/trace/events/mmflags.h).
 *
 * The kernel has no parser for them: flags are C there. An expression here is
 * what stands in C: names joined by |, less some by & ~, parentheses, blanks.
 * ~ knows the bits that have names. A name may be short, in lower case and without its prefix, as
 * people say it: kernel, atomic, dma, zero. GFP_ is looked for before __GFP_.
 * `auto` is the one word that is ours: GFP_KERNEL, which becomes GFP_ATOMIC
 * where the thread must not sleep; it may be joined with others (auto|dma).
 *
 * One table serves the parser and the printer. The last names are the parser's
 * alone: the printer, which goes from the top, has cleared their bits by then.
 *
 * Locks: none, no memory: it runs inside the first malloc of a process.
 */
#include "config/gfp.h"

#include "config/nearest.h"
#include "core/lib/vsprintf.h"
#include "include/kmemu/kmemu.h"

#define GFP(name) { KMEMU_##name, #name }
#define GFP_TRANSHUGE_LIGHT_MASK                                                       \
	((KMEMU_GFP_HIGHUSER_MOVABLE | KMEMU___GFP_COMP | KMEMU___GFP_NOMEMALLOC |     \
	  KMEMU___GFP_NOWARN) & ~KMEMU___GFP_RECLAIM)

/* The kernel's order: a name is taken when all its bits are left. */
const struct gfp_name gfp_names[] = {
	{ GFP_TRANSHUGE_LIGHT_MASK | KMEMU___GFP_DIRECT_RECLAIM, "GFP_TRANSHUGE" },
	{ GFP_TRANSHUGE_LIGHT_MASK, "GFP_TRANSHUGE_LIGHT" },
	GFP(GFP_HIGHUSER_MOVABLE),
	GFP(GFP_HIGHUSER),
	GFP(GFP_USER),
	GFP(GFP_KERNEL_ACCOUNT),
	GFP(GFP_KERNEL),
	GFP(GFP_NOFS),
	GFP(GFP_ATOMIC),
	GFP(GFP_NOIO),
	GFP(GFP_NOWAIT),
	GFP(GFP_DMA),
	GFP(__GFP_HIGHMEM),
	GFP(GFP_DMA32),
	GFP(__GFP_HIGH),
	GFP(__GFP_IO),
	GFP(__GFP_FS),
	GFP(__GFP_NOWARN),
	GFP(__GFP_RETRY_MAYFAIL),
	GFP(__GFP_NOFAIL),
	GFP(__GFP_NORETRY),
	GFP(__GFP_COMP),
	GFP(__GFP_ZERO),
	GFP(__GFP_NOMEMALLOC),
	GFP(__GFP_MEMALLOC),
	GFP(__GFP_HARDWALL),
	GFP(__GFP_THISNODE),
	GFP(__GFP_RECLAIMABLE),
	GFP(__GFP_MOVABLE),
	GFP(__GFP_ACCOUNT),
	GFP(__GFP_WRITE),
	GFP(__GFP_RECLAIM),
	GFP(__GFP_DIRECT_RECLAIM),
	GFP(__GFP_KSWAPD_RECLAIM),
	GFP(__GFP_ZEROTAGS),
	GFP(__GFP_DMA),
	GFP(__GFP_DMA32),
};
const unsigned int nr_gfp_names = ARRAY_SIZE(gfp_names);

/* GFP_KERNEL -> "kernel". */
static struct text short_name(const struct gfp_name *name, char buf[32])
{
	struct text full = text_of(name->name);

	full = text_skip(full, text_starts(full, "__GFP_") ? 6 : 4);
	for (size_t i = 0; i < full.n; i++)
		buf[i] = full.s[i] >= 'A' && full.s[i] <= 'Z' ? (char)(full.s[i] | 0x20) :
								  full.s[i];
	return (struct text){ buf, full.n };
}

static bool is_same(struct text a, struct text b)
{
	return a.n == b.n && __builtin_memcmp(a.s, b.s, a.n) == 0;
}

/* 0: no flag. No flag's mask is 0. */
static u32 by_short_name(struct text word, const char *prefix)
{
	char buf[32];

	for (unsigned int i = 0; i < nr_gfp_names; i++)
		if (text_starts(text_of(gfp_names[i].name), prefix) &&
		    is_same(word, short_name(&gfp_names[i], buf)))
			return gfp_names[i].mask;
	return 0;
}

static u32 flag_of(struct text word)
{
	u32 mask;

	if (text_is(word, "auto"))
		return GFP_AUTO | KMEMU_GFP_KERNEL;
	for (unsigned int i = 0; i < nr_gfp_names; i++)
		if (text_is(word, gfp_names[i].name))
			return gfp_names[i].mask;
	mask = by_short_name(word, "GFP_");
	return mask ? mask : by_short_name(word, "__GFP_");
}

/* Those that have names. */
static u32 all_flags(void)
{
	u32 all = 0;

	for (unsigned int i = 0; i < nr_gfp_names; i++)
		all |= gfp_names[i].mask;
	return all;
}

/* In small letters, without its prefix. */
static struct text plain_of(struct text word, char buf[32])
{
	size_t i;

	for (i = 0; i < word.n && i < 32; i++)
		buf[i] = word.s[i] >= 'A' && word.s[i] <= 'Z' ? (char)(word.s[i] | 0x20) :
								 word.s[i];
	word = (struct text){ buf, i };
	return text_skip(word, text_starts(word, "__gfp_") ? 6 : text_starts(word, "gfp_") ? 4 : 0);
}

/* gfp_kernel, KERNEL: in letters that no name has. */
static const char *in_other_letters(struct text word)
{
	char buf[32], name[32];
	struct text plain = plain_of(word, buf);

	for (unsigned int i = 0; i < nr_gfp_names; i++)
		if (is_same(plain, short_name(&gfp_names[i], name)))
			return gfp_names[i].name;
	return "";
}

/* In the spelling that the word has: short ones are in lower case. */
static void find_nearest(struct gfp_error *error)
{
	bool is_long = error->word.n && error->word.s[0] >= 'A' && error->word.s[0] <= '_';
	struct nearest n;
	char buf[32];

	nearest_begin(&n, error->word);
	for (unsigned int i = 0; i < nr_gfp_names; i++)
		nearest_offer(&n, is_long ? text_of(gfp_names[i].name) :
					    short_name(&gfp_names[i], buf));
	nearest_offer(&n, text_of("auto"));
	if (n.best == (int)nr_gfp_names)
		kmemu_scnprintf(error->nearest, sizeof(error->nearest), "auto");
	else if (n.best >= 0 && is_long)
		kmemu_scnprintf(error->nearest, sizeof(error->nearest), "%s",
				gfp_names[n.best].name);
	else if (n.best >= 0)
		kmemu_scnprintf(error->nearest, sizeof(error->nearest), "%.*s",
				(int)short_name(&gfp_names[n.best], buf).n, buf);
	else
		kmemu_scnprintf(error->nearest, sizeof(error->nearest), "%s",
				in_other_letters(error->word));
}

static void set_error(struct gfp_error *error, struct text word, const char *what)
{
	if (!error)
		return;
	error->word = word;
	error->what = what;
	error->nearest[0] = '\0';
}

/* --- expressions ----------------------------------------------------------- */

#define DEPTH_MAX 16 /* of parentheses and of ~ */

struct parser {
	struct text rest;
	struct gfp_error *error;
	int depth;
	bool is_auto; /* the word was there */
};

static bool refuse(struct parser *p, struct text word, const char *what)
{
	set_error(p->error, word, what);
	return false;
}

/* Letters that no name has: somebody joined names by them. */
static bool is_several(struct text word)
{
	for (size_t i = 0; i < word.n; i++)
		if (__builtin_strchr(" \t+^,;", word.s[i]))
			return true;
	return false;
}

static bool refuse_word(struct parser *p, struct text word)
{
	if (is_several(word))
		return refuse(p, word, "is no flag: | joins them");
	refuse(p, word, "is no flag");
	if (p->error)
		find_nearest(p->error);
	return false;
}

static bool is_operator(char c)
{
	return c == '|' || c == '&' || c == '~' || c == '(' || c == ')';
}

/* Whether c is what comes next; then it is passed. */
static bool take(struct parser *p, char c)
{
	p->rest = text_trim(p->rest);
	if (!p->rest.n || p->rest.s[0] != c)
		return false;
	p->rest = text_skip(p->rest, 1);
	return true;
}

static bool parse_word(struct parser *p, u32 *flags)
{
	struct text word = p->rest;

	for (word.n = 0; word.n < p->rest.n && !is_operator(p->rest.s[word.n]);)
		word.n++;
	p->rest = text_skip(p->rest, word.n);
	word = text_trim(word);
	*flags = flag_of(word);
	p->is_auto = p->is_auto || *flags & GFP_AUTO;
	return *flags || refuse_word(p, word);
}

static bool parse_or(struct parser *p, u32 *flags);

static bool parse_parentheses(struct parser *p, u32 *flags)
{
	struct text from = p->rest;

	return parse_or(p, flags) && (take(p, ')') || refuse(p, from, "lacks a ) behind it"));
}

static bool parse_unary(struct parser *p, u32 *flags)
{
	bool ok;

	*flags = 0;
	if (++p->depth > DEPTH_MAX)
		return refuse(p, p->rest, "is too deep in parentheses");
	if (take(p, '~')) {
		ok = parse_unary(p, flags);
		*flags = ~*flags & (all_flags() | GFP_AUTO);
	} else if (take(p, '(')) {
		ok = parse_parentheses(p, flags);
	} else {
		ok = parse_word(p, flags);
	}
	p->depth--;
	return ok;
}

static bool parse_and(struct parser *p, u32 *flags)
{
	u32 with;

	if (!parse_unary(p, flags))
		return false;
	while (take(p, '&')) {
		if (!parse_unary(p, &with))
			return false;
		*flags &= with;
	}
	return true;
}

static bool parse_or(struct parser *p, u32 *flags)
{
	u32 with;

	if (!parse_and(p, flags))
		return false;
	while (take(p, '|')) {
		if (!parse_and(p, &with))
			return false;
		*flags |= with;
	}
	return true;
}

bool gfp_parse(struct text t, u32 *flags, struct gfp_error *error)
{
	struct parser p = { .rest = t, .error = error };
	u32 sum = 0;

	if (!parse_or(&p, &sum))
		return false;
	if (p.rest.n)
		return refuse(&p, p.rest, p.rest.s[0] == ')' ? "has no ( before it" :
							       "needs | or & before it");
	if (!p.is_auto)
		sum &= ~GFP_AUTO;
	if (!sum)
		return refuse(&p, text_trim(t), "leaves no flag");
	*flags = sum;
	return true;
}

int gfp_error_text(const struct gfp_error *error, char *buf, size_t size)
{
	char word[48];

	text_show(error->word, word, sizeof(word));
	if (!error->word.n)
		return kmemu_scnprintf(buf, size, "a name of flags is missing");
	if (error->nearest[0])
		return kmemu_scnprintf(buf, size, "'%s' %s, did you mean %s?", word, error->what,
				       error->nearest);
	return kmemu_scnprintf(buf, size, "'%s' %s", word, error->what);
}
