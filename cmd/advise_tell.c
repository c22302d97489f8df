/*
 * advise_tell.c - the advice in words: one line for each call site that was
 * asked for, in the order that was asked for.
 *
 *	FILE:LINE: FUNCTION: CALL NOW -> CALL THERE: WHY
 *
 * begins as a compiler's message does, so that editors jump to it. Without
 * debug information the place is module+offset. On the log each line begins with
 * "kmemu: ", as all that kmemu says among the program's own words.
 */
#include "cmd/advise.h"

#include <fnmatch.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/lines.h"
#include "cmd/outfile.h"
#include "core/lib/preempt.h"
#include "core/lib/signal_name.h"

/* --- which, and in which order --------------------------------------------- */

static bool is_wanted(const struct advise_config *a, const struct site *site)
{
	const char *function = site->name ? site->name : "";

	return (a->all || !site->runtime) && site->s.calls >= a->min_calls &&
	       (!a->module || fnmatch(a->module, site->module, 0) == 0) &&
	       (!a->function || fnmatch(a->function, function, 0) == 0);
}

static size_t keep_wanted(const struct advise_config *a, struct sites *all)
{
	size_t kept = 0, runtime = 0;

	for (size_t i = 0; i < all->nr; i++) {
		runtime += !a->all && all->site[i].runtime;
		if (is_wanted(a, &all->site[i]))
			all->site[kept++] = all->site[i];
	}
	all->nr = kept;
	return runtime;
}

static enum advise_sort sort_by;

static int descending(u64 a, u64 b)
{
	return a < b ? 1 : a > b ? -1 : 0;
}

static int compare_text(const struct site *a, const struct site *b, const char *key)
{
	return strcmp(member_string(a->frame, key, "\377"), member_string(b->frame, key, "\377"));
}

static int compare_place(const struct site *a, const struct site *b)
{
	int order = compare_text(a, b, "file");

	if (!order)
		order = descending(member_number(b->frame, "line"),
				   member_number(a->frame, "line"));
	if (!order)
		order = strcmp(a->module, b->module);
	return order ? order : compare_text(a, b, "module_offset");
}

static int compare_key(const struct site *a, const struct site *b)
{
	switch (sort_by) {
	case SORT_SEVERITY:
		return descending(b->advice.severity, a->advice.severity);
	case SORT_CALLS:
		return descending(a->s.calls, b->s.calls);
	case SORT_ALIVE:
		return descending(a->s.alive_bytes, b->s.alive_bytes);
	case SORT_SIZE:
		return descending(a->s.most, b->s.most);
	case SORT_PLACE:
		return compare_place(a, b);
	case SORT_BYTES:
		break;
	}
	return 0;
}

static int compare(const void *x, const void *y)
{
	const struct site *a = x, *b = y;
	int order = compare_key(a, b);

	if (!order)
		order = descending(a->s.bytes, b->s.bytes);
	if (!order)
		order = descending(a->s.calls, b->s.calls);
	return order ? order : compare_place(a, b);
}

/* --- contexts ------------------------------------------------------------ */

static const char *const raise_names[NR_RAISE_KINDS] = {
	[RAISE_HARDIRQ] = "",
	[RAISE_SOFTIRQ] = "",
	[RAISE_NMI] = "NMI",
	[RAISE_SPIN] = "spinlock",
	[RAISE_RAW_SPIN] = "raw spinlock",
	[RAISE_MUTEX] = "mutex",
	[RAISE_RWLOCK] = "rwlock",
	[RAISE_PREEMPT] = "preempt_disable",
	[RAISE_BH] = "local_bh_disable",
	[RAISE_IRQS_OFF] = "local_irq_disable",
	[RAISE_RCU] = "rcu_read_lock",
	[RAISE_NON_BLOCK] = "non_block_start",
	[RAISE_FUNCTION] = "context.functions",
	[RAISE_SCHED] = "scheduling class",
	[RAISE_SIGMASK] = "signals blocked",
};

/* Longer than all names of signals together. */
struct words {
	char text[1024];
	size_t n;
};

static void put(struct words *w, const char *between, const char *word)
{
	int n = snprintf(w->text + w->n, sizeof(w->text) - w->n, "%s%s", w->n ? between : "", word);

	if (n > 0)
		w->n = min(w->n + (size_t)n, sizeof(w->text) - 1);
}

