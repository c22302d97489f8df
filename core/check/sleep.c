/*
 * sleep.c - the check of what may sleep in the allocators (kernel:
 * include/linux/sched/mm.h might_alloc, mm/vmalloc.c).
 *
 *	GFP flags that may sleep	in atomic context: sleep-in-atomic
 *	vmalloc				in atomic context: vmalloc-in-atomic, that one alone,
 *					whatever the flags. In interrupt context 6.12 dies of it
 *					(BUG_ON(in_interrupt())).
 *	vfree				the same: vfree-in-atomic. 6.12 defers it in interrupt
 *					context: context.vfree=defer. The rule that it belongs
 *					to process context is older, and the default here.
 *	any allocation, preempt=rt	in atomic context but an RCU section: on PREEMPT_RT the
 *					allocators' own locks may sleep, GFP_ATOMIC or not
 *	malloc that interrupted malloc	reentrant-malloc: libc's would deadlock or break its heap
 *
 *	GFP flags that may sleep, vmalloc, vfree, might_sleep()
 *					in a state other than TASK_RUNNING: what waits in them sets
 *					the state, and what the caller waits for is lost
 *
 *	might_sleep()			in atomic context: sleep-in-atomic
 *	mutex_lock() and the like	the same, by their names
 *	spin_lock(), preempt=rt		the same, where more than a hard interrupt forbids it
 *	schedule()			in atomic context: scheduling-while-atomic
 *	cant_sleep()			in a context that may sleep: cant-sleep
 *
 * kfree of kmalloc memory is right everywhere.
 *
 * Different from the kernel: its splat comes once a second and the allocation
 * goes on; policy fail answers NULL.
 *
 * Locks: none. Cost: context.c.
 */
#include "core/check/context.h"

#include "core/check/calls.h"
#include "core/check/lock.h"
#include "core/mm/mm.h"
#include "core/mm/slab.h"

/*
 * Kernel: rtlock_might_resched(). On PREEMPT_RT a spinlock sleeps, the allocators' own
 * among them, and begins an RCU section itself: that alone forbids none.
 */
static bool rt_forbids_locks(const struct context *c)
{
	return kmemu_opts.preempt == PREEMPT_RT &&
	       (c->preempt_count || c->irqs_disabled || c->non_block);
}

/* NULL: no flag will do. */
static const char *mend_of(gfp_t flags, bool area, const struct context *c)
{
	if (area || rt_forbids_locks(c))
		return NULL;
	return flags & __GFP_DMA ? "GFP_DMA|GFP_ATOMIC" : "GFP_ATOMIC";
}

/*
 * False: policy fail. A place in a source is might_sleep()'s or cant_sleep()'s own;
 * what is about no memory is a call by its name alone.
 */
static bool submit(const struct report *found, const struct context *c, const char *mend)
{
	struct report_context facts;
	struct report r = *found;

	context_facts(c, &facts);
	facts.mend = mend;
	facts.call = r.file || !(r.addr || r.size || r.gfp) ? r.func : NULL;
	r.context = &facts;
	return report_submit(&r) != POLICY_FAIL;
}

/* Kernel: __might_sleep()'s first question. Libc's own allocations are nobody's. */
static void judge_state(const char *func, const void *caller)
{
	if (unlikely(context_in_state()) && context_in_scope(caller))
		context_sleeps_in_state(func, caller);
}

/* This allocation is inside of a call that was told of. */
static bool is_told(const struct context *c)
{
	return c->site && c->site == call_told();
}

/* Policy fail answers as for a blocking allocation. */
static bool reentry_allowed(const struct report *r, const struct context *c)
{
	struct report again = *r;

	again.kind = REPORT_REENTRANT_MALLOC;
	return !c->reentrant || submit(&again, c, NULL);
}

/* Of a live object, block or area; 0: p is no such thing. */
static size_t bytes_of(const void *p)
{
	struct object_info info;
	unsigned long cls;

	if (slab_lookup(p, &cls))
		return CLASS_TABLE->size[cls];
	if (is_vmalloc_addr(p))
		return vmalloc_size(p);
	if (!context_mine || !context_mine->nr) /* who asks wants to know of what is held there */
		return 0;
	object_lookup(p, &info); /* of 8 bytes: the look-up above has none */
	return info.kind == OBJECT_SLAB ? info.size : 0;
}

void lock_memory_freed(const void *p)
{
	__lock_class_freed(p, bytes_of(p));
}

