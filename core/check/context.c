/*
 * context.c - may this thread sleep here? (kernel: include/linux/preempt.h's
 * questions; kernel/sched/core.c __might_resched)
 *
 * The kernel reads one number. Here the entries of core/lib/preempt.c say what
 * was raised, and a walk over the stack which of them are true:
 *
 *	handler	its stub's frame (interpose/signal.c) is on the stack, at the place
 *		that the entry tells. A handler that was left by a jump that nobody
 *		saw has no frame, whatever its entry says.
 *	lock, API	true until dropped, on the stack where it was raised. On a stack
 *		of which nothing is known (hand-made coroutines) it is not believed,
 *		and the verdict says so.
 *	function	context.functions: true while such a function is on the stack.
 *	sched, sigmask	asked of the system, where the option is set.
 *
 * preempt_count is the sum of their offsets, as 6.12 would have it. Signals nest
 * as the kernel's interrupts do not: of softirqs one is served, and hardirqs have
 * four bits. With
 * preempt=rt (PREEMPT_RT) spin_lock, rwlocks, local_bh_disable and softirqs
 * leave it alone: they may sleep there.
 *
 * Scope. A finding is the program's when a frame of its own modules lies
 * between the allocation and the point that raised the context; what raised by
 * a lock begins with the frame that took it, at the stack pointer that the entry
 * has. So entries are met in the order of the walk: `next` is the newest entry
 * whose point is not passed yet. By default (scope=program) all modules are the
 * program's but libc and its like, which act for their caller.
 *
 * Where there is no unwinder (a processor without one, ARCH=generic elsewhere)
 * entries are believed and everything is in scope.
 *
 * Locks: none. Memory: some 1.6 KiB of stack. Cost: nothing before a handler is
 * installed or something is raised, hits are hits until then (slab_arm()); then 9
 * instructions for a malloc and its free where nothing is raised; else a walk, 10 to
 * 20 ns a frame, and 50 for each module's name.
 */
#include "core/check/context.h"

#include <sys/syscall.h>

#include "core/check/functions.h"
#include "core/check/lock.h"
#include "core/mm/gfp_rules.h"
#include "core/mm/slab.h"
#include "core/os/dl.h"
#include "core/os/files.h"
#include "core/os/filter.h"
#include "core/os/libelf.h"
#include "core/os/os.h"
#include "core/os/task.h"
#include "core/report/call_site.h"
#include "core/report/finding.h"
#include "core/report/run.h"
#include "core/report/suppress.h"
#include "core/report/symbols.h"
#include "core/report/unwind.h"
#include "core/report/unwind_stack.h"

bool context_armed;
const void *context_stub_return;
unsigned long context_malloc_text, context_malloc_text_end;
static unsigned long unknown_stacks;
static struct {
	u64 hardirq, softirq, ignored; /* named, a bit each */
	bool hard_all, soft_all, ignore_all;
} signals;

/* --- scope --------------------------------------------------------------- */

static bool scope_is(const char *word)
{
	return !__builtin_strcmp(kmemu_opts.scope, word);
}

static bool pc_in_scope(unsigned long pc)
{
	struct symbol sym;

	if (os_dl_is_own_code((const void *)pc))
		return false;
	if (scope_is("all"))
		return true;
	if (scope_is("program"))
		return !call_site_is_runtime(pc);
	if (!symbol_lookup(pc, &sym, NULL, 0))
		return true; /* generated code: nobody's but the program's */
	return glob_match_list(kmemu_opts.scope, sym.module);
}

/* What a function of the API does in another one of it is its caller's. */
bool context_in_scope(const void *pc)
{
	return os_dl_is_own_code(pc) || pc_in_scope((unsigned long)pc);
}

/* --- offsets ------------------------------------------------------------- */

/* How strong: what a report names first. */
static const u8 strength[NR_RAISE_KINDS] = {
	[RAISE_NMI] = 9,       [RAISE_HARDIRQ] = 8,   [RAISE_SOFTIRQ] = 7, [RAISE_IRQS_OFF] = 6,
	[RAISE_SIGMASK] = 6,   [RAISE_RAW_SPIN] = 5,  [RAISE_SPIN] = 5,	   [RAISE_MUTEX] = 5,
	[RAISE_RWLOCK] = 5,    [RAISE_FUNCTION] = 5,  [RAISE_BH] = 4,	   [RAISE_PREEMPT] = 3,
	[RAISE_NON_BLOCK] = 2, [RAISE_RCU] = 2,	      [RAISE_SCHED] = 1,
};

