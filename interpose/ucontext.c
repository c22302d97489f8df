/*
 * ucontext.c - swapcontext and setcontext: a context belongs to the stack that
 * it was raised on (kernel: preempt_count is saved with the task that is
 * switched from). What is raised goes away with the stack that is left and is
 * there again when that goes on.
 *
 * libc's swapcontext saves a place that may be gone back to any number of times while
 * its caller's frame lives, so no frame of ours may lie below that. On x86-64 it is
 * given a return address of ours, with the caller's own and what is raised on this stack
 * in registers that it saves as well: who goes on there, on whatever thread, and
 * however he came (setcontext inside of libc, when a function of makecontext returns,
 * passes nobody), comes by. So there is no table. The plain-C build has what it needs in
 * the frame of its wrapper, which is good for one return. What is jumped to is one of:
 *	such a place		told by the program counter; it does the rest
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

extern __hidden int (*real_swapcontext)(ucontext_t *, const ucontext_t *);
int (*real_swapcontext)(ucontext_t *, const ucontext_t *);
static int (*real_setcontext)(const ucontext_t *);

#define NEAR_BYTES (1UL << 20)

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

/* A place of getcontext that is not far up from sp is taken for one on the same stack. */
static bool is_near(const struct context_stack *mine, unsigned long sp, const ucontext_t *to)
{
	unsigned long lo = (unsigned long)to->uc_stack.ss_sp, hi = lo + to->uc_stack.ss_size;

	if (os_dl_is_ours(uc_pc(to)) || uc_sp(to) < sp || uc_sp(to) - sp > NEAR_BYTES)
		return false;
	return !lo || !holds(lo, hi, uc_sp(to)) || (mine && mine->lo == lo);
}

__hidden struct context_stack *ucontext_leave(ucontext_t *from, const ucontext_t *to,
					      unsigned long sp);
__hidden void ucontext_back(struct context_stack *mine);

/* What is raised on the stack that is left, at sp, for `to`. */
struct context_stack *ucontext_leave(ucontext_t *from, const ucontext_t *to, unsigned long sp)
{
	struct context_stack *mine = context_mine;

	(void)from;
	if (is_near(mine, sp, to)) {
		context_jump(uc_sp(to));
		return mine;
	}
	context_switch_from(mine);
	go_to(to);
	return mine;
}

/* A stack of the thread's own may have got its first entry since. */
void ucontext_back(struct context_stack *mine)
{
	struct context_stack *now = context_mine;

	context_switch_back(!mine && now && !now->hi ? now : mine);
}

#if defined(__x86_64__) && !defined(KMEMU_ARCH_GENERIC)
__hidden int swapcontext_armed(ucontext_t *from, const ucontext_t *to);
#else
static __noinline int swapcontext_armed(ucontext_t *from, const ucontext_t *to)
{
	struct context_stack *mine =
		ucontext_leave(from, to, (unsigned long)__builtin_frame_address(0));
	int ret = real_swapcontext(from, to);

	ucontext_back(mine);
	return ret;
}
#endif

KMEMU_EXPORT int swapcontext(ucontext_t *restrict from, const ucontext_t *restrict to)
{
	if (unlikely(!real_swapcontext))
		ucontext_resolve();
	return context_armed ? swapcontext_armed(from, to) : real_swapcontext(from, to);
}

KMEMU_EXPORT int setcontext(const ucontext_t *to)
{
	if (unlikely(!real_setcontext))
		ucontext_resolve();
	if (context_armed)
		go_to(to);
	return real_setcontext(to);
}
