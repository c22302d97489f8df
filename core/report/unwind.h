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
	u16 nr_irq; /* leading entries that ran in a signal handler, 0: none */
	unsigned long entries[STACK_DEPTH_MAX];
};

/*
 * The stack from here, without frames of kmemu's own object. With `caller` not
 * NULL entries[0] == caller: frames before it are dropped; if it is not met, it
 * is the first entry and what was found follows. At most depth entries, which
 * is at most STACK_DEPTH_MAX. Any context: no lock, no allocation, errno kept,
 * at most 1.3 KiB of stack beside *st. A handler that is deeper than depth
 * leaves nr_irq 0. When caller lies in kmemu's own object (the static library)
 * no frame is left out.
 */
void stacktrace_save(struct stacktrace *st, unsigned int depth, const void *caller);

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
