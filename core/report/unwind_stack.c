/*
 * unwind_stack.c - which memory an unwinder may read (kernel: asm/stacktrace.h
 * get_stack_info, on_stack).
 *
 * The kernel knows the bounds of each of its stacks. A program's stacks are
 * what it likes: threads, alternate stacks, coroutines. So a walk has a window
 * of addresses that can be read, and an address outside of it is either
 * reached, page by page by asking the kernel (os_readable), or ends the walk.
 *
 * A window that is asked for again in each trace would cost a system call a
 * page. Two kinds of stack live as long as their thread, so what was learned
 * of them is kept in the thread's `own` window:
 *
 *	main thread	everything from a stack pointer up to __libc_stack_end. The
 *			kernel keeps at least 128 MiB below the top free of other
 *			mappings, so within 64 MiB nothing has to be asked.
 *	other threads	libc puts the thread's descriptor, where the thread pointer
 *			points, above its stack in one mapping. Each page between
 *			is asked once. The main thread's descriptor lies among other
 *			mappings: what is below it there is no stack.
 *
 * Any other stack gets the page that the stack pointer is in, which is surely
 * mapped, and pages above as they are asked for, in each walk anew: it may be
 * unmapped when it is used no more, and its neighbours change.
 *
 * Invariants: own.lo <= own.hi; both aligned to 8. A handler may come between
 * any two stores: hi is only written while the window is empty, lo only falls.
 * Shared by a clone() without a thread descriptor of its own, the worst is a
 * window of the other's stack, which is mapped too.
 *
 * Locks: none. Cost: two compares in the usual case; some 100 ns for each new page.
 */
#include "core/report/unwind_stack.h"

#include "core/os/dl_find.h"
#include "core/os/os.h"
#include "core/os/regs.h"

#define MAIN_STACK_MAX	 (64UL << 20)
#define THREAD_ASK_PAGES 2048
/* Also for who reads lo before a handler, and hi after it. */
#define EMPTY_WINDOW    \
	{               \
		~7UL, 0 \
	}

extern void *__libc_stack_end __attribute__((weak));

static __thread struct stack_window own __initial_exec = EMPTY_WINDOW;
/* This page is a hole: a stack pointer below is not on this thread's stack. */
static __thread unsigned long hole __initial_exec;
static unsigned long main_tp; /* of the thread that was seen on the main stack */

static void own_set(unsigned long lo, unsigned long hi)
{
	if (own.hi != hi) {
		WRITE_ONCE(own.lo, ~7UL);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		WRITE_ONCE(own.hi, hi);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
	}
	WRITE_ONCE(own.lo, lo);
}

static unsigned long main_stack_top(void)
{
	return &__libc_stack_end ? (unsigned long)__libc_stack_end & ~7UL : 0;
}

static bool on_main_stack(unsigned long sp)
{
	unsigned long top = main_stack_top();

	return sp < top && top - sp < MAIN_STACK_MAX;
}

/* All pages from sp's to that of the thread pointer, or of what is known. */
static bool on_thread_stack(unsigned long sp, unsigned long top)
{
	unsigned long page = ALIGN_DOWN(sp, PAGE_SIZE);
	unsigned long known = own.hi == top ? own.lo : top;

	if (sp >= top || top - sp > THREAD_ASK_PAGES * PAGE_SIZE || page < READ_ONCE(hole))
		return false;
	for (page += PAGE_SIZE; page < known; page += PAGE_SIZE) {
		if (os_readable((const void *)page))
			continue;
		WRITE_ONCE(hole, page);
		return false;
	}
	return true;
}

void stack_note_main(void)
{
	if (on_main_stack((unsigned long)__builtin_frame_address(0)))
		WRITE_ONCE(main_tp, os_thread_pointer() & ~7UL);
}

/* sp's own page can be read: we run on it, or have asked. */
static __noinline void open_slow(struct stack_window *w, unsigned long sp)
{
	unsigned long page = ALIGN_DOWN(sp, PAGE_SIZE);
	unsigned long tp = os_thread_pointer() & ~7UL;

	stack_note_main();
	if (on_main_stack(sp))
		own_set(page, main_stack_top());
	else if (tp != READ_ONCE(main_tp) && on_thread_stack(sp, tp))
		own_set(page, tp);
	else
		*w = (struct stack_window){ page, page + PAGE_SIZE };
	if (stack_window_holds(&own, sp))
		*w = own;
}

void stack_window_open(struct stack_window *w, unsigned long sp)
{
	*w = own;
	if (unlikely(!stack_window_holds(w, sp)))
		open_slow(w, sp);
}

bool stack_is_own(unsigned long sp)
{
	struct stack_window w;

	if (likely(stack_window_holds(&own, sp)))
		return true;
	open_slow(&w, sp);
	return stack_window_holds(&own, sp);
}

bool stack_window_reach(struct stack_window *w, unsigned long addr)
{
	unsigned long page = ALIGN_DOWN(addr, PAGE_SIZE);

	if (stack_window_holds(&own, addr)) {
		*w = own;
		return true;
	}
	if (!os_readable((const void *)addr))
		return false;
	if (page == w->hi)
		w->hi += PAGE_SIZE;
	else if (page + PAGE_SIZE == w->lo)
		w->lo = page;
	else
		open_slow(w, addr);
	return true;
}
