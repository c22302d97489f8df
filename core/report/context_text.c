/*
 * context_text.c - reports about where a thread was (kernel:
 * kernel/sched/core.c __might_resched, __schedule_bug; mm/vmalloc.c's
 * BUG_ON(in_interrupt())).
 *
 *	sleep-in-atomic, blocking-call	"BUG: sleeping function called from invalid context"
 *					or, of a call that does not sleep, a WARN (as
 *					rt_mutex_trylock()'s WARN_ON_ONCE(!in_task()))
 *	cant-sleep			"BUG: assuming atomic context"
 *	scheduling-while-atomic		"BUG: scheduling while atomic"
 *	vmalloc-in-atomic		in interrupt context "kernel BUG at", else as the first
 *	vfree-in-atomic			in interrupt context a WARN (6.12 defers it), else as
 *					the first
 *
 * Different from the kernel: "at %s:%d" names the program's call site, but for
 * might_sleep() and cant_sleep(), whose file and line are known; locks that are
 * held are shown as lockdep shows them, none is not mentioned; behind "kernel BUG at" follows the
 * stack and not an oops, since nobody dies. The last line says in one sentence
 * what made it atomic and what would be right.
 *
 * Locks: none.
 */
#include "core/lib/signal_name.h"
#include "core/lib/vsprintf.h"
#include "core/report/finding.h"

#define PLACE_BYTES 320

/* --- words --------------------------------------------------------------- */

static const char *level_of(const struct raise *why)
{
	return why->kind == RAISE_HARDIRQ ? "hardirq" : "softirq";
}

static int handler_text(const struct raise *why, char *buf, size_t size)
{
	char name[SIGNAL_NAME_BYTES];

	return kmemu_scnprintf(buf, size, "in the handler of %s (%s)",
			       signal_name(why->signo, name), level_of(why));
}

static int function_text(const struct raise *why, char *buf, size_t size)
{
	char place[PLACE_BYTES];

	symbol_print(place, sizeof(place), (unsigned long)why->pc);
	return kmemu_scnprintf(buf, size, "in %s, %s by context.functions", place,
			       why->kind == RAISE_FUNCTION ? "atomic" : level_of(why));
}

/* "in the handler of SIGALRM (softirq)", "with spinlock 0x... held". */
static int why_text(const struct raise *why, char *buf, size_t size)
{
	if (why->by_function)
		return function_text(why, buf, size);
	if (why->by_handler)
		return handler_text(why, buf, size);
	switch ((enum raise_kind)why->kind) {
	case RAISE_NMI:
		return kmemu_scnprintf(buf, size, "in an NMI");
	case RAISE_HARDIRQ:
		return kmemu_scnprintf(buf, size, "in a hard interrupt");
	case RAISE_SOFTIRQ:
		return kmemu_scnprintf(buf, size, "in a softirq");
	case RAISE_SPIN:
		return kmemu_scnprintf(buf, size, "with spinlock 0x%px held", why->what);
	case RAISE_RAW_SPIN:
		return kmemu_scnprintf(buf, size, "with raw spinlock 0x%px held", why->what);
	case RAISE_MUTEX:
		return kmemu_scnprintf(buf, size, "with mutex 0x%px held (context.locks)",
				       why->what);
	case RAISE_RWLOCK:
		return kmemu_scnprintf(buf, size, "with rwlock 0x%px held", why->what);
	case RAISE_PREEMPT:
		return kmemu_scnprintf(buf, size, "with preemption disabled");
	case RAISE_BH:
		return kmemu_scnprintf(buf, size, "with bottom halves disabled");
	case RAISE_IRQS_OFF:
		return kmemu_scnprintf(buf, size, "with interrupts off");
	case RAISE_RCU:
		return kmemu_scnprintf(buf, size, "in an RCU read-side section");
	case RAISE_NON_BLOCK:
		return kmemu_scnprintf(buf, size, "in a non-blocking section");
	case RAISE_SCHED:
		return kmemu_scnprintf(buf, size, "in a real-time thread (context.sched)");
	case RAISE_SIGMASK:
		return kmemu_scnprintf(buf, size, "with all signals blocked (context.sigmask)");
	default:
		return kmemu_scnprintf(buf, size, "in atomic context");
	}
}

/* "kmalloc(100, GFP_KERNEL)", "vfree(0x...)", "printf()". */
static int call_text(const struct report *r, char *buf, size_t size)
{
	char gfp[256];

	if (r->context->call)
		return kmemu_scnprintf(buf, size, "%s()", r->context->call);
	if (r->addr)
		return kmemu_scnprintf(buf, size, "%s(0x%px)", r->func, r->addr);
	gfp_print(gfp, sizeof(gfp), r->gfp);
	if (r->kind == REPORT_VMALLOC_IN_ATOMIC)
		return kmemu_scnprintf(buf, size, "%s(%zu)", r->func, r->size);
	return kmemu_scnprintf(buf, size, "%s(%zu, %s)", r->func, r->size, gfp);
}

int context_line(const struct report *r, char *buf, size_t size)
{
	const struct report_context *c = r->context;
	char call[320], why[384];
	int n;

	if (!c)
		return 0;
	call_text(r, call, sizeof(call));
	why_text(&c->why, why, sizeof(why));
	if (r->kind == REPORT_CANT_SLEEP)
		return kmemu_scnprintf(buf, size, "%s, but nothing here forbids to sleep", call);
	if (r->kind == REPORT_REENTRANT_MALLOC)
		n = kmemu_scnprintf(buf, size, "%s %s, which interrupted the allocator", call, why);
	else
		n = kmemu_scnprintf(buf, size, "%s %s, %s", call, c->wrong ? c->wrong : "may sleep",
				    why);
	if (c->reason)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, ": it %s", c->reason);
	if (r->kind == REPORT_VMALLOC_IN_ATOMIC)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "; no flag helps");
	if (c->mend)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "; %s is needed", c->mend);
	return n;
}

