/*
 * ucontext.c - swapcontext and setcontext: a context belongs to the stack that
 * it was raised on (kernel: preempt_count is saved with the task that is
 * switched from). What is raised goes away with the stack that is left and is
 * there again when that goes on.
 *
 * A stack that is left by swapcontext is left inside of our wrapper, which has
 * its entries in its own frame and puts them back when it goes on, on whatever
 * thread, and however it was come to (setcontext inside of libc, when a
 * function of makecontext returns, passes nobody). So there is no table. What
 * is jumped to is one of:
 *	such a wrapper		told by the program counter; it does the rest
 *	a stack of makecontext	told by uc_stack: nothing is raised on it
 *	a place of getcontext	on this stack: as longjmp; on another: the thread's own
 *
 * Hand-made switches (assembly) are not seen: core/check/context.c.
 *
 * Locks: none. Cost: off, one test and a jump.
 */
#include <ucontext.h>

#include "core/check/context.h"
#include "core/os/dl.h"
#include "core/os/dl_next.h"
#include "core/os/os.h"
#include "interpose/interpose.h"

static int (*real_swapcontext)(ucontext_t *, const ucontext_t *);
static int (*real_setcontext)(const ucontext_t *);

void ucontext_resolve(void)
{
	real_swapcontext = (int (*)(ucontext_t *, const ucontext_t *))os_dl_next("swapcontext");
	real_setcontext = (int (*)(const ucontext_t *))os_dl_next("setcontext");
}

#if defined(__x86_64__)
static unsigned long uc_sp(const ucontext_t *uc)
{
	return (unsigned long)uc->uc_mcontext.gregs[REG_RSP];
}

static const void *uc_pc(const ucontext_t *uc)
{
	return (const void *)uc->uc_mcontext.gregs[REG_RIP];
}
#else
static unsigned long uc_sp(const ucontext_t *uc)
{
	return (unsigned long)uc->uc_stack.ss_sp;
}

static const void *uc_pc(const ucontext_t *uc)
{
	(void)uc;
	return NULL;
}
#endif

static bool holds(unsigned long lo, unsigned long hi, unsigned long sp)
{
	return sp >= lo && sp <= hi; /* a fresh one starts at its end */
}

/* To a place of the thread's own stack, which was left in a swapcontext further down. */
static void back_to_thread(unsigned long sp)
{
	struct context_stack *thread = context_stack_of_thread();

	context_switch_back(thread);
	context_jump(sp);
}

/* The thread goes on at uc: what is raised there. */
static void go_to(const ucontext_t *uc)
{
	unsigned long lo = (unsigned long)uc->uc_stack.ss_sp, hi = lo + uc->uc_stack.ss_size;
	const struct context_stack *mine = context_mine;

	if (os_dl_is_ours(uc_pc(uc)))
		return;
	if (lo && holds(lo, hi, uc_sp(uc)) && !(mine && mine->lo == lo))
		context_swap(context_stack_new(lo, hi));
	else if (mine && mine->hi && !holds(mine->lo, mine->hi, uc_sp(uc)))
		back_to_thread(uc_sp(uc));
	else
		context_jump(uc_sp(uc));
}

static __noinline int swap(ucontext_t *from, const ucontext_t *to)
{
	struct context_stack *mine = context_mine;
	int ret;

	context_switch_from(mine);
	go_to(to);
	ret = real_swapcontext(from, to);
	context_switch_back(mine);
	return ret;
}

KMEMU_EXPORT int swapcontext(ucontext_t *restrict from, const ucontext_t *restrict to)
{
	if (unlikely(!real_swapcontext))
		ucontext_resolve();
	return context_armed ? swap(from, to) : real_swapcontext(from, to);
}

KMEMU_EXPORT int setcontext(const ucontext_t *to)
{
	if (unlikely(!real_setcontext))
		ucontext_resolve();
	if (context_armed)
		go_to(to);
	return real_setcontext(to);
}