static bool sleeps_on_rt(enum raise_kind kind)
{
	return kind == RAISE_SPIN || kind == RAISE_MUTEX || kind == RAISE_RWLOCK ||
	       kind == RAISE_BH || kind == RAISE_SOFTIRQ;
}

/*
 * Beside the innermost handler, which no raise but an interrupt's is stronger than; what
 * it interrupted comes behind it. Its own interrupts are off anyway.
 */
static bool is_beside(const struct context *c, const struct raise *r)
{
	return r->kind == RAISE_SCHED ||
	       (!r->by_handler && !c->why.by_handler && r->kind != RAISE_IRQS_OFF);
}

static void add(struct context *c, const struct raise *r)
{
	enum raise_kind kind = (enum raise_kind)r->kind;

	if (kmemu_opts.preempt == PREEMPT_RT && sleeps_on_rt(kind))
		return;
	switch (kind) {
	case RAISE_NMI:
		c->preempt_count += NMI_OFFSET + HARDIRQ_OFFSET;
		break;
	case RAISE_HARDIRQ:
		if ((c->preempt_count & HARDIRQ_MASK) != HARDIRQ_MASK)
			c->preempt_count += HARDIRQ_OFFSET;
		break;
	case RAISE_SOFTIRQ:
		c->preempt_count |= SOFTIRQ_OFFSET;
		break;
	case RAISE_BH:
		c->preempt_count += SOFTIRQ_DISABLE_OFFSET;
		break;
	case RAISE_IRQS_OFF:
	case RAISE_SIGMASK:
		c->irqs_disabled = true;
		break;
	case RAISE_RCU:
		c->rcu_depth++;
		break;
	case RAISE_NON_BLOCK:
		c->non_block++;
		break;
	case RAISE_IGNORE:
		c->ignored = true;
		break;
	default:
		c->preempt_count += PREEMPT_OFFSET;
		break;
	}
	if (is_beside(c, r) && strength[kind] > strength[c->beside.kind])
		c->beside = *r;
	if (strength[kind] > strength[c->why.kind])
		c->why = *r;
}

/* Handlers run with interrupts off, as the kernel's do. */
static void end_of_sum(struct context *c)
{
	if (c->preempt_count & (NMI_MASK | HARDIRQ_MASK))
		c->irqs_disabled = true;
}

/* --- the walk ------------------------------------------------------------ */

struct look {
	struct context *c;
	const struct context_stack *stack;
	const void *except;
	int next; /* newest entry that is not passed yet, -1: none */
	bool known; /* the stack that runs is one we know */
	bool unknown; /* something was raised on one that we do not know */
	bool lost; /* the walk broke off: handlers are believed */
	bool interrupted; /* these frames are what a handler interrupted, down to the program's */
};

/*
 * The program took it. Known by that, not by where it is met: a function that locks
 * and returns leaves an entry below the frames that are there now.
 */
static bool is_programs(const struct raise *r)
{
	return !r->by_handler && r->kind < RAISE_FUNCTION && r->pc &&
	       pc_in_scope((unsigned long)r->pc);
}

/*
 * The thread's alternate stack: what a handler that is not looked at raises there, and
 * what one that has returned left behind.
 */
static bool is_signal_stack(unsigned long sp)
{
	unsigned long lo, hi;

	return !os_filter_kills(SYS_sigaltstack) && os_signal_stack(&lo, &hi) && sp >= lo &&
	       sp < hi;
}

/* Where sp lies: a thread's own stack, one of makecontext's, an alternate one. */
static bool is_known_stack(const struct context_stack *s, unsigned long sp)
{
	if (s->hi && sp >= s->lo && sp < s->hi)
		return true;
	for (u32 i = 0; i < s->nr; i++) {
		const struct raise *r = &s->raises[i];

		if (r->by_handler && sp >= r->alt_lo && sp < r->alt_hi)
			return true;
	}
	return (!s->hi && stack_is_own(sp)) || is_signal_stack(sp);
}

/* It counts. Entries come newest first, so the first of equal strength wins. */
static void believe(struct look *look, const struct raise *r)
{
	if (raise_may_sleep(r->kind))
		return;
	add(look->c, r);
	/* Without a frame of its own: its last call was a jump. */
	if (!look->c->site && raise_is_callback(r) && is_programs(r))
		look->c->site = (const char *)r->pc + 1;
	look->c->in_scope = look->c->in_scope || look->c->site || is_programs(r);
}

