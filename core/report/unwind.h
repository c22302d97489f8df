/*
 * unwind.h - stack traces of this thread (kernel: linux/stacktrace.h,
 * stack_trace_save; asm/unwind.h). unwind.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

#define STACK_DEPTH_MAX 64

/*
 * Return addresses, innermost first: entries[i] - 1 lies in the calling
 * instruction. For a frame that a signal interrupted pc + 1 is stored, so the
 * same holds.
 */
struct stacktrace {
	u16 nr;
	u16 nr_irq; /* leading entries that ran in an interrupt, 0: none */
	bool by_signal; /* a signal handler's are among these */
	unsigned long entries[STACK_DEPTH_MAX];
};

/*
 * The stack from here, without frames of kmemu's own code. With `caller` not
 * NULL entries[0] == caller: frames before it are dropped; if it is not met, it
 * is the first entry and what was found follows. At most depth entries, which
 * is at most STACK_DEPTH_MAX. Any context: no lock, no allocation, errno kept,
 * at most 1.3 KiB of stack beside *st. A signal handler that is deeper than depth
 * leaves nr_irq 0 and by_signal false. Frames of kmemu's behind a caller in its own code,
 * up to the program's first, are left in; in a program that has kmemu inside, behind any.
 */
void stacktrace_save(struct stacktrace *st, unsigned int depth, const void *caller);

/* One frame of a walk: where it goes on, and its stack pointer at the call. */
struct stack_frame {
	unsigned long pc; /* as a stacktrace's entries */
	unsigned long sp;
	bool interrupted; /* a signal came here: the frames before are its handler's */
};

enum walk_end {
	WALK_STOPPED, /* fn had enough */
	WALK_END, /* the stack's outermost frame was told */
	WALK_LOST /* code that says nothing, too deep, or no unwinder for this processor */
};

/*
 * Calls fn for each frame from the caller's caller outward, kmemu's own as well,
 * until it says false. Any context, as stacktrace_save().
 */
enum walk_end stack_walk(bool (*fn)(void *arg, const struct stack_frame *frame), void *arg);

/*
 * Looks up what stacktrace_save() needs, by dlsym and a mapping, and reads the
 * headers of all modules. At start, and before a system call filter is put on; not in a
 * handler, with no lock held. Without it the first stacktrace_save() does the first
 * part.
 */
void unwind_init(void);

/*
 * A module was unloaded (and, on glibc before 2.35, loaded): cached rules are
 * void. Outside handlers, with no lock held.
 */
void unwind_forget(void);
void unwind_fork_child(void);
