/*
 * report.c - what becomes of a finding.
 *
 * The kernel prints where it detects (slab_err, WARN_ONCE, might_sleep), and
 * each place has its own idea of "once" and of going on. Here a detector only
 * fills struct report; policy, counting, de-duplication, wording (text.c) and
 * the end of the program are in one place, driven by core/check/checks.def.
 *
 *	off    not counted, not printed
 *	count  counted
 *	warn   counted; printed once for each kind and call site
 *	fail   the same; the caller then fails as the kernel's function would
 *	panic  printed whether or not the site is known already, then abort()
 *
 * Two reports are the same finding when kind and caller are the same. Sites
 * are kept in a table without locks: a slot is taken by compare-and-swap and
 * never given back. A report without caller is never taken for another one;
 * when the table is full everything is printed, since a flood is better than
 * silence.
 *
 * The kernel's rate limits are not mirrored: de-duplication does that work.
 *
 * Invariants: findings[k] <= counts[k]; a site is in the table at most once
 * as long as the table is not full.
 *
 * Locks: none here. Nothing is allocated, so that it works on a broken heap, in a
 * handler, and inside the allocator with its locks held.
 *
 * Cost: a counted report is one atomic add.
 */
#include "core/report/report.h"

#include <signal.h>
#include <stdlib.h>

#include "core/lib/printk.h"
#include "core/os/os.h"

#define SITE_SLOTS 1024 /* power of two */
#define SITE_PROBES 64
#define TEXT_BYTES 256

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

static unsigned long counts[NR_REPORT_KINDS];
static unsigned long findings[NR_REPORT_KINDS];
static const char *first_func[NR_REPORT_KINDS];
static u64 sites[SITE_SLOTS]; /* 0: free */

static void add_one(unsigned long *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

static unsigned long read_counter(const unsigned long *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

unsigned long report_count(enum report_kind kind)
{
	return read_counter(&counts[kind]);
}

unsigned long report_findings(enum report_kind kind)
{
	return read_counter(&findings[kind]);
}

unsigned long report_findings_total(void)
{
	unsigned long sum = 0;

	for (int i = 0; i < NR_REPORT_KINDS; i++)
		sum += read_counter(&findings[i]);
	return sum;
}

const char *report_first_func(enum report_kind kind)
{
	return __atomic_load_n(&first_func[kind], __ATOMIC_RELAXED);
}

/* Kind and caller in one word; user addresses have 57 bits at the most. */
static u64 site_key(const struct report *r)
{
	return (u64)(uintptr_t)r->caller | (u64)(r->kind + 1) << 57;
}

static size_t site_slot(u64 key)
{
	return (size_t)(key * 0x9e3779b97f4a7c15ULL >> 40) % SITE_SLOTS;
}

/* True: this site was not in the table (and now is, if there was room). */
static bool is_new_site(const struct report *r)
{
	u64 key = site_key(r);
	size_t slot = site_slot(key);

	if (!r->caller)
		return true;
	for (int i = 0; i < SITE_PROBES; i++, slot = (slot + 1) % SITE_SLOTS) {
		u64 seen = __atomic_load_n(&sites[slot], __ATOMIC_RELAXED);

		if (seen == 0 && __atomic_compare_exchange_n(&sites[slot], &seen, key, false,
							     __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return true;
		if (seen == key)
			return false;
	}
	return true;
}

static void print_report(const struct report *r)
{
	char text[TEXT_BYTES];

	report_text(r, text, sizeof(text));
	printk("%s", text);
}

static void remember_first(const struct report *r)
{
	const char *none = NULL;

	if (!report_first_func(r->kind))
		__atomic_compare_exchange_n(&first_func[r->kind], &none, r->func, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static __noinline __cold void report_finding(const struct report *r, enum kmemu_policy policy)
{
	bool new_site = is_new_site(r);

	if (new_site)
		add_one(&findings[r->kind]);
	if (new_site || policy == POLICY_PANIC || !report_kinds[r->kind].once_per_site)
		print_report(r);
	if (policy == POLICY_PANIC)
		abort();
}

enum kmemu_policy report_submit(const struct report *r)
{
	enum kmemu_policy policy = *report_checks[report_kinds[r->kind].check].policy;

	if (policy == POLICY_OFF)
		return policy;
	add_one(&counts[r->kind]);
	remember_first(r);
	if (policy > POLICY_COUNT)
		report_finding(r, policy);
	return policy;
}

void report_oom_kill(unsigned int gfp_flags, unsigned int order, unsigned long used_kb)
{
	char name[32];

	log_program_name(name, sizeof(name));
	printk("%s invoked oom-killer: gfp_mask=%#x, order=%u, oom_score_adj=0", name, gfp_flags,
	       order);
	printk("Out of memory: Killed process %d (%s) total-vm:%lukB, anon-rss:%lukB", os_pid(),
	       name, used_kb, used_kb);
	os_kill_self(SIGKILL);
	abort();
}
