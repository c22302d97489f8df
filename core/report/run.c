/*
 * run.c - a run from its first process to its verdict. The kernel has nothing
 * like it: there is one kernel, it does not end, and its log is the verdict.
 *
 * A process says `start` when its options are read and `end` when it leaves by
 * exit; between them there are its findings and what could not be looked at
 * (`unchecked`). With json= these are lines of the event stream, from which
 * `kmemu run` makes one end of all processes. With verdict=1 the process
 * prints its own end on the log. Both come from run_print_end(), so the words
 * are the same.
 *
 * A process that ends by _exit, abort, a signal or exec has no `end` and prints
 * none: there is no way to be called. Its findings were written when they
 * happened, and it counts as checked; what it counted is lost. One that a report
 * ends (policy panic, a BUG) says its end before.
 *
 * A fork child inherits all counters. It is a process of its own, so it notes
 * where they stood and says the difference at its end; what made its parent
 * unchecked (a malloc of its own, a bad option) is true for it as well, and is
 * said again.
 *
 * "clean" is said of what was looked at, never for want of looking: options
 * that could not be taken or that do nothing yet, a malloc that does not reach
 * us and the like end in "unchecked", unless there are findings, which are
 * true in any case.
 *
 * The JSON of start and end is written into one static buffer: these come
 * from the constructor, a fork child of one thread, and the one run_end().
 * run_unchecked() may be called by several threads, in vfork children and
 * handlers, and has a small one on the stack.
 *
 * Locks: none here. Cost: one write for each event; nothing when off.
 */
#include "core/report/run.h"

#include "config/options.h"
#include "core/lib/printk.h"
#include "core/lib/vsprintf.h"
#include "core/os/exec.h"
#include "core/os/os.h"
#include "core/report/json.h"
#include "core/report/rules.h"
#include "core/report/suppress.h"
#include "core/report/symbols.h"

#define EVENT_BYTES 8192
#define SMALL_EVENT_BYTES 1280
#define WHAT_BYTES 256 /* of a longer path its end is told */
#define LINE_BYTES 200
#define UNMATCHED_TOLD 8U
#define LEAKS_TOLD 12U /* as many as the end event has room for */

bool run_is_linked;
void (*run_coverage)(struct run_counters *c);
unsigned int (*run_leaks)(struct run_leak *leaks, unsigned int n);

/* The first reason why this process's verdict can't be "clean". */
static struct {
	const char *reason, *detail, *remedy; /* reason: NULL there is none */
	char what[WHAT_BYTES];
} unchecked;

/* Where the counters stood when the process began: not 0 in a fork child. */
static struct run_base {
	struct run_counters judged;
	unsigned long findings[NR_REPORT_KINDS], reports[NR_REPORT_KINDS], suppressed;
} base;
static struct run_base begin; /* base, when a panic's end has moved it */
static bool panicked;

static int run_pid; /* who runs; a vfork child has another one */
static char event_text[EVENT_BYTES];
static char run_comm[32]; /* when it was read last */
static bool sealed; /* no file can be opened */
static bool is_fork_child; /* its heap is its parent's copy */
static u32 ended; /* the end was told */

bool run_is_checked(void)
{
	return kmemu_opts.verdict || events_on();
}

bool run_is_armed(void)
{
	return kmemu_opts.report == REPORT_FULL || run_is_checked();
}

/* --- the end, in words ---------------------------------------------------- */

static const char *plural(unsigned long n)
{
	return n == 1 ? "" : "s";
}

static void print_kind(const struct run_totals *t, int kind, void (*put)(const char *line))
{
	unsigned long found = t->kind_findings[kind], n = t->kind_reports[kind];
	const char *slug = report_kinds[kind].slug;
	char line[LINE_BYTES];

	if (found)
		kmemu_scnprintf(line, sizeof(line), "kmemu: %s: %lu finding%s, seen %lu time%s",
				slug, found, plural(found), max(n, found), plural(max(n, found)));
	else
		kmemu_scnprintf(line, sizeof(line), "kmemu: %s: no finding, counted %lu time%s",
				slug, n, plural(n));
	put(line);
}

