/*
 * unwind_stack.h - reading a stack that may be broken. Internal to the
 * unwinder; unwind_stack.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

/* Addresses that this walk may read without asking. lo and hi are aligned to 8. */
struct stack_window {
	unsigned long lo, hi;
};

/* sp is this thread's stack pointer now. */
void stack_window_open(struct stack_window *w, unsigned long sp);
/* Makes the aligned word at addr readable through the window, or says false. */
bool stack_window_reach(struct stack_window *w, unsigned long addr);

/* By a thread that runs where its stack is: it may ask on an alternate one later. */
void stack_note_main(void);
/* sp lies on the stack that libc gave this thread. System calls where it does not. */
bool stack_is_own(unsigned long sp);

static __always_inline bool stack_window_holds(const struct stack_window *w, unsigned long addr)
{
	return addr >= w->lo && addr < w->hi;
}

/*
 * A word of memory that some stack frame owns: the sanitizers must not look at
 * it as at a variable of ours.
 */
static inline __attribute__((no_sanitize_address, no_sanitize_thread)) unsigned long
stack_word(unsigned long addr)
{
	return *(const volatile unsigned long *)addr;
}

/* False when addr is not aligned or cannot be read. */
static inline bool stack_read(struct stack_window *w, unsigned long addr, unsigned long *value)
{
	if (addr % 8 || (unlikely(!stack_window_holds(w, addr)) && !stack_window_reach(w, addr)))
		return false;
	*value = stack_word(addr);
	return true;
}
