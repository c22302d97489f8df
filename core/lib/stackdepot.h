/*
 * stackdepot.h - each stack trace kept once (kernel: linux/stackdepot.h).
 * stackdepot.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

typedef u32 depot_stack_handle_t; /* 0: none */

/*
 * The handle of this trace, the same for the same entries (kernel:
 * stack_depot_save). 0: nr is 0 or above 1024, or no memory. Any context; no lock.
 */
depot_stack_handle_t stack_depot_save(const unsigned long *entries, unsigned int nr);

/*
 * The entries of a handle, which stay for ever, and how many they are (kernel:
 * stack_depot_fetch). 0 for handle 0, and for one that was never given out.
 */
unsigned int stack_depot_fetch(depot_stack_handle_t handle, const unsigned long **entries);

/* Traces kept, and bytes of them, for summaries and tests. */
struct stack_depot_stats {
	unsigned long stacks, bytes;
};
void stack_depot_read_stats(struct stack_depot_stats *stats);