/* Of memory at calls; that there was no O_DIRECT is said. */
static int print_buffers(const struct run_totals *t, char *buf, size_t size)
{
	const struct run_counters *c = &t->judged;
	int n;

	if (!t->buffers)
		return kmemu_scnprintf(buf, size, "buffers: off; ");
	if (c->direct || c->async || c->registered)
		n = kmemu_scnprintf(buf, size,
				    "buffers: %lu O_DIRECT, %lu asynchronous, %lu registered",
				    (unsigned long)c->direct, (unsigned long)c->async,
				    (unsigned long)c->registered);
	else
		n = kmemu_scnprintf(buf, size, "buffers: no O_DIRECT call%s",
				    t->uncounted ? " by those that ended by exit" : "");
	if (c->others)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, ", %lu other",
				     (unsigned long)c->others);
	if (c->foreign)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, ", %lu not of the heap",
				     (unsigned long)c->foreign);
	return n + kmemu_scnprintf(buf + n, size - (size_t)n, ", %lu copied; ",
				   (unsigned long)c->copies);
}

static void print_coverage(const struct run_totals *t, void (*put)(const char *line))
{
	const struct run_counters *c = &t->judged;
	char line[2 * LINE_BYTES];
	int n;

	n = kmemu_scnprintf(line, sizeof(line),
			    "kmemu: coverage: allocations: %lu; frees: %lu; large blocks: %lu; ",
			    (unsigned long)c->allocations, (unsigned long)c->frees,
			    (unsigned long)c->large);
	if (t->contexts)
		n += kmemu_scnprintf(line + n, sizeof(line) - (size_t)n,
				     "handlers: %lu; atomic sections: %lu; ",
				     (unsigned long)c->handlers, (unsigned long)c->sections);
	else
		n += kmemu_scnprintf(line + n, sizeof(line) - (size_t)n, "contexts: off; ");
	n += print_buffers(t, line + n, sizeof(line) - (size_t)n);
	n += kmemu_scnprintf(line + n, sizeof(line) - (size_t)n,
			     "processes: %lu checked, %lu unchecked", t->processes, t->unchecked);
	if (t->linked)
		kmemu_scnprintf(line + n, sizeof(line) - (size_t)n,
				"; %lu of them with libkmemu.a inside: its malloc was not "
				"looked at",
				t->linked);
	put(line);
}

static void print_verdict(const struct run_totals *t, void (*put)(const char *line))
{
	char line[LINE_BYTES];

	if (t->findings)
		kmemu_scnprintf(line, sizeof(line), "kmemu: verdict: findings=%lu", t->findings);
	else if (t->unchecked_reason)
		kmemu_scnprintf(line, sizeof(line), "kmemu: verdict: unchecked: %s",
				t->unchecked_reason);
	else
		kmemu_scnprintf(line, sizeof(line), "kmemu: verdict: clean");
	put(line);
}

void run_print_end(const struct run_totals *t, void (*put)(const char *line))
{
	for (int kind = 0; kind < NR_REPORT_KINDS; kind++)
		if (t->kind_findings[kind] || t->kind_reports[kind])
			print_kind(t, kind, put);
	print_coverage(t, put);
	print_verdict(t, put);
}

/* --- this process --------------------------------------------------------- */

static void read_coverage(struct run_counters *c)
{
	*c = (struct run_counters){ 0 };
	if (run_coverage)
		run_coverage(c);
}

/* sum += sign * c */
static void add_counters(struct run_counters *sum, const struct run_counters *c, int sign)
{
#define X(field, words) sum->field += (u64)sign * c->field;
	RUN_COUNTERS(X)
#undef X
}

static void note_base(void)
{
	run_pid = os_pid();
	for (int kind = 0; kind < NR_REPORT_KINDS; kind++) {
		base.findings[kind] = report_findings((enum report_kind)kind);
		base.reports[kind] = report_count((enum report_kind)kind);
	}
	base.suppressed = report_suppressed();
	read_coverage(&base.judged);
}

