/*
 * funcs.c - functions that the user names, as ranges of addresses.
 *
 * What the kernel does: kprobes and ftrace resolve a name once, to an address
 * (kallsyms_lookup_name), and a module that comes later brings a notifier. Here
 * the same: patterns are resolved against the symbol tables of what is loaded,
 * and the result is a table of ranges, so that asking for an address costs a
 * binary search and needs nothing of the loader.
 *
 * The table cuts the address space into pieces, each with the number of the
 * first rule that matches it: FUNC_NONE in a module where none does, FUNC_OUTSIDE
 * between the modules. A rule for a whole module is one piece, `*` alone is the
 * value of every piece that has no earlier rule; neither reads a symbol. Symbols
 * are read only of modules that a rule for single functions may mean, and only
 * as far as an earlier rule does not hide it.
 *
 * Modules that come later. The result of dlopen cannot be waited for: the real
 * function must see the program as its caller (interpose/deepbind.c). So a table
 * knows all modules of its time, not only those with rules, and an address
 * FUNC_OUTSIDE is asked of the loader without a lock (_dl_find_object): if it has
 * a module there, the tables are made anew before the answer, where files may be
 * read. In a handler the answer is that of code in no module; what is asked there
 * first is rare, as a handler's own code was in sight when it was installed.
 * Modules that the loader does not list for us (another namespace, dlmopen) are
 * remembered as strangers, so that they are looked for once. Without
 * _dl_find_object (glibc before 2.35) a new module is seen with the next dlclose.
 *
 * Modules that go: the wrapper of dlclose has the tables made anew at once,
 * since another module may come to the same place.
 *
 * A table is never changed nor freed: a reader in a handler may be at it for any
 * time. One that equals an older one is not made again, so a plugin that comes
 * and goes costs two tables, not one each time.
 *
 * Invariants of a table: piece[i].start < piece[i + 1].start, piece[0].start is
 * 0, and two neighbours differ in their rule.
 *
 * Locks: `busy`, which is only tried: who finds it taken leaves `again` set, and
 * its holder makes another round. It is no kmemu_lock_t, since symbols.c takes
 * locks of its own below it. Signals are blocked while tables are made.
 *
 * Cost: nothing without rules. A look-up is some 100 instructions, for 50 modules;
 * making the table is reading the files (symbols.c), 20 ns for each symbol and
 * rule, 1 us for a C++ name.
 */
#include "core/report/funcs.h"

#include <errno.h>
#include <string.h>

#include "core/lib/vsprintf.h"
#include "core/os/files.h"
#include "core/os/modules.h"
#include "core/os/os.h"
#include "core/report/elf_file.h"
#include "core/report/funcs_table.h"
#include "core/report/symbols.h"

#define CHUNK_BYTES (64UL << 10)
#define MODULES_MAX 4096
#define PENDING_TRIES 16 /* a file that another thread is reading */
#define STRANGERS_MAX 64

static struct func_rules *all_rules;
static u32 busy; /* tid of who makes tables */
static bool again;
static uintptr_t strangers[STRANGERS_MAX]; /* starts of modules not in the list */
static unsigned int nr_strangers;

/* Guarded by `busy`, or by there being one thread. */
static struct {
	char *at;
	size_t left;
} chunk;

static void *keep(size_t bytes)
{
	size_t want = max(ALIGN(bytes, PAGE_SIZE), CHUNK_BYTES);
	char *p;

	bytes = ALIGN(bytes, 16);
	if (bytes > chunk.left) {
		p = os_map_any(want);
		if (!p)
			return NULL;
		chunk.at = p;
		chunk.left = want;
	}
	p = chunk.at;
	chunk.at += bytes;
	chunk.left -= bytes;
	return p;
}

/* --- rules --- */

