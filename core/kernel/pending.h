/*
 * pending.h - interrupts and softirqs that wait until this thread has them on
 * again. For core/init/context_api.c, which is told when that is.
 */
#pragma once

#include "core/os/compiler.h"

/* Not 0: some thread has something pending. Read-mostly. */
extern __hidden u32 kernel_pending;
void kernel_run_pending(void);

/* Interrupts or bottom halves may have come on. */
static __always_inline void kernel_irqs_on(void)
{
	if (unlikely(READ_ONCE(kernel_pending)))
		kernel_run_pending();
}

/* Timers and works that are active and looked for. */
extern __hidden u32 debug_objects_active;
/* p, a block or area, will be freed. What is active in it is told, and taken off. */
void debug_check_no_obj_freed(const void *p, const void *caller);

/* rcu.c: this thread reads, and does no longer; nests. */
void rcu_enter(void);
void rcu_leave(void);
/* As kvfree_rcu_barrier() and rcu_barrier(), for who has asked whether it may sleep. */
void rcu_wait_for_frees(void);
void rcu_wait_for_callbacks(void);
