/*
 * report.c - what becomes of a finding.
 *
 * The kernel prints where it detects (slab_err, WARN_ONCE, might_sleep), and
 * each place has its own idea of "once" and of going on. Here a detector only
 * fills struct report; policy, counting, de-duplication, wording and the end of
 * the program are in one place, driven by core/check/checks.def.
 *
 *	off    not counted, not printed
 *	count  counted
 *	warn   counted; printed once for each finding
 *	fail   the same; the caller then fails as the kernel's function would
 *	panic  printed, then abort()
 *
 * Which reports are the same finding: finding.c. Known ones are in sites[],
 * without locks: a slot is taken by compare-and-swap and never given back.
 * Looking up modules for each repeat would cost much, so recent[] remembers
 * whole stacks; it may forget. Both hold the number of the suppression that
 * took the finding. A report without caller is never taken for another one;
 * when the table is full everything is printed, since a flood is better than
 * silence. The kernel's rate limits are not mirrored.
 *
 * Where reports come from: inside the allocator, with locks of its held, in a
 * handler on a small stack, with the heap broken or out of memory, in a vfork
 * child. So nothing is allocated, and the large buffers are static, under
 * report_lock, which is only tried for a while; who does not get it prints a
 * short form from its stack. Signals are blocked while a report is made: a
 * handler cannot interrupt it, nor leave it by siglongjmp. A report from inside
 * (the symbolizer frees something) is counted and not printed. Names are looked
 * up without loading anything in a handler and in line mode, which has no names.
 *
 * Invariants: findings[k] + suppressed ones <= counts[k]; a finding is in the
 * table at most once as long as the table is not full.
 *
 * Cost: a counted report is one atomic add; a repeat a stack trace and four
 * system calls.
 */
#include "core/report/report.h"

#include <stdlib.h>

#include "core/lib/printk.h"
#include "core/os/files.h"
#include "core/os/os.h"
#include "core/report/finding.h"
#include "core/report/json.h"
#include "core/report/suppress.h"

#define SITE_SLOTS 1024 /* power of two */
#define SITE_PROBES 64
#define RULE_MASK 1023UL /* low bits of an entry: number of its suppression */
#define LOCK_WAIT_MS 500

_Static_assert(SUPPRESS_MAX <= RULE_MASK, "a rule's number fits");

static const enum kmemu_policy only_counted = POLICY_COUNT;