static void pass(struct look *look)
{
	const struct raise *r = &look->stack->raises[look->next--];

	if (r->kind <= RAISE_DROPPED || (look->except && r->what == look->except))
		return;
	if (r->by_handler ? look->lost : look->known && is_known_stack(look->stack, r->sp))
		believe(look, r);
	else if (!r->by_handler)
		look->unknown = true;
}

/* The stub's frame: handlers above that have none are gone. */
static void pass_handler(struct look *look, unsigned long sp)
{
	const struct raise *raises = look->stack ? look->stack->raises : NULL;
	int i;

	for (i = look->next; i >= 0; i--)
		if (raises[i].by_handler && raises[i].sp == sp && raises[i].kind > RAISE_DROPPED)
			break;
	if (i < 0)
		return;
	while (look->next > i)
		pass(look);
	believe(look, &raises[i]);
	look->next--;
}

static void pass_raised_in(struct look *look, const struct stack_frame *frame)
{
	const struct raise *r;

	for (; look->next >= 0; pass(look)) {
		r = &look->stack->raises[look->next];
		if (r->kind > RAISE_DROPPED && (r->by_handler || r->sp > frame->sp))
			return;
	}
}

/* libc's frames may be what malloc calls; the program's end the search. */
static void look_for_malloc(struct look *look, unsigned long pc)
{
	if (pc >= context_malloc_text && pc <= context_malloc_text_end)
		look->c->reentrant = true;
	else if (os_dl_is_ours((const void *)pc) || !pc_in_scope(pc))
		return;
	look->interrupted = false;
}

/* context.functions: true while such a function is on the stack. */
static void look_for_function(struct look *look, unsigned long pc)
{
	static const u8 kinds[NR_CONTEXT_FUNCTIONS] = {
		[CONTEXT_FUNCTION_HARDIRQ] = RAISE_HARDIRQ,
		[CONTEXT_FUNCTION_SOFTIRQ] = RAISE_SOFTIRQ,
		[CONTEXT_FUNCTION_ATOMIC] = RAISE_FUNCTION,
	};
	struct raise r = { .by_function = true, .pc = (const void *)pc };

	if (os_dl_is_own_code((const void *)pc))
		return;
	r.kind = kinds[context_in_handler() ? context_function_of(pc) :
					      context_function_of_now(pc)];
	if (r.kind != RAISE_NONE)
		believe(look, &r);
}

static bool look_at(void *arg, const struct stack_frame *frame)
{
	struct look *look = arg;

	if (look->interrupted)
		look_for_malloc(look, frame->pc);

	if (context_stub_return && frame->pc == (unsigned long)context_stub_return) {
		pass_handler(look, frame->sp);
		look->interrupted = true;
		return true;
	}
	if (!look->c->site && pc_in_scope(frame->pc))
		look->c->site = (const void *)frame->pc;
	if (unlikely(context_functions_on))
		look_for_function(look, frame->pc);
	pass_raised_in(look, frame);
	return true;
}

static void note_unknown_stack(void)
{
	if (!__atomic_fetch_add(&unknown_stacks, 1, __ATOMIC_RELAXED))
		run_unchecked("unknown-stack", NULL,
			      "code runs on a stack of its own making: its context is not known",
			      "switch stacks by swapcontext");
}

unsigned long context_unknown_stacks(void)
{
	return READ_ONCE(unknown_stacks);
}

/* --- what nobody raised -------------------------------------------------- */

static void add_asked(struct look *look)
{
	const char *sched = kmemu_opts.context_sched;
	struct raise r = { .kind = RAISE_SCHED };

	if (sched[0] && glob_match_list(sched, os_sched_class()))
		believe(look, &r);
	r.kind = RAISE_SIGMASK;
	if (kmemu_opts.context_sigmask == SIGMASK_IRQ && os_signals_all_blocked())
		believe(look, &r);
}

/* --- the look ------------------------------------------------------------ */

