/*
 * context.h - may this thread sleep here (kernel: include/linux/preempt.h's
 * questions, kernel/sched/core.c __might_resched). context.c has the theory.
 */
#pragma once

#include "core/lib/preempt.h"
#include "core/lib/signal_name.h"
#include "core/mm/gfp.h"
#include "core/report/report.h"

/* What a look at the stack found. */
struct context {
	u32 preempt_count; /* the sum of what is raised, NEED_RESCHED never */
	u32 rcu_depth, non_block;
	bool irqs_disabled;
	bool ignored; /* the program says that what it does here is right */
	bool reentrant; /* in a handler that interrupted the allocator */
	bool in_scope; /* a frame of the program's lies above something that was raised */
	struct raise why; /* what forbids to sleep: the strongest, of these the newest */
	struct raise beside; /* the same of what the innermost handler did not interrupt */
	bool known; /* the stack that runs is: its locks count, but for except */
	const void *except;
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
/* Code that rules speak about (scope=). */
bool context_in_scope(const void *pc);
/* The facts for a report. */
void context_facts(const struct context *c, struct report_context *facts);

/* The parts of <linux/preempt.h>, as the API answers: of what is raised now. */
u32 context_preempt_count(void);
bool context_irqs_disabled(void);
u32 context_rcu_depth(void);

/* A handler's frame: the return address in its stub (interpose/signal.c). NULL: not known. */
extern __hidden const void *context_stub_return;
/* The code of the malloc family: who is interrupted there is in the allocator. */
extern __hidden unsigned long context_malloc_text, context_malloc_text_end;

/* Stacks on which no context was believed, since nothing is known of them. */
unsigned long context_unknown_stacks(void);

/* The signals of such an option's list, a bit each (1 << (signo - 1)); *all: or all. */
u64 context_signals(const char *option, const char *list, bool *all);
/*
 * How a handler of signo counts, RAISE_NONE: not. timer: si_code says a POSIX
 * timer; fault: the thread itself did it, which counts for signals that are named.
 */
enum raise_kind context_of_signal(int signo, bool timer, bool fault);
/* The same of one that is neither, by signo: a line of the cache for who is in a hurry. */
extern __hidden u8 context_signal_kinds[SIGNAL_MAX + 1];

/*
 * Of a static lock of ours, which the kernel has not, or has in another place: its order is
 * nobody's business.
 */
#define __own_lock __attribute__((section("kmemu_locks")))
/* The same of a struct kmemu_mutex, which a fork's child finds free. */
#define __own_mutex __attribute__((section("kmemu_mutexes")))

/* --- sleep.c: what core/init and interpose/ ask before they allocate and free --- */

void __might_free(const void *p, const char *func, const void *caller);
/* p, not NULL, is freed by kernel code: locks in it are none any more. */
void lock_memory_freed(const void *p);
bool __might_alloc(size_t size, gfp_t flags, bool area, const char *func, const void *caller);
bool __might_vfree(const void *p, const char *func, const void *caller);
void __might_sleep(const char *file, int line, const void *caller);
void __cant_sleep(const char *file, int line, const void *caller);
/* The call func may sleep; gives the CPU up. func must stay. */
void __might_sleep_in(const char *func, const void *caller);
void __might_schedule(const char *func, const void *caller);
/* The thread ends: scheduling-while-atomic, unless a call that ended it was. */
void might_exit(void);
/* preempt=rt: func waits for a lock that sleeps there. */
void __rt_lock_may_sleep(const char *func, const void *caller);

/* Kernel: might_alloc(). area: vmalloc will serve it. False: the call must fail. */
static __always_inline bool might_alloc(size_t size, gfp_t flags, bool area, const char *func,
					const void *caller)
{
	return context_is_task() || __might_alloc(size, flags, area, func, caller);
}

/*
 * kmalloc memory may be freed anywhere, but not by a handler that interrupted the
 * allocator, nor with a lock in it that is held.
 */
static __always_inline void might_free(const void *p, const char *func, const void *caller)
{
	if (unlikely(!context_is_task()))
		__might_free(p, func, caller);
}

/* p is vmalloc memory and will be freed. False: the call must do nothing. */
static __always_inline bool might_vfree(const void *p, const char *func, const void *caller)
{
	return context_is_task() || __might_vfree(p, func, caller);
}