static void put_signals(struct words *by, u64 signals)
{
	char name[SIGNAL_NAME_BYTES];

	for (int sig = 1; sig <= SIGNAL_MAX; sig++)
		if (signals >> (sig - 1) & 1)
			put(by, ", ", signal_name(sig, name));
}

static void put_raised(struct words *by, u32 raised)
{
	for (int kind = RAISE_SPIN; kind < NR_RAISE_KINDS; kind++)
		if (raised >> kind & 1 && raise_names[kind])
			put(by, ", ", raise_names[kind]);
}

static void put_context(struct words *all, const char *name, const struct words *by)
{
	char text[sizeof(by->text) + 32];

	snprintf(text, sizeof(text), by->n ? "%s (%s)" : "%s", name, by->text);
	put(all, ", ", text);
}

char *advise_contexts(const struct advise_site *s)
{
	struct words all = { .n = 0 }, atomic = { .n = 0 }, soft = { .n = 0 }, hard = { .n = 0 };

	put_raised(&atomic, s->raised);
	put_signals(&soft, s->softirq_signals);
	put_signals(&hard, s->hardirq_signals);
	if (s->contexts & ADVISE_TASK)
		put(&all, ", ", "task");
	if (s->contexts & ADVISE_ATOMIC)
		put_context(&all, "atomic", &atomic);
	if (s->contexts & ADVISE_SOFTIRQ)
		put_context(&all, "softirq", &soft);
	if (s->contexts & ADVISE_HARDIRQ)
		put_context(&all, "hardirq", &hard);
	return xstrdup(all.text);
}

/* --- a site -------------------------------------------------------------- */

const char *advise_now(const struct site *site)
{
	int how = NR_ALLOC_HOWS - 1;

	if (site->facts.callee)
		return site->facts.callee;
	while (how && !(site->s.how >> how & 1))
		how--;
	return alloc_how_names[how];
}

/* Names below the working directory are told from there. */
static const char *near(const char *file)
{
	static char here[4096];
	size_t n;

	if (!here[0] && !getcwd(here, sizeof(here)))
		return file;
	n = strlen(here);
	return strncmp(file, here, n) == 0 && file[n] == '/' ? file + n + 1 : file;
}

static void tell_place(FILE *f, const struct site *site)
{
	const char *file = member_string(site->frame, "file", NULL);

	fputs(colour(f, COLOUR_BOLD), f);
	if (file)
		fprintf(f, "%s:%lu", printable(near(file)), member_number(site->frame, "line"));
	else
		fprintf(f, "%s+%s", printable(site->module),
			member_string(site->frame, "module_offset", "?"));
	fprintf(f, "%s: ", colour(f, COLOUR_NONE));
	fputs(site->name ? printable(site->name) : "?", f);
	if (file)
		fprintf(f, " [%s]", printable(site->module));
	fputs(": ", f);
}

static const char *colour_of(FILE *f, enum advice_severity severity)
{
	static const enum colour of[NR_ADVICE_SEVERITIES] = {
		[ADVICE_REDESIGN] = COLOUR_RED,	    [ADVICE_FLAGS] = COLOUR_YELLOW,
		[ADVICE_FUNCTION] = COLOUR_YELLOW, [ADVICE_SAVING] = COLOUR_GREEN,
		[ADVICE_NONE] = COLOUR_NONE,
	};

	return of[severity] == COLOUR_NONE ? "" : colour(f, of[severity]);
}

static void tell_advice(FILE *f, const struct site *site)
{
	const struct advice *a = &site->advice;
	const char *begin = colour_of(f, a->severity);
	char *contexts = advise_contexts(&site->s);

	fprintf(f, "%s -> %s%s(%s)%s", printable(advise_now(site)), begin, a->function, a->flags,
		*begin ? colour(f, COLOUR_NONE) : "");
	if (a->beforehand)
		fputs(" beforehand", f);
	if (a->elsewhere)
		fprintf(f, ", %s in task context", a->elsewhere);
	fprintf(f, ": %s", a->reason);
	if (site->facts.blocked)
		fprintf(f, ": %s", contexts);
	if (a->saves)
		fprintf(f, ", saves %lu bytes", (unsigned long)a->saves);
	fputc('\n', f);
	free(contexts);
}

static const char *plural(u64 n)
{
	return n == 1 ? "" : "s";
}