void context_look(struct context *c, const void *except)
{
	struct look look = { .c = c, .stack = context_mine, .except = except, .next = -1 };
	unsigned long here = (unsigned long)__builtin_frame_address(0);
	enum walk_end end;

	context_settle();
	__builtin_memset(c, 0, sizeof(*c));
	if (look.stack) {
		look.next = (int)READ_ONCE(look.stack->nr) - 1;
		look.known = look.next < 0 || is_known_stack(look.stack, here);
	}
	end = stack_walk(look_at, &look);
	look.lost = end == WALK_LOST || !context_stub_return;
	if (look.lost && !c->site)
		c->site = __builtin_return_address(0);
	while (look.next >= 0)
		pass(&look);
	if ((!look.known || look.unknown) && look.stack)
		note_unknown_stack();
	add_asked(&look);
	c->in_scope = c->in_scope && c->site && !libelf_is_readying();
	c->known = look.known;
	c->except = except;
	end_of_sum(c);
}

void context_facts(const struct context *c, struct report_context *facts)
{
	__builtin_memset(facts, 0, sizeof(*facts));
	facts->preempt_count = c->preempt_count;
	facts->rcu_depth = c->rcu_depth;
	facts->non_block = c->non_block;
	facts->irqs_disabled = c->irqs_disabled;
	facts->why = c->why;
	facts->holds = c->known;
	facts->except = c->except;
}

/*
 * The API's own questions: without a walk, where what is raised is all there can be.
 * A handler may have been left by a jump that nobody saw.
 */
static void raised(struct context *c)
{
	const struct context_stack *s = context_mine;

	context_settle();
	if (unlikely(READ_ONCE(context_always)) || context_in_handler()) {
		context_look(c, NULL);
		return;
	}
	__builtin_memset(c, 0, sizeof(*c));
	for (u32 i = 0; s && i < READ_ONCE(s->nr); i++)
		if (s->raises[i].kind > RAISE_DROPPED && !raise_may_sleep(s->raises[i].kind))
			add(c, &s->raises[i]);
	end_of_sum(c);
}

u32 context_preempt_count(void)
{
	struct context c;

	raised(&c);
	return c.preempt_count;
}

bool context_irqs_disabled(void)
{
	struct context c;

	raised(&c);
	return c.irqs_disabled;
}

u32 context_rcu_depth(void)
{
	struct context c;

	raised(&c);
	return c.rcu_depth;
}

/* --- signals ------------------------------------------------------------- */

u8 context_signal_kinds[SIGNAL_MAX + 1];

enum raise_kind context_of_signal(int signo, bool timer, bool fault)
{
	u64 bit = 1UL << (signo - 1);

	if ((signals.ignored & bit) || signals.ignore_all)
		return RAISE_NONE;
	if (fault && !((signals.hardirq | signals.softirq) & bit))
		return RAISE_NONE;
	if (signals.softirq & bit || (timer && !(signals.hardirq & bit)) || signals.soft_all)
		return RAISE_SOFTIRQ;
	return signals.hardirq & bit || signals.hard_all ? RAISE_HARDIRQ : RAISE_NONE;
}

/* For gfp=auto. */
static bool must_not_sleep(void)
{
	struct context c;

	if (context_is_task())
		return false;
	context_look(&c, NULL);
	return context_is_atomic(&c);
}

KMEMU_EXPORT int kmemu_preempt_checks;

void context_init(void)
{
	context_armed = kmemu_opts.advise[0] || kmemu_opts.context > POLICY_OFF ||
			kmemu_opts.context_sleep || kmemu_opts.context_vmalloc ||
			kmemu_opts.context_blocking || kmemu_opts.context_reentry ||
			kmemu_opts.context_irqlock || kmemu_opts.context_lockorder ||
			kmemu_opts.context_balance || kmemu_opts.context_rcu || gfp_by_caller;
	context_functions_init();
	if (!context_armed)
		return;
	rcu_usage_init();
	WRITE_ONCE(kmemu_preempt_checks, kmemu_opts.context_balance != POLICY_OFF);
	context_may_come = slab_arm;
	gfp_must_not_sleep = must_not_sleep;
	signals.hardirq = context_signals("context.hardirq", kmemu_opts.context_hardirq,
					  &signals.hard_all);
	signals.softirq = context_signals("context.softirq", kmemu_opts.context_softirq,
					  &signals.soft_all);
	/* Named there it is one, though it is in the other list by default. */
	signals.softirq &= ~signals.hardirq;
	signals.ignored = context_signals("context.ignore", kmemu_opts.context_ignore,
					  &signals.ignore_all);
	for (int signo = 1; signo <= SIGNAL_MAX; signo++)
		context_signal_kinds[signo] = (u8)context_of_signal(signo, false, false);
	lock_init();
	context_always = context_functions_on || kmemu_opts.context_sched[0] ||
			 kmemu_opts.context_sigmask != SIGMASK_OFF;
}