static const char *keep_text(const char *s, size_t n)
{
	char *copy = keep(n + 1);

	if (!copy)
		return NULL;
	memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

static bool is_all(const char *function)
{
	return function[strspn(function, "*")] == '\0';
}

/* An earlier `*` leaves nothing for it. */
static bool is_hidden(const struct func_rules *rules)
{
	for (unsigned int i = 0; i < rules->nr; i++)
		if (!rules->rule[i].module && is_all(rules->rule[i].function))
			return true;
	return false;
}

static int add_first(struct func_rules *rules)
{
	if (rules->rule)
		return 0;
	rules->rule = os_map_any(ALIGN(FUNC_RULES_MAX * sizeof(*rules->rule), PAGE_SIZE));
	if (!rules->rule)
		return -ENOMEM;
	rules->next = all_rules;
	all_rules = rules;
	return 0;
}

int func_rules_add(struct func_rules *rules, const char *pattern, size_t n, u32 value)
{
	const char *bang = memchr(pattern, '!', n);
	size_t module = bang ? (size_t)(bang - pattern) : 0;
	struct func_rule rule = { .value = value, .is_hidden = is_hidden(rules) };

	if (bang) {
		pattern += module + 1;
		n -= module + 1;
	}
	if (!n || memchr(pattern, '\0', n))
		return -EINVAL;
	if (rules->nr == FUNC_RULES_MAX)
		return -ENOSPC;
	if (add_first(rules))
		return -ENOMEM;
	rule.function = keep_text(pattern, n);
	if (module)
		rule.module = keep_text(bang - module, module);
	if (!rule.function || (module && !rule.module))
		return -ENOMEM;
	/* It takes what no module is in, too. */
	rule.is_matched = !rule.module && is_all(rule.function);
	rules->rule[rules->nr++] = rule;
	return 0;
}

const struct func_rules *func_rules_all(void)
{
	return all_rules;
}

const struct func_rule *func_rules_unmatched(const struct func_rules *rules, unsigned int *i)
{
	while (*i < rules->nr) {
		const struct func_rule *rule = &rules->rule[(*i)++];

		if (!READ_ONCE(rule->is_matched))
			return rule;
	}
	return NULL;
}

int func_rule_print(const struct func_rule *rule, char *buf, size_t size)
{
	return kmemu_scnprintf(buf, size, "%s%s%s", rule->module ? rule->module : "",
			       rule->module ? "!" : "", rule->function);
}

/* --- making a table --- */

struct making {
	const struct func_rules *rules;
	const struct symbols_module *m; /* the one at work */
	struct func_pieces pieces;
	struct func_events events;
	unsigned int nr_wanted; /* rules for single functions of this module, */
	u16 wanted[FUNC_RULES_MAX]; /* none that is hidden by one for all of it */
	struct func_name name; /* the symbol at work */
	bool pending; /* a file could not be read just now */
};

static bool rule_means(const struct func_rule *rule, const struct symbols_module *m)
{
	return func_module_matches(rule->module, m->name, m->path, m->is_program);
}

static void mark_matched(const struct func_rules *rules, unsigned int i)
{
	WRITE_ONCE(rules->rule[i].is_matched, true);
}

static void mark_behind(const struct func_rules *rules, unsigned int i)
{
	WRITE_ONCE(rules->rule[i].is_behind, true);
}

/* The first rule that takes all of the module; the number of rules: none. */
static unsigned int rule_of_all(const struct making *mk)
{
	const struct func_rules *rules = mk->rules;
	unsigned int i = 0;

	while (i < rules->nr && !(is_all(rules->rule[i].function) &&
				  rule_means(&rules->rule[i], mk->m)))
		i++;
	return i;
}

static void find_wanted(struct making *mk, unsigned int end)
{
	for (unsigned int i = end + 1; i < mk->rules->nr; i++)
		if (mk->rules->rule[i].module && rule_means(&mk->rules->rule[i], mk->m))
			mark_behind(mk->rules, i);
	mk->nr_wanted = 0;
	for (unsigned int i = 0; i < end; i++)
		if (rule_means(&mk->rules->rule[i], mk->m))
			mk->wanted[mk->nr_wanted++] = (u16)i;
}

static u32 rule_of_name(struct making *mk, const char *symbol)
{
	u32 first = FUNC_NONE;

	func_name_begin(&mk->name, symbol);
	for (unsigned int i = 0; i < mk->nr_wanted; i++) {
		if (!func_name_matches(&mk->name, mk->rules->rule[mk->wanted[i]].function))
			continue;
		if (first != FUNC_NONE)
			mark_behind(mk->rules, mk->wanted[i]);
		else
			first = mk->wanted[i];
	}
	return first;
}

static void add_functions(struct making *mk, const struct elf_symbols *syms)
{
	for (u32 i = 0; i < syms->nr + syms->nr_aliases; i++) {
		const struct elf_entry *e = &syms->entries[i];
		u32 rule = rule_of_name(mk, syms->names + e->name);
		uintptr_t start = mk->m->bias + syms->base + e->start;

		if (rule == FUNC_NONE || start < mk->m->start || start >= mk->m->end)
			continue;
		mark_matched(mk->rules, rule);
		func_events_add(&mk->events, start, min(start + e->bytes, mk->m->end), rule);
	}
}

static void add_module(struct making *mk)
{
	const struct symbols_module *m = mk->m;
	unsigned int all = rule_of_all(mk);
	u32 base = all < mk->rules->nr ? all : FUNC_NONE;
	const struct elf_symbols *syms = NULL;
	bool pending = false;

	if (base != FUNC_NONE && !m->is_ours)
		mark_matched(mk->rules, all);
	func_pieces_add(&mk->pieces, m->start, m->is_ours ? FUNC_NONE : base);
	find_wanted(mk, m->is_ours ? 0 : all);
	if (mk->nr_wanted)
		syms = symbols_functions(m, &pending);
	mk->pending |= pending;
	if (syms) {
		mk->events.nr = 0;
		add_functions(mk, syms);
		func_events_sort(&mk->events);
		func_events_sweep(&mk->events, base, &mk->pieces);
	}
	func_pieces_add(&mk->pieces, m->end, FUNC_OUTSIDE);
}

/* An older table of the same pieces serves again. */
static struct func_table *table_like(const struct func_rules *rules, const struct func_pieces *p)
{
	struct func_table *t;

	for (t = rules->tables; t; t = t->next)
		if (t->nr == p->nr && !memcmp(t->piece, p->piece, p->nr * sizeof(p->piece[0])))
			return t;
	return NULL;
}

static void publish(struct func_rules *rules, const struct func_pieces *p)
{
	struct func_table *t = table_like(rules, p);

	if (!t) {
		t = keep(sizeof(*t) + p->nr * sizeof(p->piece[0]));
		if (!t)
			return; /* the old one is better than none */
		t->nr = p->nr;
		memcpy(t->piece, p->piece, p->nr * sizeof(p->piece[0]));
		t->next = rules->tables;
		rules->tables = t;
	}
	__atomic_store_n(&rules->table, t, __ATOMIC_RELEASE);
}

/* False: a file has to be read again. Modules are sorted. */
static bool make_table(struct func_rules *rules, const struct symbols_module *m, unsigned int nr)
{
	static struct making mk; /* the stack may be small */
	uintptr_t behind = 0;

	mk.rules = rules;
	mk.pending = false;
	func_pieces_add(&mk.pieces, 0, FUNC_OUTSIDE);
	for (unsigned int i = 0; i < nr; i++) {
		if (m[i].start < behind) /* overlaps: no real one does */
			continue;
		behind = m[i].end;
		mk.m = &m[i];
		add_module(&mk);
	}
	if (!mk.pieces.failed && !mk.events.failed)
		publish(rules, &mk.pieces);
	func_pieces_free(&mk.pieces);
	func_events_free(&mk.events);
	return !mk.pending;
}

/* --- all tables --- */

static void sort_modules(struct symbols_module *m, unsigned int nr)
{
	for (unsigned int i = 1; i < nr; i++) { /* few, and nearly in order */
		struct symbols_module one = m[i];
		unsigned int j = i;

		for (; j && m[j - 1].start > one.start; j--)
			m[j] = m[j - 1];
		m[j] = one;
	}
}

/* False: the loader's list or a file could not be had; later, perhaps. */
static bool make_tables(void)
{
	size_t bytes = ALIGN(MODULES_MAX * sizeof(struct symbols_module), PAGE_SIZE);
	struct symbols_module *m = os_map_any(bytes);
	struct func_rules *rules;
	bool done;
	int nr;

	if (!m)
		return true;
	nr = symbols_modules(m, MODULES_MAX);
	done = nr >= 0;
	if (done)
		sort_modules(m, (unsigned int)nr);
	for (rules = all_rules; rules && nr >= 0; rules = rules->next)
		done &= make_table(rules, m, (unsigned int)nr);
	os_unmap(m, bytes);
	return done;
}

static bool take_busy(void)
{
	u32 nobody = 0;

	return __atomic_compare_exchange_n(&busy, &nobody, os_tid(), false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

/* False: the list of modules or a file could not be had. */
static bool refresh(void)
{
	static unsigned int patience = PENDING_TRIES;
	u64 signals = os_signals_block();
	bool done = true;

	while (__atomic_load_n(&again, __ATOMIC_SEQ_CST) && take_busy()) {
		__atomic_store_n(&again, false, __ATOMIC_SEQ_CST);
		done = make_tables();
		if (!done && patience) {
			patience--;
			os_sleep_us(1000);
			__atomic_store_n(&again, true, __ATOMIC_SEQ_CST);
		}
		__atomic_store_n(&busy, 0, __ATOMIC_SEQ_CST);
	}
	os_signals_restore(signals);
	return done && !READ_ONCE(again);
}

/* Below us, or in a place where files must not be read: it stays to be done. */
static bool may_refresh(void)
{
	return READ_ONCE(busy) != os_tid() && symbols_may_load() && os_loader_is_consistent();
}

void funcs_refresh(void)
{
	int saved = errno;

	if (!all_rules)
		return;
	WRITE_ONCE(nr_strangers, 0);
	__atomic_store_n(&again, true, __ATOMIC_SEQ_CST);
	if (may_refresh())
		refresh();
	errno = saved;
}

void funcs_fork_child(void)
{
	__atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
}

/* --- look-ups --- */

/* FUNC_NONE, FUNC_OUTSIDE, or the rule's number. */
static u32 piece_of(const struct func_rules *rules, unsigned long addr)
{
	const struct func_table *t = __atomic_load_n(&rules->table, __ATOMIC_ACQUIRE);
	u32 low = 0, high = t ? t->nr : 0;

	while (high - low > 1) {
		u32 mid = low + (high - low) / 2;

		if (t->piece[mid].start <= addr)
			low = mid;
		else
			high = mid;
	}
	return high ? t->piece[low].rule : FUNC_OUTSIDE;
}

static bool value_of(const struct func_rules *rules, u32 rule, u32 *value)
{
	unsigned int i = 0;

	if (rule == FUNC_OUTSIDE) /* `*` takes it */
		while (i < rules->nr &&
		       (rules->rule[i].module || !is_all(rules->rule[i].function)))
			i++;
	else
		i = rule;
	if (i >= rules->nr)
		return false;
	*value = rules->rule[i].value;
	return true;
}

bool func_rules_find(const struct func_rules *rules, unsigned long pc, u32 *value)
{
	return value_of(rules, piece_of(rules, pc - 1), value);
}

static bool is_stranger(uintptr_t start)
{
	unsigned int nr = min(READ_ONCE(nr_strangers), (unsigned int)STRANGERS_MAX);

	for (unsigned int i = 0; i < nr; i++)
		if (READ_ONCE(strangers[i]) == start)
			return true;
	return nr == STRANGERS_MAX;
}

/* It is in no table, after all: it is not looked for again. */
static void add_stranger(uintptr_t start)
{
	unsigned int i = __atomic_fetch_add(&nr_strangers, 1, __ATOMIC_RELAXED);

	if (i < STRANGERS_MAX)
		WRITE_ONCE(strangers[i], start);
}

static __noinline void look_for(const struct func_rules *rules, unsigned long addr)
{
	bool outside = piece_of(rules, addr) == FUNC_OUTSIDE;
	struct os_object o;
	int saved = errno;

	if (outside && (!os_object_find(addr, &o) || is_stranger(o.start)))
		outside = false;
	if ((outside || READ_ONCE(again)) && rules->table && may_refresh()) {
		__atomic_store_n(&again, true, __ATOMIC_SEQ_CST);
		if (refresh() && outside && piece_of(rules, addr) == FUNC_OUTSIDE)
			add_stranger(o.start);
	}
	errno = saved;
}

bool func_rules_find_now(const struct func_rules *rules, unsigned long pc, u32 *value)
{
	u32 rule = piece_of(rules, pc - 1);

	if (unlikely(rule == FUNC_OUTSIDE || READ_ONCE(again))) {
		look_for(rules, pc - 1);
		rule = piece_of(rules, pc - 1);
	}
	return value_of(rules, rule, value);
}