const struct report_check_row report_checks[NR_REPORT_CHECKS] = {
#define CHECK(name_, policy_, kernel_, help_)                                                      \
	[CHECK_##name_] = { #name_, kernel_, help_, policy_ },
#include "core/check/checks.def"
};

#define EACH_SITE true
#define EACH_TIME false
const struct report_kind_row report_kinds[NR_REPORT_KINDS] = {
#define KIND(id, slug_, check_, each_, fail_, help_)                                               \
	[REPORT_##id] = { slug_, fail_, help_, CHECK_##check_, EACH_##each_ },
#include "core/check/checks.def"
};

kmemu_lock_t report_lock = KMEMU_LOCK_INIT(LOCK_REPORT);

static unsigned long counts[NR_REPORT_KINDS];
static unsigned long findings[NR_REPORT_KINDS];
static const char *first_func[NR_REPORT_KINDS];
static unsigned long suppressed;
static u64 sites[SITE_SLOTS], recent[SITE_SLOTS]; /* 0: free */
static __thread bool reporting __initial_exec;

/* Under report_lock. */
static char text_bytes[64 << 10], json_bytes[128 << 10];

/* --- counters ------------------------------------------------------------ */

static void add_one(unsigned long *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

unsigned long report_count(enum report_kind kind)
{
	return READ_ONCE(counts[kind]);
}

unsigned long report_findings(enum report_kind kind)
{
	return READ_ONCE(findings[kind]);
}

unsigned long report_findings_total(void)
{
	unsigned long sum = 0;

	for (int i = 0; i < NR_REPORT_KINDS; i++)
		sum += READ_ONCE(findings[i]);
	return sum;
}

unsigned long report_suppressed(void)
{
	return READ_ONCE(suppressed);
}

const char *report_first_func(enum report_kind kind)
{
	return READ_ONCE(first_func[kind]);
}

static enum kmemu_policy policy_of(enum report_kind kind)
{
	return *report_checks[report_kinds[kind].check].policy;
}

bool report_is_wanted(enum report_kind kind)
{
	return policy_of(kind) > POLICY_COUNT;
}

static void remember_first(const struct report *r)
{
	const char *none = NULL;

	if (!report_first_func(r->kind))
		__atomic_compare_exchange_n(&first_func[r->kind], &none, r->func, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* --- is it known? -------------------------------------------------------- */

static u64 key_of(u64 hash)
{
	return (hash | 1UL << 63) & ~RULE_MASK; /* never 0, which is a free slot */
}

static bool is_key(u64 entry, u64 key)
{
	return (entry & ~RULE_MASK) == key;
}

static size_t slot_of(u64 key)
{
	return (size_t)(key * 0x9e3779b97f4a7c15UL >> 40) % SITE_SLOTS;
}

/* True: this finding was not in the table (and now is, if there was room). */
static bool add_site(u64 key, unsigned int *rule)
{
	size_t slot = slot_of(key);

	for (int i = 0; i < SITE_PROBES; i++, slot = (slot + 1) % SITE_SLOTS) {
		u64 seen = READ_ONCE(sites[slot]);

		if (seen == 0 &&
		    __atomic_compare_exchange_n(&sites[slot], &seen, key | *rule, false,
						__ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return true;
		if (is_key(seen, key)) {
			*rule = (unsigned int)(seen & RULE_MASK);
			return false;
		}
	}
	return true;
}

/* The finding is complete and, when it is new, identified. *rule: 0 or what takes it. */
static bool is_new(struct finding *f, unsigned int *rule)
{
	u64 stack = key_of(finding_stack_key(f)), *slot = &recent[slot_of(stack)];
	bool has_site = f->r.caller && kmemu_opts.report_dedup;
	u64 entry = READ_ONCE(*slot);
	bool new_site = true;

	*rule = (unsigned int)(entry & RULE_MASK);
	if (has_site && is_key(entry, stack))
		return false;
	finding_identify(f);
	*rule = suppress_find(f);
	if (has_site) {
		new_site = add_site(key_of(f->hash), rule);
		WRITE_ONCE(*slot, stack | *rule);
	}
	return new_site;
}

/* --- printing ------------------------------------------------------------ */

static bool take_report_lock(void)
{
	u64 start_ms = os_monotonic_ms();

	while (!spin_trylock(&report_lock)) {
		if (spin_is_mine(&report_lock) || os_monotonic_ms() - start_ms > LOCK_WAIT_MS)
			return false;
		os_yield();
	}
	return true;
}

static void put_text(struct text_buf *t, const struct finding *f)
{
	char line[256];

	if (kmemu_opts.report == REPORT_LINE) {
		report_text(&f->r, line, sizeof(line));
		t->in_line = true; /* no time stamp */
		text_put(t, "%s\n", line);
		return;
	}
	kernel_text(t, f);
	if (kmemu_opts.panic_on_warn)
		text_put(t, "Kernel panic - not syncing: kernel: panic_on_warn set ...\n");
}

static __noinline void print_short(const struct finding *f, bool to_log)
{
	char bytes[1536];
	struct text_buf t;

	text_init(&t, bytes, sizeof(bytes), f->r.task.time_us);
	t.brief = true;
	put_text(&t, f);
	if (to_log)
		printk_text(t.buf, t.n);
	if (events_on())
		finding_event(f, NULL, bytes, sizeof(bytes));
}

static void print_finding(const struct finding *f, bool to_log)
{
	struct text_buf t;

	if (kmemu_opts.report == REPORT_FULL || events_on())
		finding_load_symbols(f);
	if (!take_report_lock()) {
		print_short(f, to_log);
		return;
	}
	text_init(&t, text_bytes, sizeof(text_bytes), f->r.task.time_us);
	put_text(&t, f);
	if (to_log)
		printk_text(t.buf, t.n);
	if (events_on())
		finding_event(f, t.buf, json_bytes, sizeof(json_bytes));
	spin_unlock(&report_lock);
}

/* Past report.limit a finding is counted, and an event, but no text. */
static bool within_limit(unsigned long nr)
{
	return !kmemu_opts.report_limit || nr <= kmemu_opts.report_limit;
}

/* Returns what the caller is told. */
static enum kmemu_policy handle(struct finding *f)
{
	enum report_kind kind = f->r.kind;
	bool new_site, each_time = !report_kinds[kind].once_per_site;
	unsigned int rule;

	new_site = is_new(f, &rule);
	if (rule) {
		suppress_hit(rule);
		add_one(&suppressed);
		return POLICY_COUNT;
	}
	if (new_site)
		add_one(&findings[kind]);
	if (!new_site && (each_time || f->policy == POLICY_PANIC))
		finding_identify(f);
	if (new_site || each_time || f->policy == POLICY_PANIC)
		print_finding(f, within_limit(report_findings(kind)));
	return kmemu_opts.panic_on_warn ? POLICY_PANIC : f->policy;
}

static __noinline __cold enum kmemu_policy report_finding(const struct report *r,
							   enum kmemu_policy policy)
{
	struct finding f;
	bool no_load;
	u64 mask;

	if (reporting)
		return policy;
	mask = os_signals_block();
	reporting = true;
	finding_complete(&f, r, policy);
	no_load = f.r.task.irq || kmemu_opts.report == REPORT_LINE;
	if (no_load)
		symbols_no_load(true);
	policy = handle(&f);
	if (no_load)
		symbols_no_load(false);
	reporting = false;
	os_signals_restore(mask);
	if (policy == POLICY_PANIC)
		abort();
	return policy;
}

enum kmemu_policy report_submit(const struct report *r)
{
	enum kmemu_policy policy = policy_of(r->kind);

	if (policy == POLICY_OFF)
		return policy;
	add_one(&counts[r->kind]);
	remember_first(r);
	return policy > POLICY_COUNT ? report_finding(r, policy) : policy;
}

void report_init(void)
{
	if (kmemu_opts.suppress && kmemu_opts.suppress[0])
		suppress_load(kmemu_opts.suppress);
}