void __might_free(const void *p, const char *func, const void *caller)
{
	struct report r = { .func = func, .addr = p, .caller = caller };
	struct context c;

	locks_freed(p, bytes_of(p), func, caller);
	if (!context_in_handler())
		return;
	context_look(&c, NULL);
	if (c.in_scope && !is_told(&c))
		reentry_allowed(&r, &c);
}

bool __might_alloc(size_t size, gfp_t flags, bool area, const char *func, const void *caller)
{
	struct report r = { .kind = area ? REPORT_VMALLOC_IN_ATOMIC : REPORT_SLEEP_IN_ATOMIC,
			    .func = func, .size = size, .gfp = flags, .caller = caller };
	struct context c;

	if (area || gfpflags_allow_blocking(flags))
		judge_state(func, caller);
	if (context_may_sleep())
		return true;
	context_look(&c, NULL);
	if (!context_is_atomic(&c) || !c.in_scope || is_told(&c))
		return true;
	if (!reentry_allowed(&r, &c))
		return false;
	if (!area && !gfpflags_allow_blocking(flags) && !rt_forbids_locks(&c))
		return true;
	return submit(&r, &c, mend_of(flags, area, &c));
}

bool __might_vfree(const void *p, const char *func, const void *caller)
{
	struct report r = { .kind = REPORT_VFREE_IN_ATOMIC, .func = func, .addr = p,
			    .caller = caller };
	struct context c;

	if (context_may_sleep()) {
		judge_state(func, caller);
		return true;
	}
	context_look(&c, NULL);
	if (!context_is_atomic(&c) || !c.in_scope || is_told(&c))
		return true;
	if (kmemu_opts.context_vfree == VFREE_DEFER && context_in_interrupt(&c) &&
	    !(c.preempt_count & NMI_MASK))
		return true;
	return submit(&r, &c, NULL);
}

/* Kernel: __might_sleep(). */
void __might_sleep(const char *file, int line, const void *caller)
{
	struct report r = { .kind = REPORT_SLEEP_IN_ATOMIC, .func = "might_sleep", .caller = caller,
			    .file = file, .line = line };
	struct context c;

	judge_state("might_sleep", caller);
	if (context_may_sleep())
		return;
	context_look(&c, NULL);
	if (context_is_atomic(&c) && c.in_scope && !is_told(&c))
		submit(&r, &c, NULL);
}

static void judge_call(enum report_kind kind, const char *func, const void *caller)
{
	struct report r = { .kind = kind, .func = func, .caller = caller };
	struct context c;

	if (context_may_sleep())
		return;
	context_look(&c, NULL);
	if (context_is_atomic(&c) && c.in_scope && !is_told(&c))
		submit(&r, &c, NULL);
}

void __might_sleep_in(const char *func, const void *caller)
{
	judge_call(REPORT_SLEEP_IN_ATOMIC, func, caller);
}

/*
 * A hard interrupt alone is none: on PREEMPT_RT its handler is a thread, but for those
 * that say IRQF_NO_THREAD, which are not told apart here.
 */
void __rt_lock_may_sleep(const char *func, const void *caller)
{
	struct report r = { .kind = REPORT_SLEEP_IN_ATOMIC, .func = func, .caller = caller };
	struct context c;

	context_look(&c, NULL);
	if (!c.ignored && c.in_scope && !is_told(&c) &&
	    (c.preempt_count & PREEMPT_MASK || c.non_block || context_has(1U << RAISE_IRQS_OFF)))
		submit(&r, &c, NULL);
}

/* Kernel: schedule_debug(). */
void __might_schedule(const char *func, const void *caller)
{
	judge_call(REPORT_SCHEDULING_WHILE_ATOMIC, func, caller);
}

/* Kernel: do_exit() ends in schedule(). What is raised was raised by the program. */
void might_exit(void)
{
	struct report r = { .kind = REPORT_SCHEDULING_WHILE_ATOMIC, .func = "do_exit" };
	struct context c;

	if (context_may_sleep() || call_end_told())
		return;
	context_look(&c, NULL);
	if (!context_is_atomic(&c) || c.why.by_handler || c.why.kind >= RAISE_FUNCTION)
		return;
	r.caller = c.why.pc;
	submit(&r, &c, NULL);
}

/* Kernel: __cant_sleep(). Scope is no question: the program calls. */
void __cant_sleep(const char *file, int line, const void *caller)
{
	struct report r = { .kind = REPORT_CANT_SLEEP, .func = "cant_sleep", .caller = caller,
			    .file = file, .line = line };
	struct context c;

	context_look(&c, NULL);
	if (!c.preempt_count && !c.irqs_disabled && !c.ignored)
		submit(&r, &c, NULL);
}
