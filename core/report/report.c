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
 * Which reports are the same finding: finding.c. Known ones are in few_sites[], and
 * in many_sites[] when that has no room for one: programs that lock all their memory pay
 * for what is static. Without locks: a slot is taken by compare-and-swap and never given
 * back.
 * Looking up modules for each repeat would cost much, so recent[] remembers
 * whole stacks; it may forget. Both hold the number of the suppression that
 * took the finding. A report without a site is never taken for another one;
 * when there is no room everything is printed, since a flood is better than
 * silence. The kernel's rate limits are not mirrored.
 *
 * Where reports come from: inside the allocator, with locks of its held, in a
 * handler on a small stack, with the heap broken or out of memory, in a vfork
 * child. So nothing is allocated, and the large buffers are static. They have an
 * owner, which is no kmemu_lock_t: reading a module's symbols takes the loader's
 * lock and others of its own, which is not done below a lock of ours. Who waits
 * for it does so for LOCK_WAIT_MS, then prints a short form from its stack. That
 * breaks any circle. Signals are blocked while a report is made: a handler can't
 * interrupt it, nor leave it by siglongjmp. A report from inside (the symbolizer
 * frees something) is counted and not printed. Names are looked up without
 * loading anything where nobody wants names; what a handler may load is in symbols.c.
 *
 * Loading may allocate from the very heap that is reported on, so the bytes of
 * the object are copied first.
 *
 * Invariants: findings[k] + suppressed ones <= counts[k]; a finding is in the
 * table at most once as long as the table is not full.
 *
 * Cost: a counted report is one atomic add; a repeat that recent[] knows a stack
 * trace; a new one some ten system calls, and names.
 */
#include "core/report/report.h"

#include <stdlib.h>
#include <sys/syscall.h>

#include "core/lib/printk.h"
#include "core/os/files.h"
#include "core/os/filter.h"
#include "core/os/os.h"
#include "core/report/finding.h"
#include "core/report/json.h"
#include "core/report/run.h"
#include "core/report/suppress.h"
#include "core/report/unwind_stack.h"

#define FEW_SITES 512
#define MANY_SITES 32768
#define RECENT_SLOTS 1024
#define SITE_PROBES 64
#define RULE_MASK 1023UL /* low bits of an entry: number of its suppression */
#define LOCK_WAIT_MS 500

_Static_assert(SUPPRESS_MAX <= RULE_MASK, "a rule's number fits");

static const enum kmemu_policy only_counted = POLICY_COUNT;

