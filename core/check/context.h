/*
 * context.h - may this thread sleep here (kernel: include/linux/preempt.h's
 * questions, kernel/sched/core.c __might_resched). context.c has the theory.
 */
#pragma once

#include "core/lib/preempt.h"
#include "core/mm/gfp.h"
#include "core/report/report.h"

/* What a look at the stack found. */
struct context {
	u32 preempt_count; /* the sum of what is raised, NEED_RESCHED never */
	u32 rcu_depth, non_block;
	bool irqs_disabled;
	bool ignored; /* the program says that what it does here is right */
	bool in_scope; /* a frame of the program's lies above something that was raised */
	struct raise why; /* what forbids to sleep: the strongest, of these the newest */
	const void *site; /* innermost frame of the program's, NULL: none was met */
};

static inline bool context_in_interrupt(const struct context *c)
{
	return c->preempt_count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK);
}

/* __might_resched() would speak. */
static inline bool context_is_atomic(const struct context *c)
{
	return (c->preempt_count || c->rcu_depth || c->irqs_disabled || c->non_block) &&
	       !c->ignored;
}

/* The check is on. Set by context_init(), with options; false in plain. */
extern __hidden bool context_armed;
void context_init(void);

/*
 * Walks the stack and tells where the thread is. except: a lock that does not
 * count (pthread_cond_wait releases it), or NULL. Not for when context_is_task().
 * Any context.
 */
void context_look(struct context *c, const void *except);
/* The facts for a report. */
void context_facts(const struct context *c, struct report_context *facts);

/* The parts of <linux/preempt.h>, as the API answers: of what is raised now. */
u32 context_preempt_count(void);
bool context_irqs_disabled(void);
u32 context_rcu_depth(void);

/* A handler's frame: return addresses in the stub (interpose/signal.c). Both NULL: none. */
extern __hidden const void *context_stub_return;

/* Stacks on which no context was believed, since nothing is known of them. */
unsigned long context_unknown_stacks(void);

/* The signals of a list like context.hardirq's: a bit each (1 << (signo - 1)). */
u64 context_signals(const char *list);
/* How a handler of signo counts; from_timer: si_code says a POSIX timer. RAISE_NONE: not. */
enum raise_kind context_of_signal(int signo, bool from_timer);

/* --- sleep.c: what core/init and interpose/ ask before they allocate and free --- */

bool __might_alloc(size_t size, gfp_t flags, bool area, const char *func, const void *caller);
bool __might_vfree(const void *p, const char *func, const void *caller);
void __might_sleep(const char *file, int line, const void *caller);
void __cant_sleep(const char *file, int line, const void *caller);

/* Kernel: might_alloc(). area: vmalloc will serve it. False: the call must fail. */
static __always_inline bool might_alloc(size_t size, gfp_t flags, bool area, const char *func,
					const void *caller)
{
	return context_is_task() || __might_alloc(size, flags, area, func, caller);
}

/* p is vmalloc memory and will be freed. False: the call must do nothing. */
static __always_inline bool might_vfree(const void *p, const char *func, const void *caller)
{
	return context_is_task() || __might_vfree(p, func, caller);
}