void run_own_calls(bool begin)
{
	struct run_counters c;

	if (!run_is_checked())
		return;
	read_coverage(&c);
	add_counters(&base.judged, &c, begin ? -1 : 1);
}

static unsigned long suppressed_here(void)
{
	return report_suppressed() - base.suppressed;
}

/*
 * A fork child that repeats what its parent had found tells nothing new, so no
 * finding is counted; its own verdict is not "clean" for that.
 */
static void add_repeated(struct run_totals *t)
{
	unsigned long taken = suppressed_here();

	for (int kind = 0; kind < NR_REPORT_KINDS && !t->findings; kind++) {
		unsigned long n = t->kind_reports[kind];

		if (!report_is_wanted((enum report_kind)kind))
			continue;
		if (n > taken)
			t->findings = t->kind_findings[kind] = 1;
		taken -= min(n, taken);
	}
}

/* Parts have policies of their own. */
static bool contexts_on(void)
{
	return kmemu_opts.context > POLICY_OFF || kmemu_opts.context_sleep > POLICY_OFF ||
	       kmemu_opts.context_vmalloc > POLICY_OFF ||
	       kmemu_opts.context_blocking > POLICY_OFF ||
	       kmemu_opts.context_reentry > POLICY_OFF || kmemu_opts.context_irqlock > POLICY_OFF ||
	       kmemu_opts.context_lockorder > POLICY_OFF ||
	       kmemu_opts.context_balance > POLICY_OFF;
}

static bool buffers_on(void)
{
	return !run_is_linked &&
	       (kmemu_opts.contig > POLICY_OFF || kmemu_opts.usercopy > POLICY_OFF);
}

static void read_totals(struct run_totals *t)
{
	*t = (struct run_totals){ .unchecked_reason = READ_ONCE(unchecked.reason) };
	for (int kind = 0; kind < NR_REPORT_KINDS; kind++) {
		t->kind_findings[kind] =
			report_findings((enum report_kind)kind) - base.findings[kind];
		t->kind_reports[kind] = report_count((enum report_kind)kind) - base.reports[kind];
		t->findings += t->kind_findings[kind];
	}
	add_repeated(t);
	read_coverage(&t->judged);
	add_counters(&t->judged, &base.judged, -1);
	t->contexts = contexts_on();
	t->buffers = buffers_on();
	t->linked = run_is_linked;
	t->unchecked = t->unchecked_reason != NULL;
	t->processes = !t->unchecked;
}

/* --- events --------------------------------------------------------------- */

static void begin_event(struct json *j, char *buf, size_t size, const char *event, int pid)
{
	json_init(j, buf, size);
	json_str(j, "event", event);
	json_u64(j, "pid", (u64)pid);
}

static void read_comm(void)
{
	char comm[sizeof(run_comm)];

	if (sealed)
		return;
	log_program_name(comm, sizeof(comm));
	if (!run_comm[0] || __builtin_strcmp(comm, "unknown"))
		__builtin_memcpy(run_comm, comm, sizeof(comm));
}

static void start_event(void)
{
	static char exe[2048];
	struct json j;

	begin_event(&j, event_text, sizeof(event_text), "start", os_pid());
	json_u64(&j, "ppid", (u64)os_ppid());
	read_comm();
	json_str(&j, "comm", run_comm);
	json_str(&j, "exe", os_readlink("/proc/self/exe", exe, sizeof(exe)) > 0 ? exe : NULL);
	json_u64(&j, "time_us", os_monotonic_ns() / 1000);
	json_bool(&j, "contexts", contexts_on());
	json_bool(&j, "buffers", buffers_on());
	json_event(&j);
}

/* "file:line" of the i-th suppression; false: it was used. */
static bool unused_suppression(unsigned int i, char *buf, size_t size)
{
	const struct suppression *rule = suppress_rule(i);

	if (!rule || READ_ONCE(rule->matched))
		return false;
	kmemu_scnprintf(buf, size, "%s:%u (%s)", rule->file, rule->line, rule->kind);
	return true;
}