/* --- the kernel's text --------------------------------------------------- */

#define LOCKS                                                                              \
	(1U << RAISE_SPIN | 1U << RAISE_RAW_SPIN | 1U << RAISE_MUTEX | 1U << RAISE_RWLOCK | \
	 1U << RAISE_SLEEP_MUTEX | 1U << RAISE_RWSEM | 1U << RAISE_MAP | 1U << RAISE_SRCU)
#define PREEMPTION_OFF (LOCKS | 1U << RAISE_PREEMPT)

/* Kernel: debug_show_held_locks(). */
static void put_held_locks(struct text_buf *t, const struct finding *f)
{
	if (f->r.context->holds)
		put_locks(t, f, LOCKS, f->r.context->except);
}

/* Kernel: current->preempt_disable_ip, that of the first. */
static void put_disabled_at(struct text_buf *t, const struct report_context *facts)
{
	const struct context_stack *c = context_mine;
	const struct raise *r = c ? c->raises : NULL, *end = c ? r + min(c->nr, RAISES_MAX) : NULL;
	char place[PLACE_BYTES];

	if (!facts->holds || !(facts->preempt_count & PREEMPT_MASK))
		return;
	while (r < end && !(r->kind > RAISE_DROPPED && PREEMPTION_OFF >> r->kind & 1 &&
			    !(facts->except && r->what == facts->except)))
		r++;
	if (r == end || !r->pc)
		return;
	symbol_print(place, sizeof(place), (unsigned long)r->pc);
	text_put(t, "Preemption disabled at:\n[<%p>] %s\n", r->pc, place);
}

static const char *print_place(const struct finding *f, char *buf, size_t size)
{
	if (!f->r.file)
		return print_site(f, buf, size);
	kmemu_scnprintf(buf, size, "%s:%d", f->r.file, f->r.line);
	return buf;
}

/* Kernel: __cant_sleep(). */
static void assuming_atomic(struct text_buf *t, const struct finding *f)
{
	char place[PLACE_BYTES];

	text_put(t, "BUG: assuming atomic context at %s\n", print_place(f, place, sizeof(place)));
	text_put(t, "in_atomic(): %d, irqs_disabled(): %d, pid: %d, name: %s\n",
		 f->r.context->preempt_count != 0, f->r.context->irqs_disabled, f->r.task.tid,
		 f->r.task.comm);
	put_dump_stack(t, f);
	taint_warn();
}

/* Kernel: __might_resched(). */
static void sleeping_function(struct text_buf *t, const struct finding *f)
{
	const struct report_context *c = f->r.context;
	char place[PLACE_BYTES];

	text_put(t, "BUG: sleeping function called from invalid context at %s\n",
		 print_place(f, place, sizeof(place)));
	text_put(t, "in_atomic(): %d, irqs_disabled(): %d, non_block: %u, pid: %d, name: %s\n",
		 c->preempt_count != 0, c->irqs_disabled, c->non_block, f->r.task.tid,
		 f->r.task.comm);
	text_put(t, "preempt_count: %x, expected: 0\n", c->preempt_count);
	text_put(t, "RCU nest depth: %u, expected: 0\n", c->rcu_depth);
	put_held_locks(t, f);
	put_disabled_at(t, c);
	put_dump_stack(t, f);
	taint_warn();
}

/* Kernel: __schedule_bug(). */
static void schedule_bug(struct text_buf *t, const struct finding *f)
{
	const struct report_context *c = f->r.context;

	text_put(t, "BUG: scheduling while atomic: %s/%d/0x%08x\n", f->r.task.comm, f->r.task.tid,
		 c->preempt_count);
	put_held_locks(t, f);
	put_disabled_at(t, c);
	put_dump_stack(t, f);
	taint_warn();
}

static void kernel_bug(struct text_buf *t, const struct finding *f)
{
	char place[PLACE_BYTES];

	put_cut_here(t);
	text_put(t, "kernel BUG at %s!\n", print_site(f, place, sizeof(place)));
	put_dump_stack(t, f);
	text_put(t, "---[ end trace 0000000000000000 ]---\n");
}

bool context_text(struct text_buf *t, const struct finding *f)
{
	const struct report_context *c = f->r.context;
	bool interrupt = c && c->preempt_count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK);

	if (!c)
		return false;
	switch (f->r.kind) {
	case REPORT_SLEEP_IN_ATOMIC:
		sleeping_function(t, f);
		return true;
	case REPORT_BLOCKING_CALL:
		if (!c->wrong)
			sleeping_function(t, f);
		return !c->wrong;
	case REPORT_CANT_SLEEP:
		assuming_atomic(t, f);
		return true;
	case REPORT_SCHEDULING_WHILE_ATOMIC:
		schedule_bug(t, f);
		return true;
	case REPORT_VMALLOC_IN_ATOMIC:
		(interrupt ? kernel_bug : sleeping_function)(t, f);
		return true;
	case REPORT_VFREE_IN_ATOMIC:
		if (!interrupt)
			sleeping_function(t, f);
		return !interrupt;
	default:
		return false;
	}
}
