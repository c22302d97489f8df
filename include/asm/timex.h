/* SPDX-License-Identifier: MIT */
/* <asm/timex.h> of Linux 6.12: a counter of constant rate; only differences mean something. */
#ifndef _ASM_X86_TIMEX_H
#define _ASM_X86_TIMEX_H

#include <kmemu/sched.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

typedef unsigned long long cycles_t;

#define CLOCK_TICK_RATE PIT_TICK_RATE

static __always_inline cycles_t get_cycles(void)
{
	return kmemu_get_cycles();
}

__kmemu_c unsigned long random_get_entropy(void) __kmemu_is(kmemu_get_cycles);

#endif /* _ASM_X86_TIMEX_H */