static void tell_facts(FILE *f, const char *prefix, const struct site *site)
{
	static const char *const dma[] = { [DMA_NOT_LOOKED_AT] = "DMA not looked at",
					   [DMA_NO] = "no DMA", [DMA_YES] = "DMA" };
	const struct advice_facts *x = &site->facts;
	char *contexts = advise_contexts(&site->s);

	fprintf(f, "%s  %lu call%s, ", prefix, (unsigned long)x->calls, plural(x->calls));
	if (x->least == x->most)
		fprintf(f, "%lu bytes each", (unsigned long)x->most);
	else
		fprintf(f, "%lu to %lu bytes", (unsigned long)x->least, (unsigned long)x->most);
	fprintf(f, ", alive at most %lu (%lu bytes); ", (unsigned long)x->alive,
		(unsigned long)site->s.alive_bytes);
	if (site->s.large)
		fprintf(f, "%lu above the cap; ", (unsigned long)site->s.large);
	fprintf(f, "%s", contexts);
	if (x->blocked)
		fprintf(f, ", %lu where it must not sleep", (unsigned long)x->blocked);
	fprintf(f, "; %szeroed; %s\n", advise_is_zeroed(&site->s) ? "" : "not ", dma[x->dma]);
	if (x->blocked && !site->advice.beforehand && x->least == x->most)
		fprintf(f, "%s  where it must not fail: mempool_create_kmalloc_pool(%lu, %lu)\n",
			prefix, (unsigned long)x->alive, (unsigned long)x->most);
	free(contexts);
}

/* --- all of them ---------------------------------------------------------- */

static void tell_totals(FILE *f, const char *prefix, const struct sites *all, size_t shown,
			size_t runtime)
{
	static const char *const words[NR_ADVICE_SEVERITIES] = { "to be redesigned", "other flags",
								 "another function",
								 "memory to save", "as they are" };
	unsigned long n[NR_ADVICE_SEVERITIES] = { 0 }, calls = 0;
	const char *between = ": ";

	for (size_t i = 0; i < all->nr; i++) {
		n[all->site[i].advice.severity]++;
		calls += all->site[i].s.calls;
	}
	fprintf(f, "%sadvice: %zu call site%s, %lu call%s", prefix, all->nr, plural(all->nr), calls,
		plural(calls));
	for (int i = 0; i < NR_ADVICE_SEVERITIES; i++) {
		if (!n[i])
			continue;
		fprintf(f, "%s%s %lu", between, words[i], n[i]);
		between = ", ";
	}
	if (shown < all->nr)
		fprintf(f, "; %zu shown", shown);
	if (runtime)
		fprintf(f, "; libc's own %zu (-a)", runtime);
	fputc('\n', f);
	if (all->lost)
		fprintf(f, "%sadvice: %lu call%s of sites for which there was no room\n", prefix,
			(unsigned long)all->lost, plural(all->lost));
}

static void tell_text(FILE *f, const char *prefix, const struct run_config *c,
		      const struct sites *all, size_t n, size_t runtime)
{
	for (size_t i = 0; i < n; i++) {
		fputs(prefix, f);
		tell_place(f, &all->site[i]);
		tell_advice(f, &all->site[i]);
		if (c->advise->verbose)
			tell_facts(f, prefix, &all->site[i]);
	}
	if (!c->quiet)
		tell_totals(f, prefix, all, n, runtime);
}

bool advise_tell(const struct run_config *c, const struct gathered *g, const char *table,
		 int status, FILE *log)
{
	const struct advise_config *a = c->advise;
	const char *output = a->output ? a->output : a->json ? "-" : NULL;
	struct outfile out = { .f = log };
	struct sites all;
	size_t n, runtime;

	advise_read(&all, table);
	runtime = keep_wanted(a, &all);
	sort_by = a->sort;
	qsort(all.site, all.nr, sizeof(*all.site), compare);
	n = a->limit && a->limit < all.nr ? a->limit : all.nr;
	if (output)
		out = outfile_open(output);
	if (a->json)
		advise_write_json(out.f, c, g, &all, n, status);
	else
		tell_text(out.f, output ? "" : "kmemu: ", c, &all, n, runtime);
	if (!c->quiet)
		tell_unchecked(log, c, g);
	return !output || outfile_close(&out);
}