const struct report_check_row report_checks[NR_REPORT_CHECKS] = {
#define CHECK(name_, policy_, kernel_, help_)                                                      \
	[CHECK_##name_] = { #name_, policy_ },
#include "core/check/checks.def"
};

#define EACH_SITE true
#define EACH_TIME false
const struct report_kind_row report_kinds[NR_REPORT_KINDS] = {
#define KIND(id, slug_, check_, each_, fail_, help_)                                               \
	[REPORT_##id] = { slug_, fail_, CHECK_##check_, EACH_##each_ },
#include "core/check/checks.def"
};

static unsigned long counts[NR_REPORT_KINDS];
static unsigned long findings[NR_REPORT_KINDS];
static const char *first_func[NR_REPORT_KINDS];
static unsigned long suppressed;
static u64 few_sites[FEW_SITES], *many_sites, recent[RECENT_SLOTS]; /* 0: free */
static __thread bool reporting __initial_exec;

/* The owner's, who is a tid; 0: free. */
static u32 owner;
#define TEXT_BYTES (64UL << 10)
#define JSON_BYTES (128UL << 10)
/* Mapped where whole reports are wanted: no memory of a bare preload's. NULL: short ones. */
static char *text_bytes, *json_bytes;
static u8 object_bytes[FINDING_DUMP_BYTES];

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

/* Who waits, maybe for ever, says why where it would only be counted. */
static enum kmemu_policy policy_for(const struct report *r)
{
	enum kmemu_policy policy = policy_of(r->kind);

	return r->flags & REPORT_WAITS && policy == POLICY_COUNT ? POLICY_WARN : policy;
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

static size_t slot_of(u64 key, size_t slots)
{
	return (size_t)(key * 0x9e3779b97f4a7c15UL >> 40) % slots;
}

/*
 * The allocator does not always know its caller; the stack does. Without a site, or without
 * frames to compare, every report is a finding.
 */
static bool has_site(const struct finding *f)
{
	return kmemu_opts.report_dedup && (f->r.caller || f->here.nr);
}

enum site { SITE_ADDED, SITE_KNOWN, SITE_NO_ROOM };

static enum site add_site_to(u64 *sites, size_t nr, u64 key, unsigned int *rule)
{
	size_t slot = slot_of(key, nr);

	for (int i = 0; i < SITE_PROBES; i++, slot = (slot + 1) % nr) {
		u64 seen = READ_ONCE(sites[slot]);

		if (seen == 0 &&
		    __atomic_compare_exchange_n(&sites[slot], &seen, key | *rule, false,
						__ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return SITE_ADDED;
		if (is_key(seen, key)) {
			*rule = (unsigned int)(seen & RULE_MASK);
			return SITE_KNOWN;
		}
	}
	return SITE_NO_ROOM;
}

/* True: this finding was not in the tables (and now is, if there was room). */
static bool add_site(u64 key, unsigned int *rule)
{
	enum site s = add_site_to(few_sites, FEW_SITES, key, rule);
	u64 *many;

	if (s == SITE_NO_ROOM &&
	    (many = os_map_once((void **)&many_sites, MANY_SITES * sizeof(*many))))
		s = add_site_to(many, MANY_SITES, key, rule);
	return s != SITE_KNOWN;
}

static bool is_recent(const struct finding *f, unsigned int *rule)
{
	u64 stack = key_of(finding_stack_key(f));
	u64 entry = READ_ONCE(recent[slot_of(stack, RECENT_SLOTS)]);

	*rule = (unsigned int)(entry & RULE_MASK);
	return has_site(f) && is_key(entry, stack);
}

/* Identifies the finding. *rule: 0 or the suppression that takes it. */
static bool is_new(struct finding *f, unsigned int *rule)
{
	u64 stack = key_of(finding_stack_key(f));
	bool new_site = true;

	finding_identify(f);
	*rule = suppress_find(f);
	if (has_site(f)) {
		new_site = add_site(key_of(f->hash), rule);
		WRITE_ONCE(recent[slot_of(stack, RECENT_SLOTS)], stack | *rule);
	}
	return new_site;
}

/* Lines alone need no names. */
static bool names_are_wanted(void)
{
	return kmemu_opts.report == REPORT_FULL || events_on() || suppress_count();
}

/* --- printing ------------------------------------------------------------ */

static u32 telling; /* findings that are counted and not told yet */

static bool become_owner(void)
{
	u64 start_ms = os_monotonic_ms();
	u32 nobody = 0;

	while (!__atomic_compare_exchange_n(&owner, &nobody, os_tid(), false, __ATOMIC_ACQUIRE,
					    __ATOMIC_RELAXED)) {
		if (nobody == os_tid() || os_monotonic_ms() - start_ms > LOCK_WAIT_MS)
			return false;
		nobody = 0;
		os_yield();
	}
	return true;
}

static void put_text(struct text_buf *t, const struct finding *f)
{
	char line[512];

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

static void print_whole(const struct finding *f, bool to_log)
{
	struct text_buf t;

	text_init(&t, text_bytes, TEXT_BYTES, f->r.task.time_us);
	put_text(&t, f);
	if (to_log)
		printk_text(t.buf, t.n);
	if (events_on())
		finding_event(f, t.buf, json_bytes, JSON_BYTES);
}

/* Past report.limit a finding is counted, and an event, but no text. */
static bool within_limit(unsigned long nr)
{
	return !kmemu_opts.report_limit || nr <= kmemu_opts.report_limit;
}

/* It may be new. With the large buffers, if they are ours. Rule 0: not suppressed. */
static unsigned int look_closer(struct finding *f, bool owns)
{
	enum report_kind kind = f->r.kind;
	bool to_log, each_time = !report_kinds[kind].once_per_site;
	unsigned int rule;

	if (owns)
		finding_copy_object(f, object_bytes);
	if (is_new(f, &rule) && !rule)
		add_one(&findings[kind]);
	else if (rule || (!each_time && f->policy != POLICY_PANIC))
		return rule;
	to_log = within_limit(report_findings(kind));
	if (owns && text_bytes)
		print_whole(f, to_log);
	else
		print_short(f, to_log);
	return 0;
}

static struct finding small_finding; /* the owner's, of a handler on a small stack */

/*
 * What the handler interrupted, of which nothing may be left out of the trace. A fault's
 * handler interrupted who faults: the innermost frames say it.
 */
static enum symbols_handler handler_of(const struct finding *f)
{
	const struct stacktrace *st = &f->here;

	if (!st->by_signal && !f->r.fault)
		return f == &small_finding ? HANDLER_IN_LOADER : HANDLER_NONE;
	if (st->nr >= kmemu_opts.stack_depth && !f->r.fault)
		return HANDLER_IN_LOADER;
	for (unsigned int i = 0; i < st->nr; i++)
		if (os_pc_in_loader(st->entries[i] - 1))
			return HANDLER_IN_LOADER;
	return HANDLER_ELSEWHERE;
}

/* The signals are blocked. owns: the large buffers. */
static unsigned int make_report(struct finding *f, bool owns)
{
	unsigned int rule;
	bool no_load;

	finding_complete(f);
	no_load = !names_are_wanted();
	if (no_load)
		symbols_no_load(true);
	symbols_in_handler(handler_of(f));
	rule = look_closer(f, owns);
	symbols_in_handler(HANDLER_NONE);
	if (no_load)
		symbols_no_load(false);
	return rule;
}

/* The owner's, for what is done with small_finding, and for the last words. */
static char report_stack[32 << 10] __aligned_to(16);

static void tell_end(void *unused)
{
	(void)unused;
	run_panic();
}

void report_last_words(void)
{
	u64 mask = os_signals_block();

	reporting = true;
	if (become_owner()) {
		os_call_on_stack(report_stack, sizeof(report_stack), tell_end, NULL);
		__atomic_store_n(&owner, 0, __ATOMIC_RELEASE);
	}
	reporting = false;
	os_signals_restore(mask);
}

/*
 * A handler of SIGABRT may have findings of its own, and abort() inside of one
 * calls it again and again: it aborts once, then only goes on to fail.
 */
static enum kmemu_policy panic(void)
{
	static bool panicking;

	if (!__atomic_exchange_n(&panicking, true, __ATOMIC_RELAXED)) {
		report_last_words();
		abort();
	}
	return POLICY_FAIL;
}

static enum kmemu_policy conclude(enum kmemu_policy policy, unsigned int rule)
{
	if (rule) {
		suppress_hit(rule);
		add_one(&suppressed);
		return POLICY_COUNT;
	}
	return kmemu_opts.panic_on_warn || policy == POLICY_PANIC ? panic() : policy;
}

/* Told once, and this is not news. Else *rule is the suppression that took it. */
static bool is_told(const struct finding *f, unsigned int *rule)
{
	bool always = !report_kinds[f->r.kind].once_per_site || f->policy == POLICY_PANIC;

	return is_recent(f, rule) && (!always || *rule);
}

/* --- on small stacks ------------------------------------------------------- */

#define STACK_WANTED (16UL << 10) /* what the longest report takes, and half as much again */
/* What the trace takes, which is of the stack that it begins on. */
#define STACK_NEEDED 2304UL

static unsigned long lost;

unsigned long report_lost(void)
{
	return READ_ONCE(lost);
}

static void small_main(void *rule)
{
	*(unsigned int *)rule = make_report(&small_finding, true);
}

/* A handler on an alternate stack: that is as small as the program needs. */
static __noinline unsigned int report_on_small_stack(const struct report *r,
						   enum kmemu_policy policy)
{
	unsigned int rule = 0;
	u64 mask;

	mask = os_signals_block();
	reporting = true;
	if (become_owner()) {
		finding_begin(&small_finding, r, policy);
		if (!is_told(&small_finding, &rule))
			os_call_on_stack(report_stack, sizeof(report_stack), small_main, &rule);
		__atomic_store_n(&owner, 0, __ATOMIC_RELEASE);
	} else {
		add_one(&lost);
	}
	reporting = false;
	os_signals_restore(mask);
	return rule;
}

static __noinline unsigned int report_here(const struct report *r, enum kmemu_policy policy)
{
	unsigned int rule;
	struct finding f;
	bool owns;
	u64 mask;

	finding_begin(&f, r, policy);
	if (!is_told(&f, &rule)) {
		mask = os_signals_block();
		reporting = true;
		owns = become_owner();
		rule = make_report(&f, owns);
		if (owns)
			__atomic_store_n(&owner, 0, __ATOMIC_RELEASE);
		reporting = false;
		os_signals_restore(mask);
	}
	return rule;
}

static __noinline __cold enum kmemu_policy report_finding(const struct report *r,
							  enum kmemu_policy policy)
{
	size_t left = SIZE_MAX;
	unsigned int rule = 0;

	if (!stack_is_own((unsigned long)__builtin_frame_address(0)))
		left = os_filter_kills(SYS_sigaltstack) ? STACK_NEEDED : os_signal_stack_left();
	if (left < STACK_NEEDED)
		add_one(&lost);
	else
		rule = left < STACK_WANTED ? report_on_small_stack(r, policy) :
					     report_here(r, policy);
	__atomic_fetch_sub(&telling, 1, __ATOMIC_RELEASE);
	return left < STACK_NEEDED ? policy : conclude(policy, rule);
}

enum kmemu_policy report_submit(const struct report *r)
{
	enum kmemu_policy policy = policy_for(r);

	if (policy == POLICY_OFF || reporting) /* what a report does is nobody's finding */
		return policy;
	if (policy > POLICY_COUNT)
		__atomic_fetch_add(&telling, 1, __ATOMIC_RELAXED);
	add_one(&counts[r->kind]);
	remember_first(r);
	return policy > POLICY_COUNT ? report_finding(r, policy) : policy;
}

void report_settle(void)
{
	u64 mask = os_signals_block(); /* a handler's report would wait for ours */
	u64 start_ms = os_monotonic_ms();

	/* What another thread has counted is told before the end is. */
	while (__atomic_load_n(&telling, __ATOMIC_ACQUIRE) &&
	       os_monotonic_ms() - start_ms <= LOCK_WAIT_MS)
		os_yield();
	if (become_owner())
		__atomic_store_n(&owner, 0, __ATOMIC_RELEASE);
	os_signals_restore(mask);
}

void report_init(void)
{
	if (kmemu_opts.suppress && kmemu_opts.suppress[0])
		suppress_load(kmemu_opts.suppress);
	if (!run_is_armed())
		return;
	text_bytes = os_map_any(TEXT_BYTES + JSON_BYTES);
	json_bytes = text_bytes ? text_bytes + TEXT_BYTES : NULL;
}

void report_prepare(void)
{
	if (names_are_wanted())
		symbols_init();
}

void report_fork_child(void)
{
	telling = 0;
	__atomic_store_n(&owner, 0, __ATOMIC_RELEASE);
}