static void put_suppressions(struct json *j)
{
	char line[LINE_BYTES];

	json_u64(j, "suppressed", suppressed_here());
	json_array(j, "unused_suppressions");
	for (unsigned int i = 1; i <= suppress_count(); i++)
		if (unused_suppression(i, line, sizeof(line)))
			json_str(j, NULL, line);
	json_close(j, ']');
}

/* As many as there is room for. */
static void put_unmatched(struct json *j)
{
	const struct func_rules *rules = func_rules_all();
	const struct func_rule *rule;
	unsigned int i, told = 0;
	char line[LINE_BYTES];

	json_array(j, "unmatched_names");
	for (; rules; rules = rules->next) {
		i = 0;
		while (told++ < UNMATCHED_TOLD && (rule = func_rules_unmatched(rules, &i))) {
			rules_unmatched_text(rules, rule, line, sizeof(line));
			json_str(j, NULL, line);
		}
	}
	json_close(j, ']');
}

/* A fork child's blocks are its parent's to tell, who may free them yet. */
static void put_leaks(struct json *j)
{
	struct run_leak leaks[LEAKS_TOLD];
	unsigned int i, n = run_leaks && !is_fork_child ? run_leaks(leaks, LEAKS_TOLD) : 0;

	json_array(j, "leaks");
	for (i = 0; i < n; i++) {
		json_object(j, NULL);
		json_u64(j, "blocks", leaks[i].blocks);
		json_u64(j, "bytes", leaks[i].bytes);
		event_frame(j, "site", leaks[i].pc, false);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void end_event(const struct run_totals *t)
{
	struct json j;

	begin_event(&j, event_text, sizeof(event_text), "end", os_pid());
	read_comm();
	json_str(&j, "comm", run_comm);
	json_u64(&j, "time_us", os_monotonic_ns() / 1000);
#define X(field, words) json_u64(&j, #field, t->judged.field);
	RUN_COUNTERS(X)
#undef X
	json_bool(&j, "contexts", t->contexts);
	json_bool(&j, "buffers", t->buffers);
	json_bool(&j, "linked", t->linked);
	json_object(&j, "kinds");
	for (int kind = 0; kind < NR_REPORT_KINDS; kind++) {
		if (!t->kind_findings[kind] && !t->kind_reports[kind])
			continue;
		json_object(&j, report_kinds[kind].slug);
		json_u64(&j, "findings", t->kind_findings[kind]);
		json_u64(&j, "reports", t->kind_reports[kind]);
		json_close(&j, '}');
	}
	json_close(&j, '}');
	put_suppressions(&j);
	put_unmatched(&j);
	put_leaks(&j);
	json_event(&j);
}

static void copy_tail(char *to, size_t size, const char *from)
{
	size_t n = from ? __builtin_strlen(from) : 0;

	if (n >= size)
		from += n - (size - 1);
	kmemu_scnprintf(to, size, "%s", from ? from : "");
}

/* The smaller of what it is given: most of a stack of 16 KiB stays the program's. */
static __noinline void unchecked_event(int pid, const char *reason, const char *what,
				       const char *detail, const char *remedy)
{
	char buf[SMALL_EVENT_BYTES], tail[WHAT_BYTES];
	struct json j;

	copy_tail(tail, sizeof(tail), what);
	begin_event(&j, buf, sizeof(buf), "unchecked", pid);
	json_str(&j, "reason", reason);
	json_str(&j, "what", what ? tail : NULL);
	json_str(&j, "detail", detail);
	json_str(&j, "remedy", remedy);
	json_event(&j);
}

/* --- for interpose/ ------------------------------------------------------- */

void run_unchecked_process(int pid, const char *reason, const char *what, const char *detail,
			   const char *remedy)
{
	if (events_on())
		unchecked_event(pid, reason, what, detail, remedy);
}

void run_unchecked(const char *reason, const char *what, const char *detail, const char *remedy)
{
	const char *none = NULL;

	if (__atomic_compare_exchange_n(&unchecked.reason, &none, reason, false, __ATOMIC_RELAXED,
					__ATOMIC_RELAXED)) {
		copy_tail(unchecked.what, sizeof(unchecked.what), what);
		unchecked.detail = detail;
		unchecked.remedy = remedy;
	}
	run_unchecked_process(os_pid(), reason, what, detail, remedy);
}

static void look_at_options(void)
{
	if (options_status.bad)
		run_unchecked("bad-option", options_status.first_bad,
			      "an option or a part of it could not be taken, its default stands",
			      "correct it; `kmemu options` lists them all");
	if (options_status.not_built)
		run_unchecked("not-built-option", options_status.first_not_built,
			      "the option does nothing yet",
			      "leave it away; `kmemu options` says which are built");
}

void run_start(void)
{
	if (!run_is_checked() || run_pid)
		return;
	run_pid = os_pid(); /* constructors of libraries ran before: theirs counts */
	if (events_on())
		start_event();
	look_at_options();
}

void run_fork_child(void)
{
	if (!run_pid)
		return;
	note_base();
	is_fork_child = true;
	panicked = false;
	WRITE_ONCE(ended, 0);
	if (events_on())
		start_event();
	if (unchecked.reason)
		run_unchecked_process(run_pid, unchecked.reason, unchecked.what, unchecked.detail,
				      unchecked.remedy);
}

static void put_line(const char *line)
{
	printk("%s\n", line);
}

static void print_suppressions(void)
{
	unsigned long n = suppressed_here();
	char line[LINE_BYTES];

	if (n)
		printk("kmemu: suppressed: %lu\n", n);
	for (unsigned int i = 1; i <= suppress_count(); i++)
		if (unused_suppression(i, line, sizeof(line)))
			printk("kmemu: suppression without use: %s\n", line);
}

static void tell_end(void)
{
	struct run_totals t;

	read_totals(&t);
	if (events_on())
		end_event(&t);
	if (kmemu_opts.verdict) {
		if (panicked) {
			base = begin;
			read_totals(&t);
		}
		print_suppressions();
		run_print_end(&t, put_line);
	}
}

void run_end(void)
{
	if (!run_pid || __atomic_exchange_n(&ended, 1, __ATOMIC_RELAXED))
		return;
	report_settle();
	if (report_lost())
		run_unchecked("small-stack", NULL,
			      "a finding was met where there was no room to tell it, on an "
			      "alternate signal stack",
			      "give sigaltstack() 8 KiB more");
	tell_end();
}

/*
 * Names of leaks would be looked for wherever the panic was: in a handler, under any lock.
 * Who leaves a handler of SIGABRT by siglongjmp lives on. Then there is another end: its
 * event tells the rest, so that both add up; its verdict, the last one, tells of all.
 */
void run_panic(void)
{
	unsigned int (*leaks)(struct run_leak *leaks, unsigned int n) = run_leaks;

	if (!run_pid || run_pid != os_pid() || __atomic_exchange_n(&ended, 1, __ATOMIC_RELAXED))
		return;
	run_leaks = NULL;
	tell_end();
	run_leaks = leaks;
	if (!panicked)
		begin = base;
	panicked = true;
	note_base();
	__atomic_store_n(&ended, 0, __ATOMIC_RELEASE);
}

/* --- filters -------------------------------------------------------------- */

static bool log_is_file(void)
{
	return kmemu_opts.log && __builtin_strcmp(kmemu_opts.log, "stderr");
}

void run_seal(void)
{
	if (sealed)
		return;
	read_comm();
	if (log_is_file())
		printk("kmemu: a filter on system calls begins; this file was opened for it\n");
	symbols_seal();
	sealed = true;
}

/* Checks that report become checks that count; what is only counted stays so. */
static void silence_checks(void)
{
	for (int i = 0; i < NR_REPORT_CHECKS; i++) {
		enum kmemu_policy *policy = (enum kmemu_policy *)report_checks[i].policy;

		if (*policy > POLICY_COUNT)
			*policy = POLICY_COUNT;
	}
}

void run_give_up(const char *reason, const char *what, const char *detail, const char *remedy)
{
	run_unchecked(reason, what, detail, remedy);
	run_end();
	silence_checks();
	kmemu_opts.verdict = false;
	kmemu_opts.json = "";
}
